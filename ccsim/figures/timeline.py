"""Time on an axis: closed hours cut out, days told apart, steps that end with the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import PALE

# A shorter pause is an interval in which nothing happened, not a centre that was closed.
CLOSED = pd.Timedelta(hours=2)
MOST_TICKS = 14
MOST_DAYS = 9
TICK_HOURS = (1, 2, 3, 4, 6, 12)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock(times: pd.Index | pd.Series) -> pd.DatetimeIndex:
    """Wall-clock times; plotly would otherwise show UTC."""
    return pd.DatetimeIndex(times).tz_localize(None)


def interval_length(starts: pd.Index | pd.Series) -> pd.Timedelta:
    """Shortest distance between two interval starts; an hour where there is only one."""
    distances = pd.Series(pd.DatetimeIndex(starts).unique().sort_values()).diff().dropna()
    return pd.Timedelta(hours=1) if distances.empty else pd.Timedelta(distances.min())


def moment(time: pd.Timestamp, labels: Mapping[str, str]) -> str:
    """Weekday, date and time of day in words, e.g. ``Tue 11-10 10:00``."""
    return labels["time.moment"].format(day=day_name(time, labels), time=f"{time:%H:%M}")


def day_name(time: pd.Timestamp, labels: Mapping[str, str]) -> str:
    """Weekday and date, e.g. ``Tue 11-10``."""
    weekday = labels[f"time.{WEEKDAYS[time.weekday()]}"]
    return labels["time.day"].format(weekday=weekday, date=f"{time:%m-%d}")


def step_line(
    values: pd.Series, step: pd.Timedelta, words: Sequence[str] | None = None
) -> dict[str, Any]:
    """Coordinates of a step line (`line.shape` is ``hv``) that breaks where the centre is closed.

    Parameters
    ----------
    values
        Index interval starts, ascending.
    step
        Length of an interval.
    words
        What hovering says of each interval, as ``customdata``.
    """
    times, heights = clock(values.index), values.to_numpy(dtype=float)
    x: list[pd.DatetimeIndex] = []
    y: list[float] = []
    said: list[str] = []
    for begin, end in _runs(times, step):
        close = times[end - 1] + step
        x.append(times[begin:end].append(pd.DatetimeIndex([close, close])))
        y += [*heights[begin:end], heights[end - 1], np.nan]
        if words is not None:
            said += [*words[begin:end], words[end - 1], ""]
    line = {"x": _joined(x), "y": y, "line_shape": "hv", "mode": "lines"}
    return line if words is None else line | {"customdata": said}


def step_band(low: pd.Series, high: pd.Series, step: pd.Timedelta) -> dict[str, Any]:
    """Coordinates of the area between two step lines, one closed shape a stretch."""
    times = clock(low.index)
    x: list[pd.DatetimeIndex] = []
    y: list[float] = []
    for begin, end in _runs(times, step):
        inside = slice(begin, end)
        edges = np.stack([times[inside], times[inside] + step], axis=1).ravel()
        there = pd.DatetimeIndex(edges)
        x.append(there.append(there[::-1]).append(there[:1]))
        y += [
            *np.repeat(high.to_numpy(dtype=float)[inside], 2),
            *np.repeat(low.to_numpy(dtype=float)[inside], 2)[::-1],
            np.nan,
        ]
    return {"x": _joined(x), "y": y, "fill": "toself", "mode": "lines", "line_width": 0}


def lay_time_axis(
    figure: go.Figure,
    starts: pd.Index | pd.Series,
    labels: Mapping[str, str],
    columns: int = 1,
) -> None:
    """Give every x axis of a figure the open hours of `starts` and nothing else.

    Parameters
    ----------
    figure
        Changed in place.
    starts
        Interval starts, tz-aware.
    labels
        Words by key, `figure.time` and `time.*`.
    columns
        Panels side by side: the more, the fewer ticks each has.
    """
    times = clock(starts).unique().sort_values()
    step = interval_length(times)
    runs = [(times[begin], times[end - 1] + step) for begin, end in _runs(times, max(CLOSED, step))]
    ticks, words = _ticks(runs, labels, columns)
    figure.update_xaxes(
        # A break would hide its own first moment, where the day's last step ends.
        rangebreaks=[
            {"bounds": [str(close + pd.Timedelta(seconds=1)), str(opens)]}
            for (_, close), (opens, _) in pairwise(runs)
        ],
        range=[str(runs[0][0]), str(runs[-1][1])],
        tickmode="array",
        tickvals=[str(tick) for tick in ticks],
        ticktext=words,
        tickangle=0,
        hoverformat="%Y-%m-%d %H:%M",
        showgrid=False,
    )
    for opens, _ in runs[1:]:
        figure.add_vline(x=str(opens), line={"color": PALE, "width": 1})


def _runs(times: pd.DatetimeIndex, longest: pd.Timedelta) -> list[tuple[int, int]]:
    """Begin and end positions of stretches whose starts lie no further apart than `longest`."""
    pauses = np.flatnonzero(times.to_series().diff() > longest)
    return list(pairwise([0, *pauses.tolist(), len(times)]))


def _joined(parts: list[pd.DatetimeIndex]) -> pd.DatetimeIndex:
    return parts[0].append(parts[1:]) if parts else pd.DatetimeIndex([])


def _ticks(
    runs: list[tuple[pd.Timestamp, pd.Timestamp]], labels: Mapping[str, str], columns: int
) -> tuple[list[pd.Timestamp], list[str]]:
    """Round hours with the day's name under the first of each day, or days alone."""
    hours = sum((close - opens) / pd.Timedelta(hours=1) for opens, close in runs)
    apart = next((every for every in TICK_HOURS if hours / every <= MOST_TICKS / columns), None)
    if apart is None:
        days = _days(runs)
        days = days[:: -(-len(days) // MOST_DAYS)]
        return days, [day_name(day, labels) for day in days]
    ticks = [
        hour
        for opens, close in runs
        for hour in pd.date_range(opens.floor("h"), close, freq="h", inclusive="left")
        if hour >= opens and hour.hour % apart == 0
    ]
    words, before = [], None
    for tick in ticks:
        named = f"<br>{day_name(tick, labels)}" if tick.date() != before else ""
        words.append(f"{tick:%H:%M}{named}")
        before = tick.date()
    return ticks, words


def _days(runs: list[tuple[pd.Timestamp, pd.Timestamp]]) -> list[pd.Timestamp]:
    """First open moment of each day."""
    found: dict[Any, pd.Timestamp] = {}
    for opens, close in runs:
        midnights = pd.date_range(opens.normalize(), close, freq="D", inclusive="left")
        for day in midnights:
            found.setdefault(day.date(), max(day, opens))
    return list(found.values())
