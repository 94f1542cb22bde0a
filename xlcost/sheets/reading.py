"""Read a workbook that xlcost has made: its cases, and its results."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xlcost import __version__
from xlcost.analysis.case import Case, Given, known_inputs
from xlcost.errors import XlcostError
from xlcost.model import graph
from xlcost.model.inputs import Refused
from xlcost.sheets.layout import (
    CASES,
    COVER,
    HEAD_ROW,
    INPUTS,
    LINE,
    LIVE,
    MADE_WITH,
    NAME,
    TOP_ROW,
    UNIT,
    VERSION_CELL,
    case_column,
)
from xlcost.sheets.results import SHEET as RESULTS


@dataclass(frozen=True)
class Line:
    """A result, with its value for each case."""

    name: str
    label: str
    unit: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Results:
    """What a workbook says: the live case, whether its checks hold, and a line for each result."""

    cases: tuple[str, ...]
    live: str
    checks_hold: bool | None
    lines: tuple[Line, ...]


def results(data: bytes) -> Results:
    """The results in the file, as they were when it was last calculated."""
    book = _book(data)
    sheet = _sheet(book, RESULTS.title)
    columns = _columns(sheet)
    lines: list[Line] = []
    seen: set[str] = set()
    for row in range(TOP_ROW, sheet.max_row + 1):
        name = sheet[f"{NAME}{row}"].value
        if name in RESULTS.names and name not in seen:
            seen.add(name)
            values = {case: sheet[f"{column}{row}"].value for case, column in columns.items()}
            lines.append(Line(str(name), str(sheet[f"{LINE}{row}"].value), str(sheet[f"{UNIT}{row}"].value), values))
    if not lines or all(value is None for value in lines[0].values.values()):
        raise XlcostError("the workbook has no values: recalculate it first, with `xlcost recalc`")
    return Results(tuple(columns), live_case(data), _checks(book), tuple(lines))


def cases(data: bytes) -> dict[str, Case]:
    """The cases in the columns of Inputs, by name. A value that is not accepted is refused with its cell."""
    sheet = _sheet(_book(data), INPUTS)
    known = known_inputs()
    found: dict[str, dict[str, Given]] = {}
    for case, column in _columns(sheet, until=case_column(len(CASES) - 1)).items():
        given = found[case] = dict(found.get(CASES[0], {}))
        for row in range(TOP_ROW, sheet.max_row + 1):
            name = sheet[f"{NAME}{row}"].value
            value = sheet[f"{column}{row}"].value
            if name in known and value not in (None, ""):
                try:
                    given[str(name)] = Given(known[str(name)].accept(value, graph()))
                except Refused as refused:
                    raise Refused(f"{INPUTS}!{column}{row}, case {case}: {refused}", refused.error) from None
    return {name: Case(name, given=given) for name, given in found.items()}


def live_case(data: bytes) -> str:
    """The name of the case that the workbook shows."""
    return str(_sheet(_book(data), INPUTS)[f"{LIVE}{HEAD_ROW - 1}"].value)


def made_with(book: Workbook) -> str:
    """The version of xlcost that made the workbook; empty if none did."""
    said = str(book[COVER][VERSION_CELL].value) if COVER in book.sheetnames else ""
    return said.removeprefix(MADE_WITH) if said.startswith(MADE_WITH) else ""


def is_newer(version: str) -> bool:
    """Whether this is a later version of xlcost than the one that runs."""
    return _parts(version) > _parts(__version__)


def _book(data: bytes) -> Workbook:
    book = load_workbook(io.BytesIO(data), data_only=True)
    if (version := made_with(book)) and is_newer(version):
        raise XlcostError(
            f"the workbook was made with xlcost {version}, this is {__version__}: pip install --upgrade xlcost"
        )
    return book


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _sheet(book: Workbook, title: str) -> Worksheet:
    if title not in book.sheetnames:
        raise XlcostError(f"the workbook has no sheet {title!r}: is it one that xlcost has made?")
    return book[title]


def _columns(sheet: Worksheet, until: str | None = None) -> dict[str, str]:
    """The column of each case, by the titles of the columns."""
    columns: dict[str, str] = {}
    for cell in sheet[HEAD_ROW]:
        if cell.value in CASES and cell.value not in columns:
            columns[str(cell.value)] = cell.column_letter
        if cell.column_letter == until:
            break
    if CASES[0] not in columns:
        raise XlcostError(f"{sheet.title}: row {HEAD_ROW} names no case {CASES[0]!r}")
    return columns


def _checks(book: Workbook) -> bool | None:
    if "chk_master" not in book.defined_names:
        return None
    for title, where in book.defined_names["chk_master"].destinations:
        value = book[title][where.replace("$", "")].value if title in book.sheetnames else None
        return None if value is None else value == 1
    return None
