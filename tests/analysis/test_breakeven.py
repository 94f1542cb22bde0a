"""Break-even of a plan on GPUs of its own: what the formula says, against the case estimated at many volumes.

The formula takes demand as flat, and replicas as utilised as aimed for. So it is exact where demand is flat and
nobody minds to wait. Otherwise growth (fewer replicas at first, more at the end), the replicas that keep waiting
short, and the peak that is rounded up to whole replicas are not in it: a replica's cost a month is what it may be
wrong by. Traffic to the outside and the gateway are the same whoever answers, and change nothing.
"""

from pathlib import Path

import pytest

from xlcost import Case, estimate

WORKBOOK = Path(__file__).parents[2] / "workbook"
NAMES = ("support-assistant", "healthcare", "finance", "legal")
EXAMPLES = {name: Case.read(WORKBOOK / f"{name}.toml") for name in NAMES}
VOLUMES = {"prompt_breakeven_volume": "prompt_total_cost", "rag_breakeven_volume": "rag_total_cost"}
FLAT = {"request_growth": 0, "target_wait": 100_000}
PAIRS = [(name, volume) for name in NAMES for volume in VOLUMES]


def dearer_by(case, rival, volume):
    """What the plan costs more than a rival in a month that runs, at so many requests a month on average."""
    now = estimate(case)
    launch = volume * now["launch_requests"] / now["verdict_requests"]
    there = estimate(case.with_values({"launch_requests": launch}))
    return (there["plan_total_cost"] - there[rival]) / there["running_months"]


@pytest.mark.parametrize(("name", "volume"), PAIRS)
def test_where_demand_is_flat_and_may_wait_the_lines_cross_at_the_volume_and_nowhere_below(name, volume):
    case, rival = EXAMPLES[name].with_values(FLAT), VOLUMES[volume]
    found = estimate(case)
    crossing = found[volume]
    if crossing == "never":
        grid = [found["replica_load"] ** -1 * share for share in (0.25, 0.5, 0.99, 1.5, 1.99, 2.5, 2.99, 9.99, 49.9)]
        assert all(dearer_by(case, rival, each) > 0 for each in grid)
        return
    assert dearer_by(case, rival, crossing) == pytest.approx(0, abs=0.01)
    assert dearer_by(case, rival, crossing * 1.001) < 0
    assert all(dearer_by(case, rival, crossing * share / 20) > 0 for share in range(1, 20))


@pytest.mark.parametrize(("name", "volume"), PAIRS)
def test_with_growth_and_waiting_it_is_wrong_by_a_replica_at_most(name, volume):
    case, rival = EXAMPLES[name], VOLUMES[volume]
    found = estimate(case)
    if found[volume] == "never":
        assert dearer_by(case, rival, 3e6) > 0
        return
    assert abs(dearer_by(case, rival, found[volume])) <= found["plan_replica_cost"] * 1.000001


@pytest.mark.parametrize(
    ("given", "replicas"),
    [
        ({"min_replicas": 1}, 3),
        ({"min_replicas": 2, "sequences_per_replica": 8}, 7),
        ({"min_replicas": 0, "environment_share": 0.3}, 3),
        ({"purchase": "owned", "own_gpu_payment": "when bought", "gpu_capex": 25_000}, 3),
        ({"caching_lever": "yes", "utilisation_lever": "yes"}, 2),
    ],
)
def test_where_the_least_replicas_do_not_carry_it(given, replicas):
    """Dear prompting and a dear build: so many replicas at the crossing, and as many pay for themselves."""
    case = Case.of({**FLAT, "prompt_model": "openai gpt-4.1", "review_cost": 600_000, **given})
    found = estimate(case)
    crossing = found["prompt_breakeven_volume"]
    there = estimate(case.with_values({"launch_requests": crossing}))
    assert there["most_replicas"] == replicas
    assert dearer_by(case, "prompt_total_cost", crossing) == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_it_does_not_depend_on_how_many_requests_there_are_now(name):
    """Not even on none at all."""
    volumes = [*VOLUMES, "tier_breakeven_volume"]
    wanted = [estimate(EXAMPLES[name])[volume] for volume in volumes]
    for launch in (0, 100, 40_000, 4_707_000, 90_000_000):
        found = estimate(EXAMPLES[name].with_values({"launch_requests": launch}))
        assert [found[volume] for volume in volumes] == [
            each if isinstance(each, str) else pytest.approx(each, rel=1e-6) for each in wanted
        ]


def test_at_the_breakeven_volume_both_cost_the_same():
    """There, finance's plan costs what prompting does; legal's first wins between 228,000 and 285,000."""
    finance = estimate(EXAMPLES["finance"])
    times = finance["prompt_breakeven_volume"] / finance["verdict_requests"]
    there = estimate(EXAMPLES["finance"].with_values({"launch_requests": finance["launch_requests"] * times}))
    assert there["plan_total_cost"] == pytest.approx(there["prompt_total_cost"], rel=1e-9)
    assert 228_000 < estimate(EXAMPLES["legal"])["prompt_breakeven_volume"] < 285_000


# The volume of the verdict, by cost less value

VALUED = [
    ("legal", {}),
    ("legal", {"answer_value": 100}),
    ("legal", {"answer_value": 2, "replaced_spend": 20_000}),
    ("legal", {"answer_value": 100, "success_share": 0.01}),
    ("finance", {"answer_value": 0.01}),
    ("finance", {"success_share": 0.01}),
    ("healthcare", {"requests_outside": "allowed"}),
    ("support-assistant", {"answer_value": 0.5}),
    ("support-assistant", {"answer_value": 2, "tuning_offer": "fireworks <=16B LoRA SFT"}),
]


@pytest.mark.parametrize(("name", "given"), VALUED)
def test_the_verdict_turns_at_its_volume_and_says_the_same_volume_from_everywhere(name, given):
    """Also where retrieval takes over from prompting, and where others launch earlier and gain by that."""
    case = EXAMPLES[name].with_values(given)
    found = estimate(case)
    volume, launch = found["verdict_volume"], found["launch_requests"] / found["verdict_requests"]
    for share, worth_it in ((0.5, 0), (0.99, 0), (0.9999, 0), (1.0001, 1), (1.01, 1)):
        there = estimate(case.with_values({"launch_requests": volume * launch * share}))
        assert there["verdict_worth_it"] == worth_it
        if there["best_tuned"] == found["best_tuned"]:
            assert there["verdict_volume"] == pytest.approx(volume, rel=1e-9)


def test_a_value_of_answers_moves_the_volume_that_is_said():
    found = estimate(EXAMPLES["legal"].with_values({"answer_value": 100}))
    assert found["verdict_reason"] == "too few requests"
    assert found["verdict_volume"] < 3_000  # by cost alone it would be more than 100,000


@pytest.mark.parametrize("success", [0.01, 0.05, 0.2])
@pytest.mark.parametrize("given", [{}, {"answer_value": 100}, {"launch_requests": 300_000}])
def test_to_pay_for_failed_builds_decides_as_to_try_once_and_to_fall_back(success, given):
    """Worked apart: with a chance the tuned way, otherwise what the build cost and then the best without tuning."""
    found = estimate(EXAMPLES["legal"].with_values({**given, "success_share": success}))
    chance = 1 - (1 - success) ** found["experiment_cap"]
    tuned = found["managed_total_cost"] - found["managed_value"]
    lost = found["managed_upfront_cost"] * (1 + found["contingency_share"])
    tried = chance * tuned + (1 - chance) * (lost + found["untuned_net_cost"])
    assert found["best_tuned"] == "managed"
    assert found["verdict_worth_it"] == (1 if tried < found["untuned_net_cost"] else 0)


def test_a_small_chance_turns_the_verdict():
    case = EXAMPLES["legal"].with_values({"answer_value": 100, "launch_requests": 5_000})
    assert estimate(case)["verdict_worth_it"] == 1
    assert estimate(case.with_values({"success_share": 0.01}))["verdict_worth_it"] == 0


def test_a_benefit_from_launch_on_is_more_for_whoever_launches_earlier():
    """Three months of 20,000 less what runs by then: what prompting gains on the plan."""
    case = EXAMPLES["support-assistant"]
    with_it, without = (estimate(case.with_values({"replaced_spend": each})) for each in (20_000, 0))

    def ahead(found):
        return found["plan_net_cost"] - found["prompt_net_cost"]

    months = with_it["build_months"] - with_it["prompt_months"]
    assert months == 3
    runs = (
        1.1
        * (
            with_it["prompt_month_cost"]
            + with_it["monitoring_fixed_cost"]
            + with_it["gateway_cost"]
            + 150_000 * (with_it["monitoring_request_cost"] + with_it["egress_size"] * with_it["egress_price"])
        )
        + 150_000 * with_it["prompt_variable_cost"]
    )
    assert ahead(with_it) - ahead(without) == pytest.approx(3 * (20_000 - runs), rel=1e-9)
