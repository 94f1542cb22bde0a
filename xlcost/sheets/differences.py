"""What differs between two workbooks: cells by what their lines and columns are called, not by where they are.

The line of a cell is known by the text in its first column, and its column by the title above; what has neither is
known by its place. A formula is compared with its references said in the same way, so that an inserted row or column
changes no formula. Neither workbook is ever saved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from xlcost.files.package import cell_position, column_number
from xlcost.sheets import finding
from xlcost.sheets.layout import INPUTS

Key = tuple[str, str]  # of a line, and of a column

_CELL = r"\$?(?P<{0}>[A-Z]{{1,3}})\$?(?P<{1}>[0-9]{{1,7}})"
_REFERENCE = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?P<sheet>'(?:[^']|'')+'!|[A-Za-z_][\w.]*!)?(?<![\w.$])"""
    + _CELL.format("column", "row")
    + f"(?::{_CELL.format('last_column', 'last_row')})?"
    + r"(?![\w.(!])"
)


@dataclass(frozen=True)
class Difference:
    """A cell, or a row of cells that changed alike, in the newer workbook; in the older, if it is gone from there.

    `line` is what its line is called. None is an empty cell.
    """

    sheet: str
    cells: str
    line: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Named:
    """A defined name, and where it leads; None where it is not defined."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Differences:
    """Sheets, names, formulas and entered values that differ. Inputs are apart, and not among them."""

    sheets_added: tuple[str, ...]
    sheets_removed: tuple[str, ...]
    names: tuple[Named, ...]
    formulas: tuple[Difference, ...]
    values: tuple[Difference, ...]

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.sheets_added or self.sheets_removed or self.names or self.formulas or self.values)


def differences(before: bytes, after: bytes) -> Differences:
    """What differs between two workbooks, beside the values that cases enter on Inputs."""
    old, new = _Book(finding.book(before, formulas=True)), _Book(finding.book(after, formulas=True))
    both = [title for title in old.sheets if title in new.sheets]
    changed = [each for title in both for each in _cells(old, new, title)]
    return Differences(
        tuple(title for title in new.sheets if title not in old.sheets),
        tuple(title for title in old.sheets if title not in new.sheets),
        tuple(_names(old, new)),
        tuple(each for each in changed if _is_formula(each.before) or _is_formula(each.after)),
        tuple(each for each in changed if not (_is_formula(each.before) or _is_formula(each.after))),
    )


class _Sheet:
    """A sheet with the key of each row and column."""

    def __init__(self, worksheet: Worksheet) -> None:
        self.worksheet = worksheet
        head, names = _head(worksheet)
        self.rows = dict(_keyed((row, worksheet.cell(row, names).value) for row in range(1, worksheet.max_row + 1)))
        width = range(1, worksheet.max_column + 1)
        heads = ((column, worksheet.cell(head, column).value if head else None) for column in width)
        self.columns = dict(_keyed(heads))

    @cached_property
    def cells(self) -> dict[Key, tuple[str, Any]]:
        """Address and content by line and column."""
        found = {}
        for row in self.worksheet.iter_rows():
            for cell in row:
                content = cell.value.text if isinstance(cell.value, ArrayFormula) else cell.value
                if content is not None and content != "":
                    found[self.rows[cell.row], self.columns[cell.column]] = (cell.coordinate, content)
        return found


def _head(worksheet: Worksheet) -> tuple[int, int]:
    """The row with the titles of the columns, 0 if it has none, and the column with the names of the lines."""
    for row in worksheet.iter_rows(max_row=finding.HIGHEST_HEAD):
        for cell in row:
            if cell.value == finding.NAME_TITLE:
                return cell.row, cell.column
    return 0, 1


def _keyed(lines: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, str]]:
    """The key of each line: its text, and which of that text it is; else how far below one with a text it is."""
    seen: Counter[str] = Counter()
    last, since = "", 0
    for number, text in lines:
        if isinstance(text, str) and text.strip() and not _is_formula(text):
            last, since = text.strip(), 0
            seen[last] += 1
            if seen[last] > 1:
                last = f"{last} #{seen[last]}"
        else:
            since += 1
        yield number, f"{last} +{since}" if since else last


class _Book:
    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.sheets = {each.title: _Sheet(each) for each in workbook.worksheets}
        self.said: dict[tuple[str, str, str], str] = {}

    def formula(self, text: str, title: str) -> str:
        """A formula with its references said by line and column."""

        def said(match: re.Match[str]) -> str:
            if match["text"]:
                return match[0]
            sheet = match["sheet"][:-1].strip("'").replace("''", "'") if match["sheet"] else title
            first = self._place(sheet, match["column"], match["row"])
            return (
                first
                if match["last_row"] is None
                else first + self._place(sheet, match["last_column"], match["last_row"])
            )

        return _REFERENCE.sub(said, text)

    def _place(self, title: str, column: str, row: str) -> str:
        if (title, column, row) not in self.said:
            said = f"{title}|{row}|{column}"
            if (sheet := self.sheets.get(title)) is not None:
                line, head = sheet.rows.get(int(row), row), sheet.columns.get(column_number(column), column)
                said = f"{title}|{line}|{head}"
            self.said[title, column, row] = f"[{said}]"
        return self.said[title, column, row]


def _cells(old: _Book, new: _Book, title: str) -> Iterator[Difference]:
    before, after = old.sheets[title], new.sheets[title]
    is_unmoved = all(
        old.sheets[each].rows == new.sheets[each].rows and old.sheets[each].columns == new.sheets[each].columns
        for each in old.sheets
        if each in new.sheets
    )
    entries = _entries(before) | _entries(after) if title == INPUTS else set()
    changed: list[tuple[Key, str, Any, Any]] = []
    for key in {**before.cells, **after.cells}:
        (where, was), (there, now) = before.cells.get(key, ("", None)), after.cells.get(key, ("", None))
        if was == now and (is_unmoved or not _is_formula(was)):
            continue
        if key in entries or (
            _is_formula(was) and _is_formula(now) and old.formula(was, title) == new.formula(now, title)
        ):
            continue
        changed.append((key, there or where, was, now))
    yield from _runs(title, changed)


def _entries(sheet: _Sheet) -> set[Key]:
    """The cells of Inputs in which cases enter values: they are told by driver and case."""
    place = finding.found(sheet.worksheet.parent, INPUTS)
    columns = [sheet.columns[column_number(letters)] for letters in place.cases.values()]
    return {(sheet.rows[row], column) for row in place.rows.values() for column in columns}


def _runs(title: str, changed: list[tuple[Key, str, Any, Any]]) -> Iterator[Difference]:
    """Changed cells, with neighbours in a row that changed alike as one."""
    last: tuple[Any, ...] = ()
    run: list[Difference] = []
    for (line, _), where, was, now in changed:
        row, column = cell_position(where)
        alike = (row, column, _relative(was, column), _relative(now, column))
        if run and last != (row, column - 1, *alike[2:]):
            yield _joined(run)
            run = []
        run.append(Difference(title, where, line, was, now))
        last = alike
    if run:
        yield _joined(run)


def _joined(run: list[Difference]) -> Difference:
    first, last = run[0], run[-1]
    return first if first is last else replace(first, cells=f"{first.cells}:{last.cells}")


def _relative(content: Any, column: int) -> Any:
    """A formula with its columns counted from its own, as equal formulas along a row are."""
    if not _is_formula(content):
        return content

    def said(match: re.Match[str]) -> str:
        if match["text"]:
            return match[0]
        return re.sub(r"(?<![$A-Z])[A-Z]{1,3}(?=\$?[0-9])", lambda each: str(column_number(each[0]) - column), match[0])

    return _REFERENCE.sub(said, content)


def _is_formula(content: Any) -> bool:
    return isinstance(content, str) and content.startswith("=")


def _names(old: _Book, new: _Book) -> Iterator[Named]:
    before, after = old.workbook.defined_names, new.workbook.defined_names
    for name in sorted({*before, *after}):
        was, now = (str(each[name].attr_text) if name in each else None for each in (before, after))
        if was is None or now is None or (was != now and old.formula(was, "") != new.formula(now, "")):
            yield Named(name, was, now)
