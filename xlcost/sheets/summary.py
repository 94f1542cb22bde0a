"""Draw Summary: the answer on one page, in numbers, pictures and words that formulas make."""

from __future__ import annotations

from dataclasses import dataclass, replace

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.estimate import STAGE_COSTS, STAGE_FLOWS
from xlcost.sheets import alternatives, charts, montecarlo, savings, sensitivity, styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.inputs import placeholders, statuses
from xlcost.sheets.layout import CASES, FIRST, HEAD_ROW, LIVE_CASE, TIMELINE, Layout, letter
from xlcost.sheets.sentences import Sentence, write

TITLE = "Summary"
TILES = ("total_cost", "request_cost", "npv", "payback_month")
TILE_COLUMNS = ("A", "C", "F", "I", "K", "M")
LABEL, FIRST_CASE, LAST = "A", 2, "O"
PIECES = 17  # the column, right of the page, from which on the sentences have their words
YEARS = 6

WORDS_ROW = 8
TILES_NOTE_ROW = HEAD_ROW + 2
CHART_ROW = WORDS_ROW + 16
CASES_ROW = CHART_ROW + 14
CHARTS = {"A": "D", "E": "J", "K": "O"}  # from which to which column
LINES_COLUMN = "I"
MARGINS = (0.3, 0.45)  # above and below, in inches: one page is small enough

OF_COST = (
    Sentence(
        "The run that everybody budgets costs {run_cost:#,##0.00} USD; all of it costs {total_cost} USD over "
        "{horizon_months:0} months."
    ),
    Sentence(
        "A model that ships takes {experiments:0.0} experiments; with their evaluation and people it costs "
        "{shipping_multiple} times one run."
    ),
    Sentence(
        "Serving keeps {replicas_at_peak:0} replica(s) at the peak, {peak_utilisation:0%} utilised; a request costs "
        "{request_cost:0.0000} USD in all.",
        when="total_requests",
        otherwise="No requests are planned: serving keeps {replicas_at_peak:0} replica(s).",
    ),
    Sentence(
        "It is trained again {retrain_count:0} times in the horizon, at {retrain_cost} USD each.",
        when="retrains_happen",
        otherwise="It is not trained again in the horizon.",
    ),
    Sentence(
        "The plan has paid for itself in month {payback_month:0}; its net present value is {npv} USD.",
        when="pays_back",
        otherwise="With a benefit of {total_benefit} USD entered, {unpaid:@}.",
    ),
)
OF_DECISION = (
    Sentence(
        "The best with tuning ({best_tuned}) is ahead from this many requests a month on: {verdict_volume}; "
        "there are {verdict_requests} on average.",
        when="outside_allowed",
        otherwise="The best with tuning ({best_tuned}) is ahead of what is not allowed from this many requests a "
        "month on: {verdict_volume}; there are {verdict_requests} on average.",
    ),
    Sentence(
        "The plan of this case has cost less than prompting from this month on: {prompt_breakeven_month}. "
        "The best is ahead of the best on the other side by {verdict_margin} USD.",
        when="both_allowed",
        otherwise="The plan of this case has cost less than prompting from this month on: {prompt_breakeven_month}. "
        "Nothing on the other side is allowed; an open model, prompted on own GPUs, is not compared.",
    ),
)


@dataclass(frozen=True)
class Pages:
    """Where the pages that this one sums up have what it says."""

    sensitivity: sensitivity.Placed
    montecarlo: montecarlo.Placed
    savings: savings.Placed


def draw(book: Workbook, layout: Layout, pages: Pages) -> None:
    """Tiles, the decision in words, cases side by side, years, and four charts; one A4 page."""
    worksheet = book[TITLE]
    canvas = Canvas(worksheet)
    canvas.top(TITLE, "Whether it is worth it, what it costs, what would make it cheaper, and how sure that is.")
    canvas.formula("E1", f'"Live case: "&{LIVE_CASE}', font=styles.HEADING)
    canvas.widths({LABEL: 26, **{letter(column): 11.5 for column in range(2, 8)}, "H": 2})
    canvas.widths({letter(column): 11.5 for column in range(9, 16)})
    _tiles(canvas, layout, pages)
    _words(canvas, layout, pages)
    cases = _cases(canvas, layout, CASES_ROW)
    years = _years(canvas, layout, cases + 2)
    bridge = _bridge(canvas, layout, CASES_ROW)
    _charts(book, layout, cases, years, bridge)
    canvas.heights(1, years)
    canvas.printed("result", "A4")
    worksheet.page_setup.fitToHeight = 1
    worksheet.page_margins.top, worksheet.page_margins.bottom = MARGINS
    worksheet.print_area = f"A1:{LAST}{years}"


def _tiles(canvas: Canvas, layout: Layout, pages: Pages) -> None:
    tiles = []
    for name in TILES:
        unit = layout.graph.unit(name)
        shown = "#,##0" if str(unit) == "USD" else "#,##0.0000" if "request" in str(unit) else "0"
        tiles.append((f"{layout.graph.label(name)}, {unit}", layout.live(name), shown))
    tiles.append(("Lean saves of Base, USD", pages.savings.saved, "#,##0"))
    tiles.append(("P80 less base, USD (stored)", pages.montecarlo.contingency, "#,##0"))
    for column, (text, formula, shown) in zip(TILE_COLUMNS, tiles, strict=True):
        canvas.text(f"{column}{HEAD_ROW}", text, styles.TILE_LABEL)
        # As a text, which may be wider than its column.
        canvas.formula(f"{column}{HEAD_ROW + 1}", f'TEXT({formula},"{shown}")', font=styles.TILE)
    canvas.sheet.row_dimensions[HEAD_ROW + 1].height = 24
    choice = layout.live("verdict_choice")
    of_tiles = Sentence(
        "These figures, the tables and the charts by stage and month are of the plan of this case.",
        when="alone",
        otherwise="These figures, the tables and the charts by stage and month are of the plan of this case. "
        "The best way is another: {choice}, at {verdict_total_cost} USD in all.",
        more={
            "alone": f'IF(OR({choice}="plan",{choice}="none"),1,0)',
            "choice": alternatives.label_of(layout, "verdict_choice"),
        },
    )
    write(canvas, layout, [of_tiles], LABEL, TILES_NOTE_ROW, PIECES, styles.SENTENCE)


def _words(canvas: Canvas, layout: Layout, pages: Pages) -> None:
    """What is decided, why, and how sure it is: by formulas, from the live case."""
    canvas.heading(WORDS_ROW, "The decision, in words", LAST)
    number = WORDS_ROW + 1
    for line, font in enumerate((styles.HEADING, styles.SENTENCE)):
        said = f"{alternatives.TITLE}!$A${alternatives.WORDS_ROW + line}"
        canvas.formula(f"{LABEL}{number + line}", said, font=font)
    of_inputs = Sentence(
        "{placeholders} of {inputs} inputs are placeholders: figures that nobody has quoted or measured for you yet.",
        more={"placeholders": placeholders(layout), "inputs": f'COUNTIF({statuses(layout)},"?*")'},
    )
    both = f"IF(ISNUMBER({layout.live('verdict_margin')}),1,0)"
    tuned = alternatives.label_of(layout, "best_tuned")
    of_decision = [replace(each, more={"both_allowed": both, "best_tuned": tuned}) for each in OF_DECISION]
    of_engine = (_of_range(pages), _of_drivers(pages), _of_levers(pages))
    says = ("the plan does not pay for itself", "nothing here says whether the plan pays for itself")
    unpaid = f'IF({layout.live("total_benefit")}>0,"{says[0]}","{says[1]}")'
    of_cost = [replace(each, more={"unpaid": unpaid}) for each in OF_COST]
    told = [*of_decision, _of_lean(layout, pages), *of_engine, *of_cost, of_inputs]
    write(canvas, layout, told, LABEL, number + 2, PIECES, styles.SENTENCE)


def _of_lean(layout: Layout, pages: Pages) -> Sentence:
    more = {
        "lean": layout.source("total_cost", CASES.index(savings.LEAN)),
        "saved": pages.savings.saved,
        "extra": f"-{pages.savings.saved}",
        "share": pages.savings.saved_share,
    }
    return Sentence(
        "Case Lean, a careful start with all levers on, costs {lean} USD: {saved} USD, {share:0%}, less than Base.",
        when="saved",
        otherwise="Case Lean, with all levers on, saves nothing: it costs {lean} USD, {extra} USD more than Base.",
        more=more,
    )


def _of_range(pages: Pages) -> Sentence:
    more = {
        "stale": pages.montecarlo.stamp.is_stale,
        "over": pages.montecarlo.contingency,
        "below": pages.montecarlo.below,
        **pages.montecarlo.percentiles,
    }
    return Sentence(
        "Its range is stored for OTHER INPUTS: then P10 to P90 was {p10} to {p90} USD. Make the workbook again.",
        when="stale",
        otherwise="Four of five draws lie between {p10} and {p90} USD; {below:0%} cost no more than the total here. "
        "Set {over} USD aside beside it, so that it lasts in four of five (stored).",
        more=more,
    )


def _of_levers(pages: Pages) -> Sentence:
    return Sentence(
        "What levers save was stored for OTHER INPUTS: then they brought {none} to {all} USD.",
        when="stale",
        otherwise="All levers by themselves, and nothing else, bring {none} to {all} USD (stored).",
        more={
            "stale": pages.savings.stamp.is_stale,
            "none": pages.savings.unlevered,
            "all": pages.savings.optimised,
        },
    )


def _of_drivers(pages: Pages) -> Sentence:
    first, second, third = pages.sensitivity.drivers[:3]
    return Sentence(
        "What moved its total most when it was stored, with OTHER INPUTS: {first}; {second}; {third}.",
        when="stale",
        otherwise="What moves the total most: {first} ({swing} USD from its P10 to its P90); {second}; {third}.",
        more={
            "stale": pages.sensitivity.stamp.is_stale,
            "first": first,
            "second": second,
            "third": third,
            "swing": pages.sensitivity.swings[0],
        },
    )


def _cases(canvas: Canvas, layout: Layout, number: int) -> int:
    canvas.head(("Case by case, USD", *CASES), row=number)
    for name in (*STAGE_COSTS, "total_cost", "present_cost", "npv"):
        number += 1
        canvas.text(f"{LABEL}{number}", layout.graph.label(name))
        for case in range(len(CASES)):
            address = f"{letter(FIRST_CASE + case)}{number}"
            cell = canvas.formula(address, layout.source(name, case), "#,##0", styles.LINK)
            if name == "total_cost":
                cell.border, cell.font = styles.OVER, styles.STRONG
    return number


def _years(canvas: Canvas, layout: Layout, number: int) -> int:
    canvas.head(["Year by year, USD"], row=number)
    head = number
    for year in range(YEARS):
        column = letter(FIRST_CASE + year)
        cell = canvas.formula(
            f"{column}{head}", f"{letter(FIRST_CASE + year - 1)}{head}+1" if year else "0", "0", styles.HEAD
        )
        cell.fill, cell.alignment = styles.HEAD_FILL, styles.CENTRE
    first, last = layout.month_span
    years = f"{TIMELINE}!${first}${layout.live_rows['year']}:${last}${layout.live_rows['year']}"
    for name in ("total_flow", "benefit_flow", "net_flow"):
        number += 1
        row = layout.live_rows[name]
        canvas.text(f"{LABEL}{number}", layout.graph.label(name))
        for year in range(YEARS):
            column = letter(FIRST_CASE + year)
            text = f"SUMIF({years},{column}${head},{TIMELINE}!${first}${row}:${last}${row})"
            canvas.formula(f"{column}{number}", text, "#,##0")
    return number


def _bridge(canvas: Canvas, layout: Layout, number: int) -> int:
    """What the waterfall needs, right of the page: where each stage begins, and how much it adds. Its last row."""
    label, start, adds = (letter(PIECES + offset) for offset in range(3))
    canvas.head(("From stage to total, USD", "Starts at", "Adds"), row=number, first=PIECES)
    for place, name in enumerate((*STAGE_COSTS, "total_cost")):
        number += 1
        canvas.text(f"{label}{number}", layout.graph.label(name))
        if 0 < place < len(STAGE_COSTS):
            canvas.formula(f"{start}{number}", f"{start}{number - 1}+{adds}{number - 1}", "#,##0")
        canvas.formula(f"{adds}{number}", layout.live(name), "#,##0", styles.LINK)
    return number


def _charts(book: Workbook, layout: Layout, cases: int, years: int, bridge: int) -> None:
    worksheet = book[TITLE]
    drawn = (
        _waterfall(worksheet, bridge),
        _by_month(book[TIMELINE], layout),
        _by_case(worksheet, layout, cases - len(STAGE_COSTS) - 2),
    )
    for chart, (first, last) in zip(drawn, CHARTS.items(), strict=True):
        charts.place(worksheet, chart, f"{first}{CHART_ROW}", f"{last}{CASES_ROW - 2}")
    title = "The alternatives: total so far, live case"
    lines = alternatives.chart_of(book[alternatives.TITLE], layout, title)
    charts.place(worksheet, lines, f"{LINES_COLUMN}{CASES_ROW}", f"{LAST}{years}")


def _waterfall(worksheet: Worksheet, last: int) -> BarChart:
    """From stage to total, live case."""
    first = last - len(STAGE_COSTS)
    chart = charts.bars("From stage to total, live case", "USD")
    adds = charts.filled(charts.column(worksheet, PIECES + 2, first, last), "Adds", charts.MIDDLE)
    adds.data_points.append(charts.point(len(STAGE_COSTS), charts.DARK))
    chart.series = [charts.filled(charts.column(worksheet, PIECES + 1, first, last), "Starts at", ""), adds]
    chart.set_categories(charts.column(worksheet, PIECES, first, last))
    chart.legend = None
    return chart


def _by_month(timeline: Worksheet, layout: Layout) -> BarChart:
    """Cost by month, and the total so far on an axis of its own."""
    chart = charts.bars("By month: colours as on the right; line: so far", "USD a month")
    last = FIRST + layout.months - 1

    def row(name: str) -> Reference:
        return Reference(timeline, min_col=FIRST, max_col=last, min_row=layout.live_rows[name])

    for place, name in enumerate(STAGE_FLOWS):
        chart.series.append(charts.filled(row(name), layout.graph.label(name), charts.COLOURS[place], edge=False))
    chart.set_categories(Reference(timeline, min_col=FIRST, max_col=last, min_row=HEAD_ROW))
    chart.x_axis.tickLblSkip = chart.x_axis.tickMarkSkip = 6
    chart.gapWidth = 10
    line = LineChart()
    line.series.append(charts.drawn(row("cumulative_cost"), "Total so far", charts.BLACK))
    chart += charts.second_axis(line, "USD so far")
    chart.legend = None
    return chart


def _by_case(worksheet: Worksheet, layout: Layout, first: int) -> BarChart:
    """The stages of each case on each other."""
    chart = charts.bars("Cost by stage, case by case", "USD")
    last = FIRST_CASE + len(CASES) - 1
    for place, name in enumerate(STAGE_COSTS):
        values = Reference(worksheet, min_col=FIRST_CASE, max_col=last, min_row=first + place)
        chart.series.append(charts.filled(values, layout.graph.label(name), charts.COLOURS[place]))
    chart.set_categories(Reference(worksheet, min_col=FIRST_CASE, max_col=last, min_row=first - 1))
    return chart
