from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.distributions import Empirical, Exponential, PiecewiseHazard
from ccsim.errors import OptionError


def test_two_quantiles_make_a_uniform_duration():
    uniform = Empirical((10, 40))
    assert (uniform.mean, uniform.variance) == (25, 75)
    assert uniform.cdf(np.array([5.0, 10.0, 25.0, 40.0])).tolist() == [0, 0, 0.5, 1]
    assert uniform.ppf(0.5) == 25
    assert uniform.hazard(25.0) == pytest.approx(1 / 15)


def test_equal_quantiles_put_a_share_on_one_value():
    waits = Empirical((0, 10, 10, 40, 100))
    assert waits.cdf(10 - 1e-9) == pytest.approx(0.25)
    assert waits.cdf(10.0) == 0.5
    assert waits.ppf(0.4) == 10


def test_all_quantiles_equal_are_a_constant():
    same = Empirical((30, 30, 30))
    assert (same.mean, same.variance) == (30, 0)
    assert same.cdf(np.array([29.0, 30.0])).tolist() == [0, 1]
    assert same.limited_mean(np.array([20.0, 50.0])).tolist() == [20, 30]


@given(
    mean=st.floats(1, 1e5),
    cuts=st.lists(st.floats(1e-3, 1e4), max_size=4, unique=True),
    u=st.floats(0, 0.999999),
)
@settings(deadline=None)
def test_a_hazard_that_never_steps_is_exponential(mean, cuts, u):
    edges = (0, *sorted(cuts))
    stepped = PiecewiseHazard(edges, (1 / mean,) * len(edges))
    plain = Exponential(mean)
    assert stepped.mean == pytest.approx(mean, rel=1e-11)
    assert stepped.variance == pytest.approx(mean**2, rel=1e-9)
    assert stepped.ppf(u) == pytest.approx(plain.ppf(u), rel=1e-11, abs=1e-12)
    x = plain.ppf(u)
    assert stepped.sf(x) == pytest.approx(plain.sf(x), rel=1e-11)
    assert stepped.limited_mean(x) == pytest.approx(plain.limited_mean(x), rel=1e-11)


def test_nobody_ends_where_the_hazard_is_zero():
    patience = PiecewiseHazard((0, 10, 50, 60), (0, 0.1, 0, 0.02))
    assert patience.cdf(10.0) == 0
    assert patience.sf(50.0) == patience.sf(60.0)
    assert patience.ppf(0.0) == 10


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Empirical((10,)), "quantiles is .* at least 2 numbers"),
        (lambda: Empirical((10, 5)), "quantiles is .* numbers that never fall"),
        (lambda: Empirical((0, math.inf)), r"quantiles\[1\] is inf"),
        (lambda: PiecewiseHazard((1, 2), (1, 1)), "edges is .* rising numbers, the first 0"),
        (lambda: PiecewiseHazard((0, 5, 5), (1, 1, 1)), "edges is .* rising numbers"),
        (lambda: PiecewiseHazard((0, 5), (1,)), "rates is .* 2, one for each edge"),
        (lambda: PiecewiseHazard((0, 5), (1, 0)), "rates is .* a last rate above 0"),
        (lambda: PiecewiseHazard((0,), (-1,)), r"rates\[0\] is -1"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(make, message):
    with pytest.raises(OptionError, match=message):
        make()
