"""Read the Technion's bank log: an example of bringing another system's log into our columns.

The 'Anonymous Bank' log (Mandelbaum, Sakov & Zeltyn 2000) tells of every call the clock at the
menu, the seconds in the menu, in the queue and with an agent. Any log that is kept in seconds is
read the same way: make `arrived`, `answered` and `ended` by adding up, then call `read_calls`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.demand.calls import CallLog, read_calls
from ccsim.errors import HistoryError

TIMEZONE = "Asia/Jerusalem"
COLUMNS = (
    "date",
    "vru_entry",
    "vru_time",
    "type",
    "priority",
    "q_start",
    "q_time",
    "outcome",
    "ser_time",
    "server_id",
)
NO_QUEUE = "0:00:00"
PRIORITIES = {0: "ordinary", 1: "ordinary", 2: "high"}


def read_technion(source: str | Path | pd.DataFrame) -> CallLog:
    """Read the Technion's log as a call log.

    What becomes of a row:

    - PHANTOM rows are no calls and are left out;
    - AGENT is *handled*, also where the talk lasted 0 s (calibration counts those apart);
    - HANG with a time in the queue is *abandoned*; HANG that entered the queue (`q_start`) and
      left within its first second is *abandoned* after 0 s;
    - HANG that never entered the queue (`q_start` 0:00:00, 0 s) hung up in the menu: *ivr_lost*;
    - the type is the queue, priority 2 the segment *high* (put 90 s ahead in the bank's queue),
      0 and 1 the segment *ordinary*;
    - a time in the menu below 0 was not measured: it is empty, and the call arrives as it enters;
    - server −1 is nobody known: the agent is empty.

    There is no column of customers: their ids were removed from this copy.

    Parameters
    ----------
    source
        The .csv or .csv.gz file, or its table.

    Returns
    -------
    CallLog
        On the clock of Asia/Jerusalem; `source` tells how many phantoms were left out.

    Raises
    ------
    HistoryError
        When a column is missing, or a call has an outcome, priority or hour that is not known.

    Examples
    --------
    >>> read_technion("calls_jan_apr.csv.gz")   # doctest: +SKIP
    CallLog from calls_jan_apr.csv.gz (1,230 phantoms left out): 134,547 contacts (…)
    """
    raw = source if isinstance(source, pd.DataFrame) else pd.read_csv(source)
    name = "table" if isinstance(source, pd.DataFrame) else Path(source).name
    missing = [column for column in COLUMNS if column not in raw.columns]
    if missing:
        raise HistoryError(
            f"{name}: column '{missing[0]}' is missing; the Technion's log has {', '.join(COLUMNS)}"
        )
    phantom = raw["outcome"] == "PHANTOM"
    table = raw[~phantom].reset_index(drop=True)
    _refuse_unknown(table, "outcome", {"AGENT", "HANG"}, name)
    _refuse_unknown(table, "priority", set(PRIORITIES), name)
    rows = _in_our_columns(table)
    log = read_calls(rows, timezone=TIMEZONE)
    return CallLog(log.table, f"{name} ({phantom.sum():,} phantoms left out)", TIMEZONE)


def _refuse_unknown(table: pd.DataFrame, column: str, known: set[object], name: str) -> None:
    strange = table.index[~table[column].isin(known)]
    if len(strange):
        raise HistoryError(
            f"{name}: column '{column}': found {table.loc[strange[0], column]!r}; allowed: "
            f"{', '.join(map(str, sorted(known, key=str)))}"
        )


def _in_our_columns(table: pd.DataFrame) -> pd.DataFrame:
    clock = pd.to_datetime(table["date"] + " " + table["vru_entry"])
    # Times of day exist on this clock but for one night's skipped hour, in which nobody called.
    entered = clock.dt.tz_localize(TIMEZONE, ambiguous="raise", nonexistent="raise")
    measured = table["vru_time"] >= 0
    arrived = entered + _seconds(table["vru_time"].where(measured, 0))
    answered = arrived + _seconds(table["q_time"])
    handled = table["outcome"] == "AGENT"
    never_queued = (table["q_start"] == NO_QUEUE) & (table["q_time"] == 0)
    return pd.DataFrame(
        {
            "contact": np.arange(len(table)),
            "queue": table["type"],
            "arrived": arrived,
            "answered": answered.where(handled),
            "ended": answered + _seconds(table["ser_time"].where(handled, 0)),
            "outcome": np.select(
                [handled, never_queued], ["handled", "ivr_lost"], default="abandoned"
            ),
            "agent": table["server_id"].where(table["server_id"] >= 0).astype("Int64"),
            "ivr": table["vru_time"].where(measured),
            "segment": table["priority"].map(PRIORITIES),
        }
    )


def _seconds(numbers: pd.Series) -> pd.Series:
    return pd.to_timedelta(numbers, unit="s")
