"""From a problem to its shifts: the model solved in two stages, within one time limit.

First how many people work each shift, with their pauses and trainings in fractions; then, the
shifts held, whole people at every place. The bound is the first stage's: with fractions it can
only be lower. Small models are solved at once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from ccsim.errors import InfeasibleSchedule
from ccsim.scheduling import starts
from ccsim.scheduling.conflict import conflict
from ccsim.scheduling.model import Block, Model, build
from ccsim.scheduling.problem import Problem, Rules, Shift, Team
from ccsim.scheduling.solver import GAP, NothingFoundError, Solution, SolverName, chosen, solve

# Up to so many places, pauses are whole people from the first: small models lose nothing by it.
AT_ONCE = 3000
# Share of the time limit kept for making pauses whole.
SETTLING = 0.15
# The second stage is small: it may come closer to its best than the first.
SETTLED = 1e-4


class ConflictError(InfeasibleSchedule):
    """Rules that cannot be kept together.

    Attributes
    ----------
    rules
        Paths of the fields, a smallest set: without any of them the others can be kept.
    """

    def __init__(self, rules: Rules) -> None:
        super().__init__(" and ".join(".".join(map(str, path)) for path in rules))
        self.rules = rules


@dataclass(frozen=True, eq=False)
class Chosen:
    """A team's shifts.

    Attributes
    ----------
    counts
        People by number of the shift, where there are any.
    pauses
        By shift and pause: (place, people) pairs, places in s from the start of the shift.
    trainings
        By training: (place, people) pairs, places in s from the start of the horizon.
    present
        ndarray of float64, shape (slots,): agents at work.
    overtime_hours
        Paid hours beyond those of the week.
    """

    team: Team
    counts: dict[int, int]
    pauses: dict[int, list[list[tuple[float, int]]]]
    trainings: list[list[tuple[float, int]]]
    present: NDArray[np.float64]
    overtime_hours: float

    @property
    def shifts(self) -> list[tuple[Shift, int]]:
        """Shifts worked and by how many."""
        return [(self.team.shifts[number], count) for number, count in self.counts.items()]

    @property
    def paid_hours(self) -> float:
        """Paid hours of all shifts."""
        return sum(shift.paid_hours * count for shift, count in self.shifts)


@dataclass(frozen=True, eq=False)
class Design:
    """Shifts of all teams, and how good they are."""

    teams: dict[str, Chosen]
    solution: Solution


Counts = dict[str, dict[int, int]]


def design(
    problem: Problem,
    time_limit: float = 60,
    solver: SolverName = "auto",
    *,
    gap: float = GAP,
    start: Counts | None = None,
) -> Design:
    """Choose the shifts that cover what is needed at least cost.

    Parameters
    ----------
    problem
        Shifts, needs, prices and rules.
    time_limit
        Seconds for all of it.
    gap
        Stop when the bound proves the answer to be this close to the best, relative.
    start
        People by team and number of the shift, to begin from.

    Raises
    ------
    ConflictError
        Naming a smallest set of rules that cannot be kept together.
    InfeasibleSchedule
        When nothing was found in time.
    """
    deadline = time.monotonic() + time_limit
    model = build(problem)
    name = chosen(solver, simple=_simple(model))
    begin = _begin(model, start)
    if len(model.later()) <= AT_ONCE:
        for variable in model.later():
            variable.cat = pulp.LpInteger
    share = 1 - SETTLING if model.later() else 1.0
    try:
        if any(team.max_starts is not None for team in problem.teams):
            solution = starts.search(model, share * time_limit, name, gap, begin)
        else:
            solution = solve(model.lp, share * time_limit, name, gap=gap, start=begin)
    except NothingFoundError as nothing:
        # Only where the solver thinks so, and time is left to see whether it is so.
        rules = conflict(problem, max(deadline - time.monotonic(), 1.0), name) if model.hard else ()
        if rules:
            raise ConflictError(rules) from nothing
        raise NothingFoundError(
            f"{name} found no schedule within its {time_limit:.0f} s; allowed: a longer time limit",
            proven=nothing.proven,
        ) from nothing
    left = max(deadline - time.monotonic(), 0.05 * time_limit)
    objective = _settle(model, left, name) if model.later() else solution.objective
    bound = min(solution.bound, objective)
    distance = (objective - bound) / objective if objective > 0 else 0.0
    stopped = solution.timed_out and distance > gap
    return Design(
        {block.team.name: _chosen(block) for block in model.blocks},
        Solution(objective, bound, distance, stopped, name),
    )


def _simple(model: Model) -> bool:
    """Say whether there are no yes-or-no choices, and no pauses or trainings to be placed."""
    return not any(block.starts or block.team.design for block in model.blocks) and not (
        model.later()
    )


def _begin(model: Model, start: Counts | None) -> dict[pulp.LpVariable, float]:
    if start is None:
        return {}
    return {
        variable: float(start.get(block.team.name, {}).get(number, 0))
        for block in model.blocks
        for number, variable in enumerate(block.counts)
    }


def _settle(model: Model, time_limit: float, solver: SolverName) -> float:
    """Hold the shifts and make pauses and trainings whole; return the objective then."""
    counts = [variable for block in model.blocks for variable in block.counts]
    whole = [round(variable.value() or 0) for variable in counts]
    later = model.later()
    for variable, value in zip(counts, whole, strict=True):
        variable.bounds(value, value)
    for variable in later:
        variable.cat = pulp.LpInteger
    try:
        return solve(model.lp, time_limit, solver, gap=SETTLED).objective
    except NothingFoundError:
        # A rule holds with fractions only: shifts and pauses must be found together.
        for variable in counts:
            variable.bounds(0, None)
        start = dict(zip(counts, map(float, whole), strict=True))
        return solve(model.lp, time_limit, solver, start=start).objective


def _chosen(block: Block) -> Chosen:
    counts = {n: round(x.value() or 0) for n, x in enumerate(block.counts)}
    worked = {n: count for n, count in counts.items() if count}
    present = [
        sum(amount * (variable.value() or 0.0) for variable, amount in terms)
        for terms in block.present
    ]
    return Chosen(
        block.team,
        worked,
        {n: [_people(choices) for choices in block.pauses[n]] for n in worked},
        [_people(choices) for choices in block.trainings],
        np.round(np.array(present, dtype=float), 9),
        sum(one.value() or 0.0 for one in block.overtime.values()),
    )


def _people(choices: list[tuple[float, pulp.LpVariable]]) -> list[tuple[float, int]]:
    people = [(place, round(variable.value() or 0)) for place, variable in choices]
    return [(place, count) for place, count in people if count]
