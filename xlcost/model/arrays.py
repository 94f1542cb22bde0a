"""The numpy back end: quantities as array code, for millions of cases at once.

A scalar quantity of n cases is an array of shape (n,), one on an axis has shape (n, members), and what does not
vary between the cases stays a plain number or a single row. NaN stands for an error (in texts: #N/A), infinity for
`never`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import special

from xlcost.model.constants import ROUNDING_TOLERANCE
from xlcost.model.expressions import Apply, Expression, Name
from xlcost.model.graph import Graph
from xlcost.model.language import Quantity
from xlcost.model.primitives import PRIMITIVES, kinds_taken
from xlcost.model.templates import atom, axis_variable, columns, fill, levels

Array = Any  # a number, or an array of floats or of texts
UNKNOWN = "#N/A"  # what NaN is among texts


def _divide(over: Array, under: Array) -> Array:
    if np.all(under):
        return over / under
    return np.where(under == 0, np.nan, over / np.where(under == 0, 1.0, under))


def _compared(compare: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    def compared(left: Array, right: Array) -> Array:
        result = compare(left, right)
        doubtful = _doubtful(left) | _doubtful(right)
        return np.where(doubtful, np.nan, result) if np.any(doubtful) else result

    return compared


def _doubtful(value: Array) -> Array:
    if isinstance(value, str) or getattr(value, "dtype", np.dtype(float)).kind in "UO":
        return value == UNKNOWN
    if getattr(value, "dtype", np.dtype(float)).kind == "b":
        return False
    # One sum is cheaper than a look at each element, and is NaN if one of them is.
    return np.isnan(value) if np.isnan(np.sum(value)) else False


def _where(condition: Array, yes: Array, no: Array) -> Array:
    if isinstance(condition, (bool, np.bool_)):
        return yes if condition else no
    result = np.where(condition, yes, no)
    doubtful = _doubtful(condition)
    if not np.any(doubtful):
        return result
    return np.where(doubtful, UNKNOWN if result.dtype.kind in "UO" else np.nan, result)


def _both(left: Array, right: Array) -> Array:
    return _logical(np.logical_and, left, right)


def _either(left: Array, right: Array) -> Array:
    return _logical(np.logical_or, left, right)


def _logical(combine: Callable[[Array, Array], Array], left: Array, right: Array) -> Array:
    result = combine(left, right)
    doubtful = _doubtful(left) | _doubtful(right)
    return np.where(doubtful, np.nan, result) if np.any(doubtful) else result


def _lookup(column: Mapping[str, Any], key: Array) -> Array:
    unknown = UNKNOWN if isinstance(next(iter(column.values()), 0.0), str) else np.nan
    if isinstance(key, str):
        return column.get(key, unknown)
    keys, inverse = np.unique(key, return_inverse=True)
    return np.array([column.get(str(each), unknown) for each in keys])[inverse]


def _is_known(column: Mapping[str, Any], key: Array) -> Array:
    if isinstance(key, str):
        return np.nan if key == UNKNOWN else key in column
    keys, inverse = np.unique(key, return_inverse=True)
    known = np.array([str(each) in column for each in keys])
    return np.where(keys == UNKNOWN, np.nan, known)[inverse] if UNKNOWN in keys else known[inverse]


def _power(base: Array, exponent: Array) -> Array:
    """NaN to the power of 0, and 1 to the power of NaN, are 1 to numpy."""
    result = np.power(base, exponent)
    doubtful = _doubtful(base) | _doubtful(exponent)
    return np.where(doubtful, np.nan, result) if np.any(doubtful) else result


def _log(x: Array) -> Array:
    return np.log(np.where(np.asarray(x) > 0, x, np.nan))


def _poisson_pmf(k: Array, mean: Array) -> Array:
    k = np.floor(k)
    value = np.exp(special.xlogy(k, mean) - mean - special.gammaln(k + 1))
    return np.where((k < 0) | (np.asarray(mean) < 0), np.nan, value)


def _poisson_cdf(k: Array, mean: Array) -> Array:
    return np.where((np.asarray(k) < 0) | (np.asarray(mean) < 0), np.nan, special.pdtr(np.floor(k), mean))


def _binom_cdf(k: Array, n: Array, p: Array) -> Array:
    return special.bdtr(np.floor(k), np.asarray(np.floor(n), dtype=int), p)


def _first_where(flags: Array, values: Array) -> Array:
    flags = np.asarray(flags)
    found = np.argmax(flags == 1, axis=-1)
    values = np.broadcast_to(values, flags.shape)
    result = np.take_along_axis(values, found[..., None], axis=-1)[..., 0]
    return np.where(np.any(flags == 1, axis=-1), result, np.nan)


def _at(row: Array, members: Array, index: Array) -> Array:
    row, index = np.asarray(row), np.asarray(index)
    order = np.argsort(members)
    place = np.clip(np.searchsorted(members, index, sorter=order), 0, len(members) - 1)
    place = order[place]
    row = np.broadcast_to(row, (*index.shape, row.shape[-1])) if row.ndim <= index.ndim else row
    place_for = np.broadcast_to(place, row.shape[:-1])
    found = np.take_along_axis(row, place_for[..., None], axis=-1)[..., 0]
    return np.where(members[place] == index, found, np.nan)


def _previous(row: Array) -> Array:
    shifted = np.zeros_like(row)
    shifted[..., 1:] = row[..., :-1]
    return shifted


RUNTIME: Mapping[str, Any] = {
    "TOLERANCE": ROUNDING_TOLERANCE.value,
    "inf": np.inf,
    "nan": np.nan,
    "divide": _divide,
    "power": _power,
    "less": _compared(lambda a, b: a < b),
    "at_most": _compared(lambda a, b: a <= b),
    "greater": _compared(lambda a, b: a > b),
    "at_least": _compared(lambda a, b: a >= b),
    "is_text": _compared(lambda a, b: a == b),
    "is_not_text": _compared(lambda a, b: a != b),
    "both": _both,
    "either": _either,
    "where": _where,
    "minimum": lambda *each: _folded(np.minimum, each),
    "maximum": lambda *each: _folded(np.maximum, each),
    "ceil": np.ceil,
    "floor": np.floor,
    "exp": np.exp,
    "log": _log,
    "sqrt": np.sqrt,
    "poisson_pmf": _poisson_pmf,
    "poisson_cdf": _poisson_cdf,
    "binom_cdf": _binom_cdf,
    "normal_inverse": special.ndtri,
    "lookup": _lookup,
    "is_known": _is_known,
    "total": lambda row: np.sum(row, axis=-1),
    "largest": lambda row: np.max(row, axis=-1),
    "at": _at,
    "first_where": _first_where,
    "running_total": lambda row: np.cumsum(row, axis=-1),
    "previous": _previous,
    "spread": lambda value: value[..., None] if getattr(value, "ndim", 0) else value,
    "in_row": lambda value, members: np.broadcast_to(value, (*np.shape(value)[:-1], members))
    if np.shape(value)[-1:] != (members,)
    else value,
}


def _folded(combine: Callable[[Array, Array], Array], each: Sequence[Array]) -> Array:
    result = each[0]
    for more in each[1:]:
        result = combine(result, more)
    return result


def compiled(
    graph: Graph, wanted: Sequence[str], inputs: Sequence[str], cut: Sequence[str] = ()
) -> Callable[[Mapping[str, Array]], dict[str, Array]]:
    """A function of the inputs by name that yields the wanted quantities by name.

    An overridable quantity is computed unless it is among the inputs. A quantity in `cut` is taken as an input.
    """
    source, names = source_of(graph, wanted, inputs, cut)
    exec(compile(source, "<xlcost arrays>", "exec"), names)
    function = names["estimate"]

    def estimate(values: Mapping[str, Array]) -> dict[str, Array]:
        with np.errstate(all="ignore"):
            found = function(*(values[name] for name in inputs))
        return dict(zip(wanted, found, strict=True))

    return estimate


def source_of(
    graph: Graph, wanted: Sequence[str], inputs: Sequence[str], cut: Sequence[str] = ()
) -> tuple[str, dict[str, Any]]:
    """The generated source text, and the names that it refers to."""
    quantities = graph.ancestry(wanted, [*inputs, *cut])
    level = levels(graph, quantities)
    names: dict[str, Any] = {**RUNTIME, **columns(graph, quantities)}
    lines: list[str] = []
    for axis in graph.axes.values():
        names[axis_variable(axis.name)] = np.array(axis.members)
        lines.append(f"{axis.name} = {axis_variable(axis.name)}")
    spread: set[str] = set()
    for quantity in sorted(quantities, key=lambda each: level[each.name]):
        writer = _Writer(graph, quantity, spread)
        text = writer.text(quantity.formula)
        lines += writer.before
        lines.append(f"{quantity.name} = {text}")
        if (on := graph.axis_of[quantity.name]) is not None:
            lines[-1] = f"{quantity.name} = in_row({text}, {len(graph.axes[on].members)})"
    body = "\n    ".join([*lines, f"return ({''.join(f'{name}, ' for name in wanted)})"])
    return f"def estimate({', '.join(inputs)}):\n    {body}\n", names


class _Writer:
    """Writes one formula; scalars that stand on an axis are widened by a dimension, once each."""

    def __init__(self, graph: Graph, quantity: Quantity, spread: set[str]) -> None:
        self.graph, self.quantity, self.spread = graph, quantity, spread
        self.axis = graph.axis_of[quantity.name]
        self.before: list[str] = []

    def text(self, expression: Expression) -> str:
        leaf = atom(expression, lambda _: "inf")
        if leaf is not None:
            return leaf
        if isinstance(expression, Name):
            return self.name(expression.name)
        assert isinstance(expression, Apply)
        primitive = PRIMITIVES[expression.primitive]
        if primitive.role == "reduction":
            reduced = self.reduction(expression)
            return f"spread({reduced})" if self.axis else reduced
        return fill(primitive.numpy, [self.text(argument) for argument in expression.arguments])

    def name(self, name: str) -> str:
        if self.axis is None or self.graph.axis_of[name] is not None:
            return name
        if self.graph.kind_of[name] == "text" and name not in self.graph.quantities and name not in self.graph.drivers:
            return name
        if name not in self.spread:
            self.spread.add(name)
            self.before.append(f"_spread_{name} = spread({name})")
        return f"_spread_{name}"

    def reduction(self, expression: Apply) -> str:
        texts, axis = [], ""
        for want, argument in zip(kinds_taken(expression), expression.arguments, strict=True):
            if want == "row" and isinstance(argument, Name):
                axis = self.graph.axis_of[argument.name] or ""
                texts.append(argument.name)
            else:
                narrow = _Writer(self.graph, self.quantity, self.spread)
                narrow.axis = None
                texts.append(narrow.text(argument))
        return fill(PRIMITIVES[expression.primitive].numpy, texts, axis=axis_variable(axis))
