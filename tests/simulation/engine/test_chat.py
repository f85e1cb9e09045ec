"""Several contacts in one agent's hands."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.simulation.intents import FIRST_TRANSFER_BIT
from tests.simulation.engine.made import CHATS, Contact, a_centre, played


def chats(
    concurrency: int = 2, slowdown: float = 0.5, agents: int = 1, group: Any = None, **queue: Any
) -> Any:
    return a_centre(
        {"chats": {"channel": "chat"} | queue},
        {"team": {"skills": {"chats": 1}, "on_duty": agents} | (group or {})},
        channels={"chat": {"concurrency": concurrency, "slowdown": slowdown}},
    )


def test_two_at_once_each_proceed_at_one_over_one_and_a_half() -> None:
    # 50 s alone; the other 50 s of the first take 75 s, in which the second does 50 s of its 100.
    day = played(chats(), Contact(0, 100), Contact(50, 100))
    assert day.told("answered", "talk_end") == [(0, 125), (50, 175)]


def test_three_at_once_proceed_at_half_speed() -> None:
    day = played(chats(3), *(Contact(0, 60) for _ in range(3)))
    assert day.told("talk_end") == [120, 120, 120]


def test_without_slowdown_they_do_not_hinder_each_other() -> None:
    day = played(chats(slowdown=0), Contact(0, 100), Contact(50, 100), Contact(60, 1))
    assert day.told("answered", "talk_end") == [(0, 100), (50, 150), (100, 101)]


def test_one_more_than_the_concurrency_waits_until_there_is_room() -> None:
    day = played(chats(), Contact(0, 60), Contact(0, 90), Contact(10, 30))
    # Both at 2/3: the first is done at 90, with 30 s of the second left; then 30 s each: 45 s.
    assert day.told("answered", "talk_end") == [(0, 90), (0, 135), (90, 135)]


def test_wrap_up_counts_as_in_hand_and_is_slowed_too() -> None:
    day = played(chats(), Contact(0, 60, wrap=20), Contact(0, 100))
    # 60 s at 2/3 until 90; wrap 20 s at 2/3 until 120; by then the second has done 80 s.
    assert day.told("talk_end", "wrap_end") == [(90, 120), (140, 140)]


def test_a_contact_in_wrap_up_still_takes_a_place() -> None:
    day = played(chats(1, 0), Contact(0, 60, wrap=20), Contact(0, 10))
    assert day.told("answered") == [0, 80]


def test_an_idle_agent_goes_before_one_with_room_and_then_who_has_fewest() -> None:
    day = played(chats(3, 0, agents=2), *(Contact(t, 1000) for t in range(6)))
    assert day.told("agent") == ["team 1", "team 2"] * 3


def test_a_group_may_have_its_own_concurrency() -> None:
    scenario = chats(3, 0, group={"concurrency": {"chat": 1}})
    assert played(scenario, Contact(0, 60), Contact(1, 60)).told("answered") == [0, 60]


def test_room_is_for_the_same_channel_only() -> None:
    scenario = a_centre(
        {"chats": {"channel": "chat"}, "calls": {}},
        {"team": {"skills": {"chats": 1, "calls": 1}}},
        channels=CHATS,
    )
    day = played(scenario, Contact(0, 60), Contact(1, 60, queue="calls"), Contact(2, 30))
    # From 2 s on 58 s and 30 s at 2/3: the third is done at 47, the first then has 28 s left.
    assert day.told("answered") == [0, 75, 2]


@pytest.mark.parametrize(("wrap", "first_wrap_end"), [(0, 100), (20, 130)])
def test_a_chat_on_hold_for_a_warm_transfer_ends_once_while_another_begins(
    wrap: float, first_wrap_end: float
) -> None:
    warm = {"to": "care", "probability": 0, "kind": "warm", "talk_share": 0.5}
    scenario = a_centre(
        {"chats": {"channel": "chat", "transfers": [warm]}, "care": {"channel": "chat"}},
        {
            "team": {"skills": {"chats": 1}},
            "carers": {"skills": {"care": 1}, "concurrency": {"chat": 1}},
        },
        channels=CHATS,
    )
    day = played(
        scenario,
        Contact(0, 100, queue="care"),
        Contact(10, 80, wrap=wrap, intent=1 << FIRST_TRANSFER_BIT),
        Contact(60, 600),
    )
    handed_on, taken_over = day.told("state", "talk_end", "wrap_end")[1:3]
    assert handed_on == ("transferred", 100, first_wrap_end)
    assert taken_over == ("handled", 160, 160)
    assert len(day.legs) == 4


def test_an_agent_finishes_all_chats_in_hand_at_shift_end_and_takes_no_other() -> None:
    day = played(chats(3, 0), *(Contact(43190, talk) for talk in (20, 40)), Contact(43205, 5))
    assert day.told("answered") == [43190, 43190, 43230]
    assert day.states("team 1")[-1] == ("overtime", 43200, 43235)
