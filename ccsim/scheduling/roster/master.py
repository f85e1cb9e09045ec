"""Which line each person works: the covering model over lines, relaxed and whole.

Set covering with a column for each line (Dantzig & Wolfe 1960; Jaumard, Semet & Vovor 1998 for
rosters). The relaxation prices people and shifts; the whole model picks lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pulp

from ccsim.errors import InfeasibleSchedule
from ccsim.scheduling.roster.problem import OFF, FloatArray, Line, RosterProblem, line_cost
from ccsim.scheduling.solver import SolverName

# What a person without a line costs while lines are still being looked for.
NOBODY = 1e7


@dataclass
class Pool:
    """Lines known so far, each once, by person.

    Attributes
    ----------
    problem
        Whose lines.
    lines
        (person, line, its cost with the surplus it makes where nobody is wanted).
    """

    problem: RosterProblem
    lines: list[tuple[int, Line, float]] = field(default_factory=list)
    known: set[tuple[int, Line]] = field(default_factory=set)

    def add(self, person: int, line: Line) -> bool:
        """Add a line; False where it is known."""
        if (person, line) in self.known:
            return False
        self.known.add((person, line))
        who = self.problem.people[person]
        surplus = sum(
            self.problem.over[place, kind]
            for place, kind in zip(who.places, line, strict=True)
            if kind != OFF and self.problem.needed[place, kind] == 0
        )
        self.lines.append((person, line, line_cost(who, line) + float(surplus)))
        return True


@dataclass(frozen=True, eq=False)
class Prices:
    """Prices of the relaxation.

    Attributes
    ----------
    value
        Objective of the relaxation over the lines known.
    shifts
        Shape of the cover: what one more person on a shift saves.
    people
        Shape (people,): what a person's line costs in all, cover included.
    often
        Shape (lines,): how often each line of the pool is taken, in parts.
    """

    value: float
    shifts: FloatArray
    people: FloatArray
    often: FloatArray


def prices(pool: Pool, solver: SolverName) -> Prices:
    """Solve the relaxation over the lines known."""
    problem, numbers, rows = _model(pool, pulp.LpContinuous)
    _run(problem, solver, None, 0.0)
    cells = np.where(pool.problem.needed > 0, 0.0, -pool.problem.over)
    for place, kind in zip(*np.nonzero(pool.problem.needed), strict=True):
        cells[place, kind] = rows[f"cover_{place}_{kind}"].pi
    lowest, highest = -pool.problem.over, pool.problem.under
    people = np.array(
        [
            rows[f"least_{n}"].pi + (rows[f"most_{n}"].pi if f"most_{n}" in rows else 0.0)
            for n in range(len(pool.problem.people))
        ]
    )
    value = float(pulp.value(problem.objective))
    often = np.array([number.value() or 0.0 for number in numbers])
    return Prices(value, np.clip(cells, lowest, highest), people, often)


@dataclass(frozen=True, eq=False)
class Picked:
    """Lines picked: (person, line, how many), and whether no others of the pool are better."""

    team: list[tuple[int, Line, int]]
    proven: bool


def pick(pool: Pool, solver: SolverName, time_limit: float) -> Picked | None:
    """Pick lines for everybody from the pool; None where nothing was found in time."""
    problem, numbers, _ = _model(pool, pulp.LpInteger)
    _run(problem, solver, time_limit, 0.0)
    if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        return None
    team = [
        (person, line, round(number.value() or 0))
        for number, (person, line, _) in zip(numbers, pool.lines, strict=True)
        if round(number.value() or 0)
    ]
    given = [0] * len(pool.problem.people)
    for person, _, many in team:
        given[person] += many
    if any(many < one.least for many, one in zip(given, pool.problem.people, strict=True)):
        return None  # somebody was left without a line
    return Picked(team, problem.sol_status == pulp.LpSolutionOptimal)


def _model(
    pool: Pool, kind_of_number: str
) -> tuple[pulp.LpProblem, list[pulp.LpVariable], dict[str, pulp.LpConstraint]]:
    """Build the model: how often each line is taken; its rows by name."""
    wanted, lines = pool.problem, pool.lines
    problem = pulp.LpProblem("roster", pulp.LpMinimize)
    numbers = [problem.add_variable(f"x{n}", 0, None, kind_of_number) for n in range(len(lines))]
    costs = [(number, cost) for number, (_, _, cost) in zip(numbers, lines, strict=True)]
    by_person: list[list[tuple[pulp.LpVariable, float]]] = [[] for _ in wanted.people]
    cells: dict[tuple[int, int], list[tuple[pulp.LpVariable, float]]] = {
        (int(place), int(kind)): [] for place, kind in zip(*np.nonzero(wanted.needed), strict=True)
    }
    for number, (person, line, _) in zip(numbers, lines, strict=True):
        by_person[person].append((number, 1.0))
        for cell, many in _worked(wanted.people[person].places, line):
            if cell in cells:
                cells[cell].append((number, many))
    rows: dict[str, pulp.LpConstraint] = {}

    def demand(row: pulp.LpConstraint, name: str) -> None:
        rows[name] = row
        problem.addConstraint(row, name)

    for place, (one, terms) in enumerate(zip(wanted.people, by_person, strict=True)):
        nobody = problem.add_variable(f"a{place}", 0)
        costs.append((nobody, NOBODY))
        there = pulp.LpAffineExpression([*terms, (nobody, 1.0)])
        if one.least == one.most:
            demand(there == one.least, f"least_{place}")
        else:
            demand(there >= one.least, f"least_{place}")
            demand(pulp.LpAffineExpression(terms) <= one.most, f"most_{place}")
    for (place, kind), terms in cells.items():
        missing = problem.add_variable(f"u_{place}_{kind}", 0)
        costs.append((missing, float(wanted.under[place, kind])))
        present = [*terms, (missing, 1.0)]
        if np.isfinite(wanted.over[place, kind]):
            surplus = problem.add_variable(f"o_{place}_{kind}", 0)
            costs.append((surplus, float(wanted.over[place, kind])))
            present.append((surplus, -1.0))
        wanted_here = int(wanted.needed[place, kind])
        demand(pulp.LpAffineExpression(present) == wanted_here, f"cover_{place}_{kind}")
    problem += pulp.LpAffineExpression(costs)
    return problem, numbers, rows


def _worked(places: Iterable[int], line: Line) -> list[tuple[tuple[int, int], float]]:
    """Cells of the cover a line is present in, and how often: more than once where it rotates."""
    often: dict[tuple[int, int], float] = {}
    for place, kind in zip(places, line, strict=True):
        if kind != OFF:
            cell = int(place), kind
            often[cell] = often.get(cell, 0.0) + 1.0
    return list(often.items())


def _run(problem: pulp.LpProblem, solver: SolverName, time_limit: float | None, gap: float) -> None:
    make = pulp.PULP_CBC_CMD if solver == "CBC" else pulp.HiGHS
    problem.solve(make(msg=False, timeLimit=time_limit, gapRel=gap, threads=1))
    if time_limit is None and problem.status != pulp.LpStatusOptimal:
        raise InfeasibleSchedule(f"{solver} could not solve the relaxation of the roster")
