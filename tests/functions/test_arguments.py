"""What a function makes of whatever a host can hand it: a value, or the documented error, and never an exception."""

import math
import random
from datetime import UTC, date, datetime, time
from decimal import Decimal

import numpy
import pandas
import pytest

from xlcost.errors import CellError
from xlcost.functions.boundary import MAX_CELLS, cell, received
from xlcost.functions.function import Function
from xlcost.functions.registry import functions
from xlcost.functions.views import views

NA, DIV0, NUM, VALUE = CellError.NA, CellError.DIV0, CellError.NUM, CellError.VALUE
LABEL_COST = functions()["FT_LABEL_COST"].call
COMPUTE_COST = functions()["FT_COMPUTE_COST"].call


class TestTheBoundary:
    @pytest.mark.parametrize(
        ("handed", "value"),
        [
            (8, 8.0),
            (8.5, 8.5),
            (True, True),
            (None, None),
            ("", None),
            ("H100", "H100"),
            (Decimal("3.1"), 3.1),
            (Decimal("sNaN"), NUM),
            (float("nan"), NUM),
            (-math.inf, NUM),
            (10**400, NUM),
            (date(2026, 1, 31), 46053.0),
            (datetime(2026, 1, 31, 12), 46053.5),
            (datetime(2026, 1, 31, 12, tzinfo=UTC), 46053.5),
            (date(1900, 1, 1), 1.0),
            (date(1900, 2, 28), 59.0),
            (date(1900, 3, 1), 61.0),
            (date(1890, 1, 1), NUM),
            (time(6), 0.25),
            (pandas.NaT, NUM),
            (DIV0, DIV0),
            (numpy.float32(0.5), 0.5),
            (numpy.int64(3), 3.0),
            (numpy.bool_(True), True),
            (numpy.str_("H100"), "H100"),
            (b"H100", VALUE),
            ({}, VALUE),
            ({1.0}, VALUE),
            (object(), VALUE),
            (1j, VALUE),
        ],
    )
    def test_a_cell(self, handed: object, value: object) -> None:
        found = cell(handed)
        assert found == value
        assert type(found) is type(value)

    @pytest.mark.parametrize(
        ("handed", "value"),
        [
            ([[3.1]], 3.1),
            ([3.1], 3.1),
            (((3.1,),), 3.1),
            ([[None]], None),
            ([], None),
            ([1, 2], [[1.0, 2.0]]),
            ((1, 2), [[1.0, 2.0]]),
            ([[1], [2]], [[1.0], [2.0]]),
            (((1, ""), ("a", NA)), [[1.0, None], ["a", NA]]),
            (numpy.array([1, 2]), [[1.0, 2.0]]),
            (numpy.array([[1], [2]]), [[1.0], [2.0]]),
            (numpy.array(5), VALUE),
            (pandas.DataFrame({"a": [1], "b": ["x"]}), [[1.0, "x"]]),
            ([[1, 2], [3]], VALUE),
            ([[1], 2], VALUE),
            ([1, [2]], [[1.0, VALUE]]),
            ([[]], VALUE),
            ([[1.0]] * MAX_CELLS, [[1.0]] * MAX_CELLS),
            ([[1.0]] * (MAX_CELLS + 1), VALUE),
            ([[1.0]] * 3 + [[None]] * 1_048_573, [[1.0]] * 3),
            ([[1.0, None, ""]] * 5_000, [[1.0]] * 5_000),
            ([[None]] * 20_000, None),
        ],
        ids=range(22),
    )
    def test_a_range(self, handed: object, value: object) -> None:
        if isinstance(handed, numpy.ndarray) and handed.shape == ():
            value = 5.0
        found = received(handed)
        assert found == ([[None]] if value is None and isinstance(found, list) else value)


class TestAScalarArgument:
    @pytest.mark.parametrize("blank", [None, "", [[None]], [[""]], []])
    def test_omitted_or_empty_is_the_default(self, blank: object) -> None:
        assert COMPUTE_COST([8.0, 30.0, blank, blank, blank]) == COMPUTE_COST([8.0, 30.0])

    @pytest.mark.parametrize("error", [NA, DIV0, NUM, VALUE, CellError.REF, CellError.NAME])
    def test_an_error_is_passed_on(self, error: CellError) -> None:
        assert COMPUTE_COST([8.0, error, "H100"]) is error
        assert COMPUTE_COST([8.0, [[error]]]) is error

    @pytest.mark.parametrize(
        ("place", "handed", "error"),
        [
            (1, -1.0, NUM),
            (1, 1e300, NUM),
            (1, math.nan, NUM),
            (1, "30", VALUE),
            (1, True, VALUE),
            (1, object(), VALUE),
            (2, "H1000", NA),  # no such GPU in the catalogue
            (2, "", None),
            (2, 100.0, VALUE),
            (3, "nothing", NA),
            (4, -0.01, NUM),
            (5, 1.4, NUM),
            (6, 1.5, NUM),  # no whole GPU
            (6, 0.0, NUM),
            (0, "no such model", NA),
            (0, "8", NA),  # a name that looks like a number
            (0, True, VALUE),
            (0, -8.0, NUM),
            (0, "custom", NA),  # whose parameters are unknown
        ],
    )
    def test_what_is_not_accepted(self, place: int, handed: object, error: CellError | None) -> None:
        arguments: list[object] = [8.0, 30.0, "H100-SXM", "LoRA", 2.95, 0.4, 8.0]
        arguments[place] = handed
        found = COMPUTE_COST(arguments)
        assert found is error if error else isinstance(found, float)

    @pytest.mark.parametrize("spelt", ["H100-SXM", "h100-sxm", " H100 ", "H100-80GB", [["H100"]], numpy.str_("h100")])
    def test_a_name_has_many_spellings(self, spelt: object) -> None:
        for _ in range(2):  # the second time, it is remembered
            assert COMPUTE_COST([8.0, 30.0, spelt]) == COMPUTE_COST([8.0, 30.0, "H100-SXM"])

    @pytest.mark.parametrize("number", [30, Decimal(30), numpy.float64(30), numpy.int8(30), [[30]], ((30.0,),)])
    def test_a_number_has_many_types(self, number: object) -> None:
        assert COMPUTE_COST([8.0, number]) == COMPUTE_COST([8.0, 30.0])

    def test_minus_zero_is_zero(self) -> None:
        assert math.copysign(1, COMPUTE_COST([8.0, -0.0])) == 1  # type: ignore[arg-type]

    def test_a_needed_argument(self) -> None:
        call = functions()["FT_UNIT_COST"].call
        assert call([]) is VALUE
        assert call([None, 2.95]) is VALUE

    def test_too_many_arguments(self) -> None:
        assert LABEL_COST([1.0] * 7) is VALUE

    def test_a_model_by_its_parameters_is_an_unlisted_one(self) -> None:
        flops = functions()["FT_TRAIN_FLOPS"].call
        assert flops([8.0, 30.0]) == pytest.approx(flops(["Llama-3.1-8B", 30.0]), rel=0.01)
        assert flops([0.0, 30.0]) == 0

    def test_huge_numbers_end_as_an_error_and_not_as_infinity(self) -> None:
        assert functions()["FT_TRAIN_TOKENS"].call([1e9, 1e7, 1e9]) == 1e25
        assert functions()["FT_UNIT_COST"].call([0.001, 1e15]) == pytest.approx(1e15 / (0.001 * 3600 * 0.5) * 1e6)


class TestARange:
    def test_a_column_and_a_row_make_a_table(self) -> None:
        table = LABEL_COST([[[100.0], [200.0]], [[0.1, 0.2, 0.3]], 1.0, 0.0, 0.0])
        assert table == [[pytest.approx(10 * n * p) for p in (1, 2, 3)] for n in (1, 2)]

    def test_each_cell_is_what_it_is_alone(self) -> None:
        gpus = [["H100-SXM"], ["no such GPU"], [None], [NA], ["MI300X"], [5.0]]
        assert COMPUTE_COST([8.0, 30.0, gpus]) == [[COMPUTE_COST([8.0, 30.0, gpu])] for (gpu,) in gpus]

    def test_a_flat_list_is_a_row(self) -> None:
        assert LABEL_COST([[100.0, 200.0], 0.1, 1, 0, 0]) == [[pytest.approx(10.0), pytest.approx(20.0)]]

    @pytest.mark.parametrize(
        ("examples", "price"),
        [([[1.0], [2.0]], [[1.0], [2.0], [3.0]]), ([[1.0, 2.0]], [[1.0, 2.0, 3.0]]), ([[1.0]] * 200, [[1.0] * 200])],
    )
    def test_what_does_not_fit_together(self, examples: object, price: object) -> None:
        assert LABEL_COST([examples, price]) is VALUE

    def test_an_answer_is_a_new_list_each_time(self) -> None:
        arguments = [[[100.0], [200.0]]]
        first = LABEL_COST(arguments)
        first[0][0] = "changed"  # type: ignore[index]
        assert LABEL_COST(arguments) != first
        assert arguments == [[[100.0], [200.0]]]


ODD = [
    *(None, "", 0, 0.0, 1.0, -1.0, 0.5, 1e-9, 1e9, 1e24, 1e300, math.nan, math.inf, True, False, "x", "12", "H100"),
    *("full", "API", "custom", "drift", Decimal("3.1"), Decimal("NaN"), date(2026, 1, 31), NA, DIV0, [[1.0]]),
    *([1.0, 2.0], [[1.0], [2.0]], ((1.0, None), (3.0, "a")), {}, object(), 10**400, [[1.0], [2.0, 3.0]], [], b"x"),
    *(["gpu_price", 3.0], [["gpu_price"], ["mfu"]], [["mfu", math.nan]], [[{}, {}]], None, None, None, None),
]


@pytest.mark.parametrize("each", functions().values(), ids=lambda each: each.name)
def test_nothing_raises(each: Function) -> None:
    draw = random.Random(each.name)
    for _ in range(200):
        arguments = [draw.choice(ODD) for _ in range(draw.randint(0, len(each.parameters) + 1))]
        found = each.call(arguments)
        for row in found if isinstance(found, list) else [[found]]:
            for value in row:
                assert isinstance(value, str | bool | CellError) or math.isfinite(value), (arguments, value)
        assert each.explain(arguments)


def test_a_remembered_result_is_the_computed_one() -> None:
    """Also where arguments are equal but not of a kind, such as 1 and TRUE."""
    for name, view in views().items():
        required = [min(100.0, each.input.maximum) for each in view.arguments if each.required]
        values = [
            each.accept(min(100.0, each.input.maximum)) if each.required else each.default for each in view.arguments
        ]
        for _ in range(2):
            assert view.call(required) == view.computed(*values), name
    assert LABEL_COST([1.0]) == LABEL_COST([1]) == LABEL_COST([Decimal(1)])
    assert LABEL_COST([True]) is VALUE
    assert LABEL_COST([1.0]) == LABEL_COST([1])
