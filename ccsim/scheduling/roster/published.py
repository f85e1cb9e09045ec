"""A published roster, as the next one is to keep it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from ccsim.demand.cells import Cells, cells_of
from ccsim.demand.sources import read_source
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scheduling.roster.build import UNKNOWN, Kept
from ccsim.scheduling.roster.placed import Placed
from ccsim.scheduling.roster.problem import OFF
from ccsim.scheduling.roster.result import Roster

Published: TypeAlias = Roster | pd.DataFrame | str | Path


def kept_of(
    scenario: Scenario, shifts: Placed, published: Published, until: dt.date | str | None
) -> Kept:
    """Read what was published as lines over the schedule's kinds of shift.

    Parameters
    ----------
    published
        A `Roster`, or a table or file with ``person``, ``group``, ``start``, ``end``, a row a
        shift: whoever stands in it is off on all other days of the horizon.
    until
        Shifts that start before this date stay.

    Raises
    ------
    HistoryError
        When a cell cannot be read, two shifts of a person are on one day, or a shift that must
        stay is not in the schedule.
    OptionError
        When `until` lies outside the horizon.
    """
    table = published.assignments if isinstance(published, Roster) else published
    days = _days_kept(shifts, until)
    raw = read_source(table)
    cells = cells_of(raw, None, ("person", "group", "start", "end"), timezone=scenario.timezone)
    lines = _lines(scenario, shifts, cells, days)
    cells.problems.raise_any()
    return Kept({name: tuple(line) for name, line in lines.items()}, days)


def _days_kept(shifts: Placed, until: dt.date | str | None) -> int:
    if until is None:
        return 0
    first, last = shifts.days[0], shifts.days[-1] + dt.timedelta(days=1)
    try:
        date = dt.date.fromisoformat(until) if isinstance(until, str) else until
    except ValueError:
        raise OptionError(f"until={until!r}; allowed: a date such as {first}") from None
    if not first <= date <= last:
        raise OptionError(f"until={date}; allowed: {first} to {last}")
    return (date - first).days


def _lines(scenario: Scenario, shifts: Placed, cells: Cells, days: int) -> dict[str, list[int]]:
    persons, groups = (cells.texts(name, f"a {name}") for name in ("person", "group"))
    starts, ends = cells.times("start"), cells.times("end")
    number = {date: place for place, date in enumerate(shifts.days)}
    kind_of = {(row.group, row.start, row.end): int(row.kind) for row in shifts.table.itertuples()}
    lines: dict[str, list[int]] = {}
    for row in persons.index:
        start, end = starts[row], ends[row]
        if pd.isna(start) or pd.isna(end):
            continue  # told already
        line = lines.setdefault(persons[row], [OFF] * len(shifts.days))
        day = number.get(start.tz_convert(scenario.timezone).date())
        if day is None:
            continue  # of another horizon
        kind = kind_of.get((groups[row], start, end), UNKNOWN)
        if kind == UNKNOWN and day < days:
            what = f"{groups[row]} {start:%H:%M}-{end:%H:%M} on {shifts.days[day]}"
            cells.note(row, "start", f"the schedule has no shift {what}; allowed: one it has")
        if line[day] != OFF:
            what = f"'{persons[row]}' has two published shifts on {shifts.days[day]}"
            cells.note(row, "start", f"{what}; allowed: one a day")
        line[day] = kind
    return lines
