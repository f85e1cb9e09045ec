"""Pictures of a calibration: talk and its fits, patience and its hazard, hours, agents on duty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import INK, PALE, PALETTE, register, translucent

BAND_OPACITY = 0.2
OBSERVED = PALETTE[6]
CURVES = (PALETTE[3], PALETTE[0], PALETTE[2], PALETTE[4])
PEAKS = {"announcement": PALETTE[1], "timer": PALETTE[3]}
SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200)
HEIGHT = 440


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
    colours = [translucent(PALETTE[1], 0.9) if one else PALE for one in is_short]
    middle = (bins["start"] * bins["end"]) ** 0.5
    figure.add_bar(
        x=middle,
        y=bins["share"],
        width=(bins["end"] - bins["start"]) * 0.96,
        marker={"color": colours, "line": {"width": 0}},
        name=labels["figure.calibration.observed"],
        showlegend=False,
    )
    _curves(figure, curves, labels)
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
    title = labels["figure.calibration.talk"].format(
        family=_family(found["chosen"], labels),
        median=f"{found['median']:.0f}",
        mean=f"{found['mean']:.0f}",
    )
    figure.update_yaxes(title_text=labels["figure.calibration.share"], tickformat=".0%")
    return _finished(figure, title)


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
            name=f"{_family(family, labels)} ({distance[family]:.1%})",
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
        family=_family(best[0], labels) if len(best) else "–",
        distance=f"{distance[best[0]]:.1%}" if len(best) else "–",
    )
    figure.update_layout(hovermode="closest")
    return _finished(figure, title)


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
    figure.add_scatter(x=time, y=survival["low"], line=shape, showlegend=False, hoverinfo="skip")
    figure.add_scatter(
        x=time,
        y=survival["high"],
        line=shape,
        fill="tonexty",
        fillcolor=translucent(PALETTE[5], 0.4),
        name=labels["figure.calibration.band"],
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=time,
        y=survival["survival"],
        line={"shape": "hv", "color": OBSERVED, "width": 2.5},
        name="Kaplan-Meier",
    )
    _curves(figure, curves, labels)
    known = found["median"] == found["median"]
    key = "figure.calibration.patience" if known else "figure.calibration.patience_long"
    title = labels[key].format(
        median=f"{found['median']:.0f}", s60=f"{found['s60']:.0%}", s300=f"{found['s300']:.0%}"
    )
    figure.update_yaxes(
        title_text=labels["figure.calibration.still_waiting"], tickformat=".0%", range=[0, 1.02]
    )
    figure.update_xaxes(title_text=labels["figure.calibration.waited"], dtick=60, range=[0, None])
    return _finished(figure, title)


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
    top = float(per_minute["rate"].max())
    for _, peak in peaks.iterrows():
        figure.add_annotation(
            x=(peak["start"] + peak["end"]) / 2,
            y=float(per_minute["rate"][(middle > peak["start"]) & (middle < peak["end"])].max()),
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
    figure.update_yaxes(title_text=labels["figure.calibration.rate"], range=[0, top * 1.25])
    figure.update_xaxes(title_text=labels["figure.calibration.waited"], dtick=60)
    figure.update_layout(barmode="overlay")
    return _finished(figure, title)


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
    figure.update_yaxes(title_text=labels["figure.calibration.talk_axis"], rangemode="tozero")
    figure.update_xaxes(title_text=labels["figure.shifts.hour"], dtick=2)
    return _finished(figure, title)


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
    return _finished(figure, title)


def _curves(figure: go.Figure, curves: pd.DataFrame, labels: Mapping[str, str]) -> None:
    for family, colour in zip(curves.columns, CURVES, strict=False):
        best = family in (curves.columns[0], "piecewise_hazard")
        figure.add_scatter(
            x=curves.index,
            y=curves[family],
            mode="lines",
            line={"color": colour, "width": 2.5 if best else 1.5, "dash": None if best else "dash"},
            name=_family(family, labels),
        )


def _bar_colours(middle: pd.Series, peaks: pd.DataFrame) -> list[str]:
    colours = [PALETTE[5]] * len(middle)
    for _, peak in peaks.iterrows():
        for place, at in enumerate(middle):
            if peak["start"] < at < peak["end"]:
                colours[place] = PEAKS[peak["kind"]]
    return colours


def _family(name: str, labels: Mapping[str, str]) -> str:
    return labels[f"family.{name}"]


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


def _finished(figure: go.Figure, title: str) -> go.Figure:
    figure.update_layout(template=register(), title=title, height=HEIGHT, bargap=0)
    return figure
