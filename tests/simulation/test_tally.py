"""What is counted, on legs and spans made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccsim.simulation.centre import Centre
from ccsim.simulation.records import FINAL_STATES, HANDED_OVER, STATES
from ccsim.simulation.rules import GroupRules, SegmentRules
from ccsim.simulation.stretches import at_once, time_in, union
from tests.simulation.made_legs import (
    US,
    call,
    centre_with,
    channel,
    gone,
    leg,
    legs_of,
    means,
    queue,
    spans_of,
)

OFFERED = ("handled", "abandoned", "balked", "callback_lost", "turned_away", "open_at_end")
TWO = {"queues": (queue("a"), queue("b"))}


def handed_over(**second: object) -> list[dict[str, object]]:
    """One call answered in queue 0 and handed over to queue 1."""
    return [
        call(0, 10, 50, contact=7, state="transferred"),
        call(60, 5, 100, 20, contact=7, leg=2, queue=1, agent=1) | second,
    ]


def test_a_hand_over_is_two_legs_by_queue_and_one_attempt_of_the_whole() -> None:
    mean = means(centre_with(**TWO), legs_of(*handed_over()))
    for name in ("a", "b"):
        assert mean[name, "entered"] == mean[name, "offered"] == mean[name, "handled"] == 1
    assert mean["all", "entered"] == mean["all", "offered"] == mean["all", "handled"] == 1
    assert mean["all", "asa"] == pytest.approx((10 + 5) / 2)
    assert mean["all", "aht"] == pytest.approx((50 + 120) / 2)


def test_an_attempt_counts_where_its_first_leg_came_and_how_its_last_one_ended() -> None:
    rows = handed_over(entered=1000, answered=-1, state="abandoned", ended=1030, agent=-1)
    mean = means(centre_with(**TWO), legs_of(*rows), window=(0, 900 * US))
    assert mean["all", "entered"] == mean["all", "abandoned"] == 1
    assert mean["all", "handled"] == 0
    assert mean["b", "entered"] == 0


@st.composite
def made(draw: st.DrawFn) -> list[dict[str, object]]:
    """Any legs whatever: attempts of one to three legs in any states."""
    rows = []
    handing = [STATES[number] for number in HANDED_OVER]
    for contact in range(draw(st.integers(1, 12))):
        legs = draw(st.integers(1, 3))
        for number in range(1, legs + 1):
            final = number == legs
            state = draw(st.sampled_from(FINAL_STATES if final else handing))
            at = draw(st.integers(0, 3599))
            asked = state not in ("blocked", "contained", "ivr_lost")
            served = state in ("handled", *handing)
            rows.append(
                leg(
                    contact=contact,
                    leg=number,
                    arrived=at,
                    entered=at if asked else -1,
                    answered=at + 1 if served else -1,
                    talk_end=at + 9 if served else -1,
                    wrap_end=at + 10 if served else -1,
                    ended=-1 if state == "open_at_end" else at + 9,
                    state=state,
                    queue=draw(st.integers(0, 1)),
                    segment=draw(st.integers(-1, 0)),
                    agent=0 if served else -1,
                    group=0 if served else -1,
                )
            )
    return rows


def with_vip(**given: object) -> Centre:
    vip = SegmentRules("vip", 0.1, (0, 1), 1, -1, 2.0, (5 * US, 5 * US), (0.9, 0.9))
    return centre_with(**TWO | {"segments": (vip,)} | given)


@given(rows=made(), window=st.sampled_from([None, (900 * US, 2700 * US)]))
def test_both_flow_identities_hold_in_every_scope(
    rows: list[dict[str, object]], window: object
) -> None:
    for by in ("queue", "segment", "channel"):
        mean = means(with_vip(), legs_of(*rows), by=by, window=window)
        for scope in mean.index.unique(0):
            own = mean[scope]
            assert own["entered"] == own[["blocked", "contained", "ivr_lost", "offered"]].sum()
            assert own["offered"] == own[list(OFFERED)].sum()
            assert own["abandoned"] == own["short_abandoned"] + own["long_abandoned"]


def test_waits_end_with_the_answer_the_hanging_up_or_the_horizon() -> None:
    rows = (
        call(0, 12, 60),
        gone(10, 30),
        leg(entered=3000, state="open_at_end"),
        call(100, 400, 60, callback=110),
    )
    mean = means(centre_with(), legs_of(*rows))
    assert mean["calls", "asa"] == pytest.approx((12 + 30 + 600 + 400) / 4)
    assert mean["calls", "longest_wait"] == 600
    assert mean["calls", "service_level"] == 0.25


def test_the_clock_of_deferred_work_stops_at_the_first_reply() -> None:
    centre = centre_with(channels=(channel(deferred=True),), queues=(queue(due=100 * US),))
    rows = (call(0, 5, 10), call(0, 5, 30), call(0, 90, 30), leg(entered=3550, state="open_at_end"))
    mean = means(centre, legs_of(*rows))
    assert mean["calls", "service_level"] == 0.25  # replies after 15, 35, 120 s, and none
    assert mean["calls", "due_missed"] == 1
    assert mean["calls", "due_missed_rate"] == 0.25
    assert mean["calls", "backlog_end"] == 1


def test_a_segment_has_its_own_threshold() -> None:
    rows = (call(0, 10, 60, segment=0), call(0, 10, 60))
    mean = means(with_vip(), legs_of(*rows), by="segment")
    assert mean["vip", "service_level"] == 0
    assert mean["none", "service_level"] == 1
    assert mean["vip", "days_meeting_target"] == 0
    assert mean["none", "days_meeting_target"] == 1


def test_backlog_is_who_has_entered_and_is_neither_answered_nor_gone() -> None:
    from ccsim.simulation.tally import tally
    from tests.simulation.made_legs import results_with

    rows = (call(0, 1000, 60), gone(900, 1), gone(2000, 800), leg(entered=100, state="open_at_end"))
    centre = centre_with()
    table = results_with(centre, (tally(centre, legs_of(*rows), spans_of()),)).intervals()
    # At 900 s: the first, the second, just come, and the last.
    assert table["backlog"].tolist() == [3, 1, 2, 1]


def test_busy_time_is_a_union_and_concurrency_what_overlaps() -> None:
    centre = centre_with(groups=(GroupRules("team", {}, concurrency=(2,), cost_per_hour=30.0),))
    rows = (call(0, 0, 100, 20), call(50, 0, 100, 20), call(300, 0, 60, 0, agent=1))
    spans = spans_of(
        (0, 0, "logged_in", 0, 360),
        (0, 0, "meal", 360, 720),
        (1, 0, "overtime", 300, 660),
        (1, 0, "training", 660, 750),
        (2, 0, "absent", 0, 360),
    )
    mean = means(centre, legs_of(*rows), spans, by="group")["team"]
    busy, work = 170 + 60, 360 + 360
    assert mean["hours_busy"] == pytest.approx(busy / 3600)
    assert mean["hours_talk"] == pytest.approx((150 + 60) / 3600)
    assert mean["hours_wrap"] == pytest.approx(20 / 3600)
    assert mean["hours_idle"] == pytest.approx((work - busy) / 3600)
    assert mean["occupancy"] == pytest.approx(busy / work)
    assert mean["utilisation"] == pytest.approx(busy / (work + 90))
    assert mean["concurrency"] == pytest.approx((240 + 60) / busy)
    assert mean["hours_break"] == pytest.approx(0.1)
    assert mean["cost"] == pytest.approx(30 * (work + 90 + 360) / 3600)


def test_what_is_still_in_hand_at_the_end_keeps_its_agent_busy_until_then() -> None:
    rows = (call(3500, 0, 0, wrap_end=-1, talk_end=-1, ended=-1, state="open_at_end"),)
    mean = means(centre_with(), legs_of(*rows), spans_of((0, 0, "logged_in", 0, 3600)))
    assert mean["all", "hours_busy"] == pytest.approx(100 / 3600)


def test_lines_are_held_from_the_door_but_not_while_a_callback_is_awaited() -> None:
    rows = (
        call(100, 20, 80, arrived=0),
        call(50, 500, 50, callback=60),
        gone(0, 20),
        leg(arrived=10, ended=10, state="blocked"),
    )
    mean = means(centre_with(), legs_of(*rows), by="channel")
    # The first to 200, the second 50-60 and 550-600, the third to 20.
    assert mean["voice", "lines_peak"] == 2
    assert mean["voice", "lines_p99"] == 1  # two at once for 30 s of 3,600 s
    held = means(centre_with(**TWO), legs_of(*handed_over(entered=55, answered=60)), by="channel")
    assert held["voice", "lines_peak"] == 1


@given(
    stretches=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 50), st.integers(0, 20)), max_size=20
    )
)
def test_unions_and_peaks_are_those_of_a_grid(stretches: list[tuple[int, int, int]]) -> None:
    grid = np.zeros((3, 80), dtype=int)
    for owner, start, length in stretches:
        grid[owner, start : start + length] += 1
    columns = np.array(stretches, dtype=np.int64).reshape(-1, 3).T
    owner, start, end = columns[0], columns[1], columns[1] + columns[2]
    whose, low, high = union(owner, start, end)
    for number in range(3):
        assert (high - low)[whose == number].sum() == (grid[number] > 0).sum()
    peak, most = at_once(start, end, (0, 80), 0.99)
    assert peak == grid.sum(axis=0).max()
    assert most == np.sort(grid.sum(axis=0))[79]


def test_time_in_intervals_is_exact() -> None:
    edges = np.array([0, 10, 20], dtype=np.int64) * US
    sums = time_in(edges, np.array([5, 12]) * US, np.array([15, 30]) * US)
    assert sums.tolist() == [5.0, 13.0]
