"""Recalculation without Excel: native formulas by the engine, FT_ functions by Python, and what Excel would show."""

import datetime
import io
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from xlcost.errors import CellError, XlcostError
from xlcost.files.package import read_parts, zip_parts
from xlcost.files.values import Value, strip_values, write_values
from xlcost.hosts.headless import Finding, HostFunction, evaluate_formula, recalculate, recalculate_file
from xlcost.hosts.rewriting import Place, Surroundings, rewritten
from xlcost.hosts.rewriting import Table as TableOf

SHEET = "xl/worksheets/sheet1.xml"


def add(*arguments: object) -> object:
    """The sum of the numbers; an error passes through."""
    errors = [argument for argument in arguments if isinstance(argument, CellError)]
    return errors[0] if errors else sum(argument for argument in arguments if isinstance(argument, float))


def fail(*_: object) -> object:
    raise ValueError("no price for H100 on 2026-01-02")


def functions(seen: list[tuple[object, ...]] | None = None) -> list[HostFunction]:
    def look(*arguments: object) -> float:
        if seen is not None:
            seen.append(arguments)
        return 1.0

    return [
        HostFunction("FT_ADD", add),
        HostFunction("FT_LOOK", look),
        HostFunction("FT_FAIL", fail),
        HostFunction("FT_ONE", lambda value: value, 1, 1),
        HostFunction("FT_TABLE", lambda rows: [[10.0 * row + 1, "x"] for row in range(int(rows))], 1, 1),
    ]


def workbook(
    cells: Mapping[str, object],
    *,
    names: Mapping[str, str] | None = None,
    other: Mapping[str, object] | None = None,
    table: str = "",
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "My costs"
    second = book.create_sheet("Other")
    for target, content in ((sheet, cells), (second, other or {})):
        for address, value in content.items():
            target[address] = value
    if table:
        made = Table(displayName="Prices", ref=table, totalsRowCount=1)
        made._initialise_columns()
        top = table.split(":", 1)[0]
        for column, heading in zip(made.tableColumns, second[top.replace("$", "")].parent[int(top[1:])], strict=False):
            column.name = heading.value
        second.add_table(made)
    for name, text in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def value_of(formula: str, **more: object) -> Value:
    """The value of a formula in A5 of a small workbook."""
    data = workbook({"B1": 3, "B2": "text", "B3": True, "C1": 5, "A5": formula}, **more)  # type: ignore[arg-type]
    return recalculate(data, functions()).values["My costs", "A5"]


def arguments_of(formula: str, **more: object) -> tuple[object, ...]:
    """What a function receives from a formula in A5."""
    seen: list[tuple[object, ...]] = []
    data = workbook({"B1": 3, "B2": "text", "B3": True, "C1": 5, "A5": formula}, **more)  # type: ignore[arg-type]
    recalculate(data, functions(seen))
    assert len(seen) == 1
    return seen[0]


@pytest.mark.parametrize(
    ("formula", "received"),
    [
        ("=FT_LOOK()", ()),
        ('=FT_LOOK(8,,"H100")', (8.0, None, "H100")),
        ("=FT_LOOK(8, ,1)", (8.0, None, 1.0)),
        ("=FT_LOOK(,8)", (None, 8.0)),
        ("=FT_LOOK(8,)", (8.0, None)),
        ("=FT_LOOK(Z99)", (None,)),
        ("=FT_LOOK(B1,B2,B3)", (3.0, "text", True)),
        ("=FT_LOOK(1/0,NA())", (CellError.DIV0, CellError.NA)),
        ("=FT_LOOK(B1:C2)", ([[3.0, 5.0], ["text", None]],)),
        ("=FT_LOOK(B1:B1)", (3.0,)),
        ("=FT_LOOK(DATE(2026,1,2))", (46024.0,)),
        ('=FT_LOOK("a,,b",SUM(1,,2))', ("a,,b", 3.0)),
        ("=FT_LOOK({1,2;3,4})", ([[1.0, 2.0], [3.0, 4.0]],)),
        ("=_xll.FT_LOOK(1)", (1.0,)),
        ("=_xldudf_FT_LOOK(1,,2)", (1.0, None, 2.0)),
        ("=ft_look(1)", (1.0,)),
        ("=FT_LOOK(C:C)", (5.0,)),
        ("=FT_LOOK(Other:Other!A1)", (CellError.VALUE,)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_arguments(formula: str, received: tuple[object, ...]) -> None:
    assert arguments_of(formula) == received


def test_dates_arrive_as_serial_numbers() -> None:
    seen: list[tuple[object, ...]] = []
    cells = {"A1": datetime.datetime(2026, 1, 2, 12), "A2": datetime.date(2026, 1, 2), "A3": datetime.time(6)}
    recalculate(workbook(cells | {"B1": "=FT_LOOK(A1,A1:A3)"}), functions(seen))
    assert seen == [(46024.5, [[46024.5], [46024.0], [0.25]])]


def test_dates_of_the_1904_system() -> None:
    parts = read_parts(workbook({"A1": 100, "B1": "=YEAR(A1)", "B2": "=FT_ADD(DATE(1904,1,11))"}))
    book = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = book.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    assert recalculate(zip_parts(parts), functions()).values == {("My costs", "B1"): 1904.0, ("My costs", "B2"): 10.0}


@pytest.mark.parametrize(
    ("returned", "value"),
    [
        (None, 0.0), (2, 2.0), ("a", "a"), (True, True), (CellError.NUM, CellError.NUM), (float("nan"), CellError.NUM),
        (float("inf"), CellError.NUM), ([[7.0]], 7.0), ("a\ud800", "a?"), (NotImplemented, CellError.VALUE),
    ],
    ids=str,
)  # fmt: skip
def test_returned_values(returned: object, value: Value) -> None:
    found = recalculate(workbook({"A1": "=FT_X()"}), [HostFunction("FT_X", lambda: returned)])
    assert found.values == {("My costs", "A1"): value}


def test_148_too_many_cells_in() -> None:
    found = recalculate(workbook({"A20000": 1, "A1": 1, "B1": "=FT_ADD(A1:A20000)"}), functions())
    assert found.values == {("My costs", "B1"): CellError.VALUE}
    assert found.findings[0].detail == "FT_ADD: a range of more than 10,000 cells"


OTHER = {
    "A2": "Item", "B2": "Unit price", "C2": "Total",
    "A3": "gpu", "B3": 2, "C3": "=Prices[[#This Row],[Unit price]]*10",
    "A4": "disk", "B4": 4, "C4": "=Prices[[#This Row],[Unit price]]*10",
    "A5": "all", "C5": "=SUBTOTAL(109,Prices[Total])",
}  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=SUM(Prices[Unit price])", 6.0),
        ("=SUM(Prices[[Unit price]:[Total]])", 66.0),
        ("=Prices[[#Headers],[Unit price]]", "Unit price"),
        ("=Prices[[#Totals],[Total]]", 60.0),
        ("=SUM(Prices[[#Data],[#Totals],[Total]])", 120.0),
        ("=COUNTA(Prices[#All])", 11.0),
        ("=ROWS(Prices)", 2.0),
        ("=ROWS(Prices[])", 2.0),
        ("=FT_ADD(Prices[unit PRICE])", 0.0),
        ("=SUM(Prices[Absent])", CellError.REF),
        ("=Prices[[#This Row],[Total]]", CellError.VALUE),
        ('=INDEX(Prices[Unit price],MATCH("disk",Prices[Item],0))', 4.0),
    ],
)
def test_tables(formula: str, value: Value) -> None:
    found = recalculate(workbook({"A9": formula}, other=OTHER, table="A2:C5"), functions())
    assert found.values["My costs", "A9"] == value
    assert found.values["Other", "C4"] == 40.0
    assert found.values["Other", "C5"] == 60.0


def test_this_row_in_short() -> None:
    table = TableOf("S", 3, 9, 2, ("Qty", "Unit price", "It's [net]"), True, None)
    around = Surroundings(frozenset(), ("S",), {"t": table})
    assert rewritten("[@Qty]*[@[Unit price]]", Place("S", 4, 5), around) == "[@Qty]*[@[Unit price]]"
    assert rewritten("[@Qty]*[@[Unit price]]", Place("S", 4, 4), around) == "'S'!$B4*'S'!$C4"
    assert rewritten("t[@]", Place("S", 4, 9), around) == "'S'!$B4:$D4"
    assert rewritten("t[It''s '[net']]", Place("S", 4, 9), around) == "'S'!$D$3:$D$9"


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=rate+1", 1.25),
        ("=double", 6.0),
        ("=chain", 7.0),
        ("=left_of+0", CellError.VALUE),
        ("=SUM(area)", 8.0),
        ("=via_function", 4.0),
        ("=looped", CellError.NAME),
        ("=gone", CellError.REF),
    ],
)
def test_names(formula: str, value: Value) -> None:
    names = {
        "rate": "0.25",
        "double": "'My costs'!$B$1*2",
        "chain": "double+1",
        "area": "'My costs'!$B$1:$C$1",
        "via_function": "FT_ADD(1,,'My costs'!$B$1)",
        "looped": "looped+1",
        "left_of": "'My costs'!XFD1",
        "gone": "#REF!",
    }
    found = value_of(formula, names=names)
    if "left_of" not in formula:  # relative to A5, one to the left: the far end of the row, which is empty
        assert found == value
    else:
        assert found == 0.0


def test_a_relative_name_is_seen_from_its_cell() -> None:
    data = workbook({"A2": 5, "B2": "=before*2", "A3": 7, "B3": "=before*2"}, names={"before": "'My costs'!XFD1"})
    assert recalculate(data, []).values == {("My costs", "B2"): 10.0, ("My costs", "B3"): 14.0}


def test_three_dimensional_references() -> None:
    assert value_of("=SUM('My costs:Other'!C1)", other={"C1": 4}) == 9.0
    assert value_of("=MAX('My costs:Other'!B1:C1)", other={"C1": 4}) == 5.0


def test_named_lambda_is_a_finding() -> None:
    data = workbook({"A1": "=twice(4)"}, names={"twice": "_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2)"})
    found = recalculate(data, [])
    assert found.values == {("My costs", "A1"): CellError.NAME}
    assert [(f.kind, f.detail) for f in found.findings] == [
        ("unknown function", "TWICE (a named LAMBDA, which Excel 365 alone computes)")
    ]


def test_findings() -> None:
    cells = {
        "A1": "=B1", "B1": "=A1", "A2": "=FT_NEW(1)+SUM(1)", "A3": '=FT_FAIL(1)&"<"', "A4": "=1/0", "A5": "=A2+1",
        "A6": "=SUM((B7,B8))", "A7": "=1+", "A8": "=FT_ONE()",
    }  # fmt: skip
    found = recalculate(workbook(cells), functions())
    assert set(found.findings) == {
        Finding("circular", "My costs", "A1", "=B1", "depends on itself"),
        Finding("circular", "My costs", "B1", "=A1", "depends on itself"),
        Finding("unknown function", "My costs", "A2", "=FT_NEW(1)+SUM(1)", "FT_NEW"),
        Finding("error", "My costs", "A3", '=FT_FAIL(1)&"<"', "FT_FAIL: no price for H100 on 2026-01-02"),
        Finding("error", "My costs", "A4", "=1/0", "#DIV/0!"),
        Finding("error", "My costs", "A5", "=A2+1", "#NAME?"),
        Finding(
            "error", "My costs", "A6", "=SUM((B7,B8))", "the recalculation doesn't support this formula; Excel does"
        ),
        Finding("error", "My costs", "A7", "=1+", "the recalculation can't read this formula"),
        Finding("error", "My costs", "A8", "=FT_ONE()", "#VALUE!"),
    }


@pytest.mark.parametrize("formula", ["=[1]Plan!A1", "=SUM([1]Plan!A1:A3)", "='[1]My plan'!A1", "='[Book 2.xlsx]S'!A1"])
def test_links_without_their_workbook_harm_nobody_else(formula: str) -> None:
    found = recalculate(workbook({"A1": formula, "A2": "=1+1", "A3": "=INDEX(C1:C9,A2)"}), [])
    assert found.values["My costs", "A1"] == CellError.REF
    assert found.values["My costs", "A2"] == 2.0
    assert found.findings[0].formula == formula


def test_an_array_formula_fills_its_area_and_no_more() -> None:
    cells = {
        "A1": ArrayFormula("A1:B3", "=FT_TABLE(2)"),
        "D1": ArrayFormula("D1:D2", "=FT_TABLE(5)"),
        "E1": ArrayFormula("E1:E3", "=1+1"),
        "D5": "=COUNT(A1:D3)",
        "G1": ArrayFormula("G1:G3", "=H1:H3"),
        "H1": False,
        "H2": '=""',
    }
    found = recalculate(workbook(cells), functions())
    s = "My costs"
    assert found.values == {
        (s, "A1"): 1.0, (s, "B1"): "x", (s, "A2"): 11.0, (s, "B2"): "x",
        (s, "A3"): CellError.NA, (s, "B3"): CellError.NA,
        (s, "D1"): 1.0, (s, "D2"): 11.0, (s, "E1"): 2.0, (s, "E2"): 2.0, (s, "E3"): 2.0, (s, "D5"): 4.0,
        (s, "G1"): False, (s, "G2"): "", (s, "G3"): 0.0, (s, "H2"): "",
    }  # fmt: skip


def test_a_plain_formula_has_one_value() -> None:
    found = recalculate(
        workbook({"A1": "=FT_TABLE(3)", "A2": 5, "B3": "=A2:A4", "B2": "=A1:A3", "D1": "=SUM(A1:A9)"}), functions()
    )
    s = "My costs"
    assert found.values == {(s, "A1"): 1.0, (s, "B2"): 5.0, (s, "B3"): 0.0, (s, "D1"): 6.0}


def test_shared_formulas_are_rewritten_once_for_all() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">FT_ADD(A1,,2)</f></c></row>'
        '<row r="2"><c r="A2"><v>5</v></c><c r="B2"><f t="shared" si="0"/></c></row></sheetData></worksheet>'
    )
    data = zip_parts(read_parts(workbook({})) | {SHEET: sheet.encode()})
    assert recalculate(data, functions()).values == {("My costs", "B1"): 3.0, ("My costs", "B2"): 7.0}


def test_21_far_cells_cost_nothing() -> None:
    formulas = {
        "B1": "=SUM(A:A)",
        "C1": "=SUM(A2:XFD1048576)",
        "D1": "=COUNTIF(all,2)",
        "XFC1048576": "=A1",
        "E1": "=SUM(C:XFD)",
    }
    data = workbook({"A1": 1, "XFD1048576": 2, **formulas}, names={"all": "'My costs'!$A$1:$XFD$1048576"})
    began = time.perf_counter()
    found = recalculate(data, [])
    assert time.perf_counter() - began < 1
    assert {cell: value for (_, cell), value in found.values.items()} == {
        "B1": 1.0, "C1": CellError.VALUE, "D1": CellError.VALUE, "XFC1048576": 1.0, "E1": CellError.VALUE,
    }  # fmt: skip
    assert found.findings[0].detail.startswith("a reference to more than 2,000,000 cells")


def test_today_can_be_fixed() -> None:
    found = recalculate(workbook({"A1": "=TODAY()"}), [], today=datetime.date(2026, 1, 2))
    assert found.values == {("My costs", "A1"): 46024.0}


def test_stored_results_are_not_believed() -> None:
    data = workbook({"A1": 1, "A2": "=A1+1", "B1": ArrayFormula("B1:B2", "=A1:A2*2")})
    wrong = write_values(data, {("My costs", cell): 99 for cell in ("A2", "B1", "B2")})
    assert recalculate(wrong, []).values == {("My costs", "A2"): 2.0, ("My costs", "B1"): 2.0, ("My costs", "B2"): 4.0}


def test_a_file_recalculated_twice_has_the_same_bytes(tmp_path: Path) -> None:
    source, first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "c.xlsx"
    source.write_bytes(
        workbook({"A1": 1, "A2": "=FT_ADD(A1,,4)", "B1": ArrayFormula("B1:C2", "=FT_TABLE(2)")}, names={"n": "1+1"})
    )
    before = source.read_bytes()
    recalculate_file(source, first, functions())
    recalculate_file(first, second, functions())
    assert source.read_bytes() == before
    assert first.read_bytes() == second.read_bytes()
    sheet = openpyxl.load_workbook(first, data_only=True)["My costs"]
    assert [sheet[cell].value for cell in ("A2", "B1", "C1", "B2", "C2")] == [5, 1, "x", 11, "x"]
    assert openpyxl.load_workbook(first)["My costs"]["A2"].value == "=FT_ADD(A1,,4)"
    recalculate_file(source, source, functions())
    assert source.read_bytes() == first.read_bytes()


def test_a_file_is_written_whatever_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook({"A1": "=A1", "A2": "=1/0"}))
    found = recalculate_file(tmp_path / "a.xlsx", tmp_path / "b.xlsx", [])
    assert len(found.findings) == 2
    assert openpyxl.load_workbook(tmp_path / "b.xlsx", data_only=True)["My costs"]["A2"].value == "#DIV/0!"


def test_a_workbook_keeps_its_kind(tmp_path: Path) -> None:
    (tmp_path / "a.xlsm").write_bytes(zip_parts(read_parts(workbook({})) | {"xl/vbaProject.bin": b"\0"}))
    with pytest.raises(XlcostError, match=r"ends in \.xlsm"):
        recalculate_file(tmp_path / "a.xlsm", tmp_path / "b.xlsx", [])
    assert "macros" in recalculate_file(tmp_path / "a.xlsm", tmp_path / "b.xlsm", []).warnings[0]


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('=FT_ADD(8,30,,"H100-SXM")', 38.0),
        ("FT_ADD(1,2)*2", 6.0),
        ("=1/0", CellError.DIV0),
        ("=FT_FAIL()", CellError.VALUE),
        ("=FT_ABSENT()", CellError.NAME),
        ("=FT_TABLE(2)", [[1.0, "x"], [11.0, "x"]]),
        ("=SEQUENCE(1,3)", [[1.0, 2.0, 3.0]]),
        ("=1=1", True),
    ],
)
def test_one_formula(formula: str, value: object) -> None:
    assert evaluate_formula(formula, functions()) == value


@pytest.mark.parametrize("formula", ["=IF(1,", "=1+", "=SUM(1;2)", "="])
def test_no_formula(formula: str) -> None:
    with pytest.raises(XlcostError, match="no formula"):
        evaluate_formula(formula, functions())


def test_one_formula_in_a_workbook() -> None:
    data = workbook({"A1": 2, "A2": "=A1*FT_ADD(1,1)"}, names={"rate": "'My costs'!$A$1/8"}, other={"A1": 100})
    assert evaluate_formula("=A2+Other!A1", functions(), data) == 104.0
    assert evaluate_formula("=FT_ADD(rate,,SUM(A:A))", functions(), data) == 6.25


def test_an_interrupt_in_a_function_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    """The engine itself would make an error value of it, and go on."""
    book = openpyxl.Workbook()
    for row in range(1, 4):
        book.active.cell(row, 1).value = f"=HALT({row})"
    path = tmp_path / "book.xlsx"
    book.save(path)
    before, asked = path.read_bytes(), []

    def halt(number: object) -> float:
        asked.append(number)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recalculate_file(path, path, [HostFunction("HALT", halt)])
    assert path.read_bytes() == before
    assert len(asked) == 1
    with pytest.raises(KeyboardInterrupt):
        evaluate_formula("=HALT(1)", [HostFunction("HALT", halt)])


def test_20_000_formula_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    for title in "ABCDE":
        sheet = book.create_sheet(title)
        for row in range(1, 401):
            sheet.append([row, *(f"=$A{row}*{n}+SUM($A$1:$A${row})" for n in range(9)), f"=FT_ADD(A{row},,B{row})"])
    book.save(tmp_path / "large.xlsx")
    found = recalculate_file(tmp_path / "large.xlsx", tmp_path / "out.xlsx", functions())
    assert len(found.values) == 20_000
    assert found.findings == ()


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_comes_to_the_same(tmp_path: Path) -> None:
    cells = {
        "A1": 2, "A2": 3.5, "B1": "=A1^A2", "B2": "=ROUND(B1,2)", "B3": '=TEXT(B1,"0.00")&" USD"',
        "B4": "=PMT(0.05/12,36,-B1)",
        "B5": "=IF(A1>A2,1,1/0)", "B6": "=SUMPRODUCT(A1:A2,B1:B2)", "B7": "=rate*2", "B8": "=SUM(Prices[Unit price])",
        "B9": "=VLOOKUP(\"disk\",Other!A3:C4,3,FALSE)", "B10": "=NPV(0.1,A1:A2)",
        "B11": ArrayFormula("B11:B12", "=A1:A2*2"),
    }  # fmt: skip
    data = workbook(cells, names={"rate": "'My costs'!$A$1/4"}, other=OTHER, table="A2:C5")
    ours = recalculate(data, functions()).values
    (tmp_path / "book.xlsx").write_bytes(strip_values(data))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "out"), str(tmp_path / "book.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    theirs = openpyxl.load_workbook(tmp_path / "out" / "book.xlsx", data_only=True)
    for (sheet, cell), value in ours.items():
        found = theirs[sheet][cell].value
        if isinstance(value, float):
            assert found == pytest.approx(value, rel=1e-9)
        else:
            assert found == (str(value) if isinstance(value, CellError) else value)
