"""How the workbook looks. Colour has one meaning each: who may write in a cell, and where its value is from."""

from __future__ import annotations

import math

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook import Workbook

from xlcost.units import Unit

FONT = "Arial"
BLACK, BLUE, GREEN, PURPLE, GREY, WHITE, RED = "000000", "0000FF", "007A33", "6A1B9A", "6B6B6B", "FFFFFF", "B00020"
NAVY, PALE, INPUT_FILL, RULE = "1F3A5F", "EEF2F7", "FFF9E5", "BFC7D1"


def _font(colour: str, size: int = 9, **more: bool) -> Font:
    return Font(name=FONT, size=size, color=colour, **more)


NORMAL = _font(BLACK, 10)  # by which spreadsheets measure the width of columns
CALCULATION = _font(BLACK)
LINK = _font(GREEN)
ENGINE = _font(PURPLE)
INPUT = _font(BLUE)
NOTE = _font(GREY)
LABEL = _font(BLACK)
STRONG = _font(BLACK, bold=True)
TITLE = _font(NAVY, 16, bold=True)
PURPOSE = _font(GREY, 10)
HEADING = _font(NAVY, 10, bold=True)
HEAD = _font(WHITE, 9, bold=True)
SENTENCE = _font(BLACK, 10)
TILE_LABEL = _font(GREY, 9)
TILE = _font(NAVY, 16, bold=True)

HEAD_FILL = PatternFill("solid", fgColor=NAVY)
SECTION_FILL = PatternFill("solid", fgColor=PALE)
ENTRY_FILL = PatternFill("solid", fgColor=INPUT_FILL)
GOOD_FILL = PatternFill("solid", bgColor="DDEFE3")
BAD_FILL = PatternFill("solid", bgColor="F6D5D9")
DIFFERS_FILL = PatternFill("solid", bgColor="FAD7A8")
DIFFERS_FONT = Font(bold=True)
DIFFERS_SHOWN, DIFFERS_INPUT = PatternFill("solid", fgColor="FAD7A8"), _font(BLUE, bold=True)  # in the key

OVER = Border(top=Side(style="thin", color=BLACK))
BOX = Border(*(Side(style="thin", color=RULE) for _ in range(4)))

UNLOCKED, LOCKED = Protection(locked=False), Protection(locked=True)
MIDDLE = Alignment(vertical="center")  # what doesn't say otherwise: beside a text of two lines it stands level
LEFT = Alignment(horizontal="left", vertical="center")
WRAPPED = Alignment(wrap_text=True, vertical="top")
TOP, TOP_RIGHT = Alignment(vertical="top"), Alignment(horizontal="right", vertical="top")
FOLDED = Alignment(wrap_text=True, vertical="center")  # a row without a height of its own is as high as its text
INDENT = Alignment(horizontal="left", vertical="center", indent=1)
RIGHT = Alignment(horizontal="right", vertical="center")
FITTED = Alignment(horizontal="right", vertical="center", shrink_to_fit=True)  # for a word in a column of numbers
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)

# Colour of a sheet's tab, by its kind.
TABS = {"guide": "6B6B6B", "input": "C9A227", "calculation": "1F3A5F", "result": "007A33", "control": "6A1B9A"}

LINE_HEIGHT = 12.0  # points
CHARACTERS = 1.15  # of our font, in what a spreadsheet calls a character of width

_FORMATS = {
    "share": "0.0%;-0.0%;0.0%",
    "flag": "0",
    "text": "General",
    "USD/GPU-hour": "#,##0.000",
    "USD/Mtoken": "#,##0.000",
    "USD/label": "#,##0.000",
    "USD/request": "#,##0.000000",
    "USD/item": "#,##0.000000",
    "USD/example": "#,##0.000",
    "USD/GB": "#,##0.000",
    "1/hour/instance": "0.00000",
    "1/hour": "0.00000",
    "USD/GB-month": "#,##0.000",
    "USD": '#,##0.00;-#,##0.00;"-"',
    "USD/month": '#,##0;-#,##0;"-"',
    "FLOP": "0.000E+00",
    "FLOP/token": "0.000E+00",
    "param": "0.000E+00",
    "GB/request": "0.0000000",
    "count": "#,##0",
    "GPU": "#,##0",
    "replica": "#,##0",
    "instance": "#,##0",
    "month": "#,##0.0",
    "layer": "#,##0.0",
    "dim": "#,##0",
    "token/example": "#,##0",
    "token/request": "#,##0",
    "token/item": "#,##0",
    "item": "#,##0",
    "label": "#,##0",
    "example": "#,##0",
    "token": "#,##0",
    "request": "#,##0",
    "request/month": '#,##0;-#,##0;"-"',
}


def make_normal(book: Workbook) -> None:
    """Make our font the workbook's own: widths are measured in it, and another one may not be on every machine."""
    book._fonts = IndexedList([NORMAL])
    book._named_styles["Normal"].font = NORMAL


def is_stored(cell: Cell) -> bool:
    """Whether a cell holds a result of the engine: a value, and no formula, in the engine's colour."""
    colour = cell.font.color if cell.data_type != "f" else None
    return colour is not None and str(colour.rgb)[-6:].upper() == PURPLE


def lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width, in characters."""
    return max(1, math.ceil(len(text) / (width * CHARACTERS)))


def aligned(unit: Unit) -> Alignment:
    """How a value in a unit stands in its column."""
    return FITTED if str(unit) == "text" else RIGHT


def number_format(unit: Unit) -> str:
    """The number format for values in a unit."""
    return _FORMATS.get(str(unit), "#,##0.00")
