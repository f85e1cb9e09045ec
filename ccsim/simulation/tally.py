"""From the legs and spans of one replication to sums; no KPI is computed from anything else.

How it is counted:

- A leg belongs to the interval in which it *entered* its queue, or arrived where it never asked
  for a person; a counting window takes legs likewise, and agents' time between its two ends.
- By queue, segment, channel and interval every leg counts: it is *entered* in its queue;
  offered = entered − blocked − contained − ivr_lost; *handled* includes legs handed over, for an
  agent answered them, and *transferred* counts those besides. Of the whole centre ('all'), flows
  count *attempts*: placed by the first leg, their fate told by the last. Waits, service levels
  and handle times are over legs everywhere. In each scope entered = blocked + contained +
  ivr_lost + offered, and offered = handled + abandoned + balked + callback_lost + turned_away +
  open_at_end.
- A wait lasts until the answer, else until the wait ended, else until the end of the horizon; who
  took a callback keeps the place and waits on. The clock of the service level stops at the answer,
  of deferred channels at the first reply, which is the end of the talk. Thresholds are the
  segment's own where it has one.
- Agents are *busy* while they have at least one contact in hand: from the answer to the end of
  wrap-up, dials too; what is still in hand at the end of the horizon is until then.
- Causes (retrials, repeats and so on) count attempts, by their first leg. What an agent did to a
  contact (monitored, upset, overflowed ...) counts legs; surveys ask after the last leg.
- The backlog at an instant is who has entered and is neither answered nor gone.
- A contact holds a line of its channel from the door to the end of its talk or wait; while it waits
  for a callback it took, it holds none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import Centre
from ccsim.simulation.contact_sums import contact_sums_of
from ccsim.simulation.records import (
    ABSENT,
    AT_WORK,
    BREAK,
    BURST,
    CONTACT,
    HANDLED,
    IS_LATE,
    MEAL,
    OFF_PHONE,
    OVERTIME,
    TICKET,
    TRAINING,
    UNSEATED,
    Legs,
    Spans,
    among,
)
from ccsim.simulation.stretches import at_once, time_in, union

Floats = NDArray[np.float64]

# Sums over agents' time in seconds, by group and by interval.
AGENT_SUMS = (
    "work",
    "busy",
    "talking",
    "in_hand",  # each contact by itself: twice the time of two at once
    "break",
    "meal",
    "training",
    "absent",
    "overtime",
    "burst",
    "off_phone",
    "unseated",
    "standby",
)
STATES = {
    "work": AT_WORK,
    "break": (BREAK,),
    "meal": (MEAL,),
    "training": (TRAINING,),
    "absent": (ABSENT,),
    "overtime": (OVERTIME,),
    "burst": (BURST,),
    "off_phone": (OFF_PHONE,),
    "unseated": (UNSEATED,),
}
TICKET_SUMS = ("opened", "done", "late", "seconds")
# Share of the time for which the lines suffice that `lines_p99` gives.
MOST_OF_THE_TIME = 0.99


@dataclass(frozen=True)
class Tally:
    """Sums of one replication.

    A class is a queue and a segment: its number is queue × (segments + 1) + segment + 1, where
    segment -1 is none.

    Attributes
    ----------
    contacts
        ndarray of float64, shape (len(CONTACT_SUMS), classes, intervals).
    whole
        ndarray of float64, shape (len(WHOLE_SUMS), classes): of the whole period.
    attempts
        ndarray of float64, shape (len(ATTEMPT_SUMS),): of the whole centre and period.
    waits
        ndarray of int32, shape (classes, BINS): histogram of the waits of all offered.
    longest_wait
        ndarray of float64, shape (classes,): s; 0 where nobody came.
    agents
        ndarray of float64, shape (len(AGENT_SUMS), groups, intervals).
    tickets
        ndarray of float64, shape (len(TICKET_SUMS), stages).
    lines
        ndarray of float64, shape (2, channels): peak and 99th percentile over time of lines in
        use; NaN for deferred channels.
    """

    contacts: Floats
    whole: Floats
    attempts: Floats
    waits: NDArray[np.int32]
    longest_wait: Floats
    agents: Floats
    tickets: Floats
    lines: Floats


def tally(
    centre: Centre,
    legs: Legs,
    spans: Spans,
    window: tuple[int, int] | None = None,
    standby: NDArray[np.bool_] | None = None,
) -> Tally:
    """Sum up one replication.

    Parameters
    ----------
    window
        Engine times: contacts that enter from the first until before the second are counted,
        agents' time between the two; the whole horizon where None.
    standby
        ndarray of bool by agent number: who was called in; None is nobody.
    """
    first, last = window or (int(centre.edges[0]), int(centre.edges[-1]))
    calls = legs if (legs.kind == CONTACT).all() else legs.where(legs.kind == CONTACT)
    contacts, whole, attempts, waits, longest = contact_sums_of(centre, legs, calls, (first, last))
    return Tally(
        contacts=contacts,
        whole=whole,
        attempts=attempts,
        waits=waits,
        longest_wait=longest,
        agents=agent_sums_of(centre, legs, spans, np.clip(centre.edges, first, last), standby),
        tickets=_tickets(centre, legs, (first, last)),
        lines=_lines(centre, calls, (first, last)),
    )


def agent_sums_of(
    centre: Centre,
    legs: Legs,
    spans: Spans,
    edges: NDArray[np.int64],
    standby: NDArray[np.bool_] | None = None,
) -> Floats:
    """Sum up agents' time, shape (len(AGENT_SUMS), groups, intervals), s."""
    groups = len(centre.groups)
    sums = np.zeros((len(AGENT_SUMS), groups, len(edges) - 1))
    place = {name: number for number, name in enumerate(AGENT_SUMS)}
    for name, states in STATES.items():
        rows = among(spans.state, states)
        _add(sums[place[name]], edges, spans.group[rows], spans.start[rows], spans.end[rows])
    if standby is not None and standby.any():
        rows = among(spans.state, AT_WORK) & standby[spans.agent]
        _add(sums[place["standby"]], edges, spans.group[rows], spans.start[rows], spans.end[rows])

    rows = (legs.agent >= 0) & (legs.answered >= 0)
    start, group = legs.answered[rows], legs.group[rows].astype(np.int64)
    owner = legs.agent[rows] * np.int64(groups) + group
    done, talked = (_or_end(legs, ends, rows, centre.end) for ends in ("wrap_end", "talk_end"))
    _add(sums[place["in_hand"]], edges, group, start, done)
    for name, end in (("busy", done), ("talking", talked)):
        if centre.one_at_a_time:
            _add(sums[place[name]], edges, group, start, end)
            continue
        whose, begin, stop = union(owner, start, end)
        _add(sums[place[name]], edges, whose % groups, begin, stop)
    return sums


def _or_end(legs: Legs, column: str, rows: NDArray[np.bool_], end: int) -> NDArray[np.int64]:
    times: NDArray[np.int64] = getattr(legs, column)[rows]
    return np.where(times >= 0, times, np.maximum(end, legs.answered[rows]))


def _add(
    sums: Floats,
    edges: NDArray[np.int64],
    group: NDArray[np.integer],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> None:
    if not len(start):
        return
    for number in range(len(sums)):
        own = group == number
        sums[number] += time_in(edges, start[own], end[own])


def _tickets(centre: Centre, legs: Legs, window: tuple[int, int]) -> Floats:
    sums = np.zeros((len(TICKET_SUMS), len(centre.stages)))
    came = np.where(legs.entered >= 0, legs.entered, legs.arrived)
    rows = (legs.kind == TICKET) & (came >= window[0]) & (came < window[1])
    if not rows.any():
        return sums
    stage, done = legs.queue[rows].astype(np.int64), legs.state[rows] == HANDLED
    late = (legs.flags[rows] & IS_LATE) != 0
    seconds = np.where(done, legs.ended[rows] - legs.arrived[rows], 0) / 1e6
    for number, weight in enumerate((np.ones(len(stage)), done, late, seconds)):
        sums[number] = np.bincount(stage, weight, len(centre.stages))
    return sums


def _lines(centre: Centre, calls: Legs, window: tuple[int, int]) -> Floats:
    lines = np.full((2, len(centre.channels)), np.nan)
    channel = np.array([queue.channel for queue in centre.queues])[calls.queue]
    end = np.where(calls.ended >= 0, calls.ended, centre.end)
    back = calls.callback >= 0
    start = np.concatenate((calls.arrived, calls.answered[back]))
    end = np.concatenate((np.where(back, calls.callback, end), end[back]))
    channel = np.concatenate((channel, channel[back]))
    # The legs of an attempt share its line: while one hand-over ends another may have begun.
    attempt = np.cumsum(calls.leg == 1)
    attempt = np.concatenate((attempt, attempt[back]))
    held = (start >= 0) & (end > start)
    for number, rules in enumerate(centre.channels):
        if rules.deferred:
            continue
        own = held & (channel == number)
        begin, stop = start[own], end[own]
        if (calls.leg > 1).any():
            _, begin, stop = union(attempt[own], begin, stop)
        lines[:, number] = at_once(begin, stop, window, MOST_OF_THE_TIME)
    return lines
