"""How sure: the low, the base and the high of each stage and of the total.

Every driver that has a distribution is moved by itself to its low and to its high, and all else stays. What that makes
of a cost is compared with its base as a ratio, since most drivers multiply; the ratios on either side are combined by
the root of the sum of their squared logarithms, since drivers that are independent rarely go wrong together. So a low
is never below nothing, and the base lies between. It is no probability: where many drivers lean to the dear side, as
they do, the costs of all draws together lie higher than their low and high one by one suggest.

A driver without a distribution (the horizon, the number of models) is a decision, and stays. What a case gives

- with a low and a high: these count;
- with a source: is known, and stays;
- without one: is as unsure as the catalogue's value, an amount by the same factor, a share by the same difference.
  One of a few whole numbers (annotators) is then a decision, and stays.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from xlcost.analysis.case import Case, Given, known_inputs
from xlcost.analysis.estimate import STAGE_COSTS, Estimate, estimate
from xlcost.model import arrays, graph
from xlcost.model.explaining import taken
from xlcost.model.expressions import Apply, Column, Expression, Name, walk
from xlcost.model.inputs import Input
from xlcost.units import Unit

RANGED = (*STAGE_COSTS, "total_cost")
BESIDE = (
    ("_p10", "_p90"),
    ("_low", "_high"),
)  # columns that say how sure the one of that name is
NOTHING = 1e-9  # of a cost: what a driver moves it by that is only rounding

Span = tuple[float, float, float]  # value, low, high


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
    given = tuple(name for name in graph().inputs if graph().overridable(name) and name in found.case.given)
    looked_up = dict(_looked_up(found))
    moved = [
        *_moved(found, dict(_drivers(found.case)), (*graph().drivers, *given), ()),
        *_moved(found, looked_up, (*graph().drivers, *given), tuple(looked_up)),
    ]
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


# What is unsure, and by how much


def _drivers(case: Case) -> Iterator[tuple[str, list[Span]]]:
    """The drivers that are unsure, with a span for each member."""
    spans: dict[str, list[Span]] = {}
    for each in known_inputs().values():
        if each.kind == "number" and each.default is not None and each.of in _needed():
            spans.setdefault(each.of, []).append(_span(each, case.given.get(each.name)))
    yield from ((name, members) for name, members in spans.items() if any(low < high for _, low, high in members))


def _looked_up(found: Estimate) -> Iterator[tuple[str, list[Span]]]:
    """What is looked up beside how sure it is, such as the MFU of a stack, and what a case gives instead."""
    for name in _needed():
        value, given = found.values[name], found.case.given.get(name)
        if name not in graph().quantities or not isinstance(value, float):
            continue
        known = _beside(name, found)
        if given and given.low is not None and given.high is not None:
            yield name, [(value, given.low, given.high)]
        elif known and given and not given.source:
            yield name, [_like(known, value, graph().unit(name), 0.0, known_inputs()[name].maximum)]
        elif known and not given:
            yield name, [known]


def _span(each: Input, given: Given | None) -> Span:
    """Of a driver: its value, low and high; the same three times where it is sure."""
    assert isinstance(each.default, float)
    value = each.default if given is None else given.value
    assert isinstance(value, float)
    if given and given.low is not None and given.high is not None:
        return value, given.low, given.high
    if not each.spread or each.low is None or each.high is None or (given and given.source):
        return value, value, value
    if given is None:
        return value, each.low, each.high
    if each.spread == "discrete":
        return value, value, value
    value, low, high = _like((each.default, each.low, each.high), value, each.unit, each.minimum, each.maximum)
    return (value, float(round(low)), float(round(high))) if each.whole else (value, low, high)


def _like(known: Span, value: float, unit: Unit, minimum: float, maximum: float) -> Span:
    """Another value, as unsure as a known one."""
    base, low, high = known
    if base > 0 and str(unit) != "share":
        low, high = value * low / base, value * high / base
    else:
        low, high = value + low - base, value + high - base
    return value, max(low, minimum), min(high, maximum)


@functools.cache
def _needed() -> tuple[str, ...]:
    """The names that the costs depend on."""
    quantities = graph().ancestry(RANGED)
    return tuple(dict.fromkeys(name for each in quantities for name in (*each.parameters, each.name)))


def _beside(name: str, found: Estimate) -> Span | None:
    """The value, low and high of a quantity: as the model says, or as the row of the catalogue that it is from."""
    value, least, most = (found.values.get(f"{name}{end}") for end in ("", "_low", "_high"))
    if isinstance(value, float) and isinstance(least, float) and isinstance(most, float):
        return value, least, most
    match _source(name, found):
        case Name(other):
            return _beside(other, found)
        case Apply("lookup", (Column(table, column), Name(key))):
            row = found.graph.catalog.tables[table].rows.get(str(found.values[key]))
            span = row.spans.get(column) if row is not None else None
            if row is not None and span is not None and isinstance(value := row.values[column], float):
                return value, span.low, span.high
            for low, high in BESIDE:
                names = (column, column + low, column + high)
                if row is not None and all(isinstance(row.values.get(each), float) for each in names):
                    value, least, most = (float(row.values[each]) for each in names)
                    return value, least, most
    return None


def _source(name: str, found: Estimate) -> Expression | None:
    """The look-up that a quantity is, in the branch that is taken; where a case gives it, the quantity it would be."""
    formula = graph().quantities[name].formula
    if not any(isinstance(each, Column) for each in walk(formula)) and name not in found.case.given:
        return None
    match next(taken(graph(), formula, found.values)):
        case Apply("lookup", (Column(_, _), Name(_))) as looked_up:
            return looked_up
        case Name(other) if name in found.case.given and other in graph().quantities:
            return Name(other)
    return None


# What becomes of the costs


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
