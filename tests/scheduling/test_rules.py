"""`schedule` keeps the rules of a scenario: breaks, trainings, kinds, overtime, law, conflicts."""

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
from ccsim.scenario.labour_law import labour_law
from ccsim.scenario.opening import interval_starts
from ccsim.scheduling import schedule
from ccsim.simulation import simulate

from .made import centre, needs

MINUTE = pd.Timedelta(minutes=1)
BREAKS = {
    "lengths": ["4h", "9h"],
    "meal": {"between": ["3h", "5h"]},
    "breaks": [{"length": "15min"}, {"length": "20min", "paid": False}],
}
HUMP = {"08:00": 3, "10:00": 7, "12:00": 9, "14:00": 8, "16:00": 4}


def at_work(scenario, duty):
    """Agents at work by interval, fractions counted, from the duty of single people."""
    starts = interval_starts(scenario)
    step = pd.Timedelta(seconds=scenario.horizon.interval)
    work = duty[duty["activity"] == "work"]
    return np.array(
        [
            sum(
                max((min(end, begin + step) - max(start, begin)) / step, 0.0)
                for start, end in zip(work["start"], work["end"], strict=True)
            )
            for begin in starts
        ]
    )


def covered(scenario, made):
    """Agents at work by interval as the schedule's own table says."""
    table = made.cover.set_index("start")["agents"]
    return table.reindex(interval_starts(scenario), fill_value=0.0).to_numpy()


@given(
    level=st.integers(1, 4),
    trained=st.booleans(),
    split=st.booleans(),
    distance=st.sampled_from(["0min", "30min"]),
)
@settings(deadline=None, max_examples=8)
def test_the_cover_is_what_the_duty_of_single_people_adds_up_to(level, trained, split, distance):
    trainings = [{"name": "news", "length": "1h", "every": "1d", "people": 3}] if trained else []
    day = centre(
        {**BREAKS, "split": split, "pause_distance": distance},
        interval="30min",
        group={"trainings": trainings},
    )
    made = schedule(day, needs(day, {key: level * n for key, n in HUMP.items()}), gap=0.02)
    assert at_work(day, made.duty) == pytest.approx(covered(day, made))
    assert made.objective >= made.bound
    table = made.cover
    assert made.objective == pytest.approx(
        made.cost + 0.5 * (5 * table["under"].sum() + 0.1 * table["over"].sum())
    )
    spans = made.duty.groupby("shift").agg(start=("start", "min"), end=("end", "max"))
    counts = made.shifts.groupby(["start", "end"])["agents"].sum()
    assert spans.value_counts(["start", "end"]).to_dict() == counts.to_dict()


def test_everybody_has_the_breaks_of_their_shift_in_order_and_apart():
    day = centre(BREAKS, interval="30min")
    made = schedule(day, needs(day, HUMP))
    for _, rows in made.duty.groupby("shift"):
        long = rows["end"].max() - rows["start"].min() > pd.Timedelta(hours=6)
        away = rows[rows["activity"] != "work"]
        assert away["activity"].tolist() == (
            ["break", "meal", "break"] if long else ["break", "break"]
        )
        work = rows[rows["activity"] == "work"]
        assert (work["end"] - work["start"] >= 30 * MINUTE).all()
    row = made.shifts.iloc[0]
    assert re.fullmatch(r"\d\d:\d\d \d\d:\d\d", row["breaks"])
    assert row["work_hours"] == pytest.approx(row["paid_hours"] - 0.25)


def test_breaks_of_half_an_interval_are_spread_over_its_halves():
    rules = {"lengths": ["4h"], "breaks": [{"length": "15min", "between": ["2h", "2h15min"]}]}
    day = centre(rules, hours="08:00-12:00", interval="30min")
    made = schedule(day, needs(day, {"08:00": 10}))
    starts = made.duty.loc[made.duty["activity"] == "break", "start"]
    assert starts.dt.strftime("%H:%M").value_counts().to_dict() == {"10:00": 5, "10:15": 5}


def test_everybody_attends_each_training_once_in_each_period_and_few_at_once():
    training = {"name": "returns", "length": "1h", "every": "7d", "people": 2}
    week = centre(
        {"lengths": ["8h"], "meal": {}}, days=14, interval="30min", group={"trainings": [training]}
    )
    made = schedule(week, needs(week, {"08:00": 4, "12:00": 6}), gap=0.02)
    trained = made.duty[made.duty["activity"] == "training"]
    assert (trained["end"] - trained["start"] == 60 * MINUTE).all()
    weeks = (trained["start"].dt.tz_localize(None) - pd.Timestamp("2026-03-02")).dt.days // 7
    attended = trained.groupby([trained["agent"], weeks]).size()
    assert (attended == 1).all()
    shifts = made.duty.assign(
        week=(made.duty["start"].dt.tz_localize(None) - pd.Timestamp("2026-03-02")).dt.days // 7
    )
    assert len(attended) == len(shifts.groupby(["agent", "week"]))
    edges = pd.concat(
        [
            pd.Series(1, index=pd.Index(trained["start"])),
            pd.Series(-1, index=pd.Index(trained["end"])),
        ]
    )
    assert edges.groupby(level=0).sum().sort_index().cumsum().max() <= 2
    assert not any("found no place" in note for note in made.notes)


def test_trainings_lie_where_they_hurt_least():
    training = {"name": "news", "length": "1h", "every": "1d"}
    rules = {"lengths": ["8h"], "starts": "8h"}
    day = centre(rules, hours="08:00-16:00", group={"trainings": [training]})
    made = schedule(day, needs(day, {"08:00": 6, "13:00": 1, "15:00": 6}))
    trained = made.duty[made.duty["activity"] == "training"]
    assert set(trained["start"].dt.hour) <= {13, 14}
    assert made.cover["under"].sum() == 0


def test_a_training_rarer_than_the_horizon_is_long_is_noted_and_not_placed():
    day = centre({"lengths": ["8h"]}, group={"trainings": [{"name": "news", "length": "1h"}]})
    made = schedule(day, needs(day, {"08:00": 2}))
    assert "training" not in set(made.duty["activity"])
    assert any("everybody attends 'news' once: none are placed" in note for note in made.notes)


def test_the_simulator_takes_a_schedule_with_breaks_trainings_and_split_shifts():
    group = {"trainings": [{"name": "news", "length": "30min", "every": "1d"}]}
    day = centre({**BREAKS, "split": True}, interval="30min", group=group)
    made = schedule(day, needs(day, HUMP))
    results = simulate(day, made.duty, replications=2, workers=1, progress=False)
    assert results.kpis().loc[("all", "handled"), "mean"] > 0


def test_both_parts_of_a_split_shift_share_a_number_and_the_gap_is_nobodys_time():
    rules = {"lengths": ["8h"], "starts": "1h", "split": {"gap": ["3h", "3h"], "part": "4h"}}
    day = centre({**rules, "under_cover": 20}, hours="08:00-19:00")
    made = schedule(day, needs(day, {"08:00": 5, "12:00": 0, "15:00": 5}))
    assert made.shifts["paid_hours"].tolist() == [8]
    row = made.shifts.iloc[0]
    assert (row["gap_start"].hour, row["gap_end"].hour, row["work_hours"]) == (12, 15, 8)
    assert made.duty.groupby("shift")["activity"].agg(list).tolist() == [["work", "work"]] * 5
    assert made.people["team"] == 5


def test_a_typical_week_repeats():
    rules = {"lengths": ["8h"], "starts": "8h", "cyclic": True, "under_cover": 99}
    kinds = {"night": {"start": ["16:00", "16:00"], "lengths": ["12h"]}}
    week = centre({**rules, "kinds": kinds}, days=7, hours={"always": True})
    made = schedule(week, needs(week, {"00:00": 2, "04:00": 0, "16:00": 2}))
    # From 16:00 to 04:00 each day; Sunday's shift covers Monday's first hours.
    assert made.cover["under"].sum() == 0
    assert made.shifts["agents"].tolist() == [2] * 7


def test_distinct_shifts_have_a_price():
    def kinds(price):
        rules = {"lengths": ["4h", "5h"], "starts": "1h", "distinct_price": price}
        week = centre(rules, days=3)
        made = schedule(week, needs(week, HUMP), gap=1e-6)
        start = made.shifts["start"].dt.strftime("%H:%M")
        return len(set(zip(start, made.shifts["paid_hours"], strict=True)))

    assert kinds(20) < kinds(0)


@pytest.mark.parametrize("solver", ["CBC", "HiGHS"])
def test_few_start_times_a_day(solver):
    week = centre({"lengths": ["4h", "8h"], "meal": {}, "max_starts_per_day": 2}, days=3)
    made = schedule(week, needs(week, HUMP), 20, solver=solver, gap=0.05)
    starts = made.shifts.groupby(made.shifts["start"].dt.date)["start"].nunique()
    assert (starts <= 2).all()
    assert made.bound <= made.objective


def test_overtime_is_worked_at_its_price_where_people_are_short():
    rules = {"lengths": ["8h", "9h"], "starts": "30min", "under_cover": 5, "over_cover": 0}
    team = {"employed": 2, "cost_per_hour": 10, "overtime_price": 2}
    weekly = {"max_hours": 40, "days_off": 2}

    def made(overtime, price=2):
        week = centre(
            {**rules, "weekly": weekly, "overtime": overtime},
            days=5,
            hours="08:00-17:00",
            interval="30min",
            group={**team, "overtime_price": price},
        )
        return schedule(week, needs(week, {"08:00": 2}))

    without, some, much = made("0h"), made("3h"), made("36h")
    assert (without.overtime["team"], some.overtime["team"], much.overtime["team"]) == (0, 6, 10)
    # Nine hours a day for both: 90 paid, 10 of them twice.
    assert much.cost == 10 * (90 + 10)
    assert much.people["team"] == 2
    assert made("36h", price=9).overtime["team"] == 0


def test_rules_that_cannot_be_kept_together_are_named_with_their_lines(tmp_path):
    file = tmp_path / "tight.yaml"
    file.write_text(
        "name: tight\nhorizon: {start: 2026-03-02, days: 1}\nhours: {daily: '08:00-16:00'}\n"
        "demand: {rates: {calls: 9}}\nqueues: {calls: {talk: 3min, target: {asa: 30s}}}\n"
        "groups:\n  team: {skills: {calls: 1}, cost_per_hour: 1,\n    employed: 3}\n"
        "shifts:\n  lengths: [8h]\n  headcounts: {maximum: 50}\n  minimum_staff: {team: 5}\n"
    )
    with pytest.raises(InfeasibleSchedule) as told:
        schedule(load(file))
    message = str(told.value)
    assert re.search(
        r"tight\.yaml:8: groups\.team\.employed: cannot be kept together with", message
    )
    assert re.search(r"shifts\.minimum_staff\.team \(.*tight\.yaml:12\)", message)
    assert "headcounts" not in message


def test_a_schedule_begins_from_the_last_one():
    week = centre(BREAKS, days=2, interval="30min")
    first = schedule(week, needs(week, HUMP), gap=0.2)
    again = schedule(week, needs(week, HUMP), gap=0.2, start=first)
    assert again.objective <= first.objective * (1 + 1e-3)


def test_the_gap_is_a_share():
    day = centre({"lengths": ["4h"]})
    with pytest.raises(OptionError, match=r"gap=1\.5; allowed: a fraction"):
        schedule(day, needs(day, {"08:00": 1}), gap=1.5)


def test_the_labour_law_gives_what_the_scenario_does_not_say():
    own = centre({"labour_law": "CN", "weekly": {"days_off": 2}}).shifts.weekly
    assert (own.max_hours, own.days_off) == (40, 2)
    assert centre({"labour_law": "CN"}).shifts.weekly.days_off == 1


@pytest.mark.parametrize(
    ("shifts", "group", "told"),
    [
        ({"weekly": {"max_hours": 44}}, {}, "shifts.weekly.max_hours: against the labour law"),
        ({"weekly": {"days_off": 0}}, {}, "PRC (1994), article 38); found 0; allowed: at least 1"),
        ({"overtime": "40h"}, {}, "article 41); found '40 h'; allowed: at most 36 h"),
        ({"lengths": ["9h"]}, {}, "article 36; State Council Regulation on Working Hours (1995)"),
        ({"lengths": ["12h"], "overtime": "36h"}, {}, "found '12 h paid'; allowed: at most 11 h"),
        ({}, {"overtime_price": 1.2}, "groups.team.overtime_price: against the labour law"),
    ],
)
def test_what_breaks_the_labour_law_is_refused_with_the_article(shifts, group, told):
    with pytest.raises(ScenarioError, match=re.escape(told)):
        centre({"labour_law": "CN", **shifts}, group=group)


def test_every_rule_of_a_labour_law_says_where_it_stands():
    for rule in labour_law("CN").values():
        assert rule.value > 0
        assert all((rule.unit, rule.article, rule.quality, rule.source))


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"breaks": [{"length": "15min", "between": ["3h", "2h"]}]}, "ends before it starts"),
        ({"breaks": [{"length": "75min"}]}, "longer than an interval and not a multiple of it"),
        ({"kinds": {"long": {"start": ["06:00", "08:00"], "lengths": ["25h"]}}}, "than a day"),
        ({"split": {"gap": ["4h", "2h"]}}, "ends before it starts"),
        ({"split": "yes"}, "not a split"),
        ({"headcounts": {"minimum": 4, "maximum": 2}}, "below headcounts.minimum"),
        ({"minimum_staff": {"night": 2}}, "allowed: team"),
    ],
)
def test_contradictory_rules_are_refused_when_loaded(rules, told):
    with pytest.raises(ScenarioError, match=re.escape(told)):
        centre({"lengths": ["8h"], **rules})


def test_a_horizon_over_a_clock_change_cannot_repeat():
    with pytest.raises(ScenarioError, match=r"shifts\.cyclic: the clock changes within"):
        centre({"cyclic": True}, days=7, start=dt.date(2026, 3, 23), hours={"always": True})


def test_a_shift_without_room_for_its_breaks_is_refused():
    crowded = centre({"lengths": ["4h"], "breaks": [{"length": "1h"}] * 4})
    with pytest.raises(InfeasibleSchedule, match="a shift of 4 h has no room for its breaks"):
        schedule(crowded, needs(crowded, {"08:00": 1}))
