"""Pictures of a sweep: one figure over two changes, and service against cost."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import INK, PALETTE, register

HEIGHT = 520
# One colour from pale to dark, which grey printers and all eyes can tell apart.
SCALE = "Blues"
PERCENT, NUMBER = ".1%", ",.4~g"


def heat_map(table: pd.DataFrame, x: str, y: str, kpi: str, *, share: bool) -> go.Figure:
    """Draw a figure over two changes, with its value in every cell.

    Parameters
    ----------
    table
        Columns `x`, `y`, `mean`, `low`, `high`; one row a cell.
    x, y
        Columns across and up.
    kpi
        What it is called.
    share
        Whether it is a share, shown in percent.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    format_ = PERCENT if share else NUMBER
    wide = {name: table.pivot(index=y, columns=x, values=name) for name in ("mean", "low", "high")}
    mean = wide["mean"]
    figure = go.Figure(
        go.Heatmap(
            x=[str(value) for value in mean.columns],
            y=[str(value) for value in mean.index],
            z=mean.to_numpy(),
            customdata=[
                list(zip(low, high, strict=True))
                for low, high in zip(wide["low"].to_numpy(), wide["high"].to_numpy(), strict=True)
            ],
            texttemplate=f"%{{z:{format_}}}",
            hovertemplate=(
                f"{x}: %{{x}}<br>{y}: %{{y}}<br>{kpi}: %{{z:{format_}}} "
                f"(%{{customdata[0]:{format_}}} – %{{customdata[1]:{format_}}})<extra></extra>"
            ),
            colorscale=SCALE,
            colorbar={"title": {"text": kpi, "side": "right"}, "tickformat": format_},
        )
    )
    figure.update_layout(template=register(), title=kpi, height=HEIGHT, hovermode="closest")
    figure.update_xaxes(title=x, type="category")
    figure.update_yaxes(title=y, type="category")
    return figure


def curve(table: pd.DataFrame, x: str, kpi: str, *, share: bool) -> go.Figure:
    """Draw a figure over one change, with its 95 % intervals.

    Parameters
    ----------
    table
        Columns `x`, `mean`, `low`, `high`; one row a point.
    kpi, share
        As in `heat_map`.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    format_ = PERCENT if share else NUMBER
    figure = go.Figure()
    figure.add_scatter(
        x=table[x],
        y=table["mean"],
        error_y={
            "array": table["high"] - table["mean"],
            "arrayminus": table["mean"] - table["low"],
            "color": INK,
            "thickness": 1,
        },
        mode="markers+lines",
        marker={"color": PALETTE[0], "size": 8},
        hovertemplate=f"{x}: %{{x}}<br>{kpi}: %{{y:{format_}}}<extra></extra>",
    )
    figure.update_layout(template=register(), title=kpi, height=HEIGHT, hovermode="closest")
    figure.update_xaxes(title=x)
    figure.update_yaxes(title=kpi, tickformat=format_)
    return figure


def frontier(
    table: pd.DataFrame, cost: str, service: str, labels: Mapping[str, str], *, share: bool
) -> go.Figure:
    """Draw service against cost; a line joins the points that no other one beats.

    Parameters
    ----------
    table
        Columns `name`, `cost`, `service`, `service_low`, `service_high`, `efficient`.
    cost, service
        What these are called.
    labels
        Words by key, `figure.sweep.*`.
    share
        Whether the service is a share, shown in percent.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    format_ = PERCENT if share else NUMBER
    figure = go.Figure()
    best = table["efficient"]
    for rows, colour, mode, name in (
        (table[~best], PALETTE[1], "markers", labels["figure.sweep.beaten"]),
        (table[best], PALETTE[0], "markers+lines", labels["figure.sweep.efficient"]),
    ):
        if rows.empty:
            continue
        figure.add_scatter(
            x=rows["cost"],
            y=rows["service"],
            error_y={
                "array": rows["service_high"] - rows["service"],
                "arrayminus": rows["service"] - rows["service_low"],
                "color": INK,
                "thickness": 1,
            },
            mode=mode,
            line={"shape": "hv", "color": colour},
            marker={"color": colour, "size": 9},
            name=name,
            text=rows["name"],
            hovertemplate=(
                f"%{{text}}<br>{cost}: %{{x:,.0f}}<br>{service}: %{{y:{format_}}}<extra></extra>"
            ),
        )
    figure.update_layout(
        template=register(),
        title=labels["figure.sweep.frontier"].format(service=service, cost=cost),
        height=HEIGHT,
        hovermode="closest",
    )
    figure.update_xaxes(title=cost, tickformat=",")
    figure.update_yaxes(title=service, tickformat=format_)
    return figure
