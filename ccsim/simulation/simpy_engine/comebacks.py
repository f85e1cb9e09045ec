"""Comebacks: who was not served, or not helped, contacts the centre again."""

from __future__ import annotations

from ccsim.simulation.centre import NEVER
from ccsim.simulation.intents import (
    OPENS_TICKET,
    REBOOKS,
    RESOLVED,
    RETRIES,
    RETURNS,
    TRIES_OTHER_CHANNEL,
)
from ccsim.simulation.marks import (
    REBOOK_AFTER,
    REOPENING,
    RETRY_AFTER,
    RETURNS_AFTER,
    SECOND_AFTER,
)
from ccsim.simulation.menu import ASKS
from ccsim.simulation.records import (
    ABANDONED,
    BALKED,
    BLOCKED,
    CONTACT,
    REBOOKING,
    REPEAT,
    RETRY,
    SECOND_CHANNEL,
    SOLD_OUT,
    WRONG_ANSWER,
)
from ccsim.simulation.simpy_engine.house import House

HOUR = 3_600_000_000


class Comebacks:
    """New attempts: retries, other channels after a loss, repeats and rebookings after a talk."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._queues = house.centre.queues
        self._ends = house.centre.end

    def after_loss(self, case: int) -> None:
        """Try another channel, or try again."""
        cases = self._house.cases
        if cases.state[case] not in (BLOCKED, ABANDONED, BALKED) or cases.kind[case] != CONTACT:
            return
        queue, intent = cases.queue[case], cases.intent[case]
        rules = self._queues[queue]
        if intent & TRIES_OTHER_CHANNEL:
            self.again(case, SECOND_CHANNEL, rules.second, self._delay(case, SECOND_AFTER))
        elif intent & RETRIES and cases.retries[case] < rules.retries:
            retries = cases.retries[case] + 1
            self.again(case, RETRY, queue, self._delay(case, RETRY_AFTER), retries)

    def after_talk(self, case: int) -> None:
        """Open a ticket; come back when nothing was left, or when it was not resolved."""
        house, cases = self._house, self._house.cases
        intent, flags = cases.intent[case], cases.flags[case]
        if not intent and not flags and not self._queues[cases.queue[case]].resolves:
            return
        if cases.kind[case] != CONTACT:
            return
        queue = cases.queue[case]
        if intent & OPENS_TICKET:
            house.back_office.open(case)
        if flags & SOLD_OUT and intent & REBOOKS:
            self.again(case, REBOOKING, queue, self._delay(case, REBOOK_AFTER))
        elif (
            self._queues[queue].resolves
            and (flags & WRONG_ANSWER or not intent & RESOLVED)
            and intent & RETURNS
        ):
            self.again(case, REPEAT, queue, self._delay(case, RETURNS_AFTER))

    def again(self, case: int, cause: int, queue: int, delay: int, retries: int = 0) -> None:
        """Let a case's contact make another attempt after a delay.

        Who would come while a live queue is closed comes in the hour after it opens next; who
        would come after the horizon is not seen any more.
        """
        house, cases, now = self._house, self._house.cases, self._house.env.now
        if delay >= NEVER:
            return
        moment = now + delay
        if house.live[queue]:
            moment = self._when_open(case, queue, moment)
        if moment >= self._ends:
            return
        contact, key, segment = cases.contact[case], cases.key(case), cases.segment[case]
        attempt = cases.next_attempt(contact)
        menu, outcome, price = -1, ASKS, 0
        if self._queues[queue].menu and house.luck.menu_leads[queue]:
            outcome, _, menu, price = house.luck.journey(key, attempt, queue)
        arrived = cases.first_arrival(case)
        *work, intent = house.luck.leg(key, attempt, 1, queue, segment, arrived)
        following = house.take_up(
            contact=contact,
            attempt=attempt,
            kind=CONTACT,
            cause=cause,
            queue=queue,
            segment=segment,
            arrived=moment,
            intent=intent,
            work=(work[0], work[1], work[2]),
            retries=retries,
            price=price,
        )
        house.door.expect(following, moment - now, menu, outcome)

    def _delay(self, case: int, purpose: int) -> int:
        cases = self._house.cases
        return self._house.luck.duration(
            cases.key(case),
            cases.attempt[case],
            cases.leg[case],
            purpose,
            cases.queue[case],
            cases.first_arrival(case),
        )

    def _when_open(self, case: int, queue: int, moment: int) -> int:
        for opens, closes in self._queues[queue].windows:
            if moment < opens:
                cases = self._house.cases
                key, attempt, leg = cases.key(case), cases.attempt[case], cases.leg[case]
                u = self._house.luck.uniform(key, attempt, leg, REOPENING)
                return opens + int(u * min(HOUR, closes - opens))
            if moment < closes:
                return moment
        return NEVER
