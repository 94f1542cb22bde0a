"""Explaining a result in words: where an error arose and why, or what a number was computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xlcost.errors import CellError
from xlcost.model import careful
from xlcost.model.expressions import Apply, Column, Expression, Name, Number, walk
from xlcost.model.graph import Graph
from xlcost.model.language import Quantity

Values = Mapping[str, Any]


def explanation(graph: Graph, name: str, values: Values) -> str:
    """Of a quantity, from the values that lead to it."""
    return _why(graph, name, values) if _error(values[name]) else _how(graph, name, values)


def described(graph: Graph, name: str, values: Values) -> str:
    """A name with its label and its value: `mfu (MFU) = 0.42`."""
    return f"{name} ({graph.label(name)}) = {shown(graph, name, values.get(name))}"


def shown(graph: Graph, name: str, value: object) -> str:
    """A value with its unit, or the range of many."""
    if isinstance(value, list):
        numbers = [each for each in value if isinstance(each, float)]
        if len(numbers) < len(value):
            return str(_error(value) or "texts")
        return f"{len(value)} values from {min(numbers):,.6g} to {shown(graph, name, max(numbers))}"
    if isinstance(value, float):
        return f"{value:,.6g}" + ("" if graph.unit(name).pure else f" {graph.unit(name)}")
    return str(value)


def _how(graph: Graph, name: str, values: Values) -> str:
    head = f"{name} ({graph.label(name)}) is {shown(graph, name, values[name])}"
    return f"{head}, from {_parents(graph, graph.quantities[name], values)}."


def _why(graph: Graph, wanted: str, values: Values) -> str:
    name = wanted
    while True:
        culprits = [
            each
            for each in _names(graph, graph.quantities[name].formula, values)
            if each in graph.quantities and _error(values.get(each))
        ]
        if not culprits:
            break
        name = culprits[0]
    quantity = graph.quantities[name]
    where = f"{name} ({graph.label(name)}) is {_error(values[name])}"
    if name != wanted:
        where = f"{wanted} is {_error(values[wanted])}, because {where}"
    reason = _reason(graph, quantity, values)
    return f"{where}: {reason or 'it is computed from ' + _parents(graph, quantity, values)}."


def _reason(graph: Graph, quantity: Quantity, values: Values) -> str | None:
    """The look-up that finds nothing, or the divisor that is 0."""
    if graph.axis_of[quantity.name] is not None:
        return None
    for part in _parts(graph, quantity.formula, values):
        match part:
            case Apply("lookup", (Column(table_name, column), key)):
                table = graph.catalog.tables[table_name]
                sought = _value(graph, key, values)
                if isinstance(sought, str) and sought not in table.column(column):
                    label = table.columns[column].label
                    return f"the table {table.label!r} has no {label!r} ({column}) for {sought!r}"
            case Apply("up_to", (Name(above), most)) if _above(graph, above, most, values):
                limit = _value(graph, most, values)
                return f"it can't be above {limit:,.6g}, and {described(graph, above, values)}"
            case Apply("divide", (_, divisor)) if _value(graph, divisor, values) == 0:
                names = [described(graph, each, values) for each in _names(graph, divisor, values)]
                return f"it divides by 0, which is what comes of {_listed(names)}"
    return None


def _above(graph: Graph, name: str, most: Expression, values: Values) -> bool:
    value, limit = values[name], _value(graph, most, values)
    return isinstance(value, float) and isinstance(limit, float) and value > limit


def remarks(graph: Graph, name: str, inputs: Values) -> list[str]:
    """What somebody should look at beside a value, in words: the alerts that follow from it and are on.

    Of the MFU, which the values of a call and the defaults decide.
    """
    alerts = _ALERTS.get(name, ())
    found = careful.evaluate(graph, alerts, inputs, [each for each in inputs if inputs[each] is not None])
    return [f"{graph.label(each)}: {graph.quantities[each].summary}" for each in alerts if found[each] == 1]


def _parents(graph: Graph, quantity: Quantity, values: Values) -> str:
    return _listed([described(graph, each, values) for each in _names(graph, quantity.formula, values)]) or "constants"


def _names(graph: Graph, formula: Expression, values: Values) -> list[str]:
    """The names that a formula really looked at, each once."""
    return list(dict.fromkeys(each.name for each in _parts(graph, formula, values) if isinstance(each, Name)))


def _parts(graph: Graph, formula: Expression, values: Values) -> Iterator[Expression]:
    """A formula and all that is in it, but of each `where` only the branch that was taken."""
    match formula:
        case Apply("where", (condition, yes, no)):
            yield from _parts(graph, condition, values)
            decided = _value(graph, condition, values)
            if decided is None:  # it differs along an axis
                yield from (*_parts(graph, yes, values), *_parts(graph, no, values))
            elif not isinstance(decided, CellError):
                yield from _parts(graph, yes if decided else no, values)
        case Apply(_, arguments):
            yield formula
            for argument in arguments:
                yield from _parts(graph, argument, values)
        case _:
            yield formula


def taken(graph: Graph, formula: Expression, values: Values) -> Iterator[Expression]:
    """What a formula yields: of each `where` the branch that was taken, without the condition; and what is in it."""
    match formula:
        case Apply("where", (condition, yes, no)):
            yield from taken(graph, yes if _value(graph, condition, values) else no, values)
        case _:
            yield from walk(formula)


def _value(graph: Graph, part: Expression, values: Values) -> Any:
    """The value of a part of a formula; None if it has many. A condition is 1 or 0."""
    if any(graph.axis_of[each.name] is not None for each in walk(part) if isinstance(each, Name)):
        return None
    if isinstance(part, Apply) and part.primitive in _CONDITIONS:
        part = Apply("where", (part, Number(1.0), Number(0.0)))
    return careful.settled(part, graph, values)


_ALERTS = dict.fromkeys(("measured_mfu", "mfu"), ("alert_mfu", "alert_ceiling"))  # by what they are about

_CONDITIONS = {
    "less",
    "at_most",
    "greater",
    "at_least",
    "is_text",
    "is_not_text",
    "both",
    "either",
    "is_known",
    "is_number",
}


def _error(value: object) -> CellError | None:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, CellError):
            return each
    return None


def _listed(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}" if texts else ""
