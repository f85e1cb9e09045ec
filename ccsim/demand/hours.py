"""When the centre will be open: as it was, or as the planner says.

Weekly opening hours are either a table with columns `weekday` (0 = Monday), `opens` and `closes`
("07:00", "24:00"), or a function of local interval starts (without time zone) that says for each
whether the centre is open. Both hold for all queues; holidays on which the centre closes are taken
out afterwards.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Bools, Whole
from ccsim.demand.days import DayGrid
from ccsim.demand.gaps import USUAL
from ccsim.demand.opening import Hours, clock_text, is_open
from ccsim.demand.wording import listed
from ccsim.errors import HistoryError

RECENT_DAYS = 8
DAY_S = 86400
NEW_DAYS, ENDED_DAYS = 28, 14
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


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
        raise HistoryError(
            f"the opening hours ask for {pd.Timestamp(grid.dates[horizon[day]]):%A} "
            f"{clock_text(grid.seconds[slot])}, "
            "at which the history has no counts; allowed: hours the history has seen"
        )
    return asked[None] & ever[:, kinds.weekday[horizon]]


def hours_notes(grid: DayGrid, hours: Hours | None) -> tuple[str, ...]:
    """Say at which hours asked for, or of which queues, nothing can be expected, and why.

    A queue that is new has not met every weekday yet; one that has ended is expected all the same.
    """
    notes: list[str] = []
    horizon = np.arange(grid.known, len(grid.dates))
    if hours is not None and grid.step < DAY_S:
        every = np.arange(0, DAY_S, grid.step)
        asked = _asked(replace(grid, seconds=every), horizon, hours)
        asked &= ~grid.kinds.closed[horizon][:, None]
        never = every[asked.any(axis=0) & ~np.isin(every, grid.seconds)]
        if len(never):
            notes.append(
                f"the opening hours ask for {listed(map(clock_text, never), 6)}, at which the "
                "history has never counted anything: nothing is expected then"
            )
    seen: Bools = np.asarray(np.isfinite(grid.counts[:, : grid.known]).any(axis=2))
    weekday = grid.kinds.weekday[: grid.known]
    for queue, days in zip(grid.queues, seen, strict=True):
        counted = np.flatnonzero(days)
        if not len(counted):
            continue
        others = np.unique(weekday[seen.any(axis=0)])
        unmet = np.setdiff1d(others, weekday[counted])
        if len(unmet) and counted[-1] - counted[0] < NEW_DAYS:
            names = ", ".join(WEEKDAYS[number] for number in unmet)
            notes.append(f"{queue}: nothing is expected on {names}, which it has not met yet")
        ended = grid.known - 1 - counted[-1]
        if ended > ENDED_DAYS:
            notes.append(
                f"{queue}: last counted on {grid.dates[counted[-1]]}, {ended} days before the end "
                "of the history; it is expected as if it were still there"
            )
    return tuple(notes)


def _asked(grid: DayGrid, horizon: Whole, hours: Hours) -> Bools:
    wall = grid.dates[horizon].astype("datetime64[s]")[:, None] + grid.seconds.astype(
        "timedelta64[s]"
    )
    return is_open(pd.DatetimeIndex(wall.ravel()), grid.step, hours).reshape(wall.shape)
