"""Instances of shift design that are made, from a stated formula, prices and a seed.

The week: a centre open round the clock, planned in half-hours. On a working day *base* agents are
needed at night, and by day two humps, at 10:30 and at 15:00, that rise to *peak*:

    needed(h) = base + (peak - base) · bell(h) ÷ max bell
    bell(h)   = exp(-((h - 10.5) ÷ 2)² ÷ 2) + exp(-((h - 15) ÷ 2.5)² ÷ 2)

with h the middle of the half-hour. At the weekend 35 % less. Every half-hour is then off by a
normal factor of 3 % (`seed`), and rounded to whole agents.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.scenario.load import build
from ccsim.scenario.opening import interval_starts
from ccsim.scenario.origin import Origin
from ccsim.staffing import Requirement

MONDAY = dt.date(2026, 3, 2)
GROUP = "agents"
WAGE = 1.0
HALF_HOURS = 48
MEAL = {"length": "60min", "between": ["3h", "5h"], "shifts_over": "6h"}
BREAKS = [{"length": "15min"}, {"length": "15min"}]
# Prices of an agent-hour, as multiples of the wage.
UNDER, OVER = 3, 1

# A textbook's round-the-clock day: agents by hour, 8-hour shifts on the hour; 55 are enough.
CYCLIC_DAY = [6, 6, 6, 6, 6, 8, 9, 12, 18, 22, 25, 21]
CYCLIC_DAY += [21, 20, 18, 21, 21, 24, 24, 18, 18, 18, 12, 8]


def week_demand(
    seed: int = 1, *, base: float = 40, peak: float = 160, weeks: int = 1, height: float = 1.0
) -> NDArray[np.float64]:
    """Agents needed at work by half-hour from Monday midnight on, shape (336 × weeks,).

    Parameters
    ----------
    seed
        Seed of the noise; one week is made and repeated.
    height
        Factor on the whole.
    """
    hour = (np.arange(HALF_HOURS) + 0.5) / 2
    bell = np.exp(-(((hour - 10.5) / 2) ** 2) / 2) + np.exp(-(((hour - 15) / 2.5) ** 2) / 2)
    day = base + (peak - base) * bell / bell.max()
    week = np.concatenate([day] * 5 + [0.65 * day] * 2)
    noise = np.random.default_rng(seed).normal(1.0, 0.03, len(week))
    return np.tile(np.rint(height * week * noise), weeks)


def week_scenario(weeks: int = 1, **shifts: Any) -> Scenario:
    """The centre of the week: lengths 4, 6, 8, 9 h at every half-hour, a meal, two short breaks.

    Parameters
    ----------
    shifts
        Further rules of `shifts`, or others in their place.
    """
    rules = {
        "lengths": ["4h", "6h", "8h", "9h"],
        "starts": "30min",
        "meal": MEAL,
        "breaks": BREAKS,
        "under_cover": UNDER,
        "over_cover": OVER,
    }
    return build(
        Origin(
            {
                "name": "A week round the clock",
                "horizon": {"start": MONDAY, "days": 7 * weeks, "interval": "30min"},
                "hours": {"always": True},
                "demand": {"rates": {"calls": 600}},
                "queues": {"calls": {"talk": 180, "target": {"service_level": 0.8}}},
                "groups": {GROUP: {"skills": {"calls": 1}, "cost_per_hour": WAGE}},
                "shifts": rules | shifts,
            }
        )
    )


def required(scenario: Scenario, agents: NDArray[np.float64]) -> Requirement:
    """A requirement of so many scheduled agents in each interval of a scenario's horizon."""
    starts = interval_starts(scenario)
    table = pd.DataFrame({"start": starts, "group": GROUP, "scheduled": agents})
    return Requirement(table[table["scheduled"] > 0].reset_index(drop=True), "given")
