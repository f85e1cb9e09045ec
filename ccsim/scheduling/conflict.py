"""Which rules cannot be kept together: a smallest set, found by relaxation.

Rules are first made breakable at a price (Chinneck & Dravnieks 1991, elastic filter): those the
cheapest answer breaks are then enforced, until nothing is left that keeps them all. Of these, each
one without which the others still conflict is dropped (deletion filter).
"""

from __future__ import annotations

import time

from ccsim.scheduling.model import breakable
from ccsim.scheduling.problem import Problem, Rules
from ccsim.scheduling.solver import NothingFoundError, SolverName, solve

# Less than this of a person or hour is rounding.
KEPT = 1e-6


def conflict(problem: Problem, time_limit: float, solver: SolverName) -> Rules:
    """Name the rules of a smallest conflict; none where the rules can be kept, or time runs out."""
    deadline = time.monotonic() + time_limit
    suspects: frozenset[Rules] = frozenset()
    while True:
        broken = _broken(problem, suspects, frozenset(), deadline, solver)
        if broken is None:
            break
        if not broken:
            return ()
        suspects |= broken
    every = frozenset(breakable(problem, suspects, frozenset()).hard)
    for rules in sorted(suspects, key=str):
        fewer = suspects - {rules}
        if _broken(problem, fewer, every - fewer, deadline, solver) is None:
            suspects = fewer
    return tuple(dict.fromkeys(path for rules in sorted(suspects, key=str) for path in rules))


def _broken(
    problem: Problem,
    enforced: frozenset[Rules],
    dropped: frozenset[Rules],
    deadline: float,
    solver: SolverName,
) -> frozenset[Rules] | None:
    """Rules the cheapest answer breaks; None where there is proven to be no answer."""
    model = breakable(problem, enforced, dropped)
    try:
        solve(model.lp, max(deadline - time.monotonic(), 0.5), solver)
    except NothingFoundError as nothing:
        return None if nothing.proven else frozenset()
    return frozenset(
        rules
        for rules, lacking in (model.slack or {}).items()
        if any((one.value() or 0.0) > KEPT for one in lacking)
    )
