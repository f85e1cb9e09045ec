"""The demand of a scenario: its history read, its horizon forecast, its counts at hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.backtesting import backtest, possible_origins
from ccsim.demand.calendar import Calendar
from ccsim.demand.calls import CallLog, read_calls
from ccsim.demand.events import Event
from ccsim.demand.forecasting import forecast
from ccsim.demand.history import History
from ccsim.demand.prediction import Forecast
from ccsim.demand.reading import read_history
from ccsim.errors import HistoryError, OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.arrivals import Event as Described
from ccsim.scenario.names import reached_otherwise
from ccsim.scenario.opening import clock_windows


def read_scenario_history(scenario: Scenario) -> History:
    """Read the history a scenario names, with its clock and for its queues.

    Raises
    ------
    HistoryError
        When the scenario has none, it cannot be read, or its queues are not the scenario's.
    """
    if scenario.demand.history is None:
        raise HistoryError(
            f"{scenario.origin.where(('demand',))}: demand has no history to forecast from; "
            "allowed: history: FILE, URL or dataset:NAME"
        )
    return _read(scenario, "history", scenario.demand.history)


def read_scenario_counts(scenario: Scenario) -> History:
    """Read the expected counts a scenario names; they are rates, not a past."""
    if scenario.demand.counts is None:
        raise HistoryError(f"{scenario.origin.where(('demand',))}: demand has no counts")
    return _read(scenario, "counts", scenario.demand.counts)


def read_scenario_calls(scenario: Scenario) -> CallLog:
    """Read the call log a scenario names, with its clock and for its queues."""
    demand, origin = scenario.demand, scenario.origin
    if demand.log is None:
        raise HistoryError(f"{origin.where(('demand',))}: demand has no log; allowed: log: FILE")
    with _told_at(scenario, "demand", "log"):
        log = read_calls(
            demand.log if is_named(demand.log) else Path(origin.folder, demand.log),
            _columns(scenario),
            scenario.timezone,
            queue=next(iter(scenario.queues)),
            query=demand.query,
            sheet=demand.sheet,
            separator=demand.separator,
            time_format=demand.time_format,
        )
    for name in log.queues:
        if name not in scenario.queues:
            raise HistoryError(
                f"{origin.where(('demand', 'log'))}: demand.log: {log.source} has calls of queue "
                f"'{name}'; the scenario has {', '.join(scenario.queues)}"
            )
    return log


def forecast_scenario(scenario: Scenario, history: History | None = None) -> Forecast:
    """Forecast a scenario's horizon in its intervals, minding its hours, calendar and events.

    Parameters
    ----------
    history
        What to forecast from; the scenario's own where None.

    Examples
    --------
    >>> import ccsim
    >>> forecast_scenario(ccsim.load("scenarios/finance.yaml"))   # doctest: +SKIP
    """
    demand = scenario.demand
    counts = history if history is not None else read_scenario_history(scenario)
    calendar = scenario_calendar(scenario)
    with _told_at(scenario, "horizon", "start"):
        return forecast(
            counts,
            start=scenario.horizon.start,
            days=scenario.horizon.days,
            calendar=calendar,
            events=scenario_events(scenario),
            model=demand.model,
            interval=pd.Timedelta(seconds=scenario.horizon.interval),
            hours=_open_slots(scenario),
        )


def backtest_scenario(
    scenario: Scenario,
    history: History | None = None,
    *,
    origins: int | None = None,
    workers: int = 1,
) -> pd.DataFrame:
    """Score the forecast models on a scenario's own past, in its intervals; as `backtest`.

    Parameters
    ----------
    origins
        How many; where None 21, or as many as the history allows.
    """
    counts = history if history is not None else read_scenario_history(scenario)
    return backtest(
        counts,
        min(21, max(1, possible_origins(counts))) if origins is None else origins,
        calendar=scenario_calendar(scenario),
        events=scenario_events(scenario),
        interval=pd.Timedelta(seconds=scenario.horizon.interval),
        workers=workers,
    )


def scenario_calendar(scenario: Scenario) -> Calendar | None:
    """Public holidays of the scenario's country, with what the planner knows better."""
    demand = scenario.demand
    if demand.calendar is None:
        return None
    with _told_at(scenario, "demand", "calendar"):
        return Calendar(demand.calendar, closed=demand.closed_on, open=demand.open_on)


def scenario_events(scenario: Scenario) -> tuple[Event, ...]:
    """Give the scenario's events the form the demand room works with.

    The days that ramp up to an event and those that echo it are events of their own, for the
    queues it raises.
    """
    return tuple(
        further for event in scenario.demand.events for further in _with_ramp_and_echo(event)
    )


def _with_ramp_and_echo(event: Described) -> Iterator[Event]:
    yield Event(event.name, event.dates, event.uplift)
    first, last, ramp = min(event.dates), max(event.dates), len(event.ramp)
    around = [(first - dt.timedelta(ramp - n), f) for n, f in enumerate(event.ramp)]
    around += [(last + dt.timedelta(n + 1), f) for n, f in enumerate(event.echo)]
    for date, factor in around:
        raised = event.uplift
        name = f"{event.name} ({'before' if date < first else 'after'})"
        yield Event(
            name, (date,), dict.fromkeys(raised, factor) if isinstance(raised, dict) else factor
        )


def _read(scenario: Scenario, field: str, source: str) -> History:
    demand, origin = scenario.demand, scenario.origin
    only = next(iter(scenario.queues))
    with _told_at(scenario, "demand", field):
        history = read_history(
            source if is_named(source) else Path(origin.folder, source),
            _columns(scenario),
            timezone=scenario.timezone,
            query=demand.query,
            sheet=demand.sheet,
            queue=only,
            separator=demand.separator,
            time_format=demand.time_format,
            missing=demand.missing,
        )
    for name in scenario.queues:
        if name not in history.queues and not reached_otherwise(scenario, name):
            raise HistoryError(
                f"{origin.where(('demand', field))}: demand.{field}: no counts for queue '{name}'; "
                f"{history.source} has {', '.join(history.queues)}"
            )
    for name in history.queues:
        if name not in scenario.queues:
            raise HistoryError(
                f"{origin.where(('demand', field))}: demand.{field}: {history.source} counts queue "
                f"'{name}'; the scenario has {', '.join(scenario.queues)}"
            )
    return history


def _columns(scenario: Scenario) -> dict[str, str] | None:
    return {str(ours): theirs for ours, theirs in (scenario.demand.columns or {}).items()} or None


@contextmanager
def _told_at(scenario: Scenario, *path: str) -> Iterator[None]:
    """Put file, line and field before what the rooms below refuse."""
    try:
        yield
    except (HistoryError, OptionError) as error:
        where = scenario.origin.where(path)
        raise type(error)(f"{where}: {'.'.join(path)}: {error}") from error


def is_named(source: str) -> bool:
    """Say whether a source is a data set's name or a database URL, not a path."""
    return source.startswith("dataset:") or "://" in source


def _open_slots(scenario: Scenario) -> Callable[[pd.DatetimeIndex], npt.NDArray[np.bool_]]:
    """Say which local interval starts the scenario, or a queue with its own hours, is open at."""
    every = [
        scenario.hours,
        *(q.hours for q in scenario.queues.values() if q.hours is not None),
    ]

    def is_open(starts: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
        seconds = (starts - starts.normalize()).total_seconds().to_numpy()
        answer = np.zeros(len(starts), dtype=bool)
        for hours in every:
            for date in starts.normalize().unique():
                today = starts.normalize() == date
                for opens, closes in clock_windows(hours, date.date()):
                    answer |= today & (seconds >= opens) & (seconds < closes)
                yesterday = date - pd.Timedelta(days=1)
                for _, closes in clock_windows(hours, yesterday.date()):
                    answer |= today & (seconds < closes - 86400)
        return answer

    return is_open
