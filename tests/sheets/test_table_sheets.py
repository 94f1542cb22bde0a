"""The catalogue's sheets: what may be entered there is what the catalogue's own loader accepts."""

import pytest
from conftest import recalculated

from xlcost.model import graph
from xlcost.sheets.layout import LIVE
from xlcost.sheets.tables import SHEETS


def rows(book, title="Checks"):
    return {cell.value: cell.row for cell in book[title]["A"] if cell.value}


def column(book, name):
    """The cells of a column of a table."""
    [(sheet, area)] = book.defined_names[name].destinations
    return [cell for (cell,) in book[sheet][area]]


@pytest.fixture(scope="module")
def allowed(made):
    """What the validation of each cell of the catalogue's sheets allows."""
    book = made.book()
    return {
        (title, *at): (each.type, each.operator or "between", each.formula1, each.formula2)
        for title in SHEETS
        for each in book[title].data_validations.dataValidation
        for area in each.sqref.ranges
        for at in area.cells
        if each.showErrorMessage and each.error
    }


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("tbl_gpu_offers_on_demand", ("decimal", "greaterThanOrEqual", "0", None)),
        ("tbl_gpu_offers_gpus_per_instance", ("whole", "greaterThanOrEqual", "0", None)),
        ("tbl_inference_prices_batch_discount", ("decimal", "between", "0", "1")),
        ("tbl_models_tied", ("whole", "between", "0", "1")),
    ],
)
def test_a_column_takes_what_its_unit_allows(made, allowed, name, wanted):
    cells = column(made.book(), name)
    assert {allowed[cell.parent.title, cell.row, cell.column] for cell in cells} == {wanted}


def test_every_figure_is_validated(made, allowed):
    tables = graph().catalog.tables
    names = [
        f"tbl_{table}_{each.name}"
        for _, several in SHEETS.values()
        for table in several
        for each in tables[table].columns.values()
        if each.kind == "number"
    ]
    book = made.book()
    assert len(names) > 40
    cells = [cell for name in names for cell in column(book, name)]
    assert all((cell.parent.title, cell.row, cell.column) in allowed for cell in cells)


@pytest.mark.parametrize("value", [-3.5, "3.5", "cheap", True])
def test_what_is_no_price_fails_a_check(made, value):
    book = made.book()
    column(book, "tbl_salaries_base")[0].value = value  # a table in which no formula looks anything up
    values = recalculated(book)
    assert values["Checks", f"O{rows(book)['chk_figures_prices']}"] == 0
    assert values["Checks", f"{LIVE}{rows(book)['chk_master']}"] == 0


def test_a_price_of_nothing_and_an_unknown_one_are_accepted(made):
    book = made.book()
    cells = column(book, "tbl_label_prices_base")
    cells[0].value, cells[1].value = 0, None
    values = recalculated(book)
    assert values["Checks", f"O{rows(book)['chk_figures_prices']}"] == 1
