"""Forecast the past from what was known then, and compare with what came."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ccsim.demand.calendar import Calendar, as_calendar
from ccsim.demand.events import Event
from ccsim.demand.forecasting import forecast
from ccsim.demand.history import History
from ccsim.demand.hours import Hours
from ccsim.demand.models import model_named
from ccsim.demand.models.base import SHORTEST_DAYS
from ccsim.errors import HistoryError, OptionError

DEFAULT_MODELS = ("multiplicative", "last_week", "mean_of_4")
QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.975)
LOW, HIGH = 0.1, 0.9  # ends of the 80 % band


def backtest(
    history: History,
    origins: int = 21,
    every: str | pd.Timedelta = "7D",
    days: int = 14,
    calendar: Calendar | str | None = None,
    models: Sequence[str] | None = None,
    *,
    interval: str | pd.Timedelta | None = None,
    events: Sequence[Event] = (),
    hours: Hours | None = None,
    by_lead: bool = False,
    workers: int = 1,
) -> pd.DataFrame:
    """Score models by the forecasts they would have made.

    From each origin (the end of a day, counted back from the last one whose horizon lies
    within the history) every model sees only the data up to it and forecasts `days` days.
    Intervals without a count, on days closed or lost, are not scored; counts on a day a
    model took to be closed are, against a forecast of nothing.

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
        Names; default multiplicative, last_week, mean_of_4.
    by_lead
        A row per model and day of lead (column `lead`) instead of one per model.
    workers
        Processes to share the origins between; the result does not depend on it.

    Returns
    -------
    pandas.DataFrame
        Sorted by WAPE: `model`; `WAPE` = Σ|y-f| ÷ Σy; `bias` = Σ(f-y) ÷ Σy; `wQL`, the mean
        pinball loss over eleven quantiles, twice, ÷ mean y; `coverage_80`, the share of
        counts within the 80 % band; `seconds` spent on its forecasts.

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
    from joblib import Parallel, delayed

    names = tuple(DEFAULT_MODELS if models is None else models)
    for name in names:
        model_named(name)
    counts = history if interval is None else history.aggregated(interval)
    known = as_calendar(calendar)
    jobs = [(name, day) for name in names for day in _origins(counts, origins, every, days)]
    scored = Parallel(n_jobs=workers)(
        delayed(_score)(counts, name, day, days, known, tuple(events), hours) for name, day in jobs
    )
    scores = pd.concat(scored, ignore_index=True)
    keys = ["model", "lead"] if by_lead else ["model"]
    league = _league(scores, keys)
    order = ["model", "lead"] if by_lead else ["WAPE"]
    return league.sort_values(order, ignore_index=True)


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


def _score(
    history: History,
    model: str,
    origin: pd.Timestamp,
    days: int,
    calendar: Calendar | None,
    events: tuple[Event, ...],
    hours: Hours | None,
) -> pd.DataFrame:
    """Sum one model's errors from one origin, in a row per day of lead."""
    began = time.perf_counter()
    start = origin + pd.Timedelta(days=1)
    made = forecast(history.until(origin), start, days, calendar, events, model, hours=hours)
    quantiles = {q: made.quantile(q) for q in QUANTILES}
    seconds = time.perf_counter() - began

    came = history.table.pivot(index="start", columns="queue", values="offered")
    date = pd.DatetimeIndex(came.index).tz_localize(None).normalize()
    inside = (date > origin) & (date <= origin + pd.Timedelta(days=days))
    came, lead = came[inside], np.asarray((date[inside] - origin).days)

    def aligned(table: pd.DataFrame) -> np.ndarray:
        return table.reindex(index=came.index, columns=came.columns, fill_value=0.0).to_numpy()

    actual, mean = came.to_numpy(), aligned(made.mean)
    bands = {q: aligned(table) for q, table in quantiles.items()}
    pinball = np.mean(
        [np.maximum(q * (actual - at), (q - 1.0) * (actual - at)) for q, at in bands.items()],
        axis=0,
    )
    within = (actual >= bands[LOW]) & (actual <= bands[HIGH])
    observed = np.isfinite(actual)
    sums = {
        "contacts": actual,
        "missed": np.abs(actual - mean),
        "excess": mean - actual,
        "pinball": pinball,
        "within": within.astype(float),
        "intervals": observed.astype(float),
    }
    rows = pd.DataFrame(
        {name: np.where(observed, of, 0.0).sum(axis=1) for name, of in sums.items()}
    )
    by_day = rows.groupby(lead).sum().rename_axis("lead").reset_index()
    return by_day.assign(model=model, seconds=seconds / max(len(by_day), 1))


def _league(scores: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    sums = scores.groupby(keys).sum(numeric_only=True)
    return pd.DataFrame(
        {
            "WAPE": sums["missed"] / sums["contacts"],
            "bias": sums["excess"] / sums["contacts"],
            "wQL": 2.0 * sums["pinball"] / sums["contacts"],
            "coverage_80": sums["within"] / sums["intervals"],
            "seconds": sums["seconds"],
        }
    ).reset_index()
