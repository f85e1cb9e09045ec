"""Picture of what holidays and events do to a day: a forest plot with intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.theme import FAINT, INK, PALETTE, register

SURE, UNSURE = PALETTE[0], FAINT
# Round changes on an axis of factors; those within what is shown are ticks.
FACTORS = (
    *(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95),
    *(1.0, 1.05, 1.1, 1.2, 1.3, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0),
)
# Of factors nearer to each other only one has its tick, as a share of the axis.
APART = 0.055
# Pixels.
ROW, QUEUE_GAP, TOP, BOTTOM, HEADING = 32, 48, 84, 92, 13


def effects_figure(effects: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw by how much each effect changes a day's contacts, with 80 % intervals.

    Parameters
    ----------
    effects
        Columns `queue`, `effect`, `factor` on a day's contacts, `low`, `high` (80 %), `days`
        it was seen on: `Forecast.effects`.
    labels
        Words by key, `figure.effects.*`; an effect whose name is there (`figure.effect.NAME`)
        is told in these words.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel a queue, the largest rise at the top; grey where the interval allows for no
        change.

    Examples
    --------
    >>> effects_figure(forecast.effects, labels("en")).show()  # doctest: +SKIP
    """
    parts = [
        (str(queue), rows.sort_values("factor"))
        for queue, rows in effects.groupby("queue", sort=False)
    ]
    several = len(parts) > 1
    inner = ROW * len(effects) + QUEUE_GAP * (len(parts) - 1)
    figure = make_subplots(
        rows=max(len(parts), 1),
        cols=1,
        shared_xaxes=True,
        row_heights=[len(rows) for _, rows in parts] or None,
        vertical_spacing=QUEUE_GAP / inner if several else 0,
        subplot_titles=[queue for queue, _ in parts] if several else None,
    )
    figure.update_layout(
        template=register(),
        title=_title(effects, labels),
        height=inner + TOP + BOTTOM,
        margin={"t": TOP, "b": BOTTOM},
        hovermode="closest",
        legend={"yref": "container", "y": 0.0, "yanchor": "bottom"},
    )
    figure.update_annotations(x=0, xanchor="left", font_size=HEADING)
    for row, (_, rows) in enumerate(parts, start=1):
        _forest(figure, row, rows, labels)
    _lay_factor_axis(figure, effects)
    figure.update_xaxes(title_text=labels["figure.effects.change"], row=len(parts))
    figure.update_yaxes(showgrid=False)
    return figure


def _forest(figure: go.Figure, row: int, rows: pd.DataFrame, labels: Mapping[str, str]) -> None:
    words = pd.Series([_word(effect, labels) for effect in rows["effect"]], rows.index)
    names = [
        labels["figure.effects.row"].format(effect=word, days=days)
        for word, days in zip(words, rows["days"], strict=True)
    ]
    sure = _is_sure(rows).to_numpy()
    for kind, colour, own in (("sure", SURE, sure), ("unsure", UNSURE, ~sure)):
        part = rows[own]
        if part.empty:
            continue
        figure.add_scatter(
            x=part["factor"],
            y=np.array(names)[own],
            error_x={
                "array": part["high"] - part["factor"],
                "arrayminus": part["factor"] - part["low"],
                "color": colour,
                "thickness": 2,
                "width": 0,
            },
            mode="markers",
            marker={"color": colour, "size": 10},
            name=labels[f"figure.effects.{kind}"],
            legendgroup=kind,
            showlegend=all(trace.legendgroup != kind for trace in figure.data),
            text=[_range(effect) for effect in part.itertuples()],
            hovertemplate="%{y}: %{text}<extra></extra>",
            row=row,
            col=1,
        )
    figure.update_yaxes(categoryorder="array", categoryarray=names, row=row)
    figure.add_vline(x=1.0, line={"color": INK, "width": 1}, row=row, col=1)


def _is_sure(effects: pd.DataFrame) -> pd.Series:
    """Whether the interval leaves no room for no change."""
    sure: pd.Series = (effects["low"] > 1.0) | (effects["high"] < 1.0)
    return sure


def _word(effect: str, labels: Mapping[str, str]) -> str:
    return labels.get(f"figure.effect.{effect}", effect)


def _change(factor: float) -> str:
    words = f"{factor - 1.0:+.0%}"
    return "0%" if words in ("+0%", "-0%") else words


def _range(effect: object) -> str:
    factor, low, high = (_change(getattr(effect, name)) for name in ("factor", "low", "high"))
    return f"{factor} ({low} – {high})"


def _title(effects: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Name the largest change whose interval leaves no room for none."""
    sure = effects[_is_sure(effects)]
    if sure.empty:
        return labels["figure.effects.title_none"]
    largest = sure.iloc[int(np.log(sure["factor"]).abs().to_numpy().argmax())]
    return labels["figure.effects.title"].format(
        effect=_word(largest["effect"], labels),
        change=_change(largest["factor"]),
        low=_change(largest["low"]),
        high=_change(largest["high"]),
    )


def _lay_factor_axis(figure: go.Figure, effects: pd.DataFrame) -> None:
    """A logarithmic axis that speaks of changes in per cent."""
    if effects.empty:
        figure.update_layout(xaxis_visible=False, yaxis_visible=False)
        return
    low, high = min(effects["low"].min(), 0.9), max(effects["high"].max(), 1.1)
    span = np.log(high / low)
    ticks = [1.0]
    for factor in sorted(FACTORS, key=lambda factor: abs(np.log(factor))):
        is_free = all(abs(np.log(factor / tick)) > APART * span for tick in ticks)
        if low <= factor <= high and is_free:
            ticks.append(factor)
    ticks.sort()
    edge = 0.04 * span
    figure.update_xaxes(
        type="log",
        range=[(np.log(low) - edge) / np.log(10), (np.log(high) + edge) / np.log(10)],
        tickmode="array",
        tickvals=ticks,
        ticktext=[_change(tick) for tick in ticks],
    )
