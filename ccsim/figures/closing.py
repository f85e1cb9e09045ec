"""Pictures of the closed loop: what a calibrated model says of days that really happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.theme import INK, PALETTE, register, translucent

REAL, SIMULATED = PALETTE[6], PALETTE[0]
FORMS = {"wait": ".0f", "abandonment": ".0%"}
HEIGHT = 560
FEWEST_CONTACTS = 0.01


def through_the_day(
    table: pd.DataFrame, found: Mapping[str, Any], labels: Mapping[str, str]
) -> go.Figure:
    """Draw wait and abandonment by time of day: what happened against what was simulated.

    Parameters
    ----------
    table
        Index `hour`; `contacts`, `wait`, `abandonment` and the latter two with `_simulated`,
        `_low`, `_high`. Hours with under 1 % of the busiest one's contacts are left out.
    found
        `wait`, `wait_simulated` (s), `abandonment`, `abandonment_simulated` (shares), `days`.
    labels
        Words by key, `figure.closing.*`.
    """
    # The few who call at night tell of chance only, and would set the scale for all.
    table = table[table["contacts"] >= FEWEST_CONTACTS * table["contacts"].max()]
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    for row, kpi in enumerate(FORMS, start=1):
        first = row == 1
        _band(figure, table, kpi, row, labels, first)
        figure.add_scatter(
            x=table.index,
            y=table[f"{kpi}_simulated"],
            line={"color": SIMULATED, "width": 2},
            name=labels["figure.closing.simulated"],
            showlegend=first,
            row=row,
            col=1,
        )
        figure.add_scatter(
            x=table.index,
            y=table[kpi],
            mode="lines+markers",
            line={"color": REAL, "width": 1.5},
            marker={"size": 6},
            name=labels["figure.closing.real"],
            showlegend=first,
            row=row,
            col=1,
        )
        figure.update_yaxes(
            title_text=labels[f"figure.closing.{kpi}"],
            tickformat=FORMS[kpi],
            hoverformat=".1f" if kpi == "wait" else ".1%",
            rangemode="tozero",
            row=row,
            col=1,
        )
    figure.update_xaxes(title_text=labels["figure.shifts.hour"], dtick=2, row=2, col=1)
    return _finished(figure, found, labels)


def day_by_day(
    table: pd.DataFrame, found: Mapping[str, Any], labels: Mapping[str, str]
) -> go.Figure:
    """Draw each day's real wait and abandonment against its simulated ones: on the line they agree.

    Parameters
    ----------
    table
        Index `date`; columns as in `through_the_day`.
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.14)
    for column, kpi in enumerate(FORMS, start=1):
        highest = float(table[[kpi, f"{kpi}_simulated"]].max().max()) * 1.05
        figure.add_scatter(
            x=[0, highest], y=[0, highest], mode="lines",
            line={"color": INK, "dash": "dot", "width": 1}, showlegend=False, hoverinfo="skip",
            row=1, col=column,
        )  # fmt: skip
        figure.add_scatter(
            x=table[f"{kpi}_simulated"],
            y=table[kpi],
            mode="markers",
            marker={"color": SIMULATED, "size": 7, "opacity": 0.8},
            error_x={
                "type": "data",
                "array": table[f"{kpi}_high"] - table[f"{kpi}_simulated"],
                "arrayminus": table[f"{kpi}_simulated"] - table[f"{kpi}_low"],
                "color": translucent(SIMULATED, 0.45),
                "width": 0,
            },
            text=[f"{date:%Y-%m-%d}" for date in table.index],
            hovertemplate="%{text}: %{y} (%{x})<extra></extra>",
            showlegend=False,
            row=1,
            col=column,
        )
        name = labels[f"figure.closing.{kpi}"]
        simulated = labels["figure.closing.simulated_axis"].format(kpi=name)
        real = labels["figure.closing.real_axis"].format(kpi=name)
        shared = {"tickformat": FORMS[kpi], "range": [0, highest], "row": 1, "col": column}
        figure.update_xaxes(title_text=simulated, **shared)
        figure.update_yaxes(title_text=real, **shared)
    return _finished(figure, found, labels).update_layout(hovermode="closest")


def _band(
    figure: go.Figure,
    table: pd.DataFrame,
    kpi: str,
    row: int,
    labels: Mapping[str, str],
    legend: bool,
) -> None:
    line = {"width": 0}
    figure.add_scatter(
        x=table.index, y=table[f"{kpi}_low"], mode="lines", line=line, showlegend=False,
        hoverinfo="skip", row=row, col=1,
    )  # fmt: skip
    figure.add_scatter(
        x=table.index,
        y=table[f"{kpi}_high"],
        mode="lines",
        line=line,
        fill="tonexty",
        fillcolor=translucent(SIMULATED, 0.2),
        name=labels["figure.closing.band"],
        showlegend=legend,
        hoverinfo="skip",
        row=row,
        col=1,
    )


def _finished(figure: go.Figure, found: Mapping[str, Any], labels: Mapping[str, str]) -> go.Figure:
    title = labels["figure.closing.title"].format(
        days=found["days"],
        wait=f"{found['wait']:.0f}",
        simulated=f"{found['wait_simulated']:.0f}",
        abandonment=f"{found['abandonment']:.1%}",
        abandonment_simulated=f"{found['abandonment_simulated']:.1%}",
    )
    figure.update_layout(
        template=register(), title=title, height=HEIGHT, legend={"orientation": "h", "y": -0.14}
    )
    return figure
