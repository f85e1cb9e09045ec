"""Channels, queues and segments: what a contact can ask for, and whether anybody serves it."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.distributions import Distribution
from ccsim.scenario.contacts import CHANNELS
from ccsim.scenario.kinds import ByPeriod
from ccsim.scenario.model import Scenario
from ccsim.scenario.names import known, not_the_total
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem

# One conversation at a time, for want of a second pair of ears.
ONE_AT_A_TIME = ("voice", "video")
# What only somebody who waits on the line can do.
WAITING = ("patience", "capacity", "announcement", "callback")


def queue_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check channels, queues and segments."""
    yield from _channels(scenario)
    yield from _concurrency(scenario)
    yield from _queues(scenario)
    yield from _deferred(scenario)
    yield from _targets(scenario)
    yield from _segments(scenario)


def _channels(scenario: Scenario) -> Iterator[Problem]:
    for name in scenario.channels:
        yield from known(scenario, ("channels", name), name, CHANNELS, "channel")
    for name, queue in scenario.queues.items():
        path: Key = ("queues", name, "channel")
        yield from known(scenario, path, queue.channel, scenario.channels, "channel")


def single(scenario: Scenario, channel: str) -> str | None:
    """Say why an agent has one contact of a channel at a time, or None where more are possible."""
    if channel in ONE_AT_A_TIME:
        return f"{channel} is one conversation at a time"
    if channel in scenario.channels and scenario.channels[channel].deferred:
        return "deferred work is done one piece at a time"
    return None


def _concurrency(scenario: Scenario) -> Iterator[Problem]:
    for name, channel in scenario.channels.items():
        path: Key = ("channels", name)
        reason = single(scenario, name)
        most = [
            group.concurrency.get(name, 1)
            for group in scenario.groups.values()
            if group.concurrency
        ]
        if channel.concurrency > 1 and reason is not None:
            yield scenario.origin.problem(
                (*path, "concurrency"), reason, found=channel.concurrency, allowed="1"
            )
        if channel.slowdown > 0 and reason is not None:
            yield scenario.origin.problem(
                (*path, "slowdown"), reason, found=channel.slowdown, allowed="0"
            )
        elif channel.slowdown > 0 and max([channel.concurrency, *most]) == 1:
            yield scenario.origin.problem(
                (*path, "slowdown"),
                "nobody has two contacts at once",
                found=channel.slowdown,
                allowed="a concurrency above 1 with it, here or in a group",
            )
        if channel.deferred and channel.lines is not None:
            yield scenario.origin.problem(
                (*path, "lines"),
                "deferred work holds no line",
                found=channel.lines,
                allowed="lines on live channels",
            )
        if channel.interruptible and not channel.deferred:
            yield scenario.origin.problem(
                (*path, "interruptible"),
                "only deferred work is put down",
                found=True,
                allowed="deferred: true with it",
            )
    for name, group in scenario.groups.items():
        for channel_name, number in (group.concurrency or {}).items():
            reason = single(scenario, channel_name)
            if number > 1 and reason is not None:
                yield scenario.origin.problem(
                    ("groups", name, "concurrency", channel_name),
                    reason,
                    found=number,
                    allowed="1",
                )


def _queues(scenario: Scenario) -> Iterator[Problem]:
    origin = scenario.origin
    for name, queue in scenario.queues.items():
        here: Key = ("queues", name)
        yield from not_the_total(scenario, here)
        if _takes_no_time(queue.talk) and _takes_no_time(queue.wrap):
            yield origin.problem(
                (*here, "talk"), "takes no time, nor does wrap", allowed="more than nought"
            )
        if not any(name in group.skills for group in scenario.groups.values()):
            yield origin.problem(
                here,
                "no group can serve this queue",
                allowed=f"a group with '{name}' among its skills",
            )


def _deferred(scenario: Scenario) -> Iterator[Problem]:
    """Refuse for deferred work what needs somebody who waits."""
    for name, queue in scenario.queues.items():
        channel = scenario.channels.get(queue.channel)
        if channel is None or not channel.deferred:
            continue
        asked = [field for field in WAITING if getattr(queue, field) is not None]
        asked += ["balk"] if queue.balk > 0 else []
        asked += ["personal_agent"] if queue.personal_agent is not None else []
        for field in asked:
            yield scenario.origin.problem(
                ("queues", name, field),
                f"nobody waits on the line: {queue.channel} is deferred",
                allowed=f"no {field} here, or a live channel",
            )


def _takes_no_time(duration: Distribution | ByPeriod) -> bool:
    periods = duration if isinstance(duration, tuple) else ((0.0, duration),)
    return any(distribution.mean == 0 for _, distribution in periods)


def _targets(scenario: Scenario) -> Iterator[Problem]:
    events = [event.name for event in scenario.demand.events]
    for name, queue in scenario.queues.items():
        target, path = queue.target, ("queues", name, "target")
        channel = scenario.channels.get(queue.channel)
        for field in ("due", "in_time"):
            if getattr(target, field) is not None and channel is not None and not channel.deferred:
                yield scenario.origin.problem(
                    (*path, field),
                    f"{queue.channel} is not deferred",
                    allowed="a queue of a deferred channel",
                )
        due = target.due or (channel.due if channel else None)
        if target.in_time is not None and due is None:
            yield scenario.origin.problem(
                (*path, "in_time"),
                "nothing says when the work is due",
                allowed="a due beside it, or in the channel",
            )
        by_event = target.certainty.events if target.certainty else None
        for event in by_event if isinstance(by_event, dict) else ():
            where: Key = (*path, "certainty", "events", event)
            yield from known(scenario, where, event, events, "event")


def _segments(scenario: Scenario) -> Iterator[Problem]:
    for name, segment in scenario.segments.items():
        for index, queue in enumerate(segment.queues):
            path: Key = ("segments", name, "queues", index)
            yield from known(scenario, path, queue, scenario.queues, "queue")
        skills = {skill for group in scenario.groups.values() for skill in group.skills}
        if segment.skill is not None and segment.skill not in skills:
            yield scenario.origin.problem(
                ("segments", name, "skill"),
                "no group has this skill",
                found=segment.skill,
                allowed=", ".join(sorted(skills)) or "a skill of a group",
            )
    for queue in scenario.queues:
        shares = [s.share for s in scenario.segments.values() if not s.queues or queue in s.queues]
        if sum(shares) > 1 + 1e-9:
            yield scenario.origin.problem(
                ("segments",),
                f"shares add up to more than 1 in queue '{queue}'",
                found=round(sum(shares), 6),
                allowed="at most 1",
            )
            return
