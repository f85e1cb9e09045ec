"""When engines differ, the first difference is told in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ccsim.simulation.records import ABANDONED, BREAK
from ccsim.simulation.verify import first_difference
from tests.simulation.engine.made import Contact, Day, one_queue, played


def day() -> Day:
    scenario = one_queue(sections={"segments": {"vip": {"share": 0}}})
    return played(scenario, Contact(60, 30), Contact(70, 30, segment="vip"), Contact(3600, 5))


def told(one: Day, legs: Any = None, spans: Any = None) -> str | None:
    return first_difference(
        one.centre,
        one.contacts,
        one.duty,
        (one.raw, one.raw_spans),
        (legs or one.raw, spans or one.raw_spans),
    )


def changed(column: np.ndarray, row: int, value: int) -> np.ndarray:
    other = column.copy()
    other[row] = value
    return other


def test_where_all_is_equal_there_is_nothing_to_tell() -> None:
    assert told(day()) is None


def test_the_earliest_instant_is_told_with_names_and_what_each_engine_did() -> None:
    one = day()
    late = changed(one.raw.answered, 1, 95_000_000)
    ended = changed(one.raw.wrap_end, 2, 3_610_000_000)
    assert told(one, replace(one.raw, answered=late, wrap_end=ended)) == (
        "2026-01-05 00:01:30.000000: contact 1 (vip), contact 1.1 in calls: simpy: is answered "
        "2026-01-05 00:01:30.000000; compiled: is answered 2026-01-05 00:01:35.000000"
    )


def test_what_is_not_a_time_is_told_too() -> None:
    one = day()
    made = replace(
        one.raw,
        agent=changed(one.raw.agent, 0, -1),
        group=changed(one.raw.group, 0, -1),
        state=changed(one.raw.state, 0, ABANDONED),
        answered=changed(one.raw.answered, 0, -1),
    )
    text = told(one, made)
    assert text is not None
    assert text.startswith("2026-01-05 00:01:00.000000: contact 0, contact 1.1 in calls")
    assert "simpy: is answered 2026-01-05 00:01:00.000000, of team, by team 1, is handled" in text
    assert "compiled: never is answered, of no group, by nobody, is abandoned" in text


def test_a_leg_that_only_one_engine_made_is_told() -> None:
    one = day()
    text = told(one, one.raw.where(np.array([0, 2])))
    assert text == (
        "2026-01-05 00:01:10.000000: contact 1 (vip), contact 1.1 in calls is there with simpy only"
    )


def test_a_span_that_differs_is_told_with_the_agent() -> None:
    one = day()
    text = told(one, spans=replace(one.raw_spans, state=changed(one.raw_spans.state, 0, BREAK)))
    assert text is not None
    assert text.startswith("2026-01-05 00:00:00.000000: agent team 1: simpy: logged_in in team")
    assert "compiled: break in team" in text


def test_the_same_numbers_in_another_dtype_are_a_difference() -> None:
    one = day()
    assert told(one, replace(one.raw, calls=one.raw.calls.astype(np.int64))) == (
        "column calls: simpy int16, compiled int64"
    )
