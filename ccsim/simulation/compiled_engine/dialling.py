"""Campaigns: whom to dial, how many at once, and what comes of it."""

from __future__ import annotations

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.cases import (
    case_row,
    free_line,
    give_luck,
    hold_line,
    kind_row,
    line_free,
    new_case,
    queue_row,
)
from ccsim.simulation.compiled_engine.chance import ring, uniform
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.dials import (
    RIGHT_PARTY,
    WRONG_PARTY,
    campaign_of,
    campaign_row,
    dial_again,
)
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.hands import let_go, release, take
from ccsim.simulation.compiled_engine.layout import (
    AGENT,
    ATTEMPT,
    CAMPAIGN_COUNT,
    CASE_SIZE,
    CASES,
    CONTACT,
    CONTACT_COUNT,
    ENDED,
    ENTERED,
    G_IDLE,
    G_SITE,
    INTENT,
    K_SKILL,
    KEPT,
    L_BUSY,
    L_IDLE,
    NEXT,
    P_AGAIN_FIRST,
    P_CAP,
    P_FIRST,
    P_NEXT,
    P_NUISANCES,
    P_PACING,
    P_PICK_UP,
    P_PICK_UP_SHARE,
    P_PICKED_UP,
    P_QUEUE,
    P_RECORDS,
    P_RIGHT,
    P_RING,
    P_WINDOW_COUNT,
    P_WINDOWS,
    PREDICTIVE,
    PREVIEW,
    Q_CHANNEL,
    Q_HANDLE,
    Q_RINGING,
    Q_VOICE,
    QUEUE,
    QUEUE_COUNT,
    RINGING,
    RINGS_OUT,
    S_CALLS,
    S_LINES,
    SEGMENT_COUNT,
    SERVE_WORDS,
    SERVES,
    SHARED,
    SITE_COUNT,
    SKILLS,
    STATE,
    TO,
    UNIT,
    V_GROUP,
    WHERE,
    WORD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.lists import append, remove
from ccsim.simulation.compiled_engine.memory import add, get, put, real
from ccsim.simulation.compiled_engine.people import cell_of, cell_row, group_row, site_row
from ccsim.simulation.compiled_engine.routing import idle_agent, may_serve
from ccsim.simulation.compiled_engine.talking import begin
from ccsim.simulation.compiled_engine.waiting import become_newcomer, count_of
from ccsim.simulation.compiled_engine.windows import within
from ccsim.simulation.marks import PICK_UP
from ccsim.simulation.marks import RIGHT_PARTY as RIGHT_PARTY_MARK

DIAL, DIALLED, NO_ANSWER = records.DIAL, records.DIALLED, records.NO_ANSWER


@compiled
def _skill(world: int, queue: int) -> int:
    """Skill a dial of a queue needs."""
    return get(kind_row(world, queue, -1), K_SKILL)


@compiled
def _idle_agents(world: int, queue: int) -> int:
    """Idle agents with a queue's skill, apart from those a group keeps for others."""
    row, segments = queue_row(world, queue), get(world, SEGMENT_COUNT) + 1
    skill, total, sites = _skill(world, queue), 0, get(world, SITE_COUNT)
    voice = get(row, Q_VOICE)
    for site in range(sites):
        idle = 0
        for place in range(get(get(world, SKILLS), skill), get(get(world, SKILLS), skill + 1)):
            group = get(get(world, SERVES) + place * SERVE_WORDS * WORD, V_GROUP)
            if get(group_row(world, group), G_SITE) != site:
                continue
            if not may_serve(world, group, queue, 0, voice):
                continue
            cell = cell_row(world, cell_of(world, group, get(row, Q_CHANNEL)))
            spare = get(group_row(world, group), G_IDLE) - get(get(world, KEPT), group * segments)
            idle += max(min(get(cell, L_IDLE), spare), 0)
        limit = get(site_row(world, site), S_LINES)
        if voice and limit >= 0:
            idle = max(min(idle, limit - get(site_row(world, site), S_CALLS)), 0)
        total += idle
    return total


@compiled
def _wanted(world: int, campaign: int) -> int:
    """Dials that should ring now."""
    row = campaign_row(world, campaign)
    queue = get(row, P_QUEUE)
    idle = _idle_agents(world, queue)
    nuisances, cap = get(row, P_NUISANCES), get(row, P_CAP)
    if get(row, P_PACING) != PREDICTIVE or nuisances * UNIT > cap * get(row, P_PICKED_UP):
        return idle
    share = get(row, P_PICK_UP_SHARE)
    handle = get(queue_row(world, queue), Q_HANDLE)
    if handle * share == 0:
        return idle
    busy = count_of(world, _skill(world, queue), L_BUSY)
    return (idle * handle + busy * get(row, P_RING)) * UNIT // (handle * share)


@compiled
def _ringing(world: int, queue: int) -> int:
    """Dials that ring for agents who could serve a queue."""
    total, queues = 0, get(world, QUEUE_COUNT)
    for other in range(queues):
        if get(get(world, SHARED), queue * queues + other):
            total += get(queue_row(world, other), Q_RINGING)
    return total


@compiled
def _has_record(row: int) -> bool:
    return get(row, P_NEXT) < get(row, P_RECORDS) or get(row, P_AGAIN_FIRST) >= 0


@compiled
def _dial(world: int, campaign: int, now: int) -> int:
    """Dial the next record of a campaign; returns the case."""
    row = campaign_row(world, campaign)
    if get(row, P_NEXT) < get(row, P_RECORDS):
        record, attempt = get(row, P_FIRST) + get(row, P_NEXT), 1
        add(row, P_NEXT, 1)
    else:
        last = get(row, P_AGAIN_FIRST)
        again = row + P_AGAIN_FIRST * WORD
        remove(again, get(world, CASES), CASE_SIZE, NEXT, last)
        record = get(case_row(world, last), CONTACT) - get(world, CONTACT_COUNT)
        attempt = get(case_row(world, last), ATTEMPT) + 1
    contact, queue = get(world, CONTACT_COUNT) + record, get(row, P_QUEUE)
    case = new_case(world, contact, attempt, 1, DIAL, DIALLED, queue, -1, now)
    give_luck(world, case)
    one = case_row(world, case)
    put(one, INTENT, 0)
    hold_line(world, one)
    put(one, WHERE, RINGING)
    add(queue_row(world, queue), Q_RINGING, 1)
    schedule(world, now + ring(world, contact, attempt, campaign), RINGS_OUT, case)
    return case


@compiled
def dial(world: int, now: int) -> None:
    """Let every campaign in its hours dial as many as it wants to ring."""
    for campaign in range(get(world, CAMPAIGN_COUNT)):
        row = campaign_row(world, campaign)
        queue = get(row, P_QUEUE)
        if not within(world, get(row, P_WINDOWS), get(row, P_WINDOW_COUNT), now):
            continue
        free = _idle_agents(world, queue) if get(row, P_PACING) == PREVIEW else 0
        while _has_record(row) and line_free(world, queue):
            if get(row, P_PACING) == PREVIEW:
                if free == 0:
                    break
                free -= 1
                case = _dial(world, campaign, now)
                skill, channel = _skill(world, queue), get(queue_row(world, queue), Q_CHANNEL)
                one, voice = case_row(world, case), get(queue_row(world, queue), Q_VOICE)
                agent = idle_agent(world, one, skill, channel, 0, voice, now)
                take(world, agent, case, -1, now)
            elif _ringing(world, queue) < _wanted(world, campaign):
                _dial(world, campaign, now)
            else:
                break


@compiled
def rings_out(world: int, case: int, now: int) -> None:
    """A dial stops ringing: somebody has picked up, or nobody does."""
    one = case_row(world, case)
    campaign = campaign_row(world, campaign_of(world, one))
    contact, attempt, agent = get(one, CONTACT), get(one, ATTEMPT), get(one, AGENT)
    add(queue_row(world, get(one, QUEUE)), Q_RINGING, -1)
    if not uniform(world, contact, attempt, 1, PICK_UP) < real(campaign, P_PICK_UP):
        put(one, STATE, NO_ANSWER)
        put(one, ENDED, now)
        free_line(world, one)
        dial_again(world, case, now)
        if agent >= 0:
            let_go(world, case, now)
            put(one, AGENT, -1)
        return
    add(campaign, P_PICKED_UP, 1)
    put(one, ENTERED, now)
    right = uniform(world, contact, attempt, 1, RIGHT_PARTY_MARK) < real(campaign, P_RIGHT)
    put(one, TO, RIGHT_PARTY if right else WRONG_PARTY)
    if not right:
        dial_again(world, case, now)
    if agent >= 0:
        release(world, case)
        begin(world, case, agent, now)
    else:
        become_newcomer(world, case)


@compiled
def may_be_dialled(world: int, number: int) -> None:
    """A record may be dialled again (or hours begin or end, which dialling looks at itself)."""
    campaigns = get(world, CAMPAIGN_COUNT)
    if number >= campaigns:
        case = number - campaigns
        campaign = campaign_row(world, campaign_of(world, case_row(world, case)))
        append(campaign + P_AGAIN_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
