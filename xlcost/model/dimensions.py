"""Prove units: run a formula on units instead of numbers, and see what comes out."""

from xlcost.model.expressions import Answer, Apply, Column, Constant, Expression, Name, Number, Text
from xlcost.model.graph import Graph
from xlcost.model.language import ModelError, Quantity
from xlcost.model.primitives import PLAIN, PRIMITIVES, UnitMismatch
from xlcost.units import Unit


def prove(quantity: Quantity, graph: Graph) -> None:
    """Refuse a quantity whose declared unit doesn't follow from the units of its arguments."""
    try:
        derived = unit_of(quantity.formula, graph, graph.axis_of[quantity.name])
    except UnitMismatch as mismatch:
        raise ModelError(f"{quantity.where}: {mismatch}") from None
    if derived is not None and derived != quantity.unit:
        raise ModelError(f"{quantity.where}: declared in {quantity.unit}, but the formula yields {derived}")


def unit_of(expression: Expression, graph: Graph, axis: str | None = None) -> Unit | None:
    """The unit of an expression that lies on an axis. None belongs to 0 and to `never`, which fit any unit."""
    match expression:
        case Number(value):
            return None if value == 0 else PLAIN
        case Text():
            return PLAIN
        case Answer():
            return None
        case Constant():
            return expression.unit
        case Column(table, column):
            return graph.catalog.tables[table].columns[column].unit
        case Name(name):
            return graph.unit(name)
        case Apply(primitive, arguments):
            unit = PRIMITIVES[primitive].units([unit_of(each, graph, axis) for each in arguments], arguments)
            if primitive == "total" and isinstance(arguments[0], Name):
                axis = graph.axis_of[arguments[0].name]
            if primitive in ("total", "running_total") and axis and graph.axes[axis].flows and unit is not None:
                return unit * graph.axes[axis].unit
            return unit
