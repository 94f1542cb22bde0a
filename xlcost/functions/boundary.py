"""The one boundary between hosts and functions: what is handed over becomes a value, or a list of rows of values.

A cell holds a float, a text, a bool, an error value, or nothing. Everything that hosts, Python callers and their
libraries have for these is turned into one of them here, and nowhere else.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from xlcost.errors import CellError
from xlcost.model.inputs import Refused

Cell = float | str | bool | CellError | None
Rows = list[list[Cell]]
Answer = float | str | bool | CellError

LONGEST_REASON = 2_000  # characters; a cell holds 32,767
MAX_CELLS = 10_000  # in an argument, and in an answer

_DAY_0 = datetime(1899, 12, 30)
_FIRST_TRUE_DAY = datetime(1900, 3, 1)  # before it, Excel counts a 29 February 1900 that never was
_SECONDS_PER_DAY = 86_400


def received(value: object) -> Cell | Rows:
    """One argument as a value, or as rows of values if it is a range of more than one cell."""
    found = rows(value)
    if found is None:
        return cell(value)
    if isinstance(found, CellError):
        return found
    if len(found) == 1 and len(found[0]) == 1:
        return cell(found[0][0])
    return [[cell(each) for each in row] for row in found]


def cell(value: object) -> Cell:
    """The value of one cell. Empty text is an empty cell; a date is its serial number."""
    if value is None or isinstance(value, bool | CellError):
        return value
    if isinstance(value, str):
        return str(value) or None
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, date | time):
        return _serial(value)
    if getattr(value, "shape", None) == () and callable(item := getattr(value, "item", None)):  # a scalar of numpy
        plain = item()
        return CellError.VALUE if type(plain) is type(value) else cell(plain)
    return CellError.VALUE


def rows(value: object) -> list[Sequence[object]] | CellError | None:
    """The rows of a range as they are, None if it is no range, #VALUE! if it is none that a sheet could hold.

    A flat list is a row. Of a range that is too large, such as a whole column, only the part in use counts.
    """
    whole: Any = value
    if not isinstance(whole, list | tuple):
        if getattr(whole, "shape", ()) == ():
            return None
        whole = (whole.to_numpy() if hasattr(whole, "to_numpy") else whole).tolist()  # of numpy and pandas
    if not whole:
        return [[None]]
    found: list[Any] = list(whole) if isinstance(whole[0], list | tuple) else [whole]
    # Sets, since ranges of hundreds of rows are checked in every call.
    if not all(issubclass(kind, list | tuple) for kind in set(map(type, found))) or len(set(map(len, found))) > 1:
        return CellError.VALUE
    width = len(found[0])
    if width == 0:
        return CellError.VALUE
    if len(found) * width > MAX_CELLS:
        found = _used(found)
        if len(found) * len(found[0]) > MAX_CELLS:
            return CellError.VALUE
    return found


def over_cells(function: Callable[[list[Cell]], Answer], arguments: Sequence[object]) -> Answer | list[list[Answer]]:
    """A function of single values, called for every cell of the ranges among its arguments.

    As native functions do it: a single value, row or column is repeated along a larger range. Ranges that don't fit
    together are #VALUE!.
    """
    taken = [received(argument) for argument in arguments]
    ranges = [each for each in taken if isinstance(each, list)]
    if not ranges:
        return function(taken)  # type: ignore[arg-type]
    height, width = max(map(len, ranges)), max(len(each[0]) for each in ranges)
    fits = all(len(each) in (1, height) and len(each[0]) in (1, width) for each in ranges)
    if not fits or height * width > MAX_CELLS:
        return CellError.VALUE

    def at(argument: Cell | Rows, row: int, column: int) -> Cell:
        if not isinstance(argument, list):
            return argument
        line = argument[row if len(argument) > 1 else 0]
        return line[column if len(line) > 1 else 0]

    return [
        [function([at(argument, row, column) for argument in taken]) for column in range(width)]
        for row in range(height)
    ]


def answered(value: Answer) -> Answer:
    """A value as a cell can show it: what is no finite number is #NUM!."""
    return value if not isinstance(value, float) or math.isfinite(value) else CellError.NUM


def first_cells(arguments: Iterable[object]) -> list[Cell]:
    """Each argument, or the first cell of a range: what an explanation is about."""
    taken = [received(argument) for argument in arguments]
    return [each[0][0] if isinstance(each, list) else each for each in taken]


def text(value: Cell, name: str, default: str | None = None) -> str:
    """An argument that is a text; without a default it is needed."""
    if isinstance(value, CellError):
        raise Refused(f"{name} is {value} already, as it was handed over", value)
    if value is None:
        if default is None:
            raise Refused(f"{name} is needed", CellError.VALUE)
        return default
    if not isinstance(value, str):
        raise Refused(f"{name} = {value!r}: a text is wanted", CellError.VALUE)
    return value.strip()


def shortened(reason: str) -> str:
    """A reason that a cell can hold, though it may quote any text that was handed over: without its middle."""
    half = LONGEST_REASON // 2
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:half]} ... {reason[-half:]}"


def _number(value: float | Decimal) -> Cell:
    try:
        number = float(value)
    except (OverflowError, ValueError):
        return CellError.NUM
    return number if math.isfinite(number) else CellError.NUM


def _serial(value: date | time) -> Cell:
    if isinstance(value, time):
        value = datetime.combine(_DAY_0, value)
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    try:
        since = moment.replace(tzinfo=None) - _DAY_0
    except (ArithmeticError, TypeError, ValueError):
        return CellError.VALUE
    days = since.days + (since.seconds + since.microseconds / 1e6) / _SECONDS_PER_DAY
    if 1 < days < (_FIRST_TRUE_DAY - _DAY_0).days:
        days -= 1
    return days if days >= 0 else CellError.NUM


def _used(found: list[Sequence[object]]) -> list[Sequence[object]]:
    """Without the empty rows and columns at the end."""
    height = len(found)
    while height > 1 and all(each is None or each == "" for each in found[height - 1]):
        height -= 1
    found = found[:height]
    width = len(found[0])
    while width > 1 and all(row[width - 1] is None or row[width - 1] == "" for row in found):
        width -= 1
    return [row[:width] for row in itertools.islice(found, height)] if width < len(found[0]) else found
