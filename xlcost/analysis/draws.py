"""Draws: draw i of a driver depends on the seed, the driver's name and i, and on nothing else.

So any number of threads, any order and any size of what is drawn at once give the same bits, and another driver in the
model changes no draw of the others. The generator is Philox (Salmon and others, 2011), which counts: draw i needs none
of those before it.

Quantile functions are read from a table: 64 steps for each halving of the distance to 0 or to 1, and a line in each. Up
to one draw in 100,000 on either side that is within 0.01% of the value, or of the range between P10 and P90, as the
tests hold it against scipy. What is rarer than one in two million is drawn as if it were not rarer.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import special

from xlcost.analysis.distributions import Discrete, Distribution, Uniform
from xlcost.errors import CellError
from xlcost.model.inputs import Refused

Array = Any

AT_A_TIME = 4  # numbers that one count of Philox yields
SETTLED = 54  # rounds, each of which halves what is left of an error: as many as a number has bits

_OCTAVES = 21  # halvings of the distance to an end
_BITS = 6  # of the steps of a halving: 64
_COARSE = 8  # of them, points at which the quantile function itself is asked
_SHIFT = 52 - _BITS
_FIRST = np.float64(2.0**-_OCTAVES).view(np.int64) >> _SHIFT
_SIDE = _OCTAVES << _BITS  # steps on one side of the median
_SMALLEST = 2.0**-_OCTAVES
_LARGEST = np.nextafter(0.5, 0.0)


class Stream:
    """The draws of one driver, uniform between 0 and 1, from draw `start` on."""

    def __init__(self, seed: int, name: str, start: int = 0) -> None:
        assert start % AT_A_TIME == 0
        word = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")
        key = np.array([seed, word], dtype=np.uint64)
        counter = np.array([start // AT_A_TIME, 0, 0, 0], dtype=np.uint64)
        self._generator = np.random.Generator(np.random.Philox(key=key, counter=counter))

    def next(self, count: int) -> Array:
        """The next draws."""
        return self._generator.random(count)


def sampler(distribution: Distribution, minimum: float, maximum: float, whole: bool) -> Callable[[Array], Array]:
    """A function from uniform draws to draws of a distribution, within the bounds of its driver."""
    if isinstance(distribution, Discrete):
        steps, values = distribution.upto, np.clip(distribution.values, minimum, maximum)
        return lambda uniform: values[np.searchsorted(steps, uniform, side="right")]
    if isinstance(distribution, Uniform):
        low, wide = max(distribution.low, minimum), min(distribution.high, maximum) - max(distribution.low, minimum)
        return lambda uniform: np.rint(low + wide * uniform) if whole else low + wide * uniform
    starts, slopes = _table(distribution, minimum, maximum)

    def sample(uniform: Array) -> Array:
        # The distance to the nearer end, whose bits say which step of which halving it lies in.
        side = uniform >= 0.5
        near = np.abs(uniform - 0.5)
        np.subtract(0.5, near, out=near)
        np.clip(near, _SMALLEST, _LARGEST, out=near)
        place = near.view(np.int64) >> _SHIFT
        place += np.where(side, _SIDE - _FIRST, -_FIRST)
        near *= slopes.take(place)
        near += starts.take(place)
        return np.rint(near) if whole else near

    return sample


@functools.lru_cache(1024)
def _table(distribution: Distribution, minimum: float, maximum: float) -> tuple[Array, Array]:
    """For each step, of the lower side and then of the upper: a line in the distance to the end."""
    asked = np.arange(-_OCTAVES, -1 + 0.5 / _COARSE, 1 / _COARSE)
    edges = (np.arange(_SIDE + 1) + _FIRST).astype(np.int64) << _SHIFT
    distance = edges.view(np.float64)
    probabilities = np.stack([2.0**asked, 1 - 2.0**asked])
    values = _between(distribution.quantile(probabilities), (np.log2(distance) - asked[0]) * _COARSE)
    values = np.clip(values, minimum, maximum)
    slopes = np.diff(values) / np.diff(distance)
    starts = values[:, :-1] - slopes * distance[:-1]
    return starts.ravel(), slopes.ravel()


def _between(rows: Array, places: Array) -> Array:
    """For each row of values at 0, 1, 2 and so on, a cubic spline through them, read at some places.

    Its first two pieces are one cubic, and so are its last two: "not a knot".
    """
    turns = np.diff(rows, 2)
    bends = np.pad(turns, ((0, 0), (1, 1)))  # the second derivative at each of them
    for _ in range(SETTLED):
        bends[:, 2:-2] = (6 * turns[:, 1:-1] - bends[:, 1:-3] - bends[:, 3:-1]) / 4
    bends[:, 0], bends[:, -1] = 2 * bends[:, 1] - bends[:, 2], 2 * bends[:, -2] - bends[:, -3]
    left = np.clip(places.astype(int), 0, rows.shape[1] - 2)
    after = places - left
    before = 1 - after
    curved = (before**3 - before) * bends[:, left] + (after**3 - after) * bends[:, left + 1]
    return before * rows[:, left] + after * rows[:, left + 1] + curved / 6


# What moves together


class Copula:
    """A Gaussian copula: names whose draws move together, and how strongly.

    A draw of one of them then depends on those of the others, too. Raises Refused if such correlations can't be.
    """

    def __init__(self, correlations: Mapping[tuple[str, str], float], names: Sequence[str]) -> None:
        self.names = [name for name in names if any(name in pair for pair in correlations)]
        matrix = np.eye(len(self.names))
        for (one, other), correlation in correlations.items():
            checked_correlation(one, other, correlation)
            if one in self.names and other in self.names:
                at = self.names.index(one), self.names.index(other)
                matrix[at] = matrix[at[::-1]] = correlation
        try:
            self._root = np.linalg.cholesky(matrix) if self.names else matrix
        except np.linalg.LinAlgError:
            what = ", ".join(f"{one} and {other} {each:g}" for (one, other), each in correlations.items())
            raise Refused(f"these correlations can't all be (not positive definite): {what}", CellError.NUM) from None

    def apply(self, uniform: dict[str, Array]) -> None:
        """Replace independent draws by draws that move together."""
        if self.names:
            normal = [special.ndtri(np.clip(uniform[name], 2.0**-54, 1 - 2.0**-53)) for name in self.names]
            for row, name in enumerate(self.names):
                if row:
                    # Term by term: a product of matrices would add up in another order for another number of draws.
                    together = normal[0] * self._root[row, 0]
                    for place in range(1, row + 1):
                        together = together + normal[place] * self._root[row, place]
                    uniform[name] = special.ndtr(together)


def checked_correlation(one: str, other: str, correlation: object) -> None:
    """Refuses what is no correlation of two names."""
    if isinstance(correlation, bool) or not isinstance(correlation, int | float):
        raise Refused(f"correlation of {one} and {other} = {correlation!r}: a number is wanted", CellError.VALUE)
    if one == other:
        raise Refused(f"a correlation of {one} with itself: two drivers are wanted", CellError.VALUE)
    if not -1 < correlation < 1:
        raise Refused(
            f"correlation of {one} and {other} = {correlation:g}: it lies between -1 and 1, without the ends",
            CellError.NUM,
        )
