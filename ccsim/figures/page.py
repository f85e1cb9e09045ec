"""Figures on one page that works offline."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go

from ccsim.figures.theme import CONFIG, FONT


def page(figures: Sequence[go.Figure], title: str) -> str:
    """Put figures under each other on an HTML page that needs no network.

    Parameters
    ----------
    title
        Of the page.

    Returns
    -------
    str
        A whole HTML document.
    """
    parts = [
        # plotly.js comes with the first figure and serves all.
        figure.to_html(full_html=False, include_plotlyjs=number == 0, config=CONFIG)
        for number, figure in enumerate(figures)
    ]
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        f"<style>body{{font-family:{escape(FONT)};max-width:72rem;margin:2rem auto}}</style>"
        f"</head><body><h1>{escape(title)}</h1>{''.join(parts)}</body></html>"
    )
