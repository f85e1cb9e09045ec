from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special as reference

from ccsim.distributions import Gamma
from ccsim.distributions.special import gamma_quantile, normal_quantile

SHARES = np.concatenate(
    [10.0 ** -np.arange(2, 290, 9.0), np.linspace(0.001, 0.999, 333), 1 - 10.0 ** -np.arange(3, 16)]
)


def test_the_normal_quantile_has_every_digit():
    mine = [normal_quantile(u) for u in SHARES]
    np.testing.assert_allclose(mine, reference.ndtri(SHARES), rtol=2e-15)


@pytest.mark.parametrize(
    ("u", "z"),
    # Printed by Wichura (1988) as test values of PPND16.
    [(0.25, -0.6744897501960817), (0.001, -3.090232306167814), (1e-20, -9.262340089798408)],
)
def test_the_normal_quantile_returns_the_values_printed_with_the_algorithm(u, z):
    assert normal_quantile(u) == pytest.approx(z, rel=1e-15)


@pytest.mark.parametrize(
    "shape", [1e-3, 0.01, 0.05, 0.2, 0.5, 0.9, 1.0, 1.5, 3.0, 10.0, 15.9, 16.1, 50.0, 1e3, 1e4]
)
def test_the_gamma_quantile_agrees_with_scipy(shape):
    mine = np.array([gamma_quantile(shape, u) for u in SHARES])
    theirs = np.where(
        SHARES > 0.5,
        reference.gammainccinv(shape, 1 - SHARES),
        reference.gammaincinv(shape, SHARES),
    )
    normal = theirs > 1e-290  # below, floats have lost digits themselves
    np.testing.assert_allclose(mine[normal], theirs[normal], rtol=1e-12)


@pytest.mark.parametrize(
    ("shape", "u", "quantile"),
    # The 40-digit root of the series of P(shape, x) = u, rounded.
    [(1e6, 1e-8, 994398.1597861208), (1e4, 1e-12, 9312.62896985422)],
)
def test_the_gamma_quantile_of_a_large_shape_has_all_digits(shape, u, quantile):
    assert gamma_quantile(shape, u) == pytest.approx(quantile, rel=1e-14)


def test_the_gamma_hazard_survives_where_density_and_survival_underflow():
    assert Gamma(100, 0.5).hazard(1e6) == pytest.approx(1 / 25, rel=1e-3)
    assert Gamma(100, 0.5).hazard(math.inf) == 1 / 25


def test_the_gamma_hazard_starts_at_zero_or_infinity_unless_exponential():
    assert Gamma(100, 0.5).hazard(0.0) == 0
    assert Gamma(100, 1).hazard(0.0) == 0.01
    assert Gamma(100, 2).hazard(0.0) == math.inf
