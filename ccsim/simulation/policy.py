"""A routing policy of one's own: a small class with one method, handed to `simulate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class WaitingContact:
    """A contact that waits; times in seconds."""

    number: int
    queue: str
    segment: str | None
    waited: float
    priority: int


@dataclass(frozen=True)
class IdleAgent:
    """An agent with empty hands; ``skills`` maps what it serves to rank (1 is preferred)."""

    number: int
    name: str
    group: str
    skills: dict[str, int]


class Policy(Protocol):
    """Who serves whom.

    Examples
    --------
    >>> class ShortestQueueFirst:
    ...     def choose(self, waiting, idle, now):
    ...         for contact in sorted(waiting, key=lambda c: -c.waited):
    ...             for agent in idle:
    ...                 if contact.queue in agent.skills:
    ...                     return contact, agent
    ...         return None
    """

    def choose(
        self, waiting: list[WaitingContact], idle: list[IdleAgent], now: float
    ) -> tuple[WaitingContact, IdleAgent] | None:
        """Pick the next pair, or None when nobody is to be served now.

        Called again until it answers None. ``waiting`` is in order of asking, ``idle`` longest
        idle first; ``now`` is seconds after the start of the horizon.
        """
