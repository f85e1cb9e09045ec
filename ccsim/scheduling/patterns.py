"""Every shift the rules allow: start, length and place of the meal, as intervals at work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import InfeasibleSchedule
from ccsim.scenario import Scenario
from ccsim.scenario.arrivals import Hours
from ccsim.scenario.opening import DAY, at_clock, dates, interval_starts, opening


@dataclass(frozen=True)
class Pattern:
    """One shift somebody may work.

    Attributes
    ----------
    day
        Date on which it starts.
    start, end
        First moment and last.
    meal
        From and to; None where the shift has no meal.
    paid_hours
        Hours paid, the meal only where it is.
    works
        Indices of the planning intervals at work.
    """

    day: dt.date
    start: pd.Timestamp
    end: pd.Timestamp
    meal: tuple[pd.Timestamp, pd.Timestamp] | None
    paid_hours: float
    works: NDArray[np.int64]


def patterns(scenario: Scenario, group: str) -> list[Pattern]:
    """List the shifts a group may work within the horizon.

    Raises
    ------
    InfeasibleSchedule
        When no shift fits into the hours, or a shift has no room for its meal.
    """
    starts = interval_starts(scenario)
    windows = _windows(scenario, group)
    found = [
        pattern
        for day in dates(scenario)
        for start in _grid(scenario, day)
        for length in sorted(set(scenario.shifts.lengths))
        if _fits(start, start + pd.Timedelta(seconds=length), windows)
        for pattern in _with_meals(scenario, day, start, length, starts)
    ]
    if not found:
        shortest = min(scenario.shifts.lengths) / 3600
        longest = max((end - start) / pd.Timedelta(hours=1) for start, end in windows)
        raise InfeasibleSchedule(
            f"{scenario.origin.where(('shifts', 'lengths'))}: group '{group}': no shift fits: the "
            f"shortest lasts {shortest:g} h, the longest opening is {longest:g} h; allowed: shorter "
            "shifts, or a wider shifts.window"
        )
    return found


def _windows(scenario: Scenario, group: str) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """When shifts may be worked: the shift window on open days, else the group's hours."""
    hours = scenario.groups[group].hours
    if scenario.shifts.window is None:
        return opening(scenario, hours)
    open_days = {start.date() for start, _ in opening(scenario, hours)}
    closed = tuple(day for day in dates(scenario) if day not in open_days)
    return opening(scenario, Hours(daily=(scenario.shifts.window,), closed=closed))


def _grid(scenario: Scenario, day: dt.date) -> list[pd.Timestamp]:
    steps = np.arange(0, DAY, scenario.shifts.starts)
    moments = (at_clock(day, float(seconds), scenario.timezone) for seconds in steps)
    return list(dict.fromkeys(moments))  # a skipped hour would give the same moment twice


def _fits(
    start: pd.Timestamp, end: pd.Timestamp, windows: list[tuple[pd.Timestamp, pd.Timestamp]]
) -> bool:
    return any(opens <= start and end <= closes for opens, closes in windows)


def _with_meals(
    scenario: Scenario, day: dt.date, start: pd.Timestamp, length: float, starts: pd.DatetimeIndex
) -> list[Pattern]:
    """Make one pattern for every place the meal may take."""
    end = start + pd.Timedelta(seconds=length)
    first, last = (int(place) for place in starts.searchsorted(pd.DatetimeIndex([start, end])))
    present = np.arange(first, last)
    meal = scenario.shifts.meal
    if meal is None or length <= meal.shifts_over:
        return [Pattern(day, start, end, None, length / 3600, present)]
    step = scenario.horizon.interval
    earliest = -(-meal.between[0] // step) * step
    latest = min(meal.between[1], length - meal.length)
    places = np.arange(earliest, latest + 1, step)
    if len(places) == 0:
        raise InfeasibleSchedule(
            f"{scenario.origin.where(('shifts', 'meal'))}: shifts.meal: a shift of "
            f"{length / 3600:g} h has no room for a meal of {meal.length / 3600:g} h that starts "
            f"{meal.between[0] / 3600:g} to {meal.between[1] / 3600:g} h into it"
        )
    paid = (length if meal.paid else length - meal.length) / 3600
    made = []
    for place in places:
        away_from = start + pd.Timedelta(seconds=float(place))
        away_to = away_from + pd.Timedelta(seconds=meal.length)
        away = (starts[present] >= away_from) & (starts[present] < away_to)
        made.append(Pattern(day, start, end, (away_from, away_to), paid, present[~away]))
    return made
