"""The commands about what has changed, with real files: exit codes, one line of trouble, frozen keys of JSON."""

import io
import json
import sys
from pathlib import Path

import openpyxl
import pytest

import xlcost
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
    wanted = compare(Case.read(CASE), Case.read(CASE).with_values(Case.shipped(Case.read(CASE))["Lean"].values))
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


# ---- diff


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A workbook as `xlcost new` writes it."""
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    assert cli.run(["new", str(path), "--base", str(CASE), "--functions", "none"]) == 0
    return path


@pytest.fixture(scope="module")
def reviewed(plan):
    """The same after somebody has worked on it and recalculated it."""
    book = openpyxl.load_workbook(plan)
    inputs = book["Inputs"]

    def enter(name, title, value):
        row = next(cell.row for cell in inputs["A"] if cell.value == name)
        column = next(cell.column for cell in inputs[5] if cell.value == title)
        inputs.cell(row, column).value = value

    enter("label_price", "Base", 0.5)
    enter("gpu", "Custom A", "A100-80GB")
    enter("oncall_hours", "Lean", None)
    row = next(cell.row for cell in book["Data"]["A"] if cell.value == "label_cost")
    book["Data"][f"K{row}"] = 0
    book.create_sheet("Notes")
    path = plan.with_name("reviewed.xlsx")
    book.save(path)
    assert cli.run(["recalc", str(path)]) == 0
    return path


def test_diff_says_what_changed_and_what_it_did(xl, plan, reviewed):
    before = plan.read_bytes(), reviewed.read_bytes()
    code, out, err = xl("diff", plan, reviewed, "--json")
    found = json.loads(out)
    assert (code, err) == (1, "")
    assert [*found] == ["after", "before", "formulas", "inputs", "names", "sheets", "totals", "values"]
    assert found["before"] == {"file": str(plan), "version": xlcost.__version__}
    assert found["sheets"] == {"added": ["Notes"], "removed": []}
    assert {(each["case"], each["driver"], each["before"], each["after"]) for each in found["inputs"]} == {
        ("Base", "label_price", 0.35, 0.5),
        ("Lean", "oncall_hours", 5, None),
        ("Custom A", "gpu", None, "A100-80GB"),
    }
    [formula] = found["formulas"]
    assert (formula["sheet"], formula["cells"][0], formula["line"], formula["after"]) == ("Data", "K", "label_cost", 0)
    assert (found["names"], found["values"]) == ([], [])
    assert {case: {*each["effects"]} for case, each in found["totals"].items()} == {
        "Base": {"label_price"},
        "Lean": {"label_price", "oncall_hours"},
        "Stretch": {"label_price"},
        "Custom A": {"label_price", "gpu"},
        "Custom B": {"label_price"},
    }
    for case, each in found["totals"].items():
        assert sum(each["effects"].values()) == pytest.approx(each["change"], abs=1e-6)
        said = each["says"]["after"] - each["says"]["before"]
        assert each["change"] + each["unexplained"] == pytest.approx(said, abs=0.011)
        assert (abs(each["unexplained"]) > 1000) == (case == "Custom A"), case
    assert (plan.read_bytes(), reviewed.read_bytes()) == before


def test_diff_shows_it(xl, plan, reviewed):
    code, out, _ = xl("diff", plan, reviewed)
    assert code == 1
    for words in ("Sheets added: Notes", "label_price", "label_cost", "Not by inputs", "All inputs: the total"):
        assert words in out
    code, out, _ = xl("diff", plan, plan)
    assert (code, out) == (0, "No difference.\n")


def test_diff_with_an_older_workbook_and_one_that_is_not_recalculated(xl, plan, tmp_path):
    book = openpyxl.load_workbook(plan)
    book["Cover"]["B5"] = "xlcost 0.0.9"
    older = tmp_path / "older.xlsx"
    book.save(older)
    code, out, err = xl("diff", older, plan, "--json")
    found = json.loads(out)
    assert code == 1
    assert [(each["before"], each["after"]) for each in found["values"]] == [
        ("xlcost 0.0.9", f"xlcost {xlcost.__version__}")
    ]
    assert found["totals"] == {}
    assert "made with xlcost 0.0.9" in err
    assert "not recalculated" in err


def test_diff_names_the_driver_that_makes_a_total_unknown(xl, plan, tmp_path):
    book = openpyxl.load_workbook(plan)
    row = next(cell.row for cell in book["Inputs"]["A"] if cell.value == "gpu")
    book["Inputs"].cell(row, 12).value = "MI300X"
    unknown = tmp_path / "unknown.xlsx"
    book.save(unknown)
    totals = json.loads(xl("diff", plan, unknown, "--json")[1])["totals"]
    assert [*totals] == ["Custom B"]
    assert "gpu brings it" in totals["Custom B"]["error"]


def test_diff_refuses_in_one_line(xl, plan, tmp_path):
    own = tmp_path / "own.xlsx"
    openpyxl.Workbook().save(own)
    newer = tmp_path / "newer.xlsx"
    book = openpyxl.load_workbook(plan)
    book["Cover"]["B5"] = "xlcost 99.0"
    book.save(newer)
    text = tmp_path / "text.xlsx"
    text.write_text("hello")
    for other, words in (
        (own, "no sheet 'Inputs'"),
        (newer, "pip install --upgrade"),
        (text, "not an Excel workbook"),
        ("missing.xlsx", "no such file"),
        (CASE, "not an Excel workbook"),
    ):
        code, out, err = xl("diff", plan, other)
        assert (code, out, err.count("\n")) == (2, "", 1), err
        assert words in err
        assert str(other) in err
