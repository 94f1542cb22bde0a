"""Drift, from a history of evaluations: how fast quality falls, as an interval and not as a date.

What is above the limit decays: Q(t) = limit + (Q0 - limit) 2^(-t / half-life). The logarithm of what is above the limit
then lies on a line, which is fitted by least squares. A point weighs as much as it is sure: a quality that was measured
on n items has the variance Q (1 - Q) / n, its logarithm that over the square of what is above the limit. Where the
points scatter more than that, the intervals widen with them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from xlcost.analysis.case import known_inputs
from xlcost.errors import XlcostError

LEAST_POINTS = 4
HALVINGS = 80  # of an angle: to the last digit
ROUNDS = 20  # of fitting again with the weights of the line before: they settle after a few
CONFIDENCE = 0.95

Finding = Literal["decline", "no decline found", "not enough data"]


class Measured(NamedTuple):
    """An evaluation: the month since launch, the share of the items that were good, and how many items there were."""

    month: float
    quality: float
    items: float


class Interval(NamedTuple):
    """The likely value, and between what it lies."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True)
class Drift:
    """What a history says. Where there is no finding, there are no numbers.

    `slope` is the change in a month of the logarithm of what is above the limit. `floor_month` is the month in which
    quality is at its floor; None if it never is.
    """

    finding: Finding
    points: int
    quality_limit: float
    quality_floor: float
    slope: Interval | None = None
    quality_start: Interval | None = None
    half_life: Interval | None = None
    floor_month: Interval | None = None

    @property
    def words(self) -> str:
        """The finding in a sentence or two."""
        if self.finding == "not enough data":
            return f"not enough data: {self.points} evaluations, and {LEAST_POINTS} in different months are wanted"
        if self.half_life is None:
            return f"no decline found in {self.points} evaluations: they are as they may be if quality stays"
        low, likely, high = self.half_life
        said = f"half of what can be lost is lost in {low:.1f} to {high:.1f} months, most likely {likely:.1f}"
        if self.floor_month is None:
            return f"{said}; {self.quality_floor:g} is never reached"
        earliest, likely, latest = self.floor_month
        return f"{said}; at {self.quality_floor:g} between the months {earliest:.1f} and {latest:.1f}"


def fit_drift(
    history: Iterable[tuple[float, float, float]],
    *,
    quality_limit: float | None = None,
    quality_floor: float | None = None,
    confidence: float = CONFIDENCE,
) -> Drift:
    """The decay of quality in a history of (month, quality, items).

    The limit that quality decays to and the floor are those of the catalogue unless they are given. Raises XlcostError
    for an evaluation that can't be one.
    """
    limit = _share("quality_limit", quality_limit)
    floor = _share("quality_floor", quality_floor)
    if not 0 < confidence < 1:
        raise XlcostError(f"confidence = {confidence:g}: a share between 0 and 1 is wanted")
    points = [_checked(place, each, limit) for place, each in enumerate(history, 1)]
    if len(points) < LEAST_POINTS or len({each.month for each in points}) < LEAST_POINTS:
        return Drift("not enough data", len(points), limit, floor)
    line = _fitted(points, limit)
    reach = line.reach(confidence)
    half = reach * math.sqrt(line.slope_variance)
    slope = Interval(line.slope - half, line.slope, line.slope + half)
    if slope.high >= 0:
        return Drift("no decline found", len(points), limit, floor, slope)
    half = reach * math.sqrt(line.start_variance)
    start = Interval(*(min(1.0, limit + math.exp(line.start + step)) for step in (-half, 0.0, half)))
    half_life = Interval(*(-math.log(2) / each for each in slope))
    return Drift("decline", len(points), limit, floor, slope, start, half_life, line.when(limit, floor, reach))


@dataclass(frozen=True)
class _Line:
    """A fitted line: where it starts in month 0, its slope, and how sure both are."""

    start: float
    slope: float
    start_variance: float
    slope_variance: float
    covariance: float
    spare: int  # points beyond the two that a line needs

    def reach(self, confidence: float) -> float:
        """Standard deviations on either side, by Student's distribution: few points are less sure than they look."""
        low, high = 0.0, math.pi / 2
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if _student_share(middle, self.spare) < confidence else (low, middle)
        return math.sqrt(self.spare) * math.tan((low + high) / 2)

    def when(self, limit: float, floor: float, reach: float) -> Interval | None:
        """The months in which the line may cross the floor: those in which its distance isn't told from nothing.

        (Fieller's interval: the roots of a quadratic. It is bounded, since the slope is told from nothing.)
        """
        if floor <= limit:
            return None
        distance = self.start - math.log(floor - limit)
        square = self.slope**2 - reach**2 * self.slope_variance
        linear = distance * self.slope - reach**2 * self.covariance
        constant = distance**2 - reach**2 * self.start_variance
        root = math.sqrt(max(0.0, linear**2 - square * constant))
        months = ((-linear - root) / square, -distance / self.slope, (-linear + root) / square)
        return Interval(*(max(0.0, month) for month in months))


def _student_share(angle: float, freedom: int) -> float:
    """The share of Student's distribution within t on either side; the angle's tangent is t over the root of freedom.

    A finite sum, for whole degrees of freedom: Abramowitz and Stegun 26.7.3 and 26.7.4.
    """
    odd = freedom % 2
    term, cosine = (math.cos(angle), math.cos(angle)) if odd else (1.0, math.cos(angle))
    terms = []
    for place in range(odd, freedom - 1, 2):
        terms.append(term)
        term *= (place + 1) / (place + 2) * cosine**2
    share = math.sin(angle) * math.fsum(terms)
    return 2 / math.pi * (angle + share) if odd else share


def _fitted(points: Sequence[Measured], limit: float) -> _Line:
    above = [math.log(each.quality - limit) for each in points]
    fitted = [(each.quality * each.items + 0.5) / (each.items + 1) for each in points]  # nothing is ever quite sure
    for _ in range(ROUNDS):
        weights = [
            each.items * (quality - limit) ** 2 / (quality * (1 - quality))
            for each, quality in zip(points, fitted, strict=True)
        ]
        total = math.fsum(weights)
        month = math.fsum(w * each.month for w, each in zip(weights, points, strict=True)) / total
        mean = math.fsum(w * y for w, y in zip(weights, above, strict=True)) / total
        spread = math.fsum(w * (each.month - month) ** 2 for w, each in zip(weights, points, strict=True))
        together = math.fsum(
            w * (each.month - month) * (y - mean) for w, each, y in zip(weights, points, above, strict=True)
        )
        slope = together / spread
        start = mean - slope * month
        line = [start + slope * each.month for each in points]
        # Within what a share can be, so that every point keeps a weight.
        fitted = [
            min(limit + math.exp(min(y, 0.0)), 1 - 0.5 / (each.items + 1)) for y, each in zip(line, points, strict=True)
        ]
    spare = len(points) - 2
    scatter = math.fsum(w * (y - on) ** 2 for w, y, on in zip(weights, above, line, strict=True)) / spare
    more = max(1.0, scatter)  # points that lie on the line by chance are no surer than their items make them
    slope_variance = more / spread
    return _Line(start, slope, more / total + month**2 * slope_variance, slope_variance, -month * slope_variance, spare)


def _share(name: str, value: float | None) -> float:
    each = known_inputs()[name]
    if value is None:
        assert isinstance(each.default, float)
        return each.default
    if not 0 <= value < 1:
        raise XlcostError(f"{name} = {value:g}: a share of 0 or more, below 1, is wanted")
    return float(value)


def _checked(place: int, given: tuple[float, float, float], limit: float) -> Measured:
    try:
        each = Measured(*map(float, given))
    except (TypeError, ValueError):
        raise XlcostError(f"evaluation {place} is {given!r}: month, quality and items are wanted") from None
    if not (math.isfinite(each.month) and each.month >= 0):
        raise XlcostError(f"evaluation {place}: month = {each.month:g}: 0 or more is wanted")
    if not (math.isfinite(each.items) and each.items >= 1):
        raise XlcostError(f"evaluation {place}: items = {each.items:g}: 1 or more is wanted")
    if not 0 <= each.quality <= 1:
        raise XlcostError(f"evaluation {place}: quality = {each.quality:g}: a share, so between 0 and 1")
    if each.quality <= limit:
        raise XlcostError(
            f"evaluation {place}: quality = {each.quality:g} is not above {limit:g}, to which quality decays: "
            "give a lower quality_limit"
        )
    return each
