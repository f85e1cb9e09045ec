"""Deferred work: a backlog that waits overnight, put down for live contacts and taken up again."""

from __future__ import annotations

from typing import Any

from ccsim.simulation.centre import SECOND
from tests.simulation.engine.made import DAY, HOUR, MAIL, Contact, a_centre, played


def mailroom(agents: int = 1, days: int = 1, *, interruptible: bool = True, **mail: Any) -> Any:
    return a_centre(
        {"calls": {}, "mail": {"channel": "email"} | mail},
        {"team": {"skills": {"calls": 1, "mail": 1}, "on_duty": agents}},
        days=days,
        channels={"voice": {}, "email": {"deferred": True, "interruptible": interruptible}},
    )


def mail(arrived: float, talk: float, **other: Any) -> Contact:
    return Contact(arrived, talk, queue="mail", **other)


def test_the_backlog_waits_overnight_and_is_worked_off_first_thing() -> None:
    day = played(mailroom(days=2), mail(11 * HOUR, 2 * HOUR), mail(11.5 * HOUR, 60),
                 mail(15 * HOUR, 30))  # fmt: skip
    assert day.told("state", "answered") == [
        ("handled", 11 * HOUR), ("handled", DAY), ("handled", DAY + 60),
    ]  # fmt: skip
    assert day.states("team 1")[:2] == [
        ("logged_in", 0, 12 * HOUR), ("overtime", 12 * HOUR, 13 * HOUR),
    ]  # fmt: skip


def test_what_is_left_at_the_end_of_the_horizon_is_the_backlog() -> None:
    day = played(mailroom(), mail(13 * HOUR, 30))
    assert day.told("state", "answered", "ended") == [("open_at_end", None, None)]


def test_agents_do_not_stay_after_closing_for_deferred_work() -> None:
    day = played(mailroom(), mail(43100, 200), mail(43110, 100))
    assert day.told("state") == ["handled", "open_at_end"]
    assert day.states("team 1")[-1] == ("overtime", 43200, 43300)


def test_work_is_put_down_for_a_call_and_keeps_what_was_left_of_it() -> None:
    day = played(mailroom(), mail(0, 100), Contact(30, 50, wrap=10))
    assert day.told("answered", "talk_end", "wrap_end") == [(0, 160, 160), (30, 80, 90)]


def test_work_is_put_down_again_and_again() -> None:
    day = played(mailroom(), mail(0, 100), *(Contact(30 * n, 10) for n in range(1, 4)))
    assert day.told("answered", "talk_end")[0] == (0, 130)
    assert day.told("answered")[1:] == [30, 60, 90]


def test_while_a_call_is_in_hand_nothing_else_is_taken_in() -> None:
    day = played(mailroom(), mail(0, 100), Contact(30, 50), Contact(40, 20), mail(41, 5))
    assert day.told("answered", "talk_end") == [(0, 170), (30, 80), (80, 100), (170, 175)]


def test_work_that_may_not_be_put_down_is_finished_first() -> None:
    day = played(mailroom(interruptible=False), mail(0, 100), Contact(30, 50))
    assert day.told("answered") == [0, 100]


def test_deferred_work_does_not_interrupt_deferred_work() -> None:
    day = played(mailroom(), mail(0, 100), mail(30, 50))
    assert day.told("answered") == [0, 100]


def test_wrap_up_after_work_is_not_put_down() -> None:
    day = played(mailroom(), mail(0, 100, wrap=30), Contact(110, 50))
    assert day.told("answered") == [0, 130]


def test_room_and_idle_hands_go_before_interrupting() -> None:
    day = played(mailroom(2), mail(0, 100), Contact(30, 50))
    assert day.told("agent", "talk_end") == [("team 1", 100), ("team 2", 80)]
    scenario = a_centre(
        {"chats": {"channel": "chat"}, "mail": {"channel": "email"}},
        {"team": {"skills": {"chats": 1, "mail": 1}, "on_duty": 2}},
        channels=MAIL | {"chat": {"concurrency": 2}},
    )
    day = played(scenario, mail(0, 100), Contact(1, 50), Contact(2, 50), Contact(3, 50))
    assert day.told("agent") == ["team 1", "team 2", "team 2", "team 1"]
    assert day.told("talk_end") == [150, 51, 52, 53]


def test_with_work_put_down_an_agent_has_room_for_more_chats() -> None:
    scenario = a_centre(
        {"chats": {"channel": "chat"}, "mail": {"channel": "email"}},
        {"team": {"skills": {"chats": 1, "mail": 1}}},
        channels=MAIL | {"chat": {"concurrency": 2}},
    )
    day = played(scenario, mail(0, 100), Contact(10, 50), Contact(20, 50), Contact(30, 50))
    assert day.told("answered") == [0, 10, 20, 60]
    assert day.told("talk_end") == [200, 60, 70, 110]


def test_work_put_down_at_shift_end_is_finished_before_going_home() -> None:
    day = played(mailroom(), mail(43100, 200), Contact(43190, 50))
    assert day.told("talk_end") == [43350, 43240]
    assert day.states("team 1")[-1] == ("overtime", 43200, 43350)


def test_due_is_counted_from_arrival_whatever_the_hours() -> None:
    scenario = a_centre(
        {"mail": {"channel": "email"}},
        {"team": {"skills": {"mail": 1}}},
        days=2,
        channels={"email": {"deferred": True, "within": "1h", "due": "10h"}},
    )
    day = played(scenario, mail(13 * HOUR, 60), mail(15 * HOUR, 60))
    late = day.raw.ended - day.raw.arrived > day.centre.queues[0].due
    assert late.tolist() == [True, False]
    assert day.centre.queues[0].within == HOUR * SECOND
