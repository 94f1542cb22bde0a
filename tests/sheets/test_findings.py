"""What is told of a workbook, and how: causes first, and no advice that would do harm."""

import io
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from xlcost.files.opening import Opened, examine
from xlcost.files.values import write_values
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.sheets.inputs import INPUTS
from xlcost.sheets.layout import LIVE, case_column
from xlcost.sheets.rules import Computed, audit, reference

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from defect_list import DEFECTS
from defects import seeded


def told(data, wanted=None, computed=None):
    opened = Opened(data, "book.xlsx", examine(data, "book.xlsx"))
    return audit(opened, computed, wanted, reference("excel")).findings


def after(what, made, finished):
    """All that is told of a workbook with this defect, recalculated."""
    [defect] = [each for each in DEFECTS if each.what == what]
    data = seeded(made, finished, defect)
    found = headless.recalculate(data, host_functions())
    circles = tuple((each.sheet, each.cell, each.formula) for each in found.findings if each.kind == "circular")
    return told(write_values(data, found.values), None, Computed(found.values, circles))


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def column(book, name):
    """The cells of a column of a table."""
    [(sheet, area)] = book.defined_names[name].destinations
    return [cell for (cell,) in book[sheet][area]]


def titled(sheet, cell, title):
    """The cell in the row of another one, under a title."""
    head = next(row for row in range(cell.row, 0, -1) if any(each.value == title for each in sheet[row]))
    return next(sheet.cell(cell.row, each.column) for each in sheet[head] if each.value == title)


@pytest.mark.parametrize(
    ("what", "cause", "has_effects"),
    [
        ("an input is deleted", "template.line-deleted", True),
        ("a line of a stage is deleted", "template.line-deleted", True),
        ("a check is deleted", "template.line-deleted", False),
        ("a sheet with another name", "template.sheet-missing", True),
        ("a row in between, references not moved", "template.line-inserted", True),
    ],
)
def test_the_cause_comes_first_and_what_follows_is_folded(made, finished, what, cause, has_effects):
    found = after(what, made, finished)
    assert found[0].rule == cause
    assert [each.rule for each in found].count(cause) == 1
    assert sum(each.count for each in found) <= 25
    lost = f"{found[0].sheet}!{found[0].cell}".strip("!")
    folded = [each for each in found if "probably because of" in each.what]
    assert bool(folded) == has_effects
    assert all(lost in each.what and lost in each.cure for each in folded)


def test_a_fault_of_its_own_is_told_beside_a_cause(made, finished):
    """A total typed over its formula is no consequence of a row that is gone."""
    [defect] = [each for each in DEFECTS if each.what == "a line of a stage is deleted"]
    book = load_workbook(io.BytesIO(seeded(made, finished, defect)))
    book["Talent"]["H40"] = 5
    assert ("template.formula-overwritten", "Talent", "H40") in {
        (each.rule, each.sheet, each.cell) for each in told(saved(book))
    }


def test_a_renamed_sheet_is_told_by_its_new_name(made, finished):
    first = after("a sheet with another name", made, finished)[0]
    assert first.what == "is now called 'People': give it its old name, 'Talent'"
    assert first.value.endswith("formulas name Talent")
    assert int(first.value.split()[0]) > 20


def test_a_sheet_that_is_gone_is_not_taken_for_one_of_somebodys_own(made):
    book = made.book()
    del book["Talent"]
    book.create_sheet("Mine")["A1"] = "Talent"
    [found] = told(saved(book), ["template.sheet-missing"])
    assert found.what == "the sheet is gone"


def test_own_prices_with_their_source_are_nobodys_business(made):
    """A price with a source and a day, one that is called a placeholder, and one that is no longer known."""
    book = made.book()
    sheet = book["Prices"]
    first, second, third, fourth = [each for each in column(book, "tbl_gpu_offers_on_demand") if each.value][:4]
    first.value, second.value, third.value, fourth.value = 2.75, 3.0, None, 1.11
    titled(sheet, first, "Source").value = "Quote 4711"
    titled(sheet, first, "As of").value = "2026-11-02"
    titled(sheet, second, "Source").value = None
    titled(sheet, second, "Status").value = "placeholder"
    found = told(saved(book), ["catalogue.edited", "catalogue.source", "cell.validation", "template.format"])
    assert [(each.rule, each.cell) for each in found] == [("catalogue.edited", fourth.coordinate)]
    assert "the catalogue has" in found[0].what


def test_a_price_where_the_catalogue_has_none_claims_its_source_too(made):
    book = made.book()
    cell = next(each for each in column(book, "tbl_gpu_offers_spot") if each.value is None)
    cell.value = 0.5
    [found] = told(saved(book), ["catalogue.edited"])
    assert (found.cell, found.what) == (cell.coordinate, "the catalogue has none from this source")


def test_own_values_need_no_source_on_inputs(made):
    """A vendor's source that somebody has deleted with the vendor's value; without the value it would be missing."""
    book = made.book()
    row = made.layout.input_rows["label_price"]
    book[INPUTS][f"D{row}"] = None
    assert [each.cell for each in told(write_values(saved(book), made.values), ["catalogue.source"])] == [f"D{row}"]
    book[INPUTS][f"{case_column(0)}{row}"] = 0.33
    values = headless.recalculate(saved(book), host_functions()).values
    assert told(saved(book), ["catalogue.source"], Computed(values)) == ()


def test_other_inputs_are_no_exchange_of_cases(made):
    book = made.book()
    rows = made.layout.input_rows
    book[INPUTS][f"{case_column(0)}{rows['examples']}"] = 12_000
    book[INPUTS][f"{case_column(1)}{rows['label_price']}"] = 0.2
    assert told(saved(book), ["case.exchanged"]) == ()


def test_more_digits_and_formats_of_inputs_are_a_matter_of_taste(made):
    book = made.book()
    row = made.layout.input_rows["label_price"]
    book[INPUTS][f"{case_column(0)}{row}"].number_format = "#,##0.0"
    line = next(cell.row for cell in book["Results"]["A"] if cell.value == "total_cost")
    book["Results"][f"{LIVE}{line}"].number_format = "#,##0.0000"
    assert told(saved(book), ["template.format"]) == ()
    book["Results"][f"{LIVE}{line}"].number_format = "#,##0,"
    book[INPUTS][f"{case_column(0)}{row}"].number_format = "0,"
    assert len(told(saved(book), ["template.format"])) == 2


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "is_found"),
    [
        ("Summary", "D7", "250,000", True),
        ("Summary", "D7", "USD 250k", True),
        ("Summary", "D7", "~ 250,000 USD a year", True),
        ("Summary", "D7", 250_000, True),
        ("Summary", "D7", "=Results!H31*0.6", True),
        ("Summary", "D7", "seen by the board on 2 May", False),
        ("Cover", "C12", "250,000", True),
        ("Sources", "C60", "2026", False),
    ],
)
def test_a_figure_beside_the_tiles_is_seen_and_a_note_is_not(made, sheet, cell, value, is_found):
    book = made.book()
    assert book[sheet][cell].value is None
    book[sheet][cell] = value
    found = [(each.sheet, each.cell) for each in told(saved(book), ["template.cell-added"])]
    assert found == ([(sheet, cell)] if is_found else [])


def test_what_libreoffice_writes_in_another_way_is_the_same(made):
    """TRUE() for TRUE, and an end for a validation that has none."""
    book = made.book()
    cell = next(
        each
        for row in book["Deployment"].iter_rows()
        for each in row
        if isinstance(each.value, str) and ",TRUE)" in each.value
    )
    cell.value = cell.value.replace("TRUE", "TRUE()")
    for each in (*book[INPUTS].data_validations.dataValidation, *book["Prices"].data_validations.dataValidation):
        each.formula2 = each.formula2 or "0"
    assert told(saved(book), ["template.formula-changed", "template.validation"]) == ()
