"""Lines of the channel, ports of the menu (see `test_menu`), lines into a site."""

from __future__ import annotations

import pytest

from ccsim.simulation.intents import FIRST_TRANSFER_BIT
from tests.simulation.engine.made import Contact, a_centre, one_queue, played


def test_the_next_call_is_blocked_when_all_lines_are_in_use() -> None:
    scenario = one_queue(5, sections={"channels": {"voice": {"lines": 2}}})
    day = played(scenario, *(Contact(n, 60) for n in range(3)))
    assert day.told("state", "entered", "ended")[2] == ("blocked", None, 2)


def test_each_channel_has_its_own_lines() -> None:
    scenario = a_centre(
        {"calls": {}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"calls": 1, "chats": 1}, "on_duty": 5}},
        channels={"voice": {"lines": 1}, "chat": {}},
    )
    day = played(scenario, Contact(0), *(Contact(n, queue="chats") for n in range(3)), Contact(4))
    assert day.told("state") == ["handled"] * 4 + ["blocked"]


def sites(**groups: dict[str, object]) -> object:
    return a_centre(
        {"a": {}}, groups, sites={"here": {"lines": 1}, "there": {}},
        routing={"agent": "longest_idle"},
    )  # fmt: skip


def test_calls_beyond_a_sites_lines_wait_though_agents_are_idle() -> None:
    day = played(sites(team={"skills": {"a": 1}, "site": "here", "on_duty": 3}),
                 Contact(0, 60, wrap=20), Contact(1, 10))  # fmt: skip
    # The line is free when the talk ends; the second agent has been idle all along.
    assert day.told("answered", "agent") == [(0, "team 1"), (60, "team 2")]


def test_where_one_sites_lines_are_full_the_other_site_serves() -> None:
    day = played(
        sites(
            near={"skills": {"a": 1}, "site": "here", "on_duty": 2},
            far={"skills": {"a": 1}, "site": "there", "on_duty": 1},
        ),
        *(Contact(n, 60) for n in range(3)),
    )
    assert day.told("group", "answered") == [("near", 0), ("far", 1), ("near", 60)]


def test_chats_need_no_line_into_a_site() -> None:
    scenario = a_centre(
        {"calls": {}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"calls": 1, "chats": 1}, "site": "here", "on_duty": 3}},
        channels={"voice": {}, "chat": {}},
        sites={"here": {"lines": 1}},
    )
    day = played(scenario, Contact(0, 60), Contact(1, queue="chats"), Contact(2, queue="chats"))
    assert day.told("answered") == [0, 1, 2]


@pytest.mark.parametrize("kind", ["cold", "warm"])
def test_a_transfer_within_a_site_finds_its_line(kind: str) -> None:
    transfer = {"to": "b", "probability": 0, "kind": kind}
    scenario = a_centre(
        {"a": {"transfers": [transfer]}, "b": {}},
        {"one": {"skills": {"a": 1}, "site": "here"}, "two": {"skills": {"b": 1}, "site": "here"}},
        sites={"here": {"lines": 1}},
    )
    day = played(scenario, Contact(0, 100, intent=1 << FIRST_TRANSFER_BIT))
    assert day.told("state", "answered") == [("transferred", 0), ("handled", 50)]
