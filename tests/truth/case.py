"""What a truth check is: a scenario, how long to simulate it, and what is true.

The design's rule: a check states its half-width (at most 1 % of the value, 0.003 for fractions),
passes when |z| < 3.5 and takes its seed from its case number. `make test` runs every case once;
`make validate` repeats them with ten other seeds and tests the z-scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from ccsim.scenario import Scenario
from ccsim.simulation import Results, simulate
from ccsim.simulation.engines import Engine
from ccsim.simulation.estimate import UNBOUNDED, linear_ratio
from tests.conftest import made_scenario

Floats = NDArray[np.float64]

# 95 % half-widths allowed: of a fraction, and of anything else relative to its value.
FRACTION, RELATIVE = 0.003, 0.01
LARGEST_Z = 3.5

FRACTIONS = {"service_level", "abandonment", "occupancy", "blocking", "tail"}


@dataclass(frozen=True)
class Case:
    """One check: what to simulate, for how long, and what is true.

    Attributes
    ----------
    expected
        (queue, group or ``"all"``, KPI) → true value.
    error
        Standard error of true values that were simulated elsewhere, where it matters.
    measure
        Where a figure is no KPI: from results to (numerator, denominator) of each replication.
    """

    number: int
    name: str
    source: str
    scenario: Callable[[], Scenario]
    expected: Mapping[tuple[str, str], float]
    replications: int
    count: tuple[str, str] | None = None
    error: Mapping[tuple[str, str], float] = field(default_factory=dict)
    measure: Callable[[Results], Mapping[tuple[str, str], tuple[Floats, Floats]]] | None = None

    def run(self, seed: int | None = None, workers: int = 1, engine: Engine = "auto") -> Results:
        """Simulate the case; the seed comes from its number."""
        return simulate(
            self.scenario(),
            replications=self.replications,
            seed=self.number if seed is None else seed,
            count=self.count,
            engine=engine,
            workers=workers,
            progress=False,
        )


@dataclass(frozen=True)
class Check:
    """One figure of a case beside the truth; both have standard errors."""

    case: Case
    what: tuple[str, str]
    simulated: float
    half_width: float
    noise: float
    expected: float
    error: float

    @property
    def z(self) -> float:
        """Distance from the truth in standard errors."""
        return (self.simulated - self.expected) / float(np.hypot(self.noise, self.error))

    @property
    def precise(self) -> bool:
        """Whether the half-width is as small as the rule asks for."""
        allowed = FRACTION if self.what[1] in FRACTIONS else RELATIVE * self.expected
        return self.half_width <= allowed

    @property
    def agrees(self) -> bool:
        """Whether the simulated figure is as close to the truth as chance allows."""
        return abs(self.z) < LARGEST_Z


def checks(case: Case, results: Results) -> list[Check]:
    """Compare every figure of a case with the truth."""
    figures = results.linear() | results.linear("group")
    if case.measure is not None:
        measured = case.measure(results)
        figures |= {what: linear_ratio(*sums, UNBOUNDED) for what, sums in measured.items()}
    quantile = float(t.ppf(0.975, results.replications - 1))
    made = []
    for what, expected in case.expected.items():
        mean, low, high = map(float, figures[what].estimate())
        half, error = (high - low) / 2, case.error.get(what, 0.0)
        made.append(Check(case, what, mean, half, half / quantile, expected, error))
    return made


def one_queue(
    rate: float,
    talk: Any,
    agents: int,
    *,
    hours: int = 12,
    days: int = 1,
    within: float = 20,
    lines: int | None = None,
    patience: Any = None,
) -> Scenario:
    queue = {"talk": talk, "target": {"service_level": 0.8, "within": within}}
    if patience is not None:
        queue["patience"] = patience
    return made_scenario(
        horizon={"start": made_scenario().horizon.start, "days": days},
        hours={"daily": f"00:00-{hours:02d}:00"},
        demand={"rates": {"calls": rate}},
        channels={"voice": {"lines": lines} if lines else {}},
        queues={"calls": queue},
        groups={"team": {"skills": {"calls": 1}, "on_duty": agents}},
    )
