"""Cases: making their rows, and what a case holds while it is there."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.chance import first_arrival, leg_luck
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.layout import (
    AGENT,
    ANSWERED,
    ARRIVED,
    ATTEMPT,
    C_ARRIVED,
    C_INTENT,
    C_PATIENCE,
    C_QUEUE,
    C_SEGMENT,
    C_TALK,
    C_WRAP,
    CALLBACK,
    CALLS,
    CASE_SIZE,
    CASES,
    CASES_ROOM,
    CASES_USED,
    CAUSE,
    CHANNEL_WORDS,
    CHANNELS,
    CONTACT,
    DUE,
    ENDED,
    ENTERED,
    FLAGS,
    GROUP,
    H_LINES,
    H_MORE,
    H_USED,
    HAS_LINE,
    HOLDER,
    INTENT,
    KIND,
    KIND_WORDS,
    KINDS,
    LEG,
    NEVER,
    NEXT,
    NOTE,
    NOWHERE,
    OWN,
    PATIENCE,
    PREV,
    PRICE,
    Q_CHANNEL,
    Q_LINE,
    QUEUE,
    QUEUE_WORDS,
    QUEUES,
    SEGMENT,
    SEGMENT_COUNT,
    STATE,
    TALK,
    TALK_END,
    TO,
    WHERE,
    WORD,
    WRAP,
    WRAP_END,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import add, get, grown, put, small

UNDECIDED = -1


@compiled
def case_row(world: int, case: int) -> int:
    """Address of a case's row; making another case may move it."""
    return get(world, CASES) + case * CASE_SIZE


@compiled
def queue_row(world: int, queue: int) -> int:
    """Address of a queue's row."""
    return get(world, QUEUES) + queue * QUEUE_WORDS * WORD


@compiled
def channel_row(world: int, channel: int) -> int:
    """Address of a channel's row."""
    return get(world, CHANNELS) + channel * CHANNEL_WORDS * WORD


@compiled
def kind_row(world: int, queue: int, segment: int) -> int:
    """Address of the row of a queue's contacts of a segment."""
    place = queue * (get(world, SEGMENT_COUNT) + 1) + segment + 1
    return get(world, KINDS) + place * KIND_WORDS * WORD


@compiled
def _fill(one: int, contact: int, attempt: int, leg: int, kind: int, cause: int) -> None:
    put(one, CONTACT, contact)
    put(one, ATTEMPT, attempt)
    put(one, LEG, leg)
    put(one, KIND, kind)
    put(one, CAUSE, cause)
    put(one, ENTERED, -1)
    put(one, ANSWERED, -1)
    put(one, TALK_END, -1)
    put(one, WRAP_END, -1)
    put(one, ENDED, -1)
    put(one, GROUP, -1)
    put(one, AGENT, -1)
    put(one, STATE, UNDECIDED)
    put(one, CALLBACK, -1)
    put(one, CALLS, 0)
    put(one, PRICE, 0)
    put(one, FLAGS, 0)
    put(one, WHERE, NOWHERE)
    put(one, NEXT, -1)
    put(one, PREV, -1)
    put(one, HOLDER, -1)
    put(one, OWN, -1)
    put(one, DUE, NEVER)
    put(one, TO, -1)
    put(one, NOTE, 0)


@compiled
def first_case(world: int, case: int) -> int:
    """Make the row of a first leg from the contact; returns its address."""
    one = case_row(world, case)
    _fill(one, case, 1, 1, 0, 0)
    put(one, QUEUE, small(get(world, C_QUEUE), case))
    put(one, SEGMENT, small(get(world, C_SEGMENT), case))
    put(one, ARRIVED, get(get(world, C_ARRIVED), case))
    put(one, INTENT, get(get(world, C_INTENT), case))
    put(one, TALK, get(get(world, C_TALK), case))
    put(one, WRAP, get(get(world, C_WRAP), case))
    put(one, PATIENCE, get(get(world, C_PATIENCE), case))
    return one


@compiled
def new_case(
    world: int, contact: int, attempt: int, leg: int, kind: int, cause: int, queue: int,
    segment: int, arrived: int,
) -> int:  # fmt: skip
    """Give the next number to a case that is decided on."""
    case = get(world, CASES_USED)
    if case == get(world, CASES_ROOM):
        grown(world, CASES, CASES_ROOM, CASE_SIZE)
    add(world, CASES_USED, 1)
    one = case_row(world, case)
    _fill(one, contact, attempt, leg, kind, cause)
    put(one, QUEUE, queue)
    put(one, SEGMENT, segment)
    put(one, ARRIVED, arrived)
    put(one, INTENT, 0)
    return case


@compiled
def give_luck(world: int, case: int) -> None:
    """Give a leg its talk, wrap, patience and intents."""
    one = case_row(world, case)
    contact = get(one, CONTACT)
    talk, wrap, patience, intent = leg_luck(
        world, contact, get(one, ATTEMPT), get(one, LEG), get(one, QUEUE), get(one, SEGMENT),
        first_arrival(world, contact),
    )  # fmt: skip
    put(one, TALK, talk)
    put(one, WRAP, wrap)
    put(one, PATIENCE, patience)
    put(one, INTENT, intent)


# Lines, counted only where they are limited.


@compiled
def line_free(world: int, queue: int) -> bool:
    """Whether a queue's channel has a line left."""
    row = queue_row(world, queue)
    channel = channel_row(world, get(row, Q_CHANNEL))
    limit = get(channel, H_LINES)
    return limit < 0 or get(channel, H_USED) < limit + get(channel, H_MORE)


@compiled
def hold_line(world: int, one: int) -> None:
    """Let a case hold a line of its channel."""
    row = queue_row(world, get(one, QUEUE))
    if get(row, Q_LINE):
        add(channel_row(world, get(row, Q_CHANNEL)), H_USED, 1)
        put(one, NOTE, get(one, NOTE) | HAS_LINE)


@compiled
def free_line(world: int, one: int) -> None:
    """Let go of the line a case holds, if it does."""
    note = get(one, NOTE)
    if note & HAS_LINE:
        put(one, NOTE, note & ~HAS_LINE)
        row = queue_row(world, get(one, QUEUE))
        add(channel_row(world, get(row, Q_CHANNEL)), H_USED, -1)
