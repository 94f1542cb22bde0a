"""What independent auditors of spreadsheets say of every workbook that is shipped: nothing."""

import importlib.metadata
import json
import shutil
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from xlcost import Case
from xlcost.hosts.ft_headless import finished
from xlcost.sheets.render import render

pytest.importorskip("spreadsheet_auditor")
pytest.importorskip("sheetdelta")
SHIPPED = sorted((Path(__file__).parents[2] / "workbook").glob("*.xlsx"))

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
import attack  # noqa: E402
from attack import AUDITORS, auditor_findings, judged, page, sheetdelta_findings, verdicts  # noqa: E402
from defect_list import DEFECTS  # noqa: E402
from judge import asked  # noqa: E402


@pytest.fixture(scope="module")
def without_functions(tmp_path_factory):
    path = tmp_path_factory.mktemp("judges") / "none.xlsx"
    path.write_bytes(finished(render(Case.shipped(), flavour="none")))
    return path


@pytest.fixture(scope="module", params=[*SHIPPED, None], ids=[*(path.name for path in SHIPPED), "without functions"])
def book(request, tmp_path_factory, without_functions):
    """Each shipped workbook, and the template without FT_ functions: a copy, so that nothing is left beside it."""
    path = tmp_path_factory.mktemp("book") / "book.xlsx"
    path.write_bytes((request.param or without_functions).read_bytes())
    return path


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="the auditor recalculates with LibreOffice")
def test_the_auditor_finds_nothing(book):
    assert auditor_findings(book) == []


def test_the_second_auditor_finds_nothing(book):
    assert sheetdelta_findings(book) == []


@pytest.mark.parametrize("judge", [auditor_findings, sheetdelta_findings])
def test_an_auditor_finds_what_is_wrong(tmp_path, judge):
    """Or the tests above would say nothing."""
    if judge is auditor_findings and shutil.which("soffice") is None:
        pytest.skip("the auditor recalculates with LibreOffice")
    book = Workbook()
    book.active["A1"], book.active["A2"] = "=1+#REF!", "=Nowhere!A1"
    book.save(tmp_path / "wrong.xlsx")
    assert judge(tmp_path / "wrong.xlsx") != []


def test_without_the_engine_no_cell_asks_for_a_function(without_functions):
    workbook = load_workbook(without_functions)
    assert "Functions" not in workbook.sheetnames
    for sheet in workbook:
        for row in sheet.iter_rows():
            assert not [c.coordinate for c in row if c.data_type == "f" and ("FT_" in c.value or "eng_" in c.value)]


def declared(judge):
    """What is kept of an auditor, by defect; nothing where it was not asked about all of them."""
    return judged(DEFECTS).get(judge, {}).get("found", {})


@pytest.mark.parametrize("judge", AUDITORS)
def test_what_is_kept_of_an_auditor_is_of_defects_that_there_are(judge):
    """Or ATTACKS.md would leave its column out without a word: `python scripts/judge.py` asks about those that lack."""
    kept = verdicts(judge)["found"]
    assert set(kept) in (set(), {each.id for each in DEFECTS})


def test_the_page_has_a_column_for_an_auditor_that_was_asked_about_all(monkeypatch, tmp_path):
    monkeypatch.setattr(attack, "VERDICTS", tmp_path)
    two = DEFECTS[:2]
    assert page(two).count("| kind | defect | `xlcost check` | the workbook's own check |\n") == 1
    found = {two[0].id: ["SA-1", "SA-2"], two[1].id: []}
    (tmp_path / "sheetdelta.json").write_text(json.dumps({"version": "9.9", "found": found}), encoding="utf-8")
    (tmp_path / "spreadsheet-auditor.json").write_text(json.dumps({"version": "1", "found": {}}), encoding="utf-8")
    text = page(two)
    assert "- By sheetdelta 9.9, which is not ours: 1." in text
    assert "the workbook's own check | sheetdelta |\n|---|---|---|---|---|\n" in text
    assert f"| {two[0].what} | `{two[0].rule}` | `{two[0].check}` | `SA-1` `SA-2` |\n" in text
    assert f"| {two[1].what} | `{two[1].rule}` | `{two[1].check}` |  |\n" in text


@pytest.mark.parametrize("judge", AUDITORS)
def test_a_sample_of_what_is_kept_is_what_the_auditor_says(judge):
    """One defect that it finds, and one that it doesn't."""
    kept = declared(judge)
    if not kept or verdicts(judge)["version"] != importlib.metadata.version(judge):
        pytest.skip("it was not asked, or in another version")
    if judge == "spreadsheet-auditor" and shutil.which("soffice") is None:
        pytest.skip("the auditor recalculates with LibreOffice")
    made = attack.right()
    for is_found in (True, False):
        if (sample := next((each for each in DEFECTS if bool(kept[each.id]) is is_found), None)) is not None:
            assert asked(made, sample, judge) == kept[sample.id], sample.what
