from __future__ import annotations

import math

import numpy as np
import pytest

from ccsim.distributions import Constant, Exponential, Hyperexponential, Lognormal, Weibull
from ccsim.errors import OptionError


def test_a_constant_ends_at_its_value_and_not_before():
    assert Constant(30).cdf(np.array([29.999, 30.0])).tolist() == [0, 1]
    assert Constant(30).ppf(0.999) == 30
    assert Constant(30).hazard(np.array([29.0, 30.0])).tolist() == [0, math.inf]


def test_small_shares_of_an_exponential_keep_their_digits():
    assert Exponential(1).cdf(1e-20) == 1e-20
    assert Exponential(1).ppf(1e-20) == 1e-20


def test_a_lognormal_has_the_median_of_its_logarithm():
    talk = Lognormal(mean=190, cv=0.9)
    assert talk.ppf(0.5) == pytest.approx(190 / math.sqrt(1 + 0.9**2), rel=1e-14)


def test_the_hazard_of_a_lognormal_rises_and_falls_and_survives_the_far_tail():
    talk = Lognormal(mean=190, cv=0.9)
    assert talk.hazard(1.0) < talk.hazard(150.0) > talk.hazard(3000.0)
    assert 0 < talk.hazard(1e30) < 1e-25
    assert talk.hazard(np.array([0.0, math.inf])).tolist() == [0, 0]


def test_a_weibull_of_shape_one_is_exponential():
    x = np.geomspace(0.01, 1000, 50)
    for function in ("cdf", "sf", "hazard", "limited_mean"):
        np.testing.assert_allclose(
            getattr(Weibull(1, 60), function)(x), getattr(Exponential(60), function)(x), rtol=1e-13
        )


def test_a_mixture_of_one_is_exponential():
    u = np.linspace(0, 0.999, 100)
    np.testing.assert_allclose(
        Hyperexponential((60,), (1,)).ppf(u), Exponential(60).ppf(u), rtol=1e-13
    )


def test_the_slowest_kind_of_a_mixture_decides_its_far_tail():
    mixture = Hyperexponential((1, 300), (0.999, 0.001))
    assert mixture.hazard(1e6) == pytest.approx(1 / 300)
    assert mixture.hazard(math.inf) == pytest.approx(1 / 300)
    assert mixture.hazard(0.0) == pytest.approx(0.999 + 0.001 / 300)


@pytest.mark.parametrize("u", [1e-15, 1e-6, 0.3, 0.998, 1 - 1e-12])
def test_the_quantile_of_a_mixture_of_very_unequal_kinds_is_exact(u):
    mixture = Hyperexponential((0.001, 1, 1e5), (0.6, 0.399, 0.001))
    x = mixture.ppf(u)
    reached = mixture.cdf(x) if u < 0.5 else mixture.sf(x)
    assert reached == pytest.approx(u if u < 0.5 else 1 - u, rel=1e-12)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(-1), r"Constant: value is -1; allowed: a number at least 0"),
        (lambda: Exponential(0), r"Exponential: mean is 0; allowed: a number above 0"),
        (lambda: Exponential(math.inf), "Exponential: mean is inf"),
        (lambda: Exponential(True), "Exponential: mean is True"),
        (lambda: Exponential("3min"), "Exponential: mean is '3min'"),
        (lambda: Lognormal(190, 0), "Lognormal: cv is 0"),
        (lambda: Lognormal(math.nan, 1), "Lognormal: mean is nan"),
        (lambda: Weibull(0.01, 60), "Weibull: shape is 0.01; allowed: a number at least 0.05"),
        (lambda: Hyperexponential((60, 300), (0.5, 0.6)), "weights .* shares that sum to 1"),
        (lambda: Hyperexponential((60, 300), (1,)), "weights .* allowed: 2, one for each mean"),
        (lambda: Hyperexponential((60, -1), (0.5, 0.5)), r"means\[1\] is -1"),
        (lambda: Hyperexponential((), ()), "means is .* allowed: a list of at least 1 numbers"),
        (lambda: Hyperexponential("60", (1,)), "means is '60'"),
    ],
)
def test_a_parameter_out_of_range_is_named_with_what_is_allowed(make, message):
    with pytest.raises(OptionError, match=message):
        make()
