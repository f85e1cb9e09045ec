"""Offered load that lags demand, against the closed forms of M_t/G/∞."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammainc

from ccsim.distributions import Constant, Exponential, Gamma, Lognormal
from ccsim.staffing.lag import handle_time, lagged_load

RATE, MEAN = 600 / 3600, 240.0


def load_from_empty(service, edges, rate=RATE, until=None):
    """Load of a constant rate that starts at 0 and stops at `until`."""
    until = edges[-1] if until is None else until
    contacts = np.array([rate * until])
    return lagged_load(np.zeros(1), np.array([until]), contacts, service, np.asarray(edges))


def test_load_fills_up_from_an_empty_start_as_eick_massey_and_whitt_say():
    # m(t) = λ E[S] (1 − exp(−t / E[S])); a rising load is staffed for the interval's end.
    edges = np.arange(0, 7201, 300.0)
    assert load_from_empty(Exponential(MEAN), edges) == pytest.approx(
        RATE * MEAN * (1 - np.exp(-edges[1:] / MEAN)), rel=1e-9
    )


def test_load_runs_off_after_the_last_arrival():
    # A falling load is staffed for its average over the interval.
    edges = np.arange(0, 7201, 300.0)
    late = edges[:-1] >= 3600
    decay = MEAN * (np.exp(-edges[:-1] / MEAN) - np.exp(-edges[1:] / MEAN)) / 300
    expected = RATE * MEAN * decay * (np.exp(3600 / MEAN) - 1)
    load = load_from_empty(Exponential(MEAN), edges, until=3600.0)
    assert load[late] == pytest.approx(expected[late], rel=1e-6)


def test_contacts_that_all_last_the_same_are_all_there_after_that_time():
    edges = np.arange(0, 1201, 60.0)
    load = load_from_empty(Constant(MEAN), edges)
    assert load == pytest.approx(RATE * np.minimum(edges[1:], MEAN))


def test_gamma_contacts_fill_up_by_their_limited_mean():
    # E[min(S, t)] of a gamma with shape k: E[S] P(k + 1, t/θ) + t Q(k, t/θ).
    service, edges = Gamma(MEAN, 0.5), np.array([0.0, 60.0, 240.0, 600.0])
    theta, shape, ends = MEAN * 0.25, 4.0, edges[1:]
    limited = MEAN * gammainc(shape + 1, ends / theta) + ends * (1 - gammainc(shape, ends / theta))
    assert load_from_empty(service, edges) == pytest.approx(RATE * limited, rel=1e-9)


@given(
    contacts=st.lists(st.floats(0, 500), min_size=1, max_size=12),
    mean=st.floats(60, 900),
    cv=st.floats(0.2, 2),
)
@settings(deadline=None, max_examples=40)
def test_every_contact_is_staffed_for_its_whole_handle_time(contacts, mean, cv):
    # Little's law over two days at whose end everybody has left; rounding up towards the end of
    # rising intervals adds at most one interval's rise.
    start = 1800.0 * np.arange(len(contacts))
    edges = np.arange(0, 172801, 300.0)
    load = lagged_load(
        start, np.full(len(start), 1800.0), np.array(contacts), Gamma(mean, cv), edges
    )
    rise = np.maximum(np.diff(load, prepend=0.0), 0).sum()
    total = sum(contacts) * mean
    assert total * (1 - 1e-3) - 1e-6 <= (load * 300).sum() <= total * (1 + 1e-3) + rise * 300 + 1e-6
    assert (load >= -1e-9).all()


def test_talk_and_wrap_add_up_with_the_speed_of_the_group():
    service = handle_time(Lognormal(180, 1.2), Exponential(30), 1.25, 0.5)
    assert service.mean == pytest.approx(180 / 1.25 + 60)
    assert service.variance == pytest.approx((216 / 1.25) ** 2 + 60**2)


def test_handle_time_keeps_its_shape_where_that_is_known():
    assert handle_time(Constant(180), Constant(20), 1.0, 1.0) == Constant(200)
    exponential = handle_time(Exponential(180), Constant(0), 1.0, 1.0)
    edges = np.arange(0, 1801, 300.0)
    assert load_from_empty(exponential, edges) == pytest.approx(
        load_from_empty(Exponential(180), edges)
    )
