"""How charts look: the same font, grid, axes and colours on every page."""

from __future__ import annotations

from typing import Any

from openpyxl.chart import AreaChart, BarChart, LineChart, Reference, Series
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.series import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.drawing.text import Font as DrawingFont
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.sheets import styles

# For what is stacked: dark and light in turns, so that neighbours stay apart in black and white as well.
COLOURS = ("1F3A5F", "BFC7D1", "007A33", "E6D690", "3E6A9E", "A5D6B7", "8A6D1B", "DDE3EA")
DARK, MIDDLE, LIGHT, BLACK, GRID = "1F3A5F", "3E6A9E", "BFD3EA", "000000", "D9D9D9"
LINE_COLOURS = ("1F3A5F", "7FA3CC", "007A33", "C9A227", "6DB38A")
DASHES = ("solid", "dash", "solid", "sysDash", "sysDot")

TITLE_SIZE, AXIS_SIZE = 1000, 800  # hundredths of a point
THIN, THICK = 12700, 22225  # EMU


def bars(title: str, unit: str, stacked: bool = True, across: bool = False) -> BarChart:
    """A chart of columns (or of bars across the page)."""
    chart = BarChart()
    chart.type = "bar" if across else "col"
    chart.grouping, chart.overlap, chart.gapWidth = ("stacked" if stacked else "clustered"), 100, 40
    return dressed(chart, title, unit)


def lines(title: str, unit: str) -> LineChart:
    """A chart of lines."""
    return dressed(LineChart(), title, unit)


def areas(title: str, unit: str) -> AreaChart:
    """A chart of areas on each other."""
    chart = AreaChart()
    chart.grouping = "stacked"
    return dressed(chart, title, unit)


def dressed(chart: Any, title: str, unit: str) -> Any:
    """The chart with titles, both axes, a pale grid and small print."""
    chart.title, chart.y_axis.title = words_of(title, TITLE_SIZE), words_of(unit, AXIS_SIZE)
    chart.title.overlay = False
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    chart.x_axis.tickLblPos = "low"
    chart.legend.position = "b"
    chart.x_axis.txPr = chart.y_axis.txPr = chart.legend.txPr = small()
    chart.roundedCorners = False
    return chart


def words_of(text: str, size: int) -> Title:
    """A title in the workbook's font, in hundredths of a point."""
    style = CharacterProperties(sz=size, b=size >= TITLE_SIZE, latin=DrawingFont(typeface=styles.FONT))
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=style), r=[RegularTextRun(rPr=style, t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def small() -> RichText:
    """The print of axes and legends."""
    style = CharacterProperties(sz=AXIS_SIZE, latin=DrawingFont(typeface=styles.FONT))
    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=style), endParaRPr=style)])


def filled(values: Reference, title: str, colour: str, edge: bool = True) -> Series:
    """A series of columns, bars or areas: in a colour, or invisible where there is none; with a white edge."""
    series = Series(values, title=title)
    if colour:
        series.graphicalProperties = GraphicalProperties(solidFill=colour)
        if edge:
            series.graphicalProperties.line.solidFill = "FFFFFF"
            series.graphicalProperties.line.width = THIN // 4
        else:
            series.graphicalProperties.line.noFill = True
    else:
        series.graphicalProperties = GraphicalProperties(noFill=True)
        series.graphicalProperties.line.noFill = True
    series.invertIfNegative = False
    return series


def drawn(values: Reference, title: str, colour: str, dash: str = "solid", width: int = THICK) -> Series:
    """A series that is a line."""
    series = Series(values, title=title)
    series.graphicalProperties.line.solidFill = colour
    series.graphicalProperties.line.width = width
    series.graphicalProperties.line.dashStyle = dash
    series.smooth = False
    return series


def second_axis(line: LineChart, unit: str) -> LineChart:
    """The line with an axis of its own, on the right."""
    line.y_axis.axId = 200
    line.y_axis.title = words_of(unit, AXIS_SIZE)
    line.y_axis.txPr = small()
    line.y_axis.crosses = "max"
    line.y_axis.majorGridlines = None
    line.y_axis.number_format = "#,##0"
    line.y_axis.delete = False
    return line


def place(worksheet: Worksheet, chart: Any, first: str, last: str) -> None:
    """Put a chart over cells, from the corner of the first to the corner of the last: as wide as they are anywhere."""
    (column, row), (end_column, end_row) = (coordinate_to_tuple(each)[::-1] for each in (first, last))
    chart.anchor = TwoCellAnchor(
        editAs="twoCell",
        _from=AnchorMarker(col=column - 1, row=row - 1),
        to=AnchorMarker(col=end_column, row=end_row),
    )
    worksheet.add_chart(chart)


def unnamed(chart: Any, place: int) -> None:
    """Leave a series out of the legend: one that is there to hold up another."""
    chart.legend.legendEntry = [*chart.legend.legendEntry, LegendEntry(idx=place, delete=True)]


def point(place: int, colour: str) -> DataPoint:
    """One column in another colour."""
    found = DataPoint(idx=place)
    found.graphicalProperties = GraphicalProperties(solidFill=colour)
    return found


def column(worksheet: Worksheet, letter_index: int, first: int, last: int) -> Reference:
    """The cells of a column from one row to another."""
    return Reference(worksheet, min_col=letter_index, min_row=first, max_row=last)
