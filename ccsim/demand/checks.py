"""From the cells of a history to a checked table: what counts must be, and a grid of intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ccsim.demand.cells import Cells, cells_of
from ccsim.demand.clock import checked_interval, in_minutes, slot_seconds
from ccsim.demand.sources import RawTable
from ccsim.errors import HistoryError, OptionError

REQUIRED = ("start", "offered")
OPTIONAL = ("queue", "handle_time")
QUEUE = "the name of a queue"
# Just above nought, and a day.
SHORTEST_HANDLE_TIME_S, LONGEST_HANDLE_TIME_S = float(np.nextafter(0, 1)), 24 * 3600.0


def checked_table(
    raw: RawTable,
    columns: Mapping[str, str] | None,
    *,
    timezone: str,
    interval: str | pd.Timedelta | None,
    queue: str,
    time_format: str | None,
) -> tuple[pd.DataFrame, pd.Timedelta]:
    """Check every cell and return our columns, sorted by start and queue, and the interval.

    The index of the returned table is the row number in the source.

    Raises
    ------
    HistoryError
        With source, row, column, what was found and what is allowed, for every problem.
    OptionError
        When `columns` maps a name that is not one of ours.
    """
    cells = cells_of(raw, columns, REQUIRED, OPTIONAL, timezone=timezone, time_format=time_format)
    frame = cells.table()
    frame["start"] = cells.times("start")
    frame["queue"] = cells.texts("queue", QUEUE) if "queue" in cells else queue
    frame["offered"] = cells.numbers("offered", "a number of contacts, 0 or more", 0)
    if "handle_time" in cells:
        # An interval in which nothing was handled has no handle time: its cell is empty.
        frame["handle_time"] = cells.given_numbers(
            "handle_time",
            "seconds, more than 0 and at most 86400 (24 h)",
            SHORTEST_HANDLE_TIME_S,
            LONGEST_HANDLE_TIME_S,
        )
    # The grid can be judged only on times and queues that could be read.
    cells.problems.raise_any()
    length = _interval(frame, raw.name, interval)
    _check_grid(frame, length, cells)
    cells.problems.raise_any()
    return frame.sort_values(["start", "queue"]), length


def _interval(
    frame: pd.DataFrame, source: str, interval: str | pd.Timedelta | None
) -> pd.Timedelta:
    if interval is not None:
        return checked_interval(interval)
    gaps = frame["start"].drop_duplicates().sort_values().diff().dropna()
    if gaps.empty:
        raise HistoryError(f"{source}: has one interval only; its length must be given: interval=")
    try:
        return checked_interval(gaps.mode().iloc[0])
    except OptionError as error:
        raise HistoryError(
            f"{source}: rows are mostly {in_minutes(gaps.mode().iloc[0])} apart: {error}"
        ) from None


def _check_grid(frame: pd.DataFrame, length: pd.Timedelta, cells: Cells) -> None:
    starts = pd.DatetimeIndex(frame["start"])
    step = int(length.total_seconds())
    odd = (slot_seconds(starts) % step != 0) | (starts.microsecond != 0)
    cells.refuse(
        frame["start"][odd].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "start",
        f"{{}} is off the grid of {in_minutes(length)} intervals",
        f"allowed: starts at whole multiples of {in_minutes(length)}",
    )
    again = frame[frame.duplicated(["start", "queue"])]
    if again.empty:
        return
    first_rows = frame.drop_duplicates(["start", "queue"]).reset_index(names="first_row")
    first = again.reset_index(names="row").merge(first_rows, on=["start", "queue"])
    for row, start, queue, earlier in first[["row", "start", "queue", "first_row"]].itertuples(
        index=False
    ):
        cells.note(
            row,
            "start",
            f"{start:%Y-%m-%d %H:%M} of queue '{queue}' is duplicated, first seen in row "
            f"{earlier}; allowed: once",
        )
