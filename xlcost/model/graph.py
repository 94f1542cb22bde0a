"""The graph: quantities, drivers and coordinates, wired by name, checked once, and put in order.

Everything else in xlcost is derived from it.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Literal

from xlcost.catalog import Catalog, Driver, nearest
from xlcost.model.expressions import Apply, Column, Constant, Expression, Name, Text
from xlcost.model.language import ModelError, Quantity
from xlcost.model.primitives import PRIMITIVES
from xlcost.units import Unit, unit

Kind = Literal["number", "text"]

_CELL_ADDRESS = re.compile(r"^[A-Za-z]{1,3}[0-9]+$|^[Rr][0-9]*[Cc][0-9]*$")
_RESERVED = {"true", "false", "null", "r", "c", "live", "case"}


@dataclass(frozen=True)
class Axis:
    """A named, finite row of members. Its name is also the name of their coordinate in formulas.

    Where `flows`, what lies on the axis is a rate, and its total is the integral: USD a month, over months, is USD.
    """

    name: str
    label: str
    unit: Unit
    members: tuple[float | str, ...]
    labels: tuple[str, ...]
    flows: bool = False


def axis(name: str, label: str, unit_text: str, numbers: Iterable[int], flows: bool = False) -> Axis:
    """An axis whose members are numbers: months, candidates."""
    members = tuple(float(number) for number in numbers)
    return Axis(name, label, unit(unit_text), members, tuple(f"{number:g}" for number in members), flows)


@dataclass(frozen=True)
class Graph:
    """All that is declared, by name. `quantities` are in an order in which they can be computed."""

    drivers: Mapping[str, Driver]
    quantities: Mapping[str, Quantity]
    axes: Mapping[str, Axis]
    catalog: Catalog
    axis_of: Mapping[str, str | None] = field(default_factory=dict)
    kind_of: Mapping[str, Kind] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.quantities or name in self.drivers or name in self.axes

    def label(self, name: str) -> str:
        """The label of a quantity, a driver or an axis."""
        return self._declaration(name).label

    def unit(self, name: str) -> Unit:
        """The unit of a quantity, a driver or an axis."""
        return self._declaration(name).unit

    def _declaration(self, name: str) -> Quantity | Driver | Axis:
        return self.quantities.get(name) or self.drivers.get(name) or self.axes[name]

    def overridable(self, name: str) -> bool:
        """Whether this is a quantity that somebody who knows better may give a value."""
        return name in self.quantities and self.quantities[name].overridable

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """What a case may set: every driver, and every overridable quantity."""
        return (*self.drivers, *(name for name in self.quantities if self.overridable(name)))

    @cached_property
    def constants(self) -> Mapping[str, Constant]:
        """The named constants that formulas use, by name."""
        found: dict[str, Constant] = {}
        for quantity in self.quantities.values():
            for each in quantity.parts:
                if isinstance(each, Constant) and found.setdefault(each.name, each) != each:
                    raise ModelError(f"{quantity.where}: two constants are called {each.name}")
        return found

    def ancestry(self, wanted: Iterable[str], given: Iterable[str] = ()) -> list[Quantity]:
        """The quantities to compute for those wanted, in order. Nothing upstream of a given name is among them."""
        known, needed = set(given), set()
        todo = list(wanted)
        while todo:
            name = todo.pop()
            if name in known or name in needed or name not in self.quantities:
                continue
            needed.add(name)
            todo.extend(self.quantities[name].parameters)
        return [quantity for name, quantity in self.quantities.items() if name in needed]

    def refuse_unknown(self, name: str, what: str = "quantity or driver") -> ModelError:
        """The refusal of an unknown name, with the nearest ones."""
        near = nearest(name, [*self.quantities, *self.drivers])
        return ModelError(f"{name!r} is no {what}" + (f"; did you mean {', '.join(near)}?" if near else ""))


def build(modules: Iterable[ModuleType], catalog: Catalog, axes: Iterable[Axis]) -> Graph:
    """Collect what the stage modules declare, check all of it, and put it in order."""
    declared: dict[str, Quantity] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Quantity) and value.stage == module.__name__.rpartition(".")[2]:
                if value.name in declared:
                    raise ModelError(f"{value.where}: {value.name} is declared at {declared[value.name].where} too")
                declared[value.name] = value
    every_axis = {each.name: each for each in axes}
    for each in catalog.axes.values():
        members = tuple(member.key for member in each.members)
        every_axis[each.name] = Axis(
            each.name, each.label, unit("text"), members, tuple(member.label for member in each.members)
        )
    _check_names(declared, catalog, every_axis)
    graph = Graph(catalog.drivers, _in_order(declared), every_axis, catalog)
    axis_of: dict[str, str | None] = {name: name for name in every_axis}
    kind_of: dict[str, Kind] = {
        name: "text" if a.unit == unit("text") and a.members and isinstance(a.members[0], str) else "number"
        for name, a in every_axis.items()
    }
    for name, driver in catalog.drivers.items():
        axis_of[name], kind_of[name] = driver.axis, driver.kind
    for quantity in graph.quantities.values():
        checker = _Checker(quantity, graph, axis_of, kind_of)
        kind_of[quantity.name] = checker.result_kind()
        axis_of[quantity.name] = checker.axis
    return Graph(catalog.drivers, graph.quantities, every_axis, catalog, axis_of, kind_of)


def _check_names(declared: Mapping[str, Quantity], catalog: Catalog, axes: Mapping[str, Axis]) -> None:
    for name, quantity in declared.items():
        if (
            _CELL_ADDRESS.match(name)
            or name.lower() in _RESERVED
            or keyword.iskeyword(name)
            or name in PRIMITIVES
            or hasattr(builtins, name)
        ):
            raise ModelError(f"{quantity.where}: {name} is a cell address or a reserved word")
        if name in catalog.drivers or name in axes:
            raise ModelError(f"{quantity.where}: {name} is a driver or an axis already")
        for parameter in quantity.parameters:
            if parameter not in declared and parameter not in catalog.drivers and parameter not in axes:
                near = nearest(parameter, [*declared, *catalog.drivers, *axes])
                hint = f"; did you mean {', '.join(near)}?" if near else ""
                raise ModelError(f"{quantity.where}: nothing is called {parameter}{hint}")


def _in_order(declared: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Each after what it is computed from, and as near as can be to the order of declaration."""
    ordered: dict[str, Quantity] = {}
    path: list[str] = []

    def visit(name: str) -> None:
        if name in ordered or name not in declared:
            return
        if name in path:
            circle = " <- ".join([*path[path.index(name) :], name])
            raise ModelError(f"{declared[name].where}: a quantity can't depend on itself: {circle}")
        path.append(name)
        for parameter in declared[name].parameters:
            visit(parameter)
        path.pop()
        ordered[name] = declared[name]

    for name in declared:
        visit(name)
    return ordered


class _Checker:
    """Kinds and axes of one formula: what may stand where, and on which axis the result lies."""

    def __init__(
        self,
        quantity: Quantity,
        graph: Graph,
        axis_of: Mapping[str, str | None],
        kind_of: Mapping[str, Kind],
    ) -> None:
        self.quantity, self.graph, self.axis_of, self.kind_of = quantity, graph, axis_of, kind_of
        self.axis: str | None = None

    def refuse(self, reason: str) -> ModelError:
        return ModelError(f"{self.quantity.where}: {reason}")

    def result_kind(self) -> Kind:
        kind = self.kind(self.quantity.formula, top=True)
        if kind == "condition":
            raise self.refuse("a comparison is no number: write where(a < b, 1, 0)")
        return "text" if kind == "text" else "number"

    def kind(self, expression: Expression, top: bool = False) -> str:
        match expression:
            case Name(name):
                self.stand_on(self.axis_of[name])
                return self.kind_of[name]
            case Text():
                return "text"
            case Column(table, column):
                return self.column_kind(table, column)
            case Apply():
                return self.apply_kind(expression, top)
        return "number"

    def stand_on(self, name: str | None) -> None:
        if name is not None and self.axis not in (None, name):
            raise self.refuse(f"it mixes the axes {self.axis} and {name}: reduce one of them first")
        self.axis = name or self.axis

    def column_kind(self, table: str, column: str) -> str:
        known = self.graph.catalog.tables
        if table not in known or column not in known[table].columns:
            raise self.refuse(f"the catalogue has no table {table} with a column {column}")
        return known[table].columns[column].kind

    def apply_kind(self, expression: Apply, top: bool) -> str:
        primitive, arguments = PRIMITIVES[expression.primitive], expression.arguments
        takes = primitive.takes * len(arguments) if primitive.many else primitive.takes
        if len(takes) != len(arguments) or not arguments:
            raise self.refuse(f"{primitive.name} takes {len(primitive.takes)} arguments, not {len(arguments)}")
        if primitive.name == "running_total" and not top:
            raise self.refuse("a running total is a quantity of its own, so that its row can be followed")
        kinds = [
            self.argument_kind(primitive.name, want, argument) for want, argument in zip(takes, arguments, strict=True)
        ]
        if primitive.name == "running_total" and self.axis is None:
            raise self.refuse("running_total is taken of what lies on an axis")
        self.check_rows(takes, arguments)
        if primitive.name in ("is_text", "is_not_text"):
            self.check_choice(arguments)
        if primitive.name in ("lookup", "lookup_or", "is_known") and not isinstance(arguments[1], Name):
            raise self.refuse(f"{primitive.name} takes the name of its key: make the key a quantity of its own")
        if primitive.name == "where" and kinds[1] != kinds[2]:
            raise self.refuse(f"where can yield a {kinds[1]} or a {kinds[2]}: one kind is needed")
        return primitive.gives if isinstance(primitive.gives, str) else kinds[primitive.gives]

    def argument_kind(self, primitive: str, want: str, argument: Expression) -> str:
        if want in ("row", "cell"):
            if not isinstance(argument, Name) or self.axis_of[argument.name] is None:
                raise self.refuse(f"{primitive} is taken of a quantity that lies on an axis")
            if want == "cell":
                self.stand_on(self.axis_of[argument.name])
            return self.kind_of[argument.name]
        if want == "column":
            if not isinstance(argument, Column):
                raise self.refuse(f"{primitive} looks up in a column of a catalogue table")
            return self.column_kind(argument.table, argument.column)
        kind = self.kind(argument)
        if want in ("number", "text") and kind != want:
            raise self.refuse(f"{primitive} takes a {want}, not a {kind}")
        if want == "condition" and kind == "text":
            raise self.refuse(f"{primitive} takes a condition, not a text")
        if want == "condition" and primitive != "where" and kind != "condition":
            raise self.refuse(f"{primitive} takes comparisons; compare the flag with 0")
        return kind

    def check_rows(self, takes: Sequence[str], arguments: Sequence[Expression]) -> None:
        """Rows that are taken together lie on one axis."""
        axes = {
            self.axis_of[argument.name]: None
            for want, argument in zip(takes, arguments, strict=True)
            if want == "row" and isinstance(argument, Name)
        }
        if len(axes) > 1:
            raise self.refuse(f"it mixes the axes {' and '.join(map(str, axes))}: reduce one of them first")

    def check_choice(self, arguments: Sequence[Expression]) -> None:
        """A text that a driver is compared with is one of its choices."""
        match arguments:
            case (Name(name), Text(value)) | (Text(value), Name(name)) if name in self.graph.drivers:
                if value not in self.graph.drivers[name].choices:
                    raise self.refuse(
                        f"{value!r} is no choice of {name}: {', '.join(self.graph.drivers[name].choices)}"
                    )
