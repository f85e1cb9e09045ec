"""The search for a roster: a first one, better lines by price, then the best of all lines kept.

1. *Descent*: one person after another takes the line that is best while all others keep theirs.
2. *Column generation*: the relaxation prices every shift, each person's cheapest lines at these
   prices join the pool; prices also bound what any roster can cost (Lagrange).
3. *Whole lines*: the best combination of the pool's lines; then of *all* lines whose reduced cost
   is below the gap, which is exact (Baldacci, Christofides & Mingozzi 2008).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from ccsim.scheduling.roster.lines import EPSILON, Rules, cheapest, every, rules_of
from ccsim.scheduling.roster.master import Pool, Prices, pick, prices
from ccsim.scheduling.roster.problem import (
    OFF,
    FloatArray,
    IntArray,
    Line,
    RosterProblem,
    cover_cost,
    line_cost,
    presence,
)
from ccsim.scheduling.solver import SolverName

# Labels kept a day: while a line is only to be good, and while a bound is to be had.
FEW_LABELS, MANY_LABELS = 2_000, 60_000
LINES_A_PRICING = 5
MOST_LINES_EACH, MOST_LINES = 40_000, 120_000
Team = list[tuple[int, Line, int]]


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
        Whether the time limit ended the search before the bound was met.
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
    tell: bool = False,
) -> Solved:
    """Find a roster of least cost, as well as the time allows."""
    return _Search(problem, time_limit, solver).run(start)


class NobodyFits(Exception):
    """No line keeps all rules of a person; caught where people have names.

    Attributes
    ----------
    person
        Their number.
    """

    def __init__(self, person: int) -> None:
        super().__init__(person)
        self.person = person


class _Search:
    """State of one search: the best roster so far, the lines known and the bound."""

    def __init__(self, problem: RosterProblem, time_limit: float, solver: SolverName) -> None:
        self.problem, self.solver = problem, solver
        self.deadline = time.monotonic() + time_limit
        self.rules = [rules_of(person, problem.follows) for person in problem.people]
        self.pool = Pool(problem)
        self.team: Team = []
        self.cost, self.bound = np.inf, -np.inf
        self.prices: Prices | None = None

    def run(self, start: Team | None) -> Solved:
        self._descend(start or [])
        converged = self._generate(0.6)
        self._pick(0.5)
        if not self._done:
            self._descend(self.team)
        if converged and not self._done:
            self._exact()
        bound = min(max(self.bound, 0.0), self.cost)
        return Solved(self.team, self.cost, bound, not self._done)

    @property
    def _left(self) -> float:
        return self.deadline - time.monotonic()

    @property
    def _done(self) -> bool:
        return self.cost - self.bound <= EPSILON * max(1.0, abs(self.cost))

    def _keep(self, team: Team) -> bool:
        """Keep a roster where it is the best so far."""
        cost = team_cost(self.problem, team)
        for number, line, _ in team:
            self.pool.add(number, line)
        better = cost < self.cost - EPSILON
        if better:
            self.team, self.cost = team, cost
        return better

    def _descend(self, team: Team) -> None:
        named = [n for n, one in enumerate(self.problem.people) if one.least == one.most == 1]
        lines = {number: line for number, line, _ in team if number in named}
        others = [one for one in team if one[0] not in lines]
        present = presence(self.problem, team)
        improved = True
        while improved and self._left > 0:
            improved = False
            for number in named:
                old = lines.get(number)
                self._show(present, number, old, -1)
                new = self._best(number, old, self._marginal(present))
                if new is not None:
                    lines[number], improved = new, True
                    self.pool.add(number, new)
                elif old is None:
                    raise NobodyFits(number)
                self._show(present, number, lines[number], 1)
        self._keep([*others, *((number, line, 1) for number, line in lines.items())])

    def _show(self, present: IntArray, number: int, line: Line | None, by: int) -> None:
        for place, kind in zip(self.problem.people[number].places, line or (), strict=bool(line)):
            if kind != OFF:
                present[place, kind] += by

    def _marginal(self, present: IntArray) -> FloatArray:
        """What one more person on each shift saves."""
        problem = self.problem
        return np.where(present < problem.needed, problem.under, -problem.over)

    def _best(self, number: int, old: Line | None, values: FloatArray) -> Line | None:
        """The best line while nobody else moves, where it is better than the old one."""
        costs = self._priced(number, values)
        person = replace(self.problem.people[number], costs=costs, price=0.0)
        ceiling = np.inf if old is None else line_cost(person, old)
        found = cheapest(self.rules[number], costs, ceiling, FEW_LABELS).lines
        if not found and old is None:
            found = cheapest(self.rules[number], costs, ceiling, MANY_LABELS).lines
        return found[0][1] if found else None

    def _priced(self, number: int, values: FloatArray) -> FloatArray:
        """Costs of a person's days less what their shifts save."""
        person = self.problem.people[number]
        costs = person.costs.copy()
        costs[:, 1:] -= values[person.places]
        return costs

    def _generate(self, share: float) -> bool:
        """Add lines until no line betters the relaxation; False where time ran out before."""
        until = time.monotonic() + share * self._left
        labels = FEW_LABELS
        while time.monotonic() < until and not self._done:
            self.prices = prices(self.pool, self.solver)
            new = self._price(self.prices, labels)
            print("   cg", self.prices.value, self.bound, self.cost, len(self.pool.lines), new, round(self._left))
            if not new:
                if labels == MANY_LABELS:
                    return True
                labels = MANY_LABELS
        return False

    def _price(self, at: Prices, labels: int) -> int:
        """Add every person's cheapest lines at these prices, and bound all rosters by them."""
        wanted = self.problem.needed > 0
        new, bound = 0, float((at.shifts[wanted] * self.problem.needed[wanted]).sum())
        for number, person in enumerate(self.problem.people):
            found = cheapest(
                self.rules[number],
                self._priced(number, at.shifts),
                at.people[number] - person.price,
                labels,
                LINES_A_PRICING,
            )
            new += sum(self.pool.add(number, line) for _, line in found.lines)
            least = found.bound + person.price
            bound += least * (person.most if least < 0 else person.least)
        self.bound = max(self.bound, bound)
        return new

    def _pick(self, share: float) -> None:
        if self._done:
            return
        picked = pick(self.pool, self.pool.lines, self.solver, max(share * self._left, 1.0), 0.0)
        print("   pick", picked and picked[1:], self.cost, self.bound)
        if picked is not None:
            self._keep(picked[0])

    def _exact(self) -> None:
        """Pick from all lines that could be part of a better roster."""
        at, room = self.prices, self.cost - self.bound
        assert at is not None
        for number, person in enumerate(self.problem.people):
            costs = self._priced(number, at.shifts)
            ceiling = at.people[number] - person.price + room
            lines = every(self.rules[number], costs, ceiling, MOST_LINES_EACH)
            print("   every", number, None if lines is None else len(lines))
            if lines is None or len(self.pool.lines) > MOST_LINES:
                return
            for line in lines:
                self.pool.add(number, line)
        picked = pick(self.pool, self.pool.lines, self.solver, max(self._left, 1.0), 0.0)
        print("   exact", picked and picked[1:])
        if picked is not None:
            self._keep(picked[0])
            if picked[2]:
                self.bound = self.cost


def team_cost(problem: RosterProblem, team: Team) -> float:
    """Cost of a roster: its lines and its cover."""
    lines = sum(many * line_cost(problem.people[number], line) for number, line, many in team)
    return lines + cover_cost(problem, presence(problem, team))


__all__ = ["Rules", "Solved", "Team", "search", "team_cost"]
