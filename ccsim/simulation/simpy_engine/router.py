"""The router: which waiting contact goes to which idle agent."""

from __future__ import annotations

from collections.abc import Callable

from ccsim.simulation.centre import Centre, GroupRules
from ccsim.simulation.simpy_engine.floor import Floor
from ccsim.simulation.simpy_engine.waiting import WaitingRoom


class Router:
    """Matches contacts and agents, one pair at a time, until nothing matches.

    Contacts are taken in the order: higher priority, earlier entry, lower number. Each gets
    the idle agent with the lowest tier under the scenario's rule; within a tier the one that
    became idle first.
    """

    def __init__(
        self, centre: Centre, waiting: WaitingRoom, floor: Floor, entered: list[int]
    ) -> None:
        self._waiting = waiting
        self._floor = floor
        self._entered = entered
        self._priority = [queue.priority for queue in centre.queues]
        self._tiers = [tiers(centre, queue) for queue in range(len(centre.queues))]

    def next_match(self) -> tuple[int, int, int] | None:
        """Find the next (queue, contact, agent) to bring together; None when nothing matches."""
        if not self._waiting.total or not self._floor.idle_total:
            return None
        best: tuple[int, int, int] | None = None
        served = -1
        for queue, number in enumerate(self._waiting.number):
            if number and self._idle_group(queue) is not None:
                contact = self._waiting.first(queue)
                rank = (-self._priority[queue], self._entered[contact], contact)
                if best is None or rank < best:
                    best, served = rank, queue
        if best is None:
            return None
        group = self._idle_group(served)
        assert group is not None
        return served, best[2], self._floor.take(group)

    def _idle_group(self, queue: int) -> int | None:
        """Group whose first idle agent would serve the queue."""
        idle = self._floor.idle
        best: tuple[int, int] | None = None
        chosen = None
        for tier, group in self._tiers[queue]:
            if best is not None and tier > best[0]:
                break
            if idle[group]:
                since = self._floor.idle_since[idle[group][0]]
                if best is None or (tier, since) < best:
                    best, chosen = (tier, since), group
        return chosen


def tiers(centre: Centre, queue: int) -> list[tuple[int, int]]:
    """Groups that can serve a queue as (tier, group), best tier first, by the scenario's rule."""
    tier: dict[str, Callable[[GroupRules], int]] = {
        "fewest_skills_then_longest_idle": lambda group: len(group.skills),
        "longest_idle": lambda group: 0,
        "ranked": lambda group: group.skills[queue].rank,
    }
    rule = tier[centre.agent_rule]
    return sorted(
        (rule(group), number) for number, group in enumerate(centre.groups) if queue in group.skills
    )
