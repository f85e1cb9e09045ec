"""Pools: agents who could take a contact now, by group, in silos by channel too."""

from __future__ import annotations

from collections import deque

from ccsim.simulation.centre import Centre


class Pools:
    """Agents with empty hands, with room for one more, or with work they may put down.

    Attributes
    ----------
    members
        By pool: (group, channel); channel -1 serves all.
    idle
        By pool: agents with empty hands, longest idle first.
    idle_since
        By agent: order in which it last became idle (a count, not a time).
    room
        By (pool, channel): agents by how many contacts they have in hand, first come first.
    interruptible
        By pool: agents with nothing but interruptible work in hand, first begun first.
    total
        Entries in all of these; with none of them nothing can be routed.
    fresh
        Pools that gained an entry since routing last came to its end.
    """

    def __init__(self, centre: Centre, agents: int) -> None:
        self.members: list[tuple[int, int]] = []
        self._pool: dict[tuple[int, int], int] = {}
        self._silo = [-1] * agents
        self._siloed = centre.siloed
        self._dealt = [[0] * len(centre.channels) for _ in centre.groups]
        self._weights = centre.workload
        for group, rules in enumerate(centre.groups):
            channels = sorted(
                {centre.queues[q].channel for q in rules.skills if q < len(centre.queues)}
                | {
                    centre.queues[q].channel
                    for segment in centre.segments
                    if segment.skill in rules.skills
                    for q in segment.queues
                }
            )
            for channel in channels if centre.siloed else [-1]:
                self._pool[group, channel] = len(self.members)
                self.members.append((group, channel))
        self.idle: list[deque[int]] = [deque() for _ in self.members]
        self.room: dict[tuple[int, int], dict[int, deque[int]]] = {}
        self.interruptible: list[deque[int]] = [deque() for _ in self.members]
        self.idle_since = [0] * agents
        self.total = 0
        self.fresh: set[int] = set()
        self._turns = 0
        self.pool_of = [-1] * agents
        self._group_of = [-1] * agents
        self._place: dict[int, deque[int]] = {}

    def add(self, agent: int, group: int) -> None:
        """Let an agent with empty hands wait for a contact."""
        if self._group_of[agent] != group:
            self._group_of[agent] = group
            self.pool_of[agent] = self._pool[group, self._channel(agent, group)]
        self._turns += 1
        self.idle_since[agent] = self._turns
        pool = self.pool_of[agent]
        self.idle[pool].append(agent)
        self.fresh.add(pool)
        self.total += 1

    def remove(self, agent: int) -> None:
        """Take an agent with empty hands out."""
        self.idle[self.pool_of[agent]].remove(agent)
        self.total -= 1

    def take(self, pool: int) -> int:
        """Take out the longest idle agent of a pool."""
        self.total -= 1
        return self.idle[pool].popleft()

    def offer_room(self, agent: int, channel: int, in_hand: int) -> None:
        """Let an agent with contacts of a channel in hand be offered one more."""
        loads = self.room.setdefault((self.pool_of[agent], channel), {})
        line = loads.setdefault(in_hand, deque())
        line.append(agent)
        self._place[agent] = line
        self.fresh.add(self.pool_of[agent])
        self.total += 1

    def offer_work(self, agent: int) -> None:
        """Let an agent with interruptible work in hand be offered a live contact."""
        line = self.interruptible[self.pool_of[agent]]
        line.append(agent)
        self._place[agent] = line
        self.fresh.add(self.pool_of[agent])
        self.total += 1

    def shut(self, agent: int) -> None:
        """Offer an agent that has something in hand nothing more."""
        line = self._place.pop(agent, None)
        if line is not None:
            line.remove(agent)
            self.total -= 1

    def _channel(self, agent: int, group: int) -> int:
        """Channel of an agent in a silo: dealt out in proportion to work (Sainte-Laguë)."""
        if not self._siloed:
            return -1
        dealt, weights = self._dealt[group], self._weights[group]
        channels = [channel for one, channel in self.members if one == group]
        chosen = max(channels, key=lambda c: (weights[c] / (2 * dealt[c] + 1), -c))
        dealt[chosen] += 1
        return chosen
