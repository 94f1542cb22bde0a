"""Tables in one cell, where one would otherwise fill hundreds: many quantities of many cases, or of every month.

Each case is computed once, however many of its quantities are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from xlcost.analysis.estimate import STAGE_COSTS
from xlcost.errors import CellError
from xlcost.functions.boundary import MAX_CELLS, Answer, Rows, answered, received, text
from xlcost.functions.cases import NAMES, VALUES, evaluated, known_quantity, traced
from xlcost.functions.function import Function, Parameter
from xlcost.model import graph
from xlcost.model.inputs import Refused

Table = list[list[Answer]]

BY_CASE = (*STAGE_COSTS, "total_cost")  # where no quantities are named
BY_MONTH = ("total_flow",)
MONTH = "month"
ARGUMENTS = 3  # that each takes


def cases(arguments: Sequence[object]) -> Table:
    """A row for each quantity, a column for each case. A case that is refused has its error in each row."""
    values, names, quantities = _arguments(arguments)
    wanted = _quantities(quantities, BY_CASE, None)
    columns: list[Sequence[Any]] = []
    refusals: list[Refused] = []
    for case in _each_case(values, names):
        if (len(columns) + 1) * len(wanted) > MAX_CELLS:
            raise Refused(
                f"values: with {len(wanted)} quantities, these are too many cases for a table", CellError.VALUE
            )
        try:
            columns.append(evaluated(wanted, case))
        except Refused as refused:
            refusals.append(refused)
            columns.append([refused.error] * len(wanted))
    if len(refusals) == len(columns):
        raise refusals[0]
    return [[graph().label(name), *row] for name, row in zip(wanted, zip(*columns, strict=True), strict=True)]


def months(arguments: Sequence[object]) -> Table:
    """A row of headings, then a row for each month of the horizon: its number, and each quantity."""
    values, names, quantities = _arguments(arguments)
    wanted = (MONTH, *_quantities(quantities, BY_MONTH, MONTH))
    *columns, horizon = evaluated((*wanted, "horizon_months"), (values, names))
    if isinstance(horizon, CellError):
        raise Refused("horizon_months is an error already", horizon)
    rows = zip(*(column[: int(horizon) + 1] for column in columns), strict=True)
    return [[graph().label(name) for name in wanted], *([answered(value) for value in row] for row in rows)]


def _each_case(values: object, names: object) -> Iterator[tuple[object, object]]:
    """Values and names of each case: with names in a column, each column of values is one; with a row, each row."""
    found, called = received(values), received(names)
    if called is None or not isinstance(found, list):
        yield values, names
        return
    known = called if isinstance(called, list) else [[called]]
    if len(known[0]) == 1 and len(known) == len(found):
        yield from (([[row[place]] for row in found], known) for place in range(len(found[0])))
    elif len(known) == 1 and len(known[0]) == len(found[0]):
        yield from (([row], known) for row in found)
    else:
        height, width, many = len(found), len(found[0]), len(known) * len(known[0])
        said = f"values of {height} rows and {width} columns don't fit {many} names"
        raise Refused(f"{said}: a column or a row of them is wanted, one for each value of a case", CellError.VALUE)


def _quantities(argument: object, usual: tuple[str, ...], axis: str | None) -> tuple[str, ...]:
    """The quantities that are named, all of them on this axis; empty cells are passed over."""
    said = received(argument)
    cells: Rows = said if isinstance(said, list) else [[said]]
    names = tuple(known_quantity(text(each, "quantities")) for row in cells for each in row if each is not None)
    for name in names:
        if (its := graph().axis_of[name]) != axis:
            has = f"a value for each {its}" if its else "one value, and none for each month"
            raise Refused(f"quantities: {name} ({graph().label(name)}) has {has}", CellError.VALUE)
    return names or usual


def _arguments(arguments: Sequence[object]) -> list[object]:
    if len(arguments) > ARGUMENTS:
        raise Refused(f"{ARGUMENTS} arguments are taken, not {len(arguments)}", CellError.VALUE)
    return [*arguments, *[None] * (ARGUMENTS - len(arguments))]


def _called(table: Callable[[Sequence[object]], Table]) -> Callable[[Sequence[object]], object]:
    def call(arguments: Sequence[object]) -> object:
        try:
            return table(arguments)
        except Refused as refused:
            return refused.error

    return call


def _explained(usual: tuple[str, ...], axis: str | None) -> Callable[[Sequence[object]], str]:
    """Of the first case, the first quantity."""

    def explain(arguments: Sequence[object]) -> str:
        try:
            values, names, quantities = _arguments(arguments)
            name = _quantities(quantities, usual, axis)[0]
            case = (values, names) if axis else next(_each_case(values, names))
            return traced(name, case)
        except Refused as refused:
            return str(refused)

    return explain


def functions() -> Iterator[Function]:
    """The functions that give a table of a case, or of cases."""
    values = Parameter(
        "values",
        "A column of values for each case, with the names beside; or a row for each, with the names above. An empty "
        "value is the default. Or one case of two columns: names, and values.",
        is_range=True,
        unit="of each driver",
    )
    quantities = Parameter(
        "quantities",
        "Names of quantities, in any range. Left out: the stages and the total.",
        is_range=True,
        unit="text",
    )
    yield Function(
        "FT_CASES",
        "Many cases side by side: a row for each quantity with its label, a column for each case.",
        (values, NAMES, quantities),
        "of each quantity",
        _called(cases),
        _explained(BY_CASE, None),
    )
    yield Function(
        "FT_MONTHLY",
        "Any quantities of a case by month: a row of headings, then for every month its number and each quantity.",
        (
            VALUES,
            NAMES,
            Parameter(
                "quantities",
                "Names of quantities that have a value for each month: requests, retrains. Left out: total_flow.",
                is_range=True,
                unit="text",
            ),
        ),
        "of each quantity",
        _called(months),
        _explained(BY_MONTH, MONTH),
    )
