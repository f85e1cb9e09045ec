from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.distributions import (
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    PiecewiseHazard,
    Weibull,
)
from ccsim.queueing import erlang
from ccsim.queueing.birth_death import erlang_b

MEASURES = ("p_wait", "abandonment", "asa", "asa_served", "service_levels", "occupancy")


@given(
    agents=st.integers(1, 500),
    per_agent=st.floats(0.1, 2),
    mean=st.floats(5, 5000),
    disguise=st.sampled_from(
        [
            lambda mean: Weibull(1, mean),
            lambda mean: Gamma(mean, 1),
            lambda mean: Hyperexponential((mean, mean), (0.3, 0.7)),
            lambda mean: PiecewiseHazard((0, 7, 20, 60), (1 / mean,) * 4),
        ]
    ),
)
@settings(deadline=None)
def test_exponential_patience_in_any_disguise_is_erlang_a(agents, per_agent, mean, disguise):
    calls = per_agent * agents * 20
    plain, disguised = erlang(calls, 180, agents, mean), erlang(calls, 180, agents, disguise(mean))
    for name in MEASURES:
        expected = pytest.approx(getattr(plain, name), rel=1e-9, abs=1e-14)
        assert getattr(disguised, name) == expected


def test_constant_patience_has_the_closed_form_of_gnedenko_and_kovalenko():
    # M/M/n+D (Gnedenko & Kovalenko 1968): the density of the offered wait is exp((rate -
    # capacity) x) up to the patience D and falls as exp(-capacity x) from there on.
    load, agents, rate, patience = 18.0, 15, 0.1, 40.0
    capacity = agents / 180
    at_limit = math.exp((rate - capacity) * patience)
    before, beyond = (at_limit - 1) / (rate - capacity), at_limit / capacity
    idle = 1 / erlang_b(agents - 1, load)
    total = idle + rate * (before + beyond)
    result = erlang(360, 180, agents, Constant(patience), answer_within=20)
    assert result.p_wait == pytest.approx(rate * (before + beyond) / total, rel=1e-12)
    assert result.abandonment == pytest.approx(rate * beyond / total, rel=1e-12)
    soon = math.expm1((rate - capacity) * 20) / (rate - capacity)
    assert result.service_level == pytest.approx((idle + rate * soon) / total, rel=1e-12)


def test_a_threshold_at_the_constant_patience_catches_everyone():
    result = erlang(360, 180, 15, Constant(40), answer_within=40)
    assert result.service_levels["served_over_served"] == pytest.approx(1, rel=1e-13)
    assert result.service_levels["short_abandons_good"] == pytest.approx(1, rel=1e-13)


def test_patience_of_no_time_loses_whoever_cannot_be_answered_at_once():
    result = erlang(400, 180, 15, Constant(0))
    lost = erlang(400, 180, 15, lines=15)
    assert result.abandonment == pytest.approx(lost.p_blocked, rel=1e-13)
    assert result.asa == 0


@pytest.mark.parametrize(
    "patience",
    [
        Exponential(100),
        Constant(100),
        Weibull(0.5, 50),
        Gamma(100, 2),
        Lognormal(150, 1.2),
        Hyperexponential((10, 300), (0.3, 0.7)),
        Empirical((0, 5, 5, 30, 90, 400)),
        PiecewiseHazard((0, 10, 15, 60), (0.01, 0.05, 0, 0.002)),
    ],
    ids=repr,
)
@pytest.mark.parametrize("per_agent", [0.7, 1.0, 1.4])
def test_arrivals_at_the_queue_leave_it_by_service_or_hanging_up(patience, per_agent):
    _flow_is_kept(50, 50 * per_agent, 180, patience)


@pytest.mark.parametrize(
    ("agents", "load", "aht", "patience"),
    [
        (10, 73.7, 9736, Exponential(0.14)),
        (3, 59.5, 238, Lognormal(15, 0.028)),
        (273, 285.0, 1348, Gamma(1.2, 0.018)),
        (139, 572.0, 45, Weibull(1.9, 0.0018)),
        (10_000, 12_000.0, 180, Constant(10_000)),
        (14, 20.0, 180, Lognormal(100, 10)),
    ],
    ids=repr,
)
def test_patience_far_from_the_handle_time_is_not_overlooked(agents, load, aht, patience):
    _flow_is_kept(agents, load, aht, patience)


def _flow_is_kept(agents, load, aht, patience):
    # Rate conservation across the level 0 of the offered wait: capacity times the chance of
    # waiting is the flow of those who arrive when it is positive or one agent is idle.
    result = erlang(load * 3600 / aht, aht, agents, patience)
    one_idle = (1 - result.p_wait) * erlang_b(agents - 1, load)
    stay = result.p_wait - result.abandonment
    assert agents * result.p_wait == pytest.approx(load * (one_idle + stay), rel=1e-10)


def test_impatience_early_on_hurts_more_than_late_at_the_same_mean():
    early, late = (erlang(1000, 180, 50, Weibull(k, 100 / math.gamma(1 + 1 / k))) for k in (0.5, 3))
    assert early.abandonment > late.abandonment
    assert early.asa < late.asa
