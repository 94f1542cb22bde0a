"""Ranges: how low and how high a cost may be, and what moves it."""

import math

import pytest

from xlcost import Case, estimate
from xlcost.analysis.case import known_inputs
from xlcost.analysis.estimate import STAGE_COSTS
from xlcost.analysis.ranges import RANGED, Range, _combined, _moved, ranges
from xlcost.analysis.uncertainty import unsure
from xlcost.errors import CellError, XlcostError
from xlcost.model import graph

SURE = {
    each.name: {"value": each.default, "source": "known"}
    for each in known_inputs().values()
    if each.kind == "number" and each.default is not None
} | {"mfu": {"value": 0.4, "source": "measured"}, "gpu_price": {"value": 2.95, "source": "quote"}}
SURE |= {"on_demand_price": {"value": 2.95, "source": "quote"}}
SURE |= dict.fromkeys(("judge_model", "synthetic_model"), "openai gpt-4.1")  # chosen, so at its list price


def sure_but_for(**unsure) -> Case:
    """A case in which everything is known but for these."""
    return Case.of({**SURE, **unsure})


def ends(each: Range) -> tuple[float, float]:
    assert each.low is not None
    assert each.high is not None
    return each.low, each.high


def test_two_drivers_are_combined_as_independent_ones():
    """ln 2 = 0.693147 and ln 3 = 1.098612: the root of 0.480453 + 1.206949 is 1.299000, and e to it 3.66563."""
    found = _combined(100.0, [("a", (50.0, 200.0)), ("b", (100 / 3, 300.0))])
    assert ends(found) == pytest.approx((100 / 3.66563, 366.563), rel=1e-5)
    assert found.drivers == pytest.approx({"b": 300 - 100 / 3, "a": 150})


def test_what_is_dear_at_its_low_counts_on_the_side_where_it_ends():
    assert ends(_combined(100.0, [("speed", (200.0, 50.0))])) == pytest.approx((50, 200))
    assert ends(_combined(100.0, [("odd", (150.0, 120.0))])) == pytest.approx((100, 150))


def test_costs_that_may_be_nothing_are_compared_by_differences():
    """300 and 400 more: 500. Less than nothing is not possible."""
    assert ends(_combined(0.0, [("a", (0.0, 300.0)), ("b", (0.0, 400.0))])) == pytest.approx((0, 500))
    assert ends(_combined(100.0, [("a", (0.0, 100.0)), ("b", (0.0, 100.0))])) == pytest.approx((0, 100))


def test_everything_known_is_no_range():
    for each in ranges(sure_but_for()).values():
        assert ends(each) == (each.base, each.base)
        assert each.drivers == {}


def test_a_single_driver_spans_what_the_model_says_at_its_ends():
    given = {"value": 0.08, "source": "quote", "low": 0.05, "high": 0.2}
    found = ranges(sure_but_for(label_price=given))
    for name in RANGED:
        low, high = (estimate(sure_but_for(label_price=price))[name] for price in (0.05, 0.2))
        assert ends(found[name]) == pytest.approx((low, high), rel=1e-9), name
    assert list(found["data_cost"].drivers) == ["label_price"]
    assert found["talent_cost"].drivers == {}


def test_the_catalogue_counts_where_a_case_says_nothing():
    sure = {name: value for name, value in SURE.items() if name != "label_price"}
    label = known_inputs()["label_price"]
    wanted = [estimate(Case.of({**sure, "label_price": price}))["data_cost"] for price in (label.low, label.high)]
    assert ends(ranges(sure)["data_cost"]) == pytest.approx(wanted, rel=1e-9)


def test_an_amount_without_a_source_is_unsure_by_the_same_factor():
    """0.012 to 0.08 to 0.5 is 0.15 times to 6.25 times: of 0.4 it is 0.06 to 2.5."""
    wanted = [estimate(sure_but_for(label_price=price))["data_cost"] for price in (0.06, 2.5)]
    assert ends(ranges(sure_but_for(label_price=0.4))["data_cost"]) == pytest.approx(wanted, rel=1e-9)


def test_a_share_without_a_source_is_unsure_by_the_same_difference_within_its_bounds():
    """0.1 to 0.25 to 0.5: of 0.9 it is 0.75 to 1."""
    wanted = [estimate(sure_but_for(success_share=share))["iteration_cost"] for share in (1, 0.75)]
    assert ends(ranges(sure_but_for(success_share=0.9))["iteration_cost"]) == pytest.approx(wanted, rel=1e-9)


def test_decisions_stay():
    assert known_inputs()["horizon_months"].low != known_inputs()["horizon_months"].high
    names = set(ranges()["total_cost"].drivers)
    assert names.isdisjoint({"horizon_months", "models_to_ship", "gpus", "contingency_share", "examples"})
    assert ranges(sure_but_for(annotators=1))["data_cost"].drivers == {}


def test_the_mfu_is_as_unsure_as_the_model_says():
    sure = {name: value for name, value in SURE.items() if name != "mfu"}
    ends_of_mfu = (estimate(sure)[end] for end in ("mfu_high", "mfu_low"))
    best, worst = (estimate({**sure, "mfu": mfu})["training_cost"] for mfu in ends_of_mfu)
    found = ranges(sure)["training_cost"]
    assert ends(found) == pytest.approx((best, worst), rel=1e-9)
    assert best < found.base < worst
    assert list(found.drivers) == ["mfu"]
    assert "mfu" not in ranges({"mfu": {"value": 0.3, "source": "measured"}})["training_cost"].drivers
    assert "mfu" in ranges({"mfu": 0.3})["training_cost"].drivers


def test_a_price_that_a_case_gives_may_have_a_range():
    given = {"value": 3.0, "source": "offer", "low": 2.0, "high": 5.0}
    wanted = [estimate(sure_but_for(gpu_price=price))["deployment_cost"] for price in (2.0, 5.0)]
    assert ends(ranges(sure_but_for(gpu_price=given))["deployment_cost"]) == pytest.approx(wanted, rel=1e-9)


def test_a_price_of_the_catalogue_is_as_unsure_as_the_quotes_of_others_for_the_same_gpu():
    """H100-SXM, on demand: 2.45 at the cheapest, 12.29 at the dearest of those that sell it for any use."""
    sure = {name: value for name, value in SURE.items() if name not in ("gpu_price", "on_demand_price")}
    wanted = [estimate({**sure, "on_demand_price": price})["deployment_cost"] for price in (2.45, 12.29)]
    found = ranges(sure)["deployment_cost"]
    assert list(found.drivers) == ["on_demand_price"]
    assert ends(found) == pytest.approx(wanted, rel=1e-9)


def test_a_price_without_a_source_is_as_unsure_as_that_of_the_catalogue():
    """2.45 to 2.95 to 12.29: of 5.9, twice as much, it is 4.90 to 24.58."""
    sure = {name: value for name, value in SURE.items() if name != "gpu_price"}
    wanted = [estimate({**sure, "gpu_price": price})["deployment_cost"] for price in (4.90, 24.58)]
    found = ranges({**sure, "gpu_price": 5.9})["deployment_cost"]
    assert list(found.drivers) == ["gpu_price"]
    assert ends(found) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("name", Case.shipped())
def test_the_base_lies_between_and_no_cost_is_negative(name):
    found = estimate(Case.shipped()[name])
    assert list(ranges(found)) == list(RANGED)
    for cost, each in ranges(found).items():
        low, high = ends(each)
        if name == "Stretch" and cost == "levers_cost":
            assert (low, each.base, high) == (0, 0, 0)  # none is on
            continue
        assert 0 <= low < each.base < high < math.inf
        assert each.base == found[cost]
        assert list(each.drivers.values()) == sorted(each.drivers.values(), reverse=True)


def test_the_batch_says_what_the_model_says():
    spans = {name: each.spans for name, each in unsure(estimate()).items() if not each.is_looked_up}
    moved = dict(_moved(estimate(), spans, graph().drivers, ()))
    assert len(spans) > 50
    for name, members in spans.items():
        for end in (0, 1):
            keys = [each.name for each in known_inputs().values() if each.of == name]
            wanted = estimate(dict(zip(keys, (span[end + 1] for span in members), strict=True)))
            for cost in RANGED:
                assert moved[name][cost][end] == pytest.approx(wanted[cost], rel=1e-9), (name, cost)


def test_what_is_not_known_has_no_range_and_the_rest_has():
    found = ranges({"gpu": "MI300X"})
    assert found["total_cost"] == Range(None, CellError.NA, None, {})
    low, high = ends(found["data_cost"])
    assert low < found["data_cost"].base < high


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"value": 3.1, "low": 2}, "gpu_price: a range has both `low` and `high`"),
        ({"value": 3.1, "low": 4, "high": 5}, "gpu_price = 3.1 lies outside of its own range, 4 to 5"),
        ({"value": 3.1, "low": 2, "high": "5"}, "gpu_price = '5': a number is wanted"),
        ({"value": 3.1, "low": -2, "high": 5}, "gpu_price = -2: between 0 and"),
        ({"value": 3.1, "lowest": 2}, "gpu_price.lowest: a value has `value`"),
    ],
)
def test_a_range_that_is_refused(value, message):
    with pytest.raises(XlcostError) as refused:
        Case.of({"gpu_price": value})
    assert str(refused.value).startswith(message)


def test_a_text_has_no_range():
    with pytest.raises(XlcostError, match="gpu: a text has no low and no high"):
        Case.of({"gpu": {"value": "H100-SXM", "low": 1, "high": 2}})


def test_stages_are_ranged_in_the_order_of_the_lifecycle():
    assert (*STAGE_COSTS, "total_cost") == RANGED


def test_the_price_of_an_offer_that_is_chosen_is_known():
    """Which provider it will be is what was unsure of it."""
    open_, chosen = unsure(estimate()), unsure(estimate({"gpu_offer": "nebius H100-SXM"}))
    assert open_["on_demand_price"].spans == [(2.95, 2.45, 12.29)]
    assert "on_demand_price" not in chosen


def test_an_assumption_makes_nothing_sure():
    known, assumed, said = (
        ranges(
            {"launch_requests": {"value": 400_000, "source": source}}
            if source is not None
            else {"launch_requests": 400_000}
        )
        for source in ("contract 4711", "Assumption of ours: as many as last year", None)
    )
    assert assumed == said
    assert "launch_requests" in assumed["total_cost"].drivers
    assert "launch_requests" not in known["total_cost"].drivers
