"""Luck on demand: the same marks as `ccsim.simulation.luck`, read from the world's registers.

A book is some thirty arrays, too many to hand through every call; their addresses lie in the world
and are made into arrays again only where a distribution is asked.
"""

from __future__ import annotations

import numpy as np

from ccsim.distributions.compiled import quantile
from ccsim.distributions.kinds import CONSTANT
from ccsim.simulation import marks
from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.layout import (
    B_CHANCE,
    B_INTENTS,
    B_MONITORED_FACTOR,
    B_PATIENCE_FACTOR,
    B_TALK_FACTOR,
    B_TRANSFERS,
    C_ARRIVED,
    C_KEY,
    C_RECORDS,
    CONTACT_COUNT,
    D_FIRST,
    D_KIND,
    D_OFFSET,
    D_PARAMS,
    D_PARAMS_COUNT,
    D_ROWS,
    D_SINCE,
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
    QUEUE_COUNT,
    STREAM_KEY,
)  # fmt: skip
from ccsim.simulation.compiled_engine.memory import get, real, reals, words
from ccsim.simulation.durations import Durations, rounded
from ccsim.simulation.intents import (
    FIRST_TRANSFER_BIT,
    INTENTS,
    MONITORED,
    MOST_TRANSFERS,
    PERSONAL,
)
from ccsim.simulation.luck import BLOCKS, LONGEST_WORK
from ccsim.simulation.marks import AGAIN, PATIENCE, RING, TALK, TRANSFER, WRAP
from ccsim.simulation.menu import Menu, walk

_PURPOSES = np.array([purpose for _, purpose in INTENTS], dtype=np.int64)
_PERSONAL_BIT = PERSONAL.bit_length() - 1
_RING_BLOCK = len(BLOCKS)
# Block of a queue's durations by the purpose of their mark.
_BLOCK = np.full(max(BLOCKS) + 1, -1, dtype=np.int64)
_BLOCK[list(BLOCKS)] = np.arange(len(BLOCKS))


@compiled
def key_of(world: int, contact: int) -> np.uint64:
    """Lasting name of a contact, or of a campaign's record."""
    number = get(world, CONTACT_COUNT)
    if contact < number:
        return np.uint64(get(get(world, C_KEY), contact))
    return np.uint64(get(get(world, C_RECORDS), contact - number))


@compiled
def first_arrival(world: int, contact: int) -> int:
    """When a contact first came; a record never does."""
    if contact < get(world, CONTACT_COUNT):
        return get(get(world, C_ARRIVED), contact)
    return 0


@compiled
def uniform(world: int, contact: int, attempt: int, leg: int, purpose: int) -> float:
    """One mark."""
    luck = np.uint64(get(world, STREAM_KEY))
    return marks.mark(luck, key_of(world, contact), attempt, leg, purpose)


@compiled
def _seconds(
    world: int, row: int, arrived: int, key: np.uint64, attempt: int, leg: int, purpose: int
) -> float:
    """As `durations.seconds`."""
    first, since = get(world, D_FIRST), get(world, D_SINCE)
    period = get(first, row + 1) - 1
    while period > get(first, row) and get(since, period) > arrived:
        period -= 1
    offset, kind = get(get(world, D_OFFSET), period), get(get(world, D_KIND), period)
    parameters = get(world, D_PARAMS) + 8 * offset
    if kind == CONSTANT:
        return real(parameters, 0)
    u = marks.mark(np.uint64(get(world, STREAM_KEY)), key, attempt, leg, purpose)
    count = get(get(world, D_OFFSET), period + 1) - offset
    return quantile(kind, reals(parameters, count), u)


@compiled
def duration(
    world: int, contact: int, attempt: int, leg: int, purpose: int, queue: int, arrived: int
) -> int:
    """A duration of a queue by its purpose, µs, at most `NEVER`."""
    row = _BLOCK[purpose] * get(world, QUEUE_COUNT) + queue
    return rounded(_seconds(world, row, arrived, key_of(world, contact), attempt, leg, purpose))


@compiled
def ring(world: int, contact: int, dial: int, campaign: int) -> int:
    """How long a dial rings, µs."""
    row = _RING_BLOCK * get(world, QUEUE_COUNT) + campaign
    return rounded(_seconds(world, row, 0, key_of(world, contact), dial, 1, RING))


@compiled
def leg_luck(
    world: int, contact: int, attempt: int, leg: int, queue: int, segment: int, arrived: int
) -> tuple[int, int, int, int]:
    """Talk, wrap, patience (µs) and intents of a leg, as `luck.leg_marks` of one."""
    luck, key = np.uint64(get(world, STREAM_KEY)), key_of(world, contact)
    queues, intent = get(world, QUEUE_COUNT), 0
    for bit in range(get(world, B_INTENTS)):
        chance = real(get(world, B_CHANCE), bit * queues + queue)
        if chance > 0:
            own = 0 if bit == _PERSONAL_BIT else 1
            if marks.mark(luck, key, own * attempt, own * leg, _PURPOSES[bit]) < chance:
                intent |= 1 << bit
    for place in range(MOST_TRANSFERS):
        chance = real(get(world, B_TRANSFERS), queue * MOST_TRANSFERS + place)
        if chance > 0 and marks.mark(luck, key, attempt, leg, TRANSFER + AGAIN * place) < chance:
            intent |= 1 << (FIRST_TRANSFER_BIT + place)
    talk = _seconds(world, queue, arrived, key, attempt, leg, TALK)
    wrap = _seconds(world, queues + queue, arrived, key, attempt, leg, WRAP)
    patience = _seconds(world, 2 * queues + queue, arrived, key, attempt, leg, PATIENCE)
    talk *= real(get(world, B_TALK_FACTOR), segment + 1)
    if intent & MONITORED:
        talk *= real(world, B_MONITORED_FACTOR)
    return (
        min(rounded(talk), LONGEST_WORK),
        min(rounded(wrap), LONGEST_WORK),
        rounded(patience * real(get(world, B_PATIENCE_FACTOR), segment + 1)),
        intent,
    )


@compiled
def journey(world: int, contact: int, attempt: int, queue: int) -> tuple[int, int, int, int]:
    """Walk of a later attempt through the menu to its queue; as `menu.walk`."""
    nodes, targets, places = get(world, M_NODES), get(world, M_TARGETS), get(world, M_PLACES)
    menu = Menu(
        get(world, M_START),
        words(get(world, M_PROMPT), nodes),
        reals(get(world, M_HANG_UP), nodes),
        reals(get(world, M_CONTAINS), nodes),
        reals(get(world, M_MISHEARS), nodes),
        words(get(world, M_REPROMPTS), nodes),
        reals(get(world, M_GIVES_UP), nodes * targets).reshape(nodes, targets),
        reals(get(world, M_OPT_OUT), nodes * targets).reshape(nodes, targets),
        words(get(world, M_OUT), nodes),
        reals(get(world, M_FOLLOW), nodes * targets * places).reshape(nodes, targets, places),
        words(get(world, M_DIALOGUE), nodes),
        words(get(world, M_PRICE), nodes),
        words(get(world, M_PRICE_PER_MINUTE), nodes),
    )
    rows = get(world, D_ROWS)
    periods = get(get(world, D_FIRST), rows)
    of = Durations(
        words(get(world, D_FIRST), rows + 1),
        words(get(world, D_SINCE), periods),
        words(get(world, D_KIND), periods),
        words(get(world, D_OFFSET), periods + 1),
        reals(get(world, D_PARAMS), get(world, D_PARAMS_COUNT)),
    )
    luck = np.uint64(get(world, STREAM_KEY))
    return walk(menu, of, luck, key_of(world, contact), attempt, queue)
