"""Hiring in plain numbers: one group, month by month, as a mixed-integer programme.

Heads are expectations: of those there, a share stays each month (Bartholomew, Forbes & McClean
1991, 'Statistical Techniques for Manpower Planning', chapter 2); hires are whole people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from ccsim.scheduling.solver import Solution, SolverName, solve

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Team:
    """A group's hiring problem; prices are money, arrays have shape (months,).

    Attributes
    ----------
    heads
        People at its start, all experienced.
    stays
        Share of people there who stay until the next month.
    lead
        Months until a hire takes contacts.
    ramp
        Share of an experienced person's work in the months after that.
    required
        Work needed, in people.
    wage
        A person's for the month.
    hire
        Price of a hire, training included.
    most
        Hires a month at most; None: any number.
    overtime, overtime_price
        At most, as a share of the work of those there; price of a person's month.
    outsourced
        Price of a person's month done elsewhere; None: nothing can be.
    short
        Price of a person's month missing.
    layoff
        Price of letting somebody go; None: nobody is.
    """

    heads: float
    stays: float
    lead: int
    ramp: tuple[float, ...]
    required: Floats
    wage: Floats
    hire: float
    most: int | None
    overtime: float
    overtime_price: Floats
    outsourced: Floats | None
    short: Floats
    layoff: float | None

    def work(self, months: int) -> float:
        """Work of a person hired so many months ago, as a share of an experienced one's."""
        after = months - self.lead
        if after < 0:
            return 0.0
        return self.ramp[after] if after < len(self.ramp) else 1.0

    @property
    def first_work(self) -> int:
        """Months until a hire does any work."""
        return next(n for n in range(self.lead + len(self.ramp) + 1) if self.work(n) > 0)


@dataclass(frozen=True, eq=False)
class Hires:
    """What to do each month; arrays of shape (months,), and how good it is."""

    hires: Floats
    laid_off: Floats
    heads: Floats
    productive: Floats
    overtime: Floats
    outsourced: Floats
    short: Floats
    cost: Floats
    solution: Solution


def hired(team: Team, time_limit: float, solver: SolverName, gap: float) -> Hires:
    """Find the hires of least cost."""
    months = range(len(team.required))
    problem = pulp.LpProblem("hiring", pulp.LpMinimize)

    def variables(name: str, most: float | None = None, cat: str = "Continuous") -> list[object]:
        return [problem.add_variable(f"{name}_{m}", 0, most, cat) for m in months]

    hires = variables("hires", team.most, "Integer")
    gone = variables("laid_off", None if team.layoff is not None else 0, "Integer")
    heads = variables("heads")
    over, short = variables("overtime"), variables("short")
    out = variables("outsourced", None if team.outsourced is not None else 0)
    for m in months:
        before = [(heads[m - 1], team.stays)] if m else []
        problem += pulp.LpAffineExpression(
            [(heads[m], 1), (hires[m], -1), (gone[m], 1)]
        ) - pulp.LpAffineExpression(before) == (0 if m else team.heads)
        there = _there(team, m, hires, gone, [team.work(n) for n in range(m + 1)])
        problem += (
            there + pulp.LpAffineExpression([(over[m], 1), (out[m], 1), (short[m], 1)])
            >= team.required[m]
        )
        problem += pulp.LpAffineExpression([(over[m], 1)]) <= team.overtime * there
        if team.layoff is not None:  # only those who have learned their work are let go
            learned = [float(n >= team.lead + len(team.ramp)) for n in range(m + 1)]
            problem += _there(team, m, hires, gone, learned) >= 0
    outsourced = np.zeros(len(months)) if team.outsourced is None else team.outsourced
    prices = [
        (heads, team.wage),
        (hires, np.full(len(months), team.hire)),
        (gone, np.full(len(months), team.layoff or 0.0)),
        (over, team.overtime_price),
        (out, outsourced),
        (short, team.short),
    ]
    problem += pulp.LpAffineExpression([(v[m], price[m]) for v, price in prices for m in months])
    solution = solve(problem, time_limit, solver, gap=gap)
    coming, going = np.round(_values(hires)), np.round(_values(gone))
    productive = np.array(
        [
            team.heads * team.stays**m
            + sum(
                (coming[j] * team.work(m - j) - going[j]) * team.stays ** (m - j)
                for j in range(m + 1)
            )
            for m in months
        ]
    )
    cost = np.sum([_values(v) * price for v, price in prices], axis=0)
    return Hires(
        hires=coming,
        laid_off=going,
        heads=_values(heads),
        productive=productive,
        overtime=_values(over),
        outsourced=_values(out),
        short=_values(short),
        cost=cost,
        solution=solution,
    )


def _there(
    team: Team, month: int, hires: list[object], gone: list[object], weights: list[float]
) -> pulp.LpAffineExpression:
    """Work in a month of those there at the start and of hires by age, less who was let go."""
    terms = [
        term
        for j in range(month + 1)
        for term in (
            (hires[j], weights[month - j] * team.stays ** (month - j)),
            (gone[j], -(team.stays ** (month - j))),
        )
    ]
    return pulp.LpAffineExpression(terms, constant=team.heads * team.stays**month)


def _values(variables: list[object]) -> Floats:
    return np.array([pulp.value(one) or 0.0 for one in variables])
