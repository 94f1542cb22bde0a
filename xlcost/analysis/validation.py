"""Validation: how far predictions are from what published runs took, by stack and by source, beside simpler rules.

A typical factor error is the exponential of the median of |ln(predicted / reported)|: half of the rows are closer.
A bias is the geometric mean of predicted over reported *time*, also where speeds are compared: above 1 is too slow.

Five rules are judged: the shipped MFU of the stack; an MFU that *other* publishers teach (the median of their medians,
since rows of one aren't independent, for the same stack and kind of GPU; if they have none, for the kind of GPU, then
for the stack, then of all); an MFU calibrated on one other row of the same source, GPU, method and stack, over all such
pairs; and the two of `rivals`. The others are those of the same file and of all runs that ship. A publisher is the
owner of a repository or of a site, whatever it published: it never teaches itself.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from xlcost.analysis.reference_runs import HOLDOUT, Run, read_runs
from xlcost.analysis.run_predictions import RunRow, predict, predicted_with

FLOPS_TOLERANCE = 0.06
MOST_PAIRS = 100_000  # of a group of rows


@dataclass(frozen=True)
class Score:
    """How good a rule is on some rows."""

    number: int
    bias: float | None = None
    typical: float | None = None
    within_2: float | None = None

    @classmethod
    def of(cls, factors: Sequence[float | None]) -> Score:
        """From logarithms of predicted over reported."""
        known = [each for each in factors if each is not None]
        if not known:
            return cls(0)
        return cls(
            len(known),
            math.exp(math.fsum(known) / len(known)),
            math.exp(median([abs(each) for each in known])),
            sum(abs(each) <= math.log(2) for each in known) / len(known),
        )


@dataclass(frozen=True)
class Group:
    """The rows of a stack or of a source, by every rule."""

    name: str
    shipped: Score
    others: Score
    calibrated: Score
    plain_rule: Score
    ftuneai: Score
    inside: float | None  # share of rows between low and high


@dataclass(frozen=True)
class FlopsScore:
    """FLOPs as counted here beside those that a source reports."""

    source: str
    number: int
    attention: str  # half or whole: how the source seems to count the attention matrix
    recomputed: bool  # whether it seems to count activations that are computed again
    ratio: float  # geometric mean
    worst: float
    within_6_percent: float


@dataclass(frozen=True)
class RunReport:
    """All rows of a file, and how good the rules are: over all, by stack, by source."""

    rows: tuple[RunRow, ...]
    overall: Group
    stacks: tuple[Group, ...]
    sources: tuple[Group, ...]
    flops: tuple[FlopsScore, ...]
    unused: Mapping[str, int]

    def summary(self) -> list[Group]:
        """By stack, and all of them."""
        return [*self.stacks, self.overall]


def validate_runs(path: str | Path | None = None) -> RunReport:
    """Predict the runs of a CSV file, or of the one that ships with xlcost."""
    return _shipped_report() if path is None else report(read_runs(path), shipped_rows())


def validate_holdout() -> RunReport:
    """Predict the runs that were collected after the model was fixed."""
    return report(read_runs(shipped=f"{HOLDOUT}-runs"), shipped_rows())


def report(runs: Sequence[Run], more: Sequence[RunRow] = ()) -> RunReport:
    """Predict these runs, and judge. Other sources may teach by more rows than these."""
    rows = learnt_from_others([predict(run) for run in runs], more)
    used = [row for row in rows if row.used]
    unused: dict[str, int] = {}
    for row in rows:
        if not row.used:
            reason = row.why.split(":")[0]
            unused[reason] = unused.get(reason, 0) + 1
    return RunReport(
        tuple(rows),
        _group("all", used),
        tuple(_groups(used, lambda row: row.stack)),
        tuple(_groups(used, lambda row: row.source)),
        tuple(_flops(used)),
        dict(sorted(unused.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


@functools.cache
def _shipped_report() -> RunReport:
    return report(read_runs(), shipped_rows())


@functools.cache
def shipped_rows() -> tuple[RunRow, ...]:
    """The predictions of all runs that ship with xlcost."""
    return tuple(predict(run) for run in (*read_runs(), *read_runs(shipped=f"{HOLDOUT}-runs")))


def median_of_publishers(rows: Sequence[RunRow]) -> float | None:
    """The median of the publishers' median MFU, as a dense model would reach."""
    members: dict[str, list[float]] = {}
    for row in rows:
        if row.used and row.implied_dense_mfu:
            members.setdefault(row.publisher, []).append(row.implied_dense_mfu)
    return median(map(median, members.values())) if members else None


def learnt_from_others(rows: Sequence[RunRow], more: Sequence[RunRow] = ()) -> list[RunRow]:
    """The rows, each with what the other sources would have predicted, also those of more rows."""
    taught: dict[tuple[object, ...], float | None] = {}
    used = [row for row in (*rows, *more) if row.used and row.implied_mfu]

    def prior(row: RunRow) -> float | None:
        key = (row.publisher, row.stack, row.is_fast)
        if key not in taught:
            others = [each for each in used if each.publisher != row.publisher]
            alike: tuple[Callable[[RunRow], bool], ...] = (
                lambda each: each.stack == row.stack and each.is_fast == row.is_fast,
                lambda each: each.is_fast == row.is_fast,
                lambda each: each.stack == row.stack,
                lambda each: True,
            )
            found = (list(filter(each, others)) for each in alike)
            nearest = next((some for some in found if some), [])
            taught[key] = median_of_publishers(nearest)
        return taught[key]

    return [
        replace(row, others=predicted_with(row, mfu * row.mfu_share)) if row.used and (mfu := prior(row)) else row
        for row in rows
    ]


def calibrated_factors(rows: Sequence[RunRow]) -> Iterator[float]:
    """Logarithms of predicted over reported time, each row predicted with the MFU of another one like it."""
    groups: dict[tuple[str, ...], list[float]] = {}
    for row in rows:
        if row.implied_mfu:
            groups.setdefault((row.source, row.gpu, row.method, row.stack), []).append(math.log(row.implied_mfu))
    for known in groups.values():
        step = max(1, len(known) ** 2 // MOST_PAIRS)  # of very many rows, some
        for place, measured in enumerate(known[::step]):
            yield from (mfu - measured for other, mfu in enumerate(known) if other != place * step)


def _group(name: str, rows: Sequence[RunRow]) -> Group:
    return Group(
        name,
        Score.of([row.factor(row.predicted) for row in rows]),
        Score.of([row.factor(row.others) for row in rows]),
        Score.of(list(calibrated_factors(rows))),
        Score.of([row.factor(row.by_plain_rule) for row in rows]),
        Score.of([row.factor(row.by_ftuneai) for row in rows]),
        sum((row.low or 0.0) <= (row.reported or 0.0) <= (row.high or 0.0) for row in rows) / len(rows)
        if rows else None,
    )  # fmt: skip


def _groups(rows: Sequence[RunRow], of: Callable[[RunRow], str]) -> list[Group]:
    members: dict[str, list[RunRow]] = {}
    for row in rows:
        members.setdefault(of(row), []).append(row)
    return [_group(name, some) for name, some in sorted(members.items(), key=lambda pair: (-len(pair[1]), pair[0]))]


def _flops(rows: Sequence[RunRow]) -> Iterator[FlopsScore]:
    """Sources that report FLOPs. What one counts is seen in its figures: the way that comes nearest."""
    members: dict[str, list[RunRow]] = {}
    for row in rows:
        if row.reported_tflops and row.counted_tflops and row.counted_tflops_whole:
            members.setdefault(row.source, []).append(row)
    for source, some in sorted(members.items()):
        ways = [(False, False), (True, False)]
        if any(row.recomputed != 1 for row in some):
            ways += [(False, True), (True, True)]
        tried = {way: [_flops_error(row, *way) for row in some] for way in ways}
        (is_whole, is_recomputed), errors = min(tried.items(), key=lambda pair: median(map(abs, pair[1])))
        ratios = [math.exp(each) for each in errors]
        yield FlopsScore(
            source,
            len(ratios),
            "whole" if is_whole else "half",
            is_recomputed,
            math.exp(math.fsum(errors) / len(errors)),
            max(ratios, key=lambda each: abs(math.log(each))),
            sum(abs(each - 1) <= FLOPS_TOLERANCE for each in ratios) / len(ratios),
        )


def _flops_error(row: RunRow, is_whole: bool, is_recomputed: bool) -> float:
    """The logarithm of counted over reported FLOPs."""
    counted = (row.counted_tflops_whole if is_whole else row.counted_tflops) or 1.0
    return math.log(counted * (row.recomputed if is_recomputed else 1) / (row.reported_tflops or 1.0))
