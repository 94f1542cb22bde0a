"""What independent auditors of spreadsheets say of the workbook: nothing."""

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


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("judges") / "book.xlsx"
    path.write_bytes(finished(render(Case.shipped(), flavour="none")))
    return path


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="the auditor recalculates with LibreOffice")
def test_the_auditor_finds_nothing(book):
    command = [
        shutil.which("spreadsheet-auditor", path=SCRIPTS),
        str(book),
        "--summary",
        "--fail-on",
        "Low",
        "--strict",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=book.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_second_auditor_finds_nothing(book):
    command = [shutil.which("sheetdelta", path=SCRIPTS), "audit", str(book)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No broken references, no circular references" in done.stdout


def test_without_the_engine_no_cell_asks_for_a_function(book):
    from openpyxl import load_workbook

    workbook = load_workbook(book)
    assert "Functions" not in workbook.sheetnames
    for sheet in workbook:
        for row in sheet.iter_rows():
            assert not [c.coordinate for c in row if c.data_type == "f" and ("FT_" in c.value or "eng_" in c.value)]
