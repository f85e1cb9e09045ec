"""Routing by a policy of the user's own, which sees names and seconds."""

from __future__ import annotations

from ccsim.errors import OptionError
from ccsim.simulation.centre import SECOND
from ccsim.simulation.policy import IdleAgent, Policy, WaitingContact
from ccsim.simulation.simpy_engine.house import House
from ccsim.simulation.simpy_engine.router import Choice, Router


class PolicyRouter(Router):
    """Lets a policy choose every pair; it is refused what no router may do."""

    def __init__(self, house: House, policy: Policy) -> None:
        super().__init__(house)
        self._policy = policy
        names = list(dict.fromkeys(house.centre.queue_names))
        extra = {s.skill: s.name for s in house.centre.segments if s.skill >= len(names)}
        self._skills = [
            {
                names[skill] if skill < len(names) else extra[skill]: how.rank
                for skill, how in group.skills.items()
            }
            for group in house.centre.groups
        ]

    def is_needed(self) -> bool:
        """Always: a policy may look at the clock."""
        return True

    def route(self) -> None:
        """Ask the policy until it has nothing more to say; then greet who is new and waits."""
        house = self._house
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
        idle = sorted(
            (agent for line in self._pools.idle for agent in line),
            key=lambda agent: self._pools.idle_since[agent],
        )
        pair = self._policy.choose(
            [self._contact(case) for case in waiting],
            [self._agent(agent) for agent in idle],
            now / SECOND,
        )
        if pair is None:
            return False
        case, agent = _numbers(pair)
        ways = self._ways[self._waiting.where[case]] if case in waiting and agent in idle else []
        way = next((way for way in ways if way.pool == self._pools.pool_of[agent]), None)
        if way is None:
            raise OptionError(
                f"router: {type(self._policy).__name__}.choose answered {pair!r}; allowed: one of "
                "the waiting contacts with one of the idle agents that has the skill, or None"
            )
        if cases.callback[case] >= 0 and not house.callbacks.reaches(case):
            return True
        self._waiting.leave(case)
        self._serve(case, Choice(agent, True, way))
        return True

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

    def _agent(self, agent: int) -> IdleAgent:
        house = self._house
        group = house.floor.group[agent]
        return IdleAgent(
            agent, house.duty.agents[agent], house.centre.groups[group].name, self._skills[group]
        )


def _numbers(pair: object) -> tuple[int, int]:
    """Case and agent of a policy's answer; (-1, -1) where it is not a contact and an agent."""
    if not isinstance(pair, tuple) or len(pair) != 2:
        return -1, -1
    contact, agent = pair
    if not isinstance(contact, WaitingContact) or not isinstance(agent, IdleAgent):
        return -1, -1
    return contact.number, agent.number
