"""Find things in a workbook that somebody has worked on since it was made: by titles and names, not by addresses."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlcost import __version__
from xlcost.catalog import nearest
from xlcost.errors import XlcostError
from xlcost.files.opening import Opened
from xlcost.sheets.calculations import HEAD
from xlcost.sheets.layout import CASES, COVER, MADE_WITH
from xlcost.sheets.stamp import PATTERN

KEPT = 4  # workbooks that are not read again
HIGHEST_HEAD = 30  # rows in which the titles of the columns are looked for
NAME_TITLE, LINE_TITLE, UNIT_TITLE = HEAD[:3]


@dataclass(frozen=True)
class Found:
    """A sheet with a line for each name, and the columns by their titles."""

    sheet: Worksheet
    head: int  # the row of the titles
    columns: dict[str, str]  # the first of each title
    cases: dict[str, str]  # of what is entered, or calculated
    rows: dict[str, int]  # the first of each name

    def value(self, name: str, title: str) -> Any:
        """What stands in a line under a title; None if there is no such column."""
        column = self.cases.get(title) or self.columns.get(title)
        return None if column is None else self.sheet[f"{column}{self.rows[name]}"].value

    def address(self, name: str, title: str) -> str:
        """Where it stands, as sheet!cell."""
        return f"{self.sheet.title}!{self.cases.get(title) or self.columns[title]}{self.rows[name]}"


@functools.lru_cache(KEPT)
def book(data: bytes, formulas: bool = False) -> Workbook:
    """The workbook with values, or with formulas. One that a newer version has made is refused."""
    found = load_workbook(io.BytesIO(data), data_only=not formulas)
    refuse_newer(made_with(found))
    return found


def refuse_newer(version: str | None, name: str = "the workbook") -> None:
    """Refuses a workbook that a newer version has made: its lines may mean something else."""
    if version is not None and is_newer(version):
        raise XlcostError(f"{name}: made with xlcost {version}, this is {__version__}: pip install --upgrade xlcost")


def refuse_newer_file(opened: Opened) -> None:
    """The same of a file of which only the cover is read. One that can't be read so is not refused here."""
    try:
        book = load_workbook(io.BytesIO(opened.data), read_only=True)
        version = made_with(book)
    except Exception:  # whatever openpyxl makes of it: who works on the cells goes by the XML
        return
    refuse_newer(version, opened.name)


def made_with(workbook: Workbook) -> str | None:
    """The version that made a workbook; None where its cover says nothing of it."""
    for cell in _texts(workbook, COVER):
        version = str(cell.value).removeprefix(MADE_WITH)
        if version != cell.value and parts(version):
            return version
    return None


def flavour(workbook: Workbook) -> str:
    """Which FT_ functions a workbook asks: those of the add-in, its own, or none."""
    names = workbook.defined_names
    return "lambda" if "FT_VERSION" in names else "excel" if "eng_On" in names else "none"


def stamped(workbook: Workbook) -> str | None:
    """The digest of the inputs on the cover; None if there is none."""
    return next((str(cell.value) for cell in _texts(workbook, COVER) if PATTERN.fullmatch(str(cell.value))), None)


def is_newer(version: str) -> bool:
    """Whether this is a later version of xlcost than the one that runs."""
    return parts(version) > parts(__version__)


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers that compare: 0.10 is later than 0.9."""
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _texts(workbook: Workbook, title: str) -> Iterator[Cell]:
    if title in workbook.sheetnames:
        for row in workbook[title].iter_rows():
            yield from (cell for cell in row if isinstance(cell.value, str))


def sheet(workbook: Workbook, title: str) -> Worksheet:
    """A sheet by its title. A workbook without it is refused with the nearest of its titles."""
    if title not in workbook.sheetnames:
        near = nearest(title, workbook.sheetnames)
        what = f"is it called {near[0]!r} now? Give it its old name" if near else "is it one that xlcost has made?"
        raise XlcostError(f"the workbook has no sheet {title!r}: {what}")
    return workbook[title]


def named(workbook: Workbook, name: str) -> Any:
    """What stands in the cell of a defined name. A name that is gone, or leads nowhere, is refused."""
    if name not in workbook.defined_names:
        raise XlcostError(f"the workbook has no name {name} any more: define it again, or take an older copy")
    where = workbook.defined_names[name].attr_text or ""
    title, mark, address = where.rpartition("!")
    title = title.strip("'").replace("''", "'")
    if not mark or title not in workbook.sheetnames or "#REF!" in where:
        raise XlcostError(f"the name {name} leads nowhere ({where}): define it again, or take an older copy")
    return workbook[title][address.replace("$", "")].value


def found(workbook: Workbook, title: str) -> Found:
    """A sheet with its lines, columns and cases."""
    worksheet = sheet(workbook, title)
    for row in worksheet.iter_rows(max_row=HIGHEST_HEAD):
        titles = [str(cell.value) for cell in row if cell.value is not None]
        if NAME_TITLE in titles and CASES[0] in titles:
            break
    else:
        raise XlcostError(
            f"{title}: none of the first {HIGHEST_HEAD} rows has the titles {NAME_TITLE!r} and {CASES[0]!r}"
        )
    columns: dict[str, str] = {}
    cases: dict[str, str] = {}
    entered = True
    for cell in row:
        if cell.value is None:
            continue
        entered = entered and cell.value not in cases
        if cell.value in CASES and entered:
            cases[str(cell.value)] = cell.column_letter
        columns.setdefault(str(cell.value), cell.column_letter)
    _check_order(title, row[0].row, tuple(cases))
    names = worksheet[columns[NAME_TITLE]]
    rows: dict[str, int] = {}
    for cell in names[row[0].row :]:
        if isinstance(cell.value, str) and cell.value.strip():
            rows.setdefault(cell.value.strip(), cell.row)
    return Found(worksheet, row[0].row, columns, cases, rows)


def _check_order(title: str, row: int, cases: tuple[str, ...]) -> None:
    """The columns of the cases come in one order; another means that one was deleted, and its values with it."""
    if cases != tuple(name for name in CASES if name in cases) or CASES[0] not in cases:
        raise XlcostError(f"{title}: row {row} has the cases {', '.join(cases)}; {', '.join(CASES)} are wanted")
