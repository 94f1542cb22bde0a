"""Rules for where figures are from: what was edited is no longer its source's, and what is no guess has a source."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.analysis.case import known_inputs
from xlcost.errors import XlcostError
from xlcost.sheets import finding
from xlcost.sheets.inputs import SOURCE_TITLE
from xlcost.sheets.layout import INPUTS
from xlcost.sheets.rules.declared import Found, rule
from xlcost.sheets.rules.facts import Facts, shown
from xlcost.sheets.tables import ORIGIN, SHEETS

SOURCE, STATUS = ORIGIN[0], ORIGIN[-1]
OPEN = ("placeholder", "user")  # a status of figures that need no source


class Line(NamedTuple):
    """A row of a table: the cell under each title."""

    cells: dict[str, Cell]

    def origin(self) -> list[str]:
        """Where its figures are said to be from."""
        return [_said(self.cells.get(title)) for title in ORIGIN]


def lines(sheet: Worksheet) -> dict[tuple[str, str], Line]:
    """The rows of a sheet of the catalogue by the label of their table and their key, wherever they stand."""
    found: dict[tuple[str, str], Line] = {}
    heads = {row for (row, _), cell in sheet._cells.items() if cell.value == SOURCE}
    titles: dict[str, int] = {}
    label, above = "", ""
    for number in range(1, sheet.max_row + 1):
        key = _said(sheet._cells.get((number, 1)))
        head = _titles(sheet, number) if number in heads else {}
        if set(ORIGIN) <= set(head):
            titles, label = head, above
        elif key and titles:
            cells = {title: cell for title, column in titles.items() if (cell := sheet._cells.get((number, column)))}
            found.setdefault((label, key), Line(cells))
        else:
            titles = {}
        above = key
    return found


def own_lines(facts: Facts, title: str) -> dict[tuple[str, str], Line]:
    """The same of a sheet of the workbook, read once for all rules here."""
    found: dict[tuple[str, str], Line] | None = facts.catalogue_lines.get(title)
    if found is None:
        found = facts.catalogue_lines[title] = lines(facts.book[title])
    return found


@cache
def usual_lines(sheet: Worksheet) -> dict[tuple[str, str], Line]:
    """The same of the template, which nobody changes."""
    return lines(sheet)


def _titles(sheet: Worksheet, row: int) -> dict[str, int]:
    cells = ((_said(sheet._cells.get((row, column))), column) for column in range(1, sheet.max_column + 1))
    return {title: column for title, column in cells if title}


def _said(cell: Cell | None) -> str:
    return "" if cell is None or cell.value is None else str(cell.value).strip()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@rule(
    "catalogue.edited",
    "A figure that is not the catalogue's does not claim the catalogue's source",
    "It is taken for the vendor's, as of the day beside it.",
    "Write its own source and day beside it, or the status placeholder; or copy the figure from a fresh template.",
)
def edited(facts: Facts) -> Iterator[Found]:
    """Figures of the catalogue's sheets that differ, in rows whose source, day and status are still the catalogue's."""
    for title in SHEETS if facts.reference is not None else ():
        if facts.reference is None or title not in facts.book.sheetnames:
            continue
        usual = usual_lines(facts.reference[title])
        for key, line in own_lines(facts, title).items():
            was = usual.get(key)
            if was is None or line.origin() != was.origin():
                continue
            for name, cell in line.cells.items():
                before = was.cells[name].value if name in was.cells else None
                if not _is_number(cell.value) or (before is not None and not _is_number(before)):
                    continue
                if before is None or not math.isclose(cell.value, before, rel_tol=1e-12):
                    had = "none" if before is None else f"{before:,.12g}"
                    yield Found(title, cell.coordinate, f"the catalogue has {had} from this source", shown(cell.value))


@rule(
    "catalogue.source",
    "What is not called a placeholder has its source",
    "Nobody can look up a figure from nowhere.",
    "Write where it is from, or the status placeholder.",
)
def source(facts: Facts) -> Iterator[Found]:
    """Sources that were deleted beside figures that still are the catalogue's, or are said to be quoted."""
    for title in SHEETS:
        if title in facts.book.sheetnames and facts.reference is not None:
            for line in own_lines(facts, title).values():
                if not _said(line.cells.get(SOURCE)) and _said(line.cells.get(STATUS)) not in ("", *OPEN):
                    yield Found(title, line.cells[STATUS].coordinate, "has a status, and no source", line.origin()[-1])
    try:
        place = finding.found(facts.book, INPUTS)
    except XlcostError:  # another rule says what is wrong with it
        return
    for name, each in known_inputs().items():
        if name in place.rows and each.source and not place.value(name, SOURCE_TITLE):
            where = place.address(name, STATUS).partition("!")[2]
            status = facts.values.get((INPUTS, where), place.value(name, STATUS))
            if status is not None and status not in OPEN:
                yield Found(INPUTS, place.address(name, SOURCE_TITLE).partition("!")[2], "has no source", shown(status))
