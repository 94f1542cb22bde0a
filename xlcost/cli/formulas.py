"""`eval`: the value of a formula, and why it is an error if it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xlcost.catalog import nearest
from xlcost.cli.output import exact, say, write, write_json, write_table
from xlcost.errors import CellError
from xlcost.files.opening import open_workbook_bytes
from xlcost.functions.registry import functions
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import evaluate_formula

_CALL = re.compile(r"(?<![\w.])(FT_\w+)\s*\(", re.IGNORECASE)
_TEXT = re.compile(r'"[^"]*"')


def evaluate(formula: str, book: str | None, as_json: bool) -> int:
    """Prints the value of a formula. 2 when it is an error, with the reason on standard error."""
    data = open_workbook_bytes(book).data if book else None
    value = evaluate_formula(formula, host_functions(), data)
    error = _error(value)
    reason = "" if error is None else _reason(formula, data)
    if as_json:
        write_json({"formula": formula, "reason": reason, "value": value})
    elif isinstance(value, list):
        width = len(value[0])
        write_table([""] * width, [[exact(cell) for cell in row] for row in value], numbers=_number_columns(value))
    else:
        write(exact(value))
    if error is None:
        return 0
    say(f"{formula}: {reason or error}")
    return 2


def _error(value: Any) -> CellError | None:
    cells = [cell for row in value for cell in row] if isinstance(value, list) else [value]
    return next((cell for cell in cells if isinstance(cell, CellError)), None)


def _number_columns(rows: list[list[Any]]) -> list[int]:
    return [at for at, column in enumerate(zip(*rows, strict=True)) if any(isinstance(cell, float) for cell in column)]


def _reason(formula: str, data: bytes | None) -> str:
    """What FT_EXPLAIN says of the first call in the formula that gives an error."""
    hosted = host_functions()
    for name, call, arguments in _calls(formula):
        if name not in functions():
            near = nearest(name, functions())
            return f"no function is called {name}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        if _error(evaluate_formula(f"={call}", hosted, data)) is not None:
            separator = "," if arguments.strip() else ""
            said = evaluate_formula(f'=FT_EXPLAIN("{name}"{separator}{arguments})', hosted, data)
            if isinstance(said, str):
                return said
    return ""


def _calls(formula: str) -> Iterator[tuple[str, str, str]]:
    """The calls of FT_ functions in a formula, the inner ones first: name, whole call, and what is in its brackets."""
    masked = _TEXT.sub(lambda text: "_" * len(text[0]), formula)
    for match in reversed(list(_CALL.finditer(masked))):
        depth, end = 1, match.end()
        while end < len(masked) and depth:
            depth += {"(": 1, ")": -1}.get(masked[end], 0)
            end += 1
        if not depth:
            yield match[1].upper(), formula[match.start() : end], formula[match.end() : end - 1]
