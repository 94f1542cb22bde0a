"""The function that says what a lever saves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xlcost.analysis.levers import OFF, ON, SWITCH, known_lever, lever_names
from xlcost.errors import CellError
from xlcost.functions.boundary import received, text
from xlcost.functions.cases import CASE, evaluation_of, inputs_of
from xlcost.functions.function import Function, Parameter
from xlcost.model import graph
from xlcost.model.inputs import Refused

EVERY = "all"


def call(arguments: Sequence[object]) -> object:
    """The saving, or the error value of the first thing that is wrong."""
    try:
        without, having = _totals(arguments)
    except Refused as refused:
        return refused.error
    for total in (without, having):
        if isinstance(total, CellError):
            return total
    return without - having


def explain(arguments: Sequence[object]) -> str:
    """Why there is an error, or how the number comes about."""
    try:
        without, having = _totals(arguments)
    except Refused as refused:
        return str(refused)
    lever = _lever(arguments)
    what = "all levers" if lever == EVERY else graph().label(lever + SWITCH)
    for total in (without, having):
        if isinstance(total, CellError):
            return f"{what}: the total is {total}; FT_EXPLAIN of FT_TOTAL says why"
    return f"{what}: {without:,.2f} USD without, {having:,.2f} USD with, one-off cost included"


def _lever(arguments: Sequence[object]) -> str:
    if len(arguments) > 3:
        raise Refused("a range of values, one of names and a lever are taken, and no more", CellError.VALUE)
    said = received(arguments[2]) if len(arguments) > 2 else None
    if isinstance(said, list):
        raise Refused("lever is one name, not a range", CellError.VALUE)
    name = text(said, "lever", EVERY)
    return EVERY if name.lower() == EVERY else known_lever(name)


def _totals(arguments: Sequence[object]) -> tuple[Any, Any]:
    """The total cost without the lever and with it; other levers are as the case has them."""
    lever = _lever(arguments)
    chosen = lever_names() if lever == EVERY else (lever,)
    states = tuple(f"{name}_state" for name in chosen)
    evaluation = evaluation_of(("total_cost", *states))
    totals: list[Any] = []
    found: list[Any] = []
    for switch in (OFF, ON):
        inputs = inputs_of(arguments)
        for name in chosen:
            inputs[evaluation.given.index(name + SWITCH)] = switch
        total, *found = evaluation(*inputs)
        totals.append(total)
    if lever != EVERY and found[0] not in ("on", *CellError):
        raise Refused(f"lever = {lever!r} is {found[0]} in this case, and saves nothing", CellError.NUM)
    return totals[0], totals[1]


def functions() -> Iterator[Function]:
    """The function."""
    listed = ", ".join(lever_names())
    yield Function(
        "FT_LEVER_SAVING",
        "What a lever saves in a case over its horizon, net of its one-off cost, in USD. Negative where it costs more.",
        (*CASE, Parameter("lever", f"{listed}; left out, all of them.", unit="text")),
        "USD",
        call,
        explain,
    )
