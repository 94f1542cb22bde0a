"""Tornado: what moves a cost, one driver at a time from its P10 to its P90 while all else stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcost.analysis.case import Case
from xlcost.analysis.estimate import Estimate, estimate
from xlcost.analysis.ranges import NOTHING, one_at_a_time
from xlcost.analysis.uncertainty import RANGED, unsure
from xlcost.errors import XlcostError
from xlcost.model import graph

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Bar:
    """One driver: between which values it was moved, and what the cost is at either, in USD.

    `at_p10` may be the dearer end. A driver with members is moved with all of them; its values are those of the first.
    """

    name: str
    label: str
    unit: str
    p10: float
    p90: float
    at_p10: float
    at_p90: float

    @property
    def low(self) -> float:
        """The cheaper end."""
        return min(self.at_p10, self.at_p90)

    @property
    def high(self) -> float:
        """The dearer end."""
        return max(self.at_p10, self.at_p90)

    @property
    def swing(self) -> float:
        """Between the ends."""
        return self.high - self.low


@dataclass(frozen=True)
class Tornado:
    """A cost, and its bars: the widest first. Drivers that don't move it have none."""

    case: Case
    cost: str
    base: Any  # as estimated; an error value, then without bars
    bars: tuple[Bar, ...]

    def frame(self) -> pd.DataFrame:
        """The bars as a pandas DataFrame, indexed by driver."""
        import pandas as pd

        fields = ("label", "unit", "p10", "p90", "low", "high", "swing")
        return pd.DataFrame(
            [[getattr(bar, field) for field in fields] for bar in self.bars],
            columns=list(fields),
            index=pd.Index([bar.name for bar in self.bars], name="driver"),
        )


def tornado(case: Case | Estimate | Mapping[str, object] | None = None, cost: str = "total_cost") -> Tornado:
    """Each unsure driver by itself at its P10 and its P90, and what that makes of the total or of a stage's cost."""
    if cost not in RANGED:
        raise XlcostError(f"{cost!r} has no tornado; {', '.join(RANGED)} have")
    found = case if isinstance(case, Estimate) else estimate(case)
    base, known = found[cost], unsure(found)
    if not isinstance(base, float):
        return Tornado(found.case, cost, base, ())
    bars = []
    for name, costs in one_at_a_time(found, known, lambda each: [member.tails for member in each.members]):
        _, p10, p90 = known[name].members[0].tails
        bar = Bar(name, graph().label(name), str(graph().unit(name)), p10, p90, *costs[cost])
        if not bar.swing <= NOTHING * abs(base):
            bars.append(bar)
    return Tornado(found.case, cost, base, tuple(sorted(bars, key=lambda bar: (-bar.swing, bar.name))))
