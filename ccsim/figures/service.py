"""Pictures of service: service level and abandonment, agents’ states, other handle times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.panels import panels
from ccsim.figures.theme import INK, PALE, PALETTE, register, translucent
from ccsim.figures.timeline import interval_length, lay_time_axis, moment, step_band, step_line

BAND_OPACITY = 0.22
SHADE = 0.45
SHARES = {"service_level": PALETTE[0], "abandonment": PALETTE[1]}
MISSED = PALETTE[3]
# A panel of many queues is this high (pixels), and shows at least this much abandonment, lest
# one caller in a hundred look like a wave.
LOW_PANEL, LEAST_ABANDONMENT = 96, 0.1
ONE_QUEUE_PANEL = 170
# Legend: the shares first, then what surrounds them (plotly's rank of the others is 1000).
LAST = 1001
# An interval with fewer contacts than this share of the busiest one says little about service.
FEWEST_CONTACTS = 0.01
FEWEST_TO_JUDGE = 5
# Nor do the few who finish a contact after closing say how busy a day was.
FEWEST_AGENTS = 0.1
STATES = {
    "busy": PALETTE[0],
    "idle": PALETTE[5],
    "on_break": PALETTE[1],
    "off_phone": PALETTE[2],
    "unseated": PALETTE[4],
    "absent": PALE,
}


class _Panel(NamedTuple):
    """Where a queue's share is drawn, and how long an interval is."""

    row: int
    column: int
    step: pd.Timedelta

    @property
    def at(self) -> dict[str, int]:
        return {"row": self.row, "col": self.column}


def by_interval(
    intervals: pd.DataFrame,
    labels: Mapping[str, str],
    target: float | Mapping[str, float] | None = None,
) -> go.Figure:
    """Draw service level and abandonment by interval with their 95 % bands.

    Parameters
    ----------
    intervals
        Index (`start`, `queue`); columns `offered`, `service_level`, `abandonment` (shares), the
        shares also with `_low` and `_high`.
    labels
        Words by key, `figure.service.*`.
    target
        Service level asked for (a share), of all queues or by queue; what lies below is shaded.

    Returns
    -------
    plotly.graph_objects.Figure
        A row a queue, the busiest first, service level on the left and abandonment on the right;
        of one queue the two one above the other.
    """
    contacts = intervals.groupby(level="queue", sort=False)["offered"].sum()
    queues = [str(queue) for queue in contacts.sort_values(ascending=False, kind="stable").index]
    targets = _by_queue(target, queues)
    several, step = len(queues) > 1, interval_length(intervals.index.get_level_values("start"))
    figure = _service_panels(queues, targets, labels)
    for place, queue in enumerate(queues, start=1):
        own = intervals.xs(queue, level="queue").sort_index()
        _service(figure, own, _Panel(place, 1, step), labels, targets.get(queue))
        beside, below = _Panel(place, 2, step), _Panel(2, 1, step)
        _abandonment(figure, own, beside if several else below, labels)
    if several:
        figure.update_yaxes(nticks=4)
        figure.update_yaxes(dtick=0.5, col=1)
    figure.update_layout(title=_service_title(intervals, labels, targets))
    figure.update_yaxes(tickformat=".0%")
    columns = 2 if several else 1
    lay_time_axis(figure, intervals.index.get_level_values("start"), labels, columns)
    figure.update_xaxes(showgrid=several)
    figure.update_xaxes(title_text=labels["figure.time"], row=max(len(queues), 2))
    return figure


def worst_interval(intervals: pd.DataFrame) -> tuple[pd.Timestamp, str]:
    """Find the interval with the lowest service level among those that count.

    Parameters
    ----------
    intervals
        As in `by_interval`. Intervals with less than 1 % of the busiest one's contacts, or
        fewer than five, are passed over where there are others: a share of few says little.

    Returns
    -------
    tuple
        Its start and queue.
    """
    least = max(FEWEST_CONTACTS * intervals["offered"].max(), FEWEST_TO_JUDGE)
    counted = intervals[intervals["offered"] >= min(least, intervals["offered"].max())]
    start, queue = counted["service_level"].idxmin()
    return start, queue


def agent_states(intervals_by_group: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw what scheduled agents do through the period.

    Parameters
    ----------
    intervals_by_group
        Index (`start`, `group`); mean agents `busy`, `idle`, `on_break`, `absent`, `at_work`, and
        if there are any `off_phone`, `unseated`.
    labels
        Words by key, `figure.states.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        Stacked areas, a panel a group.
    """
    starts = intervals_by_group.index.get_level_values("start")
    step = interval_length(starts)
    groups = list(dict.fromkeys(intervals_by_group.index.get_level_values("group")))
    figure = panels([[group if len(groups) > 1 else ""] for group in groups])
    happens = intervals_by_group.max() > 0
    states = {state: colour for state, colour in STATES.items() if happens.get(state, False)}
    for row, group in enumerate(groups, start=1):
        own = intervals_by_group.xs(group, level="group").sort_index()
        low = own["busy"] * 0
        for state, colour in states.items():
            high = low + own[state]
            figure.add_scatter(
                **step_band(low, high, step),
                name=labels[f"figure.states.{state}"],
                fillcolor=colour,
                hoverinfo="skip",
                legendgroup=state,
                showlegend=row == 1,
                row=row,
                col=1,
            )
            # The shape cannot be hovered by interval; an unseen line can.
            figure.add_scatter(
                **step_line(own[state], step),
                line={"width": 0, "color": colour},
                name=labels[f"figure.states.{state}"],
                hovertemplate="%{y:,.1f}",
                showlegend=False,
                row=row,
                col=1,
            )
            low = high
        top = low.max() * 1.05
        figure.update_yaxes(range=[0, top], title_text=labels["figure.agents"], row=row, col=1)
    total = intervals_by_group.groupby(level="start")[["busy", "at_work"]].sum()
    total = total[total["at_work"] >= FEWEST_AGENTS * total["at_work"].max()]
    occupancy = total["busy"] / total["at_work"]
    title = labels["figure.states.title"].format(
        occupancy=f"{total['busy'].sum() / total['at_work'].sum():.0%}",
        highest=f"{occupancy.max():.0%}",
        when=moment(occupancy.idxmax(), labels),
    )
    figure.update_layout(title=title)
    lay_time_axis(figure, starts, labels)
    figure.update_xaxes(title_text=labels["figure.time"], row=len(groups), col=1)
    return figure


def sensitivity(at_aht: pd.DataFrame, labels: Mapping[str, str]) -> go.Figure:
    """Draw the service level if handle times were shorter or longer than assumed.

    Parameters
    ----------
    at_aht
        Index `aht_factor`; columns `aht` (s), `service_level`, `low`, `high` (shares).
    labels
        Words by key, `figure.sensitivity.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A point with its 95 % error bar for each factor.
    """
    table = at_aht.sort_index()
    change = [signed(factor - 1) for factor in table.index]
    level = table["service_level"]
    figure = go.Figure()
    figure.add_scatter(
        x=[
            labels["figure.sensitivity.point"].format(change=by, aht=f"{aht:,.0f}")
            for by, aht in zip(change, table["aht"], strict=True)
        ],
        y=level,
        error_y={
            "type": "data",
            "symmetric": False,
            "array": table["high"] - level,
            "arrayminus": level - table["low"],
            "thickness": 2,
            "width": 8,
        },
        mode="markers+text",
        text=[f"\u2002{value:.1%}" for value in level],
        textposition="middle right",
        marker={"size": 11},
        hovertemplate="%{y:.1%}<extra></extra>",
        cliponaxis=False,
    )
    title = labels["figure.sensitivity.title"].format(
        shortest=change[0],
        at_shortest=f"{level.iloc[0]:.0%}",
        longest=change[-1],
        at_longest=f"{level.iloc[-1]:.0%}",
    )
    figure.update_layout(
        template=register(),
        title=title,
        height=340,
        showlegend=False,
        hovermode="closest",
        xaxis_title=labels["figure.sensitivity.aht"],
        xaxis_range=[-0.4, len(table) - 0.4],
        yaxis_title=labels["figure.service.service_level"],
        yaxis_tickformat=".0%",
        yaxis_range=[0, 1.05],
    )
    return figure


def signed(change: float) -> str:
    """Write a change as a percentage with its sign; no change is ``±0%``."""
    return "±0%" if round(change, 4) == 0 else f"{change:+.0%}".replace("-", "−")


def _service_panels(
    queues: list[str], targets: Mapping[str, float], labels: Mapping[str, str]
) -> go.Figure:
    """Panels with their headings, still empty."""
    headings = []
    for queue in queues:
        level, lost = (labels[f"figure.service.{kpi}"] for kpi in SHARES)
        if queue in targets:
            level = labels["figure.service.asked"].format(kpi=level, target=f"{targets[queue]:.0%}")
        named = labels["figure.service.of_queue"].format(queue=queue, kpi=level)
        headings += [[named, lost]] if len(queues) > 1 else [[named], [lost]]
    return panels(headings, LOW_PANEL if len(queues) > 1 else ONE_QUEUE_PANEL)


def _service(
    figure: go.Figure,
    own: pd.DataFrame,
    panel: _Panel,
    labels: Mapping[str, str],
    target: float | None,
) -> None:
    """Draw a queue's service level, its target, and what is missing to it."""
    _band(figure, own, "service_level", panel, labels)
    if target is not None:
        missed = own.loc[own["service_level"] < target, "service_level"]
        figure.add_scatter(
            **step_band(missed, missed * 0 + target, panel.step),
            name=labels["figure.service.below"],
            fillcolor=translucent(MISSED, SHADE),
            hoverinfo="skip",
            legendgroup="below",
            legendrank=LAST,
            # Plotly names nothing that is empty: the first that has any stands for all.
            showlegend=not missed.empty and not _is_named(figure, "below"),
            **panel.at,
        )
        figure.add_hline(y=target, line={"color": INK, "width": 1, "dash": "dash"}, **panel.at)
    _line(figure, own, "service_level", panel, labels)
    figure.update_yaxes(range=[0, 1.02], **panel.at)


def _abandonment(
    figure: go.Figure, own: pd.DataFrame, panel: _Panel, labels: Mapping[str, str]
) -> None:
    _band(figure, own, "abandonment", panel, labels)
    _line(figure, own, "abandonment", panel, labels)
    most = own[["abandonment", "abandonment_high"]].max().max()
    figure.update_yaxes(range=[0, min(max(1.05 * most, LEAST_ABANDONMENT), 1.02)], **panel.at)


def _band(
    figure: go.Figure, own: pd.DataFrame, kpi: str, panel: _Panel, labels: Mapping[str, str]
) -> None:
    known = own[own[f"{kpi}_low"].notna()]
    figure.add_scatter(
        **step_band(known[f"{kpi}_low"], known[f"{kpi}_high"], panel.step),
        name=labels["figure.service.band"],
        fillcolor=translucent(SHARES[kpi], BAND_OPACITY),
        hoverinfo="skip",
        legendgroup="band",
        legendrank=LAST,
        showlegend=not known.empty and not _is_named(figure, "band"),
        **panel.at,
    )


def _line(
    figure: go.Figure, own: pd.DataFrame, kpi: str, panel: _Panel, labels: Mapping[str, str]
) -> None:
    """Draw a share as a step line; hovering tells it, its interval, and of how many."""
    words = [
        labels["figure.service.hover" if pd.isna(low) else "figure.service.hover_band"].format(
            low=f"{low:.1%}", high=f"{high:.1%}", offered=f"{offered:,.0f}"
        )
        for low, high, offered in own[[f"{kpi}_low", f"{kpi}_high", "offered"]].to_numpy()
    ]
    figure.add_scatter(
        **step_line(own[kpi], panel.step, words),
        name=labels[f"figure.service.{kpi}"],
        line={"color": SHARES[kpi], "width": 2},
        hovertemplate="%{y:.1%}%{customdata}",
        legendgroup=kpi,
        showlegend=not _is_named(figure, kpi),
        **panel.at,
    )


def _is_named(figure: go.Figure, group: str) -> bool:
    """Whether the legend has a group of traces already."""
    return any(trace.legendgroup == group and trace.showlegend for trace in figure.data)


def _by_queue(target: float | Mapping[str, float] | None, queues: list[str]) -> dict[str, float]:
    if target is None:
        return {}
    if isinstance(target, Mapping):
        return {queue: target[queue] for queue in queues if queue in target}
    return dict.fromkeys(queues, target)


def _service_title(
    intervals: pd.DataFrame, labels: Mapping[str, str], targets: Mapping[str, float]
) -> str:
    start, queue = worst_interval(intervals)
    when = moment(start, labels)
    if intervals.index.get_level_values("queue").nunique() > 1:
        when = labels["figure.service.when_and_queue"].format(when=when, queue=queue)
    worst = {
        "when": when,
        "worst": f"{intervals.loc[(start, queue), 'service_level']:.0%}",
    }
    if not targets:
        return labels["figure.service.title"].format(**worst)
    asked = intervals.index.get_level_values("queue").map(targets).to_numpy(dtype=float)
    counted = intervals[pd.notna(asked)]
    met = counted["service_level"] >= asked[pd.notna(asked)]
    return labels["figure.service.title_target"].format(
        met=f"{int(met.sum()):,}", intervals=f"{len(counted):,}", **worst
    )
