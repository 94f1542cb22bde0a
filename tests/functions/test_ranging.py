"""FT_RANGE: from a range of cells, what Python says of the same case."""

import subprocess
import sys

import pytest

from xlcost import estimate
from xlcost.analysis.case import known_inputs
from xlcost.analysis.ranges import RANGED, ranges
from xlcost.errors import CellError
from xlcost.functions import ft, ranging

GIVEN = {"gpu_price": 3.1, "examples": 20_000.0, "serving_route": "API", "subset_lever": "yes"}
PAIRS = [[name, value] for name, value in GIVEN.items()]


def test_what_is_ranged_is_declared_alike():
    assert ranging.RANGED == RANGED


def test_every_stage_has_a_row():
    rows, found = ft.FT_RANGE(PAIRS), estimate(GIVEN)
    assert [row[0] for row in rows] == [*found.stages(), "Total cost"]
    for name, row in zip(RANGED, rows, strict=True):
        each = ranges(found)[name]
        assert row[1:] == [each.low, found[name], each.high]
        assert each.low < found[name] < each.high


def test_a_cost_is_a_row_and_an_end_a_number():
    low, base, high = ft.FT_RANGE(PAIRS)[-1][1:]
    assert ft.FT_RANGE(PAIRS, None, "total_cost") == [[low, base, high]]
    assert ft.FT_RANGE([[value] for _, value in PAIRS], [[name] for name, _ in PAIRS], "Total_Cost_Low") == low
    assert ft.FT_RANGE(PAIRS, None, "total_cost_base") == base == estimate(GIVEN).total
    assert ft.FT_RANGE(PAIRS, None, "total_cost_high") == high


def test_a_stage_that_costs_nothing_for_sure():
    """No lever is on by default."""
    assert ft.FT_RANGE(None, None, "levers_cost") == [[0.0, 0.0, 0.0]]


def test_no_case_is_the_default_case():
    assert ft.FT_RANGE(None, None, "total_cost_high") == ranges()["total_cost"].high


def test_a_sheet_that_hands_over_every_default_says_the_same():
    everything = {name: each.default for name, each in known_inputs().items()}
    assert ft.FT_RANGE(everything) == ft.FT_RANGE()


def test_an_unknown_cost_has_no_range():
    rows = {row[0]: row[1:] for row in ft.FT_RANGE([["gpu", "MI300X"]])}
    assert rows["Total cost"] == [CellError.NA] * 3
    assert all(isinstance(each, float) for each in rows["Data"])
    assert "total_cost (Total cost) is #N/A" in ft.FT_EXPLAIN("FT_RANGE", [["gpu", "MI300X"]])


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        ((None, None, "gpu_price"), CellError.VALUE, "quantity = 'gpu_price': one of data_cost"),
        ((None, None, "total_cost_mid"), CellError.VALUE, "or with _low or _high"),
        ((None, None, 5.0), CellError.VALUE, "quantity = 5.0: a text is wanted"),
        ((None, None, CellError.NA), CellError.NA, "quantity is #N/A already"),
        ((None, None, [["data_cost"], ["total_cost"]]), CellError.VALUE, "one name, not a range"),
        (([["mfu", 1.4]],), CellError.NUM, "mfu = 1.4: a share"),
        (([["mfu", CellError.DIV0]],), CellError.DIV0, "mfu is #DIV/0! already"),
        (([["mf", 0.4]],), CellError.VALUE, "did you mean mfu"),
    ],
)
def test_what_is_refused(arguments, error, reason):
    assert ft.FT_RANGE(*arguments) is error
    assert reason in ft.FT_EXPLAIN("FT_RANGE", *arguments)


def test_it_says_what_moves_it():
    words = ft.FT_EXPLAIN("FT_RANGE", None, None, "total_cost")
    assert words.startswith("total_cost (Total cost) is 387,8")
    assert "moved most by A GPU-hour on demand, " in words


def test_numpy_is_loaded_when_a_range_is_asked_for_and_not_before():
    code = "import sys; from xlcost.functions.registry import functions; functions(); assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
