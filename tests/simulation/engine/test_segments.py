"""Segments: VIPs go first, a language needs those who speak it."""

from __future__ import annotations

from typing import Any

from ccsim.simulation.luck import Luck, book_of
from tests.simulation.engine.made import Contact, a_centre, played

VIP = {"vip": {"share": 0, "priority": 2}}


def test_a_vip_goes_before_others_of_its_queue() -> None:
    scenario = a_centre({"a": {}}, {"team": {"skills": {"a": 1}}}, segments=VIP)
    day = played(scenario, Contact(0, 60), Contact(1, 10), Contact(2, 10, segment="vip"))
    assert day.told("segment", "answered") == [(None, 0), (None, 70), ("vip", 60)]


def test_priorities_of_queue_and_segment_add_up() -> None:
    scenario = a_centre(
        {"a": {}, "b": {"priority": 1}},
        {"team": {"skills": {"a": 1, "b": 1}}},
        segments=VIP,
    )
    day = played(
        scenario, Contact(0, 60), Contact(1, 10, queue="b"), Contact(2, 10, segment="vip"),
        Contact(3, 10, queue="b", segment="vip"),
    )  # fmt: skip
    assert day.told("answered") == [0, 80, 70, 60]


def cantonese(**groups: Any) -> Any:
    return a_centre({"a": {}}, groups, segments={"cantonese": {"share": 0, "skill": "cantonese"}})


def test_a_language_is_served_only_by_those_who_speak_it() -> None:
    scenario = cantonese(team={"skills": {"a": 1}, "on_duty": 5}, few={"skills": {"cantonese": 1}})
    day = played(scenario, Contact(0, 60, segment="cantonese"), Contact(1, 5, segment="cantonese"),
                 Contact(2, 5))  # fmt: skip
    assert day.told("group", "answered") == [("few", 0), ("few", 60), ("team", 2)]


def test_who_speaks_only_the_language_does_not_serve_the_others() -> None:
    nobody_else = {"skills": {"a": 1}, "on_duty": 0}
    scenario = cantonese(few={"skills": {"cantonese": 1}}, team=nobody_else)
    day = played(scenario, Contact(0, 60))
    assert day.told("state") == ["open_at_end"]


def test_the_language_has_its_own_speed() -> None:
    slow = {"rank": 2, "speed": 0.5}
    day = played(cantonese(team={"skills": {"a": 1, "cantonese": slow}}),
                 Contact(0, 60), Contact(100, 60, segment="cantonese"))  # fmt: skip
    assert day.told("talk_end") == [60, 220]


def test_those_who_speak_a_language_serve_it_out_after_closing() -> None:
    scenario = cantonese(few={"skills": {"cantonese": 1}}, team={"skills": {"a": 1}})
    day = played(scenario, Contact(43100, 200, segment="cantonese"),
                 Contact(43150, 30, segment="cantonese"))  # fmt: skip
    assert day.told("answered") == [43100, 43300]


def test_a_segment_talks_longer_and_is_less_patient_than_the_queue() -> None:
    scenario = a_centre(
        {"a": {"talk": 100, "patience": 50}},
        {"team": {"skills": {"a": 1}}},
        segments={"vip": {"share": 0.5, "talk_factor": 1.5, "patience_factor": 0.8}},
    )
    luck = Luck(book_of(scenario), 1, 0)
    assert luck.leg(7, 1, 1, 0, -1, 0)[:3] == (100_000_000, 0, 50_000_000)
    assert luck.leg(7, 1, 1, 0, 0, 0)[:3] == (150_000_000, 0, 40_000_000)


def test_a_silo_may_consist_of_people_with_a_language_only() -> None:
    scenario = a_centre(
        {"a": {}},
        {"team": {"skills": {"a": 1}}, "few": {"skills": {"cantonese": 1}}},
        segments={"cantonese": {"share": 0, "skill": "cantonese"}},
        routing={"unified": "siloed"},
    )
    day = played(scenario, Contact(0, segment="cantonese"), Contact(1))
    assert day.told("group", "answered") == [("few", 0), ("team", 1)]
