"""Time: instants of two phases on top of SimPy.

First all state changes of an instant, in the order kind, then number; then routing, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import simpy
from simpy.events import EventPriority

# Kinds of state change, in the order in which they happen at equal instants.
TALK_END, WRAP_END, DUTY, GIVE_UP, ARRIVAL = 1, 2, 3, 4, 5
_KIND = 1 << 40

Action: TypeAlias = Callable[["Moment"], None]


class Clock(simpy.Environment):
    """SimPy's environment with time in whole microseconds."""

    if TYPE_CHECKING:

        @property
        def now(self) -> int:
            """Engine time, µs."""


class Moment(simpy.Event):
    """A state change that will happen: of a kind, to somebody with a number.

    SimPy takes simultaneous events in the order of their priority; kind and number make it.
    """

    def __init__(
        self, env: Clock, delay: int, kind: int, who: int, action: Action | None = None
    ) -> None:
        self.env = env
        self.callbacks = [] if action is None else [action]
        self.who = who
        # Like simpy.Timeout: the outcome is settled when the event is made.
        self._value = None
        self._ok = True
        env.schedule(self, EventPriority(kind * _KIND + who), delay)


def instants(env: Clock) -> Iterator[None]:
    """Let time pass: do all state changes of the next instant, then hand over for routing."""
    now = env.peek()
    while now != simpy.core.Infinity:
        env.step()
        if env.peek() != now:
            yield
            now = env.peek()
