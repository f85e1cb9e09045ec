"""Picking a day up: who waits and who talks already when the simulation begins."""

from __future__ import annotations

from ccsim.errors import OptionError
from ccsim.simulation.centre import NEVER, SECOND
from ccsim.simulation.draw import Begun
from ccsim.simulation.simpy_engine.clock import ARRIVAL, Moment
from ccsim.simulation.simpy_engine.house import House


class Resumption:
    """Puts everybody in place at the first instant, once the agents have logged in."""

    def __init__(self, house: House, begun: Begun) -> None:
        self._house = house
        self._group = begun.group.tolist()
        for case in range(len(self._group)):
            Moment(house.env, begun.at, ARRIVAL, case, self._be_there)

    def _be_there(self, moment: Moment) -> None:
        case, house, cases = moment.who, self._house, self._house.cases
        rules = house.centre.queues[cases.queue[case]]
        if rules.line:
            house.lines[rules.channel] += 1
        group = self._group[case]
        if group >= 0:
            self._check_skill(case, group)
            house.talks.resume(
                case, self._agent(group, rules.channel, house.live[cases.queue[case]]), group
            )
            return
        stream = house.waiting.stream(cases.queue[case], cases.segment[case])
        house.waiting.join(stream, case)
        if cases.patience[case] < NEVER:
            house.reception.be_patient(case, cases.arrived[case] + cases.patience[case])

    def _check_skill(self, case: int, group: int) -> None:
        """Who talks with a group is of no segment that the group cannot serve."""
        cases, centre = self._house.cases, self._house.centre
        skills, segment = centre.groups[group].skills, cases.segment[case]
        if segment >= 0 and centre.segments[segment].skill >= 0:
            if centre.segments[segment].skill in skills:
                return
            cases.segment[case] = -1
        if cases.queue[case] not in skills:
            raise OptionError(
                f"state: group '{centre.groups[group].name}' talks for queue "
                f"'{centre.queues[cases.queue[case]].name}'; allowed: a group that has the skill"
            )

    def _agent(self, group: int, channel: int, live: bool) -> int:
        """An idle agent; else one with room for another; else one that may put its work down."""
        pools = self._house.floor.pools
        own = [
            pool
            for pool, (owner, served) in enumerate(pools.members)
            if owner == group and served in (-1, channel)
        ]
        for pool in own:
            if pools.idle[pool]:
                return pools.take(pool)
        loads = [
            (load, line[0])
            for pool in own
            for load, line in pools.room.get((pool, channel), {}).items()
            if line
        ]
        if loads:
            return min(loads)[1]
        for pool in own:
            if live and pools.interruptible[pool]:
                return pools.interruptible[pool][0]
        name = self._house.centre.groups[group].name
        raise OptionError(
            f"state: more of group '{name}' talk than are at work at "
            f"{self._house.env.now / SECOND / 3600:.2f} h; allowed: at most those on duty then"
        )
