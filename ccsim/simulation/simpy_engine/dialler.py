"""The dialler: calls customers on a list when agents are, or will soon be, free for them."""

from __future__ import annotations

from collections import deque

from ccsim.simulation.centre import UNIT
from ccsim.simulation.marks import PICK_UP, RIGHT_PARTY
from ccsim.simulation.records import DIAL, DIALLED, NO_ANSWER, NUISANCE, WRONG_PARTY
from ccsim.simulation.simpy_engine.clock import DIAL_TIME, RING_END, Moment
from ccsim.simulation.simpy_engine.floor import is_open
from ccsim.simulation.simpy_engine.house import House


class Dialler:
    """Campaigns: who is to be dialled next, dials that ring, and how many met no agent."""

    def __init__(self, house: House, callers: int) -> None:
        self._house = house
        self._env = house.env
        self._rules = house.centre.campaigns
        self._ready: list[deque[tuple[int, int]]] = [deque() for _ in self._rules]
        self._ringing = [0 for _ in self._rules]
        self._connected = [0 for _ in self._rules]
        self._nuisance = [0 for _ in self._rules]
        self._campaign_of: dict[int, int] = {}
        self._reserved: dict[int, int] = {}
        first = callers
        for campaign, rules in enumerate(self._rules):
            self._ready[campaign].extend((first + n, 1) for n in range(rules.records))
            first += rules.records
            for opens, _ in rules.windows:
                Moment(self._env, opens, DIAL_TIME, campaign, _the_hour_has_come)

    def act(self) -> None:
        """After routing: dial as the pacing of each campaign wants."""
        for campaign, rules in enumerate(self._rules):
            ready = self._ready[campaign]
            if not ready or not is_open(rules.windows, self._env.now):
                continue
            same = [c for c, other in enumerate(self._rules) if other.queue == rules.queue]
            ringing = sum(self._ringing[other] for other in same)
            if rules.pacing == "preview":
                ringing = 0  # whose agents are taken already
            for _ in range(min(self._wanted(campaign) - ringing, len(ready))):
                self._dial(campaign, *ready.popleft())

    def drop(self, case: int, state: int) -> None:
        """End a dial without a talk; the record is dialled again later."""
        cases, campaign = self._house.cases, self._campaign_of[case]
        rules = self._house.centre.queues[cases.queue[case]]
        cases.state[case] = state
        cases.ended[case] = self._env.now
        if rules.line:
            self._house.lines[rules.channel] -= 1
        if state == NUISANCE:
            self._nuisance[campaign] += 1
        self._again(case)

    def _wanted(self, campaign: int) -> int:
        """Dials that should be ringing: one an idle agent, or as many as will find one free."""
        rules, floor = self._rules[campaign], self._house.floor
        groups = self._house.skilled[rules.queue]
        idle = sum(
            len(floor.pools.idle[pool])
            for pool, (group, _) in enumerate(floor.pools.members)
            if group in groups
        )
        over_cap = self._nuisance[campaign] * UNIT > rules.nuisance_cap * self._connected[campaign]
        picked_up = round(rules.pick_up * UNIT)
        if rules.pacing != "predictive" or over_cap or not picked_up:
            return idle
        busy = sum(floor.at_work[group] for group in groups) - idle
        handle = max(self._house.centre.queues[rules.queue].handle, 1)
        return (idle * handle + busy * rules.ring) * UNIT // (handle * picked_up)

    def _dial(self, campaign: int, record: int, dial: int) -> None:
        house, rules = self._house, self._rules[campaign]
        queue = house.centre.queues[rules.queue]
        case = house.take_up(
            contact=record,
            attempt=dial,
            kind=DIAL,
            cause=DIALLED,
            queue=rules.queue,
            segment=-1,
            arrived=self._env.now,
        )
        self._campaign_of[case] = campaign
        self._ringing[campaign] += 1
        if queue.line:
            house.lines[queue.channel] += 1
        if rules.pacing == "preview":
            agent = house.router.idle_agent(rules.queue)
            house.talks.reserve(agent, case)
            self._reserved[case] = agent
        ring = house.luck.ring(house.cases.key(case), dial, campaign)
        Moment(self._env, ring, RING_END, case, self._ring_over)

    def _ring_over(self, moment: Moment) -> None:
        case, house, cases = moment.who, self._house, self._house.cases
        campaign = self._campaign_of[case]
        rules, key, dial = self._rules[campaign], cases.key(case), cases.attempt[case]
        self._ringing[campaign] -= 1
        agent = self._reserved.pop(case, -1)
        if house.luck.uniform(key, dial, 1, PICK_UP) >= rules.pick_up:
            self.drop(case, NO_ANSWER)
            if agent >= 0:
                house.talks.unreserve(agent, case)
            return
        self._connected[campaign] += 1
        cases.entered[case] = self._env.now
        if house.luck.uniform(key, dial, 1, RIGHT_PARTY) < rules.right_party:
            talk, wrap, _, _ = house.luck.leg(key, dial, 1, rules.queue, -1, 0)
            cases.talk[case], cases.wrap[case] = talk, wrap
        else:
            cases.talk[case] = rules.wrong_party_talk
            cases.state[case] = WRONG_PARTY
            self._again(case)
        if agent >= 0:
            house.talks.begin_reserved(case, agent)
        else:
            house.newcomers.append(case)

    def _again(self, case: int) -> None:
        rules, cases = self._rules[self._campaign_of[case]], self._house.cases
        if cases.attempt[case] < rules.attempts:
            Moment(self._env, rules.retry_after, DIAL_TIME, len(self._rules) + case, self._due)

    def _due(self, moment: Moment) -> None:
        case, cases = moment.who - len(self._rules), self._house.cases
        ready = self._ready[self._campaign_of[case]]
        ready.append((cases.contact[case], cases.attempt[case] + 1))


def _the_hour_has_come(moment: Moment) -> None:
    """Dialling begins after the routing of this instant."""
