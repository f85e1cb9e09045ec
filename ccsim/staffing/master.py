"""The master problem: what the cuts made so far say is best, near where they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

# A cut that cannot be kept nearby costs so many times the dearest agent for what is missing.
MISSING = 1e3
# It only proposes, simulation judges: a few nodes do, counted so that they are the same everywhere.
NODES, GAP = 100, 0.005
# Between staffings as good, the one nearer to what is known: what an agent off it costs, in prices
# of an agent. It keeps headcount from following the luck of the sample.
OFF, OFF_EVEN = 0.01, 0.0005


@dataclass(frozen=True)
class Cut:
    """slope · agents[cells] must be at least `needed`."""

    cells: Ints
    slope: Floats
    needed: float


def cheapest(
    price: Floats, cuts: Sequence[Cut], low: Ints, high: Ints, near: Ints | None = None
) -> Ints:
    """Find the cheapest staffing that keeps every cut.

    Parameters
    ----------
    price
        ndarray of float64, shape (cells,): of an agent.
    low, high
        ndarrays of int64, shape (cells,): fewest and most agents.
    near
        ndarray of int64, shape (cells,): preferred where it costs nothing.

    Returns
    -------
    ndarray of int64, shape (cells,)
    """
    model = _Model(price, cuts, low, high, near, OFF)
    dear = MISSING * float(price.max())
    missing = [model.problem.add_variable(f"m{n}", 0) for n in range(len(cuts))]
    model.keep([[(lack, 1.0)] for lack in missing])
    costs = [(one, float(value)) for one, value in zip(model.agents, price, strict=True)]
    found = model.solved([*costs, *((lack, dear) for lack in missing)])
    return high if found is None else found  # the surest nearby


def most_even(
    price: Floats,
    cuts: Sequence[Cut],
    low: Ints,
    high: Ints,
    near: Ints | None,
    budget: float,
) -> Ints | None:
    """Find the staffing within a budget whose worst kept cut is kept by most, in agents.

    None where no staffing is that cheap, or none was found.
    """
    model = _Model(price, cuts, low, high, near, OFF_EVEN)
    least = model.problem.add_variable("least", None, float(high.sum()) + 1.0)
    model.keep([[(least, -1.0)]] * len(cuts))
    costs = [(one, float(value)) for one, value in zip(model.agents, price, strict=True)]
    model.problem += pulp.LpAffineExpression(costs) <= budget
    return model.solved([(least, -float(price.max()))])


class _Model:
    """Agents by cell, and how far they are from those preferred."""

    def __init__(
        self,
        price: Floats,
        cuts: Sequence[Cut],
        low: Ints,
        high: Ints,
        near: Ints | None,
        off_price: float,
    ) -> None:
        self.problem = pulp.LpProblem("requirement", pulp.LpMinimize)
        self.cuts, self.high = cuts, high
        self.agents = [
            self.problem.add_variable(f"y{n}", int(a), int(b), pulp.LpInteger)
            for n, (a, b) in enumerate(zip(low, high, strict=True))
        ]
        self.off: list[tuple[pulp.LpVariable, float]] = []
        for number, preferred in enumerate([] if near is None else near):
            off, agents = self.problem.add_variable(f"o{number}", 0), self.agents[number]
            self.off.append((off, off_price * float(price[number])))
            self.problem += agents - off <= int(preferred)
            self.problem += agents + off >= int(preferred)

    def keep(self, more: Sequence[list[tuple[pulp.LpVariable, float]]]) -> None:
        """Add the cuts, each with further terms, divided so that they count agents."""
        for cut, further in zip(self.cuts, more, strict=True):
            unit = float(np.abs(cut.slope).max())
            terms = [
                (self.agents[cell], float(slope / unit))
                for cell, slope in zip(cut.cells, cut.slope, strict=True)
            ]
            self.problem += pulp.LpAffineExpression([*terms, *further]) >= cut.needed / unit

    def solved(self, costs: list[tuple[pulp.LpVariable, float]]) -> Ints | None:
        """Minimise; None where there is no answer in so few nodes."""
        self.problem += pulp.LpAffineExpression([*costs, *self.off])
        self.problem.solve(_solver())
        if self.problem.sol_status not in (
            pulp.LpSolutionOptimal,
            pulp.LpSolutionIntegerFeasible,
        ):
            return None
        return np.array([round(one.value()) for one in self.agents], dtype=np.int64)


def _solver() -> pulp.LpSolver:
    """CBC where PuLP brings it, else HiGHS; on these models they take the same time."""
    cbc = pulp.PULP_CBC_CMD(msg=False, maxNodes=NODES, gapRel=GAP, threads=1)
    if cbc.available():
        return cbc
    return pulp.HiGHS(msg=False, gapRel=GAP, threads=1, mip_max_nodes=NODES)
