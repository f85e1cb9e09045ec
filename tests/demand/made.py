"""Made histories whose truth is known, for the tests of the demand room."""

from __future__ import annotations

import numpy as np
import pandas as pd

WEEKDAY = np.array([1.15, 1.0, 0.95, 0.95, 1.05, 0.6, 0.5])


def expected_rates(
    days: int = 56,
    *,
    first: str = "2026-01-05",
    opens: int = 8,
    closes: int = 18,
    step: int = 30,
    weekdays: int = 5,
    level: float = 2000.0,
    timezone: str = "Europe/Paris",
) -> pd.Series:
    """Expected contacts by interval start: `level` a day, a weekday pattern, one midday hump."""
    dates = pd.date_range(first, periods=days, freq="D")
    clock = np.arange(opens * 60, closes * 60, step)
    hump = 1.0 + np.sin(np.pi * (clock - clock[0] + step / 2) / (clock[-1] - clock[0] + step))
    rates = {}
    for date in dates[dates.day_of_week < weekdays]:
        day = level * WEEKDAY[date.day_of_week] * hump / hump.sum()
        rates.update(
            {date + pd.Timedelta(minutes=int(at)): r for at, r in zip(clock, day, strict=True)}
        )
    series = pd.Series(rates)
    series.index = pd.DatetimeIndex(series.index).tz_localize(
        timezone, ambiguous=False, nonexistent="NaT"
    )
    return series[series.index.notna()]


def counted(rates: pd.Series, seed: int, queue: str = "calls", day_sd: float = 0.0) -> pd.DataFrame:
    """Poisson counts of these rates, each day's level shifted at random by `day_sd`."""
    random = np.random.default_rng(seed)
    days = pd.DatetimeIndex(rates.index).normalize()
    shift = pd.Series(random.normal(0.0, day_sd, days.nunique()), index=days.unique())
    counts = random.poisson(rates.to_numpy() * np.exp(shift[days].to_numpy() - day_sd**2 / 2))
    return pd.DataFrame({"start": rates.index, "queue": queue, "offered": counts.astype(float)})
