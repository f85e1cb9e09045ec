"""Pictures of service: service level and abandonment, agents’ states, other handle times."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ccsim.figures.theme import INK, PALE, PALETTE, register, translucent
from ccsim.figures.timeline import interval_length, lay_time_axis, moment, step_band, step_line

BAND_OPACITY = 0.22
# An interval with fewer contacts than this share of the busiest one says little about service.
FEWEST_CONTACTS = 0.01
FEWEST_TO_JUDGE = 5
# Nor do the few who finish a contact after closing say how busy a day was.
FEWEST_AGENTS = 0.1
STATES = {
    "busy": PALETTE[0],
    "idle": PALETTE[5],
    "on_break": PALETTE[1],
    "absent": PALE,
}


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
        Service level asked for (a share), of all queues or by queue.

    Returns
    -------
    plotly.graph_objects.Figure
        Two panels with one x axis; a line and a band a queue.
    """
    queues = list(dict.fromkeys(intervals.index.get_level_values("queue")))
    targets = _by_queue(target, queues)
    step = interval_length(intervals.index.get_level_values("start"))
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.07)
    for place, queue in enumerate(queues):
        colour = PALETTE[place % len(PALETTE)]
        own = intervals.xs(queue, level="queue").sort_index()
        for row, kpi in enumerate(("service_level", "abandonment"), start=1):
            _with_band(figure, own, kpi, queue, colour, step, labels, row)
    _mark_targets(figure, targets, labels)
    figure.update_layout(
        template=register(),
        title=_service_title(intervals, labels, targets),
        height=520,
        legend_y=-0.18,
    )
    figure.update_yaxes(tickformat=".0%")
    figure.update_yaxes(title_text=labels["figure.service.service_level"], range=[0, 1.02], row=1)
    figure.update_yaxes(title_text=labels["figure.service.abandonment"], rangemode="tozero", row=2)
    lay_time_axis(figure, intervals.index.get_level_values("start"), labels)
    figure.update_xaxes(title_text=labels["figure.time"], row=2)
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
        Index (`start`, `group`); mean agents `busy`, `idle`, `on_break`, `absent`, `at_work`.
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
    figure = make_subplots(
        rows=len(groups),
        cols=1,
        shared_xaxes=True,
        subplot_titles=groups if len(groups) > 1 else None,
        vertical_spacing=0.22 / max(len(groups), 2),
    )
    for row, group in enumerate(groups, start=1):
        own = intervals_by_group.xs(group, level="group").sort_index()
        low = own["busy"] * 0
        for state, colour in STATES.items():
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
    figure.update_layout(
        template=register(),
        title=title,
        height=180 + 240 * len(groups),
        legend_y=-0.34 / len(groups),
    )
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


def _with_band(
    figure: go.Figure,
    own: pd.DataFrame,
    kpi: str,
    queue: str,
    colour: str,
    step: pd.Timedelta,
    labels: Mapping[str, str],
    row: int,
) -> None:
    known = own[own[f"{kpi}_low"].notna()]
    figure.add_scatter(
        **step_band(known[f"{kpi}_low"], known[f"{kpi}_high"], step),
        name=labels["figure.service.band"].format(queue=queue),
        fillcolor=translucent(colour, BAND_OPACITY),
        hoverinfo="skip",
        legendgroup=f"{queue} band",
        showlegend=row == 1,
        row=row,
        col=1,
    )
    figure.add_scatter(
        **step_line(own[kpi], step),
        name=queue,
        line={"color": colour, "width": 2},
        hovertemplate="%{y:.1%}",
        legendgroup=queue,
        showlegend=row == 1,
        row=row,
        col=1,
    )


def _by_queue(target: float | Mapping[str, float] | None, queues: list[str]) -> dict[str, float]:
    if target is None:
        return {}
    if isinstance(target, Mapping):
        return {queue: target[queue] for queue in queues if queue in target}
    return dict.fromkeys(queues, target)


def _mark_targets(
    figure: go.Figure, targets: Mapping[str, float], labels: Mapping[str, str]
) -> None:
    """Draw a dashed line for each target, named by its queues where there are several."""
    shares = sorted(set(targets.values()))
    for share in shares:
        queues = ", ".join(queue for queue, asked in targets.items() if asked == share)
        key = "figure.service.target" if len(shares) == 1 else "figure.service.target_of"
        figure.add_hline(
            y=share,
            line={"color": INK, "width": 1, "dash": "dash"},
            annotation_text=labels[key].format(target=f"{share:.0%}", queues=queues),
            annotation_position="bottom right",
            annotation_bgcolor=translucent("#FFFFFF", 0.7),
            row=1,
            col=1,
        )


def _service_title(
    intervals: pd.DataFrame, labels: Mapping[str, str], targets: Mapping[str, float]
) -> str:
    start, queue = worst_interval(intervals)
    worst = {
        "when": moment(start, labels),
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
