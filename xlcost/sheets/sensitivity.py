"""Draw Sensitivity: what moves the total of the live case most, as the engine found it, on one page."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from xlcost.sheets import charts, styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.inputs import live_inputs, live_sources
from xlcost.sheets.layout import HEAD_ROW, LIVE_CASE, TOP_ROW, Layout, letter
from xlcost.sheets.snapshot import AMOUNT, Snapshot, Stamp, label, put, stamp

TITLE = "Sensitivity"
PURPOSE = "What moves the total most: each driver by itself from its P10 to its P90, while all else stays."

MOST = 15  # drivers
LIVE_MOST = 5  # of which the add-in is asked as well
LAST_ROW = HEAD_ROW + MOST
CHART_ROW, LIVE_ROW = LAST_ROW + 2, LAST_ROW + 23
STAMP_ROW = LIVE_ROW + LIVE_MOST + 3
HEADS = (
    ("Driver", "General"),
    ("Unit", "General"),
    ("Its P10", "#,##0.####"),
    ("Its P90", "#,##0.####"),
    ("Cheaper end, USD", AMOUNT),
    ("Dearer end, USD", AMOUNT),
    ("Between the ends, USD", AMOUNT),
    ("Less than the base, USD", f"{AMOUNT};-{AMOUNT};0"),
    ("More than the base, USD", f"{AMOUNT};-{AMOUNT};0"),
    ("Of the base", "0.0%"),
)
LAST = letter(len(HEADS))
LESS, MORE = 8, 9  # columns that the chart draws


@dataclass(frozen=True)
class Placed:
    """Where others find what stands here."""

    stamp: Stamp
    drivers: tuple[str, ...]  # cells with the labels, the one that moves the total most first
    swings: tuple[str, ...]  # cells with what each moves it by, in USD


def draw(worksheet: Worksheet, layout: Layout, kept: Snapshot, engine: bool) -> Placed:
    """The widest bars as they are stored, their differences from the base natively, a chart, and live cells."""
    canvas = Canvas(worksheet)
    canvas.top(TITLE, PURPOSE)
    canvas.formula("G1", f'"Live case: "&{LIVE_CASE}', font=styles.HEADING)
    canvas.widths({"A": 46, "B": 18, **{letter(column): 14 for column in range(3, 11)}})
    canvas.head([head for head, _ in HEADS])
    worksheet.row_dimensions[HEAD_ROW].height = 26
    _stored(canvas, kept)
    spans = (f"C{TOP_ROW}:F{LAST_ROW}",)
    made = stamp(canvas, STAMP_ROW, LAST, kept, layout, spans)
    _natively(canvas, made)
    _chart(worksheet)
    if engine:
        _live(canvas, layout)
    canvas.heights(1, STAMP_ROW)
    canvas.printed("result", f"A{TOP_ROW}")
    worksheet.page_setup.fitToHeight = 1
    worksheet.print_area = f"A1:{LAST}{STAMP_ROW - 2}"
    rows = range(TOP_ROW, LAST_ROW + 1)
    return Placed(made, tuple(f"{TITLE}!$A${row}" for row in rows), tuple(f"{TITLE}!$G${row}" for row in rows))


def _stored(canvas: Canvas, kept: Snapshot) -> None:
    for place in range(MOST):
        row = TOP_ROW + place
        if place >= len(kept.tornado.bars):
            for column in "ABCDEF":
                label(canvas, f"{column}{row}", "")
            continue
        bar = kept.tornado.bars[place]
        label(canvas, f"A{row}", bar.label)
        label(canvas, f"B{row}", bar.unit)
        for column, value in zip("CDEF", (bar.p10, bar.p90, bar.low, bar.high), strict=True):
            put(canvas, f"{column}{row}", value, HEADS["ABCDEF".index(column)][1])


def _natively(canvas: Canvas, made: Stamp) -> None:
    """Differences, and what share of the base they are: of what is stored, by formulas."""
    base = made.total.partition("!")[2]
    texts = (
        "IF(ISNUMBER(E{row}),F{row}-E{row},0)",
        "IF(ISNUMBER(E{row}),MIN(E{row}-{base},0),0)",
        "IF(ISNUMBER(F{row}),MAX(F{row}-{base},0),0)",
        "IF(ISNUMBER({base}),G{row}/{base},0)",
    )
    for row in range(TOP_ROW, LAST_ROW + 1):
        for column, text in zip("GHIJ", texts, strict=True):
            shown = HEADS["ABCDEFGHIJ".index(column)][1]
            canvas.formula(f"{column}{row}", text.format(row=row, base=base), shown, alignment=styles.RIGHT)


def _live(canvas: Canvas, layout: Layout) -> None:
    """The widest ones by the engine, where it is there: a header and lines come from the function."""
    canvas.head(
        ("Live, by the engine: the widest now", "", "Place", "", *(head for head, _ in HEADS[4:7])), row=LIVE_ROW
    )
    canvas.sheet.row_dimensions[LIVE_ROW].height = 26
    for place in range(LIVE_MOST):
        row = LIVE_ROW + 1 + place
        canvas.number(f"C{row}", place + 1, "0", styles.NOTE).alignment = styles.RIGHT
        call = f"FT_TORNADO({live_inputs(layout)},,,{live_sources(layout)})"
        canvas.formula(f"A{row}", f'IF(eng_On=1,INDEX({call},$C{row}+1,1),"not run")', font=styles.ENGINE)
        for column, which in (("E", 2), ("F", 3)):
            text = f"IF(eng_On=1,INDEX({call},$C{row}+1,{which}),0)"
            canvas.formula(f"{column}{row}", text, AMOUNT, styles.ENGINE, styles.RIGHT)
        canvas.formula(f"G{row}", f"IF(eng_On=1,F{row}-E{row},0)", AMOUNT, styles.ENGINE, styles.RIGHT)


def _chart(worksheet: Worksheet) -> None:
    """Bars on both sides of the base; the widest on top."""
    title = "What each driver by itself does to the total: widest first"
    chart = charts.bars(title, "USD less or more than the base", stacked=False, across=True)
    for column, name, colour in (
        (LESS, "At its cheaper end", charts.LIGHT),
        (MORE, "At its dearer end", charts.DARK),
    ):
        chart.series.append(charts.filled(charts.column(worksheet, column, TOP_ROW, LAST_ROW), name, colour))
    chart.set_categories(charts.column(worksheet, 1, TOP_ROW, LAST_ROW))
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    chart.gapWidth = 25
    charts.place(worksheet, chart, f"A{CHART_ROW}", f"{LAST}{LIVE_ROW - 2}")
