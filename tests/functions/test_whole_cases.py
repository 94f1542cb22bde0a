"""Functions of a whole case: from a range, they are what Python estimates for the same case."""

from typing import Any

import pytest

from xlcost import Case, estimate
from xlcost.analysis.case import known_inputs
from xlcost.errors import CellError
from xlcost.functions import ft
from xlcost.model import graph

VALUE, NUM, NA = CellError.VALUE, CellError.NUM, CellError.NA
GIVEN: dict[str, Any] = {"gpu_price": 3.1, "examples": 20_000, "serving_route": "API", "role_hires.ml_engineer": 2}
TOTAL = estimate(GIVEN).total
NAMES, VALUES = [[name] for name in GIVEN], [[value] for value in GIVEN.values()]
PAIRS = [[name, value] for name, value in GIVEN.items()]


@pytest.mark.parametrize(
    "arguments",
    [
        (PAIRS,),
        (tuple(map(tuple, PAIRS)),),
        (VALUES, NAMES),
        ([value for (value,) in VALUES], [name for (name,) in NAMES]),  # rows
        (VALUES, [name for (name,) in NAMES]),
        ([*PAIRS, [None, None], ["mfu", None], ["", ""], [None, "a note"], ["method", ""]],),
        ([[name.upper(), value] for name, value in PAIRS],),
        ([[f" {name} ", value] for name, value in PAIRS],),
        (VALUES + [[None]] * 20_000, NAMES + [[None]] * 20_000),
        ([*VALUES, [None]] + [[None]] * 20_000, [*NAMES, ["mfu"]] + [[None]] * 20_000),
        (PAIRS + [[None, None]] * 20_000,),
        (GIVEN,),
        (Case.of(GIVEN),),
        ({**GIVEN, "role_hires": {"ml_engineer": 2}} | {"gpu_price": {"value": 3.1, "source": "quote"}},)[:1],
    ],
    ids=range(14),
)
def test_the_forms_of_a_case(arguments: tuple[Any, ...]) -> None:
    if isinstance(arguments[0], dict) and "role_hires" in arguments[0]:
        del arguments[0]["role_hires.ml_engineer"]
    assert ft.FT_TOTAL(*arguments) == TOTAL


def test_no_case_is_the_default_case() -> None:
    base = estimate().total
    for blank in (None, "", [], [[None]], [[None, None]], {}):
        assert ft.FT_TOTAL(blank) == base
    assert ft.FT_TOTAL() == base
    assert ft.FT_TOTAL(None, "gpu_price") == base  # a cell that is empty, and its name


def test_every_input_in_one_range() -> None:
    everything = {name: each.default for name, each in known_inputs().items()}
    assert ft.FT_TOTAL(everything) == estimate().total


def test_any_quantity_is_a_control() -> None:
    found = estimate(GIVEN)
    for name in graph().quantities:
        if graph().axis_of[name] is None:
            assert ft.FT_TOTAL(VALUES, NAMES, name) == found[name], name
    assert ft.FT_TOTAL(VALUES, NAMES, " Data_Cost ") == found["data_cost"]
    assert ft.FT_NPV(VALUES, NAMES) == found["npv"]


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        (([["gpu_pric", 3.0]],), VALUE, "'gpu_pric' is not a driver; did you mean"),
        (([["Training", None]],), VALUE, "'Training' is not a driver"),
        (([["role_hires", 1.0]],), VALUE, "name one"),
        (([[5.0, 1.0]],), VALUE, "name 1 is 5.0: the name of a driver is wanted"),
        (([["mfu", 0.4], ["MFU", 0.4]],), VALUE, "mfu is name 1 and name 2: once is enough"),
        (([["mfu", 1.4]],), NUM, "mfu = 1.4: a share, so between 0 and 1"),
        (([["success_share", 1.01]],), NUM, "success_share = 1.01"),
        (([["horizon_months", 0.0]],), NUM, "horizon_months = 0"),
        (([["horizon_months", 61.0]],), NUM, "horizon_months = 61"),
        (([["gpus", 1.5]],), NUM, "gpus = 1.5: a whole number is wanted"),
        (([["mfu", "0.4"]],), VALUE, "mfu = '0.4': a number is wanted"),
        (([["mfu", True]],), VALUE, "mfu = True: a number is wanted"),
        (([["gpu", "H1000"]],), NA, "gpu = 'H1000' is not known"),
        (([["mfu", CellError.DIV0]],), CellError.DIV0, "mfu is #DIV/0! already"),
        (([[CellError.REF, 1.0]],), CellError.REF, "name 1 is #REF! already"),
        ((CellError.NAME,), CellError.NAME, "values is #NAME? already"),
        (([["mfu", 0.0]],), CellError.DIV0, "run_gpu_hours (GPU-hours of one run) is #DIV/0!: it divides by 0"),
        (([["gpu", "MI300X"]],), NA, "the table 'GPUs' has no 'Default offer' (offer) for 'MI300X'"),
        (([[0.4], [0.5]], [["mfu"]]), VALUE, "2 values have 1 names"),
        (([0.4], ["mfu", "gpu_price"]), VALUE, "1 values have 2 names"),
        (([[0.4, 1.0], [0.5, 1.0]], [["mfu"], ["gpu_price"]]), VALUE, "values is one column or one row"),
        (([["mfu", 0.4, "a note"]],), VALUE, "two columns"),
        ((0.4,), VALUE, "two columns"),
        (([["mfu", 0.4]] * 6_000,), VALUE, "at most 10,000 cells"),
        (([["mfu", 0.4], ["gpu"]],), VALUE, "no range"),
        ((None, None, "no_such_cost"), VALUE, "'no_such_cost' is no quantity"),
        ((None, None, "total_flow"), VALUE, "has a value for each month"),
        ((None, None, 5.0), VALUE, "quantity = 5.0: a text is wanted"),
        ((None, None, NA), NA, "quantity is #N/A already"),
        ((None, None, [["npv"], ["data_cost"]]), VALUE, "one name, not a range"),
    ],
)
def test_a_case_that_is_refused(arguments: tuple[Any, ...], error: CellError, reason: str) -> None:
    assert ft.FT_TOTAL(*arguments) is error
    assert reason in ft.FT_EXPLAIN("FT_TOTAL", *arguments)


def test_an_error_in_a_row_without_a_name_is_passed_over() -> None:
    assert ft.FT_TOTAL([["mfu", None], [None, CellError.DIV0]]) == estimate().total


def test_a_breakdown_adds_up() -> None:
    rows = ft.FT_BREAKDOWN(GIVEN)
    found = estimate(GIVEN)
    assert rows == [*([label, value] for label, value in found.stages().items()), ["Total cost", found.total]]
    assert sum(value for _, value in rows[:-1]) == pytest.approx(rows[-1][1])
    assert ft.FT_BREAKDOWN([["mfu", 2.0]]) is NUM


def test_an_error_stays_in_its_stage() -> None:
    rows = dict(ft.FT_BREAKDOWN({"gpu": "MI300X"}))
    assert rows["Training"] is rows["Total cost"] is NA
    assert rows["Data"] == estimate()["data_cost"]


def test_a_cashflow_has_a_row_for_each_month_of_the_horizon() -> None:
    heads, *rows = ft.FT_CASHFLOW({**GIVEN, "horizon_months": 24})
    months = estimate({**GIVEN, "horizon_months": 24}).months()
    assert heads == list(months)
    assert rows == [list(row) for row in zip(*months.values(), strict=True)]
    assert len(rows) == 25


def test_calls_leave_nothing_behind() -> None:
    """Values on an axis are lists: a call that changed a default would be seen by the next one."""
    base = ft.FT_TOTAL()
    assert ft.FT_TOTAL({"role_hires.ml_engineer": 9}) > base
    assert ft.FT_TOTAL({"role_hires.ml_engineer": None}) == base
    table = ft.FT_CASHFLOW()
    table[1][1] = -1.0
    assert ft.FT_CASHFLOW() != table
