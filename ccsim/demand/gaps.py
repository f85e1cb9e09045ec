"""Intervals and days that ought to be in a history and are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.clock import (
    DAY,
    every_date,
    first_moments,
    local_dates,
    local_starts,
    slot_seconds,
)
from ccsim.demand.findings import WAY_OUT, Finding, Ledger
from ccsim.demand.opening import Hours, is_open
from ccsim.demand.wording import listed
from ccsim.errors import HistoryError

Missing = Literal["error", "zero", "drop", "keep"]
USUAL = 0.5  # a weekday is open at a slot when at least this share of its days was
Bools = npt.NDArray[np.bool_]


def weekday_of(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Weekday of each `datetime64[D]`, Monday = 0."""
    return (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7


def any_of(flags: Bools) -> Bools:
    """Say of each row whether any of its flags is set."""
    return np.asarray(flags.any(axis=1))


@dataclass(frozen=True, eq=False)
class Gaps:
    """What one queue lacks.

    Attributes
    ----------
    starts : pandas.DatetimeIndex
        Intervals missing between the first and the last of their day; where opening hours are
        known, every interval missing on a day that has any.
    edges : pandas.DatetimeIndex
        Usual intervals missing before the first or after the last of their day.
    days : numpy.ndarray of datetime64[D]
        Dates inside the history, usually open, without any interval.
    """

    starts: pd.DatetimeIndex
    edges: pd.DatetimeIndex
    days: npt.NDArray[np.datetime64]


def slots_of(starts: pd.DatetimeIndex, length: pd.Timedelta) -> npt.NDArray[np.int64]:
    """Seconds since local midnight of each start; of a whole day always nought.

    The first moment of a day is 01:00 where the clock skips the hour after midnight.
    """
    return np.zeros(len(starts), dtype=np.int64) if length == DAY else slot_seconds(starts)


def find_gaps(
    starts: pd.DatetimeIndex,
    timezone: str,
    length: pd.Timedelta,
    hours: Hours | None = None,
) -> Gaps:
    """Compare one queue's intervals with the usual opening of each weekday, or with its hours.

    Parameters
    ----------
    starts
        Interval starts present, in local time.
    timezone
        IANA name.
    length
        Length of an interval.
    hours
        Weekly opening hours; where None, a slot is open on a weekday when it was on half of them.
    """
    seen_dates = local_dates(starts)
    first = seen_dates.min()
    dates = every_date(first, int((seen_dates.max() - first).astype(int)) + 1)
    of_day = slots_of(starts, length)
    step = int(length.total_seconds())
    seconds = np.unique(of_day) if hours is None else np.arange(0, 24 * 3600, step)
    seen = np.zeros((len(dates), len(seconds)), dtype=bool)
    seen[(seen_dates - first).astype(np.int64), np.searchsorted(seconds, of_day)] = True
    open_days = any_of(seen)
    if hours is None:
        usual, usually_open = _usual(seen, weekday_of(dates))
        between = (
            np.maximum.accumulate(seen, axis=1)
            & np.maximum.accumulate(seen[:, ::-1], axis=1)[:, ::-1]
        )
    else:
        usual = _asked(dates, seconds, step, hours)
        usually_open = any_of(usual)
        between = np.ones_like(seen)
    absent = usual & ~seen & open_days[:, None]

    clock = local_starts(dates, seconds, timezone)
    at = (clock["day"].to_numpy(), clock["slot"].to_numpy())
    every_start = pd.DatetimeIndex(clock["start"])
    return Gaps(
        starts=every_start[(absent & between)[at]],
        edges=every_start[(absent & ~between)[at]],
        days=dates[usually_open & ~open_days],
    )


def _usual(seen: Bools, weekday: npt.NDArray[np.int64]) -> tuple[Bools, Bools]:
    """Tell usual slots, shape (day, slot), and usually open days, shape (day,), by weekday."""
    open_days = any_of(seen)
    usual = np.zeros_like(seen)
    usually_open = np.zeros(len(seen), dtype=bool)
    for number in range(7):
        same = weekday == number
        if (same & open_days).any():
            usual[same] = seen[same & open_days].mean(axis=0) >= USUAL
            usually_open[same] = open_days[same].mean() >= USUAL
    return usual, usually_open


def _asked(
    dates: npt.NDArray[np.datetime64], seconds: npt.NDArray[np.int64], step: int, hours: Hours
) -> Bools:
    """Tell the slots inside opening hours, shape (day, slot)."""
    if step == int(DAY.total_seconds()):
        # A day is open when any part of it is.
        quarters = np.arange(0, 24 * 3600, 900)
        return any_of(_asked(dates, quarters, 900, hours))[:, None]
    wall = dates.astype("datetime64[s]")[:, None] + seconds.astype("timedelta64[s]")
    return is_open(pd.DatetimeIndex(wall.ravel()), step, hours).reshape(wall.shape)


def settle_gaps(
    table: pd.DataFrame,
    ledger: Ledger,
    timezone: str,
    length: pd.Timedelta,
    hours: Hours | Mapping[str, Hours] | None = None,
) -> pd.DataFrame:
    """Note what is missing, and what was counted outside the hours; do what was chosen.

    An interval read as `missing` has no row: it is neither fitted nor scored, its day is.

    Parameters
    ----------
    table
        Checked rows, columns `start`, `queue`, `offered` and perhaps `handle_time`; the index is
        the row in the source.
    hours
        Weekly opening hours, for all queues or by queue; a queue not named has its usual ones.

    Raises
    ------
    HistoryError
        With the first missing places and their number, when nothing was chosen for gaps.
    """
    kept: list[pd.DataFrame] = []
    refused: list[str] = []
    for queue, rows in table.groupby("queue"):
        own = hours.get(str(queue)) if isinstance(hours, Mapping) else hours
        if own is not None:
            rows = _inside(rows, own, length, ledger)
        gaps = find_gaps(pd.DatetimeIndex(rows["start"]), timezone, length, own)
        for start in first_moments(gaps.days, timezone):
            what = f"{queue}: no counts on {start:%A %Y-%m-%d}"
            ledger.note(Finding("missing day", what, None, start, str(queue)))
        filled: list[pd.DatetimeIndex] = []
        for kind, missing in (("gap", gaps.starts), ("edge", gaps.edges)):
            for stretch in stretches(missing, length):
                _note_gap(kind, stretch, str(queue), length, ledger)
            if ledger.action(kind) == "zero":
                filled.append(missing)
        if ledger.action("gap") == "drop":
            lost = np.isin(local_dates(pd.DatetimeIndex(rows["start"])), local_dates(gaps.starts))
            rows = rows[~lost]
        if ledger.action("gap") == "refuse":
            # Told in one message of their own, with their number.
            refused += [f"{start:%Y-%m-%d %H:%M} of queue '{queue}'" for start in gaps.starts]
        kept.append(rows)
        for starts in filled:
            if len(starts):
                # They are no rows of the source and have no number there.
                none = pd.Index(np.full(len(starts), np.nan))
                zeros = pd.DataFrame({"start": starts, "queue": queue, "offered": 0.0})
                kept.append(zeros.astype({"queue": "str"}).set_axis(none))
    if refused:
        raise HistoryError(
            f"{ledger.source}: {len(refused)} intervals are missing inside open days: "
            f"{listed(refused, 5)}; allowed: every interval of an open day, or say "
            "missing: zero (no row means no contacts), missing: drop (leave such days out) or "
            f"missing: keep (they were not observed, the rest of the day was). {WAY_OUT}"
        )
    return pd.concat(kept).sort_values(["start", "queue"])


def stretches(starts: pd.DatetimeIndex, length: pd.Timedelta) -> list[pd.DatetimeIndex]:
    """Cut sorted interval starts where they do not follow on each other, and at midnight.

    Examples
    --------
    >>> starts = pd.DatetimeIndex(["2026-01-05 08:00", "2026-01-05 08:30", "2026-01-05 10:00"])
    >>> [len(stretch) for stretch in stretches(starts, pd.Timedelta("30min"))]
    [2, 1]
    """
    if not len(starts):
        return []
    apart = np.asarray(starts[1:] - starts[:-1] != length)
    dates = local_dates(starts)
    cuts = np.flatnonzero(apart | (dates[1:] != dates[:-1])) + 1
    edges = [0, *cuts.tolist(), len(starts)]
    return [starts[a:b] for a, b in pairwise(edges)]


def from_to(stretch: pd.DatetimeIndex, length: pd.Timedelta) -> str:
    """Word a stretch of intervals, such as `2026-01-05 08:00 to 09:30 (3 intervals)`."""
    if length == DAY:
        return f"{stretch[0]:%A %Y-%m-%d}"
    many = f" ({len(stretch)} intervals)" if len(stretch) > 1 else ""
    return f"{stretch[0]:%Y-%m-%d %H:%M} to {stretch[-1] + length:%H:%M}{many}"


def _note_gap(
    kind: str, stretch: pd.DatetimeIndex, queue: str, length: pd.Timedelta, ledger: Ledger
) -> None:
    where = "inside the day" if kind == "gap" else "at the edge of the day, usual on this weekday"
    what = f"{queue}: missing intervals {from_to(stretch, length)}, {where}"
    ledger.note(Finding(kind, what, None, pd.Timestamp(stretch[0]), queue))


def _inside(rows: pd.DataFrame, hours: Hours, length: pd.Timedelta, ledger: Ledger) -> pd.DataFrame:
    """Note contacts counted outside the opening hours; leave them out if so chosen."""
    starts = pd.DatetimeIndex(rows["start"])
    step = int(length.total_seconds())
    if length == DAY:
        inside = _asked(local_dates(starts), np.zeros(1, dtype=np.int64), step, hours)[:, 0]
    else:
        inside = is_open(starts.tz_localize(None), step, hours)
    outside = ~inside & (rows["offered"] > 0).to_numpy()
    for row, start, queue, count in rows[outside][["start", "queue", "offered"]].itertuples():
        what = f"{queue}: {count:g} contacts at {start:%Y-%m-%d %H:%M}, outside the opening hours"
        number = None if pd.isna(row) else int(row)
        ledger.note(Finding("outside hours", what, number, start, queue, before=count))
    return rows[~outside] if ledger.action("outside hours") == "drop" else rows
