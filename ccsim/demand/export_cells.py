"""The cells of an export as a table with our columns.

What cannot be read stays as it is, so that `checks` can tell it with its row.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from ccsim.demand.exports import ALWAYS_FORMATS, Preset, Recipe, plain
from ccsim.demand.findings import Finding, Ledger
from ccsim.demand.sources import RawTable
from ccsim.errors import HistoryError

SECONDS = {"s": 1.0, "ms": 0.001, "min": 60.0}
RANGE = re.compile(
    r"^(.*?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AaPp][Mm])?)\s*[-~–—至到]\s*(?:.*\D)?\d{1,2}:\d{2}"
)
SHORT_CLOCK = re.compile(r"^\d{1,4}(?:\.0)?$")


def in_our_columns(raw: RawTable, preset: Preset, ledger: Ledger) -> RawTable:
    """Turn an export into a table of our columns; totals rows are left out and listed.

    Returns
    -------
    RawTable
        Times as ISO 8601, handle times in seconds; the index is the row in the source.

    Raises
    ------
    HistoryError
        When times can be read in two ways that differ.
    """
    actual = {plain(heading): heading for heading in raw.frame.columns}
    recipes = preset.chosen(raw.frame.columns)

    def cells(heading: str) -> pd.Series:
        column = raw.frame[actual[plain(heading)]]
        return column.iloc[:, 0] if isinstance(column, pd.DataFrame) else column

    labels = [
        name for ours in ("start", "queue") if ours in recipes for name in recipes[ours].needs
    ]
    total = _is_total([cells(name) for name in labels], preset)
    for row in total.index[total]:
        said = "; ".join(str(cells(name)[row]) for name in labels if str(cells(name)[row]).strip())
        what = f"row {row} ('{said}') is a total, not an interval"
        ledger.found.append(Finding("totals row", what, int(row), repair="drop", done=True))

    frame = pd.DataFrame(index=raw.frame.index)
    for ours, recipe in recipes.items():
        columns = [cells(name) for name in recipe.needs]
        if ours == "start":
            frame[str(recipe)] = _starts(columns, recipe, preset, raw.name, ~total)
        elif ours == "offered":
            frame[str(recipe)] = _counts(columns, preset)
        elif ours == "handle_time":
            frame[str(recipe)] = _handle_times(columns, recipe, preset)
        else:
            frame[str(recipe)] = columns[0]
    names = {ours: str(recipe) for ours, recipe in recipes.items()}
    return RawTable(raw.name, frame[~total], names, raw.timezone)


def _is_total(columns: list[pd.Series], preset: Preset) -> pd.Series:
    words = {plain(word) for word in preset.totals}
    return pd.concat(
        [column.map(lambda cell: plain(cell) in words) for column in columns], axis=1
    ).any(axis=1)


def _starts(
    columns: list[pd.Series], recipe: Recipe, preset: Preset, source: str, counted: pd.Series
) -> pd.Series:
    if isinstance(columns[0].dtype, pd.DatetimeTZDtype) and len(columns) == 1:
        return columns[0]
    if recipe.way == "join":
        clock = columns[1].map(lambda cell: _clock_text(cell, preset.short_clock))
        text = columns[0].map(_date_text).str.strip() + " " + clock.str.strip()
    else:
        text = columns[0].astype(str).str.strip()
    if preset.ranges:
        text = text.map(lambda said: found[1] if (found := RANGE.match(said)) else said)
    iso = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True).notna()
    open_ones = text[~iso & counted]
    if open_ones.empty:
        return text
    readings = {
        style: pd.to_datetime(open_ones, format=style, errors="coerce")
        for style in dict.fromkeys((*preset.time_formats, *ALWAYS_FORMATS))
    }
    most = max(reading.notna().sum() for reading in readings.values())
    best = {style: r for style, r in readings.items() if most and r.notna().sum() == most}
    if not best:
        return text
    style, chosen = next(iter(best.items()))
    for other, reading in best.items():
        differs = reading.notna() & chosen.notna() & (reading != chosen)
        if differs.any():
            row = differs.index[differs][0]
            raise HistoryError(
                f"{source}: row {row}, column '{recipe}': '{text[row]}' can be read as {style} and "
                f"as {other}; say which with time_format"
            )
    read = chosen.dropna()
    return text.where(~text.index.isin(read.index), read.dt.strftime("%Y-%m-%d %H:%M:%S"))


def _date_text(cell: object) -> str:
    return cell.strftime("%Y-%m-%d") if isinstance(cell, dt.date) else str(cell)


def _clock_text(cell: object, short: bool) -> str:
    if isinstance(cell, dt.time | dt.datetime):
        return cell.strftime("%H:%M:%S")
    said = str(cell).strip()
    if short and SHORT_CLOCK.match(said):
        digits = f"{int(float(said)):04d}"
        return f"{digits[:2]}:{digits[2:]}"
    return said


def _counts(columns: list[pd.Series], preset: Preset) -> pd.Series:
    return _combined(columns, lambda cell: _number(cell, preset), sum)


def _handle_times(columns: list[pd.Series], recipe: Recipe, preset: Preset) -> pd.Series:
    """Seconds a contact; an export says 0 where nothing was handled, which is no handle time."""
    unit = SECONDS[recipe.unit or preset.unit]
    durations = [column.map(lambda cell: _duration(cell, unit, preset)) for column in columns]
    if recipe.per is not None:
        durations[-1] = columns[-1].map(lambda cell: _number(cell, preset))
        return _combined(durations, lambda cell: cell, _per_contact)
    return _combined(durations, lambda cell: cell, sum).map(
        lambda cell: np.nan if cell == 0 else cell
    )


def _per_contact(numbers: list[float]) -> float:
    total, contacts = sum(numbers[:-1]), numbers[-1]
    return total / contacts if contacts > 0 and total > 0 else np.nan


def _combined(
    columns: list[pd.Series],
    read: Callable[[object], object],
    combine: Callable[[list[float]], float],
) -> pd.Series:
    """Combine the cells of each row; a row with a cell that cannot be read gives that cell."""
    made: list[object] = []
    for cells in zip(*columns, strict=True):
        values = [read(cell) for cell in cells]
        unread = [value for value in values if not isinstance(value, float) or value != value]
        made.append(unread[0] if unread else combine([float(str(v)) for v in values]))
    return pd.Series(made, index=columns[0].index, dtype=object)


def _number(cell: object, preset: Preset) -> object:
    """Read a number as float; NaN where there is none, the cell itself where it is no number."""
    if cell is None or cell != cell:
        return np.nan
    said = str(cell).strip()
    if said in preset.blanks:
        return np.nan
    mark = preset.thousands
    if mark and re.fullmatch(rf"-?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+(?:\.\d+)?", said):
        said = said.replace(mark, "")
    try:
        return float(said)
    except ValueError:
        return cell


def _duration(cell: object, unit: float, preset: Preset) -> object:
    """Read a duration as seconds: h:mm:ss, m:ss, a spreadsheet's time, or a number of units.

    NaN where there is none, the cell itself where it is no duration.
    """
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    if isinstance(cell, dt.time):
        since_midnight = dt.datetime.combine(dt.date.min, cell) - dt.datetime.min
        return since_midnight.total_seconds()
    parts = str(cell).strip().split(":")
    if len(parts) in (2, 3):
        try:
            numbers = [float(part or 0) for part in parts]
        except ValueError:
            return cell
        return float(sum(n * 60**place for place, n in enumerate(reversed(numbers))))
    number = _number(cell, preset)
    return number * unit if isinstance(number, float) else number
