"""FT_DRIFT_FIT: the hand-made histories of tests/analysis/test_drift.py in cells, and what is refused."""

import pytest

from xlcost.analysis.drift import fit_drift
from xlcost.errors import CellError
from xlcost.functions import ft

VALUE, NUM, NA, DIV0 = CellError.VALUE, CellError.NUM, CellError.NA, CellError.DIV0

MONTHS, QUALITIES, ITEMS = [[0], [1], [2], [3]], [[0.8], [0.4], [0.2], [0.1]], [[25], [150], [400], [900]]
EVEN = (MONTHS, QUALITIES, ITEMS)  # towards 0, with a half-life of 1: its intervals are worked out in test_drift.py


def test_a_decline_is_an_interval():
    head, half_life, start, floor, slope = ft.FT_DRIFT_FIT(*EVEN, 0, 0.3)
    assert head == ["decline", "low", "likely", "high"]
    assert half_life[1:] == pytest.approx([0.782715, 1, 1.384284], abs=2e-6)
    assert start[1:] == pytest.approx([0.55815, 0.8, 1], abs=1e-5)
    assert floor[1:] == pytest.approx([1.08385, 1.41504, 1.73204], abs=2e-4)
    assert slope[1:] == pytest.approx([-0.885568, -0.693147, -0.500726], abs=2e-6)
    assert [row[0] for row in (half_life, start, floor)] == [
        "Months in which half of what can be lost is lost", "Quality at launch", "Months until quality is at its floor",
    ]  # fmt: skip


def test_rows_do_as_well_as_columns_and_blanks_are_passed_over():
    rows = [[[each[0] for each in column]] for column in EVEN]
    longer = [[*column, [None], [None]] for column in EVEN]
    for history in (rows, longer):
        assert ft.FT_DRIFT_FIT(*history, 0, 0.3) == ft.FT_DRIFT_FIT(*EVEN, 0, 0.3)


def test_one_number_of_items_is_that_of_every_month():
    found = fit_drift([(m[0], q[0], 400) for m, q in zip(MONTHS, QUALITIES, strict=True)], quality_limit=0)
    assert ft.FT_DRIFT_FIT(MONTHS, QUALITIES, 400, 0)[1][1:] == list(found.half_life)


def test_more_confidence_is_a_wider_interval():
    usual, surer = (ft.FT_DRIFT_FIT(*EVEN, 0, 0.3, each)[1] for each in (None, 0.99))
    assert surer[1] < usual[1] < usual[3] < surer[3]


@pytest.mark.parametrize(
    ("history", "finding"),
    [
        ((), "not enough data"),
        ((MONTHS[:3], QUALITIES[:3], ITEMS[:3], 0), "not enough data"),
        ((MONTHS, [[0.9], [0.9], [0.9], [0.9]], 500), "no decline found"),
        ((MONTHS, [[0.8], [0.83], [0.86], [0.89]], 500), "no decline found"),
    ],
)
def test_where_there_is_no_number_there_are_words(history, finding):
    """In the cells of the numbers, too: a formula that takes one then shows why there is none."""
    head, half_life, start, floor, _ = ft.FT_DRIFT_FIT(*history)
    assert head[0] == finding
    assert [half_life[1:], start[1:], floor[1:]] == [[finding] * 3] * 3
    assert ft.FT_EXPLAIN("FT_DRIFT_FIT", *history).startswith(finding)


def test_a_floor_at_the_limit_is_never_reached():
    assert ft.FT_DRIFT_FIT(*EVEN, 0.05, 0.05)[3][1:] == ["never"] * 3
    assert ft.FT_EXPLAIN("FT_DRIFT_FIT", *EVEN, 0.05, 0.05).endswith("0.05 is never reached")


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        ((MONTHS, QUALITIES[:3], ITEMS), VALUE, "4 months, 3 qualities, 4 items: as many of each are wanted"),
        ((MONTHS,), VALUE, "4 months, 0 qualities, 0 items"),
        ((MONTHS, [[0.9], [None], [0.8], [0.7]], 100), VALUE, "evaluation 2 has nothing in qualities"),
        (([[0, 1], [2, 3]], QUALITIES, ITEMS), VALUE, "months are one column or one row"),
        ((MONTHS, [["90%"], [0.8], [0.8], [0.7]], 100), VALUE, "qualities, cell 1 = '90%': a number is wanted"),
        ((MONTHS, [[True], [0.8], [0.8], [0.7]], 100), VALUE, "qualities, cell 1 = True: a number is wanted"),
        ((MONTHS, [[0.9], [DIV0], [0.8], [0.7]], 100), DIV0, "qualities, cell 2, is #DIV/0! already"),
        ((MONTHS, [[90], [0.8], [0.8], [0.7]], 100), NUM, "evaluation 1: quality = 90: a share"),
        ((MONTHS, QUALITIES, 0), NUM, "evaluation 1: items = 0"),
        ((MONTHS, QUALITIES, ITEMS, 0.3), NUM, "evaluation 3: quality = 0.2 is not above 0.3"),
        ((*EVEN, 1.2), NUM, "quality_limit = 1.2"),
        ((*EVEN, 0, "x"), VALUE, "quality_floor = 'x': a share is wanted"),
        ((*EVEN, 0, 0.3, 95), NUM, "confidence = 95"),
        ((*EVEN, 0, [[0.1], [0.2]]), VALUE, "quality_floor is one value, not a range"),
        ((*EVEN, NA), NA, "quality_limit is #N/A already"),
    ],
)
def test_what_is_refused(arguments, error, reason):
    assert ft.FT_DRIFT_FIT(*arguments) is error
    assert reason in ft.FT_EXPLAIN("FT_DRIFT_FIT", *arguments)
