"""Drift from a history: hand-made histories, and whether intervals hold what they claim."""

import math
import random

import pytest

from xlcost.analysis.drift import Drift, _Line, fit_drift
from xlcost.errors import XlcostError

# Towards 0.6 with a half-life of 9 months: 0.32 above it, then 0.16, 0.08, 0.04.
DECAY = [(0, 0.92, 1_000_000), (9, 0.76, 1_000_000), (18, 0.68, 1_000_000), (27, 0.64, 1_000_000)]

# Towards 0 with a half-life of 1. Each point weighs items x Q / (1 - Q) = 100.
EVEN = [(0, 0.8, 25), (1, 0.4, 150), (2, 0.2, 400), (3, 0.1, 900)]


def test_a_history_on_the_curve_gives_the_curve_back():
    found = fit_drift(DECAY, quality_limit=0.6, quality_floor=0.76)
    assert found.finding == "decline"
    assert found.half_life.likely == pytest.approx(9)
    assert found.floor_month.likely == pytest.approx(9)
    assert found.quality_start.likely == pytest.approx(0.92)
    for low, likely, high in (found.half_life, found.floor_month, found.quality_start, found.slope):
        assert low < likely < high


def test_an_interval_by_hand():
    """Weights of 100, months 1.5 from their mean: 100 x (2.25 + 0.25 + 0.25 + 2.25) = 500.

    The slope is ln 0.5 = -0.693147, its deviation 1 / root of 500 = 0.0447214. Student at 2 degrees is 4.302653 for
    97.5%: 0.192421 on either side, so a half-life of 0.693147 / 0.885568 to 0.693147 / 0.500726. The start has the
    variance 1/400 + 2.25/500 = 0.007: 0.8 x e^(-4.302653 x 0.083666) = 0.55815, and above 1 on the other side.
    """
    found = fit_drift(EVEN, quality_limit=0, quality_floor=0.3)
    assert found.slope == pytest.approx((-0.885568, -0.693147, -0.500726), abs=2e-6)
    assert found.half_life == pytest.approx((0.782715, 1, 1.384284), abs=2e-6)
    assert found.quality_start == pytest.approx((0.55815, 0.8, 1), abs=1e-5)


def test_when_the_floor_is_reached_is_an_interval_by_hand():
    """log2(0.8 / 0.3) = 1.41504 months. At t, the line's distance from ln 0.3 is 0.980829 - 0.693147 t, its variance
    0.007 - 0.006 t + 0.002 t^2; the one squared is 18.512821 times the other where
    0.443427 t^2 - 1.248642 t + 0.832436 = 0: t = (0.624321 -+ 0.143711) / 0.443427.
    """
    found = fit_drift(EVEN, quality_limit=0, quality_floor=0.3)
    assert found.floor_month == pytest.approx((1.08385, 1.41504, 1.73204), abs=2e-4)


@pytest.mark.parametrize(
    ("freedom", "confidence", "quantile"),
    [(1, 0.9, 6.313752), (2, 0.95, 4.302653), (3, 0.95, 3.182446), (4, 0.99, 4.604095), (5, 0.8, 1.475884),
     (10, 0.95, 2.228139), (30, 0.98, 2.457262), (120, 0.95, 1.979930), (1, 0.998, 318.308839)],
)  # fmt: skip
def test_student_s_distribution_is_the_one_in_the_tables(freedom, confidence, quantile):
    """Abramowitz and Stegun, table 26.10, and later ones with more digits."""
    assert _Line(0, 0, 0, 0, 0, freedom).reach(confidence) == pytest.approx(quantile, abs=1e-6, rel=1e-8)


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.999])
def test_student_s_distribution_is_that_of_scipy(confidence):
    special = pytest.importorskip("scipy.special")
    for freedom in (1, 2, 3, 4, 7, 8, 25, 60, 1001, 5000):
        wanted = float(special.stdtrit(freedom, (1 + confidence) / 2))
        assert _Line(0, 0, 0, 0, 0, freedom).reach(confidence) == pytest.approx(wanted, rel=1e-9)


def test_fewer_than_four_evaluations_are_not_enough():
    for history in ([], DECAY[:1], DECAY[:3], [(1, 0.9, 500), (1, 0.8, 500), (2, 0.7, 500), (2, 0.75, 500)]):
        found = fit_drift(history, quality_limit=0.6, quality_floor=0.7)
        assert found == Drift("not enough data", len(history), 0.6, 0.7)
        assert found.words.startswith("not enough data")


@pytest.mark.parametrize(
    "qualities",
    [(0.9, 0.9, 0.9, 0.9, 0.9), (0.9, 0.92, 0.88, 0.91, 0.89), (0.8, 0.83, 0.86, 0.89, 0.92)],
    ids=["level", "up and down", "rising"],
)
def test_where_there_is_no_decline_none_is_found(qualities):
    found = fit_drift([(month, each, 500) for month, each in enumerate(qualities)], quality_limit=0.6)
    assert found.finding == "no decline found"
    assert found.slope.high >= 0
    assert (found.half_life, found.floor_month, found.quality_start) == (None, None, None)
    assert found.words.startswith("no decline found")


def test_the_same_decline_on_few_items_may_be_chance():
    history = [(0, 0.92, 20), (2, 0.90, 20), (4, 0.88, 20), (6, 0.87, 20)]
    assert fit_drift(history, quality_limit=0.6).finding == "no decline found"
    assert fit_drift([(m, q, 20_000) for m, q, _ in history], quality_limit=0.6).finding == "decline"


def test_a_floor_at_the_limit_is_never_reached():
    found = fit_drift(DECAY, quality_limit=0.6, quality_floor=0.6)
    assert (found.finding, found.floor_month) == ("decline", None)
    assert found.words.endswith("0.6 is never reached")


def test_a_floor_above_the_start_was_reached_before():
    assert fit_drift(DECAY, quality_limit=0.6, quality_floor=0.95).floor_month == (0, 0, 0)


def test_points_that_scatter_are_less_sure():
    """A line through points that lie beside it by more than their items explain."""
    scattered = [(month, q + (0.02 if month % 2 else -0.02), 5_000) for month, q, _ in DECAY]
    wide = fit_drift(scattered, quality_limit=0.6).slope
    narrow = fit_drift([(month, q, 5_000) for month, q, _ in DECAY], quality_limit=0.6).slope
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_more_confidence_is_a_wider_interval():
    wide, narrow = (fit_drift(EVEN, quality_limit=0, confidence=each).slope for each in (0.95, 0.8))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_words_name_an_interval():
    found = fit_drift(EVEN, quality_limit=0, quality_floor=0.3)
    assert found.words == (
        "half of what can be lost is lost in 0.8 to 1.4 months, most likely 1.0; at 0.3 between the months 1.1 and 1.7"
    )


def test_limit_and_floor_are_those_of_the_catalogue():
    found = fit_drift([(month, 0.9 - month / 100, 50_000) for month in range(8)])
    assert (found.quality_limit, found.quality_floor) == (0.7, 0.83)
    assert found.finding == "decline"


@pytest.mark.parametrize("months", [6, 12])
def test_intervals_hold_the_truth_as_often_as_they_claim(months):
    """Histories thrown with dice: 0.92 to 0.6, half-life 9, 400 items; the slope lies in 19 of 20 intervals or more."""
    dice = random.Random(7)
    held, histories = 0, 200
    for _ in range(histories):
        history = []
        for month in range(months):
            quality = 0.6 + 0.32 * 2 ** (-month / 9)
            history.append((month, sum(dice.random() < quality for _ in range(400)) / 400, 400))
        slope = fit_drift(history, quality_limit=0.6).slope
        held += slope.low <= -math.log(2) / 9 <= slope.high
    assert held >= 0.93 * histories


@pytest.mark.parametrize(
    ("evaluation", "message"),
    [
        ((1, 0.55, 500), "evaluation 2: quality = 0.55 is not above 0.6"),
        ((1, 1.5, 500), "evaluation 2: quality = 1.5: a share"),
        ((1, 90, 500), "evaluation 2: quality = 90: a share"),
        ((1, math.nan, 500), "evaluation 2: quality = nan: a share"),
        ((-1, 0.9, 500), "evaluation 2: month = -1: 0 or more"),
        ((math.inf, 0.9, 500), "evaluation 2: month = inf"),
        ((1, 0.9, 0), "evaluation 2: items = 0: 1 or more"),
        ((1, 0.9), "evaluation 2 is (1, 0.9): month, quality and items"),
        ((1, "good", 500), "evaluation 2 is (1, 'good', 500)"),
    ],
)
def test_what_is_no_evaluation_is_refused(evaluation, message):
    with pytest.raises(XlcostError) as refused:
        fit_drift([(0, 0.9, 500), evaluation], quality_limit=0.6)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"quality_limit": 1.0}, "quality_limit = 1: a share"),
        ({"quality_floor": -0.1}, "quality_floor = -0.1: a share"),
        ({"confidence": 1.0}, "confidence = 1: a share"),
        ({"confidence": 95}, "confidence = 95: a share"),
    ],
)
def test_what_is_no_share_is_refused(more, message):
    with pytest.raises(XlcostError, match=message):
        fit_drift(EVEN, **more)
