"""What no roster can cost less than: shifts and lines at prices of their own (Lagrange).

At any prices between what too many and what too few cost, the cover costs at least what the
prices say, and each person's line at least the cheapest line at these prices.
"""

from __future__ import annotations

import numpy as np

from ccsim.scheduling.roster.alike import together
from ccsim.scheduling.roster.descent import FEW_LABELS, priced
from ccsim.scheduling.roster.lines import Rules, cheapest, rules_of
from ccsim.scheduling.roster.problem import FloatArray, Person, RosterProblem

# Steps of the search for the share of `under` that gives the best bound.
STEPS = 12


def cover_worth(problem: RosterProblem, shifts: FloatArray) -> float:
    """Give the price of all shifts that are wanted."""
    wanted = problem.needed > 0
    return float((shifts[wanted] * problem.needed[wanted]).sum())


def lines_worth(person: Person, least: float) -> float:
    """Give the least that people who are alike cost, from the cheapest line of one."""
    each = least + person.price
    return each * (person.most if each < 0 else person.least)


def quick_bound(problem: RosterProblem) -> float:
    """Bound a large roster: people who are alike taken together, one price for all shifts.

    The price is a share of what missing a shift costs; the bound is concave in it, and the best
    share is found by ternary search. It tells whether there are hours enough, and what they
    cost at least; not whether they lie right.
    """
    fewer, _ = together(problem)
    rules = [rules_of(one, fewer.follows) for one in fewer.people]
    low, high, best = 0.0, 1.0, 0.0
    for _ in range(STEPS):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        at_left, at_right = (_at(fewer, rules, share) for share in (left, right))
        best = max(best, at_left, at_right)
        low, high = (low, right) if at_left > at_right else (left, high)
    return best


def _at(problem: RosterProblem, rules: list[Rules], share: float) -> float:
    shifts = np.where(problem.needed > 0, share * problem.under, -problem.over)
    bound = cover_worth(problem, shifts)
    for number, person in enumerate(problem.people):
        found = cheapest(rules[number], priced(problem, number, shifts), np.inf, FEW_LABELS)
        bound += lines_worth(person, found.bound)
    return bound
