"""Attack the workbook: each defect is caught by what is declared to catch it, and the right workbook by nothing."""

import sys
from pathlib import Path

import pytest

from xlcost.files.opening import Opened, examine
from xlcost.hosts import headless
from xlcost.hosts.ft_headless import host_functions
from xlcost.sheets.layout import LIVE
from xlcost.sheets.rules import RULES, Computed, audit, reference

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
from defect_list import DEFECTS
from defects import seeded

VALUES = ("cell.error", "cell.stale", "book.circular", "check.holds")  # rules that need a recalculation


@pytest.fixture(scope="module")
def rows(made):
    """The line of each check."""
    return {cell.value: cell.row for cell in made.book()["Checks"]["A"] if cell.value}


@pytest.mark.parametrize("defect", DEFECTS, ids=[each.id for each in DEFECTS])
def test_it_is_caught(made, finished, rows, defect):
    data = seeded(made, finished, defect)
    computed = None
    if defect.check or defect.rule in VALUES:
        found = headless.recalculate(data, host_functions())
        circles = tuple((each.sheet, each.cell, each.formula) for each in found.findings if each.kind == "circular")
        computed = Computed(found.values, circles)
    if defect.check:
        assert found.values["Checks", f"O{rows[defect.check]}"] == 0
        assert found.values["Checks", f"{LIVE}{rows['chk_master']}"] == 0
        assert found.values["Summary", "A2"] == "A CHECK FAILS: see Checks"
    if defect.rule:
        opened = Opened(data, "attacked.xlsx", examine(data, "attacked.xlsx"))
        result = audit(opened, computed, [defect.rule], reference("excel"))
        assert [each.rule for each in result.findings], defect.rule
        assert sum(1 for _ in result.findings) <= 25
    assert defect.rule or defect.check


def test_the_right_workbook_breaks_no_rule(made, finished):
    opened = Opened(finished, "right.xlsx", examine(finished, "right.xlsx"))
    assert audit(opened, Computed(made.values)).findings == ()


def test_every_check_is_attacked(made, rows):
    book = made.book()
    checks = {name for name, row in rows.items() if book["Checks"][f"N{row}"].value == "check"}
    assert checks == {each.check for each in DEFECTS if each.check}


def test_all_checks_hold_before(made, rows):
    assert all(
        made.values["Checks", f"O{row}"] == 1 for name, row in rows.items() if ("Checks", f"O{row}") in made.values
    )
    assert made.values["Checks", f"{LIVE}{rows['chk_master']}"] == 1


def test_there_are_enough_of_every_kind():
    assert len(DEFECTS) >= 40
    assert len({each.id for each in DEFECTS}) == len(DEFECTS)
    assert {each.rule for each in DEFECTS if each.rule} <= set(RULES)
