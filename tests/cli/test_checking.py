"""`xlcost check` as a program sees it."""

import io
import json
import sys
from pathlib import Path

import openpyxl
import pytest

from xlcost import cli
from xlcost.sheets.rules import RULES

TEMPLATE = Path(__file__).parents[2] / "workbook" / "template.xlsx"


@pytest.fixture
def xl(capsys, monkeypatch):
    """Run a command in this process: exit code, standard output, standard error."""

    def run(*arguments, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = cli.run([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """The template, with a total typed over a formula and a row hidden."""
    path = tmp_path_factory.mktemp("edited") / "plan.xlsx"
    book = openpyxl.load_workbook(TEMPLATE)
    row = next(cell.row for cell in book["Results"]["A"] if cell.value == "total_cost")
    book["Results"][f"H{row}"] = 12345
    book["Data"].row_dimensions[9].hidden = True
    book.save(path)
    return path, f"H{row}"


def test_a_right_workbook_is_clean(xl):
    code, out, err = xl("check", TEMPLATE)
    assert (code, err) == (0, "")
    assert f"{len(RULES)} rules, nothing found" in out


def test_what_is_wrong_is_told_with_its_place_and_cure(xl, edited):
    path, cell = edited
    code, out, _ = xl("check", path)
    assert code == 1
    line = next(line for line in out.splitlines() if line.startswith("template.formula-overwritten"))
    assert f"Results!{cell}" in line
    assert "12345" in line
    assert "overwrites the formula =" in line
    assert "sheet.row-hidden" in out
    assert "xlcost new fresh.xlsx" in out


def test_json(xl, edited):
    path, cell = edited
    code, out, _ = xl("check", path, "--json", "--rule", "template", "--rule", "sheet.row-hidden")
    document = json.loads(out)
    assert code == 1
    assert [*document] == ["compared", "file", "findings", "made_with", "rules", "warnings"]
    assert {(each["rule"], each["sheet"], each["cell"], each["count"]) for each in document["findings"]} == {
        ("template.formula-overwritten", "Results", cell, 1),
        ("sheet.row-hidden", "Data", "A9", 1),
    }
    assert [*document["findings"][0]] == ["cell", "count", "cure", "rule", "sheet", "value", "what"]
    assert document["compared"] is True


def test_rules_are_listed(xl):
    code, out, _ = xl("check", "--list", "--json")
    document = json.loads(out)
    assert code == 0
    assert {each["rule"] for each in document} == set(RULES)
    assert [*document[0]] == ["cure", "demand", "rule", "scope", "why"]
    code, out, _ = xl("check", "--list")
    assert code == 0
    assert all(name in out for name in RULES)


def test_a_workbook_of_others(xl, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "=IFERROR(1/0,0)"
    path = tmp_path / "own.xlsx"
    book.save(path)
    code, out, _ = xl("check", path, "--rule", "formula")
    assert code == 1
    assert "Not made by xlcost" in out
    assert "formula.iferror" in out
    code, out, _ = xl("check", "-", "--rule", "formula.whole-column", stdin=path.read_bytes())
    assert code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check"], "name a workbook"),
        (["check", "nowhere.xlsx"], "no such file"),
        (["check", str(Path(__file__))], "not an Excel workbook"),
        (["check", str(TEMPLATE), "--rule", "formula.itterror"], "did you mean formula.iferror"),
    ],
)
def test_bad_input_is_refused(xl, arguments, words):
    code, out, err = xl(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_a_newer_workbook_is_refused(xl, tmp_path):
    book = openpyxl.load_workbook(TEMPLATE)
    book["Cover"]["B5"] = "xlcost 99.1"
    path = tmp_path / "newer.xlsx"
    book.save(path)
    code, _, err = xl("check", path)
    assert code == 2
    assert "pip install --upgrade xlcost" in err


@pytest.mark.parametrize("arguments", [("check",), ("show",), ("estimate",), ("recalc",), ("recalc", "-o", "OUT")])
def test_what_a_newer_version_has_made_is_refused_by_all_alike(xl, tmp_path, arguments):
    """And is left as it was."""
    path, out = tmp_path / "newer.xlsx", tmp_path / "out.xlsx"
    book = openpyxl.load_workbook(TEMPLATE)
    book["Cover"]["B5"] = "xlcost 9.0.0"
    book.save(path)
    before = path.read_bytes()
    command, *more = (str(out) if each == "OUT" else each for each in arguments)
    code, said, err = xl(command, path, *more)
    assert (code, said, err.count("\n")) == (2, "", 1), err
    assert str(path) in err
    assert "made with xlcost 9.0.0" in err
    assert "pip install --upgrade xlcost" in err
    assert path.read_bytes() == before
    assert not out.exists()
