"""Solving with PuLP, and knowing how good the answer is.

PuLP's status calls a solution found at the time limit 'Optimal', so the bound is read from the
solver itself and the gap computed from it.
"""

from __future__ import annotations

import math
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pulp

from ccsim.errors import InfeasibleSchedule, OptionError

SolverName = Literal["CBC", "HiGHS"]
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
        Name and version.
    """

    objective: float
    bound: float
    gap: float
    timed_out: bool
    solver: str


def solve(problem: pulp.LpProblem, time_limit: float, solver: SolverName = "CBC") -> Solution:
    """Minimise a problem that has a solution and no negative costs, within a time limit.

    Raises
    ------
    InfeasibleSchedule
        When no solution was found in time.
    OptionError
        For a solver that is not known or not installed.
    """
    if solver not in ("CBC", "HiGHS"):
        raise OptionError(f"solver={solver!r}; allowed: 'CBC', 'HiGHS'")
    bound = _with_cbc(problem, time_limit) if solver == "CBC" else _with_highs(problem, time_limit)
    if problem.sol_status not in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible):
        # CBC says 'infeasible' too when the time runs out while it prepares the problem.
        raise InfeasibleSchedule(
            f"{solver} found no schedule within its {time_limit:g} s; allowed: a longer time limit"
        )
    objective = float(pulp.value(problem.objective) or 0.0)
    bound = min(max(bound, 0.0), objective)
    gap = (objective - bound) / objective if objective > 0 else 0.0
    stopped = problem.sol_status == pulp.LpSolutionIntegerFeasible
    return Solution(objective, bound, gap, stopped, solver)


def _with_cbc(problem: pulp.LpProblem, time_limit: float) -> float:
    """Run the bundled CBC; return its lower bound."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "cbc.log")
        command = pulp.PULP_CBC_CMD(
            msg=False, timeLimit=time_limit, gapRel=GAP, logPath=str(log), threads=1
        )
        if not command.available():
            raise OptionError(
                "solver='CBC' is not bundled for this machine; allowed: solver='HiGHS' "
                "(pip install 'ccsim[highs]')"
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


def _with_highs(problem: pulp.LpProblem, time_limit: float) -> float:
    command = pulp.HiGHS(msg=False, timeLimit=time_limit, gapRel=GAP, threads=1)
    if not command.available():
        raise OptionError("solver='HiGHS' needs highspy: pip install 'ccsim[highs]'")
    problem.solve(command)
    return float(problem.solverModel.getInfo().mip_dual_bound)
