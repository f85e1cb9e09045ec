"""Elasticity: people, seats and lines that come when something waits, and go when it clears."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

import simpy

from ccsim.scenario.people import When
from ccsim.simulation.centre import SECOND, UNIT, microseconds, millionths
from ccsim.simulation.simpy_engine.clock import LOOK, Moment, pause
from ccsim.simulation.simpy_engine.floor import is_open
from ccsim.simulation.simpy_engine.house import House

# Rules are looked at this often.
EVERY = 10 * SECOND


@dataclass
class Watch:
    """One rule: what it looks at, and what it does when the time has come."""

    when: When
    until: When
    queues: list[int]
    groups: list[int]
    ready_in: int
    at_least: int
    may_come: Callable[[int], bool]
    come: Callable[[], None]
    go: Callable[[], None]
    called: bool = False
    since: int = -1


class Elasticity:
    """Looks at its rules every ten seconds of the horizon."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._env = house.env
        self._watches = [*self._standbys(), *self._raised()]
        if self._watches:
            self._env.process(self._look())

    def _look(self) -> Generator[simpy.Event, object, None]:
        """The round: who is called, and who may go."""
        while self._env.now < self._house.centre.end:
            yield pause(self._env, self._env.now, LOOK, 0)
            for number, watch in enumerate(self._watches):
                self._consider(number, watch)
            yield pause(self._env, self._env.now + EVERY, LOOK, 0)

    def _consider(self, number: int, watch: Watch) -> None:
        now = self._env.now
        if not watch.called:
            if watch.may_come(now + watch.ready_in) and self._holds(watch.when, watch):
                watch.called = True
                Moment(self._env, watch.ready_in, LOOK, number + 1, self._be_ready)
        elif watch.since >= 0 and (
            not watch.may_come(now)  # it has closed, and they have gone home
            or (now >= watch.since + watch.at_least and self._has_cleared(watch.until, watch))
        ):
            watch.called, watch.since = False, -1
            watch.go()

    def _be_ready(self, moment: Moment) -> None:
        watch = self._watches[moment.who - 1]
        watch.since = self._env.now
        watch.come()

    def _holds(self, when: When, watch: Watch) -> bool:
        waiting, longest, busy, present = self._state(watch)
        return (
            (when.contacts_waiting is None or waiting >= when.contacts_waiting)
            and (when.wait_over is None or longest > microseconds(when.wait_over))
            and (when.occupancy is None or busy * UNIT >= millionths(when.occupancy) * present)
        )

    def _has_cleared(self, until: When, watch: Watch) -> bool:
        waiting, longest, busy, present = self._state(watch)
        return (
            (until.contacts_waiting is None or waiting <= until.contacts_waiting)
            and (until.wait_over is None or longest <= microseconds(until.wait_over))
            and (until.occupancy is None or busy * UNIT <= millionths(until.occupancy) * present)
        )

    def _state(self, watch: Watch) -> tuple[int, int, int, int]:
        """Contacts waiting, the longest wait, agents with a contact in hand, agents at work."""
        house, floor = self._house, self._house.floor
        waiting = sum(house.waiting.by_queue[queue] for queue in watch.queues)
        earliest = [house.waiting.earliest(q, house.cases.entered) for q in watch.queues]
        came = [moment for moment in earliest if moment >= 0]
        longest = self._env.now - min(came) if came else 0
        present = sum(floor.at_work[group] for group in watch.groups)
        idle = sum(
            len(floor.pools.idle[pool])
            for pool, (group, _) in enumerate(floor.pools.members)
            if group in watch.groups
        )
        return waiting, longest, present - idle, present

    def _standbys(self) -> list[Watch]:
        centre, duty, floor = self._house.centre, self._house.duty, self._house.floor
        made = []
        for number, group in enumerate(centre.groups):
            rules = group.standby
            if rules is None:
                continue
            people = [
                agent
                for agent in range(len(duty.agents))
                if duty.standby[agent] and duty.agent_group[agent] == number
            ]

            def come(people: list[int] = people, group: int = number) -> None:
                windows = centre.groups[group].windows
                until = next(closes for _, closes in windows if self._env.now < closes)
                for agent in people:
                    floor.call_in(agent, until)

            def go(people: list[int] = people) -> None:
                for agent in people:
                    floor.let_go(agent)

            made.append(
                Watch(
                    when=rules.when,
                    until=rules.until,
                    queues=self._house.served[number],
                    groups=[number],
                    ready_in=rules.ready_in,
                    at_least=rules.at_least,
                    may_come=partial(is_open, group.windows),
                    come=come,
                    go=go,
                )
            )
        return made

    def _raised(self) -> list[Watch]:
        house, centre, floor = self._house, self._house.centre, self._house.floor
        made = []
        for rule in centre.elastic:
            groups = [
                number
                for number, group in enumerate(centre.groups)
                if rule.site < 0 or group.site == rule.site
            ]
            if rule.what == "lines":
                queues = [
                    number
                    for number, queue in enumerate(centre.queues)
                    if centre.channels[queue.channel].name == "voice"
                ]
            else:
                queues = sorted({queue for group in groups for queue in house.served[group]})

            def change(by: int, site: int = rule.site) -> None:
                if site < 0:
                    house.extra_lines += by
                    return
                floor.seats.change(site, by)
                if by > 0:
                    floor.reseat(site)
                else:
                    floor.unseat(site)

            made.append(
                Watch(
                    when=rule.when,
                    until=rule.until,
                    queues=queues,
                    groups=groups,
                    ready_in=rule.ready_in,
                    at_least=0,
                    may_come=lambda t: t < centre.end,
                    come=partial(change, rule.by),
                    go=partial(change, -rule.by),
                )
            )
        return made
