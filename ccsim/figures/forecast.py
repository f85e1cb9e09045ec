"""Pictures of demand: a forecast with its band against history, and backtest error by lead."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.panels import panels
from ccsim.figures.theme import PALETTE, register, translucent
from ccsim.figures.timeline import clock, lay_time_axis, moment

BAND_OPACITY = 0.2
HOVER = "%{y:,.0f}"


def forecast_figure(
    history: pd.DataFrame,
    mean: pd.DataFrame,
    low: pd.DataFrame,
    high: pd.DataFrame,
    labels: Mapping[str, str],
) -> go.Figure:
    """Draw expected contacts with their band after what was counted.

    Parameters
    ----------
    history
        Columns `start` (tz-aware), `queue`, `offered` (contacts).
    mean, low, high
        Index `start`, a column per queue: contacts per interval.
    labels
        Words by key, `figure.forecast.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel a queue: history, band, mean; lines break where the centre is closed.
    """
    step = mean.index.to_series().diff().min()
    queues, colour = [str(queue) for queue in mean.columns], PALETTE[0]
    figure = panels([[queue if len(queues) > 1 else ""] for queue in queues])
    for row, queue in enumerate(queues, start=1):
        at = {"row": row, "col": 1}
        past = history[history["queue"] == queue].set_index("start")["offered"]
        before = _broken(past, step)
        figure.add_scatter(
            x=clock(before.index),
            y=before,
            name=labels["figure.forecast.history"],
            line={"color": colour, "width": 1, "dash": "dot"},
            hovertemplate=HOVER,
            legendgroup="history",
            showlegend=row == 1,
            **at,
        )
        for number, (begin, end) in enumerate(_runs(mean.index, step)):
            inside = slice(begin, end)
            around = pd.concat([high[queue].iloc[inside], low[queue].iloc[inside][::-1]])
            figure.add_scatter(
                x=clock(around.index),
                y=around,
                name=labels["figure.forecast.band"],
                legendgroup="band",
                showlegend=row == 1 and number == 0,
                fill="toself",
                fillcolor=translucent(colour, BAND_OPACITY),
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                **at,
            )
        ahead = _broken(mean[queue], step)
        figure.add_scatter(
            x=clock(ahead.index),
            y=ahead,
            name=labels["figure.forecast.mean"],
            line={"color": colour, "width": 2},
            hovertemplate=HOVER,
            legendgroup="mean",
            showlegend=row == 1,
            **at,
        )
    total = mean.sum(axis=1)
    title = labels["figure.forecast.title"].format(
        total=f"{total.sum():,.0f}",
        peak=f"{total.max():,.0f}",
        when=moment(total.idxmax(), labels),
    )
    figure.update_layout(title=title)
    # The unit is told once where the panels are low.
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title_text=labels["figure.forecast.contacts"], row=(len(queues) + 1) // 2)
    lay_time_axis(figure, pd.Index(history["start"]).append(mean.index), labels)
    figure.update_xaxes(title_text=labels["figure.forecast.time"], row=len(queues))
    return figure


def backtest_figure(league: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw each model's error against how far ahead it looked.

    Parameters
    ----------
    league
        Columns `model`, `lead` (days ahead), `WAPE` (a fraction).
    labels
        Words by key, `figure.backtest.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        One line a model.
    """
    figure = go.Figure()
    for model, rows in league.groupby("model", sort=False):
        figure.add_scatter(x=rows["lead"], y=rows["WAPE"], name=str(model), mode="lines+markers")
    by_model = league.groupby("model")["WAPE"].mean()
    title = labels["figure.backtest.title"].format(
        model=by_model.idxmin(), wape=f"{by_model.min():.1%}"
    )
    figure.update_layout(
        template=register(),
        title=title,
        xaxis_title=labels["figure.backtest.lead"],
        yaxis_title=labels["figure.backtest.wape"],
        yaxis_tickformat=".1%",
        yaxis_rangemode="tozero",
    )
    return figure


def _runs(index: pd.Index, step: pd.Timedelta) -> list[tuple[int, int]]:
    """Begin and end positions of stretches without a pause."""
    pauses = np.flatnonzero(index.to_series().diff() > step)
    edges = [0, *pauses.tolist(), len(index)]
    return list(pairwise(edges))


def _broken(values: pd.Series, step: pd.Timedelta) -> pd.Series:
    """Insert a missing value after each stretch, so that no line is drawn over the night."""
    ends = [end for _, end in _runs(values.index, step)][:-1]
    last = pd.DatetimeIndex(values.index[[end - 1 for end in ends]])
    broken: pd.Series = pd.concat([values, pd.Series(np.nan, index=last + step)]).sort_index()
    return broken
