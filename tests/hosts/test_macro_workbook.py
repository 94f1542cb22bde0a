"""The workbook with macros: what others find in it, and that its cells come to the same through xlwings' own code."""

import io
import json
import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from oletools.olevba import VBA_Parser
from xlwings_process import Excel, answer

from xlcost import Case, __version__
from xlcost.files.values import Value, write_values
from xlcost.functions.about import version
from xlcost.functions.registry import functions
from xlcost.hosts import vba
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import recalculate
from xlcost.hosts.macro_workbook import PROJECT, project_of, with_macros
from xlcost.hosts.xlwings_conf import expanded, portable, read_user_file, settings
from xlcost.sheets.render import render

OMITTED = {"omitted": True}
CALL = re.compile(r"(FT_\w+)\(([^()]*)\)")
PICKED = re.compile(r'=IF\(eng_(On|Draws)=1,INDEX\(CALL,(\$?[A-Z]+\d+)\+1,(\d)\),("[^"]*"|0)\)')  # a cell of many
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Made:
    data: bytes
    values: dict[tuple[str, str], Value]

    @cached_property
    def parts(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as package:
            return {name: package.read(name) for name in package.namelist()}

    @cached_property
    def macros(self) -> dict[str, str]:
        """The source of every module by its name, as an independent reader finds them."""
        return {name: text for _, _, name, text in VBA_Parser("book.xlsm", data=self.data).extract_macros()}


@pytest.fixture(scope="module")
def made() -> Made:
    given = {**Case.shipped(), "Custom A": Case.of({"serving_route": "API", "mfu": 0.41}, name="Custom A")}
    plain = render(given, xlwings=settings(r"%USERPROFILE%\python.exe"))
    values = recalculate(plain, host_functions()).values
    return Made(with_macros(write_values(plain, values)), values)


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    with Excel("xlcost.udfs") as excel:
        yield excel


# ---- what others find in it


def test_an_independent_reader_lists_the_modules_and_every_function(made: Made) -> None:
    sheets = len(openpyxl.load_workbook(io.BytesIO(made.data), read_only=True).sheetnames)
    assert list(made.macros) == [
        "ThisWorkbook.cls",
        *(f"Sheet{place + 1}.cls" for place in range(sheets)),
        "xlwings.bas",
        "Dictionary.cls",
        "xlwings_udfs.bas",
        "xlcost_help.bas",
    ]
    found = re.findall(r"^Public Function (\w+)", made.macros["xlwings_udfs.bas"], re.MULTILINE)
    assert found == list(functions())
    assert "Private Sub Workbook_Open()" in made.macros["ThisWorkbook.cls"]


def test_the_macros_of_xlwings_are_as_they_ship_with_their_notice(made: Made) -> None:
    from importlib.resources import files

    shipped = VBA_Parser(str(files("xlwings").joinpath("quickstart_standalone.xlsm")))
    theirs = {name: text for _, _, name, text in shipped.extract_macros()}
    for name in ("xlwings.bas", "Dictionary.cls"):
        assert made.macros[name] == theirs[name]
    assert "BSD 3-clause" in made.macros["xlwings.bas"]
    assert "Tim Hall" in made.macros["Dictionary.cls"]


def test_every_sheet_has_the_module_that_is_named_in_it(made: Made) -> None:
    named = {
        re.search(rb'<sheetPr codeName="(\w+)"', content)[1].decode()  # type: ignore[index]
        for name, content in made.parts.items()
        if re.match(r"xl/worksheets/sheet\d+\.xml", name)
    }
    project = project_of(made.data)
    assert project is not None
    documents = {each.name for each in project.modules if each.kind == "Document"}
    assert documents == named | {"ThisWorkbook"}
    assert b'<workbookPr codeName="ThisWorkbook"' in made.parts["xl/workbook.xml"]
    for each in project.modules:
        assert f'Attribute VB_Name = "{each.name}"' in each.source.splitlines()


def test_openpyxl_keeps_the_macros(made: Made) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made.data), keep_vba=True)
    saved = io.BytesIO()
    book.save(saved)
    assert zipfile.ZipFile(saved).read(PROJECT) == made.parts[PROJECT]


def test_the_package_names_its_parts(made: Made) -> None:
    types, relations = made.parts["[Content_Types].xml"].decode(), made.parts["xl/_rels/workbook.xml.rels"].decode()
    assert "application/vnd.ms-excel.sheet.macroEnabled.main+xml" in types
    assert "spreadsheetml.sheet.main+xml" not in types
    for target in re.findall(r'Target="/?([^"]+)"', relations):
        assert (target if target.startswith("xl/") else str(Path("xl", target)).replace("xl/../", "")) in made.parts
    for part in re.findall(r'PartName="/([^"]+)"', types):
        assert part in made.parts
    ids = re.findall(r'Id="(\w+)"', relations)
    assert len(ids) == len(set(ids))


def test_an_addin_is_one_and_shows_itself_while_it_describes_its_functions(made: Made) -> None:
    book = openpyxl.Workbook()
    saved = io.BytesIO()
    book.save(saved)
    addin = with_macros(saved.getvalue(), addin=True)
    assert b"ms-excel.addin.macroEnabled.main+xml" in zipfile.ZipFile(io.BytesIO(addin)).read("[Content_Types].xml")
    opening = {name: text for _, _, name, text in VBA_Parser("x.xlam", data=addin).extract_macros()}["ThisWorkbook.cls"]
    order = ["Me.IsAddin = False", "DescribeFunctions", "Me.IsAddin = True", "Me.Saved = True"]
    assert [line.strip() for line in opening.splitlines() if line.strip() in order] == order


def test_same_bytes(made: Made) -> None:
    plain = openpyxl.Workbook()
    saved = io.BytesIO()
    plain.save(saved)
    assert with_macros(saved.getvalue()) == with_macros(saved.getvalue())


def test_without_macros_nothing_of_this_is_in_the_workbook() -> None:
    assert project_of(render({})) is None


# ---- the settings


def test_the_settings_start_in_a1_and_end_before_an_empty_line(made: Made) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made.data))["xlwings.conf"]
    rows = [(sheet.cell(row, 1).value, sheet.cell(row, 2).value) for row in range(1, 6)]
    assert rows == [
        ("Interpreter_Win", r"%USERPROFILE%\python.exe"),
        ("UDF Modules", "xlcost.udfs"),
        ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
        (None, None),
        (None, None),
    ]
    assert vba.UDF_MODULE == "xlcost.udfs"


def test_an_interpreter_is_named_so_that_a_colleague_has_it_too() -> None:
    mine, home = r"C:\Users\ann\py\python.exe", r"C:\Users\Ann"
    assert portable(mine, home) == r"%USERPROFILE%\py\python.exe"
    assert portable(r"C:\Users\anna\python.exe", home) == r"C:\Users\anna\python.exe"
    assert expanded(portable(mine, home), {"USERPROFILE": r"C:\Users\bob"}) == r"C:\Users\bob\py\python.exe"
    assert expanded(r"D:\python.exe", {"USERPROFILE": r"C:\Users\bob"}) == r"D:\python.exe"
    assert settings(None) == {"UDF Modules": "xlcost.udfs", "ADD_WORKBOOK_TO_PYTHONPATH": "False"}


def test_the_users_own_settings(tmp_path: Path) -> None:
    path = tmp_path / "xlwings.conf"
    assert read_user_file(path) == {}
    path.write_text('"Interpreter_Win","C:\\py, 3\\python.exe"\n"bad"\n', encoding="utf-8")
    assert read_user_file(path) == {"INTERPRETER_WIN": r"C:\py, 3\python.exe"}


# ---- every cell, through xlwings


def handed(made: Made, book: openpyxl.Workbook, sheet: str, reference: str) -> Any:
    """What a reference holds: what our stub hands over for it."""
    if not reference:
        return OMITTED
    title, _, area = reference.replace("$", "").rpartition("!")
    title = title.strip("'") or sheet

    def value(cell: Any) -> Any:
        found = made.values.get((title, cell.coordinate), cell.value)
        return {"error": str(found)} if hasattr(found, "name") else found

    cells = book[title][area]
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    found = [[value(cell) for cell in row] for row in rows]
    return {"literal": found} if len(found) > 1 or len(found[0]) > 1 else {"literal": found[0][0]}


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)
    return bool(str(one) == str(other))


def test_every_cell_comes_to_the_same_through_xlwings(made: Made, excel: Excel) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    counted, asked = 0, set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell.value, str) or not cell.value.startswith("=") or "FT_" not in cell.value:
                    continue
                found = CALL.search(cell.value)
                assert found, cell.value
                asks_only = cell.value == f"=IF(eng_On=1,IF(ISNUMBER({found[0]}),1,0),0)"
                switched = re.fullmatch(rf"=IF\(eng_(On|Draws)=1,{re.escape(found[0])},(0|F\d+)\)", cell.value)
                picked = PICKED.fullmatch(cell.value.replace(found[0], "CALL"))
                assert asks_only or switched or picked or cell.value == f"={found[0]}", cell.value
                name, references = found[1], found[2].split(",") if found[2] else []
                given = [handed(made, book, sheet.title, reference) for reference in references]
                left_out = [OMITTED] * (len(functions()[name].parameters) - len(given))
                outcome = excel.outcome(name, *given, *left_out, from_stub=True)
                result = outcome["result"]
                if picked:
                    result = result[int(book[sheet.title][picked[2].replace("$", "")].value)][int(picked[3]) - 1]
                while isinstance(result, list):
                    result = result[0]
                result = float(isinstance(result, float)) if asks_only else result
                assert same(result, made.values[sheet.title, cell.coordinate]), f"{sheet.title}!{cell.coordinate}"
                assert outcome["round_trips"] == 0
                counted += 1
                asked.add(name)
    assert asked == set(functions())
    assert counted > 80


def test_a_range_costs_nothing_and_means_the_same(made: Made, excel: Excel) -> None:
    """By values, as our stub hands it over, and by reference, as xlwings' own stub does."""
    pairs = [["mfu", 0.4], ["gpu_price", 3.1]]
    by_value = excel.outcome("FT_TOTAL", {"literal": pairs}, OMITTED, OMITTED, from_stub=True)
    by_reference = excel.outcome("FT_TOTAL", {"range": pairs}, OMITTED, OMITTED)
    assert by_value["result"] == by_reference["result"]
    assert by_value["round_trips"] == 0 < by_reference["round_trips"]


@pytest.mark.parametrize("name", functions())
def test_empty_means_omitted(excel: Excel, name: str) -> None:
    """Which is why the stub may hand over an empty value for what is left out."""
    count = len(functions()[name].parameters)
    omitted = excel.outcome(name, *[OMITTED] * count, from_stub=True)
    assert excel.outcome(name, *[{"literal": None}] * count, from_stub=True) == omitted


# ---- xlwings' own import, the trodden path


@pytest.fixture(scope="module")
def imported() -> str:
    return answer("xlcost.udfs", "--vba")


@pytest.mark.parametrize("name", functions())
def test_import_functions_writes_each_one_with_its_arguments(imported: str, name: str) -> None:
    each = functions()[name]
    named = [p.name if p.required else f"Optional {p.name}" for p in each.parameters]
    body = imported.split(f"Function {name}({', '.join(named)})\n")[1].split("End Function")[0]
    passed = ", ".join(p.name for p in each.parameters)
    assert f'{name} = XLPy.CallUDF("xlcost.udfs", "{name}", Array({passed}), ThisWorkbook, Application.Caller)' in body


def test_import_functions_writes_nothing_else(imported: str) -> None:
    assert sorted(re.findall(r"^Function (\w+)", imported, re.MULTILINE)) == sorted(functions())


# ---- LibreOffice


def python_with_uno() -> str | None:
    for python in ("/usr/bin/python3", shutil.which("python3")):
        if python and Path(python).exists():
            run = subprocess.run([python, "-c", "import uno"], capture_output=True)
            if run.returncode == 0:
                return python
    return None


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_it_and_runs_the_macros(made: Made, tmp_path: Path) -> None:
    """Its Basic has VBA's language: the stubs are compiled and called, with a Python that answers, and with none."""
    if (python := python_with_uno()) is None:
        pytest.skip("needs a Python that has LibreOffice's module uno")
    book = tmp_path / "book.xlsm"
    book.write_bytes(made.data)
    command = [python, str(HERE / "basic_probe.py"), str(book), str(tmp_path / "profile"), f"{version():g}"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    right, too_old = found["right"], found["too old"]
    assert {"xlwings_udfs", "xlcost_help", "xlwings", "ThisWorkbook", "Sheet1"} <= set(right["modules"])
    assert right["probe"] == "True 1.5 #N/A too True described"
    assert right["version"] == f"{version():g}"
    assert right["values"] == "xlcost.udfs FT_GPU_HOURS 10 Double Double"
    assert right["a range and nothing"] == "xlcost.udfs FT_GPU_HOURS 10 Variant() Empty"
    assert right["a cell"] == "xlcost.udfs FT_GPU_HOURS 10 String String"
    assert right["nothing"] == "xlcost.udfs FT_TOTAL 2 Empty Empty"
    assert right["no Python"] == right["still none"] == "Error 2029"
    assert right["why"].startswith("Python does not start: look at Interpreter_Win on the sheet xlwings.conf")
    assert too_old["version"] == too_old["values"] == "Error 2029"
    assert too_old["why"].startswith(f"This file was made by xlcost {__version__}, and Python has an older one: ")
