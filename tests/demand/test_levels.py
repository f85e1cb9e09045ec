from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ccsim
from ccsim.demand import Forecast, forecast, read_history
from ccsim.demand.staffing_error import staffing_curve
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"
QUEUES = {"calls": 2000.0, "orders": 900.0, "chats": 500.0}


@pytest.fixture(scope="module")
def made() -> Forecast:
    rows = pd.concat(
        [
            counted(expected_rates(56, level=level), n, queue, day_sd=0.05)
            for n, (queue, level) in enumerate(QUEUES.items())
        ]
    )
    return forecast(read_history(rows, timezone=PARIS), days=7, model="multiplicative")


def test_queues_channels_sites_and_total_add_up(made: Forecast) -> None:
    table = made.levels(
        channel={"calls": "voice", "orders": "voice", "chats": "chat"},
        site={"calls": {"Paris": 0.7, "Lyon": 0.3}, "orders": "Lyon", "chats": "Paris"},
    )
    sums = table.groupby(["level", "start"])["mean"].sum().unstack("level")
    for level in ("channel", "site", "total"):
        assert sums[level].to_numpy() == pytest.approx(sums["queue"].to_numpy())
    named = table.groupby(["level", "name"])["mean"].sum()
    paris = 0.7 * named["queue", "calls"] + named["queue", "chats"]
    assert named["site", "Paris"] == pytest.approx(paris)


def test_the_band_of_a_sum_is_narrower_than_the_sum_of_bands(made: Forecast) -> None:
    table = made.levels().assign(width=lambda t: t["high"] - t["low"])
    width = table.groupby(["level", "start"])["width"].sum().unstack("level")
    assert (width["total"] < width["queue"]).all()


def test_groups_that_do_not_add_up_are_refused(made: Forecast) -> None:
    with pytest.raises(OptionError, match=r"shares of queue 'calls' sum to 0\.9"):
        made.levels(site={"calls": {"a": 0.9}, "orders": "a", "chats": "a"})
    with pytest.raises(OptionError, match="queue 'chats' has none"):
        made.levels(channel={"calls": "voice", "orders": "voice"})
    with pytest.raises(OptionError, match="did you mean 'orders'"):
        made.levels(channel={"oders": "voice"})


def test_handle_time_is_forecast_by_weekday_and_interval() -> None:
    rows = counted(expected_rates(84), 1)
    start = pd.DatetimeIndex(rows["start"])
    truth = 180.0 * np.where(start.hour < 12, 1, 1.25) * np.where(start.day_of_week == 0, 1.1, 1)
    noisy = truth * np.random.default_rng(2).lognormal(0.0, 0.1, len(rows))
    history = read_history(rows.assign(handle_time=noisy), timezone=PARIS)
    made = forecast(history, days=7, model="multiplicative")
    at = made.mean.index
    expected = 180.0 * np.where(at.hour < 12, 1.0, 1.25) * np.where(at.day_of_week == 0, 1.1, 1.0)
    error = made.handle_time["calls"].to_numpy() / (expected * np.exp(0.1**2 / 2)) - 1.0
    # A cell's mean of twelve weeks, 10 % each, has an error of 3 %; shrinkage makes it less.
    assert np.sqrt((error**2).mean()) < 0.03
    assert abs(error.mean()) < 0.01
    erlangs = made.mean["calls"] * made.handle_time["calls"] / 1800.0
    assert made.workload["calls"].to_numpy() == pytest.approx(erlangs.to_numpy())


def test_a_history_without_handle_times_has_no_workload(made: Forecast) -> None:
    with pytest.raises(HistoryError, match="has no handle times"):
        made.handle_time  # noqa: B018


def test_the_staffing_curve_is_that_of_erlang_c() -> None:
    contacts, agents = staffing_curve(200.0, 240.0, 1800.0, (0.8, 20.0))
    for count in (7.0, 40.0, 133.0):
        exact = ccsim.agents_for(count * 2.0, 240.0, 0.8, 20.0)
        assert np.ceil(np.interp(count, contacts, agents) - 0.05) == exact
    assert agents[0] == 0.0
    assert (np.diff(agents) >= 0).all()
