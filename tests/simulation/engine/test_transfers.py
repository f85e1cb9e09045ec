"""Hand-overs: cold, warm, on emotion, and out of the wrong department."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ccsim.simulation.intents import ASTRAY, FIRST_TRANSFER_BIT, NOTICED, UPSET
from ccsim.simulation.luck import Luck, book_of
from tests.simulation.engine.made import DAY, Contact, a_centre, played, shifts

MOVES = 1 << FIRST_TRANSFER_BIT
TEAMS = {"first": {"skills": {"a": 1}}, "second": {"skills": {"b": 1}}}


def two(
    kind: str = "cold", b: Any = None, groups: Any = TEAMS, a: Any = None, **sections: Any
) -> Any:
    transfer = {"to": "b", "probability": 0, "kind": kind, "talk_share": 0.25}
    return a_centre(
        {"a": {"transfers": [transfer]} | (a or {}), "b": {"talk": 40} | (b or {})},
        groups, **sections,
    )  # fmt: skip


def test_a_cold_transfer_frees_the_first_agent_after_its_share_of_the_talk() -> None:
    day = played(two(), Contact(0, 100, wrap=10, intent=MOVES))
    assert day.told("leg", "queue", "state", "answered", "talk_end", "wrap_end", "group") == [
        (1, "a", "transferred", 0, 25, 35, "first"),
        (2, "b", "handled", 25, 65, 65, "second"),
    ]  # fmt: skip


def test_the_wait_of_a_later_leg_starts_at_the_hand_over() -> None:
    day = played(two(), Contact(0, 100, queue="b"), Contact(0, 100, intent=MOVES))
    assert day.told("arrived", "entered", "answered", "wait")[2] == (25, 25, 100, 75)


def test_warm_the_first_agent_stays_until_the_next_one_answers() -> None:
    day = played(two("warm"), Contact(0, 100, queue="b"), Contact(0, 100, wrap=10, intent=MOVES),
                 Contact(30, 5))  # fmt: skip
    assert day.told("contact", "leg", "answered", "talk_end", "wrap_end") == [
        (0, 1, 0, 100, 100), (1, 1, 0, 100, 110), (1, 2, 100, 140, 140), (2, 1, 110, 115, 115),
    ]  # fmt: skip


def test_warm_the_first_agent_is_free_when_the_customer_gives_up() -> None:
    scenario = two("warm", b={"patience": {"constant": {"value": 20}}})
    day = played(scenario, Contact(0, 100, queue="b"), Contact(0, 100, intent=MOVES))
    assert day.told("state", "ended", "talk_end")[1:] == [
        ("transferred", 45, 45), ("abandoned", 45, None),
    ]  # fmt: skip


def test_warm_is_cold_when_nobody_else_could_ever_take_over() -> None:
    both = {"team": {"skills": {"a": 1, "b": 1}, "on_duty": 1}}
    day = played(two("warm", groups=both), Contact(0, 100, intent=MOVES))
    assert day.told("leg", "answered", "talk_end") == [(1, 0, 25), (2, 25, 65)]


def test_warm_is_cold_when_the_first_agent_should_have_left_already() -> None:
    duty = shifts(("Ann", "first", "work", 0, 20), ("Bob", "second", "work", 0, 500))
    calls = Contact(0, 100, queue="b"), Contact(0, 100, intent=MOVES)
    day = played(two("warm"), *calls, duty=duty)
    assert day.told("leg", "talk_end")[1:] == [(1, 25), (2, 140)]


def test_warm_the_first_agent_goes_home_at_the_end_of_its_shift() -> None:
    duty = shifts(("Ann", "first", "work", 0, 50), ("Bob", "second", "work", 0, 500))
    calls = Contact(0, 100, queue="b"), Contact(0, 100, intent=MOVES)
    day = played(two("warm"), *calls, duty=duty)
    assert day.told("leg", "talk_end")[1:] == [(1, 50), (2, 140)]
    assert day.states("Ann") == [("logged_in", 0, 50)]


@pytest.mark.parametrize("kind", ["cold", "warm"])
def test_a_contact_holds_one_line_throughout_its_transfer(kind: str) -> None:
    scenario = two(kind, channels={"voice": {"lines": 2}})
    day = played(scenario, Contact(0, 100, queue="b"), Contact(0, 100, intent=MOVES),
                 Contact(50, 5), Contact(100, 5), Contact(101, 5))  # fmt: skip
    assert day.told("contact", "state")[-3:] == [(2, "blocked"), (3, "handled"), (4, "blocked")]


def test_a_transfer_needs_no_free_place_and_does_not_balk() -> None:
    scenario = two(b={"capacity": 1, "balk": 1})
    day = played(scenario, Contact(0, 100, queue="b"), Contact(1, 5, queue="b"),
                 Contact(0, 100, intent=MOVES))  # fmt: skip
    assert day.told("state")[-1] == "handled"


def test_the_first_transfer_that_comes_true_is_taken() -> None:
    scenario = a_centre(
        {"a": {"transfers": [{"to": "b", "probability": 0}, {"to": "c", "probability": 0}]},
         "b": {}, "c": {}},
        {"team": {"skills": {"a": 1, "b": 1, "c": 1}}},
    )  # fmt: skip
    for intent, queue in ((MOVES << 1, "c"), (MOVES | MOVES << 1, "b")):
        assert played(scenario, Contact(0, 100, intent=intent)).told("queue")[1] == queue


def test_nobody_is_handed_to_a_queue_that_is_closed() -> None:
    scenario = two(b={"hours": {"daily": "01:00-12:00"}})
    day = played(scenario, Contact(0, 100, intent=MOVES))
    assert day.told("state", "talk_end") == [("handled", 100)]


def test_hand_overs_in_a_circle_end() -> None:
    there = [{"to": "b", "probability": 0.999999999}]
    back = [{"to": "a", "probability": 0.999999999}]
    scenario = a_centre({"a": {"transfers": there}, "b": {"transfers": back}}, TEAMS)
    day = played(scenario, Contact(0, 100, intent=MOVES))
    assert day.told("queue", "state") == [*[("a", "transferred"), ("b", "transferred")] * 3,
                                          ("a", "transferred"), ("b", "handled")]  # fmt: skip


def test_who_is_in_the_wrong_department_is_handed_on_when_that_is_noticed() -> None:
    astray = {"probability": 0, "to": {"b": 1}, "after": 40}
    day = played(two(a={"wrong_department": astray}), Contact(0, 100, wrap=5, intent=ASTRAY))
    assert day.told("queue", "state", "answered", "talk_end", "wrap_end") == [
        ("a", "misdirected", 0, 40, 45), ("b", "handled", 40, 80, 80),
    ]  # fmt: skip


CARE = {"to": "b", "probability": 1, "on_emotion": True, "talk_share": 0.25}


def feeling(**emotion: Any) -> Any:
    rules = {"probability": 0} | emotion
    return a_centre({"a": {"transfers": [CARE], "emotion": rules}, "b": {}}, TEAMS)


def test_who_is_upset_and_that_is_noticed_goes_to_the_care_team() -> None:
    day = played(feeling(), Contact(0, 100, intent=UPSET | NOTICED))
    assert day.told("queue", "state", "upset", "noticed") == [
        ("a", "transferred", True, True), ("b", "handled", False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(("intent", "upset"), [(UPSET, True), (NOTICED, False)])
def test_otherwise_the_contact_stays(intent: int, upset: bool) -> None:
    day = played(feeling(), Contact(0, 100, intent=intent))
    assert day.told("state", "upset", "noticed") == [("handled", upset, False)]


def test_waiting_upsets() -> None:
    scenario = feeling(rises_per_minute=0.5)
    # After two minutes everybody is upset, at once nobody.
    day = played(scenario, Contact(0, 120, intent=NOTICED), Contact(0, 100, intent=NOTICED))
    assert day.told("contact", "leg", "upset")[:2] == [(0, 1, False), (1, 1, True)]
    assert len(day.legs) == 3


def test_a_transfer_has_its_own_chance_in_the_draw() -> None:
    scenario = a_centre({"a": {"transfers": [{"to": "b", "probability": 1}]}, "b": {}}, TEAMS)
    luck = Luck(book_of(scenario), 1, 0)
    assert luck.leg(np.uint64(3), 1, 1, 0, -1, 0)[3] == MOVES
    assert luck.leg(np.uint64(3), 1, 1, 1, -1, 0)[3] == 0


def test_warm_to_a_queue_that_closes_meanwhile_frees_the_first_agent_at_closing() -> None:
    callback = {"when_wait_over": "1d", "accept": 0, "reach": 1}
    scenario = two("warm", b={"closing": "callback", "callback": callback}, days=2)
    waits = played(scenario, Contact(43000, 500, queue="b"), Contact(43100, 100, intent=MOVES))
    assert waits.told("state", "talk_end", "answered")[1:] == [
        ("transferred", 43200, 43100), ("handled", DAY + 40, DAY),
    ]  # fmt: skip
    late = played(scenario, Contact(43190, 100, intent=MOVES))
    assert late.told("state", "talk_end", "answered") == [
        ("transferred", 43215, 43190), ("handled", DAY + 40, DAY),
    ]  # fmt: skip
