"""Where the template's rows and columns are in a copy, in which some may have been inserted or deleted.

Excel moves every reference with its cell, so one inserted row changes thousands of formulas and none of their meaning.
Rows are known again by their names and labels; the template's formulas are then read as they should be in the copy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from openpyxl.worksheet.worksheet import Worksheet

from xlcost.files.package import column_letters, column_number
from xlcost.sheets import styles
from xlcost.sheets.rules.facts import ADDRESS_PARTS, REFERENCE

FEW = 3  # texts that differ, and are no sign that rows have moved
KEY_COLUMNS = 2  # name and label
KEY_ROWS = (4, 5, 7)  # titles of the columns: of the sheet, and of the first table on it


@dataclass(frozen=True)
class Moves:
    """Where rows (or columns) of the template stand now, for those that moved; and what is new or gone."""

    places: dict[int, int] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    inserted: tuple[int, ...] = ()

    def now(self, place: int) -> int | None:
        """The place in the copy; None for what was deleted."""
        return None if place in self.gone else self.places.get(place, place)

    @property
    def is_nothing(self) -> bool:
        """Whether all stands where it stood."""
        return not self.gone and not self.inserted


NOTHING = Moves()


@dataclass(frozen=True)
class Alignment:
    """One sheet's rows and columns."""

    rows: Moves = NOTHING
    columns: Moves = NOTHING
    order: Mapping[int, int] = field(default_factory=dict)  # where rows are that were sorted: no reference follows them

    @cached_property  # asked for every cell
    def is_nothing(self) -> bool:
        """Whether all stands where it stood."""
        return self.rows.is_nothing and self.columns.is_nothing and not self.order

    def now(self, row: int, column: int) -> tuple[int, int] | None:
        """The place of a cell in the copy; None for what was deleted."""
        if self.is_nothing:
            return row, column
        new_row, new_column = self.rows.now(self.order.get(row, row)), self.columns.now(column)
        return None if new_row is None or new_column is None else (new_row, new_column)

    def seated(self, formula: str, row: int) -> str:
        """A formula of a row that was sorted, as it is in its new place: it takes along what it says of its own row."""
        new = self.order.get(row)
        if new is None:
            return formula

        def moved(match: re.Match[str]) -> str:
            ends = [_reseated(end, row, new) for end in (match["first"], match["last"]) if end]
            return match[0] if match["text"] or match["sheet"] else ":".join(ends)

        return REFERENCE.sub(moved, formula)


def _reseated(address: str, row: int, new: int) -> str:
    across, letters, down, number = ADDRESS_PARTS.fullmatch(address).groups()  # type: ignore[union-attr]
    return address if down or int(number) != row else f"{across}{letters}{new}"


def alignment(usual: Worksheet, own: Worksheet, by_key: bool = False) -> Alignment:
    """How a sheet of the template lies in a copy of it. Where rows are looked up by key, they may be sorted."""
    if by_key and (order := _order(_first_column(usual), _first_column(own))):
        return Alignment(
            columns=_moves(_column_keys(usual, KEY_ROWS[:2]), _column_keys(own, KEY_ROWS[:2])), order=order
        )
    rows = _moves(_row_keys(usual), _row_keys(own))
    heads = [each for row in KEY_ROWS if (each := rows.now(row)) is not None]
    columns = _moves(_column_keys(usual, KEY_ROWS), _column_keys(own, heads))
    return Alignment(rows, columns)


def _first_column(sheet: Worksheet) -> list[str]:
    return [_key(sheet.cell(row, 1).value) for row in range(1, sheet.max_row + 1)]


def _order(usual: list[str], own: list[str]) -> dict[int, int]:
    """Where rows are now, if they are the same ones in another order; nothing for any other difference."""
    own = own + [""] * (len(usual) - len(own))
    if usual == own[: len(usual)] or Counter(usual) != Counter(own[: len(usual)]):
        return {}
    places: dict[str, list[int]] = {}
    for place, key in enumerate(own[: len(usual)], start=1):
        places.setdefault(key, []).append(place)
    found = {place: places[key].pop(0) for place, key in enumerate(usual, start=1)}
    return {a: b for a, b in found.items() if a != b}


def _row_keys(sheet: Worksheet) -> list[str]:
    """Names and labels; what the engine has stored is another one in every workbook, and says nothing of its place."""
    rows = sheet.iter_rows(min_row=1, max_row=sheet.max_row, max_col=KEY_COLUMNS)
    return [
        "|".join("" if cell.value is None or styles.is_stored(cell) else _key(cell.value) for cell in row)
        for row in rows
    ]


def _column_keys(sheet: Worksheet, rows: Sequence[int]) -> list[str]:
    return ["|".join(_key(sheet.cell(row, column).value) for row in rows) for column in range(1, sheet.max_column + 1)]


def _key(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    return "=" if text.startswith("=") else text


def _moves(usual: list[str], own: list[str]) -> Moves:
    other = sum(a != b for a, b in zip(usual, own, strict=False))
    if (len(own) >= len(usual) and not other) or (len(own) == len(usual) and other <= FEW):
        return NOTHING  # what differs are single texts; what follows is below the template
    places: dict[int, int] = {}
    gone: list[int] = []
    inserted: list[int] = []
    for kind, a, b, c, d in SequenceMatcher(None, usual, own, autojunk=False).get_opcodes():
        paired = min(b - a, d - c) if kind in ("equal", "replace") else 0
        places |= {a + offset + 1: c + offset + 1 for offset in range(paired)}
        gone += range(a + paired + 1, b + 1)
        if b < len(usual):  # after the last one is not in between
            inserted += range(c + paired + 1, d + 1)
    if len(own) < len(usual) and len(usual) - len(own) == len(gone) and max(gone) == len(usual):
        gone = [] if all(not usual[place - 1].strip("|") for place in gone) else gone  # empty ones at the end
    return Moves({a: b for a, b in places.items() if a != b}, frozenset(gone), tuple(inserted))


@dataclass
class Mover:
    """Reads the template's formulas as they should be in a copy."""

    sheets: dict[str, Alignment]

    @cached_property
    def is_nothing(self) -> bool:
        """Whether nothing has moved anywhere."""
        return all(each.is_nothing for each in self.sheets.values())

    def formula(self, text: str, sheet: str) -> str:
        """A formula of the template, which stands on this sheet, with every reference moved."""
        if self.is_nothing:
            return text

        def moved(match: re.Match[str]) -> str:
            if match["text"]:
                return match["text"]
            title = (match["sheet"] or sheet).rstrip("!").strip("'").replace("''", "'")
            there = self.sheets.get(title)
            if there is None or there.is_nothing:
                return match[0]
            first = _moved(match["first"], there, _next)
            last = _moved(match["last"], there, _before) if match["last"] else None
            return f"{match['sheet'] or ''}{first}" + ("" if last is None else f":{last}")

        return REFERENCE.sub(moved, text)


Nearest = Callable[[Moves, int], int]


def _moved(address: str, there: Alignment, nearest: Nearest) -> str:
    match = ADDRESS_PARTS.fullmatch(address)
    if match is None:
        return address
    column, row = column_number(match[2]), int(match[4])
    new_column, new_row = there.columns.now(column), there.rows.now(row)
    if new_column is None:
        new_column = nearest(there.columns, column)
    if new_row is None:
        new_row = nearest(there.rows, row)
    return f"{match[1]}{column_letters(new_column)}{match[3]}{new_row}"


def _next(moves: Moves, place: int) -> int:
    """Where a range begins whose first row was deleted."""
    while (found := moves.now(place)) is None:
        place += 1
    return found


def _before(moves: Moves, place: int) -> int:
    """Where a range ends whose last row was deleted."""
    while (found := moves.now(place)) is None:
        place -= 1
    return max(found, 1)
