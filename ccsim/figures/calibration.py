"""Pictures of a calibration: talk and its fits, talk by hour, agents on duty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.fitted import CURVES, draw_curves, family_name, finished
from ccsim.figures.theme import INK, PALETTE, translucent

OBSERVED = PALETTE[6]
SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200)
FEWEST_SHARE = 0.0005


def talk(
    bins: pd.DataFrame,
    curves: pd.DataFrame,
    found: Mapping[str, Any],
    short: float,
    labels: Mapping[str, str],
) -> go.Figure:
    """Draw how long talks last, with the families fitted, on a logarithmic axis.

    Parameters
    ----------
    bins
        Columns `start`, `end` (s), `share`: of talks, per tenth of a decade.
    curves
        Index `seconds`; a column a family, best first: share per tenth of a decade.
    found
        `mean`, `median` (s), `short_share`, `chosen` (family).
    short
        Calls under so many seconds are shaded.
    labels
        Words by key, `figure.calibration.*`.
    """
    figure = go.Figure()
    is_short = bins["end"] <= short + 1
    colours = [translucent(PALETTE[1], 0.9) if one else "#CFCFCF" for one in is_short]
    middle = (bins["start"] * bins["end"]) ** 0.5
    figure.add_bar(
        x=middle,
        y=bins["share"],
        width=(bins["end"] - bins["start"]) * 0.96,
        marker={"color": colours, "line": {"width": 0}},
        name=labels["figure.calibration.observed"],
        showlegend=False,
    )
    draw_curves(figure, curves, labels)
    if found["short_share"] > 0:
        figure.add_annotation(
            text=labels["figure.calibration.short"].format(
                share=f"{found['short_share']:.1%}", short=f"{short:g}"
            ),
            x=0.0,
            y=0.98,
            xref="paper",
            yref="paper",
            xanchor="left",
            showarrow=False,
            font={"color": PALETTE[3]},
        )
    _log_seconds(figure, labels, bins["end"].max())
    # A handful of endless calls would squeeze all others.
    last = bins["end"][bins["share"] >= FEWEST_SHARE].max()
    figure.update_xaxes(range=[-0.3, math.log10(last)])
    fits = found["chosen"] != "empirical"
    key = "figure.calibration.talk" if fits else "figure.calibration.talk_empirical"
    title = labels[key].format(
        family=family_name(found["chosen"], labels),
        median=f"{found['median']:.0f}",
        mean=f"{found['mean']:.0f}",
    )
    figure.update_yaxes(title_text=labels["figure.calibration.share"], tickformat=".0%")
    return finished(figure, title)


def quantiles(
    table: pd.DataFrame, distance: Mapping[str, float], labels: Mapping[str, str]
) -> go.Figure:
    """Draw observed quantiles against those of each family: on the line they agree.

    Parameters
    ----------
    table
        Index `share`; `observed` and a column a family, s.
    distance
        By family: largest difference in probability.
    """
    figure = go.Figure()
    low, high = table["observed"].min(), table["observed"].max()
    figure.add_scatter(
        x=[low, high],
        y=[low, high],
        mode="lines",
        line={"color": INK, "dash": "dot", "width": 1},
        name=labels["figure.calibration.agree"],
    )
    for family, colour in zip(table.columns.drop("observed"), CURVES, strict=False):
        figure.add_scatter(
            x=table[family],
            y=table["observed"],
            mode="markers",
            marker={"color": colour, "size": 6},
            name=f"{family_name(family, labels)} ({distance[family]:.1%})",
        )
    _log_seconds(figure, labels, high)
    figure.update_xaxes(title_text=labels["figure.calibration.fitted_quantile"])
    figure.update_yaxes(
        type="log",
        tickvals=SECONDS,
        ticktext=[_seconds(one) for one in SECONDS],
        title_text=labels["figure.calibration.observed_quantile"],
    )
    best = table.columns.drop("observed")
    title = labels["figure.calibration.quantiles"].format(
        family=family_name(best[0], labels) if len(best) else "–",
        distance=f"{distance[best[0]]:.1%}" if len(best) else "–",
    )
    figure.update_layout(hovermode="closest")
    return finished(figure, title)


def by_hour(table: pd.DataFrame, mean: float, labels: Mapping[str, str]) -> go.Figure:
    """Draw the mean talk by hour of the day with its 95 % interval.

    Parameters
    ----------
    table
        Index `hour`; `n`, `mean`, `low`, `high` s. Hours with under 1 % of the busiest one's calls
        are left out: their mean is of a few calls.
    mean
        Of all hours, s.
    """
    often = table[table["n"] >= 0.01 * table["n"].max()]
    figure = go.Figure()
    figure.add_scatter(
        x=often.index,
        y=often["mean"],
        mode="markers",
        marker={"color": PALETTE[0], "size": 9},
        error_y={
            "type": "data",
            "array": often["high"] - often["mean"],
            "arrayminus": often["mean"] - often["low"],
            "color": PALETTE[0],
        },
        name=labels["figure.calibration.mean_band"],
        customdata=often["n"],
        hovertemplate="%{y:.0f} s (n = %{customdata:,})<extra></extra>",
    )
    figure.add_hline(y=mean, line={"color": INK, "dash": "dot", "width": 1})
    longest, shortest = often["mean"].idxmax(), often["mean"].idxmin()
    title = labels["figure.calibration.hours"].format(
        longest=f"{longest}:00",
        most=f"{often['mean'].max():.0f}",
        shortest=f"{shortest}:00",
        least=f"{often['mean'].min():.0f}",
    )
    figure.update_yaxes(title_text=labels["figure.calibration.talk_seconds"], rangemode="tozero")
    figure.update_xaxes(title_text=labels["figure.shifts.hour"], dtick=2)
    return finished(figure, title)


def on_duty(table: pd.DataFrame, occupancy: float, labels: Mapping[str, str]) -> go.Figure:
    """Draw agents on duty through the day, group upon group, and how many of them are busy.

    Parameters
    ----------
    table
        Index (`hour`, `group`); mean `agents`, `busy`.
    occupancy
        Share of the time on duty that is busy.
    """
    figure = go.Figure()
    groups = list(dict.fromkeys(table.index.get_level_values("group")))
    for place, group in enumerate(groups):
        own = table.xs(group, level="group")
        colour = PALETTE[place % (len(PALETTE) - 1)]
        figure.add_scatter(
            x=own.index,
            y=own["agents"],
            stackgroup="on duty",
            line={"width": 0, "shape": "hv"},
            fillcolor=translucent(colour, 0.45),
            name=str(group),
            hovertemplate="%{y:.1f}",
        )
    busy = table["busy"].groupby(level="hour").sum()
    figure.add_scatter(
        x=busy.index,
        y=busy,
        line={"color": OBSERVED, "width": 2.5, "shape": "hv"},
        name=labels["figure.calibration.busy"],
        hovertemplate="%{y:.1f}",
    )
    total = table["agents"].groupby(level="hour").sum()
    title = labels["figure.calibration.on_duty"].format(
        most=f"{total.max():.1f}",
        hour=f"{int(total.idxmax())}:{int(total.idxmax() % 1 * 60):02d}",
        occupancy=f"{occupancy:.0%}",
    )
    figure.update_yaxes(title_text=labels["figure.agents"], rangemode="tozero")
    figure.update_xaxes(title_text=labels["figure.shifts.hour"], dtick=2)
    return finished(figure, title)


def _log_seconds(figure: go.Figure, labels: Mapping[str, str], longest: float) -> None:
    shown = [one for one in SECONDS if one <= longest]
    figure.update_xaxes(
        type="log",
        tickvals=shown,
        ticktext=[_seconds(one) for one in shown],
        title_text=labels["figure.calibration.talk_axis"],
    )


def _seconds(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 3600 else f"{seconds / 3600:g} h"
