"""A day picked up: who waits and who talks when the simulation begins."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.cases import case_row, hold_line, kind_row, queue_row
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.hands import take, works_pool
from ccsim.simulation.compiled_engine.layout import (
    A_LAST_CHANNEL,
    A_POOL,
    A_SITE,
    ABLE,
    AGENT_COUNT,
    ANSWERED,
    ARRIVED,
    BEGUN_GROUP,
    ENTERED,
    FAULT,
    GROUP,
    K_SKILL,
    L_FIRST,
    Q_CHANNEL,
    Q_LIVE,
    Q_VOICE,
    QUEUE,
    ROOM_MOST,
    S_CALLS,
    SEGMENT,
    SILOED,
    SKILL_COUNT,
    TALK,
    WORD,
    WORKS,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import add, get, half, put
from ccsim.simulation.compiled_engine.people import (
    agent_row,
    cell_of,
    cell_row,
    room_pool,
    site_row,
)
from ccsim.simulation.compiled_engine.waiting import AS_THEY_CAME, join, start_patience


@compiled
def _somebody(world: int, group: int, channel: int, live: int) -> int:
    """An agent of a group for a talk that goes on: idle, with room, or with work to put down."""
    agent = get(cell_row(world, cell_of(world, group, channel)), L_FIRST)
    if agent >= 0:
        return agent
    for hands in range(1, get(world, ROOM_MOST)):
        best = -1
        for agent in range(get(world, AGENT_COUNT)):
            pool = get(agent_row(world, agent), A_POOL)
            if pool != 0 and pool == room_pool(world, group, channel, hands):
                best = agent
                break
        if best >= 0:
            return best
    if live and get(world, WORKS) and not get(world, SILOED):
        return get(works_pool(world, group), 0)
    return -1


@compiled
def pick_up(world: int, case: int, now: int) -> None:
    """Let a contact that is there already wait on, or talk on."""
    one = case_row(world, case)
    since, queue = get(one, ARRIVED), get(one, QUEUE)
    row = queue_row(world, queue)
    put(one, ENTERED, since)
    hold_line(world, one)
    group = half(get(world, BEGUN_GROUP), case)
    if group < 0:
        join(world, case, AS_THEY_CAME)
        start_patience(world, case, since)
        return
    able = get(world, ABLE) + group * get(world, SKILL_COUNT) * WORD
    own = get(kind_row(world, queue, get(one, SEGMENT)), K_SKILL)
    if not get(able, own) and get(able, get(kind_row(world, queue, -1), K_SKILL)):
        put(one, SEGMENT, -1)
    agent = _somebody(world, group, get(row, Q_CHANNEL), get(row, Q_LIVE))
    if agent < 0:
        if get(world, FAULT) == 0:
            put(world, FAULT, group + 1)
        return
    other = agent_row(world, agent)
    put(one, ANSWERED, since)
    put(one, GROUP, group)
    if get(row, Q_VOICE):
        add(site_row(world, get(other, A_SITE)), S_CALLS, 1)
    put(other, A_LAST_CHANNEL, get(row, Q_CHANNEL))
    take(world, agent, case, max(get(one, TALK) - (now - since), 0), now)
