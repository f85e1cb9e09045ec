"""Long horizons week by week: what a solver cannot do at once it does in four steps.

Weeks share little: the shifts over the last midnight, and a month's overtime. So each is designed
with the first day of the next beside it, which is then designed again, and the overtime is shared
out evenly. The bound is that of the whole horizon with fractions.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ccsim.scheduling.design import Chosen, Counts, Design, design
from ccsim.scheduling.model import build, presence_of
from ccsim.scheduling.problem import Overtime, Problem, Team
from ccsim.scheduling.solver import GAP, Relaxation, Solution, SolverName, chosen

WEEK = 7
# Share of the time limit kept for the bound.
BOUNDING = 0.2


def design_long(
    problem: Problem,
    time_limit: float = 60,
    solver: SolverName = "auto",
    *,
    gap: float = GAP,
    start: Counts | None = None,
) -> Design:
    """Choose shifts as `design` does, week by week where the horizon is longer.

    Raises
    ------
    ConflictError, InfeasibleSchedule
        As `design` does.
    """
    weeks = sorted({shift.day // WEEK for team in problem.teams for shift in team.shifts})
    if len(weeks) < 2 or len(problem.teams) > 1 or not _parts(problem.teams[0]):
        return design(problem, time_limit, solver, gap=gap, start=start)
    deadline = time.monotonic() + (1 - BOUNDING) * time_limit
    (team,) = problem.teams
    present, made = np.zeros(problem.slots), Chosen(team, {}, {}, [], np.zeros(problem.slots), 0.0)
    for order, week in enumerate(weeks):
        numbers, part = _week(problem, week, present)
        own = (start or {}).get(team.name, {})
        begin = {team.name: {n: own.get(number, 0) for n, number in enumerate(numbers)}}
        share = max(deadline - time.monotonic(), 1e-3) / (len(weeks) - order)
        found = design(part, share, solver, gap=gap, start=begin if start else None)
        made = _joined(made, found.teams[team.name], numbers, week)
        present = _present(problem, made)
    made = replace(made, present=np.round(present, 9))
    objective = _price(problem, made)
    left = max(deadline + BOUNDING * time_limit - time.monotonic(), 0.05 * time_limit)
    name = chosen(solver, simple=False)
    fractional = Relaxation(build(problem).lp, name, left).value()
    bound = min(fractional, objective) if math.isfinite(fractional) else 0.0
    distance = (objective - bound) / objective if objective > 0 else 0.0
    solution = Solution(objective, bound, distance, distance > gap, name)
    return Design({team.name: made}, solution)


def _parts(team: Team) -> bool:
    """Say whether nothing but the last midnight and overtime ties weeks together."""
    in_weeks = all(
        len({team.shifts[n].day // WEEK for n in limit.amounts}) == 1 for limit in team.limits
    )
    return in_weeks and team.design == 0 and not team.trainings


def _week(problem: Problem, week: int, present: NDArray[np.float64]) -> tuple[list[int], Problem]:
    """Make the problem of a week and the day after it, with who is there already taken off."""
    (team,) = problem.teams
    numbers = [n for n, s in enumerate(team.shifts) if week * WEEK <= s.day < (week + 1) * WEEK + 1]
    reached = np.zeros(problem.slots, dtype=bool)
    for number in numbers:
        reached[list(presence_of(problem, team.shifts[number], averaged=False))] = True
    place = {number: n for n, number in enumerate(numbers)}
    limits = [
        replace(limit, amounts={place[n]: a for n, a in limit.amounts.items() if n in place})
        for limit in team.limits
        if any(n in place for n in limit.amounts)
    ]
    part = replace(
        team,
        shifts=tuple(team.shifts[n] for n in numbers),
        required=np.where(reached, team.required - present, 0.0),
        minimum=None if team.minimum is None else np.where(reached, team.minimum - present, 0.0),
        limits=tuple(limits),
        overtime=_share(team.overtime, week),
    )
    return numbers, replace(problem, teams=(part,))


def _share(overtime: Overtime | None, week: int) -> Overtime | None:
    """A week's even share of its month's overtime."""
    if overtime is None:
        return None
    month = next(weeks for weeks in overtime.months if week in weeks)
    return replace(overtime, most=overtime.most / len(month), months=((week,),))


def _joined(made: Chosen, found: Chosen, numbers: list[int], week: int) -> Chosen:
    """Add the shifts of a week, without those of the day after it."""
    shifts = made.team.shifts
    kept = {n: numbers[n] for n in found.counts if shifts[numbers[n]].day < (week + 1) * WEEK}
    return replace(
        made,
        counts=made.counts | {number: found.counts[n] for n, number in kept.items()},
        pauses=made.pauses | {number: found.pauses[n] for n, number in kept.items()},
        overtime_hours=made.overtime_hours + found.overtime_hours,
    )


def _present(problem: Problem, made: Chosen) -> NDArray[np.float64]:
    """Agents at work, pauses taken off, shape (slots,)."""
    present = np.zeros(problem.slots)
    for number, count in made.counts.items():
        shift = made.team.shifts[number]
        for slot, share in presence_of(problem, shift, averaged=False).items():
            present[slot] += count * share
        for pause, choices in zip(shift.pauses, made.pauses[number], strict=True):
            for place, people in choices:
                begin = shift.start + place
                for slot, share in problem.presence(begin, begin + pause.length).items():
                    present[slot] -= people * share
    return present


def _price(problem: Problem, made: Chosen) -> float:
    """Price of the hours paid, and of agents missing and too many."""
    team, hours = made.team, problem.slot / 3600
    short = team.required - made.present
    badly = team.under * np.maximum(short, 0.0) + team.over * np.maximum(-short, 0.0)
    premium = 0.0 if team.overtime is None else team.overtime.price - 1
    return float(
        team.paid * (made.paid_hours + premium * made.overtime_hours) + badly.sum() * hours
    )
