"""How much more contacts vary than Poisson, and how much of that is whole days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand.calibration.measured import by_queue

# A day this far from its weekday's median is a holiday or an outage, not a draw of the same day.
ODD_DAY = (0.5, 1.5)
FEWEST_DAYS = 3


@dataclass(frozen=True, eq=False)
class Arrivals:
    """When contacts come, and how surely.

    Attributes
    ----------
    counts : pandas.DataFrame
        Index `start`, every interval of the log's whole days; a column a queue: contacts.
    profile : pandas.DataFrame
        Index (`weekday` Monday 0, `slot` of the day), a column a queue: mean on usual days.
    variation : pandas.DataFrame
        Index `queue` (or `all`); of weekdays with at least three usual days: `days`, `contacts`,
        `dispersion` (Pearson: 1 is Poisson), `cv` of an interval's rate beyond Poisson, `day_cv`
        of the day's level, `day_share` of that variance which whole days share.
    odd_days : tuple of pandas.Timestamp
        Days left out of profile and variation: under half or over one and a half times the median
        of their weekday.
    interval : pandas.Timedelta
        Length of an interval.
    """

    counts: pd.DataFrame
    profile: pd.DataFrame
    variation: pd.DataFrame
    odd_days: tuple[pd.Timestamp, ...]
    interval: pd.Timedelta


def arrivals_of(frame: pd.DataFrame, interval: pd.Timedelta) -> Arrivals:
    """Count contacts by interval and compare each with the mean of its weekday and time of day.

    With N the count and m that mean, rates with a relative standard deviation c give
    Var N = m + (c m)²; so c² is the sum of (N − m)² k/(k − 1) − m over the sum of m², where k days
    gave the mean. The same of whole days' totals gives the variance that a day shares (Jongbloed &
    Koole 2001; Avramidis, Deslauriers & L'Ecuyer 2004). Growth and seasons within the log are part
    of it.

    Parameters
    ----------
    frame
        From `measured`; whoever came is counted, whatever became of it.
    interval
        Divides a day.
    """
    counts = _counts(frame, interval)
    odd = _odd_days(counts.sum(axis=1))
    usual = counts[~counts.index.normalize().isin(odd)]
    slot = _slot(usual.index, interval)
    groups = [usual.index.day_of_week, slot]
    profile = usual.groupby(groups).mean().rename_axis(["weekday", "slot"])
    rows = {}
    for queue, _ in by_queue(frame):
        one = usual.sum(axis=1) if queue not in usual else usual[queue]
        rows[queue] = _variation(one, slot)
    variation = pd.DataFrame.from_dict(rows, orient="index").rename_axis("queue")
    return Arrivals(counts, profile, variation, odd, interval)


def _counts(frame: pd.DataFrame, interval: pd.Timedelta) -> pd.DataFrame:
    """Contacts by interval of local time; a day of 23 or 25 hours has so many intervals."""
    arrived = frame["arrived"]
    first, last = arrived.min().normalize(), arrived.max().normalize()
    starts = pd.date_range(first, last + pd.DateOffset(days=1), freq=interval, inclusive="left")
    place = (arrived - first) // interval
    counts = pd.crosstab(place, frame["queue"]).reindex(range(len(starts)), fill_value=0)
    return counts.set_axis(starts.rename("start")).rename_axis(columns=None).astype(float)


def _slot(starts: pd.DatetimeIndex, interval: pd.Timedelta) -> NDArray[np.int64]:
    # By the clock, so that a day on which it is changed still has its morning in the morning.
    seconds = starts.hour * 3600 + starts.minute * 60 + starts.second
    return np.asarray(seconds // interval.total_seconds(), dtype=np.int64)


def _odd_days(totals: pd.Series) -> tuple[pd.Timestamp, ...]:
    days = totals.groupby(totals.index.normalize()).sum()
    usual = days.groupby(days.index.day_of_week).transform("median")
    low, high = ODD_DAY
    odd = (days < low * usual) | (days > high * usual)
    return tuple(days.index[odd])


def _variation(counts: pd.Series, slot: NDArray[np.int64]) -> dict[str, float]:
    index = counts.index
    weekday, day = index.day_of_week, index.normalize()
    by_cell = counts.groupby([weekday, slot])
    mean, number = by_cell.transform("mean"), by_cell.transform("count")
    usable = (number >= FEWEST_DAYS) & (mean > 0)
    if not usable.any():
        unknown = dict.fromkeys(("dispersion", "cv", "day_cv", "day_share"), np.nan)
        return {"days": 0, "contacts": 0.0} | unknown
    mean, number, seen = mean[usable], number[usable], counts[usable]
    square = (seen - mean) ** 2 * number / (number - 1)
    rate_variance = (square - mean).sum() / (mean**2).sum()
    # Of days the same, with the total as the count.
    daily = pd.DataFrame({"seen": seen, "mean": mean}).groupby(day[usable]).sum()
    days_of = number.groupby(day[usable]).median()
    daily_square = (daily["seen"] - daily["mean"]) ** 2 * days_of / (days_of - 1)
    day_variance = (daily_square - daily["mean"]).sum() / (daily["mean"] ** 2).sum()
    rate_variance, day_variance = max(rate_variance, 0.0), max(day_variance, 0.0)
    return {
        "days": len(daily),
        "contacts": float(seen.sum()),
        "dispersion": float((square / mean).mean()),
        "cv": float(np.sqrt(rate_variance)),
        "day_cv": float(np.sqrt(day_variance)),
        "day_share": float(min(day_variance / rate_variance, 1.0)) if rate_variance > 0 else np.nan,
    }
