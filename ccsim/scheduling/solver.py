"""Solving with PuLP, and knowing how good the answer is.

PuLP's status calls a solution found at the time limit 'Optimal', so the bound is read from the
solver itself and the gap computed from it.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pulp

from ccsim.errors import InfeasibleSchedule, OptionError

SolverName = Literal["auto", "CBC", "HiGHS"]
# Stop when the bound proves the answer to be this close to the best.
GAP = 0.002


@dataclass(frozen=True)
class Solution:
    """Values are in the problem's variables; this is how good they are.

    Attributes
    ----------
    objective, bound
        Reached, and proven to be a lower bound.
    gap
        (objective − bound) ÷ objective.
    timed_out
        Whether the time limit ended the search before the gap was proven.
    solver
        Name.
    """

    objective: float
    bound: float
    gap: float
    timed_out: bool
    solver: str


class NothingFoundError(InfeasibleSchedule):
    """There is no solution, or none was found in time.

    Attributes
    ----------
    proven
        Whether the solver says that there is none.
    """

    def __init__(self, message: str, *, proven: bool) -> None:
        super().__init__(message)
        self.proven = proven


def chosen(solver: SolverName, *, simple: bool) -> SolverName:
    """Name the solver a model is given to.

    Parameters
    ----------
    simple
        Whether the model has no pauses and no yes-or-no choices: CBC is as quick there, else
        HiGHS, where it is installed (measured in docs/scheduling.md).
    """
    if solver not in ("auto", "CBC", "HiGHS"):
        raise OptionError(f"solver={solver!r}; allowed: 'auto', 'CBC', 'HiGHS'")
    if solver != "auto":
        return solver
    if simple and pulp.PULP_CBC_CMD(msg=False).available():
        return "CBC"
    return "HiGHS" if pulp.HiGHS(msg=False).available() else "CBC"


def solve(
    problem: pulp.LpProblem,
    time_limit: float,
    solver: SolverName = "CBC",
    *,
    gap: float = GAP,
    start: dict[pulp.LpVariable, float] | None = None,
) -> Solution:
    """Minimise a problem that has a solution and no negative costs, within a time limit.

    Parameters
    ----------
    gap
        Stop when the bound proves the answer to be this close to the best, relative.
    start
        Values of some variables to begin from; the solver finds the others.

    Raises
    ------
    InfeasibleSchedule
        When no solution was found in time.
    OptionError
        For a solver that is not known or not installed.
    """
    name = chosen(solver, simple=False)
    run = _with_cbc if name == "CBC" else _with_highs
    bound = run(problem, time_limit, gap, start or {})
    if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        # CBC says 'infeasible' too when the time runs out while it prepares the problem.
        raise NothingFoundError(
            f"{name} found no schedule within its {time_limit:g} s; allowed: a longer time limit",
            proven=problem.sol_status == pulp.LpSolutionInfeasible,
        )
    objective = float(pulp.value(problem.objective) or 0.0)
    bound = min(max(bound, 0.0), objective)
    distance = (objective - bound) / objective if objective > 0 else 0.0
    stopped = problem.sol_status == pulp.LpSolutionIntegerFeasible
    return Solution(objective, bound, distance, stopped, name)


class Relaxation:
    """A problem with fractions allowed, to be solved again and again with other bounds.

    HiGHS goes on from its last answer, which takes a tenth of a second where a first solution
    takes one; CBC begins anew each time.
    """

    def __init__(self, problem: pulp.LpProblem, solver: SolverName, time_limit: float) -> None:
        self._problem = problem
        self._highs: Any = None
        self._time_limit = time_limit
        self._cbc = chosen(solver, simple=False) == "CBC"
        self._bounds: dict[pulp.LpVariable, tuple[float, float]] = {}
        self._places = {one.name: place for place, one in enumerate(problem.variables())}

    def bound(self, bounds: Mapping[pulp.LpVariable, tuple[float, float]]) -> None:
        """Set bounds of some variables, for this relaxation only."""
        self._bounds |= bounds
        if self._highs is not None:
            for variable, (low, high) in bounds.items():
                self._highs.changeColBounds(self._places[variable.name], low, high)

    def value(self, bounds: Mapping[pulp.LpVariable, tuple[float, float]] | None = None) -> float:
        """Set bounds and solve; return the objective, infinite where there is no answer.

        The first answer is left in the problem's variables.
        """
        self.bound(bounds or {})
        if self._cbc:
            return self._anew()
        if self._highs is None:
            # Interior points at first: 0.7 s on the week of docs/scheduling.md, simplex 3 to 8 s.
            command = pulp.HiGHS(
                mip=False, msg=False, timeLimit=self._time_limit, threads=1, solver="ipm"
            )
            self._problem.solve(command)
            self._highs = self._problem.solverModel
            self._highs.setOptionValue("solver", "simplex")
            self.bound(dict(self._bounds))
        else:
            # HiGHS counts its time limit from its first run.
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + self._time_limit)
            self._highs.run()
        solved = self._highs.modelStatusToString(self._highs.getModelStatus()) == "Optimal"
        return float(self._highs.getInfo().objective_function_value) if solved else math.inf

    def _anew(self) -> float:
        kept = {one: (one.lowBound, one.upBound) for one in self._bounds}
        for variable, (low, high) in self._bounds.items():
            variable.bounds(low, high)
        self._problem.solve(
            pulp.PULP_CBC_CMD(mip=False, msg=False, timeLimit=self._time_limit, threads=1)
        )
        for variable, (low, high) in kept.items():
            variable.bounds(low, high)
        solved = self._problem.sol_status == pulp.LpSolutionOptimal
        return float(pulp.value(self._problem.objective) or 0.0) if solved else math.inf


def _with_cbc(
    problem: pulp.LpProblem, time_limit: float, gap: float, start: dict[pulp.LpVariable, float]
) -> float:
    """Run the bundled CBC; return its lower bound."""
    for variable, value in start.items():
        variable.setInitialValue(value)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "cbc.log")
        command = pulp.PULP_CBC_CMD(
            msg=False,
            timeLimit=time_limit,
            gapRel=gap,
            logPath=str(log),
            threads=1,
            warmStart=bool(start),
        )
        if not command.available():
            raise OptionError(
                "solver='CBC' is not bundled with PuLP for this machine; allowed: solver='HiGHS'"
            )
        problem.solve(command)
        text = log.read_text(errors="replace") if log.exists() else ""
    return lower_bound(text)


def lower_bound(log: str) -> float:
    """Read the bound CBC's log ends with: infinite where it proved the answer to be the best."""
    found = re.findall(r"^Lower bound:\s*(\S+)", log, flags=re.MULTILINE)
    if found:
        return float(found[-1])
    proven = re.search(r"^(Result - Optimal solution found$|Optimal objective )", log, re.MULTILINE)
    return math.inf if proven else -math.inf


class _HiGHSFrom(pulp.HiGHS):  # type: ignore[misc]
    """PuLP's HiGHS that begins from a solution: PuLP itself hands none over."""

    begin: dict[pulp.LpVariable, float]

    def callSolver(self, lp: Any) -> None:  # noqa: N802
        if self.begin:
            places = {variable.name: place for place, variable in enumerate(lp.variables())}
            numbers = [places[variable.name] for variable in self.begin]
            lp.solverModel.setSolution(len(numbers), numbers, list(self.begin.values()))
        lp.solverModel.run()


def _with_highs(
    problem: pulp.LpProblem, time_limit: float, gap: float, start: dict[pulp.LpVariable, float]
) -> float:
    command = _HiGHSFrom(msg=False, timeLimit=time_limit, gapRel=gap, threads=1)
    if not command.available():
        raise OptionError("solver='HiGHS' needs highspy: pip install highspy; allowed: 'CBC'")
    command.begin = start
    problem.solve(command)
    return float(problem.solverModel.getInfo().mip_dual_bound)
