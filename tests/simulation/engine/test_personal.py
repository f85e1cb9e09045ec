"""Agents of one's own, with fall-back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ccsim.simulation.intents import PERSONAL
from ccsim.simulation.luck import favourite
from tests.simulation.engine.made import Contact, a_centre, played, shifts


def personal(agents: int = 3, wait: float = 30) -> Any:
    return a_centre(
        {"a": {"personal_agent": {"share": 0, "wait": wait}}},
        {"team": {"skills": {"a": 1}, "on_duty": agents}},
        routing={"agent": "personal_agent"},
    )


def own_agent(key: int, scenario: Any) -> str:
    day = played(scenario)
    return day.duty.agents[favourite(np.uint64(key), day.duty.agent_key)]


def key_of(agent: str, scenario: Any) -> int:
    return next(key for key in range(1000) if own_agent(key, scenario) == agent)


def test_a_customer_gets_its_own_agent_though_another_is_idle_for_longer() -> None:
    scenario = personal()
    key = key_of("team 3", scenario)
    day = played(scenario, Contact(0, 10), Contact(20, 5, intent=PERSONAL, key=key))
    assert day.told("agent", "personal")[1] == ("team 3", True)


def test_it_waits_for_its_own_agent_while_others_are_idle() -> None:
    scenario = personal()
    key = key_of("team 1", scenario)
    day = played(scenario, Contact(0, 20), Contact(5, 5, intent=PERSONAL, key=key))
    assert day.told("agent", "answered", "personal")[1] == ("team 1", 20, True)


def test_after_the_wait_anybody_will_do() -> None:
    scenario = personal()
    key = key_of("team 1", scenario)
    day = played(scenario, Contact(0, 200), Contact(5, 5, intent=PERSONAL, key=key))
    assert day.told("agent", "answered", "personal")[1] == ("team 2", 35, False)


def test_who_has_fallen_back_keeps_its_place() -> None:
    scenario = personal(1)
    day = played(scenario, Contact(0, 100), Contact(5, 10, intent=PERSONAL), Contact(6, 10))
    assert day.told("answered", "personal") == [(0, False), (100, False), (110, False)]


def test_an_agent_that_is_not_at_work_is_not_waited_for() -> None:
    scenario = personal(2)
    key = key_of("team 2", scenario)
    duty = shifts(("team 1", "team", "work", 0, 9000), ("team 2", "team", "work", 3600, 9000))
    day = played(scenario, Contact(5, 5, intent=PERSONAL, key=key), duty=duty)
    assert day.told("agent", "answered", "personal") == [("team 1", 5, False)]


def test_patience_runs_while_waiting_for_ones_own() -> None:
    scenario = personal()
    key = key_of("team 1", scenario)
    day = played(scenario, Contact(0, 200), Contact(5, 5, intent=PERSONAL, key=key, patience=10))
    assert day.told("state", "ended")[1] == ("abandoned", 15)


def test_an_agent_that_works_in_another_team_now_is_not_waited_for() -> None:
    scenario = a_centre(
        {"a": {"personal_agent": {"share": 0, "wait": 30}}, "b": {}},
        {"team": {"skills": {"a": 1}}, "others": {"skills": {"b": 1}}},
        routing={"agent": "personal_agent"},
    )
    duty = shifts(
        ("Ann", "team", "work", 0, 1000), ("Ann", "others", "work", 1000, 9000),
        ("Bob", "team", "work", 0, 9000),
    )  # fmt: skip
    contacts = [Contact(2000 + 100 * n, 5, intent=PERSONAL, key=n) for n in range(20)]
    day = played(scenario, *contacts, duty=duty)
    assert set(day.told("agent")) == {"Bob"}
