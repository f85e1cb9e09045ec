"""`run`: one replication of a centre by the compiled engine."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.simulation.centre import Centre
from ccsim.simulation.compiled_engine import layout as at
from ccsim.simulation.compiled_engine import plain
from ccsim.simulation.compiled_engine.cases import queue_row
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.dials import campaign_row
from ccsim.simulation.compiled_engine.events import schedule
from ccsim.simulation.compiled_engine.layout import (
    A_UNTIL,
    ACTIVITY_OVER,
    AGENT_COUNT,
    AGENTS,
    B_CHANCE,
    B_INTENTS,
    B_MENU_LEADS,
    B_MONITORED_FACTOR,
    B_PATIENCE_FACTOR,
    B_TALK_FACTOR,
    B_TRANSFERS,
    B_WINDOW_COUNT,
    B_WINDOWS,
    BACK_OFFICE,
    CAMPAIGN_COUNT,
    CASE_SIZE,
    CASES,
    CASES_ROOM,
    CASES_USED,
    CONTACT_COUNT,
    D_FIRST,
    D_KIND,
    D_OFFSET,
    D_PARAMS,
    D_PARAMS_COUNT,
    D_ROWS,
    D_SINCE,
    DIALLING,
    FAULT,
    HEAP,
    HEAP_ROOM,
    HOURS,
    I_COUNT,
    I_RELEASES,
    INVENTORIES,
    INVENTORY_COUNT,
    INVENTORY_WORDS,
    LOOKS,
    M_CONTAINS,
    M_DIALOGUE,
    M_FOLLOW,
    M_GIVES_UP,
    M_HANG_UP,
    M_MISHEARS,
    M_NODES,
    M_OPT_OUT,
    M_OUT,
    M_PLACES,
    M_PRICE,
    M_PRICE_PER_MINUTE,
    M_PROMPT,
    M_REPROMPTS,
    M_START,
    M_TARGETS,
    NEW_ROOM,
    NEWCOMERS,
    P_WINDOW_COUNT,
    P_WINDOWS,
    Q_CLOSING,
    Q_WINDOW_COUNT,
    Q_WINDOWS,
    QUEUE_COUNT,
    RECORD_COUNT,
    RELEASES,
    RULE_COUNT,
    SERVE,
    SLOTS,
    SPANS,
    SPANS_ROOM,
    STAGE_COUNT,
    STAGE_WORDS,
    STAGES,
    WINDOWS,
    WORD,
)  # fmt: skip
from ccsim.simulation.compiled_engine.loop import play
from ccsim.simulation.compiled_engine.memory import freed, get, moved, put, put_real
from ccsim.simulation.compiled_engine.outcome import legs_of, spans_of
from ccsim.simulation.compiled_engine.people import SPAN_SIZE, agent_row
from ccsim.simulation.compiled_engine.plain import is_plain
from ccsim.simulation.compiled_engine.tables import Made, made_of, staff_of
from ccsim.simulation.draw import Contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.luck import Book, Luck
from ccsim.simulation.records import Legs, Spans

T = TypeVar("T")


def run(centre: Centre, contacts: Contacts, duty: Duty, luck: Luck) -> tuple[Legs, Spans]:
    """Play one replication.

    Parameters
    ----------
    centre, contacts, duty, luck
        As the SimPy engine takes them.

    Returns
    -------
    (Legs, Spans)
        Equal to the SimPy engine's in every number.

    Raises
    ------
    OptionError
        When more of a group talk at the beginning than are at work.
    """
    # A log's contacts may come through a menu that the centre does not have.
    straight = contacts.begun is None and not (contacts.menu >= 0).any()
    if straight and _kept(_PLAIN, centre, is_plain, centre):
        return _run_plain(centre, contacts, duty)
    made: Made = _kept(_MADE, centre, made_of, centre)
    agents, days = _kept(_STAFF, duty, staff_of, centre, duty)
    world = made.words.copy()
    world[made.tables] += world.ctypes.data
    agents, attempts = agents.copy(), np.ones(len(contacts) + len(contacts.records), np.int64)
    silos = np.full((len(agents) if centre.siloed else 1) * len(centre.groups), -1)
    stayers = np.empty(len(agents) + 1, np.int64)
    begun = contacts.begun
    group = _NOBODY if begun is None else begun.group
    world[at.FIRST_STANDBY] = len(agents) - int(duty.standby.sum())
    world[at.BEGUN], world[at.BEGUN_AT] = len(group), 0 if begun is None else begun.at
    say_when_compiling(play_all)
    columns = [*_columns(contacts, _ALL), group]
    fault, legs, spans = play_all(
        world, luck.book, luck.stream, agents, days, duty.agent_key, silos, stayers, attempts,
        *columns,
    )  # fmt: skip
    if fault:
        raise OptionError(
            f"state: more of group '{centre.group_names[fault - 1]}' talk than are at work at "
            f"{world[at.BEGUN_AT] / 3.6e9:.2f} h; allowed: at most those on duty then"
        )
    return Legs(*legs), Spans(*spans)


def _run_plain(centre: Centre, contacts: Contacts, duty: Duty) -> tuple[Legs, Spans]:
    """Play one replication of a centre without features."""
    made: Made = _kept(_MADE, centre, made_of, centre)
    agents, days = _kept(_STAFF, duty, staff_of, centre, duty)
    world = made.words.copy()
    world[made.tables] += world.ctypes.data
    say_when_compiling(play_straight)
    legs, spans = play_straight(
        world, agents.copy(), days, *_columns(contacts, _OF_THE_STRAIGHT_PATH),
    )  # fmt: skip
    return Legs(*legs), Spans(*spans)


@lru_cache(maxsize=4)
def say_when_compiling(program: Any) -> None:
    """Say what takes so long, when a program is not in its cache yet."""
    folder = Path(program.stats.cache_path or "")
    if not program.signatures and not any(folder.glob(f"engine.{program.__name__}-*.nbi")):
        print("ccsim: compiling the engine, once; up to half a minute", file=sys.stderr, flush=True)


_OF_THE_STRAIGHT_PATH = ("queue", "segment", "arrived", "talk", "wrap", "patience", "intent")
_ALL = (
    "key", "queue", "segment", "arrived", "menu", "outcome", "price", "talk", "wrap", "patience",
    "intent", "records",
)  # fmt: skip


def _columns(contacts: Contacts, names: tuple[str, ...]) -> Any:
    """Columns whose numbers lie one after the other, as code that goes by address needs them."""
    return [np.ascontiguousarray(getattr(contacts, name)) for name in names]


_NOBODY = np.zeros(0, np.int32)

# What was made of a centre and of a duty, as long as these live.
_MADE: dict[int, tuple[Any, Any]] = {}
_STAFF: dict[int, tuple[Any, Any]] = {}
_PLAIN: dict[int, tuple[Any, Any]] = {}


def _kept(
    kept: dict[int, tuple[Any, Any]], owner: object, make: Callable[..., T], *arguments: Any
) -> T:
    """Make something of an object once."""
    number = id(owner)
    found = kept.get(number)
    if found is not None and found[0]() is owner:
        return found[1]
    value = make(*arguments)
    kept[number] = weakref.ref(owner, lambda _: kept.pop(number, None)), value
    return value


@compiled
def _bind(world: int, book: Book) -> None:
    """Put the addresses of a book into the registers."""
    of, menu = book.durations, book.menu
    put(world, D_ROWS, len(of.first) - 1)
    put(world, D_FIRST, of.first.ctypes.data)
    put(world, D_SINCE, of.since.ctypes.data)
    put(world, D_KIND, of.kind.ctypes.data)
    put(world, D_OFFSET, of.offset.ctypes.data)
    put(world, D_PARAMS, of.params.ctypes.data)
    put(world, D_PARAMS_COUNT, len(of.params))
    put(world, B_CHANCE, book.chance.ctypes.data)
    put(world, B_INTENTS, book.chance.shape[0])
    put(world, B_TRANSFERS, book.transfers.ctypes.data)
    put(world, B_TALK_FACTOR, book.talk_factor.ctypes.data)
    put(world, B_PATIENCE_FACTOR, book.patience_factor.ctypes.data)
    put_real(world, B_MONITORED_FACTOR, book.monitored_factor)
    put(world, B_MENU_LEADS, book.menu_leads.ctypes.data)
    put(world, M_START, menu.start)
    put(world, M_NODES, len(menu.prompt))
    put(world, M_PROMPT, menu.prompt.ctypes.data)
    put(world, M_HANG_UP, menu.hang_up.ctypes.data)
    put(world, M_CONTAINS, menu.contains.ctypes.data)
    put(world, M_MISHEARS, menu.mishears.ctypes.data)
    put(world, M_REPROMPTS, menu.reprompts.ctypes.data)
    put(world, M_GIVES_UP, menu.gives_up.ctypes.data)
    put(world, M_OPT_OUT, menu.opt_out.ctypes.data)
    put(world, M_OUT, menu.out.ctypes.data)
    put(world, M_FOLLOW, menu.follow.ctypes.data)
    put(world, M_DIALOGUE, menu.dialogue.ctypes.data)
    put(world, M_PRICE, menu.price.ctypes.data)
    put(world, M_PRICE_PER_MINUTE, menu.price_per_minute.ctypes.data)
    put(world, M_TARGETS, menu.gives_up.shape[1])
    put(world, M_PLACES, menu.follow.shape[2])


@compiled
def _at_edges(world: int, first: int, count: int, kind: int, number: int, closes: bool) -> None:
    """Let something be due when windows open, and when they close."""
    for place in range(first, first + count):
        schedule(world, get(get(world, WINDOWS), 2 * place), kind, number)
        if closes:
            schedule(world, get(get(world, WINDOWS), 2 * place + 1), kind, number)


@compiled
def _set_clock(world: int) -> None:
    """Let everything be due that is known beforehand."""
    for agent in range(get(world, AGENT_COUNT)):
        schedule(world, get(agent_row(world, agent), A_UNTIL), ACTIVITY_OVER, agent)
    for queue in range(get(world, QUEUE_COUNT)):
        row = queue_row(world, queue)
        if get(row, Q_CLOSING) != SERVE:
            _at_edges(world, get(row, Q_WINDOWS), get(row, Q_WINDOW_COUNT), HOURS, queue, True)
    for stage in range(get(world, STAGE_COUNT)):
        row = get(world, STAGES) + stage * STAGE_WORDS * WORD
        first, count = get(row, B_WINDOWS), get(row, B_WINDOW_COUNT)
        _at_edges(world, first, count, BACK_OFFICE, stage, False)
    for inventory in range(get(world, INVENTORY_COUNT)):
        row = get(world, INVENTORIES) + inventory * INVENTORY_WORDS * WORD
        if get(row, I_COUNT) > 0:
            time = get(get(world, RELEASES), 2 * get(row, I_RELEASES))
            schedule(world, time, SLOTS, inventory)
    for campaign in range(get(world, CAMPAIGN_COUNT)):
        row = campaign_row(world, campaign)
        first, count = get(row, P_WINDOWS), get(row, P_WINDOW_COUNT)
        _at_edges(world, first, count, DIALLING, campaign, True)
    if get(world, RULE_COUNT) > 0:
        schedule(world, 0, LOOKS, 0)


@numba.njit(cache=True, error_model="numpy")
def play_all(
    registers: NDArray[np.int64],
    book: Book,
    luck: np.uint64,
    agents: NDArray[np.int64],
    days: NDArray[np.int64],
    agent_key: NDArray[np.uint64],
    silos: NDArray[np.int64],
    stayers: NDArray[np.int64],
    attempts: NDArray[np.int64],
    key: NDArray[np.uint64],
    queue: NDArray[np.int16],
    segment: NDArray[np.int16],
    arrived: NDArray[np.int64],
    menu: NDArray[np.int64],
    outcome: NDArray[np.int8],
    price: NDArray[np.int64],
    talk: NDArray[np.int64],
    wrap: NDArray[np.int64],
    patience: NDArray[np.int64],
    intent: NDArray[np.int64],
    records: NDArray[np.uint64],
    begun_group: NDArray[np.int32],
) -> tuple[int, Any, Any]:
    """Play any centre: address everything, let it happen, gather what came out."""
    world, contacts = registers.ctypes.data, len(arrived)
    _bind(world, book)
    put(world, at.STREAM_KEY, np.int64(luck))
    put(world, AGENTS, agents.ctypes.data)
    put(world, AGENT_COUNT, len(agents))
    put(world, at.DUTY, days.ctypes.data)
    put(world, at.AGENT_KEYS, agent_key.ctypes.data)
    put(world, at.SILOS, silos.ctypes.data)
    put(world, at.STAYERS, stayers.ctypes.data)
    put(world, at.ATTEMPTS, attempts.ctypes.data)
    put(world, at.C_KEY, key.ctypes.data)
    put(world, at.C_QUEUE, queue.ctypes.data)
    put(world, at.C_SEGMENT, segment.ctypes.data)
    put(world, at.C_ARRIVED, arrived.ctypes.data)
    put(world, at.C_MENU, menu.ctypes.data)
    put(world, at.C_OUTCOME, outcome.ctypes.data)
    put(world, at.C_PRICE, price.ctypes.data)
    put(world, at.C_TALK, talk.ctypes.data)
    put(world, at.C_WRAP, wrap.ctypes.data)
    put(world, at.C_PATIENCE, patience.ctypes.data)
    put(world, at.C_INTENT, intent.ctypes.data)
    put(world, at.C_RECORDS, records.ctypes.data)
    put(world, at.BEGUN_GROUP, begun_group.ctypes.data)
    put(world, CONTACT_COUNT, contacts)
    put(world, RECORD_COUNT, len(records))
    put(world, at.ALONE, -1)
    put(world, at.ALONE_LAST, -1)
    put(world, CASES_USED, contacts)
    put(world, CASES_ROOM, contacts + contacts // 8 + 16)
    put(world, CASES, moved(0, get(world, CASES_ROOM) * CASE_SIZE))
    put(world, HEAP_ROOM, 256)
    put(world, HEAP, moved(0, 256 * 16))
    put(world, NEW_ROOM, 16)
    put(world, NEWCOMERS, moved(0, 16 * WORD))
    put(world, SPANS_ROOM, 2 * len(days) + 16)
    put(world, SPANS, moved(0, get(world, SPANS_ROOM) * SPAN_SIZE))
    _set_clock(world)
    play(world)
    if get(world, FAULT) != 0:
        put(world, CONTACT_COUNT, 0)
        put(world, CASES_USED, 0)
    legs, spans = legs_of(world), spans_of(world)
    for table in (CASES, HEAP, NEWCOMERS, SPANS):
        freed(get(world, table))
    return get(world, FAULT), legs, spans


@numba.njit(cache=True, error_model="numpy")
def play_straight(
    registers: NDArray[np.int64],
    agents: NDArray[np.int64],
    days: NDArray[np.int64],
    queue: NDArray[np.int16],
    segment: NDArray[np.int16],
    arrived: NDArray[np.int64],
    talk: NDArray[np.int64],
    wrap: NDArray[np.int64],
    patience: NDArray[np.int64],
    intent: NDArray[np.int64],
) -> tuple[Any, Any]:
    """Play a centre without features by the straight path."""
    world, n = registers.ctypes.data, len(arrived)
    stayers = np.empty(len(agents) + 1, np.int64)
    put(world, AGENTS, agents.ctypes.data)
    put(world, AGENT_COUNT, len(agents))
    put(world, at.DUTY, days.ctypes.data)
    put(world, at.STAYERS, stayers.ctypes.data)
    put(world, at.C_QUEUE, queue.ctypes.data)
    put(world, at.C_SEGMENT, segment.ctypes.data)
    put(world, at.C_ARRIVED, arrived.ctypes.data)
    put(world, at.C_TALK, talk.ctypes.data)
    put(world, at.C_WRAP, wrap.ctypes.data)
    put(world, at.C_PATIENCE, patience.ctypes.data)
    put(world, CONTACT_COUNT, n)
    put(world, HEAP_ROOM, len(agents) + 16)
    put(world, HEAP, moved(0, get(world, HEAP_ROOM) * 16))
    put(world, SPANS_ROOM, 2 * len(days) + 16)
    put(world, SPANS, moved(0, get(world, SPANS_ROOM) * SPAN_SIZE))
    entered, answered = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    talk_end, wrap_end = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    ended, state = np.full(n, -1, np.int64), np.empty(n, np.int8)
    group, agent = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    after, busy = np.empty(n, np.int64), np.empty(2 * len(agents) + 2, np.int64)
    columns = np.empty(10, np.int64)
    columns[plain.ENTERED] = entered.ctypes.data
    columns[plain.ANSWERED] = answered.ctypes.data
    columns[plain.TALK_END] = talk_end.ctypes.data
    columns[plain.WRAP_END] = wrap_end.ctypes.data
    columns[plain.ENDED] = ended.ctypes.data
    columns[plain.GROUP] = group.ctypes.data
    columns[plain.AGENT] = agent.ctypes.data
    columns[plain.STATE] = state.ctypes.data
    columns[plain.NEXT] = after.ctypes.data
    columns[plain.BUSY] = busy.ctypes.data
    for one in range(len(agents)):
        schedule(world, get(agent_row(world, one), A_UNTIL), ACTIVITY_OVER, one)
    plain.play_plain(world, columns.ctypes.data)
    # Arrays known by address alone live until here.
    put(world, FAULT, min(0, len(after), len(busy), len(columns), len(stayers)))
    spans = spans_of(world)
    freed(get(world, HEAP))
    freed(get(world, SPANS))
    legs = (
        np.arange(n), np.ones(n, np.int16), np.ones(n, np.int16), np.zeros(n, np.int8),
        np.zeros(n, np.int8), queue.copy(), segment.copy(), arrived.copy(), entered, answered,
        talk_end, wrap_end, ended, group, agent, state, np.full(n, -1, np.int64),
        np.zeros(n, np.int16), np.zeros(n, np.int64), intent.copy(), np.zeros(n, np.int32),
    )  # fmt: skip
    return legs, spans
