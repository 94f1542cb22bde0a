"""What moved the cost: by hand, by brute force, and the properties that make an attribution one."""

import itertools
import math

import pytest

from xlcost import Case, compare, estimate
from xlcost.analysis import comparison
from xlcost.analysis.comparison import COSTS
from xlcost.errors import XlcostError

BASE = Case()
SUPPORT = {"label_price": 0.35, "annotators": 1, "min_replicas": 2, "input_tokens": 1200, "build_months": 4}
MIXED = {"gpu": "A100-80GB", "method": "full", "model": "Qwen2.5-14B", "mfu": 0.3, "role_hires.ml_engineer": 2}
PAIRS = {
    "lean": (BASE, Case.shipped()["Lean"]),
    "stretch": (BASE, Case.shipped()["Stretch"]),
    "mixed": (BASE, Case.of(MIXED)),
    "from one to the other": (Case.of(MIXED), Case.of(SUPPORT)),
}


def moved(found, cost="total_cost"):
    return {each.driver: each.cents[cost] for each in found.effects}


def test_two_drivers_that_multiply_worked_by_hand():
    """10,000 labels made 1.12 times: from 3 x 0.08 to 1 x 0.20 USD.

    Annotators: at 0.08 they save 2 x 0.08 x 11,200 = 1,792, at 0.20 they save 4,480; half of each is 3,136.
    The price: with 3 it costs 3 x 0.12 x 11,200 = 4,032 more, with 1 it costs 1,344; half of each is 2,688.
    """
    plain = {"examples": 10_000, "rework_share": 0.12, "label_management_share": 0, "data_pass_share": 1}
    before = {**plain, "annotators": 3, "label_price": 0.08}
    found = compare(before, {**before, "annotators": 1, "label_price": 0.20})
    assert moved(found, "data_cost") == {"annotators": -313_600, "label_price": 268_800}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=[*PAIRS])
def test_it_adds_up_to_the_cent(pair):
    found = compare(*pair)
    for cost in COSTS:
        change = found.cents_after[cost] - found.cents_before[cost]
        assert sum(each.cents[cost] for each in found.effects) == change
        assert found.cents_before[cost] == pytest.approx(found.before[cost] * 100, abs=1.5)
        assert found.cents_after[cost] == pytest.approx(found.after[cost] * 100, abs=1.5)
    for each in found.effects:
        assert sum(each.cents[cost] for cost in COSTS[:-1]) == each.cents["total_cost"]
    for cents in (found.cents_before, found.cents_after):
        assert sum(cents[cost] for cost in COSTS[:-1]) == cents["total_cost"]
    assert found.change == pytest.approx(found.after.total - found.before.total, abs=0.011)
    assert math.fsum(found.frame()["total_cost"]) == pytest.approx(found.change, abs=1e-6)


@pytest.mark.parametrize("most", [comparison.MOST_EXACT, 0], ids=["all orders", "some orders"])
@pytest.mark.parametrize("pair", PAIRS.values(), ids=[*PAIRS])
def test_the_other_way_round_turns_every_sign(pair, most, monkeypatch):
    monkeypatch.setattr(comparison, "MOST_EXACT", most)
    there, back = compare(*pair), compare(*reversed(pair))
    # What has no bearing is set aside before orders are counted.
    assert (there.orders is None) == (len(there.effects) - len(there.idle) <= most)
    assert there.orders in (None, comparison.SAMPLED)
    assert moved(back) == {driver: -cents for driver, cents in moved(there).items()}


def test_it_is_the_average_over_all_orders():
    """By brute force, with the scalar code: 120 orders of 5 drivers, one of them computed in the one case."""
    found = compare({}, MIXED)
    sums = dict.fromkeys(MIXED, 0.0)
    totals = {
        names: estimate({name: MIXED[name] for name in names}).total
        for size in range(len(MIXED) + 1)
        for names in map(frozenset, itertools.combinations(MIXED, size))
    }
    orders = list(itertools.permutations(MIXED))
    for order in orders:
        for place, name in enumerate(order):
            sums[name] += totals[frozenset(order[: place + 1])] - totals[frozenset(order[:place])]
    for name, cents in moved(found).items():
        assert cents / 100 == pytest.approx(sums[name] / len(orders), abs=0.05)


def test_some_orders_come_near_to_all(monkeypatch):
    exact = moved(compare(*PAIRS["stretch"]))
    monkeypatch.setattr(comparison, "MOST_EXACT", 0)
    found = compare(*PAIRS["stretch"])
    assert found.orders == comparison.SAMPLED
    assert sum(moved(found).values()) == sum(exact.values())
    off = max(abs(cents - exact[driver]) for driver, cents in moved(found).items())
    assert 0 < off < 0.002 * sum(exact.values())


def test_the_order_of_the_values_changes_nothing():
    assert moved(compare({}, MIXED)) == moved(compare({}, dict(reversed(MIXED.items()))))


def test_what_moves_nothing_is_listed_as_such():
    found = compare({}, {"examples": 12_000, "replaced_spend": 26_000, "api_hosting_price": 2})
    assert [each.driver for each in found.effects if each.moves] == ["examples"]
    assert {each.driver for each in found.idle} == {"replaced_spend", "api_hosting_price"}


def test_the_same_case_has_no_effects():
    found = compare(BASE, Case.of({"examples": estimate()["examples"]}))
    assert (found.effects, found.change) == ((), 0)
    assert list(found.frame().columns) == ["before", "after", *COSTS]


def test_a_total_that_is_unknown_is_refused_with_the_driver_that_brings_it():
    with pytest.raises(XlcostError, match=r"MI300X.*; gpu brings it"):
        compare({}, {"gpu": "MI300X", "examples": 12_000})
    with pytest.raises(XlcostError, match=r"; gpu brings it"):
        compare({"gpu": "MI300X", "examples": 12_000}, {})


@pytest.mark.parametrize("most", [comparison.MOST_EXACT, 0], ids=["all orders", "some orders"])
def test_orders_through_an_error_are_left_out(most, monkeypatch):
    """A GPU without an offer can be chosen once an offer is named: one order of the two is possible."""
    monkeypatch.setattr(comparison, "MOST_EXACT", most)
    offer, gpu = {"gpu_offer": "nebius H200"}, {"gpu": "MI300X"}
    found = compare({}, {**offer, **gpu})
    first = estimate(offer).total - estimate().total
    assert moved(found)["gpu_offer"] == pytest.approx(first * 100, abs=4)
    assert moved(found)["gpu"] == pytest.approx((found.after.total - estimate(offer).total) * 100, abs=4)
    assert [*found.barred] == ["gpu"]
    assert "MI300X" in found.barred["gpu"]
    assert moved(compare({**offer, **gpu}, {})) == {driver: -cents for driver, cents in moved(found).items()}


def test_shared_out_never_gives_to_what_is_nothing():
    assert comparison._shared_out([0.5, 0.0, 0.5], 1) == [1, 0, 0]
    assert comparison._shared_out([-0.5, 0.0, -0.5], -1) == [-1, 0, 0]
    assert comparison._shared_out([10.4, -3.4], 7) == [10, -3]
    assert comparison._shared_out([2.6, 2.6, -1.2], 4) == [3, 2, -1]
