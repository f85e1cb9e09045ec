"""Every shift the rules allow, and none they do not."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.errors import InfeasibleSchedule
from ccsim.scenario.opening import horizon_start
from ccsim.scheduling.patterns import patterns
from ccsim.scheduling.problem import Problem

from .made import centre


def moment(scenario, seconds):
    return horizon_start(scenario) + pd.Timedelta(seconds=seconds)


def shown(scenario, group="team"):
    return [
        f"{moment(scenario, one.start):%a %H:%M}-{moment(scenario, one.end):%a %H:%M}"
        for one in patterns(scenario, group)
    ]


def hours(pause):
    return [place / 3600 for place in pause.places]


def test_shifts_start_on_their_grid_and_end_before_closing():
    day = centre({"lengths": ["4h"], "starts": "2h"}, hours="08:00-14:00")
    assert shown(day) == ["Mon 08:00-Mon 12:00", "Mon 10:00-Mon 14:00"]


def test_without_a_grid_shifts_start_every_half_hour_or_every_interval_where_that_is_longer():
    for interval, number in (("15min", 5), ("30min", 5), ("1h", 3), ("20min", 3)):
        day = centre({"lengths": ["4h"]}, hours="08:00-14:00", interval=interval)
        assert len(patterns(day, "team")) == number


def test_a_long_shift_has_a_meal_with_all_its_places():
    day = centre(
        {"lengths": ["4h", "8h"], "starts": "8h", "meal": {"between": ["3h", "5h"]}},
        hours="08:00-16:00",
    )
    short, long = patterns(day, "team")
    assert (short.pauses, short.paid_hours) == ((), 4)
    assert [(pause.activity, hours(pause)) for pause in long.pauses] == [("meal", [3, 4, 5])]
    assert long.paid_hours == 7


def test_a_paid_meal_is_paid():
    day = centre({"lengths": ["8h"], "meal": {"paid": True}}, hours="08:00-16:00")
    assert {one.paid_hours for one in patterns(day, "team")} == {8}


def test_nobody_starts_or_ends_a_shift_with_the_meal():
    day = centre({"lengths": ["8h"], "meal": {"between": ["0h", "24h"]}}, hours="08:00-16:00")
    (one,) = patterns(day, "team")
    assert hours(one.pauses[0]) == [1, 2, 3, 4, 5, 6]


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
    assert Problem(3600, 48, ()).presence(last.start, last.end) == {46: 1, 47: 1}


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
    assert {one.end - one.start for one in made} == {4 * 3600}


@given(
    lengths=st.lists(st.sampled_from(["3h", "4h", "6h", "8h", "9h30min"]), min_size=1, max_size=3),
    starts=st.sampled_from(["30min", "1h", "2h"]),
    opens=st.sampled_from(["06:00-20:00", "14:00-02:00", "00:00-24:00"]),
    meal=st.none() | st.tuples(st.integers(1, 4), st.integers(1, 3)),
    breaks=st.lists(
        st.sampled_from([10, 15, 20, 30]).flatmap(
            lambda length: st.tuples(
                st.just(length), st.none() | st.tuples(st.integers(0, 5), st.integers(1, 4))
            )
        ),
        max_size=3,
    ),
    distance=st.sampled_from([0, 15, 30]),
)
@settings(deadline=None, max_examples=60)
def test_any_places_of_the_pauses_keep_all_the_rules(
    lengths, starts, opens, meal, breaks, distance
):
    rules = {
        "lengths": lengths,
        "starts": starts,
        "pause_distance": f"{distance}min",
        "breaks": [
            {"length": f"{length}min", "shifts_over": "5h"}
            | ({"between": [f"{at[0]}h", f"{sum(at)}h"]} if at else {})
            for length, at in breaks
        ],
    }
    if meal:
        rules["meal"] = {"between": [f"{meal[0]}h", f"{sum(meal)}h"], "length": "30min"}
    scenario = centre(rules, days=2, hours=opens, interval="30min")
    try:
        made = patterns(scenario, "team")
    except InfeasibleSchedule:
        return  # windows without room are refused, which other tests hold
    for one in made:
        length = one.end - one.start
        assert length in scenario.shifts.lengths
        assert one.clock % scenario.shifts.starts == 0
        assert len(one.pauses) == (len(breaks) if length > 5 * 3600 else 0) + bool(
            meal and length > 6 * 3600
        )
        # The worst that two neighbours can do still leaves the distance.
        edges = [(0.0, 0.0)]
        edges += [(pause.places[0], pause.places[-1] + pause.length) for pause in one.pauses]
        edges.append((length, length))
        for (_, ends), (begins, _) in pairwise(edges):
            assert begins - ends >= max(60 * distance, 0)
        assert one.paid_hours * 3600 == length - sum(
            pause.length for pause in one.pauses if pause.activity == "meal"
        )


def test_breaks_are_spread_over_what_the_meal_leaves():
    rules = {
        "lengths": ["9h"],
        "meal": {"between": ["4h", "4h"]},
        "breaks": [{"length": "15min"}, {"length": "15min"}],
    }
    (one,) = patterns(centre(rules, hours="08:00-17:00", interval="30min"), "team")
    first, meal, second = one.pauses
    assert (meal.activity, hours(meal)) == ("meal", [4])
    # Half an hour from the start, from the meal and from the end.
    assert (hours(first)[0], hours(first)[-1]) == (0.5, 3.25)
    assert (hours(second)[0], hours(second)[-1]) == (5.5, 8.25)
    assert np.allclose(np.diff(hours(first)), 0.25)


def test_unpaid_breaks_are_not_paid():
    rules = {"lengths": ["8h"], "breaks": [{"length": "30min", "paid": False}, {"length": "15min"}]}
    assert {one.paid_hours for one in patterns(centre(rules), "team")} == {7.5}


def test_kinds_have_starts_and_lengths_of_their_own():
    kinds = {
        "early": {"start": ["06:00", "07:00"], "lengths": ["8h", "9h"]},
        "night": {"start": ["23:00", "01:00"], "lengths": ["7h"]},
    }
    rules = {"kinds": kinds, "starts": "1h"}
    made = patterns(centre(rules, hours={"always": True}, days=2), "team")
    found = {(one.day, one.clock / 3600, (one.end - one.start) / 3600) for one in made}
    early = {(day, clock, length) for day in (0, 1) for clock in (6, 7) for length in (8, 9)}
    assert found == early | {(0, 23, 7), (0, 0, 7), (0, 1, 7), (1, 0, 7), (1, 1, 7)}


def test_split_shifts_have_two_parts_and_a_gap_that_is_not_worked():
    rules = {
        "lengths": ["8h"],
        "split": {"gap": ["2h", "3h"], "part": "3h", "grid": "1h"},
        "meal": {},
        "breaks": [{"length": "30min"}, {"length": "30min"}],
    }
    made = patterns(centre(rules, hours="08:00-19:00", interval="30min"), "team")
    split = [one for one in made if len(one.spans) == 2]
    assert {(one.spans[0][1] - one.spans[0][0]) / 3600 for one in split} == {3, 4, 5}
    assert {(one.spans[1][0] - one.spans[0][1]) / 3600 for one in split} == {2, 3}
    for one in split:
        assert sum(end - start for start, end in one.spans) == 8 * 3600
        assert one.paid_hours == 8
        assert [pause.activity for pause in one.pauses] == ["break", "break"]
        for pause in one.pauses:
            for place in pause.places:
                begin = one.start + place
                assert any(a < begin and begin + pause.length < b for a, b in one.spans)


def test_on_a_cyclic_horizon_the_last_night_runs_into_the_first_day():
    rules = {"lengths": ["8h"], "starts": "4h"}
    open_ended = centre(rules, days=2, hours={"always": True})
    cyclic = centre({**rules, "cyclic": True}, days=2, hours={"always": True})
    assert len(patterns(cyclic, "team")) == 12
    assert len(patterns(open_ended, "team")) == 11


def test_the_parts_of_a_split_shift_lie_on_both_sides_of_a_closed_lunch():
    lunch = centre(
        {"lengths": ["8h"], "starts": "1h", "split": {"gap": ["2h", "4h"], "part": "3h"}},
        hours={"daily": ["08:00-12:00", "15:00-19:00"]},
    )
    made = patterns(lunch, "team")
    clock = {tuple((a / 3600, b / 3600) for a, b in one.spans) for one in made}
    assert clock == {((8, 12), (15, 19))}
