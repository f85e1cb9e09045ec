"""Picture of one day's people: a row each, work and what interrupts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import PALETTE, register
from ccsim.figures.timeline import clock, day_name

COLOURS = {"work": PALETTE[0], "meal": PALETTE[1], "break": PALETTE[4], "training": PALETTE[2]}
# Pixels: a row is tall enough for a name, or so low that hundreds fit a screen.
TALL, LOW, SCREEN, FRAME = 20, 2, 900, 170
MOST_NAMES = SCREEN // TALL
HOUR = pd.Timedelta(hours=1)


def busiest_date(duty: pd.DataFrame) -> dt.date:
    """The date on which most shifts start; the first of several.

    Parameters
    ----------
    duty
        Columns `start` (tz-aware), `shift`.
    """
    begins = clock(duty.groupby("shift")["start"].min())
    counts = pd.Series(begins.date).value_counts()
    busiest: dt.date = min(counts.index[counts == counts.max()])
    return busiest


def gantt(duty: pd.DataFrame, date: dt.date, labels: Mapping[str, str]) -> go.Figure:
    """Draw the shifts that start on a day, people as rows, the earliest on top.

    Parameters
    ----------
    duty
        Columns `agent`, `group`, `activity` (work, meal, break, training), `start`, `end`
        (tz-aware), `shift` (the rows of one shift share a number).
    date
        Local date. What runs past midnight runs past 24.
    labels
        Words by key, `figure.gantt.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A trace an activity; rows are sorted by group, start and end.
    """
    today = _rows(duty, date)
    people = today["row"].nunique()
    midnight = pd.Timestamp(date)
    figure = go.Figure()
    for activity in (name for name in COLOURS if (today["activity"] == name).any()):
        own = today[today["activity"] == activity]
        begin, end = ((clock(own[edge]) - midnight) / HOUR for edge in ("start", "end"))
        figure.add_bar(
            orientation="h",
            base=np.asarray(begin, dtype=float),
            x=np.asarray(end - begin, dtype=float),
            y=own["row"].to_numpy(),
            width=0.85,
            name=labels[f"figure.gantt.{activity}"],
            marker={"color": COLOURS[activity], "line": {"width": 0}},
            hovertext=[
                labels["figure.gantt.hover"].format(
                    agent=row.agent,
                    group=row.group,
                    activity=labels[f"figure.gantt.{activity}"],
                    start=f"{row.start:%H:%M}",
                    end=f"{row.end:%H:%M}",
                )
                for row in own.itertuples()
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_layout(
        template=register(),
        title=_title(today, date, people, labels),
        barmode="overlay",
        hovermode="closest",
        height=FRAME + int(people * min(TALL, max(LOW, SCREEN / people))),
        legend={"yref": "container", "y": 0.0, "yanchor": "bottom"},
        margin_b=96,
    )
    _axes(figure, today, midnight, labels)
    return figure


def _rows(duty: pd.DataFrame, date: dt.date) -> pd.DataFrame:
    """The day's activities, with the row of each person."""
    begins = duty.groupby("shift")["start"].transform("min")
    today = duty[clock(begins).date == date]
    shifts = today.groupby(["group", "agent"], as_index=False).agg(
        begin=("start", "min"), finish=("end", "max")
    )
    shifts = shifts.sort_values(["group", "begin", "finish", "agent"], ignore_index=True)
    rows = shifts.assign(row=shifts.index)[["group", "agent", "row"]]
    return today.merge(rows, on=["group", "agent"], validate="many_to_one")


def _title(today: pd.DataFrame, date: dt.date, people: int, labels: Mapping[str, str]) -> str:
    """Say how many work, and when most of them are away from their work at once."""
    words = {"people": f"{people:,}", "day": day_name(pd.Timestamp(date), labels)}
    away = today[today["activity"] != "work"]
    if away.empty:
        return labels["figure.gantt.title_no_pause"].format(**words)
    moves = pd.concat([pd.Series(1, away["start"]), pd.Series(-1, away["end"])])
    at_once = moves.groupby(level=0).sum().sort_index().cumsum()
    return labels["figure.gantt.title"].format(
        **words, away=f"{at_once.max():,}", time=f"{at_once.idxmax():%H:%M}"
    )


def _axes(
    figure: go.Figure, today: pd.DataFrame, midnight: pd.Timestamp, labels: Mapping[str, str]
) -> None:
    first = (clock(today["start"]).min() - midnight) / HOUR
    last = (clock(today["end"]).max() - midnight) / HOUR
    every = 1 if last - first <= 14 else 2
    ticks = [hour for hour in range(0, 49, every) if first - 0.5 <= hour <= last + 0.5]
    figure.update_xaxes(
        title_text=labels["figure.shifts.hour"],
        range=[first - 0.25, last + 0.25],
        tickvals=ticks,
        ticktext=[f"{hour % 24:02d}:00" for hour in ticks],
        tickangle=0,
    )
    by_row = today.groupby("row")[["agent", "group"]].first()
    if len(by_row) <= MOST_NAMES:
        places, words = by_row.index.to_numpy(dtype=float), by_row["agent"]
    else:
        middle = by_row.reset_index().groupby("group")["row"].agg(["min", "max"])
        places, words = middle.mean(axis=1).to_numpy(), middle.index.to_series()
        for edge in middle["min"].iloc[1:]:
            figure.add_hline(y=edge - 0.5, line={"color": "black", "width": 1})
    figure.update_yaxes(
        title_text=labels["figure.gantt.people"],
        tickvals=places,
        ticktext=words.to_numpy(),
        range=[len(by_row) - 0.5, -0.5],
        showgrid=False,
    )
