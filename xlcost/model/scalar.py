"""The python back end: quantities as straight-line scalar code, for a call in a cell.

The code that is generated reads like what one would write by hand: an assignment for each quantity, one loop
for all the quantities of an axis that can be computed together, totals added up on the way. It needs nothing
but the standard library. It knows no error values: whatever goes wrong raises, or yields something that is not
a finite number, and `careful` then runs the case again.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlcost.model.constants import ROUNDING_TOLERANCE
from xlcost.model.expressions import Apply, Expression, Name, walk
from xlcost.model.graph import Graph, reductions
from xlcost.model.language import Quantity
from xlcost.model.primitives import PRIMITIVES, kinds_taken
from xlcost.model.templates import atom, axis_variable, columns, fill, levels, uses

_normal = statistics.NormalDist()


def _poisson_pmf(k: float, mean: float) -> float:
    if k < 0 or mean < 0:
        raise ValueError
    k = math.floor(k)
    if mean == 0:
        return 1.0 if k == 0 else 0.0
    return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))


def _poisson_cdf(k: float, mean: float) -> float:
    """Summed from k away from the mean, where the terms fall fast."""
    term = _poisson_pmf(k, mean)
    i = math.floor(k)
    if i > mean:
        above = 0.0
        while term > above * 1e-17:
            i += 1
            term *= mean / i
            above += term
        return 1 - above
    below = term
    while i > 0 and term > below * 1e-17:
        term *= i / mean
        below += term
        i -= 1
    return below


def _binom_cdf(k: float, n: float, p: float) -> float:
    k, n = math.floor(k), math.floor(n)
    if not 0 <= k <= n or not 0 <= p <= 1:
        raise ValueError
    return min(1.0, math.fsum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k + 1)))


def _first_where(flags: Sequence[float], values: Sequence[Any]) -> Any:
    for flag, value in zip(flags, values, strict=True):
        if flag == 1:
            return value
    raise KeyError("no member")


def _normal_inverse(p: float) -> float:
    if not 0 < p < 1:
        raise ValueError
    return _normal.inv_cdf(p)


RUNTIME: Mapping[str, Any] = {
    "TOLERANCE": ROUNDING_TOLERANCE.value,
    "pow": math.pow,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "ceil": lambda x: float(math.ceil(x)),
    "floor": lambda x: float(math.floor(x)),
    "poisson_pmf": _poisson_pmf,
    "poisson_cdf": _poisson_cdf,
    "binom_cdf": _binom_cdf,
    "normal_inverse": _normal_inverse,
    "first_where": _first_where,
}


def compiled(
    graph: Graph,
    wanted: Sequence[str],
    given: Sequence[str],
    optional: Sequence[str] = (),
    fixed: Mapping[str, Any] | None = None,
) -> Callable[..., tuple[Any, ...]]:
    """A function of the given names, in their order, that returns the wanted values: floats, texts, or lists.

    An optional name may be passed as None: it is then computed. `fixed` holds the values of all other inputs
    that are needed.
    """
    source, names = source_of(graph, wanted, given, optional, fixed or {})
    exec(compile(source, "<xlcost scalar>", "exec"), names)
    return names["estimate"]  # type: ignore[no-any-return]


def source_of(
    graph: Graph, wanted: Sequence[str], given: Sequence[str], optional: Sequence[str], fixed: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The generated source text, and the names that it refers to."""
    cut = [name for name in given if name not in optional]
    quantities = graph.ancestry(wanted, cut)
    writer = _Writer(graph, quantities, wanted, set(given), set(optional))
    names: dict[str, Any] = {**RUNTIME, **columns(graph, quantities)}
    for axis in graph.axes.values():
        names[axis_variable(axis.name)] = axis.members
        names[f"{axis_variable(axis.name)}_at"] = {member: i for i, member in enumerate(axis.members)}
    needed = {name for quantity in quantities for name in quantity.parameters} | set(wanted)
    rest = [name for name in fixed if name in needed and name not in given]
    names.update({f"FIXED_{name}": fixed[name] for name in rest})
    parameters = [writer.variable(name) for name in given]
    parameters += [f"{writer.variable(name)}=FIXED_{name}" for name in rest]
    results = "".join(f"{writer.whole(name)}, " for name in wanted)
    body = "\n    ".join([*writer.lines(set(rest)), f"return ({results})"])
    return f"def estimate({', '.join(parameters)}):\n    {body}\n", names


class _Writer:
    def __init__(
        self, graph: Graph, quantities: Sequence[Quantity], wanted: Sequence[str], given: set[str], optional: set[str]
    ) -> None:
        self.graph, self.quantities, self.given, self.optional = graph, quantities, given, optional
        self.level = levels(graph, quantities)
        self.hoisted: dict[Apply, str] = {}
        self.kept = {name for name in wanted if graph.axis_of[name] is not None}
        for quantity in quantities:
            for reduction in reductions(quantity.formula):
                simple = all(isinstance(each, Name) for each in reduction.expression.arguments)
                if simple and reduction.expression.primitive in ("total", "largest"):
                    self.hoisted.setdefault(reduction.expression, f"_{reduction.expression.primitive}_{'_'.join(reduction.rows)}")
                if reduction.expression.primitive != "total":
                    self.kept.update(reduction.rows)
                self.kept.update(row for row in reduction.rows if row not in self.level)
        # What a later sweep reads member by member must be kept from the earlier one.
        for quantity in quantities:
            if graph.axis_of[quantity.name] is not None:
                self.kept.update(
                    name
                    for name in uses(quantity)[1]
                    if graph.axis_of[name] and self.level.get(name, -1) < self.level[quantity.name]
                )

    def variable(self, name: str) -> str:
        """What an input is called as a parameter: the row, where it lies on an axis."""
        return self.whole(name)

    def whole(self, name: str) -> str:
        return f"{name}_row" if self.graph.axis_of[name] is not None else name

    def lines(self, fixed: set[str]) -> list[str]:
        lines: list[str] = []
        for axis in self.graph.axes:
            if axis in self.kept:
                lines.append(f"{axis}_row = {axis_variable(axis)}")
        self.reduce(lines, None)
        for level in range(max(self.level.values(), default=0) + 1):
            due = [quantity for quantity in self.quantities if self.level[quantity.name] == level]
            for quantity in due:
                if self.graph.axis_of[quantity.name] is None:
                    lines.append(self.assignment(quantity))
            for axis in self.graph.axes:
                if sweep := [quantity for quantity in due if self.graph.axis_of[quantity.name] == axis]:
                    self.sweep(lines, axis, sweep)
            self.reduce(lines, level)
        return lines

    def assignment(self, quantity: Quantity) -> str:
        value = self.text(quantity.formula, quantity)
        if quantity.name in self.optional:
            return f"if {quantity.name} is None: {quantity.name} = {value}"
        return f"{quantity.name} = {value}"

    def sweep(self, lines: list[str], axis: str, sweep: Sequence[Quantity]) -> None:
        names = {quantity.name for quantity in sweep}
        read: list[str] = []
        before: list[str] = []
        inner: list[str] = []
        after: list[str] = []
        for quantity in sweep:
            for name in sorted(uses(quantity)[1]):
                if self.graph.axis_of[name] == axis and name not in names and name != axis and name not in read:
                    read.append(name)
            primitives = _primitives(quantity.formula)
            if "running_total" in primitives:
                before.append(f"_before_{quantity.name} = 0.0")
                after.append(f"_before_{quantity.name} = {quantity.name}")
            for name in _previous(quantity.formula):
                if f"_previous_{name} = 0.0" not in before:
                    before.append(f"_previous_{name} = 0.0")
                    after.append(f"_previous_{name} = {name}")
            inner.append(self.assignment(quantity))
            if quantity.name in self.kept:
                before.append(f"{quantity.name}_row = []")
                after.append(f"{quantity.name}_row.append({quantity.name})")
            added = Apply("total", (Name(quantity.name),))
            if added in self.hoisted:
                before.append(f"{self.hoisted[added]} = 0.0")
                after.append(f"{self.hoisted[added]} += {quantity.name}")
        rows = ", ".join([axis_variable(axis), *(f"{name}_row" for name in read)])
        head = f"for {', '.join([axis, *read])} in zip({rows}):" if read else f"for {axis} in {rows}:"
        lines += [*before, head, *(f"    {line}" for line in [*inner, *after])]

    def reduce(self, lines: list[str], level: int | None) -> None:
        """The reductions that can be taken once the rows of this level (None: the inputs) are there."""
        for expression, variable in self.hoisted.items():
            rows = [argument.name for argument in expression.arguments if isinstance(argument, Name)]
            latest = max((self.level.get(row, -1) for row in rows), default=-1)
            if latest == (-1 if level is None else level) and not (expression.primitive == "total" and latest >= 0):
                template = PRIMITIVES[expression.primitive].python
                lines.append(f"{variable} = {fill(template, [f'{row}_row' for row in rows])}")

    def text(self, expression: Expression, quantity: Quantity) -> str:
        if (leaf := atom(expression, repr)) is not None:
            return leaf
        if isinstance(expression, Name):
            return expression.name
        assert isinstance(expression, Apply)
        if expression in self.hoisted:
            return self.hoisted[expression]
        primitive, arguments = PRIMITIVES[expression.primitive], expression.arguments
        if primitive.name == "previous":
            assert isinstance(arguments[0], Name)
            return f"_previous_{arguments[0].name}"
        if primitive.name == "at":
            assert isinstance(arguments[0], Name)
            row = arguments[0].name
            axis = self.graph.axis_of[row]
            assert axis is not None
            return fill(primitive.python, [f"{row}_row", self.text(arguments[1], quantity)], axis=f"{axis_variable(axis)}_at")
        texts = [
            f"{argument.name}_row" if want == "row" and isinstance(argument, Name) else self.text(argument, quantity)
            for want, argument in zip(kinds_taken(expression), arguments, strict=True)
        ]
        return fill(primitive.python, texts, before=f"_before_{quantity.name}")


def _primitives(expression: Expression) -> set[str]:
    return {each.primitive for each in walk(expression) if isinstance(each, Apply)}


def _previous(expression: Expression) -> list[str]:
    return [
        each.arguments[0].name
        for each in walk(expression)
        if isinstance(each, Apply) and each.primitive == "previous" and isinstance(each.arguments[0], Name)
    ]
