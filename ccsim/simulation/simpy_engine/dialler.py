"""The dialler: calls customers on a list when agents are, or will soon be, free for them."""

from __future__ import annotations

from collections import deque

from ccsim.simulation.centre import UNIT
from ccsim.simulation.marks import PICK_UP, RIGHT_PARTY
from ccsim.simulation.records import DIAL, DIALLED, NO_ANSWER, NUISANCE, WRONG_PARTY
from ccsim.simulation.rules import CampaignRules
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
        self._open = [False for _ in self._rules]
        self._pools = [
            [
                pool
                for pool, (group, _) in enumerate(house.floor.pools.members)
                if group in house.skilled[rules.queue]
            ]
            for rules in self._rules
        ]
        self._campaign_of: dict[int, int] = {}
        self._reserved: dict[int, int] = {}
        first = callers
        for campaign, rules in enumerate(self._rules):
            self._ready[campaign].extend((first + n, 1) for n in range(rules.records))
            first += rules.records
            for edge in sorted({edge for window in rules.windows for edge in window}):
                Moment(self._env, edge, DIAL_TIME, campaign, self._turn)

    def act(self) -> None:
        """After routing: dial as the pacing of each campaign wants."""
        for campaign, rules in enumerate(self._rules):
            ready = self._ready[campaign]
            if not ready or not self._open[campaign]:
                continue
            ringing = sum(
                self._ringing[other]
                for other, pools in enumerate(self._pools)
                if not set(pools).isdisjoint(self._pools[campaign])
            )
            if rules.pacing == "preview":
                ringing = 0  # whose agents are taken already
            wanted = min(self._wanted(campaign) - ringing, len(ready), self._free_lines(rules))
            for _ in range(wanted):
                self._dial(campaign, *ready.popleft())

    def drop(self, case: int, state: int) -> None:
        """End a dial without a talk; the record is dialled again later."""
        cases, campaign = self._house.cases, self._campaign_of[case]
        rules = self._house.centre.queues[cases.queue[case]]
        due_already = cases.state[case] == WRONG_PARTY
        cases.state[case] = state
        cases.ended[case] = self._env.now
        if rules.line:
            self._house.lines[rules.channel] -= 1
        if state == NUISANCE:
            self._nuisance[campaign] += 1
        if not due_already:
            self._again(case)

    def _turn(self, moment: Moment) -> None:
        """Begin or end dialling; the first dials come after the routing of this instant."""
        campaign = moment.who
        self._open[campaign] = is_open(self._rules[campaign].windows, self._env.now)

    def _wanted(self, campaign: int) -> int:
        """Dials that should be ringing: one an idle agent, or as many as will find one free."""
        rules, floor = self._rules[campaign], self._house.floor
        groups = self._house.skilled[rules.queue]
        idle = sum(len(floor.pools.idle[pool]) for pool in self._pools[campaign])
        over_cap = self._nuisance[campaign] * UNIT > rules.nuisance_cap * self._connected[campaign]
        picked_up = round(rules.pick_up * UNIT)
        reachable = self._house.router.idle_for(rules.queue)
        if rules.pacing != "predictive" or over_cap or not picked_up:
            return reachable
        busy = sum(floor.at_work[group] for group in groups) - idle
        handle = max(self._house.centre.queues[rules.queue].handle, 1)
        return (reachable * handle + busy * rules.ring) * UNIT // (handle * picked_up)

    def _free_lines(self, rules: CampaignRules) -> int:
        """Lines left for dials; a campaign holds no more than its channel has."""
        queue = self._house.centre.queues[rules.queue]
        limit = self._house.centre.channels[queue.channel].lines
        if limit is None:
            return rules.records
        return limit + self._house.extra_lines - self._house.lines[queue.channel]

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
            agent = house.router.idle_agent(rules.queue, case)
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
