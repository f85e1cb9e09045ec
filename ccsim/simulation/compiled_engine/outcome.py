"""What comes out: legs in order of (contact, attempt, kind, leg), spans by agent."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.cases import UNDECIDED, case_row
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.layout import (
    AGENT,
    AGENT_COUNT,
    ANSWERED,
    ARRIVED,
    ATTEMPT,
    CALLBACK,
    CALLS,
    CASES_USED,
    CAUSE,
    CONTACT,
    CONTACT_COUNT,
    ENDED,
    ENTERED,
    FLAGS,
    GROUP,
    INTENT,
    KIND,
    LEG,
    PRICE,
    QUEUE,
    RECORD_COUNT,
    SEGMENT,
    SPANS,
    SPANS_SIZE,
    STATE,
    TALK_END,
    WRAP_END,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import get
from ccsim.simulation.compiled_engine.people import SPAN_SIZE

OPEN_AT_END = records.OPEN_AT_END


@compiled
def _rank(world: int, case: int) -> int:
    """Order of a case among those of its contact."""
    one = case_row(world, case)
    return (get(one, ATTEMPT) << 32) | (get(one, KIND) << 16) | get(one, LEG)


@compiled
def _order(world: int) -> NDArray[np.int64]:
    """Numbers of the cases in the order of the rows."""
    cases, contacts = get(world, CASES_USED), get(world, CONTACT_COUNT)
    order = np.arange(cases)
    if cases == contacts:
        return order
    # Count by contact, then put the few of each in order.
    first = np.zeros(contacts + get(world, RECORD_COUNT) + 1, np.int64)
    for case in range(cases):
        first[get(case_row(world, case), CONTACT) + 1] += 1
    for contact in range(len(first) - 1):
        first[contact + 1] += first[contact]
    filled = first[:-1].copy()
    for case in range(cases):
        contact = get(case_row(world, case), CONTACT)
        place, rank = filled[contact], _rank(world, case)
        filled[contact] += 1
        while place > first[contact] and _rank(world, order[place - 1]) > rank:
            order[place] = order[place - 1]
            place -= 1
        order[place] = case
    return order


@compiled
def legs_of(world: int) -> tuple[Any, ...]:
    """Columns of the legs, in the order and dtypes of `records.Legs`."""
    order = _order(world)
    n = len(order)
    contact, attempt, leg = np.empty(n, np.int64), np.empty(n, np.int16), np.empty(n, np.int16)
    kind, cause = np.empty(n, np.int8), np.empty(n, np.int8)
    queue, segment = np.empty(n, np.int16), np.empty(n, np.int16)
    arrived, entered = np.empty(n, np.int64), np.empty(n, np.int64)
    answered, talk_end = np.empty(n, np.int64), np.empty(n, np.int64)
    wrap_end, ended = np.empty(n, np.int64), np.empty(n, np.int64)
    group, agent = np.empty(n, np.int32), np.empty(n, np.int32)
    state, callback = np.empty(n, np.int8), np.empty(n, np.int64)
    calls, price = np.empty(n, np.int16), np.empty(n, np.int64)
    intent, flags = np.empty(n, np.int64), np.empty(n, np.int32)
    for row in range(n):
        one = case_row(world, order[row])
        contact[row] = get(one, CONTACT)
        attempt[row] = get(one, ATTEMPT)
        leg[row] = get(one, LEG)
        kind[row] = get(one, KIND)
        cause[row] = get(one, CAUSE)
        queue[row] = get(one, QUEUE)
        segment[row] = get(one, SEGMENT)
        arrived[row] = get(one, ARRIVED)
        entered[row] = get(one, ENTERED)
        answered[row] = get(one, ANSWERED)
        talk_end[row] = get(one, TALK_END)
        wrap_end[row] = get(one, WRAP_END)
        ended[row] = get(one, ENDED)
        group[row] = get(one, GROUP)
        agent[row] = get(one, AGENT)
        state[row] = OPEN_AT_END if get(one, STATE) == UNDECIDED else get(one, STATE)
        callback[row] = get(one, CALLBACK)
        calls[row] = get(one, CALLS)
        price[row] = get(one, PRICE)
        intent[row] = get(one, INTENT)
        flags[row] = get(one, FLAGS)
    return (
        contact, attempt, leg, kind, cause, queue, segment, arrived, entered, answered, talk_end,
        wrap_end, ended, group, agent, state, callback, calls, price, intent, flags,
    )  # fmt: skip


@compiled
def spans_of(world: int) -> tuple[Any, ...]:
    """Columns of the spans by agent, each agent's in order of time."""
    number, agents = get(world, SPANS_SIZE), get(world, AGENT_COUNT)
    spans = get(world, SPANS)
    place = np.zeros(agents + 1, np.int64)
    for row in range(number):
        place[get(spans + row * SPAN_SIZE, 0) + 1] += 1
    for one in range(agents):
        place[one + 1] += place[one]
    agent, group = np.empty(number, np.int32), np.empty(number, np.int32)
    state = np.empty(number, np.int8)
    start, end = np.empty(number, np.int64), np.empty(number, np.int64)
    for row in range(number):
        span = spans + row * SPAN_SIZE
        who = get(span, 0)
        at = place[who]
        place[who] += 1
        agent[at] = who
        group[at] = get(span, 1)
        state[at] = get(span, 2)
        start[at] = get(span, 3)
        end[at] = get(span, 4)
    return agent, group, state, start, end
