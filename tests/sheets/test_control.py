"""The control by the engine: not run where it can't be, and says so; what has become of the model then shows anyway."""

import io

import pytest
from conftest import recalculated

from xlcost.files.opening import Opened
from xlcost.files.values import write_values
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.sheets.layout import LIVE, case_column
from xlcost.sheets.rules import Computed, audit, reference


@pytest.fixture(scope="module")
def rows(made):
    return {cell.value: cell.row for cell in made.book()["Checks"]["A"] if cell.value}


def column(book, name):
    """The cells of a column of a table."""
    [(sheet, area)] = book.defined_names[name].destinations
    return [cell for (cell,) in book[sheet][area]]


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_it_is_run_where_nothing_was_edited(made, rows):
    found = [made.values["Checks", f"{LIVE}{rows[name]}"] for name in ("eng_prices", "eng_On", "eng_Draws")]
    assert found == [1, 1, 1]
    assert made.values["Checks", f"{LIVE}{rows['eng_not_run']}"] == 0


def test_an_edited_price_moves_the_totals_and_nothing_is_wrong(made, rows):
    book = made.book()
    for cell in column(book, "tbl_gpu_offers_on_demand"):
        cell.value = cell.value and cell.value * 2
    values = recalculated(book)
    total = ("Results", f"{case_column(0)}{made.layout.rows_of('total_cost')[0]}")
    assert values[total] > made.values[total] + 100
    assert values["Checks", f"{LIVE}{rows['chk_master']}"] == 1
    assert values["Checks", f"{LIVE}{rows['eng_prices']}"] == 0
    run = [name for name in rows if name.startswith("chk_") and rows[name] > rows["eng_On"] and name != "chk_master"]
    assert values["Checks", f"{LIVE}{rows['eng_not_run']}"] == len(run) > 10
    for sheet, cell in (("Summary", "A2"), ("Data", "A2"), ("Cover", "B7"), ("Checks", f"H{rows['chk_master']}")):
        assert values[sheet, cell] == f"All checks hold; controls by the engine not run: {len(run)}"
    stored = {cell.value: cell.row for cell in book["Results"]["A"]}["stored_shown"]
    assert values["Results", f"{LIVE}{stored}"] == "stored: the inputs have changed since"
    data = write_values(saved(book), values)
    found = audit(Opened(data, "edited.xlsx", ()), Computed(values), usual=reference("excel")).findings
    assert [each.rule for each in found] == ["catalogue.edited"]  # they still claim the vendors as their source


def test_where_no_case_uses_an_edited_row_the_control_is_run(made, rows):
    book = made.book()
    offers = [cell.value for cell in column(book, "tbl_gpu_offers_key")]
    prices = column(book, "tbl_gpu_offers_on_demand")
    used = {value for (sheet, _), value in made.values.items() if isinstance(value, str) and value in offers}
    assert 1 <= len(used) < len(offers) - 20
    for offer, cell in zip(offers, prices, strict=True):
        if offer not in used:
            cell.value = cell.value and cell.value * 2
    values = recalculated(book)
    assert values["Checks", f"{LIVE}{rows['eng_gpu_offers']}"] > 20
    assert values["Checks", f"{LIVE}{rows['eng_On']}"] == 1
    assert values["Summary", "A2"] == "All checks hold"


def test_a_row_that_one_case_uses_is_enough(made, rows):
    book = made.book()
    sheet, row = made.layout.looked_up("gpus")["gpu"]
    used = [int(made.values[sheet, f"{case_column(case)}{row}"]) for case in range(5)]
    assert used.count(used[4]) == 1  # Custom B alone has this GPU
    column(book, "tbl_gpus_tflops")[used[4] - 1].value *= 1.01
    values = recalculated(book)
    assert values["Checks", f"{LIVE}{rows['eng_gpus_gpu']}"] == 1
    assert values["Checks", f"{LIVE}{rows['eng_On']}"] == 0


def test_every_table_is_watched(made, rows):
    """A figure that moved by a thousandth, and a price that is nothing where nobody knew one."""
    book = made.book()
    tables = [name.removeprefix("eng_") for name in rows if f"chk_{name[4:]}_edited" in book.defined_names]
    assert len(tables) == 8
    for table in tables:
        names = [name for name in book.defined_names if name.startswith(f"tbl_{table}_")]
        cells = [cell for name in names for cell in column(book, name) if isinstance(cell.value, int | float)]
        cells[0].value *= 1.001
    assert [cell.value for cell in column(book, "tbl_gpu_offers_spot")].count(None) > 3
    next(cell for cell in reversed(column(book, "tbl_gpu_offers_spot")) if cell.value is None).value = 0
    values = recalculated(book)
    counts = {table: values["Checks", f"{LIVE}{rows[f'eng_{table}']}"] for table in tables}
    assert counts == {**dict.fromkeys(tables, 1), "gpu_offers": 2}


def test_without_numpy_ranges_are_the_stored_ones_and_all_else_is_controlled(made, rows):
    values = headless.recalculate(made.data, host_functions(numpy=False)).values
    assert values["Checks", f"{LIVE}{rows['chk_master']}"] == 1
    assert values["Checks", f"{LIVE}{rows['eng_On']}"] == 1
    assert values["Checks", f"{LIVE}{rows['eng_Draws']}"] == 0
    assert values["Checks", f"{LIVE}{rows['eng_not_run']}"] == 1
    assert values["Summary", "A2"] == "All checks hold; controls by the engine not run: 1"
    results = made.book()["Results"]
    named = {cell.value: cell.row for cell in results["A"]}
    assert values["Results", f"{LIVE}{named['stored_shown']}"] == "stored, as of these inputs"
    stored = results[f"{case_column(0)}{named['total_cost_low']}"].value
    assert values["Results", f"{LIVE}{named['total_cost_low']}"] == stored
