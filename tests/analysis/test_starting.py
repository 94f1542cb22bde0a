"""Waiting and changing: what the quantities say, against estimates at other prices."""

import pytest

from xlcost import estimate

ROUTES = [{}, {"training_route": "API", "serving_route": "API"}, {"serving_route": "API"}, {"purchase": "spot"}]


@pytest.mark.parametrize("route", ROUTES)
def test_what_prices_save_is_what_an_estimate_at_those_prices_saves(route):
    """All prices of GPUs at 0.81, all of the API at 0.64: as after a year at -19% and -36%."""
    case = {**route, "gpu_price_change": -0.19, "api_price_change": -0.36, "wait_months": 12}
    now = estimate(case)
    gpu = {name: now[name] * 0.81 for name in ("gpu_price", "serving_gpu_price")}
    api = {name: now[name] * 0.64 for name in ("api_input_price", "api_output_price", "api_train_price")}
    then = estimate({**case, **gpu, **api})
    assert now["waited_price_saving"] > 0
    assert now["waited_price_saving"] == pytest.approx(now["present_cost"] - then["present_cost"], rel=1e-9)
    assert now["waited_cost"] == pytest.approx(then["present_cost"] / 1.09, rel=1e-9)


def test_nothing_changes_for_who_does_not_wait():
    found = estimate({"gpu_price_change": -0.2, "api_price_change": -0.3, "wait_months": 0, "replaced_spend": 9_000})
    assert found["waiting_value"] == pytest.approx(0, abs=1e-9)
    assert found["best_time"] == "start now"


def test_a_cheaper_route_opens_earlier_where_prices_fall_faster_and_never_where_it_is_too_late():
    by_api = {"serving_route": "API", "launch_requests": 3_000_000}
    months = [estimate({**by_api, "same_quality_price": price})["route_month"] for price in (0.025, 0.1, 0.34, 1)]
    assert months[:3] == sorted(months[:3])
    assert months[3] == "never"
    assert estimate({**by_api, "migration_cost": 1e7})["route_month"] == "never"


def test_the_better_the_pilot_the_more_it_is_worth_and_never_more_than_perfect_information():
    case = {"venture_value": 300_000, "venture_cost": 120_000, "pilot_price": 0, "pilot_months": 0}
    values = [
        estimate({**case, "pilot_sensitivity": quality, "pilot_specificity": quality}) for quality in (0.5, 0.7, 0.9, 1)
    ]
    worth = [each["pilot_option_value"] - max(0, each["commit_value"]) for each in values]
    assert worth == sorted(worth)
    assert worth[-1] == pytest.approx(values[-1]["evpi"])
    assert worth[0] == pytest.approx(0, abs=1e-6)  # a coin
