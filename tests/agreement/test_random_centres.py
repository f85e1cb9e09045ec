"""Two engines written apart from one contract agree in every leg and every span."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ccsim.errors import OptionError
from ccsim.scenario import Scenario, load
from ccsim.simulation.records import ABSENT, OVERTIME, TURNED_AWAY
from ccsim.simulation.state import state_of
from tests.agreement.both import replication
from tests.conftest import made_scenario
from tests.simulation import test_properties
from tests.simulation.engine import features
from tests.truth.cases import day_a, day_b

ROOT = Path(__file__).parents[2]
SEEDS = st.integers(0, 10**6)

# Failures are not shrunk: a centre that fails is small enough, and shrinking it takes minutes.
centres = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@settings(centres, max_examples=1200)
@given(test_properties.scenarios(), SEEDS)
def test_centres_without_features_agree(scenario: Scenario, seed: int) -> None:
    assert replication(scenario, seed).difference() is None


@settings(centres, max_examples=900)
@given(features.scenarios(), SEEDS)
def test_centres_with_any_features_agree(scenario: Scenario, seed: int) -> None:
    assert replication(scenario, seed).difference() is None


FIGURES = st.sampled_from(
    [
        ({"wait_over": 30}, {"wait_over": 10}),
        ({"occupancy": 0.8}, {"occupancy": 0.5}),
        ({"contacts_waiting": 2, "wait_over": 5}, {"contacts_waiting": 1}),
        ({"wait_over": 0, "occupancy": 0.3}, {"occupancy": 0.2}),
    ]
)
TALK_BY_PERIOD = ((0, 40), ("8h30min", {"exponential": {"mean": 150}}))


@settings(centres, max_examples=150)
@given(features.scenarios(), SEEDS, FIGURES)
def test_other_figures_call_people_and_durations_by_period_agree(
    scenario: Scenario, seed: int, figures: Any
) -> None:
    changes: dict[str, Any] = {"queues.calls.talk": TALK_BY_PERIOD}
    for name, group in scenario.groups.items():
        if group.standby:
            for place, figure in zip(("when", "until"), figures, strict=True):
                changes[f"groups.{name}.standby.{place}"] = figure
    assert replication(scenario.change(changes), seed).difference() is None


@settings(centres, max_examples=120)
@given(features.scenarios(), SEEDS, st.integers(30, 44))
def test_days_picked_up_agree(scenario: Scenario, seed: int, quarter: int) -> None:
    day = replication(scenario, seed)
    at = day.centre.start + pd.Timedelta(minutes=15 * quarter)
    state = state_of(day.centre, day.simpy()[0], at)
    later = replication(scenario, seed + 1, state)
    try:
        later.simpy()
    except OptionError as refused:
        # Silos are dealt anew, and may have no room for all who talk.
        with pytest.raises(OptionError, match=re.escape(str(refused))):
            later.compiled()
        return
    assert later.difference() is None


@st.composite
def plain_days(draw: Any) -> Scenario:
    """Draw centres whose people have breaks, change groups or come in two shifts a day."""
    queues, days = ("a", "b", "c"), draw(st.integers(1, 3))
    speeds = st.sampled_from([0.7, 1, 1.3])
    return made_scenario(
        horizon={"start": dt.date(2026, 1, 5), "days": days},
        hours={"daily": draw(st.sampled_from(["08:00-09:30", "00:00-24:00"]))},
        demand={"rates": {name: draw(st.sampled_from([1, 30])) for name in queues}},
        queues={
            name: {
                "talk": draw(st.sampled_from(
                    [60, [[0, 30], ["9h", {"exponential": {"mean": 200}}]]])),
                "wrap": draw(st.sampled_from([0, 20])),
                "patience": draw(st.sampled_from([0, 60, {"exponential": {"mean": 100}}])),
                "priority": draw(st.integers(0, 1)),
            }
            for name in queues
        },
        segments={"vip": {"share": 0.2, "priority": 1, "talk_factor": 1.2}},
        groups={
            name: {"skills": {q: {"rank": draw(st.integers(1, 2)), "speed": draw(speeds)}
                              for q in own}, "on_duty": 0}
            for name, own in (("one", "ab"), ("two", "bc"), ("three", "c"))
        },
        routing={"agent": draw(st.sampled_from(
            ["ranked", "longest_idle", "fewest_skills_then_longest_idle"]))},
    )  # fmt: skip


@st.composite
def rosters(draw: Any) -> pd.DataFrame:
    """Draw people's days in minutes: work, meals, breaks, training, another group, gaps."""
    midnight = pd.Timestamp(dt.date(2026, 1, 5), tz="UTC")
    rows = []
    for person in range(draw(st.integers(1, 6))):
        minute = draw(st.sampled_from([-30, 470, 480, 500]))
        for _ in range(draw(st.integers(1, 8))):
            group = draw(st.sampled_from(["one", "one", "two", "three"]))
            what = draw(st.sampled_from(["work", "work", "work", "meal", "break", "training"]))
            length = draw(st.sampled_from([1, 5, 20, 45]))
            minute += draw(st.sampled_from([0, 0, 0, 7, 900]))
            rows.append((f"person {person}", group, what, minute, minute + length))
            minute += length
    table = pd.DataFrame(rows, columns=["agent", "group", "activity", "start", "end"])
    for name in ("start", "end"):
        table[name] = midnight + pd.to_timedelta(table[name], unit="min")
    return table


def test_who_comes_when_the_queue_has_just_closed_is_turned_away_by_both() -> None:
    # Evenly spaced contacts of a log or of fixed arrivals may come at the closing instant.
    scenario = made_scenario(
        queues={"calls": {"talk": 60, "closing": "turn_away"}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 1}},
    )
    one = replication(scenario, 1)
    late = replace(one.contacts, arrived=np.maximum(one.contacts.arrived, 12 * 3_600_000_000))
    both = replace(one, contacts=late)
    assert both.difference() is None
    states = both.simpy()[0].state
    assert len(states) > 100
    assert (states == TURNED_AWAY).all()


def test_whose_absence_begins_in_overtime_is_absent_from_its_end_on() -> None:
    scenario = made_scenario(
        horizon={"start": dt.date(2026, 1, 5), "days": 4},
        hours={"daily": "00:00-24:00"},
        demand={"rates": {"calls": 30}},
        queues={"calls": {"talk": {"exponential": {"mean": 900}}}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 8, "shrinkage": {"absence": 0.5}}},
    )
    put_off = 0
    for seed in range(4):
        one = replication(scenario, seed)
        assert one.difference() is None
        spans = one.simpy()[1]
        same = spans.agent[1:] == spans.agent[:-1]
        assert (spans.start[1:] >= spans.end[:-1])[same].all()
        overtime, absent = spans.state[:-1] == OVERTIME, spans.state[1:] == ABSENT
        put_off += np.count_nonzero(same & overtime & absent)
    assert put_off > 0


@settings(centres, max_examples=500)
@given(plain_days(), rosters(), SEEDS)
def test_peoples_own_days_agree(scenario: Scenario, duty: pd.DataFrame, seed: int) -> None:
    assert replication(scenario, seed, duty=duty).difference() is None


@pytest.mark.parametrize("scenario", [day_a(), day_b()], ids=["day A", "day B"])
def test_reference_days_agree(scenario: Scenario) -> None:
    for seed in range(3):
        assert replication(scenario, seed).difference() is None


def test_the_peak_day_agrees() -> None:
    scenario = load(ROOT / "scenarios" / "ecommerce.yaml")
    assert replication(scenario, 1).difference() is None
    siloed = scenario.change({"routing.unified": "siloed", "routing.agent": "lowest_occupancy"})
    few = {f"demand.rates.{name}": 60 for name in ("orders", "presale_chat", "service_chat")}
    assert replication(siloed.change(few), 2).difference() is None


@pytest.mark.parametrize("name", ["finance", "two-queues"])
def test_shipped_scenarios_agree(name: str) -> None:
    scenario = load(ROOT / "scenarios" / f"{name}.yaml")
    duty = None
    if any(group.on_duty is None for group in scenario.groups.values()):
        duty = dict.fromkeys(scenario.groups, 60)
    days = min(scenario.horizon.days, 2)
    assert replication(scenario.change({"horizon.days": days}), 1, duty=duty).difference() is None
