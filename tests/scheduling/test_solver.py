"""How good the solver's answer is, read from the solver itself."""

from __future__ import annotations

import math
import random

import pulp
import pytest

from ccsim.errors import InfeasibleSchedule, OptionError
from ccsim.scheduling.solver import GAP, Relaxation, chosen, lower_bound, solve

# How CBC 2.10 ends its log.
STOPPED = """\
Result - Stopped on time limit

Objective value:                2302.00000000
Lower bound:                    2258.370
Gap:                            0.02
"""
WITHIN_GAP = """\
Result - Optimal solution found (within gap tolerance)

Objective value:                3076.24168351
Lower bound:                    3075.796
Gap:                            0.00
"""
PROVEN = """\
Result - Optimal solution found

Objective value:                9.00000000
Enumerated nodes:               0
"""
WITHOUT_WHOLE_NUMBERS = "Optimal objective 7.5 - 0 iterations time 0.002, Presolve 0.00\n"
CUT_OFF = "Continuous objective value is 2965.79 - 0.01 seconds\n"


@pytest.mark.parametrize(
    ("log", "bound"),
    [
        (STOPPED, 2258.37),
        (WITHIN_GAP, 3075.796),
        (PROVEN, math.inf),
        (WITHOUT_WHOLE_NUMBERS, math.inf),
        (CUT_OFF, -math.inf),
        ("", -math.inf),
    ],
)
def test_the_bound_is_what_the_log_says_and_proven_only_where_it_says_so(log, bound):
    assert lower_bound(log) == bound


def small():
    """3 x + 2 y with x + y at least 2.5 and y at most 1: x = 2, y = 1."""
    problem = pulp.LpProblem("small", pulp.LpMinimize)
    x, y = (problem.add_variable(name, 0, None, pulp.LpInteger) for name in "xy")
    problem += 3 * x + 2 * y
    problem += x + y >= 2.5
    problem += y <= 1
    return problem


def hard(seed=5, variables=60, rows=40):
    """A problem with a gap that neither solver closes in a second."""
    draw = random.Random(seed)
    problem = pulp.LpProblem("hard", pulp.LpMinimize)
    numbers = [problem.add_variable(f"x{n}", 0, None, pulp.LpInteger) for n in range(variables)]
    problem += pulp.LpAffineExpression([(number, draw.randrange(20, 60)) for number in numbers])
    for _ in range(rows):
        terms = [(number, draw.randrange(1, 50)) for number in numbers if draw.random() < 0.6]
        problem += pulp.LpAffineExpression(terms) >= draw.randrange(500, 1500) + 0.5
    return problem


@pytest.mark.parametrize("solver", ["CBC", "HiGHS"])
def test_an_answer_found_at_once_is_proven(solver):
    found = solve(small(), 10, solver)
    assert (found.objective, found.bound, found.gap) == pytest.approx((8, 8, 0))
    assert not found.timed_out


@pytest.mark.parametrize("solver", ["CBC", "HiGHS"])
def test_an_answer_stopped_by_time_says_so_and_how_far_off_it_may_be(solver):
    found = solve(hard(), 0.8, solver)
    assert found.timed_out
    assert GAP < found.gap < 1
    assert found.gap == pytest.approx((found.objective - found.bound) / found.objective)


def test_the_bound_of_one_solver_is_below_the_answer_of_the_other():
    cbc, highs = solve(hard(), 0.8, "CBC"), solve(hard(), 0.8, "HiGHS")
    assert max(cbc.bound, highs.bound) <= min(cbc.objective, highs.objective) + 1e-6


@pytest.mark.parametrize("solver", ["CBC", "HiGHS"])
def test_no_answer_in_time_is_a_clear_error_and_not_called_infeasible(solver):
    with pytest.raises(
        InfeasibleSchedule, match=f"{solver} found no schedule within its 0.0001 s; "
    ):
        solve(hard(variables=600, rows=400), 1e-4, solver)


def test_an_unknown_solver_is_refused():
    with pytest.raises(OptionError, match="solver='Gurobi'; allowed: 'auto', 'CBC', 'HiGHS'"):
        solve(small(), 1, "Gurobi")


@pytest.mark.parametrize(
    ("solver", "command", "told"),
    [
        ("CBC", "PULP_CBC_CMD", "not bundled with PuLP for this machine; allowed: solver='HiGHS'"),
        ("HiGHS", "HiGHS", "needs highspy: pip install highspy; allowed: 'CBC'"),
    ],
)
def test_a_solver_that_is_not_installed_is_refused_with_what_helps(
    monkeypatch, solver, command, told
):
    monkeypatch.setattr(getattr(pulp, command), "available", lambda self: False)
    with pytest.raises(OptionError, match=told):
        solve(small(), 1, solver)


def test_auto_takes_cbc_for_simple_models_and_highs_for_others_where_it_is_there(monkeypatch):
    assert chosen("auto", simple=True) == "CBC"
    assert chosen("auto", simple=False) == "HiGHS"
    monkeypatch.setattr(pulp.HiGHS, "available", lambda self: False)
    assert chosen("auto", simple=False) == "CBC"
    monkeypatch.undo()
    monkeypatch.setattr(pulp.PULP_CBC_CMD, "available", lambda self: False)
    assert chosen("auto", simple=True) == "HiGHS"


@pytest.mark.parametrize("solver", ["CBC", "HiGHS"])
def test_a_relaxation_is_solved_again_with_other_bounds(solver):
    problem = small()
    x, y = problem.variables()
    before = (x.upBound, y.upBound)
    relaxation = Relaxation(problem, solver, 10)
    assert relaxation.value() == pytest.approx(3 * 1.5 + 2)
    assert relaxation.value({y: (0.0, 0.5)}) == pytest.approx(3 * 2 + 1)
    assert relaxation.value({x: (0.0, 1.0)}) == math.inf
    assert relaxation.value({x: (0.0, 9.0), y: (0.0, 1.0)}) == pytest.approx(3 * 1.5 + 2)
    assert (x.upBound, y.upBound) == before
