"""Time: instants of two phases on top of SimPy.

First all state changes of an instant, in the order kind, then number; then routing, once.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeAlias

import simpy

# Kinds of state change, in the order in which they happen at equal instants. SimPy takes
# simultaneous events in the order of their priority, which is kind plus number.
(
    TALK_END,
    WRAP_END,
    DUTY,
    OPENING,
    GIVE_UP,
    WAIT_STEP,
    CALL_BACK,
    MENU_END,
    ARRIVAL,
    TICKET_STEP,
    TICKET_DUE,
    RING_END,
    DIAL_TIME,
    RELEASE,
    LOOK,
) = (kind << 40 for kind in range(1, 16))

Action: TypeAlias = Callable[["Moment"], None]


class Clock(simpy.Environment):
    """SimPy's environment with time in whole microseconds.

    Attributes
    ----------
    due
        Heap of what will happen; the first entry starts with its time.
    now
        Engine time, µs: a plain attribute, where SimPy's is a property, a call at every look.
    """

    now: int = 0

    if TYPE_CHECKING:

        def schedule(self, event: simpy.Event, priority: int = 1, delay: float = 0) -> None:
            """Let an event happen after a delay."""

    def __init__(self) -> None:
        super().__init__(initial_time=0)
        # What is due, earliest first: SimPy's own heap of (time, priority, count, event).
        self.due: list[tuple[int, int, int, simpy.Event]] = self._queue  # type: ignore[assignment]

    def instant(self) -> None:
        """Let everything that is due at the next instant happen, in order.

        As `simpy.Environment.step` until the time would change, without a call for each event.
        """
        due = self.due
        now = self.now = self._now = due[0][0]
        while due and due[0][0] == now:
            event = heappop(due)[3]
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(event)
            if not event._ok and not event.defused:
                raise event._value


class Moment(simpy.Event):
    """A state change that will happen: of a kind, to somebody with a number."""

    # Like simpy.Timeout's, its outcome is settled when it is made.
    _ok = True
    _value = None

    def __init__(self, env: Clock, delay: int, kind: int, who: int, action: Action) -> None:
        self.env = env
        self.callbacks = [action]
        self.who = who
        # As env.schedule(self, kind + who, delay), once for every event of a day.
        heappush(env.due, (env.now + delay, kind + who, next(env._eid), self))

    def cancel(self) -> None:
        """Let nothing happen when the moment comes."""
        self.callbacks = []


def pause(env: Clock, until: int, kind: int, who: int) -> Moment:
    """Make a moment that a process waits for with ``yield``."""
    moment = Moment(env, until - env.now, kind, who, _nothing)
    moment.callbacks.clear()
    return moment


def _nothing(moment: Moment) -> None:
    """Nobody but the process that waits has to do with it."""
