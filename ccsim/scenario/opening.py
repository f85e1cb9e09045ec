"""Opening hours and planning intervals on the calendar of a scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from ccsim.scenario.arrivals import Hours
from ccsim.scenario.model import Scenario

Span = tuple[pd.Timestamp, pd.Timestamp]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86400.0


def clock_windows(hours: Hours, date: dt.date) -> tuple[tuple[float, float], ...]:
    """Opening windows of a date, in seconds of clock time after its midnight.

    A day's own entry goes before ``weekdays``/``weekends``, that before ``daily``.
    """
    if date in hours.closed:
        return ()
    if hours.always:
        return ((0.0, DAY),)
    own = getattr(hours, WEEKDAYS[date.weekday()])
    shared = hours.weekdays if date.weekday() < 5 else hours.weekends
    for windows in (own, shared, hours.daily):
        if windows is not None:
            return tuple(windows)
    return ()


def at_clock(date: dt.date, seconds: float, timezone: str) -> pd.Timestamp:
    """The moment a clock shows a time, the first of two; a skipped time moves on to the next."""
    naive = pd.Timestamp(date) + pd.Timedelta(seconds=seconds)
    return naive.tz_localize(timezone, ambiguous=True, nonexistent="shift_forward")


def horizon_start(scenario: Scenario) -> pd.Timestamp:
    """Local midnight at which the scenario's horizon starts."""
    return at_clock(scenario.horizon.start, 0, scenario.timezone)


def horizon_end(scenario: Scenario) -> pd.Timestamp:
    """Local midnight at which the scenario's horizon ends."""
    last = scenario.horizon.start + dt.timedelta(days=scenario.horizon.days)
    return at_clock(last, 0, scenario.timezone)


def dates(scenario: Scenario) -> list[dt.date]:
    """The dates of the horizon."""
    return [scenario.horizon.start + dt.timedelta(days=n) for n in range(scenario.horizon.days)]


def interval_starts(scenario: Scenario) -> pd.DatetimeIndex:
    """Starts of every planning interval of the horizon, open or not."""
    step = pd.Timedelta(seconds=scenario.horizon.interval)
    return pd.date_range(
        horizon_start(scenario), horizon_end(scenario), freq=step, inclusive="left", name="start"
    )


def opening(scenario: Scenario, hours: Hours | None = None) -> list[Span]:
    """Opening windows within the horizon, joined where one runs into the next.

    A window belongs to the date on which it opens: the night before the horizon is not part
    of it, and a last window past midnight is cut at the horizon's end.

    Parameters
    ----------
    hours
        A queue's or a group's own hours; the scenario's where None.
    """
    end = horizon_end(scenario)
    windows = [
        (date, window)
        for date in dates(scenario)
        for window in clock_windows(hours or scenario.hours, date)
    ]
    return [(a, min(b, end)) for a, b in joined(scenario, windows)]


def joined(
    scenario: Scenario, windows: Iterable[tuple[dt.date, tuple[float, float]]]
) -> list[Span]:
    """Windows on the clock as stretches of time, joined where one runs into the next."""
    spans: list[Span] = []
    for date, (opens, closes) in windows:
        start, stop = (at_clock(date, clock, scenario.timezone) for clock in (opens, closes))
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        elif start < stop:
            spans.append((start, stop))
    return spans
