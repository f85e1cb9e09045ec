"""Stand-by people, seats and lines that are called when something waits."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.cases import case_row, channel_row, queue_row
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.hands import end_holds
from ccsim.simulation.compiled_engine.layout import (
    A_AT_WORK,
    A_DOING,
    A_DOWN,
    A_DUE,
    A_GETS_UP,
    A_HANDS,
    A_SEAT,
    A_SEAT_PREV,
    A_SHIFT_END,
    A_STAYS,
    A_UNTIL,
    ACTIVE,
    ACTIVE_SIZE,
    ACTIVITY_OVER,
    ALONE,
    BURST_SEAT,
    CALLED,
    CHANNEL_COUNT,
    E_AGENT,
    E_AT_LEAST,
    E_BY,
    E_GROUP,
    E_READY_IN,
    E_SINCE,
    E_SITE,
    E_STATUS,
    E_UNTIL_BUSY,
    E_UNTIL_OVER,
    E_UNTIL_WAITING,
    E_WHAT,
    E_WHEN_BUSY,
    E_WHEN_OVER,
    E_WHEN_WAITING,
    END,
    ENTERED,
    FIRST_STANDBY,
    G_WINDOW_COUNT,
    G_WINDOWS,
    GROUP_COUNT,
    H_MORE,
    H_VOICE,
    L_AT_WORK,
    L_BUSY,
    LOOKS,
    NEXT,
    NOT_CALLED,
    OFF,
    Q_WAITING,
    QUEUE,
    QUEUE_COUNT,
    RULE_COUNT,
    RULE_GROUPS,
    RULE_QUEUES,
    RULE_WORDS,
    RULES,
    S_BURST,
    S_BURST_LAST,
    S_MORE,
    SEATS,
    SILOED,
    STANDBY,
    T_FIRST,
    THERE,
    WINDOWS,
    WORD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import add, get, put, real
from ccsim.simulation.compiled_engine.people import (
    BURST,
    LOGGED_IN,
    agent_row,
    cell_row,
    fill_seats,
    get_up,
    go_on,
    group_row,
    log_in,
    plan_over,
    put_in_group,
    show,
    site_row,
)
from ccsim.simulation.compiled_engine.waiting import stream_row
from ccsim.simulation.compiled_engine.windows import window_at, within
from ccsim.simulation.duty import WORK

EVERY = 10_000_000


@compiled
def _rule_row(world: int, rule: int) -> int:
    return get(world, RULES) + rule * RULE_WORDS * WORD


@compiled
def _concerns(world: int, rule: int, queue: int) -> bool:
    return get(get(world, RULE_QUEUES), rule * get(world, QUEUE_COUNT) + queue) > 0


@compiled
def _waiting(world: int, rule: int) -> int:
    """Contacts that wait in the queues a rule looks at."""
    total = 0
    for queue in range(get(world, QUEUE_COUNT)):
        if _concerns(world, rule, queue):
            total += get(queue_row(world, queue), Q_WAITING)
    return total


@compiled
def _longest(world: int, rule: int, now: int) -> int:
    """Longest wait so far in the queues a rule looks at; nought where nobody waits."""
    since = now
    for place in range(get(world, ACTIVE_SIZE)):
        case = get(stream_row(world, get(get(world, ACTIVE), place)), T_FIRST)
        if _concerns(world, rule, get(case_row(world, case), QUEUE)):
            while case >= 0:
                since = min(since, get(case_row(world, case), ENTERED))
                case = get(case_row(world, case), NEXT)
    case = get(world, ALONE)
    while case >= 0:
        one = case_row(world, case)
        if _concerns(world, rule, get(one, QUEUE)):
            since = min(since, get(one, ENTERED))
        case = get(one, NEXT)
    return now - since


@compiled
def _busy(world: int, rule: int) -> tuple[int, int]:
    """How many of the agents a rule looks at have something in hand, and how many are at work."""
    busy, there = 0, 0
    a_group = get(world, CHANNEL_COUNT) if get(world, SILOED) else 1
    for group in range(get(world, GROUP_COUNT)):
        if get(get(world, RULE_GROUPS), rule * get(world, GROUP_COUNT) + group) > 0:
            for cell in range(group * a_group, (group + 1) * a_group):
                busy += get(cell_row(world, cell), L_BUSY)
                there += get(cell_row(world, cell), L_AT_WORK)
    return busy, there


@compiled
def _holds(world: int, rule: int, now: int) -> bool:
    """Whether every figure of `when` holds."""
    row = _rule_row(world, rule)
    waiting, over, occupied = (
        get(row, E_WHEN_WAITING), get(row, E_WHEN_OVER), real(row, E_WHEN_BUSY),
    )  # fmt: skip
    if waiting >= 0 and _waiting(world, rule) < waiting:
        return False
    if over >= 0 and _longest(world, rule, now) <= over:
        return False
    busy, there = _busy(world, rule)
    return occupied < 0 or busy >= occupied * there


@compiled
def _cleared(world: int, rule: int, now: int) -> bool:
    """Whether every figure of `until` is at or below."""
    row = _rule_row(world, rule)
    waiting, over, occupied = (
        get(row, E_UNTIL_WAITING), get(row, E_UNTIL_OVER), real(row, E_UNTIL_BUSY),
    )  # fmt: skip
    if waiting >= 0 and _waiting(world, rule) > waiting:
        return False
    if over >= 0 and _longest(world, rule, now) > over:
        return False
    busy, there = _busy(world, rule)
    return occupied < 0 or busy <= occupied * there


@compiled
def _group_open(world: int, group: int, moment: int) -> bool:
    row = group_row(world, group)
    return within(world, get(row, G_WINDOWS), get(row, G_WINDOW_COUNT), moment)


@compiled
def look(world: int, now: int) -> None:
    """Look at every rule: call what is needed, let go what is not."""
    for rule in range(get(world, RULE_COUNT)):
        row = _rule_row(world, rule)
        status, what = get(row, E_STATUS), get(row, E_WHAT)
        if status == NOT_CALLED:
            ready = now + get(row, E_READY_IN)
            opens = what != STANDBY or _group_open(world, get(row, E_GROUP), ready)
            if opens and _holds(world, rule, now):
                put(row, E_STATUS, CALLED)
                schedule(world, ready, LOOKS, rule + 1)
        elif status == THERE:
            closed = what == STANDBY and not _group_open(world, get(row, E_GROUP), now)
            served = now - get(row, E_SINCE) >= get(row, E_AT_LEAST)
            if closed or (served and _cleared(world, rule, now)):
                put(row, E_STATUS, NOT_CALLED)
                _dismiss(world, row, now)
    if now + EVERY < get(world, END):
        schedule(world, now + EVERY, LOOKS, 0)


@compiled
def arrive(world: int, rule: int, now: int) -> None:
    """What was called is there."""
    row = _rule_row(world, rule)
    put(row, E_STATUS, THERE)
    put(row, E_SINCE, now)
    what, by = get(row, E_WHAT), get(row, E_BY)
    first = get(world, FIRST_STANDBY) + get(row, E_AGENT)
    if what == STANDBY:
        for agent in range(first, first + by):
            _come_in(world, agent, get(row, E_GROUP), now)
    elif what == SEATS:
        site = get(row, E_SITE)
        add(site_row(world, site), S_MORE, by)
        fill_seats(world, site, now)
    else:
        add(channel_row(world, _voice(world)), H_MORE, by)


@compiled
def _voice(world: int) -> int:
    """Number of the voice channel."""
    for channel in range(get(world, CHANNEL_COUNT)):
        if get(channel_row(world, channel), H_VOICE):
            return channel
    return 0


@compiled
def _come_in(world: int, agent: int, group: int, now: int) -> None:
    """Somebody who stood by is at work until the group closes."""
    one, row = agent_row(world, agent), group_row(world, group)
    place = window_at(world, get(row, G_WINDOWS), get(row, G_WINDOW_COUNT), now)
    until = get(get(world, WINDOWS), 2 * place + 1)
    put(one, A_DOING, WORK)
    put(one, A_UNTIL, until)
    put(one, A_SHIFT_END, until)
    schedule(world, until, ACTIVITY_OVER, agent)
    if get(one, A_AT_WORK):
        # Not gone yet, for want of finishing: at work again.
        put(one, A_DUE, 0)
        put(one, A_STAYS, 0)
        show(world, agent, LOGGED_IN if get(one, A_SEAT) != BURST_SEAT else BURST, now)
        return
    put_in_group(world, agent, group)
    log_in(world, agent, now)


@compiled
def _dismiss(world: int, row: int, now: int) -> None:
    """Let go what a rule called."""
    what, by = get(row, E_WHAT), get(row, E_BY)
    first = get(world, FIRST_STANDBY) + get(row, E_AGENT)
    if what == STANDBY:
        for agent in range(first, first + by):
            one = agent_row(world, agent)
            if get(one, A_DOING) == OFF or get(one, A_DUE):
                continue
            if get(one, A_HANDS) > 0 or get(one, A_DOWN) >= 0:
                put(one, A_SHIFT_END, now)
                plan_over(world, agent, now)
                end_holds(world, agent, now)
            else:
                go_on(world, agent, now)
    elif what == SEATS:
        _take_seats_back(world, get(row, E_SITE), by, now)
    else:
        add(channel_row(world, _voice(world)), H_MORE, -by)


@compiled
def _take_seats_back(world: int, number: int, by: int, now: int) -> None:
    site = site_row(world, number)
    over = get(site, S_BURST) - add(site, S_MORE, -by)
    agent = get(site, S_BURST_LAST)
    while over > 0 and agent >= 0:
        one = agent_row(world, agent)
        before = get(one, A_SEAT_PREV)
        put(one, A_GETS_UP, 1)
        if get(one, A_HANDS) == 0 and get(one, A_DOWN) < 0:
            get_up(world, agent, now)
        agent = before
        over -= 1
