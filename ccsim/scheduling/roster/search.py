"""The search for a roster: a first one, then better ones, and how good any could be.

Small rosters are solved to the end by column generation (`generation`). Large ones are bettered
person by person (`descent`), and bounded by people taken together who are alike (`alike`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ccsim.scheduling.roster.bound import quick_bound
from ccsim.scheduling.roster.descent import Team, descend, stir, team_cost
from ccsim.scheduling.roster.generation import Generation
from ccsim.scheduling.roster.lines import EPSILON, Rules, rules_of
from ccsim.scheduling.roster.problem import RosterProblem
from ccsim.scheduling.solver import SolverName

# People times shifts to be covered from which on a roster is large.
LARGE = 25_000
# Share of the time for pricing a small one.
PRICING = 0.6


@dataclass(frozen=True, eq=False)
class Solved:
    """A roster and how good it is.

    Attributes
    ----------
    team
        (person, line, how many of these people).
    cost, bound
        Reached, and what no roster can be below.
    timed_out
        Whether the time limit ended the search.
    """

    team: Team
    cost: float
    bound: float
    timed_out: bool

    @property
    def gap(self) -> float:
        """(cost − bound) ÷ cost."""
        return (self.cost - self.bound) / self.cost if self.cost > EPSILON else 0.0


def search(
    problem: RosterProblem,
    time_limit: float,
    solver: SolverName = "CBC",
    *,
    start: Team | None = None,
) -> Solved:
    """Find a roster of least cost, as well as the time allows.

    Parameters
    ----------
    start
        Legal lines of some people to begin with.

    Raises
    ------
    NobodyFits
        When no line keeps all rules of somebody.
    """
    deadline = time.monotonic() + time_limit
    rules = [rules_of(person, problem.follows) for person in problem.people]
    team = descend(problem, rules, start or [])
    size = len(problem.people) * int((problem.needed > 0).sum())
    if size > LARGE:
        team, bound = stir(problem, rules, team, deadline), quick_bound(problem)
    else:
        team, bound = _to_the_end(problem, rules, team, solver, deadline)
    cost = team_cost(problem, team)
    bound = cost if cost - bound <= EPSILON * max(1.0, cost) else max(bound, 0.0)
    return Solved(team, cost, bound, time.monotonic() >= deadline)


def _to_the_end(
    problem: RosterProblem,
    rules: Sequence[Rules],
    team: Team,
    solver: SolverName,
    deadline: float,
) -> tuple[Team, float]:
    generation = Generation(problem, rules, solver, deadline)
    generation.keep(team)
    now = time.monotonic()
    priced = generation.price(now + PRICING * (deadline - now))
    generation.pick((deadline - time.monotonic()) / 2)
    if priced:
        generation.finish()
    if not generation.done:
        generation.keep(stir(problem, rules, generation.team, deadline))
    return generation.team, generation.bound
