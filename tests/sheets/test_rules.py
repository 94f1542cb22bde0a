"""Rules for the workbook that a machine can check."""

import io
import re
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.formula.translate import Translator

from xlcost import Case
from xlcost.files.values import write_values
from xlcost.sheets.layout import CASES, FIRST, case_column, month_column
from xlcost.sheets.render import CALCULATIONS, render

FORBIDDEN = re.compile(r"\b(IFERROR|OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN|CELL|INFO|CHOOSE|XLOOKUP|LET|LAMBDA)\(")
LITERAL = re.compile(r"(?<![A-Za-z_$\d.\"])(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.:(!])")
TEXT = re.compile(r'"(?:[^"]|"")*"')


@pytest.fixture(scope="module")
def book(made):
    return made.book()


def formulas(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet, cell, str(cell.value)


def test_no_forbidden_functions(book):
    assert [f"{s.title}!{c.coordinate}" for s, c, text in formulas(book) if FORBIDDEN.search(text)] == []


def test_no_numbers_in_formulas_but_those_of_the_mathematics(book):
    found = {}
    for sheet, cell, text in formulas(book):
        for number in LITERAL.findall(TEXT.sub("", text)):
            if float(number) > 4:
                found[f"{sheet.title}!{cell.coordinate}"] = text
    assert found == {}


def test_formulas_are_short_where_they_calculate(book):
    long = {f"{s.title}!{c.coordinate}": len(t) for s, c, t in formulas(book) if len(t) > 120}
    assert long == {}


def test_one_formula_a_row_across_cases(book):
    for sheet in (book[each.title] for each in CALCULATIONS if each.title not in ("Timeline",)):
        for row in range(6, sheet.max_row + 1):
            first = sheet[f"{case_column(0)}{row}"]
            if first.data_type != "f" or "Timeline!" in str(first.value):
                continue
            for case in range(1, len(CASES)):
                cell = sheet[f"{case_column(case)}{row}"]
                if cell.value is not None:
                    assert cell.value == Translator(first.value, first.coordinate).translate_formula(cell.coordinate)


def test_one_formula_a_row_across_months(made, book):
    sheet = book["Timeline"]
    for block in made.layout.timeline:
        for row, what in block.rows.items():
            if isinstance(what, str) or what.link:
                continue
            first = sheet[f"{month_column(0)}{row}"]
            for member in range(1, made.layout.months):
                cell = sheet[f"{month_column(member)}{row}"]
                assert cell.value == Translator(first.value, first.coordinate).translate_formula(cell.coordinate)


def test_nothing_is_hidden_or_merged_and_everything_has_its_font(book):
    for sheet in book:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not any(each.hidden for each in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values()))
        assert sheet.freeze_panes
        assert sheet.sheet_properties.tabColor is not None
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    assert cell.font.name == "Arial", f"{sheet.title}!{cell.coordinate}"
                    assert cell.font.color is not None, f"{sheet.title}!{cell.coordinate}"


def test_every_quantity_is_shown_on_one_sheet(made):
    calculated = [
        row.name
        for block in (*made.layout.blocks.values(), made.layout.timeline[0])
        for row in block.rows.values()
        if not isinstance(row, str) and not row.link and not row.computed and not row.table and not row.member
    ]
    quantities = [name for name in calculated if name in made.layout.graph.quantities]
    assert sorted(quantities) == sorted(made.layout.graph.quantities)


def test_every_input_is_validated_and_every_name_resolves(made, book):
    sheet = book["Inputs"]
    validated = {str(each) for v in sheet.data_validations.dataValidation for each in v.sqref.ranges}
    for row in made.layout.input_rows.values():
        for case in range(len(CASES)):
            cell = f"{case_column(case)}{row}"
            assert cell in validated or f"{case_column(0)}{row}:{case_column(4)}{row}" in validated
    assert all(each.error and each.showErrorMessage for each in sheet.data_validations.dataValidation)
    for title, name in book.defined_names.items():
        assert title.startswith(("in_", "out_", "con_", "tbl_", "chk_", "eng_"))
        assert name.comment, title
        for where, _ in name.destinations:
            assert where in book.sheetnames


def test_the_same_cases_give_the_same_bytes():
    assert render(Case.shipped()) == render(Case.shipped())


def test_values_are_in_the_file_for_whoever_only_reads(finished, estimates):
    frame = pd.read_excel(io.BytesIO(finished), sheet_name="Results", header=None)
    line = frame[frame[0] == "total_cost"].iloc[0]
    assert line[FIRST - 1] == pytest.approx(estimates["Base"].total)
    values = load_workbook(io.BytesIO(finished), data_only=True)
    empty = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet, cell, _ in formulas(load_workbook(io.BytesIO(finished)))
        if values[sheet.title][cell.coordinate].value is None and not _may_be_empty(sheet.title, cell)
    ]
    assert empty == []


def _may_be_empty(title, cell) -> bool:
    return title == "Inputs"  # where a formula yields an empty text, openpyxl reads nothing


def test_writing_values_twice_changes_nothing(made, finished):
    assert write_values(finished, made.values) == finished


def test_a_text_of_a_case_never_becomes_a_formula():
    case = Case.of({"gpu_price": {"value": 3, "source": '=HYPERLINK("http://example.org")'}})
    data = render({"Base": case})
    sheet = load_workbook(io.BytesIO(data))["Inputs"]
    found = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert [cell.data_type for cell in found] == ["s"]


def test_there_is_no_macro_no_link_and_no_connection(finished):
    names = zipfile.ZipFile(io.BytesIO(finished)).namelist()
    assert not [name for name in names if re.search(r"vba|externalLink|connection|embed|activeX", name)]
