"""Talks: what they are about, how long they take, and what follows from them."""

from __future__ import annotations

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.arithmetic import at_speed, times
from ccsim.simulation.compiled_engine.cases import (
    case_row,
    free_line,
    give_luck,
    hold_line,
    new_case,
    queue_row,
)
from ccsim.simulation.compiled_engine.chance import duration, first_arrival, uniform
from ccsim.simulation.compiled_engine.coming_back import handled
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.dials import RIGHT_PARTY, campaign_of, campaign_row
from ccsim.simulation.compiled_engine.hands import end_hold, finish_talk, hold, leaves_soon, take
from ccsim.simulation.compiled_engine.knowledge import accuracy
from ccsim.simulation.compiled_engine.layout import (
    A_GROUP,
    A_LAST_CHANNEL,
    A_SITE,
    A_TAKEN,
    AFTER,
    AGENT,
    ANSWERED,
    ASTRAY,
    ATTEMPT,
    CALLBACK,
    CAUSE,
    CONTACT,
    DUE,
    ENTERED,
    FLAGS,
    G_LEARNING,
    G_SWITCHING,
    GROUP,
    GROUP_COUNT,
    HOLDER,
    I_SLOTS,
    INTENT,
    INVENTORIES,
    INVENTORY_WORDS,
    IS_ALONE,
    IS_ASTRAY,
    IS_WARM,
    KIND,
    KNOWS,
    L_ON_HOLD,
    LEG,
    MUST_ROUTE,
    NEVER,
    NOTE,
    P_WRONG_TALK,
    Q_ASTRAY,
    Q_ASTRAY_COUNT,
    Q_CHANNEL,
    Q_FEELS,
    Q_INVENTORY,
    Q_LIVE,
    Q_RISES,
    Q_SOLD_OUT_TALK,
    Q_TRANSFER_COUNT,
    Q_TRANSFERS,
    Q_UPSET,
    Q_VOICE,
    QUEUE,
    S_CALLS,
    SEGMENT,
    SKILL_COUNT,
    SPEEDS,
    STATE,
    TALK,
    TALKING,
    TO,
    TRANSFER_WORDS,
    TRANSFERS,
    UNIT,
    WHERE,
    WORD,
    WRAP,
    WRONG_TALK,
    X_CHANCE,
    X_ON_EMOTION,
    X_SHARE,
    X_TO,
    X_WARM,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import add, get, put, real
from ccsim.simulation.compiled_engine.people import agent_row, group_row, site_row
from ccsim.simulation.compiled_engine.waiting import (
    ask,
    at_work_with,
    count_of,
    skill_of,
)
from ccsim.simulation.compiled_engine.windows import is_open
from ccsim.simulation.intents import ASTRAY as ASTRAY_INTENT
from ccsim.simulation.intents import BOOKS, FIRST_TRANSFER_BIT, NOTICED, UPSET
from ccsim.simulation.marks import (
    AGAIN,
    ANSWER,
    ASTRAY_AFTER,
    ASTRAY_TO,
    TRANSFER,
)
from ccsim.simulation.marks import UPSET as UPSET_MARK

CONTACT_KIND, DIAL_KIND = records.CONTACT, records.DIAL
IS_UPSET, IS_NOTICED, WRONG_ANSWER, BOOKED, SOLD_OUT, OVERFLOWED, BY_PERSONAL = (
    records.IS_UPSET, records.IS_NOTICED, records.WRONG_ANSWER, records.BOOKED, records.SOLD_OUT,
    records.OVERFLOWED, records.BY_PERSONAL,
)  # fmt: skip
HANDLED, TRANSFERRED, MISDIRECTED, WRONG_PARTY = (
    records.HANDLED, records.TRANSFERRED, records.MISDIRECTED, records.WRONG_PARTY,
)  # fmt: skip
# From this leg on nobody is handed over any more.
LAST_LEG = 8
MINUTE = 6e7


@compiled
def _astray(world: int, case: int) -> int:
    """Length of a talk in the wrong department; decides where it leads."""
    one = case_row(world, case)
    contact, queue = get(one, CONTACT), get(one, QUEUE)
    row = queue_row(world, queue)
    u = uniform(world, contact, get(one, ATTEMPT), get(one, LEG), ASTRAY_TO)
    ways, last = get(row, Q_ASTRAY), get(row, Q_ASTRAY) + get(row, Q_ASTRAY_COUNT) - 1
    table = get(world, ASTRAY)
    while ways < last and real(table, 2 * ways + 1) <= u:
        ways += 1
    put(one, TO, get(table, 2 * ways))
    put(one, NOTE, get(one, NOTE) | IS_ASTRAY)
    return duration(
        world, contact, get(one, ATTEMPT), get(one, LEG), ASTRAY_AFTER, queue,
        first_arrival(world, contact),
    )  # fmt: skip


@compiled
def _upset(world: int, case: int, now: int) -> bool:
    """Whether the customer is upset, and that is noticed."""
    one = case_row(world, case)
    row, intent = queue_row(world, get(one, QUEUE)), get(one, INTENT)
    upset = (intent & UPSET) != 0
    if not upset and real(row, Q_RISES) > 0:
        u = uniform(world, get(one, CONTACT), get(one, ATTEMPT), get(one, LEG), UPSET_MARK)
        wait = now - get(one, ENTERED)
        upset = u < real(row, Q_UPSET) + real(row, Q_RISES) * (wait / MINUTE)
    if not upset:
        return False
    noticed = (intent & NOTICED) != 0
    put(one, FLAGS, get(one, FLAGS) | IS_UPSET | (IS_NOTICED if noticed else 0))
    return noticed


@compiled
def _transfer(world: int, case: int, noticed: bool, now: int) -> int:
    """Place of the transfer that is made, or -1."""
    one = case_row(world, case)
    row, intent = queue_row(world, get(one, QUEUE)), get(one, INTENT)
    if get(one, LEG) >= LAST_LEG:
        return -1
    for place in range(get(row, Q_TRANSFER_COUNT)):
        move = get(world, TRANSFERS) + (get(row, Q_TRANSFERS) + place) * TRANSFER_WORDS * WORD
        if get(move, X_ON_EMOTION):
            if not noticed:
                continue
            purpose = TRANSFER + AGAIN * place
            u = uniform(world, get(one, CONTACT), get(one, ATTEMPT), get(one, LEG), purpose)
            if not u < real(move, X_CHANCE):
                continue
        elif not intent >> (FIRST_TRANSFER_BIT + place) & 1:
            continue
        to = get(move, X_TO)
        if get(queue_row(world, to), Q_LIVE) and not is_open(world, to, now):
            continue
        return get(row, Q_TRANSFERS) + place
    return -1


@compiled
def about(world: int, case: int, now: int) -> int:
    """Decide what a talk is about; returns its standard length."""
    one = case_row(world, case)
    row, intent, talk = queue_row(world, get(one, QUEUE)), get(one, INTENT), get(one, TALK)
    if intent & ASTRAY_INTENT and get(one, LEG) == 1 and get(row, Q_ASTRAY_COUNT) > 0:
        return _astray(world, case)
    noticed = get(row, Q_FEELS) != 0 and _upset(world, case, now)
    if get(row, Q_TRANSFER_COUNT) > 0:
        place = _transfer(world, case, noticed, now)
        if place >= 0:
            move = get(world, TRANSFERS) + place * TRANSFER_WORDS * WORD
            put(one, TO, get(move, X_TO))
            if get(move, X_WARM):
                put(one, NOTE, get(one, NOTE) | IS_WARM)
            return times(talk, get(move, X_SHARE))
    if get(world, KNOWS):
        u = uniform(world, get(one, CONTACT), get(one, ATTEMPT), get(one, LEG), ANSWER)
        if u >= accuracy(world, now):
            put(one, FLAGS, get(one, FLAGS) | WRONG_ANSWER)
            talk = times(talk, get(world, WRONG_TALK))
    if get(row, Q_INVENTORY) >= 0 and intent & BOOKS:
        stock = get(world, INVENTORIES) + get(row, Q_INVENTORY) * INVENTORY_WORDS * WORD
        if get(stock, I_SLOTS) > 0:
            add(stock, I_SLOTS, -1)
            put(one, FLAGS, get(one, FLAGS) | BOOKED)
        else:
            put(one, FLAGS, get(one, FLAGS) | SOLD_OUT)
            talk = times(talk, get(row, Q_SOLD_OUT_TALK))
    return talk


@compiled
def _doublings(number: int) -> int:
    """How often a number can be halved."""
    count = 0
    while number > 1:
        number >>= 1
        count += 1
    return count


@compiled
def paced(world: int, case: int, agent: int, talk: int) -> int:
    """Length of a talk with an agent, who has begun one more; sets the wrap-up's too."""
    one, other = case_row(world, case), agent_row(world, agent)
    group = get(other, A_GROUP)
    row = group_row(world, group)
    place = 2 * (group * get(world, SKILL_COUNT) + skill_of(world, one))
    speed = get(get(world, SPEEDS), place)
    learning = get(row, G_LEARNING)
    if learning > 0:
        speed = speed * (UNIT + learning * _doublings(get(other, A_TAKEN) + 1)) // UNIT
    talk = at_speed(talk, speed)
    channel = get(queue_row(world, get(one, QUEUE)), Q_CHANNEL)
    last = get(other, A_LAST_CHANNEL)
    if last >= 0 and last != channel:
        talk += get(row, G_SWITCHING)
    put(other, A_LAST_CHANNEL, channel)
    add(other, A_TAKEN, 1)
    put(one, WRAP, at_speed(get(one, WRAP), get(get(world, SPEEDS), place + 1)))
    put(one, GROUP, group)
    return talk


@compiled
def begin(world: int, case: int, agent: int, now: int) -> None:
    """An agent answers a case."""
    one, other = case_row(world, case), agent_row(world, agent)
    queue = get(one, QUEUE)
    row, group = queue_row(world, queue), get(other, A_GROUP)
    if get(one, NOTE) & IS_ALONE:
        put(one, FLAGS, get(one, FLAGS) | BY_PERSONAL)
    elif get(get(world, AFTER), queue * get(world, GROUP_COUNT) + group) >= 0:
        put(one, FLAGS, get(one, FLAGS) | OVERFLOWED)
    if get(one, CALLBACK) >= 0:
        hold_line(world, one)
    if get(row, Q_VOICE):
        add(site_row(world, get(other, A_SITE)), S_CALLS, 1)
    holder = get(one, HOLDER)
    put(one, HOLDER, -1)
    end_hold(world, holder, now)
    put(one, ANSWERED, now)
    if get(one, KIND) == CONTACT_KIND:
        talk = about(world, case, now)
    elif get(one, TO) == RIGHT_PARTY:
        talk = get(one, TALK)
    else:
        talk = get(campaign_row(world, campaign_of(world, one)), P_WRONG_TALK)
        put(one, WRAP, 0)
    take(world, agent, case, paced(world, case, agent, talk), now)


@compiled
def talk_ends(world: int, case: int, now: int) -> None:
    """A talk is over: a hand-over, or the end of the contact."""
    one = case_row(world, case)
    if get(one, DUE) != now or get(one, WHERE) != TALKING:
        return
    put(one, DUE, NEVER)
    free_line(world, one)
    other = agent_row(world, get(one, AGENT))
    if get(queue_row(world, get(one, QUEUE)), Q_VOICE):
        add(site_row(world, get(other, A_SITE)), S_CALLS, -1)
        put(world, MUST_ROUTE, 1)
    if get(one, KIND) == DIAL_KIND:
        put(one, STATE, HANDLED if get(one, TO) == RIGHT_PARTY else WRONG_PARTY)
        finish_talk(world, case, now)
    elif get(one, TO) >= 0:
        _hand_over(world, case, now)
    else:
        put(one, STATE, HANDLED)
        handled(world, case, now)
        finish_talk(world, case, now)


@compiled
def _hand_over(world: int, case: int, now: int) -> None:
    one = case_row(world, case)
    put(one, STATE, MISDIRECTED if get(one, NOTE) & IS_ASTRAY else TRANSFERRED)
    made = new_case(
        world, get(one, CONTACT), get(one, ATTEMPT), get(one, LEG) + 1, CONTACT_KIND,
        get(one, CAUSE), get(one, TO), get(one, SEGMENT), now,
    )  # fmt: skip
    give_luck(world, made)
    one, next_leg = case_row(world, case), case_row(world, made)
    # Retries in a row are counted on through the legs of an attempt.
    put(next_leg, NOTE, get(one, NOTE) >> 8 << 8)
    hold_line(world, next_leg)
    warm = get(one, NOTE) & IS_WARM and not leaves_soon(world, get(one, AGENT), now)
    if warm:
        # Whoever stays on a line, this agent included, can never take it over.
        hold(world, case)
        on_hold = count_of(world, skill_of(world, next_leg), L_ON_HOLD)
        if at_work_with(world, next_leg) > on_hold:
            put(next_leg, HOLDER, case)
        else:
            warm = False
    if not warm:
        finish_talk(world, case, now)
    ask(world, made, now)
