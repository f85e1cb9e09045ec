"""The story of a call: it comes in, waits, is answered or given up, and is wrapped up."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from ccsim.simulation.centre import NEVER, SPEED_UNIT, Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.records import ABANDONED, BLOCKED, HANDLED, OPEN_AT_END, Legs
from ccsim.simulation.simpy_engine.clock import ARRIVAL, GIVE_UP, TALK_END, WRAP_END, Clock, Moment
from ccsim.simulation.simpy_engine.floor import Floor
from ccsim.simulation.simpy_engine.waiting import WaitingRoom


class Calls:
    """All calls of a replication: what has happened to each so far."""

    def __init__(
        self,
        env: Clock,
        centre: Centre,
        contacts: Contacts,
        waiting: WaitingRoom,
        floor: Floor,
    ) -> None:
        self._env = env
        self._waiting = waiting
        self._floor = floor
        self._contacts = contacts
        number = len(contacts)
        # Plain lists: reading one number from an array costs several times as much.
        self.entered = contacts.arrived.tolist()
        self._queue = contacts.queue.tolist()
        self._talk = contacts.talk.tolist()
        self._wrap = contacts.wrap.tolist()
        self._patience = contacts.patience.tolist()
        self._skills = [group.skills for group in centre.groups]
        self._on_line = [queue.line for queue in centre.queues]
        self._lines = centre.lines
        self._lines_in_use = 0
        self._newcomers: list[int] = []
        self._in_hand: dict[int, int] = {}
        self._answered = [-1] * number
        self._talk_end = [-1] * number
        self._wrap_end = [-1] * number
        self._ended = [-1] * number
        self._group = [-1] * number
        self._agent = [-1] * number
        self._state = [OPEN_AT_END] * number

    def arrive(self) -> Generator[Moment, None, None]:
        """Let every contact come in at its time (a SimPy process)."""
        env = self._env
        for contact, moment in enumerate(self.entered):
            yield Moment(env, moment - env.now, ARRIVAL, contact)
            self._enter(contact)

    def be_answered(self, queue: int, contact: int, agent: int) -> None:
        """Bring a waiting contact and an agent together."""
        self._waiting.leave(queue, contact)
        group = self._floor.group[agent]
        self._answered[contact] = self._env.now
        self._agent[contact] = agent
        self._group[contact] = group
        talk = at_speed(self._talk[contact], self._skills[group][queue].speed)
        Moment(self._env, talk, TALK_END, contact, self._end_talk)

    def keep_waiting(self) -> None:
        """After routing, start the patience of those who came in and still wait."""
        for contact in self._newcomers:
            patience = self._patience[contact]
            if patience < NEVER and self._waiting.waits(contact):
                Moment(self._env, patience, GIVE_UP, contact, self._give_up)
        self._newcomers.clear()

    def legs(self) -> Legs:
        """What became of every contact; who still waits is open at the end."""
        number = len(self.entered)
        ones = np.ones(number, dtype=np.int16)
        return Legs(
            contact=np.arange(number, dtype=np.int64),
            attempt=ones,
            leg=ones,
            queue=self._contacts.queue,
            segment=-ones,
            entered=self._contacts.arrived,
            answered=np.array(self._answered, dtype=np.int64),
            talk_end=np.array(self._talk_end, dtype=np.int64),
            wrap_end=np.array(self._wrap_end, dtype=np.int64),
            ended=np.array(self._ended, dtype=np.int64),
            group=np.array(self._group, dtype=np.int32),
            agent=np.array(self._agent, dtype=np.int32),
            state=np.array(self._state, dtype=np.int8),
        )

    def _enter(self, contact: int) -> None:
        queue = self._queue[contact]
        if self._on_line[queue]:
            if self._lines_in_use == self._lines:
                self._end(contact, BLOCKED)
                return
            self._lines_in_use += 1
        self._waiting.join(queue, contact)
        self._newcomers.append(contact)

    def _give_up(self, moment: Moment) -> None:
        contact = moment.who
        if self._waiting.waits(contact):
            queue = self._queue[contact]
            self._waiting.leave(queue, contact)
            self._hang_up(queue)
            self._end(contact, ABANDONED)

    def _end_talk(self, moment: Moment) -> None:
        contact = moment.who
        queue, group, agent = self._queue[contact], self._group[contact], self._agent[contact]
        self._talk_end[contact] = self._env.now
        self._hang_up(queue)
        self._end(contact, HANDLED)
        wrap = at_speed(self._wrap[contact], self._skills[group][queue].wrap_speed)
        if wrap:
            self._in_hand[agent] = contact
            Moment(self._env, wrap, WRAP_END, agent, self._end_wrap)
        else:
            self._wrap_end[contact] = self._env.now
            self._floor.free(agent)

    def _end_wrap(self, moment: Moment) -> None:
        agent = moment.who
        self._wrap_end[self._in_hand.pop(agent)] = self._env.now
        self._floor.free(agent)

    def _hang_up(self, queue: int) -> None:
        if self._on_line[queue]:
            self._lines_in_use -= 1

    def _end(self, contact: int, state: int) -> None:
        self._state[contact] = state
        self._ended[contact] = self._env.now


def at_speed(duration: int, speed: int) -> int:
    """A standard duration at an agent's speed: duration ÷ speed, halves up, in whole µs."""
    if speed == SPEED_UNIT:
        return duration
    return (2 * duration * SPEED_UNIT + speed) // (2 * speed)
