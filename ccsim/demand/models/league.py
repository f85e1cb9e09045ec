"""A model made of rules that are combined by their forecasts of the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Bools, Floats
from ccsim.demand.calendar import Calendar
from ccsim.demand.clock import DAY, first_moments, local_starts
from ccsim.demand.days import DayGrid, day_grid
from ccsim.demand.events import Event
from ccsim.demand.findings import worded
from ccsim.demand.history import History
from ccsim.demand.hours import hours_notes, open_slots
from ccsim.demand.models.base import SHORTEST_DAYS, Horizon, Rule
from ccsim.demand.models.effects import calendar_effects, rare_variance
from ccsim.demand.models.past import Past
from ccsim.demand.models.record import Record, made, past_origins
from ccsim.demand.models.registry import AUTO, rules_of
from ccsim.demand.models.weights import combined, losses, weights
from ccsim.demand.opening import clock_text
from ccsim.demand.prediction import Forecast
from ccsim.demand.spread import measure
from ccsim.demand.unusual import FEWEST_LIKE_DAYS
from ccsim.errors import HistoryError

JUDGED_DAYS = 7 * (FEWEST_LIKE_DAYS + 1)


@dataclass(frozen=True)
class League:
    """Rules and the name they forecast under.

    Attributes
    ----------
    name : str
        `auto`, a rule's name, or several joined by +.
    rules : tuple of Rule
        Those combined.
    workers : int or None
        Processes that share the forecasts of the past.
    """

    name: str
    rules: tuple[Rule, ...]
    workers: int | None = None

    def fit(
        self, history: History, calendar: Calendar | None, events: Sequence[Event] = ()
    ) -> FittedLeague:
        """Check that there is enough history to learn from.

        Raises
        ------
        HistoryError
            When it spans less than two working weeks.
        """
        span = (history.last_day - history.first_day).days + 1
        if span < SHORTEST_DAYS:
            raise HistoryError(
                f"{history.source}: {span} days of history are too few to forecast from; "
                f"at least {SHORTEST_DAYS} are needed (two working weeks)"
            )
        return FittedLeague(self, history, calendar, tuple(events))


def league(model: str | Sequence[str], workers: int | None = None) -> League:
    """Make the league a model's name stands for: all rules for `auto`, one, or those listed."""
    rules = rules_of(model)
    name = AUTO if model == AUTO else "+".join(rule.name for rule in rules)
    return League(name, rules, workers)


@dataclass(frozen=True, eq=False)
class FittedLeague:
    """Rules with the history they go by."""

    league: League
    history: History
    calendar: Calendar | None
    events: tuple[Event, ...]

    def predict(self, horizon: Horizon) -> Forecast:
        """Forecast the horizon, with the spread of past forecasts of the same length.

        Raises
        ------
        HistoryError
            When no interval of the horizon is open.
        """
        first = np.datetime64(horizon.start, "D")
        grid = day_grid(self.history, self.calendar, first + horizon.days - 1, self.events)
        days = len(grid.dates) - grid.known
        origins = past_origins(grid.dates, grid.known, len(grid.queues))
        record = made(
            grid,
            self.calendar,
            self.events,
            self.league.rules,
            np.append(origins, grid.known),
            days,
            self.league.workers,
        )
        return forecast_from(record, grid, self, horizon)


def forecast_from(
    record: Record, grid: DayGrid, fitted: FittedLeague, horizon: Horizon
) -> Forecast:
    """Put a forecast together from what the rules expect and expected.

    Parameters
    ----------
    record
        With the present origin and those `past_origins` names.
    grid
        As known now, with the horizon.
    """
    history, now = fitted.history, grid.known
    past = record.seen_at(now, past_origins(grid.dates, now, len(grid.queues)))
    sums = losses(past)
    weight = weights(past, sums, now)
    wanted = grid.dates[now:] >= np.datetime64(horizon.start, "D")
    is_open = open_slots(grid, horizon.hours) & wanted[:, None]
    here = int(np.flatnonzero(record.origins == now)[-1])
    expected = combined(record.expected[:, :, here], weight[:, :, None, None])
    _refuse_silence(history, grid, expected, is_open)
    expected = np.where(is_open, expected, 0.0)

    clock = _every_start(history, grid)
    any_open = np.asarray(is_open.any(axis=0))
    clock = clock[any_open[clock["day"], clock["slot"]]]
    if clock.empty:
        raise HistoryError(
            f"{history.source}: by its history the centre is closed on all "
            f"{horizon.days} days from {horizon.start:%Y-%m-%d}; nothing to forecast"
        )
    mean = pd.DataFrame(
        expected[:, clock["day"], clock["slot"]].T,
        index=pd.DatetimeIndex(clock["start"], name="start"),
        columns=pd.Index(grid.queues, name="queue"),
    )
    pasts = [Past(rows[:now], grid.kinds, np.arange(now, len(grid.dates))) for rows in grid.counts]
    return Forecast(
        mean=mean,
        interval=history.interval,
        timezone=history.timezone,
        source=history.source,
        known_until=history.last_day,
        history=history,
        events=(),
        notes=(*_notes(history, grid), *hours_notes(grid, horizon.hours)),
        model=fitted.league.name,
        spread=measure(past.actual, blended_then(past), grid.step, _days_forecast(past)),
        slots=clock["slot"].to_numpy(),
        first_day=horizon.start,
        days=horizon.days,
        day_variance=rare_variance(pasts, grid, sorted(set(clock["day"]))),
        league=_table(past, weight, grid.queues) if len(past.rules) > 1 else None,
        effects=calendar_effects(pasts, grid),
    )


def _every_start(history: History, grid: DayGrid) -> pd.DataFrame:
    """Interval starts of the horizon as `local_starts` gives them; of whole days their first."""
    dates = grid.dates[grid.known :]
    if history.interval == DAY:
        starts = first_moments(dates, history.timezone)
        return pd.DataFrame({"start": starts, "day": np.arange(len(dates)), "slot": 0})
    return local_starts(dates, grid.seconds, history.timezone)


def blended_then(past: Record) -> Floats:
    """What the combination would have expected at each origin, (queue, origin, lead, slot)."""
    sums = losses(past)
    then = (
        np.stack([weights(past, sums, int(origin)) for origin in past.origins], axis=2)
        if len(past.origins)
        else np.zeros((*past.expected.shape[:2], 0))
    )
    return combined(past.expected, then[..., None, None])


def _days_forecast(past: Record) -> int:
    """How many different days were forecast."""
    leads = np.arange(past.actual.shape[2])
    days = past.origins[:, None] + leads
    came = np.isfinite(past.actual).any(axis=(0, 3))
    return len(np.unique(days[came]))


def _refuse_silence(history: History, grid: DayGrid, expected: Floats, is_open: Bools) -> None:
    silent = is_open & ~np.isfinite(expected)
    if silent.any():
        queue, day, slot = np.argwhere(silent)[0]
        clock = clock_text(grid.seconds[slot])
        raise HistoryError(
            f"{history.source}: nothing can be said of queue '{grid.queues[queue]}' on "
            f"{grid.dates[grid.known + day]} {clock}: too few such days in the history; "
            "allowed: at least one counted day of every weekday that is to be forecast"
        )


def _table(past: Record, weight: Floats, queues: tuple[str, ...]) -> pd.DataFrame:
    """League table by queue: error and bias of every rule in forecasts of the past, and weight."""
    sums = losses(past)
    wape, bias = sums.wape(), sums.bias()
    rows = [
        (queue, rule.name, wape[r, q], bias[r, q], weight[r, q])
        for q, queue in enumerate(queues)
        for r, rule in enumerate(past.rules)
    ]
    table = pd.DataFrame(rows, columns=["queue", "model", "WAPE", "bias", "weight"])
    return table.sort_values(["queue", "weight"], ascending=[True, False], ignore_index=True)


def _notes(history: History, grid: DayGrid) -> tuple[str, ...]:
    days = history.findings[history.findings["kind"] == "missing day"]
    others = history.findings[history.findings["kind"] != "missing day"]
    notes = [f"{history.source}: {line}" for line in worded(others)]
    closed = [str(day) for day in grid.dates[: grid.known][grid.kinds.closed[: grid.known]]]
    if closed:
        notes.append(f"{history.source}: closed for a holiday on {', '.join(closed)}")
    if len(days) > len(closed):
        notes.append(
            f"{history.source}: {len(days) - len(closed)} days lack counts for no known reason; "
            "they are neither fitted nor scored"
        )
    if grid.known < JUDGED_DAYS:
        notes.append(
            f"{history.source}: {grid.known} days are too few to tell outages and outliers from "
            f"ordinary days; they are looked for from {JUDGED_DAYS} days on"
        )
    return (*notes, *grid.kinds.notes)
