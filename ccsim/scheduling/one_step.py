"""Shifts chosen against the service of the schedule itself, not covering a requirement afterwards.

Staffing first and covering second pays twice: for agents the shifts bring anyway, and for intervals
in which a neighbour's surplus would have done. Here the shift model knows no requirement but cuts:
simulated sub-gradients of every promise with respect to agents at work, which are columns of shifts
(Avramidis, Chan, Gendreau, L'Ecuyer & Pisacane 2010). Each schedule it proposes is simulated, with
absence, on the same days, and cut again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand import Forecast
from ccsim.scenario import Scenario, require_support
from ccsim.scheduling.optimise import hourly_cost, schedule
from ccsim.scheduling.problem import Cut
from ccsim.scheduling.schedule import Schedule
from ccsim.scheduling.solver import SolverName
from ccsim.staffing import Proof, Requirement, require
from ccsim.staffing.promises import Margins
from ccsim.staffing.proof import proof_of
from ccsim.staffing.sample import World
from ccsim.staffing.search import Problem
from ccsim.staffing.simulated import problem_of

Floats = NDArray[np.float64]

# Schedules proposed and simulated before a proof, and proofs.
ROUNDS, PROOFS = 8, 4
# What failed in a proof is asked for so much more in the sample.
MORE = 0.002
# Between a proposal and the schedule its cuts were made at: so many agents fewer, in square roots.
TRUST = 0.6
# What a promise short by one agent through an interval costs, in wages of that time.
SHORT = 30.0
# Cuts of promises kept by so much bind nothing nearby.
SLACK = 0.3
# The schedule is asked for so much more than the promise, for the luck of the sample.
SPARE = 0.003
# Horizons of the proof, for each of the sample.
PROOF_TIMES = 3


@dataclass(frozen=True, eq=False)
class OneStep:
    """A schedule found in one step beside the one found in two.

    Attributes
    ----------
    schedule
        The cheapest schedule found that keeps every promise on the sampled days; the one of two
        steps where none is cheaper.
    two_step
        Covers the requirement.
    comparison
        Index ``two steps``, ``one step``: ``cost`` (money), ``paid_hours``, ``met`` and
        ``promises`` (how many hold on fresh days, and how many there are), ``worst`` (by how much
        the worst of them holds there, in its own unit: share, or share of the wait asked for).
    proof
        What fresh days give under `schedule`.
    rounds
        Schedules that were proposed and simulated.
    notes
        What a planner should know.
    """

    schedule: Schedule
    two_step: Schedule
    comparison: pd.DataFrame
    proof: Proof
    rounds: int
    notes: tuple[str, ...]

    @property
    def saving(self) -> float:
        """Share of the cost of two steps that one step saves."""
        return 1 - self.schedule.cost / self.two_step.cost


def schedule_in_one_step(
    scenario: Scenario,
    forecast: Forecast | None = None,
    *,
    requirement: Requirement | None = None,
    replications: int | None = None,
    seed: int = 1,
    search_time: float = 20,
    time_limit: float = 30,
    solver: SolverName = "auto",
    gap: float = 0.005,
) -> OneStep:
    """Choose shifts against the simulated service of the schedule, and show what two steps cost.

    Parameters
    ----------
    scenario, forecast
        As in `require`.
    requirement
        Of the first of two steps; made by `require` where None.
    replications, seed, search_time
        Of the sample, as in `require` (``search_time`` is its ``time_limit``).
    time_limit
        Seconds for the solver, a schedule.
    solver, gap
        As in `schedule`.

    Returns
    -------
    OneStep

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")             # doctest: +SKIP
    >>> ccsim.schedule_in_one_step(bank).comparison              # doctest: +SKIP
    """
    require_support(scenario)
    needed = requirement or require(
        scenario, forecast, replications=replications, seed=seed, time_limit=search_time
    )
    two_step = schedule(scenario, needed, time_limit, solver=solver, gap=gap)
    problem = problem_of(scenario, forecast, replications, seed)
    search = _Search(problem, needed, partial(schedule, solver=solver, gap=gap), time_limit)
    asked, seen = np.full(len(problem.spare), SPARE), len(problem.sample.days)
    for _ in range(PROOFS):
        best = search.cheapest(two_step, asked)
        fresh = range(seen, seen + PROOF_TIMES * len(problem.sample.days))
        seen = fresh.stop
        proof, kept = _proof(problem, best, fresh)
        if best is two_step or (kept >= 0).all():
            break
        # The sample promised more than fresh days keep: so much more is asked of it.
        short = np.flatnonzero(kept < 0)
        asked[short] = _service(problem, best.duty)[short] - kept[short] + MORE
    return _compared(problem, two_step, best, proof, kept, fresh, search.rounds)


class _Search:
    """Schedules proposed, simulated and cut again; what was learned is kept between searches."""

    def __init__(
        self,
        problem: Problem,
        needed: Requirement,
        solved: Callable[..., Schedule],
        time_limit: float,
    ) -> None:
        self.problem, self.needed = problem, needed
        self._solved, self._time_limit = solved, time_limit
        scenario = problem.sample.world.scenario
        # Agents too many are paid, and that is price enough here.
        self._free = scenario.change({"shifts.over_cover": 0})
        self._wage = max(hourly_cost(scenario, name) or 1.0 for name in scenario.groups)
        self._slopes: list[_Slope] = []
        self._met: list[tuple[Schedule, Floats]] = []
        self._more = np.zeros(len(problem.spare))

    def cheapest(self, two_step: Schedule, asked: Floats) -> Schedule:
        """Give the cheapest schedule seen that holds with so much to spare, else of two steps."""
        current = self._met[-1][0] if self._met else two_step
        for _ in range(ROUNDS):
            held = _service(self.problem, current.duty)
            if self._met:
                # Service bends where cuts are straight: what came out short is asked on top.
                short = np.where(np.isfinite(held), asked - held, 0.0)
                self._more = np.maximum(self._more + short, 0.0)
            self._met.append((current, held))
            self._slopes += _slopes(self.problem, current, held)
            proposed = self._proposed(current, asked)
            if proposed.shifts.equals(current.shifts):
                break
            current = proposed
        holding = [made for made, held in self._met if (held >= asked).all()]
        return min([two_step, *holding], key=lambda made: made.cost)

    @property
    def rounds(self) -> int:
        """Schedules simulated."""
        return len(self._met)

    def _proposed(self, current: Schedule, asked: Floats) -> Schedule:
        goal = asked + self._more
        cuts = tuple(one.cut(float(goal[one.value]), SHORT * self._wage) for one in self._slopes)
        floor = _floor(self.problem, current, self.needed)
        return self._solved(self._free, floor, self._time_limit, start=current, cuts=cuts)


@dataclass(frozen=True, eq=False)
class _Slope:
    """How one value changes with scheduled agents at work, from where it was measured.

    Attributes
    ----------
    value
        Number of the value.
    amounts
        By group, ndarray of float64, shape (intervals,): what an agent more adds.
    level
        The value, were all agents taken away along the slope.
    hours
        Length of an interval.
    """

    value: int
    amounts: dict[str, Floats]
    level: float
    hours: float

    def cut(self, asked: float, short: float) -> Cut:
        """The value must be at least so much; in agents, each missing one at a price an hour."""
        unit = max(float(one.max()) for one in self.amounts.values())
        scaled = {name: one / unit for name, one in self.amounts.items()}
        return Cut(scaled, (asked - self.level) / unit, short * self.hours)


def _service(problem: Problem, duty: pd.DataFrame) -> Floats:
    """By how much each promise holds under a schedule, people absent as they are."""
    world = problem.sample.world
    counted = problem.sample.counted(world.scheduled(duty), agents=problem.about_agents)
    return problem.held(Margins.of(problem.goals, counted))


def _presence(world: World, made: Schedule) -> Floats:
    """Scheduled agents at work by group and interval, pauses taken off."""
    starts = world.centre.moments(world.centre.edges[:-1])
    table = made.cover.pivot(index="start", columns="group", values="agents")
    table = table.reindex(index=starts, columns=world.centre.group_names).fillna(0.0)
    return table.to_numpy(dtype=float).T


def _lost(world: World) -> Floats:
    """Share of scheduled time that no plan places, by group."""
    length = float(np.mean(world.scenario.shifts.lengths))
    groups = world.scenario.groups.values()
    return np.array([group.shrinkage.share(length) for group in groups])


def _slopes(problem: Problem, made: Schedule, held: Floats) -> list[_Slope]:
    """Slopes of all values that may bind near a schedule.

    They are measured at net agents taken exactly, and laid at the schedule's own service.
    """
    world, cells = problem.sample.world, problem.cells
    present, there = _presence(world, made), 1 - _lost(world)
    net = np.round(present * there[:, None]).astype(np.int64)
    gains = problem.slopes(problem.look(cells.of(net)))
    hours = world.scenario.horizon.interval / 3600
    found = []
    for value in np.flatnonzero((held < SLACK) & (gains > 0).any(axis=0)):
        amounts = np.zeros((cells.groups, cells.intervals))
        amounts[cells.group, cells.first] = np.maximum(gains[:, value], 0.0) * there[cells.group]
        level = float(held[value] - (amounts * present).sum())
        by_group = dict(zip(world.centre.group_names, amounts, strict=True))
        found.append(_Slope(int(value), by_group, level, hours))
    return found


def _floor(problem: Problem, made: Schedule, needed: Requirement) -> Requirement:
    """So many agents fewer than the schedule has that the cuts still tell of them."""
    world = problem.sample.world
    present = _presence(world, made)
    least = np.maximum(present - np.maximum(1.0, TRUST * np.sqrt(present)), 0.0)
    starts = world.centre.moments(world.centre.edges[:-1])
    wide = pd.DataFrame(least.T, index=starts, columns=world.centre.group_names)
    table = wide.stack().rename("scheduled").reset_index()
    table.columns = ["start", "group", "scheduled"]
    used = table["group"].isin(needed.table["group"])
    return replace(needed, table=table[used].reset_index(drop=True))


def _proof(problem: Problem, made: Schedule, fresh: range) -> tuple[Proof, Floats]:
    """What fresh days give under a schedule, and by how much each promise holds there."""
    world = problem.sample.world
    counted = world.counted(world.scheduled(made.duty), fresh)
    proof = proof_of(world.scenario, world.centre, problem.goals, problem.promises, counted)
    return proof, problem.held(Margins.of(problem.goals, counted))


def _compared(
    problem: Problem,
    two_step: Schedule,
    best: Schedule,
    proof: Proof,
    kept: Floats,
    fresh: range,
    rounds: int,
) -> OneStep:
    currency = problem.sample.world.scenario.currency
    rows = {
        name: {
            "cost": made.cost,
            "paid_hours": float((made.shifts["paid_hours"] * made.shifts["agents"]).sum()),
            "met": int(shown.promises["met"].sum()),
            "promises": len(shown.promises),
            "worst": float(held.min()),
        }
        for name, made, (shown, held) in (
            ("two steps", two_step, _proof(problem, two_step, fresh)),
            ("one step", best, (proof, kept)),
        )
    }
    notes: tuple[str, ...] = (
        f"{rounds} schedules simulated on {len(problem.sample.days)} sampled horizons; both tried "
        f"on {len(fresh)} others.",
        f"One step costs {best.cost:,.0f} {currency}, two steps {two_step.cost:,.0f}.",
    )
    if not proof.holds:
        notes += ("Not every promise is met on fresh days in one step: see `proof.promises`.",)
    comparison = pd.DataFrame.from_dict(rows, orient="index")
    return OneStep(best, two_step, comparison, proof, rounds, notes)
