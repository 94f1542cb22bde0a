"""The graph as it is for one case in which some names vary and the rest doesn't.

What no varying name has a bearing on is a number already. A condition that is then settled leaves its branch alone, so
that what stands on the other one (spot prices of a case that buys on demand) is never computed, nor drawn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from xlcost.errors import CellError
from xlcost.model.arrays import NUMPY, UNKNOWN
from xlcost.model.careful import settled
from xlcost.model.codegen import source_of
from xlcost.model.expressions import Apply, Constant, Expression, Name, Number, walk
from xlcost.model.graph import Graph
from xlcost.model.language import Quantity
from xlcost.model.primitives import PRIMITIVES


def specialised(
    graph: Graph,
    values: Mapping[str, Any],
    varying: Collection[str],
    given: Collection[str] = (),
    until: Mapping[str, int] | None = None,
) -> tuple[Graph, dict[str, Any]]:
    """The graph with the conditions that are settled taken, and what in it does not vary, as the array code takes it.

    `values` are all values of the case, as an estimate has them; the quantities in `given` are not computed. `until`
    says how many members of an axis count: of the months, those to the horizon, for nothing happens after it.
    """
    until = until or {}
    unsure = set(varying)
    sure = {name: value for name, value in values.items() if name not in unsure}
    quantities: dict[str, Quantity] = {}
    for quantity in graph.quantities.values():
        if quantity.name in unsure or quantity.name in given or unsure.isdisjoint(quantity.parameters):
            continue
        unsure.add(quantity.name)
        sure.pop(quantity.name, None)
        formula = _settled(quantity.formula, graph, sure)
        formula = _without_nothings(formula, graph, values, unsure, quantities)
        names = dict.fromkeys(each.name for each in walk(formula) if isinstance(each, Name))
        quantities[quantity.name] = replace(quantity, formula=formula, parameters=tuple(names))
    axes = {
        name: replace(axis, members=axis.members[: until.get(name)], labels=axis.labels[: until.get(name)])
        for name, axis in graph.axes.items()
    }
    rest = {name: quantity for name, quantity in graph.quantities.items() if name not in quantities}
    fixed = {
        name: _as_array(value, graph, name, until.get(graph.axis_of[name] or ""))
        for name, value in sure.items()
        if name not in graph.axes and value is not None
    }
    in_order = {name: quantities.get(name) or rest[name] for name in graph.quantities}
    return replace(graph, quantities=in_order, axes=axes), fixed


def varying_code(graph: Graph, fixed: Mapping[str, Any], wanted: Sequence[str], varying: Sequence[str]) -> Any:
    """A function of vectors of the varying names, in their order, that yields the wanted quantities.

    A row is a list with a vector, or a number, for each member.
    """
    source, names = source_of(NUMPY, graph, wanted, varying, (), fixed)
    exec(compile(source, "<xlcost arrays>", "exec"), names)
    return names["estimate"]


def with_bearing(graph: Graph, fixed: Collection[str], wanted: Sequence[str], varying: Sequence[str]) -> list[str]:
    """Those of the varying names that the wanted quantities are computed from."""
    needed = set(wanted)
    for quantity in graph.ancestry(wanted, [*varying, *fixed]):
        needed.update(quantity.parameters)
    return [name for name in varying if name in needed]


def _settled(expression: Expression, graph: Graph, known: Mapping[str, Any]) -> Expression:
    """The expression, with the branch in place of each `where` whose condition depends on nothing that varies."""
    if not isinstance(expression, Apply):
        return expression
    if expression.primitive == "where" and _is_plain(expression.arguments[0], graph, known):
        condition, yes, no = expression.arguments
        decided = settled(condition, graph, known)
        if not isinstance(decided, CellError | str):
            return _settled(yes if decided else no, graph, known)
    arguments = tuple(_settled(each, graph, known) for each in expression.arguments)
    match expression.primitive, arguments:
        case "multiply" | "divide", (one, Constant(value=1.0)):
            return one  # a change of unit
    return Apply(expression.primitive, arguments)


def _without_nothings(
    expression: Expression,
    graph: Graph,
    values: Mapping[str, Any],
    unsure: Collection[str],
    quantities: Mapping[str, Quantity],
) -> Expression:
    """The expression, without what is multiplied by a fixed 0: what a lever that is off would save, or cost.

    Only what is surely a number goes, since 0 times an error is an error.
    """

    def is_nothing(each: Expression) -> bool:
        if not isinstance(each, Name) or each.name in unsure or each.name in graph.axes:
            return False
        value = values.get(each.name)
        return value == 0.0 if not isinstance(value, list) else all(one == 0.0 for one in value)

    def is_number(each: Expression) -> bool:
        match each:
            case Constant() | Number():
                return True
            case Name(name) if name in quantities:
                return is_number(quantities[name].formula)
            case Name(name):
                return name in graph.drivers and graph.kind_of[name] != "text"
            case Apply("add" | "subtract" | "multiply", arguments):
                return all(map(is_number, arguments))
        return False

    def without(each: Expression) -> Expression:
        if not isinstance(each, Apply):
            return each
        arguments = tuple(map(without, each.arguments))
        if each.primitive == "multiply":
            for one, other in (arguments, arguments[::-1]):
                if is_nothing(one) and is_number(other) and _same_axis(one, other, graph):
                    return one
        return Apply(each.primitive, arguments)

    return without(expression)


def _same_axis(one: Expression, other: Expression, graph: Graph) -> bool:
    """Whether a name has a value for each member of what the other is of; so that it can stand for their product."""
    assert isinstance(one, Name)
    axes = {graph.axis_of.get(each.name) for each in walk(other) if isinstance(each, Name)} - {None}
    return axes <= {graph.axis_of.get(one.name)}


def _is_plain(expression: Expression, graph: Graph, known: Mapping[str, Any]) -> bool:
    """Whether it is of known single values alone."""
    for each in walk(expression):
        if isinstance(each, Name) and (each.name not in known or graph.axis_of[each.name] is not None):
            return False
        if isinstance(each, Apply) and PRIMITIVES[each.primitive].role != "elementwise":
            return False
    return True


def _as_array(value: Any, graph: Graph, name: str, until: int | None) -> Any:
    if isinstance(value, list):
        return [_as_array(each, graph, name, None) for each in value[:until]]
    if isinstance(value, CellError):
        return UNKNOWN if graph.kind_of[name] == "text" else np.nan
    return np.inf if isinstance(value, str) and graph.kind_of[name] != "text" else value
