"""The python back end: quantities as straight-line scalar code, for a call in a cell.

The code needs nothing but the standard library. It knows no error values: whatever goes wrong raises, or yields
something that is not a finite number, and `careful` then runs the case again.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlcost.model.codegen import Language, source_of
from xlcost.model.constants import ROUNDING_TOLERANCE
from xlcost.model.graph import Graph

LARGEST_MEAN = 1e8
SMALL = 16

_normal = statistics.NormalDist()


def _poisson_pmf(k: float, mean: float) -> float:
    if k < 0 or mean < 0:
        raise ValueError
    k = math.floor(k)
    if mean == 0:
        return 1.0 if k == 0 else 0.0
    if k < SMALL:
        return math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
    # C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000): the plain formula loses digits.
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / (k * k)) / (k * k)) / (k * k)) / k
    return math.exp(-series - _deviance(k, mean)) / math.sqrt(2 * math.pi * k)


def _deviance(k: float, mean: float) -> float:
    """k log(k / mean) + mean - k, also where k is near the mean."""
    v = (k - mean) / (k + mean)
    if abs(v) >= 0.1:
        return k * math.log(k / mean) + mean - k
    term, found, i = 2 * k * v, (k - mean) * v, 1
    while True:
        term *= v * v
        i += 2
        if (more := found + term / i) == found:
            return found
        found = more


def _poisson_cdf(k: float, mean: float) -> float:
    """Summed from k away from the mean, where the terms fall fast. Too large a mean is refused: it would take long."""
    if mean > LARGEST_MEAN:
        raise ValueError
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


def _up_to(value: float, most: float) -> float:
    if value > most:
        raise ValueError
    return value


RUNTIME: Mapping[str, Any] = {
    "TOLERANCE": ROUNDING_TOLERANCE.value,
    "pow": math.pow,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "up_to": _up_to,
    "ceil": lambda x: float(math.ceil(x)),
    "floor": lambda x: float(math.floor(x)),
    "poisson_pmf": _poisson_pmf,
    "poisson_cdf": _poisson_cdf,
    "binom_cdf": _binom_cdf,
    "normal_inverse": _normal_inverse,
    "first_where": _first_where,
}


PYTHON = Language("python", repr, RUNTIME)


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
    source, names = source_of(PYTHON, graph, wanted, given, optional, fixed)
    exec(compile(source, "<xlcost scalar>", "exec"), names)
    return names["estimate"]  # type: ignore[no-any-return]
