"""Estimates: what must hold for every case, and how a result is read."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xlcost.analysis.case import Case, known_inputs
from xlcost.analysis.estimate import STAGE_COSTS, STAGE_FLOWS, Estimate, estimate
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph

MODEL = graph()
PEOPLE_HOURS = (
    "cleaning_hours",
    "training_hours",
    "analyst_hours",
    "deployment_hours",
    "oncall_hours",
    "incident_hours",
)
OPPORTUNITY = {name for name, driver in MODEL.drivers.items() if driver.stage == "opportunity"}


def values_of(each):
    """Values that an input may have, in the range in which it usually lies."""
    if each.kind == "text":
        return st.sampled_from(each.choices)
    low = each.minimum if each.low is None else each.low
    high = min(each.maximum, 4.0) if each.high is None else each.high
    low, high = min(low, each.default), max(high, each.default)
    if each.whole:
        return st.integers(math.ceil(low), math.floor(high))
    return st.floats(low, high, allow_subnormal=False)


# Names of tables are left out but for two: a case is to have a price, and not to be `custom`.
USUAL = {
    name: values_of(each)
    for name, each in known_inputs().items()
    if each.default is not None and (each.table is None or name in ("method", "stack"))
}


@st.composite
def cases(draw):
    """Some inputs, with usual values."""
    names = draw(st.lists(st.sampled_from(sorted(USUAL)), max_size=25, unique=True))
    case = {name: draw(USUAL[name]) for name in names}
    if "purchase" in case:
        case["estimate_missing"] = "yes"  # not every offer has every price
    return case


def close(one, other, scale=0.0):
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9 * abs(scale) + 1e-9)


def rows(value):
    return value if isinstance(value, list) else [value]


@given(cases())
def test_stages_and_months_add_up_to_the_total(case):
    found = estimate(case)
    total = found.total
    assert close(math.fsum(found.stages().values()), total)
    assert close(found["timeline_total"], total)
    assert close(math.fsum(found["total_flow"]), total)
    assert close(found["cumulative_cost"][-1], total)
    for cost, flow in zip(STAGE_COSTS, STAGE_FLOWS, strict=True):
        assert close(math.fsum(found[flow]), found[cost], total), cost
        assert found[cost] >= -1e-9, cost


def of_the_catalogue():
    """Prices that lead to nothing but a price that a case may give: not used, once a case gives that."""
    prices = {name: each for name, each in MODEL.quantities.items() if ("USD", 1) in each.unit.powers}
    shown = {"listed_train_price", "offered_dpo_price", "offered_sft_price"}
    for name, each in prices.items():  # in the order in which they are computed
        if not shown.isdisjoint(each.parameters) and not MODEL.overridable(name):
            shown.add(name)
    return shown


OF_THE_CATALOGUE = of_the_catalogue()


def test_a_price_of_the_catalogue_alone_has_no_part_in_a_cost():
    assert {
        "listed_train_price", "offered_dpo_price", "offered_sft_price", "sft_price_estimate", "train_price_estimate"
    } == OF_THE_CATALOGUE  # fmt: skip


@given(cases(), st.floats(0.05, 20))
@settings(max_examples=60)
def test_money_scales_with_prices_and_nothing_else_does(case, factor):
    """Every quantity in USD is multiplied by the factor, one in USD^2 would be twice, and one without stays."""
    base = estimate(case)
    scaled = dict(case)
    for name, each in known_inputs().items():
        if power := dict(each.unit.powers).get("USD"):  # -1 of a rate of exchange
            value = base[each.of] if each.default is None else case.get(name, each.default)
            if each.of != "staff_hour_rate" and isinstance(value, float | int):
                assume(each.minimum <= value * factor**power <= each.maximum)
                scaled[name] = value * factor**power
    moved = estimate(scaled)
    for name, quantity in MODEL.quantities.items():
        if name in OF_THE_CATALOGUE:
            continue
        power = dict(quantity.unit.powers).get("USD", 0)
        for one, other in zip(rows(base[name]), rows(moved[name]), strict=True):
            if isinstance(one, float) and isinstance(other, float):
                assert close(one * factor**power, other, base.total * factor), name
            else:
                assert one == other, name


def test_some_inputs_are_prices():
    """Or the property above would say nothing."""
    priced = [name for name, each in known_inputs().items() if ("USD", 1) in each.unit.powers]
    assert len(priced) > 25
    assert {"label_price", "gpu_price", "role_salary.ml_engineer", "replaced_spend", "api_train_price"} <= set(priced)


@given(cases(), st.floats(0, 1e6), st.floats(0, 36), st.floats(0, 1e4))
@settings(max_examples=30)
def test_opportunity_and_lost_quality_are_never_in_the_total(case, margin, months, quality_value):
    left_out = {*OPPORTUNITY, "quality_value", "retrain_basis"}
    case = {name: value for name, value in case.items() if name not in left_out}
    opportunity = {"margin_per_month": margin, "delay_months": months, "diverted_months": 3, "opportunity_view": "on"}
    opportunity["quality_value"] = quality_value
    without, found = estimate(case), estimate({**case, **opportunity})
    assert found.total == without.total
    assert found["present_cost"] == without["present_cost"]
    assert found["npv"] == without["npv"]
    beside = found["opportunity_cost"] + found["quality_loss_cost"]
    assert close(found["economic_cost"], found.total + beside, beside)
    assert found["quality_loss_cost"] >= 0
    assert without["economic_cost"] == without.total


@given(cases(), st.sampled_from(PEOPLE_HOURS))
@settings(max_examples=30)
def test_a_team_is_not_paid_by_the_hour_as_well(case, hours):
    case = {**case, "people_basis": "team"}
    assert estimate({**case, hours: 0}).total == estimate({**case, hours: 1000}).total


@given(cases(), st.sampled_from(PEOPLE_HOURS))
@settings(max_examples=30)
def test_hours_cost_where_stages_pay_them(case, hours):
    case = {**case, "people_basis": "hours", "incidents": 1, "monitored_share": 0.01}
    assert estimate({**case, hours: 0}).total < estimate({**case, hours: 1000}).total


@given(cases(), st.floats(0, 20))
@settings(max_examples=30)
def test_stages_that_pay_by_the_hour_do_not_pay_the_team(case, people):
    case = {**case, "people_basis": "hours", "uncovered_share": 0}
    case = {name: value for name, value in case.items() if not name.startswith("role_build_fte")}
    more = {f"role_build_fte.{member}": people for member in MODEL.axes["role"].members}
    assert estimate({**case, **more}).total == estimate(case).total


@given(cases(), st.integers(12, 60))
@settings(max_examples=40)
def test_nothing_falls_beyond_the_horizon(case, horizon):
    case = {
        name: value for name, value in case.items() if not name.startswith("amortisation") and name != "build_months"
    }
    found = estimate({**case, "horizon_months": horizon, "build_months": min(11, horizon - 1)})
    for name in (*STAGE_FLOWS, "total_flow", "benefit_flow", "requests", "retrains", "replicas"):
        assert not any(found[name][horizon + 1 :]), name
    assert all(len(row) == horizon + 1 for row in found.months().values())
    assert found["run_rate"] == found["total_flow"][horizon] * 12


@given(cases())
@settings(max_examples=30)
def test_checks_hold(case):
    found = estimate(case)
    for name, quantity in MODEL.quantities.items():
        if name.startswith("check_") and quantity.unit.text != "text":
            assert close(found[name], 0.0, found.total), name


@given(cases(), st.floats(0, 1))
@settings(max_examples=30)
def test_cost_of_later_is_worth_less_today(case, rate):
    found = estimate({**case, "capital_cost": rate})
    assert found["present_cost"] <= found.total * (1 + 1e-12)
    assert close(estimate({**case, "capital_cost": 0})["present_cost"], found.total)


def test_the_bounds_of_the_horizon():
    assert len(estimate({"horizon_months": 12}).months()["Month"]) == 13
    assert estimate({"horizon_months": 60}).months()["Month"] == [float(month) for month in range(61)]
    shortest = estimate({"horizon_months": 12, "build_months": 11})
    assert [month for month in range(61) if shortest["is_running"][month]] == [12]
    for wrong in (11, 61, 0, -1, 36.5):
        with pytest.raises(XlcostError, match="horizon_months = "):
            estimate({"horizon_months": wrong})


def test_a_case_may_be_given_in_any_form():
    values = {"examples": 20_000, "gpu_price": 3.5}
    assert estimate(values).total == estimate(Case.of(values)).total != estimate().total
    assert estimate().total == estimate({}).total == estimate(Case()).total
    assert estimate(Case.of(values, name="Bid")).case.name == "Bid"


def test_stages_and_months_are_labelled():
    found = estimate()
    assert list(found.stages()) == [
        "Data",
        "Training",
        "Iteration",
        "Deployment",
        "Maintenance",
        "Talent",
        "Levers",
        "Contingency",
    ]
    assert list(found.months()) == ["Month", *found.stages(), "Total"]


def test_what_is_given_replaces_what_is_computed():
    computed = estimate()
    assert estimate({"mfu": computed["mfu"], "gpu_price": computed["gpu_price"]}).total == computed.total
    half = estimate({"mfu": computed["mfu"] / 2})
    assert half["mfu"] == computed["mfu"] / 2
    assert half["run_gpu_hours"] == pytest.approx(2 * computed["run_gpu_hours"], rel=1e-12)


def test_a_missing_price_is_unknown_and_its_origin_is_told():
    found = estimate({"serving_route": "API", "tuning_offer": "fireworks <=16B LoRA SFT"})
    assert found.total is CellError.NA
    label = MODEL.label("api_input_price")
    assert f"because api_input_price ({label}) is #N/A" in found.explain_error("total_cost")
    assert found["data_cost"] == estimate()["data_cost"]
    assert found.explain_error("data_cost") is None
    assert estimate({"tuning_offer": "fireworks <=16B LoRA SFT"}).total == estimate().total


def test_a_division_by_zero_is_told():
    found = estimate({"mfu": 0})
    assert found["run_gpu_hours"] is CellError.DIV0
    assert found.total is CellError.DIV0
    assert "because run_gpu_hours (" in found.explain_error("total_cost")


def test_never_is_a_text_and_no_error():
    found = estimate({"quality_floor": 0.5, "quality_limit": 0.7})
    assert found["drift_months"] == found["retrain_interval"] == "never"
    assert found["retrain_count"] == 0
    assert isinstance(found.total, float)
    assert estimate()["payback_month"] == "never"


def test_an_unknown_quantity_is_refused_with_the_nearest():
    with pytest.raises(XlcostError, match="'total_costs' is no quantity or driver; did you mean total_cost"):
        estimate()["total_costs"]
    with pytest.raises(XlcostError, match="'examplse' is not a driver; did you mean examples"):
        estimate({"examplse": 3})


def test_every_quantity_driver_and_axis_can_be_read():
    found = estimate()
    for name in (*MODEL.quantities, *MODEL.drivers, *MODEL.axes):
        value = found[name]
        assert len(rows(value)) == (len(MODEL.axes[MODEL.axis_of[name]].members) if MODEL.axis_of[name] else 1), name


def test_an_estimate_is_always_the_same():
    assert estimate().values == estimate().values


def test_as_a_frame():
    pytest.importorskip("pandas")
    found = estimate({"horizon_months": 24})
    frame = found.frame()
    assert frame.index.name == "Month"
    assert list(frame.index) == [float(month) for month in range(25)]
    assert list(frame.columns) == [*found.stages(), "Total"]
    assert frame["Total"].sum() == pytest.approx(found.total)


def test_the_package_offers_its_words_lazily():
    import xlcost

    assert xlcost.Estimate is Estimate
    assert xlcost.estimate is estimate
    with pytest.raises(AttributeError, match="has no attribute 'estimat'"):
        xlcost.estimat  # noqa: B018
