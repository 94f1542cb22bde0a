"""The add-in for LibreOffice: what is in it, and that the template means the same there as without LibreOffice."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from contract import calls, in_python
from libreoffice_host import LibreOffice, value, why_not
from openpyxl import Workbook, load_workbook

from xlcost import Case
from xlcost.errors import CellError
from xlcost.files.values import Value
from xlcost.functions import ft
from xlcost.functions.function import Function
from xlcost.functions.registry import functions
from xlcost.hosts.ft_headless import host_functions
from xlcost.hosts.headless import recalculate
from xlcost.hosts.libreoffice.extension import extension
from xlcost.hosts.libreoffice.types import idl, interface_name, library, may_give_text
from xlcost.sheets.layout import ENGINE_DRAWS
from xlcost.sheets.render import render

ROOT = Path(__file__).parents[2]
KNOWN = list(functions().values())
SINGLE = [each.name for each in KNOWN if may_give_text(each)]
OOR = "{http://openoffice.org/2001/registry}"
MANIFEST = "{http://openoffice.org/2001/manifest}"


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(extension())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_always_the_same_bytes() -> None:
    assert extension() == extension()


def test_every_function_is_described_with_its_arguments(parts: dict[str, bytes]) -> None:
    """By names that sort as the arguments stand, since LibreOffice sorts them."""
    root = ElementTree.fromstring(parts["CalcAddIns.xcu"])
    found = {}
    for node in root.iterfind(".//node"):
        texts = {each.get(f"{OOR}name"): each.findtext("value") for each in node.iterfind("prop")}
        if "CompatibilityName" in texts:
            arguments = node.findall("node/node")
            names = [each.get(f"{OOR}name") for each in arguments]
            assert names == sorted(names)
            said = [[prop.findtext("value") for prop in each.iterfind("prop")] for each in arguments]
            found[node.get(f"{OOR}name")] = (texts["CompatibilityName"], texts["Description"], said)
    assert found == {
        each.name: (each.name, each.doc, [[parameter.name, parameter.doc] for parameter in each.parameters])
        for each in KNOWN
    }


def test_what_the_manifest_names_is_there(parts: dict[str, bytes]) -> None:
    root = ElementTree.fromstring(parts["META-INF/manifest.xml"])
    named = {each.get(f"{MANIFEST}full-path") for each in root}
    assert named == {"xlcost.rdb", "CalcAddIns.xcu", "component.py"}
    assert named < set(parts)
    ElementTree.fromstring(parts["description.xml"])


def test_the_type_library_names_every_function_and_changes_with_them(parts: dict[str, bytes]) -> None:
    name = interface_name(KNOWN)
    assert parts["names.txt"].decode().split() == ["xlcost.Functions", f"xlcost.{name}", *SINGLE]
    for each in KNOWN:
        assert each.name.encode() in parts["xlcost.rdb"]
    more = Function("FT_ANOTHER", "Another.", (), "USD", lambda _: 1.0, lambda _: "1")
    assert interface_name([*KNOWN, more]) != name
    assert name.encode() in parts["xlcost.rdb"]


def test_the_type_library_is_what_libreoffices_own_compiler_makes(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    office = Path(soffice).resolve().parents[1] if soffice else Path()
    compiler = office / "sdk" / "bin" / "unoidl-write"
    if not compiler.exists():
        pytest.skip("needs LibreOffice's SDK: on Debian and Ubuntu, apt-get install libreoffice-dev")
    (tmp_path / "xlcost.idl").write_text(idl(KNOWN), encoding="ascii")
    subprocess.run(
        [compiler, office / "program" / "types.rdb", tmp_path / "xlcost.idl", tmp_path / "xlcost.rdb"],
        check=True,
        env={**os.environ, "LD_LIBRARY_PATH": str(office / "program")},
    )
    compiled = (tmp_path / "xlcost.rdb").read_bytes()
    banner = compiled[16 : compiled.index(b"\0", 17) + 1]  # the compiler's version
    assert compiled == library(KNOWN, banner)


def test_the_core_in_it_computes_by_itself(parts: dict[str, bytes], tmp_path: Path) -> None:
    """Unpacked, with an interpreter that sees nothing else."""
    for name, data in parts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'pythonpath')!r})\n"
        "from xlcost.functions.registry import functions\n"
        "import xlcost\n"
        "print(len(functions()), functions()['FT_TOTAL'].call([]), xlcost.__file__)"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        str(len(KNOWN)),
        str(functions()["FT_TOTAL"].call([])),
        str(tmp_path / "pythonpath" / "xlcost" / "__init__.py"),
    ]


def test_what_may_give_a_text_gives_a_single_value() -> None:
    """Or LibreOffice would find the text equal to nothing."""
    texts = set()
    for call in calls():
        answer = in_python(call.function, list(call.arguments))
        if isinstance(answer, str) and not answer.startswith("#"):
            texts.add(call.function)
    assert texts <= set(SINGLE)
    assert ft.FT_DRIFT_MONTHS(0.9, 0.5, 0.7) == ft.FT_TOTAL(None, None, "payback_month") == "never"
    assert {"FT_DRIFT_MONTHS", "FT_RETRAIN_INTERVAL", "FT_TOTAL"} < set(SINGLE)
    assert {"FT_COMPUTE_COST", "FT_BREAKDOWN"}.isdisjoint(SINGLE)


@pytest.mark.libreoffice
@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_every_cell_of_every_shipped_workbook_is_the_same_in_libreoffice(tmp_path: Path) -> None:
    """With the add-in, in one start of LibreOffice. Its Python may have numpy or not: then so do we."""
    shipped = {path.stem: path.read_bytes() for path in sorted((ROOT / "workbook").glob("*.xlsx"))}
    books = {"fresh": render(Case.shipped()), **shipped}
    assert len(books) == 6
    theirs = LibreOffice(tmp_path).all_recalculated(books)
    wrong = []
    for name, data in books.items():
        formulas = load_workbook(io.BytesIO(data))
        [(sheet, cell)] = formulas.defined_names[ENGINE_DRAWS].destinations
        ours = recalculate(data, host_functions(numpy=theirs[name][sheet][cell.replace("$", "")].value == 1)).values
        texts = {key: _text(formulas, *key) for key in ours}
        wrong += [f"{name}: {each}" for each in _differences(ours, theirs[name], texts)]
        assert sum("FT_" in text for text in texts.values()) > len(functions())
        assert len(ours) > 15_000
        assert ours["Cover", "A2"].startswith("All checks hold")  # without numpy, one control is not run
    assert wrong == []


def _text(book: Workbook, sheet: str, cell: str) -> str:
    formula = book[sheet][cell].value
    return str(getattr(formula, "text", formula))


def _differences(
    ours: dict[tuple[str, str], Value], theirs: Workbook, texts: dict[tuple[str, str], str]
) -> Iterator[str]:
    for (sheet, cell), wanted in ours.items():
        found = value(theirs[sheet][cell].value)
        if isinstance(wanted, CellError):
            wanted = str(wanted)
        if wanted == "" and found is None:
            continue
        if isinstance(wanted, bool | int):
            wanted = float(wanted)
        if found != (pytest.approx(wanted, rel=1e-9, abs=1e-9) if isinstance(wanted, float) else wanted):
            yield f"{sheet}!{cell} {texts[sheet, cell]}: {wanted!r}, in LibreOffice {found!r}"
