"""The centre as the engines see it: names turned into numbers, durations into microseconds.

Everything here is plain data made once from a scenario and sent to workers by value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.scenario.contacts import WITHIN
from ccsim.scenario.opening import horizon_end, horizon_start, interval_starts, opening

SECOND = 1_000_000
# Later than anything that happens: "never", and the end of an endless patience.
NEVER = 2**62
# Speeds are whole millionths, so that dividing by them is exact in every engine.
SPEED_UNIT = 1_000_000


def microseconds(seconds: float) -> int:
    """Round seconds to whole microseconds, halves up."""
    return int(np.floor(seconds * SECOND + 0.5))


def unix_us(moment: pd.Timestamp) -> int:
    """Whole microseconds since 1970, by which keys name a moment."""
    return int(moment.value // 1000)  # a Timestamp's value is in nanoseconds


@dataclass(frozen=True)
class QueueRules:
    """What the engines need to know of a queue.

    Attributes
    ----------
    name
        As in the scenario.
    priority
        Higher is served first.
    line
        Whether its contacts hold a line, from arrival to the end of the talk.
    windows
        Its opening windows (from, to), µs after the start of the horizon, ascending.
    within, short_abandon
        Service-level threshold and longest short abandon, µs.
    target
        Service level asked for; NaN where none is.
    """

    name: str
    priority: int
    line: bool
    windows: tuple[tuple[int, int], ...]
    within: int
    short_abandon: int
    target: float


@dataclass(frozen=True)
class Skill:
    """How a group serves a queue: rank, and speeds of talk and wrap in millionths."""

    rank: int
    speed: int
    wrap_speed: int


@dataclass(frozen=True)
class GroupRules:
    """What the engines need to know of a group; ``skills`` maps queue number to skill."""

    name: str
    skills: dict[int, Skill]


@dataclass(frozen=True)
class Centre:
    """A contact centre in numbers.

    Attributes
    ----------
    queues, groups
        In the order of the scenario; their position is their number.
    lines
        Simultaneous contacts on lines; None is no limit.
    agent_rule
        `routing.agent` of the scenario.
    start
        Start of the horizon; engine time is microseconds after it.
    edges
        ndarray of int64, shape (intervals + 1,): edges of the planning intervals, µs.
    definition
        Named definition of the service level.
    """

    queues: tuple[QueueRules, ...]
    groups: tuple[GroupRules, ...]
    lines: int | None
    agent_rule: str
    start: pd.Timestamp
    edges: NDArray[np.int64]
    definition: str

    @property
    def queue_names(self) -> list[str]:
        """Names of the queues by number."""
        return [queue.name for queue in self.queues]

    @property
    def group_names(self) -> list[str]:
        """Names of the groups by number."""
        return [group.name for group in self.groups]

    def time(self, moment: pd.Timestamp) -> int:
        """Engine time of a moment, µs."""
        return int((moment - self.start) // pd.Timedelta(microseconds=1))

    def moments(self, times: NDArray[np.int64]) -> pd.DatetimeIndex:
        """Moments of engine times; `NEVER` and negative times are NaT."""
        known = (times >= 0) & (times < NEVER)
        offsets = pd.to_timedelta(np.where(known, times, 0), unit="us")
        return (self.start + offsets).where(known)


def centre_of(scenario: Scenario) -> Centre:
    """Number everything in a scenario that an engine decides with."""
    start = horizon_start(scenario)

    def time(moment: pd.Timestamp) -> int:
        return int((moment - start) // pd.Timedelta(microseconds=1))

    numbers = {name: number for number, name in enumerate(scenario.queues)}
    starts = interval_starts(scenario)
    edges = [time(moment) for moment in starts] + [time(horizon_end(scenario))]
    return Centre(
        queues=tuple(
            QueueRules(
                name=name,
                priority=queue.priority,
                line=scenario.channels[queue.channel].lines is not None,
                windows=tuple((time(a), time(b)) for a, b in opening(scenario, queue.hours)),
                within=microseconds(threshold(scenario, name)),
                short_abandon=microseconds(short_abandon(scenario, name)),
                target=np.nan if queue.target.service_level is None else queue.target.service_level,
            )
            for name, queue in scenario.queues.items()
        ),
        groups=tuple(
            GroupRules(
                name=name,
                skills={
                    numbers[queue]: Skill(
                        skill.rank,
                        round(skill.speed * SPEED_UNIT),
                        round((skill.wrap_speed or 1.0) * SPEED_UNIT),
                    )
                    for queue, skill in group.skills.items()
                },
            )
            for name, group in scenario.groups.items()
        ),
        lines=scenario.channels["voice"].lines if "voice" in scenario.channels else None,
        agent_rule=scenario.routing.agent,
        start=start,
        edges=np.array(edges, dtype=np.int64),
        definition=scenario.service_level.definition,
    )


def threshold(scenario: Scenario, queue: str) -> float:
    """Service-level threshold of a queue, s: its own, its channel's, or the convention."""
    rules = scenario.queues[queue]
    return rules.target.within or scenario.channels[rules.channel].within or WITHIN[rules.channel]


def short_abandon(scenario: Scenario, queue: str) -> float:
    """Longest wait of a short abandon, s: as given, or the queue's threshold."""
    given = scenario.service_level.short_abandon
    return threshold(scenario, queue) if given is None else given
