"""Generated code: what the python and the numpy back ends have in common.

The code reads like what one would write by hand: an assignment for each quantity, one loop for all the quantities of
an axis that can be computed together, totals added up on the way. In Python each name holds a number; in numpy the
same code runs with a vector for each name, short enough to stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xlcost.model.expressions import Answer, Apply, Column, Constant, Expression, Name, Number, Text, walk
from xlcost.model.graph import Graph
from xlcost.model.language import Quantity, rows_of
from xlcost.model.primitives import PRIMITIVES, kinds_taken

TAKEN_ONCE = ("total", "largest")  # of a row, however many formulas ask for it


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
        for each in quantity.parts
        if isinstance(each, Column)
    }


def levels(graph: Graph, quantities: Sequence[Quantity]) -> dict[str, int]:
    """How many sweeps over an axis must be over before a quantity can be computed."""
    level: dict[str, int] = {}
    for quantity in quantities:
        after = (level[name] + 1 for name in quantity.whole if name in level)
        level[quantity.name] = max([0, *(level.get(name, 0) for name in quantity.plain), *after])
    return level


@dataclass(frozen=True)
class Language:
    """What a back end makes of the templates: which column of the primitives, and how `never` is written."""

    column: Literal["python", "numpy"]
    answer: Callable[[str], str]
    runtime: Mapping[str, Any]


def source_of(
    language: Language,
    graph: Graph,
    wanted: Sequence[str],
    given: Sequence[str],
    optional: Sequence[str] = (),
    fixed: Mapping[str, Any] | None = None,
) -> tuple[str, dict[str, Any]]:
    """The text of a function `estimate` of the given names that returns the wanted values, and what it refers to.

    A row is a list. A name in `optional` may be None, and is then computed; `fixed` holds the other inputs.
    """
    fixed = fixed or {}
    cut = [name for name in given if name not in optional]
    quantities = graph.ancestry(wanted, [*cut, *(name for name in fixed if fixed[name] is not None)])
    writer = _Writer(language, graph, quantities, wanted, optional)
    names: dict[str, Any] = {**language.runtime, **columns(graph, quantities)}
    for axis in graph.axes.values():
        names[axis_variable(axis.name)] = axis.members
        names[f"{axis_variable(axis.name)}_at"] = {member: i for i, member in enumerate(axis.members)}
    needed = {name for quantity in quantities for name in quantity.parameters} | set(wanted)
    rest = [name for name in fixed if name in needed and name not in given and fixed[name] is not None]
    names.update({f"FIXED_{name}": fixed[name] for name in rest})
    parameters = [writer.whole(name) for name in given]
    parameters += [f"{writer.whole(name)}=FIXED_{name}" for name in rest]
    results = "".join(f"{writer.whole(name)}, " for name in wanted)
    body = "\n    ".join([*writer.lines(), f"return ({results})"])
    return f"def estimate({', '.join(parameters)}):\n    {body}\n", names


class _Writer:
    def __init__(
        self,
        language: Language,
        graph: Graph,
        quantities: Sequence[Quantity],
        wanted: Sequence[str],
        optional: Sequence[str],
    ) -> None:
        self.language, self.graph, self.quantities, self.optional = language, graph, quantities, optional
        self.level = levels(graph, quantities)
        self.reduced: dict[Apply, str] = {}  # reductions that are taken once, and their variables
        self.kept = {name for name in wanted if graph.axis_of[name] is not None}
        self.before: dict[
            Expression, tuple[str, str]
        ] = {}  # what the loop being written does not change, and its variables
        for quantity in quantities:
            self._plan(quantity)

    def _plan(self, quantity: Quantity) -> None:
        for expression in quantity.reductions:
            rows = rows_of(expression)
            if expression.primitive in TAKEN_ONCE:
                self.reduced.setdefault(expression, f"_{expression.primitive}_{'_'.join(rows)}")
            if expression.primitive != "total":
                self.kept.update(rows)
            self.kept.update(row for row in rows if row not in self.level)
        # What a later loop reads member by member must be kept from the earlier one.
        if self.graph.axis_of[quantity.name] is not None:
            earlier = [name for name in quantity.plain if self.graph.axis_of[name]]
            self.kept.update(name for name in earlier if self.level.get(name, -1) < self.level[quantity.name])

    def whole(self, name: str) -> str:
        """The variable with a scalar, or with the whole row of what lies on an axis."""
        return f"{name}_row" if self.graph.axis_of[name] is not None else name

    def lines(self) -> list[str]:
        lines = [f"{axis}_row = list({axis_variable(axis)})" for axis in self.graph.axes if axis in self.kept]
        self.reduce(lines, -1)
        for level in range(max(self.level.values(), default=0) + 1):
            due = [quantity for quantity in self.quantities if self.level[quantity.name] == level]
            lines += [self.assignment(each) for each in due if self.graph.axis_of[each.name] is None]
            for axis in self.graph.axes:
                if loop := [quantity for quantity in due if self.graph.axis_of[quantity.name] == axis]:
                    self.loop(lines, axis, loop)
            self.reduce(lines, level)
        return lines

    def assignment(self, quantity: Quantity) -> str:
        value = self.text(quantity.formula, quantity)
        if quantity.name in self.optional:
            return f"if {quantity.name} is None: {quantity.name} = {value}"
        return f"{quantity.name} = {value}"

    def loop(self, lines: list[str], axis: str, loop: Sequence[Quantity]) -> None:
        """One loop over an axis, for all quantities that can be computed in it."""
        self.before = {}
        inside = {quantity.name for quantity in loop}
        read: dict[str, None] = {}
        start: dict[str, None] = {}
        end: dict[str, None] = {}
        assignments = []
        for quantity in loop:
            plain = sorted(quantity.plain)
            read.update(
                {name: None for name in plain if self.graph.axis_of[name] == axis and name not in {*inside, axis}}
            )
            for each in quantity.parts:
                match each:
                    case Apply("running_total"):
                        start[f"_before_{quantity.name} = 0.0"] = end[f"_before_{quantity.name} = {quantity.name}"] = (
                            None
                        )
                    case Apply("previous", (Name(name),)):
                        start[f"_previous_{name} = 0.0"] = end[f"_previous_{name} = {name}"] = None
            assignments.append(self.assignment(quantity))
            if quantity.name in self.kept:
                start[f"{quantity.name}_row = []"] = end[f"{quantity.name}_row.append({quantity.name})"] = None
            if (total := self.reduced.get(Apply("total", (Name(quantity.name),)))) is not None:
                start[f"{total} = 0.0"] = end[f"{total} = {total} + {quantity.name}"] = None
        rows = ", ".join([axis_variable(axis), *(f"{name}_row" for name in read)])
        head = f"for {', '.join([axis, *read])} in zip({rows}):" if read else f"for {axis} in {rows}:"
        lines += [f"{variable} = {text}" for text, variable in self.before.values()]
        lines += [*start, head, *(f"    {line}" for line in [*assignments, *end])]
        self.before = {}

    def reduce(self, lines: list[str], level: int) -> None:
        """The reductions that can be taken once the rows of this level are there; -1 is that of the inputs."""
        for expression, variable in self.reduced.items():
            rows = rows_of(expression)
            latest = max((self.level.get(row, -1) for row in rows), default=-1)
            if latest == level and not (expression.primitive == "total" and level >= 0):
                lines.append(f"{variable} = {fill(self.template(expression), [f'{row}_row' for row in rows])}")

    def template(self, expression: Apply) -> str:
        primitive = PRIMITIVES[expression.primitive]
        if self.language.column == "python":
            return primitive.python
        if primitive.name == "divide" and self.never_zero(expression.arguments[1]):
            return primitive.python
        return primitive.numpy

    def never_zero(self, expression: Expression) -> bool:
        """Whether a divisor is positive for certain: the check for 0 is then not needed."""
        match expression:
            case Constant(value=value) | Number(value):
                return value != 0
            case Name(name):
                driver = self.graph.drivers.get(name)
                return driver is not None and (driver.minimum or 0) > 0
            case Apply("multiply", (left, right)):
                return self.never_zero(left) and self.never_zero(right)
        return False

    def text(self, expression: Expression, quantity: Quantity, sure: bool = True) -> str:
        """The source text of an expression. `sure`: it is evaluated whatever the conditions around it."""
        if (leaf := atom(expression, self.language.answer)) is not None:
            return leaf
        if isinstance(expression, Name):
            return expression.name
        assert isinstance(expression, Apply)
        if expression.primitive in TAKEN_ONCE:
            return self.reduced[expression]
        if sure and self.graph.axis_of[quantity.name] is not None and self.is_invariant(expression):
            if expression not in self.before:
                self.before[expression] = (self.applied(expression, quantity, sure), f"_h{len(self.before)}")
            return self.before[expression][1]
        return self.applied(expression, quantity, sure)

    def is_invariant(self, expression: Apply) -> bool:
        """Whether a loop over an axis leaves it as it is."""
        parts = list(walk(expression))
        if any(isinstance(each, Apply) and PRIMITIVES[each.primitive].role != "elementwise" for each in parts):
            return False
        return all(self.graph.axis_of[each.name] is None for each in parts if isinstance(each, Name))

    def applied(self, expression: Apply, quantity: Quantity, sure: bool) -> str:
        arguments = expression.arguments
        match expression:
            case Apply("previous", (Name(name),)):
                return f"_previous_{name}"
            case Apply("at", (Name(name), index)):
                axis = axis_variable(self.graph.axis_of[name] or "")
                return fill(self.template(expression), [f"{name}_row", self.text(index, quantity)], axis=f"{axis}_at")
        texts = []
        for place, (want, argument) in enumerate(zip(kinds_taken(expression), arguments, strict=True)):
            if want == "row" and isinstance(argument, Name):
                texts.append(f"{argument.name}_row")
            else:
                branch = expression.primitive == "where" and place > 0
                texts.append(self.text(argument, quantity, sure and not branch))
        return fill(self.template(expression), texts, before=f"_before_{quantity.name}")
