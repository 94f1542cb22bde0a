"""Draw Levers: what each lever saves, and what all of them do, on one page. Their workings are on Strategies."""

from __future__ import annotations

import math
from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.estimate import STAGE_COSTS
from xlcost.analysis.levers import SWITCH, lever_names
from xlcost.sheets import charts, styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.inputs import live_inputs
from xlcost.sheets.layout import CASES, HEAD_ROW, LIVE_CASE, TOP_ROW, Layout, letter
from xlcost.sheets.snapshot import AMOUNT, Snapshot, Stamp, put, stamp

TITLE = "Levers"
PURPOSE = "What would make it cheaper: each lever by itself, beside all the others, and from base to optimised."

BASE, LEAN = CASES[:2]
SIGNED = f"{AMOUNT};-{AMOUNT};0"
HEADS = (
    "Lever, in the order of the steps",
    "What becomes of it",
    "Its cost once, USD",
    "Saves by itself, USD",
    "Saves beside all others, USD",
    "Step: saves, USD",
    "Total after it, USD",
    "Pays back in month",
)
LAST = letter(len(HEADS))
LEVERS = len(lever_names())
NONE_ROW, ALL_ROW = TOP_ROW, TOP_ROW + LEVERS + 1
LIVE_ROW = ALL_ROW + 1
LEAN_ROW = LIVE_ROW + 2
CHART_ROW = LEAN_ROW + len(STAGE_COSTS) + 4
STAMP_ROW = CHART_ROW + 20
ROOM = 1.5  # below the lowest total in the chart, as a multiple of what the steps span


@dataclass(frozen=True)
class Placed:
    """Where others find what stands here: cells with their sheet."""

    stamp: Stamp
    saved: str  # Base less Lean, USD, by native formulas
    saved_share: str
    unlevered: str  # total of the stored case with no lever on, USD
    optimised: str  # and with all of them


def draw(worksheet: Worksheet, layout: Layout, kept: Snapshot, engine: bool) -> Placed:
    """The steps from no lever to all of them, Base and Lean natively, and a waterfall."""
    canvas = Canvas(worksheet)
    canvas.top(TITLE, PURPOSE)
    canvas.formula("F1", f'"Live case: "&{LIVE_CASE}', font=styles.HEADING)
    canvas.widths({"A": 46, **{letter(column): 17 for column in range(2, 9)}, "I": 2})
    canvas.head(HEADS)
    worksheet.row_dimensions[HEAD_ROW].height = 26
    _steps(canvas, layout, kept)
    if engine:
        _live(canvas, layout)
    total = _lean(canvas, layout)
    made = stamp(canvas, STAMP_ROW, LAST, kept, layout, (f"C{NONE_ROW}:E{ALL_ROW}", f"G{NONE_ROW}:H{ALL_ROW}"))
    _chart(canvas, kept)
    canvas.heights(1, STAMP_ROW)
    canvas.printed("result", f"B{TOP_ROW}")
    worksheet.page_setup.fitToHeight = 1
    worksheet.print_area = f"A1:{LAST}{STAMP_ROW - 2}"
    return Placed(made, f"{TITLE}!$D${total}", f"{TITLE}!$E${total}", f"{TITLE}!$G${NONE_ROW}", f"{TITLE}!$G${ALL_ROW}")


def _steps(canvas: Canvas, layout: Layout, kept: Snapshot) -> None:
    """Totals after each step are stored; what a step saves is their difference, so that steps add up exactly."""
    table = kept.levers
    canvas.text(f"A{NONE_ROW}", "No lever on", styles.STRONG)
    put(canvas, f"G{NONE_ROW}", table.base if table else None)
    for place, name in enumerate(lever_names()):
        row = NONE_ROW + 1 + place
        canvas.text(f"A{row}", layout.graph.label(name + SWITCH))
        each = table.levers[place] if table else None
        put(canvas, f"B{row}", each.state if each else None)
        for column, field in zip("CDEGH", ("one_off_cost", "alone", "together", "total", "payback_month"), strict=True):
            shown = "0" if column == "H" else SIGNED
            put(canvas, f"{column}{row}", getattr(each, field) if each else None, shown)
        canvas.formula(f"F{row}", f"G{row - 1}-G{row}", SIGNED, alignment=styles.RIGHT)
    canvas.text(f"A{ALL_ROW}", "All levers on", styles.STRONG)
    canvas.formula(f"F{ALL_ROW}", f"SUM(F{NONE_ROW + 1}:F{ALL_ROW - 1})", SIGNED, styles.STRONG, styles.RIGHT)
    put(canvas, f"G{ALL_ROW}", table.optimised if table else None)
    for column in "ABCDEFGH":
        canvas.sheet[f"{column}{ALL_ROW}"].border = styles.OVER


def _live(canvas: Canvas, layout: Layout) -> None:
    canvas.text(f"A{LIVE_ROW}", "All levers save, live by the engine, USD", styles.LABEL)
    text = f"IF(eng_On=1,FT_LEVER_SAVING({live_inputs(layout)}),0)"
    canvas.formula(f"B{LIVE_ROW}", text, SIGNED, styles.ENGINE, styles.RIGHT)


def _lean(canvas: Canvas, layout: Layout) -> int:
    """Case Lean has all levers on: stage by stage beside Base, by native formulas. The row of the total."""
    canvas.head((f"{BASE} to {LEAN}, by native formulas", BASE, LEAN, "Saves, USD", "Of Base"), row=LEAN_ROW)
    number = LEAN_ROW
    for name in (*STAGE_COSTS, "total_cost"):
        number += 1
        canvas.text(f"A{number}", layout.graph.label(name))
        for column, case in (("B", BASE), ("C", LEAN)):
            text = layout.source(name, CASES.index(case))
            canvas.formula(f"{column}{number}", text, AMOUNT, styles.LINK, styles.RIGHT)
        canvas.formula(f"D{number}", f"B{number}-C{number}", SIGNED, alignment=styles.RIGHT)
        share = f"IF(B{number}>0,D{number}/B{number},0)"
        canvas.formula(f"E{number}", share, "0.0%;-0.0%;0.0%", alignment=styles.RIGHT)
    for column in "ABCDE":
        cell = canvas.sheet[f"{column}{number}"]
        cell.border = styles.OVER
    canvas.sheet[f"A{number}"].font = styles.STRONG
    notes = (
        "By itself: against no lever at all.",
        "Beside all others: what would be lost if it alone were left out.",
        "A lever that saves less than it costs once is negative.",
        f"{LEAN} has all levers on, and more that differs on Inputs.",
    )
    for offset, note in enumerate(notes, 1):
        canvas.text(f"F{LEAN_ROW + offset}", note, styles.NOTE).alignment = styles.INDENT
    return number


def _chart(canvas: Canvas, kept: Snapshot) -> None:
    """A waterfall: invisible up to where a step begins, then what it saves or costs."""
    worksheet = canvas.sheet
    canvas.head(("Up to", "Total", "Saves", "Costs more"), row=HEAD_ROW, first=10)
    for row in range(NONE_ROW, ALL_ROW + 1):
        if row in (NONE_ROW, ALL_ROW):
            canvas.formula(f"K{row}", f"G{row}", AMOUNT)
            continue
        canvas.formula(f"J{row}", f"MIN(G{row - 1},G{row})", AMOUNT)
        canvas.formula(f"L{row}", f"MAX(F{row},0)", AMOUNT)
        canvas.formula(f"M{row}", f"MAX(-F{row},0)", AMOUNT)
    title = f"From no lever to all of them, case {kept.case.name} as stored (light: saves; black: costs more)"
    chart = charts.bars(title, "USD; the axis does not begin at 0", across=True)
    for column, name, colour in (
        (10, "Up to", ""),
        (11, "Total", charts.DARK),
        (12, "Saves", charts.COLOURS[5]),
        (13, "Costs more", charts.BLACK),
    ):
        chart.series.append(charts.filled(charts.column(worksheet, column, NONE_ROW, ALL_ROW), name, colour))
    chart.set_categories(charts.column(worksheet, 1, NONE_ROW, ALL_ROW))
    chart.legend = None
    chart.y_axis.scaling.min = _floor(kept)
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"
    charts.place(worksheet, chart, f"A{CHART_ROW}", f"{LAST}{STAMP_ROW - 3}")


def _floor(kept: Snapshot) -> float:
    """Where the axis begins: steps of a few per cent could not be seen from 0 on. A round amount."""
    if kept.levers is None:
        return 0.0
    totals = [kept.levers.base, *(each.total for each in kept.levers.levers)]
    least, span = min(totals), max(totals) - min(totals)
    if span <= 0 or least <= 0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(least)) / 2
    return max(0.0, math.floor((least - ROOM * span) / step) * step)
