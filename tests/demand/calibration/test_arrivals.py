"""Overdispersion: known variances found, Poisson called Poisson, odd days left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.demand.calibration.arrivals import arrivals_of

INTERVAL = pd.Timedelta("30min")
WEEKS = 40


def frame(day_cv: float, interval_cv: float, seed: int, per_interval: float = 60) -> pd.DataFrame:
    """Forty weeks of ten half-hours a day, whose rates vary by day and by half-hour."""
    generator = np.random.default_rng(seed)
    days = pd.date_range("2025-01-06", periods=7 * WEEKS, tz="UTC")

    def factors(cv: float, size: tuple[int, ...]) -> np.ndarray:
        return generator.gamma(1 / cv**2, cv**2, size) if cv else np.ones(size)

    rates = per_interval * factors(day_cv, (len(days), 1)) * factors(interval_cv, (len(days), 10))
    counts = generator.poisson(rates)
    starts = [day + pd.Timedelta(hours=9) + n * INTERVAL for day in days for n in range(10)]
    arrived = pd.Series(np.repeat(pd.DatetimeIndex(starts), counts.ravel()))
    return pd.DataFrame({"arrived": arrived, "queue": "calls"})


def test_poisson_is_poisson() -> None:
    row = arrivals_of(frame(0, 0, 1), INTERVAL).variation.loc["calls"]
    assert row["dispersion"] == pytest.approx(1, abs=3.5 * (2 / (7 * WEEKS * 10)) ** 0.5)
    assert row["cv"] < 0.03


@pytest.mark.parametrize(("day_cv", "interval_cv"), [(0.2, 0.0), (0.15, 0.15), (0.0, 0.2)])
def test_variances_of_days_and_of_intervals_are_told_apart(
    day_cv: float, interval_cv: float
) -> None:
    row = arrivals_of(frame(day_cv, interval_cv, 2), INTERVAL).variation.loc["calls"]
    within = interval_cv**2 * (1 + day_cv**2)
    together = (day_cv**2 + within) ** 0.5
    # 280 days: a standard deviation of a day's factor is known to about 4.5 %.
    assert row["cv"] == pytest.approx(together, rel=3.5 * 0.045)
    # Noise of ten independent half-hours does not average out of a day altogether.
    of_days = (day_cv**2 + within / 10) ** 0.5
    assert row["day_cv"] == pytest.approx(of_days, rel=3.5 * 0.045)
    assert row["day_share"] == pytest.approx(of_days**2 / together**2, abs=0.12)


def test_a_holiday_is_left_out_and_told() -> None:
    contacts = frame(0, 0, 3)
    holiday = pd.Timestamp("2025-03-05", tz="UTC")
    quiet = contacts[contacts["arrived"].dt.normalize() != holiday]
    found = arrivals_of(
        pd.concat([quiet, contacts[contacts["arrived"].dt.normalize() == holiday].head(20)]),
        INTERVAL,
    )
    assert found.odd_days == (holiday,)
    assert found.variation.loc["calls", "days"] == 7 * WEEKS - 1
    assert found.variation.loc["calls", "cv"] < 0.03


def test_every_contact_is_counted_in_its_interval() -> None:
    contacts = frame(0, 0, 4)
    found = arrivals_of(contacts, INTERVAL)
    assert found.counts["calls"].sum() == len(contacts)
    first = contacts["arrived"].iloc[0]
    assert found.counts.loc[first, "calls"] == (contacts["arrived"] == first).sum()
    assert found.profile["calls"].groupby("weekday").sum().between(560, 640).all()
