"""The menu: its time, its ports, and where callers go."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ccsim.simulation.luck import Luck, book_of
from ccsim.simulation.menu import ASKS, IS_CONTAINED, IS_LOST
from tests.simulation.engine.made import Contact, a_centre, played

TEAM = {"team": {"skills": {"a": 1, "b": 1}}}


def with_menu(nodes: dict[str, Any], **sections: Any) -> Any:
    ivr = {"start": next(iter(nodes)), "nodes": nodes} | sections.pop("ivr", {})
    return a_centre({"a": {}, "b": {}}, TEAM, ivr=ivr, **sections)


def way(nodes: dict[str, Any], target: int = -1) -> tuple[int, int, float, float]:
    """Outcome, queue, seconds and price of a walk through the menu."""
    luck = Luck(book_of(with_menu(nodes)), 1, 0)
    outcome, queue, elapsed, price = luck.journey(np.uint64(7), 1, target)
    return outcome, queue, elapsed / 1e6, price / 1e6


PLAIN = {"start": {"prompt": 12, "choose": {"a": 0.5, "b": 0.5}}}


def test_waiting_starts_when_a_person_is_asked_for_not_at_the_door() -> None:
    day = played(with_menu(PLAIN), Contact(0, 60), Contact(10, 5, menu=12))
    assert day.told("arrived", "entered", "answered", "wait")[1] == (10, 22, 60, 38)


def test_patience_starts_after_the_menu() -> None:
    day = played(with_menu(PLAIN), Contact(0, 60), Contact(10, 5, menu=12, patience=20))
    assert day.told("state", "ended")[1] == ("abandoned", 42)


def test_contained_and_lost_callers_never_ask_for_a_person() -> None:
    lost, contained = (Contact(1, menu=9, outcome=n) for n in (IS_LOST, IS_CONTAINED))
    day = played(with_menu(PLAIN), contained, lost)
    assert day.told("state", "entered", "ended", "agent") == [
        ("contained", None, 10, None), ("ivr_lost", None, 10, None),
    ]  # fmt: skip


def test_a_full_menu_blocks_and_a_port_is_free_again_at_the_very_end_of_a_walk() -> None:
    scenario = with_menu(PLAIN, ivr={"ports": 1})
    day = played(scenario, *(Contact(t, 5, menu=10) for t in (0, 9, 10)))
    assert day.told("state", "entered") == [("handled", 10), ("blocked", None), ("handled", 20)]


def test_a_caller_in_the_menu_holds_a_line_until_the_menu_keeps_it() -> None:
    scenario = with_menu(PLAIN, channels={"voice": {"lines": 1}})
    day = played(scenario, Contact(0, menu=10, outcome=IS_CONTAINED), Contact(5, menu=1),
                 Contact(10, menu=1))  # fmt: skip
    assert day.told("state") == ["contained", "blocked", "handled"]


def test_whom_the_menu_blocks_holds_no_line() -> None:
    scenario = with_menu(PLAIN, channels={"voice": {"lines": 2}}, ivr={"ports": 1})
    day = played(scenario, Contact(0, menu=100), Contact(1, menu=1), Contact(2, menu=1),
                 Contact(150, menu=1))  # fmt: skip
    assert day.told("state") == ["handled", "blocked", "blocked", "handled"]


def test_the_price_of_a_virtual_agent_is_paid_by_who_met_it_not_by_who_was_blocked() -> None:
    scenario = with_menu(PLAIN, ivr={"ports": 1})
    day = played(scenario, Contact(0, menu=10, price=0.5), Contact(5, menu=10, price=0.5))
    assert day.told("price") == [0.5, 0]


def test_prompts_add_up_along_the_way() -> None:
    nodes = {"one": {"prompt": 10, "then": "two"}, "two": {"prompt": 5, "then": "b"}}
    assert way(nodes) == (ASKS, 1, 15, 0)


def test_everybody_hangs_up_where_all_hang_up_and_after_the_prompt() -> None:
    nodes = {"one": {"prompt": 10, "choose": {"two": 0.5, "a": 0.5}},
             "two": {"prompt": 5, "hang_up": 0.999999999, "then": "b"}}  # fmt: skip
    assert way(nodes, 1) == (IS_LOST, 1, 15, 0)


def test_self_service_contains_after_its_duration() -> None:
    nodes = {"one": {"prompt": 10, "self_service": {"duration": 70, "contains": 0.999999999},
                     "then": "a"}}  # fmt: skip
    assert way(nodes) == (IS_CONTAINED, 0, 80, 0)


def test_a_virtual_agent_that_contains_nobody_hands_over_and_has_its_price() -> None:
    bot = {"duration": 90, "contains": 0, "price": 0.4, "price_per_minute": 0.2}
    assert way({"one": {"virtual_agent": bot, "then": "a"}}) == (ASKS, 0, 90, pytest.approx(0.7))


def test_who_is_never_understood_hears_every_reprompt_and_goes_to_a_person() -> None:
    speech = {"misrecognition": 1, "reprompts": 2}
    nodes = {
        "one": {"prompt": 4, "speech": speech, "opt_out_to": "b", "choose": {"a": 1}},
    }
    assert way(nodes) == (ASKS, 1, 12, 0)


def test_who_opts_out_skips_the_dialogue() -> None:
    nodes = {"one": {"prompt": 4, "opt_out": 0.999999999, "opt_out_to": "b",
                     "self_service": {"duration": 70, "contains": 0}, "then": "a"}}  # fmt: skip
    assert way(nodes) == (ASKS, 1, 4, 0)


@pytest.mark.parametrize("queue", [0, 1])
def test_counts_taken_in_the_queue_walk_to_their_own_queue(queue: int) -> None:
    assert way(PLAIN, queue) == (ASKS, queue, 12, 0)


def test_at_the_door_the_menu_decides() -> None:
    nodes = {"start": {"prompt": 12, "choose": {"a": 0, "b": 1}}}
    assert way(nodes) == (ASKS, 1, 12, 0)
