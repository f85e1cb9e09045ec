"""Picture of how a requirement grows from its load, step by step, in agent-hours."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import FAINT, PALETTE, register

HEIGHT = 440
NOTHING = 0.5
# Where all steps come to less than this share of the load they would be slivers: the axis then
# begins so much of their spread below the lowest level, and says so.
SLIVERS, ROOM_BELOW = 1 / 3, 0.6


def waterfall(steps: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw each step's agent-hours on top of those before it, and the sum.

    Parameters
    ----------
    steps
        Columns `step` (str) and `hours` (agent-hours it adds, negative where it saves); the first
        is where it begins. Steps of less than half an hour are left out of the picture.
    labels
        Words by key, `figure.waterfall.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        One trace; its last bar is the sum of all steps. The axis begins at nought unless the
        steps are slivers beside the load; its title says where it begins.
    """
    total = float(steps["hours"].sum())
    shown = steps[(steps["hours"].abs() >= NOTHING) | (np.arange(len(steps)) == 0)]
    added = shown["hours"].tolist()
    end = "agents" if "shifts" in set(steps["step"]) else "scheduled"
    words = [labels[f"figure.waterfall.{step}"] for step in shown["step"]]
    figure = go.Figure(
        go.Waterfall(
            x=[*words, labels[f"figure.waterfall.total_{end}"]],
            y=[*added, total],
            measure=["absolute", *["relative"] * (len(added) - 1), "total"],
            text=[f"{added[0]:,.0f}", *(f"{value:+,.0f}" for value in added[1:]), f"{total:,.0f}"],
            textposition="outside",
            cliponaxis=False,
            connector={"line": {"color": FAINT, "width": 1}},
            increasing={"marker": {"color": PALETTE[3]}},
            decreasing={"marker": {"color": PALETTE[2]}},
            totals={"marker": {"color": PALETTE[0]}},
            hovertemplate="%{x}: %{text}<extra></extra>",
        )
    )
    figure.update_layout(
        template=register(),
        title=_title(steps, total, end, labels),
        height=HEIGHT,
        showlegend=False,
        hovermode="closest",
        margin_t=80,
    )
    low, high = _range(np.cumsum(added))
    key = "figure.waterfall.hours_from" if low else "figure.waterfall.hours"
    figure.update_yaxes(
        title_text=labels[key].format(begin=f"{low:,.0f}"), tickformat=",", range=[low, high]
    )
    figure.update_xaxes(tickangle=0)
    return figure


def _range(levels: np.ndarray) -> tuple[float, float]:
    """Where the axis begins and ends: at nought unless the steps would be slivers."""
    spread, least, most = np.ptp(levels), float(levels.min()), float(levels.max())
    if not 0 < spread < SLIVERS * least:
        return 0.0, most * 1.1
    digit = 10 ** np.floor(np.log10(spread))
    begin = np.floor((least - ROOM_BELOW * spread) / digit) * digit
    return float(begin), most + 0.15 * float(spread)


def _title(steps: pd.DataFrame, total: float, end: str, labels: Mapping[str, str]) -> str:
    """Say how much of the sum is load, and which step adds most."""
    later = steps.iloc[1:]
    most = later.loc[later["hours"].idxmax()]
    return labels[f"figure.waterfall.title_{end}"].format(
        total=f"{total:,.0f}",
        share=f"{steps['hours'].iloc[0] / total:.0%}",
        step=labels[f"figure.waterfall.{most['step']}"].replace("<br>", " "),
        hours=f"{most['hours']:+,.0f}",
    )
