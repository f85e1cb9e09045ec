"""What pictures of fitted distributions share: their lines, names and size."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.theme import PALETTE, register

CURVES = (PALETTE[3], PALETTE[0], PALETTE[2], PALETTE[4])
HEIGHT = 440


def draw_curves(figure: go.Figure, curves: pd.DataFrame, labels: Mapping[str, str]) -> None:
    """Draw a line for each column, a family of distributions, the best one thick."""
    for family, colour in zip(curves.columns, CURVES, strict=False):
        best = family in (curves.columns[0], "piecewise_hazard")
        figure.add_scatter(
            x=curves.index,
            y=curves[family],
            mode="lines",
            line={"color": colour, "width": 2.5 if best else 1.5, "dash": None if best else "dash"},
            name=family_name(family, labels),
        )


def family_name(name: str, labels: Mapping[str, str]) -> str:
    """Name a family as people read it."""
    return labels[f"family.{name}"]


def finished(figure: go.Figure, title: str) -> go.Figure:
    """Give a picture its title and size."""
    figure.update_layout(template=register(), title=title, height=HEIGHT, bargap=0)
    return figure
