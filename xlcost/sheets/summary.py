"""Draw Summary: the answer on one page, in numbers, pictures and words that formulas make."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.series import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.drawing.text import Font as DrawingFont
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.estimate import STAGE_COSTS, STAGE_FLOWS
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.inputs import placeholders, statuses
from xlcost.sheets.layout import CASES, FIRST, HEAD_ROW, LIVE_CASE, Layout, letter
from xlcost.sheets.sentences import Sentence, write

# Eight hues that stay apart in black and white as well: from dark to light.
COLOURS = ("1F3A5F", "3E6A9E", "7FA3CC", "007A33", "6DB38A", "C9A227", "E6D690", "BFC7D1")
TILES = ("total_cost", "present_cost", "request_cost", "run_rate", "npv", "payback_month")
LABEL, FIRST_CASE, LAST = "A", 2, "O"
CHART_COLUMN, CHART_ROWS = "I", (16, 30, 44)
TILE_COLUMNS = ("A", "C", "E", "I", "K", "M")
YEARS = 6
PIECES = 17  # the column, right of the page, from which on the sentences have their words

SENTENCES = (
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
        "{request_cost:0.0000} USD in all."
    ),
    Sentence(
        "It is trained again {retrain_count:0} times in the horizon, at {retrain_cost} USD each.",
        when="retrains_happen",
        otherwise="It is not trained again in the horizon.",
    ),
    Sentence(
        "It has paid for itself in month {payback_month:0}; its net present value is {npv} USD.",
        when="pays_back",
        otherwise="It does not pay for itself in the horizon with the benefit that is given ({total_benefit} USD).",
    ),
)


def draw(worksheet: Worksheet, layout: Layout, timeline: Worksheet) -> None:
    """Tiles, words, cases side by side, years, and three charts; one A4 page."""
    canvas = Canvas(worksheet)
    canvas.top("Summary", "What it costs over the horizon, stage by stage and month by month.")
    canvas.formula("E1", f'"Live case: "&{LIVE_CASE}', font=styles.HEADING)
    canvas.widths({LABEL: 26, **{letter(column): 12.5 for column in range(2, 8)}, "H": 2})
    canvas.widths({letter(column): 12.5 for column in range(9, 16)})
    _tiles(canvas, layout)
    _words(canvas, layout, 8)
    cases = _cases(canvas, layout, 16)
    years = _years(canvas, layout, cases + 2)
    bridge = _bridge(canvas, layout, years + 2)
    _charts(worksheet, layout, timeline, cases, bridge)
    canvas.printed("result", "A4")
    worksheet.page_setup.fitToHeight = 1
    worksheet.print_area = f"A1:{LAST}{max(bridge + 1, CHART_ROWS[-1] + 14)}"


def _tiles(canvas: Canvas, layout: Layout) -> None:
    for place, name in enumerate(TILES):
        column = TILE_COLUMNS[place]
        unit = layout.graph.unit(name)
        canvas.text(f"{column}{HEAD_ROW}", f"{layout.graph.label(name)}, {unit}", styles.TILE_LABEL)
        shown = "#,##0" if str(unit) == "USD" else "#,##0.0000" if "request" in str(unit) else "0"
        canvas.formula(f"{column}{HEAD_ROW + 1}", layout.live(name), shown, styles.TILE, styles.LEFT)
    canvas.sheet.row_dimensions[HEAD_ROW + 1].height = 24


def _words(canvas: Canvas, layout: Layout, number: int) -> None:
    """Conclusions, made by formulas from the live case."""
    canvas.heading(number, "In words", LAST)
    of_inputs = Sentence(
        "{placeholders} of {inputs} inputs are placeholders: figures that nobody has quoted or measured for you yet.",
        more={"placeholders": placeholders(layout), "inputs": f'COUNTIF({statuses(layout)},"?*")'},
    )
    write(canvas, layout, [*SENTENCES, of_inputs], LABEL, number + 1, PIECES)


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
    years = f"Timeline!${first}${layout.live_rows['year']}:${last}${layout.live_rows['year']}"
    for name in (*STAGE_FLOWS, "total_flow", "benefit_flow"):
        number += 1
        row = layout.live_rows[name]
        canvas.text(f"{LABEL}{number}", layout.graph.label(name))
        for year in range(YEARS):
            column = letter(FIRST_CASE + year)
            text = f"SUMIF({years},{column}${head},Timeline!${first}${row}:${last}${row})"
            cell = canvas.formula(f"{column}{number}", text, "#,##0")
            if name == "total_flow":
                cell.border, cell.font = styles.OVER, styles.STRONG
    return number


def _bridge(canvas: Canvas, layout: Layout, number: int) -> int:
    """What the waterfall needs: where each stage begins, and how much it adds."""
    canvas.head(("From stage to total, USD", "Starts at", "Adds"), row=number)
    for place, name in enumerate((*STAGE_COSTS, "total_cost")):
        number += 1
        canvas.text(f"{LABEL}{number}", layout.graph.label(name))
        if 0 < place < len(STAGE_COSTS):
            canvas.formula(f"B{number}", f"B{number - 1}+C{number - 1}", "#,##0")
        canvas.formula(f"C{number}", layout.live(name), "#,##0", styles.LINK)
    return number


def _charts(worksheet: Worksheet, layout: Layout, timeline: Worksheet, cases: int, bridge: int) -> None:
    first_case_row = cases - len(STAGE_COSTS) - 2
    by_case = _stacked("Cost by stage, case by case", "USD")
    for place in range(len(STAGE_COSTS)):
        row = first_case_row + place
        _add(
            by_case,
            Reference(worksheet, min_col=2, max_col=1 + len(CASES), min_row=row),
            worksheet[f"A{row}"].value,
            place,
        )
    by_case.set_categories(Reference(worksheet, min_col=2, max_col=1 + len(CASES), min_row=first_case_row - 1))
    worksheet.add_chart(by_case, f"{CHART_COLUMN}{CHART_ROWS[0]}")

    by_month = _stacked("Cost by month, live case, with the total so far", "USD a month")
    last = FIRST + layout.months - 1
    months = Reference(timeline, min_col=FIRST, max_col=last, min_row=HEAD_ROW)
    for place, name in enumerate(STAGE_FLOWS):
        row = layout.live_rows[name]
        _add(by_month, Reference(timeline, min_col=FIRST, max_col=last, min_row=row), layout.graph.label(name), place)
    by_month.set_categories(months)
    line = LineChart()
    row = layout.live_rows["cumulative_cost"]
    series = Series(Reference(timeline, min_col=FIRST, max_col=last, min_row=row), title="Total so far, USD")
    series.graphicalProperties.line.solidFill = "000000"
    series.graphicalProperties.line.width = 19050
    series.smooth = False
    line.series.append(series)
    line.y_axis.axId = 200
    line.y_axis.title = _words_of("USD so far", 800)
    line.y_axis.txPr = _small()
    line.y_axis.crosses = "max"
    line.y_axis.majorGridlines = None
    line.y_axis.number_format = "#,##0"
    line.y_axis.delete = False
    by_month += line
    by_month.x_axis.tickLblSkip = 6
    worksheet.add_chart(by_month, f"{CHART_COLUMN}{CHART_ROWS[1]}")

    waterfall = _stacked("From stage to total, live case", "USD")
    top = bridge - len(STAGE_COSTS)
    base = Series(Reference(worksheet, min_col=2, min_row=top, max_row=bridge), title="Starts at")
    base.graphicalProperties = GraphicalProperties(noFill=True)
    base.graphicalProperties.line.noFill = True
    adds = Series(Reference(worksheet, min_col=3, min_row=top, max_row=bridge), title="Adds")
    adds.graphicalProperties = GraphicalProperties(solidFill=COLOURS[1])
    total = DataPoint(idx=len(STAGE_COSTS))
    total.graphicalProperties = GraphicalProperties(solidFill=COLOURS[0])
    adds.data_points.append(total)
    waterfall.series = [base, adds]
    waterfall.set_categories(Reference(worksheet, min_col=1, min_row=top, max_row=bridge))
    waterfall.legend = None
    worksheet.add_chart(waterfall, f"{CHART_COLUMN}{CHART_ROWS[2]}")


def _stacked(title: str, unit: str) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 40
    chart.title, chart.y_axis.title = _words_of(title, 1000), _words_of(unit, 800)
    chart.title.overlay = False
    chart.height, chart.width = 5.9, 18.4
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=None)
    chart.y_axis.majorGridlines.spPr.ln = LineProperties(solidFill="D9D9D9")
    chart.x_axis.tickLblPos = "low"
    chart.legend.position = "r"
    chart.x_axis.txPr = chart.y_axis.txPr = chart.legend.txPr = _small()
    chart.roundedCorners = False
    return chart


def _words_of(text: str, size: int) -> Title:
    """A title in the workbook's font, in hundredths of a point."""
    style = CharacterProperties(sz=size, b=size >= 1000, latin=DrawingFont(typeface=styles.FONT))
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=style), r=[RegularTextRun(rPr=style, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _small() -> RichText:
    style = CharacterProperties(sz=800, latin=DrawingFont(typeface=styles.FONT))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=style), endParaRPr=style)])


def _add(chart: BarChart, values: Reference, title: object, place: int) -> None:
    series = Series(values, title=str(title))
    series.graphicalProperties = GraphicalProperties(solidFill=COLOURS[place])
    series.invertIfNegative = False
    chart.series.append(series)
