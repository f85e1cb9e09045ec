"""Durations, clock times, windows, headcounts, dates: what is written and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from ccsim.distributions import Constant, Exponential, Lognormal
from ccsim.scenario import kinds


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (90, 90),
        (0.5, 0.5),
        ("90s", 90),
        ("3min", 180),
        ("1h30min", 5400),
        (" 1 h 30 min ", 5400),
        ("250ms", 0.25),
        ("2d", 172800),
        ("1.5h", 5400),
        (0, 0),
    ],
)
def test_a_duration_is_seconds_or_a_number_with_its_unit(written, seconds):
    assert kinds.parse_duration(written) == seconds


@pytest.mark.parametrize(
    "written",
    [-1, "-1s", "", "90", "3 mins", "1h-5min", "five", True, None, [1], 1e10, "400d" * 99],
)
def test_what_is_no_duration_is_refused(written):
    with pytest.raises(PydanticCustomError):
        kinds.parse_duration(written)


@given(hours=st.integers(0, 99), minutes=st.integers(0, 59), seconds=st.integers(0, 59))
def test_a_duration_is_the_sum_of_its_parts(hours, minutes, seconds):
    written = f"{hours}h{minutes}min{seconds}s"
    assert kinds.parse_duration(written) == hours * 3600 + minutes * 60 + seconds


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("08:00-24:00", (28800, 86400)),
        ("22:00-06:00", (79200, 108000)),
        (" 8:30 - 09:15 ", (30600, 33300)),
        ("00:00-24:00", (0, 86400)),
        ("12:00-00:00", (43200, 86400)),
    ],
)
def test_a_window_that_ends_before_it_starts_ends_on_the_next_day(written, window):
    assert kinds.parse_window(written) == window


@pytest.mark.parametrize(
    "written",
    ["08:00", "8-20", "25:00-26:00", "08:60-09:00", "24:30-25:00", "08:00-08:00", 8, None],
)
def test_what_is_no_window_is_refused(written):
    with pytest.raises(PydanticCustomError):
        kinds.parse_window(written)


def test_a_headcount_is_a_number_or_steps_through_the_day():
    assert kinds.parse_headcount(120) == 120
    assert kinds.parse_headcount([["00:00", 5], ["08:00", 40]]) == ((0, 5), (28800, 40))
    for wrong in ([["08:00", 5]], [["00:00", 5, 6]], [5], [["00:00", 2.5]], -1, "5"):
        with pytest.raises(PydanticCustomError):
            kinds.parse_headcount(wrong)


def test_a_duration_stands_for_a_constant_and_a_mapping_for_a_distribution():
    assert kinds.parse_distribution("3min") == Constant(180)
    assert kinds.parse_distribution({"exponential": {"mean": "3min"}}) == Exponential(180)
    assert kinds.parse_distribution({"lognormal": {"mean": "3min", "cv": 0.9}}) == Lognormal(
        180, 0.9
    )
    by_period = kinds.parse_distribution_by_period([["0h", "3min"], ["2h", "4min"]])
    assert by_period == ((0, Constant(180)), (7200, Constant(240)))


@pytest.mark.parametrize("name", ["a", "vip_1", "客服", "été", "night-shift"])
def test_a_name_is_letters_and_digits_of_any_script(name):
    assert kinds.parse_name(name) == name


@pytest.mark.parametrize("name", ["", "a b", "a.b", "-a", "a\n", 7, None, "a/b"])
def test_what_would_break_a_dotted_path_is_no_name(name):
    with pytest.raises(PydanticCustomError):
        kinds.parse_name(name)
