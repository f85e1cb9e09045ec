"""Sums over contacts: which there are, and how each comes from the legs; rules as in `tally`."""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import SECOND, Centre
from ccsim.simulation.leg_weights import BY_CAUSE, LegsSeen, Weights, left
from ccsim.simulation.quantiles import histogram
from ccsim.simulation.records import (
    DIAL,
    HANDLED,
    NO_ANSWER,
    NUISANCE,
    WRONG_PARTY,
    Legs,
)

Floats = NDArray[np.float64]

FLOWS = (
    "entered",
    "blocked",
    "contained",
    "ivr_lost",
    "offered",
    "handled",
    "abandoned",
    "balked",
    "callback_lost",
    "turned_away",
    "open_at_end",
    "short_abandoned",
)
# By queue, segment and interval of entry. Times are seconds.
CONTACT_SUMS = (
    *FLOWS,
    "within",  # replied to within the threshold
    "replied",  # the clock of the service level has stopped
    "wait",  # of all offered
    "wait_handled",
    "talk",
    "wrap",
    "transferred",
    "backlog",  # at the end of the interval
)
# Attempts of the whole centre by what became of them.
ATTEMPT_SUMS = FLOWS
# By queue and segment, of the whole period.
WHOLE_SUMS = (
    *BY_CAUSE,
    "misdirected",
    "ivr_asked",
    "ivr_seconds",
    "callbacks_offered",
    "callbacks_taken",
    "callbacks_reached",
    "callback_seconds",
    "due",
    "due_missed",
    "backlog_end",
    "upset",
    "wrong_answers",
    "booked",
    "sold_out",
    "overflowed",
    "monitored",
    "reviewed",
    "supervisor_seconds",
    "breaches",
    "breaches_caught",
    "surveyed",
    "responses",
    "satisfied",
    "worth",
    "price",
    "emotion_cost",
    "dialled",
    "connected",
    "right_party",
    "wrong_party",
    "nuisance",
    "no_answer",
)


def contact_sums_of(
    centre: Centre, legs: Legs, calls: Legs, window: tuple[int, int]
) -> tuple[Floats, Floats, Floats, NDArray[np.int32], Floats]:
    """Sum up the contacts of one replication.

    Parameters
    ----------
    legs, calls
        All legs, and those of contacts.
    window
        Engine times between which legs are counted.

    Returns
    -------
    tuple
        ``contacts``, ``whole``, ``attempts``, ``waits`` and ``longest_wait`` of a `Tally`.
    """
    classes = len(centre.queues) * (len(centre.segments) + 1)
    intervals = len(centre.edges) - 1
    came = _came(calls)
    counted = (came >= window[0]) & (came < window[1])
    seen = LegsSeen(centre, calls)
    kind = _classes(centre, calls)

    flat = np.zeros((len(CONTACT_SUMS), classes * intervals))
    cell = kind * intervals + np.searchsorted(centre.edges, came, side="right") - 1
    _sum(flat, CONTACT_SUMS, cell, seen.contact_weights(), counted)
    contacts = flat.reshape(len(CONTACT_SUMS), classes, intervals)
    contacts[CONTACT_SUMS.index("backlog")] = _backlog(centre, calls, kind, classes, window)

    whole = np.zeros((len(WHOLE_SUMS), classes))
    _sum(whole, WHOLE_SUMS, kind, seen.whole_weights(), counted)
    waits_at_end = (calls.entered >= 0) & (calls.entered <= window[1])
    waits_at_end &= ~((left(calls) >= 0) & (left(calls) <= window[1]))
    whole[WHOLE_SUMS.index("backlog_end")] = np.bincount(kind[waits_at_end], minlength=classes)
    _dials(centre, legs, window, whole)

    offered = seen.offered & counted
    seconds = seen.wait[offered] / SECOND
    longest = np.zeros(classes)
    np.maximum.at(longest, kind[offered], seconds)
    return (
        contacts,
        whole,
        _attempts(calls, seen, came, window),
        histogram(kind[offered], classes, seconds),
        longest,
    )


# What targets are about, and what is lost, by queue and interval.
TARGET_SUMS = (
    "offered",
    "within",
    "replied",
    "wait",
    "abandoned",
    "short_abandoned",
    "due",
    "due_missed",
    "blocked",
    "balked",
    "callback_lost",
    "turned_away",
)


def target_sums_of(centre: Centre, calls: Legs) -> Floats:
    """Sum up what targets are about: as `contact_sums_of`, over all segments, and little else.

    Returns
    -------
    ndarray of float64, shape (len(TARGET_SUMS), queues, intervals)
    """
    seen = LegsSeen(centre, calls)
    intervals = len(centre.edges) - 1
    interval = np.searchsorted(centre.edges, _came(calls), side="right") - 1
    sums = np.zeros((len(TARGET_SUMS), len(centre.queues) * intervals))
    weights = {
        name: weight
        for name, weight in (seen.contact_weights() | seen.due_weights()).items()
        if name in TARGET_SUMS
    }
    counted = (interval >= 0) & (interval < intervals)
    _sum(sums, TARGET_SUMS, calls.queue * np.int64(intervals) + interval, weights, counted)
    return sums.reshape(len(TARGET_SUMS), len(centre.queues), intervals)


def _came(legs: Legs) -> NDArray[np.int64]:
    return np.where(legs.entered >= 0, legs.entered, legs.arrived)


def _classes(centre: Centre, legs: Legs) -> NDArray[np.int64]:
    return legs.queue.astype(np.int64) * (len(centre.segments) + 1) + legs.segment + 1


def _sum(
    sums: Floats,
    names: tuple[str, ...],
    cell: NDArray[np.int64],
    weights: Weights,
    counted: NDArray[np.bool_],
) -> None:
    for name, weight in weights.items():
        _add_up(sums[names.index(name)], cell, weight, counted)


@numba.njit(cache=True)
def _add_up(
    sums: Floats,
    cell: NDArray[np.int64],
    weight: NDArray[np.bool_] | Floats,
    counted: NDArray[np.bool_],
) -> None:
    for i in range(len(cell)):
        if counted[i] and weight[i] != 0:
            sums[cell[i]] += weight[i]


def _attempts(
    calls: Legs, seen: LegsSeen, came: NDArray[np.int64], window: tuple[int, int]
) -> Floats:
    first = np.flatnonzero(calls.leg == 1)
    last = np.append(first[1:], len(calls)) - 1 if len(first) else first
    inside = (came[first] >= window[0]) & (came[first] < window[1])
    flows = seen.flows()
    return np.array([np.count_nonzero(flows[name][last[inside]]) for name in ATTEMPT_SUMS]) * 1.0


def _backlog(
    centre: Centre, calls: Legs, kind: NDArray[np.int64], classes: int, window: tuple[int, int]
) -> Floats:
    """Count who waits at the end of each interval that ends within the window."""
    intervals = len(centre.edges) - 1
    gone = left(calls)
    change = np.zeros(classes * (intervals + 1))
    for moments, sign in ((calls.entered, 1.0), (gone, -1.0)):
        rows = (calls.entered >= 0) & (moments >= 0)
        # Place n holds what happened after edge n and up to edge n + 1; what came at the very
        # start belongs to the first, what comes after the end to none.
        place = np.maximum(np.searchsorted(centre.edges, moments[rows], side="left") - 1, 0)
        cells = kind[rows] * (intervals + 1) + place
        change += sign * np.bincount(cells, minlength=len(change))
    waiting = change.reshape(classes, intervals + 1)[:, :intervals].cumsum(axis=1)
    ends = centre.edges[1:]
    return waiting * ((ends > window[0]) & (ends <= window[1]))


def _dials(centre: Centre, legs: Legs, window: tuple[int, int], whole: Floats) -> None:
    rows = legs.kind == DIAL
    if not rows.any():
        return
    dials = legs.where(rows)
    came = _came(dials)
    state = dials.state
    weights = {
        "dialled": np.ones(len(dials), dtype=np.bool_),
        "connected": dials.entered >= 0,
        "right_party": state == HANDLED,
        "wrong_party": state == WRONG_PARTY,
        "nuisance": state == NUISANCE,
        "no_answer": state == NO_ANSWER,
    }
    counted = (came >= window[0]) & (came < window[1])
    _sum(whole, WHOLE_SUMS, _classes(centre, dials), weights, counted)
