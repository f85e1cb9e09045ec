"""Fan: the picture of a forecast, put together from its tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ccsim.demand.calendar import Calendar
from ccsim.demand.clock import local_dates
from ccsim.demand.marks import day_marks
from ccsim.errors import OptionError

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ccsim.demand.prediction import Forecast

SHARES = (0.5, 0.8, 0.95)


def fan(
    forecast: Forecast,
    labels: Mapping[str, str],
    calendar: Calendar | str | None,
    weeks: int,
    on: str | dt.date | None,
) -> go.Figure:
    """Draw a forecast, or one day of it; see `Forecast.plot`.

    Raises
    ------
    OptionError
        When `on` is not an open day of the forecast.
    """
    from ccsim.figures.forecast import forecast_figure

    shown = _shown(forecast, on)
    history = _history(forecast, 0 if on is not None else weeks)
    days = [local_dates(pd.DatetimeIndex(starts)) for starts in (history["start"], shown)]
    earlier = {"original": forecast.original.mean} if forecast.adjustments else {}
    if forecast.plan is not None:
        earlier["plan"] = forecast.plan
    return forecast_figure(
        history,
        forecast.mean.loc[shown],
        {
            share: tuple(
                forecast.quantile(q).loc[shown] for q in ((1.0 - share) / 2, (1.0 + share) / 2)
            )
            for share in SHARES
        },
        labels,
        counts=None if forecast.actuals is None else forecast.actuals.loc[shown],
        earlier={name: table.loc[shown] for name, table in earlier.items()},
        marks=day_marks(np.concatenate(days), forecast.events, calendar),
    )


def _shown(forecast: Forecast, on: str | dt.date | None) -> pd.DatetimeIndex:
    starts = pd.DatetimeIndex(forecast.mean.index)
    if on is None:
        return starts
    dates = local_dates(starts)
    try:
        day = np.datetime64(pd.Timestamp(on), "D")
    except ValueError:
        raise OptionError(f"on='{on}' is not a date; allowed: such as {dates[0]}") from None
    if day not in dates:
        raise OptionError(
            f"on='{day}' is no open day of the forecast; allowed: {dates[0]} to {dates[-1]}"
        )
    return starts[dates == day]


def _history(forecast: Forecast, weeks: int) -> pd.DataFrame:
    if forecast.history is None or weeks < 1:
        nothing = {"start": forecast.mean.index[:0], "queue": "", "offered": 0.0}
        return pd.DataFrame(nothing)
    table = forecast.history.table
    return table[table["start"] >= forecast.mean.index[0] - pd.Timedelta(weeks=weeks)]
