"""Pictures of cost: what planned people cost, beside what tariffs would bill for their seats."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.theme import PALETTE, register

ALL = "all"
BAR_HEIGHT, PANEL_GAP = 44, 76
MARGINS = {"t": 92, "b": 40}


def cost(
    labour: pd.DataFrame, seats: pd.DataFrame, labels: Mapping[str, str], currency: str
) -> go.Figure:
    """Draw labour cost of the horizon by group, and the monthly seat bill of each tariff.

    Parameters
    ----------
    labour
        Index `group` and ``"all"``; columns `cost` (money of the horizon), `paid_hours`.
    seats
        Index `tariff`; columns `seats`, `cost_per_month`, `currency`; may be empty.
    labels
        Words by key, `figure.cost.*`.
    currency
        Currency code of the labour cost.

    Returns
    -------
    plotly.graph_objects.Figure
        One panel for labour and one for each currency of the tariffs, each with its own axis.
    """
    groups = labour.drop(index=ALL)["cost"]
    bills = [(str(code), rows) for code, rows in seats.groupby("currency", sort=True)]
    titles = [
        labels["figure.cost.labour"].format(currency=currency),
        *(labels["figure.cost.seats"].format(currency=code) for code, _ in bills),
    ]
    bars = len(groups) + len(seats)
    plot_height = BAR_HEIGHT * bars + PANEL_GAP * len(bills)
    figure = make_subplots(
        rows=1 + len(bills),
        cols=1,
        subplot_titles=titles,
        row_heights=[len(groups), *(len(rows) for _, rows in bills)],
        vertical_spacing=PANEL_GAP / plot_height if bills else 0,
    )
    _bars(figure, 1, groups, [_money(value, currency, labels) for value in groups], PALETTE[0])
    for row, (code, tariffs) in enumerate(bills, start=2):
        texts = [
            labels["figure.cost.bill"].format(
                money=_money(tariff.cost_per_month, code, labels), seats=f"{tariff.seats:,}"
            )
            for tariff in tariffs.itertuples()
        ]
        _bars(figure, row, tariffs["cost_per_month"], texts, PALETTE[1])
    figure.update_layout(
        template=register(),
        title=_title(labour.loc[ALL, "cost"], bills, labels, currency),
        showlegend=False,
        hovermode="closest",
        height=plot_height + MARGINS["t"] + MARGINS["b"],
        margin=MARGINS,
    )
    figure.update_xaxes(rangemode="tozero", tickformat=",")
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


def _bars(figure: go.Figure, row: int, values: pd.Series, texts: list[str], colour: str) -> None:
    figure.add_bar(
        orientation="h",
        y=values.index.astype(str),
        x=values,
        text=texts,
        textposition="auto",
        marker_color=colour,
        hovertemplate="%{y}: %{text}<extra></extra>",
        row=row,
        col=1,
    )


def _title(
    total: float,
    bills: list[tuple[str, pd.DataFrame]],
    labels: Mapping[str, str],
    currency: str,
) -> str:
    people = _money(total, currency, labels)
    if not bills:
        return labels["figure.cost.title"].format(labour=people)
    code, tariffs = bills[0]
    cheapest = tariffs["cost_per_month"].idxmin()
    return labels["figure.cost.title_seats"].format(
        labour=people,
        tariff=cheapest,
        bill=_money(tariffs.loc[cheapest, "cost_per_month"], code, labels),
    )


def _money(value: float, currency: str, labels: Mapping[str, str]) -> str:
    return labels["figure.cost.unknown"] if pd.isna(value) else f"{currency} {value:,.0f}"
