"""Picture of a roster: people by days, day and night shifts told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ccsim.figures.gantt import FRAME, LOW, MOST_NAMES, SCREEN, TALL
from ccsim.figures.theme import PALE, PALETTE, register
from ccsim.figures.timeline import day_name

KINDS = ("off", "day", "night")
COLOURS = (PALE, PALETTE[5], PALETTE[0])


def calendar(
    assignments: pd.DataFrame, people: Sequence[str], labels: Mapping[str, str]
) -> go.Figure:
    """Draw who works on which day.

    Parameters
    ----------
    assignments
        Columns `person`, `date` (local), `start`, `end` (tz-aware), `night` (bool).
    people
        Everybody of the roster, in the order of the rows.
    labels
        Words by key, `figure.calendar.*`.

    Returns
    -------
    plotly.graph_objects.Figure
        A heat map of three colours; hovering tells the hours.
    """
    first, last = assignments["date"].min(), assignments["date"].max()
    dates = pd.date_range(first, last, freq="D")
    row_of = {person: row for row, person in enumerate(people)}
    kinds = np.zeros((len(people), len(dates)), dtype=int)
    words = np.full(kinds.shape, labels["figure.calendar.off"], dtype=object)
    for one in assignments.itertuples():
        place = row_of[one.person], (one.date - first).days
        kinds[place] = 2 if one.night else 1
        words[place] = f"{one.start:%H:%M}–{one.end:%H:%M}"
    figure = go.Figure(
        go.Heatmap(
            x=[day_name(date, labels) for date in dates],
            y=list(people),
            z=kinds,
            customdata=words,
            hovertemplate=labels["figure.calendar.hover"],
            zmin=-0.5,
            zmax=2.5,
            colorscale=[
                [edge / 3, colour]
                for number, colour in enumerate(COLOURS)
                for edge in (number, number + 1)
            ],
            colorbar={
                "tickvals": list(range(len(KINDS))),
                "ticktext": [labels[f"figure.calendar.{kind}"] for kind in KINDS],
            },
            xgap=1,
            ygap=1 if len(people) <= MOST_NAMES else 0,
        )
    )
    figure.update_layout(
        template=register(),
        title=labels["figure.calendar.title"].format(
            people=f"{assignments['person'].nunique():,}",
            shifts=f"{len(assignments):,}",
            nights=f"{int(assignments['night'].sum()):,}",
        ),
        height=FRAME + int(len(people) * min(TALL, max(LOW, SCREEN / len(people)))),
        hovermode="closest",
    )
    figure.update_xaxes(title_text=labels["figure.calendar.date"], type="category", nticks=10)
    figure.update_yaxes(
        title_text=labels["figure.gantt.people"],
        type="category",
        autorange="reversed",
        showticklabels=len(people) <= MOST_NAMES,
    )
    return figure
