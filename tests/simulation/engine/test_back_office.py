"""Tickets: a stage with its own capacity, delay and hours; late ones cause new calls."""

from __future__ import annotations

from typing import Any

from ccsim.simulation.intents import CALLS_WHEN_LATE, OPENS_TICKET
from tests.simulation.engine.made import DAY, HOUR, Contact, one_queue, played


def shop(promise: float = 1000, days: int = 1, **stage: Any) -> Any:
    rules = {"servers": 1, "work": 100} | stage
    return one_queue(
        3,
        sections={"back_office": {"warehouse": rules}, "days": days},
        ticket={"to": "warehouse", "probability": 0, "promise": promise},
    )


def caller(arrived: float, intent: int = OPENS_TICKET) -> Contact:
    return Contact(arrived, 50, intent=intent)


def tickets(day: Any, *columns: str) -> list[Any]:
    return [row[1:] for row in day.told("kind", *columns) if row[0] == "ticket"]


def test_a_handled_contact_opens_a_ticket_that_arrives_after_the_delay() -> None:
    day = played(shop(delay=30), caller(0))
    assert tickets(day, "contact", "queue", "arrived", "entered", "answered", "ended", "state") == [
        (0, "warehouse", 50, 80, 80, 180, "handled")
    ]


def test_a_stage_works_on_as_many_as_it_has_servers_in_order_of_arrival() -> None:
    day = played(shop(servers=2), *(caller(n) for n in range(3)))
    assert tickets(day, "answered") == [(50,), (51,), (150,)]


def test_a_stage_rests_outside_its_hours_and_finishes_what_it_has_begun() -> None:
    stage = {"hours": {"daily": "00:00-01:00"}}
    day = played(shop(days=2, promise=10**5, **stage), caller(3500), caller(3510), caller(3600))
    assert tickets(day, "answered", "ended") == [
        (3550, 3650), (DAY, DAY + 100), (DAY + 100, DAY + 200),
    ]  # fmt: skip


def test_a_late_ticket_causes_a_call_at_the_promise() -> None:
    day = played(shop(promise=80, delay=20), caller(0, OPENS_TICKET | CALLS_WHEN_LATE))
    assert day.told("kind", "attempt", "cause", "arrived", "late") == [
        ("contact", 1, "first", 0, False),
        ("ticket", 1, "first", 50, True),
        ("contact", 2, "ticket_call", 130, False),
    ]


def test_a_ticket_done_at_the_promise_is_in_time() -> None:
    day = played(shop(promise=100), caller(0, OPENS_TICKET | CALLS_WHEN_LATE))
    assert day.told("late") == [False, False]


def test_not_everybody_calls() -> None:
    day = played(shop(promise=80), caller(0))
    assert day.told("late") == [False, True]


def test_who_would_call_at_night_calls_in_the_first_hour_of_the_day() -> None:
    scenario = shop(promise=5 * HOUR, days=2, work=9 * HOUR)
    day = played(scenario, caller(10 * HOUR, OPENS_TICKET | CALLS_WHEN_LATE))
    call = day.told("cause", "arrived")[-1]
    assert call[0] == "ticket_call"
    assert DAY <= call[1] < DAY + HOUR


def test_who_was_not_handled_opens_none() -> None:
    scenario = shop()
    calls = [Contact(0, 500) for _ in range(3)]
    day = played(scenario, *calls, Contact(1, 5, patience=10, intent=OPENS_TICKET))
    assert tickets(day, "contact") == []


def test_tickets_not_worked_on_by_the_end_are_open() -> None:
    day = played(shop(hours={"daily": "00:00-01:00"}), caller(4000))
    assert tickets(day, "state", "answered") == [("open_at_end", None)]


def test_agents_are_not_kept_by_the_back_office() -> None:
    day = played(shop(), caller(0), Contact(10, 5))
    assert day.told("answered")[-1] == 10
