"""Distributions: golden values worked outside the project, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xlcost.analysis.distributions import Beta, Discrete, Lognormal, Pert, Uniform, of_span
from xlcost.analysis.draws import Stream, sampler
from xlcost.errors import CellError
from xlcost.model.inputs import Refused

SHARES = st.floats(0.01, 0.99)


def test_a_pert_worked_by_hand():
    """(5 + 4 x 8 + 20) / 6 = 9.5; 1 + 4 x 3 / 15 = 1.8; 1 + 4 x 12 / 15 = 4.2."""
    pert = Pert(5, 8, 20)
    assert (pert.mean, pert.alpha, pert.beta) == pytest.approx((9.5, 1.8, 4.2), rel=1e-12)
    assert pert.deviation == pytest.approx(stats.beta(1.8, 4.2, 5, 15).std())


def test_a_lognormal_worked_by_hand():
    """ln 40,000 = 10.59663; ln 4 / (2 x 1.28155) = 0.54087."""
    lognormal = Lognormal(20_000, 80_000)
    assert lognormal.mu == pytest.approx(10.59663, abs=5e-6)
    assert lognormal.sigma == pytest.approx(0.54087, abs=5e-6)
    assert lognormal.quantile(np.array([0.1, 0.5, 0.9])) == pytest.approx([20_000, 40_000, 80_000])


def test_a_list_of_three_has_the_mean_of_a_pert():
    """(1 + 4 x 3 + 5) / 6 = 3."""
    three = Discrete.three(1, 3, 5)
    assert three.values == (1, 3, 5)
    assert three.chances == pytest.approx((1 / 6, 4 / 6, 1 / 6))
    assert three.mean == pytest.approx(3)
    assert Discrete.three(2, 2, 6).chances == pytest.approx((5 / 6, 1 / 6))


@given(SHARES, SHARES)
def test_a_beta_has_the_percentiles_it_was_made_from(one, other):
    low, high = sorted((one, other))
    if high - low < 1e-3:
        return
    beta = Beta(low, high)
    known = stats.beta(beta.alpha, beta.beta)
    assert known.cdf([low, high]) == pytest.approx([0.1, 0.9], abs=1e-8)
    assert (beta.mean, beta.deviation) == pytest.approx((known.mean(), known.std()))


def test_where_a_p10_can_not_be_a_pert_lies_between():
    assert of_span("lognormal", 0, 1, 5) == Pert(0, 1, 5)
    assert of_span("beta", 0.5, 0.9, 1) == Pert(0.5, 0.9, 1)
    assert of_span("", 2, 3, 5) == Pert(2, 3, 5)
    assert of_span("uniform", 2, 3, 5) == Uniform(2, 5)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda: Pert(9, 8, 20), "low, mode and high are wanted in this order"),
        (lambda: Pert(5, 21, 20), "low, mode and high are wanted in this order"),
        (lambda: Pert(5, 5, 5), "low below high"),
        (lambda: Pert(5, math.nan, 9), "finite numbers are wanted"),
        (lambda: Pert(5, "8", 9), "finite numbers are wanted"),
        (lambda: Lognormal(0, 5), "P10 is wanted above 0"),
        (lambda: Lognormal(5, 5), "below P90"),
        (lambda: Lognormal(5, math.inf), "finite numbers are wanted"),
        (lambda: Uniform(3, 2), "low is wanted below high"),
        (lambda: Beta(0.0, 0.5), "between 0 and 1"),
        (lambda: Beta(0.2, 1.5), "between 0 and 1"),
        (lambda: Discrete((1, 2), (0.5, 0.6)), "add up to 1"),
        (lambda: Discrete((1, 2), (-0.5, 1.5)), "between 0 and 1"),
        (lambda: Discrete((2, 1), (0.5, 0.5)), "values rise"),
        (lambda: Discrete((1,), (0.5, 0.5)), "each value has its probability"),
        (lambda: Discrete.three(3, 1, 5), "in this order"),
    ],
)
def test_what_is_refused(made, why):
    with pytest.raises(Refused, match=why) as refused:
        made()
    assert refused.value.error is CellError.NUM


KNOWN = [
    Pert(5, 8, 20), Pert(0, 0, 1), Pert(0, 1, 1), Lognormal(20e3, 80e3), Lognormal(0.012, 0.5),
    Beta(0.1, 0.5), Beta(0.85, 0.97), Uniform(1, 3), Discrete.three(1, 3, 5),
]  # fmt: skip


@pytest.mark.parametrize("distribution", KNOWN, ids=str)
def test_a_table_is_as_exact_as_it_says(distribution):
    """Within 0.01% of the quantile or of the range between P10 and P90, to one in 100,000 on either side."""
    uniform = np.concatenate([Stream(3, "u").next(20_000), 10.0 ** -np.arange(1, 5.5, 0.01)])
    uniform = np.concatenate([uniform, 1 - uniform])
    uniform = uniform[(uniform > 1e-5) & (uniform < 1 - 1e-5)]
    wanted = distribution.quantile(uniform)
    found = sampler(distribution, -math.inf, math.inf, False)(uniform)
    size = np.maximum(np.abs(wanted), distribution.quantile(0.9) - distribution.quantile(0.1))
    assert np.max(np.abs(found - wanted) / size) < 1e-4


@pytest.mark.parametrize("distribution", KNOWN, ids=str)
def test_draws_have_the_moments_and_the_percentiles(distribution):
    n = 400_000
    draws = sampler(distribution, -math.inf, math.inf, False)(Stream(11, "x").next(n))
    assert abs(draws.mean() - distribution.mean) < 3 * distribution.deviation / math.sqrt(n)
    assert draws.std() == pytest.approx(distribution.deviation, rel=0.02)
    if not isinstance(distribution, Discrete):
        for p in (0.1, 0.5, 0.8, 0.9):
            assert abs(np.mean(draws <= distribution.quantile(p)) - p) < 4 * math.sqrt(p * (1 - p) / n)


def test_draws_stay_within_the_bounds_and_whole():
    draws = sampler(Lognormal(1, 100), 2.0, 50.0, True)(Stream(1, "x").next(10_000))
    assert (draws.min(), draws.max()) == (2, 50)
    assert (draws == np.rint(draws)).all()


def test_the_rarest_draws_are_numbers():
    for distribution in KNOWN:
        found = sampler(distribution, -math.inf, math.inf, False)(np.array([0.0, 2.0**-53, 0.5, 1 - 2.0**-53]))
        assert np.isfinite(found).all()
        assert (np.diff(found) >= 0).all()
