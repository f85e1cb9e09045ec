"""Back offices: tickets on their way, in work and late."""

from __future__ import annotations

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.cases import case_row
from ccsim.simulation.compiled_engine.coming_back import come_back
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.layout import (
    ANSWERED,
    AT_STAGE,
    B_BUSY,
    B_FIRST,
    B_SERVERS,
    B_WINDOW_COUNT,
    B_WINDOWS,
    BACK_OFFICE,
    CASE_SIZE,
    CASES,
    ENDED,
    ENTERED,
    FLAGS,
    INTENT,
    NEXT,
    NOWHERE,
    ON_ITS_WAY,
    QUEUE,
    STAGE_COUNT,
    STAGE_WORDS,
    STAGES,
    STATE,
    TALK,
    TALK_END,
    TO,
    WHERE,
    WORD,
    WORKED_ON,
    WRAP_END,
)  # fmt: skip
from ccsim.simulation.compiled_engine.lists import append, remove
from ccsim.simulation.compiled_engine.memory import add, get, put
from ccsim.simulation.compiled_engine.windows import within
from ccsim.simulation.intents import CALLS_WHEN_LATE

HANDLED, IS_LATE, TICKET_CALL = records.HANDLED, records.IS_LATE, records.TICKET_CALL


@compiled
def _stage_row(world: int, stage: int) -> int:
    return get(world, STAGES) + stage * STAGE_WORDS * WORD


@compiled
def _work(world: int, stage: int, now: int) -> None:
    """Begin as many tickets as there are servers, in the stage's hours."""
    row = _stage_row(world, stage)
    if not within(world, get(row, B_WINDOWS), get(row, B_WINDOW_COUNT), now):
        return
    while get(row, B_FIRST) >= 0 and get(row, B_BUSY) < get(row, B_SERVERS):
        case = get(row, B_FIRST)
        one = case_row(world, case)
        remove(row + B_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
        add(row, B_BUSY, 1)
        put(one, ANSWERED, now)
        put(one, WHERE, WORKED_ON)
        schedule(world, now + get(one, TALK), BACK_OFFICE, get(world, STAGE_COUNT) + case)


@compiled
def back_office(world: int, number: int, now: int) -> None:
    """A stage opens, a ticket reaches it, or a ticket is done."""
    stages = get(world, STAGE_COUNT)
    if number < stages:
        _work(world, number, now)
        return
    case = number - stages
    one = case_row(world, case)
    stage = get(one, QUEUE)
    if get(one, WHERE) == ON_ITS_WAY:
        put(one, ENTERED, now)
        put(one, WHERE, AT_STAGE)
        append(_stage_row(world, stage) + B_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
    else:
        put(one, WHERE, NOWHERE)
        put(one, STATE, HANDLED)
        put(one, TALK_END, now)
        put(one, WRAP_END, now)
        put(one, ENDED, now)
        add(_stage_row(world, stage), B_BUSY, -1)
    _work(world, stage, now)


@compiled
def promise_over(world: int, case: int, now: int) -> None:
    """A ticket that is not done is late; the customer may call."""
    one = case_row(world, case)
    if get(one, STATE) == HANDLED:
        return
    put(one, FLAGS, get(one, FLAGS) | IS_LATE)
    contact_leg = get(one, TO)
    opened = case_row(world, contact_leg)
    if get(opened, INTENT) & CALLS_WHEN_LATE:
        queue = get(opened, QUEUE)
        come_back(world, contact_leg, queue, TICKET_CALL, 0, now)
