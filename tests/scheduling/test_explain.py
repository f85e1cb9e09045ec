"""Why a schedule differs from its requirement."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.errors import OptionError
from ccsim.scheduling import explain, schedule
from ccsim.scheduling.marginal import additions
from ccsim.staffing import require
from ccsim.text import labels

from .made import centre, needs


def told(scenario, needed, **options):
    """Explain the best schedule, by clock time of the first day."""
    made = schedule(scenario, needed, gap=0, **options)
    table = made.explain(needed)
    return table.set_index(table["start"].dt.strftime("%H:%M"))


def test_a_need_met_exactly_and_a_fraction_too_many():
    day = centre({"lengths": ["2h"], "starts": "2h"}, hours="08:00-12:00")
    table = told(day, needs(day, {"08:00": 3, "10:00": 2.6}))
    assert table["cause"].tolist() == ["met", "met", "fraction", "fraction"]
    np.testing.assert_allclose(table["difference"], [0, 0, 0.4, 0.4])
    assert (table["agents"] - table["required"] == table["difference"]).all()


def test_when_no_other_shift_covers_the_peak_the_shift_grid_is_the_cause():
    day = centre({"lengths": ["4h"], "starts": "4h"}, hours="08:00-12:00")
    table = told(day, needs(day, {"08:00": 2, "10:00": 5, "11:00": 2}))
    assert table.loc["08:00", ["cause", "difference"]].tolist() == ["grid", 3]
    assert "needed at 10:00 (shift 08:00–12:00)" in table.loc["08:00", "why"]


def test_when_other_shifts_could_and_were_dearer_people_are_held():
    day = centre(
        {"lengths": ["2h", "4h"], "starts": "2h", "distinct_price": 50}, hours="08:00-12:00"
    )
    table = told(day, needs(day, {"08:00": 5, "10:00": 3}))
    assert table.loc["10:00", ["cause", "difference"]].tolist() == ["held", 2]
    assert "shift 08:00–12:00, at 08:00" in table.loc["10:00", "why"]


def test_whoever_is_missing_for_less_than_a_shift_costs_is_not_worth_it():
    day = centre({"lengths": ["4h"], "starts": "4h", "under_cover": 3}, hours="08:00-12:00")
    table = told(day, needs(day, {"08:00": 2, "10:00": 3, "11:00": 2}))
    assert table.loc["10:00", ["cause", "difference"]].tolist() == ["price", -1]
    # Four hours at 1, less one hour of an agent at 3, and three hours too many at 0.1.
    assert "costs 1.30 more" in table.loc["10:00", "why"]


def test_too_few_people_employed_is_named_with_its_rule():
    day = centre({"lengths": ["4h"]}, hours="08:00-12:00", group={"employed": 2})
    table = told(day, needs(day, {"08:00": 5}))
    assert set(table["cause"]) == {"limit"}
    assert "groups.team.employed" in table["why"].iloc[0]


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        ({"headcounts": {"maximum": 2}}, "shifts.headcounts.maximum"),
        ({"max_starts_per_day": 1}, "shifts.max_starts_per_day"),
    ],
)
def test_limits_on_starts_are_named(rule, named):
    # The later hours need a shift of their own, which may not start.
    day = centre({"lengths": ["2h"], "starts": "2h", **rule}, hours="08:00-12:00")
    table = told(day, needs(day, {"08:00": 5, "10:00": 3}))
    short = table[table["difference"] <= -1]
    assert len(short)
    assert set(short["cause"]) == {"limit"}
    assert short["why"].str.contains(named, regex=False).all()


def test_overtime_is_paid_for_before_a_shift_is_said_to_pay():
    rules = {"lengths": ["4h"], "weekly": {"max_hours": 4, "days_off": 1}, "under_cover": 1.4}
    group = {"employed": 1, "overtime_price": 1.5}
    day = centre({**rules, "overtime": "8h"}, hours="08:00-12:00", days=2, group=group)
    table = schedule(day, needs(day, {"08:00": 1}), gap=0).explain(needs(day, {"08:00": 1}))
    short = table[table["difference"] <= -1]
    assert len(short) == 4
    # Four hours at 1.5, less four hours of an agent at 1.4.
    assert set(short["cause"]) == {"price"}
    assert short["why"].str.contains("costs 0.40 more", regex=False).all()


def test_meals_are_the_cause_where_those_away_would_suffice():
    shifts = {
        "lengths": ["4h"],
        "meal": {"length": "1h", "between": ["1h", "2h"], "paid": True, "shifts_over": "3h"},
        "under_cover": 3,
    }
    day = centre(shifts, hours="08:00-12:00")
    table = told(day, needs(day, {"08:00": 4}))
    short = table[table["difference"] < -0.5]
    assert len(short)
    assert (short["cause"] == "pauses").all()
    for row in short.itertuples():
        assert f"{4 - row.agents:.1f} are away, {row.agents:.1f} at work" in row.why


def test_a_training_is_the_cause_where_those_in_it_would_suffice():
    training = {"name": "news", "length": "1h", "every": "1d"}
    rules = {"lengths": ["4h"], "under_cover": 3}
    day = centre(rules, hours="08:00-12:00", group={"trainings": [training]})
    table = told(day, needs(day, {"08:00": 4}))
    short = table[table["difference"] < -0.5]
    assert len(short)
    assert (short["cause"] == "training").all()


def test_a_headcount_that_must_start_together_keeps_a_surplus():
    rules = {"lengths": ["4h"], "headcounts": {"minimum": 3}}
    day = centre(rules, hours="08:00-12:00")
    table = told(day, needs(day, {"08:00": 1}))
    assert set(table["cause"]) == {"headcount"}


def test_minimum_staff_keeps_people_nobody_asked_for():
    rules = {"lengths": ["4h"], "minimum_staff": {"team": 3}}
    day = centre(rules, hours="08:00-12:00")
    table = told(day, needs(day, {"08:00": 1}))
    assert set(table["cause"]) == {"minimum"}
    assert "3" in table["why"].iloc[0]


def test_driver_and_load_come_from_the_requirement():
    day = centre(
        {"lengths": ["4h"]},
        hours="08:00-12:00",
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 180}},
                "target": {"service_level": 0.8, "within": 20},
            }
        },
    )
    needed = require(day)
    table = told(day, needed)
    assert set(table["driver"]) == {"service_level of calls"}
    np.testing.assert_allclose(table["load"], needed.table["load"])


def test_every_cause_has_a_sentence_in_both_languages():
    source = Path(explain.__file__).read_text("utf-8")
    causes = set(re.findall(r'_Cause\("(\w+)"', source)) | {"grid", "held", "pauses", "training"}
    said = {key.removeprefix("why.") for key in labels("en") if key.startswith("why.")}
    assert causes == said


def test_a_cause_is_told_in_the_reader_s_language():
    day = centre({"lengths": ["4h"], "starts": "4h"}, hours="08:00-12:00")
    needed = needs(day, {"08:00": 2, "10:00": 5, "11:00": 2})
    made = schedule(day, needed)
    assert "班次网格" in made.explain(needed, labels("zh"))["why"].iloc[0]


def test_another_requirement_and_a_schedule_made_by_hand_are_refused():
    day = centre({"lengths": ["4h"]}, hours="08:00-12:00")
    made = schedule(day, needs(day, {"08:00": 2}))
    with pytest.raises(OptionError, match=r"asks for 3\.0 agents, the schedule was made for 2\.0"):
        made.explain(needs(day, {"08:00": 3}))
    with pytest.raises(OptionError, match="put together by hand"):
        replace(made, planned=None).explain(needs(day, {"08:00": 2}))


@given(hump=st.lists(st.integers(0, 4), min_size=6, max_size=6).filter(any))
@settings(max_examples=15, deadline=None)
def test_no_shift_added_to_the_best_schedule_pays(hump):
    day = centre({"lengths": ["2h", "3h"], "starts": "1h"}, hours="08:00-14:00")
    needed = needs(day, {f"{8 + n:02d}:00": need for n, need in enumerate(hump)})
    made = schedule(day, needed, gap=0)
    chosen = made.planned.chosen["team"]
    found = additions(made.planned.problem, chosen, chosen.present)
    assert max(one.gain for one in found) <= 1e-6
    assert not set(made.explain(needed)["cause"]) & {"solver", "limit", "no_shift"}


@given(
    hump=st.lists(st.integers(0, 4), min_size=6, max_size=6).filter(any),
    number=st.integers(0, 8),
)
@settings(max_examples=15, deadline=None)
def test_the_gain_of_a_shift_is_the_fall_of_the_objective(hump, number):
    day = centre({"lengths": ["2h", "3h"], "starts": "1h"}, hours="08:00-14:00")
    needed = needs(day, {f"{8 + n:02d}:00": need for n, need in enumerate(hump)})
    made = schedule(day, needed, gap=0)
    problem, chosen = made.planned.problem, made.planned.chosen["team"]
    one = additions(problem, chosen, chosen.present)[number]
    more = chosen.present.copy()
    more[list(one.presence)] += 1

    def objective(agents, paid):
        short = chosen.team.required - agents
        badly = chosen.team.under * short.clip(0) + chosen.team.over * (-short).clip(0)
        return badly.sum() + paid

    before = objective(chosen.present, chosen.paid_hours)
    after = objective(more, chosen.paid_hours + one.shift.paid_hours)
    assert before == pytest.approx(made.objective)
    assert one.gain == pytest.approx(before - after)
