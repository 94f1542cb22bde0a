"""The workbook of a few very different cases, rendered and recalculated once for all tests here."""

import io
from dataclasses import dataclass

import pytest
from openpyxl import Workbook, load_workbook

from xlcost import Case, estimate
from xlcost.analysis.case import known_inputs
from xlcost.files.values import Value, write_values
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.model import graph
from xlcost.sheets.layout import CASES, Layout, case_column, month_column
from xlcost.sheets.render import CALCULATIONS, render

BASE = Case.of({"replaced_spend": 20000, "opportunity_view": "on", "margin_per_month": 50000, "delay_months": 3})
CUSTOM_A = Case.of(
    {
        "training_route": "API",
        "serving_route": "API",
        "people_basis": "team",
        "retrain_basis": "calendar",
        "packing": "padded",
        "horizon_months": 60,
        "capitalised_share": 0.5,
        "cached_share": 0.6,
        "api_hosting_price": 1.7,
        "purchase": "spot",
        "request_growth": -0.2,
        "label_price": 0,
        "smaller_model_lever": "yes",
        "spot_lever": "yes",
        "caching_lever": "yes",
        "caching_lever_month": 12,
        "utilisation_lever": "yes",
        "utilisation_lever_month": 6,
        "subset_lever": "yes",
        "subset_lever_month": 2,
        "answer_value": 0.2,
        "prompt_model": "together gpt-oss-120b",
        "batch_share": 0.3,
    },
    name="Custom A",
)
CUSTOM_B = Case.of(
    {
        "model": "custom",
        "model_params": 13e9,
        "method": "full",
        "gpu": "A100-80GB",
        "gpus": 12,
        "gpus_per_instance": 8,
        "mfu": 0.31,
        "quality_limit": 0.9,
        "launch_requests": 4_000_000,
        "service_seconds": 20,
        "sequences_per_replica": 4,
        "target_wait": 0.05,
        "horizon_months": 12,
        "success_share": 1,
        "purchase": "owned",
        "models_to_ship": 3,
        "adapter_lever": "yes",
        "early_stop_lever": "yes",
        "caching_lever": "yes",
        "caching_lever_month": 13,
        "requests_outside": "forbidden",
        "tuning_offer": "azure gpt-4.1-mini SFT",
    },
    name="Custom B",
)


@dataclass(frozen=True, repr=False)
class Made:
    """A rendered workbook, its cases as they are used, and the values that the headless engine gives its formulas."""

    data: bytes
    cases: dict[str, Case]
    layout: Layout
    values: dict[tuple[str, str], Value]

    def book(self) -> Workbook:
        return load_workbook(io.BytesIO(self.data))

    def cells(self, name: str, case: int) -> list[str]:
        """The cells of a quantity for a case, as sheet!cell."""
        if self.layout.graph.axis_of[name] == "month":
            row = self.layout.timeline[case].row_of(name)
            return [f"Timeline!{month_column(member)}{row}" for member in range(self.layout.months)]
        return [f"{self.layout.home[name]}!{case_column(case)}{row}" for row in self.layout.rows_of(name)]

    def native(self, name: str, case: int) -> list[Value]:
        return [self.values[tuple(each.split("!"))] for each in self.cells(name, case)]


def recalculated(book: Workbook) -> dict[tuple[str, str], Value]:
    buffer = io.BytesIO()
    book.save(buffer)
    return headless.recalculate(buffer.getvalue(), host_functions()).values


@pytest.fixture(scope="session")
def made() -> Made:
    entered = {"Base": BASE, **Case.shipped(), "Custom A": CUSTOM_A, "Custom B": CUSTOM_B}
    data = render(entered)
    used = {name: Case(name, given={**BASE.given, **entered[name].given}) for name in CASES}
    layout = Layout(graph(), known_inputs(), CALCULATIONS)
    return Made(data, used, layout, headless.recalculate(data, host_functions()).values)


@pytest.fixture(scope="session")
def estimates(made: Made):
    return {name: estimate(case) for name, case in made.cases.items()}


@pytest.fixture(scope="session")
def finished(made: Made) -> bytes:
    return write_values(made.data, made.values)
