"""A routing policy of one's own plugs in; what no router may do is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ccsim.errors import OptionError
from ccsim.simulation.policy import IdleAgent, WaitingContact
from tests.simulation.engine.made import CHATS, Contact, a_centre, one_queue, played

# A routing policy is Python, which compiled code cannot call.
pytestmark = pytest.mark.simpy_only


class LastComeFirstServed:
    def choose(self, waiting: Any, idle: Any, now: float) -> Any:
        return (waiting[-1], idle[0]) if waiting and idle else None


class Nobody:
    def choose(self, waiting: Any, idle: Any, now: float) -> Any:
        return None


class Spy:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def choose(self, waiting: Any, idle: Any, now: float) -> Any:
        self.seen.append((now, list(waiting), list(idle)))
        return (waiting[0], idle[0])


def test_the_policy_decides_who_goes_first() -> None:
    day = played(one_queue(), Contact(0, 60), Contact(1, 10), Contact(2, 10),
                 policy=LastComeFirstServed())  # fmt: skip
    assert day.told("answered") == [0, 70, 60]


def test_a_policy_may_serve_nobody() -> None:
    day = played(one_queue(), Contact(0, 60, patience=5), policy=Nobody())
    assert day.told("state", "ended") == [("abandoned", 5)]


def test_the_policy_sees_names_seconds_and_skills() -> None:
    spy = Spy()
    scenario = a_centre(
        {"a": {"priority": 1}},
        {"team": {"skills": {"a": 2}}},
        segments={"vip": {"share": 0, "priority": 2}},
    )
    played(scenario, Contact(1, 60), Contact(11, 5, segment="vip"), policy=spy)
    assert spy.seen == [
        (1, [WaitingContact(0, "a", None, 0, 1)], [IdleAgent(0, "team 1", "team", {"a": 2})]),
        (61, [WaitingContact(1, "a", "vip", 50, 3)], [IdleAgent(0, "team 1", "team", {"a": 2})]),
    ]


class Answer:
    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def choose(self, waiting: Any, idle: Any, now: float) -> Any:
        return self.answer(waiting, idle)


TWO = a_centre({"a": {}, "b": {}}, {"one": {"skills": {"a": 1}}, "two": {"skills": {"b": 1}}})


@pytest.mark.parametrize(
    "answer",
    [
        lambda waiting, idle: (waiting[0], next(a for a in idle if "a" not in a.skills)),
        lambda waiting, idle: (WaitingContact(99, "a", None, 0, 0), idle[0]),
        lambda waiting, idle: (waiting[0], IdleAgent(99, "x", "one", {})),
        lambda waiting, idle: (waiting[0], IdleAgent(-1, "x", "one", {})),
    ],
)
def test_an_answer_that_no_router_may_give_is_refused(answer: Any) -> None:
    with pytest.raises(OptionError, match=r"router: Answer\.choose answered .*allowed: one of"):
        played(TWO, Contact(0, 60), policy=Answer(answer))


def test_an_agent_of_another_silo_is_refused() -> None:
    scenario = a_centre(
        {"calls": {}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"calls": 1, "chats": 1}, "on_duty": 2}},
        channels=CHATS,
        routing={"unified": "siloed"},
    )
    with pytest.raises(OptionError, match="router: Answer"):
        played(scenario, Contact(0), policy=Answer(lambda waiting, idle: (waiting[0], idle[1])))


def test_a_policy_may_give_an_agent_with_room_another_chat_and_may_not_exceed_site_lines() -> None:
    chats = a_centre(
        {"a": {"channel": "chat"}},
        {"team": {"skills": {"a": 1}, "on_duty": 1}},
        channels={"chat": {"concurrency": 2}},
    )
    three = [Contact(1, 60), Contact(2, 60), Contact(3, 60)]
    assert played(chats, *three, policy=First()).told("answered") == [1, 2, 61]
    calls = a_centre(
        {"a": {}},
        {"team": {"skills": {"a": 1}, "on_duty": 3, "site": "x"}},
        sites={"x": {"lines": 2}},
    )
    assert played(calls, *three, policy=First()).told("answered") == [1, 2, 61]


class First:
    """Serves whoever is first with whoever is first and able."""

    def choose(self, waiting: Any, idle: Any, now: float) -> Any:
        pairs = ((c, a) for c in waiting for a in idle if c.queue in a.skills)
        return next(pairs, None)
