"""`xlcost simulate` and `xlcost tornado`."""

import json
from pathlib import Path

import pytest

from xlcost import simulate
from xlcost import tornado as moved
from xlcost.cli import run

TRIALS = ("--trials", "2000")


def told(capsys, *arguments, code=0):
    assert run(arguments) == code, capsys.readouterr().err
    return capsys.readouterr()


def test_json_is_what_python_says(capsys):
    document = json.loads(told(capsys, "simulate", *TRIALS, "--seed", "3", "--budget", "900000", "--json").out)
    found = simulate(None, 2000, 3)
    assert document["costs"]["total_cost"]["p80"] == found.total.p80
    assert document["costs"]["total_cost"]["base"] == found.base["total_cost"]
    assert document["contingency"] == found.contingency
    assert document["budget_risk"] == found.budget_risk(900_000)
    assert document["months"][5]["cumulative"]["p50"] == found.cumulative[5].p50
    assert document["rank_correlations"] == dict(found.rank_correlations)
    assert (document["trials"], document["seed"], document["exact"], document["failed"]) == (2000, 3, True, 0)
    assert document["events"] == []


def test_a_person_is_told_where_the_base_lies(capsys):
    out = told(capsys, "simulate", *TRIALS).out
    assert "Base, 2,000 draws, seed 1" in out
    assert "The base lies at percentile" in out
    assert "lean to the dear side" in out
    assert "(P80)" in out
    assert "The total follows most" in out


def test_a_budget_is_a_finding_with_more_than_the_accepted_chance(capsys):
    found = told(capsys, "simulate", *TRIALS, "--budget", "500000", code=1)
    assert "the total exceeds 500,000.00 USD with a chance of" in found.err
    told(capsys, "simulate", *TRIALS, "--budget", "500000", "--risk", "0.9")
    told(capsys, "simulate", *TRIALS, "--budget", "5e7")
    told(capsys, "simulate", *TRIALS, "--budget", "900000", "--risk", "0", code=1)


def test_the_same_bits_with_more_threads(capsys):
    one, two = (told(capsys, "simulate", "--trials", "9000", "--threads", each, "--json").out for each in ("1", "2"))
    assert one == two


def test_events(capsys):
    document = json.loads(told(capsys, "simulate", *TRIALS, "--events", "--json").out)
    assert document["events"] == ["programme_fails", "base_model_retired", "hiring_late"]


def test_a_case_and_settings(capsys, tmp_path):
    case = tmp_path / "plan.toml"
    case.write_text('name = "Plan"\nexamples = 500\n', encoding="utf-8")
    document = json.loads(told(capsys, "simulate", str(case), *TRIALS, "--set", "gateway_cost=0", "--json").out)
    assert document["case"] == "Plan"
    assert document["costs"]["data_cost"]["p50"] == simulate({"examples": 500}, 2000)["data_cost"].p50


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--trials", "0"], "--trials = 0: a whole number is wanted, from 1 to"),
        (["--trials", "-4"], "--trials = -4"),
        (["--trials", "2.5"], "--trials = 2.5"),
        (["--trials", "many"], "--trials: 'many' is not a plain number"),
        (["--trials", "1e11"], "--trials = 100000000000"),
        (["--seed", "-1"], "--seed -1: a whole number is wanted"),
        (["--seed", "0.5"], "--seed 0.5"),
        (["--seed", "99999999999999999999999"], "seed = 1e+23"),
        (["--threads", "0"], "--threads = 0"),
        (["--budget", "0"], "budget = 0: an amount in USD is wanted, above 0"),
        (["--budget", "1,000"], "--budget: '1,000' is not a plain number"),
        (["--risk", "1.2"], "--risk = 1.2: between 0 and 1"),
        (["--plot", "a.jpg"], "--plot a.jpg: a file that ends in .png is wanted"),
        (["--set", "success_share=2"], "success_share = 2: "),
        (["--set", "gpu=MI300X"], "Base: total_cost is #N/A, because gpu_offer"),
        (["--column", "Lean"], "only a workbook has columns"),
        (["nowhere.toml"], "nowhere.toml: no such file"),
    ],
)
def test_what_is_refused(capsys, arguments, words):
    found = told(capsys, "simulate", *arguments, code=2)
    assert words in found.err
    assert found.err.count("\n") == 1
    assert found.out == ""


def test_a_tornado(capsys):
    found = moved(None, "data_cost")
    document = json.loads(told(capsys, "tornado", "--cost", "data_cost", "--json").out)
    assert [bar["driver"] for bar in document["bars"]] == [bar.name for bar in found.bars]
    assert document["bars"][0]["swing"] == found.bars[0].swing
    assert document["base"] == found.base
    out = told(capsys, "tornado").out
    assert moved().bars[0].label in out
    assert "more drivers move it less" in out


def test_a_tornado_of_what_is_not_known(capsys):
    assert "total_cost is #N/A" in told(capsys, "tornado", "--set", "gpu=MI300X", code=2).err
    assert "'npv' has no tornado" in told(capsys, "tornado", "--cost", "npv", code=2).err


def test_pictures(capsys, tmp_path):
    pytest.importorskip("matplotlib")
    for name, arguments in (("a", ["simulate", *TRIALS, "--budget", "5e7"]), ("b", ["tornado"])):
        path = tmp_path / f"{name}.png"
        told(capsys, *arguments, "--plot", str(path))
        first = path.read_bytes()
        assert first.startswith(b"\x89PNG")
        told(capsys, *arguments, "--plot", str(path))
        assert path.read_bytes() == first
    told(capsys, "tornado", "--plot", str(tmp_path / "no" / "a.png"), code=3)


def test_without_matplotlib(capsys, monkeypatch):
    import builtins

    real = builtins.__import__

    def missing(name, *more, **named):
        if name == "matplotlib":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert "pip install 'xlcost[plot]'" in told(capsys, "simulate", "--plot", "a.png", code=2).err


def test_nothing_of_it_is_in_the_way_of_the_output(capsys):
    """No bar where nobody looks."""
    assert told(capsys, "simulate", *TRIALS, "--json").err == ""


def test_the_case_that_ships(capsys):
    case = Path(__file__).parents[2] / "workbook" / "support-assistant.toml"
    assert "P80" in told(capsys, "simulate", str(case), *TRIALS).out
