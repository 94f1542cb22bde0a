"""The graph of one case: the same numbers as the whole graph, with nothing computed that has no bearing."""

import numpy as np
import pytest

from xlcost import Case, estimate
from xlcost.model import arrays, graph
from xlcost.model.specialised import specialised, varying_code, with_bearing

WANTED = ("total_cost", "total_flow", "failure_share", "deployment_cost")
VARYING = {
    "label_price": (0.01, 1.0), "success_share": (0.05, 0.9), "gpu_price_change": (-0.2, 0.1), "gpu_life": (2.0, 6.0),
    "launch_requests": (0.0, 2e6), "quality_start": (0.6, 0.99), "build_months": (1, 11), "input_tokens": (10, 5e3),
}  # fmt: skip
CASES = [
    *(Case.shipped()[name] for name in Case.shipped()),
    Case(),
    Case.of({"serving_route": "API", "training_route": "API"}),
    Case.of({"purchase": "spot", "retrain_basis": "calendar", "horizon_months": 12, "deprecation_months": 7}),
    Case.of({"purchase": "owned", "retrain_basis": "cost", "people_basis": "team", "horizon_months": 60}),
    Case.of({"gpu_price": 3.1, "mfu": 0.2, "drift_shape": "linear"}),
]


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_it_says_what_the_whole_graph_says(case):
    found = estimate(case)
    generator = np.random.default_rng(3)
    drawn = {name: generator.uniform(*ends, 300) for name, ends in VARYING.items()}
    drawn["build_months"] = np.rint(drawn["build_months"])
    given = [name for name in graph().inputs if graph().overridable(name) and name in case.given]
    inputs = [*graph().drivers, *given]
    whole = arrays.compiled(graph(), WANTED, inputs)({**case.complete(), **drawn})
    until = int(found["horizon_months"]) + 1
    model, fixed = specialised(graph(), found.values, VARYING, given, {"month": until})
    names = with_bearing(model, fixed, WANTED, list(VARYING))
    with np.errstate(all="ignore"):
        result = varying_code(model, fixed, WANTED, names)(*(drawn[name] for name in names))
    for name, values in zip(WANTED, result, strict=True):
        wanted = whole[name]
        if name == "total_flow":
            wanted, nothing = wanted[:, :until], wanted[:, until:]
            assert not np.any(nothing)
            values = np.array([np.broadcast_to(each, 300) for each in values]).T
        assert np.broadcast_to(values, wanted.shape) == pytest.approx(wanted, rel=1e-12, nan_ok=True), name


def test_what_has_no_bearing_is_left_out():
    found = estimate()
    model, fixed = specialised(graph(), found.values, VARYING, (), {"month": 37})
    names = with_bearing(model, fixed, ["total_cost"], list(VARYING))
    assert "gpu_life" not in names  # bought on demand
    assert "input_tokens" not in names  # answered on own GPUs
    assert {"label_price", "success_share", "build_months"} <= set(names)
    computed = {each.name for each in model.ancestry(["total_cost"], [*names, *fixed])}
    assert computed.isdisjoint({"spot_price", "api_request_cost", "owned_gpu_price"})


def test_levers_that_are_off_leave_nothing_to_draw():
    """A share that a lever would save is multiplied by 0; with the lever on it counts."""
    saved = ["utilisation_hours_saved", "utilisation_lever_cost", "caching_share", "pipeline_lever_cost", "label_price"]
    for case, wanted in ((Case(), ["label_price"]), (Case.shipped()["Lean"], saved)):
        model, fixed = specialised(graph(), estimate(case).values, saved, (), {"month": 37})
        assert with_bearing(model, fixed, ["total_cost"], saved) == wanted


def test_nothing_times_what_may_be_an_error_stays():
    """Requests that are 0 all the time, times a price that may be infinite: as in a cell, that is no number."""
    found = estimate({"launch_requests": 0, "serving_route": "API"})
    model, fixed = specialised(graph(), found.values, ["output_tokens"], (), {"month": 37})
    assert with_bearing(model, fixed, ["total_cost"], ["output_tokens"]) == ["output_tokens"]
