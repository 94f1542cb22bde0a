"""Estimate: every quantity of the model for one case."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from xlcost import catalog
from xlcost.analysis.case import Case
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph
from xlcost.model.evaluation import Evaluation
from xlcost.model.explaining import explanation
from xlcost.model.graph import Graph

if TYPE_CHECKING:
    import pandas as pd

# The lines of the cash total, in the order of the lifecycle.
STAGE_COSTS = (
    "data_cost",
    "training_cost",
    "iteration_cost",
    "deployment_cost",
    "maintenance_cost",
    "talent_cost",
    "levers_cost",
    "contingency_cost",
)
REMEMBERED = 16  # days whose prices are kept at hand
STAGE_FLOWS = tuple(name.replace("_cost", "_flow") for name in STAGE_COSTS)


@dataclass(frozen=True)
class Estimate:
    """The values of all quantities for one case. An error is a value; `never` is a text."""

    case: Case
    values: Mapping[str, Any]
    as_of: date | None = None  # the day whose prices it has; None: the catalogue's

    def __getitem__(self, name: str) -> Any:
        """A quantity: a float, a text, an error value, or a list with a value for each month or role."""
        if name not in self.values:
            raise XlcostError(str(graph().refuse_unknown(name)))
        return self.values[name]

    @property
    def graph(self) -> Graph:
        """The model with the prices of that day."""
        return _graph(self.as_of)

    @property
    def total(self) -> Any:
        """The total cost over the horizon, in USD."""
        return self["total_cost"]

    def stages(self) -> dict[str, Any]:
        """The cost of each stage and the contingency, by label, in USD."""
        return {graph().label(name): self[name] for name in STAGE_COSTS}

    def months(self) -> dict[str, list[Any]]:
        """The cost of each stage month by month, by label, in USD; from month 0 to the end of the horizon."""
        until = int(self.values["horizon_months"]) + 1
        rows = {graph().label("month"): self["month"][:until]}
        for name in (*STAGE_FLOWS, "total_flow"):
            rows[graph().label(name)] = self[name][:until]
        return rows

    def explain_error(self, name: str) -> str | None:
        """Why a quantity is an error value: where it arose, along the branches that were taken. None if it is none."""
        if not isinstance(self[name], CellError):
            return None
        return explanation(graph(), name, self.values)

    def frame(self) -> pd.DataFrame:
        """The costs by month as a pandas DataFrame, indexed by month."""
        import pandas as pd

        months = self.months()
        return pd.DataFrame(months).set_index(graph().label("month"))


def estimate(case: Case | Mapping[str, object] | None = None, *, as_of: date | None = None) -> Estimate:
    """Estimate a case: a Case, values by name, or nothing for the defaults.

    With `as_of`, GPU prices are those that were known on that day: a price that nobody knew then is #N/A.
    """
    if not isinstance(case, Case):
        case = Case.of(case)
    inputs = case.complete()
    everything = _everything(as_of)
    found = everything(*(inputs[name] for name in everything.given))
    values = {**inputs, **dict(zip(everything.wanted, found, strict=True))}
    return Estimate(case, values, as_of)


@functools.lru_cache(REMEMBERED)
def _graph(day: date | None) -> Graph:
    return graph() if day is None else replace(graph(), catalog=catalog.as_of(graph().catalog, day))


@functools.lru_cache(REMEMBERED)
def _everything(day: date | None) -> Evaluation:
    model = _graph(day)
    wanted = (*model.quantities, *model.axes)
    overridable = tuple(name for name in model.inputs if model.overridable(name))
    return Evaluation(model, wanted, model.inputs, overridable, {})
