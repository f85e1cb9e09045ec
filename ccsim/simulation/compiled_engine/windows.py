"""Opening hours: windows in ascending order, from a start to just before an end."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.layout import (
    Q_WINDOW_COUNT,
    Q_WINDOWS,
    QUEUE_WORDS,
    QUEUES,
    WINDOWS,
    WORD,
)
from ccsim.simulation.compiled_engine.memory import get


@compiled
def window_at(world: int, first: int, count: int, moment: int) -> int:
    """Number of the first window that ends after a moment, or -1."""
    windows = get(world, WINDOWS)
    for place in range(first, first + count):
        if get(windows, 2 * place + 1) > moment:
            return place
    return -1


@compiled
def within(world: int, first: int, count: int, moment: int) -> bool:
    """Whether a moment lies in one of the windows."""
    place = window_at(world, first, count, moment)
    return place >= 0 and get(get(world, WINDOWS), 2 * place) <= moment


@compiled
def is_open(world: int, queue: int, moment: int) -> bool:
    """Whether a queue is open at a moment."""
    row = get(world, QUEUES) + queue * QUEUE_WORDS * WORD
    return within(world, get(row, Q_WINDOWS), get(row, Q_WINDOW_COUNT), moment)
