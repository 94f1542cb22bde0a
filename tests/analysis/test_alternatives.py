"""Alternatives: the lines, the verdict in words, and three worked examples whose verdicts turn where they say."""

from pathlib import Path

import pytest

from xlcost import Case, alternatives, estimate
from xlcost.analysis.alternatives import CROSSINGS, FIGURES, NOTES, REASONS, WAYS
from xlcost.errors import CellError
from xlcost.model import graph
from xlcost.model.expressions import Text, walk

WORKBOOK = Path(__file__).parents[2] / "workbook"
EXAMPLES = {name: Case.read(WORKBOOK / f"{name}.toml") for name in ("healthcare", "finance", "legal")}


def test_the_plan_is_the_case_itself():
    found, case = alternatives({"examples": 5_000}), estimate({"examples": 5_000})
    assert found["plan"].figures["total"] == pytest.approx(case.total, rel=1e-12)
    assert found["plan"].figures["present"] == case["present_cost"]
    assert found["plan"].so_far[-1] == pytest.approx(case.total, rel=1e-12)


def test_a_total_is_where_its_line_ends():
    found = alternatives({"horizon_months": 24, "api_price_change": -0.2, "gpu_price_change": -0.1})
    assert len(found.cheapest) == 25
    for line in found.lines:
        assert line.so_far[-1] == pytest.approx(line.figures["total"], rel=1e-12), line.key


@pytest.mark.parametrize("name", Case.shipped())
def test_one_request_more_is_never_a_gain(name):
    """Hours that a lever gives back are given back by the GPUs at the least, too."""
    lines = alternatives(Case.shipped()[name]).lines
    assert all(line.figures["request"] >= 0 for line in lines if isinstance(line.figures["request"], float))
    assert estimate(Case.shipped()[name])["plan_idle_cost"] > 0


# The worked examples: each has another answer, for another reason.


@pytest.mark.parametrize(
    ("name", "worth_it", "choice", "reason"),
    [
        ("healthcare", 1, "plan", "must stay inside"),
        ("finance", 1, "managed", "costs less"),
        ("legal", 0, "prompted", "too few requests"),
    ],
)
def test_an_example_is_decided_for_its_reason(name, worth_it, choice, reason):
    found = alternatives(EXAMPLES[name])
    assert (found.worth_it, found.choice, found.reason) == (worth_it, choice, reason)
    errors = [each for each, value in estimate(EXAMPLES[name]).values.items() if isinstance(value, CellError)]
    assert errors == []  # a workbook that is shipped shows none


@pytest.mark.parametrize(
    ("name", "driver", "still", "turned", "choice", "reason"),
    [
        ("healthcare", "requests_outside", "forbidden", "allowed", "prompted", "too few requests"),
        ("finance", "launch_requests", 800_000, 700_000, "prompted", "too few requests"),
        ("legal", "launch_requests", 160_000, 180_000, "managed", "costs less"),
    ],
)
def test_an_example_turns_where_it_says(name, driver, still, turned, choice, reason):
    case = EXAMPLES[name]
    assert driver in case.about
    before, after = (alternatives(case.with_values({driver: value})) for value in (still, turned))
    assert before.worth_it == alternatives(case).worth_it
    assert after.worth_it == 1 - before.worth_it
    assert (after.choice, after.reason) == (choice, reason)


def test_the_break_even_is_where_totals_are_equal():
    """A line that is straight: at the volume it names, the managed model and prompting are worth the same."""
    case = EXAMPLES["legal"]
    found = alternatives(case)
    launch = case.values["launch_requests"] * found.volume / found.requests
    there = alternatives(case.with_values({"launch_requests": launch}))
    assert there["managed"].figures["net"] == pytest.approx(there["prompted"].figures["net"], rel=1e-9)


def test_every_figure_of_an_example_says_where_it_is_from():
    for name, case in EXAMPLES.items():
        assert [key for key, given in case.given.items() if not given.source] == [], name


# Words


def test_every_reason_and_every_choice_has_its_words():
    def texts(name):
        return {each.value for each in walk(graph().quantities[name].formula) if isinstance(each, Text)}

    reasons = texts("verdict_reason") | texts("cost_reason") | texts("shortfall_reason") | texts("volume_reason")
    assert reasons - {"none"} == set(REASONS)
    choices = texts("verdict_rival") | texts("best_untuned") | texts("best_tuned")
    most_right = texts("most_right_way") | texts("untuned_right_way") | texts("plan_right_way")
    assert choices - {"none"} == most_right == set(WAYS)
    assert texts("benefit_note") - {"none"} == {each.of for each in NOTES if each.of}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Fine-tuning is not worth it: the best is prompt engineering. Tuning costs 110,268 USD more, and gains "),
        ({"answer_value": 0.5}, "Fine-tuning is worth it: the best is fine-tuned, managed API, which costs "),
        (
            {"requests_outside": "forbidden", "serving_route": "API"},
            "Requests must stay inside, but this case uses an ",
        ),
        ({"prompt_hours": 5_000, "answer_value": 5, "prompt_acceptance": 1}, "right answers"),
    ],
)
def test_a_verdict_in_words(given, words):
    found = alternatives(given)
    if words == "right answers":
        assert found.reason == "worth less"
        assert "USD less, but with what each brings, and builds that fail, it is" in found.verdict
    else:
        assert found.verdict.startswith(words)


def test_an_unknown_price_makes_the_verdict_unknown_and_never_nothing():
    found = alternatives({"gpu": "MI300X"})
    assert found.verdict is CellError.NA
    assert found["prompted"].figures["total"] > 0


def test_a_missing_price_keeps_one_alternative_out_and_no_other():
    found = alternatives({"tuning_offer": "fireworks <=16B LoRA SFT"})
    assert found["managed"].figures["total"] == "no price"
    assert found.choice == "prompted"
    assert next(each for each in found.crossings if "managed" in each.label).volume == "no price"


def test_without_a_request_there_is_no_error():
    for case in (Case.of({}), *EXAMPLES.values()):
        found = estimate(case.with_values({"launch_requests": 0}))
        assert [name for name, value in found.values.items() if isinstance(value, CellError)] == []
    assert found["request_cost"] == found["managed_success_cost"] == "no requests"


def test_as_frames():
    found = alternatives()
    frame, months = found.frame(), found.months()
    assert list(frame.index) == [way.label for way in WAYS.values()]
    assert list(frame.columns) == list(FIGURES.values())
    assert (len(months), months["cheapest"].iloc[-1]) == (37, "prompted")
    assert len(found.crossings) == len(CROSSINGS)
