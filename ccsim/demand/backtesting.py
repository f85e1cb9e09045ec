"""Forecast the past from what was known then, and compare with what came."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from ccsim.demand.adjusting import Adjustment
from ccsim.demand.arrays import Dates, Floats
from ccsim.demand.calendar import Calendar, as_calendar
from ccsim.demand.clock import local_dates
from ccsim.demand.days import DayGrid, day_grid
from ccsim.demand.events import Event, check_learnable, without_events
from ccsim.demand.history import History
from ccsim.demand.hours import Hours
from ccsim.demand.models import Horizon, League, league
from ccsim.demand.models.base import SHORTEST_DAYS
from ccsim.demand.models.league import forecast_from
from ccsim.demand.models.record import Record, made, past_origins
from ccsim.demand.prediction import Forecast
from ccsim.demand.signals import AFTER_CLOSURE
from ccsim.demand.staffing_error import HOUR_S, mean_handle_times, staffing_curve
from ccsim.errors import HistoryError, OptionError

DEFAULT_MODELS = ("auto", "multiplicative", "last_week", "mean_of_8")
QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.975)
LOW, HIGH = 0.1, 0.9  # ends of the 80 % band
ADJUSTED = " + adjustments"
WORST = 0.1
By = Literal["lead", "hour", "weekday", "date", "queue", "special"]
SPECIAL = ("all days", "day after a closure", "holiday, its neighbours, or event", "worst tenth")
LEAGUE = ["WAPE", "bias", "wQL", "coverage_80", "over_hours", "under_hours", "days", "seconds"]
LARGEST = 3.0  # forecasts above so many times the busiest interval need no finer curve
ORDINARY = ("turn of the month", "season, ", "day after an outage", AFTER_CLOSURE)


def backtest(
    history: History,
    origins: int = 21,
    every: str | pd.Timedelta = "7D",
    days: int = 14,
    calendar: Calendar | str | None = None,
    models: Sequence[str | Sequence[str]] | None = None,
    *,
    interval: str | pd.Timedelta | None = None,
    events: Sequence[Event] = (),
    hours: Hours | None = None,
    by: By | None = None,
    handle_time: float | None = None,
    service_level: float = 0.8,
    answer_within: float = 20.0,
    adjustments: Sequence[Adjustment] = (),
    workers: int | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Score models by the forecasts they would have made.

    From each origin (the end of a day, counted back from the last one whose horizon lies
    within the history) every model sees only the data up to it and forecasts `days` days, just
    as `forecast` would have done then. Intervals without a count, on days closed or lost, are
    not scored; counts on a day a model took to be closed are, against a forecast of nothing.

    Parameters
    ----------
    history
        Past counts.
    origins
        How many.
    every
        Whole days between them.
    days
        Calendar days forecast from each.
    calendar, events, hours, interval
        As in `forecast`; known in advance.
    models
        Names, or several names for one combination; default auto, multiplicative, last_week,
        mean_of_8.
    by
        Rows by model and day of `lead`, `hour` or `weekday` (Monday = 0), `date`, `queue`, or
        `special` (all days, days after a closure, holidays and events, the worst tenth of days).
    handle_time
        Seconds, for the staffing error; default: the history's own means by queue.
    service_level, answer_within
        Target the staffing error is reckoned with (Erlang C).
    adjustments
        Known before their dates; every model is scored with them too.
    workers
        Processes; None: all cores where there is much to do. The result does not depend on it.
    progress
        Show a bar.

    Returns
    -------
    pandas.DataFrame
        Sorted by WAPE (or by `by`): `model`; `WAPE` = Σ|y-f| ÷ Σy; `bias` = Σ(f-y) ÷ Σy; `wQL`,
        the mean pinball loss over eleven quantiles, twice, ÷ mean y; `coverage_80`, the share
        of counts within the 80 % band; `over_hours` and `under_hours`, agent-hours a forecast
        staffed too many or too few a day scored (NaN without handle time); `days`
        scored; `seconds` spent on its forecasts.

    Raises
    ------
    HistoryError
        When the history does not reach back far enough; says how many origins it allows.
    OptionError
        When an argument is not allowed.

    Examples
    --------
    >>> ccsim.backtest(history, calendar="US", interval="30min")  # doctest: +SKIP
    """
    leagues = [league(model) for model in (DEFAULT_MODELS if models is None else models)]
    counts = history if interval is None else history.aggregated(interval)
    known, special = as_calendar(calendar), tuple(events)
    check_learnable(counts, special)
    plain = without_events(counts, special)
    grid = day_grid(plain, known, np.datetime64(plain.last_day, "D"), special)
    places = [
        int((day - counts.first_day).days) + 1 for day in _origins(counts, origins, every, days)
    ]
    rules = tuple({rule.name: rule for one in leagues for rule in one.rules}.values())
    every_origin = np.unique(
        np.concatenate(
            [past_origins(grid.dates, place, len(grid.queues)) for place in places] + [places]
        )
    ).astype(np.int64)
    record = made(grid, known, special, rules, every_origin, days, workers, progress=progress)
    scored = [
        _Scored(one, made_up)
        for one in leagues
        for made_up in ([()] if not adjustments else [(), tuple(adjustments)])
    ]
    judge = _judge(counts, grid.step, handle_time, (service_level, answer_within))
    scores = pd.concat(
        [
            one.score(judge, record, grid.at(place, days, known, special), plain, known, special, hours)
            for place in places
            for one in scored
        ],
        ignore_index=True,
    )
    if by == "special":
        return _by_special(scores)
    keys = ["model"] if by is None else ["model", by]
    return _league(scores, keys).sort_values(
        ["WAPE"] if by is None else ["model", by], ignore_index=True
    )


def possible_origins(history: History, every: str | pd.Timedelta = "7D", days: int = 14) -> int:
    """Count the origins a backtest of the history can have.

    Parameters
    ----------
    every, days
        As in `backtest`.

    Examples
    --------
    >>> possible_origins(ccsim.read_history("dataset:bank_calls"))   # doctest: +SKIP
    31
    """
    last = history.last_day - pd.Timedelta(days=days)
    earliest = history.first_day + pd.Timedelta(days=SHORTEST_DAYS - 1)
    return max(0, (last - earliest) // pd.Timedelta(every) + 1)


def _origins(
    history: History, origins: int, every: str | pd.Timedelta, days: int
) -> list[pd.Timestamp]:
    step = pd.Timedelta(every)
    if origins < 1 or days < 1 or step < pd.Timedelta("1D") or step % pd.Timedelta("1D"):
        raise OptionError(
            f"origins={origins}, every={every}, days={days} is not allowed; "
            "allowed: at least one each, every in whole days"
        )
    last = history.last_day - pd.Timedelta(days=days)
    possible = possible_origins(history, every, days)
    if origins > possible:
        raise HistoryError(
            f"{history.source}: {origins} origins {step.days} days apart with {days} days to "
            f"forecast need {SHORTEST_DAYS + (origins - 1) * step.days + days} days of history; "
            f"it has {(history.last_day - history.first_day).days + 1}, enough for {possible}"
        )
    return [last - step * back for back in reversed(range(origins))]


@dataclass(frozen=True, eq=False)
class _Judge:
    """What came, and what agents it and forecasts of it need.

    Attributes
    ----------
    came
        Contacts counted, index `start`, a column per queue.
    curves
        Contacts and agents by queue (`staffing_curve`).
    interval_s
        Seconds of an interval.
    """

    came: pd.DataFrame
    curves: dict[str, tuple[Floats, Floats]]
    interval_s: int

    def rows(self, made: Forecast, first: np.datetime64) -> pd.DataFrame:
        """Score a forecast: a row for every interval and queue counted in its days."""
        dates = local_dates(pd.DatetimeIndex(self.came.index))
        inside = (dates >= first) & (dates < first + made.days)
        came = self.came[inside]
        shape = {"index": came.index, "columns": came.columns, "fill_value": 0.0}
        actual, mean = came.to_numpy(), made.mean.reindex(**shape).to_numpy()
        pinball, bands = np.zeros(actual.shape), {}
        for q in QUANTILES:
            at = made.quantile(q).reindex(**shape).to_numpy()
            pinball += np.maximum(q * (actual - at), (q - 1.0) * (actual - at)) / len(QUANTILES)
            bands[q] = at
        needed = np.full((2, *actual.shape), np.nan)
        for place, queue in enumerate(came.columns):
            if queue in self.curves:
                contacts, agents = self.curves[queue]
                for row, values in enumerate((mean, actual)):
                    needed[row, :, place] = np.interp(values[:, place], contacts, agents)
        surplus = (needed[0] - needed[1]) * self.interval_s / HOUR_S
        clock = pd.DatetimeIndex(came.index)
        each = {
            "contacts": actual,
            "missed": np.abs(actual - mean),
            "excess": mean - actual,
            "pinball": pinball,
            "within": (actual >= bands[LOW]) & (actual <= bands[HIGH]),
            "over_hours": np.maximum(surplus, 0.0),
            "under_hours": np.maximum(-surplus, 0.0),
        }
        columns = {name: values.astype(float).ravel() for name, values in each.items()}
        queues = len(came.columns)
        rows = pd.DataFrame(
            {
                "date": np.repeat(dates[inside], queues),
                "lead": np.repeat((dates[inside] - first).astype(np.int64) + 1, queues),
                "hour": np.repeat(clock.hour, queues),
                "weekday": np.repeat(clock.dayofweek, queues),
                "queue": np.tile(came.columns.to_numpy(), len(came)),
                **columns,
            }
        )
        return rows[np.isfinite(rows["contacts"])]


def _judge(
    counts: History, step: int, handle_time: float | None, target: tuple[float, float]
) -> _Judge:
    came = counts.table.pivot(index="start", columns="queue", values="offered")
    curves = {
        queue: staffing_curve(LARGEST * float(came[queue].max()), seconds, step, target)
        for queue, seconds in mean_handle_times(counts, handle_time).items()
    }
    return _Judge(came, curves, step)


@dataclass(frozen=True)
class _Scored:
    """A model, with or without a planner's adjustments, and its name in the table."""

    league: League
    adjustments: tuple[Adjustment, ...]

    @property
    def name(self) -> str:
        return self.league.name + (ADJUSTED if self.adjustments else "")

    def score(
        self,
        judge: _Judge,
        record: Record,
        grid: DayGrid,
        plain: History,
        calendar: Calendar | None,
        events: tuple[Event, ...],
        hours: Hours | None,
    ) -> pd.DataFrame:
        """Forecast from one origin as `forecast` would have done, and score it."""
        began = time.perf_counter()
        first = grid.dates[grid.known]
        days = len(grid.dates) - grid.known
        fitted = self.league.fit(plain.until(pd.Timestamp(first - 1)), calendar, events)
        mine = record.of(self.league.rules)
        made = forecast_from(mine, grid, fitted, Horizon(pd.Timestamp(first), days, hours))
        made = made.with_events(events)
        for adjustment in self.adjustments:
            ahead = tuple(d for d in adjustment.dates if first <= np.datetime64(d, "D") < first + days)
            if ahead:
                made = made.adjusted(replace(adjustment, dates=ahead))
        rows = judge.rows(made, first)
        spent = time.perf_counter() - began + mine.seconds_at(grid.known)
        special = set(_special_days(grid))
        kinds = np.array([s in special for s in rows["date"]]) if special else np.zeros(len(rows), bool)
        after = _after_closure(grid)
        return rows.assign(
            model=self.name,
            origin=grid.known,
            seconds=spent / max(len(rows), 1),
            special=kinds,
            after_closure=np.isin(rows["date"], after),
        )


def _after_closure(grid: DayGrid) -> Dates:
    column = grid.kinds.signals.column(AFTER_CLOSURE)
    ahead = slice(grid.known, None)
    if column is None:
        return grid.dates[:0]
    return grid.dates[ahead][grid.kinds.signals.values[ahead, column] > 0]


def _special_days(grid: DayGrid) -> list[np.datetime64]:
    """Days of the horizon on which a holiday or an event is at work."""
    signals = grid.kinds.signals
    telling = [n for n, name in enumerate(signals.names) if not name.startswith(ORDINARY)]
    at_work = np.any(signals.values[grid.known :][:, telling] != 0.0, axis=1)
    return list(grid.dates[grid.known :][at_work])


def _by_special(scores: pd.DataFrame) -> pd.DataFrame:
    """League tables of all days, of days after a closure, of special days, of the worst tenth."""
    of_day = scores.groupby(["model", "origin", "date"])[["missed", "contacts"]].sum()
    error = (of_day["missed"] / of_day["contacts"]).rename("error").reset_index()
    error["worst"] = error.groupby("model")["error"].rank(pct=True) > 1.0 - WORST
    told = scores.merge(error, on=["model", "origin", "date"])
    masks = (slice(None), told["after_closure"], told["special"], told["worst"])
    parts = []
    for name, mask in zip(SPECIAL, masks, strict=True):
        rows = told[mask]
        if len(rows):
            parts.append(_league(rows, ["model"]).assign(special=name))
    table = pd.concat(parts, ignore_index=True)
    order = pd.Categorical(table["special"], SPECIAL, ordered=True)
    table = table.assign(special=order).sort_values(["special", "WAPE"], ignore_index=True)
    return table.astype({"special": "str"})[["model", "special", *LEAGUE]]


def _league(scores: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    sums = scores.groupby(keys).sum(numeric_only=True)
    groups = scores.groupby(keys)
    size = groups.size()
    days = groups[["origin", "date"]].apply(lambda rows: len(rows.drop_duplicates()))
    unknown = groups["over_hours"].apply(lambda hours: hours.isna().all())
    table = pd.DataFrame(
        {
            "WAPE": sums["missed"] / sums["contacts"],
            "bias": sums["excess"] / sums["contacts"],
            "wQL": 2.0 * sums["pinball"] / sums["contacts"],
            "coverage_80": sums["within"] / size,
            "over_hours": (sums["over_hours"] / days).mask(unknown),
            "under_hours": (sums["under_hours"] / days).mask(unknown),
            "days": days,
            "seconds": sums["seconds"],
        }
    )
    return table.reset_index()
