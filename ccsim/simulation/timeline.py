"""A replication told in plain words: one contact's story, or all that happened."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.simulation.centre import Centre
from ccsim.simulation.records import (
    ABANDONED,
    BALKED,
    BLOCKED,
    BOOKED,
    CALLBACK_LOST,
    CALLBACK_OFFERED,
    CAUSES,
    CONTACT,
    CONTAINED,
    DIAL,
    IS_LATE,
    IVR_LOST,
    MISDIRECTED,
    NO_ANSWER,
    NUISANCE,
    OPEN_AT_END,
    SOLD_OUT,
    SPAN_STATES,
    TICKET,
    TRANSFERRED,
    TURNED_AWAY,
    WAIT_ANNOUNCED,
    WRONG_PARTY,
    Legs,
    Spans,
)

COLUMNS = ("time", "contact", "event", "where", "who")
CAME = {
    "first": "arrives",
    "retry": "tries again",
    "repeat": "comes back: not resolved",
    "second_channel": "tries another channel",
    "ticket_call": "calls about the ticket",
    "rebooking": "comes back for a slot",
}
WENT = {
    BLOCKED: "is blocked",
    CONTAINED: "is served without a person",
    IVR_LOST: "hangs up in the menu",
    ABANDONED: "hangs up",
    BALKED: "hangs up on hearing that all are busy",
    CALLBACK_LOST: "is not reached",
    TURNED_AWAY: "is told to try tomorrow",
    TRANSFERRED: "is handed over",
    MISDIRECTED: "is handed over: wrong department",
    NO_ANSWER: "does not pick up",
    WRONG_PARTY: "somebody else picked up",
    NUISANCE: "hangs up: no agent was free",
}
DOES = {
    "logged_in": "is at work",
    "break": "takes a break",
    "training": "is trained",
    "absent": "is absent",
    "burst": "is at work on a burst seat",
    "overtime": "works on after the shift",
    "meal": "has a meal",
    "off_phone": "is off the phone",
    "unseated": "finds no seat",
}

Rows = NDArray[np.bool_]


def story(centre: Centre, legs: Legs, agents: list[str]) -> pd.DataFrame:
    """Tell what happened to contacts, in order of time.

    Parameters
    ----------
    legs
        All their legs.
    agents
        Names by number.

    Returns
    -------
    DataFrame
        ``time`` (moment), ``contact`` (number), ``event`` (plain words), ``where`` (queue or back
        office), ``who`` (agent; empty where nobody).
    """
    places = np.array([*centre.queue_names, *centre.stage_names], dtype=object)
    where = places[np.where(legs.kind == TICKET, legs.queue + len(centre.queues), legs.queue)]
    people = np.array([*agents, ""], dtype=object)[legs.agent]
    frames = []
    for step, (rows, moments, event, seen) in enumerate(_events(centre, legs)):
        chosen = np.flatnonzero(rows & (moments >= 0))
        if len(chosen):
            frames.append(
                pd.DataFrame(
                    {
                        "us": moments[chosen],
                        "contact": legs.contact[chosen],
                        "event": event,
                        "where": where[chosen],
                        "who": people[chosen] if seen else "",
                        "row": chosen,
                        "step": step,
                    }
                )
            )
    return _in_order(centre, frames)


def trace_of(centre: Centre, legs: Legs, spans: Spans, agents: list[str]) -> pd.DataFrame:
    """Tell all that happened to contacts and agents, in order of time; columns as in `story`.

    Contact is -1 and ``where`` the group where an agent changes state.
    """
    told = story(centre, legs, agents)
    states = np.array([DOES[name] for name in SPAN_STATES], dtype=object)
    groups, people = np.array(centre.group_names, dtype=object), np.array(agents, dtype=object)
    # An agent leaves when no further span of its own begins at the end of one.
    starts = set(zip(spans.agent.tolist(), spans.start.tolist(), strict=True))
    leaves = np.array(
        [key not in starts for key in zip(spans.agent.tolist(), spans.end.tolist(), strict=True)],
        dtype=bool,
    )
    changes = [
        _changes(spans, spans.start, states[spans.state], groups, people, slice(None)),
        _changes(spans, spans.end, "leaves", groups, people, leaves),
    ]
    moved = _in_order(centre, changes)
    both = pd.concat([moved, told], ignore_index=True)
    return both.sort_values("time", kind="stable", ignore_index=True)


def _changes(
    spans: Spans,
    moments: NDArray[np.int64],
    event: NDArray[np.object_] | str,
    groups: NDArray[np.object_],
    people: NDArray[np.object_],
    rows: Rows | slice,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "us": moments,
            "contact": -1,
            "event": event,
            "where": groups[spans.group],
            "who": people[spans.agent],
            "row": spans.agent,
            "step": 0,
        }
    )[rows]


def _events(centre: Centre, legs: Legs) -> list[tuple[Rows, NDArray[np.int64], str, bool]]:
    """Every kind of event: which legs, when, in words, and whether an agent takes part."""
    everyone = np.ones(len(legs), dtype=np.bool_)
    call, ticket, dial = (legs.kind == kind for kind in (CONTACT, TICKET, DIAL))
    first, asked = legs.leg == 1, legs.entered >= 0
    back, late = legs.callback >= 0, (legs.flags & IS_LATE) != 0

    def flagged(bit: int) -> Rows:
        return call & ((legs.flags & bit) != 0)

    events = [
        (call & first & (legs.cause == CAUSES.index(cause)), legs.arrived, words, False)
        for cause, words in CAME.items()
    ]
    end = np.where(everyone, centre.end, 0)
    still = call & (legs.state == OPEN_AT_END)
    in_hand = legs.answered >= 0
    events += [
        (ticket, legs.arrived, "ticket opened", False),
        (dial, legs.arrived, "is dialled", False),
        (call & ~first, legs.arrived, "is passed on to the next queue", False),
        (call & asked, legs.entered, "asks for a person", False),
        (ticket & asked, legs.entered, "ticket reaches the back office", False),
        (dial & asked, legs.entered, "picks up", False),
        (flagged(WAIT_ANNOUNCED), legs.entered, "hears the expected wait", False),
        (flagged(CALLBACK_OFFERED), legs.entered, "is offered a callback", False),
        (back, legs.callback, "takes the callback", False),
        (call & ~back, legs.answered, "is answered", True),
        (call & back, legs.answered, "is called back and reached", True),
        (ticket, legs.answered, "work on the ticket begins", False),
        (dial, legs.answered, "is put through", True),
        (flagged(BOOKED), legs.talk_end, "has booked a slot", True),
        (flagged(SOLD_OUT), legs.talk_end, "finds no slot left", True),
        (~ticket & in_hand, legs.talk_end, "talk ends", True),
        *((legs.state == state, legs.ended, words, False) for state, words in WENT.items()),
        (~ticket & in_hand, legs.wrap_end, "wrap-up ends", True),
        (ticket & ~late, legs.ended, "ticket done", False),
        (ticket & late, legs.ended, "ticket done, late", False),
        (still & ~in_hand, end, "still waits at the end", False),
        (still & in_hand, end, "is still in hand at the end", True),
        (ticket & (legs.ended < 0), end, "ticket still open at the end", False),
    ]
    return events


def _in_order(centre: Centre, frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    told = pd.concat(frames).sort_values(["us", "row", "step"], ignore_index=True)
    told.insert(0, "time", centre.moments(told["us"].to_numpy(dtype=np.int64)))
    return told[list(COLUMNS)]
