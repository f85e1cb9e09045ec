"""Days spread over their intervals by a profile: for centres that count by the day only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.demand.cells import Cells, cells_of
from ccsim.demand.clock import DAY, checked_interval, in_minutes, local_dates, local_starts
from ccsim.demand.findings import Finding, findings_table
from ccsim.demand.gaps import weekday_of
from ccsim.demand.history import History
from ccsim.demand.opening import clock_seconds, clock_text
from ccsim.demand.sources import read_source
from ccsim.demand.wording import listed, nearest
from ccsim.errors import HistoryError, OptionError

EXACT = 1e-6
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = f"0 (Monday) to 6 (Sunday), or {', '.join(name[:3] for name in WEEKDAYS)}"


def spread_over(history: History, profile: str | Path | pd.DataFrame) -> History:
    """Spread each day of a history over the intervals of a profile.

    What a day brings is kept to the last contact; how it varies within the day is the
    profile's and was not measured, which the findings say.

    Parameters
    ----------
    history
        Whole days.
    profile
        A file or table with columns `start` (clock time, such as 08:30), `share` (of the day) and,
        where they differ, `weekday` (0 = Monday, or its name) and `queue`.

    Returns
    -------
    History
        In the profile's intervals. Intervals the clock skips get nothing, repeated ones each
        their share; the day's other shares are scaled so that no contact is lost.

    Raises
    ------
    HistoryError
        When a cell of the profile is not what it should be, shares add up to nothing, or a day
        with contacts has no profile.
    OptionError
        When the history is not of whole days.

    Examples
    --------
    >>> import ccsim
    >>> days = pd.DataFrame({"start": ["2026-01-05", "2026-01-06"], "offered": [100, 80]})
    >>> halves = pd.DataFrame({"start": ["09:00", "09:30"], "share": [0.75, 0.25]})
    >>> spread_over(ccsim.read_history(days), halves).table["offered"].tolist()
    [75.0, 25.0, 60.0, 20.0]
    """
    if history.interval != DAY:
        raise OptionError(
            f"{history.source} has intervals of {in_minutes(history.interval)}; allowed: a profile "
            "spreads whole days"
        )
    name, shares = _read(profile, history.queues, history.source)
    seconds = np.array(sorted(shares["seconds"].unique()), dtype=np.int64)
    length = _length(seconds, name)
    shares, notes = _normalised(shares, name)

    days = history.table.assign(
        date=local_dates(history.starts), weekday=weekday_of(local_dates(history.starts))
    )
    dates = np.unique(days["date"].to_numpy())
    clock = local_starts(dates, seconds, history.timezone)
    clock = clock.assign(date=dates[clock["day"]], seconds=seconds[clock["slot"]])
    wide = days.rename(columns={"start": "midnight"}).merge(
        clock[["date", "seconds", "start"]], on="date"
    )
    wide = wide.merge(shares, on=["queue", "weekday", "seconds"])
    keys = ["queue", "date"]
    wide["share"] /= wide.groupby(keys)["share"].transform("sum")
    wide = wide[wide["share"].notna()]
    _check_days(days, wide, name)
    table = wide.assign(offered=wide["offered"] * wide["share"])
    table = table[list(history.table.columns)].sort_values(["start", "queue"], ignore_index=True)
    said = (
        f"counts within the day are those of the profile {name} ({in_minutes(length)}); only the "
        "days were measured, so nothing can be learnt here about variation within the day"
    )
    notes.append(Finding("profile", said))
    findings = [history.findings, findings_table(notes, history.timezone)]
    return replace(
        history,
        table=table,
        interval=length,
        findings=pd.concat(findings, ignore_index=True),
    )


def weekly_profile(
    profile: str | Path | pd.DataFrame, queue: str, starts: pd.DatetimeIndex, step: pd.Timedelta
) -> np.ndarray:
    """Share of an ordinary week in each interval, by a profile; shape (interval,).

    Parameters
    ----------
    profile
        As for `spread_over`. Totals of its weekdays tell how the weekdays differ; where they are
        all one, days are alike.
    queue
        Whose shares, where the profile tells queues apart.
    starts
        Interval starts in local time.
    step
        Length of their intervals; the profile's are divided evenly, or added up.
    """
    name, shares = _read(profile, (queue,), "the forecast")
    seconds = np.array(sorted(shares["seconds"].unique()), dtype=np.int64)
    length = int(_length(seconds, name).total_seconds())
    total = shares["share"].sum()
    if not total > 0:
        raise HistoryError(f"{name}: shares add up to nothing; allowed: some above 0")
    # On a grid both lengths divide, shares can be added up whatever the lengths are.
    width = int(step.total_seconds())
    fine = math.gcd(length, width)
    week = np.zeros((7, 86400 // fine))
    parts = length // fine
    for day, second, share in shares[["weekday", "seconds", "share"]].itertuples(index=False):
        week[day, second // fine : second // fine + parts] += share / total / parts
    sums = week.reshape(7, 86400 // width, -1).sum(axis=2)
    slot = np.asarray(starts.hour * 3600 + starts.minute * 60 + starts.second) // width
    return np.asarray(sums[weekday_of(local_dates(starts)), slot])


def _read(
    profile: str | Path | pd.DataFrame, queues: Sequence[str], source: str
) -> tuple[str, pd.DataFrame]:
    """Read a profile into `queue`, `weekday`, `seconds` and `share`, a row for every one."""
    raw = read_source(profile)
    cells = cells_of(raw, None, ("start", "share"), ("weekday", "queue"), timezone=None)
    frame = cells.table()
    frame["seconds"] = [_clock(cells, row, cell) for row, cell in cells["start"].items()]
    frame["share"] = cells.numbers("share", "a share of the day, 0 or more", 0)
    if "weekday" in cells:
        frame["weekday"] = [_weekday(cells, row, cell) for row, cell in cells["weekday"].items()]
    if "queue" in cells:
        frame["queue"] = cells.texts("queue", "the name of a queue")
    cells.problems.raise_any()
    for column, every in (("weekday", range(7)), ("queue", queues)):
        if column not in frame:
            frame = frame.merge(pd.DataFrame({column: list(every)}), how="cross")
    for queue in frame["queue"].unique():
        if queue not in queues:
            raise HistoryError(
                f"{raw.name}: the profile has queue '{queue}'; {source} has "
                f"{', '.join(queues)}{nearest(queue, queues)}"
            )
    again = frame[frame.duplicated(["queue", "weekday", "seconds"])]
    if not again.empty:
        first = again.iloc[0]
        clock = clock_text(first["seconds"])
        raise HistoryError(
            f"{raw.name}: the profile has {clock} of {WEEKDAYS[first['weekday']]}, queue "
            f"'{first['queue']}', more than once; allowed: once"
        )
    return raw.name, frame[["queue", "weekday", "seconds", "share"]]


def _clock(cells: Cells, row: object, cell: object) -> int:
    """Read a clock time; spreadsheets and databases may add seconds, or give a time of day."""
    try:
        return clock_seconds(
            str(cell).strip().removesuffix(":00") if str(cell).count(":") == 2 else cell
        )
    except OptionError as error:
        cells.note(row, "start", str(error))
        return 0


def _weekday(cells: Cells, row: object, cell: object) -> int:
    said = str(cell).strip().lower()
    for number, name in enumerate(WEEKDAYS):
        if said in (str(number), f"{number}.0", name, name[:3]):
            return number
    cells.note(row, "weekday", f"found '{cell}'; allowed: {WEEKDAY}")
    return 0


def _length(seconds: np.ndarray, name: str) -> pd.Timedelta:
    if len(seconds) < 2:
        raise HistoryError(f"{name}: the profile has one interval only; allowed: two or more")
    length = checked_interval(pd.Timedelta(seconds=int(np.diff(seconds).min())))
    odd = seconds % int(length.total_seconds()) != 0
    if odd.any():
        at = listed(map(clock_text, seconds[odd]))
        raise HistoryError(
            f"{name}: {at} is off the grid of {in_minutes(length)} intervals; allowed: starts at "
            f"whole multiples of {in_minutes(length)}"
        )
    return length


def _normalised(shares: pd.DataFrame, name: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Scale the shares of each queue and weekday to one, and say so where they were not."""
    totals = shares.groupby(["queue", "weekday"])["share"].transform("sum")
    notes = []
    off = shares.assign(total=totals)[(totals - 1).abs() > EXACT]
    for total, group in off.groupby("total"):
        days = {WEEKDAYS[day].capitalize() for day in group["weekday"]}
        where = listed(sorted(days)) if len(days) < 7 else "every day"
        queues = listed(sorted(group["queue"].unique()))
        what = f"{name}: shares of {where}, queue {queues}, add up to {total:g}; divided by it"
        notes.append(Finding("profile", what, before=float(str(total)), after=1.0, done=True))
    return shares.assign(share=shares["share"] / totals.where(totals > 0)), notes


def _check_days(days: pd.DataFrame, wide: pd.DataFrame, name: str) -> None:
    """Refuse days with contacts that the profile says nothing about."""
    placed = wide[["queue", "date"]].drop_duplicates()
    left = days.merge(placed, on=["queue", "date"], how="left", indicator=True)
    lost = left[(left["_merge"] == "left_only") & (left["offered"] > 0)]
    if lost.empty:
        return
    first = lost.iloc[0]
    weekdays = sorted(lost["weekday"].unique())
    raise HistoryError(
        f"{name}: no shares for {listed(WEEKDAYS[day].capitalize() for day in weekdays)}, on which "
        f"{lost['offered'].sum():,.0f} contacts came, the first of queue '{first['queue']}' on "
        f"{first['date']:%Y-%m-%d}; allowed: shares for every weekday with contacts"
    )
