"""The reception: what those who have to wait are told and offered, and when they give up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import NEVER
from ccsim.simulation.intents import ACCEPTS_CALLBACK, BALKS, PERSONAL
from ccsim.simulation.luck import favourite
from ccsim.simulation.records import (
    ABANDONED,
    BALKED,
    BLOCKED,
    CALLBACK_OFFERED,
    DIAL,
    NUISANCE,
    WAIT_ANNOUNCED,
)
from ccsim.simulation.simpy_engine.clock import GIVE_UP, WAIT_STEP, Moment
from ccsim.simulation.simpy_engine.house import House, times
from ccsim.simulation.simpy_engine.waiting import FALLEN_BACK


class Reception:
    """Newcomers line up before routing; those still waiting after it are greeted."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._env = house.env
        self._cases = house.cases
        self._queues = house.centre.queues
        overflow = {rule.queue for rule in house.centre.overflow}
        self._helped = [
            sorted({rule.after for rule in house.centre.overflow if rule.queue == queue})
            for queue in range(len(self._queues))
        ]
        # Queues where waiting is nothing but patience.
        self._plain = [
            rules.capacity is None
            and rules.callback is None
            and rules.leaves_if_over is None
            and number not in overflow
            for number, rules in enumerate(self._queues)
        ]
        own = any(rules.personal_wait >= 0 for rules in self._queues)
        balks = any(rules.balks for rules in self._queues)
        self._all_plain = all(self._plain) and not (own or balks or house.centre.campaigns)
        self._staff = self._agents_by_skill()

    def line_up(self, case: int) -> None:
        """Let a newcomer wait in its stream, or for the agent of its own."""
        house, cases, waiting = self._house, self._cases, self._house.waiting
        queue = cases.queue[case]
        segment = cases.segment[case]
        stream = waiting.common[queue] if segment < 0 else waiting.stream(queue, segment)
        if cases.intent[case] & PERSONAL and cases.leg[case] == 1:
            skill = waiting.streams[stream].skill
            agent = self._own_agent(case, skill)
            if agent >= 0 and house.floor.is_at_work(agent) and house.serves(agent, skill):
                waiting.join_own(
                    waiting.stream(queue, cases.segment[case], FALLEN_BACK), case, agent
                )
                return
        waiting.join(stream, case)

    def greet(self, newcomers: list[int]) -> None:
        """Greet those who came in at this instant and still wait."""
        where, cases = self._house.waiting.where, self._cases
        if self._all_plain:
            for case in newcomers:
                if where[case] >= 0 and (patience := cases.patience[case]) < NEVER:
                    Moment(self._env, patience, GIVE_UP, case, self._give_up)
            newcomers.clear()
            return
        left = [case for case in newcomers if where[case] >= 0]
        newcomers.clear()
        for case in reversed(left):
            capacity = self._queues[cases.queue[case]].capacity
            if cases.kind[case] == DIAL:
                self._house.waiting.leave(case)
                self._house.dialler.drop(case, NUISANCE)
            elif (
                capacity is not None
                and cases.leg[case] == 1
                and self._on_the_line(cases.queue[case], capacity) > capacity
            ):
                self._lose(case, BLOCKED)
        for case in left:
            if where[case] >= 0:
                self._tell(case)

    def _on_the_line(self, queue: int, capacity: int) -> int:
        """Count who waits in a queue without having taken a callback; a look only when full."""
        waiting, callback = self._house.waiting, self._cases.callback
        if waiting.by_queue[queue] <= capacity:
            return waiting.by_queue[queue]
        return sum(callback[case] < 0 for case in waiting.all_of(queue))

    def be_patient(self, case: int, until: int) -> None:
        """Let the patience of somebody who waits already end at a moment."""
        Moment(self._env, until - self._env.now, GIVE_UP, case, self._give_up)

    def _tell(self, case: int) -> None:
        """Balk, hear the announcement, take a callback, or wait with patience."""
        house, cases = self._house, self._cases
        queue = cases.queue[case]
        rules = self._queues[queue]
        patience = cases.patience[case]
        first = cases.leg[case] == 1
        if first and cases.intent[case] & BALKS:
            self._lose(case, BALKED)
            return
        if house.waiting.waits_for_own(case):
            Moment(self._env, rules.personal_wait, WAIT_STEP, case, self._fall_back)
        if not self._plain[queue]:
            agents = house.on_duty(house.waiting.streams[house.waiting.where[case]].skill)
            # Estimated wait · agents: contacts ahead and this one, each of mean length.
            work = house.waiting.by_queue[queue] * rules.handle
            if first and rules.leaves_if_over is not None:
                cases.flags[case] |= WAIT_ANNOUNCED
                if patience < NEVER and work > times(patience, rules.leaves_if_over) * agents:
                    self._lose(case, BALKED)
                    return
                if patience < NEVER:
                    patience = times(patience, rules.patience_factor)
            if first and rules.callback and work > rules.callback.when_wait_over * agents:
                cases.flags[case] |= CALLBACK_OFFERED
                if cases.intent[case] & ACCEPTS_CALLBACK:
                    house.callbacks.take(case)
                    patience = NEVER
            for after in self._helped[queue]:
                Moment(self._env, after, WAIT_STEP, case, self._help_is_near)
        if patience < NEVER:
            Moment(self._env, patience, GIVE_UP, case, self._give_up)

    def _give_up(self, moment: Moment) -> None:
        case = moment.who
        if self._house.waiting.where[case] >= 0 and self._cases.callback[case] < 0:
            self._lose(case, ABANDONED)

    def _lose(self, case: int, state: int) -> None:
        self._house.waiting.leave(case)
        self._house.lose(case, state)

    def _fall_back(self, moment: Moment) -> None:
        """The agent of one's own has not got free in time: anybody will do."""
        waiting, case = self._house.waiting, moment.who
        if waiting.where[case] >= 0 and waiting.waits_for_own(case):
            stream = waiting.where[case]
            waiting.leave(case)
            waiting.join(stream, case)

    def _help_is_near(self, moment: Moment) -> None:
        """Say that another group may serve a contact from now on."""
        waiting, case = self._house.waiting, moment.who
        if waiting.where[case] >= 0:
            waiting.fresh.add(waiting.where[case])

    def _own_agent(self, case: int, skill: int) -> int:
        agents, keys = self._staff[skill]
        if not len(agents):
            return -1
        return int(agents[favourite(self._cases.key(case), keys)])

    def _agents_by_skill(self) -> list[tuple[list[int], NDArray[np.uint64]]]:
        """By skill: agents that could be somebody's own, and their keys."""
        duty, groups = self._house.duty, self._house.centre.groups
        if not any(rules.personal_wait >= 0 for rules in self._queues):
            return []
        made: list[tuple[list[int], NDArray[np.uint64]]] = []
        for skill in range(len(self._house.skilled)):
            agents = [
                agent
                for agent, group in enumerate(duty.agent_group)
                if skill in groups[group].skills and not duty.standby[agent]
            ]
            made.append((agents, duty.agent_key[agents]))
        return made
