"""Routing by a policy of the user's own, which sees names and seconds."""

from __future__ import annotations

from typing import NamedTuple

from ccsim.errors import OptionError
from ccsim.simulation.centre import SECOND
from ccsim.simulation.policy import IdleAgent, Policy, WaitingContact
from ccsim.simulation.simpy_engine.house import House
from ccsim.simulation.simpy_engine.router import Choice, Router, Way


class Offer(NamedTuple):
    """What an agent could take: with empty hands or not, of which channel (-1: any), live only."""

    idle: bool
    channel: int
    live_only: bool


class PolicyRouter(Router):
    """Lets a policy choose every pair; it is refused what no router may do."""

    always = True  # a policy may look at the clock

    def __init__(self, house: House, policy: Policy) -> None:
        super().__init__(house)
        self._policy = policy
        names = dict(enumerate(house.centre.queue_names))
        self._names = {s.skill: s.name for s in house.centre.segments if s.skill >= 0} | names
        self._ranks = [
            [(skill, how.rank) for skill, how in group.skills.items()]
            for group in house.centre.groups
        ]

    def route(self) -> None:
        """Ask the policy until it has nothing more to say; then greet who is new and waits."""
        house = self._house
        house.newcomers.sort()
        for case in house.newcomers:
            house.reception.line_up(case)
        while self._waiting.total and self._pools.total and self._ask():
            pass
        house.reception.greet(house.newcomers)

    def _ask(self) -> bool:
        house, cases = self._house, self._house.cases
        queues, now = range(len(house.centre.queues)), house.env.now
        waiting = sorted(
            (case for queue in queues for case in self._waiting.all_of(queue)),
            key=lambda case: (cases.entered[case], case),
        )
        offers = self._offers()
        pair = self._policy.choose(
            [self._contact(case) for case in waiting],
            [self._agent(agent, offer) for agent, offer in offers.items()],
            now / SECOND,
        )
        if pair is None:
            return False
        case, agent = _numbers(pair)
        way = None
        if case in waiting and agent in offers:
            way = self._way(self._waiting.where[case], agent, offers[agent])
        if way is None:
            raise OptionError(
                f"router: {type(self._policy).__name__}.choose answered {pair!r}; allowed: one of "
                "the waiting contacts with one of the agents that has the skill, or None"
            )
        if cases.callback[case] >= 0 and not house.callbacks.reaches(case):
            return True
        self._waiting.leave(case)
        self._serve(case, Choice(agent, offers[agent].idle, way))
        return True

    def _offers(self) -> dict[int, Offer]:
        """Agents that could take somebody: idle ones, then those with room, then with work."""
        pools = self._pools
        idle = (agent for line in pools.idle for agent in line)
        offers = {
            agent: Offer(True, -1, False)
            for agent in sorted(idle, key=lambda agent: pools.idle_since[agent])
        }
        for _, channel in (keys := sorted(pools.room)):
            for pool in (one for one, other in keys if other == channel):
                for _, line in sorted(pools.room[pool, channel].items()):
                    offers |= {agent: Offer(False, channel, False) for agent in line}
        offers |= {agent: Offer(False, -1, True) for line in pools.interruptible for agent in line}
        return offers

    def _way(self, stream: int, agent: int, offer: Offer) -> Way | None:
        """How an agent could serve a stream now; None where it could not."""
        if offer.channel not in (-1, self._channel[stream]) or not self._has_line(stream, agent):
            return None
        if offer.live_only and not self._live[stream]:
            return None
        pool = self._pools.pool_of[agent]
        return next((way for way in self._ways[stream] if way.pool == pool), None)

    def _contact(self, case: int) -> WaitingContact:
        house, cases = self._house, self._house.cases
        stream = self._streams[self._waiting.where[case]]
        segment = cases.segment[case]
        return WaitingContact(
            number=case,
            queue=house.centre.queues[stream.queue].name,
            segment=house.centre.segments[segment].name if segment >= 0 else None,
            waited=(house.env.now - cases.entered[case]) / SECOND,
            priority=stream.priority,
        )

    def _agent(self, agent: int, offer: Offer) -> IdleAgent:
        house = self._house
        group = house.floor.group[agent]
        able = {
            one.skill
            for stream, one in enumerate(self._streams)
            if self._way(stream, agent, offer) is not None
        }
        return IdleAgent(
            number=agent,
            name=house.duty.agents[agent],
            group=house.centre.groups[group].name,
            skills={
                self._names[skill]: rank for skill, rank in self._ranks[group] if skill in able
            },
            in_hand=len(house.floor.in_hand[agent]),
        )


def _numbers(pair: object) -> tuple[int, int]:
    """Case and agent of a policy's answer; (-1, -1) where it is not a contact and an agent."""
    if not isinstance(pair, tuple) or len(pair) != 2:
        return -1, -1
    contact, agent = pair
    if not isinstance(contact, WaitingContact) or not isinstance(agent, IdleAgent):
        return -1, -1
    return contact.number, agent.number
