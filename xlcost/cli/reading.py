"""What the commands are given: case files, values on the command line, standard input."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from xlcost.errors import XlcostError

if TYPE_CHECKING:
    from xlcost.analysis.case import Case

STDIN = "-"
BOOKS = (".xlsx", ".xlsm")
MAX_CASE_BYTES = 10_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BOOK_AND_COLUMN = re.compile(r"(.+\.xls[xm]):([^:/\\]+)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def read_case(path: str | None, settings: Sequence[str] = (), column: str | None = None) -> Case:
    """The case in a TOML file, on standard input, or in a column of a workbook; without a path all is default.

    The values of `--set` come on top. Without a column, a workbook's live case is taken.
    """
    from xlcost.analysis.case import Case

    if path is not None and Path(path).suffix.lower() in BOOKS:
        case = _column_of(path, column)
    elif column is not None:
        raise XlcostError(f"--column {column}: only a workbook has columns; name one, such as plan.xlsx")
    elif path is None:
        case = Case()
    elif path == STDIN:
        case = parse_case(stdin(MAX_CASE_BYTES), "standard input")
    else:
        case = parse_case(_content(path), path, Path(path).stem)
    return case.with_values(dict(map(setting, settings))) if settings else case


def read_named_case(text: str) -> Case:
    """The case that a text names: CASE.toml, -, BOOK.xlsx for its live case, or BOOK.xlsx:Column."""
    if match := _BOOK_AND_COLUMN.fullmatch(text):
        return read_case(match[1], column=match[2].strip())
    return read_case(text)


def _column_of(path: str, column: str | None) -> Case:
    from xlcost.catalog import nearest
    from xlcost.files.opening import open_workbook_bytes
    from xlcost.sheets import reading

    data = open_workbook_bytes(path).data
    try:
        cases = {name.casefold(): case for name, case in reading.cases(data).items()}
        wanted = column if column is not None else reading.live_case(data)
        say_remarks(data, path)
    except XlcostError as refused:
        raise XlcostError(f"{path}: {refused}") from None
    if (case := cases.get(wanted.casefold())) is None:
        names = [each.name for each in cases.values()]
        raise XlcostError(f"{path}: no case {wanted!r}; it has {', '.join(nearest(wanted, names) or names)}")
    return case


def say_remarks(data: bytes, name: str) -> None:
    """Tells what the reader of a workbook should know about it: that it is older, that lines are gone."""
    from xlcost.cli.output import say
    from xlcost.sheets.reading import remarks

    for remark in remarks(data):
        say(f"{name}: {remark}")


def parse_case(data: bytes, where: str, name: str = "Base") -> Case:
    """The case in the bytes of a TOML file."""
    from xlcost.analysis.case import Case

    if data.startswith(b"PK"):
        raise XlcostError(f"{where}: a workbook or another zip, where a case file (TOML) is wanted")
    if len(data) > MAX_CASE_BYTES:
        raise XlcostError(f"{where}: more than {MAX_CASE_BYTES:,} bytes; a case file has a few thousand")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise XlcostError(f"{where}: not UTF-8 text (byte {trouble.start + 1}); a case file is TOML") from None
    return Case.parse(text.replace("\r\n", "\n"), where, name)


def setting(text: str) -> tuple[str, float | str]:
    """`driver=value` as a name and a value of the kind that the driver takes."""
    from xlcost.analysis.case import known_input

    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise XlcostError(f"--set {text}: write driver=value, such as gpu_price=3.1")
    try:
        known = known_input(name.strip())
    except XlcostError as refused:
        raise XlcostError(f"--set {text}: {refused}") from None
    if known.kind == "text":
        return known.name, value
    return known.name, plain_number(value, f"--set {text}")


def plain_number(text: str, where: str) -> float:
    """A number written plainly. One that could be read in two ways is refused: 1,000 is one or a thousand."""
    if not _NUMBER.fullmatch(text.strip()):
        raise XlcostError(f"{where}: {text!r} is not a plain number; write 1000, 1e3 or 0.12, without separators or %")
    return float(text)


def day(text: str, where: str) -> date:
    """A day written as 2026-10-01. 03/04/2024 is two days, and refused."""
    if _DAY.fullmatch(text.strip()):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(text.strip())
    raise XlcostError(f"{where} {text}: a day is wanted, such as 2026-10-01")


def stdin(limit: int) -> bytes:
    """All of standard input, up to a byte more than the limit."""
    if sys.stdin is None:
        raise XlcostError("standard input is closed")
    return sys.stdin.buffer.read(limit + 1)


def _content(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_CASE_BYTES + 1)
    except FileNotFoundError:
        raise XlcostError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise XlcostError(f"{path}: a folder; name a case file in it") from None
    except PermissionError:  # Windows says so of a folder, too
        what = "a folder; name a case file in it" if Path(path).is_dir() else "no permission to read it"
        raise XlcostError(f"{path}: {what}") from None
    except (OSError, ValueError) as trouble:
        raise XlcostError(f"{path}: can't be read ({trouble})") from None
