"""The public formula: published values, its meaning, and what it refuses.

"40 digits" below: computed independently of ccsim from the textbook definitions
(birth-death balance, Palm's density of the offered wait), the project's queueing_cases.
"""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ccsim.distributions import Constant, Exponential, Weibull
from ccsim.errors import OptionError
from ccsim.queueing import erlang

EXACT = 1e-9


def exactly(value: float):
    return pytest.approx(value, rel=EXACT)


@pytest.mark.parametrize(
    ("servers", "load", "blocking"),
    [  # 40 digits
        (10, 5, 0.0183845703366481),
        (30, 25, 0.0526031722281406),
        (100, 80, 0.0039920286045532),
        (200, 180, 0.0103249952049823),
    ],
)
def test_as_many_lines_as_agents_is_erlang_b(servers, load, blocking):
    result = erlang(load * 20, 180, servers, lines=servers)
    assert result.p_blocked == exactly(blocking)
    assert (result.p_wait, result.asa, result.service_level) == (0, 0, 1)


def test_no_patience_and_no_limit_is_erlang_c():
    # Printed in the documentation of the CRAN package ErlangC; 40 digits.
    result = erlang(200, 180, 14, answer_within=20)
    assert result.p_wait == exactly(0.17413193359505)
    assert result.service_level == exactly(0.888350019179467)
    assert result.asa == exactly(7.83593701177724)
    assert erlang(210, 180, 13).asa == exactly(26.5568858034)  # 40 digits
    busy = erlang(2880, 60, 50, answer_within=58.138741782)  # 40 digits; the 90 % wait
    assert busy.p_wait == exactly(0.694455611197)
    assert busy.asa == exactly(20.833668336)
    assert busy.mean_queue == exactly(16.666934669)
    assert busy.service_level == exactly(0.9)


def test_exponential_patience_is_erlang_a():
    result = erlang(200, 180, 14, patience=300, answer_within=20)  # 40 digits
    assert result.p_wait == exactly(0.145260114296)
    assert result.abandonment == exactly(0.0139837441224)
    assert result.occupancy == exactly(0.704297325627)
    assert result.asa == exactly(4.19512323672)
    assert result.service_levels == {
        "served_over_offered": exactly(0.916792091864),
        "served_over_served": exactly(0.929794094569),
        "excluding_short_abandons": exactly(0.923407322279),
        "short_abandons_good": exactly(0.923956027275),
    }
    assert erlang(210, 180, 13, patience=300).asa == exactly(9.91280260915)  # 40 digits
    busy = erlang(2880, 60, 50, patience=120)  # 40 digits
    assert busy.p_wait == exactly(0.467774068554)
    assert busy.abandonment == exactly(0.0309122491622)
    assert busy.asa == exactly(3.70946990)
    assert busy.occupancy == exactly(0.930324240804)


def test_everyone_leaving_after_exactly_two_minutes_is_rare_at_the_same_mean_patience():
    result = erlang(2880, 60, 50, patience={"constant": {"value": 120}})  # 40 digits
    assert result.p_wait == exactly(0.690678604476)
    assert result.abandonment == exactly(0.000515065194)
    assert result.asa == exactly(19.2215184)


def test_a_number_for_patience_is_the_mean_of_an_exponential_one():
    assert erlang(200, 180, 11, 300).asa == erlang(200, 180, 11, Exponential(300)).asa
    assert erlang(200, 180, 11, 300).asa == erlang(200, 180, 11, {"exponential": {"mean": 300}}).asa


@pytest.mark.parametrize("agents", [10, 5, 0])
def test_as_much_work_as_agents_without_patience_never_settles(agents):
    result = erlang(200, 180, agents)
    assert not result.stable
    assert (result.p_wait, result.occupancy, result.service_level) == (1, 1, 0)
    assert (result.asa, result.mean_queue) == (math.inf, math.inf)


@pytest.mark.parametrize("patience", [math.inf, 60, Weibull(2, 60)])
@pytest.mark.parametrize("agents", [0, 5])
def test_without_calls_whoever_might_come_is_answered_at_once(agents, patience):
    result = erlang(0, 180, agents, patience)
    assert set(result.service_levels.values()) == {1}
    assert (result.asa, result.occupancy, result.abandonment, result.mean_queue) == (0, 0, 0, 0)


def test_without_agents_everyone_waits_until_patience_ends():
    result = erlang(200, 180, 0, patience=60, answer_within=60)
    assert (result.p_wait, result.abandonment, result.asa) == (1, 1, 60)
    assert result.service_level == 0
    assert result.service_levels["short_abandons_good"] == pytest.approx(1 - math.exp(-1))
    assert result.asa_served == math.inf
    assert result.mean_queue == pytest.approx(200 / 60)


def test_without_agents_limited_lines_lose_calls_by_erlang_b_of_the_patience():
    waiting = erlang(200, 180, 0, patience=Constant(90), lines=5)
    talking = erlang(200, 90, 5, lines=5)
    assert waiting.p_blocked == pytest.approx(talking.p_blocked, rel=1e-13)


def test_without_agents_or_patience_the_lines_fill_for_ever():
    result = erlang(200, 180, 0, lines=5)
    assert (result.p_blocked, result.mean_queue, result.stable) == (1, 5, False)


def test_agents_beyond_the_lines_are_idle():
    enough, too_many = erlang(400, 180, 15, lines=15), erlang(400, 180, 30, lines=15)
    assert too_many.p_blocked == enough.p_blocked
    assert too_many.occupancy == pytest.approx(enough.occupancy / 2)


def test_blocked_calls_are_not_offered():
    result = erlang(400, 180, 10, lines=12)
    assert result.p_blocked > 0.4
    assert result.occupancy == pytest.approx(20 * (1 - result.p_blocked) / 10)
    # What got a line waits behind at most one other and for at most two services on average.
    assert result.asa <= 2 * 18


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 180, 14), "erlang: calls_per_hour is -1; allowed: a number at least 0"),
        ((200, 0, 14), "erlang: aht is 0; allowed: a number above 0"),
        ((200, math.nan, 14), "erlang: aht is nan"),
        ((200, "3min", 14), "erlang: aht is '3min'"),
        ((200, 180, 14.5), "erlang: agents is 14.5; allowed: a whole number from 0 to 1,000,000"),
        ((200, 180, -1), "erlang: agents is -1"),
        ((200, 180, True), "erlang: agents is True"),
        ((200, 180, 14, 0), "erlang: patience is 0; allowed: a number above 0, or inf"),
        ((200, 180, 14, math.nan), "erlang: patience is nan"),
        ((200, 180, 14, {"exponentiel": {}}), "did you mean exponential?"),
        ((200, 180, 14, 300, 0), "erlang: lines is 0; allowed: .* or inf"),
        ((200, 180, 14, 300, math.inf, -1), "erlang: answer_within is -1"),
        ((200, 180, 14, Constant(120), 20), r"lines is 20 with patience .* \(use simulate"),
    ],
)
def test_what_has_no_answer_is_refused_with_what_is_allowed(arguments, message):
    with pytest.raises(OptionError, match=message):
        erlang(*arguments)


loads = st.floats(0.01, 3)
patiences = st.one_of(
    st.just(math.inf),
    st.floats(1, 1e5),
    st.builds(Constant, st.floats(1, 1e4)),
    st.builds(Weibull, st.floats(0.5, 4), st.floats(1, 1e4)),
)


@given(agents=st.integers(1, 400), per_agent=loads, patience=patiences, within=st.floats(0, 300))
@settings(deadline=None)
def test_one_more_agent_never_makes_anything_worse(agents, per_agent, patience, within):
    calls = per_agent * agents * 20
    before = erlang(calls, 180, agents, patience, answer_within=within)
    after = erlang(calls, 180, agents + 1, patience, answer_within=within)
    slack = 1 + 1e-10
    assert after.p_wait <= before.p_wait * slack
    assert after.abandonment <= before.abandonment * slack
    assert after.asa <= before.asa * slack
    assert after.occupancy <= before.occupancy * slack
    for definition, level in before.service_levels.items():
        assert after.service_levels[definition] >= level / slack


@given(
    agents=st.integers(1, 2000),
    per_agent=loads,
    patience=st.floats(1, 1e6),
    extra=st.one_of(st.just(math.inf), st.integers(0, 500)),
)
@settings(deadline=None)
def test_abandonment_is_the_hang_up_rate_times_the_mean_wait(agents, per_agent, patience, extra):
    result = erlang(per_agent * agents * 20, 180, agents, patience, agents + extra)
    assert result.abandonment == pytest.approx(result.asa / patience, rel=1e-9, abs=1e-300)


@given(agents=st.integers(1, 400), per_agent=loads, patience=patiences)
@settings(deadline=None)
def test_what_comes_in_is_served_or_hangs_up(agents, per_agent, patience):
    result = erlang(per_agent * agents * 20, 180, agents, patience)
    assume(result.stable)
    assert result.occupancy * agents == pytest.approx(
        result.load * (1 - result.abandonment), rel=1e-9
    )
    assert result.mean_queue == pytest.approx(result.calls_per_hour / 3600 * result.asa)


@given(
    agents=st.integers(1, 400),
    per_agent=loads,
    patience=st.one_of(st.just(math.inf), st.floats(1, 1e4)),
    extra=st.one_of(st.just(math.inf), st.integers(0, 100)),
    faster=st.floats(0.01, 100),
)
@settings(deadline=None)
def test_only_ratios_of_times_matter(agents, per_agent, patience, extra, faster):
    calls, lines = per_agent * agents * 20, agents + extra
    one = erlang(calls, 180, agents, patience, lines, 20)
    other = erlang(calls * faster, 180 / faster, agents, patience / faster, lines, 20 / faster)
    assume(abs(one.load - agents) > 1e-6 * agents)  # where rounding decides about stability
    assert other.service_levels == pytest.approx(one.service_levels, rel=1e-9, abs=1e-15)
    assert other.asa * faster == pytest.approx(one.asa, rel=1e-8, abs=1e-300)
    assert other.p_blocked == pytest.approx(one.p_blocked, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("agents", [1, 10, 1000, 10_000])
@pytest.mark.parametrize("per_agent", [1e-6, 0.5, 0.999, 1, 1.001, 5])
@pytest.mark.parametrize("patience", [1, 300, 1e6])
def test_nothing_overflows_from_one_to_ten_thousand_agents(agents, per_agent, patience):
    result = erlang(agents * per_agent * 20, 180, agents, patience)
    shares = [result.p_wait, result.abandonment, result.occupancy, *result.service_levels.values()]
    assert all(0 <= share <= 1 + 1e-11 for share in shares)
    assert all(math.isfinite(wait) for wait in (result.asa, result.asa_served, result.mean_queue))
