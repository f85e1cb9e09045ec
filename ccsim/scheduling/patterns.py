"""Every shift the rules allow: start, length and place of the meal, as intervals at work."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import InfeasibleSchedule
from ccsim.scenario import Scenario
from ccsim.scenario.opening import (
    DAY,
    Span,
    at_clock,
    clock_windows,
    dates,
    interval_starts,
    joined,
)

HALF_AN_HOUR = 1800


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
            f"{scenario.origin.where(('shifts', 'lengths'))}: shifts.lengths: group '{group}': no "
            f"shift fits: the shortest lasts {shortest:g} h, the longest opening is {longest:g} h; "
            "allowed: shorter shifts, a finer grid of shifts.starts, or a wider shifts.window"
        )
    return found


def week_of(scenario: Scenario, day: dt.date) -> int:
    """Number of the week a date lies in: blocks of seven days from the horizon's first."""
    return (day - scenario.horizon.start).days // 7


def _windows(scenario: Scenario, group: str) -> list[Span]:
    """When shifts may be worked: the shift window on open days, else the group's hours.

    Hours are widened to whole planning intervals, and the last night's is not cut at the
    horizon's end: people work it through.
    """
    hours, step = scenario.groups[group].hours or scenario.hours, scenario.horizon.interval
    windows = []
    for date in dates(scenario):
        own = clock_windows(hours, date)
        if own and scenario.shifts.window is not None:
            windows.append((date, scenario.shifts.window))
        else:
            windows += [(date, (a // step * step, -(-b // step) * step)) for a, b in own]
    return joined(scenario, windows)


def _grid(scenario: Scenario, day: dt.date) -> list[pd.Timestamp]:
    usual = math.lcm(HALF_AN_HOUR, int(scenario.horizon.interval))
    steps = np.arange(0, DAY, scenario.shifts.starts or usual)
    moments = (at_clock(day, float(seconds), scenario.timezone) for seconds in steps)
    return list(dict.fromkeys(moments))  # a skipped hour would give the same moment twice


def _fits(start: pd.Timestamp, end: pd.Timestamp, windows: list[Span]) -> bool:
    return any(opens <= start and end <= closes for opens, closes in windows)


def _with_meals(
    scenario: Scenario, day: dt.date, start: pd.Timestamp, length: float, starts: pd.DatetimeIndex
) -> list[Pattern]:
    """Make one pattern for every place the meal may take."""
    end = start + pd.Timedelta(seconds=length)
    first, last = (int(place) for place in starts.searchsorted(pd.DatetimeIndex([start, end])))
    present = np.arange(first, last)
    meal, paid = scenario.shifts.meal, scenario.shifts.paid(length) / 3600
    if meal is None or not scenario.shifts.has_meal(length):
        return [Pattern(day, start, end, None, paid, present)]
    step = scenario.horizon.interval
    # Nobody starts or ends a shift with the meal.
    earliest = max(-(-meal.between[0] // step), 1) * step
    latest = min(meal.between[1], length - meal.length - step)
    places = np.arange(earliest, latest + 1, step)
    if len(places) == 0:
        raise InfeasibleSchedule(
            f"{scenario.origin.where(('shifts', 'meal'))}: shifts.meal: a shift of "
            f"{length / 3600:g} h has no room for a meal of {meal.length / 3600:g} h that starts "
            f"{meal.between[0] / 3600:g} to {meal.between[1] / 3600:g} h into it"
        )
    made = []
    for place in places:
        away_from = start + pd.Timedelta(seconds=float(place))
        away_to = away_from + pd.Timedelta(seconds=meal.length)
        away = (starts[present] >= away_from) & (starts[present] < away_to)
        made.append(Pattern(day, start, end, (away_from, away_to), paid, present[~away]))
    return made
