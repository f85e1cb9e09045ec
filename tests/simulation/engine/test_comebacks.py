"""Who was not served or not helped contacts the centre again."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.simulation.intents import (
    BALKS,
    BOOKS,
    REBOOKS,
    RESOLVED,
    RETRIES,
    RETURNS,
    TRIES_OTHER_CHANNEL,
)
from tests.simulation.engine.made import CHATS, DAY, HOUR, Contact, a_centre, one_queue, played

AGAIN = {"probability": 0, "after": 100}
TWO_DAYS = {"days": 2}


@pytest.mark.parametrize(
    ("contact", "sections", "left"),
    [
        (Contact(10, 5, patience=20, intent=RETRIES), {}, ("abandoned", 30)),
        (Contact(10, 5, intent=RETRIES | BALKS), {}, ("balked", 10)),
        (Contact(10, 5, intent=RETRIES), {"channels": {"voice": {"lines": 1}}}, ("blocked", 10)),
    ],
)
def test_who_is_blocked_balks_or_abandons_may_try_again(
    contact: Contact, sections: Any, left: tuple[str, float]
) -> None:
    day = played(one_queue(balk=0.5, retry=AGAIN, sections=sections), Contact(0, 105), contact)
    assert day.told("state", "ended")[1] == left
    assert day.told("contact", "attempt", "cause", "arrived", "state")[2] == (
        1, 2, "retry", left[1] + 100, "handled",
    )  # fmt: skip


def test_who_does_not_mean_to_does_not_try_again() -> None:
    day = played(one_queue(retry=AGAIN), Contact(0, 105), Contact(10, 5, patience=20))
    assert len(day.legs) == 2


def test_attempts_are_retries_beyond_the_first_contact() -> None:
    scenario = one_queue(
        retry={"probability": 1, "after": 100, "attempts": 2}, patience={"constant": {"value": 5}}
    )
    day = played(scenario, Contact(0, 9000), Contact(10, 5, patience=20, intent=RETRIES))
    assert day.told("attempt", "arrived", "state")[1:] == [
        (1, 10, "abandoned"), (2, 130, "abandoned"), (3, 235, "abandoned"),
    ]  # fmt: skip


def test_another_channel_goes_before_another_try_and_its_talk_is_that_queues() -> None:
    scenario = a_centre(
        {
            "calls": {"second_channel": {"to": "chats", "probability": 0, "after": 120},
                      "retry": AGAIN},
            "chats": {"channel": "chat", "talk": 33},
        },
        {"team": {"skills": {"calls": 1}}, "writers": {"skills": {"chats": 1}}},
        channels=CHATS,
    )  # fmt: skip
    both = RETRIES | TRIES_OTHER_CHANNEL
    day = played(scenario, Contact(0, 105), Contact(10, 5, patience=20, intent=both))
    assert day.told("cause", "queue", "arrived", "talk_end")[2] == (
        "second_channel", "chats", 150, 183,
    )  # fmt: skip
    assert len(day.legs) == 3


RESOLUTION = {"first_contact": 1, "returns": 0, "returns_after": HOUR}


def test_what_was_not_resolved_comes_back() -> None:
    day = played(one_queue(resolution=RESOLUTION), Contact(0, 30, intent=RETURNS))
    assert day.told("cause", "arrived", "state") == [("first", 0, "handled"),
                                                     ("repeat", 30 + HOUR, "handled")]  # fmt: skip


@pytest.mark.parametrize("intent", [RESOLVED | RETURNS, 0])
def test_what_was_resolved_or_is_given_up_does_not(intent: int) -> None:
    assert len(played(one_queue(resolution=RESOLUTION), Contact(0, 30, intent=intent)).legs) == 1


def test_who_abandoned_does_not_repeat() -> None:
    day = played(one_queue(resolution=RESOLUTION), Contact(0, 60),
                 Contact(1, 5, patience=2, intent=RETURNS))  # fmt: skip
    assert len([cause for cause in day.told("contact") if cause == 1]) == 1


def test_who_would_come_when_it_is_closed_comes_in_the_hour_after_it_opens() -> None:
    scenario = one_queue(resolution=RESOLUTION, sections=TWO_DAYS)
    day = played(scenario, *(Contact(42000 + n, 1, intent=RETURNS, key=n) for n in range(20)))
    back = [arrived for cause, arrived in day.told("cause", "arrived") if cause == "repeat"]
    assert len(back) == 20
    assert all(DAY <= moment < DAY + HOUR for moment in back)
    assert max(back) - min(back) > HOUR / 2


def test_who_would_come_after_the_horizon_is_not_seen_any_more() -> None:
    assert (
        len(played(one_queue(resolution=RESOLUTION), Contact(42000, 30, intent=RETURNS)).legs) == 1
    )


def test_a_repeat_passes_through_the_menu_again() -> None:
    ivr = {"start": "menu", "nodes": {"menu": {"prompt": 12, "then": "calls"}}}
    scenario = one_queue(resolution=RESOLUTION, sections={"ivr": ivr})
    day = played(scenario, Contact(0, 30, menu=12, intent=RETURNS))
    assert day.told("arrived", "entered")[1] == (42 + HOUR, 54 + HOUR)


def test_who_found_no_slot_comes_to_book_again() -> None:
    scenario = one_queue(
        booking={"inventory": "slots", "probability": 0, "repeat_after": "10h"},
        sections={"inventories": {"slots": {"releases": [{"at": "08:00", "slots": 1}]}}},
    )
    day = played(scenario, Contact(0, 30, intent=BOOKS | REBOOKS), Contact(100, 5, intent=REBOOKS))
    assert day.told("cause", "arrived", "sold_out") == [
        ("first", 0, True), ("rebooking", 30 + 10 * HOUR, False), ("first", 100, False),
    ]  # fmt: skip


def test_attempts_of_a_contact_are_numbered_through_whatever_their_cause() -> None:
    scenario = one_queue(
        retry={"probability": 0, "after": 100},
        resolution={"first_contact": 0, "returns": 1, "returns_after": 5 * HOUR},
    )
    day = played(scenario, Contact(0, 40), Contact(10, 5, patience=20, intent=RETRIES))
    of_it = [row[1:] for row in day.told("contact", "attempt", "cause", "arrived") if row[0] == 1]
    assert of_it == [(1, "first", 10), (2, "retry", 130), (3, "repeat", 190 + 5 * HOUR),
                     (4, "repeat", 250 + 10 * HOUR)]  # fmt: skip


def test_a_segment_is_kept_in_later_attempts() -> None:
    scenario = one_queue(resolution=RESOLUTION, sections={"segments": {"vip": {"share": 0}}})
    day = played(scenario, Contact(0, 30, intent=RETURNS, segment="vip"))
    assert day.told("segment") == ["vip", "vip"]
