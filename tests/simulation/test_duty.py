"""Who is on duty: every form in which it may be given, and who turns out absent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import OptionError
from ccsim.simulation import simulate
from ccsim.simulation.centre import centre_of
from ccsim.simulation.duty import ABSENT, Duty, duty_of
from tests.conftest import made_scenario


def realised(duty: Any = None, **group: Any) -> Duty:
    scenario = made_scenario(groups={"team": {"skills": {"calls": 1}} | group})
    return duty_of(scenario, centre_of(scenario), duty)


def test_on_duty_counts_people_through_the_groups_hours() -> None:
    duty = realised(on_duty=3, hours={"daily": "06:00-10:00"})
    assert duty.agents == ["team 1", "team 2", "team 3"]
    assert set(duty.start) == {6 * 3600 * 10**6}
    assert set(duty.end) == {10 * 3600 * 10**6}


def test_steps_by_time_of_day_join_where_somebody_stays() -> None:
    duty = realised(on_duty=[["00:00", 1], ["04:00", 3], ["08:00", 2]])
    hours = [
        (a, s / 3.6e9, e / 3.6e9) for a, s, e in zip(duty.agent, duty.start, duty.end, strict=True)
    ]
    assert hours == [(0, 0, 12), (1, 4, 12), (2, 4, 8)]


def test_scheduled_agents_are_absent_as_often_as_the_shrinkage_says() -> None:
    duty = realised(on_duty=200, shrinkage=0.1)
    missed = [
        (duty.realise(3, replication).activity == ABSENT).mean() for replication in range(100)
    ]
    assert abs(np.mean(missed) - 0.1) < 3.5 * np.sqrt(0.1 * 0.9 / 20_000)


@pytest.mark.parametrize("duty", [{"team": 20}, "counts"])
def test_net_numbers_are_taken_exactly_whatever_the_shrinkage(duty: Any) -> None:
    starts = pd.date_range("2026-01-05", periods=24, freq="30min", tz="UTC")
    table = pd.DataFrame({"team": [20] * 24}, index=starts)
    made = realised(table if duty == "counts" else duty, on_duty=1, shrinkage=0.5)
    assert len(made.agents) == 20
    assert (made.realise(1, 0).activity != ABSENT).all()


def test_another_agents_absence_is_not_changed_by_hiring() -> None:
    few, many = realised(on_duty=10, shrinkage=0.5), realised(on_duty=20, shrinkage=0.5)
    assert (few.realise(1, 0).activity == many.realise(1, 0).activity[:10]).all()


def test_round_the_clock_each_day_is_a_shift_of_its_own() -> None:
    scenario = made_scenario(
        horizon={"start": dt.date(2026, 1, 5), "days": 7},
        hours={"always": True},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 40, "shrinkage": 0.5}},
    )
    duty = duty_of(scenario, centre_of(scenario))
    assert len(duty.shift_key) == 7 * 40
    missed = duty.realise(1, 0).activity == ABSENT
    assert all(0 < missed[duty.agent == agent].mean() < 1 for agent in range(10))


def test_absent_agents_show_in_the_spans_and_not_at_work() -> None:
    scenario = made_scenario(
        groups={"team": {"skills": {"calls": 1}, "on_duty": 100, "shrinkage": 0.4}}
    )
    results = simulate(scenario, replications=4, workers=1, progress=False)
    means = results.kpis(by="group").loc["team", "mean"]
    assert means["hours_at_work"] + means["hours_absent"] == pytest.approx(1200, abs=1)
    assert {"logged_in", "absent"} <= set(results.spans(0)["state"])


@pytest.mark.parametrize(
    ("duty", "message"),
    [
        ({"tema": 3}, "unknown group 'tema'"),
        ({"team": 2.5}, r"2\.5 agents"),
        ({"team": -1}, "whole number"),
        ({"team": True}, "whole number"),
        ({"team": "3"}, "whole number"),
        ({"team": float("inf")}, "whole number"),
        ([1, 2], "found list"),
        (pd.DataFrame({"team": [1]}), "time zone"),
        (
            pd.DataFrame({"team": [1, 2]}, index=pd.to_datetime(["2026-01-05", "2026-01-06"])),
            "time zone",
        ),
    ],
)
def test_duty_that_cannot_be_is_refused_with_what_is_allowed(duty: Any, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        realised(duty, on_duty=1)


def activity(**changes: Any) -> pd.DataFrame:
    row = {
        "agent": "Ann",
        "group": "team",
        "activity": "work",
        "start": pd.Timestamp("2026-01-05 08:00", tz="UTC"),
        "end": pd.Timestamp("2026-01-05 12:00", tz="UTC"),
    }
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (activity(start="2026-01-05 08:00"), "column 'start' is .*allowed: times with a time zone"),
        (activity(end=pd.NaT), "column 'end'"),
        (activity(activity="nap"), "unknown activity 'nap'; allowed: work, meal, break, training"),
        (activity(group="tema"), "unknown group"),
        (activity(end=pd.Timestamp("2026-01-05 07:00", tz="UTC")), "ends before it starts"),
        (pd.concat([activity(), activity(activity="meal")]), "does two things"),
    ],
)
def test_activities_that_cannot_be_are_refused(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        realised(table, on_duty=1)


def test_nobody_said_who_is_on_duty() -> None:
    with pytest.raises(OptionError, match=r"groups\.team: nobody says who is on duty"):
        realised()
