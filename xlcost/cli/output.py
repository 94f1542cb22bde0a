"""What the commands print: tables for people, JSON for programs, one line on standard error when something is wrong."""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import json
import math
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlcost.errors import CannotWrite, CellError

LONGEST_UNBROKEN = 40  # a name or a number up to this length is never broken over two lines
NARROWEST = 16  # a column of sentences is not made narrower than this
BETWEEN = 3  # columns


def write(text: str) -> None:
    """Text to standard output. A reader that has seen enough (`| head`) changes nothing, least of all the exit code."""
    if sys.stdout is None:
        raise CannotWrite("standard output is closed")
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as trouble:
        _silence()
        if not _reader_has_gone(trouble):
            raise CannotWrite(f"standard output: {trouble.strerror or trouble}") from None


def say(text: str) -> None:
    """One line to standard error."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            print(f"xlcost: {printable(' '.join(text.splitlines()))}", file=sys.stderr, flush=True)


def write_json(document: object) -> None:
    """A document for programs: keys sorted, numbers as numbers, an error as {"error": "#N/A"}."""
    write(json.dumps(jsonable(document), indent=2, sort_keys=True, allow_nan=False))


def jsonable(value: Any) -> Any:
    """A value in the words of JSON."""
    if isinstance(value, CellError):
        return {"error": str(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"error": str(CellError.NUM)}
    if isinstance(value, Mapping):
        return {str(key): jsonable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def write_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Sequence[int] = (),
    droppable: Sequence[int] = (),
    last_is_total: bool = False,
) -> None:
    """Rows under heads, or by themselves.

    The columns in `numbers` are aligned on the right; those in `droppable` are left out, the first one first, as long
    as the terminal is too narrow. What isn't printed on a terminal has lines as long as they come, for grep.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    lines = [[printable(cell) for cell in row] for row in (heads, *rows)]
    columns = dict(enumerate(map(_Column, zip(*lines, strict=True))))
    room = _room()
    for place in droppable:
        if room is not None and _width(columns, narrow=True) > room:
            del columns[place]
    width = _width(columns, narrow=False) if room is None else max(room, _width(columns, narrow=True))
    is_plain = "utf" not in (getattr(sys.stdout, "encoding", None) or "").lower()
    frame = (box.ASCII2 if is_plain else box.SIMPLE_HEAD) if any(heads) else None
    table = Table(box=frame, show_header=any(heads), header_style="bold", pad_edge=False, show_edge=False)
    for place, column in columns.items():
        table.add_column(
            Text(column.head),
            justify="right" if place in numbers else "left",
            min_width=column.narrowest,
            overflow="fold",
        )
    for at, row in enumerate(lines[1:], 1):
        if last_is_total and at == len(lines) - 1:
            table.add_section()
        table.add_row(*(Text(row[place]) for place in columns))
    # Not to standard output itself: rich ends the process when the reader has gone.
    page = io.StringIO()
    console = Console(file=page, force_terminal=_takes_styles(), width=width)
    console.print(table)
    write("\n".join(line.rstrip() for line in page.getvalue().splitlines()))


@contextlib.contextmanager
def working(on: str) -> Iterator[None]:
    """Shows that something is going on, to a person at a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(printable(on))):
        yield


def number(value: Any) -> str:
    """A value as people read it: 392,266; 0.02733; never; #N/A."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, int | float):
        return str(value)
    if not math.isfinite(value):
        return str(CellError.NUM)
    if abs(value) >= 1e15:
        return f"{value:.4g}"
    return f"{value:,.0f}" if abs(value) >= 999.95 else f"{value:.4g}"


def dollars(value: Any) -> str:
    """An amount in a column of amounts: without cents."""
    return f"{value:,.0f}" if isinstance(value, float) and math.isfinite(value) else number(value)


def exact(value: Any) -> str:
    """A value with all the digits that a spreadsheet has."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.15g}"
    return number(value)


def printable(text: str) -> str:
    """Text without what would steer a terminal."""
    return "".join(" " if sign.isspace() else sign if ord(sign) >= 0xA0 or " " <= sign <= "~" else "�" for sign in text)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for garbage: a workbook is some million objects that all stay, and looking takes a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def tolerate_any_text() -> None:
    """A sign that the terminal's encoding lacks becomes a question mark, and no failure."""
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="replace")


class _Column:
    """A column of a table, and how narrow it may become."""

    def __init__(self, cells: Sequence[str]) -> None:
        from rich.cells import cell_len

        self.head = cells[0]
        self.widest = max(map(cell_len, cells))
        unbroken = [cell_len(word) for cell in cells for word in cell.split()]
        is_whole = self.widest <= LONGEST_UNBROKEN and not any(" " in cell for cell in cells[1:])
        self.narrowest = self.widest if is_whole else min(max(unbroken, default=1), LONGEST_UNBROKEN, self.widest)
        if not is_whole:
            self.narrowest = max(self.narrowest, min(NARROWEST, self.widest))


def _width(columns: Mapping[int, _Column], narrow: bool) -> int:
    widths = [column.narrowest if narrow else column.widest for column in columns.values()]
    return sum(widths) + BETWEEN * (len(widths) - 1)


def _room() -> int | None:
    """The columns of the terminal; None if it isn't one."""
    if "COLUMNS" not in os.environ and not (sys.stdout is not None and sys.stdout.isatty()):
        return None
    return shutil.get_terminal_size().columns


def _takes_styles() -> bool:
    return sys.stdout is not None and sys.stdout.isatty() and os.name != "nt"


def _reader_has_gone(trouble: OSError) -> bool:
    return trouble.errno == errno.EPIPE or (os.name == "nt" and trouble.errno == errno.EINVAL)


def _silence() -> None:
    """What Python still holds for standard output goes nowhere: it would complain at its exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
