"""Intervals and days that ought to be in a history and are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.clock import every_date, local_dates, local_starts, slot_seconds
from ccsim.demand.wording import listed
from ccsim.errors import HistoryError

Missing = Literal["error", "zero", "drop"]
USUAL = 0.5  # a weekday is open at a slot when at least this share of its days was


def weekday_of(dates: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
    """Weekday of each `datetime64[D]`, Monday = 0."""
    return (dates.astype("datetime64[D]").astype(np.int64) + 3) % 7


@dataclass(frozen=True, eq=False)
class Gaps:
    """What one queue lacks.

    Attributes
    ----------
    starts : pandas.DatetimeIndex
        Intervals missing between the first and the last of their day.
    edges : pandas.DatetimeIndex
        Usual intervals missing before the first or after the last of their day.
    days : numpy.ndarray of datetime64[D]
        Dates inside the history, usually open, without any interval.
    """

    starts: pd.DatetimeIndex
    edges: pd.DatetimeIndex
    days: npt.NDArray[np.datetime64]


def find_gaps(starts: pd.DatetimeIndex, timezone: str) -> Gaps:
    """Compare one queue's intervals with the usual opening of each weekday.

    Parameters
    ----------
    starts
        Interval starts present, in local time.
    timezone
        IANA name.
    """
    seen_dates = local_dates(starts)
    first = seen_dates.min()
    dates = every_date(first, int((seen_dates.max() - first).astype(int)) + 1)
    seconds = np.unique(slot_seconds(starts))
    day = (seen_dates - first).astype(np.int64)
    slot = np.searchsorted(seconds, slot_seconds(starts))
    seen = np.zeros((len(dates), len(seconds)), dtype=bool)
    seen[day, slot] = True
    weekday = weekday_of(dates)
    open_days: npt.NDArray[np.bool_] = np.asarray(seen.any(axis=1))

    usual = np.zeros_like(seen)
    usually_open = np.zeros(len(dates), dtype=bool)
    for number in range(7):
        same = weekday == number
        if (same & open_days).any():
            usual[same] = seen[same & open_days].mean(axis=0) >= USUAL
            usually_open[same] = open_days[same].mean() >= USUAL
    absent = usual & ~seen & open_days[:, None]
    between = (
        np.maximum.accumulate(seen, axis=1) & np.maximum.accumulate(seen[:, ::-1], axis=1)[:, ::-1]
    )

    clock = local_starts(dates, seconds, timezone)
    at = (clock["day"].to_numpy(), clock["slot"].to_numpy())
    every_start = pd.DatetimeIndex(clock["start"])
    return Gaps(
        starts=every_start[(absent & between)[at]],
        edges=every_start[(absent & ~between)[at]],
        days=dates[usually_open & ~open_days],
    )


def settle_gaps(
    table: pd.DataFrame, source: str, timezone: str, missing: Missing
) -> tuple[pd.DataFrame, list[tuple[int | None, str, str]]]:
    """Refuse, fill or drop what is missing, as the planner said, and list it.

    Parameters
    ----------
    table
        Checked rows, columns `start`, `queue`, `offered` and perhaps `handle_time`.
    source, timezone
        For messages and the clock.
    missing
        `error` refuses an interval missing inside a day; `zero` reads every usual interval
        that is missing on an open day as no contacts; `drop` leaves out such days whole.

    Returns
    -------
    table : pandas.DataFrame
        The rows to use.
    findings : list of (row, kind, what)
        What was filled, dropped, or missing for whole days.

    Raises
    ------
    HistoryError
        With the first missing places and their number.
    """
    findings: list[tuple[int | None, str, str]] = []
    kept: list[pd.DataFrame] = []
    refused: list[str] = []
    for queue, rows in table.groupby("queue"):
        gaps = find_gaps(pd.DatetimeIndex(rows["start"]), timezone)
        findings += [
            (None, "missing day", f"{queue}: no counts on {pd.Timestamp(day):%A %Y-%m-%d}")
            for day in gaps.days
        ]
        if missing == "zero":
            filled = gaps.starts.union(gaps.edges)
            zeros = pd.DataFrame({"start": filled, "queue": queue, "offered": 0.0})
            rows = pd.concat([rows, zeros.astype({"queue": "str"})]) if len(filled) else rows
        elif missing == "drop":
            lost = np.isin(local_dates(pd.DatetimeIndex(rows["start"])), local_dates(gaps.starts))
            rows = rows[~lost]
        else:
            refused += [f"{start:%Y-%m-%d %H:%M} of queue '{queue}'" for start in gaps.starts]
        if len(gaps.starts) and missing != "error":
            done = "read as no contacts" if missing == "zero" else "their days left out"
            places = listed(start.strftime("%Y-%m-%d %H:%M") for start in gaps.starts)
            findings.append((None, "gap", f"{queue}: missing intervals {places}; {done}"))
        kept.append(rows)
    if refused:
        raise HistoryError(
            f"{source}: {len(refused)} intervals are missing inside open days: "
            f"{listed(refused, 5)}; allowed: every interval of an open day, or say "
            "missing: zero (no row means no contacts) or missing: drop (leave such days out)"
        )
    return pd.concat(kept).sort_values(["start", "queue"], ignore_index=True), findings
