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
            house.talks.resume(case, self._agent(group), group)
            return
        stream = house.waiting.stream(cases.queue[case], cases.segment[case])
        house.waiting.join(stream, case)
        if cases.patience[case] < NEVER:
            house.reception.be_patient(case, cases.arrived[case] + cases.patience[case])

    def _agent(self, group: int) -> int:
        pools = self._house.floor.pools
        for pool, (owner, _) in enumerate(pools.members):
            if owner == group and pools.idle[pool]:
                return pools.take(pool)
        name = self._house.centre.groups[group].name
        raise OptionError(
            f"state: more of group '{name}' talk than are at work at "
            f"{self._house.env.now / SECOND / 3600:.2f} h; allowed: at most those on duty then"
        )
