"""Handle time by weekday and interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Floats
from ccsim.demand.clock import local_dates, slot_seconds
from ccsim.demand.gaps import weekday_of
from ccsim.demand.history import History
from ccsim.errors import HistoryError

HALF_LIFE_DAYS = 56.0
# A cell (weekday, interval) leans on weekday × interval as if on this many contacts more, and
# each weekday and interval on the whole as if on this many.
CELL_CONTACTS, MARGIN_CONTACTS = 300.0, 1000.0


def expected_handle_time(history: History, starts: pd.DatetimeIndex) -> pd.DataFrame:
    """Expect the mean handle time of each interval.

    The mean of all past contacts, recent ones counting more, times an effect of the weekday and
    one of the interval, times what the two together have shown; each effect is shrunk towards
    none by how few contacts it rests on.

    Parameters
    ----------
    history
        Counts with `handle_time`.
    starts
        Interval starts to expect.

    Returns
    -------
    pandas.DataFrame
        Seconds; index `start`, a column per queue, NaN where a queue has no handle time.

    Raises
    ------
    HistoryError
        When the history has no handle times.
    """
    table = history.table
    if "handle_time" not in table:
        raise HistoryError(
            f"{history.source}: has no handle times to forecast from; allowed: a history with a "
            "column handle_time, in seconds"
        )
    clock = slot_seconds(starts)
    weekday = weekday_of(local_dates(starts))
    columns = {
        queue: _of_queue(rows.dropna(subset="handle_time"), weekday, clock)
        for queue, rows in table.groupby("queue")
    }
    return pd.DataFrame(columns, index=pd.DatetimeIndex(starts, name="start")).rename_axis(
        columns="queue"
    )


def _of_queue(rows: pd.DataFrame, weekday: np.ndarray, clock: np.ndarray) -> Floats:
    rows = rows[rows["offered"] > 0]
    if rows.empty:
        return np.full(len(clock), np.nan)
    starts = pd.DatetimeIndex(rows["start"])
    dates = local_dates(starts)
    age = (dates.max() - dates).astype(float)
    weight = rows["offered"].to_numpy(float) * 0.5 ** (age / HALF_LIFE_DAYS)
    seconds = np.unique(np.concatenate([slot_seconds(starts), clock]))
    day, slot = weekday_of(dates), np.searchsorted(seconds, slot_seconds(starts))
    contacts, time = np.zeros((7, len(seconds))), np.zeros((7, len(seconds)))
    np.add.at(contacts, (day, slot), weight)
    np.add.at(time, (day, slot), weight * rows["handle_time"].to_numpy(float))
    mean = time.sum() / contacts.sum()
    by_day = _shrunk(time.sum(axis=1), contacts.sum(axis=1) * mean, mean * MARGIN_CONTACTS)
    by_slot = _shrunk(time.sum(axis=0), by_day @ contacts * mean, mean * MARGIN_CONTACTS)
    product = mean * np.outer(by_day, by_slot)
    cell = _shrunk(time, contacts * product, product * CELL_CONTACTS)
    return np.asarray((product * cell)[weekday, np.searchsorted(seconds, clock)])


def _shrunk(time: Floats, expected: Floats, belief: Floats | float) -> Floats:
    """Ratio of time to what was expected, leaning on 1."""
    return np.asarray((time + belief) / (expected + belief))
