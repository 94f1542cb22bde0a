"""The calls of contract.toml: each kind of argument for every argument of every function, and how each host is told.

An argument is tagged as xlwings_process.py has it, plus {"columns": [...]}: whole columns whose first rows are these.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from xlcost.errors import CellError
from xlcost.functions.examples import EXAMPLES
from xlcost.functions.function import Parameter
from xlcost.functions.registry import functions
from xlcost.functions.views import views
from xlcost.hosts.libreoffice.types import may_give_text
from xlcost.model import graph

Tagged = dict[str, Any]

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("contract.toml").read_text("utf-8"))
KINDS: list[dict[str, Any]] = TABLE["kind"]
LACKING: dict[str, dict[str, str]] = TABLE["without_numpy"]
NEED_NUMPY = [name for name, each in functions().items() if each.needs_numpy]
OMITTED: Tagged = {"omitted": True}
BLANK: Tagged = {"empty": True}
COLUMN = 10_500  # cells of a whole column, where all of them are handed over: more than are taken


@dataclass(frozen=True)
class Call:
    """A function with an argument of some kind; what the table says comes of it."""

    function: str
    place: int
    kind: str
    sort: str
    arguments: tuple[Tagged, ...]
    outcome: str
    exceptions: dict[str, dict[str, str]]
    few: tuple[str, ...]  # hosts that are asked one such call

    def __str__(self) -> str:
        name = functions()[self.function].parameters[self.place].name
        return f"{self.function}, {name}: {self.kind}"

    def outcome_in(self, host: str) -> str:
        """What the table says for a host."""
        exceptions = self.exceptions.get(host, {})
        if may_give_text(functions()[self.function]) and "single" in exceptions:
            return exceptions["single"]
        return exceptions.get(self.sort, self.outcome)

    def with_argument(self, tagged: Tagged) -> list[Tagged]:
        """The arguments with another one in its place."""
        return [*self.arguments[: self.place], tagged, *self.arguments[self.place + 1 :]]


def sort_of(parameter: Parameter) -> str:
    """Which of the table's sorts an argument is."""
    if parameter.is_range:
        return {"any": "any", "text": "range", "of each driver": "range"}.get(parameter.unit, "numbers")
    if parameter.unit in ("text", "any"):
        return parameter.unit
    return "either" if parameter.unit.endswith(" or text") else "number"


@cache
def calls(host: str = "") -> list[Call]:
    """Every call of the table; of those that are slow in a host, one for each sort of argument."""
    found: list[Call] = []
    asked: set[tuple[str, str]] = set()
    for call in _calls():
        if host not in call.few or (call.kind, call.sort) not in asked:
            found.append(call)
            asked.add((call.kind, call.sort))
    return found


def _calls() -> Iterator[Call]:
    for name, function in functions().items():
        if name == "FT_EXPLAIN":  # has texts for everything: test_bad_input.py
            continue
        done: set[str] = set()
        for place, parameter in enumerate(function.parameters):
            sort = sort_of(parameter)
            value = sample(name, place)
            for kind in KINDS:
                if sort not in kind["outcome"] or (kind.get("once") and kind["name"] in done):
                    continue
                tagged = _handed(kind["handed"], value)
                if tagged is None:
                    continue
                done.add(kind["name"])
                arguments = [_tag(each) for each in example(name)]
                arguments += [OMITTED] * (len(function.parameters) - len(arguments))
                arguments[place] = tagged
                outcome = kind["outcome"][sort]
                yield Call(
                    name,
                    place,
                    kind["name"],
                    sort,
                    tuple(arguments),
                    outcome,
                    kind.get("except", {}),
                    tuple(kind.get("few", ())),
                )


def example(name: str) -> tuple[float | str, ...]:
    """The arguments of the function's example."""
    return EXAMPLES[name]


def sample(name: str, place: int) -> float | str | None:
    """A sensible value of an argument, as one would type it; None where none is known."""
    if place < len(example(name)):
        return example(name)[place]
    if name not in views():
        return None
    argument = views()[name].arguments[place]
    if isinstance(argument.default, float):
        return argument.default / argument.scale
    if argument.default is not None:
        return argument.default
    if argument.input.table:
        return next(iter(graph().catalog.tables[argument.input.table].rows))
    return min(max(1.0, argument.input.minimum), argument.input.maximum)


def _tag(value: Any) -> Tagged:
    return {"literal": float(value) if isinstance(value, int) else value}


def _handed(said: Any, value: float | str | None) -> Tagged | None:
    """The argument of a kind with the value in it; None if it needs a value, and there is none."""
    missing = False

    def filled(each: Any) -> Any:
        nonlocal missing
        if each == "VALUE":
            missing = missing or value is None
            return value
        if each == "BLANK":
            return BLANK
        return [filled(one) for one in each] if isinstance(each, list) else each

    if said == "omitted":
        return OMITTED
    found = {form: filled(content) for form, content in said.items()}
    return None if missing else found


# ---- plain Python


def in_python(function: str, arguments: list[Tagged]) -> Any:
    """What the function answers in Python, as a host shows it."""
    return shown(functions()[function].call([_python(each) for each in arguments]))


def _python(tagged: Tagged) -> Any:
    match tagged:
        case {"omitted": True}:
            return None
        case {"columns": _}:
            return _python(for_xlwings(tagged))
        case {"range": rows}:
            return [[_value(each) for each in row] for row in rows]
        case {"literal": list(rows)}:
            return [[_value(each) for each in row] for row in rows]
        case {"literal": value} | {"cell": value}:
            return _value(value)
    raise ValueError(tagged)


def _value(each: Any) -> Any:
    match each:
        case {"empty": True}:
            return None
        case {"error": text}:
            return CellError(text)
        case {"decimal": text}:
            return Decimal(text)
        case {"date": text}:
            return datetime.fromisoformat(text)
    return float(each) if type(each) is int else each


def shown(answer: Any) -> Any:
    """An answer with its errors as texts."""
    if isinstance(answer, list):
        return [[shown(each) for each in row] for row in answer]
    return str(answer) if isinstance(answer, CellError) else answer


# ---- xlwings


def for_xlwings(tagged: Tagged) -> Tagged:
    """The argument as xlwings_process.py takes it."""
    if "columns" in tagged:
        rows = tagged["columns"]
        return {"range": rows + [[None] * len(rows[0])] * (COLUMN - len(rows))}
    return tagged


# ---- what the table says


def expected(call: Call, host: str, answer: Any) -> Any:
    """What the host should answer; None where the table allows what was answered."""
    return _expected(call, call.outcome_in(host), answer)


def _expected(call: Call, outcome: str, answer: Any) -> Any:
    match outcome.split(" "):
        case ["some"]:
            return None if allowed(answer) else "a value of a cell"
        case ["error"]:
            return None if isinstance(answer, str) and answer.startswith("#") else "an error"
        case ["text"]:
            return None if isinstance(answer, str) and not answer.startswith("#") else "a text"
        case ["as", "VALUE"]:
            return _with(call, {"literal": sample(call.function, call.place)})
        case ["as", "omitted"]:
            return _with(call, OMITTED)
        case ["as", number]:
            return _with(call, {"literal": float(number)})
        case ["each", *rest] | ["each,", *rest]:
            return _each(call, as_number=bool(rest))
    return outcome


def _with(call: Call, tagged: Tagged) -> Any:
    return in_python(call.function, call.with_argument(tagged))


def _each(call: Call, as_number: bool) -> Any:
    """For every cell of the range what the cell alone gives; a function of ranges has no such answer."""
    (rows,) = call.arguments[call.place].values()

    def alone(each: Any) -> Any:
        if each is True and as_number:
            each = 1.0
        return _with(call, OMITTED if each == BLANK else {"cell": each})

    found = [[alone(each) for each in row] for row in rows]
    return None if any(isinstance(each, list) for row in found for each in row) else found


def allowed(answer: Any) -> bool:
    """Whether a cell may hold this: a number, a text, rows of them."""
    if isinstance(answer, list):
        return all(allowed(each) and not isinstance(each, list) for row in answer for each in row)
    if isinstance(answer, float):
        return answer - answer == 0
    return isinstance(answer, str | bool) and answer != "" and "Traceback" not in str(answer)
