"""Functions of a case that is drawn many times. numpy is imported when one of them computes, and not before.

Amounts are rounded to the cent: their last digits depend on the processor, and mean nothing in a draw.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcost.analysis.case import Case, Given
from xlcost.analysis.estimate import STAGE_COSTS, Estimate, estimate
from xlcost.analysis.limits import checked_budget, checked_count, checked_seed, checked_share
from xlcost.errors import CellError
from xlcost.functions.boundary import Answer, first_cells, received, text
from xlcost.functions.cases import NAMES, VALUES, given
from xlcost.functions.function import Function, Parameter
from xlcost.model import graph
from xlcost.model.inputs import Refused

if TYPE_CHECKING:
    from xlcost.analysis.simulation import Simulation
    from xlcost.analysis.tornado import Tornado

MOST_TRIALS = 1_000_000  # in a cell
USUAL_TRIALS = 10_000
USUAL_PROBABILITY = 0.8
USUAL_BARS = 10
COSTS = (*STAGE_COSTS, "total_cost")
COLUMNS = ("p10", "p50", "p80", "p90", "mean", "deviation", "base")
CENTS = 2

Rows = list[list[Answer]]


@dataclass(frozen=True)
class Drawing:
    """A function of a case: how its other arguments are taken, what it makes of a case, and how it tells of it."""

    answer: Callable[[Estimate, Sequence[object]], object]
    told: Callable[[Estimate, Sequence[object]], str]
    check: Callable[[Sequence[object]], Sequence[object]]
    case_at: int  # where the values of the case stand among the arguments; what stands before it may be a range

    def call(self, arguments: Sequence[object]) -> object:
        """The answer, or the error value of the first thing that is wrong; for a range of them, one for each cell."""
        asked = received(arguments[0]) if arguments and self.case_at else None
        if isinstance(asked, list):
            return [[self._call([each, *arguments[1:]]) for each in row] for row in asked]
        return self._call(arguments)

    def _call(self, arguments: Sequence[object]) -> object:
        try:
            found, rest = self._taken(arguments)
            return found.total if isinstance(found.total, CellError) else self.answer(found, rest)
        except Refused as refused:
            return refused.error

    def explain(self, arguments: Sequence[object]) -> str:
        """Why there is an error, or how the numbers come about."""
        try:
            found, rest = self._taken([*first_cells(arguments[: self.case_at]), *arguments[self.case_at :]])
        except Refused as refused:
            return str(refused)
        return found.explain_error("total_cost") or self.told(found, rest)

    def _taken(self, arguments: Sequence[object]) -> tuple[Estimate, Sequence[object]]:
        case = arguments[self.case_at : self.case_at + 2]
        rest = [*arguments[: self.case_at], *arguments[self.case_at + 2 :]]
        checked = self.check(rest)  # first: it is at once
        return _estimated(Case(given={name: Given(value) for name, value in given(case).items()})), checked


_estimated = functools.lru_cache(16)(estimate)


def _simulated(found: Estimate, trials: object, seed: object) -> Simulation:
    from xlcost.analysis.simulation import simulated

    assert isinstance(trials, int)
    assert isinstance(seed, int)
    return simulated(found.case, trials, seed)


# The arguments


def _at(arguments: Sequence[object], place: int, name: str, default: object) -> Any:
    """A single argument; its default where it is left out or empty."""
    value = received(arguments[place]) if place < len(arguments) else None
    if isinstance(value, CellError):
        raise Refused(f"{name} is {value} already, as it was handed over", value)
    if isinstance(value, list):
        raise Refused(f"{name} is one value, not a range", CellError.VALUE)
    return default if value is None else value


def _draws(arguments: Sequence[object], place: int) -> list[object]:
    _no_more(arguments, place + 2)
    trials = checked_count(_at(arguments, place, "trials", USUAL_TRIALS), "trials", MOST_TRIALS)
    return [trials, checked_seed(_at(arguments, place + 1, "seed", 1))]


def _with_probability(arguments: Sequence[object]) -> list[object]:
    probability = checked_share(_at(arguments, 0, "probability", USUAL_PROBABILITY), "probability")
    draws = _draws(arguments[:3], 1)
    _no_more(arguments, 4)
    return [probability, *draws, _cost(arguments, 3)]


def _with_budget(arguments: Sequence[object]) -> list[object]:
    if (budget := _at(arguments, 0, "budget", None)) is None:
        raise Refused("budget is needed: an amount in USD", CellError.VALUE)
    return [checked_budget(budget), *_draws(arguments, 1)]


def _of_tornado(arguments: Sequence[object]) -> list[object]:
    _no_more(arguments, 2)
    most = checked_count(_at(arguments, 1, "most", USUAL_BARS), "most", 1000)
    return [_cost(arguments, 0), most]


def _cost(arguments: Sequence[object], place: int) -> str:
    name = text(_at(arguments, place, "quantity", "total_cost"), "quantity").lower()
    if name not in COSTS:
        raise Refused(f"quantity = {name!r}: one of {', '.join(COSTS)} is wanted", CellError.VALUE)
    return name


def _no_more(arguments: Sequence[object], most: int) -> None:
    if any(each is not None for each in arguments[most:]):
        raise Refused("more arguments than the function takes", CellError.VALUE)


# The answers


def _cents(value: float) -> Answer:
    return round(value, CENTS) if value == value else CellError.NUM


def _statistics(found: Estimate, rest: Sequence[object]) -> Rows:
    result = _simulated(found, *rest)
    lines: Rows = [[str(graph().label(name))] for name in COSTS]
    for line, name in zip(lines, COSTS, strict=True):
        said = {**vars(result[name]), "base": result.base[name]}
        line.extend(_cents(said[column]) for column in COLUMNS)
    return [["USD", *(column.upper() if column[1:].isdigit() else column for column in COLUMNS)], *lines]


def _percentile(found: Estimate, rest: Sequence[object]) -> Answer:
    probability, trials, seed, name = rest
    assert isinstance(probability, float)
    assert isinstance(name, str)
    return _cents(_simulated(found, trials, seed).percentile(probability, name))


def _budget_risk(found: Estimate, rest: Sequence[object]) -> Answer:
    budget, trials, seed = rest
    assert isinstance(budget, float)
    risk = _simulated(found, trials, seed).budget_risk(budget)
    return risk if risk == risk else CellError.NUM


def _bars(found: Estimate, rest: Sequence[object]) -> Rows:
    name, most = rest
    assert isinstance(name, str)
    assert isinstance(most, int)
    bars = _tornado(found, name).bars[:most]
    lines: Rows = [[bar.label, *map(_cents, (bar.low, bar.high, bar.swing))] for bar in bars]
    return [["USD", "low", "high", "swing"], *lines]


def _tornado(found: Estimate, name: str) -> Tornado:
    return _moved(found.case, name)


@functools.lru_cache(16)
def _moved(case: Case, name: str) -> Tornado:
    from xlcost.analysis.tornado import tornado

    return tornado(_estimated(case), name)


def _told_of_draws(found: Estimate, rest: Sequence[object]) -> str:
    trials, seed = [each for each in rest if isinstance(each, int)][:2]
    result = _simulated(found, trials, seed)
    failed = f" {result.failed:,} draws have no total and are left out: {result.failure}." if result.failed else ""
    return (
        f"{result.trials:,} draws of the case with seed {result.seed}. The total is {found.total:,.2f} USD "
        f"as estimated, which lies at percentile {result.base_percentile:.1%} of the draws: most lows and highs of the "
        f"catalogue lean to the dear side. P50 is {result.total.p50:,.2f}, P80 {result.total.p80:,.2f}.{failed}"
    )


def _told_of_bars(found: Estimate, rest: Sequence[object]) -> str:
    result = _tornado(found, str(rest[0]))
    widest = f"; widest is {result.bars[0].label}, {result.bars[0].swing:,.2f} USD" if result.bars else ""
    return f"{len(result.bars)} drivers move it, each by itself from its P10 to its P90{widest}."


def functions() -> Iterator[Function]:
    """The functions of a case that is drawn."""
    draws = (
        Parameter("trials", f"How often it is drawn, up to {MOST_TRIALS:,}. Default {USUAL_TRIALS:,}.", unit="draw"),
        Parameter("seed", "A whole number: another one gives other draws. Default 1.", unit="x"),
    )
    cost = Parameter("quantity", "The total, or a stage: data_cost, talent_cost. Default total_cost.", unit="text")
    case = (VALUES, NAMES)
    probability = Parameter(
        "probability", f"The chance that the answer is not exceeded. Default {USUAL_PROBABILITY:g}.", unit="share"
    )
    budget = Parameter("budget", "An amount that the total may exceed.", True, unit="USD")
    most = Parameter("most", f"How many drivers at most. Default {USUAL_BARS}.", unit="count")
    for name, doc, parameters, unit, drawing in (
        (
            "FT_SIMULATE",
            "A case with every unsure driver drawn: rows of each stage and the total, with P10, P50, P80, P90, mean, "
            "standard deviation and base.",
            (*case, *draws),
            "USD",
            Drawing(_statistics, _told_of_draws, lambda rest: _draws(rest, 0), 0),
        ),
        (
            "FT_PERCENTILE",
            "What the total of a case, or a stage's cost, is not to exceed with a chance of 80%, or another one.",
            (probability, *case, *draws, cost),
            "USD",
            Drawing(_percentile, _told_of_draws, _with_probability, 1),
        ),
        (
            "FT_BUDGET_RISK",
            "The chance that the total of a case exceeds a budget.",
            (budget, *case, *draws),
            "share",
            Drawing(_budget_risk, _told_of_draws, _with_budget, 1),
        ),
        (
            "FT_TORNADO",
            "What moves the total of a case: rows of drivers, each by itself at its P10 and its P90, the widest first.",
            (*case, cost, most),
            "USD",
            Drawing(_bars, _told_of_bars, _of_tornado, 0),
        ),
    ):
        yield Function(name, doc, parameters, unit, drawing.call, drawing.explain, needs_numpy=True)
