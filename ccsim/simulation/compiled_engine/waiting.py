"""Those who wait: asking for a person, lining up, the greeting, patience, callbacks, closing."""

from __future__ import annotations

import numpy as np

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.arithmetic import times
from ccsim.simulation.compiled_engine.cases import (
    case_row,
    free_line,
    kind_row,
    queue_row,
)
from ccsim.simulation.compiled_engine.chance import key_of
from ccsim.simulation.compiled_engine.coming_back import not_served
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.dials import dial_missed
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.hands import end_hold
from ccsim.simulation.compiled_engine.layout import (
    A_AT_WORK,
    A_GROUP,
    A_HOME,
    A_STANDBY,
    ABLE,
    ACTIVE,
    ACTIVE_SIZE,
    AGENT_COUNT,
    AGENT_KEYS,
    ALONE,
    ALONE_LIST,
    ASIDE,
    BETWEEN,
    CALL_AGAIN,
    CALL_BACK,
    CALLBACK,
    CALLS,
    CASE_SIZE,
    CASES,
    CHANNEL_COUNT,
    CONTACT,
    ENDED,
    ENTERED,
    FLAGS,
    HOLDER,
    INTENT,
    IS_ALONE,
    K_SKILL,
    K_WAITING,
    KIND,
    L_AT_WORK,
    LEG,
    MUST_ROUTE,
    NEVER,
    NEW_ROOM,
    NEW_SIZE,
    NEWCOMER,
    NEWCOMERS,
    NEXT,
    NOTE,
    NOWHERE,
    OTHERS_HELP,
    OVERFLOWS,
    OWN,
    PATIENCE,
    PATIENCE_OVER,
    Q_ASIDE,
    Q_BALKS,
    Q_CALL_AGAIN,
    Q_CALLBACK,
    Q_CALLS,
    Q_CAPACITY,
    Q_CLOSING,
    Q_HANDLE,
    Q_LEAVES,
    Q_LIVE,
    Q_ON_LINE,
    Q_OVERFLOW_COUNT,
    Q_OVERFLOWS,
    Q_PATIENCE_FACTOR,
    Q_PERSONAL,
    Q_WAITING,
    Q_WHEN_OVER,
    Q_WINDOW,
    QUEUE,
    SEGMENT,
    SEGMENT_COUNT,
    SERVE,
    SERVE_WORDS,
    SERVES,
    SILOED,
    SKILL_COUNT,
    SKILLS,
    STATE,
    STREAM_WORDS,
    STREAMS,
    T_FIRST,
    T_PLACE,
    V_GROUP,
    WHERE,
    WORD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.lists import append, insert_by_number, remove
from ccsim.simulation.compiled_engine.memory import add, get, grown, put
from ccsim.simulation.compiled_engine.people import agent_row, cell_row
from ccsim.simulation.compiled_engine.windows import is_open
from ccsim.simulation.intents import ACCEPTS_CALLBACK, BALKS, PERSONAL
from ccsim.simulation.marks import mix

AS_THEY_CAME, FALLEN_BACK, CALLED_IN_VAIN = range(3)
DIAL = records.DIAL
ABANDONED, BALKED, BLOCKED, CALLBACK_LOST, TURNED_AWAY = (
    records.ABANDONED, records.BALKED, records.BLOCKED, records.CALLBACK_LOST, records.TURNED_AWAY,
)  # fmt: skip
WAIT_ANNOUNCED, CALLBACK_OFFERED = records.WAIT_ANNOUNCED, records.CALLBACK_OFFERED


@compiled
def stream_row(world: int, stream: int) -> int:
    """Address of a stream."""
    return get(world, STREAMS) + stream * STREAM_WORDS * WORD


@compiled
def skill_of(world: int, one: int) -> int:
    """Skill a case needs."""
    return get(kind_row(world, get(one, QUEUE), get(one, SEGMENT)), K_SKILL)


@compiled
def count_of(world: int, skill: int, word: int) -> int:
    """Sum of a count over the groups that have a skill, whatever silo their agents are in."""
    total, cells = 0, get(world, CHANNEL_COUNT) if get(world, SILOED) else 1
    for place in range(get(get(world, SKILLS), skill), get(get(world, SKILLS), skill + 1)):
        group = get(get(world, SERVES) + place * SERVE_WORDS * WORD, V_GROUP)
        for cell in range(group * cells, (group + 1) * cells):
            total += get(cell_row(world, cell), word)
    return total


@compiled
def at_work_with(world: int, one: int) -> int:
    """Agents at work who could serve a case."""
    return at_work_with_skill(world, skill_of(world, one))


@compiled
def at_work_with_skill(world: int, skill: int) -> int:
    """Agents at work with a skill."""
    return count_of(world, skill, L_AT_WORK)


@compiled
def _waits(world: int, one: int, step: int) -> None:
    """Count a case as waiting, or no more."""
    row = queue_row(world, get(one, QUEUE))
    add(row, Q_WAITING, step)
    if get(one, CALLBACK) < 0:
        add(row, Q_ON_LINE, step)
    add(kind_row(world, get(one, QUEUE), get(one, SEGMENT)), K_WAITING, step)
    put(world, MUST_ROUTE, 1)


@compiled
def join(world: int, case: int, line: int) -> None:
    """Join the end of a stream."""
    one = case_row(world, case)
    kind = get(one, QUEUE) * (get(world, SEGMENT_COUNT) + 1) + get(one, SEGMENT) + 1
    stream = 3 * kind + line
    row = stream_row(world, stream)
    if get(row, T_FIRST) < 0:
        size = add(world, ACTIVE_SIZE, 1)
        put(get(world, ACTIVE), size - 1, stream)
        put(row, T_PLACE, size - 1)
    append(row, get(world, CASES), CASE_SIZE, NEXT, case)
    put(one, NOTE, get(one, NOTE) & ~IS_ALONE)
    put(one, WHERE, stream)
    _waits(world, one, 1)


@compiled
def leave(world: int, case: int) -> None:
    """Wait no more, for whatever reason."""
    one = case_row(world, case)
    where = get(one, WHERE)
    put(one, WHERE, NOWHERE)
    _waits(world, one, -1)
    if where == ALONE_LIST:
        remove(world + ALONE * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
        return
    row = stream_row(world, where)
    remove(row, get(world, CASES), CASE_SIZE, NEXT, case)
    if get(row, T_FIRST) < 0:
        place, last = get(row, T_PLACE), add(world, ACTIVE_SIZE, -1)
        other = get(get(world, ACTIVE), last)
        put(get(world, ACTIVE), place, other)
        put(stream_row(world, other), T_PLACE, place)
        put(row, T_PLACE, -1)


@compiled
def is_waiting(one: int) -> bool:
    """Whether a case waits in a stream or for its own agent."""
    where = get(one, WHERE)
    return where >= 0 or where == ALONE_LIST


@compiled
def free_holder(world: int, case: int, now: int) -> None:
    """Let the agent go who stays on the line for a case."""
    one = case_row(world, case)
    holder = get(one, HOLDER)
    put(one, HOLDER, -1)
    end_hold(world, holder, now)


@compiled
def lose(world: int, case: int, state: int, now: int) -> None:
    """A case that waits, or is about to, ends without an agent."""
    one = case_row(world, case)
    if is_waiting(one):
        leave(world, case)
    put(one, WHERE, NOWHERE)
    put(one, STATE, state)
    put(one, ENDED, now)
    free_line(world, one)
    free_holder(world, case, now)


# Asking.


@compiled
def ask(world: int, case: int, now: int) -> None:
    """Ask for a person now: become a newcomer, or meet a closed door."""
    one = case_row(world, case)
    row = queue_row(world, get(one, QUEUE))
    put(one, ENTERED, now)
    if get(row, Q_LIVE) and not is_open(world, get(one, QUEUE), now):
        closing = get(row, Q_CLOSING)
        if closing == CALL_BACK:
            put_aside(world, case, now)
            return
        if closing != SERVE or at_work_with(world, one) == 0:
            lose(world, case, TURNED_AWAY, now)
            return
    become_newcomer(world, case)


@compiled
def become_newcomer(world: int, case: int) -> None:
    """Be among those who are routed at this instant."""
    if get(world, NEW_SIZE) == get(world, NEW_ROOM):
        grown(world, NEWCOMERS, NEW_ROOM, WORD)
    # By number; nearly always at the end.
    newcomers, place = get(world, NEWCOMERS), get(world, NEW_SIZE)
    while place > 0 and get(newcomers, place - 1) > case:
        put(newcomers, place, get(newcomers, place - 1))
        place -= 1
    put(newcomers, place, case)
    add(world, NEW_SIZE, 1)
    put(case_row(world, case), WHERE, NEWCOMER)


@compiled
def _own_agent(world: int, one: int) -> int:
    """The agent of the skill who is a contact's own; as `luck.favourite`."""
    skill, skills = skill_of(world, one), get(world, SKILL_COUNT)
    key, best, chosen = key_of(world, get(one, CONTACT)), np.uint64(0), -1
    for agent in range(get(world, AGENT_COUNT)):
        other = agent_row(world, agent)
        if get(other, A_STANDBY):
            continue
        if get(get(world, ABLE), get(other, A_HOME) * skills + skill) == 0:
            continue
        score = mix(key, np.uint64(get(get(world, AGENT_KEYS), agent)))
        if chosen < 0 or score > best:
            best, chosen = score, agent
    return chosen


@compiled
def _own_agent_at_work(world: int, one: int) -> int:
    """Own agent of a contact that has one, if it is there to serve it; else -1."""
    row = queue_row(world, get(one, QUEUE))
    if get(row, Q_PERSONAL) < 0 or not get(one, INTENT) & PERSONAL or get(one, LEG) > 1:
        return -1
    agent = _own_agent(world, one)
    if agent < 0:
        return -1
    other = agent_row(world, agent)
    able = get(
        get(world, ABLE), get(other, A_GROUP) * get(world, SKILL_COUNT) + skill_of(world, one)
    )
    # Whatever silo it is in: its own agent serves its customers in all channels.
    return agent if get(other, A_AT_WORK) and able else -1


@compiled
def line_up(world: int) -> None:
    """Let newcomers join the end of their streams, or wait for their own agent."""
    for place in range(get(world, NEW_SIZE)):
        case = get(get(world, NEWCOMERS), place)
        one = case_row(world, case)
        agent = _own_agent_at_work(world, one)
        if agent >= 0:
            put(one, OWN, agent)
            put(one, NOTE, get(one, NOTE) | IS_ALONE)
            put(one, WHERE, ALONE_LIST)
            append(world + ALONE * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
            _waits(world, one, 1)
        else:
            join(world, case, AS_THEY_CAME)


@compiled
def greet(world: int, now: int) -> None:
    """After routing: those newcomers that still wait hear what there is to hear."""
    newcomers = get(world, NEW_SIZE)
    for place in range(newcomers - 1, -1, -1):
        case = get(get(world, NEWCOMERS), place)
        one = case_row(world, case)
        if not is_waiting(one):
            continue
        if get(one, KIND) == DIAL:
            lose(world, case, records.NUISANCE, now)
            dial_missed(world, case, now)
            continue
        row = queue_row(world, get(one, QUEUE))
        capacity = get(row, Q_CAPACITY)
        if capacity >= 0 and get(one, LEG) == 1 and get(row, Q_ON_LINE) > capacity:
            lose(world, case, BLOCKED, now)
            not_served(world, case, now)
    for place in range(newcomers):
        case = get(get(world, NEWCOMERS), place)
        if is_waiting(case_row(world, case)):
            _greet_one(world, case, now)
    put(world, NEW_SIZE, 0)


@compiled
def _over(wait: int, agents: int, than: int) -> bool:
    """Whether wait > agents · than, in 64 bits."""
    if agents == 0:
        return wait > 0
    return wait > 0 and (wait - 1) // agents >= than


@compiled
def _greet_one(world: int, case: int, now: int) -> None:
    one = case_row(world, case)
    row = queue_row(world, get(one, QUEUE))
    first, taken = get(one, LEG) == 1, False
    if first and get(row, Q_BALKS) and get(one, INTENT) & BALKS:
        lose(world, case, BALKED, now)
        not_served(world, case, now)
        return
    if get(one, WHERE) == ALONE_LIST:
        schedule(world, now + get(row, Q_PERSONAL), OTHERS_HELP, case)
    leaves, offers = get(row, Q_LEAVES), get(row, Q_CALLBACK)
    if first and (leaves >= 0 or offers):
        wait = get(row, Q_WAITING) * get(row, Q_HANDLE)
        agents = at_work_with(world, one)
        if leaves >= 0:
            put(one, FLAGS, get(one, FLAGS) | WAIT_ANNOUNCED)
            patience = get(one, PATIENCE)
            if patience < NEVER:
                if _over(wait, agents, times(patience, leaves)):
                    lose(world, case, BALKED, now)
                    not_served(world, case, now)
                    return
                put(one, PATIENCE, times(patience, get(row, Q_PATIENCE_FACTOR)))
        if offers and _over(wait, agents, get(row, Q_WHEN_OVER)):
            put(one, FLAGS, get(one, FLAGS) | CALLBACK_OFFERED)
            if get(one, INTENT) & ACCEPTS_CALLBACK:
                become_callback(world, case, now)
                taken = True
    for place in range(get(row, Q_OVERFLOW_COUNT)):
        after = get(get(world, OVERFLOWS), get(row, Q_OVERFLOWS) + place)
        schedule(world, get(one, ENTERED) + after, OTHERS_HELP, case)
    if not taken:
        start_patience(world, case, now)


@compiled
def start_patience(world: int, case: int, now: int) -> None:
    """Let the wait have an end."""
    patience = get(case_row(world, case), PATIENCE)
    if patience < NEVER:
        schedule(world, now + patience, PATIENCE_OVER, case)


@compiled
def patience_over(world: int, case: int, now: int) -> None:
    """Who still waits, and took no callback, abandons."""
    one = case_row(world, case)
    if is_waiting(one) and get(one, CALLBACK) < 0:
        lose(world, case, ABANDONED, now)
        not_served(world, case, now)


@compiled
def others_help(world: int, case: int, now: int) -> None:
    """Wait for one's own agent no more; or other groups may help from now on."""
    one = case_row(world, case)
    put(world, MUST_ROUTE, 1)
    if get(one, WHERE) == ALONE_LIST and now >= get(one, ENTERED) + get(
        queue_row(world, get(one, QUEUE)), Q_PERSONAL
    ):
        leave(world, case)
        join(world, case, FALLEN_BACK)


# Callbacks.


@compiled
def become_callback(world: int, case: int, now: int) -> None:
    """Take a callback: the line is free, the place is kept."""
    one = case_row(world, case)
    row = queue_row(world, get(one, QUEUE))
    if is_waiting(one):
        add(row, Q_ON_LINE, -1)
    put(one, CALLBACK, now)
    free_line(world, one)
    if get(row, Q_WINDOW) < NEVER:
        schedule(world, max(get(one, ENTERED) + get(row, Q_WINDOW), now), CALL_AGAIN, case)
    free_holder(world, case, now)


@compiled
def put_aside(world: int, case: int, now: int) -> None:
    """Keep a case to be called when its queue opens next."""
    one = case_row(world, case)
    if is_waiting(one):
        leave(world, case)
    put(one, WHERE, ASIDE)
    queue = queue_row(world, get(one, QUEUE))
    insert_by_number(queue + Q_ASIDE * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
    if get(one, CALLBACK) < 0:
        become_callback(world, case, now)


@compiled
def called_in_vain(world: int, case: int, now: int) -> None:
    """A customer was not reached."""
    leave(world, case)
    one = case_row(world, case)
    row = queue_row(world, get(one, QUEUE))
    if get(one, CALLS) >= get(row, Q_CALLS):
        lose(world, case, CALLBACK_LOST, now)
        return
    put(one, WHERE, BETWEEN)
    put(one, OWN, now + get(row, Q_CALL_AGAIN))
    schedule(world, now + get(row, Q_CALL_AGAIN), CALL_AGAIN, case)


@compiled
def call_again(world: int, case: int, now: int) -> None:
    """A callback's window is over, or it is due again."""
    one = case_row(world, case)
    where = get(one, WHERE)
    if not (is_waiting(one) or where in (ASIDE, BETWEEN)):
        return
    row = queue_row(world, get(one, QUEUE))
    if get(row, Q_WINDOW) < NEVER and now >= get(one, ENTERED) + get(row, Q_WINDOW):
        if where == ASIDE:
            remove(row + Q_ASIDE * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
        lose(world, case, CALLBACK_LOST, now)
    elif where == BETWEEN and get(one, OWN) == now:
        if get(row, Q_CLOSING) != SERVE and not is_open(world, get(one, QUEUE), now):
            put_aside(world, case, now)
        else:
            join(world, case, CALLED_IN_VAIN)


# Opening and closing.


@compiled
def opens_or_closes(world: int, queue: int, now: int) -> None:
    """A queue that does not serve out opens or closes."""
    row = queue_row(world, queue)
    if is_open(world, queue, now):
        case = get(row, Q_ASIDE)
        while case >= 0:
            after = get(case_row(world, case), NEXT)
            remove(row + Q_ASIDE * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
            join(world, case, CALLED_IN_VAIN)
            case = after
        return
    # By number, whatever stream they wait in.
    if get(row, Q_WAITING) == 0:
        return
    waiting = np.empty(get(row, Q_WAITING), np.int64)
    number = 0
    for place in range(get(world, ACTIVE_SIZE)):
        case = get(stream_row(world, get(get(world, ACTIVE), place)), T_FIRST)
        while case >= 0:
            if get(case_row(world, case), QUEUE) == queue:
                waiting[number] = case
                number += 1
            case = get(case_row(world, case), NEXT)
    case = get(world, ALONE)
    while case >= 0:
        if get(case_row(world, case), QUEUE) == queue:
            waiting[number] = case
            number += 1
        case = get(case_row(world, case), NEXT)
    waiting.sort()
    for case in waiting:
        one = case_row(world, case)
        if get(row, Q_CLOSING) == CALL_BACK or get(one, CALLBACK) >= 0:
            put_aside(world, case, now)
        else:
            lose(world, case, TURNED_AWAY, now)
