"""The back office: tickets wait for a server of their stage; late ones cause new calls."""

from __future__ import annotations

from collections import deque

from ccsim.simulation.intents import CALLS_WHEN_LATE
from ccsim.simulation.luck import LONGEST_WORK
from ccsim.simulation.marks import TICKET_WORK
from ccsim.simulation.records import HANDLED, IS_LATE, TICKET, TICKET_CALL
from ccsim.simulation.simpy_engine.clock import TICKET_DUE, TICKET_STEP, Moment
from ccsim.simulation.simpy_engine.floor import is_open
from ccsim.simulation.simpy_engine.house import House


class BackOffice:
    """Stages with their servers and hours; tickets are served as they reach a stage."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._env = house.env
        self._stages = house.centre.stages
        self._waiting: list[deque[int]] = [deque() for _ in self._stages]
        self._at_work = [0 for _ in self._stages]
        # Ticket → the case that opened it.
        self._opened_by: dict[int, int] = {}
        for number, stage in enumerate(self._stages):
            for opens, _ in stage.windows:
                # Before any ticket's own step: numbers of tickets come after those of stages.
                Moment(self._env, opens, TICKET_STEP, number, self._start_day)

    def open(self, case: int) -> None:
        """Open a ticket for a case that was just handled."""
        house, cases = self._house, self._house.cases
        rules = house.centre.queues[cases.queue[case]].ticket
        assert rules is not None
        ticket = house.take_up(
            contact=cases.contact[case],
            attempt=cases.attempt[case],
            leg=cases.leg[case],
            kind=TICKET,
            cause=cases.cause[case],
            queue=rules.stage,
            segment=cases.segment[case],
            arrived=self._env.now,
        )
        self._opened_by[ticket] = case
        delay = self._stages[rules.stage].delay
        Moment(self._env, delay, TICKET_STEP, len(self._stages) + ticket, self._reach)
        Moment(self._env, rules.promise, TICKET_DUE, ticket, self._fall_due)

    def _reach(self, moment: Moment) -> None:
        ticket = moment.who - len(self._stages)
        cases = self._house.cases
        cases.entered[ticket] = self._env.now
        self._waiting[cases.queue[ticket]].append(ticket)
        self._start(cases.queue[ticket])

    def _start_day(self, moment: Moment) -> None:
        self._start(moment.who)

    def _start(self, number: int) -> None:
        """Take up tickets while servers are free and the stage is open."""
        stage, waiting, cases = self._stages[number], self._waiting[number], self._house.cases
        while (
            waiting
            and self._at_work[number] < stage.servers
            and is_open(stage.windows, self._env.now)
        ):
            ticket = waiting.popleft()
            self._at_work[number] += 1
            cases.answered[ticket] = self._env.now
            case = self._opened_by[ticket]
            work = self._house.luck.duration(
                cases.key(case),
                cases.attempt[case],
                cases.leg[case],
                TICKET_WORK,
                cases.queue[case],
                cases.first_arrival(case),
            )
            step = len(self._stages) + ticket
            Moment(self._env, min(work, LONGEST_WORK), TICKET_STEP, step, self._finish)

    def _finish(self, moment: Moment) -> None:
        ticket, cases = moment.who - len(self._stages), self._house.cases
        cases.talk_end[ticket] = cases.wrap_end[ticket] = cases.ended[ticket] = self._env.now
        cases.state[ticket] = HANDLED
        stage = cases.queue[ticket]
        self._at_work[stage] -= 1
        self._start(stage)

    def _fall_due(self, moment: Moment) -> None:
        """The promise is over; if the ticket is not done, the customer may ask where it is."""
        ticket, cases = moment.who, self._house.cases
        if cases.ended[ticket] >= 0:
            return
        cases.flags[ticket] |= IS_LATE
        case = self._opened_by[ticket]
        if cases.intent[case] & CALLS_WHEN_LATE:
            self._house.comebacks.again(case, TICKET_CALL, cases.queue[case], 0)
