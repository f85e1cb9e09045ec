"""Who works how long today, how much longer they may, and duties with longer or shorter shifts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ccsim.errors import OptionError
from ccsim.planning.today import Today
from ccsim.scenario import Scenario
from ccsim.scenario.labour_law import labour_law
from ccsim.scenario.opening import horizon_start, opening

HOUR = pd.Timedelta(hours=1)
COLUMNS = ("agent", "group", "activity", "start", "end", "shift")
KEY = ["agent", "shift"]


def checked(duty: pd.DataFrame) -> pd.DataFrame:
    """Refuse a duty that does not say person by person what they do; number shifts without one.

    Without a column ``shift``, rows of a person that touch are one shift.

    Raises
    ------
    OptionError
        Naming the columns that are allowed.
    """
    needed = COLUMNS[:-1]
    if not isinstance(duty, pd.DataFrame) or not set(needed) <= set(duty.columns):
        raise OptionError(
            "intraday: duty is not people's shifts; allowed: Schedule.duty, Roster.duty or a "
            f"roster read by read_duty (columns {', '.join(COLUMNS)})"
        )
    rows = duty.sort_values(["agent", "start"], ignore_index=True)
    if "shift" not in rows:
        begins = rows["start"] != rows.groupby("agent")["end"].shift()
        rows["shift"] = begins.cumsum() - 1
    return rows[list(COLUMNS)]


def shifts_of(duty: pd.DataFrame) -> pd.DataFrame:
    """One row a person's shift: index (agent, shift); columns ``group``, ``start``, ``end``."""
    return duty.groupby(KEY, sort=False).agg(
        group=("group", "last"), start=("start", "min"), end=("end", "max")
    )


def paid(scenario: Scenario, rows: pd.DataFrame) -> pd.Series:
    """Paid hours of each row of a duty: all but meals and breaks that are not paid."""
    length = (rows["end"] - rows["start"]) / HOUR
    meal = scenario.shifts.meal
    unpaid_breaks = [one.length / 3600 for one in scenario.shifts.breaks if not one.paid]
    unpaid = (rows["activity"] == "break") & length.isin(unpaid_breaks)
    if meal is not None and not meal.paid:
        unpaid |= rows["activity"] == "meal"
    return length.mask(unpaid, 0.0)


def latest_ends(today: Today, duty: pd.DataFrame) -> pd.DataFrame:
    """How long the shifts that end within the rest of the day may last at most.

    Returns
    -------
    DataFrame
        Index (agent, shift); columns ``group``, ``end``, ``latest`` (tz-aware) and ``rule``, the
        rule that allows no more.
    """
    scenario, shifts = today.scenario, shifts_of(duty).sort_values("start")
    own = shifts[(shifts["end"] > today.at) & (shifts["end"] <= today.end)].copy()
    following = shifts.groupby("agent")["start"].shift(-1).reindex(own.index)
    rest = pd.Timedelta(seconds=scenario.shifts.weekly.rest)
    bounds = {
        "intraday.overtime": own["end"] + pd.Timedelta(seconds=scenario.intraday.overtime),
        "shifts.weekly.rest": following - rest,
        "shifts.weekly.max_hours": own["end"] + _hours_left(scenario, duty, own, today) * HOUR,
        "the group's hours": own["group"].map(_closing(today)),
    }
    if scenario.shifts.labour_law != "none":
        law = labour_law(scenario.shifts.labour_law)["overtime_day_hours"].value
        bounds[f"shifts.labour_law {scenario.shifts.labour_law}"] = own["end"] + law * HOUR
    table = pd.DataFrame({name: pd.to_datetime(column) for name, column in bounds.items()})
    # Nobody's shift is cut by a rule that it breaks already.
    latest = table.min(axis=1).clip(lower=own["end"])
    return own[["group", "end"]].assign(latest=latest, rule=table.idxmin(axis=1))


def _closing(today: Today) -> dict[str, pd.Timestamp]:
    """When each group's hours end today; the moment itself where they have ended."""
    found = {}
    for name, group in today.scenario.groups.items():
        spans = opening(today.scenario, group.hours)
        ends = [min(b, today.end) for a, b in spans if a < today.end and b > today.at]
        found[name] = max(ends, default=today.at)
    return found


def _hours_left(
    scenario: Scenario, duty: pd.DataFrame, own: pd.DataFrame, today: Today
) -> pd.Series:
    """Paid hours each may still work in the week of the horizon, overtime of the month included."""
    begin = horizon_start(scenario)
    week = (today.at.date() - begin.date()).days // 7
    weeks = (duty["start"].dt.tz_convert(begin.tz).dt.tz_localize(None).dt.normalize()) - (
        begin.tz_localize(None).normalize()
    )
    hours = paid(scenario, duty)[weeks.dt.days // 7 == week].groupby(duty["agent"]).sum()
    most = scenario.shifts.weekly.max_hours + scenario.shifts.overtime / 3600
    worked = own.index.get_level_values("agent").map(hours).fillna(0.0)
    return pd.Series(np.maximum(most - worked, 0.0), index=own.index)


def prolonged(
    duty: pd.DataFrame, shifts: Sequence[tuple[str, int]], end: pd.Timestamp
) -> pd.DataFrame:
    """Keep the people of some shifts at work until a later end."""
    known = shifts_of(duty).loc[list(shifts)]
    more = known.reset_index().assign(activity="work", start=lambda t: t["end"], end=end)
    joined = pd.concat([duty, more[list(COLUMNS)]], ignore_index=True)
    return joined.sort_values(["agent", "start"], ignore_index=True)


def shortened(
    duty: pd.DataFrame, shifts: Sequence[tuple[str, int]], end: pd.Timestamp
) -> pd.DataFrame:
    """Let the people of some shifts go at an earlier end."""
    mine = pd.MultiIndex.from_frame(duty[KEY]).isin(list(shifts))
    cut = duty.assign(end=duty["end"].mask(mine & (duty["end"] > end), end))
    return cut[cut["end"] > cut["start"]].reset_index(drop=True)
