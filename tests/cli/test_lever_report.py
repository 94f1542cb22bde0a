"""`xlcost levers`: what each lever saves, and the best plan for a budget."""

import json

import pytest

from xlcost import cli
from xlcost.analysis.levers import best_plan, lever_names, levers
from xlcost.sheets.render import render


@pytest.fixture
def xl(capsys):
    def run(*arguments):
        code = cli.run([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


KEYS = ["base_total", "case", "levers", "optimised_total", "plan"]
LEVER = ["alone", "label", "name", "one_off_cost", "payback_month", "state", "step", "together", "total"]
PLAN = ["budget", "fits", "levers", "one_off_cost", "sentence", "success_probability", "total"]


def test_it_says_what_the_analysis_says(xl):
    code, out, err = xl("levers", "--set", "method=full", "--budget", "390000", "--json")
    found, wanted = json.loads(out), levers({"method": "full"})
    assert (code, err) == (0, "")
    assert list(found) == KEYS
    assert all(sorted(each) == LEVER for each in found["levers"])
    assert sorted(found["plan"]) == PLAN
    assert (found["base_total"], found["optimised_total"]) == (wanted.base, wanted.optimised)
    assert [each["alone"] for each in found["levers"]] == [each.alone for each in wanted.levers]
    assert found["plan"]["levers"] == list(best_plan({"method": "full"}, 390_000).levers)


def test_the_table_has_a_line_for_each_lever_and_the_plan_in_words(xl):
    code, out, _ = xl("levers")
    assert code == 0
    wanted = levers()
    for each in wanted.levers:
        assert each.label in out
    assert f"{wanted.base:,.0f}" in out
    assert f"{wanted.optimised:,.0f}" in out
    assert "not applicable" in out
    assert best_plan().sentence in out


def test_a_lever_without_a_payback_is_null(xl):
    found = {each["name"]: each for each in json.loads(xl("levers", "--json")[1])["levers"]}
    assert (found["adapter"]["state"], found["adapter"]["payback_month"]) == ("not applicable", None)
    assert found["caching"]["payback_month"] == "never"
    assert len(found) == len(lever_names())


def test_nothing_fits_is_a_finding(xl):
    code, out, err = xl("levers", "--budget", "1000")
    assert (code, err) == (1, "")
    assert "Nothing fits 1,000 USD. The cheapest: " in out
    code, out, _ = xl("levers", "--budget", "1000", "--json")
    assert (code, json.loads(out)["plan"]["fits"]) == (1, False)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--budget", "0"), "--budget 0: an amount in USD is wanted, above 0"),
        (("--budget", "-5"), "--budget -5: an amount in USD is wanted, above 0"),
        (("--budget", "1,000"), "--budget: '1,000' is not a plain number"),
        (("--budget", "1e999"), "--budget 1e999: an amount in USD is wanted, above 0"),
        (("--set", "subsett_lever=yes"), "'subsett_lever' is not a driver; did you mean subset_lever"),
        (("--set", "subset_lever=maybe"), "subset_lever = 'maybe' is not known; known are no, yes"),
        (("--set", "subset_share=0"), "subset_share = 0: between 0.001 and 1"),
        (("--set", "gpu=MI300X"), "'GPUs' has no 'Default offer'"),
        (("nowhere.toml",), "nowhere.toml: no such file"),
        (("--column", "Lean"), "only a workbook has columns"),
    ],
)
def test_bad_input(xl, options, says):
    code, out, err = xl("levers", *options)
    assert (code, out) == (2, "")
    assert says in err


def test_a_column_of_a_workbook(xl, tmp_path):
    from xlcost import Case

    (tmp_path / "plan.xlsx").write_bytes(render(Case.shipped()))
    found = json.loads(xl("levers", tmp_path / "plan.xlsx", "--column", "lean", "--json")[1])
    assert found["case"] == "Lean"
    assert found["optimised_total"] == pytest.approx(levers(Case.shipped()["Lean"]).optimised)
