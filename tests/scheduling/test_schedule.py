"""The shifts that cover a requirement at least cost."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.errors import InfeasibleSchedule, OptionError, ScenarioError
from ccsim.scenario import load
from ccsim.scheduling import schedule
from ccsim.scheduling.solver import GAP
from ccsim.simulation import simulate
from ccsim.staffing import require

from .made import centre, needs, presence


def exact(**shifts):
    """Covering everything is all that counts, and a surplus costs nothing extra."""
    return {"under_cover": 1000, "over_cover": 0, **shifts}


def test_one_shift_that_fits_is_worked_by_as_many_as_are_needed():
    day = centre(exact(lengths=["4h"]), hours="08:00-12:00")
    made = schedule(day, needs(day, {"08:00": 3}))
    assert made.shifts["agents"].tolist() == [3]
    assert (made.cost, made.objective, made.bound, made.gap) == pytest.approx((12, 12, 12, 0))
    assert made.people["team"] == 3


def test_overlapping_shifts_meet_a_hump_without_a_surplus():
    day = centre(exact(lengths=["4h"], starts="2h"), hours="08:00-14:00")
    made = schedule(day, needs(day, {"08:00": 2, "10:00": 5, "12:00": 3}))
    assert dict(zip(made.shifts["start"].dt.hour, made.shifts["agents"], strict=True)) == {
        8: 2,
        10: 3,
    }
    assert (made.cover["under"] == 0).all()
    assert (made.cover["over"] == 0).all()


def test_the_textbook_bus_schedule_needs_26_drivers():
    # Taha, Operations Research, 'Bus scheduling': 4, 8, 10, 7, 12, 4 buses in six periods of
    # four hours, 8-hour shifts: 26. Here without the shift over midnight, which it does not need.
    day = centre(exact(lengths=["8h"], starts="4h"), hours={"always": True})
    buses = {"00:00": 4, "04:00": 8, "08:00": 10, "12:00": 7, "16:00": 12, "20:00": 4}
    made = schedule(day, needs(day, buses))
    assert made.shifts["agents"].sum() == 26
    assert made.cost == 26 * 8
    assert (made.cover["under"] == 0).all()


@pytest.mark.parametrize(
    ("under_cover", "people", "objective"),
    # One person misses the hour of the meal; two cover it and are one too many for seven hours.
    [(5, 1, 8 + 5), (10, 2, 16 + 0.7)],
)
def test_a_gap_over_a_meal_is_closed_when_it_is_dearer_than_a_person(
    under_cover, people, objective
):
    day = centre(
        {"lengths": ["9h"], "meal": {}, "under_cover": under_cover, "over_cover": 0.1},
        hours="08:00-17:00",
    )
    made = schedule(day, needs(day, {"08:00": 1}))
    assert made.people["team"] == people
    assert made.objective == pytest.approx(objective)
    assert made.cover["under"].sum() == (1 if people == 1 else 0)


def test_cost_is_paid_hours_times_the_wage_and_prices_are_in_wages():
    day = centre({"lengths": ["4h"]}, hours="08:00-12:00", group={"cost_per_hour": 30})
    made = schedule(day, needs(day, {"08:00": 2.5}))
    # Two people and half an agent missing for four hours: 5 × 0.5 × 4 h is dearer than a third
    # person (4 h, and half an agent too many: 0.1 × 0.5 × 4 h).
    assert made.cost == 30 * 12
    assert made.objective == pytest.approx(30 * (12 + 0.2))


def test_two_groups_are_scheduled_side_by_side():
    queue = {"talk": 180, "target": {"service_level": 0.8}}
    both = centre({"lengths": ["4h"]}, hours="08:00-12:00").change(
        {
            "demand.rates": {"calls": 60, "chats": 30},
            "queues": {"calls": queue, "chats": queue},
            "groups.other": {"skills": {"chats": 1}, "cost_per_hour": 2},
        }
    )
    made = schedule(both)
    assert set(made.shifts["group"]) == set(made.people.index) == {"team", "other"}
    hours = made.shifts["paid_hours"] * made.shifts["agents"]
    wage = made.shifts["group"].map({"team": 1, "other": 2})
    assert made.cost == pytest.approx((hours * wage).sum())


def by_hour(needed):
    return {f"{8 + n:02d}:00": number for n, number in enumerate(needed)}


HUMPS = st.lists(st.integers(0, 12), min_size=10, max_size=10).filter(any)


@given(
    needed=HUMPS, lengths=st.sampled_from([["4h"], ["4h", "8h"], ["3h", "5h"]]), meal=st.booleans()
)
@settings(deadline=None, max_examples=20)
def test_whoever_is_required_is_present_missing_or_one_too_many(needed, lengths, meal):
    rules = {"lengths": lengths, **({"meal": {"shifts_over": "4h"}} if meal else {})}
    week = centre(rules, days=2)
    requirement = needs(week, by_hour(needed))
    made = schedule(week, requirement)
    table = made.cover
    balance = table["agents"] + table["under"] - table["over"] - table["required"]
    assert balance.abs().max() < 1e-9
    assert (table[["under", "over"]].min(axis=1) == 0).all()
    present = presence(week, made)
    planned = table.set_index(["start", "group"])["agents"]
    assert (present[present > 0] == planned[planned > 0]).all()
    assert 0 <= made.bound <= made.objective + 1e-9
    assert 0 <= made.gap <= GAP + 1e-9
    assert made.objective == pytest.approx(
        made.cost + 5 * table["under"].sum() + 0.1 * table["over"].sum()
    )


@given(needed=HUMPS)
@settings(deadline=None, max_examples=10)
def test_cbc_and_highs_agree_within_the_gap(needed):
    day = centre({"lengths": ["4h", "6h"], "meal": {"between": ["2h", "4h"], "shifts_over": "5h"}})
    requirement = needs(day, by_hour(needed))
    cbc, highs = (schedule(day, requirement, solver=solver) for solver in ("CBC", "HiGHS"))
    assert cbc.objective == pytest.approx(highs.objective, rel=2 * GAP)
    assert max(cbc.bound, highs.bound) <= min(cbc.objective, highs.objective) * (1 + 1e-6)


def test_the_clock_is_covered_round_with_nights_over_midnight():
    week = centre(exact(lengths=["8h"], starts="4h"), days=7, hours={"always": True})
    made = schedule(week, needs(week, {"00:00": 2, "08:00": 6, "20:00": 3}))
    assert (made.cover["under"] == 0).all()
    assert len(made.cover) == 7 * 24
    over_midnight = (
        made.shifts["start"].dt.date != (made.shifts["end"] - pd.Timedelta("1s")).dt.date
    )
    assert over_midnight.any()


def test_a_night_centre_is_planned_to_its_last_night():
    nights = centre({"lengths": ["8h"]}, days=7, hours="22:00-06:00")
    made = schedule(nights, needs(nights, {"00:00": 2}))
    assert made.shifts["agents"].tolist() == [2] * 7
    assert (made.cover["under"] == 0).all()
    assert made.duty["end"].max() == pd.Timestamp("2026-03-09 06:00", tz="Europe/Paris")
    results = simulate(nights, made.duty, replications=2, workers=1, progress=False)
    assert results.kpis().loc[("all", "handled"), "mean"] > 0


@pytest.mark.parametrize("date", [dt.date(2026, 3, 23), dt.date(2026, 10, 19)])
def test_a_week_in_which_the_clock_changes_is_covered(date):
    week = centre(exact(lengths=["8h"], starts="2h"), days=7, hours={"always": True}, start=date)
    made = schedule(week, needs(week, {"00:00": 1}))
    assert (made.cover["under"] == 0).all()
    assert len(made.cover) == {3: 167, 10: 169}[date.month]


def test_duty_is_the_shifts_person_by_person():
    day = centre({"lengths": ["8h"], "meal": {}}, hours="08:00-18:00")
    made = schedule(day, needs(day, {"08:00": 12}))
    starts, duty = made.duty.groupby("agent")["start"].min(), made.duty
    assert duty["agent"].nunique() == made.people["team"] == made.shifts["agents"].sum()
    assert sorted(starts) == sorted(made.shifts["start"].repeat(made.shifts["agents"]))
    assert duty.groupby("agent")["activity"].agg(list).tolist() == [["work", "meal", "work"]] * len(
        starts
    )
    touching = duty.groupby("agent").apply(
        lambda rows: (rows["start"].iloc[1:].to_numpy() == rows["end"].iloc[:-1].to_numpy()).all()
    )
    assert touching.all()
    assert (duty["end"] > duty["start"]).all()


def test_agents_are_numbered_so_that_their_names_sort():
    day = centre({"lengths": ["4h"]}, hours="08:00-12:00")
    agents = schedule(day, needs(day, {"08:00": 11})).duty["agent"].unique()
    assert list(agents) == sorted(agents)
    assert agents[0] == "team 01"


@given(employed=st.integers(1, 14), needed=st.integers(1, 20))
@settings(deadline=None, max_examples=15)
def test_no_day_asks_for_more_people_than_are_employed(employed, needed):
    week = centre(
        {"lengths": ["4h"], "starts": "4h"},
        days=7,
        hours="08:00-16:00",
        group={"employed": employed},
    )
    made = schedule(week, needs(week, {"08:00": needed}))
    shifts = made.shifts.groupby(made.shifts["start"].dt.date)["agents"].sum()
    assert (shifts <= employed).all()
    assert made.shifts["agents"].sum() <= 5 * employed


def test_more_people_than_are_employed_are_noted():
    # Five shifts a day fit five people a day, but late and early do not leave eleven hours.
    tight = {"lengths": ["8h"], "starts": "8h", "weekly": {"days_off": 0, "max_hours": 56}}
    week = centre(tight, days=2, hours={"always": True}, group={"employed": 3})
    requirement = needs(week, {"00:00": 0, "16:00": 3})
    table = requirement.table.iloc[:8].copy()
    early = table.assign(start=table["start"] + pd.Timedelta(hours=8))
    made = schedule(week, type(requirement)(pd.concat([table, early]), "given"))
    assert made.people["team"] == 6
    assert any("need 6 people under the weekly rules; 3 are employed" in n for n in made.notes)


def test_a_requirement_no_shift_reaches_is_refused_with_group_and_interval():
    late = centre({"lengths": ["4h"], "starts": "4h"}, hours="08:00-18:00")
    told = (
        r"shifts: group 'team': no shift the rules allow is at work at Mon 2026-03-02 16:00, where "
        r"3\.0 agents are needed \(2 such intervals\)"
    )
    with pytest.raises(InfeasibleSchedule, match=told):
        schedule(late, needs(late, {"08:00": 3, "18:00": 0}))


def test_a_group_without_a_wage_is_refused_with_its_place(tmp_path):
    file = tmp_path / "unpaid.yaml"
    file.write_text(
        "name: x\nhorizon: {start: 2026-01-05, days: 1}\ndemand: {rates: {calls: 9}}\n"
        "queues: {calls: {talk: 3min, target: {asa: 30s}}}\ngroups:\n  team: {skills: {calls: 1}}\n"
    )
    with pytest.raises(
        ScenarioError, match=r"unpaid\.yaml:6: groups\.team\.cost_per_hour: needed to"
    ):
        schedule(load(file))


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf")])
def test_a_time_limit_is_some_seconds(limit):
    with pytest.raises(OptionError, match=r"time_limit=.*; allowed: seconds above 0"):
        schedule(centre({"lengths": ["4h"]}), time_limit=limit)


def test_a_solver_without_time_returns_an_honest_schedule_or_says_that_it_needs_more():
    week = centre({"lengths": ["4h", "6h", "8h", "9h"], "meal": {}}, days=7, interval="30min")
    requirement = require(week.change({"demand.rates.calls": 900, "queues.calls.target.asa": 20}))
    answers = [answer(week, requirement, limit) for limit in (1e-3, 0.05, 0.2)]
    for made in answers:
        if isinstance(made, str):
            assert re.search("found no schedule within its .* s; allowed: a longer", made)
        else:
            assert made.bound <= made.objective
            assert made.gap <= GAP or any("the solver used its" in note for note in made.notes)
    assert isinstance(answers[0], str)


def answer(scenario, requirement, limit):
    try:
        return schedule(scenario, requirement, limit)
    except InfeasibleSchedule as refusal:
        return str(refusal)


def test_a_requirement_of_somebody_else_is_refused():
    day, other = centre({"lengths": ["4h"]}), centre({"lengths": ["4h"]}, start=dt.date(2026, 4, 1))
    with pytest.raises(OptionError, match="the requirement is for group 'night'; allowed: team"):
        schedule(day, needs(day, {"08:00": 1}, group="night"))
    with pytest.raises(
        OptionError, match=r"has an interval at 2026-04-01 08:00:00.*; allowed: interva"
    ):
        schedule(day, needs(other, {"08:00": 1}))


def test_where_nobody_is_needed_there_is_nothing_to_schedule():
    idle = centre({"lengths": ["4h"]}, demand={"rates": {"calls": 0}})
    with pytest.raises(OptionError, match="nobody is needed at any time"):
        schedule(idle.change({"queues.calls.target.asa": 30}))


def test_names_in_any_script_are_scheduled():
    day = centre({"lengths": ["4h"]}, hours="08:00-12:00").change(
        {"groups": {"客服-1": {"skills": {"calls": 1}, "cost_per_hour": 1}}}
    )
    made = schedule(day, needs(day, {"08:00": 2}, group="客服-1"))
    assert made.people["客服-1"] == 2
    assert np.isclose(made.cost, 8)


def test_overtime_is_what_people_work_and_what_is_paid():
    scenario = centre(
        {
            "lengths": ["8h"],
            "labour_law": "CN",
            "meal": {"length": "60min"},
            "overtime": "10h",
        },
        days=14,
        hours="08:00-20:00",
        interval="30min",
        group={"employed": 14, "cost_per_hour": 20},
    )
    made = schedule(scenario, needs(scenario, {"08:00": 5}), 10)
    shifts = made.duty.groupby(["agent", "shift"]).agg(start=("start", "min"))
    work = made.duty[made.duty["activity"] != "meal"]
    hours = (work["end"] - work["start"]) / pd.Timedelta(hours=1)
    week = (work["start"].dt.normalize() - work["start"].min().normalize()).dt.days // 7
    beyond = (hours.groupby([work["agent"], week]).sum() - 40).clip(lower=0).sum()
    assert made.overtime["team"] == pytest.approx(beyond)
    assert made.people["team"] <= 14
    assert made.cost == pytest.approx(20 * (hours.sum() + 0.5 * beyond))
    assert len(shifts) == made.shifts["agents"].sum()


def test_where_nobody_is_employed_nothing_is_scheduled():
    nobody = centre({"lengths": ["4h"]}, hours="08:00-12:00", group={"employed": 0})
    with pytest.raises(InfeasibleSchedule, match=r"groups\.team\.employed: nobody is employed"):
        schedule(nobody, needs(nobody, {"08:00": 2}))
