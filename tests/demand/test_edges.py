"""What planners meet at the edges: new and ended queues, tiny ones, jumps, wrong arguments."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import ccsim
from ccsim.demand import ColdStart, Event, History, backtest, cold_start, forecast, read_history
from ccsim.demand.models.shifts import level_shifts
from ccsim.errors import OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"
CORE = ("multiplicative", "glm", "low_rank")


def daily(level: np.ndarray, seed: int, first: str = "2024-01-01") -> History:
    week = np.array([1.3, 1.1, 1.0, 1.0, 0.9, 0.5, 0.3])
    days = pd.date_range(first, periods=len(level), freq="D")
    counts = np.random.default_rng(seed).poisson(level * week[days.day_of_week])
    rows = pd.DataFrame({"start": days.strftime("%Y-%m-%d"), "offered": counts})
    return read_history(rows, timezone=PARIS, interval="1D")


@pytest.fixture(scope="module")
def history() -> History:
    return read_history(counted(expected_rates(84), 1, day_sd=0.04), timezone=PARIS)


@pytest.mark.parametrize("level", [3.0, 12.0, 60.0])
def test_small_queues_are_not_forecast_away(level: float) -> None:
    rows = counted(expected_rates(112, weekdays=7, level=level), 5)
    made = forecast(read_history(rows, timezone=PARIS), days=14)
    truth = expected_rates(126, weekdays=7, level=level).reindex(made.mean.index).sum()
    # Sixteen weeks of Poisson counts know the level to 1 ÷ √n; models add as much again.
    noise = 3.5 * 2.0 / np.sqrt(rows["offered"].sum())
    assert made.mean["calls"].sum() / truth == pytest.approx(1.0, abs=noise)


def test_a_jump_of_the_level_is_dated_and_an_event_of_three_days_is_none() -> None:
    random = np.random.default_rng(3)
    logs, weekday = 7.0 + 0.05 * random.standard_normal(120), np.arange(120) % 7
    logs += np.array([0.2, 0.1, 0.0, 0.0, -0.1, -0.5, -0.9])[weekday]
    assert level_shifts(logs, weekday) == []
    event = logs.copy()
    event[100:103] += 0.7
    assert level_shifts(event, weekday) == []
    jump = logs.copy()
    jump[80:] += 0.7
    found = level_shifts(jump, weekday)
    assert len(found) == 1
    assert abs(found[0] - 80) <= 1


def test_after_a_jump_the_combination_keeps_up_with_last_week() -> None:
    level = 1000.0 * np.where(np.arange(300) >= 200, 2.0, 1.0)
    table = backtest(
        daily(level, 4), origins=12, models=["auto", "last_week", "mean_of_8"]
    ).set_index("model")
    best = table.loc[["last_week", "mean_of_8"], "WAPE"].min()
    assert table.loc["auto", "WAPE"] <= 1.02 * best


def test_a_rule_that_cannot_speak_has_no_weight() -> None:
    made = forecast(daily(np.full(120, 500.0), 2), days=7)
    assert made.league.set_index("model").loc["low_rank", "weight"] == 0.0


def test_hours_nobody_ever_called_in_are_told(history: History) -> None:
    hours = pd.DataFrame({"weekday": range(5), "opens": "06:00", "closes": "20:00"})
    made = forecast(history, days=7, hours=hours, model=CORE)
    assert any("ask for 06:00, 06:30, 07:00" in note for note in made.notes)


def test_a_history_too_short_to_be_judged_says_so() -> None:
    rows = counted(expected_rates(28), 1)
    made = forecast(read_history(rows, timezone=PARIS), days=7, model=CORE)
    assert any("too few to tell outages and outliers" in note for note in made.notes)


def test_a_new_queue_and_an_ended_one_are_told() -> None:
    rows = counted(expected_rates(84), 1)
    day = rows["start"].dt.strftime("%Y-%m-%d")
    new = counted(expected_rates(84), 2, "new")[(day >= "2026-03-25").to_numpy()]
    ended = counted(expected_rates(84), 3, "ended")[(day < "2026-03-01").to_numpy()]
    made = forecast(read_history(pd.concat([rows, new, ended]), timezone=PARIS), days=7, model=CORE)
    assert any("new: nothing is expected on Mondays, Tuesdays" in note for note in made.notes)
    assert any("ended: last counted on 2026-02-27" in note for note in made.notes)


def test_a_value_given_after_an_update_is_that_of_the_whole_day(history: History) -> None:
    made = forecast(history, days=3, model=CORE)
    first = made.mean["calls"].iloc[:6]
    morning = pd.DataFrame({"start": first.index, "queue": "calls", "offered": 100.0})
    day = first.index[0].date()
    changed = made.update(morning).adjust(day, "calls", value=3000, reason="a guess")
    assert changed.mean.loc[str(day), "calls"].sum() == pytest.approx(3000)
    assert (changed.mean["calls"].iloc[:6] == 100.0).all()
    with pytest.raises(OptionError, match=r"has had 600 contacts on .* at least as many, not 500"):
        made.update(morning).adjust(day, "calls", value=500, reason="a guess")


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("offered", -5.0, "count '-5.0' at .* allowed: a number of contacts, 0 or more"),
        ("offered", np.inf, "count 'inf' at"),
        ("offered", "many", "count 'many' at"),
        ("offered", np.nan, "at least one count"),
        ("start", "2026-03-30 08:00", "not a column of tz-aware times"),
    ],
)
def test_counts_that_cannot_be_are_refused(
    history: History, column: str, value: object, message: str
) -> None:
    made = forecast(history, days=3, model="multiplicative")
    rows = pd.DataFrame({"start": made.mean.index[:1], "queue": "calls", "offered": [5.0]})
    rows = rows.astype({column: object}) if isinstance(value, str) else rows
    rows[column] = [value]
    with pytest.raises(OptionError, match=message):
        made.update(rows)
    twice = pd.DataFrame({"start": made.mean.index[[0, 0]], "queue": "calls", "offered": 5.0})
    with pytest.raises(OptionError, match="of queue 'calls' twice"):
        made.update(twice)


def test_a_cold_start_beside_loses_nothing(history: History) -> None:
    made = forecast(history, days=7, model="multiplicative")
    new = {"new": ColdStart(4000, 0.5, "queue:calls")}
    first = made.mean.index[0].date()
    with pytest.raises(OptionError, match="updated or adjusted"):
        cold_start(new, beside=made.adjust(made.mean.index[0].date(), "calls", 2.0, "x"))
    with pytest.raises(OptionError, match="'calls' is in the forecast beside already"):
        cold_start({"calls": new["new"]}, beside=made)
    with pytest.raises(OptionError, match="allowed: the same days"):
        cold_start(new, first + dt.timedelta(20), 7, beside=made)


def test_the_range_of_an_uplift_is_in_the_quantiles_of_a_scenario_s_forecast(tmp_path) -> None:
    counted(expected_rates(56), 1).to_csv(tmp_path / "calls.csv", index=False)
    text = """\
name: Small
timezone: Europe/Paris
horizon: {start: 2026-03-02, days: 5, interval: 30min}
hours: {weekdays: "08:00-18:00", weekends: closed}
demand:
  history: calls.csv
  model: multiplicative
  events: [{name: sale, dates: [2026-03-03], uplift: 2, uplift_range: [1, 4]}]
channels: {voice: {}}
queues: {calls: {talk: 4min}}
groups: {desk: {skills: {calls: 1}, on_duty: 30}}
"""
    (tmp_path / "small.yaml").write_text(text)
    from ccsim.demand.scenarios import forecast_scenario

    made = forecast_scenario(ccsim.load(tmp_path / "small.yaml"))
    reach = (made.quantile(0.9) / made.mean)["calls"].groupby(made.mean.index.day).mean()
    assert reach[3] > 1.4
    assert reach[4] < 1.25
    # The simulator draws the range itself: the forecast's own draws must not hold it twice.
    drawn = made.sample(400, seed=1)[:, made.mean.index.day == 3, 0].sum(axis=1)
    assert drawn.std() / drawn.mean() < 0.2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"days": 1.5}, "days=1.5 is not allowed"),
        ({"workers": 0}, "workers=0 is not allowed"),
        ({"start": pd.NaT}, "is not a date"),
        ({"calendar": 5}, "calendar 5 is not allowed"),
        ({"model": 5}, "model 5 is not allowed"),
        ({"model": ("auto", "glm")}, "stands alone"),
        ({"events": ["sale"]}, "is no Event"),
    ],
)
def test_wrong_arguments_are_one_clear_error(
    history: History, settings: dict, message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        forecast(history, **{"model": "glm"} | settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"by": "month"}, "allowed: lead, hour, weekday, date, queue, special"),
        ({"models": []}, "names none"),
        ({"every": "week"}, "whole days"),
        ({"origins": 1.5}, "origins=1.5"),
        ({"workers": -1}, "workers=-1"),
    ],
)
def test_a_backtest_refuses_before_it_begins(
    history: History, settings: dict, message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        backtest(history, **settings)


def test_events_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(OptionError, match="has date '2026-15-07'"):
        Event("x", ("2026-15-07",))
    with pytest.raises(OptionError, match="outside its range 5 to 8"):
        Event("x", (dt.date(2026, 3, 4),), 4.0, uplift_range=(5.0, 8.0))
