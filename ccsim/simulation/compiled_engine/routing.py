"""Who serves whom: until nothing matches, the first contact with an agent for it gets it."""

from __future__ import annotations

import numpy as np

from ccsim.simulation.compiled_engine.arithmetic import less, product, summed
from ccsim.simulation.compiled_engine.cases import case_row, kind_row, queue_row
from ccsim.simulation.compiled_engine.chance import uniform
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.hands import works_pool
from ccsim.simulation.compiled_engine.layout import (
    A_CELL,
    A_IDLE_SINCE,
    A_NEXT,
    A_POOL,
    A_SITE,
    ACTIVE,
    ACTIVE_SIZE,
    AFTER,
    AGENT_RULE,
    ALONE,
    ATTEMPT,
    BY_OCCUPANCY,
    BY_PRIORITY,
    BY_WEIGHT,
    CALLBACK,
    CALLS,
    CONTACT,
    CONTACT_RULE,
    ENTERED,
    G_IDLE,
    G_RESERVES,
    G_SITE,
    GROUP_COUNT,
    GROWS,
    K_PRIORITY,
    K_SKILL,
    K_WITHIN,
    KEPT,
    L_FIRST,
    L_IDLE,
    LEG,
    MUST_ROUTE,
    NEXT,
    OWN,
    Q_CHANNEL,
    Q_GROWTH,
    Q_LIVE,
    Q_REACH,
    Q_VOICE,
    Q_WEIGHT,
    QUEUE,
    ROOM_MOST,
    S_CALLS,
    S_LINES,
    SEGMENT,
    SEGMENT_COUNT,
    SERVE_WORDS,
    SERVES,
    SILOED,
    SKILLS,
    T_FIRST,
    V_GROUP,
    V_TIER,
    WORD,
    WORKS,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import get, put, real
from ccsim.simulation.compiled_engine.people import (
    agent_row,
    cell_of,
    cell_row,
    group_row,
    less_busy,
    room_pool,
    site_row,
)
from ccsim.simulation.compiled_engine.talking import begin
from ccsim.simulation.compiled_engine.waiting import called_in_vain, leave, stream_row
from ccsim.simulation.marks import AGAIN, REACH

# A priority in the unit of growth · wait: millionths of a priority and µs of a minute.
_PRIORITY = 60_000_000 * 1_000_000


@compiled
def site_has_line(world: int, group: int) -> bool:
    """Whether a line into a group's site is free."""
    site = site_row(world, get(group_row(world, group), G_SITE))
    limit = get(site, S_LINES)
    return limit < 0 or get(site, S_CALLS) < limit


@compiled
def may_serve(world: int, group: int, queue: int, wait: int, voice: int) -> bool:
    """Whether a group may serve a queue's contact that has waited so long."""
    after = get(get(world, AFTER), queue * get(world, GROUP_COUNT) + group)
    return wait >= after and (not voice or site_has_line(world, group))


@compiled
def gives(world: int, group: int, cell: int, segment: int) -> bool:
    """Whether a group has an idle agent that it does not keep for others."""
    place = group * (get(world, SEGMENT_COUNT) + 1) + segment + 1
    return get(cell, L_IDLE) > 0 and (
        get(group_row(world, group), G_RESERVES) == 0
        or get(group_row(world, group), G_IDLE) > get(get(world, KEPT), place)
    )


@compiled
def idle_agent(
    world: int, one: int, skill: int, channel: int, wait: int, voice: int, now: int
) -> int:
    """The idle agent a case would get, or -1."""
    queue, segment = get(one, QUEUE), get(one, SEGMENT)
    by_occupancy = get(world, AGENT_RULE) == BY_OCCUPANCY
    best, tier, turn = -1, 0, 0
    for place in range(get(get(world, SKILLS), skill), get(get(world, SKILLS), skill + 1)):
        serve = get(world, SERVES) + place * SERVE_WORDS * WORD
        group = get(serve, V_GROUP)
        if best >= 0 and not by_occupancy and get(serve, V_TIER) > tier:
            break
        cell = cell_row(world, cell_of(world, group, channel))
        if not gives(world, group, cell, segment):
            continue
        if not may_serve(world, group, queue, wait, voice):
            continue
        agent = get(cell, L_FIRST)
        if by_occupancy:
            while agent >= 0:
                if best < 0 or _rather(world, agent, best, now):
                    best = agent
                agent = get(agent_row(world, agent), A_NEXT)
            continue
        since = get(agent_row(world, agent), A_IDLE_SINCE)
        if best < 0 or since < turn:
            best, tier, turn = agent, get(serve, V_TIER), since
    return best


@compiled
def _rather(world: int, agent: int, best: int, now: int) -> bool:
    """Whether an agent's occupancy is lower, or the same and it has been idle for longer."""
    if less_busy(world, agent, best, now):
        return True
    if less_busy(world, best, agent, now):
        return False
    since = get(agent_row(world, agent), A_IDLE_SINCE)
    return since < get(agent_row(world, best), A_IDLE_SINCE)


@compiled
def _with_room(world: int, one: int, skill: int, channel: int, wait: int, voice: int) -> int:
    for hands in range(1, get(world, ROOM_MOST)):
        for place in range(get(get(world, SKILLS), skill), get(get(world, SKILLS), skill + 1)):
            group = get(get(world, SERVES) + place * SERVE_WORDS * WORD, V_GROUP)
            agent = get(room_pool(world, group, channel, hands), 0)
            if agent >= 0 and may_serve(world, group, get(one, QUEUE), wait, voice):
                return agent
    return -1


@compiled
def _with_work(world: int, one: int, skill: int, wait: int, voice: int) -> int:
    for place in range(get(get(world, SKILLS), skill), get(get(world, SKILLS), skill + 1)):
        group = get(get(world, SERVES) + place * SERVE_WORDS * WORD, V_GROUP)
        agent = get(works_pool(world, group), 0)
        if agent >= 0 and may_serve(world, group, get(one, QUEUE), wait, voice):
            return agent
    return -1


@compiled
def agent_for(world: int, one: int, now: int) -> int:
    """The agent a case would get, or -1."""
    row = queue_row(world, get(one, QUEUE))
    skill = get(kind_row(world, get(one, QUEUE), get(one, SEGMENT)), K_SKILL)
    channel, voice, wait = get(row, Q_CHANNEL), get(row, Q_VOICE), now - get(one, ENTERED)
    agent = idle_agent(world, one, skill, channel, wait, voice, now)
    if agent < 0 and get(world, ROOM_MOST) > 1:
        agent = _with_room(world, one, skill, channel, wait, voice)
    if agent < 0 and get(row, Q_LIVE) and get(world, WORKS) and not get(world, SILOED):
        agent = _with_work(world, one, skill, wait, voice)
    return agent


@compiled
def _own_is_free(world: int, one: int) -> bool:
    """Whether the agent is idle whom a case waits for, and can be called."""
    agent = agent_row(world, get(one, OWN))
    if get(agent, A_POOL) == 0 or get(agent, A_POOL) != cell_row(world, get(agent, A_CELL)):
        return False
    if not get(queue_row(world, get(one, QUEUE)), Q_VOICE):
        return True
    site = site_row(world, get(agent, A_SITE))
    return get(site, S_LINES) < 0 or get(site, S_CALLS) < get(site, S_LINES)


@compiled
def _first_of_its_own(world: int, case: int) -> bool:
    """Whether nobody came before who waits for the same agent alone."""
    own = get(case_row(world, case), OWN)
    other = get(world, ALONE)
    while other != case:
        if get(case_row(world, other), OWN) == own:
            return False
        other = get(case_row(world, other), NEXT)
    return True


@compiled
def _priority(world: int, one: int, now: int) -> tuple[np.uint64, np.uint64]:
    priority = get(kind_row(world, get(one, QUEUE), get(one, SEGMENT)), K_PRIORITY)
    if not get(world, GROWS):
        return np.uint64(0), np.uint64(priority)
    growth = get(queue_row(world, get(one, QUEUE)), Q_GROWTH)
    return summed(product(priority, _PRIORITY), product(growth, now - get(one, ENTERED)))


@compiled
def _goes_before(world: int, case: int, other: int, now: int) -> bool:
    """Whether a case is served before another."""
    one, second = case_row(world, case), case_row(world, other)
    rule = get(world, CONTACT_RULE)
    entered, later = get(one, ENTERED), get(second, ENTERED)
    if rule == BY_PRIORITY:
        a, b = _priority(world, one, now), _priority(world, second, now)
        if a[0] != b[0]:
            return bool(a[0] > b[0])
        if a[1] != b[1]:
            return bool(a[1] > b[1])
    elif rule == BY_WEIGHT:
        weight = get(queue_row(world, get(one, QUEUE)), Q_WEIGHT)
        weigh = get(queue_row(world, get(second, QUEUE)), Q_WEIGHT)
        if less(weigh, now - later, weight, now - entered):
            return True
        if less(weight, now - entered, weigh, now - later):
            return False
    else:
        due = entered + get(kind_row(world, get(one, QUEUE), get(one, SEGMENT)), K_WITHIN)
        dues = later + get(kind_row(world, get(second, QUEUE), get(second, SEGMENT)), K_WITHIN)
        if due != dues:
            return due < dues
    return entered < later or (entered == later and case < other)


@compiled
def _serve(world: int, case: int, agent: int, now: int) -> None:
    """Bring a case to an agent; a callback is called first."""
    one = case_row(world, case)
    if get(one, CALLBACK) >= 0:
        calls = get(one, CALLS)
        put(one, CALLS, calls + 1)
        u = uniform(
            world, get(one, CONTACT), get(one, ATTEMPT), get(one, LEG), REACH + AGAIN * calls
        )
        if not u < real(queue_row(world, get(one, QUEUE)), Q_REACH):
            called_in_vain(world, case, now)
            return
    leave(world, case)
    begin(world, case, agent, now)


@compiled
def route(world: int, now: int) -> None:
    """Bring those who wait to agents until nothing matches."""
    while get(world, MUST_ROUTE):
        put(world, MUST_ROUTE, 0)
        best, chosen = -1, -1
        for place in range(get(world, ACTIVE_SIZE)):
            case = get(stream_row(world, get(get(world, ACTIVE), place)), T_FIRST)
            if best >= 0 and not _goes_before(world, case, best, now):
                continue
            agent = agent_for(world, case_row(world, case), now)
            if agent >= 0:
                best, chosen = case, agent
        case = get(world, ALONE)
        while case >= 0:
            one = case_row(world, case)
            if (
                _own_is_free(world, one)
                and _first_of_its_own(world, case)
                and (best < 0 or _goes_before(world, case, best, now))
            ):
                best, chosen = case, get(one, OWN)
            case = get(one, NEXT)
        if best >= 0:
            _serve(world, best, chosen, now)
            put(world, MUST_ROUTE, 1)
