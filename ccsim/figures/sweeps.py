"""Pictures of a sweep: one figure over two changes, and service against cost."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import INK, PALETTE, register

HEIGHT = 520
# One colour from pale to dark, which grey printers and all eyes can tell apart.
SCALE = "Blues"


def heat_map(
    table: pd.DataFrame, x: str, y: str, kpi: str, title: str = "", format_: str = ".3g"
) -> go.Figure:
    """Draw a figure over two changes, with its value in every cell.

    Parameters
    ----------
    table
        Columns `x`, `y`, `mean`, `low`, `high`; one row a cell.
    x, y
        Columns across and up.
    kpi
        What it is called.

    Returns
    -------
    plotly.graph_objects.Figure
    """
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
            colorbar={"title": {"text": kpi, "side": "right"}},
        )
    )
    figure.update_layout(
        template=register(), title=title or kpi, height=HEIGHT, hovermode="closest"
    )
    figure.update_xaxes(title=x, type="category")
    figure.update_yaxes(title=y, type="category")
    return figure


def curve(table: pd.DataFrame, x: str, kpi: str, title: str = "") -> go.Figure:
    """Draw a figure over one change, with its 95 % intervals.

    Parameters
    ----------
    table
        Columns `x`, `mean`, `low`, `high`; one row a point.

    Returns
    -------
    plotly.graph_objects.Figure
    """
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
        hovertemplate=f"{x}: %{{x}}<br>{kpi}: %{{y:.4g}}<extra></extra>",
    )
    figure.update_layout(
        template=register(), title=title or kpi, height=HEIGHT, hovermode="closest"
    )
    figure.update_xaxes(title=x)
    figure.update_yaxes(title=kpi)
    return figure


def frontier(table: pd.DataFrame, cost: str, service: str, title: str = "") -> go.Figure:
    """Draw service against cost; a line joins the points that no other one beats.

    Parameters
    ----------
    table
        Columns `name`, `cost`, `service`, `service_low`, `service_high`, `efficient`.
    cost, service
        What these are called.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = go.Figure()
    best = table["efficient"]
    for rows, colour, name in (
        (table[~best], PALETTE[1], "beaten by another point"),
        (table[best], PALETTE[0], "efficient"),
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
            mode="markers+lines" if name == "efficient" else "markers",
            line={"shape": "hv", "color": colour},
            marker={"color": colour, "size": 9},
            name=name,
            text=rows["name"],
            hovertemplate=(
                f"%{{text}}<br>{cost}: %{{x:,.0f}}<br>{service}: %{{y:.3g}}<extra></extra>"
            ),
        )
    figure.update_layout(
        template=register(), title=title or f"{service} against {cost}", height=HEIGHT,
        hovermode="closest",
    )  # fmt: skip
    figure.update_xaxes(title=cost, tickformat=",")
    figure.update_yaxes(title=service)
    return figure
