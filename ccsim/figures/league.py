"""Pictures of how well models forecast: the league table, and error by lead, hour and weekday."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.panels import panels
from ccsim.figures.theme import INK, PALETTE, register
from ccsim.figures.timeline import WEEKDAYS

NAIVE = "last_week"
MODEL, NAIVE_COLOUR = PALETTE[0], PALETTE[1]
OVER, UNDER = PALETTE[5], PALETTE[3]
TARGET = 0.8
# Pixels.
ROW, QUEUE_GAP, TOP, BOTTOM, HEADING, WORD = 26, 46, 88, 92, 13, 11
# Room beside bars for their words, as a share of the axis.
BESIDE = 0.3
BETWEEN = 0.05
PERCENT = "~%"
ERROR_PANEL = 190
BY = ("lead", "hour", "weekday")


def league_figure(league: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw how well models did on the past, the best at the top.

    Parameters
    ----------
    league
        Columns `model`, `WAPE`, `bias` (fractions of contacts); if there are any `queue`,
        `weight` (share in the combination), `coverage_80` (share of counts within the 80 % band),
        `over_hours` and `under_hours` (agent-hours a day): `Forecast.league`, or what `backtest`
        gives.
    labels
        Words by key, `figure.league.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A row of panels a queue, a panel a column; the naive forecast has its own colour and a
        line at its error.

    Examples
    --------
    >>> league_figure(forecast.league, labels("en")).show()  # doctest: +SKIP
    """
    table = league if "queue" in league else league.assign(queue="")
    parts = [
        (str(queue), rows.dropna(subset="WAPE").sort_values("WAPE"))
        for queue, rows in table.groupby("queue", sort=False)
    ]
    columns = _columns(league)
    rows_high = [len(rows) for _, rows in parts]
    inner = ROW * sum(rows_high) + QUEUE_GAP * (len(parts) - 1)
    figure = make_subplots(
        rows=len(parts),
        cols=len(columns),
        shared_yaxes=True,
        shared_xaxes="columns",
        row_heights=rows_high,
        horizontal_spacing=BETWEEN,
        vertical_spacing=QUEUE_GAP / inner if len(parts) > 1 else 0,
        column_titles=[labels[f"figure.league.{name}"] for name in columns],
    )
    figure.update_layout(
        template=register(),
        title=_league_title(parts, labels),
        height=inner + TOP + BOTTOM,
        margin={"t": TOP, "b": BOTTOM},
        hovermode="closest",
        barmode="relative",
        legend={"yref": "container", "y": 0.0, "yanchor": "bottom"},
    )
    figure.update_annotations(font_size=HEADING)
    for row, (queue, rows) in enumerate(parts, start=1):
        for column, name in enumerate(columns, start=1):
            _column(figure, rows, name, labels, {"row": row, "col": column})
        models = list(rows["model"].astype(str))
        figure.update_yaxes(categoryorder="array", categoryarray=models[::-1], row=row)
        if len(parts) > 1:
            figure.update_yaxes(title_text=queue, row=row, col=1)
    for column, name in enumerate(columns, start=1):
        figure.update_xaxes(
            tickformat="," if name == "hours" else PERCENT,
            range=_range(table, name),
            nticks=5,
            col=column,
        )
        unit = labels[f"figure.league.{name}_unit"]
        figure.update_xaxes(title_text=unit, row=len(parts), col=column)
        figure.update_yaxes(showgrid=False, ticks="", col=column)
    return figure


def error_figure(errors: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw error and bias of models by day ahead, hour or weekday.

    Parameters
    ----------
    errors
        Columns `model`, `WAPE`, `bias` (fractions of contacts), and one of `lead` (days ahead),
        `hour` (of the day), `weekday` (Monday = 0): what `backtest` gives with that `by`.
    labels
        Words by key, `figure.error.*`, `time.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        WAPE above, bias below, a line a model.

    Examples
    --------
    >>> by_lead = ccsim.backtest(history, by="lead")  # doctest: +SKIP
    >>> error_figure(by_lead, labels("en")).show()  # doctest: +SKIP
    """
    by = next(name for name in BY if name in errors)
    figure = panels([[labels["figure.error.WAPE"]], [labels["figure.error.bias"]]], ERROR_PANEL)
    mean = errors.groupby("model", sort=False)["WAPE"].mean().sort_values()
    others = cycle(colour for colour in PALETTE if colour != NAIVE_COLOUR)
    for model in mean.index:
        rows = errors[errors["model"] == model].sort_values(by)
        colour = NAIVE_COLOUR if model == NAIVE else next(others)
        for row, measure in enumerate(("WAPE", "bias"), start=1):
            figure.add_scatter(
                x=rows[by],
                y=rows[measure],
                mode="lines+markers",
                line={"color": colour, "width": 2, "dash": "dot" if model == NAIVE else "solid"},
                name=str(model),
                legendgroup=str(model),
                showlegend=row == 1,
                hovertemplate="%{y:.1%}",
                row=row,
                col=1,
            )
    figure.add_hline(y=0.0, line={"color": INK, "width": 1}, row=2, col=1)
    figure.update_yaxes(tickformat=PERCENT, title_text=labels["figure.error.unit"])
    figure.update_yaxes(rangemode="tozero", row=1)
    places = sorted(errors[by].unique())
    figure.update_xaxes(
        tickmode="array", tickvals=places, ticktext=[_place(by, place, labels) for place in places]
    )
    figure.update_xaxes(title_text=labels[f"figure.error.{by}"], row=2)
    best = errors[errors["model"] == mean.index[0]].set_index(by)["WAPE"]
    figure.update_layout(
        title=labels["figure.error.title"].format(
            model=mean.index[0],
            least=f"{best.min():.1%}",
            at_least=_spoken(by, best.idxmin(), labels),
            most=f"{best.max():.1%}",
            at_most=_spoken(by, best.idxmax(), labels),
        )
    )
    return figure


def _columns(league: pd.DataFrame) -> list[str]:
    optional = [name for name in ("coverage_80", "weight") if name in league]
    has_hours = "over_hours" in league and league["over_hours"].notna().any()
    return ["WAPE", "bias", *optional, *(["hours"] if has_hours else [])]


def _column(
    figure: go.Figure,
    rows: pd.DataFrame,
    name: str,
    labels: Mapping[str, str],
    at: Mapping[str, int],
) -> None:
    """Draw one column of the table: bars from nought, or dots beside what they ought to be."""
    colours = np.where(rows["model"] == NAIVE, NAIVE_COLOUR, MODEL)
    if name == "hours":
        for part, sign, colour in (("under_hours", -1.0, UNDER), ("over_hours", 1.0, OVER)):
            words = [f"{value:,.0f}" for value in rows[part]]
            _bars(figure, rows["model"], sign * rows[part], words, colour, at)
            figure.data[-1].update(name=labels[f"figure.league.{part}"], legendgroup=part)
            figure.data[-1].showlegend = at["row"] == 1
    elif name == "coverage_80":
        figure.add_scatter(
            x=rows[name],
            y=rows["model"],
            mode="markers",
            marker={"color": colours, "size": 10},
            hovertemplate="%{y}: %{x:.1%}<extra></extra>",
            showlegend=False,
            **at,
        )
        figure.add_vline(x=TARGET, line={"color": INK, "width": 1, "dash": "dot"}, **at)
    else:
        words = [_percent(value, sign=name == "bias") for value in rows[name]]
        _bars(figure, rows["model"], rows[name], words, colours, at)
        naive = rows.loc[rows["model"] == NAIVE, name]
        if name == "WAPE" and len(naive):
            line = {"color": NAIVE_COLOUR, "width": 1, "dash": "dot"}
            figure.add_vline(x=naive.iloc[0], line=line, **at)


def _percent(value: float, *, sign: bool) -> str:
    words = f"{value:+.1%}" if sign else f"{value:.1%}"
    return "0.0%" if words in ("+0.0%", "-0.0%") else words


def _range(table: pd.DataFrame, name: str) -> list[float]:
    """Ends of a column's axis: bars from nought with room for their words, shares around 80 %."""
    if name == "coverage_80":
        return [min(table[name].min(), 0.7) - 0.03, max(table[name].max(), 0.9) + 0.03]
    ends = (-table["under_hours"], table["over_hours"]) if name == "hours" else (table[name],) * 2
    low, high = min(float(ends[0].min()), 0.0), max(float(ends[1].max()), 0.0)
    room = BESIDE * (high - low or 1.0)
    return [low - room if low < 0.0 else 0.0, high + room if high > 0.0 or low < 0.0 else 1.0]


def _bars(
    figure: go.Figure,
    models: pd.Series,
    values: pd.Series,
    words: list[str],
    colour: object,
    at: Mapping[str, int],
) -> None:
    figure.add_bar(
        orientation="h",
        x=values,
        y=models,
        text=words,
        textposition="outside",
        textfont_size=WORD,
        cliponaxis=False,
        marker_color=colour,
        hovertemplate="%{y}: %{text}<extra></extra>",
        showlegend=False,
        **at,
    )


def _league_title(parts: list[tuple[str, pd.DataFrame]], labels: Mapping[str, str]) -> str:
    """Name the best of a queue; of several say how the best do from queue to queue."""
    best = [rows.iloc[0] for _, rows in parts if len(rows)]
    if len(best) > 1:
        errors = sorted(float(row["WAPE"]) for row in best)
        return labels["figure.league.title_queues"].format(
            queues=len(best), least=f"{errors[0]:.1%}", most=f"{errors[-1]:.1%}"
        )
    rows = parts[0][1]
    naive = rows.loc[rows["model"] == NAIVE, "WAPE"]
    compared = len(naive) and rows["model"].iloc[0] != NAIVE
    title = labels["figure.league.title_naive" if compared else "figure.league.title"]
    return title.format(
        model=rows["model"].iloc[0],
        wape=f"{rows['WAPE'].iloc[0]:.1%}",
        naive=f"{naive.iloc[0]:.1%}" if compared else "",
    )


def _place(by: str, place: int, labels: Mapping[str, str]) -> str:
    """Tick of a day ahead, an hour or a weekday."""
    if by == "weekday":
        return labels[f"time.{WEEKDAYS[place]}"]
    return f"{place:02d}:00" if by == "hour" else str(place)


def _spoken(by: str, place: int, labels: Mapping[str, str]) -> str:
    said = _place(by, place, labels)
    return labels["figure.error.days_ahead"].format(days=said) if by == "lead" else said
