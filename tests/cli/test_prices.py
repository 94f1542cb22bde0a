"""`xlcost prices`, and estimates with the prices of a day."""

import json
from datetime import date, timedelta

import pytest

from xlcost import cli
from xlcost.catalog import load

NEWEST = max(source.at for source in load().sources.values())
KEYS = ["age_days", "at", "how_sure", "key", "kind", "note", "ranges", "source", "status", "values", "where"]


@pytest.fixture
def xl(capsys):
    def run(*arguments):
        code = cli.run([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


def listed(xl, *arguments):
    code, out, err = xl("prices", *arguments, "--json")
    found = json.loads(out)
    assert list(found) == ["as_of", "prices"]
    assert all(list(each) == KEYS for each in found["prices"])
    return code, found, err


def test_every_price_is_listed_with_its_age(xl):
    code, found, err = listed(xl)
    assert (code, err, found["as_of"]) == (0, "", str(NEWEST))
    names = ("gpu_offers", "tuning_offers", "inference_prices")
    assert len(found["prices"]) == sum(len(load().tables[name].rows) for name in names)


def test_an_age_is_counted_in_days(xl):
    _, found, _ = listed(xl, "--as-of", "2026-11-24", "--gpu", "H100")
    [nebius] = [each for each in found["prices"] if each["key"] == "nebius H100-SXM"]
    assert nebius["at"] == "2025-01-01"
    assert nebius["age_days"] == 692  # 364 days of 2025 after the first, and 328 of 2026
    assert nebius["values"]["spot"] == 1.25
    assert "commit_1yr" not in nebius["values"]  # unknown, and not 0


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (("--gpu", "h100", "--provider", "AWS"), ["aws H100-SXM"]),
        (("--gpu", "4090", "--provider", "vast"), ["vast RTX 4090"]),
        (("--kind", "inference", "--provider", "nebius"), []),
    ],
)
def test_filters(xl, options, keys):
    assert [each["key"] for each in listed(xl, *options)[1]["prices"]] == keys


def test_a_kind(xl):
    assert {each["kind"] for each in listed(xl, "--kind", "tuning")[1]["prices"]} == {"tuning"}


def test_what_was_known_on_a_day(xl):
    _, found, _ = listed(xl, "--gpu", "RTX 3090", "--as-of", "2025-03-01")
    assert [(each["key"], each["values"]["on_demand"], each["at"], each["age_days"]) for each in found["prices"]] == [
        ("runpod RTX 3090", 0.44, "2025-02-10", 19),
        ("vast RTX 3090", 0.25, "2025-02-10", 19),
    ]
    assert listed(xl, "--as-of", "2019-12-31")[1]["prices"] == []


@pytest.mark.parametrize(
    ("kind", "key", "day", "column", "price"),
    [
        ("inference", "openai o3", "2025-06-09", "input_price", 10),
        ("tuning", "azure gpt-4.1 SFT", "2025-04-01", "train_price", 25),
        ("gpu", "runpod RTX 3090", "2025-02-10", "on_demand", 0.44),
    ],
)
def test_every_kind_was_known_since_a_day(xl, kind, key, day, column, price):
    def known(on):
        found = listed(xl, "--kind", kind, "--as-of", on)[1]["prices"]
        return [(each["values"][column], each["at"]) for each in found if each["key"] == key]

    before = str(date.fromisoformat(day) - timedelta(days=1))
    assert known(day) == [(price, day)]
    assert known(before) == []


def test_a_range_says_what_it_is_made_of(xl):
    _, found, _ = listed(xl, "--gpu", "H100", "--provider", "nebius")
    [nebius] = found["prices"]
    assert nebius["ranges"] == {"on_demand": {"high": 12.29, "low": 2.45, "quotes": 14, "status": "derived"}}
    assert nebius["where"] == "catalogs/v8/nebius/vms.csv, gpu-h100-sxm_1gpu-16vcpu-200gb"
    [azure] = [each for each in listed(xl, "--kind", "tuning")[1]["prices"] if each["key"] == "azure gpt-4.1 SFT"]
    assert azure["ranges"]["train_price"] == {"high": 33, "low": 25, "quotes": 4, "status": "derived"}
    assert azure["how_sure"].startswith("Training 25 to 33 (4 quotes); ")
    tuning = listed(xl, "--kind", "tuning")[1]["prices"]
    [regional] = [each for each in tuning if each["key"] == "azure gpt-4.1 SFT regional"]
    assert regional["ranges"]["train_price"] == {"high": 33, "low": 27.5, "quotes": None, "status": "quoted"}


def test_a_price_without_a_range_says_so_and_what_it_is(xl):
    lines = xl("prices", "--kind", "tuning")[1].splitlines()
    line = next(line for line in lines if line.startswith("vertex Gemini 2.5 Pro"))
    assert " none " in line
    assert "nowhere: it was not read" in line
    assert lines[-1].startswith("Low to high, none: The list price of its day ")


def test_stale_prices_are_a_finding(xl):
    code, found, err = listed(xl, "--stale", 90)
    assert code == 1
    assert found["prices"]
    assert all(each["age_days"] > 90 for each in found["prices"])
    assert err == f"xlcost: {len(found['prices'])} prices are older than 90 days on {NEWEST}\n"
    assert listed(xl, "--stale", 50000)[::2] == (0, "")
    assert listed(xl, "--stale", 19, "--gpu", "RTX 3090", "--as-of", "2025-03-01")[0] == 0
    assert listed(xl, "--stale", 18, "--gpu", "RTX 3090", "--as-of", "2025-03-01")[0] == 1


def test_a_table_says_to_which_day_it_counts(xl):
    code, out, _ = xl("prices", "--gpu", "V100-16GB")
    assert code == 0
    assert out.startswith(f"As of {NEWEST}, the newest day in the catalogue.")
    assert "runpod V100-16GB" in out
    assert "As of 2025-03-05, as asked." in xl("prices", "--as-of", "2025-03-05")[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--gpu", "H1000"), "--gpu H1000: not in the catalogue; did you mean"),
        (("--provider", "amazon"), "--provider amazon: not in the catalogue; "),
        (("--kind", "spot"), "--kind spot: no such kind; there are gpu, tuning, inference"),
        (("--kind", "tuning", "--gpu", "H100"), "not those of a GPU"),
        (("--as-of", "03/04/2025"), "--as-of 03/04/2025: a day is wanted, such as 2026-10-01"),
        (("--as-of", "2025-02-30"), "a day is wanted"),
        (("--stale", "-1"), "a number of days is wanted"),
        (("--stale", "x"), "--help"),
    ],
)
def test_refusals(xl, options, words):
    code, out, err = xl("prices", *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_an_estimate_of_an_earlier_day(xl):
    tokens = [f"{who}_{what}_price=1" for who in ("judge", "synthetic") for what in ("input", "output")]
    settings = [word for each in ("gpu=RTX 3090", *tokens) for word in ("--set", each)] + ["--json"]
    code, out, _ = xl("estimate", "--as-of", "2025-03-01", *settings)
    earlier, now = json.loads(out), json.loads(xl("estimate", *settings)[1])
    assert code == 0
    assert earlier["as_of"] == "2025-03-01"
    assert "as_of" not in now
    assert earlier["total_cost"] > now["total_cost"]  # 0.44 became 0.43


def test_an_estimate_of_a_day_on_which_nothing_was_known(xl):
    """No examples are made by a model, so no price is asked for them."""
    code, out, err = xl("estimate", "--as-of", "2024-12-31")
    assert code == 2
    assert "#N/A" in out
    assert "has no 'On demand' (on_demand) for 'nebius H100-SXM'" in err
    known = xl("estimate", "--as-of", "2024-12-31", "--set", "gpu_price=3")[2]
    assert "has no 'Output' (output_price) for 'openai gpt-4.1'" in known
    assert xl("estimate", "--as-of", "2024-12-32")[0] == 2
