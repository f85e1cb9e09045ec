from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.demand import Calendar, Event, Forecast, History, forecast, read_history
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"


@cache
def history(days: int = 84, day_sd: float = 0.0) -> History:
    return read_history(counted(expected_rates(days), seed=5, day_sd=day_sd), timezone=PARIS)


@cache
def made(day_sd: float = 0.05) -> Forecast:
    return forecast(history(112, day_sd), days=14)


@cache
def two_queues(correlated: bool = True) -> Forecast:
    rates = expected_rates(112, level=20000.0)
    shift = np.repeat(np.random.default_rng(7).normal(0, 0.08, 80), 20)
    rows = pd.concat(
        [
            counted(rates * np.exp(shift), 1, "orders"),
            counted(0.5 * rates * np.exp(shift), 2, "vip"),
        ]
    )
    return forecast(read_history(rows, timezone=PARIS), days=7)


def at(table: pd.Series | pd.DataFrame) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(table.index)


def test_a_known_pattern_is_recovered() -> None:
    truth = expected_rates(98)
    mean = forecast(history(), days=14).mean["calls"]
    ahead = truth[mean.index]
    assert len(ahead) == 10 * 20
    assert np.abs(mean - ahead).sum() / ahead.sum() < 0.03


def test_open_intervals_are_those_of_the_history() -> None:
    mean = forecast(history(), days=7).mean
    assert at(mean).day_of_week.max() == 4
    assert (at(mean).strftime("%H:%M").min(), at(mean).strftime("%H:%M").max()) == (
        "08:00",
        "17:30",
    )


def test_hours_may_be_given_as_a_table_or_a_function() -> None:
    table = pd.DataFrame(
        {"weekday": [0, 1], "opens": ["09:00", "08:00"], "closes": ["12:00", "10:00"]}
    )
    assert len(forecast(history(), days=7, hours=table).mean) == 6 + 4
    mornings = forecast(
        history(), days=7, hours=lambda starts: (starts.hour < 12) & (starts.day_of_week < 5)
    ).mean
    assert at(mornings).hour.max() == 11


def test_hours_the_history_has_never_seen_are_refused() -> None:
    sunday = pd.DataFrame({"weekday": [6], "opens": ["09:00"], "closes": ["12:00"]})
    with pytest.raises(HistoryError, match="Sunday 09:00, at which the history has no counts"):
        forecast(history(), days=7, hours=sunday)


def test_a_closed_holiday_is_not_forecast_and_the_day_after_gains() -> None:
    rates = expected_rates(140, first="2026-01-05", timezone="America/New_York")
    day = at(rates).tz_localize(None).normalize()
    closed = pd.to_datetime(["2026-01-19", "2026-02-16"])
    after = pd.to_datetime(["2026-01-20", "2026-02-17"])
    rates = (rates * np.where(day.isin(after), 1.3, 1.0))[~day.isin(closed)]
    past = read_history(counted(rates, seed=2), timezone="America/New_York")
    mean = forecast(past, days=7, calendar="US").mean["calls"]
    plain = forecast(past, days=7).mean["calls"]
    by_day, plain_by_day = (s.groupby(at(s).strftime("%m-%d")).sum() for s in (mean, plain))
    assert "05-25" not in by_day
    assert 1.2 < by_day["05-26"] / plain_by_day["05-26"] < 1.4


def test_an_event_multiplies_the_forecast_and_is_divided_out_of_the_past() -> None:
    past_day, coming = dt.date(2026, 3, 25), dt.date(2026, 4, 1)
    rates = expected_rates(84)
    rates[at(rates).date == past_day] *= 3.0
    past = read_history(counted(rates, seed=5), timezone=PARIS)
    plain = forecast(history(), days=7).mean["calls"]
    mean = forecast(past, days=7, events=[Event("sale", (past_day, coming), 3.0)]).mean["calls"]
    ratio = mean.groupby(at(mean).date).sum() / plain.groupby(at(plain).date).sum()
    assert ratio[coming] == pytest.approx(3.0, rel=0.03)
    assert ratio.drop(coming).between(0.97, 1.03).all()


def test_an_event_for_a_queue_that_does_not_exist_is_refused() -> None:
    with pytest.raises(OptionError, match="did you mean 'calls'"):
        forecast(history(), events=[Event("sale", (dt.date(2026, 4, 1),), {"cals": 2.0})])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**40), st.integers(0, 5), st.booleans())
def test_a_draw_depends_on_its_seed_and_number_alone(seed: int, k: int, counts: bool) -> None:
    many = made().sample(6, seed, counts=counts)
    assert np.array_equal(many[:k], made().sample(k, seed, counts=counts))
    assert np.array_equal(many[5], made().draw(seed, 5, counts=counts))


def test_samples_average_to_the_mean_with_the_day_level_measured() -> None:
    sample = made().sample(3000, seed=1)[:, :, 0]
    mean = made().mean["calls"].to_numpy()
    assert np.abs(sample.mean(axis=0) / mean - 1.0).max() < 0.01
    day = sample.reshape(3000, 10, 20).sum(axis=2)
    assert (day.std(axis=0) / day.mean(axis=0)).mean() == pytest.approx(0.05, rel=0.25)


def test_counts_add_poisson_noise_to_the_same_rates() -> None:
    rates, counts = (made().sample(2000, 3, counts=c)[:, :, 0] for c in (False, True))
    noise = (counts - rates).var(axis=0) / rates.mean(axis=0)
    assert noise.mean() == pytest.approx(1.0, abs=0.03)
    assert np.array_equal(counts, np.round(counts))


def test_quiet_days_are_not_thought_uncertain_for_being_counts() -> None:
    quiet = forecast(read_history(counted(expected_rates(112, level=60.0), seed=1), timezone=PARIS))
    assert quiet.spread.day_sd[0, 0] < 0.08  # of counts alone it is 0.13
    # Three contacts an interval vary by 0.58; a profile learned from so few misses by 0.2.
    assert np.sqrt(np.diag(quiet.spread.within[0])).mean() < 0.3


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 0.98), st.floats(0.001, 0.01))
def test_a_higher_quantile_is_never_lower(q: float, more: float) -> None:
    assert (made().quantile(q + more) >= made().quantile(q)).all(axis=None)


def test_queues_that_move_together_are_sampled_together() -> None:
    day = two_queues().sample(1500, 1).reshape(1500, 5, 20, 2).sum(axis=2)
    assert two_queues().queues == ("orders", "vip")
    assert np.corrcoef(day[:, 0, 0], day[:, 0, 1])[0, 1] > 0.75


def test_a_centre_that_never_closes_is_forecast_through_the_change_of_the_clock() -> None:
    rates = expected_rates(42, first="2026-02-16", opens=0, closes=24, step=60, weekdays=7)
    past = read_history(counted(rates, seed=1), timezone=PARIS)
    spring = forecast(past.until(pd.Timestamp("2026-03-26")), days=7)
    assert spring.mean.index.is_unique
    assert (at(spring.mean).date == dt.date(2026, 3, 29)).sum() == 23
    autumn = expected_rates(42, first="2026-09-10", opens=0, closes=24, step=60, weekdays=7)
    fall = forecast(read_history(counted(autumn, 1), timezone=PARIS), days=7)
    assert (at(fall.mean).date == dt.date(2026, 10, 25)).sum() == 25
    assert fall.sample(2).shape == (2, 169, 1)


def test_two_weeks_are_enough_and_less_is_refused_with_what_is_needed() -> None:
    assert forecast(history(84).until(pd.Timestamp("2026-01-16"))).mean["calls"].gt(0).all()
    with pytest.raises(HistoryError, match=r"9 days of history are too few .* at least 12"):
        forecast(history(84).until(pd.Timestamp("2026-01-13")))


def test_a_queue_without_any_contact_is_expected_to_have_none() -> None:
    rows = counted(expected_rates(28), 1)
    silent = rows.assign(queue="silent", offered=0.0)
    made_of_both = forecast(read_history(pd.concat([rows, silent]), timezone=PARIS), days=7)
    assert made_of_both.mean["silent"].eq(0.0).all()
    assert np.isfinite(made_of_both.sample(3)).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "multiplicativ"}, "did you mean 'multiplicative'"),
        ({"start": "2026-01-20"}, "lies inside the history; allowed: from 2026-03-28"),
        ({"start": "someday"}, "is not a date"),
        ({"days": 0}, "days=0"),
        ({"interval": "45min"}, "divide the hour"),
        ({"interval": "15min"}, "a multiple of it"),
        ({"calendar": "XX"}, "country 'XX' is not known"),
    ],
)
def test_an_option_that_is_not_allowed_says_what_is(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        forecast(history(), **change)  # type: ignore[arg-type]


def test_notes_and_summary_tell_what_was_assumed() -> None:
    past = read_history(counted(expected_rates(84, first="2026-09-07"), 1), timezone=PARIS)
    made_with = forecast(past, days=35, calendar=Calendar("FR", open=("Christmas Day",)))
    assert any("New Year's Day 2027-01-01" in note for note in made_with.notes)
    assert "peak interval" in repr(made_with)
