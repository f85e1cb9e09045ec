"""Agents: learning, switching, lateness, pauses, breaks and trainings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulation.engine.made import CHATS, HOUR, Contact, a_centre, played, shifts


def team(**rules: Any) -> Any:
    return a_centre({"a": {}}, {"team": {"skills": {"a": 1}} | rules})


def test_speed_grows_with_every_doubling_of_contacts_handled() -> None:
    day = played(team(learning=0.1), *(Contact(200 * n, 110, wrap=10) for n in range(4)))
    talks = [end - start for start, end in day.told("answered", "talk_end")]
    assert talks == [110, 100, 100, pytest.approx(110 / 1.2, abs=1e-6)]
    assert [end - start for start, end in day.told("talk_end", "wrap_end")] == [10] * 4


def test_learning_is_each_agents_own() -> None:
    scenario = team(learning=1, on_duty=2)
    day = played(scenario, Contact(0, 100), Contact(1, 100), Contact(200, 100))
    assert [end - start for start, end in day.told("answered", "talk_end")] == [100, 100, 50]


def test_changing_channel_takes_time_and_staying_does_not() -> None:
    scenario = a_centre(
        {"calls": {}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"calls": {"speed": 2}, "chats": 1}, "switching_cost": 20,
                  "concurrency": {"chat": 1}}},
        channels={"voice": {}, "chat": {}},
    )  # fmt: skip
    queues = ("calls", "calls", "chats", "calls")
    day = played(scenario, *(Contact(200 * n, 60, queue=q) for n, q in enumerate(queues)))
    assert [end - start for start, end in day.told("answered", "talk_end")] == [30, 30, 80, 50]


def test_blending_one_agent_serves_several_channels() -> None:
    scenario = a_centre(
        {"calls": {"priority": 1}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"calls": 1, "chats": 1}, "concurrency": {"chat": 1}}},
        channels={"voice": {}, "chat": CHATS["chat"] | {"slowdown": 0}},
    )
    day = played(scenario, Contact(0, 60, queue="chats"), Contact(1, 10, queue="chats"),
                 Contact(2, 10, queue="calls"))  # fmt: skip
    assert day.told("answered") == [0, 70, 60]


def late(probability: float) -> Any:
    return team(shrinkage={"lateness": {"probability": probability, "delay": 600}})


def test_who_is_late_is_absent_until_then() -> None:
    day = played(late(1), Contact(0, 60), realise=1)
    assert day.states("team 1") == [("absent", 0, 600), ("logged_in", 600, 43200)]
    assert day.told("answered") == [600]


def test_nobody_is_late_where_nobody_ever_is_and_net_duty_is_taken_exactly() -> None:
    assert played(late(0), realise=1).states("team 1") == [("logged_in", 0, 43200)]
    assert played(late(1), realise=1, duty={"team": 1}).states("team 1") == [
        ("logged_in", 0, 43200)
    ]


def test_unplanned_pauses_take_their_share_of_every_hour() -> None:
    day = played(team(shrinkage={"off_phone": 0.1}), realise=1)
    pauses = [(start, end) for state, start, end in day.states("team 1") if state == "off_phone"]
    assert len(pauses) == 12
    for hour, (start, end) in enumerate(pauses):
        assert end - start == pytest.approx(360)
        assert hour * HOUR <= start <= end <= (hour + 1) * HOUR


def test_a_pause_begins_after_the_contact_in_hand_and_ends_by_the_clock() -> None:
    duty = shifts(("Ann", "team", "work", 0, 100), ("Ann", "team", "training", 100, 400),
                  ("Ann", "team", "work", 400, 900))  # fmt: skip
    day = played(team(), Contact(50, 100), Contact(200, 10), duty=duty)
    assert day.states("Ann") == [("logged_in", 0, 150), ("training", 150, 450),
                                 ("logged_in", 450, 900)]  # fmt: skip
    assert day.told("answered") == [50, 450]


def test_absent_agents_serve_nobody() -> None:
    day = played(team(shrinkage=0.999999999), Contact(0, 60), realise=1)
    assert day.states("team 1") == [("absent", 0, 43200)]
    assert day.told("state") == ["open_at_end"]


def test_an_agent_may_change_teams_within_a_day() -> None:
    scenario = a_centre(
        {"a": {}, "b": {}}, {"one": {"skills": {"a": 1}}, "two": {"skills": {"b": 1}}}
    )
    duty = shifts(("Ann", "one", "work", 0, 1000), ("Ann", "two", "work", 1000, 2000))
    day = played(
        scenario, Contact(990, 30), Contact(991, 5, queue="b"), Contact(1030, 5), duty=duty
    )
    assert day.told("group", "answered") == [("one", 990), ("two", 1020), (None, None)]
