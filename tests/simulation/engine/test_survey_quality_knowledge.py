"""Survey, quality sampling, and a knowledge base that may be wrong or stale."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from ccsim.simulation.intents import BREACH, CAUGHT, MONITORED, RESOLVED, RESPONDS, RETURNS, SAMPLED
from ccsim.simulation.luck import Luck, book_of
from ccsim.simulation.records import IS_SATISFIED
from ccsim.simulation.survey import surveyed
from tests.simulation.engine.made import HOUR, Contact, one_queue, played

ASKED = SAMPLED | RESPONDS


def satisfied(*contacts: Contact, **survey: Any) -> list[bool]:
    rules = {"sampled": 0, "responds": 0} | survey
    day = played(one_queue(sections={"survey": rules}), *contacts)
    flags = surveyed(day.centre, day.raw, day.contacts.key, 1, 0).flags
    return (flags & IS_SATISFIED).astype(bool).tolist()


def test_only_those_asked_who_answer_can_be_satisfied() -> None:
    intents = (ASKED, SAMPLED, RESPONDS, 0)
    contacts = [Contact(100 * n, 5, intent=intent) for n, intent in enumerate(intents)]
    assert satisfied(*contacts, satisfied=1) == [True, False, False, False]


def test_waiting_costs_satisfaction() -> None:
    contacts = [Contact(0, 60, intent=ASKED), Contact(0, 60, intent=ASKED)]
    assert satisfied(*contacts, satisfied=1, satisfied_loss_per_minute=1) == [True, False]


def test_who_abandons_is_not_asked() -> None:
    contacts = [Contact(0, 60), Contact(1, 60, patience=5, intent=ASKED)]
    assert satisfied(*contacts, satisfied=1) == [False, False]


def test_a_monitored_contact_talks_longer() -> None:
    quality = {"monitored": 1, "reviewed": 1, "talk_factor": 1.5, "breach": 1, "caught": 1}
    scenario = one_queue(talk=100, sections={"quality": quality})
    talk, _, _, intent = Luck(book_of(scenario), 1, 0).leg(np.uint64(1), 1, 1, 0, -1, 0)
    assert talk == 150_000_000
    assert intent & (MONITORED | BREACH | CAUGHT) == MONITORED | BREACH | CAUGHT


def knowing(accuracy: float, **rules: Any) -> Any:
    base = {"accuracy": accuracy, "wrong_talk": 1.2} | rules
    resolution = {"first_contact": 1, "returns": 0, "returns_after": HOUR}
    return one_queue(resolution=resolution, sections={"knowledge": base})


def test_a_wrong_answer_takes_longer_and_brings_the_customer_back() -> None:
    day = played(knowing(0), Contact(0, 100, intent=RESOLVED | RETURNS))
    assert day.told("cause", "wrong_answer", "answered", "talk_end") == [
        ("first", True, 0, 120), ("repeat", True, 120 + HOUR, 192 + HOUR),
    ]  # fmt: skip


def test_a_right_answer_does_not() -> None:
    day = played(knowing(1), Contact(0, 100, intent=RESOLVED | RETURNS))
    assert day.told("wrong_answer", "talk_end") == [(False, 100)]


def test_after_a_change_knowledge_is_stale_and_recovers_in_a_straight_line() -> None:
    scenario = knowing(1, changes=[dt.date(2026, 1, 5)], stale_accuracy=0, recovers_in="4h")
    day = played(scenario, Contact(0, 10), Contact(4 * HOUR, 10))
    assert day.told("wrong_answer") == [True, False]
    rules = day.centre.knowledge
    assert rules is not None
    hours = (0, 1, 3, 4, 9)
    assert [rules.at(hour * 3_600_000_000) for hour in hours] == pytest.approx(
        [0, 0.25, 0.75, 1, 1]
    )
