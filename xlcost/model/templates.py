"""Source text from templates: what the python and the numpy back ends have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from xlcost.model.expressions import Answer, Apply, Column, Constant, Expression, Name, Number, Text, walk
from xlcost.model.graph import Graph, reductions
from xlcost.model.language import Quantity
from xlcost.model.primitives import kinds_taken


def column_variable(column: Column) -> str:
    """The variable that holds a catalogue column in generated code."""
    return f"TABLE_{column.table}_{column.column}"


def axis_variable(name: str) -> str:
    """The variable that holds the members of an axis in generated code."""
    return f"AXIS_{name}"


def fill(template: str, arguments: Sequence[str], **more: str) -> str:
    """A primitive's template with its arguments, in parentheses so that nothing binds wrongly."""
    return f"({template.format(*arguments, all=', '.join(arguments), **more)})"


def atom(expression: Expression, answers: Callable[[str], str]) -> str | None:
    """The source text of a leaf that needs no context, or None."""
    match expression:
        case Number(value):
            return repr(value)
        case Constant():
            return repr(expression.value)
        case Text(value):
            return repr(value)
        case Answer(text):
            return answers(text)
        case Column():
            return column_variable(expression)
    return None


def columns(graph: Graph, quantities: Iterable[Quantity]) -> dict[str, dict[str, Any]]:
    """The catalogue columns that some formulas look up in, by variable."""
    return {
        column_variable(each): graph.catalog.tables[each.table].column(each.column)
        for quantity in quantities
        for each in walk(quantity.formula)
        if isinstance(each, Column)
    }


def levels(graph: Graph, quantities: Sequence[Quantity]) -> dict[str, int]:
    """How many sweeps over an axis must be over before a quantity can be computed."""
    level: dict[str, int] = {}
    for quantity in quantities:
        whole, plain = uses(quantity)
        level[quantity.name] = max(
            [0, *(level.get(name, 0) for name in plain), *(level[name] + 1 for name in whole if name in level)]
        )
    return level


def uses(quantity: Quantity) -> tuple[set[str], set[str]]:
    """The names that a formula takes as a whole row, and those that it takes member by member."""
    whole = {row for reduction in reductions(quantity.formula) for row in reduction.rows}

    def plain(expression: Expression) -> Iterable[str]:
        if isinstance(expression, Name):
            yield expression.name
        elif isinstance(expression, Apply):
            for want, argument in zip(kinds_taken(expression), expression.arguments, strict=True):
                if want != "row":
                    yield from plain(argument)

    return whole, set(plain(quantity.formula))
