"""Pictures of patience: who still waits by time waited, and when they give up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.fitted import draw_curves, finished
from ccsim.figures.theme import INK, PALETTE, translucent

OBSERVED = PALETTE[6]
PEAKS = {"announcement": PALETTE[1], "timer": PALETTE[3]}


def patience(
    survival: pd.DataFrame,
    curves: pd.DataFrame,
    found: Mapping[str, float],
    labels: Mapping[str, str],
) -> go.Figure:
    """Draw the share still waiting by time: Kaplan-Meier with its band, and what was fitted.

    Parameters
    ----------
    survival
        Index `time` s; `survival`, `low`, `high`.
    curves
        Index `seconds`; a column a family, `piecewise_hazard` last: share lasting longer.
    found
        `median`, `s60`, `waited`, `abandoned`.
    """
    figure = go.Figure()
    time = survival.index
    shape: dict[str, Any] = {"shape": "hv", "width": 0}
    figure.add_scatter(
        x=time, y=survival["low"], mode="lines", line=shape, showlegend=False, hoverinfo="skip"
    )
    figure.add_scatter(
        x=time,
        y=survival["high"],
        mode="lines",
        line=shape,
        fill="tonexty",
        fillcolor=translucent(PALETTE[5], 0.4),
        name=labels["figure.calibration.band"],
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=time,
        y=survival["survival"],
        line={"shape": "hv", "color": OBSERVED, "width": 4},
        name="Kaplan-Meier",
    )
    draw_curves(figure, curves, labels)
    known = found["median"] == found["median"]
    key = "figure.calibration.patience" if known else "figure.calibration.patience_long"
    title = labels[key].format(
        median=f"{found['median']:.0f}", s60=f"{found['s60']:.0%}", s300=f"{found['s300']:.0%}"
    )
    figure.update_yaxes(
        title_text=labels["figure.calibration.still_waiting"], tickformat=".0%", range=[0, 1.02]
    )
    figure.update_xaxes(title_text=labels["figure.calibration.waited"], dtick=60, range=[0, None])
    return finished(figure, title)


def hazard(table: pd.DataFrame, peaks: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw the rate of giving up by time waited, peaks marked.

    Parameters
    ----------
    table
        `start`, `end`, `rate`, `low`, `high`, `usual` (per s); one row a bin.
    peaks
        `start`, `end`, `ratio`, `kind`: announcement or timer.
    """
    figure = go.Figure()
    middle = (table["start"] + table["end"]) / 2
    per_minute = table[["rate", "low", "high", "usual"]] * 60
    figure.add_bar(
        x=middle,
        y=per_minute["rate"],
        width=(table["end"] - table["start"]) * 0.9,
        marker={"color": _bar_colours(middle, peaks)},
        error_y={
            "type": "data",
            "array": per_minute["high"] - per_minute["rate"],
            "arrayminus": per_minute["rate"] - per_minute["low"],
            "thickness": 0.8,
            "width": 0,
            "color": INK,
        },
        name=labels["figure.calibration.hazard_bin"],
        showlegend=False,
    )
    figure.add_scatter(
        x=middle,
        y=per_minute["usual"],
        line={"color": INK, "width": 1.5, "dash": "dot"},
        name=labels["figure.calibration.usual"],
    )
    for kind in dict.fromkeys(peaks["kind"]):
        figure.add_bar(
            x=[None], y=[None], marker={"color": PEAKS[kind]},
            name=labels[f"figure.calibration.{kind}"],
        )  # fmt: skip
    # Intervals of the last bins, in which few still wait, would press down all others.
    top = float(per_minute["rate"].max())
    for _, peak in peaks.iterrows():
        figure.add_annotation(
            x=(peak["start"] + peak["end"]) / 2,
            y=float(per_minute["high"][(middle > peak["start"]) & (middle < peak["end"])].max()),
            text=f"{peak['start']:.0f}–{peak['end']:.0f} s<br>×{peak['ratio']:.1f}",
            yshift=18,
            showarrow=False,
            font={"size": 11},
        )
    number = len(peaks)
    key = "figure.calibration.hazard" if number else "figure.calibration.hazard_smooth"
    title = labels[key].format(
        peaks=", ".join(f"{peak['start']:.0f}–{peak['end']:.0f} s" for _, peak in peaks.iterrows())
    )
    figure.update_yaxes(title_text=labels["figure.calibration.rate"], range=[0, top * 1.4])
    figure.update_xaxes(title_text=labels["figure.calibration.waited"], dtick=60)
    figure.update_layout(barmode="overlay")
    return finished(figure, title)


def _bar_colours(middle: pd.Series, peaks: pd.DataFrame) -> list[str]:
    colours = [PALETTE[5]] * len(middle)
    for _, peak in peaks.iterrows():
        for place, at in enumerate(middle):
            if peak["start"] < at < peak["end"]:
                colours[place] = PEAKS[peak["kind"]]
    return colours
