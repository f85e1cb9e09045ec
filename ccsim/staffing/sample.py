"""The same customers again and again: days drawn once, then staffed in one way after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ccsim.demand import Forecast
from ccsim.scenario import Scenario
from ccsim.simulation.centre import SECOND, Centre
from ccsim.simulation.compiled_engine.plain import is_plain
from ccsim.simulation.contact_sums import TARGET_SUMS, target_sums_of
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty, DutyInput, duty_of, net_duty
from ccsim.simulation.engines import run
from ccsim.simulation.luck import Luck
from ccsim.simulation.prepare import prepared
from ccsim.simulation.rates import Rates
from ccsim.simulation.records import CONTACT, Legs, Spans
from ccsim.simulation.stretches import time_in
from ccsim.simulation.study import Study
from ccsim.simulation.tally import AGENT_SUMS, agent_sums_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# What a replication takes on a usual machine, s, and a contact of a centre without features and
# with, drawn beforehand.
REPLICATION_TAKES, CONTACT_TAKES, WITH_FEATURES = 6e-4, 1.5e-7, 1.5e-6
WORK, BUSY = AGENT_SUMS.index("work"), AGENT_SUMS.index("busy")


@dataclass(frozen=True)
class Counted:
    """What targets are about, replication by replication.

    Attributes
    ----------
    contacts
        ndarray of float64, shape (replications, len(TARGET_SUMS), queues, intervals).
    work, busy
        ndarrays of float64, shape (replications, groups, intervals): agents' time at work, and
        with a contact in hand, s.
    answered
        ndarray of float64, shape (replications, groups, intervals): contacts answered.
    """

    contacts: Floats
    work: Floats
    busy: Floats
    answered: Floats

    def named(self, queue: int) -> dict[str, Floats]:
        """Sums over a queue's contacts by name, shape (replications, intervals)."""
        sums = {name: self.contacts[:, n, queue] for n, name in enumerate(TARGET_SUMS)}
        return (
            sums
            | {"legs_offered": sums["offered"]}
            | {"legs_short_abandoned": sums["short_abandoned"]}
        )

    @staticmethod
    def joined(parts: Sequence[Counted]) -> Counted:
        """Put replications after one another."""
        return Counted(*(np.concatenate([getattr(one, name) for one in parts]) for name in _FIELDS))


_FIELDS = ("contacts", "work", "busy", "answered")


@dataclass(frozen=True)
class World:
    """A scenario's centre and demand, ready to be staffed in any way."""

    scenario: Scenario
    study: Study
    rates: Rates

    @classmethod
    def of(cls, scenario: Scenario, forecast: Forecast | None, seed: int) -> World:
        """Prepare a scenario; who is on duty is left open."""
        nobody = dict.fromkeys(scenario.groups, 0)
        return cls(scenario, *prepared(scenario, nobody, forecast=forecast, seed=seed))

    @property
    def centre(self) -> Centre:
        """The centre in numbers."""
        return self.study.centre

    @property
    def plain(self) -> bool:
        """Whether the centre has no features, which makes it quick."""
        return is_plain(self.centre)

    @property
    def seconds(self) -> float:
        """How long staffing and counting one replication takes on a usual machine, roughly, s."""
        contacts = max(float(self.rates.mean.sum()), 1.0)
        return REPLICATION_TAKES + (CONTACT_TAKES if self.plain else WITH_FEATURES) * contacts

    def duty(self, net: Ints) -> Duty:
        """So many agents by group and interval, shape (groups, intervals), taken exactly."""
        counts = dict(zip(self.centre.group_names, net, strict=True))
        edges = self.centre.edges
        return net_duty(self.scenario, self.centre, counts, edges[:-1], edges[1:])

    def scheduled(self, duty: DutyInput) -> Duty:
        """People's activities as `simulate` takes them; absence is drawn."""
        return duty_of(self.scenario, self.centre, duty)

    def day(self, replication: int) -> tuple[Contacts, Luck]:
        """Draw the customers of one replication."""
        expected = self.rates.draw(self.study.seed, replication)
        contacts, _, luck = self.study.inputs(replication, expected)
        return contacts, luck

    def played(self, duty: Duty, contacts: Contacts, luck: Luck) -> tuple[Legs, Spans]:
        """Let a staffed centre serve the customers of one replication."""
        legs, spans = run(self.study.engine, self.centre, contacts, duty, luck)
        calls = legs if (legs.kind == CONTACT).all() else legs.where(legs.kind == CONTACT)
        return calls, spans

    def counted(self, duty: Duty, numbers: Sequence[int]) -> Counted:
        """Simulate replications that nobody has to remember."""
        days = ((number, *self.day(number)) for number in numbers)
        return _counted(self, duty, days, agents=True)


@dataclass(frozen=True)
class Sample:
    """Replications whose customers are kept, so that every staffing meets the same ones."""

    world: World
    numbers: tuple[int, ...]
    days: tuple[tuple[Contacts, Luck], ...]

    @classmethod
    def of(cls, world: World, numbers: Sequence[int]) -> Sample:
        """Draw the customers of some replications."""
        return cls(world, tuple(numbers), tuple(world.day(number) for number in numbers))

    @cached_property
    def seconds(self) -> float:
        """How long staffing and counting takes on a usual machine, roughly, s."""
        return self.world.seconds * len(self.days)

    def some(self, number: int) -> Sample:
        """The first so many of them."""
        return Sample(self.world, self.numbers[:number], self.days[:number])

    def counted(self, duty: Duty, *, agents: bool) -> Counted:
        """Staff all replications alike and count; agents' time only where asked for."""
        days = ((n, *day) for n, day in zip(self.numbers, self.days, strict=True))
        return _counted(self.world, duty, days, agents=agents)


def _counted(
    world: World, duty: Duty, days: Iterator[tuple[int, Contacts, Luck]], *, agents: bool
) -> Counted:
    centre, parts = world.centre, []
    for number, contacts, luck in days:
        realised = duty.realise(world.study.seed, number)
        calls, spans = world.played(realised, contacts, luck)
        parts.append((target_sums_of(centre, calls), *_of_agents(centre, calls, spans, agents)))
    return Counted(*(np.stack(column) for column in zip(*parts, strict=True)))


def _of_agents(centre: Centre, calls: Legs, spans: Spans, asked: bool) -> Floats:
    """Time at work, time busy and contacts answered; nought where nobody asks."""
    if not asked:
        return np.zeros((3, len(centre.groups), len(centre.edges) - 1))
    sums = agent_sums_of(centre, calls, spans, centre.edges)
    return np.stack([sums[WORK], sums[BUSY], _answered(centre, calls)])


def _answered(centre: Centre, calls: Legs) -> Floats:
    """Contacts answered by group and interval."""
    rows = (calls.agent >= 0) & (calls.answered >= 0) & (calls.answered < centre.end)
    groups, intervals = len(centre.groups), len(centre.edges) - 1
    interval = np.searchsorted(centre.edges, calls.answered[rows], side="right") - 1
    cell = calls.group[rows] * np.int64(intervals) + interval
    counts = np.bincount(cell, minlength=groups * intervals).reshape(groups, intervals)
    return counts.astype(np.float64)


def erlangs(centre: Centre, calls: Legs) -> Floats:
    """Contacts in hand of each queue, mean of each interval, shape (queues, intervals)."""
    rows = (calls.agent >= 0) & (calls.answered >= 0)
    start, done = calls.answered[rows], calls.wrap_end[rows]
    done = np.where(done >= 0, done, np.maximum(centre.end, start))
    queue, length = calls.queue[rows], np.diff(centre.edges) / SECOND
    return np.array(
        [
            time_in(centre.edges, start[queue == n], done[queue == n]) / length
            for n in range(len(centre.queues))
        ]
    )
