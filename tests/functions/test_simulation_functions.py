"""Simulation in a cell: what Python says of the same case, and bad input at once."""

from typing import Any

import pytest

from xlcost import Case, simulate, tornado
from xlcost.analysis.case import known_inputs
from xlcost.errors import CellError
from xlcost.functions import ft, simulations
from xlcost.functions.registry import functions

VALUE, NUM, NA, DIV0 = CellError.VALUE, CellError.NUM, CellError.NA, CellError.DIV0
GIVEN: dict[str, Any] = {"examples": 20_000, "gateway_cost": 500, "serving_route": "API"}


def test_a_simulation_spills_what_python_says() -> None:
    heads, *rows = ft.FT_SIMULATE(GIVEN, None, 3000, 5)
    found = simulate(GIVEN, 3000, 5)
    assert heads == ["USD", "P10", "P50", "P80", "P90", "mean", "deviation", "base"]
    assert [row[0] for row in rows] == [
        "Data", "Training", "Iteration", "Deployment", "Maintenance", "Talent", "Levers", "Contingency",
        "Total cost",
    ]  # fmt: skip
    total = found.total
    wanted = [total.p10, total.p50, total.p80, total.p90, total.mean, total.deviation, found.base["total_cost"]]
    assert rows[-1][1:] == pytest.approx(wanted, abs=0.006)


def test_a_percentile_and_a_risk_are_of_the_same_draws() -> None:
    found = simulate(GIVEN, 3000, 5)
    assert ft.FT_PERCENTILE(0.9, GIVEN, None, 3000, 5) == pytest.approx(found.total.p90, abs=0.006)
    assert ft.FT_PERCENTILE(0.5, GIVEN, None, 3000, 5, "data_cost") == pytest.approx(found["data_cost"].p50, abs=0.006)
    assert ft.FT_PERCENTILE(None, GIVEN, None, 3000, 5) == pytest.approx(found.total.p80, abs=0.006)
    assert ft.FT_BUDGET_RISK(500_000, GIVEN, None, 3000, 5) == found.budget_risk(500_000)


def test_a_range_of_shares_or_budgets_is_answered_cell_by_cell() -> None:
    case = (GIVEN, None, 3000, 5)
    one, other = (ft.FT_PERCENTILE(each, *case) for each in (0.1, 0.9))
    assert one < other
    assert ft.FT_PERCENTILE([[0.1, 0.9], [1.5, DIV0]], *case) == [[one, other], [NUM, DIV0]]
    risks = [[ft.FT_BUDGET_RISK(each, *case)] for each in (4e5, 6e5)]
    assert risks[0] > risks[1]
    assert ft.FT_BUDGET_RISK([[4e5], [6e5], [None]], *case) == [*risks, [VALUE]]
    assert ft.FT_EXPLAIN("FT_PERCENTILE", [[1.5, 0.9]], *case).startswith("probability = 1.5")


def test_a_tornado_spills_its_bars() -> None:
    heads, *rows = ft.FT_TORNADO(GIVEN, None, "data_cost", 3)
    bars = tornado(GIVEN, "data_cost").bars[:3]
    assert heads == ["USD", "low", "high", "swing"]
    assert [row[0] for row in rows] == [bar.label for bar in bars]
    assert [row[3] for row in rows] == pytest.approx([bar.swing for bar in bars], abs=0.006)
    assert len(ft.FT_TORNADO()) == 11


def test_a_sheet_that_hands_over_every_default_is_the_default_case() -> None:
    everything = {name: each.default for name, each in known_inputs().items() if each.default is not None}
    assert ft.FT_SIMULATE(everything) == ft.FT_SIMULATE() == ft.FT_SIMULATE(Case())


BAD: list[tuple[str, tuple[Any, ...], CellError, str]] = [
    ("FT_SIMULATE", (None, None, 0), NUM, "trials = 0: a whole number is wanted, from 1 to 1,000,000"),
    ("FT_SIMULATE", (None, None, -1.0), NUM, "trials = -1"),
    ("FT_SIMULATE", (None, None, 10.5), NUM, "trials = 10.5"),
    ("FT_SIMULATE", (None, None, 1_000_001), NUM, "trials = 1000001"),
    ("FT_SIMULATE", (None, None, "1000"), VALUE, "trials = '1000': a whole number is wanted"),
    ("FT_SIMULATE", (None, None, True), VALUE, "trials = True"),
    ("FT_SIMULATE", (None, None, [[1], [2]]), VALUE, "trials is one value, not a range"),
    ("FT_SIMULATE", (None, None, DIV0), DIV0, "trials is #DIV/0! already"),
    ("FT_SIMULATE", (None, None, 100, -1), NUM, "seed = -1"),
    ("FT_SIMULATE", (None, None, 100, "x"), VALUE, "seed = 'x'"),
    ("FT_SIMULATE", ({"gpu_pric": 1},), VALUE, "'gpu_pric' is not a driver; did you mean"),
    ("FT_SIMULATE", ({"success_share": 1.2},), NUM, "success_share = 1.2"),
    ("FT_SIMULATE", ({"gpu": "MI300X"}, None, 100), NA, "has no 'Default offer'"),
    ("FT_SIMULATE", ({"mfu": 0}, None, 100), DIV0, "it divides by 0"),
    ("FT_PERCENTILE", (1.5,), NUM, "probability = 1.5: between 0 and 1"),
    ("FT_PERCENTILE", (-0.1,), NUM, "probability = -0.1"),
    ("FT_PERCENTILE", ("80%",), VALUE, "probability = '80%'"),
    ("FT_PERCENTILE", (0.8, None, None, 0), NUM, "trials = 0"),
    ("FT_PERCENTILE", (0.8, None, None, 100, 1, "npv"), VALUE, "quantity = 'npv': one of data_cost"),
    ("FT_BUDGET_RISK", (0,), NUM, "budget = 0: an amount in USD is wanted, above 0"),
    ("FT_BUDGET_RISK", (-5.0,), NUM, "budget = -5"),
    ("FT_BUDGET_RISK", (1e16,), NUM, "budget = 1e+16: an amount in USD is wanted, above 0 and up to 1e+15"),
    ("FT_BUDGET_RISK", ("much",), VALUE, "budget = 'much'"),
    ("FT_BUDGET_RISK", (None,), VALUE, "budget is needed"),
    ("FT_BUDGET_RISK", (1e5, None, None, 0), NUM, "trials = 0"),
    ("FT_TORNADO", (None, None, "total_flow"), VALUE, "quantity = 'total_flow'"),
    ("FT_TORNADO", (None, None, 5.0), VALUE, "a text is wanted"),
    ("FT_TORNADO", (None, None, None, 0), NUM, "most = 0"),
    ("FT_TORNADO", (None, None, None, 1.5), NUM, "most = 1.5"),
]


@pytest.mark.parametrize(("name", "arguments", "error", "reason"), BAD)
def test_what_is_refused(name: str, arguments: tuple[Any, ...], error: CellError, reason: str) -> None:
    assert getattr(ft, name)(*arguments) is error
    assert reason in ft.FT_EXPLAIN(name, *arguments)


def test_more_arguments_than_there_are() -> None:
    for name, most in (("FT_SIMULATE", 5), ("FT_PERCENTILE", 7), ("FT_BUDGET_RISK", 6), ("FT_TORNADO", 5)):
        arguments: list[Any] = [1e5 if name == "FT_BUDGET_RISK" else None, *[None] * (most - 1)]
        assert functions()[name].call([*arguments, 1.0]) is VALUE


def test_a_refusal_comes_before_anything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("_simulated", "_tornado"):
        monkeypatch.setattr(simulations, each, lambda *_: pytest.fail("it was drawn"))
    for name, arguments, error, _ in BAD:
        assert getattr(ft, name)(*arguments) is error
    with pytest.raises(pytest.fail.Exception):
        ft.FT_TORNADO()


def test_reasons_in_words() -> None:
    said = ft.FT_EXPLAIN("FT_PERCENTILE", 0.8, None, None, 1000)
    assert said.startswith("1,000 draws of the case with seed 1. The total is ")
    assert "lies at percentile" in said
    assert "lean to the dear side" in said
    assert "widest is" in ft.FT_EXPLAIN("FT_TORNADO")
