"""The router: which waiting contact goes to which idle agent."""

from __future__ import annotations

from collections.abc import Callable

from ccsim.simulation.centre import Centre, GroupRules
from ccsim.simulation.simpy_engine.calls import Calls
from ccsim.simulation.simpy_engine.floor import Floor
from ccsim.simulation.simpy_engine.waiting import WaitingRoom


class Router:
    """Matches contacts and agents, one pair at a time, until nothing matches.

    Contacts are taken in the order: higher priority, earlier entry, lower number. Each gets
    the idle agent with the lowest tier under the scenario's rule; within a tier the one that
    became idle first.
    """

    def __init__(self, centre: Centre, waiting: WaitingRoom, floor: Floor, calls: Calls) -> None:
        self._waiting = waiting
        self._floor = floor
        self._calls = calls
        self._priority = [queue.priority for queue in centre.queues]
        self._tiers = [tiers(centre, queue) for queue in range(len(centre.queues))]

    def route(self) -> None:
        """Bring contacts and agents together; who is new and still waits starts to be impatient."""
        waiting, floor, calls = self._waiting, self._floor, self._calls
        newcomers = calls.newcomers
        if newcomers and not waiting.total and len(newcomers) == 1:
            # With nobody to go before or after it, a lone newcomer need not join its queue.
            contact = newcomers[0]
            group = self._idle_group(calls.queue[contact])
            if group >= 0:
                newcomers.clear()
                calls.be_answered(contact, floor.take(group))
                return
        for contact in newcomers:
            waiting.join(calls.queue[contact], contact)
        while waiting.total and floor.idle_total and self._match():
            pass
        if newcomers:
            calls.be_impatient()

    def _match(self) -> bool:
        """Bring the next pair together; say whether there was one."""
        served = chosen = first = -1
        for queue, number in enumerate(self._waiting.number):
            if not number:
                continue
            group = self._idle_group(queue)
            if group < 0:
                continue
            contact = self._waiting.first(queue)
            if served < 0 or self._rank(queue, contact) < self._rank(served, first):
                served, first, chosen = queue, contact, group
        if served < 0:
            return False
        self._waiting.leave(served, first)
        self._calls.be_answered(first, self._floor.take(chosen))
        return True

    def _rank(self, queue: int, contact: int) -> tuple[int, int, int]:
        """Order of contacts: higher priority, earlier entry, lower number."""
        return -self._priority[queue], self._calls.entered[contact], contact

    def _idle_group(self, queue: int) -> int:
        """Group whose first idle agent would serve the queue; -1 where nobody is idle."""
        idle, since = self._floor.idle, self._floor.idle_since
        chosen = best_tier = -1
        for tier, group in self._tiers[queue]:
            if chosen < 0:
                if idle[group]:
                    chosen, best_tier = group, tier
            elif tier > best_tier:
                break
            elif idle[group] and since[idle[group][0]] < since[idle[chosen][0]]:
                chosen = group
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
