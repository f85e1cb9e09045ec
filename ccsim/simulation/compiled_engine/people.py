"""Agents: what they do by plan, where they sit, when they are free, and the spans that show it."""

from __future__ import annotations

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.arithmetic import less
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.layout import (
    A_AT_WORK,
    A_BUSY,
    A_BUSY_FROM,
    A_CELL,
    A_DOING,
    A_DOWN,
    A_DUE,
    A_GETS_UP,
    A_GROUP,
    A_HANDS,
    A_IDLE_SINCE,
    A_NEXT,
    A_POOL,
    A_ROW,
    A_ROW_END,
    A_SEAT,
    A_SEAT_NEXT,
    A_SHIFT,
    A_SHIFT_END,
    A_SILO,
    A_SITE,
    A_SPAN,
    A_SPAN_FROM,
    A_SPAN_GROUP,
    A_STAYS,
    A_UNTIL,
    A_WORK,
    A_WORK_FROM,
    ABLE,
    ACTIVITY_OVER,
    AGENT_SIZE,
    AGENTS,
    AS_SIMPY,
    BURST_SEAT,
    CELL_WORDS,
    CELLS,
    CHANNEL_COUNT,
    DUTY,
    DUTY_WORDS,
    G_IDLE,
    G_SITE,
    GIVEN,
    GROUP_COUNT,
    GROUP_WORDS,
    GROUPS,
    IDLE_TURN,
    K_SKILL,
    KIND_WORDS,
    KINDS,
    L_AT_WORK,
    L_BUSY,
    L_IDLE,
    MUST_ROUTE,
    NEVER,
    NO_SEAT,
    OFF,
    OWN_SEAT,
    Q_CLOSING,
    Q_LIVE,
    Q_WAITING,
    QUEUE_COUNT,
    QUEUE_WORDS,
    QUEUES,
    R_ACTIVITY,
    R_END,
    R_GROUP,
    R_SHIFT,
    R_SHIFT_END,
    R_START,
    ROOM_MOST,
    ROOMS,
    S_BURST,
    S_BURST_FIRST,
    S_MORE,
    S_OWN,
    S_SEATS,
    S_WAIT_FIRST,
    SEGMENT_COUNT,
    SERVE,
    SILOED,
    SILOS,
    SITE_WORDS,
    SITES,
    SKILL_COUNT,
    SPANS,
    SPANS_ROOM,
    SPANS_SIZE,
    STAYERS,
    STAYERS_SIZE,
    WAITS_FOR_SEAT,
    WORD,
    WORKLOAD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.lists import append, remove
from ccsim.simulation.compiled_engine.memory import add, get, grown, put, real
from ccsim.simulation.compiled_engine.windows import is_open
from ccsim.simulation.duty import ABSENT, BREAK, MEAL, TRAINING, WORK

LOGGED_IN, BURST, OVERTIME, UNSEATED = (
    records.LOGGED_IN, records.BURST, records.OVERTIME, records.UNSEATED,
)  # fmt: skip
SPAN_OF_BREAK, SPAN_OF_TRAINING, SPAN_OF_ABSENT, SPAN_OF_MEAL, SPAN_OF_OFF_PHONE = (
    records.BREAK, records.TRAINING, records.ABSENT, records.MEAL, records.OFF_PHONE,
)  # fmt: skip
SPAN_SIZE = 5 * WORD


@compiled
def agent_row(world: int, agent: int) -> int:
    """Address of an agent's row."""
    return get(world, AGENTS) + agent * AGENT_SIZE


@compiled
def show(world: int, agent: int, state: int, now: int) -> None:
    """Let an agent's span end here and another begin; OFF shows nothing."""
    one = agent_row(world, agent)
    shown, since = get(one, A_SPAN), get(one, A_SPAN_FROM)
    if shown != OFF and now > since:
        if get(world, SPANS_SIZE) == get(world, SPANS_ROOM):
            grown(world, SPANS, SPANS_ROOM, SPAN_SIZE)
        span = get(world, SPANS) + get(world, SPANS_SIZE) * SPAN_SIZE
        add(world, SPANS_SIZE, 1)
        put(span, 0, agent)
        put(span, 1, get(one, A_SPAN_GROUP))
        put(span, 2, shown)
        put(span, 3, since)
        put(span, 4, now)
    put(one, A_SPAN, state)
    put(one, A_SPAN_FROM, now)
    put(one, A_SPAN_GROUP, get(one, A_GROUP))


# Pools: where an agent can be found by those who wait. A pool is a list; its address is kept.


@compiled
def cell_row(world: int, cell: int) -> int:
    """Address of a cell: a group, or one channel's silo of it."""
    return get(world, CELLS) + cell * CELL_WORDS * WORD


@compiled
def group_row(world: int, group: int) -> int:
    """Address of a group's row."""
    return get(world, GROUPS) + group * GROUP_WORDS * WORD


@compiled
def cell_of(world: int, group: int, channel: int) -> int:
    """The cell in which a group serves a channel."""
    if get(world, SILOED):
        return group * get(world, CHANNEL_COUNT) + channel
    return group


@compiled
def leave_pool(world: int, agent: int) -> None:
    """Let nobody find an agent any more."""
    one = agent_row(world, agent)
    pool = get(one, A_POOL)
    if pool == 0:
        return
    remove(pool, get(world, AGENTS), AGENT_SIZE, A_NEXT, agent)
    put(one, A_POOL, 0)
    cell = cell_row(world, get(one, A_CELL))
    if pool == cell:
        add(cell, L_IDLE, -1)
        add(group_row(world, get(one, A_GROUP)), G_IDLE, -1)


@compiled
def enter_pool(world: int, agent: int, pool: int) -> None:
    """Put an agent where those who wait look for it."""
    one = agent_row(world, agent)
    append(pool, get(world, AGENTS), AGENT_SIZE, A_NEXT, agent)
    put(one, A_POOL, pool)
    put(one, A_IDLE_SINCE, add(world, IDLE_TURN, 1))
    put(world, MUST_ROUTE, 1)


@compiled
def become_idle(world: int, agent: int) -> None:
    """An agent at work has nothing in hand."""
    one = agent_row(world, agent)
    cell = cell_row(world, get(one, A_CELL))
    enter_pool(world, agent, cell)
    add(cell, L_IDLE, 1)
    add(group_row(world, get(one, A_GROUP)), G_IDLE, 1)


@compiled
def room_pool(world: int, group: int, channel: int, hands: int) -> int:
    """Pool of a group's agents with room for one more of a channel and so many in hand."""
    place = (group * get(world, CHANNEL_COUNT) + channel) * get(world, ROOM_MOST) + hands
    return get(world, ROOMS) + place * 2 * WORD


# At work.


@compiled
def silo_of(world: int, agent: int, group: int) -> int:
    """Channel an agent serves in a group: given when it first works there."""
    channels = get(world, CHANNEL_COUNT)
    if not get(world, SILOED):
        return 0
    places = get(world, SILOS) + agent * (get(world, GROUP_COUNT)) * WORD
    if get(places, group) >= 0:
        return get(places, group)
    given = get(world, GIVEN) + group * channels * WORD
    workload = get(world, WORKLOAD) + group * channels * WORD
    best, most = -1, 0.0
    for channel in range(channels):
        work = real(workload, channel)
        if work < 0:
            continue  # not one of the group's channels
        share = work / (2 * get(given, channel) + 1)
        if best < 0 or share > most:
            best, most = channel, share
    best = max(best, 0)
    add(given, best, 1)
    put(places, group, best)
    return best


@compiled
def start_work(world: int, agent: int, now: int) -> None:
    """An agent with a seat logs in and is idle."""
    one = agent_row(world, agent)
    silo = silo_of(world, agent, get(one, A_GROUP))
    put(one, A_SILO, silo)
    put(one, A_CELL, cell_of(world, get(one, A_GROUP), silo))
    put(one, A_AT_WORK, 1)
    put(one, A_WORK_FROM, now)
    add(cell_row(world, get(one, A_CELL)), L_AT_WORK, 1)
    show(world, agent, BURST if get(one, A_SEAT) == BURST_SEAT else LOGGED_IN, now)
    become_idle(world, agent)


@compiled
def stop_work(world: int, agent: int, now: int) -> None:
    """An agent leaves the floor, for a break or for good."""
    one = agent_row(world, agent)
    if get(one, A_SEAT) == WAITS_FOR_SEAT:
        site = get(world, SITES) + get(one, A_SITE) * SITE_WORDS * WORD
        remove(site + S_WAIT_FIRST * WORD, get(world, AGENTS), AGENT_SIZE, A_SEAT_NEXT, agent)
        put(one, A_SEAT, NO_SEAT)
    if get(one, A_AT_WORK):
        leave_pool(world, agent)
        put(one, A_AT_WORK, 0)
        add(one, A_WORK, now - get(one, A_WORK_FROM))
        add(cell_row(world, get(one, A_CELL)), L_AT_WORK, -1)
    put(one, A_DUE, 0)
    put(one, A_STAYS, 0)


@compiled
def start_hands(world: int, agent: int, now: int) -> None:
    """An agent has something in hand from now on."""
    one = agent_row(world, agent)
    put(one, A_BUSY_FROM, now)
    add(cell_row(world, get(one, A_CELL)), L_BUSY, 1)


@compiled
def end_hands(world: int, agent: int, now: int) -> None:
    """An agent has nothing in hand any more."""
    one = agent_row(world, agent)
    add(one, A_BUSY, now - get(one, A_BUSY_FROM))
    put(one, A_BUSY_FROM, NEVER)
    add(cell_row(world, get(one, A_CELL)), L_BUSY, -1)


@compiled
def share_busy(world: int, agent: int, now: int) -> tuple[int, int]:
    """Time with a contact in hand, and time at work (1 where it is nought), so far."""
    one = agent_row(world, agent)
    busy, work = get(one, A_BUSY), get(one, A_WORK)
    if get(one, A_BUSY_FROM) < NEVER:
        busy += now - get(one, A_BUSY_FROM)
    if get(one, A_AT_WORK):
        work += now - get(one, A_WORK_FROM)
    return busy, max(work, 1)


@compiled
def less_busy(world: int, agent: int, other: int, now: int) -> bool:
    """Whether an agent's occupancy so far is lower than another's."""
    one, second = share_busy(world, agent, now), share_busy(world, other, now)
    return less(one[0], second[1], second[0], one[1])


# Seats.


@compiled
def site_row(world: int, site: int) -> int:
    """Address of a site's row."""
    return get(world, SITES) + site * SITE_WORDS * WORD


@compiled
def take_seat(world: int, agent: int) -> bool:
    """Sit down if there is a seat."""
    one = agent_row(world, agent)
    site = site_row(world, get(one, A_SITE))
    if get(site, S_SEATS) < 0 or get(site, S_OWN) < get(site, S_SEATS):
        add(site, S_OWN, 1)
        put(one, A_SEAT, OWN_SEAT)
        return True
    if get(site, S_BURST) < get(site, S_MORE):
        add(site, S_BURST, 1)
        put(one, A_SEAT, BURST_SEAT)
        append(site + S_BURST_FIRST * WORD, get(world, AGENTS), AGENT_SIZE, A_SEAT_NEXT, agent)
        return True
    return False


@compiled
def wait_for_seat(world: int, agent: int, now: int) -> None:
    """Stand where there is no seat."""
    one = agent_row(world, agent)
    site = site_row(world, get(one, A_SITE))
    put(one, A_SEAT, WAITS_FOR_SEAT)
    append(site + S_WAIT_FIRST * WORD, get(world, AGENTS), AGENT_SIZE, A_SEAT_NEXT, agent)
    show(world, agent, UNSEATED, now)


@compiled
def fill_seats(world: int, site_number: int, now: int) -> None:
    """Who sat longest on a burst seat moves up, then who waits sits down."""
    site, agents = site_row(world, site_number), get(world, AGENTS)
    while get(site, S_OWN) < get(site, S_SEATS) and get(site, S_BURST_FIRST) >= 0:
        agent = get(site, S_BURST_FIRST)
        remove(site + S_BURST_FIRST * WORD, agents, AGENT_SIZE, A_SEAT_NEXT, agent)
        add(site, S_BURST, -1)
        add(site, S_OWN, 1)
        put(agent_row(world, agent), A_SEAT, OWN_SEAT)
        put(agent_row(world, agent), A_GETS_UP, 0)
        if get(agent_row(world, agent), A_SPAN) == BURST:
            show(world, agent, LOGGED_IN, now)
        elif get(world, AS_SIMPY) and get(agent_row(world, agent), A_SPAN) == OVERTIME:
            show(world, agent, OVERTIME, now)
    while get(site, S_WAIT_FIRST) >= 0 and (
        get(site, S_OWN) < get(site, S_SEATS) or get(site, S_BURST) < get(site, S_MORE)
    ):
        agent = get(site, S_WAIT_FIRST)
        remove(site + S_WAIT_FIRST * WORD, agents, AGENT_SIZE, A_SEAT_NEXT, agent)
        take_seat(world, agent)
        start_work(world, agent, now)


@compiled
def leave_seat(world: int, agent: int, now: int) -> None:
    """Get up; others may sit down."""
    one = agent_row(world, agent)
    seat, number = get(one, A_SEAT), get(one, A_SITE)
    site = site_row(world, number)
    gets_up = get(one, A_GETS_UP)
    put(one, A_SEAT, NO_SEAT)
    put(one, A_GETS_UP, 0)
    if seat == OWN_SEAT:
        add(site, S_OWN, -1)
        if get(site, S_SEATS) < 0:
            return
    elif seat == BURST_SEAT:
        quiet = get(world, AS_SIMPY) and gets_up
        remove(site + S_BURST_FIRST * WORD, get(world, AGENTS), AGENT_SIZE, A_SEAT_NEXT, agent)
        add(site, S_BURST, -1)
        if quiet:
            return
    else:
        return
    fill_seats(world, number, now)


@compiled
def get_up(world: int, agent: int, now: int) -> None:
    """Leave a burst seat that was let go; whoever is at work waits for another one."""
    one = agent_row(world, agent)
    if not get(one, A_AT_WORK):
        leave_seat(world, agent, now)
        return
    stop_work(world, agent, now)
    leave_seat(world, agent, now)
    wait_for_seat(world, agent, now)
    if not get(world, AS_SIMPY):
        fill_seats(world, get(one, A_SITE), now)


# The day by plan.


@compiled
def put_in_group(world: int, agent: int, group: int) -> None:
    """An agent works in a group from now on."""
    one = agent_row(world, agent)
    put(one, A_GROUP, group)
    put(one, A_SITE, get(group_row(world, group), G_SITE))


@compiled
def log_in(world: int, agent: int, now: int) -> None:
    """Work begins: sit down, or wait for a seat."""
    one = agent_row(world, agent)
    if get(one, A_SEAT) in (OWN_SEAT, BURST_SEAT) or take_seat(world, agent):
        start_work(world, agent, now)
    else:
        wait_for_seat(world, agent, now)


@compiled
def go_on(world: int, agent: int, now: int) -> None:
    """Leave what is over and begin the next activity of the day."""
    one = agent_row(world, agent)
    stop_work(world, agent, now)
    row = get(one, A_ROW) + 1
    while row < get(one, A_ROW_END):
        plan = get(world, DUTY) + row * DUTY_WORDS * WORD
        activity, start, end = get(plan, R_ACTIVITY), get(plan, R_START), get(plan, R_END)
        if start > now:
            put(one, A_ROW, row - 1)
            _rest(world, agent, now, start)
            return
        if activity in (MEAL, BREAK, TRAINING):
            end = min(now + end - start, get(plan, R_SHIFT_END))
        if end > now:
            break
        row += 1
    put(one, A_ROW, row)
    if row >= get(one, A_ROW_END):
        _rest(world, agent, now, NEVER)
        return
    plan = get(world, DUTY) + row * DUTY_WORDS * WORD
    if get(plan, R_SHIFT) != get(one, A_SHIFT):
        leave_seat(world, agent, now)
        put(one, A_SHIFT, get(plan, R_SHIFT))
    put(one, A_SHIFT_END, get(plan, R_SHIFT_END))
    activity = get(plan, R_ACTIVITY)
    if activity == WORK or not get(world, AS_SIMPY):
        put_in_group(world, agent, get(plan, R_GROUP))
    put(one, A_DOING, activity)
    put(one, A_UNTIL, end)
    schedule(world, end, ACTIVITY_OVER, agent)
    if activity == WORK:
        log_in(world, agent, now)
    elif activity == MEAL:
        show(world, agent, SPAN_OF_MEAL, now)
    elif activity == BREAK:
        show(world, agent, SPAN_OF_BREAK, now)
    elif activity == TRAINING:
        show(world, agent, SPAN_OF_TRAINING, now)
    elif activity == ABSENT:
        show(world, agent, SPAN_OF_ABSENT, now)
    else:
        show(world, agent, SPAN_OF_OFF_PHONE, now)


@compiled
def _rest(world: int, agent: int, now: int, until: int) -> None:
    """Be off until a moment."""
    one = agent_row(world, agent)
    show(world, agent, OFF, now)
    leave_seat(world, agent, now)
    put(one, A_SHIFT, -1)
    put(one, A_DOING, OFF)
    put(one, A_UNTIL, until)
    schedule(world, until, ACTIVITY_OVER, agent)


@compiled
def still_needed(world: int, agent: int, now: int) -> bool:
    """Whether somebody waits in a closed queue that an agent serves and that is served out."""
    one = agent_row(world, agent)
    able = get(world, ABLE) + get(one, A_GROUP) * get(world, SKILL_COUNT) * WORD
    segments = get(world, SEGMENT_COUNT) + 1
    for queue in range(get(world, QUEUE_COUNT)):
        row = get(world, QUEUES) + queue * QUEUE_WORDS * WORD
        if get(row, Q_WAITING) == 0 or get(row, Q_CLOSING) != SERVE or not get(row, Q_LIVE):
            continue
        if is_open(world, queue, now):
            continue
        for segment in range(segments):
            kind = get(world, KINDS) + (queue * segments + segment) * KIND_WORDS * WORD
            # Whether those who wait need this skill or another: it is the queue that counts.
            if get(able, get(kind, K_SKILL)) > 0:
                return True
    return False


@compiled
def be_free(world: int, agent: int, now: int) -> None:
    """An agent has nothing in hand: idle, staying to serve out, or on to what is next."""
    one = agent_row(world, agent)
    if not get(one, A_DUE):
        if get(one, A_GETS_UP):
            get_up(world, agent, now)
        else:
            become_idle(world, agent)
    elif (
        now >= get(one, A_SHIFT_END)
        and not (get(world, AS_SIMPY) and get(one, A_SPAN) != OVERTIME)
        and still_needed(world, agent, now)
    ):
        if not get(one, A_STAYS):
            put(get(world, STAYERS), get(world, STAYERS_SIZE), agent)
            add(world, STAYERS_SIZE, 1)
            put(one, A_STAYS, 1)
        become_idle(world, agent)
    else:
        go_on(world, agent, now)


@compiled
def send_stayers_home(world: int, now: int) -> None:
    """Those who stayed only to serve out and were not needed go."""
    number = get(world, STAYERS_SIZE)
    put(world, STAYERS_SIZE, 0)
    for place in range(number):
        agent = get(get(world, STAYERS), place)
        one = agent_row(world, agent)
        if get(one, A_STAYS) and get(one, A_HANDS) == 0 and get(one, A_DOWN) < 0:
            go_on(world, agent, now)
        put(one, A_STAYS, 0)


@compiled
def _goes_straight_on(world: int, agent: int) -> bool:
    """Whether a shift in another group touches the one that is over."""
    one = agent_row(world, agent)
    after = get(one, A_ROW) + 1
    if after >= get(one, A_ROW_END):
        return False
    plan = get(world, DUTY) + after * DUTY_WORDS * WORD
    return get(plan, R_START) <= get(one, A_SHIFT_END) and get(plan, R_GROUP) != get(one, A_GROUP)


@compiled
def plan_over(world: int, agent: int, now: int) -> None:
    """An agent's activity is over and it is busy: it takes no more; after the shift: overtime."""
    one = agent_row(world, agent)
    leave_pool(world, agent)
    put(one, A_DUE, 1)
    if now >= get(one, A_SHIFT_END) and not (
        get(world, AS_SIMPY) and _goes_straight_on(world, agent)
    ):
        put(one, A_UNTIL, NEVER)
        show(world, agent, OVERTIME, now)
    elif get(world, AS_SIMPY):
        put(one, A_UNTIL, NEVER)
    else:
        put(one, A_UNTIL, get(one, A_SHIFT_END))
        schedule(world, get(one, A_SHIFT_END), ACTIVITY_OVER, agent)
