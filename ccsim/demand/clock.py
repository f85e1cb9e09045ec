"""Local wall-clock time: valid zones, intervals, and which clock times a day really has.

A contact centre lives by its wall clock: it opens at 07:00 on both sides of a change to
summer time. Everything here therefore counts a *slot* in seconds since local midnight
as the clock on the wall shows them.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.wording import nearest
from ccsim.errors import HistoryError, OptionError

DAY = pd.Timedelta("1D")


def checked_timezone(name: str) -> str:
    """Return `name` when it is an IANA time zone.

    Raises
    ------
    HistoryError
        Naming the nearest valid zone.
    """
    zones = available_timezones()
    if name not in zones:
        raise HistoryError(
            f"timezone '{name}' is not known; allowed: an IANA name such as 'Asia/Shanghai'"
            f"{nearest(name, zones)}"
        )
    return str(ZoneInfo(name))


def checked_interval(interval: str | pd.Timedelta) -> pd.Timedelta:
    """Return an interval length that is a day or divides the hour into whole minutes.

    A day is a date of the local calendar, though the clock may give it 23 or 25 hours.

    Raises
    ------
    OptionError
        When it is not a length of time, or neither a day nor a part of the hour.
    """
    try:
        length = pd.Timedelta(interval)
    except ValueError:
        raise OptionError(
            f"interval '{interval}' is not a length of time; allowed: such as '30min' or '1D'"
        ) from None
    minutes = length / pd.Timedelta("1min")
    if length != DAY and (minutes < 1 or minutes != int(minutes) or 60 % int(minutes)):
        raise OptionError(
            f"interval {in_minutes(length)} is not allowed; allowed: whole minutes that divide "
            "the hour (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60), or a day ('1D')"
        )
    return length


def in_minutes(length: pd.Timedelta) -> str:
    """Word a length of time for a message, such as `30 min` or `1 day`."""
    return "1 day" if length == DAY else f"{length / pd.Timedelta('1min'):g} min"


def first_moments(dates: npt.NDArray[np.datetime64], timezone: str) -> pd.DatetimeIndex:
    """First moment of each local date: midnight, or the end of an hour skipped at midnight.

    Parameters
    ----------
    dates
        `datetime64[D]`, shape (day,).
    timezone
        IANA name.

    Examples
    --------
    >>> print(first_moments(np.array(["2026-04-24"], dtype="datetime64[D]"), "Africa/Cairo")[0])
    2026-04-24 01:00:00+03:00
    """
    midnights = pd.DatetimeIndex(dates.astype("datetime64[us]"))
    first_pass = np.ones(len(midnights), dtype=bool)
    return midnights.tz_localize(timezone, ambiguous=first_pass, nonexistent="shift_forward")


def slot_seconds(starts: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Seconds since local midnight that the wall clock shows at each start."""
    return np.asarray(starts.hour * 3600 + starts.minute * 60 + starts.second, dtype=np.int64)


def local_dates(starts: pd.DatetimeIndex) -> npt.NDArray[np.datetime64]:
    """Local calendar date of each start, as `datetime64[D]`."""
    return np.asarray(starts.tz_localize(None).to_numpy(), dtype="datetime64[D]")


def every_date(first: np.datetime64, days: int) -> npt.NDArray[np.datetime64]:
    """Return `days` consecutive calendar dates from `first`, as `datetime64[D]`."""
    start = np.array(first, dtype="datetime64[D]")
    return np.asarray(start + np.arange(days), dtype="datetime64[D]")


def local_starts(
    dates: npt.NDArray[np.datetime64], seconds: npt.NDArray[np.int64], timezone: str
) -> pd.DataFrame:
    """Every interval start the clock really shows on these dates, in order.

    On the day the clock goes forward the skipped hour is left out; on the day it goes back
    the repeated hour appears twice.

    Parameters
    ----------
    dates
        Local calendar dates, shape (day,).
    seconds
        Seconds since local midnight, shape (slot,).
    timezone
        IANA name.

    Returns
    -------
    pandas.DataFrame
        Columns `start` (tz-aware), `day` and `slot` (positions in the two arguments).
    """
    wall = (dates.astype("datetime64[s]")[:, None] + seconds.astype("timedelta64[s]")).ravel()
    cells = pd.DataFrame(
        {
            "day": np.repeat(np.arange(len(dates)), len(seconds)),
            "slot": np.tile(np.arange(len(seconds)), len(dates)),
        }
    )
    clock = pd.DatetimeIndex(wall)
    passes = [
        cells.assign(
            start=clock.tz_localize(
                timezone, ambiguous=np.full(len(clock), summer), nonexistent="NaT"
            )
        )
        for summer in (True, False)
    ]
    both = pd.concat(passes).dropna(subset="start").drop_duplicates("start")
    return both.sort_values("start", ignore_index=True)[["start", "day", "slot"]]
