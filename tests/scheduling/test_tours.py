"""Who works which shift: the weekly rules hold, and few people are enough."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.scheduling.problem import Shift, Worked
from ccsim.scheduling.tours import tours

from .made import MONDAY, centre


def shift(day, start, paid, length=None):
    """A shift on a day (0 is Monday) that starts at an hour."""
    begin = (24 * day + start) * 3600
    return Worked(Shift(day, start * 3600, ((begin, begin + (length or paid) * 3600),), (), paid))


def rules(days_off=2, max_hours=40, rest="11h", days=1):
    weekly = {"days_off": days_off, "max_hours": max_hours, "rest": rest}
    return centre({"lengths": ["4h"], "weekly": weekly}, hours={"always": True}, days=days)


def least(chosen, days_off, max_hours):
    """No fewer people can do it: by the largest day, by days worked, by hours paid."""
    days, weeks, paid = Counter(), Counter(), Counter()
    for one, count in chosen:
        week = one.shift.day // 7
        days[one.shift.day] += count
        weeks[week] += count
        paid[week] += one.shift.paid_hours * count
    return max(
        max(days.values()),
        *(math.ceil(count / (7 - days_off)) for count in weeks.values()),
        *(math.ceil(hours / max_hours - 1e-9) for hours in paid.values()),
    )


def broken_rules(people, days_off, max_hours, rest):
    broken = []
    for shifts in people:
        weeks, paid = Counter(), Counter()
        for one in shifts:
            weeks[one.shift.day // 7] += 1
            paid[one.shift.day // 7] += one.shift.paid_hours
        broken += ["days off"] * any(count > 7 - days_off for count in weeks.values())
        broken += ["hours"] * any(hours > max_hours + 1e-9 for hours in paid.values())
        broken += ["one a day"] * (len({one.shift.day for one in shifts}) < len(shifts))
        broken += [
            "rest"
            for last, following in pairwise(shifts)
            if following.shift.start - last.shift.end < rest * 3600
        ]
    return broken


SHIFTS = st.lists(
    st.tuples(
        st.builds(shift, st.integers(0, 13), st.integers(0, 23), st.sampled_from([4, 6, 8, 10])),
        st.integers(1, 6),
    ),
    min_size=1,
    max_size=20,
)


@given(
    chosen=SHIFTS,
    days_off=st.integers(0, 4),
    max_hours=st.sampled_from([20, 36, 40, 48]),
    rest=st.sampled_from([0, 8, 11, 14]),
)
@settings(deadline=None, max_examples=60)
def test_every_shift_is_worked_by_one_person_under_all_rules(chosen, days_off, max_hours, rest):
    people = tours(rules(days_off, max_hours, f"{rest}h"), chosen)
    worked = Counter(one for shifts in people for one in shifts)
    wanted = Counter()
    for one, count in chosen:
        wanted[one] += count
    assert worked == wanted
    assert broken_rules(people, days_off, max_hours, rest) == []
    assert all(people)


def test_seven_days_and_two_days_off_need_seven_fifths_of_a_day_and_no_more():
    week = [(shift(day, 9, 8), 10) for day in range(7)]
    assert len(tours(rules(), week)) == 14


@pytest.mark.parametrize(("days_off", "people"), [(0, 10), (1, 12), (2, 14), (3, 18), (4, 24)])
def test_days_off_are_shared_out(days_off, people):
    week = [(shift(day, 9, 4), 10) for day in range(7)]
    assert len(tours(rules(days_off), week)) == people


def test_hours_of_the_week_are_shared_out():
    # 10 people a day for five days at 8 h: 400 h, 30 h each, three shifts each.
    week = [(shift(day, 9, 8), 9) for day in range(5)]
    assert len(tours(rules(2, 30), week)) == 15


def test_round_the_clock_shifts_keep_eleven_hours_of_rest():
    always = [(shift(day, start, 8), 5) for day in range(7) for start in (0, 8, 16)]
    people = tours(rules(), always)
    assert broken_rules(people, 2, 40, 11) == []
    assert len(people) <= 1.1 * 21


def test_no_shifts_need_nobody():
    assert tours(rules(), []) == []


@given(
    level=st.integers(5, 60),
    shape=st.lists(st.floats(0.75, 1.25), min_size=14, max_size=14),
    lengths=st.sampled_from([(8,), (4, 8), (4, 6, 8)]),
    weekend=st.sampled_from([0.0, 0.4, 1.0]),
    days_off=st.integers(1, 3),
    seed=st.integers(0, 10**6),
)
@settings(deadline=None, max_examples=40)
def test_few_more_people_than_the_least_are_enough(level, shape, lengths, weekend, days_off, seed):
    draw = np.random.default_rng(seed)
    chosen = []
    for day in range(14):
        number = level * shape[day] * (weekend if day % 7 > 4 else 1)
        starts = draw.choice(np.arange(7, 13), size=4, replace=False)
        for start in starts:
            for paid in lengths:
                count = round(number / 4 / len(lengths))
                if count:
                    chosen.append((shift(day, int(start), paid), count))
    if not chosen:
        return
    people = tours(rules(days_off), chosen)
    assert len(people) <= math.ceil(1.1 * least(chosen, days_off, 40))


def test_a_week_is_seven_days_of_the_horizon_whatever_day_it_starts_on():
    wednesday = MONDAY + dt.timedelta(days=2)
    weekly = {"days_off": 2, "max_hours": 40}
    scenario = centre({"lengths": ["8h"], "weekly": weekly}, start=wednesday, days=7)
    people = tours(scenario, [(shift(day, 8, 8), 5) for day in range(7)])
    assert max(len(worked) for worked in people) <= 5


def test_overtime_lets_fewer_people_work_more_but_no_more_than_its_cap_in_a_month():
    # Five days of four 9-hour shifts: 45 h each for four people, 5 h of them overtime.
    week = [(shift(day, 9, 9), 4) for day in range(5)]
    assert len(tours(rules(), week)) == 5
    assert len(tours(rules(days=7), week, overtime=5)) == 4
    # Four such weeks in one month: 20 h of overtime each, and a cap of 10 h.
    month = [(shift(7 * n + day, 9, 9), 4) for n in range(4) for day in range(5)]
    people = tours(rules(days=28), month, overtime=10)
    assert len(people) == 5
    for worked in people:
        hours = [
            sum(one.shift.paid_hours for one in worked if one.shift.day // 7 == week)
            for week in range(4)
        ]
        assert sum(max(one - 40, 0) for one in hours) <= 10
