"""Read who is on duty from another system's file: a roster, or a table of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.demand.checks import Problems, column_names, moments, numbers
from ccsim.demand.clock import checked_timezone
from ccsim.demand.sources import RawTable, read_source
from ccsim.errors import HistoryError
from ccsim.simulation.duty import ABSENT, ACTIVITIES, COLUMNS

ROSTER = ("agent", "group", "start", "end")
STAFFING = ("start", "group", "agents")
FORMS = (
    "a roster with agent, group, start, end (and activity), or a staffing table with start and a "
    "column a group, or with start, group, agents"
)
WHOLE = "allowed: a whole number of agents, 0 or more"


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
        IANA name of the clock its times are in; default UTC. Times with UTC offset are converted.
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
    >>> read_duty(rows, {"start": "Time"})["desk"].tolist()
    [4, 5]
    """
    zone = "UTC" if timezone is None else checked_timezone(timezone)
    raw = read_source(source, query=query, sheet=sheet, separator=separator)
    given = dict(columns or {})
    found = {str(name) for name in raw.frame.columns}
    there = {ours for ours in (*COLUMNS, "agents") if given.get(ours, ours) in found}
    problems = Problems(raw.name)
    if {"agent", "end"} & {*there, *given}:
        return _roster(raw, given, zone, time_format, problems)
    if {"group", "agents"} & {*there, *given}:
        return _long(raw, given, zone, time_format, problems)
    if "start" in there:
        return _wide(raw, given, zone, time_format, problems)
    raise HistoryError(
        f"{raw.name}: nothing says who is on duty; found: {', '.join(sorted(found))}; allowed: "
        f"{FORMS}; map other names with columns="
    )


def _texts(cells: pd.Series, column: str, allowed: str, problems: Problems) -> pd.Series:
    names = cells.astype("str").str.strip()
    problems.add(cells[cells.isna() | (names == "")], column, "found {}", f"allowed: {allowed}")
    return names


def _whole(cells: pd.Series, column: str, problems: Problems) -> pd.Series:
    values = numbers(cells, column, WHOLE, problems)
    wrong = values.notna() & ~((values >= 0) & np.isfinite(values) & (values % 1 == 0))
    problems.add(cells[wrong], column, "found {}", WHOLE)
    return values


def _roster(
    raw: RawTable,
    columns: dict[str, str],
    zone: str,
    time_format: str | None,
    problems: Problems,
) -> pd.DataFrame:
    names = column_names(raw, columns, ROSTER, ("activity",))
    frame = pd.DataFrame(index=raw.frame.index)
    for ours, allowed in (("agent", "the name of an agent"), ("group", "the name of a group")):
        frame[ours] = _texts(raw.frame[names[ours]], names[ours], allowed, problems)
    frame["activity"] = "work"
    if "activity" in names:
        cells = raw.frame[names["activity"]]
        frame["activity"] = cells.astype("str").str.strip().str.lower()
        unknown = ~frame["activity"].isin(ACTIVITIES[:ABSENT])
        allowed = f"allowed: {', '.join(ACTIVITIES[:ABSENT])}"
        problems.add(cells[unknown], names["activity"], "found {}", allowed)
    for ours in ("start", "end"):
        cells = raw.frame[names[ours]]
        frame[ours] = moments(cells, names[ours], zone, time_format, problems)
    problems.raise_any()
    backwards = frame["end"] <= frame["start"]
    problems.add(
        frame["end"][backwards].dt.strftime("%Y-%m-%d %H:%M"),
        names["end"],
        f"{{}} is not after {names['start']}",
        "allowed: an end after the start",
    )
    problems.raise_any()
    _check_overlaps(frame, names, problems)
    problems.raise_any()
    return frame.sort_values(["agent", "start"], ignore_index=True)[list(COLUMNS)]


def _check_overlaps(frame: pd.DataFrame, names: dict[str, str], problems: Problems) -> None:
    ordered = frame.sort_values(["agent", "start"])
    rows, before = ordered.index[1:], ordered.index[:-1]
    same = ordered["agent"].to_numpy()[1:] == ordered["agent"].to_numpy()[:-1]
    overlap = same & (ordered["start"].to_numpy()[1:] < ordered["end"].to_numpy()[:-1])
    for row, earlier in zip(rows[overlap], before[overlap], strict=True):
        problems.found.append(
            (
                int(row),
                f"row {row}, column '{names['start']}': agent '{frame.at[row, 'agent']}' is busy "
                f"until {frame.at[earlier, 'end']:%Y-%m-%d %H:%M} by row {earlier}; allowed: one "
                "thing at a time",
            )
        )


def _long(
    raw: RawTable,
    columns: dict[str, str],
    zone: str,
    time_format: str | None,
    problems: Problems,
) -> pd.DataFrame:
    names = column_names(raw, columns, STAFFING)
    frame = pd.DataFrame(index=raw.frame.index)
    frame["start"] = moments(raw.frame[names["start"]], names["start"], zone, time_format, problems)
    frame["group"] = _texts(
        raw.frame[names["group"]], names["group"], "the name of a group", problems
    )
    frame["agents"] = _whole(raw.frame[names["agents"]], names["agents"], problems)
    problems.raise_any()
    _check_once(frame, ["start", "group"], names["start"], problems)
    groups = list(dict.fromkeys(frame["group"]))
    table = frame.pivot(index="start", columns="group", values="agents").fillna(0.0)[groups]
    return _counts(table, raw)


def _wide(
    raw: RawTable,
    columns: dict[str, str],
    zone: str,
    time_format: str | None,
    problems: Problems,
) -> pd.DataFrame:
    start = columns.pop("start", "start")
    found = [str(name) for name in raw.frame.columns if name != start]
    groups = columns or {name: name for name in found}
    names = column_names(raw, {"start": start, **groups}, ("start", *groups))
    frame = pd.DataFrame(index=raw.frame.index)
    frame["start"] = moments(raw.frame[start], start, zone, time_format, problems)
    for group in groups:
        frame[group] = _whole(raw.frame[names[group]], names[group], problems)
    problems.raise_any()
    _check_once(frame, ["start"], start, problems)
    return _counts(frame.set_index("start").sort_index(), raw)


def _check_once(frame: pd.DataFrame, keys: list[str], column: str, problems: Problems) -> None:
    again = frame[frame.duplicated(keys)]
    problems.add(
        again["start"].dt.strftime("%Y-%m-%d %H:%M"),
        column,
        "{} is there again" + (", for the same group" if len(keys) > 1 else ""),
        "allowed: once",
    )
    problems.raise_any()


def _counts(table: pd.DataFrame, raw: RawTable) -> pd.DataFrame:
    if len(table) < 2:
        raise HistoryError(
            f"{raw.name}: has one interval only; allowed: two or more, from which their length "
            "is seen"
        )
    whole = table.astype(np.int64)
    whole.columns.name = None
    return whole
