"""What independent auditors of spreadsheets say of every workbook that is shipped: nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from xlcost import Case
from xlcost.hosts.ft_headless import finished
from xlcost.sheets.render import render

pytest.importorskip("spreadsheet_auditor")
pytest.importorskip("sheetdelta")
SCRIPTS = Path(sys.executable).parent
SHIPPED = sorted((Path(__file__).parents[2] / "workbook").glob("*.xlsx"))

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from attack import AUDITORS  # noqa: E402


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
    name = "spreadsheet-auditor"
    command = [shutil.which(name, path=SCRIPTS), str(book), *AUDITORS[name]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=book.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_second_auditor_finds_nothing(book):
    name = "sheetdelta"
    command = [shutil.which(name, path=SCRIPTS), *AUDITORS[name], str(book)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No broken references, no circular references" in done.stdout


def test_without_the_engine_no_cell_asks_for_a_function(without_functions):
    from openpyxl import load_workbook

    workbook = load_workbook(without_functions)
    assert "Functions" not in workbook.sheetnames
    for sheet in workbook:
        for row in sheet.iter_rows():
            assert not [c.coordinate for c in row if c.data_type == "f" and ("FT_" in c.value or "eng_" in c.value)]
