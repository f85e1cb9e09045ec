"""How right answers are at a moment."""

from __future__ import annotations

from ccsim.simulation.compiled_engine.compiled import compiled
from ccsim.simulation.compiled_engine.layout import (
    ACCURACY,
    CHANGE_COUNT,
    CHANGES,
    RECOVERS,
    STALE,
)
from ccsim.simulation.compiled_engine.memory import get, real


@compiled
def accuracy(world: int, now: int) -> float:
    """Accuracy of answers at an instant; as `KnowledgeRules.at`."""
    changes, last = get(world, CHANGES), -1
    for place in range(get(world, CHANGE_COUNT)):
        if get(changes, place) <= now:
            last = get(changes, place)
    recovers = get(world, RECOVERS)
    full = real(world, ACCURACY)
    if last < 0 or now - last >= recovers:
        return full
    stale = real(world, STALE)
    return stale + (full - stale) * ((now - last) / recovers)
