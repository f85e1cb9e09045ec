"""What an agent has in hand: taking contacts, several at once, putting work down, letting go."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.arithmetic import at_speed, times
from ccsim.simulation.compiled_engine.cases import case_row, channel_row, queue_row
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.layout import (
    A_BUSY_FROM,
    A_CELL,
    A_CHANNEL,
    A_DOWN,
    A_DUE,
    A_FIRST,
    A_GROUP,
    A_HANDS,
    A_HOLDS,
    A_SILO,
    A_UNTIL,
    AGENT,
    CASE_SIZE,
    CASES,
    CHANNEL_COUNT,
    DUE,
    ENDED,
    H_SLOWDOWN,
    HOLDING,
    L_ON_HOLD,
    LEFT,
    LIMITS,
    NEVER,
    NEXT,
    NOWHERE,
    PUT_DOWN,
    Q_CHANNEL,
    Q_INTERRUPTIBLE,
    QUEUE,
    RINGING,
    SILOED,
    SINCE,
    TALK_END,
    TALK_ENDS,
    TALKING,
    UNIT,
    WHERE,
    WORD,
    WORKS,
    WRAP,
    WRAP_END,
    WRAP_ENDS,
    WRAPPING,
)  # fmt: skip
from ccsim.simulation.compiled_engine.lists import append, remove
from ccsim.simulation.compiled_engine.memory import add, get, put
from ccsim.simulation.compiled_engine.people import (
    agent_row,
    be_free,
    cell_row,
    end_hands,
    enter_pool,
    leave_pool,
    room_pool,
    start_hands,
)


@compiled
def limit_of(world: int, group: int, channel: int) -> int:
    """Contacts of a channel an agent of a group has in hand at most."""
    return get(get(world, LIMITS), group * get(world, CHANNEL_COUNT) + channel)


@compiled
def works_pool(world: int, group: int) -> int:
    """Pool of a group's agents with work in hand that they may put down."""
    return get(world, WORKS) + group * 2 * WORD


@compiled
def _offer(world: int, agent: int) -> None:
    """Put an agent with something in hand where more contacts can find it, if they may."""
    one = agent_row(world, agent)
    if get(one, A_DUE):
        return
    hands, channel, group = get(one, A_HANDS), get(one, A_CHANNEL), get(one, A_GROUP)
    if get(world, SILOED) and get(one, A_SILO) != channel:
        return
    if hands < limit_of(world, group, channel):
        enter_pool(world, agent, room_pool(world, group, channel, hands))
        return
    held = case_row(world, get(one, A_FIRST))
    if get(queue_row(world, get(held, QUEUE)), Q_INTERRUPTIBLE) and get(held, WHERE) == TALKING:
        enter_pool(world, agent, works_pool(world, group))


@compiled
def _pace(slowdown: int, hands: int) -> int:
    return UNIT + slowdown * (hands - 1)


@compiled
def _run(world: int, case: int, left: int, pace: int, now: int) -> None:
    """Set the timer of a talk or a wrap-up."""
    one = case_row(world, case)
    due = now + times(left, pace)
    put(one, LEFT, left)
    put(one, SINCE, now)
    put(one, DUE, due)
    schedule(world, due, TALK_ENDS if get(one, WHERE) == TALKING else WRAP_ENDS, case)


@compiled
def _repace(world: int, agent: int, before: int, after: int, but: int, now: int) -> None:
    """Reckon what is left of each in hand, and go on at another pace."""
    case = get(agent_row(world, agent), A_FIRST)
    while case >= 0:
        one = case_row(world, case)
        if case != but and get(one, DUE) < NEVER:
            done = at_speed(now - get(one, SINCE), before)
            _run(world, case, max(get(one, LEFT) - done, 0), after, now)
        case = get(case_row(world, case), NEXT)


@compiled
def take(world: int, agent: int, case: int, talk: int, now: int) -> None:
    """Begin a talk of some length (less than nought: one without an end, as while it rings)."""
    one, held = agent_row(world, agent), case_row(world, case)
    row = queue_row(world, get(held, QUEUE))
    channel = get(row, Q_CHANNEL)
    slowdown = get(channel_row(world, channel), H_SLOWDOWN)
    leave_pool(world, agent)
    if get(one, A_BUSY_FROM) == NEVER:
        start_hands(world, agent, now)
    if get(one, A_HANDS) == 1 and get(one, A_CHANNEL) != channel:
        _put_down(world, agent, now)
    hands = add(one, A_HANDS, 1)
    put(one, A_CHANNEL, channel)
    append(one + A_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
    put(held, AGENT, agent)
    if talk < 0:
        put(held, WHERE, RINGING)
        put(held, DUE, NEVER)
    else:
        pace = UNIT
        if slowdown > 0:
            pace = _pace(slowdown, hands)
            if hands > 1:
                _repace(world, agent, _pace(slowdown, hands - 1), pace, case, now)
        put(held, WHERE, TALKING)
        _run(world, case, talk, pace, now)
    _offer(world, agent)


@compiled
def _put_down(world: int, agent: int, now: int) -> None:
    """Put interruptible work down for a live contact."""
    one = agent_row(world, agent)
    case = get(one, A_FIRST)
    held = case_row(world, case)
    put(held, LEFT, max(get(held, LEFT) - (now - get(held, SINCE)), 0))
    put(held, DUE, NEVER)
    put(held, WHERE, PUT_DOWN)
    remove(one + A_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
    add(one, A_HANDS, -1)
    put(one, A_DOWN, case)


@compiled
def _take_up(world: int, agent: int, now: int) -> None:
    """Go on with work that was put down."""
    one = agent_row(world, agent)
    case = get(one, A_DOWN)
    held = case_row(world, case)
    put(one, A_DOWN, -1)
    put(one, A_HANDS, 1)
    put(one, A_CHANNEL, get(queue_row(world, get(held, QUEUE)), Q_CHANNEL))
    append(one + A_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
    put(held, WHERE, TALKING)
    _run(world, case, get(held, LEFT), UNIT, now)
    _offer(world, agent)


@compiled
def let_go(world: int, case: int, now: int) -> None:
    """A contact is out of its agent's hands, wrap-up and all."""
    held = case_row(world, case)
    agent = get(held, AGENT)
    one = agent_row(world, agent)
    leave_pool(world, agent)
    remove(one + A_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
    put(held, WHERE, NOWHERE)
    put(held, DUE, NEVER)
    hands = add(one, A_HANDS, -1)
    if hands > 0:
        slowdown = get(channel_row(world, get(one, A_CHANNEL)), H_SLOWDOWN)
        if slowdown > 0:
            _repace(world, agent, _pace(slowdown, hands + 1), _pace(slowdown, hands), -1, now)
        _offer(world, agent)
    elif get(one, A_DOWN) >= 0:
        _take_up(world, agent, now)
    else:
        end_hands(world, agent, now)
        be_free(world, agent, now)


@compiled
def finish_talk(world: int, case: int, now: int) -> None:
    """The agent's part of a talk is over: wrap-up follows."""
    held = case_row(world, case)
    agent = get(held, AGENT)
    one = agent_row(world, agent)
    if get(held, WHERE) == HOLDING and add(one, A_HOLDS, -1) == 0:
        add(cell_row(world, get(one, A_CELL)), L_ON_HOLD, -1)
    put(held, TALK_END, now)
    put(held, ENDED, now)
    wrap = get(held, WRAP)
    if wrap == 0:
        put(held, WRAP_END, now)
        let_go(world, case, now)
        return
    put(held, WHERE, WRAPPING)
    # Offered anew: whoever has been talking for longest with as many in hand comes first.
    leave_pool(world, agent)
    _offer(world, agent)
    slowdown = get(channel_row(world, get(one, A_CHANNEL)), H_SLOWDOWN)
    _run(world, case, wrap, _pace(slowdown, get(one, A_HANDS)), now)


@compiled
def hold(world: int, case: int) -> None:
    """Stay on the line until somebody else has answered."""
    held = case_row(world, case)
    one = agent_row(world, get(held, AGENT))
    put(held, WHERE, HOLDING)
    put(held, DUE, NEVER)
    if add(one, A_HOLDS, 1) == 1:
        add(cell_row(world, get(one, A_CELL)), L_ON_HOLD, 1)


@compiled
def end_hold(world: int, case: int, now: int) -> None:
    """Stay on the line no longer; whose own activity is over has left it already."""
    if case >= 0 and get(case_row(world, case), WHERE) == HOLDING:
        finish_talk(world, case, now)


@compiled
def end_holds(world: int, agent: int, now: int) -> None:
    """An agent that is due to go stays on no line."""
    case = get(agent_row(world, agent), A_FIRST)
    while case >= 0:
        held = case_row(world, case)
        after = get(held, NEXT)
        if get(held, WHERE) == HOLDING:
            finish_talk(world, case, now)
        case = after


@compiled
def leaves_soon(world: int, agent: int, now: int) -> bool:
    """Whether an agent is due to go on by now."""
    one = agent_row(world, agent)
    return get(one, A_DUE) != 0 or get(one, A_UNTIL) <= now


@compiled
def release(world: int, case: int) -> None:
    """Take a dial that rang out of the hands of its agent, who answers it now."""
    held = case_row(world, case)
    one = agent_row(world, get(held, AGENT))
    remove(one + A_FIRST * WORD, get(world, CASES), CASE_SIZE, NEXT, case)
    add(one, A_HANDS, -1)
    put(held, WHERE, NOWHERE)
