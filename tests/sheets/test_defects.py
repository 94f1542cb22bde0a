"""Attack the workbook: each defect is caught by what is declared to catch it, and the right workbook by nothing."""

import gc
import sys
from pathlib import Path

import pytest
from again import Again

from xlcost.files.opening import Opened, examine
from xlcost.files.values import write_values
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


@pytest.fixture(scope="module")
def settled(made, finished):
    """What all tests here use is left out of every search for garbage: a third of the time."""
    reference("excel")
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def again(finished):
    return Again(finished)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("defect", DEFECTS, ids=[each.id for each in DEFECTS])
def test_it_is_caught(made, finished, rows, again, defect):
    data = seeded(made, finished, defect)
    computed = None
    if defect.check:
        asked = [("Checks", f"O{rows[defect.check]}"), ("Checks", f"{LIVE}{rows['chk_master']}"), ("Summary", "A2")]
        assert shown_in(data, again, asked) == [0, 0, "A CHECK FAILS: see Checks"]
    if defect.rule in VALUES:
        found = headless.recalculate(data, host_functions())
        circles = tuple((each.sheet, each.cell, each.formula) for each in found.findings if each.kind == "circular")
        computed = Computed(found.values, circles)
    if defect.rule:
        opened = Opened(data, "attacked.xlsx", examine(data, "attacked.xlsx"))
        result = audit(opened, computed, [defect.rule], reference("excel"))
        assert [each.rule for each in result.findings], defect.rule
        assert sum(1 for _ in result.findings) <= 25
    if defect.harmless:
        found = headless.recalculate(data, host_functions())
        circles = tuple((each.sheet, each.cell, each.formula) for each in found.findings if each.kind == "circular")
        opened = Opened(write_values(data, found.values), "attacked.xlsx", ())
        assert audit(opened, Computed(found.values, circles), usual=reference("excel")).findings == ()
        assert found.values["Summary", "A2"] == "All checks hold"
        for case in range(5):
            [total] = made.cells("total_cost", case)
            assert found.values[tuple(total.split("!"))] == made.values[tuple(total.split("!"))]
    assert bool(defect.rule or defect.check) != bool(defect.harmless)


def shown_in(data, again, asked):
    """What cells show in the attacked workbook: where only cells have changed, in the engine that has it already."""
    changes = again.changes(data)
    if changes is None:
        values = headless.recalculate(data, host_functions()).values
        return [values[each] for each in asked]
    return again.values(changes, asked)


def test_a_change_comes_to_what_a_whole_recalculation_gives(made, finished, again):
    """And leaves nothing behind: the next one starts from the right workbook."""
    chosen = [each for each in DEFECTS if each.check in ("chk_inputs", "chk_levers_cost", "check_cumulative")][:4]
    cells = sorted(made.values)
    for defect in chosen:
        data = seeded(made, finished, defect)
        changes = again.changes(data)
        assert changes
        whole = headless.recalculate(data, host_functions()).values
        compared = [each for each in cells if each in whole]
        found = dict(zip(compared, again.values(changes, compared), strict=True))
        assert {key: (value, whole[key]) for key, value in found.items() if value != whole[key]} == {}, defect.what
    left = dict(zip(cells, again.values({}, cells), strict=True))
    assert {key: (value, made.values[key]) for key, value in left.items() if value != made.values[key]} == {}


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
