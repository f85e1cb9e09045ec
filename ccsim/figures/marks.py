"""Marks on days: events, holidays, closures, and what was found wrong with the counts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import INK, PALETTE
from ccsim.figures.timeline import clock

MARKERS = {
    "event": ("star", PALETTE[4]),
    "holiday": ("diamond", PALETTE[2]),
    "closed": ("diamond-open", PALETTE[2]),
    "missing": ("x", PALETTE[3]),
    "outage": ("triangle-down", PALETTE[3]),
    "outlier": ("circle-open", PALETTE[1]),
}
"""Symbol and colour of every kind of mark, in the order of the legend."""
# What was found is told by hovering; what is on the calendar has its name beside the mark.
NAMED = ("event", "holiday", "closed")
SIZE, NAME_SIZE = 9, 11
# Height of a mark above its day, and room for marks and names, as shares of the highest value.
LIFT, ROOM = 0.07, 1.22
# A letter's width and a name's height, as shares of the picture: names that would run into each
# other are left to hovering.
LETTER, LINE = 0.0072, 0.1
# Nearer than this to an end, a name goes inwards.
EDGE = 0.05
# Letters beyond are twice as wide.
LATIN = 0x2E80


def places_of(values: pd.Series, step: pd.Timedelta | None) -> pd.DataFrame:
    """Say where a mark of each day stands.

    Parameters
    ----------
    values
        What is drawn, index interval starts (tz-aware).
    step
        Length of an interval where days have their hours on the axis, so that a mark stands amid
        them; None where a day is one place.

    Returns
    -------
    pandas.DataFrame
        Index date, ascending; columns `opens` and `x` (wall clock), first moment and place of
        the mark, and `top`, the day's highest value. All dates from first to last, or those with
        hours on the axis.
    """
    times = clock(values.index)
    drawn = pd.DataFrame({"x": times, "top": values.to_numpy(dtype=float)})
    days = drawn.groupby(times.normalize())
    opens, top = days["x"].min(), days["top"].max()
    if step is not None:
        amid = opens + (days["x"].max() + step - opens) / 2
        return pd.DataFrame({"opens": opens, "x": amid, "top": top})
    every = top.asfreq("D", fill_value=0.0)
    return pd.DataFrame({"opens": every.index, "x": every.index, "top": every})


def add_marks(
    figure: go.Figure,
    row: int,
    marks: pd.DataFrame,
    places: pd.DataFrame,
    labels: Mapping[str, str],
) -> None:
    """Put marks above their days, and make room for them.

    Parameters
    ----------
    figure
        Changed in place.
    row
        Of the panel.
    marks
        Columns `date` (without time zone), `name`, `kind` (a key of `MARKERS`); of one queue.
    places
        As `places_of` gives them. A day that is cut out of the axis has its mark at the bottom
        where the next one begins.
    labels
        Words by key, `figure.mark.*`.
    """
    if places.empty:
        return
    highest = float(places["top"].max())
    figure.update_yaxes(range=[0.0, highest * (ROOM if len(marks) else 1.05)], row=row, col=1)
    if marks.empty:
        return
    placed = _placed(marks, places, highest)
    for kind, (symbol, colour) in MARKERS.items():
        own = placed[placed["kind"] == kind]
        if own.empty:
            continue
        figure.add_scatter(
            x=own["x"],
            y=own["y"],
            mode="markers+text",
            text=own["said"],
            textposition=own["beside"],
            textfont={"size": NAME_SIZE, "color": INK},
            marker={
                "symbol": symbol,
                "color": colour,
                "size": SIZE,
                "line": {"color": colour, "width": 1.5},
            },
            cliponaxis=False,
            customdata=own["name"],
            hovertemplate="%{customdata}",
            name=labels[f"figure.mark.{kind}"],
            legendgroup=kind,
            showlegend=not any(trace.legendgroup == kind for trace in figure.data),
            row=row,
            col=1,
        )


def _placed(marks: pd.DataFrame, places: pd.DataFrame, highest: float) -> pd.DataFrame:
    """Give marks their place and what is written at them; several of a day one above another."""
    order = {kind: number for number, kind in enumerate(MARKERS)}
    marks = marks.sort_values(
        ["date", "kind"], key=lambda column: column.map(order) if column.name == "kind" else column
    )
    dates = pd.DatetimeIndex(marks["date"])
    after = places.index.searchsorted(dates)
    there = places.reindex(dates)
    following = places["opens"].reindex(places.index[after.clip(max=len(places) - 1)])
    level = marks.groupby("date").cumcount().to_numpy() + 1
    x = there["x"].where(there["x"].notna().to_numpy(), following.to_numpy())
    y = there["top"].fillna(0.0).to_numpy() + LIFT * highest * level
    marks = marks.assign(x=x.to_numpy(), y=y)
    across = after / len(places)
    beside = np.select(
        [across < EDGE, across > 1.0 - EDGE], ["top right", "top left"], "top center"
    )
    return marks.assign(said=_said(marks, across, y / highest), beside=beside)


def _said(marks: pd.DataFrame, across: np.ndarray, up: np.ndarray) -> list[str]:
    """Names to be written: of the calendar, once for days in a row, none over another."""
    written: list[tuple[float, float, float]] = []
    said, before = [], ""
    for kind, name, x, y in zip(marks["kind"], marks["name"], across, up, strict=True):
        half = sum(2.0 if ord(letter) > LATIN else 1.0 for letter in name) * LETTER / 2.0
        is_free = all(
            abs(x - other) > half + reach or abs(y - height) > LINE
            for other, height, reach in written
        )
        is_said = kind in NAMED and name != before and is_free
        if is_said:
            written.append((x, y, half))
            before = name
        said.append(name if is_said else "")
    return said
