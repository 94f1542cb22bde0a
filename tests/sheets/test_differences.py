"""What differs between two workbooks: small ones, of which all is known."""

import io

import pytest
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from xlcost.sheets.differences import Difference, Named, differences

PLAIN = {
    "Calc": {
        "A5": "Name",
        "H5": "Base",
        "I5": "Lean",
        "J5": "Stretch",
        "A6": "price",
        "H6": "=Data!B2",
        "I6": "=Data!C2",
        "J6": "=Data!D2",
        "A7": "cost",
        "H7": "=H6*SUM(Data!$B$2:$B$3)",
        "I7": "=I6*SUM(Data!$B$2:$B$3)",
        "J7": "=J6*SUM(Data!$B$2:$B$3)",
        "A8": "words",
        "H8": '="H6 is "&TEXT(H6,"0")',
    },
    "Data": {"A2": "hours", "B2": 1, "C2": 2, "D2": 3, "A3": "rate", "B3": 4},
}
NAMES = {"out_cost": "Calc!$H$7"}

# The same with a row above `cost`, a column before the cases, and `rate` before `hours`, as Excel would write it.
MOVED = {
    "Calc": {
        "A5": "Name",
        "I5": "Base",
        "J5": "Lean",
        "K5": "Stretch",
        "A6": "price",
        "I6": "=Data!B3",
        "J6": "=Data!C3",
        "K6": "=Data!D3",
        "A9": "cost",
        "I9": "=I6*SUM(Data!$B$3:$B$2)",
        "J9": "=J6*SUM(Data!$B$3:$B$2)",
        "K9": "=K6*SUM(Data!$B$3:$B$2)",
        "A10": "words",
        "I10": '="H6 is "&TEXT(I6,"0")',
    },
    "Data": {"A3": "hours", "B3": 1, "C3": 2, "D3": 3, "A2": "rate", "B2": 4},
}


def book(sheets, names=NAMES):
    made = Workbook()
    made.remove(made.active)
    for title, cells in sheets.items():
        sheet = made.create_sheet(title)
        for address, value in cells.items():
            sheet[address] = value
    for name, where in names.items():
        made.defined_names[name] = DefinedName(name, attr_text=where)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(title, **cells):
    return {**PLAIN, title: {**PLAIN[title], **cells}}


def found(sheets, names=NAMES, before=PLAIN):
    return differences(book(before), book(sheets, names))


def test_nothing_differs_from_itself():
    assert not found(PLAIN).any


def test_moved_rows_and_columns_are_no_difference():
    assert not found(MOVED, {"out_cost": "Calc!$I$9"}).any


def test_a_change_among_moved_rows_is_seen():
    calc = {**MOVED["Calc"], "J9": "=J6*SUM(Data!$B$3:$B$3)"}
    [formula] = found({**MOVED, "Calc": calc}, {"out_cost": "Calc!$I$9"}).formulas
    assert formula == Difference("Calc", "J9", "cost", "=I6*SUM(Data!$B$2:$B$3)", "=J6*SUM(Data!$B$3:$B$3)")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"H7": 5}, ("H7", "cost", "=H6*SUM(Data!$B$2:$B$3)", 5)),
        ({"H7": "=H6"}, ("H7", "cost", "=H6*SUM(Data!$B$2:$B$3)", "=H6")),
        ({"H7": None}, ("H7", "cost", "=H6*SUM(Data!$B$2:$B$3)", None)),
        ({"H7": "=H6", "I7": "=I6", "J7": "=J6"}, ("H7:J7", "cost", "=H6*SUM(Data!$B$2:$B$3)", "=H6")),
        ({"H8": '="H7 is "&TEXT(H6,"0")'}, ("H8", "words", '="H6 is "&TEXT(H6,"0")', '="H7 is "&TEXT(H6,"0")')),
        ({"K7": "=1+1"}, ("K7", "cost", None, "=1+1")),
    ],
    ids=["overwritten", "changed", "deleted", "a row alike is one", "within a text", "added"],
)
def test_a_formula_that_changed(cells, expected):
    all_found = found(changed("Calc", **cells))
    assert all_found.formulas == (Difference("Calc", *expected),)
    assert (all_found.values, all_found.names, all_found.any) == ((), (), True)


def test_neighbours_that_changed_otherwise_are_apart():
    formulas = found(changed("Calc", H7="=H6", I7="=I6+0")).formulas
    assert [each.cells for each in formulas] == ["H7", "I7"]


def test_an_array_formula_is_its_text():
    with_array = changed("Calc", H7=ArrayFormula("H7", "=H6*SUM(Data!$B$2:$B$3)"))
    assert found(with_array).formulas == ()
    assert found(with_array, before=with_array).formulas == ()


def test_values_sheets_and_names():
    all_found = found(
        {**changed("Data", B3=5, C3="new"), "Notes": {"A1": 1}},
        {"out_cost": "Calc!$H$6", "chk_new": "Calc!$H$8"},
    )
    assert all_found.values == (Difference("Data", "B3", "rate", 4, 5), Difference("Data", "C3", "rate", None, "new"))
    assert (all_found.sheets_added, all_found.sheets_removed) == (("Notes",), ())
    assert all_found.names == (
        Named("chk_new", None, "Calc!$H$8"),
        Named("out_cost", "Calc!$H$7", "Calc!$H$6"),
    )
    assert found({"Data": PLAIN["Data"]}).sheets_removed == ("Calc",)
