"""Demand of a queue without history: customers × contact rate × a borrowed profile, widely."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.demand.arguments import day_of, is_number, whole
from ccsim.demand.arrays import Bools, Floats
from ccsim.demand.calendar import Calendar, as_calendar
from ccsim.demand.clock import checked_interval, checked_timezone, local_dates, local_starts
from ccsim.demand.days import day_kinds
from ccsim.demand.events import RANGE_REACH
from ccsim.demand.gaps import weekday_of
from ccsim.demand.opening import Hours, is_open
from ccsim.demand.prediction import Forecast
from ccsim.demand.profiles import weekly_profile
from ccsim.demand.spread import Spread
from ccsim.errors import HistoryError, OptionError

DAYS_A_MONTH = 30.4375
COLD = "cold start"
# Weeks by weekday and half-hour that ccsim brings along, and whose they are.
BORROWED = {
    "finance": "a bank's calls, January to July 1999, its Sunday to Saturday as Monday to Sunday "
    "(Technion, 'Anonymous Bank': Mandelbaum, Sakov and Zeltyn)"
}


@dataclass(frozen=True)
class ColdStart:
    """What is thought of a queue nobody has called yet.

    Attributes
    ----------
    customers : float
        How many there are.
    contact_rate : float
        Contacts of a customer a month.
    profile : str, Path or pandas.DataFrame
        How a week is spread: a file or table with columns `weekday` (0 = Monday, or its name),
        `start` (clock time) and `share` (of the week, or of each day where days are alike);
        or the name of a profile ccsim brings along (finance); or, as `queue:NAME`, another
        queue of the forecast it is put beside.
    range : tuple of two floats
        Within which the volume lies with 90 %, as multiples of customers × rate.

    Raises
    ------
    OptionError
        When a number is not above 0, or the range does not hold 1.
    """

    customers: float
    contact_rate: float
    profile: str | Path | pd.DataFrame
    range: tuple[float, float] = (0.5, 2.0)

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for name in ("customers", "contact_rate"):
            value = getattr(self, name)
            if not (is_number(value) and value > 0):
                raise OptionError(f"cold start: {name}={value} is not allowed; allowed: above 0")
        low, high = self.range
        if not 0 < low <= 1 <= high < np.inf:
            raise OptionError(
                f"cold start: range={self.range} is not allowed; allowed: multiples of the volume, "
                "such as (0.5, 2)"
            )

    @property
    def week(self) -> float:
        """Contacts of an ordinary week."""
        return self.customers * self.contact_rate * 7.0 / DAYS_A_MONTH

    @property
    def log_sd(self) -> float:
        """Standard deviation of the logarithm of the volume."""
        low, high = self.range
        return float(np.log(high / low) / (2.0 * RANGE_REACH))


def cold_start(
    queues: Mapping[str, ColdStart],
    start: str | dt.date | None = None,
    days: int | None = None,
    *,
    interval: str | pd.Timedelta = "30min",
    timezone: str = "UTC",
    hours: Hours | None = None,
    calendar: Calendar | str | None = None,
    beside: Forecast | None = None,
) -> Forecast:
    """Forecast queues that have no history.

    Parameters
    ----------
    queues
        What is thought of each.
    start, days
        First day and number of days; default those of `beside`, without one 14 days.
    interval, timezone
        Of the forecast; those of `beside` where one is given.
    hours
        Weekly opening hours; default whenever the profile has a share.
    calendar
        Public holidays, on which a centre closed on some weekdays is taken to close.
    beside
        A forecast of other queues to put these beside; it also lends profiles.

    Returns
    -------
    Forecast
        Marked by its model's name and a note for each queue; its band is as wide as the ranges.

    Raises
    ------
    HistoryError, OptionError
        When a profile cannot be read or has nothing in the opening hours.

    Examples
    --------
    >>> shares = pd.DataFrame({"start": ["09:00", "09:30"], "share": [0.5, 0.5]})
    >>> made = cold_start({"loans": ColdStart(9000, 0.3, shares)}, "2026-11-09", days=7)
    >>> round(float(made.mean["loans"].sum()))
    621
    """
    if not queues:
        raise OptionError("cold start: no queue; allowed: at least one")
    if beside is not None:
        _check_beside(beside, queues)
        start, days = start or beside.first_day.date(), days or beside.days
    days = 14 if days is None else whole("days", days, least=1)
    step = beside.interval if beside is not None else checked_interval(interval)
    zone = beside.timezone if beside is not None else checked_timezone(timezone)
    first = day_of("start", start)
    if beside is not None and (first, days) != (beside.first_day, beside.days):
        raise OptionError(
            f"cold start: {days} days from {first:%Y-%m-%d} beside a forecast of {beside.days} "
            f"from {beside.first_day:%Y-%m-%d}; allowed: the same days"
        )
    dates = np.datetime64(first, "D") + np.arange(days)
    seconds = np.arange(0, 86400, int(step.total_seconds()))
    clock = local_starts(dates, seconds, zone)
    starts = pd.DatetimeIndex(clock["start"])
    allowed = _allowed(starts, dates, int(step.total_seconds()), hours, as_calendar(calendar))
    columns = {
        queue: _expected(queue, thought, starts, allowed, step, zone, beside)
        for queue, thought in queues.items()
    }
    mean = pd.DataFrame(columns, index=starts.rename("start")).rename_axis(columns="queue")
    some = mean.gt(0).any(axis=1)
    made = Forecast(
        mean=mean[some],
        interval=step,
        timezone=zone,
        source=COLD,
        known_until=first - pd.Timedelta(days=1),
        notes=tuple(_note(queue, thought) for queue, thought in queues.items()),
        model=COLD,
        spread=_spread(queues, len(seconds)),
        slots=clock["slot"].to_numpy()[some],
        first_day=first,
        days=days,
        day_variance=np.zeros((len(np.unique(local_dates(starts[some]))), len(queues))),
    )
    return made if beside is None else side_by_side(beside, made)


def _check_beside(beside: Forecast, queues: Mapping[str, ColdStart]) -> None:
    """Refuse what would lose what has been done to a forecast, or have a queue twice."""
    if beside.actuals is not None or beside.before is not None:
        raise OptionError(
            "cold start: the forecast beside has been updated or adjusted; allowed: put the new "
            "queues beside it first, then update and adjust"
        )
    for queue in queues:
        if queue in beside.queues:
            raise OptionError(
                f"cold start: queue '{queue}' is in the forecast beside already; allowed: others"
            )


def side_by_side(one: Forecast, other: Forecast) -> Forecast:
    """Put two forecasts of different queues and the same intervals into one.

    What moves the queues of one does not move those of the other.
    """
    starts = one.mean.index.union(other.mean.index)
    seconds = np.unique(_clock_seconds(pd.DatetimeIndex(starts)))
    dates = np.unique(local_dates(pd.DatetimeIndex(starts)))
    both = (one, other)
    spans = max(len(each.spread.day_sd) for each in both)
    spread = Spread(
        day_sd=np.hstack([_longer(each.spread.day_sd, spans) for each in both]),
        day_common=np.concatenate([each.spread.day_common for each in both]),
        day_memory=np.concatenate([each.spread.day_memory for each in both]),
        day_correlation=_blocks([each.spread.day_correlation for each in both]),
        within=np.concatenate([_on_slots(each, seconds) for each in both]),
        band=np.concatenate([each.spread.band for each in both]),
        slot_correlation=_blocks([each.spread.slot_correlation for each in both]),
    )
    mean = pd.concat([each.mean.reindex(starts, fill_value=0.0) for each in both], axis=1)
    slots = np.searchsorted(seconds, _clock_seconds(pd.DatetimeIndex(starts)))
    return Forecast(
        mean=mean.rename_axis(index="start", columns="queue"),
        interval=one.interval,
        timezone=one.timezone,
        source=one.source,
        known_until=one.known_until,
        notes=(*one.notes, *other.notes),
        model=f"{one.model}; {other.model} for {', '.join(other.queues)}",
        spread=spread,
        slots=slots,
        first_day=one.first_day,
        days=one.days,
        day_variance=np.hstack([_on_days(each, each.day_variance, dates) for each in both]),
        undrawn=np.hstack([_on_days(each, _undrawn(each), dates) for each in both]),
        history=one.history,
        events=(*one.events, *other.events),
        league=one.league,
        effects=one.effects,
    )


def _allowed(
    starts: pd.DatetimeIndex,
    dates: np.ndarray,
    step: int,
    hours: Hours | None,
    calendar: Calendar | None,
) -> Bools:
    """Intervals in which contacts may come."""
    wall = starts.tz_localize(None)
    opened = np.ones(len(starts), dtype=bool) if hours is None else is_open(wall, step, hours)
    of_day = local_dates(starts)
    usual = np.isin(weekday_of(dates), np.unique(weekday_of(of_day[opened])))
    # A week in which every usual weekday was seen, so that holidays are judged by the calendar.
    week = dates[0] - 7 + np.arange(7 + len(dates))
    seen = np.isin(weekday_of(week[:7]), np.unique(weekday_of(dates[usual])))
    kinds = day_kinds(week, np.where(seen, 1.0, np.nan)[None, :, None], calendar)
    closed = week[kinds.closed]
    return np.asarray(opened & ~np.isin(of_day, closed))


def _expected(
    queue: str,
    thought: ColdStart,
    starts: pd.DatetimeIndex,
    allowed: Bools,
    step: pd.Timedelta,
    zone: str,
    beside: Forecast | None,
) -> Floats:
    lender = str(thought.profile).removeprefix("queue:")
    if isinstance(thought.profile, str) and thought.profile.startswith("queue:"):
        if beside is None or lender not in beside.queues:
            known = ", ".join(beside.queues) if beside is not None else "none"
            raise OptionError(
                f"cold start: queue '{queue}' borrows from queue '{lender}', which is not in the "
                f"forecast beside it; allowed: {known}"
            )
        lent = beside.mean[lender].reindex(starts, fill_value=0.0).to_numpy()
        weeks = len(np.unique(local_dates(starts))) / 7.0
        shares = lent / (lent.sum() / weeks) if lent.sum() > 0 else lent
    else:
        shares = weekly_profile(_profile(thought.profile), queue, starts, step)
        # Contacts of hours that are not open come in those that are.
        week = shares.sum()
        kept = np.where(allowed, shares, 0.0)
        shares = kept * (week / kept.sum()) if kept.sum() > 0 else kept
    shares = np.where(allowed, shares, 0.0)
    if not shares.sum() > 0:
        raise HistoryError(
            f"cold start: the profile of queue '{queue}' has nothing in the opening hours; "
            "allowed: shares in at least one open interval"
        )
    return thought.week * shares


def _profile(profile: str | Path | pd.DataFrame) -> str | Path | pd.DataFrame:
    if isinstance(profile, str) and profile in BORROWED:
        return Path(str(files("ccsim.demand") / "borrowed" / f"{profile}.csv"))
    return profile


def _note(queue: str, thought: ColdStart) -> str:
    profile = thought.profile
    whose = BORROWED.get(profile, profile) if isinstance(profile, str) else "a table"
    low, high = thought.range
    return (
        f"cold start of {queue}: no history; {thought.customers:,g} customers × "
        f"{thought.contact_rate:g} contacts a month, between {low:g} and {high:g} times that; "
        f"profile borrowed from {whose}"
    )


def _spread(queues: Mapping[str, ColdStart], slots: int) -> Spread:
    number = len(queues)
    return Spread(
        day_sd=np.array([[thought.log_sd for thought in queues.values()]]),
        day_common=np.ones(number),
        day_memory=np.zeros(number),
        day_correlation=np.eye(number),
        within=np.zeros((number, slots, slots)),
        band=np.ones(number),
        slot_correlation=np.eye(number),
    )


def _clock_seconds(starts: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(starts.hour * 3600 + starts.minute * 60 + starts.second)


def _longer(day_sd: Floats, spans: int) -> Floats:
    return np.vstack([day_sd, np.repeat(day_sd[-1:], spans - len(day_sd), axis=0)])


def _blocks(matrices: list[Floats]) -> Floats:
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*matrices))


def _on_slots(made: Forecast, seconds: np.ndarray) -> Floats:
    """Covariances within the day on other slots; nought where it had none."""
    own = np.full(made.spread.within.shape[1], -1)
    own[made.slots] = np.searchsorted(seconds, _clock_seconds(pd.DatetimeIndex(made.mean.index)))
    used = np.flatnonzero(own >= 0)
    within = np.zeros((len(made.queues), len(seconds), len(seconds)))
    within[:, own[used][:, None], own[used]] = made.spread.within[:, used[:, None], used]
    return within


def _undrawn(made: Forecast) -> Floats:
    return np.zeros_like(made.day_variance) if made.undrawn is None else made.undrawn


def _on_days(made: Forecast, of_day: Floats, dates: np.ndarray) -> Floats:
    own = np.unique(local_dates(pd.DatetimeIndex(made.mean.index)))
    variance = np.zeros((len(dates), len(made.queues)))
    variance[np.searchsorted(dates, own)] = of_day
    return variance
