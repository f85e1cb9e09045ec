"""What those who have to wait hear: all busy, so many minutes, no room."""

from __future__ import annotations

import pytest

from ccsim.simulation.intents import BALKS
from tests.simulation.engine.made import CHATS, Contact, a_centre, one_queue, played


def test_a_balker_hangs_up_at_once_when_all_are_busy_and_not_otherwise() -> None:
    day = played(one_queue(balk=0.5), Contact(0, 60, intent=BALKS), Contact(10, 5, intent=BALKS))
    assert day.told("state", "ended") == [("handled", 60), ("balked", 10)]


def test_a_balker_frees_its_line_at_once() -> None:
    scenario = one_queue(sections={"channels": {"voice": {"lines": 2}}}, balk=0.5)
    day = played(scenario, Contact(0, 60), Contact(10, 5, intent=BALKS), Contact(11, 5))
    assert day.told("state") == ["handled", "balked", "handled"]


# One agent, mean talk 60: with nobody ahead the announcement is 60 s, with one ahead 120 s.
@pytest.mark.parametrize(
    ("patience", "factor", "state"),
    [(60, 1, "abandoned"), (59, 1, "balked"), (40, 1.5, "abandoned"), (39.9, 1.5, "balked")],
)
def test_who_hears_of_a_wait_beyond_the_patience_leaves(
    patience: float, factor: float, state: str
) -> None:
    scenario = one_queue(announcement={"leaves_if_over": factor})
    day = played(scenario, Contact(0, 500), Contact(10, 5, patience=patience))
    assert day.told("state", "wait_announced") == [("handled", False), (state, True)]


def test_the_announced_wait_counts_those_ahead_and_agents_with_the_skill() -> None:
    rules = {"announcement": {}, "wrap": 20}
    # (contacts ahead + 1) · 80 ÷ 2: 40 s, 80 s, 120 s.
    calls = [Contact(1 + n, 5, patience=85) for n in range(3)]
    day = played(one_queue(2, **rules), Contact(0, 500), Contact(0, 500), *calls)
    assert day.told("state")[2:] == ["abandoned", "abandoned", "balked"]


def test_the_patience_of_those_who_stay_is_multiplied() -> None:
    scenario = one_queue(announcement={"patience_factor": 1.25})
    day = played(scenario, Contact(0, 500), Contact(10, 5, patience=80))
    assert day.told("state", "ended")[1] == ("abandoned", 110)


def test_endless_patience_hears_and_stays() -> None:
    day = played(one_queue(announcement={}), Contact(0, 500), Contact(10, 5))
    assert day.told("state", "wait_announced")[1] == ("handled", True)


def test_who_is_served_at_once_hears_nothing() -> None:
    assert played(one_queue(announcement={}), Contact(0)).told("wait_announced") == [False]


def test_beyond_the_capacity_the_next_is_blocked() -> None:
    day = played(one_queue(capacity=1), Contact(0, 60), Contact(1, 5), Contact(2, 5),
                 Contact(61, 5))  # fmt: skip
    assert day.told("state") == ["handled", "handled", "blocked", "handled"]


def test_of_simultaneous_callers_the_last_are_blocked() -> None:
    day = played(one_queue(capacity=2), *(Contact(0, 60) for _ in range(5)))
    assert day.told("state") == ["handled"] * 3 + ["blocked"] * 2


def test_capacity_counts_waiting_contacts_of_the_own_queue_only() -> None:
    scenario = a_centre(
        {"a": {"capacity": 1}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"a": 1, "chats": 1}}},
        channels=CHATS,
    )
    day = played(scenario, Contact(0, 60), Contact(1, queue="chats"), Contact(2), Contact(3))
    assert day.told("state") == ["handled"] * 3 + ["blocked"]
