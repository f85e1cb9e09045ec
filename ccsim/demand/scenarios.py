"""The demand of a scenario: its history read, its horizon forecast, its counts at hand."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.adjusting import Adjustment
from ccsim.demand.backtesting import By, backtest, possible_origins
from ccsim.demand.calendar import Calendar, GivenDay, read_calendar_file
from ccsim.demand.calls import CallLog, read_calls
from ccsim.demand.clock import local_dates
from ccsim.demand.cold_start import BORROWED, ColdStart, cold_start
from ccsim.demand.events import Event, check_learnable, range_variance
from ccsim.demand.forecasting import forecast
from ccsim.demand.history import History
from ccsim.demand.models.registry import rules_of
from ccsim.demand.prediction import Forecast
from ccsim.demand.reading import read_history
from ccsim.distributions import Distribution
from ccsim.errors import HistoryError, OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.arrivals import Event as Described
from ccsim.scenario.names import reached_otherwise
from ccsim.scenario.opening import clock_windows

MOST_KEPT = 4
CONVENTION = (0.8, 20.0)  # of the trade: share served, within seconds


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

    Queues of its section `cold_start` are put beside; the planner's adjustments come last. The
    last forecasts are kept: a change that does not touch the demand finds its own again.

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
    counts = history
    if counts is None and demand.history is not None:
        counts = read_scenario_history(scenario)
    key = _key(scenario, counts)
    if key not in _KEPT:
        made = None if counts is None else _forecast(scenario, counts)
        if demand.cold_start is not None:
            made = _with_cold_start(scenario, made)
        if made is None:
            raise HistoryError(
                f"{scenario.origin.where(('demand',))}: demand has nothing to forecast from; "
                "allowed: history or cold_start"
            )
        for index, change in enumerate(scenario_adjustments(scenario)):
            with _told_at(scenario, "demand", "adjustments", index):
                made = made.adjusted(change)
        _KEPT[key] = made
        while len(_KEPT) > MOST_KEPT:
            del _KEPT[next(iter(_KEPT))]
    return _KEPT[key]


_KEPT: dict[str, Forecast] = {}


def _key(scenario: Scenario, counts: History | None) -> str:
    """Name all that decides the forecast of a scenario."""
    told = [scenario.demand, scenario.horizon, scenario.hours, scenario.timezone]
    told += [queue.hours for queue in scenario.queues.values()]
    digest = hashlib.sha256(repr((told, list(scenario.queues), scenario.origin.folder)).encode())
    if counts is not None:
        digest.update(pd.util.hash_pandas_object(counts.table).to_numpy().tobytes())
        digest.update(repr((counts.interval, counts.timezone, counts.source)).encode())
    for file in (scenario.demand.calendar_file, *_profiles(scenario)):
        if file is not None:
            digest.update(_bytes(Path(scenario.origin.folder, file)))
    return digest.hexdigest()


def _profiles(scenario: Scenario) -> list[str]:
    thoughts = (scenario.demand.cold_start or {}).values()
    return [thought.profile for thought in thoughts if _is_file(thought.profile)]


def _is_file(profile: str) -> bool:
    return profile not in BORROWED and not profile.startswith("queue:")


def _bytes(path: Path) -> bytes:
    """Contents of a file; of one that is not there none, for reading it will say so."""
    return path.read_bytes() if path.is_file() else b""


def _forecast(scenario: Scenario, counts: History) -> Forecast:
    demand = scenario.demand
    calendar = scenario_calendar(scenario)
    with _told_at(scenario, "demand", "model"):
        rules_of(demand.model)
    with _told_at(scenario, "demand", "events"):
        check_learnable(counts, scenario_events(scenario))
    with _told_at(scenario, "horizon", "interval"):
        counts = counts.aggregated(pd.Timedelta(seconds=scenario.horizon.interval))
    with _told_at(scenario, "horizon", "start"):
        made = forecast(
            counts,
            start=scenario.horizon.start,
            days=scenario.horizon.days,
            calendar=calendar,
            events=scenario_events(scenario),
            model=demand.model,
            hours=_open_slots(scenario),
        )
    # The simulator draws the range of an uplift itself; a quantile has to know of it too.
    ranges = [
        Event(event.name, event.dates, event.uplift, event.uplift_range)
        for event in demand.events
        if event.uplift_range is not None
    ]
    days = np.unique(local_dates(pd.DatetimeIndex(made.mean.index)))
    return replace(made, undrawn=range_variance(ranges, days, made.queues))


def _with_cold_start(scenario: Scenario, beside: Forecast | None) -> Forecast:
    thoughts = {}
    for name, told in (scenario.demand.cold_start or {}).items():
        if beside is not None and name in beside.queues:
            where = scenario.origin.where(("demand", "cold_start", name))
            raise HistoryError(
                f"{where}: demand.cold_start.{name}: the history counts this queue already; "
                "allowed: queues without history"
            )
        file = _is_file(told.profile)
        profile = Path(scenario.origin.folder, told.profile) if file else told.profile
        thoughts[name] = ColdStart(told.customers, told.contact_rate, profile, told.range)
    with _told_at(scenario, "demand", "cold_start"):
        return cold_start(
            thoughts,
            scenario.horizon.start,
            scenario.horizon.days,
            interval=pd.Timedelta(seconds=scenario.horizon.interval),
            timezone=scenario.timezone,
            hours=_open_slots(scenario),
            calendar=scenario_calendar(scenario),
            beside=beside,
        )


def backtest_scenario(
    scenario: Scenario,
    history: History | None = None,
    *,
    origins: int | None = None,
    days: int = 14,
    models: Sequence[str] | None = None,
    by: By | None = None,
    workers: int | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Score the forecast models on a scenario's own past, in its intervals; as `backtest`.

    Adjustments of past dates are scored beside the models. The staffing error is reckoned with
    the first queue's mean handle time, where the history has none, and the first target for a
    service level; where none is asked for, 80 % in 20 s.

    Parameters
    ----------
    origins
        How many; where None 21, or as many as the history allows.
    days, models, by, workers, progress
        As in `backtest`.
    """
    counts = history if history is not None else read_scenario_history(scenario)
    target = next(
        (q.target for q in scenario.queues.values() if q.target.service_level is not None), None
    )
    level = target.service_level if target is not None else None
    within = target.within if target is not None else None
    return backtest(
        counts,
        min(21, max(1, possible_origins(counts, days=days))) if origins is None else origins,
        days=days,
        calendar=scenario_calendar(scenario),
        events=scenario_events(scenario),
        interval=pd.Timedelta(seconds=scenario.horizon.interval),
        models=models,
        by=by,
        adjustments=scenario_adjustments(scenario),
        handle_time=None if "handle_time" in counts.table else _mean_handle_time(scenario),
        workers=workers,
        progress=progress,
        service_level=CONVENTION[0] if level is None else level,
        answer_within=CONVENTION[1] if within is None else within,
    )


def scenario_adjustments(scenario: Scenario) -> tuple[Adjustment, ...]:
    """Give the planner's changes the form the demand room works with."""
    return tuple(
        Adjustment(made.dates, made.queue, made.factor, made.reason, made.by, made.value)
        for made in scenario.demand.adjustments
    )


def scenario_calendar(scenario: Scenario) -> Calendar | None:
    """Public holidays of the scenario's country, with what the planner knows better."""
    demand = scenario.demand
    if demand.calendar is None:
        return None
    given: tuple[GivenDay, ...] = ()
    if demand.calendar_file is not None:
        with _told_at(scenario, "demand", "calendar_file"):
            given = read_calendar_file(Path(scenario.origin.folder, demand.calendar_file))
    with _told_at(scenario, "demand", "calendar"):
        return Calendar(demand.calendar, demand.closed_on, demand.open_on, given)


def scenario_events(scenario: Scenario) -> tuple[Event, ...]:
    """Give the scenario's events the form the demand room works with.

    The days that ramp up to an event and those that echo it are events of their own, for the
    queues it raises. The range of an uplift is left to the simulator, which draws it.
    """
    return tuple(
        further for event in scenario.demand.events for further in _with_ramp_and_echo(event)
    )


def _with_ramp_and_echo(event: Described) -> Iterator[Event]:
    yield Event(
        event.name,
        event.dates,
        event.uplift,
        kind=event.kind,
        before=event.before,
        after=event.after,
        sizes=event.sizes or None,
        fades=event.fades,
    )
    first, last, ramp = min(event.dates), max(event.dates), len(event.ramp)
    around = [(first - dt.timedelta(ramp - n), f) for n, f in enumerate(event.ramp)]
    around += [(last + dt.timedelta(n + 1), f) for n, f in enumerate(event.echo)]
    for date, factor in around:
        raised = event.uplift
        name = f"{event.name} ({'before' if date < first else 'after'})"
        yield Event(
            name, (date,), dict.fromkeys(raised, factor) if isinstance(raised, dict) else factor
        )


def _mean_handle_time(scenario: Scenario) -> float:
    """Mean talk and wrap of the first queue, seconds."""
    queue = next(iter(scenario.queues.values()))
    return sum(_mean(duration) for duration in (queue.talk, queue.wrap) if duration is not None)


def _mean(duration: Distribution | tuple[tuple[float, Distribution], ...]) -> float:
    """Mean of a duration; of one given by period, of its periods alike."""
    if isinstance(duration, tuple):
        return float(np.mean([one.mean for _, one in duration]))
    return duration.mean


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
            repair=demand.repair,
            columns_preset=_beside(scenario, demand.columns_preset, ".yaml"),
            profile=_beside(scenario, demand.profile, ""),
        )
    cold = demand.cold_start or {}
    for name in scenario.queues:
        if name not in (*history.queues, *cold) and not reached_otherwise(scenario, name):
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


def _beside(scenario: Scenario, name: str | None, ending: str) -> str | None:
    """Read a name that ends like a file as a path relative to the scenario's file."""
    if name is None or not name.endswith(ending):
        return name
    return str(Path(scenario.origin.folder, name))


def _columns(scenario: Scenario) -> dict[str, str] | None:
    return {str(ours): theirs for ours, theirs in (scenario.demand.columns or {}).items()} or None


@contextmanager
def _told_at(scenario: Scenario, *path: str | int) -> Iterator[None]:
    """Put file, line and field before what the rooms below refuse."""
    try:
        yield
    except (HistoryError, OptionError) as error:
        where = scenario.origin.where(path)
        raise type(error)(f"{where}: {'.'.join(map(str, path))}: {error}") from error


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
