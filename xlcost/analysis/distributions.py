"""Distributions: how an unsure value may turn out, from the low, the likeliest and the high that people can give.

Each has its quantile function, its mean and its standard deviation. What can't be is refused when it is made.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from xlcost.errors import CellError
from xlcost.model.constants import NORMAL_P90
from xlcost.model.inputs import Refused

Array = Any  # a number, or an array of floats

LOW, HIGH = 0.1, 0.9  # the probabilities of P10 and P90
OF_MODE = 4.0  # times the weight of an end: the mean of a PERT, and so of a list of three
FITTED = 1e-9  # how far the chances of a fitted beta's P10 and P90 may be from 10% and 90%
MOST_STEPS, APART = 60, 1e-5  # of fitting one; between two points that say how steep it is


@dataclass(frozen=True)
class Pert:
    """A beta between a low and a high around what is likeliest: mean (low + 4 mode + high) / 6."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        _finite(self, self.low, self.mode, self.high)
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise _refused(self, "low, mode and high are wanted in this order, and low below high")

    @property
    def alpha(self) -> float:
        """The first parameter of the beta: 1 + 4 (mode - low) / (high - low)."""
        return 1 + OF_MODE * (self.mode - self.low) / (self.high - self.low)

    @property
    def beta(self) -> float:
        """The second parameter of the beta."""
        return 1 + OF_MODE * (self.high - self.mode) / (self.high - self.low)

    @property
    def mean(self) -> float:
        """In the driver's unit."""
        return (self.low + OF_MODE * self.mode + self.high) / (OF_MODE + 2)

    @property
    def deviation(self) -> float:
        """Standard deviation, in the driver's unit."""
        return (self.high - self.low) * _beta_deviation(self.alpha, self.beta)

    def quantile(self, probability: Array) -> Array:
        """What is not exceeded with this probability."""
        return self.low + (self.high - self.low) * special.betaincinv(self.alpha, self.beta, probability)


@dataclass(frozen=True)
class Lognormal:
    """Amounts that may be much more, but never less than nothing, from their P10 and P90."""

    p10: float
    p90: float

    def __post_init__(self) -> None:
        _finite(self, self.p10, self.p90)
        if not 0 < self.p10 < self.p90:
            raise _refused(self, "P10 is wanted above 0 and below P90")

    @property
    def mu(self) -> float:
        """Mean of the logarithm."""
        return (math.log(self.p10) + math.log(self.p90)) / 2

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return (math.log(self.p90) - math.log(self.p10)) / (2 * NORMAL_P90.value)

    @property
    def mean(self) -> float:
        """In the driver's unit: above the median."""
        return math.exp(self.mu + self.sigma**2 / 2)

    @property
    def deviation(self) -> float:
        """Standard deviation, in the driver's unit."""
        return self.mean * math.sqrt(math.expm1(self.sigma**2))

    def quantile(self, probability: Array) -> Array:
        """What is not exceeded with this probability."""
        return np.exp(self.mu + self.sigma * special.ndtri(probability))


@dataclass(frozen=True)
class Uniform:
    """Anything between a low and a high, all of it as likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _finite(self, self.low, self.high)
        if not self.low < self.high:
            raise _refused(self, "low is wanted below high")

    @property
    def mean(self) -> float:
        """In the driver's unit."""
        return (self.low + self.high) / 2

    @property
    def deviation(self) -> float:
        """Standard deviation, in the driver's unit."""
        return (self.high - self.low) / math.sqrt(12)

    def quantile(self, probability: Array) -> Array:
        """What is not exceeded with this probability."""
        return self.low + (self.high - self.low) * np.asarray(probability)


@dataclass(frozen=True)
class Beta:
    """A share between 0 and 1, from its P10 and P90."""

    p10: float
    p90: float

    def __post_init__(self) -> None:
        _finite(self, self.p10, self.p90)
        if not 0 < self.p10 < self.p90 < 1:
            raise _refused(self, "P10 and P90 are wanted between 0 and 1, and in this order")
        _beta_of(self.p10, self.p90)

    @property
    def alpha(self) -> float:
        """The first parameter."""
        return _beta_of(self.p10, self.p90)[0]

    @property
    def beta(self) -> float:
        """The second parameter."""
        return _beta_of(self.p10, self.p90)[1]

    @property
    def mean(self) -> float:
        """A share."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def deviation(self) -> float:
        """Standard deviation, a share."""
        return _beta_deviation(self.alpha, self.beta)

    def quantile(self, probability: Array) -> Array:
        """What is not exceeded with this probability."""
        return special.betaincinv(self.alpha, self.beta, probability)


@dataclass(frozen=True)
class Discrete:
    """One of a few values, each with its probability."""

    values: tuple[float, ...]
    chances: tuple[float, ...]

    def __post_init__(self) -> None:
        _finite(self, *self.values, *self.chances)
        if not self.values or len(self.values) != len(self.chances):
            raise _refused(self, "each value has its probability")
        if any(not 0 <= chance <= 1 for chance in self.chances) or abs(sum(self.chances) - 1) > FITTED:
            raise _refused(self, "probabilities lie between 0 and 1, and add up to 1")
        if list(self.values) != sorted(set(self.values)):
            raise _refused(self, "values rise, and each is there once")

    @classmethod
    def three(cls, low: float, mode: float, high: float) -> Discrete:
        """A low, the likeliest and a high, with the weights 1, 4 and 1: the mean is that of a PERT."""
        if not low <= mode <= high:
            raise Refused(f"a list of {low:g}, {mode:g}, {high:g}: it is wanted in this order", CellError.NUM)
        weights = {low: 0.0, mode: 0.0, high: 0.0}
        for value, weight in ((low, 1.0), (mode, OF_MODE), (high, 1.0)):
            weights[value] += weight / (OF_MODE + 2)
        return cls(tuple(weights), tuple(weights.values()))

    @property
    def upto(self) -> Array:
        """The probability of each value or a lower one."""
        steps = np.cumsum(self.chances)
        steps[-1] = 1.0
        return steps

    @property
    def mean(self) -> float:
        """In the driver's unit."""
        return math.fsum(value * chance for value, chance in zip(self.values, self.chances, strict=True))

    @property
    def deviation(self) -> float:
        """Standard deviation, in the driver's unit."""
        pairs = zip(self.values, self.chances, strict=True)
        return math.sqrt(math.fsum((value - self.mean) ** 2 * chance for value, chance in pairs))

    def quantile(self, probability: Array) -> Array:
        """What is not exceeded with this probability."""
        places = np.searchsorted(self.upto, probability, side="left")
        return np.asarray(self.values)[np.minimum(places, len(self.values) - 1)]


Distribution = Pert | Lognormal | Uniform | Beta | Discrete


def of_span(spread: str, low: float, value: float, high: float) -> Distribution:
    """The distribution of a driver whose catalogue entry says `spread`, between a low and a high.

    They are the ends of a PERT, of a uniform and of a list, and P10 and P90 of a lognormal and of a beta. Where such
    a P10 or P90 can't be (an amount of 0, a share of 1), a PERT lies between.
    """
    match spread:
        case "lognormal" if low > 0:
            return Lognormal(low, high)
        case "beta" if low > 0 and high < 1:
            return Beta(low, high)
        case "uniform":
            return Uniform(low, high)
        case "discrete":
            return Discrete.three(low, value, high)
    return Pert(low, value, high)


def _beta_deviation(alpha: float, beta: float) -> float:
    return math.sqrt(alpha * beta / (alpha + beta + 1)) / (alpha + beta)


@functools.cache
def _beta_of(p10: float, p90: float) -> tuple[float, float]:
    """The parameters of the beta that has this P10 and this P90. They exist always, and are unique."""
    mean = (p10 + p90) / 2
    size = mean * (1 - mean) / ((p90 - p10) / (2 * NORMAL_P90.value)) ** 2  # as a normal distribution would have it
    found = np.log([max(mean * size, 0.1), max((1 - mean) * size, 0.1)])

    def wrong(logs: Array) -> Array:
        alpha, beta = np.exp(np.clip(logs, -20, 30))
        return special.betainc(alpha, beta, [p10, p90]) - [LOW, HIGH]

    # Newton's steps, halved until they bring it nearer. To import scipy.optimize takes longer than all the rest.
    left, sides = wrong(found), APART * np.eye(2)
    for _ in range(MOST_STEPS):
        slopes = np.column_stack([(wrong(found + side) - wrong(found - side)) / (2 * APART) for side in sides])
        step = np.linalg.lstsq(slopes, left)[0]
        while not (is_nearer := np.abs(wrong(found - step)).max() < np.abs(left).max()) and np.abs(step).max() > FITTED:
            step = step / 2
        if not is_nearer:
            break
        found = found - step
        left = wrong(found)
    if not np.abs(left).max() <= FITTED:
        raise Refused(f"a share from {p10:g} to {p90:g}: no beta distribution was found for it", CellError.NUM)
    alpha, beta = np.exp(found)
    return float(alpha), float(beta)


def _finite(which: object, *values: float) -> None:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise _refused(which, "finite numbers are wanted")


def _refused(which: object, why: str) -> Refused:
    return Refused(f"{which}: {why}", CellError.NUM)
