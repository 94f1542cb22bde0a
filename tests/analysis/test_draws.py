"""Draws depend on the seed, the name and the number, and on nothing else; and move together as they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xlcost.analysis.draws import Copula, Stream, _between
from xlcost.errors import CellError
from xlcost.model.inputs import Refused


@given(seed=st.integers(0, 2**64 - 1), start=st.integers(0, 1000), count=st.integers(1, 50))
def test_a_draw_needs_none_before_it(seed, start, count):
    start *= 4
    whole = Stream(seed, "label_price").next(start + count)
    assert (Stream(seed, "label_price", start).next(count) == whole[start:]).all()


def test_another_seed_or_name_gives_other_draws():
    draws = [Stream(seed, name).next(10_000) for seed, name in ((1, "a"), (2, "a"), (1, "b"))]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(draws[one], draws[other])[0, 1]) < 0.04
    for each in draws:
        assert stats.kstest(each, "uniform").pvalue > 1e-4


def test_the_draws_are_these():
    """A change of the generator would change every simulation: it has to be seen."""
    assert Stream(1, "label_price").next(2) == pytest.approx(
        [np.float64(0.23021903282235123), np.float64(0.739985080616987)], rel=1e-15
    )


def together(correlations, names, n=200_000):
    uniform = {name: Stream(5, name).next(n) for name in names}
    Copula(correlations, names).apply(uniform)
    return uniform


def test_correlated_draws_are_uniform_and_correlated_as_normals():
    pair = together({("a", "b"): 0.3}, ["a", "b"])
    normal = [stats.norm.ppf(pair[name]) for name in ("a", "b")]
    assert np.corrcoef(normal)[0, 1] == pytest.approx(0.3, abs=3 * 0.91 / np.sqrt(200_000))
    # Spearman's of a Gaussian copula: 6 / pi x asin(0.3 / 2) = 0.28732
    assert stats.spearmanr(pair["a"], pair["b"])[0] == pytest.approx(0.28732, abs=0.007)
    assert stats.kstest(pair["b"], "uniform").pvalue > 1e-4
    assert (pair["a"] == Stream(5, "a").next(200_000)).all()


def test_three_move_together():
    wanted = {("a", "b"): 0.5, ("a", "c"): -0.4, ("b", "c"): 0.2}
    found = together(wanted, ["a", "b", "c"])
    for (one, other), correlation in wanted.items():
        measured = np.corrcoef(stats.norm.ppf(found[one]), stats.norm.ppf(found[other]))[0, 1]
        assert measured == pytest.approx(correlation, abs=0.008)


def test_the_same_bits_in_parts():
    whole = together({("a", "b"): 0.3}, ["a", "b"], 4096 + 1000)["b"]
    part = {name: Stream(5, name, 4096).next(1000) for name in ("a", "b")}
    Copula({("a", "b"): 0.3}, ["a", "b"]).apply(part)
    assert (part["b"] == whole[4096:]).all()


@pytest.mark.parametrize(
    ("correlations", "error", "why"),
    [
        ({("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}, CellError.NUM, "not positive definite"),
        ({("a", "b"): 1.0}, CellError.NUM, "between -1 and 1"),
        ({("a", "b"): -1.5}, CellError.NUM, "between -1 and 1"),
        ({("a", "b"): float("nan")}, CellError.NUM, "between -1 and 1"),
        ({("a", "b"): "0.3"}, CellError.VALUE, "a number is wanted"),
        ({("a", "a"): 0.3}, CellError.VALUE, "with itself"),
    ],
)
def test_correlations_that_are_refused(correlations, error, why):
    with pytest.raises(Refused, match=why) as refused:
        Copula(correlations, ["a", "b", "c"])
    assert refused.value.error is error


def test_the_spline_between_asked_points_is_exact_for_a_cubic_up_to_its_ends():
    """x**3 + 5 x**2 - 7 x at 0 .. 7, read between the points: with ends that are "not a knot" it is that cubic."""
    cubic = np.polynomial.Polynomial([0, -7, 5, 1])
    places = np.array([0, 0.25, 1.5, 3, 5.75, 6.5, 7])
    assert _between(cubic(np.arange(8.0))[None], places)[0] == pytest.approx(cubic(places), abs=1e-10)
