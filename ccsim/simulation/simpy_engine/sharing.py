"""Sharing: several contacts in one agent's hands, each the slower the more there are.

With n in hand each proceeds at 1/(1 + slowdown·(n − 1)). What is left of each is brought up to date
only when n changes, in whole microseconds, halves up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ccsim.simulation.centre import UNIT
from ccsim.simulation.simpy_engine.clock import TALK_END, Clock, Moment


@dataclass
class Part:
    """A contact's present stretch of work: what was left at a moment, talk or wrap, when it ends.

    A talk that is over while its agent stays on for a warm transfer is a stretch without an end.
    """

    left: int
    since: int
    kind: int
    moment: Moment | None = None
    over: bool = False


class Sharing:
    """By agent: the contacts that share its attention."""

    def __init__(
        self, env: Clock, talk_over: Callable[[int], None], wrap_over: Callable[[int], None]
    ) -> None:
        self._env = env
        self._talk_over = talk_over
        self._wrap_over = wrap_over
        self._parts: dict[int, dict[int, Part]] = {}
        self._slowdown: dict[int, int] = {}

    def begin(self, agent: int, case: int, work: int, kind: int, slowdown: int) -> None:
        """Begin a stretch of work with a contact; between talk and wrap-up n stays the same."""
        parts = self._parts.setdefault(agent, {})
        self._slowdown[agent] = slowdown
        same = case in parts
        if not same:
            self._catch_up(agent)
        parts[case] = Part(work, self._env.now, kind)
        if same:
            self._plan(agent, case)
        else:
            self._plan_all(agent)

    def part(self, agent: int, case: int) -> None:
        """A contact has left the agent's hands."""
        self._catch_up(agent)
        del self._parts[agent][case]
        self._plan_all(agent)

    def _pace(self, agent: int) -> int:
        return UNIT + self._slowdown[agent] * (len(self._parts[agent]) - 1)

    def _catch_up(self, agent: int) -> None:
        """Bring what is left of each up to date."""
        now, parts = self._env.now, self._parts[agent]
        if not parts:
            return
        pace = self._pace(agent)
        for part in parts.values():
            done = (2 * (now - part.since) * UNIT + pace) // (2 * pace)
            part.left, part.since = max(part.left - done, 0), now

    def _plan_all(self, agent: int) -> None:
        for case in self._parts[agent]:
            self._plan(agent, case)

    def _plan(self, agent: int, case: int) -> None:
        part = self._parts[agent][case]
        if part.over:
            return
        if part.moment is not None:
            part.moment.cancel()
        pace = self._pace(agent)
        delay = (2 * part.left * pace + UNIT) // (2 * UNIT)

        def over(moment: Moment) -> None:
            part.moment, part.left, part.over = None, 0, True
            (self._talk_over if part.kind == TALK_END else self._wrap_over)(case)

        part.moment = Moment(self._env, delay, part.kind, case, over)
