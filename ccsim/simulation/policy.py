"""A routing policy of one's own: a small class with one method, handed to `simulate`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ccsim.errors import OptionError


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
    """An agent that could take a contact; ``skills``: what it could take now, with its rank.

    Rank 1 is preferred. ``in_hand`` counts the contacts it has already: with room for another of
    their channel, or work that it may put down.
    """

    number: int
    name: str
    group: str
    skills: dict[str, int]
    in_hand: int = 0


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

        Called again until it answers None. ``waiting`` is in order of asking; ``idle`` longest
        idle first, then agents with room for one more, then those who may put work down; ``now``
        is seconds after the start of the horizon. Overflow, reserves and priorities are the
        policy's own affair; skills, concurrency and lines into a site are not.
        """


def check_policy(policy: object) -> None:
    """Refuse a router that is not an object with a method `choose`."""
    if isinstance(policy, type) or (
        policy is not None and not callable(getattr(policy, "choose", None))
    ):
        raise OptionError(
            f"simulate: router={policy!r}; allowed: an object with a method "
            "choose(waiting, idle, now)"
        )
