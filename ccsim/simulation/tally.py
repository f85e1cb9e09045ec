"""From the legs and spans of one replication to sums; no KPI is computed from anything else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import SECOND, Centre
from ccsim.simulation.records import (
    ABANDONED,
    ABSENT,
    AT_WORK,
    BLOCKED,
    BREAK,
    HANDLED,
    NOT_OFFERED,
    OPEN_AT_END,
    OVERTIME,
    TRAINING,
    Legs,
    Spans,
)

Floats = NDArray[np.float64]

# Sums over contacts, by queue and by interval of entry. Times are seconds.
CONTACT_SUMS = (
    "entered",
    "blocked",
    "offered",
    "handled",
    "abandoned",
    "open_at_end",
    "within",  # handled within the threshold
    "short_abandoned",
    "wait",  # of all offered
    "wait_handled",
    "talk",
    "wrap",
)
# Sums over agents' time in seconds, by group and by interval.
AGENT_SUMS = ("work", "busy", "break", "training", "absent", "overtime")


@dataclass(frozen=True)
class Tally:
    """Sums of one replication.

    Attributes
    ----------
    contacts
        ndarray of float64, shape (len(CONTACT_SUMS), queues, intervals).
    longest_wait
        ndarray of float64, shape (queues,): s; 0 where nobody came.
    agents
        ndarray of float64, shape (len(AGENT_SUMS), groups, intervals).
    """

    contacts: Floats
    longest_wait: Floats
    agents: Floats


def tally(centre: Centre, legs: Legs, spans: Spans, window: tuple[int, int] | None = None) -> Tally:
    """Sum up one replication.

    Parameters
    ----------
    window
        Engine times: contacts that enter from the first until before the second are counted,
        agents' time between the two; the whole horizon where None.
    """
    first, last = window or (int(centre.edges[0]), int(centre.edges[-1]))
    counted = (legs.entered >= first) & (legs.entered < last)
    edges = np.clip(centre.edges, first, last)
    return Tally(
        *_contacts(centre, legs, counted),
        agents=_agents(centre, legs, spans, edges),
    )


def _contacts(centre: Centre, legs: Legs, counted: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    queues, intervals = len(centre.queues), len(centre.edges) - 1
    queue = legs.queue[counted].astype(np.int64)
    entered, state = legs.entered[counted], legs.state[counted]
    answered, ended = legs.answered[counted], legs.ended[counted]
    interval = np.searchsorted(centre.edges, entered, side="right") - 1
    cell = queue * intervals + interval

    handled = state == HANDLED
    # Who still waits when nothing more happens has waited until the end of the horizon.
    until = np.where(handled, answered, np.where(ended >= 0, ended, centre.edges[-1]))
    wait = np.maximum(until - entered, 0)
    offered = ~np.isin(state, NOT_OFFERED)
    within = np.array([rules.within for rules in centre.queues])[queue]
    short = np.array([rules.short_abandon for rules in centre.queues])[queue]
    abandoned = state == ABANDONED
    seconds = wait / SECOND
    weights = {
        "entered": np.ones(len(cell)),
        "blocked": state == BLOCKED,
        "offered": offered,
        "handled": handled,
        "abandoned": abandoned,
        "open_at_end": state == OPEN_AT_END,
        "within": handled & (wait <= within),
        "short_abandoned": abandoned & (wait <= short),
        "wait": seconds * offered,
        "wait_handled": seconds * handled,
        "talk": np.where(handled, ended - answered, 0) / SECOND,
        "wrap": np.where(handled, legs.wrap_end[counted] - ended, 0) / SECOND,
    }
    sums = np.stack(
        [
            np.bincount(cell, weights[name].astype(float), queues * intervals)
            for name in CONTACT_SUMS
        ]
    ).reshape(len(CONTACT_SUMS), queues, intervals)
    longest = np.zeros(queues)
    np.maximum.at(longest, queue[offered], seconds[offered])
    return sums.astype(np.float64), longest


def _agents(centre: Centre, legs: Legs, spans: Spans, edges: NDArray[np.int64]) -> Floats:
    sums = np.zeros((len(AGENT_SUMS), len(centre.groups), len(edges) - 1))
    states = {
        "work": AT_WORK,
        "break": (BREAK,),
        "training": (TRAINING,),
        "absent": (ABSENT,),
        "overtime": (OVERTIME,),
    }
    served = legs.state == HANDLED
    for group in range(len(centre.groups)):
        own = spans.group == group
        busy = served & (legs.group == group)
        for number, name in enumerate(AGENT_SUMS):
            if name == "busy":
                sums[number, group] = time_in(edges, legs.answered[busy], legs.wrap_end[busy])
            else:
                rows = own & np.isin(spans.state, states[name])
                sums[number, group] = time_in(edges, spans.start[rows], spans.end[rows])
    return sums


def time_in(edges: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]) -> Floats:
    """Add up how long stretches of time lie in each interval.

    Parameters
    ----------
    edges
        ndarray of int64, shape (m + 1,): edges of the intervals, ascending.
    start, end
        ndarrays of int64, shape (n,): from, to of each stretch.

    Returns
    -------
    ndarray of float64, shape (m,)
        Seconds.
    """
    # Time elapsed in all stretches up to each edge is a difference of sums of positive parts.
    elapsed = _past(edges, start) - _past(edges, end)
    total: Floats = np.diff(elapsed) / SECOND
    return total


def _past(edges: NDArray[np.int64], moments: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum of (edge − moment) over the moments before each edge, exactly, in integers."""
    ordered = np.sort(moments)
    sums = np.concatenate(([0], np.cumsum(ordered)))
    before = np.searchsorted(ordered, edges, side="right")
    past: NDArray[np.int64] = before * edges - sums[before]
    return past
