"""Picture of where a schedule has too few and too many: days by time of day, in colours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.panels import BOTTOM, GAP, panels
from ccsim.figures.staffing import COVERED
from ccsim.figures.theme import PALETTE
from ccsim.figures.timeline import WEEKDAYS, clock, day_name, moment

# Orange and blue are told apart by everybody; white is what was asked for.
SCALE = [[0.0, PALETTE[3]], [0.5, "#FFFFFF"], [1.0, PALETTE[0]]]
CLOSED = "#EDEDED"
# So many days have a row each; of more, the weekdays are averaged.
MOST_DAYS = 14
# Wider, and numbers in the cells would cover each other.
MOST_COLUMNS_WITH_NUMBERS = 32
ROW, SMALLEST = 30, 110


def net_staffing(cover: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw planned minus required agents by day and time of day, a panel a group.

    Parameters
    ----------
    cover
        Columns `start` (tz-aware), `group`, `required`, `agents`.
    labels
        Words by key, `figure.heat.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        Colours are centred on zero and shared by the groups; a row is a date, or a weekday's
        mean where there are more than 14 dates. Grey: nobody needed, nobody there.
    """
    table = cover.assign(net=cover["agents"] - cover["required"], clock=clock(cover["start"]))
    table["time"] = table["clock"].dt.strftime("%H:%M")
    dates = table["clock"].dt.normalize()
    by_date = dates.nunique() <= MOST_DAYS
    table["day"] = dates if by_date else dates.dt.day_of_week
    days, times = sorted(table["day"].unique()), sorted(table["time"].unique())
    words = [
        day_name(pd.Timestamp(day), labels) if by_date else labels[f"time.{WEEKDAYS[day]}"]
        for day in days
    ]
    groups = list(dict.fromkeys(table["group"]))
    figure = panels(
        [[group if len(groups) > 1 else ""] for group in groups],
        height=max(ROW * len(days), SMALLEST),
    )
    for row, group in enumerate(groups, start=1):
        own = table[table["group"] == group]
        shown = {
            name: own.pivot_table(index="day", columns="time", values=name)
            .reindex(index=days, columns=times)
            .to_numpy()
            for name in ("net", "agents", "required")
        }
        figure.add_heatmap(
            x=times,
            y=words,
            z=shown["net"],
            text=_numbers(shown["net"]) if len(times) <= MOST_COLUMNS_WITH_NUMBERS else None,
            texttemplate="%{text}" if len(times) <= MOST_COLUMNS_WITH_NUMBERS else None,
            customdata=np.stack([shown["agents"], shown["required"]], axis=-1),
            hovertemplate=labels["figure.heat.hover"] + "<extra></extra>",
            coloraxis="coloraxis",
            hoverongaps=False,
            xgap=1,
            ygap=1,
            row=row,
            col=1,
        )
    most = float(max(table["net"].abs().max(), 1.0))
    figure.update_layout(
        title=_title(table, labels),
        coloraxis={
            "colorscale": SCALE,
            "cmid": 0,
            "cmin": -most,
            "cmax": most,
            "colorbar": {"title": {"text": labels["figure.heat.scale"], "side": "right"}},
        },
        hovermode="closest",
        plot_bgcolor=CLOSED,
        margin_b=BOTTOM - GAP,
    )
    figure.update_xaxes(type="category", tickangle=0, nticks=15, showgrid=False)
    figure.update_xaxes(title_text=labels["figure.shifts.hour"], row=len(groups), col=1)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure


def _numbers(net: np.ndarray) -> list[list[str]]:
    """Whole agents with their sign; nothing where it comes to none, or is closed."""
    return [
        ["" if np.isnan(value) or round(value) == 0 else f"{value:+.0f}" for value in row]
        for row in net
    ]


def _title(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say where most are missing and where most are spare."""
    total = table.groupby("start")["net"].agg(["min", "max"])
    short, spare = total["min"].idxmin(), total["max"].idxmax()
    key = "figure.heat.title" if total["min"].min() <= -COVERED else "figure.heat.title_covered"
    return labels[key].format(
        short=f"{max(-total['min'].min(), 0.0):,.1f}",
        when_short=moment(short, labels),
        spare=f"{max(total['max'].max(), 0.0):,.1f}",
        when_spare=moment(spare, labels),
    )
