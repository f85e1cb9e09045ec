"""The floor: agents log in, take breaks, serve, finish what they have in hand and leave."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import numpy as np

from ccsim.simulation import duty as duties
from ccsim.simulation.centre import NEVER, Centre
from ccsim.simulation.duty import Duty
from ccsim.simulation.records import (
    ABSENT,
    AT_WORK,
    BREAK,
    BURST,
    LOGGED_IN,
    MEAL,
    OFF_PHONE,
    OVERTIME,
    TRAINING,
    UNSEATED,
    Spans,
)
from ccsim.simulation.simpy_engine.clock import DUTY, Clock, Moment
from ccsim.simulation.simpy_engine.pools import Pools
from ccsim.simulation.simpy_engine.seats import Seats

OFF = -1
SPAN_OF = {
    duties.MEAL: MEAL,
    duties.BREAK: BREAK,
    duties.TRAINING: TRAINING,
    duties.OFF_PHONE: OFF_PHONE,
    duties.ABSENT: ABSENT,
    OFF: OFF,
}


class Floor:
    """All agents, what each is doing, and what it is to do next.

    An agent's day is a list of activities. When one is over the agent goes on to the next, but
    never leaves a contact: with one in hand, it goes on when that is finished. A break or
    training that starts late still has its full length, within the shift.

    Attributes
    ----------
    pools
        Free agents, and those with room for one more.
    in_hand
        Cases each agent has in hand.
    staying
        Agents whose shift is over, idle only to serve out a closed queue.
    at_work
        Agents at work, by group.
    group
        Group each agent works in now.
    """

    def __init__(
        self,
        env: Clock,
        centre: Centre,
        duty: Duty,
        serves_out: Callable[[int], bool],
        leaves_on_time: Callable[[int], None],
    ) -> None:
        agents = len(duty.agents)
        self.pools = Pools(centre, agents)
        self.in_hand: list[list[int]] = [[] for _ in range(agents)]
        self.group = duty.agent_group.tolist()
        self.staying: list[int] = []
        self.at_work = [0] * len(centre.groups)
        self.seats = Seats(centre)
        self._env = env
        self._serves_out = serves_out
        self._leaves_on_time = leaves_on_time
        self._busy = bytearray(agents)
        self._watched = centre.agent_rule == "lowest_occupancy"
        self._due = bytearray(agents)
        self._place = [-1] * agents
        self._days, self._spans = _days(duty)
        self._state = [OFF] * agents
        self._since = [0] * agents
        # Time at work and with somebody in hand so far, for `lowest_occupancy`.
        self._worked = [0] * agents
        self._occupied = [0] * agents
        self._busy_since = [0] * agents
        self._span_group = self.group.copy()
        # An agent's next change of activity; one that was overtaken by events is void.
        self._next: list[Moment | None] = [None] * agents
        for agent, day in enumerate(self._days):
            if day:
                self._next[agent] = Moment(env, day[0][2], DUTY, agent, self._change)

    def occupy(self, agent: int, case: int) -> None:
        """Put a contact into an agent's hands."""
        if not self._busy[agent]:
            self._busy[agent] = True
            self._busy_since[agent] = self._env.now
        self.in_hand[agent].append(case)

    def engage(self, agent: int) -> None:
        """Let an agent that has one contact at a time be busy with it."""
        if self._watched and not self._busy[agent]:
            self._busy_since[agent] = self._env.now
        self._busy[agent] = True

    def is_due(self, agent: int) -> bool:
        """Say whether an agent is to go on to its next activity, and takes no more."""
        return bool(self._due[agent])

    def release(self, agent: int, case: int) -> None:
        """Take a contact out of an agent's hands; with none left, it is idle or goes on."""
        self.in_hand[agent].remove(case)
        if not self.in_hand[agent]:
            self.disengage(agent)

    def dismiss(self) -> None:
        """After routing, send home those who stayed to serve out a queue and were not needed."""
        for agent in self.staying:
            if not self._busy[agent]:
                self.pools.remove(agent)
                self._go_on(agent)
        self.staying.clear()

    def call_in(self, agent: int, until: int) -> None:
        """Let somebody who stands by log in, till told to go or `until`; or stay, if still here."""
        now, group = self._env.now, self.group[agent]
        if agent in self.staying:
            self.staying.remove(agent)
            self.pools.remove(agent)
        self._days[agent] = [
            (duties.WORK, group, now, until, until),
            (OFF, group, until, NEVER, NEVER),
        ]
        self._place[agent] = -1
        self._go_on(agent)

    def let_go(self, agent: int) -> None:
        """Send somebody who was called in home, after the contact in hand."""
        day, place = self._days[agent], self._place[agent]
        if place < 0 or day[place][0] != duties.WORK or self._due[agent]:
            return
        what, group, start, end, _ = day[place]
        day[place] = (what, group, start, end, self._env.now)
        self._end_activity(agent)

    def unseat(self, site: int) -> None:
        """Seats have become fewer: who sits on one too many leaves it when free."""
        for agent in self.seats.surplus(site):
            if self._state[agent] not in AT_WORK:
                self.seats.give_up(agent)
            elif agent in self.staying:
                self._leave(agent)
            elif not self._busy[agent]:
                self.pools.remove(agent)
                self._stand_up(agent)

    def reseat(self, site: int) -> None:
        """Give free seats of a site to those who wait for one."""
        for agent in self.seats.hand_out(site):
            self._log_in(agent)

    def occupancy(self, agent: int) -> tuple[int, int]:
        """Time with a contact in hand and time at work so far, µs."""
        now = self._env.now
        worked = self._worked[agent]
        if self._state[agent] in AT_WORK:
            worked += now - self._since[agent]
        occupied = self._occupied[agent]
        if self._busy[agent]:
            occupied += now - self._busy_since[agent]
        return occupied, worked

    def is_at_work(self, agent: int) -> bool:
        """Say whether an agent is at work."""
        return self._state[agent] in AT_WORK

    def spans(self) -> Spans:
        """All spans so far, in order of (agent, start)."""
        columns = np.array(sorted(_without_overlap(self._spans)), dtype=np.int64).reshape(-1, 5).T
        return Spans(
            agent=columns[0].astype(np.int32),
            group=columns[2].astype(np.int32),
            state=columns[3].astype(np.int8),
            start=columns[1],
            end=columns[4],
        )

    def disengage(self, agent: int) -> None:
        """Let an agent that has finished all contacts be idle, or go on to what is due."""
        self._busy[agent] = False
        if self._watched:
            self._occupied[agent] += self._env.now - self._busy_since[agent]
        if not self._due[agent]:
            if self.seats.leaving and self.seats.is_surplus(agent):
                self._stand_up(agent)
            else:
                self.pools.add(agent, self.group[agent])
        elif self._shift_over(agent) and self._serves_out(self.group[agent]):
            self.pools.add(agent, self.group[agent])
            self.staying.append(agent)
        else:
            self._go_on(agent)

    def _change(self, moment: Moment) -> None:
        """The current activity of an agent is over by plan."""
        if moment is self._next[moment.who]:
            self._end_activity(moment.who)

    def _end_activity(self, agent: int) -> None:
        if self._busy[agent]:
            self._due[agent] = True
            self.pools.shut(agent)
            if self._shift_over(agent):
                self._next[agent] = None
                self._record(agent, OVERTIME)
            else:
                left = self._shift_end(agent) - self._env.now
                self._next[agent] = Moment(self._env, left, DUTY, agent, self._change)
            self._leaves_on_time(agent)
            return
        self._leave(agent)

    def _leave(self, agent: int) -> None:
        """Go on to the next activity with nothing in hand."""
        if agent in self.staying:
            self.staying.remove(agent)
        if self._state[agent] in AT_WORK:
            self.pools.remove(agent)
        self._go_on(agent)

    def _go_on(self, agent: int) -> None:
        """Start the next activity that is not over already."""
        self._due[agent] = False
        now = self._env.now
        day = self._days[agent]
        over = self._shift_end(agent) if self._place[agent] >= 0 else NEVER
        while True:
            self._place[agent] += 1
            activity, group, start, end, leaves = day[self._place[agent]]
            # Off and work end by the clock; a break that starts late keeps its length.
            until = min(now + end - start, leaves) if activity in _AWAY else end
            if until > now:
                break
        if activity != OFF:
            if start >= over:
                self._leave_seat(agent)  # another shift, if there is no time between
            self.group[agent] = group
        if activity == duties.WORK:
            if self.seats.take(agent, group):
                self._log_in(agent)
            else:
                self._record(agent, UNSEATED)
        else:
            self._record(agent, SPAN_OF[activity])
            if activity == OFF:
                self._leave_seat(agent)
            else:
                self.seats.stop_waiting(agent)
        self._next[agent] = (
            Moment(self._env, until - now, DUTY, agent, self._change) if until < NEVER else None
        )

    def _log_in(self, agent: int) -> None:
        self._record(agent, BURST if self.seats.is_burst(agent) else LOGGED_IN)
        if not self._busy[agent]:
            self.pools.add(agent, self.group[agent])

    def _leave_seat(self, agent: int) -> None:
        """Free an agent's seat; who waits for one, or sits on a burst seat, moves up."""
        site, moved = self.seats.give_up(agent)
        if moved >= 0 and self._state[moved] == BURST:
            self._record(moved, LOGGED_IN)
        if site >= 0:
            self.reseat(site)

    def _stand_up(self, agent: int) -> None:
        """An agent whose burst seat has gone waits for another one, which may be free by now."""
        site = self.seats.send_to_wait(agent)
        self._record(agent, UNSEATED)
        self.reseat(site)

    def _shift_end(self, agent: int) -> int:
        return self._days[agent][self._place[agent]][4]

    def _shift_over(self, agent: int) -> bool:
        return self._env.now >= self._shift_end(agent)

    def _record(self, agent: int, state: int) -> None:
        """End the agent's current span and begin another."""
        now, before = self._env.now, self._state[agent]
        if before != OFF and self._since[agent] < now:
            group = self._span_group[agent]
            self._spans.append((agent, self._since[agent], group, before, now))
        if before in AT_WORK:
            self._worked[agent] += now - self._since[agent]
            self.at_work[self._span_group[agent]] -= 1
        if state in AT_WORK:
            self.at_work[self.group[agent]] += 1
        self._span_group[agent] = self.group[agent]
        self._state[agent] = state
        self._since[agent] = now


_AWAY = (duties.MEAL, duties.BREAK, duties.TRAINING)

# An activity of a day: what, group, start, end, and when the shift it belongs to ends.
Activity = tuple[int, int, int, int, int]
# What an agent did: agent, start, group, state, end.
Span = tuple[int, int, int, int, int]


def is_open(windows: tuple[tuple[int, int], ...], now: int) -> bool:
    """Say whether an instant lies in an opening window; at closing time it does not."""
    place = bisect_right(windows, (now, NEVER)) - 1
    return place >= 0 and now < windows[place][1]


def _without_overlap(spans: list[Span]) -> list[Span]:
    """Let absence begin where overtime from the shift before ends."""
    overtime = [span for span in spans if span[3] == OVERTIME]
    late: dict[int, list[tuple[int, int]]] = {}
    for agent, start, _, _, end in overtime:
        late.setdefault(agent, []).append((start, end))
    made = []
    for agent, start, group, state, end in spans:
        if state == ABSENT:
            begin = max([start, *(e for b, e in late.get(agent, ()) if b <= start < e)])
            if begin < end:
                made.append((agent, begin, group, state, end))
        else:
            made.append((agent, start, group, state, end))
    return made


def _days(duty: Duty) -> tuple[list[list[Activity]], list[tuple[int, int, int, int, int]]]:
    """Make each agent's list of activities with the time off between, and the absent spans."""
    days: list[list[Activity]] = [[] for _ in duty.agents]
    absent = []
    ends: dict[int, int] = {}
    for shift, end in zip(duty.shift.tolist(), duty.end.tolist(), strict=True):
        ends[shift] = max(end, ends.get(shift, 0))
    rows = zip(
        duty.agent.tolist(),
        duty.group.tolist(),
        duty.activity.tolist(),
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
