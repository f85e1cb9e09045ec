"""Callbacks: who takes one hangs up and keeps the place; in its turn it is called."""

from __future__ import annotations

from ccsim.simulation.centre import NEVER
from ccsim.simulation.marks import AGAIN, REACH
from ccsim.simulation.records import CALLBACK_LOST, TURNED_AWAY
from ccsim.simulation.simpy_engine.clock import CALL_BACK, OPENING, Moment
from ccsim.simulation.simpy_engine.house import House
from ccsim.simulation.simpy_engine.waiting import RETURNED


class Callbacks:
    """Offers taken, calls that reach nobody, and what closing time does to who still waits."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._env = house.env
        self._queues = house.centre.queues
        # Who is to be called when the queue opens again, by queue.
        self._aside: list[list[int]] = [[] for _ in self._queues]
        for queue, rules in enumerate(self._queues):
            if house.live[queue] and rules.closing != "serve":
                for opens, closes in rules.windows:
                    Moment(self._env, opens, OPENING, queue, self._open)
                    Moment(self._env, closes, OPENING, queue, self._close)

    def take(self, case: int) -> None:
        """A waiting contact takes a callback: it leaves the line and keeps its place."""
        house, cases = self._house, self._house.cases
        rules = self._queues[cases.queue[case]]
        cases.callback[case] = self._env.now
        house.talks.let_go_of(case)
        if rules.line:
            house.lines[rules.channel] -= 1
        window = rules.callback.window if rules.callback else NEVER
        if window < NEVER:
            until = cases.entered[case] + window - self._env.now
            Moment(self._env, max(until, 0), CALL_BACK, case, self._too_late)

    def reaches(self, case: int) -> bool:
        """Call a contact whose turn it is; who is not reached is called again later, or lost."""
        house, cases = self._house, self._house.cases
        rules = self._queues[cases.queue[case]].callback
        assert rules is not None
        place = cases.calls[case]
        cases.calls[case] += 1
        key, attempt, leg = cases.key(case), cases.attempt[case], cases.leg[case]
        if house.luck.uniform(key, attempt, leg, REACH + AGAIN * place) < rules.reach:
            return True
        house.waiting.leave(case)
        if cases.calls[case] >= rules.attempts:
            house.lose(case, CALLBACK_LOST)
        else:
            Moment(self._env, rules.retry_after, CALL_BACK, case, self._due_again)
        return False

    def put_aside(self, case: int) -> None:
        """Keep a contact for the next opening; it is called then."""
        if self._house.cases.callback[case] < 0:
            self.take(case)
        self._aside[self._house.cases.queue[case]].append(case)

    def _due_again(self, moment: Moment) -> None:
        case, cases = moment.who, self._house.cases
        queue = cases.queue[case]
        if cases.ended[case] >= 0:
            return
        if self._queues[queue].closing != "serve" and not self._house.is_open(queue):
            self.put_aside(case)
        else:
            self._return(case)

    def _return(self, case: int) -> None:
        cases, waiting = self._house.cases, self._house.waiting
        waiting.join(waiting.stream(cases.queue[case], cases.segment[case], RETURNED), case)

    def _too_late(self, moment: Moment) -> None:
        """The window is over before the customer was reached."""
        case, house = moment.who, self._house
        if house.cases.answered[case] >= 0 or house.cases.ended[case] >= 0:
            return
        if house.waiting.where[case] >= 0:
            house.waiting.leave(case)
        aside = self._aside[house.cases.queue[case]]
        if case in aside:
            aside.remove(case)
        house.lose(case, CALLBACK_LOST)

    def _open(self, moment: Moment) -> None:
        aside, self._aside[moment.who] = sorted(self._aside[moment.who]), []
        for case in aside:
            self._return(case)

    def _close(self, moment: Moment) -> None:
        house, queue = self._house, moment.who
        for case in house.waiting.all_of(queue):
            house.waiting.leave(case)
            if house.cases.callback[case] >= 0 or self._queues[queue].closing == "callback":
                self.put_aside(case)
            else:
                house.lose(case, TURNED_AWAY)
