"""The commands about what has changed, with real files: exit codes, one line of trouble, frozen keys of JSON."""

import io
import json
import sys
from pathlib import Path

import pytest

from xlcost import cli, compare
from xlcost.analysis.case import Case

ROOT = Path(__file__).parents[2]
CASE = ROOT / "workbook" / "support-assistant.toml"
BOOK = ROOT / "workbook" / "support-assistant.xlsx"


@pytest.fixture
def xl(capsys, monkeypatch):
    """Run a command in this process: exit code, standard output, standard error."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = cli.run([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


# ---- compare


def test_compare_adds_up(xl):
    code, out, err = xl("compare", CASE, "-", "--json", stdin=b"examples = 20_000\nmfu = 0.3\n")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert [*found] == ["after", "barred", "before", "change", "effects", "nothing", "orders"]
    assert [*found["effects"][0]] == ["after", "before", "by_stage", "change", "driver", "label", "unit"]
    cents = [round(each["change"] * 100) for each in found["effects"]]
    assert sum(cents) == round(found["change"] * 100)
    assert round(found["after"]["total_cost"] * 100) - round(found["before"]["total_cost"] * 100) == sum(cents)
    for each in found["effects"]:
        assert round(sum(each["by_stage"].values()) * 100) == round(each["change"] * 100)
    assert {"mfu", "examples", "annotators"} <= {each["driver"] for each in found["effects"]}
    assert "replaced_spend" in found["nothing"]


def test_compare_takes_columns_of_workbooks(xl):
    code, out, _ = xl("compare", BOOK, f"{BOOK}:lean", "--json")
    wanted = compare(Case.read(CASE), Case.read(CASE).with_values(Case.shipped()["Lean"].values))
    found = json.loads(out)
    assert (code, found["before"]["case"], found["after"]["case"]) == (0, "Base", "Lean")
    assert found["change"] == wanted.change
    assert {each["driver"]: each["change"] for each in found["effects"]} == {
        each.driver: each.change for each in wanted.effects if each.moves
    }


def test_compare_shows_what_moved_and_the_sum(xl):
    code, out, _ = xl("compare", f"{BOOK}:Base", f"{BOOK}:Lean", "--stages")
    assert code == 0
    assert "Own hours on call" in out
    assert "Maintenance" in out
    [line] = [line for line in out.splitlines() if line.startswith("Together")]
    [total] = [line for line in out.splitlines() if line.startswith("Total cost")]
    assert line.split()[-1] == total.split()[-1]
    assert "have the same values" in xl("compare", CASE, CASE)[1]
    assert "computed: " in xl("compare", CASE, "-", stdin=b"mfu = 0.3")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-", "-"], ["once"]),
        ([CASE, "missing.toml"], ["missing.toml", "no such file"]),
        ([CASE, f"{BOOK}:Leen"], ["Leen", "Lean"]),
        ([CASE, "missing.xlsx:Lean"], ["missing.xlsx", "no such file"]),
        ([CASE, "-"], ["MI300X", "gpu brings it"]),
        ([CASE], ["--help"]),
    ],
)
def test_compare_refuses_in_one_line(xl, arguments, words):
    code, out, err = xl("compare", *arguments, stdin=b'gpu = "MI300X"')
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert all(word in err for word in words), err
