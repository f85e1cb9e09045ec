"""What becomes of a contact after it was taken or lost: hand-overs, tickets, slots, knowledge."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.scenario.contacts import Queue, Transfer
from ccsim.scenario.model import Scenario
from ccsim.scenario.names import known, sum_to_one
from ccsim.scenario.opening import WEEKDAYS, at_clock, dates, horizon_end
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem


def follow_up_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check everything a contact can lead to."""
    for name, queue in scenario.queues.items():
        here: Key = ("queues", name)
        yield from _transfers(scenario, here, queue)
        yield from _elsewhere(scenario, here, queue)
        yield from _later(scenario, here, queue)
    yield from _handed_on_for_ever(scenario)
    yield from _inventories(scenario)
    yield from _knowledge(scenario)


def _not_itself(scenario: Scenario, path: Key, queue: str, what: str) -> Problem:
    others = [name for name in scenario.queues if name != queue]
    return scenario.origin.problem(
        path, what, found=queue, allowed=", ".join(others) or "another queue"
    )


def _transfers(scenario: Scenario, here: Key, queue: Queue) -> Iterator[Problem]:
    for index, transfer in enumerate(queue.transfers):
        path = (*here, "transfers", index)
        yield from known(scenario, (*path, "to"), transfer.to, scenario.queues, "queue")
        if transfer.to == here[-1]:
            yield _not_itself(scenario, (*path, "to"), transfer.to, "hands over to its own queue")
        if transfer.on_emotion and queue.emotion is None:
            yield scenario.origin.problem(
                (*path, "on_emotion"),
                "nobody is ever found upset",
                found=True,
                allowed=f"a section {'.'.join(map(str, here))}.emotion with it",
            )


def _elsewhere(scenario: Scenario, here: Key, queue: Queue) -> Iterator[Problem]:
    if queue.wrong_department is not None:
        path = (*here, "wrong_department", "to")
        for other in queue.wrong_department.to:
            yield from known(scenario, (*path, other), other, scenario.queues, "queue")
            if other == here[-1]:
                yield _not_itself(scenario, (*path, other), other, "is the wrong queue itself")
        yield from sum_to_one(scenario, path, queue.wrong_department.to.values())
    if queue.second_channel is not None:
        path, other = (*here, "second_channel", "to"), queue.second_channel.to
        yield from known(scenario, path, other, scenario.queues, "queue")
        if other in scenario.queues and scenario.queues[other].channel == queue.channel:
            elsewhere = [n for n, q in scenario.queues.items() if q.channel != queue.channel]
            yield scenario.origin.problem(
                path,
                f"is on the same channel, {queue.channel}",
                found=other,
                allowed=", ".join(elsewhere) or "a queue on another channel",
            )


def _later(scenario: Scenario, here: Key, queue: Queue) -> Iterator[Problem]:
    if queue.ticket is not None:
        path = (*here, "ticket", "to")
        yield from known(scenario, path, queue.ticket.to, scenario.back_office, "back office")
    if queue.booking is not None:
        path = (*here, "booking", "inventory")
        inventory = queue.booking.inventory
        yield from known(scenario, path, inventory, scenario.inventories, "inventory")
        if queue.booking.sold_out_repeat > 0 and queue.booking.repeat_after is None:
            yield scenario.origin.problem(
                (*here, "booking", "sold_out_repeat"),
                "nobody says when they come back",
                found=queue.booking.sold_out_repeat,
                allowed="repeat_after with it",
            )
    if queue.closing == "callback" and queue.callback is None:
        yield scenario.origin.problem(
            (*here, "closing"),
            "nobody says how customers are called back",
            found="callback",
            allowed=f"a section {'.'.join(map(str, here))}.callback with it, or serve, turn_away",
        )


def _is_certain(queue: Queue, transfer: Transfer) -> bool:
    if transfer.probability < 1:
        return False
    emotion = queue.emotion
    return not transfer.on_emotion or (
        emotion is not None and emotion.probability == 1 and emotion.detected == 1
    )


def _handed_on_for_ever(scenario: Scenario) -> Iterator[Problem]:
    """Refuse queues from which every contact is handed on, and on, and never finished."""
    certain = {
        name: {t.to for t in queue.transfers if t.probability > 0}
        for name, queue in scenario.queues.items()
        if any(_is_certain(queue, transfer) for transfer in queue.transfers)
    }
    # Walk back from the queues where a contact may end.
    ends = set(scenario.queues) - certain.keys()
    while more := {name for name, to in certain.items() if name not in ends and to & ends}:
        ends |= more
    for name in certain.keys() - ends:
        if certain[name] <= scenario.queues.keys():
            yield scenario.origin.problem(
                ("queues", name, "transfers"),
                "every contact is handed on for ever",
                found=", ".join(sorted(certain[name])),
                allowed="a probability below 1 somewhere on the way round",
            )


def _inventories(scenario: Scenario) -> Iterator[Problem]:
    end = horizon_end(scenario)
    for name, inventory in scenario.inventories.items():
        released = any(
            (not release.weekdays or WEEKDAYS[date.weekday()] in release.weekdays)
            and at_clock(date, release.at, scenario.timezone) < end
            for release in inventory.releases
            for date in dates(scenario)
        )
        if not released:
            yield scenario.origin.problem(
                ("inventories", name, "releases"),
                "no slot is released within the horizon",
                allowed="a release on one of its days",
            )


def _knowledge(scenario: Scenario) -> Iterator[Problem]:
    knowledge = scenario.knowledge
    if knowledge is None:
        return
    for field, other in (("changes", "stale_accuracy"), ("stale_accuracy", "changes")):
        if getattr(knowledge, field) not in ((), None) and getattr(knowledge, other) in ((), None):
            yield scenario.origin.problem(
                ("knowledge", field), f"means nothing without {other}", allowed=f"{other} with it"
            )
    if knowledge.stale_accuracy is not None and knowledge.recovers_in is None:
        yield scenario.origin.problem(
            ("knowledge", "stale_accuracy"),
            "nobody says how long it lasts",
            found=knowledge.stale_accuracy,
            allowed="recovers_in with it",
        )
