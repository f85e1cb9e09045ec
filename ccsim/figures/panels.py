"""Small multiples: panels of one size, each with its own heading, and one legend below all."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.theme import register

# Pixels: between two rows, above the first (title and heading, or title alone), below the last
# (two lines of ticks, name of the axis, legend).
GAP, TOP, TOP_WITHOUT_HEADING, BOTTOM = 40, 84, 56, 108
BETWEEN_COLUMNS = 0.08
# Few panels may be tall, many must be low, or nobody sees them together.
TALL, LOW, MOST_TALL = 240, 110, 2


def panels(headings: Sequence[Sequence[str]], height: int | None = None) -> go.Figure:
    """Lay out panels whose picture grows with their number.

    Parameters
    ----------
    headings
        Of each row, what stands above each of its panels; empty where nothing.
    height
        Of a panel, in pixels; by the number of rows where None.

    Returns
    -------
    plotly.graph_objects.Figure
        Without traces; all x axes go together, the last row has their ticks.
    """
    rows, columns = len(headings), len(headings[0])
    each = height or (TALL if rows <= MOST_TALL else LOW)
    inner = rows * each + (rows - 1) * GAP
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes="all",
        vertical_spacing=GAP / inner if rows > 1 else 0,
        horizontal_spacing=BETWEEN_COLUMNS if columns > 1 else 0,
    )
    for row, texts in enumerate(headings, start=1):
        for column, text in enumerate(texts, start=1):
            if text:
                _head(figure, text, row, column)
    top = TOP if any(headings[0]) else TOP_WITHOUT_HEADING
    figure.update_layout(
        template=register(),
        height=inner + top + BOTTOM,
        margin={"t": top, "b": BOTTOM},
        legend={"yref": "container", "y": 0.0, "yanchor": "bottom"},
    )
    figure.update_xaxes(showticklabels=False)
    figure.update_xaxes(showticklabels=True, row=rows)
    return figure


def _head(figure: go.Figure, text: str, row: int, column: int) -> None:
    figure.add_annotation(
        text=text,
        xref="x domain",
        yref="y domain",
        x=0,
        y=1,
        xanchor="left",
        yanchor="bottom",
        yshift=4,
        showarrow=False,
        row=row,
        col=column,
    )
