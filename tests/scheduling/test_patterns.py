"""Every shift the rules allow, and none they do not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.errors import InfeasibleSchedule
from ccsim.scenario.opening import interval_starts
from ccsim.scheduling.patterns import patterns

from .made import centre

HOUR = pd.Timedelta(hours=1)


def shown(scenario, group="team"):
    return [f"{one.start:%a %H:%M}-{one.end:%a %H:%M}" for one in patterns(scenario, group)]


def test_shifts_start_on_their_grid_and_end_before_closing():
    day = centre({"lengths": ["4h"], "starts": "2h"}, hours="08:00-14:00")
    assert shown(day) == ["Mon 08:00-Mon 12:00", "Mon 10:00-Mon 14:00"]


def test_without_a_grid_shifts_start_every_half_hour_or_every_interval_where_that_is_longer():
    for interval, number in (("15min", 5), ("30min", 5), ("1h", 3), ("20min", 3)):
        day = centre({"lengths": ["4h"]}, hours="08:00-14:00", interval=interval)
        assert len(patterns(day, "team")) == number


def test_every_place_of_the_meal_is_a_shift_of_its_own():
    day = centre(
        {"lengths": ["4h", "8h"], "starts": "8h", "meal": {"between": ["3h", "5h"]}},
        hours="08:00-16:00",
    )
    short, *long = patterns(day, "team")
    assert (short.meal, short.paid_hours) == (None, 4)
    assert [one.meal[0].hour for one in long] == [11, 12, 13]
    assert {one.paid_hours for one in long} == {7}
    for one in long:
        assert list(interval_starts(day)[one.works].hour) == [
            hour for hour in range(8, 16) if hour != one.meal[0].hour
        ]


def test_a_paid_meal_is_paid():
    day = centre({"lengths": ["8h"], "meal": {"paid": True}}, hours="08:00-16:00")
    assert {one.paid_hours for one in patterns(day, "team")} == {8}


def test_nobody_starts_or_ends_a_shift_with_the_meal():
    day = centre({"lengths": ["8h"], "meal": {"between": ["0h", "24h"]}}, hours="08:00-16:00")
    assert [one.meal[0].hour for one in patterns(day, "team")] == [9, 10, 11, 12, 13, 14]


def test_a_meal_without_room_is_refused():
    day = centre({"lengths": ["7h"], "meal": {"between": ["6h", "6h"]}}, hours="08:00-16:00")
    with pytest.raises(
        InfeasibleSchedule, match="a shift of 7 h has no room for a meal of 1 h that"
    ):
        patterns(day, "team")
    narrow = centre({"lengths": ["8h"], "meal": {"between": ["3h10min", "3h20min"]}})
    with pytest.raises(InfeasibleSchedule, match="no room"):
        patterns(narrow, "team")


def test_when_no_shift_fits_it_says_how_long_shifts_and_opening_are():
    with pytest.raises(
        InfeasibleSchedule, match="no shift fits: the shortest lasts 8 h, the longest "
    ):
        patterns(centre({"lengths": ["8h", "9h"]}, hours="08:00-14:00"), "team")


def test_a_shift_window_holds_on_every_open_day():
    window = {"lengths": ["4h"], "starts": "1h", "window": "09:00-13:00"}
    weekdays = {"weekdays": "08:00-18:00", "weekends": "closed"}
    assert shown(centre(window, days=7, hours=weekdays)) == [
        f"{day} 09:00-{day} 13:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")
    ]
    always = centre(window, days=2, hours={"always": True})
    assert shown(always) == ["Mon 09:00-Mon 13:00", "Tue 09:00-Tue 13:00"]


def test_a_group_works_its_own_hours():
    late = centre({"lengths": ["4h"]}, group={"hours": {"daily": "14:00-18:00"}})
    assert shown(late) == ["Mon 14:00-Mon 18:00"]


def test_people_come_for_whole_intervals_when_doors_open_between():
    odd = centre({"lengths": ["4h"], "starts": "1h"}, hours="08:15-11:45")
    assert shown(odd) == ["Mon 08:00-Mon 12:00"]


def test_night_shifts_run_over_midnight_and_past_the_end_of_the_horizon():
    nights = centre({"lengths": ["8h"]}, days=2, hours="22:00-06:00")
    assert shown(nights) == ["Mon 22:00-Tue 06:00", "Tue 22:00-Wed 06:00"]
    last = patterns(nights, "team")[-1]
    assert list(interval_starts(nights)[last.works].hour) == [22, 23]


def test_round_the_clock_shifts_start_at_any_hour_that_leaves_room():
    always = centre({"lengths": ["8h"], "starts": "1h"}, days=2, hours={"always": True})
    assert len(patterns(always, "team")) == 48 - 7


@pytest.mark.parametrize(
    ("date", "starts"), [(dt.date(2026, 3, 29), 23 - 3), (dt.date(2026, 10, 25), 25 - 3 - 1)]
)
def test_on_days_the_clock_changes_a_shift_is_as_long_as_ever(date, starts):
    # The skipped hour has no start; the repeated one has one, on its first pass.
    day = centre({"lengths": ["4h"], "starts": "1h"}, hours={"always": True}, start=date)
    made = patterns(day, "team")
    assert len(made) == starts
    assert {one.end - one.start for one in made} == {4 * HOUR}
    assert {len(one.works) for one in made} == {4}


@given(
    lengths=st.lists(st.sampled_from(["3h", "4h", "6h", "8h", "9h30min"]), min_size=1, max_size=3),
    starts=st.sampled_from(["30min", "1h", "2h"]),
    hours=st.sampled_from(["06:00-20:00", "14:00-02:00", "00:00-24:00"]),
    earliest=st.integers(0, 4),
    spread=st.integers(1, 3),
    over=st.sampled_from(["4h", "6h", "24h"]),
)
@settings(deadline=None, max_examples=25)
def test_every_shift_keeps_all_the_rules(lengths, starts, hours, earliest, spread, over):
    meal = {
        "between": [f"{earliest}h", f"{earliest + spread}h"],
        "length": "30min",
        "shifts_over": over,
    }
    scenario = centre(
        {"lengths": lengths, "starts": starts, "meal": meal}, days=2, hours=hours, interval="30min"
    )
    rules, intervals = scenario.shifts, interval_starts(scenario)
    for one in patterns(scenario, "team"):
        length = (one.end - one.start).total_seconds()
        assert length in rules.lengths
        assert (one.start.hour * 3600 + one.start.minute * 60) % rules.starts == 0
        assert (one.meal is not None) == (length > rules.meal.shifts_over)
        away = 0.0
        if one.meal:
            into = (one.meal[0] - one.start).total_seconds()
            assert rules.meal.between[0] <= into <= rules.meal.between[1]
            assert one.start < one.meal[0] < one.meal[1] < one.end
            away = rules.meal.length
        assert one.paid_hours * 3600 == length - away
        ends = intervals[one.works] + pd.Timedelta(minutes=30)
        assert (intervals[one.works] >= one.start).all()
        assert (ends <= one.end).all()
        if one.meal:
            outside = (ends <= one.meal[0]) | (intervals[one.works] >= one.meal[1])
            assert np.asarray(outside).all()
