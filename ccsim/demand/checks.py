"""From raw cells to checked columns: every problem found, each with its row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ccsim.demand.clock import checked_interval, in_minutes, slot_seconds
from ccsim.demand.sources import RawTable
from ccsim.demand.wording import nearest
from ccsim.errors import HistoryError, OptionError

REQUIRED = ("start", "offered")
OPTIONAL = ("queue", "handle_time")
LONGEST_HANDLE_TIME_S = 24 * 3600.0
SHOWN = 10


@dataclass
class Problems:
    """What is wrong with a source, collected so that one message can say it all."""

    source: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, rows: pd.Series, column: str, what: str, allowed: str) -> None:
        """Note one problem for each cell in `rows` (indexed by row number)."""
        self.found += [
            (int(str(row)), f"row {row}, column '{column}': {what.format(_shown(cell))}; {allowed}")
            for row, cell in rows.items()
        ]

    def raise_any(self) -> None:
        """Raise one HistoryError with the first problems by row, when there are any."""
        if not self.found:
            return
        lines = [text for _, text in sorted(self.found)]
        if len(lines) == 1:
            raise HistoryError(f"{self.source}: {lines[0]}")
        more = f" (the first {SHOWN} shown)" if len(lines) > SHOWN else ""
        shown = "\n  ".join(lines[:SHOWN])
        raise HistoryError(f"{self.source}: {len(lines)} problems{more}\n  {shown}")


def _shown(cell: object) -> str:
    return (
        "nothing" if cell is None or cell is pd.NaT or cell != cell or cell == "" else f"'{cell}'"
    )


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
    names = column_names(raw, columns, REQUIRED, OPTIONAL)
    problems = Problems(raw.name)
    frame = pd.DataFrame(index=raw.frame.index)
    frame["start"] = moments(
        raw.frame[names["start"]], names["start"], timezone, time_format, problems
    )
    frame["queue"] = _queues(raw.frame, names.get("queue"), queue, problems)
    frame["offered"] = _counts(raw.frame[names["offered"]], names["offered"], problems)
    if "handle_time" in names:
        cells = raw.frame[names["handle_time"]]
        frame["handle_time"] = _handle_times(cells, names["handle_time"], problems)
    # The grid can be judged only on times and queues that could be read.
    problems.raise_any()
    length = _interval(frame, raw.name, interval)
    _check_grid(frame, length, names["start"], problems)
    problems.raise_any()
    return frame.sort_values(["start", "queue"]), length


def column_names(
    raw: RawTable,
    columns: Mapping[str, str] | None,
    required: Sequence[str],
    optional: Sequence[str] = (),
) -> dict[str, str]:
    """Find the source's name of each of our columns; optional ones may be missing.

    Raises
    ------
    HistoryError
        When a required or a mapped column is missing.
    OptionError
        When `columns` maps a name that is not one of ours.
    """
    given = {**raw.columns, **(columns or {})}
    known = (*required, *optional)
    for ours in given:
        if ours not in known:
            raise OptionError(
                f"columns maps '{ours}'; allowed: {', '.join(known)}{nearest(ours, known)}"
            )
    found = [str(name) for name in raw.frame.columns]
    names = {ours: given.get(ours, ours) for ours in known}
    for ours, theirs in names.items():
        if theirs not in found and (ours in required or ours in given):
            raise HistoryError(
                f"{raw.name}: column '{theirs}' ({ours}) is missing; found: {', '.join(found)}"
                f"{nearest(theirs, found)}"
            )
    return {ours: theirs for ours, theirs in names.items() if theirs in found}


def moments(
    cells: pd.Series, column: str, timezone: str, time_format: str | None, problems: Problems
) -> pd.Series:
    """Read times as the clock of a zone; what is no time, or not one time, is a problem."""
    if isinstance(cells.dtype, pd.DatetimeTZDtype):
        zoned_cells: pd.Series = cells.dt.tz_convert(timezone)
        return zoned_cells
    text = cells.astype(str)
    zoned = text.str.contains(r"\d[ T]?\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    style = time_format or "ISO8601"
    utc = pd.to_datetime(text, format=style, errors="coerce", utc=True)
    example = time_format or "2026-11-09 08:30"
    hint = "" if time_format else ", or say how with time_format, such as '%d/%m/%Y %H:%M'"
    problems.add(cells[utc.isna()], column, "found {}", f"allowed: a time such as {example}{hint}")
    local = utc[~zoned].dropna().dt.tz_localize(None)
    # A time read as the first pass through a repeated hour exists unless the clock skipped it.
    exists = local.dt.tz_localize(
        timezone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="NaT"
    )
    skipped = exists.isna()
    problems.add(
        cells[skipped.index[skipped]],
        column,
        f"{{}} does not exist in {timezone}, the clock goes forward",
        "allowed: a clock time that occurs, or times with their UTC offset",
    )
    single = local.dt.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
    twice = single.isna() & ~skipped
    problems.add(
        cells[twice.index[twice]],
        column,
        f"{{}} occurs twice in {timezone}, the clock goes back",
        "allowed: times with their UTC offset, such as 2026-11-01T01:30-04:00",
    )
    starts = utc.dt.tz_convert(timezone)
    starts.loc[single.index] = single
    return starts


def _queues(frame: pd.DataFrame, column: str | None, queue: str, problems: Problems) -> pd.Series:
    if column is None:
        return pd.Series(queue, index=frame.index, dtype="str")
    cells = frame[column]
    names = cells.astype("str").str.strip()
    unnamed = cells.isna() | (names == "")
    problems.add(cells[unnamed], column, "found {}", "allowed: the name of a queue")
    return names


def numbers(cells: pd.Series, column: str, allowed: str, problems: Problems) -> pd.Series:
    """Read numbers; what is none is a problem."""
    values = pd.to_numeric(cells, errors="coerce").astype(float)
    problems.add(cells[values.isna()], column, "found {}", allowed)
    return values


def _counts(cells: pd.Series, column: str, problems: Problems) -> pd.Series:
    allowed = "allowed: a number of contacts, 0 or more"
    values = numbers(cells, column, allowed, problems)
    impossible = values.notna() & ~((values >= 0) & np.isfinite(values))
    problems.add(cells[impossible], column, "found {}", allowed)
    return values


def _handle_times(cells: pd.Series, column: str, problems: Problems) -> pd.Series:
    # An interval in which nothing was handled has no handle time, and says so by an empty cell.
    given = cells[~(cells.isna() | (cells == ""))]
    allowed = "allowed: seconds, more than 0 and at most 86400 (24 h)"
    values = numbers(given, column, allowed, problems)
    impossible = values.notna() & ~((values > 0) & (values <= LONGEST_HANDLE_TIME_S))
    problems.add(given[impossible], column, "found {}", allowed)
    return values.reindex(cells.index)


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


def _check_grid(frame: pd.DataFrame, length: pd.Timedelta, column: str, problems: Problems) -> None:
    starts = pd.DatetimeIndex(frame["start"])
    step = int(length.total_seconds())
    odd = (slot_seconds(starts) % step != 0) | (starts.microsecond != 0)
    problems.add(
        frame["start"][odd].dt.strftime("%Y-%m-%d %H:%M:%S"),
        column,
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
        problems.found.append(
            (
                int(row),
                f"row {row}, column '{column}': {start:%Y-%m-%d %H:%M} of queue '{queue}' is "
                f"duplicated, first seen in row {earlier}; allowed: once",
            )
        )
