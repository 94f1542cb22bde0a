"""Draw Validation: what the model says of published runs, beside what they took."""

from __future__ import annotations

from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.rivals import RULES
from xlcost.analysis.run_predictions import HOURS, RunRow
from xlcost.analysis.validation import Group, validate_runs
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas
from xlcost.sheets.layout import HEAD_ROW, TOP_ROW, letter

TITLE = "Validation"
PURPOSE = "What the model says of published runs, beside what they took. Numbers, not formulas."
HEAD = (
    "Stack or source", "Rows", "Bias", "Typical factor", "Within x2", "By other sources", "Bias", "Within x2",
    "Calibrated", "6ND at 40%", "ftuneai",
)  # fmt: skip
ROW_HEAD = ("Run", "Source", "Stack", "GPU", "Method", "Unit", "Reported", "Predicted", "Low", "High", "Ratio")
NOTES = (
    "Bias is predicted over reported time. Half of the rows are closer than the typical factor.",
    "By other sources: with an MFU that the other sources teach. Calibrated: with that of another row of the same "
    "source, GPU and method.",
    *RULES,
)
CHART_COLUMN = "M"


def draw(worksheet: Worksheet) -> None:
    """The summary by stack and by source, every row of use, and predicted against reported in a picture."""
    report = validate_runs()
    canvas = Canvas(worksheet)
    canvas.top(TITLE, PURPOSE)
    canvas.head(HEAD)
    canvas.widths({"A": 46, "B": 26, "C": 14, **{letter(column): 13 for column in range(4, 12)}, "L": 2})
    number = TOP_ROW
    for group in report.summary():
        number = _group(canvas, number, group)
    number += 1
    for group in report.sources:
        number = _group(canvas, number, group)
    for note in NOTES:
        canvas.text(f"A{number}", note, styles.NOTE)
        number += 1
    number += 1
    canvas.head(ROW_HEAD, row=number)
    used = sorted((row for row in report.rows if row.used), key=lambda row: row.unit != HOURS)
    first = number + 1
    for offset, row in enumerate(used):
        _row(canvas, first + offset, row)
    if used:
        _chart(worksheet, first, used)
    canvas.printed("guide", f"B{TOP_ROW}", f"1:{HEAD_ROW}")


def _group(canvas: Canvas, number: int, group: Group) -> int:
    font = styles.STRONG if group.name == "all" else styles.CALCULATION
    canvas.text(f"A{number}", group.name, font)
    shipped, others = group.shipped, group.others
    values = (
        (shipped.number, "0"), (shipped.bias, "0.00"), (shipped.typical, "0.00"), (shipped.within_2, "0%"),
        (others.typical, "0.00"), (others.bias, "0.00"), (others.within_2, "0%"), (group.calibrated.typical, "0.00"),
        (group.plain_rule.typical, "0.00"), (group.ftuneai.typical, "0.00"),
    )  # fmt: skip
    for column, (value, shown) in enumerate(values, 2):
        if value is not None:
            canvas.number(f"{letter(column)}{number}", value, shown, font)
    return number + 1


def _row(canvas: Canvas, number: int, row: RunRow) -> None:
    for column, text in enumerate((row.name, row.source, row.stack, row.gpu, row.method, row.unit), 1):
        canvas.text(f"{letter(column)}{number}", text, styles.NOTE)
    for column, value in enumerate((row.reported, row.predicted, row.low, row.high), 7):
        if value is not None:
            canvas.number(f"{letter(column)}{number}", float(f"{value:.6g}"), "#,##0.###", styles.CALCULATION)
    if row.ratio is not None:
        canvas.number(f"K{number}", round(row.ratio, 4), "0.00", styles.CALCULATION)


def _chart(worksheet: Worksheet, first: int, rows: list[RunRow]) -> None:
    """Points on logarithmic axes, one series for each unit, and the line on which predicted is reported."""
    chart = ScatterChart()
    chart.style, chart.scatterStyle = 13, "lineMarker"
    chart.title, chart.height, chart.width = "Predicted against reported", 12, 18
    chart.title.overlay = False
    chart.x_axis.title, chart.y_axis.title = "Reported", "Predicted"
    for axis in (chart.x_axis, chart.y_axis):
        axis.scaling.logBase = 10
        axis.delete = False
        axis.number_format = "0.E+0"
        axis.crosses = "min"
        axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    chart.legend.position = "b"
    chart.roundedCorners = False
    hours = sum(row.unit == HOURS for row in rows)
    spans = (("GPU-hours", first, first + hours - 1, "1F3A5F"), ("Tokens a second and GPU", first + hours,
             first + len(rows) - 1, "C9A227"))  # fmt: skip
    for title, top, bottom, colour in spans:
        if bottom < top:
            continue
        x, y = (Reference(worksheet, min_col=column, min_row=top, max_row=bottom) for column in (7, 8))
        series = Series(y, x, title=title)
        series.marker.symbol, series.marker.size = "circle", 4
        series.marker.graphicalProperties = GraphicalProperties(solidFill=colour)
        series.marker.graphicalProperties.line.noFill = True
        series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
        chart.series.append(series)
    # Reported against reported: the line itself.
    same = Reference(worksheet, min_col=7, min_row=first, max_row=first + len(rows) - 1)
    line = Series(same, same, title="Equal")
    line.marker.symbol = "none"
    line.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="7F7F7F", w=9525))
    line.smooth = False
    chart.series.append(line)
    worksheet.add_chart(chart, f"{CHART_COLUMN}{HEAD_ROW}")
