"""The event loop: from one instant with something due to the next."""

from __future__ import annotations

from ccsim.simulation import records
from ccsim.simulation.compiled_engine.back_office import back_office, promise_over
from ccsim.simulation.compiled_engine.cases import (
    case_row,
    first_case,
    free_line,
    give_luck,
    hold_line,
    line_free,
)
from ccsim.simulation.compiled_engine.chance import journey
from ccsim.simulation.compiled_engine.coming_back import not_served
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.dialling import dial, may_be_dialled, rings_out
from ccsim.simulation.compiled_engine.elasticity import arrive as called_arrive
from ccsim.simulation.compiled_engine.elasticity import look
from ccsim.simulation.compiled_engine.events import drop_first, schedule
from ccsim.simulation.compiled_engine.hands import end_holds, let_go
from ccsim.simulation.compiled_engine.layout import (
    A_AT_WORK,
    A_DOWN,
    A_HANDS,
    A_UNTIL,
    ACTIVITY_OVER,
    ARRIVES,
    ATTEMPT,
    B_MENU_LEADS,
    BACK_OFFICE,
    BEGUN,
    BEGUN_AT,
    C_ARRIVED,
    C_MENU,
    C_OUTCOME,
    C_PRICE,
    CALL_AGAIN,
    CAMPAIGN_COUNT,
    CONTACT,
    CONTACT_COUNT,
    DIALLING,
    DUE,
    ENDED,
    FAULT,
    HEAP,
    HEAP_SIZE,
    HOURS,
    I_COUNT,
    I_NEXT,
    I_RELEASES,
    I_SLOTS,
    IN_MENU,
    INVENTORIES,
    INVENTORY_WORDS,
    KIND_BITS,
    MENU_LEFT,
    MUST_ROUTE,
    NEVER,
    NEW_SIZE,
    NUMBER,
    OTHERS_HELP,
    OUTCOME,
    PATIENCE_OVER,
    PORTS,
    PORTS_USED,
    PRICE,
    PROMISE_OVER,
    QUEUE,
    RELEASES,
    RINGS_OUT,
    SLOTS,
    STATE,
    STAYERS_SIZE,
    TALK_ENDS,
    WHERE,
    WORD,
    WRAP_END,
    WRAP_ENDS,
    WRAPPING,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import add, byte, get, put
from ccsim.simulation.compiled_engine.people import agent_row, go_on, plan_over, send_stayers_home
from ccsim.simulation.compiled_engine.pick_up import pick_up
from ccsim.simulation.compiled_engine.routing import route
from ccsim.simulation.compiled_engine.talking import talk_ends
from ccsim.simulation.compiled_engine.waiting import (
    ask,
    call_again,
    greet,
    line_up,
    opens_or_closes,
    others_help,
    patience_over,
)
from ccsim.simulation.menu import ASKS, IS_CONTAINED

BLOCKED, CONTAINED, IVR_LOST = records.BLOCKED, records.CONTAINED, records.IVR_LOST


@compiled
def _end_at_the_door(world: int, case: int, state: int, now: int) -> None:
    one = case_row(world, case)
    put(one, STATE, state)
    put(one, ENDED, now)
    free_line(world, one)


@compiled
def _come_in(world: int, case: int, menu: int, outcome: int, price: int, now: int) -> None:
    """Arrive at the door: a line, then the menu (less than nought: there is none)."""
    one = case_row(world, case)
    if not line_free(world, get(one, QUEUE)):
        _end_at_the_door(world, case, BLOCKED, now)
        not_served(world, case, now)
        return
    hold_line(world, one)
    if menu < 0:
        ask(world, case, now)
        return
    if 0 <= get(world, PORTS) <= get(world, PORTS_USED):
        _end_at_the_door(world, case, BLOCKED, now)
        not_served(world, case, now)
        return
    add(world, PORTS_USED, 1)
    put(one, PRICE, price)
    put(one, OUTCOME, outcome)
    put(one, WHERE, IN_MENU)
    schedule(world, now + menu, MENU_LEFT, case)


@compiled
def _comes_again(world: int, case: int, now: int) -> None:
    """A later attempt arrives."""
    give_luck(world, case)
    one = case_row(world, case)
    queue = get(one, QUEUE)
    if byte(get(world, B_MENU_LEADS), queue) == 0:
        _come_in(world, case, -1, 0, 0, now)
        return
    outcome, _, elapsed, price = journey(world, get(one, CONTACT), get(one, ATTEMPT), queue)
    _come_in(world, case, elapsed, outcome, price, now)


@compiled
def _comes_first(world: int, case: int, now: int) -> None:
    """A contact arrives for the first time, or is there when the simulation begins."""
    first_case(world, case)
    if case < get(world, BEGUN):
        pick_up(world, case, now)
        return
    menu = get(get(world, C_MENU), case)
    outcome = byte(get(world, C_OUTCOME), case)
    _come_in(world, case, menu, outcome, get(get(world, C_PRICE), case), now)


@compiled
def _menu_left(world: int, case: int, now: int) -> None:
    add(world, PORTS_USED, -1)
    outcome = get(case_row(world, case), OUTCOME)
    put(case_row(world, case), DUE, NEVER)
    if outcome == ASKS:
        ask(world, case, now)
    else:
        _end_at_the_door(world, case, CONTAINED if outcome == IS_CONTAINED else IVR_LOST, now)


@compiled
def _wrap_ends(world: int, case: int, now: int) -> None:
    one = case_row(world, case)
    if get(one, DUE) == now and get(one, WHERE) == WRAPPING:
        put(one, WRAP_END, now)
        let_go(world, case, now)


@compiled
def _activity_over(world: int, agent: int, now: int) -> None:
    one = agent_row(world, agent)
    if get(one, A_UNTIL) != now:
        return
    if get(one, A_AT_WORK) and (get(one, A_HANDS) > 0 or get(one, A_DOWN) >= 0):
        plan_over(world, agent, now)
        end_holds(world, agent, now)
    else:
        go_on(world, agent, now)


@compiled
def _slots(world: int, inventory: int, now: int) -> None:
    """What is left lapses, then slots are released."""
    row = get(world, INVENTORIES) + inventory * INVENTORY_WORDS * WORD
    last = get(row, I_RELEASES) + get(row, I_COUNT)
    while get(row, I_NEXT) < last:
        release = get(world, RELEASES) + 2 * get(row, I_NEXT) * WORD
        if get(release, 0) > now:
            schedule(world, get(release, 0), SLOTS, inventory)
            return
        if get(release, 1) < 0:
            put(row, I_SLOTS, 0)
        else:
            add(row, I_SLOTS, get(release, 1))
        add(row, I_NEXT, 1)


@compiled
def _change(world: int, kind: int, number: int, now: int) -> None:
    """One state change."""
    if kind == TALK_ENDS:
        talk_ends(world, number, now)
    elif kind == WRAP_ENDS:
        _wrap_ends(world, number, now)
    elif kind == ACTIVITY_OVER:
        _activity_over(world, number, now)
    elif kind == HOURS:
        opens_or_closes(world, number, now)
    elif kind == PATIENCE_OVER:
        patience_over(world, number, now)
    elif kind == OTHERS_HELP:
        others_help(world, number, now)
    elif kind == CALL_AGAIN:
        call_again(world, number, now)
    elif kind == MENU_LEFT:
        _menu_left(world, number, now)
    elif kind == ARRIVES:
        _comes_again(world, number, now)
    elif kind == BACK_OFFICE:
        back_office(world, number, now)
    elif kind == PROMISE_OVER:
        promise_over(world, number, now)
    elif kind == RINGS_OUT:
        rings_out(world, number, now)
    elif kind == DIALLING:
        may_be_dialled(world, number)
    elif kind == SLOTS:
        _slots(world, number, now)
    elif number == 0:
        look(world, now)
    else:
        called_arrive(world, number - 1, now)


@compiled
def play(world: int) -> None:
    """Let everything happen that is due, until nothing is."""
    contacts, begun = get(world, CONTACT_COUNT), get(world, BEGUN)
    arrived, campaigns = get(world, C_ARRIVED), get(world, CAMPAIGN_COUNT)
    case = 0
    due = NEVER
    if contacts > 0:
        due = get(world, BEGUN_AT) if begun > 0 else get(arrived, 0)
    while True:
        now = due
        if get(world, HEAP_SIZE) > 0:
            now = min(now, get(get(world, HEAP), 0))
        if now >= NEVER or get(world, FAULT) != 0:
            return
        while True:
            heap = get(world, HEAP)
            waits = get(world, HEAP_SIZE) > 0 and get(heap, 0) == now
            if due == now and not (waits and get(heap, 1) < (ARRIVES << KIND_BITS) | case):
                _comes_first(world, case, now)
                case += 1
                due = NEVER
                if case < contacts:
                    due = get(world, BEGUN_AT) if case < begun else get(arrived, case)
            elif waits:
                key = get(heap, 1)
                drop_first(world)
                _change(world, key >> KIND_BITS, key & NUMBER, now)
            else:
                break
        newcomers = get(world, NEW_SIZE) > 0
        if newcomers:
            line_up(world)
        if get(world, MUST_ROUTE):
            route(world, now)
        if newcomers:
            greet(world, now)
        if get(world, STAYERS_SIZE) > 0:
            send_stayers_home(world, now)
        if campaigns > 0:
            dial(world, now)
