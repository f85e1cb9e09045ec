"""Further attempts, and the tickets that contacts open."""

from __future__ import annotations

import numpy as np

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.cases import case_row, new_case, queue_row
from ccsim.simulation.compiled_engine.chance import duration, first_arrival, uniform
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.layout import (
    ARRIVES,
    ATTEMPT,
    ATTEMPTS,
    B_DELAY,
    BACK_OFFICE,
    CAUSE,
    CONTACT,
    END,
    FLAGS,
    INTENT,
    LEG,
    NEVER,
    NOTE,
    NOTE_TRIED,
    ON_ITS_WAY,
    PROMISE_OVER,
    Q_LIVE,
    Q_PROMISE,
    Q_RESOLVES,
    Q_RETRIES,
    Q_SECOND,
    Q_STAGE,
    Q_WINDOW_COUNT,
    Q_WINDOWS,
    QUEUE,
    SEGMENT,
    STAGE_COUNT,
    STAGE_WORDS,
    STAGES,
    TALK,
    TO,
    WHERE,
    WINDOWS,
    WORD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import get, put
from ccsim.simulation.compiled_engine.windows import is_open, window_at
from ccsim.simulation.duty import HOUR
from ccsim.simulation.intents import (
    OPENS_TICKET,
    REBOOKS,
    RESOLVED,
    RETRIES,
    RETURNS,
    TRIES_OTHER_CHANNEL,
)
from ccsim.simulation.marks import (
    REBOOK_AFTER,
    REOPENING,
    RETRY_AFTER,
    RETURNS_AFTER,
    SECOND_AFTER,
    TICKET_WORK,
)

CONTACT_KIND, TICKET_KIND = records.CONTACT, records.TICKET
RETRY, REPEAT, SECOND_CHANNEL, REBOOKING = (
    records.RETRY, records.REPEAT, records.SECOND_CHANNEL, records.REBOOKING,
)  # fmt: skip
SOLD_OUT, WRONG_ANSWER = records.SOLD_OUT, records.WRONG_ANSWER


@compiled
def come_back(world: int, case: int, queue: int, cause: int, delay: int, now: int) -> None:
    """Decide on a further attempt, unless it would come too late to be seen."""
    if delay >= NEVER:
        return
    one = case_row(world, case)
    contact = get(one, CONTACT)
    attempt = get(get(world, ATTEMPTS), contact) + 1
    moment, row = now + delay, queue_row(world, queue)
    if get(row, Q_LIVE) and not is_open(world, queue, moment):
        place = window_at(world, get(row, Q_WINDOWS), get(row, Q_WINDOW_COUNT), moment)
        if place < 0:
            return
        opens = get(get(world, WINDOWS), 2 * place)
        closes = get(get(world, WINDOWS), 2 * place + 1)
        within = min(HOUR, closes - opens)
        u = uniform(world, contact, get(one, ATTEMPT), get(one, LEG), REOPENING)
        moment = opens + np.int64(np.floor(u * within))
    if moment >= get(world, END):
        return
    put(get(world, ATTEMPTS), contact, attempt)
    tried = (get(one, NOTE) >> NOTE_TRIED) + 1 if cause == RETRY else 0
    segment = get(one, SEGMENT)
    made = new_case(world, contact, attempt, 1, CONTACT_KIND, cause, queue, segment, moment)
    put(case_row(world, made), NOTE, tried << NOTE_TRIED)
    schedule(world, moment, ARRIVES, made)


@compiled
def _after(world: int, case: int, purpose: int) -> int:
    """Drawn delay of a further attempt."""
    one = case_row(world, case)
    contact = get(one, CONTACT)
    return duration(
        world, contact, get(one, ATTEMPT), get(one, LEG), purpose, get(one, QUEUE),
        first_arrival(world, contact),
    )  # fmt: skip


@compiled
def not_served(world: int, case: int, now: int) -> None:
    """Who was blocked, balked or abandoned may try another channel, or try again."""
    one = case_row(world, case)
    row, intent = queue_row(world, get(one, QUEUE)), get(one, INTENT)
    if get(row, Q_SECOND) >= 0 and intent & TRIES_OTHER_CHANNEL:
        delay = _after(world, case, SECOND_AFTER)
        come_back(world, case, get(row, Q_SECOND), SECOND_CHANNEL, delay, now)
    elif intent & RETRIES and get(one, NOTE) >> NOTE_TRIED < get(row, Q_RETRIES):
        come_back(world, case, get(one, QUEUE), RETRY, _after(world, case, RETRY_AFTER), now)


@compiled
def handled(world: int, case: int, now: int) -> None:
    """Who was handled may open a ticket, and may come back to book or because of a repeat."""
    one = case_row(world, case)
    queue = get(one, QUEUE)
    row, intent, flags = queue_row(world, queue), get(one, INTENT), get(one, FLAGS)
    if get(row, Q_STAGE) >= 0 and intent & OPENS_TICKET:
        _open_ticket(world, case, now)
    if flags & SOLD_OUT and intent & REBOOKS:
        come_back(world, case, queue, REBOOKING, _after(world, case, REBOOK_AFTER), now)
        return
    unresolved = flags & WRONG_ANSWER or not intent & RESOLVED
    if get(row, Q_RESOLVES) and unresolved and intent & RETURNS:
        come_back(world, case, queue, REPEAT, _after(world, case, RETURNS_AFTER), now)


@compiled
def _open_ticket(world: int, case: int, now: int) -> None:
    one = case_row(world, case)
    row = queue_row(world, get(one, QUEUE))
    stage, promise, work = get(row, Q_STAGE), get(row, Q_PROMISE), _after(world, case, TICKET_WORK)
    made = new_case(
        world, get(one, CONTACT), get(one, ATTEMPT), get(one, LEG), TICKET_KIND, get(one, CAUSE),
        stage,
        get(one, SEGMENT), now,
    )  # fmt: skip
    ticket = case_row(world, made)
    put(ticket, TALK, work)
    put(ticket, TO, case)
    put(ticket, WHERE, ON_ITS_WAY)
    delay = get(get(world, STAGES) + stage * STAGE_WORDS * WORD, B_DELAY)
    schedule(world, now + delay, BACK_OFFICE, get(world, STAGE_COUNT) + made)
    schedule(world, now + promise, PROMISE_OVER, made)
