"""What holds for every duration, whatever its shape."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    PiecewiseHazard,
    Weibull,
)
from ccsim.errors import OptionError

CONTINUOUS = [
    Exponential(120),
    Lognormal(190, 0.9),
    Lognormal(30, 0.05),
    Gamma(100, 0.5),
    Gamma(100, 3),
    Weibull(0.5, 60),
    Weibull(3, 60),
    Hyperexponential((5, 60, 300), (0.2, 0.5, 0.3)),
    Empirical((0, 10, 25, 40, 100)),
    PiecewiseHazard((0, 10, 50, 60), (0.001, 0.1, 0.05, 0.02)),
]
WITH_ATOMS_OR_GAPS = [
    Constant(30),
    Empirical((0, 10, 10, 40, 100)),
    Empirical((5, 5, 20)),
    PiecewiseHazard((0, 10, 50, 60), (0, 0.1, 0, 0.02)),
]
EVERY = CONTINUOUS + WITH_ATOMS_OR_GAPS

every = pytest.mark.parametrize("duration", EVERY, ids=repr)
continuous = pytest.mark.parametrize("duration", CONTINUOUS, ids=repr)


def _integral(function, pieces: np.ndarray) -> float:
    """Gauss-Legendre with 40 nodes on every piece."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    half = np.diff(pieces)[:, None] / 2
    x = (pieces[:-1] + pieces[1:])[:, None] / 2 + half * nodes
    return float((function(x) * weights * half).sum())


def _pieces(duration: Distribution, end: float) -> np.ndarray:
    """Fine pieces up to `end`, finest near 0, split where the density jumps."""
    jumps = [x for x in duration.breakpoints if x < end]
    return np.unique([0.0, *np.geomspace(end * 1e-12, end, 300), *jumps])


@every
def test_nothing_lasts_less_than_no_time(duration):
    assert duration.cdf(-1.0) == 0
    assert duration.sf(-1.0) == 1
    assert duration.hazard(-1.0) == 0
    assert duration.limited_mean(-1.0) == -1
    assert duration.limited_mean(0.0) == 0


@every
def test_everything_ends(duration):
    assert duration.cdf(math.inf) == 1
    assert duration.sf(math.inf) == 0


@every
def test_the_limited_mean_grows_to_the_mean(duration):
    assert duration.limited_mean(math.inf) == pytest.approx(duration.mean, rel=1e-12)


@every
def test_the_limited_mean_is_the_integral_of_the_survival(duration):
    for end in (3.0, 30.0, 77.0, 400.0):
        expected = _integral(duration.sf, _pieces(duration, end))
        assert duration.limited_mean(end) == pytest.approx(expected, rel=1e-10)


@every
def test_the_variance_is_that_of_the_survival(duration):
    end = duration.ppf(1 - 1e-15) * 2
    second = _integral(lambda x: 2 * x * duration.sf(x), _pieces(duration, end))
    assert duration.variance == pytest.approx(second - duration.mean**2, rel=1e-8, abs=1e-8)


@every
def test_survival_and_cdf_sum_to_one(duration):
    x = np.geomspace(1e-3, 1e4, 200)
    np.testing.assert_allclose(duration.cdf(x) + duration.sf(x), 1, rtol=1e-13)


@continuous
def test_the_survival_is_the_exponential_of_minus_the_hazard_so_far(duration):
    start, end = duration.ppf(0.1), duration.ppf(0.9)
    jumps = [x for x in duration.breakpoints if start < x < end]
    hazard = _integral(duration.hazard, np.unique([*np.geomspace(start, end, 100), *jumps]))
    assert 0.9 * math.exp(-hazard) == pytest.approx(0.1, rel=1e-10)


@continuous
@given(u=st.floats(1e-9, 1 - 1e-9))
@settings(deadline=None)
def test_the_cdf_undoes_the_quantile(duration, u):
    assert duration.cdf(duration.ppf(u)) == pytest.approx(u, rel=1e-11)


@continuous
@given(x=st.floats(0.5, 99))
@settings(deadline=None)
def test_the_quantile_undoes_the_cdf(duration, x):
    u = duration.cdf(x)
    if 1e-12 < u < 1 - 1e-6:  # beyond, u no longer holds enough digits of x
        assert duration.ppf(u) == pytest.approx(x, rel=1e-9)


@every
@given(a=st.floats(0, 1, exclude_max=True), b=st.floats(0, 1, exclude_max=True))
@settings(deadline=None)
def test_a_larger_share_has_a_larger_quantile(duration, a, b):
    low, high = sorted((a, b))
    # Newton's method leaves the last digit or two to chance.
    assert duration.ppf(low) <= duration.ppf(high) * (1 + 1e-12)


@every
def test_the_quantiles_of_a_fine_grid_have_the_mean(duration):
    u = (np.arange(200_000) + 0.5) / 200_000
    assert duration.ppf(u).mean() == pytest.approx(duration.mean, rel=5e-3)


@every
def test_a_number_answers_with_a_float_and_an_array_with_an_array_of_its_shape(duration):
    times = np.array([[1.0, 20.0], [50.0, 300.0]])
    shares = np.array([[0.1, 0.2], [0.3, 0.9]])
    for function, arguments in [
        (duration.cdf, times),
        (duration.sf, times),
        (duration.hazard, times),
        (duration.limited_mean, times),
        (duration.ppf, shares),
    ]:
        answers = function(arguments)
        assert answers.shape == (2, 2)
        assert type(function(float(arguments[1, 0]))) is float
        # Vectorised and scalar loops may differ in the last bit.
        assert function(float(arguments[1, 0])) == pytest.approx(answers[1, 0], rel=1e-14)


@pytest.mark.parametrize("u", [1.0, -0.1, math.nan, np.array([0.5, 2.0])], ids=repr)
def test_a_share_outside_zero_to_one_has_no_quantile(u):
    with pytest.raises(OptionError, match=r"Exponential\.ppf: u is .*; allowed: 0 <= u < 1"):
        Exponential(60).ppf(u)


@every
def test_a_duration_is_a_value_that_can_be_compared_and_put_in_sets(duration):
    assert duration in {duration}
    with pytest.raises(AttributeError):
        duration.mean = 1.0
