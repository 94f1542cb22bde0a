"""Simulation: closed forms, the same bits however it is cut, percentiles, events, what fails and what is refused."""

import math

import numpy as np
import pytest
from scipy import stats

import xlcost.analysis.simulation as module
from xlcost import Case, estimate, simulate, tornado
from xlcost.analysis.case import known_inputs
from xlcost.analysis.distributions import Discrete, Lognormal, Pert, Uniform
from xlcost.analysis.draws import Stream, sampler
from xlcost.analysis.events import Event, all_events
from xlcost.analysis.sketch import Counts
from xlcost.analysis.uncertainty import RANGED, unsure
from xlcost.errors import CellError, XlcostError
from xlcost.model.inputs import Refused

SURE = {
    each.name: {"value": each.default, "source": "known"}
    for each in known_inputs().values()
    if each.kind == "number" and each.default is not None
} | {
    # What is looked up is as unsure as the published runs, and as far apart as the offers are.
    "mfu": {"value": 0.4, "source": "measured"},
    # As many experiments as it takes is sure only of one.
    "experiment_cap": {"value": 1, "source": "agreed"},
    "on_demand_price": {"value": estimate()["on_demand_price"], "source": "agreed"},
    "judge_model": "openai gpt-4.1",
    "synthetic_model": "openai gpt-4.1",
    "tuning_offer": "openai gpt-4.1-mini SFT",
}
TRIALS = 40_000


def sure(**values) -> Case:
    return Case.of({**SURE, **values})


def within(found, mean, deviation, n=TRIALS):
    return abs(found - mean) < 3 * deviation / math.sqrt(n)


# What is known in closed form


def test_what_is_sure_is_sure():
    found = simulate(sure(), 1000)
    base = estimate(sure())
    for name in RANGED:
        assert found[name].p10 == found[name].p90 == found[name].mean == pytest.approx(base[name], rel=1e-12)
        assert found[name].deviation == 0
    assert found.rank_correlations == {}
    assert unsure(base).keys() == {"fast_mfu", "usual_mfu"}  # which have no bearing, since the MFU is measured
    assert found.base_percentile == 1.0
    assert found.contingency == pytest.approx(0, abs=1e-6)


def test_the_mean_of_a_cost_that_is_linear_in_a_driver():
    """A PERT 5, 8, 20 has the mean 9.5: the cost of the mean is the mean of the cost."""
    pert = Pert(5_000, 8_000, 20_000)
    found = simulate(sure(), TRIALS, distributions={"collection_cost": pert})
    wanted = estimate(sure(collection_cost={"value": 9_500, "source": "known"}))
    # What is collected is kept, and a share of it is refreshed with each retrain: the slope is from two estimates.
    other = estimate(sure(collection_cost={"value": 10_500, "source": "known"}))
    for name in ("data_cost", "total_cost"):
        slope = (other[name] - wanted[name]) / 1000
        assert within(found[name].mean, wanted[name], slope * pert.deviation)
        assert found[name].deviation == pytest.approx(slope * pert.deviation, rel=0.02)


def test_the_mean_of_a_product_of_independent_drivers():
    """E[price] E[1 + rework], where they don't move together."""
    price, rework = Lognormal(0.05, 0.2), Uniform(0.0, 0.5)
    found = simulate(sure(), TRIALS, distributions={"label_price": price, "rework_share": rework}, correlations={})[
        "data_cost"
    ]
    given = {"label_price": {"value": price.mean, "source": "x"}, "rework_share": {"value": rework.mean, "source": "x"}}
    assert within(found.mean, estimate(sure(**given))["data_cost"], found.deviation)


def test_the_percentiles_of_a_cost_are_those_of_its_driver():
    distribution = Lognormal(0.05, 0.2)
    found = simulate(sure(), TRIALS, distributions={"label_price": distribution})
    for p in (0.1, 0.5, 0.8, 0.9):
        price = float(distribution.quantile(p))
        at = estimate(sure(label_price={"value": price, "source": "x"}))["total_cost"]
        assert abs(found.share_upto(at) - p) < 4 * math.sqrt(p * (1 - p) / TRIALS)
        assert found.budget_risk(at) == 1 - found.share_upto(at)


def test_a_list_is_drawn_as_one():
    found = simulate(sure(), TRIALS, distributions={"annotators": Discrete((1, 3), (0.25, 0.75))})
    costs = {k: estimate(sure(annotators={"value": k, "source": "x"}))["data_cost"] for k in (1, 3)}
    assert (found["data_cost"].p10, found["data_cost"].p90) == pytest.approx((costs[1], costs[3]))
    assert abs(found.share_upto(costs[1] * 1.0001, "data_cost") - 0.25) < 3 * math.sqrt(0.25 * 0.75 / TRIALS)


def test_the_number_of_experiments_is_derived():
    names = set(unsure(estimate()))
    assert names.isdisjoint({"experiments", "expected_experiments", "experiment_cap"})
    found = simulate(None, 2000, distributions={"success_share": Uniform(0.2, 0.3)})
    assert 0.7**12 < found.never_ships < 0.8**12


def iterating(cap, models=1, share=0.25):
    """A case that is sure but for how many experiments it takes; and what one more for each model costs."""
    numbers = {"experiment_cap": cap, "models_to_ship": models, "success_share": share}
    case = sure(**{name: {"value": value, "source": "agreed"} for name, value in numbers.items()})
    return case, models * estimate(case)["sweep_factor"] * estimate(case)["experiment_cost"]


@pytest.mark.parametrize("models", [1, 2, 5])
def test_experiments_are_negative_binomial(models):
    """Runs until r are good enough: mean r / p, variance r (1 - p) / p^2; for each model, that over r and over r^2."""
    case, one_more = iterating(cap=500, models=models)
    found = simulate(case, TRIALS)["iteration_cost"]
    deviation = one_more * math.sqrt(0.75 / 0.25**2 / models)
    assert found.deviation == pytest.approx(deviation, rel=0.03)
    assert within(found.mean, estimate(case)["iteration_cost"], deviation)


def test_experiments_end_at_the_cap():
    """1, 2 or 3 of them: with the chances 1/4, 3/16 and 9/16; the mean is 2.3125."""
    case, one_more = iterating(cap=3)
    found = simulate(case, TRIALS)
    assert within(found["iteration_cost"].mean, estimate(case)["iteration_cost"], found["iteration_cost"].deviation)
    amounts = found.kept["iteration_cost"]
    steps = np.rint((amounts - amounts.min()) / one_more)
    for number, chance in enumerate((1 / 4, 3 / 16, 9 / 16)):
        assert abs(np.mean(steps == number) - chance) < 3 * math.sqrt(chance * (1 - chance) / TRIALS)
    assert found.rank_correlations == pytest.approx({"expected_experiments": 1.0})


def test_many_models_average_out():
    case, one_more = iterating(cap=500, models=200)
    found = simulate(case, 2000)["iteration_cost"]
    assert found.deviation <= one_more * math.sqrt(0.75 / 0.25**2 / 32) * 1.1
    assert within(found.mean, estimate(case)["iteration_cost"], found.deviation, 2000)


# The batch says what the model says


@pytest.mark.parametrize("name", [*Case.shipped(), ""])
def test_each_draw_is_an_estimate(name):
    case = (Case.shipped()[name] if name else Case()).with_values({"experiment_cap": 1})
    found = estimate(case)
    known = unsure(found)
    drawn = simulate(case, 3, seed=9)
    totals = drawn.kept["total_cost"]
    wanted = []
    for number in range(3):
        values = {}
        for each in known.values():
            keys = [key for key, one in known_inputs().items() if one.of == each.name]
            if not keys:
                continue  # looked up upstream of the MFU, which is drawn itself
            uniform = Stream(9, each.name).next(3)
            for key, member in zip(keys, each.members, strict=True):
                if member.distribution is not None:
                    draw = sampler(member.distribution, member.minimum, member.maximum, member.whole)
                    values[key] = float(draw(uniform)[number])
        price, rework = stats.norm.ppf([Stream(9, name).next(3)[number] for name in ("label_price", "rework_share")])
        moved = stats.norm.cdf(0.3 * price + math.sqrt(1 - 0.09) * rework)
        if "rework_share" in values:
            member = known["rework_share"].members[0]
            values["rework_share"] = float(member.distribution.quantile(moved))
        wanted.append(estimate(case.with_values(values))["total_cost"])
    assert totals == pytest.approx(sorted(wanted), rel=1e-5)


def test_months_add_up():
    found = simulate(None, 5000)
    base = estimate()
    assert len(found.months) == len(found.cumulative) == base["horizon_months"] + 1
    assert found.cumulative[-1].mean == pytest.approx(found.total.mean, rel=1e-9)
    assert found.cumulative[-1].p80 == pytest.approx(found.total.p80, rel=1e-3)
    assert sum(each.mean for each in found.months) == pytest.approx(found.total.mean, rel=1e-9)
    assert sum(found[name].mean for name in RANGED[:-1]) == pytest.approx(found.total.mean, rel=1e-9)


# The same bits


def test_the_same_bits_for_any_number_of_threads_and_any_chunk(monkeypatch):
    trials = 3 * 8192 + 77
    wanted = simulate(None, trials, 7, events=all_events())
    for threads, chunk in ((2, 4), (4, 8), (1, 1), (3, 2)):
        monkeypatch.setattr(module, "CHUNK", chunk)
        found = simulate(None, trials, 7, threads=threads, events=all_events())
        for field in ("costs", "months", "cumulative", "rank_correlations", "never_ships", "failed"):
            assert getattr(found, field) == getattr(wanted, field), (threads, chunk, field)
    assert simulate(None, trials, 8).total != wanted.total


def test_more_draws_begin_with_the_same(monkeypatch):
    few, many = (simulate(None, trials).kept["total_cost"] for trials in (1000, 5000))
    assert np.isin(few, many).all()


def test_another_unsure_driver_changes_no_draw_of_the_others():
    one = simulate(sure(), 500, distributions={"label_price": Uniform(0.1, 0.2)})
    two = simulate(sure(), 500, distributions={"label_price": Uniform(0.1, 0.2), "gateway_cost": Uniform(1, 2)})
    assert one["data_cost"] == two["data_cost"]


# Percentiles from counts


def test_counts_hold_percentiles_within_a_thousandth():
    values = np.concatenate([sampler(Lognormal(1e3, 1e6), 0, math.inf, False)(Stream(2, "x").next(100_000))])
    counts = Counts()
    for start in range(0, len(values), 7777):
        counts.add(values[start : start + 7777])
    for p in (0.001, 0.1, 0.5, 0.8, 0.9, 0.999):
        assert counts.percentile(p) == pytest.approx(np.quantile(values, p), rel=1e-3)
        assert counts.share_upto(float(np.quantile(values, p))) == pytest.approx(p, abs=1e-3)
    assert counts.percentile(0.0) == values.min()
    assert counts.percentile(1.0) == values.max()


def test_counts_of_nothing_of_less_than_nothing_and_of_one():
    counts = Counts()
    assert math.isnan(counts.percentile(0.5))
    values = np.array([-100.0, -50.0, 0.0, 0.0, 1e-9, 50.0, 100.0, 200.0, 300.0])
    counts.add(values)
    assert counts.percentile(0.5) == pytest.approx(0, abs=1e-3)
    assert counts.percentile(0.05) == pytest.approx(-80, rel=2e-3)  # 0.4 of the way from -100 to -50
    assert counts.share_upto(-1.0) == pytest.approx(2 / 9)
    one = Counts()
    one.add(np.full(10, 7.25))
    assert one.percentile(0.1) == one.percentile(0.9) == 7.25


def test_above_the_limit_counts_take_over_and_agree(monkeypatch):
    exact = simulate(None, 20_000)
    monkeypatch.setattr(module, "EXACT", 10_000)
    counted = simulate(None, 20_000)
    assert exact.is_exact
    assert not counted.is_exact
    for name in RANGED:
        assert counted[name].mean == exact[name].mean
        for field in ("p10", "p50", "p80", "p90"):
            assert getattr(counted[name], field) == pytest.approx(getattr(exact[name], field), rel=1e-3)
    assert counted.budget_risk(500_000) == pytest.approx(exact.budget_risk(500_000), abs=1e-3)


# What drives it


def test_rank_correlations_are_spearmans():
    found = simulate(None, 4000, correlations={})
    known = unsure(estimate())
    one = known["launch_requests"].members[0]
    draws = sampler(one.distribution, 0, math.inf, False)(Stream(1, "launch_requests").next(4000))
    order = simulate(sure(), 4000, distributions={"launch_requests": one.distribution, "gateway_cost": Uniform(0, 2e4)})
    totals = [
        estimate(sure(launch_requests=float(a), gateway_cost=float(b)))["total_cost"]
        for a, b in zip(draws[:150], 2e4 * Stream(1, "gateway_cost").next(150), strict=True)
    ]
    small = simulate(sure(), 150, distributions={"launch_requests": one.distribution, "gateway_cost": Uniform(0, 2e4)})
    assert small.rank_correlations["launch_requests"] == pytest.approx(
        stats.spearmanr(draws[:150], totals)[0], abs=0.02
    )
    assert list(order.rank_correlations) == ["gateway_cost", "launch_requests"]
    assert "gpu_life" not in found.rank_correlations  # bought on demand: it has no bearing
    values = [abs(value) for value in found.rank_correlations.values()]
    assert values == sorted(values, reverse=True)


def test_a_tornado_is_what_the_model_says_at_p10_and_p90():
    found = tornado()
    by_name = {bar.name: bar for bar in found.bars}
    bar = by_name["incidents"]
    assert (bar.p10, bar.p90) == pytest.approx((0.1, 2.0))
    wanted = [estimate({"incidents": value})["total_cost"] for value in (0.1, 2.0)]
    assert (bar.at_p10, bar.at_p90) == pytest.approx(wanted, rel=1e-9)
    swings = [each.swing for each in found.bars]
    assert swings == sorted(swings, reverse=True)
    assert "gpu_life" not in by_name
    assert list(found.frame()["swing"]) == swings
    assert tornado({"gpu": "MI300X"}).bars == ()
    assert {bar.name for bar in tornado(None, "data_cost").bars} <= set(by_name)


# Events


def test_a_programme_that_always_fails_pays_all_experiments_and_runs_nothing():
    case = sure(success_share={"value": 0.001, "source": "x"}, experiment_cap={"value": 1, "source": "x"})
    found = simulate(case, 4000, events=(Event.named("programme_fails"),))
    assert found.never_ships == pytest.approx(0.999)
    assert found["maintenance_cost"].p90 == 0
    assert found["iteration_cost"].p50 == pytest.approx(estimate(case)["iteration_cost"], rel=1e-9)


def test_failing_leaves_the_mean_of_iteration_as_it_is():
    without, with_it = (simulate(None, TRIALS, events=each) for each in ((), (Event.named("programme_fails"),)))
    assert without["iteration_cost"] == with_it["iteration_cost"]
    assert with_it["deployment_cost"].mean < without["deployment_cost"].mean


def test_an_event_acts_with_its_chance():
    event = "hiring_late"
    assert simulate(sure(), 500, events=(Event.named(event, 0.0),)).total.deviation == 0
    often = simulate(sure(), TRIALS, events=(Event.named(event, 0.3),))
    base = estimate(sure())["total_cost"]
    assert abs(np.mean(often.kept["total_cost"] < 1.000001 * base) - 0.7) < 0.01
    case = {name: value for name, value in SURE.items() if name != "deprecation_months"} | {"retrain_basis": "none"}
    never, always = (simulate(case, 500, events=(Event.named("base_model_retired", each),)) for each in (0.0, 1.0))
    assert never.total.deviation == 0
    assert always["maintenance_cost"].mean > never["maintenance_cost"].mean
    assert always["data_cost"] == never["data_cost"]


def test_what_a_case_decides_does_not_happen_to_it():
    case = sure(deprecation_months={"value": 24, "source": "x"})
    assert simulate(case, 500, events=(Event.named("base_model_retired", 1.0),)).total.deviation == 0


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: Event.named("earthquake"), "'earthquake' is not known"),
        (lambda: Event.named("hiring_late", 1.5), "chance of hiring_late = 1.5: between 0 and 1"),
        (lambda: Event.named("hiring_late", "x"), "a number is wanted"),
        (lambda: Event.named("programme_fails", 0.5), "failure_share, and no input"),
    ],
)
def test_an_event_that_is_refused(made, why):
    with pytest.raises(Refused, match=why):
        made()


# What fails, and what is refused


def test_draws_that_fail_are_counted_left_out_and_explained():
    case = sure(quality_start={"value": 0.9, "source": "x"}, quality_floor={"value": 0.7, "source": "x"})
    found = simulate(case, 5000, distributions={"gpu_price": Uniform(2, 4), "retrain_months": Uniform(1, 12)})
    assert found.failed == 0
    assert found.failure is None
    huge = simulate(sure(purchase="spot"), 3000, distributions={"interruptions": Uniform(0, 10),
                    "checkpoint_interval": Uniform(1, 8000)})  # fmt: skip
    assert 0 < huge.failed < 3000
    assert huge.failure is not None
    assert huge.failure.startswith("draw ")
    assert "#NUM!" in huge.failure
    assert len(huge.kept["total_cost"]) == 3000 - huge.failed
    assert math.isfinite(huge.total.mean)
    assert all(math.isfinite(each.p90) for each in huge.months)


@pytest.mark.parametrize(
    ("arguments", "error", "why"),
    [
        ({"trials": 0}, CellError.NUM, "trials = 0: a whole number is wanted, from 1 to"),
        ({"trials": -5}, CellError.NUM, "trials = -5"),
        ({"trials": 1.5}, CellError.NUM, "trials = 1.5"),
        ({"trials": "many"}, CellError.VALUE, "trials = 'many': a whole number is wanted"),
        ({"trials": True}, CellError.VALUE, "trials = True"),
        ({"trials": math.nan}, CellError.NUM, "trials = nan"),
        ({"trials": math.inf}, CellError.NUM, "trials = inf"),
        ({"seed": -1}, CellError.NUM, "seed = -1"),
        ({"seed": 0.5}, CellError.NUM, "seed = 0.5"),
        ({"seed": None}, CellError.VALUE, "seed = None"),
        ({"threads": 0}, CellError.NUM, "threads = 0"),
        ({"distributions": {"gpu_pric": Uniform(1, 2)}}, CellError.VALUE, "'gpu_pric' is not a driver; did you mean"),
        ({"distributions": {"gpu": Uniform(1, 2)}}, CellError.VALUE, "gpu is a text"),
        ({"distributions": {"role_hires.ml_engineer": Uniform(1, 2)}}, CellError.VALUE, "a member of role_hires"),
        ({"correlations": {("label_price", "rework"): 0.3}}, CellError.VALUE, "correlation of rework: no such driver"),
        ({"correlations": {("label_price", "rework_share"): 1.3}}, CellError.NUM, "between -1 and 1"),
        (
            {"correlations": {("a", "b"): 0.9}},
            CellError.VALUE,
            "no such driver",
        ),
    ],
)
def test_what_a_simulation_refuses(arguments, error, why):
    with pytest.raises(Refused, match=why) as refused:
        simulate(None, **{"trials": 100, **arguments})
    assert refused.value.error is error


def test_what_a_result_refuses():
    found = simulate(None, 100)
    for budget, error in ((0, CellError.NUM), (-1, CellError.NUM), (math.inf, CellError.NUM), ("x", CellError.VALUE)):
        with pytest.raises(Refused, match="budget") as refused:
            found.budget_risk(budget)
        assert refused.value.error is error
    with pytest.raises(Refused, match=r"probability = 1.5: between 0 and 1"):
        found.percentile(1.5)
    with pytest.raises(XlcostError, match="'npv' is not simulated"):
        found["npv"]
    with pytest.raises(XlcostError, match="'npv' has no tornado"):
        tornado(None, "npv")


def test_frames():
    found = simulate(None, 300)
    assert list(found.frame().index)[-1] == "Total cost"
    assert list(found.frame().columns) == ["base", "mean", "deviation", "p10", "p50", "p80", "p90"]
    assert len(found.months_frame()) == len(found.months)
    assert found.months_frame()["cumulative_p50"].iloc[-1] == found.cumulative[-1].p50


def test_what_ships_can_be_drawn():
    """The catalogue's correlations can all be at once, and what its events name is there."""
    from xlcost.analysis.draws import Copula
    from xlcost.model import graph

    catalog = graph().catalog
    Copula({each.drivers: each.correlation for each in catalog.correlations}, list(graph().drivers))
    for event in catalog.events.values():
        assert event.chance is not None or event.chance_of in graph().quantities
        assert event.help.endswith(".")
