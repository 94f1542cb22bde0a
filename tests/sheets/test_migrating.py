"""An older workbook made anew: the same cases, and a list of what became of each line."""

import io
import json
from datetime import date

import openpyxl
import pytest
from workbooks import cell_of, edited, with_few_sheets, with_texts

import xlcost
from xlcost import Case, cli, estimate
from xlcost.analysis.case import Given, known_inputs
from xlcost.catalog import Rename
from xlcost.errors import XlcostError
from xlcost.model import graph
from xlcost.sheets import reading
from xlcost.sheets.finding import Found
from xlcost.sheets.inputs import AT_TITLE, SOURCE_TITLE
from xlcost.sheets.migrating import _as_today, migration
from xlcost.sheets.render import render

OLD = {f"xlcost {xlcost.__version__}": "xlcost 0.0.9"}
OURS = Case.of(
    {
        "examples": 12_000,
        "gpu_price": {"value": 3.1, "source": "quote 4711", "at": date(2026, 10, 1)},
        "label_price": {"value": 0.08, "source": "our contract", "at": date(2026, 9, 1)},
        "collection_cost": 0,
    }
)
CASES = {"Base": OURS, **Case.shipped(), "Custom B": Case.of({"mfu": 0.3, "licence_cost": 5})}
RENAMES = {
    "price_per_label": Rename("price_per_label", "label_price", "", "0.1.0"),
    "hires": Rename("hires", "role_hires", "", "0.1.0"),
    "old_cost": Rename("old_cost", None, "counted elsewhere", "0.1.0"),
}


@pytest.fixture(scope="module")
def few():
    return with_few_sheets(render(CASES, live="Lean"))


@pytest.fixture(scope="module")
def older(few):
    texts = {
        "label_price": "price_per_label",
        "role_hires.ml_engineer": "hires.ml_engineer",
        "licence_cost": "old_cost",
        "review_cost": "never_heard_of",
    }
    return with_texts(few, {**OLD, **texts})


def test_the_same_cases_come_out(few):
    found = migration(few)
    assert (found.version, found.live, found.lost) == (xlcost.__version__, "Lean", ())
    assert found.cases["Base"].given == OURS.given
    assert found.cases["Base"].given["gpu_price"] == Given(3.1, "quote 4711", date(2026, 10, 1))
    for name, case in CASES.items():
        assert found.cases[name].values == case.values, name
    assert found.cases["Custom A"].given == {}
    assert {each.what for each in found.changes} == {"carried"}


def test_what_became_of_each_line_is_listed(older, monkeypatch):
    monkeypatch.setattr(reading, "shipped_renames", lambda: RENAMES)
    found = migration(older)
    listed = {(each.what, each.name): each.detail for each in found.changes if each.what != "carried"}
    assert listed == {
        ("renamed", "price_per_label"): "now label_price",
        ("renamed", "hires.ml_engineer"): "now role_hires.ml_engineer",
        ("dropped", "old_cost"): "counted elsewhere, since 0.1.0; Custom B: 5",
        ("dropped", "never_heard_of"): "this version has no such driver",
        ("new", "licence_cost"): "0",
        ("new", "review_cost"): "5000",
    }
    assert [each.name for each in found.lost] == ["old_cost"]
    assert found.cases["Base"].given["label_price"].source == "our contract"
    assert found.cases["Lean"].values["role_hires.ml_engineer"] == 0
    assert "licence_cost" not in found.cases["Custom B"].values


def test_a_value_of_an_older_catalogue_stays_and_is_said(few):
    """The catalogue then had 0.10 for a share of labels made twice: no number moves by itself."""

    def older_default(book):
        for title in ("Base", "Catalogue"):
            book["Inputs"][cell_of(book, "rework_share", title)] = 0.10

    found = migration(edited(few, older_default))
    assert found.cases["Base"].values["rework_share"] == 0.10
    [kept] = [each for each in found.changes if each.what == "kept"]
    assert (kept.name, kept.detail) == ("rework_share", "0.1; the catalogue now has 0.12")
    assert estimate(found.cases["Base"]).total == estimate(OURS.with_values({"rework_share": 0.10})).total


def test_a_source_that_the_catalogue_has_dated_anew_is_not_ones_own():
    """Who dates the same source later has looked again, and knows: that stays."""
    label = known_inputs()["label_price"]
    title = graph().catalog.sources[label.source].title
    for at, source in ((label.at, ""), (date(2026, 3, 1), ""), (date(2026, 10, 1), title)):
        sheet = openpyxl.Workbook().active
        sheet["A1"], sheet["B1"] = title, at.isoformat()
        found = Found(sheet, 1, {SOURCE_TITLE: "A", AT_TITLE: "B"}, {}, {"label_price": 1})
        assert _as_today(found, "label_price", Given(label.default)).source == source


def test_a_value_that_no_longer_fits_is_refused_with_its_cell(few):
    def enter(book):
        book["Inputs"][cell_of(book, "gpu", "Stretch")] = "H9000"

    with pytest.raises(XlcostError, match=r"Inputs!J\d+, case Stretch: gpu = 'H9000' is not known"):
        migration(edited(few, enter))


# ---- the command, with files


@pytest.fixture
def run(capsys):
    def command(*arguments):
        code = cli.run([str(each) for each in arguments])
        return code, *capsys.readouterr()

    return command


def test_migrate_writes_the_same_workbook_and_leaves_the_older_one(run, tmp_path):
    case = tmp_path / "ours.toml"
    case.write_text(
        'examples = 12_000\ngpu_price = { value = 3.1, source = "quote 4711", at = 2026-10-01 }\n', encoding="utf-8"
    )
    first, older, new = (tmp_path / f"{name}.xlsx" for name in ("first", "older", "new"))
    assert run("new", first, "--base", case, "--functions", "none")[0] == 0
    older.write_bytes(with_texts(first.read_bytes(), OLD))
    before = older.read_bytes()
    code, out, err = run("migrate", older, "-o", new, "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert [*found] == ["cells", "changes", "file", "findings", "from", "version"]
    assert (found["version"], found["from"], found["file"]) == ("0.0.9", str(older), str(new))
    assert {tuple(change) for change in found["changes"]} == {("detail", "entered", "name", "what")}
    assert older.read_bytes() == before
    assert new.read_bytes() == first.read_bytes()
    # The older one is read by other commands, which say that it is older.
    code, out, err = run("show", older)
    assert code == 0
    assert "as when the workbook was made" in out
    assert f"{older}: made with xlcost 0.0.9" in err
    code, _, err = run("estimate", older)
    assert (code, err.count("xlcost migrate")) == (0, 1)
    # Nothing is replaced unless told.
    code, _, err = run("migrate", older, "-o", new)
    assert code == 3
    assert "--force" in err


def test_migrate_says_what_was_dropped(run, tmp_path, older, monkeypatch):
    monkeypatch.setattr(reading, "shipped_renames", lambda: RENAMES)
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    old.write_bytes(older)
    code, out, err = run("migrate", old, "-o", new)
    assert code == 1
    assert "renamed" in out
    assert "price_per_label" in out
    assert err == f"xlcost: {old}: old_cost was entered and has no place any more " + (
        "(counted elsewhere, since 0.1.0; Custom B: 5)\n"
    )
    made = openpyxl.load_workbook(io.BytesIO(new.read_bytes()))
    assert made["Inputs"][cell_of(made, "label_price")].value == 0.08
    assert made["Inputs"][cell_of(made, "label_price", "Source")].value == "our contract"
    assert made["Inputs"]["E4"].value == "Lean"


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [(None, "no such file", 2), (b"hello", "not an Excel workbook", 2), ("newer", "pip install --upgrade xlcost", 2)],
)
def test_migrate_refuses(run, tmp_path, few, content, words, code):
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    if content is not None:
        old.write_bytes(with_texts(few, {next(iter(OLD)): "xlcost 9"}) if content == "newer" else content)
    found, out, err = run("migrate", old, "-o", new)
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert words in err
    assert str(old) in err
    assert not new.exists()
