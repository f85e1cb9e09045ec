"""Column generation: better lines by price, a bound, and the best of all lines worth having."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ccsim.scheduling.roster.bound import cover_worth, lines_worth
from ccsim.scheduling.roster.descent import (
    FEW_LABELS,
    MANY_LABELS,
    Team,
    priced,
    team_cost,
)
from ccsim.scheduling.roster.lines import EPSILON, Rules, cheapest, every
from ccsim.scheduling.roster.master import NOBODY, Pool, Prices, pick, prices
from ccsim.scheduling.roster.problem import RosterProblem, presence
from ccsim.scheduling.solver import SolverName

LINES_A_PRICING = 5
MOST_LINES_EACH, MOST_LINES = 40_000, 120_000
LEAST_SECONDS = 1.0


@dataclass
class Generation:
    """The search over the lines of one problem.

    Attributes
    ----------
    problem, rules
        The roster, and each person's rules compiled.
    solver
        For the covering model.
    deadline
        `time.monotonic()` at which it stops.
    team, cost
        The best roster so far.
    bound
        No roster costs less.
    """

    problem: RosterProblem
    rules: Sequence[Rules]
    solver: SolverName
    deadline: float
    team: Team = field(default_factory=list)
    cost: float = np.inf
    bound: float = -np.inf

    def __post_init__(self) -> None:
        """Begin with nothing known."""
        self.pool = Pool(self.problem)
        self.prices: Prices | None = None
        self.bound_here = -np.inf  # at these prices

    @property
    def done(self) -> bool:
        """Whether the best roster is proven to be the best of all."""
        return self.cost - self.bound <= EPSILON * max(1.0, min(self.cost, NOBODY))

    def keep(self, team: Team) -> None:
        """Put a roster's lines into the pool, and keep it where it is the best so far."""
        for number, line, _ in team:
            self.pool.add(number, line)
        cost = team_cost(self.problem, team)
        if cost < self.cost - EPSILON:
            self.team, self.cost = team, cost

    def price(self, until: float) -> bool:
        """Add lines until none betters the relaxation; False where the time was too short."""
        labels = FEW_LABELS
        while time.monotonic() < until and not self.done:
            self.prices = prices(self.pool, self.solver)
            if self._round(self.prices, labels) == 0:
                if labels == MANY_LABELS:
                    return True
                labels = MANY_LABELS
        return False

    def _round(self, at: Prices, labels: int) -> int:
        """Add everybody's cheapest lines at these prices, and bound all rosters by them."""
        bound, new = cover_worth(self.problem, at.shifts), 0
        for number, person in enumerate(self.problem.people):
            found = cheapest(
                self.rules[number],
                priced(self.problem, number, at.shifts),
                at.people[number] - person.price,
                labels,
                LINES_A_PRICING,
            )
            new += sum(self.pool.add(number, line) for _, line in found.lines)
            bound += lines_worth(person, found.bound)
        self.bound, self.bound_here = max(self.bound, bound), bound
        return new

    def pick(self, seconds: float) -> bool:
        """Pick the best combination of the lines known; True where it is proven to be that."""
        picked = pick(self.pool, self.solver, max(seconds, LEAST_SECONDS))
        if picked is None:
            return False
        self.keep(picked.team)
        return picked.proven

    def dive(self) -> None:
        """Round the relaxation up line by line, with new lines for what is left each time."""
        left = self.problem
        team: Team = []
        while time.monotonic() < self.deadline:
            part = Generation(left, self.rules, self.solver, self.deadline)
            for number, line, _ in self.pool.lines:
                part.pool.add(number, line)
            part.price(self.deadline)
            if part.prices is None:
                break
            for number, line, _ in part.pool.lines:
                self.pool.add(number, line)
            often = part.prices.often
            if not len(often) or often.max() < EPSILON:
                break
            place = int(often.argmax())
            number, line, _ = part.pool.lines[place]
            team.append((number, line, max(1, int(often[place] + EPSILON))))
            missing = np.maximum(self.problem.needed - presence(self.problem, team), 0)
            left = replace(self.problem, needed=missing)
        self.keep(team)

    def finish(self) -> None:
        """Pick from *all* lines that could be part of a better roster, which is exact.

        These are the lines whose reduced cost is below the gap (Baldacci, Christofides & Mingozzi
        2008). Nothing is done where they are too many.
        """
        at, room = self.prices, self.cost - self.bound_here
        if at is None or self.done:
            return
        for number, person in enumerate(self.problem.people):
            ceiling = at.people[number] - person.price + room
            costs = priced(self.problem, number, at.shifts)
            lines = every(self.rules[number], costs, ceiling, MOST_LINES_EACH)
            if lines is None or len(self.pool.lines) > MOST_LINES:
                return
            for line in lines:
                self.pool.add(number, line)
        if self.pick(self.deadline - time.monotonic()):
            self.bound = self.cost
