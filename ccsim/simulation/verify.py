"""Hold the two engines against each other: where, when and in what they first differ."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.simulation.centre import NEVER, Centre
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.records import KINDS, SPAN_STATES, STATES, TICKET, Legs, Spans

Output: TypeAlias = tuple[Legs, Spans]
Key: TypeAlias = tuple[int, ...]

# What happens to a leg, in words, by the column that says when.
HAPPENINGS = {
    "arrived": "arrives",
    "entered": "asks for a person",
    "callback": "becomes a callback",
    "answered": "is answered",
    "talk_end": "ends its talk",
    "wrap_end": "ends its wrap-up",
    "ended": "ends",
}
IDENTITY = ("contact", "attempt", "kind", "leg")
ENGINES = ("simpy", "compiled")


def first_difference(
    centre: Centre, contacts: Contacts, duty: Duty, simpy_output: Output, compiled_output: Output
) -> str | None:
    """Tell the earliest instant at which two engines did not do the same.

    Parameters
    ----------
    centre, contacts, duty
        What both engines played.
    simpy_output, compiled_output
        Legs and spans of the SimPy and of the compiled engine.

    Returns
    -------
    str or None
        Local time, contact or agent, and what each engine did; None where all is equal.
    """
    found = _of_legs(centre, contacts, duty, simpy_output[0], compiled_output[0])
    found += _of_spans(centre, duty, simpy_output[1], compiled_output[1])
    if found:
        when, what = min(found)
        return f"{_clock(centre, when)}: {what}"
    for one, other in zip(simpy_output, compiled_output, strict=True):
        for name, column in vars(one).items():
            second = vars(other)[name]
            if column.dtype != second.dtype:
                return f"column {name}: simpy {column.dtype}, compiled {second.dtype}"
            if not np.array_equal(column, second):
                return f"column {name}: the same rows in another order"
    return None


def _clock(centre: Centre, time: int) -> str:
    """Local time of an instant, which may lie before the horizon."""
    moment = centre.start + pd.Timedelta(microseconds=time)
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


def _rows(columns: list[NDArray[Any]]) -> dict[Key, int]:
    """Row numbers by identity."""
    keys = zip(*(column.tolist() for column in columns), strict=True)
    return {key: row for row, key in enumerate(keys)}


def _of_legs(
    centre: Centre, contacts: Contacts, duty: Duty, simpy: Legs, compiled: Legs
) -> list[tuple[int, str]]:
    """All legs that differ: the first instant at which they do, and how."""
    sides = [_rows([getattr(legs, name) for name in IDENTITY]) for legs in (simpy, compiled)]
    found: list[tuple[int, str]] = []
    for key in sides[0].keys() | sides[1].keys():
        rows = [side.get(key) for side in sides]
        if rows[0] is None or rows[1] is None:
            side = 0 if rows[1] is None else 1
            legs, row = (simpy, compiled)[side], rows[side]
            assert row is not None
            what = f"{_name(centre, contacts, legs, row)} is there with {ENGINES[side]} only"
            found.append((int(legs.arrived[row]), what))
            continue
        one, other = rows[0], rows[1]
        different = [
            name
            for name, column in vars(simpy).items()
            if column[one] != getattr(compiled, name)[other]
        ]
        if different:
            when = min(
                _moment(legs, row, different) for legs, row in ((simpy, one), (compiled, other))
            )
            told = "; ".join(
                f"{engine}: {_told(centre, duty, legs, row, different)}"
                for engine, legs, row in zip(ENGINES, (simpy, compiled), (one, other), strict=True)
            )
            found.append((when, f"{_name(centre, contacts, simpy, one)}: {told}"))
    return found


def _moment(legs: Legs, row: int, different: list[str]) -> int:
    """Earliest instant among the columns that differ; else when the leg ended or arrived."""
    times = [int(getattr(legs, name)[row]) for name in different if name in HAPPENINGS]
    known = [time for time in times if time >= 0]
    if known:
        return min(known)
    if times:
        return NEVER
    return int(max(legs.answered[row], legs.entered[row], legs.arrived[row]))


def _name(centre: Centre, contacts: Contacts, legs: Legs, row: int) -> str:
    """What a leg is, in words."""
    contact, kind = int(legs.contact[row]), int(legs.kind[row])
    place = centre.stage_names if kind == TICKET else centre.queue_names
    who = f"contact {contact}" if contact < len(contacts) else f"record {contact - len(contacts)}"
    segment = legs.segment[row]
    of = f" ({centre.segment_names[segment]})" if segment >= 0 else ""
    return (
        f"{who}{of}, {KINDS[kind]} {legs.attempt[row]}.{legs.leg[row]} in {place[legs.queue[row]]}"
    )


def _told(centre: Centre, duty: Duty, legs: Legs, row: int, different: list[str]) -> str:
    """What happened to a leg, as far as it differs."""
    parts = []
    for name in different:
        value = int(getattr(legs, name)[row])
        if name in HAPPENINGS:
            never = f"never {HAPPENINGS[name]}"
            parts.append(f"{HAPPENINGS[name]} {_clock(centre, value)}" if value >= 0 else never)
        elif name == "agent":
            parts.append(f"by {duty.agents[value]}" if value >= 0 else "by nobody")
        elif name == "group":
            parts.append(f"of {centre.group_names[value]}" if value >= 0 else "of no group")
        elif name == "state":
            parts.append(f"is {STATES[value]}")
        else:
            parts.append(f"{name} {value}")
    return ", ".join(parts)


def _of_spans(centre: Centre, duty: Duty, simpy: Spans, compiled: Spans) -> list[tuple[int, str]]:
    """For each agent the first span that differs."""
    found: list[tuple[int, str]] = []
    for agent, name in enumerate(duty.agents):
        days = [_day(spans, agent) for spans in (simpy, compiled)]
        for place in range(max(map(len, days))):
            own = [day[place] if place < len(day) else None for day in days]
            if own[0] == own[1]:
                continue
            when = min(_parts(*(span or (0, 0, NEVER, NEVER) for span in own)), default=0)
            told = "; ".join(
                f"{engine}: {_span(centre, span)}"
                for engine, span in zip(ENGINES, own, strict=True)
            )
            found.append((when, f"agent {name}: {told}"))
            break
    return found


def _parts(one: Key, other: Key) -> list[int]:
    """Instants at which two spans part."""
    if one[:3] != other[:3]:
        return [one[2], other[2]]
    return [one[3], other[3]]


def _day(spans: Spans, agent: int) -> list[Key]:
    """An agent's spans: (group, state, start, end)."""
    own = spans.agent == agent
    columns = (spans.group[own], spans.state[own], spans.start[own], spans.end[own])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _span(centre: Centre, span: Key | None) -> str:
    if span is None:
        return "nothing more"
    group, state, start, end = span
    return (
        f"{SPAN_STATES[state]} in {centre.group_names[group]} from {_clock(centre, start)} to "
        f"{_clock(centre, end)}"
    )
