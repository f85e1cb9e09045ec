"""Slots: released at times, taken, sold out, lapsing at midnight."""

from __future__ import annotations

from typing import Any

from ccsim.simulation.intents import BOOKS
from tests.simulation.engine.made import DAY, HOUR, Contact, one_queue, played


def clinic(keeps: str = "day", days: int = 1, *releases: dict[str, Any]) -> Any:
    inventory = {"releases": list(releases) or [{"at": "01:00", "slots": 2}], "keeps": keeps}
    return one_queue(
        2,
        booking={"inventory": "slots", "probability": 0, "sold_out_talk": 1.5},
        sections={"inventories": {"slots": inventory}, "days": days},
    )


def wants(arrived: float, talk: float = 60) -> Contact:
    return Contact(arrived, talk, intent=BOOKS)


def test_slots_are_taken_until_sold_out_and_then_the_talk_is_longer() -> None:
    day = played(clinic(), *(wants(HOUR + 100 * n) for n in range(3)))
    assert day.told("booked", "sold_out") == [(True, False), (True, False), (False, True)]
    assert [end - start for start, end in day.told("answered", "talk_end")] == [60, 60, 90]


def test_before_the_release_there_is_none_and_at_its_instant_there_is() -> None:
    assert played(clinic(), wants(HOUR - 1), wants(HOUR)).told("booked") == [False, True]


def test_a_slot_is_taken_when_the_talk_begins() -> None:
    scenario = clinic("day", 1, {"at": "01:00", "slots": 1})
    assert played(scenario, wants(HOUR - 30, 60), wants(HOUR + 1)).told("booked") == [False, True]


def test_who_does_not_want_one_takes_none() -> None:
    scenario = clinic("day", 1, {"at": "01:00", "slots": 1})
    day = played(scenario, Contact(HOUR), wants(HOUR + 100))
    assert day.told("booked", "sold_out") == [(False, False), (True, False)]


def test_unbooked_slots_lapse_at_midnight_or_stay() -> None:
    for keeps, booked in (("day", False), ("horizon", True)):
        day = played(clinic(keeps, 2), wants(DAY + 60))
        assert day.told("booked") == [booked]


def test_slots_released_at_midnight_are_not_those_that_lapse() -> None:
    day = played(clinic("day", 2, {"at": "00:00", "slots": 1}), *(wants(DAY + n) for n in (0, 100)))
    assert day.told("booked") == [True, False]


def test_slots_are_released_on_their_weekdays() -> None:
    day = played(clinic("horizon", 2, {"at": "01:00", "slots": 1, "weekdays": ["tue"]}),
                 wants(2 * HOUR), wants(DAY + 2 * HOUR))  # fmt: skip
    assert day.told("booked") == [False, True]


def test_several_releases_add_up() -> None:
    scenario = clinic("day", 1, {"at": "01:00", "slots": 1}, {"at": "01:00", "slots": 1})
    assert played(scenario, *(wants(HOUR + 100 * n) for n in range(3))).told("booked") == [
        True, True, False,
    ]  # fmt: skip
