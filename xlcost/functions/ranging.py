"""FT_RANGE: how low and how high the cost of a case may be, by stage."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from xlcost.analysis.case import Case, Given
from xlcost.analysis.estimate import STAGE_COSTS
from xlcost.errors import CellError
from xlcost.functions.boundary import Answer, received, text
from xlcost.functions.cases import NAMES, SOURCES, VALUES, known_case
from xlcost.functions.function import Function, Parameter
from xlcost.model import graph
from xlcost.model.explaining import shown
from xlcost.model.inputs import Refused

if TYPE_CHECKING:
    from xlcost.analysis.ranges import Range

RANGED = (*STAGE_COSTS, "total_cost")
ENDS = ("low", "base", "high")
REMEMBERED = 64  # cases: a sheet asks for every stage of a few
MOST_ARGUMENTS = 4
MOST = 3  # drivers that are named


def call(arguments: Sequence[object]) -> Answer | list[list[Answer]]:
    """Rows of a label, low, base and high; of one cost a row of the three; of one end a number."""
    try:
        cost, end = _asked(arguments)
        found = _ranges(arguments)
    except Refused as refused:
        return refused.error
    if cost is None:
        return [[graph().label(name), *_three(found[name])] for name in RANGED]
    three = _three(found[cost])
    return [three] if end is None else three[ENDS.index(end)]


def explain(arguments: Sequence[object]) -> str:
    """Why there is an error, or what the range depends on most."""
    try:
        cost = _asked(arguments)[0] or "total_cost"
        found = _ranges(arguments)[cost]
    except Refused as refused:
        return str(refused)
    if found.low is None or found.high is None:
        return f"{cost} ({graph().label(cost)}) is {found.base}, and so are its low and its high."
    low, base, high = (shown(graph(), cost, value) for value in (found.low, found.base, found.high))
    most = ", ".join(graph().label(name) for name in list(found.drivers)[:MOST]) or "nothing"
    return f"{cost} ({graph().label(cost)}) is {base}, and from {low} to {high}; moved most by {most}."


def _three(found: Range) -> list[Answer]:
    if found.low is None or found.high is None:
        error: Answer = found.base if isinstance(found.base, CellError) else CellError.NA
        return [error, error, error]
    return [found.low, found.base, found.high]


def _asked(arguments: Sequence[object]) -> tuple[str | None, str | None]:
    """The cost, and which end of it: `total_cost_low` names both."""
    if len(arguments) > MOST_ARGUMENTS:
        raise Refused("ranges of values and names, a quantity and a range of sources, and no more", CellError.VALUE)
    said = received(arguments[2]) if len(arguments) > 2 else None
    if said is None:
        return None, None
    if isinstance(said, list):
        raise Refused("quantity is one name, not a range", CellError.VALUE)
    name = text(said, "quantity").lower()
    stem, _, end = name.rpartition("_")
    cost, last = (stem, end) if end in ENDS and stem in RANGED else (name, None)
    if cost not in RANGED:
        raise Refused(f"quantity = {name!r}: one of {', '.join(RANGED)}, or with _low or _high", CellError.VALUE)
    return cost, last


def _ranges(arguments: Sequence[object]) -> Mapping[str, Range]:
    sources = arguments[3] if len(arguments) > 3 else None
    return _remembered(tuple(known_case(arguments[:2], sources).given.items()))


@functools.lru_cache(REMEMBERED)
def _remembered(given: tuple[tuple[str, Given], ...]) -> Mapping[str, Range]:
    from xlcost.analysis.ranges import ranges  # it needs numpy

    return ranges(Case(given=dict(given)))


def functions() -> Iterator[Function]:
    """FT_RANGE."""
    quantity = Parameter(
        "quantity",
        "A stage or total_cost: its low, base and high in a row. With _low or _high, as total_cost_low: that number.",
        unit="text",
    )
    doc = "How low and how high the cost of a case may be, in USD: rows of a stage, its low, base and high."
    yield Function("FT_RANGE", doc, (VALUES, NAMES, quantity, SOURCES), "USD", call, explain, needs_numpy=True)
