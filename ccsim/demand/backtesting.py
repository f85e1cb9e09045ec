"""Forecast the past from what was known then, and compare with what came."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from ccsim.demand.adjusting import Adjustment
from ccsim.demand.arguments import length_in_days, whole, workers_of
from ccsim.demand.arrays import Dates
from ccsim.demand.calendar import Calendar, as_calendar
from ccsim.demand.clock import local_dates
from ccsim.demand.days import DayGrid, day_grid
from ccsim.demand.events import Event, check_learnable, checked_events, without_events
from ccsim.demand.history import History
from ccsim.demand.models import Horizon, League, league
from ccsim.demand.models.base import SHORTEST_DAYS
from ccsim.demand.models.league import forecast_from
from ccsim.demand.models.record import Record, made, past_origins
from ccsim.demand.opening import Hours
from ccsim.demand.scoring import LEAGUE, Judge, judge_of, league_table
from ccsim.demand.signals import AFTER_CLOSURE
from ccsim.errors import HistoryError, OptionError

DEFAULT_MODELS = ("auto", "multiplicative", "last_week", "mean_of_8")
ADJUSTED = " + adjustments"
WORST = 0.1
By = Literal["lead", "hour", "weekday", "date", "queue", "special"]
SPECIAL = ("all days", "day after a closure", "holiday, its neighbours, or event", "worst tenth")
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
    origins, days = whole("origins", origins, least=1), whole("days", days, least=1)
    step, workers = length_in_days("every", every), workers_of(workers)
    if by is not None and by not in get_args(By):
        raise OptionError(f"by={by!r} is not allowed; allowed: {', '.join(get_args(By))}")
    named = DEFAULT_MODELS if models is None else [models] if isinstance(models, str) else models
    if not named:
        raise OptionError("models names none; allowed: at least one")
    leagues = [league(model) for model in named]
    counts = history if interval is None else history.aggregated(interval)
    known, special = as_calendar(calendar), checked_events(events)
    check_learnable(counts, special)
    plain = without_events(counts, special)
    grid = day_grid(plain, known, np.datetime64(plain.last_day, "D"), special)
    places = [
        int((day - counts.first_day).days) + 1 for day in _origins(counts, origins, step, days)
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
    fitting = _Fitting(plain, known, special)
    judge = judge_of(counts, grid.step, handle_time, (service_level, answer_within))
    scores = pd.concat(
        [
            one.score(judge, record, grid.at(place, days, known, special), fitting, hours)
            for place in places
            for one in scored
        ],
        ignore_index=True,
    )
    if by == "special":
        return _by_special(scores)
    keys = ["model"] if by is None else ["model", by]
    return league_table(scores, keys).sort_values(
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


def _origins(history: History, origins: int, step: pd.Timedelta, days: int) -> list[pd.Timestamp]:
    last = history.last_day - pd.Timedelta(days=days)
    possible = possible_origins(history, step, days)
    if origins > possible:
        raise HistoryError(
            f"{history.source}: {origins} origins {step.days} days apart with {days} days to "
            f"forecast need {SHORTEST_DAYS + (origins - 1) * step.days + days} days of history; "
            f"it has {(history.last_day - history.first_day).days + 1}, enough for {possible}"
        )
    return [last - step * back for back in reversed(range(origins))]


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
        judge: Judge,
        record: Record,
        grid: DayGrid,
        known: _Fitting,
        hours: Hours | None,
    ) -> pd.DataFrame:
        """Forecast from one origin as `forecast` would have done, and score it."""
        began = time.perf_counter()
        first = grid.dates[grid.known]
        days = len(grid.dates) - grid.known
        then = known.history.until(pd.Timestamp(first - 1))
        fitted = self.league.fit(then, known.calendar, known.events)
        mine = record.of(self.league.rules)
        made = forecast_from(mine, grid, fitted, Horizon(pd.Timestamp(first), days, hours))
        made = made.with_events(known.events)
        for adjustment in self.adjustments:
            dates = np.array(adjustment.dates, dtype="datetime64[D]")
            inside = (dates >= first) & (dates < first + days)
            open_days = local_dates(pd.DatetimeIndex(made.mean.index))
            ahead = tuple(dates[inside & np.isin(dates, open_days)].tolist())
            if ahead:
                made = made.adjusted(replace(adjustment, dates=ahead))
        rows = judge.rows(made, first)
        spent = time.perf_counter() - began + mine.seconds_at(grid.known)
        return rows.assign(
            model=self.name,
            origin=grid.known,
            seconds=spent / max(len(rows), 1),
            special=np.isin(rows["date"], _special_days(grid)),
            after_closure=np.isin(rows["date"], _after_closure(grid)),
        )


@dataclass(frozen=True, eq=False)
class _Fitting:
    """What every fit of the backtest is given."""

    history: History
    calendar: Calendar | None
    events: tuple[Event, ...]


def _after_closure(grid: DayGrid) -> Dates:
    column = grid.kinds.signals.column(AFTER_CLOSURE)
    ahead = slice(grid.known, None)
    if column is None:
        return grid.dates[:0]
    return grid.dates[ahead][grid.kinds.signals.values[ahead, column] > 0]


def _special_days(grid: DayGrid) -> Dates:
    """Days of the horizon on which a holiday or an event is at work."""
    signals = grid.kinds.signals
    telling = [n for n, name in enumerate(signals.names) if not name.startswith(ORDINARY)]
    at_work = np.any(signals.values[grid.known :][:, telling] != 0.0, axis=1)
    return grid.dates[grid.known :][at_work]


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
            parts.append(league_table(rows, ["model"]).assign(special=name))
    table = pd.concat(parts, ignore_index=True)
    order = pd.Categorical(table["special"], SPECIAL, ordered=True)
    table = table.assign(special=order).sort_values(["special", "WAPE"], ignore_index=True)
    return table.astype({"special": "str"})[["model", "special", *LEAGUE]]
