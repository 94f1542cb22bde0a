"""How sure: the low, the base and the high of each stage and of the total.

Every driver that has a distribution is moved by itself to its low and to its high, and all else stays. What that makes
of a cost is compared with its base as a ratio, since most drivers multiply; the ratios on either side are combined by
the root of the sum of their squared logarithms, since drivers that are independent rarely go wrong together. So a low
is never below nothing, and the base lies between. It is no probability: where many drivers lean to the dear side, as
they do, the costs of all draws together lie higher than their low and high one by one suggest.

What is unsure in a case, and what is not, stands in `uncertainty`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlcost.analysis.case import Case
from xlcost.analysis.estimate import Estimate, estimate
from xlcost.analysis.uncertainty import RANGED, Span, Unsure, drivers_of, unsure
from xlcost.model import arrays, graph

NOTHING = 1e-9  # of a cost: what a driver moves it by that is only rounding


@dataclass(frozen=True)
class Range:
    """A cost, and how low and how high it may be; by driver, what it costs between that driver's low and its high.

    The drivers that move it most come first. A cost that is an error has no low and no high.
    """

    low: float | None
    base: Any
    high: float | None
    drivers: Mapping[str, float]


def ranges(case: Case | Estimate | Mapping[str, object] | None = None) -> dict[str, Range]:
    """The range of the cost of each stage, of the contingency and of the total, by the name of the quantity."""
    found = case if isinstance(case, Estimate) else estimate(case)
    moved = list(one_at_a_time(found, unsure(found), lambda each: each.spans))
    return {cost: _combined(found[cost], [(name, costs[cost]) for name, costs in moved]) for cost in RANGED}


def _combined(base: Any, moved: Sequence[tuple[str, tuple[float, float]]]) -> Range:
    """The range of a cost from what each driver, at its low and at its high, makes of it."""
    if not isinstance(base, float) or not np.isfinite([ends for _, ends in moved]).all():
        return Range(None, base, None, {})
    outcomes = np.array([(base, base), *(ends for _, ends in moved)])
    outcomes[np.abs(outcomes - base) <= NOTHING * abs(base)] = base
    down, up = np.minimum(outcomes.min(axis=1), base), np.maximum(outcomes.max(axis=1), base)
    widths = {name: float(wide) for (name, _), wide in zip(moved, (up - down)[1:], strict=True) if wide > 0}
    drivers = dict(sorted(widths.items(), key=lambda each: (-each[1], each[0])))
    if down.min() > 0:
        low = base * np.exp(-_root_of_squares(np.log(down / base)))
        high = base * np.exp(_root_of_squares(np.log(up / base)))
    else:  # there are no ratios to nothing
        low = max(base - _root_of_squares(down - base), min(0.0, down.min()))
        high = base + _root_of_squares(up - base)
    return Range(float(low), base, float(high), drivers)


def _root_of_squares(steps: Any) -> float:
    return float(np.sqrt(np.sum(steps**2)))


# What becomes of the costs


def one_at_a_time(
    found: Estimate, known: Mapping[str, Unsure], ends: Callable[[Unsure], list[Span]]
) -> Iterator[tuple[str, dict[str, tuple[float, float]]]]:
    """By driver, each cost with this driver alone at one and at the other end. What is looked up comes last."""
    inputs = drivers_of(found.case)
    looked_up = {name: ends(each) for name, each in known.items() if each.is_looked_up}
    yield from _moved(found, {n: ends(each) for n, each in known.items() if not each.is_looked_up}, inputs, ())
    yield from _moved(found, looked_up, inputs, tuple(looked_up))


def _moved(
    found: Estimate, spans: Mapping[str, list[Span]], inputs: tuple[str, ...], cut: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, tuple[float, float]]]]:
    """By driver, each cost with this driver at its low and at its high: all of it in one batch."""
    if not spans:
        return
    values: dict[str, Any] = {name: found.values[name] for name in (*inputs, *cut)}
    for place, (name, members) in enumerate(spans.items()):
        column = np.tile(np.array([value for value, _, _ in members]), (2 * len(spans), 1))
        column[2 * place] = [low for _, low, _ in members]
        column[2 * place + 1] = [high for _, _, high in members]
        values[name] = column if graph().axis_of[name] is not None else column[:, 0]
    costs = _function(tuple(name for name in inputs if name not in cut), cut)(values)
    rows = {cost: np.broadcast_to(costs[cost], (2 * len(spans),)) for cost in RANGED}
    for place, name in enumerate(spans):
        yield name, {cost: (float(row[2 * place]), float(row[2 * place + 1])) for cost, row in rows.items()}


@functools.cache
def _function(inputs: tuple[str, ...], cut: tuple[str, ...]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return arrays.compiled(graph(), RANGED, inputs, cut)
