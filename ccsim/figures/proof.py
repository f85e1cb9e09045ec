"""Pictures of a proof: what was promised, beside what days give that the search has not seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.theme import FAINT, INK, PALETTE, register
from ccsim.figures.timeline import day_name, moment

# Of many promises, the ones that were kept by least are worth a look.
MOST_ROWS = 24
ROW, FRAME, BETWEEN = 26, 170, 70
STATES = {"proven": PALETTE[0], "met": PALETTE[1], "missed": PALETTE[3]}
SECONDS = "asa"
DAYS_HEIGHT = 400


def promises(table: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw what fresh days give, with 95 % intervals, beside what was asked.

    Parameters
    ----------
    table
        Columns `queue`, `target`, `scope`, `start` (NaT where pooled), `asked`, `mean`, `low`,
        `high`, `met`, `proven`: as `Proof.promises` has them.
    labels
        Words by key, `figure.proof.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A row a promise, the one kept by least on top, 24 at most; mean waits have a panel of
        their own, for they are in seconds.
    """
    slack = (table["mean"] - table["asked"]).abs() / table["asked"].where(table["asked"] > 0, 1.0)
    ordered = table.assign(
        slack=np.where(table["met"], slack, -slack),
        state=np.where(table["proven"], "proven", np.where(table["met"], "met", "missed")),
    ).sort_values("slack", kind="stable")
    shown = ordered.head(MOST_ROWS)
    parts = [
        (unit, rows)
        for unit, rows in (
            ("share", shown[shown["target"] != SECONDS]),
            ("seconds", shown[shown["target"] == SECONDS]),
        )
        if len(rows)
    ]
    inner = ROW * len(shown) + BETWEEN * (len(parts) - 1)
    figure = make_subplots(
        rows=len(parts),
        cols=1,
        row_heights=[len(rows) for _, rows in parts],
        vertical_spacing=BETWEEN / inner if len(parts) > 1 else 0,
    )
    for row, (unit, rows) in enumerate(parts, start=1):
        _dots(figure, row, rows, unit, labels)
    named: set[str] = set()
    for trace in figure.data:
        trace.showlegend = trace.legendgroup not in named
        named.add(trace.legendgroup)
    figure.update_layout(
        template=register(),
        title=labels["figure.proof.title"].format(
            met=f"{int(table['met'].sum()):,}",
            all=f"{len(table):,}",
            proven=f"{int(table['proven'].sum()):,}",
            hardest=_name(ordered.iloc[0], labels),
        ),
        height=FRAME + inner,
        hovermode="closest",
        legend={"yref": "container", "y": 0.0, "yanchor": "bottom"},
        margin_b=104,
    )
    return figure


def _dots(
    figure: go.Figure, row: int, rows: pd.DataFrame, unit: str, labels: Mapping[str, str]
) -> None:
    number = ".1%" if unit == "share" else ",.1f"
    names = pd.Series([_name(one, labels) for _, one in rows.iterrows()], index=rows.index)
    for state, colour in STATES.items():
        own = rows[rows["state"] == state]
        if own.empty:
            continue
        figure.add_scatter(
            x=own["mean"],
            y=names[own.index],
            error_x={
                "array": own["high"] - own["mean"],
                "arrayminus": own["mean"] - own["low"],
                "color": colour,
                "thickness": 2,
            },
            mode="markers",
            marker={"color": colour, "size": 10},
            name=labels[f"figure.proof.{state}"],
            legendgroup=state,
            hovertemplate=f"%{{y}}<br>%{{x:{number}}}<extra></extra>",
            row=row,
            col=1,
        )
    figure.add_scatter(
        x=rows["asked"],
        y=names,
        mode="markers",
        marker={"symbol": "line-ns-open", "color": INK, "size": 16, "line": {"width": 3}},
        name=labels["figure.proof.asked"],
        legendgroup="asked",
        hovertemplate=f"%{{y}}<br>%{{x:{number}}}<extra></extra>",
        row=row,
        col=1,
    )
    figure.update_xaxes(
        title_text=labels[f"figure.proof.{unit}"],
        tickformat=".0%" if unit == "share" else ",",
        row=row,
        col=1,
    )
    figure.update_yaxes(
        categoryorder="array", categoryarray=names.tolist(), autorange="reversed", row=row, col=1
    )


def _name(promise: pd.Series, labels: Mapping[str, str]) -> str:
    """Queue, target and unit in words, e.g. ``calls: service level, Tue 11-10 10:00``."""
    targets = labels["figure.proof.and"].join(
        labels[f"figure.proof.target.{kind}"] for kind in promise["target"].split(", ")
    )
    if pd.isna(promise["start"]):
        unit = labels.get(f"figure.proof.scope.{promise['scope']}", promise["scope"])
    elif promise["scope"] == "interval":
        unit = moment(promise["start"], labels)
    else:
        unit = day_name(promise["start"], labels)
    return labels["figure.proof.promise"].format(queue=promise["queue"], targets=targets, unit=unit)


def event_days(table: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw each day's service level, down to that of one day in ten; events are marked.

    Parameters
    ----------
    table
        Columns `date`, `event` (empty on ordinary days), `offered`, `service_level`,
        `service_level_bad`, `lost_bad`: as `Proof.days` has them.
    labels
        Words by key, `figure.event_days.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A trace for ordinary days, and one for days of events where there are any.
    """
    names = [day_name(pd.Timestamp(date), labels) for date in table["date"]]
    rows = table.assign(
        named=[f"{n}<br>{e}" if e else n for n, e in zip(names, table["event"], strict=True)]
    )
    figure = go.Figure()
    for key, own, colour in (
        ("ordinary", rows[rows["event"] == ""], PALETTE[0]),
        ("event", rows[rows["event"] != ""], PALETTE[3]),
    ):
        if own.empty:
            continue
        figure.add_scatter(
            x=own["named"],
            y=own["service_level"],
            error_y={
                "array": np.zeros(len(own)),
                "arrayminus": (own["service_level"] - own["service_level_bad"]).clip(lower=0),
                "color": FAINT,
                "thickness": 2,
            },
            mode="markers",
            marker={"color": colour, "size": 11},
            name=labels[f"figure.event_days.{key}"],
            customdata=own[["offered", "service_level_bad", "lost_bad"]].to_numpy(),
            hovertemplate=labels["figure.event_days.hover"] + "<extra></extra>",
        )
    worst = rows.loc[rows["service_level_bad"].idxmin()]
    figure.update_layout(
        template=register(),
        title=labels["figure.event_days.title"].format(
            day=worst["named"].replace("<br>", ", "),
            bad=f"{worst['service_level_bad']:.0%}",
            lost=f"{worst['lost_bad']:,.0f}",
        ),
        height=DAYS_HEIGHT,
        hovermode="closest",
    )
    figure.update_xaxes(categoryorder="array", categoryarray=rows["named"].tolist(), tickangle=0)
    figure.update_xaxes(title_text=labels["figure.event_days.day"], nticks=10)
    figure.update_yaxes(title_text=labels["figure.event_days.service_level"], tickformat=".0%")
    return figure
