"""Stored results of the engine: of the right case, with a stamp, and called stale once the inputs have changed."""

import io

import pytest
from conftest import recalculated
from openpyxl import load_workbook

from xlcost import Case, estimate, ranges
from xlcost.hosts import headless
from xlcost.sheets.layout import BASIS, CASES, LIVE, NAME, case_column
from xlcost.sheets.render import render
from xlcost.sheets.stored import fingerprint

RANGED = ("data_cost", "talent_cost", "total_cost")


def rows_of(book):
    sheet = book["Results"]
    return {sheet[f"{NAME}{row}"].value: row for row in range(1, sheet.max_row + 1)}


@pytest.fixture(scope="module")
def rows(made):
    return rows_of(made.book())


def test_each_case_has_its_own(made, rows, estimates):
    sheet = made.book()["Results"]
    for case, name in enumerate(CASES):
        for cost in RANGED:
            each = ranges(estimates[name])[cost]
            for end, wanted in (("low", each.low), ("high", each.high)):
                cell = sheet[f"{case_column(case)}{rows[f'{cost}_{end}']}"]
                assert cell.value == pytest.approx(wanted, rel=1e-5), (name, cost, end)
                assert cell.data_type == "n"  # a number, and no formula


def test_the_live_case_is_asked_of_the_engine(made, rows, estimates):
    found = ranges(estimates["Base"])
    for cost in RANGED:
        assert made.values["Results", f"{LIVE}{rows[f'{cost}_low']}"] == pytest.approx(found[cost].low, rel=1e-9)
        assert made.values["Results", f"{LIVE}{rows[f'{cost}_high']}"] == pytest.approx(found[cost].high, rel=1e-9)
    assert made.values["Results", f"{LIVE}{rows['stored_shown']}"] == "live, by the engine"


def test_nothing_is_stale_in_a_new_workbook(made, rows):
    for case in range(len(CASES)):
        assert made.values["Results", f"{case_column(case)}{rows['stored_is_stale']}"] == 0


def test_a_changed_input_makes_the_stored_numbers_stale(made, rows):
    book = made.book()
    number = made.layout.input_rows["label_price"]
    book["Inputs"][f"{case_column(0)}{number}"].value = 0.2
    values = recalculated(book)
    assert values["Results", f"{case_column(0)}{rows['stored_is_stale']}"] == 1
    assert values["Results", f"{case_column(3)}{rows['stored_is_stale']}"] == 0  # Custom A has its own
    assert values["Results", f"{LIVE}{rows['total_cost_high']}"] == pytest.approx(
        ranges(made.cases["Base"].with_values({"label_price": 0.2}))["total_cost"].high, rel=1e-9
    )


def test_without_the_engine_what_is_stored_is_shown_and_said_to_be_so():
    data = render(Case.shipped(), flavour="none")
    book = load_workbook(io.BytesIO(data))
    rows = rows_of(book)
    values = headless.recalculate(data, {}).values
    stored = book["Results"][f"{case_column(0)}{rows['total_cost_low']}"].value
    assert values["Results", f"{LIVE}{rows['total_cost_low']}"] == stored
    assert values["Results", f"{LIVE}{rows['stored_shown']}"] == "stored, as of these inputs"
    book["Inputs"][f"{case_column(0)}{_input_row(book, 'label_price')}"].value = 0.2
    buffer = io.BytesIO()
    book.save(buffer)
    changed = headless.recalculate(buffer.getvalue(), {}).values
    assert changed["Results", f"{LIVE}{rows['stored_shown']}"] == "stored: the inputs have changed since"


def _input_row(book, name):
    sheet = book["Inputs"]
    return next(row for row in range(1, sheet.max_row + 1) if sheet[f"{NAME}{row}"].value == name)


def test_the_stamp_names_the_version_and_the_inputs(made, rows, estimates):
    from xlcost import __version__

    sheet = made.book()["Results"]
    assert __version__ in sheet[f"{BASIS}{rows['stored_total']}"].value
    for case, name in enumerate(CASES):
        assert sheet[f"{case_column(case)}{rows['stored_inputs']}"].value == fingerprint(made.cases[name])
        total = sheet[f"{case_column(case)}{rows['stored_total']}"].value
        assert total == pytest.approx(estimates[name].total, abs=0.0051)


def test_a_fingerprint_is_of_all_inputs():
    assert fingerprint(Case()) == fingerprint(Case.of({"examples": estimate()["examples"]}))
    assert fingerprint(Case()) != fingerprint(Case.of({"examples": 1}))
    assert fingerprint(Case()) != fingerprint(Case.of({"gpu_price": 2.95}))


def test_a_case_without_a_total_stores_no_number():
    book = load_workbook(io.BytesIO(render({"Custom A": Case.of({"gpu": "MI300X"})})))
    rows = rows_of(book)
    sheet = book["Results"]
    assert sheet[f"{case_column(3)}{rows['total_cost_low']}"].value == "no value"
    assert isinstance(sheet[f"{case_column(3)}{rows['data_cost_low']}"].value, int | float)
    assert isinstance(sheet[f"{case_column(0)}{rows['total_cost_low']}"].value, int | float)
