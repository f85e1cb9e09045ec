"""What an engine returns: legs and agent spans. Every KPI and every bill comes from these two.

Legs, one row a stretch of an attempt in one queue. An attempt has one leg, and one more for every
hand-over; its last leg holds its final state. Tickets in a back office and the dialler's dials are
legs of their own kind. Rows are in order of (contact, attempt, kind, leg).

| column | dtype | meaning |
|---|---|---|
| contact | int64 | number of the contact; records of campaigns come after all who call in |
| attempt, leg | int16 | from 1; of a dial, the attempt is the dial |
| kind | int8 | see `KINDS` |
| cause | int8 | why the attempt was made, see `CAUSES` |
| queue, segment | int16 | numbers; of a ticket the back office; segment -1 is none |
| arrived | int64 µs | at the door; later leg: handed over; ticket: opened; dial: dialled |
| entered | int64 µs | asked for a person (ticket: reached its stage; dial: picked up); -1: never |
| answered, talk_end, wrap_end | int64 µs | -1: did not happen |
| ended | int64 µs | end of the wait or of the talk; -1: still open at the end |
| group, agent | int32 | numbers; -1 is none |
| state | int8 | see `STATES`; the first nine are final |
| callback | int64 µs | when a callback was taken; -1: none |
| calls | int16 | callbacks tried |
| price | int64 | what virtual agents took, millionths of the currency |
| intent | int64 | bits of the customer's own luck, see `ccsim.simulation.intents` |
| flags | int32 | bits of what the centre made of it, see `FLAGS` |

Agent spans, one row a stretch of time in which an agent's state does not change:

| column | dtype | meaning |
|---|---|---|
| agent, group | int32 | numbers |
| state | int8 | see `SPAN_STATES` |
| start, end | int64 µs | from, to |
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.simulation.centre import SECOND, Centre

KINDS = ("contact", "ticket", "dial")
CONTACT, TICKET, DIAL = range(len(KINDS))

CAUSES = ("first", "retry", "repeat", "second_channel", "ticket_call", "rebooking", "dialled")
FIRST, RETRY, REPEAT, SECOND_CHANNEL, TICKET_CALL, REBOOKING, DIALLED = range(len(CAUSES))

FINAL_STATES = (
    "blocked",
    "contained",
    "ivr_lost",
    "handled",
    "abandoned",
    "balked",
    "callback_lost",
    "turned_away",
    "open_at_end",
)
# A leg that is not an attempt's last was handed over; a dial may end without a talk.
STATES = (*FINAL_STATES, "transferred", "misdirected", "no_answer", "wrong_party", "nuisance")
(
    BLOCKED,
    CONTAINED,
    IVR_LOST,
    HANDLED,
    ABANDONED,
    BALKED,
    CALLBACK_LOST,
    TURNED_AWAY,
    OPEN_AT_END,
    TRANSFERRED,
    MISDIRECTED,
    NO_ANSWER,
    WRONG_PARTY,
    NUISANCE,
) = range(len(STATES))
# Final states of those who did not get to ask for a person; all others are 'offered'.
NOT_OFFERED = (BLOCKED, CONTAINED, IVR_LOST)
# States of legs in which an agent talked with the customer.
SERVED = (HANDLED, TRANSFERRED, MISDIRECTED, WRONG_PARTY)
HANDED_OVER = (TRANSFERRED, MISDIRECTED)

# What the centre made of a leg: bit n of ``flags``.
FLAGS = (
    "callback_offered",
    "wait_announced",
    "upset",
    "noticed",  # upset, and that was noticed
    "wrong_answer",
    "booked",
    "sold_out",
    "overflowed",  # served by a group that helps out
    "personal",  # served by its own agent
    "late",  # a ticket past its promise
    "satisfied",  # answered the survey, satisfied
)
(
    CALLBACK_OFFERED,
    WAIT_ANNOUNCED,
    IS_UPSET,
    IS_NOTICED,
    WRONG_ANSWER,
    BOOKED,
    SOLD_OUT,
    OVERFLOWED,
    BY_PERSONAL,
    IS_LATE,
    IS_SATISFIED,
) = (1 << bit for bit in range(len(FLAGS)))

SPAN_STATES = (
    "logged_in",
    "break",
    "training",
    "absent",
    "burst",
    "overtime",
    "meal",
    "off_phone",
    "unseated",
)
(
    LOGGED_IN,
    BREAK,
    TRAINING,
    ABSENT,
    BURST,
    OVERTIME,
    MEAL,
    OFF_PHONE,
    UNSEATED,
) = range(len(SPAN_STATES))
# States in which an agent is at work and can have a contact in hand.
AT_WORK = (LOGGED_IN, BURST, OVERTIME)


def among(codes: NDArray[np.int8], wanted: tuple[int, ...]) -> NDArray[np.bool_]:
    """Say of each state whether it is one of some; several times as fast as `numpy.isin`."""
    table = np.zeros(max(len(STATES), len(SPAN_STATES)), dtype=np.bool_)
    table[list(wanted)] = True
    return table[codes]


@dataclass(frozen=True)
class Legs:
    """The legs of a replication as columns; see the module for what they hold."""

    contact: NDArray[np.int64]
    attempt: NDArray[np.int16]
    leg: NDArray[np.int16]
    kind: NDArray[np.int8]
    cause: NDArray[np.int8]
    queue: NDArray[np.int16]
    segment: NDArray[np.int16]
    arrived: NDArray[np.int64]
    entered: NDArray[np.int64]
    answered: NDArray[np.int64]
    talk_end: NDArray[np.int64]
    wrap_end: NDArray[np.int64]
    ended: NDArray[np.int64]
    group: NDArray[np.int32]
    agent: NDArray[np.int32]
    state: NDArray[np.int8]
    callback: NDArray[np.int64]
    calls: NDArray[np.int16]
    price: NDArray[np.int64]
    intent: NDArray[np.int64]
    flags: NDArray[np.int32]

    def __len__(self) -> int:
        """Count the legs."""
        return len(self.contact)

    def where(self, rows: NDArray[np.bool_] | NDArray[np.integer]) -> Legs:
        """Keep some of the rows."""
        return Legs(*(getattr(self, column.name)[rows] for column in fields(self)))

    def table(self, centre: Centre, agents: list[str]) -> pd.DataFrame:
        """Show the legs with names and moments (NaT: did not happen).

        Returns
        -------
        DataFrame
            The columns of this module, names in place of numbers, ``wait`` (float64 s, NaN for
            who never asked or still waits), ``price`` in the currency, and one bool column for
            each of `FLAGS`.
        """
        places = [*centre.queue_names, *centre.stage_names]
        place = np.where(self.kind == TICKET, self.queue + len(centre.queues), self.queue)
        until = np.where(self.answered >= 0, self.answered, self.ended)
        known = (self.entered >= 0) & (until >= 0)
        return pd.DataFrame(
            {
                "contact": self.contact,
                "attempt": self.attempt,
                "leg": self.leg,
                "kind": _names(self.kind, list(KINDS)),
                "cause": _names(self.cause, list(CAUSES)),
                "queue": _names(place, places),
                "segment": _names(self.segment, centre.segment_names),
                "arrived": centre.moments(self.arrived),
                "entered": centre.moments(self.entered),
                "answered": centre.moments(self.answered),
                "talk_end": centre.moments(self.talk_end),
                "wrap_end": centre.moments(self.wrap_end),
                "ended": centre.moments(self.ended),
                "wait": np.where(known, (until - self.entered) / SECOND, np.nan),
                "group": _names(self.group, centre.group_names),
                "agent": _names(self.agent, agents),
                "state": _names(self.state, list(STATES)),
                "callback": centre.moments(self.callback),
                "calls": self.calls,
                "price": self.price / SECOND,
                **{name: (self.flags >> bit & 1).astype(bool) for bit, name in enumerate(FLAGS)},
            }
        )


@dataclass(frozen=True)
class Spans:
    """The agent spans of a replication as columns; see the module for what they hold."""

    agent: NDArray[np.int32]
    group: NDArray[np.int32]
    state: NDArray[np.int8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def table(self, centre: Centre, agents: list[str]) -> pd.DataFrame:
        """Show the spans with names and moments."""
        return pd.DataFrame(
            {
                "agent": _names(self.agent, agents),
                "group": _names(self.group, centre.group_names),
                "state": _names(self.state, list(SPAN_STATES)),
                "start": centre.moments(self.start),
                "end": centre.moments(self.end),
            }
        )


def _names(codes: NDArray[np.integer], names: list[str]) -> pd.Series:
    """Turn numbers into names; -1 is missing."""
    return pd.Series(pd.Categorical.from_codes(codes, names)).astype("str")
