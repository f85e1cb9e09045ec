"""Callbacks: the place is kept, the line is not; calls in vain, windows, and closing time."""

from __future__ import annotations

from typing import Any

from ccsim.simulation.intents import ACCEPTS_CALLBACK
from tests.simulation.engine.made import DAY, HOUR, Contact, one_queue, played


def offered(agents: int = 1, *, sections: Any = None, **rules: Any) -> Any:
    queue = {name: rules.pop(name) for name in ("closing", "hours", "retry") if name in rules}
    callback = {"when_wait_over": 60, "accept": 0.5, "reach": 1} | rules
    return one_queue(agents, sections=sections, callback=callback, **queue)


def taker(arrived: float, talk: float = 10, **other: Any) -> Contact:
    return Contact(arrived, talk, intent=ACCEPTS_CALLBACK, **other)


def test_a_callback_is_offered_when_the_estimated_wait_is_over_the_threshold() -> None:
    # One agent, mean talk 60: 60 s with nobody ahead is not over 60, 120 s is.
    day = played(offered(), Contact(0, 200), taker(1), taker(2))
    assert day.told("callback_offered", "callback") == [(False, None), (False, None), (True, 2)]


def test_who_declines_waits_on() -> None:
    day = played(offered(when_wait_over=0), Contact(0, 200), Contact(1, 5, patience=10))
    assert day.told("callback_offered", "state")[1] == (True, "abandoned")


def test_the_place_is_kept_and_patience_has_no_end() -> None:
    day = played(offered(when_wait_over=0), Contact(0, 200), taker(1, 10, patience=5),
                 Contact(2, 10))  # fmt: skip
    assert day.told("state", "answered", "calls")[1:] == [
        ("handled", 200, 1), ("handled", 210, 0),
    ]  # fmt: skip


def test_the_line_is_free_while_a_customer_waits_for_the_callback() -> None:
    sections = {"channels": {"voice": {"lines": 2}}}
    scenario = offered(when_wait_over=0, sections=sections)
    day = played(scenario, Contact(0, 100), taker(1, 50), Contact(2, 5), Contact(3, 5),
                 Contact(120, 5), Contact(121, 5))  # fmt: skip
    # The callback at 100 takes the line of the first; with the third waiting both are in use.
    assert day.told("state", "answered") == [
        ("handled", 0), ("handled", 100), ("handled", 150), ("blocked", None), ("blocked", None),
        ("blocked", None),
    ]  # fmt: skip


def test_who_is_not_reached_is_called_again_and_then_lost() -> None:
    scenario = offered(when_wait_over=0, reach=0, attempts=3, retry_after=300)
    day = played(scenario, Contact(0, 100), taker(1))
    assert day.told("state", "calls", "ended", "answered")[1] == ("callback_lost", 3, 700, None)


def test_a_call_in_vain_takes_no_agent_and_no_time() -> None:
    scenario = offered(when_wait_over=0, reach=0)
    day = played(scenario, Contact(0, 100), taker(1), Contact(2, 10))
    assert day.told("state", "answered")[1:] == [("callback_lost", None), ("handled", 100)]


def test_a_callback_not_made_within_its_window_is_lost() -> None:
    scenario = offered(when_wait_over=0, window=60)
    day = played(scenario, Contact(0, 200), taker(10))
    assert day.told("state", "ended", "calls")[1] == ("callback_lost", 70, 0)


def test_the_window_also_ends_the_calls_in_vain() -> None:
    scenario = offered(when_wait_over=0, window=150, reach=0, attempts=9, retry_after=60)
    day = played(scenario, Contact(0, 50), taker(10))
    assert day.told("state", "ended", "calls")[1] == ("callback_lost", 160, 2)


def test_a_lost_callback_is_not_retried_and_frees_no_line_twice() -> None:
    sections = {"channels": {"voice": {"lines": 2}}}
    scenario = offered(when_wait_over=0, window=60, sections=sections)
    day = played(scenario, Contact(0, 500), taker(10), Contact(100, 5), Contact(101, 5))
    assert day.told("state") == ["handled", "callback_lost", "handled", "blocked"]


TWO_DAYS = {"days": 2}


def closing(how: str, **rules: Any) -> Any:
    return one_queue(sections=TWO_DAYS, closing=how, callback={
        "when_wait_over": "1d", "accept": 0, "reach": 1} | rules)  # fmt: skip


def test_at_closing_those_who_wait_are_called_back_when_it_opens_again() -> None:
    day = played(closing("callback"), Contact(43100, 200), Contact(43110, 10, patience=300),
                 Contact(43120, 20))  # fmt: skip
    assert day.told("state", "callback", "answered", "calls") == [
        ("handled", None, 43100, 0), ("handled", 43200, DAY, 1), ("handled", 43200, DAY + 10, 1),
    ]  # fmt: skip
    assert day.states("team 1")[1] == ("overtime", 43200, 43300)


def test_who_was_called_in_vain_before_closing_is_not_called_after_it() -> None:
    scenario = closing("callback", when_wait_over=0, reach=0, attempts=2, retry_after=300)
    day = played(scenario, Contact(43000, 100), taker(43010), Contact(43105, 500))
    assert day.told("state", "calls", "ended")[1] == ("callback_lost", 2, DAY)


def test_a_further_call_due_after_closing_is_made_at_the_next_opening() -> None:
    scenario = offered(when_wait_over=0, reach=0, attempts=2, retry_after=300, closing="turn_away",
                       hours={"daily": "00:00-11:00"}, sections=TWO_DAYS)  # fmt: skip
    day = played(scenario, Contact(11 * HOUR - 200, 100), taker(11 * HOUR - 190))
    assert day.told("state", "calls", "ended")[1] == ("callback_lost", 2, DAY)


def test_a_callback_kept_over_night_may_be_over_its_window() -> None:
    day = played(closing("callback", window=HOUR), Contact(43100, 200), Contact(43110, 10))
    assert day.told("state", "ended")[1] == ("callback_lost", 43110 + HOUR)


def test_callbacks_not_made_on_the_last_day_are_open_at_the_end() -> None:
    scenario = one_queue(closing="callback", callback={"when_wait_over": "1d", "accept": 0,
                                                       "reach": 1})  # fmt: skip
    day = played(scenario, Contact(43100, 200), Contact(43110, 10))
    assert day.told("state")[1] == "open_at_end"
