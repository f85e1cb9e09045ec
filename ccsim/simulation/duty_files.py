"""Read who is on duty from another system's file: a roster, or a table of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.demand.cells import Cells, cells_of
from ccsim.demand.clock import checked_timezone
from ccsim.demand.sources import read_source
from ccsim.errors import HistoryError
from ccsim.simulation.duty import ABSENT, ACTIVITIES, COLUMNS

ROSTER = ("agent", "group", "start", "end")
STAFFING = ("start", "group", "agents")
FORMS = (
    "a roster with agent, group, start, end (and activity), or a staffing table with start and a "
    "column a group, or with start, group, agents"
)
GROUP = "the name of a group"
WHOLE = "a whole number of agents, 0 or more"


def read_duty(
    source: str | Path | pd.DataFrame,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    *,
    query: str | None = None,
    sheet: str | None = None,
    separator: str = ",",
    time_format: str | None = None,
) -> pd.DataFrame:
    """Read an existing roster or staffing table, to simulate it as it is.

    Parameters
    ----------
    source
        A .csv, .tsv, .xlsx or .parquet file, a database URL (with `query`) or a DataFrame, in
        one of three forms. A roster: a row an activity, with `agent`, `group`, `start`, `end`
        and, where not all is work, `activity` (work, meal, break, training). A staffing table:
        a row an interval, with `start` and a column of agents for each group; or a row an
        interval and group, with `start`, `group`, `agents`, nobody where a row is missing.
    columns
        Our column name to the source's, such as `{"agent": "Employee", "start": "From"}`. In a
        staffing table with a column a group also group to column; only those groups are read.
    timezone
        IANA name of the clock by which times without UTC offset are read: the scenario's,
        ``timezone=scenario.timezone``. Others are converted to it. Where None every time must
        have its offset. On the day a clock changes, an hour that it skips or shows twice is
        refused: such times need their offset.
    query, sheet, separator, time_format
        As in `read_history`.

    Returns
    -------
    pandas.DataFrame
        What `simulate(duty=...)` takes. Of a roster: columns `agent`, `group`, `activity`,
        `start`, `end`, scheduled, absence to be drawn. Of a staffing table: index `start`, a
        column a group, whole agents at work.

    Raises
    ------
    HistoryError
        One message with source, row, column, what was found and what is allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"Time": ["2026-01-05 08:00", "2026-01-05 08:30"], "desk": [4, 5]})
    >>> read_duty(rows, {"start": "Time"}, timezone="Asia/Shanghai")["desk"].tolist()
    [4, 5]
    """
    zone = None if timezone is None else checked_timezone(timezone)
    raw = read_source(source, query=query, sheet=sheet, separator=separator)
    given = dict(columns or {})
    found = {str(name) for name in raw.frame.columns}
    ours = {name for name in (*COLUMNS, "agents") if given.get(name, name) in found} | {*given}

    def columns_of(required: tuple[str, ...], optional: tuple[str, ...] = ()) -> Cells:
        return cells_of(raw, given, required, optional, timezone=zone, time_format=time_format)

    if {"agent", "end"} & ours:
        return _roster(columns_of(ROSTER, ("activity",)))
    if {"group", "agents"} & ours:
        return _staffing(columns_of(STAFFING))
    if given.get("start", "start") in found:
        others = found - {given.get("start", "start")}
        groups = [name for name in given if name != "start"] or [
            str(name) for name in raw.frame.columns if name in others
        ]
        return _staffing(columns_of(("start", *groups)))
    raise HistoryError(
        f"{raw.name}: nothing says who is on duty; found: {', '.join(sorted(found))}; allowed: "
        f"{FORMS}; map other names with columns="
    )


def _roster(cells: Cells) -> pd.DataFrame:
    """Read a row an activity."""
    frame = cells.table()
    frame["agent"] = cells.texts("agent", "the name of an agent")
    frame["group"] = cells.texts("group", GROUP)
    frame["activity"] = "work"
    if "activity" in cells:
        frame["activity"] = cells["activity"].astype("str").str.strip().str.lower()
        unknown = ~frame["activity"].isin(ACTIVITIES[:ABSENT])
        allowed = f"allowed: {', '.join(ACTIVITIES[:ABSENT])}"
        cells.refuse(cells["activity"][unknown], "activity", "found {}", allowed)
    for name in ("start", "end"):
        frame[name] = cells.times(name)
    cells.problems.raise_any()
    backwards = frame["end"] <= frame["start"]
    cells.refuse(
        frame["end"][backwards].dt.strftime("%Y-%m-%d %H:%M"),
        "end",
        f"{{}} is not after {cells.names['start']}",
        "allowed: an end after the start",
    )
    cells.problems.raise_any()
    _check_overlaps(frame, cells)
    cells.problems.raise_any()
    return frame.sort_values(["agent", "start"], ignore_index=True)[list(COLUMNS)]


def _check_overlaps(frame: pd.DataFrame, cells: Cells) -> None:
    ordered = frame.sort_values(["agent", "start"])
    rows, before = ordered.index[1:], ordered.index[:-1]
    same = ordered["agent"].to_numpy()[1:] == ordered["agent"].to_numpy()[:-1]
    overlap = same & (ordered["start"].to_numpy()[1:] < ordered["end"].to_numpy()[:-1])
    for row, earlier in zip(rows[overlap], before[overlap], strict=True):
        cells.note(
            row,
            "start",
            f"agent '{frame.at[row, 'agent']}' is busy until "
            f"{frame.at[earlier, 'end']:%Y-%m-%d %H:%M} by row {earlier}; allowed: one thing at a "
            "time",
        )


def _staffing(cells: Cells) -> pd.DataFrame:
    """Read a table of numbers: a column a group, or a row an interval and group."""
    start = cells.times("start")
    if "agents" in cells:
        groups = cells.texts("group", GROUP)
        parts = {"agents": groups}
    else:
        parts = {
            name: pd.Series(name, index=start.index) for name in cells.names if name != "start"
        }
    frame = pd.concat(
        pd.DataFrame({"start": start, "group": group, "agents": _whole(cells, name)})
        for name, group in parts.items()
    )
    cells.problems.raise_any()
    again = frame[frame.duplicated(["start", "group"])]
    again = again[~again.index.duplicated()]
    cells.refuse(
        again["start"].dt.strftime("%Y-%m-%d %H:%M"),
        "start",
        "{} is there again" + (", for the same group" if "agents" in cells else ""),
        "allowed: once",
    )
    cells.problems.raise_any()
    if frame["start"].nunique() < 2:
        raise HistoryError(
            f"{cells.raw.name}: has one interval only; allowed: two or more, from which their "
            "length is seen"
        )
    order = list(dict.fromkeys(frame["group"]))
    table = frame.pivot(index="start", columns="group", values="agents").fillna(0.0)[order]
    table.columns.name = None
    return table.astype(np.int64)


def _whole(cells: Cells, name: str) -> pd.Series:
    values = cells.numbers(name, WHOLE, 0)
    broken = values.notna() & (values % 1 > 0)
    cells.refuse(cells[name][broken], name, "found {}", f"allowed: {WHOLE}")
    return values
