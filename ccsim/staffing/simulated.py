"""The requirement by simulation: closed forms to start, a search, and a proof on fresh days."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ccsim.demand import Forecast
from ccsim.scenario import Scenario
from ccsim.scenario.opening import DAY
from ccsim.staffing.cells import Cells, cells_of
from ccsim.staffing.closed_form import closed_form
from ccsim.staffing.descent import descended
from ccsim.staffing.goals import Goal, goals_of
from ccsim.staffing.loads import Loads, loads_of
from ccsim.staffing.promises import Margins, Promise, noise, promises_of, share_held
from ccsim.staffing.proof import Proof, proof_of
from ccsim.staffing.sample import Counted, Sample, World
from ccsim.staffing.search import Effort, Point, Problem, repaired, searched, within_less

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# A staffing should be looked at in about so long, s.
LOOK = 0.15
FEWEST, FEWEST_WITH_FEATURES, LEAST, MOST = 20, 10, 5, 150
# The master problem needs only the way: it looks at one of so many replications.
COARSE = 4
# Stretches of the first, coarse search, s, and its share of the time.
COARSE_BLOCK, COARSE_TIME = 6 * 3600.0, 0.4
# Contacts remembered at most, for memory's sake.
REMEMBERED = 6_000_000
# Units that fail, in the sample, where a certainty is asked for: fewer tell little of it.
FAILING = 20
# A proof should take about so much of the time limit, and see at least so many times the sample.
PROOF, PROOF_TIMES = 0.2, 2
# Proofs of which each but the last mends what failed in it.
PROOFS = 6
# Share of the time limit that mending after a proof may take, each.
MENDING = 0.15
# Proofs of so few promises are made longer, so many times, until all are proven.
FEW, LONGER = 20, 3
# What failed in the proof is asked for so much more in the sample, beyond what was missing, and at
# least as much as the proof itself leaves in doubt.
MORE = 0.002


@dataclass(frozen=True, eq=False)
class Found:
    """What the search found.

    Attributes
    ----------
    start
        ndarray of float64, shape (cells,): the closed form it started from.
    agents
        ndarray of int64, shape (cells,): net.
    proof, counted
        The last proof, on days unseen by whatever came before it, and what was counted in it.
    sampled
        Replications of the sample.
    out_of_time
        Whether the time limit ended the improvements.
    """

    start: Floats
    agents: Ints
    proof: Proof
    counted: Counted
    sampled: int
    out_of_time: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What a planner should know of the search and its proof."""
        rows, proof = self.proof.promises, self.proof
        worst = proof.worst_event_day
        kind = f"the worst day of {worst['event']}" if worst["event"] else "the worst day"
        notes = [
            f"Found by simulation on {self.sampled} sampled horizons; tried on "
            f"{proof.replications} others: {rows['met'].sum()} of {len(rows)} promises met, "
            f"{rows['proven'].sum()} of them beyond simulation noise.",
            f"On {kind}, {worst['date']}, {worst['service_level']:.1%} are served in time and "
            f"{worst['lost']:,.0f} contacts lost; one time in ten below "
            f"{worst['service_level_bad']:.1%} and above {worst['lost_bad']:,.0f}.",
            "Scheduled agents are net agents ÷ (1 − shrinkage), applied once.",
        ]
        if self.out_of_time:
            notes.append("The search used up its time: fewer agents may do.")
        if not proof.holds:
            notes.append("Not every promise is met on average: see `proof.promises`.")
        return tuple(notes)


def found_by_simulation(
    world: World,
    goals: list[Goal],
    cells: Cells,
    loads: Loads,
    replications: int | None,
    time_limit: float,
) -> Found:
    """Find the requirement.

    Parameters
    ----------
    replications
        Horizons the search looks at; where None, as many as certainty and time ask for.
    time_limit
        Work the search may do, in seconds of a usual machine; the proof comes on top.
    """
    problem = problem_for(world, goals, cells, loads, replications, time_limit)
    promises, sampled = problem.promises, len(problem.sample.days)
    start = closed_form(world.scenario, cells, loads)
    whole = np.ceil(start - 1e-9).astype(np.int64)
    near = _coarsely(problem, cells.net(whole))
    point = _improved(problem, repaired(problem, problem.look(cells.of(near))))
    seen, out_of_time = sampled, not problem.in_time
    for last in (False,) * (PROOFS - 1) + (True,):
        number = _proof_size(world, sampled, time_limit)
        duty = world.duty(cells.net(point.agents))
        counted = world.counted(duty, range(seen, seen + number))
        seen += number
        margins = Margins.of(goals, counted)
        kept = problem.held(margins)
        if last or (kept >= 0).all():
            break
        problem = _asked_more(problem, point, margins, kept)
        problem = replace(problem, effort=Effort(MENDING * time_limit))
        point = within_less(problem, repaired(problem, problem.look(point.agents)))
    proof = proof_of(world.scenario, world.centre, goals, promises, counted)
    for _ in range(LONGER):
        if not proof.holds or proof.promises["proven"].all() or len(proof.promises) > FEW:
            break
        # What is met but not beyond noise is looked at longer, on days as fresh as the others.
        more = world.counted(duty, range(seen, seen + number))
        seen += number
        counted = Counted.joined([counted, more])
        proof = proof_of(world.scenario, world.centre, goals, promises, counted)
    return Found(start, point.agents, proof, counted, sampled, out_of_time)


def problem_of(
    scenario: Scenario, forecast: Forecast | None, replications: int | None, seed: int
) -> Problem:
    """Set up what a search by interval looks at, without limits to its effort."""
    world = World.of(scenario, forecast, seed)
    cells = cells_of(scenario, world.centre, None)
    goals = goals_of(scenario)
    return problem_for(world, goals, cells, loads_of(world), replications, np.inf)


def problem_for(
    world: World,
    goals: list[Goal],
    cells: Cells,
    loads: Loads,
    replications: int | None,
    time_limit: float,
) -> Problem:
    """Set up what the search looks at; arguments as of `found_by_simulation`."""
    promises = promises_of(world.scenario, world.centre, goals)
    sampled = replications or _enough(world, promises)
    return Problem(
        sample=Sample.of(world, range(sampled)),
        goals=goals,
        promises=promises,
        cells=cells,
        spare=np.zeros(sum(map(len, promises))),
        reach=_reach(world.scenario, loads),
        effort=Effort(time_limit),
    )


def _asked_more(problem: Problem, point: Point, margins: Margins, kept: Floats) -> Problem:
    """Ask so much more of the sample as it promised and the days of a proof did not keep.

    More margin where a promise is about the average, more certainty where it is about that.
    """
    failed, spare = kept < 0, problem.spare.copy()
    promises, place = [], 0
    for promise in problem.promises:
        own = slice(place, place + len(promise))
        place += len(promise)
        if promise.certainty is None:
            short = np.flatnonzero(failed[own] & np.isfinite(point.values[own])) + own.start
            doubt = noise(promise, margins)[short - own.start]
            spare[short] = point.values[short] - kept[short] + np.maximum(doubt, MORE)
        elif failed[own].any():
            held = share_held(promise, point.margins)
            lacking = max(held - share_held(promise, margins), 0.0) + MORE
            surer = min(promise.certainty + lacking, 1 - (1 - promise.certainty) / 4)
            promise = replace(promise, certainty=surer)
        promises.append(promise)
    return replace(problem, spare=spare, promises=promises, cut=set(), seen={})


def _coarsely(problem: Problem, net: Ints) -> Ints:
    """Raise and lower long stretches of a staffing first, seen in fewer replications.

    Between groups and times of day agents so find their place by a few numbers, where noise has
    little to follow; the cells themselves then only have to be adjusted.
    """
    world = problem.sample.world
    block = min(DAY, max(COARSE_BLOCK, world.scenario.staffing.block or 0.0))
    cells = cells_of(world.scenario, world.centre, block).shaped(net)
    few = max(len(problem.sample.days) // COARSE, FEWEST // 2)
    effort = Effort(COARSE_TIME * problem.effort.left)
    rough = replace(
        problem,
        sample=problem.sample.some(few),
        cells=cells,
        effort=effort,
        seen={},
        cut=set(),
    )
    found = within_less(rough, searched(rough, cells.of(net - cells.profile)))
    problem.effort.spend(COARSE_TIME * problem.effort.left - effort.left)
    return cells.net(found.agents)


def _improved(problem: Problem, point: Point) -> Point:
    """Wear a staffing down where targets are by interval, and look whether another does with less.

    Targets over a day or a week are a matter of balance: cell by cell little is won there.
    """
    if any(promise.scope == "interval" for promise in problem.promises):
        point = descended(problem, point)
    return within_less(problem, point)


def _enough(world: World, promises: list[Promise]) -> int:
    """Replications to look at."""
    fewest = FEWEST if world.plain else FEWEST_WITH_FEATURES
    number = int(np.clip(LOOK / world.seconds, fewest, MOST))
    for promise in promises:
        if promise.certainty is not None:
            units = FAILING / (1 - promise.certainty)
            number = max(number, int(np.ceil(units / len(promise.units))))
    contacts = max(float(world.rates.mean.sum()), 1.0)
    return max(min(number, int(REMEMBERED / contacts)), LEAST)


def _proof_size(world: World, sampled: int, time_limit: float) -> int:
    return max(int(PROOF * time_limit / (2 * world.seconds)), PROOF_TIMES * sampled)  # drawn anew


def _reach(scenario: Scenario, loads: Loads) -> int:
    """Intervals through which an agent more or less is still felt: contacts last, and wait."""
    longest = float(loads.aht.max(initial=0.0))
    waits = [min(queue.target.within or 0.0, 3600.0) for queue in scenario.queues.values()]
    return max(2, int(np.ceil((2 * longest + max(waits)) / scenario.horizon.interval)) + 1)
