"""Cached values: what is written is what other programs read, and nothing else in the file changes."""

import io
import math
import re
import shutil
import subprocess
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from xlcost.errors import CellError, XlcostError
from xlcost.files.package import cell_name, cells, column_letters, column_number, read_parts, sheet_parts, zip_parts
from xlcost.files.values import Value, normalise, strip_values, write_values

SHEET = "xl/worksheets/sheet1.xml"


def workbook(cells: Mapping[str, object], title: str = "Costs") -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = title
    for address, value in cells.items():
        book.active[address] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_sheet(content: str) -> bytes:
    text = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{content}</worksheet>'
    return zip_parts(read_parts(workbook({})) | {SHEET: text.encode()})


def sheet_xml(data: bytes) -> str:
    return read_parts(data)[SHEET].decode()


def stored(data: bytes) -> dict[str, object]:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}


def costs(**values: Value) -> dict[tuple[str, str], Value]:
    return {("Costs", cell): value for cell, value in values.items()}


BOOK = workbook({"A1": 2, "A2": "text", "B1": "=A1*2", "B2": '=A2&"<&>"', "B3": "=A1>1", "B4": "=1/0", "C9": "=B1"})


def test_every_kind_of_value() -> None:
    data = write_values(BOOK, costs(B1=4.5, B2="<a & b>", B3=True, B4=CellError.DIV0, C9=7))
    assert stored(data) == {
        "A1": 2, "A2": "text", "B1": 4.5, "B2": "<a & b>", "B3": True, "B4": "#DIV/0!", "C9": 7,
    }  # fmt: skip
    xml = sheet_xml(data)
    assert '<c r="B3" t="b"><f>A1&gt;1</f><v>1</v></c>' in xml
    assert '<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c>' in xml
    assert '<c r="C9"><f>B1</f><v>7</v></c>' in xml


def test_only_results_and_calc_settings_change() -> None:
    before, after = read_parts(BOOK), read_parts(write_values(BOOK, costs(B1=4, C9="x")))
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {SHEET, "xl/workbook.xml"}
    undone = (
        after[SHEET].decode().replace("<v>4</v>", "<v></v>").replace(' t="str"><f>B1</f><v>x</v>', "><f>B1</f><v></v>")
    )
    assert undone == re.sub(r"<v ?/>", "<v></v>", before[SHEET].decode())


def test_calculation_settings() -> None:
    book = read_parts(write_values(BOOK, {}))["xl/workbook.xml"].decode()
    assert 'calcId="191029"' in book
    assert "fullCalcOnLoad" not in book
    plain = read_parts(BOOK)
    plain["xl/workbook.xml"] = re.sub(rb"<calcPr[^>]*/>", b"", plain["xl/workbook.xml"])
    again = read_parts(write_values(zip_parts(plain), {}))["xl/workbook.xml"].decode()
    assert re.search(r'(</definedNames>|<definedNames ?/>|</sheets>)<calcPr calcId="191029"/>', again)


def test_twice_is_the_same() -> None:
    values = costs(B1=4.5, B2="x", B3=False, B4=CellError.NA, C9=None)
    once = write_values(BOOK, values)
    assert once == write_values(BOOK, values)
    assert once == write_values(once, values)


def test_a_changed_kind_leaves_no_trace() -> None:
    values = costs(B1=1.5)
    assert write_values(write_values(BOOK, costs(B1="text")), values) == write_values(BOOK, values)


def test_no_dates_in_the_zip() -> None:
    with zipfile.ZipFile(io.BytesIO(write_values(BOOK, {}))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf], ids=["55-nan", "56-inf", "57-minus-inf"])
def test_refused_numbers(value: float) -> None:
    with pytest.raises(XlcostError, match=r"Costs!B1: .*no number that a cell holds"):
        write_values(BOOK, costs(B1=value))


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.0, "0"), (5e-324, "5e-324"), (3.0, "3"), (1e22, "1e+22"), (0.1, "0.1"), (10**20, "1e+20")],
    ids=["59-minus-zero", "60-smallest", "whole", "large", "tenth", "int"],
)
def test_numbers_as_text(value: float, text: str) -> None:
    assert f"<v>{text}</v>" in sheet_xml(write_values(BOOK, costs(B1=value)))


@pytest.mark.parametrize(
    "text",
    ["=1+1", " leading", "a\nb", "\U0001f600 \u202e \u05d0", "_x000D_", "cr\rlf", "tab\t", "", "bell\x07"],
    ids=["45-formula", "space", "newline", "193-emoji-rtl", "escape-like", "cr", "tab", "empty", "control"],
)
def test_texts_come_back(text: str) -> None:
    from openpyxl.utils.escape import unescape

    read = stored(write_values(BOOK, costs(B2=text))).get("B2")
    assert unescape(str(read or "")) == text


def test_196_lone_surrogate_is_replaced() -> None:
    assert stored(write_values(BOOK, costs(B2="a\ud800b")))["B2"] == "a\ufffdb"


def test_195_long_text_is_refused() -> None:
    assert len(str(stored(write_values(BOOK, costs(B2="x" * 32_767)))["B2"])) == 32_767
    with pytest.raises(XlcostError, match="a text of 32,768 letters"):
        write_values(BOOK, costs(B2="x" * 32_768))


def test_inputs_are_never_overwritten() -> None:
    with pytest.raises(XlcostError, match="Costs!A1: holds no formula"):
        write_values(BOOK, costs(A1=3))
    with pytest.raises(XlcostError, match="Costs!Z99: holds no formula"):
        write_values(BOOK, costs(Z99=3))
    with pytest.raises(XlcostError, match="Other!A1: no such sheet; there are Costs"):
        write_values(BOOK, {("Other", "A1"): 1})


def test_array_formula_fills_its_area() -> None:
    array = ArrayFormula("B2:C4", "=A1:A3*{1,2}")
    data = workbook({"A1": 1, "D3": "right", "B2": array, "B6": "below", "C3": 0})
    filled = costs(B2=1, C2=2, B3=3, C3="four", B4=True, C4=CellError.NA)
    once = write_values(data, filled)
    assert stored(once) == {
        "A1": 1, "B2": 1, "C2": 2, "B3": 3, "C3": "four", "D3": "right", "B4": True, "C4": "#N/A", "B6": "below",
    }  # fmt: skip
    assert [cell_name(cell.row, cell.column) for cell in cells(read_parts(once)[SHEET])] == [
        "A1", "B2", "C2", "B3", "C3", "D3", "B4", "C4", "B6",
    ]  # fmt: skip
    assert once == write_values(once, filled)
    assert stored(strip_values(once)) == {"A1": 1, "D3": "right", "B6": "below"}


def test_array_at_the_end_and_in_an_empty_row() -> None:
    data = with_sheet(
        '<sheetData><row r="1"><c r="A1"><f t="array" ref="A1:A4">x</f></c></row><row r="3" ht="9"/></sheetData>'
    )
    once = write_values(data, costs(A1=1, A2=2, A3=3, A4=4))
    assert (
        '<row r="2"><c r="A2"><v>2</v></c></row><row r="3" ht="9"><c r="A3"><v>3</v></c></row>'
        '<row r="4"><c r="A4"><v>4</v></c></row></sheetData>'
    ) in sheet_xml(once)


def test_shared_formulas_keep_their_words() -> None:
    data = with_sheet(
        '<sheetData><row r="1"><c r="A1" s="3"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>9</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f t="shared" si="0"/><v>old</v></c></row></sheetData>'
    )
    xml = sheet_xml(write_values(data, costs(A1=1, A2=2)))
    assert '<c r="A1" s="3"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>1</v></c>' in xml
    assert '<c r="A2"><f t="shared" si="0"/><v>2</v></c>' in xml


def test_addresses_left_out_prefixes_comments_and_extensions() -> None:
    text = (
        '<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<x:cols><x:col min='1' max='1'/></x:cols><x:sheetData><!-- <x:c r='A1'><x:f>no</x:f></x:c> -->"
        "<x:row><x:c><x:v>1</x:v></x:c><x:c s='1' t='s'><x:f>A1</x:f><x:v>0</x:v><x:extLst/></x:c></x:row>"
        "<x:row><x:c><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>"
    )
    data = zip_parts(read_parts(workbook({})) | {SHEET: text.encode()})
    xml = sheet_xml(write_values(data, costs(B1=5, A2="b")))
    assert xml == text.replace(
        "<x:c s='1' t='s'><x:f>A1</x:f><x:v>0</x:v><x:extLst/></x:c>",
        "<x:c s='1'><x:f>A1</x:f><x:v>5</x:v><x:extLst/></x:c>",
    ).replace("<x:c><x:f>A1</x:f></x:c>", '<x:c t="str"><x:f>A1</x:f><x:v>b</x:v></x:c>')


def test_a_data_table_keeps_its_values() -> None:
    table = '<c r="B2"><f t="dataTable" ref="B2:B3" dt2D="0" r1="A1"/><v>5</v></c>'
    data = with_sheet(f'<sheetData><row r="2">{table}</row></sheetData>')
    assert table in sheet_xml(strip_values(data))


def test_strip_removes_every_result_and_no_input() -> None:
    full = write_values(BOOK, costs(B1=4, B2="x", B3=True, B4=CellError.DIV0, C9=7))
    assert stored(strip_values(full)) == {"A1": 2, "A2": "text"}
    assert re.sub(r"<v ?/>|<v></v>", "", sheet_xml(BOOK)) == sheet_xml(strip_values(full))


def test_two_builds_have_the_same_bytes() -> None:
    first = workbook({"A1": 1})
    time.sleep(1.1)
    second = workbook({"A1": 1})
    assert first != second
    assert normalise(first) == normalise(second)
    assert normalise(normalise(first)) == normalise(first)
    assert next(iter(read_parts(normalise(first)))) == "[Content_Types].xml"
    assert stored(normalise(first)) == {"A1": 1}


def test_sheet_names_with_entities() -> None:
    data = workbook({"A1": "=1"}, title="R&D <'x'>")
    assert list(sheet_parts(read_parts(data))) == ["R&D <'x'>"]
    assert stored(write_values(data, {("R&D <'x'>", "A1"): 1})) == {"A1": 1}


@given(st.integers(1, 16_384))
def test_column_letters_round_trip(number: int) -> None:
    assert column_number(column_letters(number)) == number


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(CellError),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=20),
)


@given(st.fixed_dictionaries(dict.fromkeys(("B1", "B2", "B3", "B4", "C9"), VALUES)))
@settings(max_examples=60)
def test_what_is_written_is_what_is_read(values: dict[str, Value]) -> None:
    from openpyxl.utils.escape import unescape

    once = write_values(BOOK, costs(**values))
    assert once == write_values(once, costs(**values))
    read = stored(once)
    for cell, value in values.items():
        found = read.get(cell)
        if isinstance(value, CellError):
            assert found == str(value)
        elif isinstance(value, str):
            assert unescape(str(found or "")) == value
        else:
            assert found == value or (value == 0 and found == 0)


def test_20_000_formula_cells() -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Costs")
    for row in range(1, 2_001):
        sheet.append([row, *(f"=$A{row}*{column}+SUM($A$1:$A${row})" for column in range(10))])
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    values: dict[tuple[str, str], Value] = {
        ("Costs", cell_name(row, column)): row * 1.37 for row in range(1, 2_001) for column in range(2, 12)
    }
    once = write_values(data, values)
    assert once == write_values(once, values)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_reads_what_is_written_and_computes_what_is_stripped(tmp_path: Path) -> None:
    wrong = write_values(BOOK, costs(B1=999, B2="wrong", B3=False, B4=1, C9=999))
    (tmp_path / "trusted.xlsx").write_bytes(wrong)
    (tmp_path / "stripped.xlsx").write_bytes(strip_values(wrong))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "csv", "--outdir",
         str(tmp_path), str(tmp_path / "trusted.xlsx"), str(tmp_path / "stripped.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (tmp_path / "trusted.csv").read_text().splitlines()[0] == "2,999,"
    assert (tmp_path / "stripped.csv").read_text().splitlines()[:4] == ["2,4,", "text,text<&>,", ",TRUE,", ",#DIV/0!,"]
