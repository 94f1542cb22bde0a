"""The sheet Validation: what `xlcost validate` says, and a picture of it."""

import pytest

from xlcost.analysis.validation import validate_runs


def test_it_says_what_the_report_says(made):
    sheet = made.book()["Validation"]
    lines = {sheet[f"A{row}"].value: row for row in range(6, 30)}
    for group in validate_runs().summary():
        row = lines[group.name]
        assert sheet[f"B{row}"].value == group.shipped.number
        assert sheet[f"D{row}"].value == pytest.approx(group.shipped.typical)
        assert sheet[f"F{row}"].value == pytest.approx(group.others.typical)
    shown = [cell.value for cell in sheet["K"] if isinstance(cell.value, int | float)]
    assert len(shown) >= sum(row.used for row in validate_runs().rows)


def test_it_holds_no_formula_but_the_master_check(made):
    sheet = made.book()["Validation"]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == ["A2"]
    assert len(sheet._charts) == 1
