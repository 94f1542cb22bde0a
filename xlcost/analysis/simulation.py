"""Simulation: a case many times over, with every unsure driver drawn from its distribution.

The months, the stages and the total of each draw come from the same graph as an estimate. The share of draws that
exceeds a budget is a chance only as far as the lows and highs of the catalogue are right: most are placeholders, and
lean to the dear side, so that the base lies low among the draws; `base_percentile` says how low.

The number of experiments is not drawn: each draw has the expected number for its own chance of success.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xlcost.analysis.case import Case
from xlcost.analysis.distributions import Distribution
from xlcost.analysis.estimate import Estimate, estimate
from xlcost.analysis.events import Event, Events
from xlcost.analysis.limits import (
    MOST_THREADS,
    MOST_TRIALS,
    USUAL_TRIALS,
    checked_budget,
    checked_count,
    checked_seed,
    checked_share,
)
from xlcost.analysis.sampling import Sampling
from xlcost.analysis.sketch import PROBABILITIES, Counts, Moments, Statistics, exact_percentile, statistics
from xlcost.analysis.uncertainty import RANGED, Unsure, unsure, with_distributions
from xlcost.errors import XlcostError
from xlcost.model import graph
from xlcost.model.specialised import specialised, varying_code, with_bearing

if TYPE_CHECKING:
    import pandas as pd

EXACT = 1_000_000  # trials up to which all costs are kept, and percentiles of costs are exact
FEW = 100_000  # trials of which some simulations are remembered; of more, the last one
BLOCK = 8192  # draws at once: fewer would be more calls, of more the vectors wouldn't stay in the cache
CHUNK = 4  # blocks that a thread takes at once
RANKED = 4 * BLOCK  # draws, the first ones, that rank correlations are taken from
WANTED = (*RANGED, "total_flow", "failure_share")

Array = Any


@dataclass(frozen=True)
class Simulation:
    """What came of many draws of a case, in USD."""

    case: Case
    trials: int
    seed: int
    base: Mapping[str, Any]  # each cost as estimated, without any draw
    costs: Mapping[str, Statistics]  # of each stage, the contingency and the total
    months: tuple[Statistics, ...]  # cash of each month, from month 0 on
    cumulative: tuple[Statistics, ...]  # and so far
    rank_correlations: Mapping[str, float]  # Spearman's, of each driver with the total; the strongest first
    never_ships: float  # chance that no experiment up to the cap succeeds
    failed: int  # draws whose total is an error; they are left out
    failure: str | None  # and why the first of them is
    kept: Mapping[str, Array | Counts]

    def __getitem__(self, name: str) -> Statistics:
        """The statistics of a cost, by the name of its quantity."""
        if name not in self.costs:
            raise XlcostError(f"{name!r} is not simulated; {', '.join(self.costs)} are")
        return self.costs[name]

    @property
    def total(self) -> Statistics:
        """Of the total cost."""
        return self.costs["total_cost"]

    @property
    def contingency(self) -> float:
        """What to put aside so that the money lasts in four of five draws: P80 less the base."""
        return self.total.p80 - float(self.base["total_cost"])

    @property
    def base_percentile(self) -> float:
        """The share of draws whose total is no more than the base."""
        return self.share_upto(float(self.base["total_cost"]))

    @property
    def is_exact(self) -> bool:
        """Whether percentiles of costs are those of all draws, or from counts and so within 0.1%."""
        return not isinstance(self.kept["total_cost"], Counts)

    def percentile(self, probability: float, name: str = "total_cost") -> float:
        """What a cost does not exceed with this probability."""
        probability = checked_share(probability, "probability")
        self[name]
        kept = self.kept[name]
        return kept.percentile(probability) if isinstance(kept, Counts) else exact_percentile(kept, probability)

    def share_upto(self, amount: float, name: str = "total_cost") -> float:
        """The share of draws in which a cost is no more than an amount."""
        kept = self.kept[name]
        if isinstance(kept, Counts):
            return kept.share_upto(amount)
        return float(np.searchsorted(kept, amount, side="right") / len(kept)) if len(kept) else math.nan

    def budget_risk(self, budget: float) -> float:
        """The chance that the total exceeds a budget."""
        return 1 - self.share_upto(checked_budget(budget))

    def frame(self) -> pd.DataFrame:
        """The costs as a pandas DataFrame: a row for each stage, the contingency and the total."""
        import pandas as pd

        rows = {name: {"base": self.base[name], **vars(each)} for name, each in self.costs.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename(index=graph().label)

    def months_frame(self) -> pd.DataFrame:
        """Cash of each month and cash so far as a pandas DataFrame, indexed by month."""
        import pandas as pd

        both = {"cash": self.months, "cumulative": self.cumulative}
        columns = {
            f"{name}_{field}": [getattr(each, field) for each in rows]
            for name, rows in both.items()
            for field in Statistics.__dataclass_fields__
        }
        return pd.DataFrame(columns).rename_axis(graph().label("month"))


def simulate(
    case: Case | Estimate | Mapping[str, object] | None = None,
    trials: int = USUAL_TRIALS,
    seed: int = 1,
    *,
    threads: int = 1,
    distributions: Mapping[str, Distribution] | None = None,
    correlations: Mapping[tuple[str, str], float] | None = None,
    events: tuple[Event, ...] = (),
    progress: Callable[[int], object] | None = None,
) -> Simulation:
    """Draw a case many times. The same seed gives the same bits, with any number of threads.

    `distributions` replaces or adds some, by driver. `correlations` stands in place of the catalogue's. `progress` is
    called with the number of draws that have come. Raises Refused for what can't be.
    """
    trials, threads = checked_count(trials, "trials", MOST_TRIALS), checked_count(threads, "threads", MOST_THREADS)
    found = case if isinstance(case, Estimate) else estimate(case)
    known = with_distributions(unsure(found), found, distributions or {})
    run = _Run(found, known, trials, checked_seed(seed), correlations, events)
    starts = range(0, trials, CHUNK * BLOCK)
    done = 0
    with ThreadPoolExecutor(min(threads, len(starts))) as pool:
        for count in map(run.chunk, starts) if threads == 1 else pool.map(run.chunk, starts):
            done += count
            if progress is not None:
                progress(done)
    return run.result()


def simulated(case: Case, trials: int, seed: int) -> Simulation:
    """The same of a case as it is, remembered: several cells, and the workbook's own pages, ask for one simulation."""
    return _few(case, trials, seed) if trials <= FEW else _many(case, trials, seed)


_few = functools.lru_cache(16)(simulate)
_many = functools.lru_cache(1)(simulate)


class _Run:
    """One simulation while it runs: what is drawn, and what is kept of it."""

    def __init__(
        self,
        found: Estimate,
        known: Mapping[str, Unsure],
        trials: int,
        seed: int,
        correlations: Mapping[tuple[str, str], float] | None,
        events: tuple[Event, ...],
    ) -> None:
        self.found, self.trials, self.seed = found, trials, seed
        self.events = Events(events, found, list(known))
        varying = [*known, *(name for name in self.events.drivers if name not in known)]
        months = len(graph().axes["month"].members)
        if "horizon_months" not in known:
            months = int(found["horizon_months"]) + 1
        model, fixed = specialised(found.graph, found.values, varying, found.case.given, {"month": months})
        self.names = with_bearing(model, fixed, WANTED, varying)
        self.code = varying_code(model, fixed, WANTED, self.names)
        drawn = {name: known[name] for name in self.names if name in known}
        self.sampling = Sampling(drawn, found, seed, correlations)
        blocks = -(-trials // BLOCK)
        costs = len(RANGED)
        self.months = months
        self.moments = Moments(costs + 2 * months + 1, blocks)
        self.counts = [Counts() for _ in range(costs + 2 * months)]
        self.kept = np.full((costs, trials), np.nan) if trials <= EXACT else None
        self.first_totals = np.full(min(trials, RANKED), np.nan)
        self.first_draws = {name: np.empty(len(self.first_totals), np.float32) for name in self.names}
        self.failed: dict[int, tuple[int, int]] = {}  # by block: how many draws failed, and the first of them

    def chunk(self, start: int) -> int:
        """Some blocks of draws, from that draw on."""
        end = min(start + CHUNK * BLOCK, self.trials)
        streams = self.sampling.streams(start)
        costs = len(RANGED)
        rows = np.empty((costs + 2 * self.months, end - start))
        valid = np.empty(end - start, bool)
        for at in range(start, end, BLOCK):
            size = min(BLOCK, end - at)
            part = rows[:, at - start : at - start + size]
            failure_share = self._block(at, size, streams, part)
            valid[at - start : at - start + size] = good = np.isfinite(part[costs - 1])
            if not good.all():
                self.failed[at // BLOCK] = int(size - good.sum()), at + int(np.argmin(good))
                part, failure_share = part[:, good], failure_share[good]
            self.moments.add(at // BLOCK, np.vstack([part, failure_share]))
        if not valid.all():
            rows = rows[:, valid]
        for place, counts in enumerate(self.counts):
            if place >= costs or self.kept is None:
                counts.add(rows[place])
        return end - start

    def _block(self, at: int, size: int, streams: Any, part: Array) -> Array:
        """Costs, cash and cash so far of one block, into `part`; the chance of failure comes back."""
        uniform, values = self.sampling.draw(streams, size)
        with np.errstate(all="ignore"):
            arguments = self.events.apply(values, at, size, self.seed)
            found = self.code(*(arguments[name] for name in self.names))
            costs = len(RANGED)
            for row, each in enumerate(found[:costs]):
                part[row] = each
            for month, each in enumerate(found[costs]):
                part[costs + month] = each
            np.cumsum(part[costs : costs + self.months], axis=0, out=part[costs + self.months :])
        if self.kept is not None:
            self.kept[:, at : at + size] = part[:costs]
        if at < RANKED:
            self.first_totals[at : at + size] = part[costs - 1]
            for name in self.first_draws:
                self.first_draws[name][at : at + size] = uniform[name] if name in uniform else arguments[name]
        return np.broadcast_to(found[costs + 1], (size,))

    def result(self) -> Simulation:
        """What is kept, summed up."""
        costs = len(RANGED)
        kept: dict[str, Array | Counts] = dict(zip(RANGED, self.counts[:costs], strict=True))
        if self.kept is not None:
            valid = np.isfinite(self.kept[-1])
            for name, row in zip(RANGED, self.kept, strict=True):
                kept[name] = np.sort(row if valid.all() else row[valid])
        cash = [self._statistics(costs + row, self.counts[costs + row]) for row in range(2 * self.months)]
        return Simulation(
            case=self.found.case,
            trials=self.trials,
            seed=self.seed,
            base={name: self.found[name] for name in RANGED},
            costs={name: self._statistics(row, kept[name]) for row, name in enumerate(RANGED)},
            months=tuple(cash[: self.months]),
            cumulative=tuple(cash[self.months :]),
            rank_correlations=self._rank_correlations(),
            never_ships=self.moments.of(costs + 2 * self.months)[0],
            failed=sum(count for count, _ in self.failed.values()),
            failure=self._failure(),
            kept=kept,
        )

    def _statistics(self, row: int, kept: Array | Counts) -> Statistics:
        if isinstance(kept, Counts):
            percentiles, is_sure = [kept.percentile(each) for each in PROBABILITIES.values()], kept.least == kept.most
        else:
            percentiles = [exact_percentile(kept, each) for each in PROBABILITIES.values()]
            is_sure = len(kept) > 0 and bool(kept[0] == kept[-1])
        return statistics(self.moments.of(row), percentiles, is_sure)

    def _rank_correlations(self) -> dict[str, float]:
        """Of the draws of each driver, whose own ranks are its uniform draws, with the ranks of the total."""
        valid = np.isfinite(self.first_totals)
        ranks = _ranks(self.first_totals[valid])
        found = {}
        for name, draws in self.first_draws.items():
            value = _correlation(draws[valid].astype(float), ranks)
            found[name] = value
        return dict(sorted(found.items(), key=lambda each: (-abs(each[1]), each[0])))

    def _failure(self) -> str | None:
        """Why the first draw that failed did."""
        if not self.failed:
            return None
        first = min(number for _, number in self.failed.values())
        at = first // BLOCK * BLOCK
        _, values = self.sampling.draw(self.sampling.streams(at), first - at + 1)
        arguments = self.events.apply(values, at, first - at + 1, self.seed)
        given: dict[str, object] = {}
        for name, drawn in arguments.items():
            if name in graph().inputs:
                given.update(_member_values(name, drawn))
        try:
            redone = estimate(self.found.case.with_values(given), as_of=self.found.as_of)
        except XlcostError as refused:
            return f"draw {first}: {refused}"
        return f"draw {first}: {redone.explain_error('total_cost') or 'never'}"


def _member_values(name: str, drawn: Any) -> dict[str, object]:
    """The last draw of a driver, by the names that a case has for it."""
    if isinstance(drawn, list):
        members = graph().axes[graph().axis_of[name] or ""].members
        return {f"{name}.{member}": _last(each) for member, each in zip(members, drawn, strict=True)}
    return {name: _last(drawn)}


def _last(values: Any) -> float:
    return float(np.ravel(values)[-1])


def _ranks(values: Array) -> Array:
    """The rank of each value; those that are equal share theirs."""
    order = np.argsort(values)
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(values) else np.zeros(0, int)
    sizes = np.diff(np.append(starts, len(values)))
    ranks = np.empty(len(values))
    ranks[order] = np.repeat(starts + (sizes - 1) / 2, sizes)
    return ranks


def _correlation(one: Array, other: Array) -> float:
    if len(one) < 2:
        return 0.0
    # Not by a product of matrices: that adds up in another order with another number of threads.
    one, other = one - one.mean(), other - other.mean()
    size = math.sqrt(float((one * one).sum()) * float((other * other).sum()))
    return float((one * other).sum()) / size if size > 0 else 0.0
