"""Shift design: every target of the scheduling room, measured beside its reference."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pulp

from benchmarks.instances import (
    CYCLIC_DAY,
    GROUP,
    OVER,
    UNDER,
    required,
    week_demand,
    week_scenario,
)
from benchmarks.measure import heading, peak_gib
from benchmarks.shift_design import BEST_KNOWN, FOLDER, read_shift_design
from ccsim.errors import InfeasibleSchedule
from ccsim.scheduling import Schedule, schedule
from ccsim.scheduling.design import Design, design
from ccsim.scheduling.patterns import patterns
from ccsim.scheduling.problem import Problem, Shift, Team
from ccsim.scheduling.solver import SolverName

HOUR = 3600.0
PROVEN = 1e-6


def main() -> None:
    """Run all benchmarks of shift design."""
    heading("Shift design: objective, bound, gap, wall seconds, solver")
    _textbook()
    _minimum_shift_design()
    _weeks()
    _solvers()


def _show(name: str, found: Design | Schedule, wall: float, reference: str) -> None:
    one = found.solution if isinstance(found, Design) else found
    print(
        f"{name:<44}{one.objective:10,.1f}{one.bound:10,.1f}{one.gap:8.2%}{wall:7.1f} s  "
        f"{one.solver:<6} reference: {reference}",
        flush=True,
    )


def _timed(work: Callable[[], Design]) -> tuple[Design, float]:
    begin = time.perf_counter()
    return work(), time.perf_counter() - begin


def _textbook() -> None:
    """Cover the textbook's cyclic day."""
    shifts = tuple(
        Shift(0, hour * HOUR, ((hour * HOUR, (hour + 8) * HOUR),), (), 8.0) for hour in range(24)
    )
    day = np.array(CYCLIC_DAY, dtype=float)
    team = Team("staff", shifts, day, paid=1 / 8, under=1000.0, over=0.0)
    found, wall = _timed(lambda: design(Problem(HOUR, 24, (team,), cyclic=True), 60, gap=PROVEN))
    _show("textbook cyclic day, shifts", found, wall, "55, proven")


def _minimum_shift_design() -> None:
    for name, best in BEST_KNOWN.items():
        file = FOLDER / f"{name}.dzn"
        if not file.exists():
            print(f"minimum shift design {name}: {file} is not here")
            continue
        problem = read_shift_design(file)
        found, wall = _timed(lambda p=problem: design(p, 60, gap=PROVEN))
        _show(f"minimum shift design, {name}, minutes", found, wall, f"{best}, proven, 60 s")


def _weeks() -> None:
    """Schedule the week with meal and breaks as a planner would, and with few start times."""
    cases = {
        "week, meal and two breaks": ({}, 60, 0.01, "1 % in 60 s, 2 GiB"),
        "the same, at most 8 start times a day": (
            {"max_starts_per_day": 8},
            300,
            0.005,
            "1 % over the best in an hour, in 300 s",
        ),
    }
    for name, (rules, limit, gap, reference) in cases.items():
        scenario = week_scenario(**rules)
        needed = required(scenario, week_demand())
        begin = time.perf_counter()
        found = schedule(scenario, needed, limit, gap=gap)
        _show(name, found, time.perf_counter() - begin, reference)
    print(f"memory at most {peak_gib():.2f} GiB (this process and its children, so far)")


def _solvers() -> None:
    """Compare solvers by model: what `solver="auto"` goes by."""
    heading("Solvers by model, 1 % gap, 60 s: objective, gap, wall seconds")
    solvers: list[SolverName] = ["CBC", "HiGHS"] if pulp.HiGHS().available() else ["CBC"]
    for name, problem in _models().items():
        for solver in solvers:
            begin = time.perf_counter()
            try:
                found = design(problem, 60, solver, gap=0.01)
                told = f"{found.solution.objective:10,.1f}{found.solution.gap:8.2%}"
            except InfeasibleSchedule as refusal:
                told = f"{refusal}"
            print(f"{name:<36}{solver:<7}{told}{time.perf_counter() - begin:7.1f} s", flush=True)


def _models() -> dict[str, Problem]:
    """The week without pauses, with a meal, with all pauses; a distinct-shift price."""

    def week(**rules: object) -> Problem:
        scenario = week_scenario(**rules)
        team = Team(GROUP, tuple(patterns(scenario, GROUP)), week_demand(), under=UNDER, over=OVER)
        return Problem(scenario.horizon.interval, len(team.required), (team,))

    models = {
        "week, no pauses": week(meal=None, breaks=[]),
        "week, meal": week(breaks=[]),
        "week, meal and two breaks": week(),
    }
    file = FOLDER / "RandomExample2.dzn"
    if file.exists():
        models["minimum shift design, RandomExample2"] = read_shift_design(file)
    return models
