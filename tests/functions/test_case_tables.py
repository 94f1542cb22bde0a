"""Tables in one cell are what Python estimates, case by case and month by month."""

from typing import Any

import pytest

from xlcost import estimate
from xlcost.analysis.estimate import STAGE_COSTS
from xlcost.errors import CellError
from xlcost.functions import ft
from xlcost.model import graph

VALUE, NUM, NA = CellError.VALUE, CellError.NUM, CellError.NA
NAMES = [["gpu_price"], ["examples"], ["gpu"]]
VALUES = [[3.1, 5.0, None], [20_000, None, 40_000], [None, "A100-80GB", "MI300X"]]
CASES = [{"gpu_price": 3.1, "examples": 20_000}, {"gpu_price": 5.0, "gpu": "A100-80GB"},
         {"examples": 40_000, "gpu": "MI300X"}]  # fmt: skip
ROWS = [list(row) for row in zip(*VALUES, strict=True)]
COLUMN, ROW = ["npv", "run_gpu_hours"], [[" NPV ", None, "run_gpu_hours"]]


def test_cases_side_by_side() -> None:
    found = [estimate(case) for case in CASES]
    names = (*STAGE_COSTS, "total_cost")
    assert ft.FT_CASES(VALUES, NAMES) == [[graph().label(name), *(each[name] for each in found)] for name in names]
    assert ft.FT_CASES(VALUES, NAMES)[-1][3] is NA  # nobody knows the price of that GPU


@pytest.mark.parametrize("quantities", [COLUMN, [[name] for name in COLUMN], ROW])
@pytest.mark.parametrize("arguments", [(VALUES, NAMES), (ROWS, [[name for (name,) in NAMES]])])
def test_any_quantities(arguments: tuple[Any, ...], quantities: object) -> None:
    found = [estimate(case) for case in CASES]
    assert ft.FT_CASES(*arguments, quantities) == [
        [graph().label(name), *(each[name] for each in found)] for name in COLUMN
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ([["gpu_price", 3.1], ["examples", 20_000.0]],),
        ([[3.1], [20_000.0]], [["gpu_price"], ["examples"]]),
        (CASES[0],),
    ],
)
def test_one_case(arguments: tuple[Any, ...]) -> None:
    assert [row[1] for row in ft.FT_CASES(*arguments)] == [row[1] for row in ft.FT_BREAKDOWN(CASES[0])]


def test_a_case_that_is_refused_has_its_error_and_the_others_their_values() -> None:
    assert ft.FT_CASES([[1.4, 0.4, CellError.REF]], [["mfu"]], "total_cost") == [
        ["Total cost", NUM, estimate({"mfu": 0.4}).total, CellError.REF]
    ]


@pytest.mark.parametrize("values", [[[0.3, 0.4]], [[0.3], [0.4]]])
def test_one_driver_varied(values: object) -> None:
    found = [estimate({"mfu": mfu}).total for mfu in (0.3, 0.4)]
    assert ft.FT_CASES(values, "mfu", "total_cost") == [["Total cost", *found]]


def test_months() -> None:
    case = {**CASES[0], "horizon_months": 24}
    heads, *rows = ft.FT_MONTHLY(case, None, ["requests", "retrains"])
    assert heads == [graph().label(name) for name in ("month", "requests", "retrains")]
    found = estimate(case)
    assert rows == [[float(m), found["requests"][m], found["retrains"][m]] for m in range(25)]
    flows = ft.FT_CASHFLOW(case)
    assert ft.FT_MONTHLY(case) == [[row[0], row[-1]] for row in flows]


@pytest.mark.parametrize(
    ("name", "arguments", "error", "reason"),
    [
        ("FT_CASES", ([[1.4]], [["mfu"]]), NUM, "mfu = 1.4"),
        ("FT_CASES", (VALUES, [["gpu_prise"], ["examples"], ["gpu"]]), VALUE, "did you mean"),
        (
            "FT_CASES",
            (VALUES, [["gpu_price"], ["examples"]]),
            VALUE,
            "values of 3 rows and 3 columns don't fit 2 names",
        ),
        ("FT_CASES", (VALUES, [["gpu_price", "examples"]]), VALUE, "values of 3 rows and 3 columns don't fit 2 names"),
        ("FT_CASES", (None, None, "no_such"), VALUE, "no quantity"),
        ("FT_CASES", (None, None, ["npv", "requests"]), VALUE, "a value for each month"),
        ("FT_CASES", (None, None, 5.0), VALUE, "a text is wanted"),
        ("FT_CASES", (None, None, CellError.DIV0), CellError.DIV0, "already"),
        ("FT_CASES", ([[0.4] * 4_000], [["mfu"]], ["npv"] * 3), VALUE, "too many cases"),
        ("FT_MONTHLY", (None, None, "npv"), VALUE, "one value, and none for each month"),
        ("FT_MONTHLY", (None, None, ["requests", "role_people"]), VALUE, "quantit"),
        ("FT_MONTHLY", ([["mfu", 1.4]],), NUM, "mfu = 1.4"),
    ],
)
def test_what_is_refused(name: str, arguments: tuple[Any, ...], error: CellError, reason: str) -> None:
    assert getattr(ft, name)(*arguments) is error
    if "too many" not in reason:  # that is seen when all is computed
        assert reason in ft.FT_EXPLAIN(name, *arguments)


def test_an_explanation_is_of_the_first_case_and_quantity() -> None:
    assert ft.FT_EXPLAIN("FT_CASES", VALUES, NAMES, "gpu_price").startswith("gpu_price (GPU price) is 3.1")
    assert ft.FT_EXPLAIN("FT_MONTHLY", CASES[0], None, "requests").startswith("requests")


def test_a_table_is_a_new_one_each_time() -> None:
    first = ft.FT_MONTHLY(CASES[0])
    first[1][1] = -1.0
    assert ft.FT_MONTHLY(CASES[0]) != first
    assert ft.FT_CASES(VALUES, NAMES) == ft.FT_CASES(VALUES, NAMES)
