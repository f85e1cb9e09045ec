from __future__ import annotations

import math

import pytest

from ccsim.queueing import erlang
from ccsim.queueing.birth_death import erlang_b


def test_a_single_line_is_lost_in_the_share_of_time_it_is_taken():
    assert erlang_b(1, 3) == 0.75
    assert erlang_b(0, 3) == 1


@pytest.mark.parametrize(("servers", "load"), [(5, 3.0), (400, 380.0), (10_000, 10_100.0)])
def test_erlang_b_obeys_its_recursion(servers, load):
    previous = erlang_b(servers - 1, load)
    expected = load * previous / (servers + load * previous)
    assert erlang_b(servers, load) == pytest.approx(expected, rel=1e-13)


def test_a_loss_too_rare_for_a_float_is_zero():
    assert erlang_b(10_000, 1) == 0


def test_room_for_five_waiting_calls_is_what_the_queue_balance_says():
    # M/M/12/17 by hand: load 8.4, weights load^j / j! up to 12, then times load / 12.
    weights = [8.4**j / math.factorial(j) for j in range(13)]
    weights += [weights[-1] * 0.7**k for k in range(1, 6)]
    result = erlang(252, 120, 12, lines=17)
    assert result.p_blocked == pytest.approx(weights[-1] / sum(weights), rel=1e-12)
    waiting = sum(k * weights[12 + k] for k in range(1, 6)) / sum(weights)
    assert result.mean_queue == pytest.approx(waiting, rel=1e-12)


def test_a_single_place_to_wait_is_answered_after_one_service_of_the_busy_group():
    # Found all busy, the only one waiting is answered when the first of 10 services ends.
    result = erlang(200, 180, 10, lines=11, answer_within=20)
    late = math.exp(-20 * 10 / 180)
    assert result.service_level == pytest.approx(1 - result.p_wait * late, rel=1e-13)


def test_a_single_place_to_wait_with_patience_is_a_race_of_two_exponentials():
    result = erlang(200, 180, 10, patience=60, lines=11, answer_within=20)
    service, hang_up = 10 / 180, 1 / 60
    ended = 1 - math.exp(-20 * (service + hang_up))
    answered = service / (service + hang_up)
    in_time = 1 - result.p_wait + result.p_wait * answered * ended
    gone = result.p_wait * (1 - answered) * ended
    assert result.service_level == pytest.approx(in_time, rel=1e-12)
    assert result.service_levels["short_abandons_good"] == pytest.approx(in_time + gone, rel=1e-12)
    assert result.abandonment == pytest.approx(result.p_wait * (1 - answered), rel=1e-12)


@pytest.mark.parametrize(
    ("calls", "agents", "patience"),
    [(200, 14, math.inf), (200, 14, 300), (400, 14, 60), (6200, 300, 120), (5900, 300, math.inf)],
)
def test_many_lines_are_as_good_as_unlimited_ones(calls, agents, patience):
    # Two unrelated methods: a chain with its queue length, and an integral over the offered wait.
    limited = erlang(calls, 180, agents, patience, lines=agents + 3000)
    unlimited = erlang(calls, 180, agents, patience)
    for name in ("p_wait", "abandonment", "asa", "asa_served", "service_levels", "mean_queue"):
        expected = pytest.approx(getattr(unlimited, name), rel=1e-10)
        assert getattr(limited, name) == expected


def test_endless_patience_is_the_limit_of_long_patience():
    never, seldom = erlang(250, 180, 12, lines=30), erlang(250, 180, 12, 1e12, lines=30)
    assert seldom.service_level == pytest.approx(never.service_level, rel=1e-8)
    assert seldom.asa_served == pytest.approx(never.asa_served, rel=1e-8)
