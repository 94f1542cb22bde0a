"""What independent auditors of spreadsheets say of every workbook that is shipped: nothing."""

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
from attack import auditor_findings, sheetdelta_findings  # noqa: E402


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
