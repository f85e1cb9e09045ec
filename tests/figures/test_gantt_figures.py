from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from ccsim.figures.gantt import MOST_NAMES, busiest_date, gantt
from ccsim.text import labels

EN = labels("en")


def test_people_are_rows_in_the_order_they_start(duty_table: pd.DataFrame) -> None:
    figure = gantt(duty_table, dt.date(2026, 11, 9), EN)
    assert list(figure.layout.yaxis.ticktext) == ["Early", "Late", "Night"]
    work = next(trace for trace in figure.data if trace.name == "Work")
    first = pd.Series(np.asarray(work.base)).groupby(np.asarray(work.y)).min()
    assert first.tolist() == [7, 12, 22]


def test_work_meals_breaks_and_trainings_have_their_own_colours(duty_table: pd.DataFrame) -> None:
    figure = gantt(duty_table, dt.date(2026, 11, 9), EN)
    assert [trace.name for trace in figure.data] == ["Work", "Meal", "Break", "Training"]
    assert len({trace.marker.color for trace in figure.data}) == 4


def test_all_hours_of_the_day_s_shifts_are_drawn_and_no_others(duty_table: pd.DataFrame) -> None:
    figure = gantt(duty_table, dt.date(2026, 11, 9), EN)
    drawn = sum(float(np.sum(trace.x)) for trace in figure.data)
    assert drawn == 8 + 8 + 8
    other = gantt(duty_table, dt.date(2026, 11, 10), EN)
    assert sum(float(np.sum(trace.x)) for trace in other.data) == 8


def test_a_night_runs_past_24_on_the_day_it_starts(duty_table: pd.DataFrame) -> None:
    figure = gantt(duty_table, dt.date(2026, 11, 9), EN)
    work = figure.data[0]
    assert max(np.asarray(work.base) + np.asarray(work.x)) == 30
    assert "06:00" in figure.layout.xaxis.ticktext


def test_the_title_says_when_most_are_away(duty_table: pd.DataFrame) -> None:
    title = gantt(duty_table, dt.date(2026, 11, 9), EN).layout.title.text
    assert title == "3 people work on Mon 11-09; most are away at once at 12:30: 2"


def test_the_busiest_date_is_the_one_on_which_most_shifts_start(duty_table: pd.DataFrame) -> None:
    assert busiest_date(duty_table) == dt.date(2026, 11, 9)


def test_hundreds_of_people_fit_a_screen_and_groups_stand_in_for_names() -> None:
    start = pd.Timestamp("2026-11-09 07:00", tz="Asia/Shanghai")
    rows = [
        (f"p{n}", f"team {n % 2}", "work", start, start + pd.Timedelta("8h"), n)
        for n in range(MOST_NAMES * 6)
    ]
    duty = pd.DataFrame(rows, columns=["agent", "group", "activity", "start", "end", "shift"])
    figure = gantt(duty, dt.date(2026, 11, 9), EN)
    assert figure.layout.height < 1200
    assert list(figure.layout.yaxis.ticktext) == ["team 0", "team 1"]
    assert len(figure.layout.shapes) == 1
    assert "without pauses" in figure.layout.title.text
