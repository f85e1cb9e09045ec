"""At which clock times weekly opening hours say the centre is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.errors import OptionError

Hours: TypeAlias = pd.DataFrame | Callable[[pd.DatetimeIndex], npt.ArrayLike]
"""A table with `weekday`, `opens` and `closes`, or a function; as in `ccsim.demand.hours`."""


def is_open(wall: pd.DatetimeIndex, step: int, hours: Hours) -> npt.NDArray[np.bool_]:
    """Say for each interval whether it lies inside the opening hours.

    Parameters
    ----------
    wall
        Interval starts as the clock on the wall shows them, tz-naive, shape (interval,).
    step
        Seconds an interval lasts.
    hours
        Weekly opening hours.

    Returns
    -------
    numpy.ndarray of bool, shape (interval,)

    Raises
    ------
    OptionError
        When the table of hours is not one, or the function does not answer for each start.

    Examples
    --------
    >>> hours = pd.DataFrame({"weekday": [0], "opens": ["08:00"], "closes": ["18:00"]})
    >>> is_open(pd.DatetimeIndex(["2026-01-05 08:00", "2026-01-05 18:00"]), 1800, hours).tolist()
    [True, False]
    """
    if callable(hours):
        answer = np.asarray(hours(wall), dtype=bool)
        if answer.shape != (len(wall),):
            raise OptionError(
                f"hours() gave shape {answer.shape} for {len(wall)} starts; "
                "allowed: one truth value each"
            )
        return answer
    missing = [name for name in ("weekday", "opens", "closes") if name not in hours]
    if missing:
        raise OptionError(f"the table of hours lacks {', '.join(missing)}")
    answer = np.zeros(len(wall), dtype=bool)
    seconds = np.asarray(wall.hour * 3600 + wall.minute * 60 + wall.second)
    for weekday, opens, closes in hours[["weekday", "opens", "closes"]].itertuples(index=False):
        inside = (seconds >= clock_seconds(opens)) & (seconds + step <= clock_seconds(closes))
        answer |= (wall.day_of_week == weekday) & inside
    return answer


def clock_text(seconds: int) -> str:
    """Write seconds since midnight as a clock time.

    Examples
    --------
    >>> clock_text(30600)
    '08:30'
    """
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def clock_seconds(clock: object) -> int:
    """Read a clock time from 00:00 to 24:00 as seconds since midnight.

    Raises
    ------
    OptionError
        When it is not one.

    Examples
    --------
    >>> clock_seconds("08:30")
    30600
    """
    hour, colon, minute = str(clock).strip().partition(":")
    minute = minute.removesuffix(":00")
    valid = colon and hour.isdigit() and minute.isdigit() and int(minute) < 60
    if not valid or int(hour) * 60 + int(minute) > 24 * 60:
        raise OptionError(f"'{clock}' is not a clock time; allowed: 00:00 to 24:00")
    return int(hour) * 3600 + int(minute) * 60
