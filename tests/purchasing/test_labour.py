"""What the schedule costs in labour."""

from __future__ import annotations

import pandas as pd
import pytest

from ccsim.purchasing import labour_cost
from ccsim.scheduling import schedule
from tests.scheduling.made import centre, needs


def test_a_day_worked_by_hand_adds_up():
    # Three people from 8 to 17 with an unpaid hour off, 20 an hour, 40 h a week full time.
    day = centre(
        {"lengths": ["9h"], "meal": {"between": ["4h", "4h"]}},
        hours="08:00-17:00",
        group={"cost_per_hour": 20},
    )
    requirement = needs(day, {"08:00": 3, "12:00": 0, "13:00": 3})
    table = labour_cost(day, schedule(day, requirement))
    team = table.loc["team"]
    assert team[["shifts", "paid_hours", "at_work_hours", "people"]].tolist() == [3, 24, 24, 3]
    assert team["cost"] == 480
    assert team["fte"] == pytest.approx(24 / (40 / 7))


def test_a_paid_meal_is_paid_and_not_work():
    day = centre(
        {"lengths": ["9h"], "meal": {"paid": True}, "under_cover": 99}, hours="08:00-17:00"
    )
    made = schedule(day, needs(day, {"08:00": 1}))
    team = labour_cost(day, made).loc["team"]
    assert team["paid_hours"] == 9 * team["shifts"]
    assert team["at_work_hours"] == 8 * team["shifts"]


def test_part_time_contracts_make_more_full_time_equivalents():
    week = centre({"lengths": ["4h"]}, days=7, hours="08:00-12:00")
    made = schedule(week, needs(week, {"08:00": 5}))
    full = labour_cost(week, made).loc["team", "fte"]
    part = labour_cost(week.change({"groups.team.contract_hours": "20h"}), made).loc["team", "fte"]
    assert full == pytest.approx(7 * 4 * 5 / 40)
    assert part == pytest.approx(2 * full)


def test_the_last_row_is_the_sum_of_the_groups_and_the_schedule_s_cost():
    queue = {"talk": 180, "target": {"service_level": 0.8}}
    both = centre({"lengths": ["4h"]}, hours="08:00-12:00").change(
        {
            "demand.rates": {"calls": 60, "chats": 30},
            "queues": {"calls": queue, "chats": queue},
            "groups.other": {"skills": {"chats": 1}, "cost_per_hour": 2, "contract_hours": "30h"},
        }
    )
    made = schedule(both)
    table = labour_cost(both, made)
    assert list(table.index) == ["team", "other", "all"]
    groups = table.drop("all").sum()
    pd.testing.assert_series_equal(table.loc["all"], groups, check_names=False)
    assert table.loc["all", "cost"] == pytest.approx(made.cost)
    assert table.loc["all", "people"] == made.people.sum()
    assert table["shifts"].dtype == table["people"].dtype == "int64"


def test_an_empty_schedule_costs_nothing():
    idle = centre({"lengths": ["4h"], "under_cover": 0})  # nobody missing costs anything
    table = labour_cost(idle, schedule(idle, needs(idle, {"08:00": 2})))
    assert table.loc["all"].tolist() == [0] * 6
