"""Campaigns: pacing, nuisance calls, wrong parties and further dials."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulation.engine.made import CHATS, HOUR, Contact, a_centre, one_queue, played


def dialling(agents: int = 1, sections: Any = None, **campaign: Any) -> Any:
    rules = {"records": 1, "window": "00:00-12:00", "queue": "calls", "ring": 20, "pick_up": 1,
             "right_party": 1, "attempts": 1}  # fmt: skip
    return one_queue(agents, sections={"campaigns": {"sale": rules | campaign}} | (sections or {}))


COLUMNS = ("attempt", "arrived", "entered", "answered", "ended", "state")


def test_progressive_dials_once_for_each_free_agent() -> None:
    day = played(dialling(records=2))
    assert day.told("contact", *COLUMNS) == [
        (0, 1, 0, 20, 20, 80, "handled"), (1, 1, 80, 100, 100, 160, "handled"),
    ]  # fmt: skip
    assert day.told("kind", "cause") == [("dial", "dialled")] * 2


def test_records_come_after_all_who_call_in() -> None:
    day = played(dialling(), Contact(100), Contact(5000))
    assert day.told("contact", "kind") == [(0, "contact"), (1, "contact"), (2, "dial")]


def test_progressive_a_call_may_come_in_between_and_the_dial_becomes_a_nuisance() -> None:
    day = played(dialling(), Contact(10, 60))
    assert day.told("kind", "answered", "ended", "state") == [
        ("contact", 10, 70, "handled"), ("dial", None, 20, "nuisance"),
    ]  # fmt: skip


def test_preview_the_agent_is_taken_while_it_rings() -> None:
    day = played(dialling(pacing="preview"), Contact(10, 60))
    assert day.told("kind", "answered", "state") == [("contact", 80, "handled"),
                                                     ("dial", 20, "handled")]  # fmt: skip


def test_preview_nobody_answers_and_the_agent_is_free_again() -> None:
    day = played(dialling(pacing="preview", pick_up=0), Contact(10, 60))
    assert day.told("kind", "answered", "state", "ended") == [
        ("contact", 20, "handled", 80), ("dial", None, "no_answer", 20),
    ]  # fmt: skip


def test_nobody_is_dialled_outside_the_window() -> None:
    day = played(dialling(window="02:00-03:00", records=200, ring=25))
    arrived = day.told("arrived")
    assert arrived[:2] == [2 * HOUR, 2 * HOUR + 85]
    assert max(arrived) < 3 * HOUR
    assert len(arrived) == 43


def test_predictive_dials_ahead_of_agents_getting_free() -> None:
    # Idle agents · 60 s + busy agents · 60 s ring ÷ (60 s · 1): one dial for each agent.
    day = played(dialling(pacing="predictive", records=4, ring=60, nuisance_cap=0.9))
    assert day.told("arrived")[:3] == [0, 60, 120]
    assert day.told("state")[:3] == ["handled"] * 3


def test_predictive_dials_more_where_few_pick_up() -> None:
    day = played(dialling(2, pacing="predictive", records=100, pick_up=0.25, ring=20))
    # 2 idle · 60 s ÷ (60 s · 0.25).
    assert day.told("arrived").count(0) == 8


def test_over_the_nuisance_cap_predictive_dials_only_for_free_agents() -> None:
    # Six dials for one agent that is free: the first is served, those over are nuisances.
    scenario = dialling(pacing="predictive", records=40, pick_up=0.2, ring=20, nuisance_cap=0.01)
    day = played(scenario)
    arrived, answered = day.told("arrived"), day.told("answered")
    assert arrived.count(0) == 5
    first_nuisance = min(end for state, end in day.told("state", "ended") if state == "nuisance")
    later = [moment for moment in arrived if moment > first_nuisance]
    assert later
    assert max(later.count(moment) for moment in set(later)) == 1
    assert answered


def test_a_nuisance_call_ends_at_once_and_is_dialled_again_later() -> None:
    day = played(dialling(attempts=2, retry_after=500), Contact(10, 60))
    assert day.told(*COLUMNS)[1:] == [
        (1, 0, 20, None, 20, "nuisance"), (2, 520, 540, 540, 600, "handled"),
    ]  # fmt: skip


def test_who_does_not_answer_is_dialled_again_so_often() -> None:
    day = played(dialling(pick_up=0, attempts=3, retry_after=300))
    assert day.told(*COLUMNS) == [
        (n + 1, 320 * n, None, None, 320 * n + 20, "no_answer") for n in range(3)
    ]


def test_a_wrong_party_takes_a_little_time_and_is_dialled_again() -> None:
    day = played(dialling(right_party=0, attempts=2, retry_after=300, wrong_party_talk=15))
    assert day.told(*COLUMNS) == [
        (1, 0, 20, 20, 35, "wrong_party"), (2, 320, 340, 340, 355, "wrong_party"),
    ]  # fmt: skip


def test_a_wrong_party_that_met_no_agent_is_dialled_again_once_not_twice() -> None:
    day = played(dialling(right_party=0, attempts=2, retry_after=300), Contact(10, 60))
    assert day.told("kind", "attempt", "state")[1:] == [
        ("dial", 1, "nuisance"), ("dial", 2, "wrong_party"),
    ]  # fmt: skip


def test_a_retry_due_after_the_window_waits_for_the_next_one() -> None:
    scenario = dialling(pick_up=0, attempts=2, retry_after="3h", window="00:00-01:00",
                        sections={"days": 2})  # fmt: skip
    assert played(scenario).told("arrived") == [0, 24 * HOUR]


def test_dials_hold_lines_and_wait_for_a_free_one() -> None:
    scenario = dialling(3, records=5, sections={"channels": {"voice": {"lines": 2}}})
    day = played(scenario, Contact(10, 5))
    assert day.told("kind", "state")[0] == ("contact", "blocked")
    assert day.told("arrived")[1:] == [0, 0, 80, 80, 160]


@pytest.mark.parametrize("pacing", ["preview", "progressive", "predictive"])
def test_agents_kept_for_vips_are_not_dialled_for(pacing: str) -> None:
    scenario = dialling(
        2,
        records=3,
        pacing=pacing,
        sections={
            "segments": {"vip": {"share": 0}},
            "routing": {"reserve": [{"group": "team", "idle": 1, "segments": ["vip"]}]},
        },
    )
    day = played(scenario)
    assert set(day.told("state")) == {"handled"}
    assert day.told("arrived").count(0) == 1


@pytest.mark.parametrize("pacing", ["preview", "progressive"])
def test_agents_of_another_silo_are_not_dialled_for(pacing: str) -> None:
    campaign = {"records": 4, "window": "00:00-12:00", "queue": "calls", "pick_up": 1,
                "pacing": pacing}  # fmt: skip
    scenario = a_centre(
        {"calls": {}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"calls": 1, "chats": 1}, "on_duty": 2}},
        channels=CHATS,
        routing={"unified": "siloed"},
        campaigns={"sale": campaign},
    )
    day = played(scenario)
    assert day.told("arrived", "state") == [(80 * n, "handled") for n in range(4)]


def test_campaigns_of_queues_with_the_same_agents_share_them() -> None:
    campaign = {"records": 1, "window": "00:00-12:00", "pick_up": 1}
    scenario = a_centre(
        {"a": {}, "b": {}},
        {"team": {"skills": {"a": 1, "b": 1}}},
        campaigns={"one": campaign | {"queue": "a"}, "two": campaign | {"queue": "b"}},
    )
    assert played(scenario).told("contact", "arrived", "state") == [
        (0, 0, "handled"), (1, 80, "handled"),
    ]  # fmt: skip


def test_two_campaigns_of_a_queue_share_its_agents() -> None:
    campaign = {"records": 1, "window": "00:00-12:00", "queue": "calls", "pick_up": 1}
    scenario = one_queue(1, sections={"campaigns": {"one": campaign, "two": campaign}})
    assert played(scenario).told("contact", "arrived", "state") == [
        (0, 0, "handled"), (1, 80, "handled"),
    ]  # fmt: skip
