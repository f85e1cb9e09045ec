"""What each leg of a contact adds to each sum; rules as in `ccsim.simulation.tally`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation import intents
from ccsim.simulation.centre import NEVER, SECOND, UNIT, Centre
from ccsim.simulation.records import (
    ABANDONED,
    BALKED,
    BLOCKED,
    BOOKED,
    CALLBACK_LOST,
    CALLBACK_OFFERED,
    CAUSES,
    CONTAINED,
    HANDED_OVER,
    HANDLED,
    IS_SATISFIED,
    IS_UPSET,
    IVR_LOST,
    MISDIRECTED,
    NOT_OFFERED,
    OPEN_AT_END,
    OVERFLOWED,
    SERVED,
    SOLD_OUT,
    TURNED_AWAY,
    WRONG_ANSWER,
    Legs,
    among,
)
from ccsim.simulation.rules import QueueRules

Floats = NDArray[np.float64]
Weights = dict[str, NDArray[np.bool_] | Floats]

# Attempts by cause, as the KPIs call them.
BY_CAUSE = {
    "retrials": "retry",
    "repeats": "repeat",
    "second_channel": "second_channel",
    "ticket_calls": "ticket_call",
    "rebookings": "rebooking",
}


def left(legs: Legs) -> NDArray[np.int64]:
    """When the wait ended; -1 where it did not."""
    return np.where(legs.answered >= 0, legs.answered, legs.ended)


class LegsSeen:
    """Legs of contacts with what is read off them once: waits, who was offered, who served."""

    def __init__(self, centre: Centre, legs: Legs) -> None:
        self.centre, self.legs = centre, legs
        self.offered = ~among(legs.state, NOT_OFFERED)
        self.served = among(legs.state, SERVED)
        gone = left(legs)
        until = np.where(gone >= 0, gone, centre.end)
        asked = legs.entered >= 0
        self.wait = np.where(asked, np.maximum(until - legs.entered, 0), 0)
        answered = legs.answered >= 0
        self.talk = np.where(answered & (legs.talk_end >= 0), legs.talk_end - legs.answered, 0)
        self.wrap = np.where(answered & (legs.wrap_end >= 0), legs.wrap_end - legs.talk_end, 0)

    def of_queue(self, value: Callable[[QueueRules], float]) -> NDArray[np.float64]:
        """Look up a number of each leg's queue."""
        return np.array([value(queue) for queue in self.centre.queues], dtype=float)[
            self.legs.queue
        ]

    def is_queue(self, condition: Callable[[QueueRules], bool]) -> NDArray[np.bool_]:
        """Look up a condition of each leg's queue."""
        return np.array([condition(queue) for queue in self.centre.queues])[self.legs.queue]

    def flows(self) -> dict[str, NDArray[np.bool_]]:
        """Where each leg ended."""
        state = self.legs.state
        abandoned = state == ABANDONED
        short = np.array([queue.short_abandon for queue in self.centre.queues])[self.legs.queue]
        return {
            "entered": np.ones(len(state), dtype=np.bool_),
            "blocked": state == BLOCKED,
            "contained": state == CONTAINED,
            "ivr_lost": state == IVR_LOST,
            "offered": self.offered,
            "handled": self.served,
            "abandoned": abandoned,
            "balked": state == BALKED,
            "callback_lost": state == CALLBACK_LOST,
            "turned_away": state == TURNED_AWAY,
            "open_at_end": state == OPEN_AT_END,
            "short_abandoned": abandoned & (self.wait <= short),
        }

    def contact_weights(self) -> Weights:
        """Give what `CONTACT_SUMS` adds up."""
        legs, centre = self.legs, self.centre
        within = np.array(
            [
                [queue.within, *(segment.within[number] for segment in centre.segments)]
                for number, queue in enumerate(centre.queues)
            ]
        )[legs.queue, legs.segment + 1]
        deferred = self.is_queue(lambda queue: _deferred(centre, queue))
        reply = np.where(deferred, legs.talk_end, legs.answered)
        replied = self.offered & (reply >= 0)
        seconds = self.wait / SECOND
        return {
            **self.flows(),
            "within": replied & (reply - legs.entered <= within),
            "replied": replied,
            "wait": seconds * self.offered,
            "wait_handled": seconds * self.served,
            "talk": self.talk * self.served / SECOND,
            "wrap": self.wrap * self.served / SECOND,
            "transferred": among(legs.state, HANDED_OVER),
        }

    def whole_weights(self) -> Weights:
        """Give what `WHOLE_SUMS` adds up; features no queue has are not looked at."""
        legs = self.legs
        first = legs.leg == 1
        cause = {name: CAUSES.index(word) for name, word in BY_CAUSE.items()}
        weights: dict[str, NDArray[np.bool_] | Floats] = {
            name: first & (legs.cause == number) for name, number in cause.items()
        }
        weights["misdirected"] = legs.state == MISDIRECTED
        weights["price"] = legs.price / UNIT
        if legs.flags.any():
            weights |= {
                name: (legs.flags & bit) != 0
                for name, bit in (
                    ("callbacks_offered", CALLBACK_OFFERED),
                    ("upset", IS_UPSET),
                    ("wrong_answers", WRONG_ANSWER),
                    ("booked", BOOKED),
                    ("sold_out", SOLD_OUT),
                    ("overflowed", OVERFLOWED),
                    ("satisfied", IS_SATISFIED),
                )
            }
        weights["emotion_cost"] = self.of_queue(lambda queue: queue.emotion_price) * self.offered
        return weights | self._menu() | self._callbacks() | self.due_weights() | self._looks()

    def _menu(self) -> Weights:
        legs = self.legs
        ended_there = among(legs.state, (CONTAINED, IVR_LOST))
        if not (any(queue.menu for queue in self.centre.queues) or ended_there.any()):
            return {}
        asked = (legs.leg == 1) & self.is_queue(lambda queue: queue.menu) & (legs.entered >= 0)
        until = np.where(legs.entered >= 0, legs.entered, legs.ended)
        passed = asked | (ended_there & (until >= 0))
        return {
            "ivr_asked": passed,
            "ivr_seconds": np.where(passed, until - legs.arrived, 0) / SECOND,
        }

    def _callbacks(self) -> Weights:
        taken = self.legs.callback >= 0
        if not taken.any():
            return {}
        reached = taken & (self.legs.answered >= 0)
        delay = np.where(reached, self.legs.answered - self.legs.callback, 0)
        return {
            "callbacks_taken": taken,
            "callbacks_reached": reached,
            "callback_seconds": delay / SECOND,
        }

    def due_weights(self) -> Weights:
        """Deferred legs that are due, and those not resolved by then."""
        centre, legs = self.centre, self.legs
        rows = self.offered & self.is_queue(lambda q: _deferred(centre, q) and 0 < q.due < NEVER)
        if not rows.any():
            return {}
        due = np.array([queue.due for queue in centre.queues])[legs.queue]
        gone = np.where(legs.ended >= 0, legs.ended, centre.end)
        until = np.where(legs.talk_end >= 0, legs.talk_end, gone)
        return {"due": rows, "due_missed": rows & (until - legs.entered > due)}

    def _looks(self) -> Weights:
        """Quality sampling, survey and worth."""
        centre, legs = self.centre, self.legs
        weights: dict[str, NDArray[np.bool_] | Floats] = {}

        def meant(bit: int) -> NDArray[np.bool_]:
            return (legs.intent & bit) != 0

        if centre.quality is not None:
            monitored = self.served & meant(intents.MONITORED)
            reviewed = self.served & meant(intents.REVIEWED)
            breach = self.served & meant(intents.BREACH)
            looked = self.talk * monitored + (self.talk + self.wrap) * reviewed
            weights |= {
                "monitored": monitored,
                "reviewed": reviewed,
                "supervisor_seconds": looked * centre.quality.review_time / SECOND,
                "breaches": breach,
                "breaches_caught": breach & meant(intents.CAUGHT) & (monitored | reviewed),
            }
        if centre.survey is not None:
            asked = (legs.state == HANDLED) & meant(intents.SAMPLED)
            weights |= {"surveyed": asked, "responses": asked & meant(intents.RESPONDS)}
        if any(queue.worth is not None for queue in centre.queues):
            weights["worth"] = self._worth()
        return weights

    def _worth(self) -> Floats:
        """Worth of each leg: what is handled, less by its wait, and what is lost."""
        legs, worths = self.legs, [queue.worth for queue in self.centre.queues]
        table = np.array(
            [
                (w.handled, w.halves_after, w.lost + w.churn * w.churn_loss)
                if w
                else (0.0, np.inf, 0.0)
                for w in worths
            ]
        )
        handled, halves, lost = table[legs.queue].T
        factor = np.array([1.0, *(s.worth_factor for s in self.centre.segments)])[legs.segment + 1]
        gone = among(legs.state, (ABANDONED, BALKED, BLOCKED, CALLBACK_LOST, TURNED_AWAY))
        kept = np.exp2(-(self.wait / SECOND) / halves)
        worth: Floats = (legs.state == HANDLED) * handled * kept * factor - gone * lost
        return worth


def _deferred(centre: Centre, queue: QueueRules) -> bool:
    return bool(centre.channels) and centre.channels[queue.channel].deferred
