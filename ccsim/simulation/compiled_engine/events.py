"""What is due when: a heap of (time, kind and number), four children a node."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.layout import (
    HEAP,
    HEAP_ROOM,
    HEAP_SIZE,
    KIND_BITS,
    NEVER,
)
from ccsim.simulation.compiled_engine.memory import add, get, grown, put


@compiled
def schedule(world: int, time: int, kind: int, number: int) -> None:
    """Let something be due at a time; what is never due is not kept."""
    if time >= NEVER:
        return
    size = get(world, HEAP_SIZE)
    if size == get(world, HEAP_ROOM):
        grown(world, HEAP, HEAP_ROOM, 16)
    put(world, HEAP_SIZE, size + 1)
    heap, key, place = get(world, HEAP), (kind << KIND_BITS) | number, size
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
def drop_first(world: int) -> None:
    """Take the first off the heap."""
    size = add(world, HEAP_SIZE, -1)
    heap = get(world, HEAP)
    time, key, place = get(heap, 2 * size), get(heap, 2 * size + 1), 0
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
