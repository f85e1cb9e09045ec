"""The story of a call: it comes in, waits, is answered or given up, and is wrapped up."""

from __future__ import annotations

import numpy as np

from ccsim.simulation.centre import NEVER, SPEED_UNIT, Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.records import ABANDONED, BLOCKED, HANDLED, OPEN_AT_END, Legs
from ccsim.simulation.simpy_engine.clock import ARRIVAL, GIVE_UP, TALK_END, WRAP_END, Clock, Moment
from ccsim.simulation.simpy_engine.floor import Floor
from ccsim.simulation.simpy_engine.waiting import WaitingRoom


class Calls:
    """All calls of a replication: what has happened to each so far.

    Attributes
    ----------
    entered
        Time of arrival of each contact, µs.
    queue
        Queue number of each contact.
    newcomers
        Contacts that came in at this instant and have not been routed yet.
    """

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
        self.queue = contacts.queue.tolist()
        self._talk = contacts.talk.tolist()
        self._wrap = contacts.wrap.tolist()
        self._patience = contacts.patience.tolist()
        queues = range(len(centre.queues))
        skills = [group.skills for group in centre.groups]
        self._speed = [[one[q].speed if q in one else 0 for q in queues] for one in skills]
        self._wrap_speed = [
            [one[q].wrap_speed if q in one else 0 for q in queues] for one in skills
        ]
        self._on_line = [queue.line for queue in centre.queues]
        self._lines = centre.lines
        self._lines_in_use = 0
        self.newcomers: list[int] = []
        self._in_hand: dict[int, int] = {}
        self._answered = [-1] * number
        self._talk_end = [-1] * number
        self._wrap_end = [-1] * number
        self._given_up = [-1] * number
        self._group = [-1] * number
        self._agent = [-1] * number
        self._state = [OPEN_AT_END] * number
        self._gaps = np.diff(contacts.arrived).tolist()
        self._last = number - 1
        if number:
            Moment(env, self.entered[0], ARRIVAL, 0, self._arrive)

    def be_answered(self, contact: int, agent: int) -> None:
        """Bring a contact and an agent together."""
        queue, group = self.queue[contact], self._floor.group[agent]
        self._answered[contact] = self._env.now
        self._agent[contact] = agent
        self._group[contact] = group
        talk, speed = self._talk[contact], self._speed[group][queue]
        if speed != SPEED_UNIT:
            talk = at_speed(talk, speed)
        Moment(self._env, talk, TALK_END, contact, self._end_talk)

    def be_impatient(self) -> None:
        """Start the patience of those who came in at this instant and still wait."""
        for contact in self.newcomers:
            patience = self._patience[contact]
            if patience < NEVER and self._waiting.waits[contact]:
                Moment(self._env, patience, GIVE_UP, contact, self._give_up)
        self.newcomers.clear()

    def legs(self) -> Legs:
        """What became of every contact; who still waits is open at the end."""
        number = len(self.entered)
        ones = np.ones(number, dtype=np.int16)
        talk_end = np.array(self._talk_end, dtype=np.int64)
        state = np.array(self._state, dtype=np.int8)
        handled = state == HANDLED
        return Legs(
            contact=np.arange(number, dtype=np.int64),
            attempt=ones,
            leg=ones,
            queue=self._contacts.queue,
            segment=-ones,
            entered=self._contacts.arrived,
            answered=np.array(self._answered, dtype=np.int64),
            talk_end=talk_end,
            wrap_end=np.array(self._wrap_end, dtype=np.int64),
            ended=np.where(handled, talk_end, np.array(self._given_up, dtype=np.int64)),
            group=np.array(self._group, dtype=np.int32),
            agent=np.array(self._agent, dtype=np.int32),
            state=state,
        )

    def _arrive(self, moment: Moment) -> None:
        """A contact comes in; the next one is on its way."""
        contact = moment.who
        if contact < self._last:
            Moment(self._env, self._gaps[contact], ARRIVAL, contact + 1, self._arrive)
        queue = self.queue[contact]
        if self._on_line[queue]:
            if self._lines_in_use == self._lines:
                self._lose(contact, BLOCKED)
                return
            self._lines_in_use += 1
        self.newcomers.append(contact)

    def _give_up(self, moment: Moment) -> None:
        contact = moment.who
        if self._waiting.waits[contact]:
            queue = self.queue[contact]
            self._waiting.leave(queue, contact)
            if self._on_line[queue]:
                self._lines_in_use -= 1
            self._lose(contact, ABANDONED)

    def _end_talk(self, moment: Moment) -> None:
        contact, now = moment.who, self._env.now
        queue, agent = self.queue[contact], self._agent[contact]
        self._state[contact] = HANDLED
        self._talk_end[contact] = now
        if self._on_line[queue]:
            self._lines_in_use -= 1
        wrap = self._wrap[contact]
        if wrap:
            speed = self._wrap_speed[self._group[contact]][queue]
            if speed != SPEED_UNIT:
                wrap = at_speed(wrap, speed)
        if wrap:
            self._in_hand[agent] = contact
            Moment(self._env, wrap, WRAP_END, agent, self._end_wrap)
        else:
            self._wrap_end[contact] = now
            self._floor.free(agent)

    def _end_wrap(self, moment: Moment) -> None:
        agent = moment.who
        self._wrap_end[self._in_hand.pop(agent)] = self._env.now
        self._floor.free(agent)

    def _lose(self, contact: int, state: int) -> None:
        self._state[contact] = state
        self._given_up[contact] = self._env.now


def at_speed(duration: int, speed: int) -> int:
    """Divide a standard duration by an agent's speed: halves up, in whole µs."""
    return (2 * duration * SPEED_UNIT + speed) // (2 * speed)
