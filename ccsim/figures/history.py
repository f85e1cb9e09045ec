"""Picture of a history: what was counted, what the calendar had, what is wrong with the counts."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.marks import add_marks, places_of
from ccsim.figures.panels import panels
from ccsim.figures.theme import INK, PALETTE, translucent
from ccsim.figures.timeline import clock, interval_length, lay_time_axis, step_line

# A shorter history is drawn by interval, a longer one by day.
DAYS_BY_INTERVAL = 21
LEVEL = pd.Timedelta(days=28)
# Of half as many days, there is no level yet.
FEWEST_FOR_LEVEL = 10
BAR_OPACITY = 0.55
DAY = pd.Timedelta(days=1)


def history_figure(
    history: pd.DataFrame, marks: pd.DataFrame, labels: Mapping[str, str]
) -> go.Figure:
    """Draw counted contacts with marks on days that were not as others.

    Parameters
    ----------
    history
        Columns `start` (tz-aware), `queue`, `offered` (contacts).
    marks
        Columns `date` (without time zone), `name`, `kind` (`event`, `holiday`, `closed`,
        `missing`, `outage`, `outlier`), `queue` (missing: all queues).
    labels
        Words by key, `figure.history.*`, `figure.mark.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel a queue: a bar a day with the level of four weeks, or a line of intervals when
        the history is short.

    Examples
    --------
    >>> history_figure(history.table, marks, labels("en")).show()  # doctest: +SKIP
    """
    queues = sorted(str(queue) for queue in history["queue"].unique())
    dates = clock(history["start"]).normalize()
    by_day = interval_length(clock(history["start"])) >= DAY or len(dates.unique()) > (
        DAYS_BY_INTERVAL
    )
    figure = panels([[queue if len(queues) > 1 else ""] for queue in queues])
    for row, queue in enumerate(queues, start=1):
        counted = history[history["queue"] == queue].set_index("start")["offered"].sort_index()
        values = _days(counted) if by_day else counted
        draw = _bars if by_day else _line
        draw(figure, row, values, labels)
        step = None if by_day else interval_length(clock(counted.index))
        own = marks[marks["queue"].isna() | (marks["queue"] == queue)]
        add_marks(figure, row, own, places_of(values, step), labels)
    total = history.groupby(dates)["offered"].sum()
    figure.update_layout(
        title=labels["figure.history.title"].format(
            days=len(total),
            first=f"{total.index[0]:%Y-%m-%d}",
            last=f"{total.index[-1]:%Y-%m-%d}",
            usual=f"{total.median():,.0f}",
            most=f"{total.max():,.0f}",
            when=f"{total.idxmax():%Y-%m-%d}",
        )
    )
    unit = labels["figure.history.per_day" if by_day else "figure.forecast.contacts"]
    # The unit is told once where the panels are low.
    figure.update_yaxes(title_text=unit, row=(len(queues) + 1) // 2)
    figure.update_yaxes(tickformat=",")
    if by_day:
        _lay_day_axis(figure, dates)
    else:
        lay_time_axis(figure, history["start"], labels)
    name = labels["figure.date" if by_day else "figure.time"]
    figure.update_xaxes(title_text=name, row=len(queues))
    return figure


def _days(counted: pd.Series) -> pd.Series:
    days: pd.Series = counted.groupby(pd.DatetimeIndex(counted.index).normalize()).sum()
    return days


def _bars(figure: go.Figure, row: int, days: pd.Series, labels: Mapping[str, str]) -> None:
    dates = clock(days.index)
    figure.add_bar(
        x=dates,
        y=days,
        name=labels["figure.history.day"],
        marker={"color": translucent(PALETTE[5], BAR_OPACITY), "line_width": 0},
        hovertemplate="%{y:,.0f}",
        legendgroup="counted",
        showlegend=row == 1,
        row=row,
        col=1,
    )
    level = pd.Series(days.to_numpy(), dates).rolling(LEVEL, FEWEST_FOR_LEVEL, center=True).mean()
    figure.add_scatter(
        x=dates,
        y=level,
        mode="lines",
        name=labels["figure.history.level"],
        line={"color": PALETTE[0], "width": 2},
        hovertemplate="%{y:,.0f}",
        legendgroup="level",
        showlegend=row == 1,
        row=row,
        col=1,
    )


def _line(figure: go.Figure, row: int, counted: pd.Series, labels: Mapping[str, str]) -> None:
    figure.add_scatter(
        **step_line(counted, interval_length(clock(counted.index))),
        name=labels["figure.history.interval"],
        line={"color": INK, "width": 1},
        hovertemplate="%{y:,.0f}",
        legendgroup="counted",
        showlegend=row == 1,
        row=row,
        col=1,
    )


def _lay_day_axis(figure: go.Figure, dates: pd.DatetimeIndex) -> None:
    """Cut out the weekdays that never have counts, so that a missing day is seen as a gap."""
    never = sorted(set(range(7)) - set(dates.day_of_week))
    every = pd.date_range(dates.min(), dates.max())
    figure.update_xaxes(
        rangebreaks=[{"values": [str(day) for day in every[every.day_of_week.isin(never)]]}]
        if never
        else [],
        range=[str(dates.min() - DAY / 2), str(dates.max() + DAY / 2)],
        tickformat="%Y-%m-%d",
        hoverformat="%Y-%m-%d",
        showgrid=False,
    )
