"""The straight path: centres in which whoever waits longest is served by whoever is idle longest.

Nothing happens in such a centre but that contacts come, agents get free, and agents go by plan. So
patience needs no events (who has gone is met when a place in the line comes up), a talk and its
wrap-up are one event, and an agent that gets free while somebody waits takes the next contact
without being idle in between. What comes out is the same, several times faster.
"""

from __future__ import annotations

from ccsim.simulation import records
from ccsim.simulation.centre import Centre
from ccsim.simulation.compiled_engine.arithmetic import at_speed
from ccsim.simulation.compiled_engine.cases import queue_row
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.events import drop_first
from ccsim.simulation.compiled_engine.layout import (
    A_AT_WORK,
    A_DUE,
    A_GROUP,
    A_HANDS,
    A_IDLE_SINCE,
    A_SHIFT_END,
    A_STAYS,
    A_UNTIL,
    C_ARRIVED,
    C_PATIENCE,
    C_QUEUE,
    C_SEGMENT,
    C_TALK,
    C_WRAP,
    CONTACT_COUNT,
    G_FIRST_KIND,
    G_KIND_COUNT,
    GROUP_KINDS,
    HEAP,
    HEAP_SIZE,
    K_PRIORITY,
    K_SKILL,
    KIND_BITS,
    KIND_WORDS,
    KINDS,
    L_FIRST,
    NEVER,
    NUMBER,
    Q_OPEN_FROM,
    Q_OPEN_UNTIL,
    Q_WINDOW_COUNT,
    Q_WINDOWS,
    QUEUE_COUNT,
    SEGMENT_COUNT,
    SERVE_WORDS,
    SERVES,
    SKILL_COUNT,
    SKILLS,
    SPEEDS,
    STAYERS,
    STAYERS_SIZE,
    STREAM_WORDS,
    STREAMS,
    T_FIRST,
    T_LAST,
    V_GROUP,
    V_TIER,
    WINDOWS,
    WORD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import add, get, half, put, put_byte, put_half, small
from ccsim.simulation.compiled_engine.people import (
    agent_row,
    become_idle,
    cell_row,
    go_on,
    group_row,
    leave_pool,
    plan_over,
    send_stayers_home,
)
from ccsim.simulation.compiled_engine.waiting import at_work_with_skill
from ccsim.simulation.compiled_engine.windows import window_at

ABANDONED, HANDLED, TURNED_AWAY, OPEN_AT_END = (
    records.ABANDONED, records.HANDLED, records.TURNED_AWAY, records.OPEN_AT_END,
)  # fmt: skip
# A talk ends, or its wrap-up, as kinds of events.
_TALK, _WRAP = 1 << KIND_BITS, 2 << KIND_BITS

# Words of the block of addresses that `play_plain` is given: columns of the legs, in place, the
# next in line of each who waits, and the busy agents' heap.
COLUMNS = (
    ENTERED, ANSWERED, TALK_END, WRAP_END, ENDED, GROUP, AGENT, STATE, NEXT, BUSY,
) = range(10)  # fmt: skip


def is_plain(centre: Centre) -> bool:
    """Whether a centre has nothing but queues, agents with skills, and shifts."""
    return (
        centre.agent_rule not in ("lowest_occupancy", "personal_agent")
        and centre.contact_rule == "priority_then_longest_wait"
        and not centre.siloed
        and centre.ports is None
        and not centre.nodes
        and not (centre.stages or centre.inventories or centre.campaigns or centre.elastic)
        and not (centre.overflow or centre.reserve or centre.knowledge)
        and all(site.seats is None and site.lines is None for site in centre.sites)
        and all(not one.deferred and one.lines is None for one in centre.channels)
        and all(
            group.standby is None
            and not group.learning
            and not group.switching
            and max(group.concurrency, default=1) == 1
            for group in centre.groups
        )
        and all(
            queue.growth == 0
            and not queue.line
            and not queue.menu
            and queue.capacity is None
            and queue.leaves_if_over is None
            and queue.callback is None
            and not queue.balks
            and queue.retries == 0
            and queue.second < 0
            and queue.personal_wait < 0
            and not queue.resolves
            and queue.closing == "serve"
            and queue.ticket is None
            and not queue.transfers
            and queue.emotion is None
            and queue.booking is None
            and not queue.astray_to
            for queue in centre.queues
        )
    )


# The heap of busy agents: (when free, kind and case), four children a node.


@compiled
def _rise(heap: int, size: int, time: int, key: int) -> None:
    place = size
    while place > 0:
        parent = (place - 1) >> 2
        other = get(heap, 2 * parent)
        if other < time or (other == time and get(heap, 2 * parent + 1) <= key):
            break
        put(heap, 2 * place, other)
        put(heap, 2 * place + 1, get(heap, 2 * parent + 1))
        place = parent
    put(heap, 2 * place, time)
    put(heap, 2 * place + 1, key)


@compiled
def _sink(heap: int, size: int, time: int, key: int) -> None:
    """Put an entry in place of the first."""
    place = 0
    while True:
        first = 4 * place + 1
        if first >= size:
            break
        best, least = first, get(heap, 2 * first)
        for child in range(first + 1, min(first + 4, size)):
            other = get(heap, 2 * child)
            if other < least or (
                other == least and get(heap, 2 * child + 1) < get(heap, 2 * best + 1)
            ):
                best, least = child, other
        if time < least or (time == least and key <= get(heap, 2 * best + 1)):
            break
        put(heap, 2 * place, least)
        put(heap, 2 * place + 1, get(heap, 2 * best + 1))
        place = best
    put(heap, 2 * place, time)
    put(heap, 2 * place + 1, key)


@compiled
def _drop(heap: int, size: int) -> None:
    """Take the first of so many off; the last takes its place."""
    _sink(heap, size - 1, get(heap, 2 * size - 2), get(heap, 2 * size - 1))


@compiled
def _serve(world: int, columns: int, kind: int, case: int, agent: int, now: int) -> int:
    """An agent answers a contact; returns when it will be free."""
    one = agent_row(world, agent)
    group = get(one, A_GROUP)
    skill = get(get(world, KINDS) + kind * KIND_WORDS * WORD, K_SKILL)
    speeds = get(world, SPEEDS) + 2 * (group * get(world, SKILL_COUNT) + skill) * WORD
    talked = now + at_speed(get(get(world, C_TALK), case), get(speeds, 0))
    free = talked + at_speed(get(get(world, C_WRAP), case), get(speeds, 1))
    put(get(columns, ANSWERED), case, now)
    put(get(columns, TALK_END), case, talked)
    put(get(columns, WRAP_END), case, free)
    put(get(columns, ENDED), case, talked)
    put_half(get(columns, GROUP), case, group)
    put_half(get(columns, AGENT), case, agent)
    put_byte(get(columns, STATE), case, HANDLED)
    put(one, A_HANDS, 1)
    return free


@compiled
def _key(columns: int, case: int) -> int:
    """Kind and number of the event that frees a contact's agent."""
    wraps = get(get(columns, WRAP_END), case) > get(get(columns, TALK_END), case)
    return case | (_WRAP if wraps else _TALK)


@compiled
def _deadline(world: int, case: int) -> int:
    patience = get(get(world, C_PATIENCE), case)
    return NEVER if patience >= NEVER else get(get(world, C_ARRIVED), case) + patience


@compiled
def _stream(world: int, kind: int) -> int:
    return get(world, STREAMS) + 3 * kind * STREAM_WORDS * WORD


@compiled
def _head(world: int, columns: int, kind: int, now: int, newest: int) -> int:
    """First in line who is still there; -1: nobody. Newcomers from `newest` on have not waited."""
    line = _stream(world, kind)
    case = get(line, T_FIRST)
    while case >= 0 and case < newest and _deadline(world, case) <= now:
        put(get(columns, ENDED), case, _deadline(world, case))
        put_byte(get(columns, STATE), case, ABANDONED)
        case = get(get(columns, NEXT), case)
    put(line, T_FIRST, case)
    return case


@compiled
def _line_up(world: int, columns: int, kind: int, case: int) -> None:
    line = _stream(world, kind)
    put(get(columns, NEXT), case, -1)
    if get(line, T_FIRST) < 0:
        put(line, T_FIRST, case)
    else:
        put(get(columns, NEXT), get(line, T_LAST), case)
    put(line, T_LAST, case)


@compiled
def _next_for(world: int, columns: int, group: int, now: int, newest: int) -> int:
    """Kind of the first contact in line for a group, or -1; kinds are by falling priority."""
    row = group_row(world, group)
    best, chosen, priority = -1, -1, 0
    for place in range(get(row, G_FIRST_KIND), get(row, G_FIRST_KIND) + get(row, G_KIND_COUNT)):
        kind = get(get(world, GROUP_KINDS), place)
        rank = get(get(world, KINDS) + kind * KIND_WORDS * WORD, K_PRIORITY)
        if best >= 0 and rank < priority:
            break
        case = _head(world, columns, kind, now, newest)
        # Cases are in order of arrival, and of number.
        if case >= 0 and (best < 0 or case < chosen):
            best, chosen, priority = kind, case, rank
    return best


@compiled
def _idle_for(world: int, kind: int) -> int:
    """The idle agent a contact would get, or -1."""
    skill = get(get(world, KINDS) + kind * KIND_WORDS * WORD, K_SKILL)
    best, tier, turn = -1, 0, 0
    for place in range(get(get(world, SKILLS), skill), get(get(world, SKILLS), skill + 1)):
        serve = get(world, SERVES) + place * SERVE_WORDS * WORD
        if best >= 0 and get(serve, V_TIER) > tier:
            break
        agent = get(cell_row(world, get(serve, V_GROUP)), L_FIRST)
        if agent >= 0:
            since = get(agent_row(world, agent), A_IDLE_SINCE)
            if best < 0 or since < turn:
                best, tier, turn = agent, get(serve, V_TIER), since
    return best


@compiled
def _open(world: int, queue: int, now: int) -> bool:
    row = queue_row(world, queue)
    if now >= get(row, Q_OPEN_UNTIL):
        place = window_at(world, get(row, Q_WINDOWS), get(row, Q_WINDOW_COUNT), now)
        put(row, Q_OPEN_FROM, NEVER)
        put(row, Q_OPEN_UNTIL, NEVER)
        if place >= 0:
            put(row, Q_OPEN_FROM, get(get(world, WINDOWS), 2 * place))
            put(row, Q_OPEN_UNTIL, get(get(world, WINDOWS), 2 * place + 1))
    return now >= get(row, Q_OPEN_FROM)


@compiled
def _let_in(world: int, columns: int, kind: int, queue: int, case: int, now: int) -> bool:
    """Whether a contact may wait; at a closed door only while somebody is there for it."""
    put(get(columns, ENTERED), case, now)
    if _open(world, queue, now):
        return True
    skill = get(get(world, KINDS) + kind * KIND_WORDS * WORD, K_SKILL)
    if at_work_with_skill(world, skill) > 0:
        return True
    put(get(columns, ENDED), case, now)
    put_byte(get(columns, STATE), case, TURNED_AWAY)
    return False


@compiled
def _somebody_waits(world: int, columns: int, group: int, now: int) -> bool:
    """Whether somebody waits in a closed queue whom a group could serve."""
    row, kinds = group_row(world, group), get(world, SEGMENT_COUNT) + 1
    for place in range(get(row, G_FIRST_KIND), get(row, G_FIRST_KIND) + get(row, G_KIND_COUNT)):
        kind = get(get(world, GROUP_KINDS), place)
        if _open(world, kind // kinds, now):
            continue
        # Patience that ends at this very instant is over only after agents got free; and whether
        # those who wait need this skill or another, it is the queue that counts.
        for other in range(kind // kinds * kinds, kind // kinds * kinds + kinds):
            if _head(world, columns, other, now - 1, NEVER) >= 0:
                return True
    return False


@compiled
def _free(world: int, columns: int, agent: int, now: int) -> None:
    """An agent has nothing in hand any more."""
    one = agent_row(world, agent)
    put(one, A_HANDS, 0)
    if not get(one, A_DUE):
        become_idle(world, agent)
    elif now >= get(one, A_SHIFT_END) and _somebody_waits(world, columns, get(one, A_GROUP), now):
        if not get(one, A_STAYS):
            put(get(world, STAYERS), get(world, STAYERS_SIZE), agent)
            add(world, STAYERS_SIZE, 1)
            put(one, A_STAYS, 1)
        become_idle(world, agent)
    else:
        go_on(world, agent, now)


@compiled
def _route(world: int, columns: int, size: int, now: int, newest: int) -> int:
    """Bring those who wait to idle agents until nothing matches; returns how many are busy."""
    kinds = get(world, QUEUE_COUNT) * (get(world, SEGMENT_COUNT) + 1)
    heap = get(columns, BUSY)
    while True:
        best, chosen, agent, priority = -1, -1, -1, 0
        for kind in range(kinds):
            case = _head(world, columns, kind, now, newest)
            if case < 0:
                continue
            rank = get(get(world, KINDS) + kind * KIND_WORDS * WORD, K_PRIORITY)
            if best >= 0 and (rank < priority or (rank == priority and case > chosen)):
                continue
            found = _idle_for(world, kind)
            if found >= 0:
                best, chosen, agent, priority = kind, case, found, rank
        if best < 0:
            return size
        put(_stream(world, best), T_FIRST, get(get(columns, NEXT), chosen))
        leave_pool(world, agent)
        free = _serve(world, columns, best, chosen, agent, now)
        _rise(heap, size, free, _key(columns, chosen))
        size += 1


@compiled
def _instant(world: int, columns: int, case: int, size: int, now: int) -> tuple[int, int]:
    """An instant at which several things are due, or plans; returns contacts and busy agents."""
    heap, contacts, newest = get(columns, BUSY), get(world, CONTACT_COUNT), case
    while size > 0 and get(heap, 0) == now:
        agent = half(get(columns, AGENT), get(heap, 1) & NUMBER)
        _drop(heap, size)
        size -= 1
        _free(world, columns, agent, now)
    while get(world, HEAP_SIZE) > 0 and get(get(world, HEAP), 0) == now:
        agent = get(get(world, HEAP), 1) & NUMBER
        drop_first(world)
        one = agent_row(world, agent)
        if get(one, A_UNTIL) == now:
            if get(one, A_AT_WORK) and get(one, A_HANDS) > 0:
                plan_over(world, agent, now)
            else:
                go_on(world, agent, now)
    segments = get(world, SEGMENT_COUNT) + 1
    while case < contacts and get(get(world, C_ARRIVED), case) == now:
        queue = small(get(world, C_QUEUE), case)
        kind = queue * segments + small(get(world, C_SEGMENT), case) + 1
        if _let_in(world, columns, kind, queue, case, now):
            _line_up(world, columns, kind, case)
        case += 1
    size = _route(world, columns, size, now, newest)
    if get(world, STAYERS_SIZE) > 0:
        send_stayers_home(world, now)
    return case, size


@compiled
def _finish(world: int, columns: int) -> None:
    """Who still waits when nothing more is due abandons in time, or is open at the end."""
    for kind in range(get(world, QUEUE_COUNT) * (get(world, SEGMENT_COUNT) + 1)):
        while True:
            case = _head(world, columns, kind, NEVER - 1, NEVER)
            if case < 0:
                break
            put_byte(get(columns, STATE), case, OPEN_AT_END)
            put(_stream(world, kind), T_FIRST, get(get(columns, NEXT), case))


@compiled
def play_plain(world: int, columns: int) -> None:
    """Let everything happen that is due, until nothing is."""
    contacts, segments = get(world, CONTACT_COUNT), get(world, SEGMENT_COUNT) + 1
    arrived, queues, segment_of = get(world, C_ARRIVED), get(world, C_QUEUE), get(world, C_SEGMENT)
    heap, agents = get(columns, BUSY), get(columns, AGENT)
    case, size = 0, 0
    comes = get(arrived, 0) if contacts > 0 else NEVER
    after = get(arrived, 1) if contacts > 1 else NEVER
    while True:
        free = get(heap, 0) if size > 0 else NEVER
        plan = get(get(world, HEAP), 0) if get(world, HEAP_SIZE) > 0 else NEVER
        if comes < free and comes < plan and comes < after:
            # One contact arrives and nothing else happens.
            queue = small(queues, case)
            kind = queue * segments + small(segment_of, case) + 1
            if _let_in(world, columns, kind, queue, case, comes):
                agent = _idle_for(world, kind)
                if agent >= 0:
                    leave_pool(world, agent)
                    until = _serve(world, columns, kind, case, agent, comes)
                    _rise(heap, size, until, _key(columns, case))
                    size += 1
                else:
                    _line_up(world, columns, kind, case)
            case += 1
            comes = after
            after = get(arrived, case + 1) if case + 1 < contacts else NEVER
            continue
        if free < comes and free < plan and _alone(heap, size, free):
            # One agent gets free and nothing else happens.
            agent = half(agents, get(heap, 1) & NUMBER)
            one = agent_row(world, agent)
            if not get(one, A_DUE):
                group = get(one, A_GROUP)
                kind = _next_for(world, columns, group, free, NEVER)
                if kind < 0:
                    _drop(heap, size)
                    size -= 1
                    put(one, A_HANDS, 0)
                    become_idle(world, agent)
                else:
                    line = _stream(world, kind)
                    chosen = get(line, T_FIRST)
                    put(line, T_FIRST, get(get(columns, NEXT), chosen))
                    until = _serve(world, columns, kind, chosen, agent, free)
                    _sink(heap, size, until, _key(columns, chosen))
                continue
        now = min(comes, free, plan)
        if now >= NEVER:
            break
        case, size = _instant(world, columns, case, size, now)
        comes = get(arrived, case) if case < contacts else NEVER
        after = get(arrived, case + 1) if case + 1 < contacts else NEVER
    _finish(world, columns)


@compiled
def _alone(heap: int, size: int, time: int) -> bool:
    """Whether only the first of the heap is due at a time."""
    for place in range(1, min(size, 5)):  # noqa: SIM110 - compiled
        if get(heap, 2 * place) == time:
            return False
    return True
