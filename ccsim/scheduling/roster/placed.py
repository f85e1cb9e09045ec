"""The shifts a schedule has placed, with their breaks, and the kinds they are of."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.errors import OptionError, ScenarioError
from ccsim.scenario import Scenario
from ccsim.scenario.opening import DAY, at_clock, dates
from ccsim.scheduling.roster.problem import BoolArray, IntArray
from ccsim.scheduling.schedule import Schedule

HOUR = 3600.0
Part = tuple[str, pd.Timestamp, pd.Timestamp]
Row = tuple[str, str, pd.Timestamp, pd.Timestamp]


@dataclass(frozen=True)
class Kind:
    """Shifts that are alike whatever the date.

    Attributes
    ----------
    group
        Whose work it is.
    start, end
        Clock time, s after midnight of the day it starts on; the end may lie beyond 24 h.
    paid_hours
        Hours paid.
    night
        Whether it is a night shift.
    """

    group: str
    start: float
    end: float
    paid_hours: float
    night: bool

    @property
    def name(self) -> str:
        """Group, and from when to when."""
        return f"{self.group} {'-'.join(self.clocks)}"

    @property
    def clocks(self) -> tuple[str, str]:
        """From when to when, as HH:MM."""
        return _clock(self.start), _clock(self.end)


@dataclass(frozen=True, eq=False)
class Placed:
    """All placed shifts of a schedule.

    Attributes
    ----------
    days
        Dates of the horizon.
    kinds
        What kinds there are.
    table
        A row a placed shift, index its number: ``shift`` (as in the schedule), ``day``,
        ``kind`` (positions), ``group``, ``start``, ``end``, ``paid_hours``.
    parts
        What is done in each placed shift, by its number: (activity, start, end) in order.
    """

    days: list[dt.date]
    kinds: tuple[Kind, ...]
    table: pd.DataFrame
    parts: dict[int, list[Part]]

    @property
    def needed(self) -> IntArray:
        """Shifts to be worked, shape (days, kinds)."""
        counts = np.zeros((len(self.days), len(self.kinds)), np.int64)
        np.add.at(counts, (self.table["day"].to_numpy(), self.table["kind"].to_numpy()), 1)
        return counts


def placed(scenario: Scenario, schedule: Schedule) -> Placed:
    """Read the placed shifts of a schedule.

    Rows of `duty` that share ``shift`` are one; where there is no such column, rows of one agent
    and group that touch are.

    Raises
    ------
    OptionError
        When the schedule has no shifts, or one that starts outside the scenario's horizon.
    """
    duty = schedule.duty
    if duty.empty:
        raise OptionError("roster: the schedule has no shifts; allowed: a schedule with some")
    duty = duty.assign(shift=duty["shift"] if "shift" in duty else _shift_numbers(duty))
    days = dates(scenario)
    number = {date: place for place, date in enumerate(days)}
    kinds: dict[Kind, int] = {}
    rows, parts, paid = [], {}, _paid_of(schedule)
    for place, (shift, own) in enumerate(_by_shift(duty)):
        group, start, end = own[0][0], min(row[2] for row in own), max(row[3] for row in own)
        local = start.tz_convert(scenario.timezone)
        date = local.date()
        if date not in number:
            raise OptionError(
                f"roster: the schedule has a shift on {date}; allowed: {days[0]} to {days[-1]}"
            )
        hours = _paid_hours(scenario, own, paid.get((group, start, end), []))
        clock = [
            (moment.tz_convert(scenario.timezone).tz_localize(None) - pd.Timestamp(date))
            / pd.Timedelta(seconds=1)
            for moment in (start, end)
        ]
        opens, closes = clock
        kind = Kind(group, opens, closes, hours, _is_night(scenario, opens, closes))
        column = kinds.setdefault(kind, len(kinds))
        rows.append((shift, number[date], column, group, start, end, hours))
        parts[place] = [(activity, begin, stop) for _, activity, begin, stop in own]
    names = ["shift", "day", "kind", "group", "start", "end", "paid_hours"]
    return Placed(days, tuple(kinds), pd.DataFrame(rows, columns=names), parts)


def _by_shift(duty: pd.DataFrame) -> list[tuple[int, list[Row]]]:
    """Rows (group, activity, start, end) of each placed shift in order of time."""
    found: dict[int, list[Row]] = {}
    columns = ["shift", "group", "activity", "start", "end"]
    for row in duty.sort_values(["shift", "start"])[columns].itertuples(index=False):
        found.setdefault(int(row.shift), []).append((row.group, row.activity, row.start, row.end))
    return list(found.items())


def may_follow(scenario: Scenario, shifts: Placed) -> BoolArray:
    """Say which kind may be worked the day after which, with the rest `shifts.weekly` asks for.

    Where the clock changes, the shortest rest of all days counts.

    Raises
    ------
    ScenarioError
        When the rest is so long that a day off between two shifts may not be enough.
    """
    rest, kinds = scenario.shifts.weekly.rest, shifts.kinds
    apart = min(kind.start for kind in kinds) + 2 * DAY - max(kind.end for kind in kinds)
    if rest > apart:
        path = ("shifts", "weekly", "rest")
        raise ScenarioError(
            f"{scenario.origin.where(path)}: {'.'.join(path)}: a roster keeps rest from one day "
            f"to the next; found {rest / HOUR:g} h; allowed: at most {apart / HOUR:g} h, the time "
            "between two shifts with a day off between them"
        )
    zone = scenario.timezone
    starts, ends = (
        np.array(
            [[at_clock(day, moment, zone).timestamp() for moment in moments] for day in shifts.days]
        )
        for moments in ([kind.start for kind in kinds], [kind.end for kind in kinds])
    )
    if len(starts) == 1:
        return np.ones((len(kinds), len(kinds)), dtype=bool)
    between = starts[1:, None, :] - ends[:-1, :, None]
    return np.asarray(between.min(axis=0) >= rest - 1e-6)


def _shift_numbers(duty: pd.DataFrame) -> pd.Series:
    """Number the stretches of touching rows of one agent and group."""
    rows = duty.sort_values(["agent", "start"])
    before = rows.shift()
    goes_on = (
        (rows["agent"] == before["agent"])
        & (rows["group"] == before["group"])
        & (rows["start"] == before["end"])
    )
    return (~goes_on).cumsum().reindex(duty.index)


def _paid_of(schedule: Schedule) -> dict[tuple[str, pd.Timestamp, pd.Timestamp], list[float]]:
    paid: dict[tuple[str, pd.Timestamp, pd.Timestamp], list[float]] = {}
    for row in schedule.shifts.itertuples():
        paid.setdefault((row.group, row.start, row.end), []).append(float(row.paid_hours))
    return paid


def _paid_hours(scenario: Scenario, own: list[Row], known: list[float]) -> float:
    """Hours paid: the schedule's figure that comes closest to the time spent not eating."""
    meal = scenario.shifts.meal
    unpaid = () if meal is not None and meal.paid else ("meal",)
    hours = math.fsum(
        (end - start) / pd.Timedelta(hours=1)
        for _, activity, start, end in own
        if activity not in unpaid
    )
    return min(known, key=lambda one: abs(one - hours), default=hours)


def _is_night(scenario: Scenario, start: float, end: float) -> bool:
    opens, closes = scenario.rosters.night
    inside = sum(
        max(0.0, min(end, closes + day * DAY) - max(start, opens + day * DAY)) for day in (-1, 0, 1)
    )
    return inside >= scenario.rosters.night_hours


def _clock(seconds: float) -> str:
    minutes = round(seconds % DAY / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
