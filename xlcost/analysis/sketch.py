"""Rows of draws, summed up: moments, and percentiles from all draws or from counts.

Draws come in blocks of any order; what is kept of each block depends on that block alone, and whole numbers are added
up, so that the order changes nothing.

Counts have 1,024 steps for each doubling of an amount, and so hold a percentile within 0.1% of it, however many draws
there are, in memory that does not grow. Amounts below a tenth of a cent count as nothing.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any

_SHIFT = 52 - 10  # the bits of an amount that are left are its doubling and 1,024 steps in it
SMALLEST = 2.0**-10  # USD
_NOTHING = int(np.float64(SMALLEST).view(np.int64) >> _SHIFT)


@dataclass(frozen=True)
class Statistics:
    """What is known of many draws of one amount, in its unit."""

    mean: float
    deviation: float  # standard deviation of the draws
    p10: float
    p50: float
    p80: float
    p90: float


PROBABILITIES = {"p10": 0.1, "p50": 0.5, "p80": 0.8, "p90": 0.9}


class Counts:
    """How often a row of draws fell into each step."""

    def __init__(self) -> None:
        self._first, self._counts = 0, np.zeros(0, dtype=np.int64)
        self._lock = threading.Lock()
        self.least, self.most, self.total = math.inf, -math.inf, 0

    def add(self, values: Array) -> None:
        """Count some draws; all of them are finite."""
        if not len(values):
            return
        least, most = float(values.min()), float(values.max())
        steps = (values if least > 0 else np.abs(values)).view(np.int64) >> _SHIFT
        np.maximum(steps, _NOTHING, out=steps)
        steps -= _NOTHING
        if least < 0:
            np.negative(steps, out=steps, where=values < 0)
        first = int(steps.min())
        steps -= first
        found = np.bincount(steps)
        with self._lock:
            self._make_room(first, first + len(found))
            self._counts[first - self._first : first - self._first + len(found)] += found
            self.least, self.most = min(self.least, least), max(self.most, most)
            self.total += len(values)

    def _make_room(self, first: int, end: int) -> None:
        if not len(self._counts):
            self._first = first
        before = max(self._first - first, 0)
        after = max(end - self._first - len(self._counts), 0)
        if before or after:
            self._counts = np.pad(self._counts, (before, after))
            self._first -= before

    def percentile(self, probability: float) -> float:
        """What is not exceeded with this probability, in a line between the two draws that are nearest."""
        if not self.total:
            return math.nan
        rank = probability * (self.total - 1)
        below = self._draw(int(rank))
        return below + (self._draw(min(int(rank) + 1, self.total - 1)) - below) * (rank - int(rank))

    def _draw(self, place: int) -> float:
        """The draw at a place in their order, within its step."""
        if place in (0, self.total - 1):
            return self.least if place == 0 else self.most
        upto = np.cumsum(self._counts)
        step = int(np.searchsorted(upto, place, side="right"))
        low, high = self._edges(step)
        before, count = int(upto[step] - self._counts[step]), int(self._counts[step])
        return low + (high - low) * ((place - before) / (count - 1) if count > 1 else 0.5)

    def share_upto(self, amount: float) -> float:
        """The share of draws that are no more than an amount; that of a step it lies in, in a line."""
        if not self.total:
            return math.nan
        edges = np.array([self._edges(step) for step in range(len(self._counts))])
        share = np.clip((amount - edges[:, 0]) / np.maximum(edges[:, 1] - edges[:, 0], SMALLEST**2), 0, 1)
        return float((self._counts * np.where(edges[:, 1] <= amount, 1.0, share)).sum()) / self.total

    def _edges(self, place: int) -> tuple[float, float]:
        """Between which amounts the draws of a step lie."""
        step = self._first + place
        size = abs(step) + _NOTHING
        near, far = np.array([size << _SHIFT, (size + 1) << _SHIFT], dtype=np.int64).view(np.float64)
        low, high = (near, far) if step > 0 else (-far, -near) if step < 0 else (-SMALLEST, SMALLEST)
        return max(float(low), self.least), min(float(high), self.most)


class Moments:
    """Sums of rows of draws and of their squares, by the block."""

    def __init__(self, rows: int, blocks: int) -> None:
        self._sums, self._squares = np.zeros((rows, blocks)), np.zeros((rows, blocks))
        self._counts = np.zeros(blocks, dtype=np.int64)

    def add(self, block: int, values: Array) -> None:
        """Rows of draws of one block."""
        self._counts[block] = values.shape[1]
        self._sums[:, block] = values.sum(axis=1)
        self._squares[:, block] = np.einsum("ij,ij->i", values, values)

    def of(self, row: int) -> tuple[float, float]:
        """Mean and standard deviation of a row."""
        n = int(self._counts.sum())
        if not n:
            return math.nan, math.nan
        mean = math.fsum(self._sums[row]) / n
        variance = max(math.fsum(self._squares[row]) / n - mean * mean, 0.0)
        return mean, math.sqrt(variance * n / (n - 1)) if n > 1 else 0.0


def exact_percentile(ordered: Array, probability: float) -> float:
    """Of draws in order: in a line between the two that are nearest, as PERCENTILE does it."""
    if not len(ordered):
        return math.nan
    rank = probability * (len(ordered) - 1)
    below = int(rank)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (ordered[above] - ordered[below]) * (rank - below))


def statistics(moments: tuple[float, float], percentiles: Sequence[float], is_sure: bool) -> Statistics:
    """Put together; what is the same in every draw has a deviation of 0, and no rounding."""
    mean, deviation = moments
    return Statistics(percentiles[0] if is_sure else mean, 0.0 if is_sure else deviation, *percentiles)
