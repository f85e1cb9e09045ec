"""The look all figures share: colours everyone can tell apart, fonts that know Chinese."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import plotly.io as pio

NAME = "ccsim"
FONT = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, Arial, sans-serif"

# Okabe and Ito, Color Universal Design, 2008; without the yellow, too pale for lines on white.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000")
INK, FAINT, PALE = "#333333", "#8C8C8C", "#E5E5E5"

# Plotly 7 has a button that uploads the figure to a cloud.
UPLOAD = "sendChartToCloud"

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "responsive": True,
    "modeBarButtonsToRemove": [UPLOAD],
}
"""For `figure.show(config=CONFIG)` and `write_html(config=CONFIG)`."""


def register() -> str:
    """Make the theme known to plotly and return its name."""
    axis: dict[str, Any] = {
        "gridcolor": PALE,
        "linecolor": INK,
        "ticks": "outside",
        "zeroline": False,
    }
    axis |= {"automargin": True, "title": {"standoff": 10, "font": {"size": 13}}}
    pio.templates[NAME] = go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": INK},
            "colorway": PALETTE,
            "title": {"x": 0.0, "xref": "paper", "xanchor": "left", "font": {"size": 16}},
            "legend": {"orientation": "h", "x": 0.0, "y": -0.2},
            "margin": {"l": 64, "r": 24, "t": 56, "b": 64},
            "hovermode": "x unified",
            "paper_bgcolor": "white",
            "plot_bgcolor": "white",
            "modebar": {"remove": [UPLOAD]},
            "xaxis": axis,
            "yaxis": axis,
        }
    )
    return NAME


def translucent(colour: str, opacity: float) -> str:
    """Return a palette colour as `rgba(...)`, for bands.

    Examples
    --------
    >>> translucent("#0072B2", 0.2)
    'rgba(0, 114, 178, 0.2)'
    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
