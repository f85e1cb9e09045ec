"""The house: all parts of a centre at work in one replication, and what they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ccsim.simulation.centre import UNIT, Centre
from ccsim.simulation.duty import Duty
from ccsim.simulation.luck import Luck
from ccsim.simulation.records import CALLBACK_LOST
from ccsim.simulation.simpy_engine.cases import Cases
from ccsim.simulation.simpy_engine.clock import Clock
from ccsim.simulation.simpy_engine.floor import Floor, is_open
from ccsim.simulation.simpy_engine.waiting import WaitingRoom

if TYPE_CHECKING:
    from ccsim.simulation.simpy_engine.back_office import BackOffice
    from ccsim.simulation.simpy_engine.bookings import Bookings
    from ccsim.simulation.simpy_engine.callbacks import Callbacks
    from ccsim.simulation.simpy_engine.comebacks import Comebacks
    from ccsim.simulation.simpy_engine.dialler import Dialler
    from ccsim.simulation.simpy_engine.door import Door
    from ccsim.simulation.simpy_engine.reception import Reception
    from ccsim.simulation.simpy_engine.router import Router
    from ccsim.simulation.simpy_engine.talks import Talks


class House:
    """What every part may look at: clock, rules, cases, waiting room, floor, luck, lines.

    Attributes
    ----------
    newcomers
        Cases that asked for a person at this instant and have not been routed yet.
    lines
        Contacts on lines, by channel.
    extra_lines
        Voice lines that an elasticity rule adds.
    site_calls
        Calls carried to each site now.
    served
        Queues each group serves, if only for a segment that asks for a skill of its own.
    """

    door: Door
    reception: Reception
    talks: Talks
    callbacks: Callbacks
    comebacks: Comebacks
    back_office: BackOffice
    bookings: Bookings
    dialler: Dialler
    router: Router

    def __init__(self, centre: Centre, cases: Cases, duty: Duty, luck: Luck) -> None:
        self.env = Clock()
        self.centre = centre
        self.cases = cases
        self.duty = duty
        self.luck = luck
        self.waiting = WaitingRoom(centre, len(cases))
        self.floor = Floor(
            self.env, centre, duty, self._serves_out, lambda agent: self.talks.leave_on_time(agent)
        )
        self.newcomers: list[int] = []
        self.lines = [0] * len(centre.channels)
        self.extra_lines = 0
        self.site_calls = [0] * max(len(centre.sites), 1)
        self.skilled = [
            [number for number, group in enumerate(centre.groups) if skill in group.skills]
            for skill in range(1 + max(max(group.skills) for group in centre.groups))
        ]
        self.served = [
            sorted(
                {queue for queue in group.skills if queue < len(centre.queues)}.union(
                    *(one.queues for one in centre.segments if one.skill in group.skills)
                )
            )
            for group in centre.groups
        ]
        channels = [centre.channels[queue.channel] for queue in centre.queues]
        self.live = [not channel.deferred for channel in channels]
        self._stays_for = [
            live and queue.closing == "serve"
            for live, queue in zip(self.live, centre.queues, strict=True)
        ]

    def take_up(self, **facts: Any) -> int:
        """Take up a new case, as `Cases.new`."""
        self.waiting.where.append(-1)
        return self.cases.new(**facts)

    def is_open(self, queue: int) -> bool:
        """Say whether a queue is open now."""
        return is_open(self.centre.queues[queue].windows, self.env.now)

    def on_duty(self, skill: int) -> int:
        """Agents at work with a skill."""
        at_work = self.floor.at_work
        return sum(at_work[group] for group in self.skilled[skill])

    def serves(self, agent: int, skill: int) -> bool:
        """Say whether an agent has a skill in the group it works in now."""
        return skill in self.centre.groups[self.floor.group[agent]].skills

    def lose(self, case: int, state: int) -> None:
        """End an attempt that nobody served; its line is free, and it may try again."""
        cases = self.cases
        cases.state[case] = state
        cases.ended[case] = self.env.now
        if self.centre.queues[cases.queue[case]].line and cases.callback[case] < 0:
            self.lines[self.centre.queues[cases.queue[case]].channel] -= 1
        self.talks.let_go_of(case)
        if state != CALLBACK_LOST:
            self.comebacks.after_loss(case)

    def _serves_out(self, group: int) -> bool:
        """Say whether somebody whom a group could serve still waits in a queue that has closed."""
        skills = self.centre.groups[group].skills
        return any(
            self._stays_for[queue]
            and self.waiting.waits_for(queue, skills)
            and not self.is_open(queue)
            for queue in range(len(self.live))
        )


def at_speed(duration: int, speed: int) -> int:
    """Divide a standard duration by an agent's speed: halves up, in whole µs."""
    return duration if speed == UNIT else (2 * duration * UNIT + speed) // (2 * speed)


def times(duration: int, factor: int) -> int:
    """Multiply a duration by a factor in millionths: halves up, in whole µs."""
    return duration if factor == UNIT else (2 * duration * factor + UNIT) // (2 * UNIT)
