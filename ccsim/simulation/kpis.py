"""KPIs: from the sums of all replications to means with intervals, in one place.

`CONTACT_KPIS` and `AGENT_KPIS` say how each is defined; tables of any breakdown use them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.estimate import Estimate, ratio
from ccsim.simulation.tally import AGENT_SUMS, CONTACT_SUMS

Floats = NDArray[np.float64]
Sums = Mapping[str, Floats]

SHARE = (0.0, 1.0)
NOT_NEGATIVE = (0.0, np.inf)


@dataclass(frozen=True)
class Kpi:
    """How a KPI is computed from sums of shape (replications, ...).

    Attributes
    ----------
    numerator
        From sums to the figure itself, or to the upper part of a ratio.
    denominator
        Lower part of the ratio; None for a plain mean over replications.
    bounds
        Where the value must lie; intervals are cut there.
    """

    numerator: Callable[[Sums], Floats]
    denominator: Callable[[Sums], Floats] | None = None
    bounds: tuple[float, float] = NOT_NEGATIVE

    def estimate(self, sums: Sums) -> Estimate:
        """Estimate the KPI over replications."""
        numerator = self.numerator(sums)
        if self.denominator is None:
            return ratio(numerator, np.ones_like(numerator), self.bounds)
        return ratio(numerator, self.denominator(sums), self.bounds)


SERVICE_LEVELS: dict[str, Kpi] = {
    "served_over_offered": Kpi(lambda s: s["within"], lambda s: s["offered"], SHARE),
    "served_over_served": Kpi(lambda s: s["within"], lambda s: s["handled"], SHARE),
    "excluding_short_abandons": Kpi(
        lambda s: s["within"], lambda s: s["offered"] - s["short_abandoned"], SHARE
    ),
    "short_abandons_good": Kpi(
        lambda s: s["within"] + s["short_abandoned"], lambda s: s["offered"], SHARE
    ),
}


def contact_kpis(definition: str) -> dict[str, Kpi]:
    """KPIs over contacts by name, the service level by its named definition.

    Waits are those of all offered contacts (``asa``) and of handled ones (``asa_handled``),
    seconds; ``blocking`` is over entered, everything else over offered or handled.
    """
    return {
        "entered": Kpi(lambda s: s["entered"]),
        "blocked": Kpi(lambda s: s["blocked"]),
        "offered": Kpi(lambda s: s["offered"]),
        "handled": Kpi(lambda s: s["handled"]),
        "abandoned": Kpi(lambda s: s["abandoned"]),
        "short_abandoned": Kpi(lambda s: s["short_abandoned"]),
        "open_at_end": Kpi(lambda s: s["open_at_end"]),
        "blocking": Kpi(lambda s: s["blocked"], lambda s: s["entered"], SHARE),
        "answer_rate": Kpi(lambda s: s["handled"], lambda s: s["offered"], SHARE),
        "service_level": SERVICE_LEVELS[definition],
        "abandonment": Kpi(lambda s: s["abandoned"], lambda s: s["offered"], SHARE),
        "asa": Kpi(lambda s: s["wait"], lambda s: s["offered"]),
        "asa_handled": Kpi(lambda s: s["wait_handled"], lambda s: s["handled"]),
        "aht": Kpi(lambda s: s["talk"] + s["wrap"], lambda s: s["handled"]),
    }


AGENT_KPIS: dict[str, Kpi] = {
    "hours_at_work": Kpi(lambda s: s["work"] / 3600),
    "hours_busy": Kpi(lambda s: s["busy"] / 3600),
    "hours_break": Kpi(lambda s: (s["break"] + s["training"]) / 3600),
    "hours_absent": Kpi(lambda s: s["absent"] / 3600),
    "hours_overtime": Kpi(lambda s: s["overtime"] / 3600),
    "occupancy": Kpi(lambda s: s["busy"], lambda s: s["work"], SHARE),
}


def contact_sums(tallies: Floats) -> dict[str, Floats]:
    """Name the sums of an array of shape (replications, len(CONTACT_SUMS), ...)."""
    return {name: tallies[:, number] for number, name in enumerate(CONTACT_SUMS)}


def agent_sums(tallies: Floats) -> dict[str, Floats]:
    """Name the sums of an array of shape (replications, len(AGENT_SUMS), ...)."""
    return {name: tallies[:, number] for number, name in enumerate(AGENT_SUMS)}
