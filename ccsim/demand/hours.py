"""When the centre will be open: as it was, or as the planner says.

Weekly opening hours are either a table with columns `weekday` (0 = Monday), `opens` and `closes`
("07:00", "24:00"), or a function of local interval starts (without time zone) that says for each
whether the centre is open. Both hold for all queues; holidays on which the centre closes are taken
out afterwards.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Bools, Whole
from ccsim.demand.days import DayGrid
from ccsim.demand.gaps import USUAL
from ccsim.demand.opening import Hours, is_open
from ccsim.errors import HistoryError

RECENT_DAYS = 8


def open_slots(grid: DayGrid, hours: Hours | None) -> Bools:
    """Tell which slots of the horizon are open, shape (queue, horizon day, slot).

    Without `hours` a slot is open on a weekday when it was on at least half of the last
    eight such days. Days closed for a holiday have no open slot.

    Raises
    ------
    HistoryError
        When `hours` opens a slot the queue's history has never seen on that weekday.
    OptionError
        When the table of hours is not one.
    """
    kinds = grid.kinds
    horizon = np.arange(grid.known, len(grid.dates))
    past = np.isfinite(grid.counts[:, : grid.known])
    by_weekday = np.zeros((len(grid.queues), 7, len(grid.seconds)), dtype=bool)
    ever = np.zeros_like(by_weekday)
    for place in range(len(grid.queues)):
        seen_days = past[place].any(axis=1)
        for weekday in range(7):
            days = np.flatnonzero(seen_days & (kinds.weekday[: grid.known] == weekday))
            if len(days):
                ever[place, weekday] = past[place, days].any(axis=0)
                by_weekday[place, weekday] = past[place, days[-RECENT_DAYS:]].mean(axis=0) >= USUAL
    usually = kinds.usually_open[horizon] & ~kinds.closed[horizon]
    if hours is None:
        return by_weekday[:, kinds.weekday[horizon]] & usually[None, :, None]

    asked = _asked(grid, horizon, hours) & ~kinds.closed[horizon][:, None]
    unknown = asked & ~ever[:, kinds.weekday[horizon]].any(axis=0)
    if unknown.any():
        day, slot = np.argwhere(unknown)[0]
        clock = f"{grid.seconds[slot] // 3600:02d}:{grid.seconds[slot] % 3600 // 60:02d}"
        raise HistoryError(
            f"the opening hours ask for {pd.Timestamp(grid.dates[horizon[day]]):%A} {clock}, "
            "at which the history has no counts; allowed: hours the history has seen"
        )
    return asked[None] & ever[:, kinds.weekday[horizon]]


def _asked(grid: DayGrid, horizon: Whole, hours: Hours) -> Bools:
    wall = grid.dates[horizon].astype("datetime64[s]")[:, None] + grid.seconds.astype(
        "timedelta64[s]"
    )
    return is_open(pd.DatetimeIndex(wall.ravel()), grid.step, hours).reshape(wall.shape)
