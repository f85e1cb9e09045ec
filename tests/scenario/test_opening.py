"""Opening hours and planning intervals on real calendars."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.scenario.opening import horizon_end, horizon_start, interval_starts, opening
from tests.conftest import made_scenario

HOUR = pd.Timedelta(hours=1)


def centre(hours, start="2026-03-02", days=7, timezone="Europe/Paris", interval=1800):
    horizon = {"start": dt.date.fromisoformat(start), "days": days, "interval": interval}
    return made_scenario(hours=hours, horizon=horizon, timezone=timezone)


def clock(scenario, hours=None):
    return [f"{a:%a %H:%M}-{b:%a %H:%M}" for a, b in opening(scenario, hours)]


def hours_open(scenario):
    return sum((b - a) / HOUR for a, b in opening(scenario))


def test_a_day_of_its_own_goes_before_weekdays_and_those_before_daily():
    mixed = centre({"daily": "10:00-12:00", "weekdays": "08:00-20:00", "wed": "closed"})
    assert clock(mixed) == [
        "Mon 08:00-Mon 20:00",
        "Tue 08:00-Tue 20:00",
        "Thu 08:00-Thu 20:00",
        "Fri 08:00-Fri 20:00",
        "Sat 10:00-Sat 12:00",
        "Sun 10:00-Sun 12:00",
    ]


def test_a_closed_date_is_closed_even_round_the_clock():
    always = centre({"always": True, "closed": [dt.date(2026, 3, 4)]}, days=3)
    assert clock(always) == ["Mon 00:00-Wed 00:00"]


def test_windows_that_touch_are_one():
    assert clock(centre({"always": True}, days=2)) == ["Mon 00:00-Wed 00:00"]
    broken = centre({"daily": ["08:00-12:00", "12:00-14:00", "15:00-16:00"]}, days=1)
    assert clock(broken) == ["Mon 08:00-Mon 14:00", "Mon 15:00-Mon 16:00"]


def test_a_window_past_midnight_belongs_to_the_day_it_opens_and_is_cut_at_the_horizon():
    nights = centre({"daily": "22:00-06:00"}, days=2)
    assert clock(nights) == ["Mon 22:00-Tue 06:00", "Tue 22:00-Wed 00:00"]


def test_a_night_that_runs_into_the_next_morning_joins_it():
    assert clock(centre({"daily": ["06:00-10:00", "22:00-06:00"]}, days=2)) == [
        "Mon 06:00-Mon 10:00",
        "Mon 22:00-Tue 10:00",
        "Tue 22:00-Wed 00:00",
    ]


def test_a_night_runs_into_a_closed_date_and_none_opens_on_it():
    shut = centre({"daily": "22:00-06:00", "closed": [dt.date(2026, 3, 3)]}, days=2)
    assert clock(shut) == ["Mon 22:00-Tue 06:00"]


@pytest.mark.parametrize(
    ("date", "length", "night"),
    [("2026-03-29", 23, 7), ("2026-10-25", 25, 9), ("2026-05-10", 24, 8)],
)
def test_days_on_which_the_clock_changes_are_23_and_25_hours_long(date, length, night):
    day = centre({"always": True}, date, days=1)
    assert hours_open(day) == length
    assert len(interval_starts(day)) == 2 * length
    assert (horizon_end(day) - horizon_start(day)) / HOUR == length
    eve = (dt.date.fromisoformat(date) - dt.timedelta(days=1)).isoformat()
    over = centre({"daily": "22:00-06:00"}, eve, days=2)
    assert (opening(over)[0][1] - opening(over)[0][0]) / HOUR == night


def test_opening_in_the_hour_the_clock_skips_is_at_its_end():
    assert clock(centre({"daily": "02:15-05:00"}, "2026-03-29", days=1)) == ["Sun 03:00-Sun 05:00"]


def test_closing_in_the_hour_the_clock_repeats_is_on_its_first_pass():
    closes = opening(centre({"daily": "00:00-02:30"}, "2026-10-25", days=1))[0][1]
    assert closes == pd.Timestamp("2026-10-25T02:30+02:00")


def test_a_day_whose_midnight_does_not_exist_starts_when_the_clock_does():
    # Egypt goes from 00:00 to 01:00 on the last Friday of April.
    day = centre({"always": True}, "2026-04-24", days=1, timezone="Africa/Cairo")
    assert clock(day) == ["Fri 01:00-Sat 00:00"]


ZONES = ["UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Adelaide"]
CLOCK = st.integers(0, 47).map(lambda half: f"{half // 2:02d}:{half % 2 * 30:02d}")


@given(
    start=st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
    days=st.integers(1, 10),
    zone=st.sampled_from(ZONES),
    interval=st.sampled_from([300, 900, 1800, 3600]),
    window=st.tuples(CLOCK, CLOCK).filter(lambda pair: pair[0] != pair[1]),
)
@settings(deadline=None, max_examples=40)
def test_windows_are_in_order_apart_and_within_the_horizon(start, days, zone, interval, window):
    scenario = centre({"daily": "-".join(window)}, start.isoformat(), days, zone, interval)
    edges = [horizon_start(scenario), *sum(opening(scenario), ()), horizon_end(scenario)]
    assert edges == sorted(edges)
    assert len(set(edges[1:-1])) == len(edges) - 2
    starts = interval_starts(scenario)
    steps = set(starts.to_series().diff().dropna().dt.total_seconds())
    assert steps <= {interval}
    assert (horizon_end(scenario) - starts[-1]).total_seconds() == interval
    assert len({moment.minute * 60 % min(interval, 3600) for moment in starts}) == 1
