"""Small centres and requirements for the tests of the scheduling room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ccsim.scenario import Scenario
from ccsim.scenario.opening import interval_starts, opening
from ccsim.scheduling import Schedule
from ccsim.staffing import Requirement
from tests.conftest import made_scenario

MONDAY = dt.date(2026, 3, 2)


def centre(
    shifts: dict[str, Any],
    *,
    days: int = 1,
    hours: dict[str, Any] | str = "08:00-18:00",
    start: dt.date = MONDAY,
    interval: str = "1h",
    group: dict[str, Any] | None = None,
    **sections: Any,
) -> Scenario:
    """Make a centre with one team that costs 1 an hour."""
    return made_scenario(
        horizon={"start": start, "days": days, "interval": interval},
        hours={"daily": hours} if isinstance(hours, str) else hours,
        timezone="Europe/Paris",
        groups={"team": {"skills": {"calls": 1}, "cost_per_hour": 1, **(group or {})}},
        shifts=shifts,
        **sections,
    )


def needs(scenario: Scenario, by_hour: Mapping[str, float], group: str = "team") -> Requirement:
    """Require so many agents from each clock time to the next, on every day, while open."""
    starts = interval_starts(scenario)
    minutes = starts.hour * 60 + starts.minute
    clock = [int(time[:2]) * 60 + int(time[3:]) for time in by_hour]
    step = np.searchsorted(clock, minutes, side="right") - 1
    values = np.array([0.0, *by_hour.values()])[step + 1]
    table = pd.DataFrame({"start": starts, "group": group, "scheduled": values})
    is_open = np.any([(starts >= a) & (starts < b) for a, b in opening(scenario)], axis=0)
    return Requirement(table[is_open & (values > 0)].reset_index(drop=True), "given")


def presence(scenario: Scenario, made: Schedule) -> pd.Series:
    """Agents at work by interval and group, counted from the duty of single people."""
    starts = interval_starts(scenario)
    end = starts + pd.Timedelta(seconds=scenario.horizon.interval)
    work = made.duty[made.duty["activity"] == "work"]
    counts = {
        (begin, group): int(((rows["start"] <= begin) & (rows["end"] >= stop)).sum())
        for group, rows in work.groupby("group")
        for begin, stop in zip(starts, end, strict=True)
    }
    return pd.Series(counts).rename_axis(["start", "group"])
