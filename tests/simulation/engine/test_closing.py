"""Closing time: who still waits is served, called back, or told to try tomorrow."""

from __future__ import annotations

import pytest

from ccsim.simulation.intents import RETRIES
from tests.simulation.engine.made import DAY, Contact, a_centre, one_queue, played

TWO_DAYS = {"days": 2}


def test_those_who_wait_are_turned_away_at_the_very_instant() -> None:
    day = played(one_queue(closing="turn_away"), Contact(43100, 200), Contact(43110, 10))
    assert day.told("state", "ended")[1] == ("turned_away", 43200)
    assert day.states("team 1")[-1] == ("overtime", 43200, 43300)


def test_who_is_turned_away_frees_the_line_and_does_not_try_again() -> None:
    scenario = one_queue(
        closing="turn_away",
        retry={"probability": 0, "after": 60},
        sections=TWO_DAYS | {"channels": {"voice": {"lines": 1}}},
    )
    late = Contact(43199, 10, menu=-1, intent=RETRIES)
    day = played(scenario, Contact(43100, 50), late, Contact(DAY, 5))
    assert day.told("state") == ["handled", "handled", "handled"]
    day = played(one_queue(closing="turn_away", retry={"probability": 0, "after": 60},
                           sections=TWO_DAYS), Contact(43100, 200), late)  # fmt: skip
    assert day.told("state") == ["handled", "turned_away"]


def test_those_who_wait_are_served_out_by_default() -> None:
    day = played(one_queue(), Contact(43100, 200), Contact(43110, 10))
    assert day.told("state", "answered")[1] == ("handled", 43300)


@pytest.mark.parametrize(
    ("closing", "state"), [("serve", "turned_away"), ("turn_away", "turned_away")]
)
def test_who_comes_out_of_the_menu_after_closing_with_nobody_there_is_turned_away(
    closing: str, state: str
) -> None:
    ivr = {"start": "menu", "nodes": {"menu": {"prompt": 10, "then": "calls"}}}
    scenario = one_queue(closing=closing, sections={"ivr": ivr})
    day = played(scenario, Contact(43195, 10, menu=10))
    assert day.told("state", "entered", "ended") == [(state, 43205, 43205)]


def test_who_comes_out_of_the_menu_while_others_are_served_out_is_served_too() -> None:
    ivr = {"start": "menu", "nodes": {"menu": {"prompt": 10, "then": "calls"}}}
    scenario = one_queue(sections={"ivr": ivr})
    day = played(scenario, Contact(43100, 200, menu=1), Contact(43195, 10, menu=10))
    assert day.told("state", "answered")[1] == ("handled", 43301)


def test_queues_close_at_their_own_hours() -> None:
    scenario = a_centre(
        {"a": {"closing": "turn_away", "hours": {"daily": "00:00-06:00"}}, "b": {}},
        {"team": {"skills": {"a": 1, "b": 1}}},
    )
    day = played(scenario, Contact(21500, 500), Contact(21510, 5), Contact(21520, 5, queue="b"))
    assert day.told("state", "ended")[1:] == [("turned_away", 21600), ("handled", 22005)]


def test_an_agent_does_not_stay_for_those_who_are_turned_away_or_called_back() -> None:
    day = played(one_queue(closing="turn_away"), Contact(43150, 50), Contact(43160, 50))
    assert day.told("state") == ["handled", "turned_away"]
    assert day.states("team 1") == [("logged_in", 0, 43200)]
