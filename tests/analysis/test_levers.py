"""Levers: what each saves, the waterfall, and the best plan; against estimates made one by one."""

import itertools
import random

import pytest

from xlcost import Case, estimate
from xlcost.analysis.levers import best_plan, known_lever, lever_names, levers
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph

# Costs of labels alone: nothing is trained, nothing is trained again, and there is no contingency.
LABELS = {"epochs": 0, "retrain_basis": "none", "contingency_share": 0, "subset_success": 1, "subset_lever_cost": 1000}
SPREAD = {"models_to_ship": 2, "method": "full", "launch_requests": 3_000_000, "sweep_factor": 3}


def switched(case, *names):
    return Case.of(case).with_values({f"{name}_lever": "yes" if name in names else "no" for name in lever_names()})


def test_half_of_the_labels_worked_by_hand():
    """Labels cost 3,188 USD, with management 3,506.80, in 1.25 rounds 4,383.50: half of it is 2,191.75, less 1,000.

    730.58 in each of three months: -1,000, -269.42, and 461.17 in month 2.
    """
    subset = next(each for each in levers(LABELS).levers if each.name == "subset")
    assert subset.alone == pytest.approx(2191.75 - 1000, abs=1e-6)
    assert (subset.one_off_cost, subset.payback_month) == (1000, 2)


@pytest.mark.parametrize("case", [{}, LABELS, SPREAD, {"training_route": "API", "serving_route": "API"}])
def test_the_waterfall_leads_from_base_to_optimised(case):
    found = levers(case)
    assert found.base == pytest.approx(estimate(switched(case)).total, rel=1e-12)
    assert found.optimised == pytest.approx(estimate(switched(case, *lever_names())).total, rel=1e-12)
    assert found.base - sum(each.step for each in found.levers) == pytest.approx(found.optimised, rel=1e-12)
    assert found.levers[-1].total == found.optimised
    totals = [found.base, *(each.total for each in found.levers)]
    assert [before - after for before, after in itertools.pairwise(totals)] == [each.step for each in found.levers]


def test_each_lever_is_re_estimated_with_and_without_the_others():
    found = levers(SPREAD)
    for each in found.levers:
        others = [name for name in lever_names() if name != each.name]
        assert each.alone == pytest.approx(found.base - estimate(switched(SPREAD, each.name)).total, abs=1e-6)
        assert each.together == pytest.approx(estimate(switched(SPREAD, *others)).total - found.optimised, abs=1e-6)
    assert {each.state for each in found.levers} == {"on"}
    assert sum(each.alone for each in found.levers) != pytest.approx(found.base - found.optimised), (
        "they don't interact"
    )


def test_a_lever_that_is_not_applicable_saves_nothing():
    found = {each.name: each for each in levers({"training_route": "API", "serving_route": "API"}).levers}
    for name in ("smaller_model", "adapter", "spot"):
        each = found[name]
        assert (each.state, each.one_off_cost, each.alone, each.together, each.payback_month) == (
            "not applicable", 0, 0, 0, "",
        )  # fmt: skip


def test_what_costs_more_than_it_saves_is_never_paid_back():
    caching = levers({"caching_share": 0}).levers[-1]
    assert caching.alone == pytest.approx(-4_000 * 1.1)
    assert caching.payback_month == "never"


def test_a_lever_that_costs_nothing_has_nothing_to_pay_back():
    found = {each.name: each for each in levers({"utilisation_lever_cost": 0}).levers}
    assert found["utilisation"].payback_month == 0


def test_the_case_may_have_levers_on_already():
    assert levers({"subset_lever": "yes"}).levers == levers().levers


def chosen(case, budget):
    """The best plan by estimates one by one: each combination of levers that could act."""
    plans = []
    for count in range(len(lever_names()) + 1):
        for names in itertools.combinations(lever_names(), count):
            found = estimate(switched(case, *names))
            plans.append((names, found.total, found["success_probability"]))
    fitting = [plan for plan in plans if plan[1] <= budget]
    if not fitting:
        return False, min(plans, key=lambda plan: round(plan[1], 2))[0]
    return True, min(fitting, key=lambda plan: (-round(plan[2], 9), round(plan[1], 2)))[0]


@pytest.mark.parametrize(
    ("case", "budget"),
    [({}, 500_000), ({}, 357_000), ({}, 300_000), (SPREAD, 700_000), ({"training_route": "API"}, 360_000)],
)
def test_the_best_plan_is_the_best_of_all(case, budget):
    plan = best_plan(case, budget)
    assert (plan.fits, plan.levers) == chosen(case, budget)
    found = estimate(switched(case, *plan.levers))
    assert plan.total == pytest.approx(found.total, rel=1e-12)
    assert plan.success_probability == pytest.approx(found["success_probability"], rel=1e-12)
    assert plan.one_off_cost == found["levers_cost"]


def test_a_smaller_budget_takes_from_the_chance_of_success_and_never_adds_to_it():
    plans = [best_plan({}, budget) for budget in (390_000, 357_500, 356_900, 356_000)]
    chances = [plan.success_probability for plan in plans if plan.fits]
    assert chances == sorted(chances, reverse=True)
    assert [plan.fits for plan in plans] == [True, True, True, False]
    assert chances[0] > chances[-1]


def test_what_changes_nothing_is_not_taken():
    """A tie goes to fewer levers, and of as many to those declared first."""
    free = {"preparation_lever_cost": 0, "preparation_hours_saved": 0, "preparation_labels_saved": 0}
    assert "preparation" not in best_plan(free).levers
    same = {f"{name}_lever_cost": 0 for name in ("utilisation", "caching")} | {"environment_share": 0}
    assert best_plan(same) == best_plan(same)


@pytest.mark.parametrize(("budget", "says"), [(0, "budget = 0"), (-5, "budget = -5"), (float("nan"), "budget = nan")])
def test_a_budget_that_is_none(budget, says):
    with pytest.raises(XlcostError, match=f"{says}: an amount in USD is wanted, above 0"):
        best_plan({}, budget)


def test_in_words():
    assert best_plan({}, 300_000).sentence.startswith("Nothing fits 300,000 USD. The cheapest: ")
    assert best_plan({}, 400_000).sentence.startswith("Within 400,000 USD: ")
    assert best_plan(Case.of({f"{name}_lever_cost": 1e6 for name in lever_names()})).sentence == (
        f"The cheapest of all combinations: no lever: {estimate().total:,.0f} USD, "
        f"chance of a model that ships {estimate()['success_probability']:.1%}."
    )


def test_a_total_that_is_an_error_has_no_levers():
    with pytest.raises(XlcostError, match="'GPUs' has no 'Default offer'"):
        levers({"gpu": "MI300X"})


def test_a_lever_by_its_name():
    assert known_lever(" Subset_Lever ") == known_lever("subset") == "subset"
    with pytest.raises(XlcostError, match="lever = 'subsett' is no lever; did you mean subset") as refused:
        known_lever("subsett")
    assert refused.value.error is CellError.VALUE


def test_frames():
    frame = levers().frame()
    assert list(frame.index) == list(lever_names())
    assert frame.loc["caching", "alone"] < 0
    assert list(best_plan().frame().index) == list(best_plan().levers)


def test_spot_changes_training_only_whatever_price_was_quoted():
    quoted = estimate({"gpu_price": 3.1, "models_to_ship": 40})
    on_spot = estimate({"gpu_price": 3.1, "models_to_ship": 40, "spot_lever": "yes"})
    assert on_spot["deployment_cost"] == quoted["deployment_cost"]
    assert on_spot["spot_state"] == "on"
    runs = on_spot["billed_gpu_hours"] * on_spot["spot_price"]
    assert on_spot["run_cost"] == pytest.approx(runs) != pytest.approx(quoted["run_cost"])


def test_every_lever_is_declared_completely():
    """A switch, a start month and a one-off cost, and a quantity that says what becomes of it. All are off."""
    assert len(lever_names()) == 9
    for name in lever_names():
        assert graph().drivers[f"{name}_lever"].default == "no"
        assert {f"{name}_lever_month", f"{name}_lever_cost"} < set(graph().drivers)
        assert f"{name}_state" in graph().quantities


def test_levers_that_are_on_are_paid_once_whatever_the_case():
    dice = random.Random(4)
    for _ in range(40):
        months = {f"{name}_lever_month": dice.choice([0, 0, 6, 36, 40]) for name in lever_names()}
        case = switched({**SPREAD, **months, "horizon_months": 36}, *dice.sample(lever_names(), 5))
        found = estimate(case)
        assert found["check_levers"] == pytest.approx(0, abs=1e-6)
        assert found["check_total"] == pytest.approx(0, abs=1e-6)
        late = [name for name in lever_names() if found[f"{name}_state"] == "too late"]
        paid = sum(found[f"{name}_lever_cost"] for name in lever_names() if found[f"{name}_state"] == "on")
        assert found["levers_cost"] == paid
        assert all(months[f"{name}_lever_month"] > 0 for name in late)
