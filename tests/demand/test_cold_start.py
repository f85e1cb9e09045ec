from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.demand import ColdStart, cold_start, forecast, read_history
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"
DAY = pd.DataFrame({"start": ["09:00", "10:00", "12:00"], "share": [0.25, 0.25, 0.5]})
WEEKDAYS = pd.DataFrame(
    [(day, "09:00", "18:00") for day in range(5)], columns=["weekday", "opens", "closes"]
)


def test_a_week_brings_customers_times_rate() -> None:
    made = cold_start({"loans": ColdStart(12000, 0.25, DAY)}, "2026-11-09", 7, hours=WEEKDAYS)
    assert made.mean["loans"].sum() == pytest.approx(12000 * 0.25 * 7 / 30.4375)
    assert set(made.mean.index.day_of_week) == {0, 1, 2, 3, 4}
    by_hour = made.mean["loans"].groupby(made.mean.index.hour).sum()
    assert by_hour[12] / by_hour[9] == pytest.approx(2.0)


def test_the_band_is_as_wide_as_the_range_and_common_to_all_days() -> None:
    thought = ColdStart(1e7, 1.0, DAY, range=(0.5, 2.0))
    made = cold_start({"loans": thought}, "2026-11-09", 14)
    totals = made.sample(4000, seed=1).sum(axis=1)[:, 0]
    low, high = np.quantile(totals / made.mean.to_numpy().sum(), [0.05, 0.95])
    assert high / low == pytest.approx(4.0, rel=0.06)
    assert "no history" in made.notes[0]
    assert made.model == "cold start"


def test_a_queue_borrows_the_profile_of_another_and_stands_beside_it() -> None:
    rows = counted(expected_rates(56), 1, day_sd=0.05)
    beside = forecast(read_history(rows, timezone=PARIS), days=7, model="multiplicative")
    both = cold_start({"new": ColdStart(4000, 0.5, "queue:calls")}, beside=beside)
    assert both.mean["calls"].to_numpy() == pytest.approx(beside.mean["calls"].to_numpy())
    shares = both.mean / both.mean.sum()
    assert shares["new"].to_numpy() == pytest.approx(shares["calls"].to_numpy())
    assert both.mean["new"].sum() == pytest.approx(4000 * 0.5 * 7 / 30.4375)
    own = both.quantile(0.9)["calls"]
    assert own.to_numpy() == pytest.approx(beside.quantile(0.9)["calls"].to_numpy())
    drawn = both.sample(3000, seed=2).sum(axis=1)
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.07


def test_hours_outside_those_of_the_other_queue_are_added() -> None:
    rows = counted(expected_rates(56), 1)
    beside = forecast(read_history(rows, timezone=PARIS), days=7, model="multiplicative")
    night = pd.DataFrame({"start": ["22:00", "22:30"], "share": [0.5, 0.5]})
    both = cold_start({"night": ColdStart(4000, 0.5, night)}, beside=beside)
    assert both.mean.loc["2026-03-02 22:00", "calls"] == 0
    assert both.mean.loc["2026-03-02 22:00", "night"] > 0
    assert len(both.quantile(0.5)) == len(both.mean)


def test_a_profile_ccsim_brings_along_has_a_week() -> None:
    made = cold_start({"loans": ColdStart(9000, 0.3, "finance")}, "2026-11-09", 7, hours=WEEKDAYS)
    assert made.mean["loans"].sum() == pytest.approx(9000 * 0.3 * 7 / 30.4375)
    assert "Technion" in made.notes[0]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(OptionError, match="customers=0 is not allowed"):
        ColdStart(0, 0.3, DAY)
    with pytest.raises(OptionError, match="multiples of the volume"):
        ColdStart(10, 0.3, DAY, range=(2.0, 3.0))
    with pytest.raises(OptionError, match="borrows from queue 'calls', which is not in"):
        cold_start({"new": ColdStart(10, 1, "queue:calls")}, "2026-11-09")
    sunday = pd.DataFrame({"weekday": ["sun"] * 2, "start": ["09:00", "09:30"], "share": [1, 1]})
    with pytest.raises(HistoryError, match="nothing in the opening hours"):
        cold_start({"new": ColdStart(10, 1, sunday)}, "2026-11-09", hours=WEEKDAYS)
