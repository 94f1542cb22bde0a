"""The numpy back end: quantities as array code, for millions of cases at once.

A scalar quantity of n cases is an array of shape (n,), one on an axis has shape (n, members), and what does not
vary between the cases stays a plain number or a single row. NaN stands for an error (in texts: #N/A), infinity for
`never` and 0 for `always`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import special

from xlcost.model.codegen import Language, source_of
from xlcost.model.constants import ROUNDING_TOLERANCE
from xlcost.model.graph import Graph
from xlcost.model.scalar import LARGEST_MEAN, SMALL

Array = Any  # a number, or an array of floats or of texts
UNKNOWN = "#N/A"  # what NaN is among texts


def _divide(over: Array, under: Array) -> Array:
    # The least is found in a third of the time of a look at each; NaN and what is negative take the longer way.
    if (under > 0 if type(under) is float else np.min(under) > 0) or np.all(under):
        return over / under
    return np.where(under == 0, np.nan, over / np.where(under == 0, 1.0, under))


def _compared(compare: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    return lambda left, right: _settled(compare(left, right), _doubtful(left), _doubtful(right))


def _settled(result: Array, *doubtful: Array) -> Array:
    """A result of which it is unknown what it is where one of its arguments was."""
    for each in doubtful:
        if each is not False:
            result = np.where(each, np.nan, result)
    return result


def _doubtful(value: Array) -> Array:
    """Where a value is unknown; plainly False if it is nowhere."""
    if type(value) is float:
        return value != value
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        # One sum is cheaper than a look at each element, and is NaN if one of them is.
        total = value.sum()
        return np.isnan(value) if total != total else False
    if isinstance(value, str) or (isinstance(value, np.ndarray) and value.dtype.kind in "UO"):
        unknown = value == UNKNOWN
        return unknown if np.any(unknown) else False
    return False


def _where(condition: Array, yes: Array, no: Array) -> Array:
    if type(condition) is bool or (type(condition) is float and condition == condition):
        return yes if condition else no
    is_flag = type(yes) is type(no) is float and (yes, no) == (1.0, 0.0)
    if is_flag and isinstance(condition, np.ndarray) and condition.dtype.kind == "b":
        return condition.astype(float)
    result: Array = np.where(condition, yes, no)
    if (doubtful := _doubtful(condition)) is False:
        return result
    return np.where(doubtful, UNKNOWN if result.dtype.kind in "UO" else np.nan, result)


def _logical(combine: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    return lambda left, right: _settled(combine(left, right), _doubtful(left), _doubtful(right))


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


def _exp(exponent: Array) -> Array:
    """What is too large for a number is an error, and not never."""
    result = np.exp(exponent)
    return np.where(np.isinf(result), np.nan, result)


def _power(base: Array, exponent: Array) -> Array:
    """NaN to the power of 0, and 1 to the power of NaN, are 1 to numpy."""
    result = np.power(base, exponent)
    doubtful = _doubtful(base) | _doubtful(exponent)
    return np.where(doubtful, np.nan, result) if np.any(doubtful) else result


def _log(x: Array) -> Array:
    return np.log(np.where(np.asarray(x) > 0, x, np.nan))


def _poisson_pmf(k: Array, mean: Array) -> Array:
    """As in `scalar`, with enough terms of the series at once."""
    k, mean = np.floor(k), np.asarray(mean)
    if np.min(k) >= SMALL and np.min(mean) > 0:
        return _large_poisson_pmf(k, mean)
    plain = np.exp(special.xlogy(k, mean) - mean - special.gammaln(k + 1))
    value = np.where(k < SMALL, plain, _large_poisson_pmf(np.maximum(k, SMALL), mean))
    return np.where((k < 0) | (mean < 0), np.nan, np.where((mean == 0) & (k > 0), 0.0, value))


def _large_poisson_pmf(n: Array, mean: Array) -> Array:
    """Of SMALL events or more, by Stirling's series."""
    v = (n - mean) / (n + mean)
    near, term = (n - mean) * v, 2 * n * v
    for i in range(3, 20, 2):
        term = term * v * v
        near = near + term / i
    deviance = np.where(np.abs(v) < 0.1, near, special.xlogy(n, n / mean) + mean - n)
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / (n * n)) / (n * n)) / (n * n)) / n
    return np.exp(-series - deviance) / np.sqrt(2 * np.pi * n)


def _poisson_cdf(k: Array, mean: Array) -> Array:
    mean = np.asarray(mean)
    return np.where((np.asarray(k) < 0) | (mean < 0) | (mean > LARGEST_MEAN), np.nan, special.pdtr(np.floor(k), mean))


def _binom_cdf(k: Array, n: Array, p: Array) -> Array:
    return special.bdtr(np.floor(k), np.asarray(np.floor(n), dtype=int), p)


def _folded(combine: Callable[[Array, Array], Array]) -> Callable[..., Array]:
    return lambda *each: functools.reduce(combine, each)


def _first_where(flags: Sequence[Array], values: Sequence[Array]) -> Array:
    found: Array = np.nan
    for flag, value in zip(reversed(flags), reversed(values), strict=True):
        found = np.where(flag == 1, value, found)
    return found


def _at(row: Sequence[Array], places: Mapping[float | str, int], index: Array) -> Array:
    if np.ndim(index) == 0:
        place = places.get(index if isinstance(index, str) else float(index))
        return np.nan if place is None else row[place]
    found: Array = np.where(index == index, np.nan, index)
    for member, place in places.items():
        found = np.where(index == member, row[place], found)
    return found


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
    "both": _logical(lambda a, b: a and b if type(a) is type(b) is bool else np.logical_and(a, b)),
    "either": _logical(lambda a, b: a or b if type(a) is type(b) is bool else np.logical_or(a, b)),
    "where": _where,
    "minimum": _folded(np.minimum),
    "maximum": _folded(np.maximum),
    "ceil": np.ceil,
    "floor": np.floor,
    "exp": _exp,
    "log": _log,
    "sqrt": np.sqrt,
    "up_to": lambda value, most: np.where(value <= most, value, np.nan),
    "poisson_pmf": _poisson_pmf,
    "poisson_cdf": _poisson_cdf,
    "binom_cdf": _binom_cdf,
    "normal_inverse": special.ndtri,
    "lookup": _lookup,
    "lookup_or": lambda column, key, other: _where(_is_known(column, key), _lookup(column, key), other),
    "is_known": _is_known,
    "is_number": lambda value: _settled(value != np.inf, _doubtful(value)),
    "total": lambda row: functools.reduce(operator.add, row),
    "largest": lambda row: functools.reduce(np.maximum, row),
    "at": _at,
    "first_where": _first_where,
}
NUMPY = Language("numpy", lambda answer: "0.0" if answer == "always" else "inf", RUNTIME)
BLOCK = 4096  # cases at once: their vectors stay in the cache


def compiled(
    graph: Graph, wanted: Sequence[str], inputs: Sequence[str], cut: Sequence[str] = ()
) -> Callable[[Mapping[str, Array]], dict[str, Array]]:
    """A function of the inputs by name that yields the wanted quantities by name.

    An overridable quantity is computed unless it is among the inputs. A quantity in `cut` is taken as an input.
    """
    given = [*inputs, *(name for name in cut if name not in inputs)]
    source, names = source_of(NUMPY, graph, wanted, given)
    exec(compile(source, "<xlcost arrays>", "exec"), names)
    function = names["estimate"]
    on_axis = {name for name in (*given, *wanted) if graph.axis_of[name] is not None}

    def estimate(values: Mapping[str, Array]) -> dict[str, Array]:
        arrays = {name: np.asarray(values[name]) for name in given}
        varying = {name for name, array in arrays.items() if array.ndim == (2 if name in on_axis else 1)}
        cases = max((len(arrays[name]) for name in varying), default=0)
        results: dict[str, Array] = {}
        with np.errstate(all="ignore"):
            for start in range(0, cases or 1, BLOCK):
                block = slice(start, start + BLOCK)
                arguments = []
                for name in given:
                    array = arrays[name][block] if name in varying else arrays[name]
                    arguments.append(_row(array) if name in on_axis else array if array.ndim else array.item())
                for name, found in zip(wanted, function(*arguments), strict=True):
                    _keep(results, name, found, name in on_axis, block, cases)
        return results

    return estimate


def _row(array: Array) -> list[Array]:
    """A row as the generated code takes it: a list with a vector, or a number, for each member."""
    return [array[..., member] if array.ndim > 1 else array[member].item() for member in range(array.shape[-1])]


def _keep(results: dict[str, Array], name: str, found: Array, is_row: bool, block: slice, cases: int) -> None:
    """Put what came of a block of cases where it belongs; what doesn't vary is kept once."""
    if is_row and any(np.ndim(each) for each in found):
        size = len(range(cases)[block])
        members = np.array([np.broadcast_to(each, (size,)) for each in found]).T
        if name not in results:
            results[name] = np.empty((cases, len(found)), object if members.dtype.kind == "U" else float)
        results[name][block] = members
    elif is_row:
        results[name] = np.array(found)
    elif np.ndim(found) and cases > BLOCK:
        results[name] = np.concatenate([results[name], found]) if block.start else found
    else:
        results[name] = found
