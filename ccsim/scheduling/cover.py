"""The covering model: how many agents work each shift, at least cost (Dantzig 1954)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray

from ccsim.errors import InfeasibleSchedule
from ccsim.scenario import Scenario
from ccsim.scenario.opening import opening
from ccsim.scheduling.patterns import Pattern, patterns, week_of
from ccsim.scheduling.solver import Solution, SolverName, solve


@dataclass(frozen=True)
class Covered:
    """A group's shifts: the patterns worked, by how many, and how it was solved."""

    chosen: list[tuple[Pattern, int]]
    agents: NDArray[np.int64]
    solution: Solution

    @property
    def paid_hours(self) -> float:
        """Paid hours of all shifts."""
        return sum(pattern.paid_hours * count for pattern, count in self.chosen)


def cover(
    scenario: Scenario,
    group: str,
    required: NDArray[np.float64],
    starts: pd.DatetimeIndex,
    time_limit: float,
    solver: SolverName,
) -> Covered:
    """Choose a group's shifts.

    Minimises paid hours plus the prices of agent-hours missing and too many, in hourly wages.
    Where the number employed is given, no day, week or contract asks for more people than that.

    Parameters
    ----------
    required
        ndarray of float64, shape (intervals,): scheduled agents asked for.
    starts
        Starts of the intervals.

    Raises
    ------
    InfeasibleSchedule
        When an interval that needs somebody lies in no shift the rules allow.
    """
    allowed = patterns(scenario, group)
    _check_reach(scenario, group, required, starts, allowed)
    hours = scenario.horizon.interval / 3600
    problem = pulp.LpProblem(f"cover_{group}", pulp.LpMinimize)
    numbers = [problem.add_variable(f"x{n}", 0, None, pulp.LpInteger) for n in range(len(allowed))]
    under = [problem.add_variable(f"u{t}", 0) for t in range(len(required))]
    over = [problem.add_variable(f"o{t}", 0) for t in range(len(required))]
    costs = [(number, pattern.paid_hours) for number, pattern in zip(numbers, allowed, strict=True)]
    costs += [(missing, scenario.shifts.under_cover * hours) for missing in under]
    costs += [(surplus, scenario.shifts.over_cover * hours) for surplus in over]
    problem += pulp.LpAffineExpression(costs)

    at_work: list[list[tuple[pulp.LpVariable, float]]] = [[] for _ in required]
    for number, pattern in zip(numbers, allowed, strict=True):
        for interval in pattern.works:
            at_work[interval].append((number, 1.0))
    for interval, terms in enumerate(at_work):
        present = [*terms, (under[interval], 1.0), (over[interval], -1.0)]
        problem += pulp.LpAffineExpression(present) == float(required[interval])
    _limit_people(problem, scenario, group, allowed, numbers)

    solution = solve(problem, time_limit, solver)
    counts = [round(number.value() or 0) for number in numbers]
    agents = np.zeros(len(required), dtype=np.int64)
    for pattern, count in zip(allowed, counts, strict=True):
        agents[pattern.works] += count
    chosen = [(p, count) for p, count in zip(allowed, counts, strict=True) if count]
    return Covered(chosen, agents, solution)


def _check_reach(
    scenario: Scenario,
    group: str,
    required: NDArray[np.float64],
    starts: pd.DatetimeIndex,
    allowed: list[Pattern],
) -> None:
    reached = np.zeros(len(required), dtype=bool)
    for pattern in allowed:
        reached[pattern.works] = True
    unreached = np.flatnonzero((required > 0) & ~reached)
    if len(unreached):
        first = starts[unreached[0]]
        hours = scenario.groups[group].hours
        if hours is not None and not any(a <= first < b for a, b in opening(scenario, hours)):
            path = ("groups", group, "hours")
            raise InfeasibleSchedule(
                f"{scenario.origin.where(path)}: {'.'.join(path)}: the group does not work at "
                f"{first:%a %Y-%m-%d %H:%M}, where {required[unreached[0]]:.1f} agents are needed "
                f"({len(unreached)} such intervals); allowed: hours that cover its queues' hours"
            )
        raise InfeasibleSchedule(
            f"{scenario.origin.where(('shifts',))}: shifts: group '{group}': no shift the rules "
            f"allow is at work at {first:%a %Y-%m-%d %H:%M}, where {required[unreached[0]]:.1f} "
            f"agents are needed ({len(unreached)} such intervals); allowed: other shifts.lengths, "
            "starts, window or meal"
        )


def _limit_people(
    problem: pulp.LpProblem,
    scenario: Scenario,
    group: str,
    allowed: list[Pattern],
    numbers: list[pulp.LpVariable],
) -> None:
    """Ask for no more people than are employed: by day, and by week in shifts and paid hours."""
    employed = scenario.groups[group].employed
    if employed is None:
        return
    weekly = scenario.shifts.weekly
    by_day: dict[object, list[tuple[pulp.LpVariable, float]]] = {}
    by_week: dict[object, list[tuple[pulp.LpVariable, float]]] = {}
    paid: dict[object, list[tuple[pulp.LpVariable, float]]] = {}
    for number, pattern in zip(numbers, allowed, strict=True):
        week = week_of(scenario, pattern.day)
        by_day.setdefault(pattern.day, []).append((number, 1.0))
        by_week.setdefault(week, []).append((number, 1.0))
        paid.setdefault(week, []).append((number, pattern.paid_hours))
    limits = [(by_day, employed), (by_week, employed * (7 - weekly.days_off))]
    for table, most in [*limits, (paid, employed * weekly.max_hours)]:
        for terms in table.values():
            problem += pulp.LpAffineExpression(terms) <= most
