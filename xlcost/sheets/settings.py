"""Draw xlwings.conf, the sheet of a macro workbook where xlwings looks for Python: names in A, values in B, from A1."""

from __future__ import annotations

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.files.values import normalise
from xlcost.sheets import styles
from xlcost.sheets.canvas import Canvas

TITLE = "xlwings.conf"  # given by xlwings, like the place of its lines
PURPOSE = "Where the macros find Python. Read by xlwings, so lines and their order stay."
NOTES = (
    "Read by xlwings. No empty line above this text, and no other names in column A.",
    "Interpreter_Win is the python.exe of Windows that has xlcost. Without that line, the one in the file xlwings.conf "
    "of the user's folder .xlwings is taken.",
)


def draw(worksheet: Worksheet, settings: Mapping[str, str]) -> None:
    """The settings, and below them what they are."""
    canvas = Canvas(worksheet)
    canvas.widths({"A": 34, "B": 60})
    for number, (name, value) in enumerate(settings.items(), 1):
        canvas.text(f"A{number}", name)
        canvas.entry(canvas.text(f"B{number}", value, styles.INPUT))
    for number, note in enumerate(NOTES, len(settings) + 2):
        canvas.text(f"C{number}", note, styles.NOTE)
    canvas.printed("guide", "A1")


def workbook(settings: Mapping[str, str]) -> bytes:
    """A workbook of nothing but the settings, as an add-in has them. The same bytes every time."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("openpyxl's new workbook has no sheet")
    sheet.title = TITLE
    draw(sheet, settings)
    buffer = io.BytesIO()
    book.save(buffer)
    return normalise(buffer.getvalue())


def read(book: Workbook) -> dict[str, str] | None:
    """The settings of a workbook, by names in capitals as xlwings looks them up; None if it has no sheet of them."""
    if TITLE not in book.sheetnames:
        return None
    found: dict[str, str] = {}
    for name, value in book[TITLE].iter_rows(max_col=2, values_only=True):
        if name is None:
            break
        found[str(name).upper()] = "" if value is None else str(value)
    return found
