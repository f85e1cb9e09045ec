"""Closed forms: agents for a queue or for queues pooled, and a start for the search from them.

Agents who can serve any of a set of queues must together be as many as one team that serves
nothing else would need: a lower bound in all but name, for every set. So a flexible agent counts
for each of the sets it can serve and never whole for two queues at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ccsim.distributions import Distribution
from ccsim.queueing import agents_for
from ccsim.scenario import Scenario
from ccsim.simulation.centre import threshold
from ccsim.staffing.cells import Cells
from ccsim.staffing.loads import Loads
from ccsim.staffing.master import Cut, cheapest

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# Sets of queues looked at, at most.
MOST_SETS = 200
# Agents in a cell at most, beyond all load.
ROOM = 50


CLOSED_FORM_TARGETS = ("service_level", "abandonment", "asa", "occupancy")


def agents_needed(
    scenario: Scenario,
    queue: str,
    load: float,
    aht: float,
    *,
    patient: bool = False,
    only: str | None = None,
) -> float:
    """Agents for a queue's targets in closed form, unrounded; its load where none applies.

    Parameters
    ----------
    load, aht
        Erlangs and s of everything its team serves.
    patient
        Whether to leave patience out (Erlang C); nobody abandons then, whatever was asked.
    only
        One of `CLOSED_FORM_TARGETS`: leave the others out.
    """
    rules = scenario.queues[queue]
    patience = np.inf if patient or not isinstance(rules.patience, Distribution) else rules.patience
    asked = {
        kind: getattr(rules.target, kind)
        for kind in CLOSED_FORM_TARGETS
        if only in (None, kind) and not (kind == "abandonment" and patience is np.inf)
    }
    if load <= 0 or scenario.channels[rules.channel].deferred or not any(asked.values()):
        return load
    return agents_for(
        load / aht * 3600,
        aht,
        asked.get("service_level"),
        threshold(scenario, queue),
        patience,
        asa=asked.get("asa"),
        abandonment=asked.get("abandonment"),
        occupancy=asked.get("occupancy"),
        definition=scenario.service_level.definition,
        fractional=True,
    )


def pooled(
    scenario: Scenario, queues: list[int], load: Floats, aht: Floats, *, patient: bool = False
) -> float:
    """Agents for queues served by one team: the most any that is busy asks for."""
    names, total = list(scenario.queues), float(load.sum())
    if total <= 0:
        return 0.0
    busy = load > 0
    mean = total / float((load[busy] / aht[busy]).sum())
    return max(
        agents_needed(scenario, names[q], total, mean, patient=patient)
        for q, some in zip(queues, busy, strict=True)
        if some
    )


def closed_form(scenario: Scenario, cells: Cells, loads: Loads) -> Floats:
    """Agents by cell in closed form: unrounded where a group shares no queue, else whole.

    Returns
    -------
    ndarray of float64, shape (cells,)
        A group by itself is staffed for the highest need of the cell's intervals. Of groups that
        share queues: the fewest (or cheapest) with which every set of queues has its pooled team.
    """
    table = _Pools(scenario, loads)
    skills = [set(group.skills) for group in scenario.groups.values()]
    alone = np.array([not any(s & o for o in skills if o is not s) for s in skills])
    own = alone[cells.group]
    needed = np.zeros(len(cells))
    for cell in np.flatnonzero(own):
        queues = [q for q, name in enumerate(scenario.queues) if name in skills[cells.group[cell]]]
        intervals = range(cells.first[cell], cells.last[cell])
        needed[cell] = max(table.agents(queues, interval) for interval in intervals)
    if not own.all():
        cuts = list(_cuts(scenario, cells, table, skills, own))
        most = np.ceil(loads.erlangs.sum(axis=0).max() * 1.5).astype(np.int64) + ROOM
        low = np.zeros(len(cells), np.int64)
        needed = np.where(own, needed, cheapest(cells.price, cuts, low, low + most))
    return needed


class _Pools:
    """Agents of pooled queues by interval, each load looked up once."""

    def __init__(self, scenario: Scenario, loads: Loads) -> None:
        self.scenario, self.loads = scenario, loads
        self._known: dict[tuple[object, ...], float] = {}

    def agents(self, queues: list[int], interval: int) -> float:
        """Agents the pooled queues need in an interval."""
        load, aht = self.loads.erlangs[queues, interval], self.loads.aht[queues, interval]
        key = (*queues, *load, *aht)
        if key not in self._known:
            self._known[key] = pooled(self.scenario, queues, load, aht)
        return self._known[key]


def _cuts(
    scenario: Scenario,
    cells: Cells,
    table: _Pools,
    skills: list[set[str]],
    alone: NDArray[np.bool_],
) -> Iterator[Cut]:
    """For every interval and set of queues: who can serve any of them is enough for all."""
    names = list(scenario.queues)
    for interval in range(cells.intervals):
        busy = [q for q in range(len(names)) if table.loads.erlangs[q, interval] > 0]
        here = np.flatnonzero((cells.first <= interval) & (interval < cells.last) & ~alone)
        for queues in _sets(busy, names, skills):
            asked = {names[q] for q in queues}
            able = np.array([c for c in here if skills[cells.group[c]] & asked], dtype=np.int64)
            if len(able):  # else nobody works then, and they wait
                yield Cut(able, np.ones(len(able)), table.agents(queues, interval))


def _sets(busy: list[int], names: list[str], skills: list[set[str]]) -> list[list[int]]:
    """Sets of queues that bind: all that a set of groups, hanging together, serves alone.

    Of queues that reach the same groups only the largest set says something.
    """
    able = {q: frozenset(n for n, one in enumerate(skills) if names[q] in one) for q in busy}

    def closed(groups: frozenset[int]) -> frozenset[int]:
        return frozenset(q for q in busy if able[q] <= groups)

    found = {groups: closed(groups) for groups in able.values()}
    fresh = list(found)
    while fresh and len(found) < MOST_SETS:
        groups = fresh.pop()
        for own in set(able.values()):
            together = groups | own
            if groups & own and together not in found:
                found[together] = closed(together)
                fresh.append(together)
    return [sorted(queues) for queues in found.values()]
