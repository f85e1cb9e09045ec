"""Pictures of staffing: agents needed, how well shifts cover them, and the shifts themselves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.panels import panels
from ccsim.figures.theme import INK, PALE, PALETTE, register, translucent
from ccsim.figures.timeline import (
    clock,
    day_name,
    interval_length,
    lay_time_axis,
    moment,
    step_band,
    step_line,
)

UNDER, OVER = PALETTE[3], PALETTE[5]
SHADE = 0.45
MOST_DAYS_IN_A_ROW = 4
# Requirements are fractions of agents; less than half an agent missing counts as covered.
COVERED = 0.5


def requirement(table: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw the agents needed, at work and scheduled.

    Parameters
    ----------
    table
        Columns `start` (tz-aware), `group`, `net_whole`, `scheduled` (agents).
    labels
        Words by key, `figure.requirement.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel a group with two step lines: at work solid, scheduled dotted.
    """
    step = interval_length(table["start"])
    groups = list(dict.fromkeys(table["group"]))
    figure = panels([[group if len(groups) > 1 else ""] for group in groups])
    for row, group in enumerate(groups, start=1):
        rows = table[table["group"] == group].set_index("start").sort_index()
        for column, dash in (("net_whole", "solid"), ("scheduled", "dot")):
            figure.add_scatter(
                **step_line(rows[column], step),
                name=labels[f"figure.requirement.{column}"],
                line={"color": PALETTE[0], "width": 2, "dash": dash},
                hovertemplate="%{y:,.0f}",
                legendgroup=column,
                showlegend=row == 1,
                row=row,
                col=1,
            )
    total = table.groupby("start")[["net_whole", "scheduled"]].sum()
    busiest = total["net_whole"].idxmax()
    title = labels["figure.requirement.title"].format(
        net=f"{total.loc[busiest, 'net_whole']:,.0f}",
        scheduled=f"{total.loc[busiest, 'scheduled']:,.0f}",
        when=moment(busiest, labels),
    )
    figure.update_layout(title=title)
    figure.update_yaxes(title_text=labels["figure.agents"], rangemode="tozero")
    lay_time_axis(figure, table["start"], labels)
    figure.update_xaxes(title_text=labels["figure.time"], row=len(groups), col=1)
    return figure


def cover(cover: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw planned agents against those asked for, the difference shaded.

    Parameters
    ----------
    cover
        Columns `start` (tz-aware), `group`, `required`, `agents`, `under`, `over` (agents).
    labels
        Words by key, `figure.cover.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel a group.
    """
    step = interval_length(cover["start"])
    groups = list(dict.fromkeys(cover["group"]))
    figure = panels([[group if len(groups) > 1 else ""] for group in groups])
    for row, group in enumerate(groups, start=1):
        own = cover[cover["group"] == group].set_index("start").sort_index()
        upper = own[["required", "agents"]].max(axis=1)
        for name, low, colour in (("under", "agents", UNDER), ("over", "required", OVER)):
            figure.add_scatter(
                **step_band(own[low], upper, step),
                name=labels[f"figure.cover.{name}"],
                fillcolor=translucent(colour, SHADE),
                hoverinfo="skip",
                legendgroup=name,
                showlegend=row == 1,
                row=row,
                col=1,
            )
        for name, line in (
            ("required", {"color": INK, "width": 1.5, "dash": "dot"}),
            ("agents", {"color": PALETTE[0], "width": 2}),
        ):
            figure.add_scatter(
                **step_line(own[name], step),
                name=labels[f"figure.cover.{name}"],
                line=line,
                hovertemplate="%{y:,.1f}",
                legendgroup=name,
                showlegend=row == 1,
                row=row,
                col=1,
            )
    hours = step / pd.Timedelta(hours=1)
    by_start = cover.groupby("start")["under"].max()
    title = labels["figure.cover.title"].format(
        met=f"{int((by_start < COVERED).sum()):,}",
        intervals=f"{len(by_start):,}",
        under=f"{cover['under'].sum() * hours:,.0f}",
        over=f"{cover['over'].sum() * hours:,.0f}",
    )
    figure.update_layout(title=title)
    figure.update_yaxes(title_text=labels["figure.agents"], rangemode="tozero")
    lay_time_axis(figure, cover["start"], labels)
    figure.update_xaxes(title_text=labels["figure.time"], row=len(groups), col=1)
    return figure


def shifts(shifts: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw the kinds of shift of each day as blocks: as wide as they last, as high as people work.

    Parameters
    ----------
    shifts
        Columns `group`, `start`, `end`, `meal_start`, `meal_end` (NaT where there is none),
        `agents`.
    labels
        Words by key, `figure.shifts.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel a day; blocks are piled by group and start, meals are pale.
    """
    days = clock(shifts["start"]).normalize()
    dates = sorted(days.unique())
    rows = -(-len(dates) // MOST_DAYS_IN_A_ROW)
    columns = -(-len(dates) // rows)
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_yaxes=True,
        shared_xaxes=True,
        subplot_titles=[day_name(date, labels) for date in dates],
        horizontal_spacing=0.025,
        vertical_spacing=0.14,
    )
    groups = sorted(shifts["group"].unique())
    for number, date in enumerate(dates):
        at = {"row": number // columns + 1, "col": number % columns + 1}
        today = shifts[days == date].sort_values(["group", "start", "end"])
        middle = today["agents"].cumsum() - today["agents"] / 2
        for place, group in enumerate(groups):
            own = today["group"] == group
            figure.add_bar(
                **_blocks(today[own], middle[own], date, ("start", "end"), labels),
                name=group,
                marker={
                    "color": PALETTE[place % len(PALETTE)],
                    "line": {"color": "white", "width": 0.5},
                },
                legendgroup=group,
                showlegend=number == 0,
                **at,
            )
        eats = today["meal_start"].notna()
        figure.add_bar(
            **_blocks(today[eats], middle[eats], date, ("meal_start", "meal_end"), labels),
            name=labels["figure.shifts.meal"],
            marker={"color": PALE, "line": {"color": "white", "width": 0.5}},
            legendgroup="meal",
            showlegend=number == 0,
            **at,
        )
    per_day = shifts.groupby(days)["agents"].sum()
    kinds = clock(shifts["start"]).strftime("%H:%M") + clock(shifts["end"]).strftime("-%H:%M")
    title = labels["figure.shifts.title"].format(
        shifts=f"{shifts['agents'].sum():,}",
        kinds=f"{kinds.nunique():,}",
        most=f"{per_day.max():,}",
        day=day_name(per_day.idxmax(), labels),
    )
    figure.update_layout(
        template=register(),
        title=title,
        barmode="overlay",
        hovermode="closest",
        height=150 + 250 * rows,
        legend_y=-0.26 / rows,
        margin_t=84,
    )
    _hour_axes(figure, shifts)
    figure.update_xaxes(title_text=labels["figure.shifts.hour"], row=rows)
    # Said outright: an empty panel at the end would spoil the range that all share.
    figure.update_yaxes(range=[0, per_day.max() * 1.02])
    figure.update_yaxes(title_text=labels["figure.shifts.people"], col=1)
    return figure


def _blocks(
    rows: pd.DataFrame,
    middle: pd.Series,
    date: pd.Timestamp,
    ends: tuple[str, str],
    labels: Mapping[str, str],
) -> dict[str, object]:
    """Horizontal bars from one column's time of day to the other's."""
    begin, end = (_hours_after(rows[column], date) for column in ends)
    words = [
        labels["figure.shifts.hover"].format(
            group=row.group,
            start=f"{row.start:%H:%M}",
            end=f"{row.end:%H:%M}",
            meal="–" if pd.isna(row.meal_start) else f"{row.meal_start:%H:%M}–{row.meal_end:%H:%M}",
            breaks=row.breaks or "–",
            agents=f"{row.agents:,}",
        )
        for row in rows.itertuples()
    ]
    return {
        "orientation": "h",
        "base": begin,
        "x": end - begin,
        "y": middle.to_numpy(),
        "width": rows["agents"].to_numpy(),
        "hovertext": words,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _hours_after(times: pd.Series, date: pd.Timestamp) -> np.ndarray:
    return np.asarray((clock(times) - date) / pd.Timedelta(hours=1), dtype=float)


def _hour_axes(figure: go.Figure, shifts: pd.DataFrame) -> None:
    """Time of day on every x axis; what ends after midnight runs past 24."""
    days = clock(shifts["start"]).normalize()
    first = ((clock(shifts["start"]) - days) / pd.Timedelta(hours=1)).min()
    last = ((clock(shifts["end"]) - days) / pd.Timedelta(hours=1)).max()
    every = next((hours for hours in (1, 2, 4) if last - first <= 4.5 * hours), 6)
    ticks = [hour for hour in range(0, 49, every) if first - 1 <= hour <= last + 1]
    figure.update_xaxes(
        range=[first - 0.5, last + 0.5],
        tickmode="array",
        tickvals=ticks,
        ticktext=[f"{hour % 24:02d}:00" for hour in ticks],
        showticklabels=True,
        tickangle=0,
    )
