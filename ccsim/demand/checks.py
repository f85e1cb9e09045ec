"""From the cells of a history to a checked table: what counts must be, and a grid of intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.demand.cells import Cells, Times, cells_of, is_blank, shown
from ccsim.demand.clock import (
    DAY,
    checked_interval,
    first_moments,
    in_minutes,
    local_dates,
    slot_seconds,
)
from ccsim.demand.clock_changes import place_changed_hours
from ccsim.demand.duplicates import settle_duplicates
from ccsim.demand.findings import Finding, Ledger
from ccsim.demand.sources import RawTable
from ccsim.errors import HistoryError, OptionError

REQUIRED = ("start", "offered")
OPTIONAL = ("queue", "handle_time", "channel")
QUEUE = "the name of a queue"
COUNT = "a number of contacts, 0 or more"
HANDLE_TIME = "seconds, more than 0 and at most 86400 (24 h)"
LONGEST_HANDLE_TIME_S = 24 * 3600.0
MOSTLY = 0.5  # fractional counts are listed one by one while they are the exception


@dataclass(frozen=True, eq=False)
class Checked:
    """Counts on a grid of intervals.

    Attributes
    ----------
    table : pandas.DataFrame
        `start`, `queue`, `offered` (NaN where the count is to be taken for not observed) and
        perhaps `handle_time`; sorted by start and queue; the index is the row in the source.
    interval : pandas.Timedelta
        Length of one.
    channels : dict of str to str, or None
        Channel of each queue, where the source has a column `channel`.
    """

    table: pd.DataFrame
    interval: pd.Timedelta
    channels: dict[str, str] | None


def checked_table(
    raw: RawTable,
    columns: Mapping[str, str] | None,
    ledger: Ledger,
    *,
    timezone: str,
    interval: str | pd.Timedelta | None,
    queue: str,
    time_format: str | None,
) -> Checked:
    """Check every cell, note what is wrong in the ledger, and lay the counts on their grid.

    Raises
    ------
    HistoryError
        With source, row, column, what was found and what is allowed, for every problem no
        repair was chosen for; and when a queue has two channels.
    OptionError
        When `columns` maps a name that is not one of ours.
    """
    cells = cells_of(raw, columns, REQUIRED, OPTIONAL, timezone=timezone, time_format=time_format)
    times = cells.clock_times(cells["start"], "start")
    frame = cells.table()
    frame["start"] = times.starts
    frame["queue"] = _queues(cells, ledger) if "queue" in cells else queue
    frame["offered"] = _counts(cells, ledger)
    if "handle_time" in cells:
        frame["handle_time"] = _handle_times(cells, ledger)
    for row in times.unread:
        what = f"column '{cells.names['start']}': found {shown(cells['start'][row])}; "
        ledger.note(Finding("not a time", f"{what}allowed: {cells.allowed_time}", row=int(row)))
    if _is_daily(times, interval):
        at = local_dates(pd.DatetimeIndex(times.wall))
        frame.loc[times.wall.index, "start"] = first_moments(at, timezone)
    else:
        frame = place_changed_hours(frame, times, cells, ledger)
    ledger.place(frame)
    # The grid can be judged only on times and queues that could be read.
    ledger.raise_refused()
    frame = frame[frame["start"].notna() & frame["queue"].notna()]
    if frame.empty:
        raise HistoryError(f"{raw.name}: no row has a time and a queue that could be read")
    length = _interval(frame, raw.name, interval)
    frame = _on_the_grid(frame, length, timezone, cells, ledger)
    frame = settle_duplicates(frame, cells.names["start"], ledger)
    ledger.raise_refused()
    _note_fractions(frame, cells, ledger)
    if ledger.action("fractional") == "round":
        frame["offered"] = frame["offered"].round()
    channels = _channels(cells, frame) if "channel" in cells else None
    return Checked(frame.sort_values(["start", "queue"]), length, channels)


def _queues(cells: Cells, ledger: Ledger) -> pd.Series:
    blank = is_blank(cells["queue"])
    for row in blank.index[blank]:
        what = f"column '{cells.names['queue']}': found nothing; allowed: {QUEUE}"
        ledger.note(Finding("no queue", what, row=int(row)))
    return cells["queue"].astype("str").str.strip().where(~blank)


def _counts(cells: Cells, ledger: Ledger) -> pd.Series:
    """Read counts; NaN where there is none to be had."""
    column = cells["offered"]
    values = pd.to_numeric(column, errors="coerce").astype(float)
    finite = np.isfinite(values)
    name = cells.names["offered"]
    for row in values.index[~finite]:
        hint = " without thousands separators" if "," in str(column[row]) else ""
        what = f"column '{name}': found {shown(column[row])}; allowed: {COUNT}{hint}"
        ledger.note(Finding("not a number", what, row=int(row)))
    below = finite & (values < 0)
    for row in values.index[below]:
        what = f"column '{name}': found {shown(column[row])}; allowed: {COUNT}"
        ledger.note(Finding("negative", what, row=int(row), before=float(values[row])))
    for kind, rows in (("not a number", ~finite), ("negative", below)):
        values = values.mask(rows, 0.0 if ledger.action(kind) == "zero" else np.nan)
    return values


def _handle_times(cells: Cells, ledger: Ledger) -> pd.Series:
    """Read handle times; NaN where nothing was handled, or where there is none to be had."""
    column = cells["handle_time"]
    # An interval in which nothing was handled has no handle time: its cell is empty.
    given = ~is_blank(column)
    values = pd.to_numeric(column.where(given), errors="coerce").astype(float)
    possible = (values > 0) & (values <= LONGEST_HANDLE_TIME_S)
    for row in values.index[given & ~possible]:
        what = f"column '{cells.names['handle_time']}': found {shown(column[row])}; "
        ledger.note(
            Finding(
                "handle time", f"{what}allowed: {HANDLE_TIME}", row=int(row), before=values[row]
            )
        )
    return values.where(possible)


def _is_daily(times: Times, interval: str | pd.Timedelta | None) -> bool:
    """Say whether clock times are dates, whose midnight need not exist nor be single."""
    if times.wall.empty:
        return False
    dates = times.wall.dt.normalize()
    only_dates = bool((times.wall == dates).all())
    if interval is not None:
        return only_dates and checked_interval(interval) == DAY
    return only_dates and dates.nunique() > 1


def _interval(
    frame: pd.DataFrame, source: str, interval: str | pd.Timedelta | None
) -> pd.Timedelta:
    if interval is not None:
        return checked_interval(interval)
    starts = pd.DatetimeIndex(frame["start"].drop_duplicates().sort_values())
    gaps = pd.Series(starts).diff().dropna()
    if gaps.empty:
        raise HistoryError(f"{source}: has one interval only; its length must be given: interval=")
    days = pd.Series(starts.tz_localize(None)).diff().dropna()
    if days.mode().iloc[0] == DAY:
        return DAY
    try:
        return checked_interval(gaps.mode().iloc[0])
    except OptionError as error:
        raise HistoryError(
            f"{source}: rows are mostly {in_minutes(gaps.mode().iloc[0])} apart: {error}"
        ) from None


def _on_the_grid(
    frame: pd.DataFrame, length: pd.Timedelta, timezone: str, cells: Cells, ledger: Ledger
) -> pd.DataFrame:
    """Note the rows that start between two intervals and leave them out."""
    starts = pd.DatetimeIndex(frame["start"])
    if length == DAY:
        odd = np.asarray(starts != first_moments(local_dates(starts), timezone))
        allowed = f"local midnight in {timezone}; were the days counted by another clock?"
    else:
        odd = (slot_seconds(starts) % int(length.total_seconds()) != 0) | (starts.microsecond != 0)
        allowed = f"starts at whole multiples of {in_minutes(length)}"
    for row, start, queue, count in frame[odd][["start", "queue", "offered"]].itertuples():
        what = (
            f"column '{cells.names['start']}': '{start:%Y-%m-%d %H:%M:%S}' is off the grid of "
            f"{in_minutes(length)} intervals; allowed: {allowed}"
        )
        ledger.note(Finding("off grid", what, row, start, queue, before=count))
    return frame[~odd]


def _note_fractions(frame: pd.DataFrame, cells: Cells, ledger: Ledger) -> None:
    broken = frame[frame["offered"].notna() & (frame["offered"] % 1 != 0)]
    if broken.empty:
        return
    name = cells.names["offered"]
    if len(broken) > MOSTLY * len(frame):
        what = (
            f"column '{name}': {len(broken)} of {len(frame)} counts are no whole numbers; "
            "they look like averages or rates"
        )
        ledger.note(Finding("fractional", what))
        return
    for row, start, queue, count in broken[["start", "queue", "offered"]].itertuples():
        what = f"column '{name}': {count:g} is no whole number of contacts"
        finding = Finding("fractional", what, row, start, queue, before=count)
        ledger.note(finding, after={"round": float(np.round(count))})


def _channels(cells: Cells, frame: pd.DataFrame) -> dict[str, str]:
    named = pd.DataFrame(
        {"queue": frame["queue"], "channel": cells["channel"].reindex(frame.index)}
    )
    named = named[~is_blank(named["channel"])].astype("str")
    channels: dict[str, str] = {}
    for queue, channel in named.drop_duplicates().itertuples(index=False):
        if channels.setdefault(queue, channel.strip()) != channel.strip():
            raise HistoryError(
                f"{cells.raw.name}: queue '{queue}' has the channels '{channels[queue]}' and "
                f"'{channel.strip()}'; allowed: one channel a queue (export one channel, or give "
                "each its own queue name)"
            )
    return channels
