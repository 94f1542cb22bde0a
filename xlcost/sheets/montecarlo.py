"""Draw MonteCarlo: how sure the total of the live case is, from draws of the engine that are stored, on one page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from openpyxl.chart import LineChart
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.uncertainty import RANGED
from xlcost.sheets import charts, styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.inputs import live_inputs, live_sources
from xlcost.sheets.layout import HEAD_ROW, LIVE_CASE, TOP_ROW, Layout, letter
from xlcost.sheets.snapshot import AMOUNT, SEED, TRIALS, Snapshot, Stamp, label, put, stamp

TITLE = "MonteCarlo"
PURPOSE = "How sure the total is: every unsure driver drawn from its distribution, all at once, many times."

PERCENTILES = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}
HEADS = ("Cost, USD", "P10", "P50", "P80", "P90", "Mean", "Base then", "Base now", "P80 less base now")
LAST = letter(len(HEADS))
BUDGETS = {"The total as it is now": 1.0, "25% more": 1.25, "50% more": 1.5, "Twice as much": 2.0}
BUDGET_HEADS = ("Chance that the total exceeds a budget", "Times the base", "Budget, USD", "Chance", "Live")
GRID = (0, 0.01, 0.02, 0.05, *(tenth / 20 for tenth in range(2, 20)), 0.98, 0.99, 1)
MOST = 10  # drivers whose rank correlation is shown
BINS, CAP = 22, 0.96  # bars of the histogram, and the share of draws that they are spread over

COST_ROW = TOP_ROW + 1
TOTAL_ROW = COST_ROW + len(RANGED) - 1
LIVE_ROW = TOTAL_ROW + 1
BUDGET_ROW = LIVE_ROW + 2
CHART_ROW = BUDGET_ROW + MOST + 2
STAMP_ROW = CHART_ROW + 22
GRID_ROW = STAMP_ROW + 12  # below: what the charts draw, and the steps of the look-up


@dataclass(frozen=True)
class Placed:
    """Where others find what stands here: cells with their sheet."""

    stamp: Stamp
    percentiles: dict[str, str]  # of the total, USD
    contingency: str  # P80 less the base now, USD
    below: str  # the share of draws that cost no more than the base then


def draw(worksheet: Worksheet, layout: Layout, kept: Snapshot, engine: bool) -> Placed:
    """Percentiles of each stage, the chance of exceeding budgets, what the total goes with, and two charts."""
    canvas = Canvas(worksheet)
    canvas.top(TITLE, PURPOSE)
    canvas.formula("F1", f'"Live case: "&{LIVE_CASE}', font=styles.HEADING)
    canvas.widths({"A": 42, **{letter(column): 14.5 for column in range(2, 10)}, "J": 2})
    _percentiles(canvas, layout, kept)
    below = _correlations(canvas, kept)
    months = layout.months
    _histogram(canvas, kept)
    _fan(canvas, layout, kept)
    spans = (
        f"B{COST_ROW}:G{TOTAL_ROW}",
        f"I{BUDGET_ROW + 1}:I{BUDGET_ROW + MOST}",
        f"B{GRID_ROW + 1}:B{GRID_ROW + len(GRID)}",
        f"D{GRID_ROW + 1}:E{GRID_ROW + BINS}",
        f"J{GRID_ROW + 1}:L{GRID_ROW + months}",
    )
    _grid(canvas, kept)
    made = stamp(canvas, STAMP_ROW, LAST, kept, layout, spans)
    draws = _draws(canvas)
    _budgets(canvas, layout, draws if engine else "")
    if engine:
        _live(canvas, layout, draws)
    _charts(worksheet, months)
    canvas.heights(1, STAMP_ROW)
    canvas.printed("result", f"B{TOP_ROW}")
    worksheet.page_setup.fitToHeight = 1
    worksheet.print_area = f"A1:{LAST}{STAMP_ROW - 2}"
    where = {name: f"{TITLE}!${column}${TOTAL_ROW}" for name, column in zip(PERCENTILES, "BCDE", strict=True)}
    return Placed(made, where, f"{TITLE}!$I${TOTAL_ROW}", f"{TITLE}!{below}")


def _percentiles(canvas: Canvas, layout: Layout, kept: Snapshot) -> None:
    canvas.head(HEADS)
    canvas.sheet.row_dimensions[HEAD_ROW].height = canvas.sheet.row_dimensions[BUDGET_ROW].height = 26
    canvas.text(f"A{TOP_ROW}", "Chance that it costs no more", styles.NOTE)
    for column, chance in zip("BCDE", PERCENTILES.values(), strict=True):
        canvas.number(f"{column}{TOP_ROW}", chance, "0%", styles.NOTE).alignment = styles.RIGHT
    for place, name in enumerate(RANGED):
        row = COST_ROW + place
        is_total = row == TOTAL_ROW
        canvas.text(f"A{row}", layout.graph.label(name), styles.STRONG if is_total else styles.LABEL)
        known = kept.simulation[name] if kept.simulation else None
        for column, field in zip("BCDEF", (*PERCENTILES, "mean"), strict=True):
            put(canvas, f"{column}{row}", getattr(known, field) if known else None)
        put(canvas, f"G{row}", kept.found[name])
        canvas.formula(f"H{row}", layout.live(name), AMOUNT, styles.LINK, styles.RIGHT)
        text = f'IF(ISNUMBER(D{row}),D{row}-H{row},"no value")'
        canvas.formula(f"I{row}", text, f"{AMOUNT};-{AMOUNT};0", alignment=styles.RIGHT)
        if is_total:
            for column in "ABCDEFGHI":
                canvas.sheet[f"{column}{row}"].border = styles.OVER


def _live(canvas: Canvas, layout: Layout, draws: str) -> None:
    """The percentiles of the total, by the engine, for the inputs as they are now."""
    canvas.text(f"A{LIVE_ROW}", "The total, live by the engine")
    for column in "BCDE":
        call = f"FT_PERCENTILE({column}${TOP_ROW},{live_inputs(layout)},{draws},,{live_sources(layout)})"
        text = f"IF(eng_On=1,{call},0)"
        canvas.formula(f"{column}{LIVE_ROW}", text, AMOUNT, styles.ENGINE, styles.RIGHT)


def _draws(canvas: Canvas) -> str:
    """How many draws and which, beside the stamp: arguments of the functions."""
    row = STAMP_ROW + 9
    canvas.text(f"A{row}", "Draws, and their seed", styles.NOTE)
    for column, value in (("B", TRIALS), ("C", SEED)):
        canvas.number(f"{column}{row}", value, "#,##0", styles.NOTE).alignment = styles.RIGHT
    return f"$B${row},$C${row}"


def _correlations(canvas: Canvas, kept: Snapshot) -> str:
    """What the total goes with, beside the budgets; and below them, where the base lies among the draws."""
    canvas.head(("Goes with it", "", "", "Rank correlation"), row=BUDGET_ROW, first=6)
    known = list(kept.simulation.rank_correlations.items())[:MOST] if kept.simulation else []
    graph = kept.found.graph
    for place in range(MOST):
        row = BUDGET_ROW + 1 + place
        name, value = known[place] if place < len(known) else ("", None)
        label(canvas, f"F{row}", graph.label(name) if name else "")
        canvas.sheet[f"F{row}"].alignment = styles.INDENT
        put(canvas, f"I{row}", round(value, 3) if value is not None else "", "0.00")
    row = BUDGET_ROW + len(BUDGETS) + 2
    canvas.text(f"A{row}", "Draws that cost no more than the base then")
    share = kept.simulation.base_percentile if kept.simulation else None
    put(canvas, f"D{row}", round(share, 4) if share is not None else None, "0.0%")
    notes = (
        "The base takes each driver as it most likely is. Most lows and highs lean",
        "to the dear side, so most draws cost more than the base.",
        "Many of them are placeholders: a chance here is as good as they are.",
        "Left out: a failed programme, a retired base model, posts that stay empty.",
    )
    for offset, note in enumerate(notes, 1):
        canvas.text(f"A{row + offset}", note, styles.NOTE)
    return f"$D${row}"


def _grid(canvas: Canvas, kept: Snapshot) -> None:
    canvas.head(("Chance that the total is no more", "Total, USD"), row=GRID_ROW)
    for place, chance in enumerate(GRID):
        row = GRID_ROW + 1 + place
        canvas.number(f"A{row}", chance, "0%", styles.NOTE).alignment = styles.RIGHT
        put(canvas, f"B{row}", kept.simulation.percentile(chance) if kept.simulation else None)


def _budgets(canvas: Canvas, layout: Layout, draws: str) -> None:
    """The chance of exceeding each budget, on straight lines between the percentiles that are stored."""
    canvas.head(BUDGET_HEADS if draws else BUDGET_HEADS[:-1], row=BUDGET_ROW)
    first, last = GRID_ROW + 1, GRID_ROW + len(GRID)
    totals, chances = f"$B${first}:$B${last}", f"$A${first}:$A${last}"
    canvas.head(("Line below", "Below", "Above", "Chance below", "Chance above"), row=BUDGET_ROW, first=14)
    for place, (text, factor) in enumerate(BUDGETS.items()):
        row = BUDGET_ROW + 1 + place
        canvas.text(f"A{row}", text)
        canvas.number(f"B{row}", factor, "0.00", styles.NOTE).alignment = styles.RIGHT
        canvas.formula(f"C{row}", f"{layout.live('total_cost')}*B{row}", AMOUNT, alignment=styles.RIGHT)
        canvas.formula(f"N{row}", f'MIN(COUNTIF({totals},"<="&C{row}),ROWS({totals})-1)', "0")
        for column, text in (
            ("O", f"INDEX({totals},MAX(N{row},1))"),
            ("P", f"INDEX({totals},MAX(N{row},1)+1)"),
            ("Q", f"INDEX({chances},MAX(N{row},1))"),
            ("R", f"INDEX({chances},MAX(N{row},1)+1)"),
        ):
            canvas.formula(f"{column}{row}", text, "#,##0.00")
        between = f"IF(P{row}>O{row},MIN(MAX((C{row}-O{row})/(P{row}-O{row}),0),1),0)"
        canvas.formula(f"S{row}", between, "0.00")
        canvas.formula(f"D{row}", f"1-Q{row}-(R{row}-Q{row})*S{row}", "0.0%", alignment=styles.RIGHT)
        if draws:
            call = f"FT_BUDGET_RISK(C{row},{live_inputs(layout)},{draws},{live_sources(layout)})"
            canvas.formula(f"E{row}", f"IF(eng_On=1,{call},0)", "0.0%", styles.ENGINE, styles.RIGHT)
    canvas.text(f"S{BUDGET_ROW}", "Between", styles.HEAD).fill = styles.HEAD_FILL


def _histogram(canvas: Canvas, kept: Snapshot) -> None:
    """Draws by what they cost: in steps of a round amount, the last one open."""
    canvas.head(("From, USD", "Draws", "Others", "With the base now", "With P80"), row=GRID_ROW, first=4)
    starts, counts = _bins(kept)
    for place in range(BINS):
        row = GRID_ROW + 1 + place
        put(canvas, f"D{row}", starts[place])
        put(canvas, f"E{row}", counts[place], "#,##0")
        for column, value, unless in (("G", f"$H${TOTAL_ROW}", ""), ("H", f"$D${TOTAL_ROW}", f"G{row}=0,")):
            before = f",{value}<D{row + 1}" if place + 1 < BINS else ""  # the last one has no end
            canvas.formula(f"{column}{row}", f"IF(AND({unless}{value}>=D{row}{before}),E{row},0)", "#,##0")
        canvas.formula(f"F{row}", f"IF(ISNUMBER(E{row}),E{row}-G{row}-H{row},0)", "#,##0")


def _bins(kept: Snapshot) -> tuple[list[float | None], list[float | None]]:
    if kept.simulation is None:
        return [None] * BINS, [None] * BINS
    least, most = (kept.simulation.percentile(each) for each in (0.0, CAP))
    step = _round_step((most - min(least, kept.total or least)) / (BINS - 2))
    first = math.floor(min(least, kept.total or least) / step) * step
    starts = [first + place * step for place in range(BINS)]
    upto = [kept.simulation.share_upto(start) for start in starts[1:]] + [1.0]
    shares = [one - before for one, before in zip(upto, [0.0, *upto], strict=False)]
    valid = kept.simulation.trials - kept.simulation.failed
    return list(starts), [round(share * valid) for share in shares]


def _round_step(least: float) -> float:
    """The next 1, 2, 2.5, 4 or 5 with noughts."""
    if least <= 0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(least))
    return next(scale * each for each in (1, 2, 2.5, 4, 5, 10) if scale * each >= least)


def _fan(canvas: Canvas, layout: Layout, kept: Snapshot) -> None:
    """The total so far by month; it stays where it is after the horizon, as on Timeline."""
    canvas.head(("P10", "P50", "P90", "P10 to P90", "Base now"), row=GRID_ROW, first=10)
    canvas.text(f"I{GRID_ROW}", "Month", styles.HEAD).fill = styles.HEAD_FILL
    first, last = layout.month_span
    row_of = layout.live_rows["cumulative_cost"]
    known = kept.simulation.cumulative if kept.simulation else ()
    for month in range(layout.months):
        row = GRID_ROW + 1 + month
        canvas.formula(f"I{row}", f"I{row - 1}+1" if month else "0", "0")
        each = known[min(month, len(known) - 1)] if known else None
        for column, field in zip("JKL", ("p10", "p50", "p90"), strict=True):
            put(canvas, f"{column}{row}", getattr(each, field) if each else None)
        canvas.formula(f"M{row}", f"IF(ISNUMBER(L{row}),L{row}-J{row},0)", AMOUNT)
        text = f"INDEX(Timeline!${first}${row_of}:${last}${row_of},I{row}+1)"
        canvas.formula(f"N{row}", text, AMOUNT, styles.LINK)


def _charts(worksheet: Worksheet, months: int) -> None:
    top = GRID_ROW + 1
    histogram = charts.bars("How often the total comes out so", "Draws")
    for column, name, colour in (
        (6, "Draws", charts.LIGHT),
        (7, "with the base now", charts.BLACK),
        (8, "with P80", charts.MIDDLE),
    ):
        values = charts.column(worksheet, column, top, top + BINS - 1)
        histogram.series.append(charts.filled(values, name, colour))
    histogram.set_categories(charts.column(worksheet, 4, top, top + BINS - 1))
    histogram.x_axis.title = charts.words_of("Total from, USD (the last bar: and more)", charts.AXIS_SIZE)
    histogram.x_axis.number_format, histogram.gapWidth = AMOUNT, 5
    histogram.x_axis.tickLblSkip = 4
    charts.place(worksheet, histogram, f"A{CHART_ROW}", f"D{STAMP_ROW - 3}")

    fan = charts.areas("The total so far: P10 to P90 by month", "USD so far")
    for column, name, colour in ((10, "P10", ""), (13, "P10 to P90", charts.LIGHT)):
        fan.series.append(charts.filled(charts.column(worksheet, column, top, top + months - 1), name, colour))
    line = LineChart()
    for column, name, colour, dash in ((11, "P50", charts.MIDDLE, "dash"), (14, "Base now", charts.BLACK, "solid")):
        line.series.append(charts.drawn(charts.column(worksheet, column, top, top + months - 1), name, colour, dash))
    fan.set_categories(charts.column(worksheet, 9, top, top + months - 1))
    charts.unnamed(fan, 0)
    fan += line
    fan.x_axis.tickLblSkip = fan.x_axis.tickMarkSkip = 6
    fan.x_axis.title = charts.words_of("Month", charts.AXIS_SIZE)
    charts.place(worksheet, fan, f"E{CHART_ROW}", f"{LAST}{STAMP_ROW - 3}")
