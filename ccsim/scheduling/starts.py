"""At most so many distinct start times a day: a local search, for the whole model is too hard.

Solvers still are 5 to 13 % apart after four minutes on a week. But which start times are good can
be told from the fractional answer with only these allowed, and that is solved again in a tenth of
a second when one start time moves. So start times are picked from the answer without the rule,
moved one at a time as long as it helps, and then whole people are found for them.
"""

from __future__ import annotations

import math
import random
import time

import pulp

from ccsim.scheduling.model import Block, Model, Start, starts_of
from ccsim.scheduling.solver import NothingFoundError, Relaxation, Solution, SolverName, solve

# Share of the time for moving start times; the rest is for whole people.
MOVING = 0.75
# How far a start time moves, in places of the day's grid.
STEPS = (-1, 1, -2, 2, -3, 3)

Values = dict[pulp.LpVariable, float]


def search(
    model: Model, time_limit: float, solver: SolverName, gap: float, begin: Values
) -> Solution:
    """Find shifts with few start times; the bound is that of the fractional answer.

    Raises
    ------
    InfeasibleSchedule
        When no answer was found in time.
    """
    deadline = time.monotonic() + time_limit
    relaxation = Relaxation(model.lp, solver, time_limit)
    fractional = relaxation.value()
    bound = fractional if math.isfinite(fractional) else 0.0  # the time may have run out
    used = {z for block in model.blocks for z in _picked(block, begin)}
    until = time.monotonic() + MOVING * (deadline - time.monotonic())
    _move(model, relaxation, used, bound, gap, until)
    every = [z for block in model.blocks for z in block.starts.values()]
    for variable in every:
        variable.bounds(*((0, 1) if variable in used else (0, 0)))
    try:
        left = max(deadline - time.monotonic(), 0.1 * time_limit)
        found = solve(model.lp, left, solver, gap=gap / 2, start=begin)
    finally:
        for variable in every:
            variable.bounds(0, 1)
    bound = min(bound, found.objective)
    distance = (found.objective - bound) / found.objective if found.objective > 0 else 0.0
    if distance > gap and time.monotonic() < deadline:
        return _with_all_starts(model, found, bound, deadline - time.monotonic(), solver, gap)
    return Solution(found.objective, bound, distance, distance > gap, solver)


def _with_all_starts(
    model: Model, found: Solution, bound: float, seconds: float, solver: SolverName, gap: float
) -> Solution:
    """Use the time left on the whole model, which small ones need little of to be exact."""
    kept = {one: one.value() for one in model.lp.variables()}
    begin = {one: value for one, value in kept.items() if value is not None}
    try:
        whole = solve(model.lp, seconds, solver, gap=gap, start=begin)
    except NothingFoundError:
        whole = None
    if whole is None or whole.objective > found.objective:
        for one, value in kept.items():
            one.varValue = value
    best = min(found.objective, whole.objective if whole else math.inf)
    bound = min(max(bound, whole.bound if whole else 0.0), best)
    distance = (best - bound) / best if best > 0 else 0.0
    return Solution(best, bound, distance, whole is None or whole.timed_out, solver)


def _picked(block: Block, begin: Values) -> list[pulp.LpVariable]:
    """Start times of each day that stand for equal shares of the people who start on it."""
    together, most = starts_of(block.team), block.team.max_starts
    picked: list[pulp.LpVariable] = []
    for own in _days(block).values():
        numbers = {
            start: sum(
                begin.get(block.counts[n], block.counts[n].value() or 0.0) for n in together[start]
            )
            for start in own
        }
        if most is None or most >= len(own):
            picked += [block.starts[start] for start in own]
            continue
        total, passed, taken = sum(numbers.values()), 0.0, 0
        for start in own:
            passed += numbers[start]
            if taken < most and numbers[start] and passed >= (taken + 0.5) * total / most:
                picked.append(block.starts[start])
                taken += 1
    return picked


def _days(block: Block) -> dict[int, list[Start]]:
    """Start times by day, in order."""
    days: dict[int, list[Start]] = {}
    for start in sorted(block.starts):
        days.setdefault(start[0], []).append(start)
    return days


def _move(
    model: Model,
    relaxation: Relaxation,
    used: set[pulp.LpVariable],
    bound: float,
    gap: float,
    deadline: float,
) -> None:
    """Move one start time of `used` at a time, until none helps or the time is over."""
    every = [z for block in model.blocks for z in block.starts.values()]
    best = relaxation.value({z: (0.0, float(z in used)) for z in every})
    draw = random.Random(1)  # the same search every time
    moves = _moves(model, used)
    while moves and time.monotonic() < deadline and not best - bound <= gap / 2 * best < math.inf:
        gone, come = moves.pop(draw.randrange(len(moves)))
        value = relaxation.value({gone: (0.0, 0.0), come: (0.0, 1.0)})
        # As long as a rule is broken, any move is as good as another.
        if math.isinf(best) or value < best - 1e-6 * best:
            best = value
            used.remove(gone)
            used.add(come)
            moves = _moves(model, used)
        else:
            relaxation.bound({gone: (0.0, 1.0), come: (0.0, 0.0)})


def _moves(
    model: Model, used: set[pulp.LpVariable]
) -> list[tuple[pulp.LpVariable, pulp.LpVariable]]:
    """Start times that may go, each with one near by that may come in its place."""
    moves = []
    for block in model.blocks:
        for own in _days(block).values():
            line = [block.starts[start] for start in own]
            for place, gone in enumerate(line):
                if gone not in used:
                    continue
                for step in STEPS:
                    if 0 <= place + step < len(line) and line[place + step] not in used:
                        moves.append((gone, line[place + step]))
    return moves
