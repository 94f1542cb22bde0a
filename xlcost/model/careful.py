"""Evaluate with error values: slowly, one quantity after the other, so that an error can be followed to its origin.

The straight-line code of `scalar` raises where a spreadsheet would show an error. The case is then run again
here, where an error is a value like any other. The meaning of each primitive comes from the same table.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlcost.errors import CellError
from xlcost.model.expressions import Answer, Apply, Column, Constant, Expression, Name, Number, Text
from xlcost.model.graph import Graph
from xlcost.model.language import Quantity
from xlcost.model.primitives import PRIMITIVES, kinds_taken
from xlcost.model.scalar import RUNTIME

Value = float | str | bool | CellError


def evaluate(
    graph: Graph, wanted: Sequence[str], inputs: Mapping[str, Any], given: Sequence[str] = ()
) -> dict[str, Any]:
    """The values of the wanted quantities and of all that they were computed from, by name.

    A row is a list. `inputs` may hold error values, and values of quantities; `given` names those quantities
    that are not computed. Never raises for what a value may be.
    """
    values: dict[str, Any] = {name: list(axis.members) for name, axis in graph.axes.items()}
    values.update({name: value for name, value in inputs.items() if value is not None})
    for quantity in graph.ancestry(wanted, [*given, *(name for name, value in inputs.items() if value is not None)]):
        axis = graph.axis_of[quantity.name]
        if axis is None:
            values[quantity.name] = _checked(_value(quantity.formula, graph, values, None, quantity))
        else:
            row = values[quantity.name] = []
            for member in range(len(graph.axes[axis].members)):
                row.append(_checked(_value(quantity.formula, graph, values, member, quantity)))
    return values


def settled(expression: Expression, graph: Graph, values: Mapping[str, Any]) -> Any:
    """The value of an expression of single values that are known."""
    return _checked(_value(expression, graph, values, None, next(iter(graph.quantities.values()))))


def _checked(value: Any) -> Any:
    if isinstance(value, complex) or (isinstance(value, float) and not math.isfinite(value)):
        return CellError.NUM
    return value


def _value(
    expression: Expression, graph: Graph, values: Mapping[str, Any], member: int | None, quantity: Quantity
) -> Any:
    match expression:
        case Number(value) | Text(value):
            return value
        case Answer(text):
            return text
        case Constant():
            return expression.value
        case Column(table, column):
            return graph.catalog.tables[table].column(column)
        case Name(name):
            value = values[name]
            return value if member is None or not isinstance(value, list) else value[member]
        case Apply("where", (condition, yes, no)):
            decided = _value(condition, graph, values, member, quantity)
            if isinstance(decided, CellError):
                return decided
            if isinstance(decided, str):
                return CellError.VALUE
            return _value(yes if decided else no, graph, values, member, quantity)
        case Apply("lookup_or", (column, key, other)):
            sought = _value(key, graph, values, member, quantity)
            known = _value(column, graph, values, member, quantity)
            if isinstance(sought, CellError) or sought in known:
                return _apply("lookup", [known, sought])
            return _value(other, graph, values, member, quantity)
        case Apply("running_total", (argument,)):
            before = values[quantity.name][-1] if values[quantity.name] else 0.0
            return _apply("add", [before, _value(argument, graph, values, member, quantity)])
        case Apply("previous", (Name(name),)):
            return values[name][member - 1] if member else 0.0
        case Apply("at", (Name(name), index)):
            members = graph.axes[graph.axis_of[name] or ""].members
            where = _value(index, graph, values, member, quantity)
            if isinstance(where, CellError):
                return where
            return values[name][members.index(where)] if where in members else CellError.NA
        case Apply(primitive, arguments):
            kinds = kinds_taken(expression)
            return _apply(
                primitive,
                [
                    values[argument.name] if want == "row" and isinstance(argument, Name)
                    else _value(argument, graph, values, member, quantity)
                    for want, argument in zip(kinds, arguments, strict=True)
                ],
            )  # fmt: skip


def _apply(primitive: str, arguments: list[Any]) -> Any:
    for argument in arguments:
        if isinstance(argument, CellError):
            return argument
        if isinstance(argument, list) and primitive != "first_where":
            for each in argument:
                if isinstance(each, CellError):
                    return each
    return guarded(_function(primitive, len(arguments)), *arguments)


def guarded(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call, and turn what Python raises into the error value that a spreadsheet would show."""
    try:
        return _checked(function(*arguments))
    except ZeroDivisionError:
        return CellError.DIV0
    except KeyError:
        return CellError.NA
    except (OverflowError, ValueError):
        return CellError.NUM
    except TypeError:
        return CellError.VALUE


@functools.cache
def _function(primitive: str, count: int) -> Callable[..., Any]:
    names = [f"x{i}" for i in range(count)]
    body = PRIMITIVES[primitive].python.format(*names, all=", ".join(names))
    function: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {body}", dict(RUNTIME))
    return function
