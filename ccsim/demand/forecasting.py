"""Forecast the coming days of every queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from ccsim.demand.arguments import day_of, whole, workers_of
from ccsim.demand.calendar import Calendar, as_calendar
from ccsim.demand.events import Event, check_learnable, checked_events, without_events
from ccsim.demand.history import History
from ccsim.demand.models import Horizon, league
from ccsim.demand.opening import Hours
from ccsim.demand.prediction import Forecast
from ccsim.errors import OptionError


def forecast(
    history: History,
    start: str | dt.date | None = None,
    days: int = 14,
    calendar: Calendar | str | None = None,
    events: Sequence[Event] = (),
    model: str | Sequence[str] = "auto",
    *,
    interval: str | pd.Timedelta | None = None,
    hours: Hours | None = None,
    workers: int | None = None,
) -> Forecast:
    """Forecast contacts by interval and queue, with their uncertainty.

    Parameters
    ----------
    history
        Past counts.
    start
        First day; default the day after the end of the history.
    days
        Calendar days to forecast.
    calendar
        Public holidays: a `Calendar`, a country code such as `CN` or `US-NY`, or None.
    events
        Days the planner knows to be different. Given uplifts are divided out of the history on
        past dates and multiplied onto the forecast on coming ones; others are learned.
    model
        `auto`: all models, combined by how well they would have forecast the last months, with
        the league table in `Forecast.league`; one model's name; or several, combined likewise.
        Names: multiplicative, glm, low_rank, ets, arima, mstl, unobserved_components, boosting,
        last_week, mean_of_4, mean_of_8, median_of_6; with the extra `heavy` prophet, lightgbm
        and theta.
    interval
        Length of the forecast's intervals, a multiple of the history's; default the same.
    hours
        Weekly opening hours as a table or function (see `ccsim.demand.hours`); default as
        in the history.
    workers
        Processes; None: all cores where there is much to do. The result does not depend on it.

    Returns
    -------
    Forecast

    Raises
    ------
    HistoryError
        When the history is too short, or closed for the whole horizon.
    OptionError
        When an argument is not allowed.

    Examples
    --------
    >>> history = ccsim.read_history("dataset:bank_calls")  # doctest: +SKIP
    >>> ccsim.forecast(history, days=7, calendar="US", interval="30min")  # doctest: +SKIP
    """
    if not isinstance(history, History):
        raise OptionError("forecast: history is no History; allowed: what read_history returns")
    days, workers = whole("days", days, least=1), workers_of(workers)
    counts = history if interval is None else history.aggregated(interval)
    first = _first_day(counts, start)
    special = checked_events(events)
    check_learnable(counts, special)
    fitted = league(model, workers).fit(
        without_events(counts, special), as_calendar(calendar), special
    )
    plain = fitted.predict(Horizon(first, days, hours))
    return replace(plain, history=counts).with_events(special)


def _first_day(history: History, start: str | dt.date | None) -> pd.Timestamp:
    after = history.last_day + pd.Timedelta(days=1)
    if start is None:
        return after
    first = day_of("start", start)
    if first < after:
        raise OptionError(
            f"start {first:%Y-%m-%d} lies inside the history; allowed: from {after:%Y-%m-%d} on "
            "(history.until(day) goes back in time)"
        )
    return first
