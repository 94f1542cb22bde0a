"""Levers: what each saves, by itself and beside all others, and which of them to take for a budget.

Every combination of levers is estimated as a case of its own, all in one batch, so that what they do to each other is
in every number. Savings are net of what a lever costs once, with its contingency.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlcost.analysis.case import Case
from xlcost.analysis.estimate import Estimate, estimate
from xlcost.catalog import nearest
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph
from xlcost.model.inputs import Refused

if TYPE_CHECKING:
    import pandas as pd

SWITCH = "_lever"  # how the driver that switches a lever ends
ON, OFF = "yes", "no"
WANTED = ("total_cost", "success_probability", "levers_cost")
CENTS, DIGITS = 2, 9  # to which costs and chances are told apart: the rest is rounding
ROUNDING = 1e-6  # USD


@dataclass(frozen=True)
class LeverSaving:
    """What one lever saves over the horizon, in USD, net of its one-off cost. A negative saving costs more."""

    name: str
    label: str
    state: str  # what becomes of it where it is switched on: on, not applicable, too late
    one_off_cost: float
    alone: float  # switched on by itself
    together: float  # lost if it alone were left out of all
    step: float  # in the waterfall: after those declared before it
    total: float  # of the waterfall after this step
    payback_month: float | str  # by itself; `never`, and nothing where it doesn't act


@dataclass(frozen=True)
class LeverTable:
    """All levers in the order of their declaration, which is that of the waterfall.

    `base` less every step is `optimised`.
    """

    case: Case
    base: float  # total cost with no lever on, USD
    optimised: float  # total cost with all levers on, USD
    levers: tuple[LeverSaving, ...]

    def frame(self) -> pd.DataFrame:
        """A row for each lever as a pandas DataFrame, indexed by name."""
        import pandas as pd

        return pd.DataFrame([vars(each) for each in self.levers]).set_index("name")


@dataclass(frozen=True)
class Plan:
    """A choice of levers for a budget: of all that fit, the one most likely to ship a model, and then the cheapest.

    Where nothing fits, it is the cheapest that there is, and `fits` is False.
    """

    budget: float | None  # for the total cost, USD; None: no limit
    fits: bool
    levers: tuple[str, ...]
    total: float  # USD
    one_off_cost: float  # USD, in the total
    success_probability: float  # that a model ships before the cap

    @property
    def sentence(self) -> str:
        """The answer in words."""
        names = ", ".join(graph().label(name + SWITCH) for name in self.levers) or "no lever"
        what = f"{names}: {self.total:,.0f} USD, chance of a model that ships {self.success_probability:.1%}"
        if self.budget is None:
            return f"The cheapest of all combinations: {what}."
        if self.fits:
            return f"Within {self.budget:,.0f} USD: {what}."
        return f"Nothing fits {self.budget:,.0f} USD. The cheapest: {what}."

    def frame(self) -> pd.DataFrame:
        """The plan as a pandas DataFrame with one row for each lever that it takes."""
        import pandas as pd

        rows = [{"name": name, "label": graph().label(name + SWITCH)} for name in self.levers]
        return pd.DataFrame(rows, columns=["name", "label"]).set_index("name")


@functools.cache
def lever_names() -> tuple[str, ...]:
    """The levers, in the order of their declaration."""
    drivers = graph().drivers.values()
    return tuple(each.name.removesuffix(SWITCH) for each in drivers if each.name.endswith(SWITCH))


def known_lever(said: str) -> str:
    """The lever of this name, with or without its ending. Raises Refused with the nearest."""
    name = said.strip().lower().removesuffix(SWITCH)
    if name not in lever_names():
        near = nearest(name, lever_names()) or lever_names()
        raise Refused(f"lever = {said!r} is no lever; did you mean {' or '.join(near)}?", CellError.VALUE)
    return name


def levers(case: Case | Mapping[str, object] | None = None) -> LeverTable:
    """What each lever saves in a case. Which of them the case itself has on is passed over."""
    found = _all_on(case)
    batch = _batch(found)
    names, every = lever_names(), _combinations() - 1
    rows, before = [], 0
    for place, name in enumerate(names):
        bit = 1 << place
        after = before | bit
        rows.append(
            LeverSaving(
                name,
                graph().label(name + SWITCH),
                found[f"{name}_state"],
                float(batch["levers_cost"][bit]),
                _saved(batch, 0, bit),
                _saved(batch, every & ~bit, every),
                _saved(batch, before, after),
                float(batch["total_cost"][after]),
                _payback(batch["total_flow"][0], batch["total_flow"][bit]) if found[f"{name}_state"] == "on" else "",
            )
        )
        before = after
    totals = batch["total_cost"]
    return LeverTable(found.case, float(totals[0]), float(totals[every]), tuple(rows))


def best_plan(case: Case | Mapping[str, object] | None = None, budget: float | None = None) -> Plan:
    """The best levers for a total cost within a budget. Ties go to fewer levers, and then to those declared first."""
    if budget is not None and not (isinstance(budget, int | float) and 0 < budget < float("inf")):
        raise Refused(f"budget = {budget!r}: an amount in USD is wanted, above 0", CellError.NUM)
    batch = _batch(_all_on(case))
    totals = [round(float(each), CENTS) for each in batch["total_cost"]]
    chances = [round(float(each), DIGITS) for each in batch["success_probability"]]
    fitting = [place for place, total in enumerate(totals) if budget is None or total <= budget]
    if budget is None or not fitting:
        best = min(range(len(totals)), key=lambda place: (totals[place], *_order(place)))
    else:
        best = min(fitting, key=lambda place: (-chances[place], totals[place], *_order(place)))
    return Plan(
        None if budget is None else float(budget),
        bool(fitting),
        tuple(name for place, name in enumerate(lever_names()) if best >> place & 1),
        float(batch["total_cost"][best]),
        float(batch["levers_cost"][best]),
        float(batch["success_probability"][best]),
    )


def _order(combination: int) -> tuple[int, list[bool]]:
    """Fewer levers first; of as many, those declared first."""
    return combination.bit_count(), [not combination >> place & 1 for place in range(len(lever_names()))]


def _combinations() -> int:
    return int(2 ** len(lever_names()))


def _all_on(case: Case | Mapping[str, object] | None) -> Estimate:
    """The case with every lever on: it says which can act. Raises XlcostError where its total is an error."""
    case = case if isinstance(case, Case) else Case.of(case)
    for switch in (OFF, ON):
        found = estimate(case.with_values({name + SWITCH: switch for name in lever_names()}))
        if isinstance(found.total, CellError):
            raise XlcostError(f"{case.name}: {found.explain_error('total_cost')}")
    return found


def _batch(found: Estimate) -> dict[str, Any]:
    """Totals and flows of every combination: bit i of its number says whether lever i is on."""
    import numpy as np

    number = np.arange(_combinations())
    given = tuple(name for name in graph().inputs if graph().overridable(name) and name in found.case.given)
    inputs = (*graph().drivers, *given)
    values: dict[str, Any] = {name: found.values[name] for name in inputs}
    for place, name in enumerate(lever_names()):
        values[name + SWITCH] = np.where(number >> place & 1, ON, OFF)
    batch = _function(inputs)(values)
    flow = np.broadcast_to(batch["total_flow"], (len(number), len(graph().axes["month"].members)))
    return {"total_flow": flow, **{name: np.broadcast_to(batch[name], len(number)) for name in WANTED}}


@functools.cache
def _function(inputs: tuple[str, ...]) -> Any:
    from xlcost.model import arrays

    return arrays.compiled(graph(), (*WANTED, "total_flow"), inputs)


def _saved(batch: Mapping[str, Any], without: int, having: int) -> float:
    return float(batch["total_cost"][without] - batch["total_cost"][having])


def _payback(without: Any, having: Any) -> float | str:
    """The month from which on what was saved so far always covers what was spent; never, if nothing is saved."""
    saved = [0.0]
    for before, after in zip(without, having, strict=True):
        saved.append(saved[-1] + float(before - after))
    if saved[-1] <= ROUNDING:
        return "never"
    return float(max(month for month, each in enumerate(saved) if month == 0 or each < -ROUNDING))
