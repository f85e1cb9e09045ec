"""Marks: days of a history or forecast that are not as others, for its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Dates
from ccsim.demand.calendar import Calendar, as_calendar
from ccsim.demand.clock import local_dates

if TYPE_CHECKING:
    from ccsim.demand.events import Event
    from ccsim.demand.history import History

COLUMNS = ["date", "name", "kind", "queue"]
# Findings a planner wants to see in the picture, and as what.
FOUND = {
    "missing day": "missing",
    "empty day": "missing",
    "gap": "missing",
    "outage": "outage",
    "outlier": "outlier",
    "outlier day": "outlier",
}


def day_marks(
    open_days: Dates, events: Sequence[Event] = (), calendar: Calendar | str | None = None
) -> pd.DataFrame:
    """List events and public holidays between the first and the last open day.

    Returns
    -------
    pandas.DataFrame
        Columns `date` (datetime64, without time zone), `name`, `kind` (`event`; `holiday` on
        which the centre was open; `closed` for one), `queue` (missing: all queues). Holidays on
        weekdays that are never open are left out.
    """
    days = np.unique(open_days)
    first, last = days[0].astype(object), days[-1].astype(object)
    weekdays = {day.weekday() for day in days.tolist()}
    rows: list[tuple[object, str, str, str | None]] = []
    for event in events:
        queues = list(event.uplift) if isinstance(event.uplift, Mapping) else [None]
        rows += [
            (date, event.name, "event", queue)
            for date in event.dates
            if first <= date <= last
            for queue in queues
        ]
    known = as_calendar(calendar)
    if known is not None:
        is_open = set(days.tolist())
        rows += [
            (date, name, "holiday" if date in is_open else "closed", None)
            for date, name in known.holidays(first, last).items()
            if date.weekday() in weekdays
        ]
    return _table(rows)


def history_marks(
    history: History, events: Sequence[Event] = (), calendar: Calendar | str | None = None
) -> pd.DataFrame:
    """List events, holidays and findings of a history.

    Returns
    -------
    pandas.DataFrame
        As `day_marks`, with kinds `missing`, `outage` and `outlier` for what was found; a day
        without counts that was a holiday is marked as that alone.
    """
    known = day_marks(local_dates(history.starts), events, calendar)
    found = history.findings[history.findings["kind"].isin(FOUND)].dropna(subset="start")
    seen = pd.DataFrame(
        {
            "date": pd.DatetimeIndex(found["start"]).tz_localize(None).normalize(),
            "name": found["what"].to_numpy(),
            "kind": found["kind"].map(FOUND).to_numpy(),
            "queue": found["queue"].to_numpy(),
        }
    )
    closed = known.loc[known["kind"] == "closed", "date"]
    seen = seen[seen["date"].between(history.first_day, history.last_day)]
    seen = seen[~((seen["kind"] == "missing") & seen["date"].isin(closed))]
    # Of many odd intervals of a day one mark is enough.
    seen = seen.drop_duplicates(["date", "kind", "queue"])
    both = [part for part in (known, seen) if len(part)]
    return pd.concat(both, ignore_index=True)[COLUMNS] if both else known


def _table(rows: list[tuple[object, str, str, str | None]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(date=pd.to_datetime(table["date"])).sort_values("date", ignore_index=True)
