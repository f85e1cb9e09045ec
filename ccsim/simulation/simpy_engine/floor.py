"""The floor: agents log in, take breaks, serve, finish what they have in hand and leave."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

import numpy as np

from ccsim.simulation import duty as duties
from ccsim.simulation.centre import NEVER, Centre
from ccsim.simulation.duty import Duty
from ccsim.simulation.records import ABSENT, BREAK, LOGGED_IN, OVERTIME, TRAINING, Spans
from ccsim.simulation.simpy_engine.clock import DUTY, Clock, Moment
from ccsim.simulation.simpy_engine.waiting import WaitingRoom

OFF = -1
SPAN_OF = {
    duties.WORK: LOGGED_IN,
    duties.MEAL: BREAK,
    duties.BREAK: BREAK,
    duties.TRAINING: TRAINING,
}


class Floor:
    """All agents, what each is doing, and what it is to do next.

    An agent's day is a list of activities. When one is over the agent goes on to the next, but
    never leaves a contact: with one in hand, it goes on when that is finished. A break or
    training that starts late still has its full length, within the shift.

    Attributes
    ----------
    idle
        Agents that are free, by group, longest idle first.
    idle_since
        Order in which each agent last became idle (a count, not a time).
    idle_total
        Number of free agents.
    staying
        Agents whose shift is over, idle only to serve out a closed queue.
    """

    def __init__(
        self,
        env: Clock,
        centre: Centre,
        duty: Duty,
        activity: Sequence[int],
        waiting: WaitingRoom,
    ) -> None:
        agents = len(duty.agents)
        self.idle: list[deque[int]] = [deque() for _ in centre.groups]
        self.idle_since = [0] * agents
        self.idle_total = 0
        self.group = [0] * agents
        self._env = env
        self._waiting = waiting
        self._skills = [sorted(group.skills) for group in centre.groups]
        self._windows = [queue.windows for queue in centre.queues]
        self._busy = bytearray(agents)
        self._due = bytearray(agents)
        self.staying: list[int] = []
        self._turns = 0
        self._place = [-1] * agents
        self._days, self._spans = _days(duty, activity)
        self._state = [OFF] * agents
        self._since = [0] * agents
        for agent, day in enumerate(self._days):
            if day:
                self.group[agent] = day[0][1]
                Moment(env, day[0][2], DUTY, agent, self._change)

    def take(self, group: int) -> int:
        """Give the longest idle agent of a group a contact."""
        agent = self.idle[group].popleft()
        self.idle_total -= 1
        self._busy[agent] = True
        return agent

    def free(self, agent: int) -> None:
        """Let an agent that has finished a contact be idle, or go on to what is due."""
        self._busy[agent] = False
        if not self._due[agent]:
            self._be_idle(agent)
        elif self._leaves_next(agent) and self._serves_out(agent):
            self._be_idle(agent)
            self.staying.append(agent)
        else:
            self._go_on(agent)

    def dismiss(self) -> None:
        """After routing, send home those who stayed to serve out a queue and were not needed."""
        for agent in self.staying:
            if not self._busy[agent]:
                self.idle[self.group[agent]].remove(agent)
                self.idle_total -= 1
                self._go_on(agent)
        self.staying.clear()

    def spans(self) -> Spans:
        """All spans so far, in order of (agent, start)."""
        columns = np.array(sorted(self._spans), dtype=np.int64).reshape(-1, 5).T
        return Spans(
            agent=columns[0].astype(np.int32),
            group=columns[2].astype(np.int32),
            state=columns[3].astype(np.int8),
            start=columns[1],
            end=columns[4],
        )

    def _change(self, moment: Moment) -> None:
        """The current activity of an agent is over by plan."""
        agent = moment.who
        if self._busy[agent]:
            self._due[agent] = True
            if self._leaves_next(agent):
                self._record(agent, OVERTIME)
            return
        if self._state[agent] == LOGGED_IN:
            self.idle[self.group[agent]].remove(agent)
            self.idle_total -= 1
        self._go_on(agent)

    def _go_on(self, agent: int) -> None:
        """Start the next activity that is not over already."""
        self._due[agent] = False
        now = self._env.now
        day = self._days[agent]
        while True:
            self._place[agent] += 1
            activity, group, start, end, leaves = day[self._place[agent]]
            # Off and work end by the clock; a break that starts late keeps its length.
            until = min(now + end - start, leaves) if activity in _AWAY else end
            if until > now:
                break
        if activity == duties.WORK:
            self.group[agent] = group
            self._record(agent, LOGGED_IN)
            self._be_idle(agent)
        else:
            self._record(agent, OFF if activity == OFF else SPAN_OF[activity])
        if until < NEVER:
            Moment(self._env, until - now, DUTY, agent, self._change)

    def _be_idle(self, agent: int) -> None:
        self._turns += 1
        self.idle_since[agent] = self._turns
        self.idle[self.group[agent]].append(agent)
        self.idle_total += 1

    def _leaves_next(self, agent: int) -> bool:
        return self._days[agent][self._place[agent] + 1][0] == OFF

    def _serves_out(self, agent: int) -> bool:
        """Say whether somebody still waits in a queue of the agent's that has closed."""
        now = self._env.now
        return any(
            self._waiting.number[queue] and not is_open(self._windows[queue], now)
            for queue in self._skills[self.group[agent]]
        )

    def _record(self, agent: int, state: int) -> None:
        """End the agent's current span and begin another."""
        now = self._env.now
        if self._state[agent] != OFF and self._since[agent] < now:
            self._spans.append(
                (agent, self._since[agent], self.group[agent], self._state[agent], now)
            )
        self._state[agent] = state
        self._since[agent] = now


_AWAY = (duties.MEAL, duties.BREAK, duties.TRAINING)

# An activity of a day: what, group, start, end, and when the shift it belongs to ends.
Activity = tuple[int, int, int, int, int]


def is_open(windows: tuple[tuple[int, int], ...], now: int) -> bool:
    """Say whether an instant lies in an opening window; at closing time it does not."""
    place = bisect_right(windows, (now, NEVER)) - 1
    return place >= 0 and now < windows[place][1]


def _days(
    duty: Duty, activity: Sequence[int]
) -> tuple[list[list[Activity]], list[tuple[int, int, int, int, int]]]:
    """Make each agent's list of activities with the time off between, and the absent spans."""
    days: list[list[Activity]] = [[] for _ in duty.agents]
    absent = []
    ends: dict[int, int] = {}
    for shift, end in zip(duty.shift.tolist(), duty.end.tolist(), strict=True):
        ends[shift] = max(end, ends.get(shift, 0))
    rows = zip(
        duty.agent.tolist(),
        duty.group.tolist(),
        activity,
        duty.start.tolist(),
        duty.end.tolist(),
        duty.shift.tolist(),
        strict=True,
    )
    for agent, group, what, start, end, shift in rows:
        if what == duties.ABSENT:
            absent.append((agent, start, group, ABSENT, end))
            continue
        day = days[agent]
        if day and day[-1][3] < start:
            day.append((OFF, group, day[-1][3], start, start))
        day.append((what, group, start, end, ends[shift]))
    for day in days:
        if day:
            day.append((OFF, day[-1][1], day[-1][3], NEVER, NEVER))
    return days, absent
