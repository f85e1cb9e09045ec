"""What an engine returns: legs and agent spans. Every KPI and every bill comes from these two.

Legs, one row a contact, attempt and leg:

| column | dtype | meaning |
|---|---|---|
| contact | int64 | number of the contact |
| attempt, leg | int16 | from 1 |
| queue, segment | int16 | numbers; segment -1 is none |
| entered | int64 µs | the person was asked for |
| answered, talk_end, wrap_end | int64 µs | -1: did not happen |
| ended | int64 µs | end of the wait or of the talk; -1: still open at the end |
| group, agent | int32 | numbers; -1 is none |
| state | int8 | final state, see `FINAL_STATES` |

Agent spans, one row a stretch of time in which an agent's state does not change:

| column | dtype | meaning |
|---|---|---|
| agent, group | int32 | numbers |
| state | int8 | see `SPAN_STATES` |
| start, end | int64 µs | from, to |
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.simulation.centre import SECOND, Centre

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
) = range(len(FINAL_STATES))
# Final states of those who asked for a person and were let in: they are 'offered'.
NOT_OFFERED = (BLOCKED, CONTAINED, IVR_LOST)

SPAN_STATES = ("logged_in", "break", "training", "absent", "burst", "overtime")
LOGGED_IN, BREAK, TRAINING, ABSENT, BURST, OVERTIME = range(len(SPAN_STATES))
# States in which an agent is at work and can have a contact in hand.
AT_WORK = (LOGGED_IN, BURST, OVERTIME)


@dataclass(frozen=True)
class Legs:
    """The legs of a replication as columns; see the module for what they hold."""

    contact: NDArray[np.int64]
    attempt: NDArray[np.int16]
    leg: NDArray[np.int16]
    queue: NDArray[np.int16]
    segment: NDArray[np.int16]
    entered: NDArray[np.int64]
    answered: NDArray[np.int64]
    talk_end: NDArray[np.int64]
    wrap_end: NDArray[np.int64]
    ended: NDArray[np.int64]
    group: NDArray[np.int32]
    agent: NDArray[np.int32]
    state: NDArray[np.int8]

    def table(self, centre: Centre, agents: list[str]) -> pd.DataFrame:
        """Show the legs with names and moments (NaT: did not happen)."""
        return pd.DataFrame(
            {
                "contact": self.contact,
                "attempt": self.attempt,
                "leg": self.leg,
                "queue": _names(self.queue, centre.queue_names),
                "entered": centre.moments(self.entered),
                "answered": centre.moments(self.answered),
                "talk_end": centre.moments(self.talk_end),
                "wrap_end": centre.moments(self.wrap_end),
                "ended": centre.moments(self.ended),
                "wait": np.where(self.answered >= 0, self.answered, self.ended) / SECOND
                - self.entered / SECOND,
                "group": _names(self.group, centre.group_names),
                "agent": _names(self.agent, agents),
                "state": _names(self.state, list(FINAL_STATES)),
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
