"""Picture of a forecast: a fan of bands after what was counted."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.marks import add_marks, places_of
from ccsim.figures.panels import panels
from ccsim.figures.theme import INK, PALETTE, translucent
from ccsim.figures.timeline import (
    clock,
    day_name,
    interval_length,
    lay_time_axis,
    moment,
    step_band,
    step_line,
)

COLOUR, COUNTED = PALETTE[0], PALETTE[3]
# Bands lie on each other, the narrower one darker; an opacity for each, from the widest on.
BAND_OPACITIES = (0.12, 0.2, 0.32)
FEW_DOTS, LARGE_DOT, SMALL_DOT = 60, 7, 4
HOVER = "%{y:,.0f}"
DAY = pd.Timedelta(days=1)

Bands = Mapping[float, tuple[pd.DataFrame, pd.DataFrame]]


def forecast_figure(
    history: pd.DataFrame,
    mean: pd.DataFrame,
    bands: Bands,
    labels: Mapping[str, str],
    *,
    counts: pd.DataFrame | None = None,
    earlier: Mapping[str, pd.DataFrame] | None = None,
    marks: pd.DataFrame | None = None,
) -> go.Figure:
    """Draw expected contacts with bands after what was counted.

    Parameters
    ----------
    history
        Columns `start` (tz-aware), `queue`, `offered` (contacts); may be empty.
    mean
        Index `start`, a column per queue: contacts expected in the interval.
    bands
        Share of counts between two tables like `mean`, and these, e.g. ``{0.8: (low, high)}``;
        three at most.
    labels
        Words by key, `figure.forecast.*`, `figure.mark.*`.
    counts
        Like `mean`: what was counted since, missing where nothing was; there neither mean nor
        bands are drawn.
    earlier
        Like `mean`, by what it is: `plan`, what was expected before there were counts;
        `original`, before adjustments. Drawn where it differs from `mean`.
    marks
        Columns `date`, `name`, `kind`, `queue`, as in `ccsim.figures.history`.

    Returns
    -------
    plotly.graph_objects.Figure
        A panel a queue; lines break where the centre is closed.

    Examples
    --------
    >>> forecast_figure(history, mean, {0.8: (low, high)}, labels("en"))  # doctest: +SKIP
    """
    queues = [str(queue) for queue in mean.columns]
    counted = mean * float("nan") if counts is None else counts
    step = interval_length(clock(mean.index))
    figure = panels([[queue if len(queues) > 1 else ""] for queue in queues])
    for row, queue in enumerate(queues, start=1):
        fan = _Fan(figure, row, step, labels)
        past = history[history["queue"] == queue].set_index("start")["offered"].sort_index()
        fan.line(past, "history", INK, width=1)
        rest = counted[queue].isna()
        for share, opacity in zip(sorted(bands, reverse=True), BAND_OPACITIES, strict=False):
            low, high = bands[share]
            fan.band(share, low[queue][rest], high[queue][rest], opacity)
        for name, table in (earlier or {}).items():
            differs = ~(table[queue] - mean[queue]).abs().lt(1e-9)
            fan.line(table[queue][differs], name, INK, width=1.5, dash="dot")
        fan.line(mean[queue][rest], "mean", COLOUR, width=2)
        fan.dots(counted[queue].dropna())
        drawn = pd.concat([past, mean[queue], *(high[queue] for _, high in bands.values())])
        own = _of_queue(marks, queue)
        add_marks(figure, row, own, places_of(drawn.sort_index(), step), labels)
    figure.update_layout(title=_title(mean, counted, (earlier or {}).get("plan"), labels))
    # The unit is told once where the panels are low.
    unit = labels["figure.history.per_day" if step >= DAY else "figure.forecast.contacts"]
    figure.update_yaxes(title_text=unit, row=(len(queues) + 1) // 2)
    figure.update_yaxes(tickformat=",")
    lay_time_axis(figure, pd.Index(history["start"]).append(mean.index), labels)
    figure.update_xaxes(title_text=labels["figure.forecast.time"], row=len(queues))
    return figure


class _Fan:
    """Draws into one panel; the legend tells each thing once."""

    def __init__(
        self, figure: go.Figure, row: int, step: pd.Timedelta, labels: Mapping[str, str]
    ) -> None:
        self.figure, self.step, self.labels = figure, step, labels
        self.at = {"row": row, "col": 1}

    def line(
        self, values: pd.Series, name: str, colour: str, *, width: float, dash: str = "solid"
    ) -> None:
        if values.empty:
            return
        self.figure.add_scatter(
            **step_line(values, self.step),
            line={"color": colour, "width": width, "dash": dash},
            hovertemplate=HOVER,
            **self._told(name, self.labels[f"figure.forecast.{name}"]),
        )

    def band(self, share: float, low: pd.Series, high: pd.Series, opacity: float) -> None:
        if low.empty:
            return
        self.figure.add_scatter(
            **step_band(low, high, self.step),
            fillcolor=translucent(COLOUR, opacity),
            hoverinfo="skip",
            **self._told(
                f"band {share}", self.labels["figure.forecast.band"].format(share=f"{share:.0%}")
            ),
        )

    def dots(self, counted: pd.Series) -> None:
        if counted.empty:
            return
        self.figure.add_scatter(
            x=clock(counted.index) + self.step / 2,
            y=counted,
            mode="markers",
            marker={
                "color": COUNTED,
                "size": LARGE_DOT if len(counted) < FEW_DOTS else SMALL_DOT,
            },
            hovertemplate=HOVER,
            **self._told("counts", self.labels["figure.forecast.counts"]),
        )

    def _told(self, group: str, name: str) -> dict[str, object]:
        is_new = all(trace.legendgroup != group for trace in self.figure.data)
        return {"name": name, "legendgroup": group, "showlegend": is_new, **self.at}


def _of_queue(marks: pd.DataFrame | None, queue: str) -> pd.DataFrame:
    if marks is None:
        return pd.DataFrame({"date": [], "name": [], "kind": []})
    return marks[marks["queue"].isna() | (marks["queue"] == queue)]


def _title(
    mean: pd.DataFrame,
    counted: pd.DataFrame,
    plan: pd.DataFrame | None,
    labels: Mapping[str, str],
) -> str:
    """What is expected in all and at most; after counts how they stand to the plan."""
    total = mean.sum(axis=1)
    if plan is None:
        by_day = interval_length(clock(mean.index)) >= DAY
        words = labels["figure.forecast.title_days" if by_day else "figure.forecast.title"]
        return words.format(
            total=f"{total.sum():,.0f}",
            peak=f"{total.max():,.0f}",
            when=(day_name if by_day else moment)(total.idxmax(), labels),
        )
    came = float(counted.sum().sum())
    planned = float(plan.where(counted.notna()).sum().sum())
    return labels["figure.forecast.title_counted"].format(
        counted=f"{came:,.0f}",
        difference=f"{came / planned - 1.0:+.1%}" if planned else "–",
        total=f"{total.sum():,.0f}",
        plan=f"{plan.sum().sum():,.0f}",
    )
