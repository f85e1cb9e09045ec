"""Agents each interval and group needs."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.demand.scenarios import forecast_scenario
from ccsim.errors import OptionError, ScenarioError
from ccsim.queueing import agents_for
from ccsim.scenario import load
from ccsim.staffing import require
from tests.conftest import made_scenario
from tests.demand.made import counted, expected_rates

TARGET = {"service_level": 0.8, "within": 20}


def centre(rate=120.0, talk=180.0, target=TARGET, group=None, **sections):
    return made_scenario(
        **{
            "demand": {"rates": {"calls": rate}},
            "queues": {"calls": {"talk": {"exponential": {"mean": talk}}, "target": target}},
            "groups": {"team": {"skills": {"calls": 1}, **(group or {})}},
            **sections,
        }
    )


def steady(scenario, **options):
    """The last interval: the load has long settled."""
    return require(scenario, **options).table.iloc[-1]


@given(rate=st.floats(1, 2000), talk=st.floats(60, 600), target=st.floats(0.5, 0.95))
@settings(deadline=None, max_examples=30)
def test_a_steady_load_needs_what_erlang_says(rate, talk, target):
    row = steady(centre(rate, talk, {"service_level": target}))
    assert row["load"] == pytest.approx(rate / 3600 * talk, rel=1e-6)
    assert row["net_whole"] == agents_for(rate, talk, target, 20)


def test_the_first_interval_of_an_empty_centre_needs_fewer():
    table = require(centre(1200, 1800)).table
    assert table["load"].iloc[0] == pytest.approx(600 * (1 - math.exp(-1)))
    assert table["load"].iloc[-1] == pytest.approx(600, rel=1e-6)
    assert table["net_whole"].iloc[0] < table["net_whole"].iloc[-1]
    assert table["net_whole"].is_monotonic_increasing


def test_the_table_is_what_it_says_it_is():
    scenario = centre(hours={"daily": "08:00-12:00"}, timezone="Asia/Shanghai")
    table = require(scenario).table
    assert list(table.columns) == [
        "start", "group", "contacts", "aht", "load", "erlang_c", "erlang_a", "occupancy_cap",
        "closed_form", "simulated", "net", "net_whole", "shrinkage", "scheduled", "driver",
    ]  # fmt: skip
    assert list(table["start"]) == list(
        pd.date_range("2026-01-05 08:00", periods=8, freq="30min", tz="Asia/Shanghai")
    )
    assert table["net_whole"].dtype == np.int64
    assert (table["contacts"] == 60).all()
    assert (table["aht"] == 180).all()


def test_two_queues_of_one_group_are_pooled():
    queue = {"talk": {"exponential": {"mean": 180}}, "target": TARGET}
    pooled = centre(
        demand={"rates": {"orders": 80, "returns": 40}},
        queues={"orders": queue, "returns": queue},
        groups={"team": {"skills": {"orders": 1, "returns": 2}}},
    )
    assert steady(pooled)["net_whole"] == agents_for(120, 180, 0.8, 20)
    assert steady(pooled)["net_whole"] < agents_for(80, 180, 0.8) + agents_for(40, 180, 0.8)


def test_pooled_queues_share_the_mean_handle_time_of_their_contacts():
    pooled = centre(
        demand={"rates": {"orders": 90, "returns": 30}},
        queues={
            "orders": {"talk": 120, "wrap": 40, "target": TARGET},
            "returns": {"talk": 300, "target": TARGET},
        },
        groups={"team": {"skills": {"orders": {"speed": 1.5}, "returns": {"speed": 1}}}},
    )
    row = steady(pooled)
    assert row["aht"] == pytest.approx((90 * (120 / 1.5 + 40) + 30 * 300) / 120)
    assert row["load"] == pytest.approx((90 * 120 + 30 * 300) / 3600)


def test_the_stricter_target_rules_while_its_queue_is_open():
    strict = {"talk": 180, "target": {"service_level": 0.95}, "hours": {"daily": "10:00-11:00"}}
    scenario = centre(
        hours={"daily": "08:00-12:00"},
        demand={"rates": {"calls": 60, "gold": 1e-6}},
        queues={"calls": {"talk": 180, "target": {"service_level": 0.5}}, "gold": strict},
        groups={"team": {"skills": {"calls": 1, "gold": 1}}},
    )
    table = require(scenario).table.set_index("start")["net_whole"]
    at = [int(table[f"2026-01-05 {hour}:30"]) for hour in ("08", "10", "11")]
    assert at == [agents_for(60, 180, level, 20) for level in (0.5, 0.95, 0.5)]


@given(shrinkage=st.floats(0, 0.5))
@settings(deadline=None, max_examples=15)
def test_shrinkage_is_applied_once_to_whole_agents(shrinkage):
    table = require(centre(group={"shrinkage": shrinkage})).table
    assert table["scheduled"].to_numpy() * (1 - shrinkage) == pytest.approx(
        table["net_whole"].to_numpy()
    )


@given(
    rates=st.lists(st.floats(0, 900), min_size=1, max_size=5),
    target=st.fixed_dictionaries(
        {},
        optional={
            "service_level": st.floats(0.5, 0.95),
            "abandonment": st.floats(0.01, 0.2),
            "asa": st.floats(5, 300),
            "occupancy": st.floats(0.5, 0.95),
        },
    ).filter(bool),
)
@settings(deadline=None, max_examples=25)
def test_the_unrounded_requirement_is_at_most_one_agent_below_the_whole(rates, target):
    steps = [[1800 * n, rate] for n, rate in enumerate(rates)]
    scenario = centre(steps, target=target)
    scenario = scenario.change({"queues.calls.patience": {"exponential": {"mean": 150}}})
    table = require(scenario).table
    assert (table["net"] <= table["net_whole"]).all()
    assert (table["net_whole"] < table["net"] + 1).all()
    assert (table["load"] > 0).all()


def test_a_cap_on_occupancy_is_a_floor_under_agents():
    # Nobody hangs up, so occupancy is load ÷ agents.
    row = steady(centre(1000, 360, {"occupancy": 0.8}))
    assert row["load"] == pytest.approx(100)
    assert row["net_whole"] == 125
    both = steady(centre(1000, 360, {"occupancy": 0.8, "service_level": 0.8}))
    assert both["net_whole"] == 125


def test_the_threshold_of_the_channel_stands_in_for_the_queue_s():
    loose = centre(120, 180, {"service_level": 0.9}, channels={"voice": {"within": "3min"}})
    assert steady(loose)["net_whole"] == agents_for(120, 180, 0.9, 180)


def test_impatient_customers_need_fewer_agents():
    patient = centre(600)
    impatient = patient.change({"queues.calls.patience": {"exponential": {"mean": 60}}})
    assert steady(impatient)["net_whole"] < steady(patient)["net_whole"]


def test_a_queue_without_a_target_is_refused_with_its_place(tmp_path):
    file = tmp_path / "no_target.yaml"
    file.write_text(
        "name: x\nhorizon: {start: 2026-01-05, days: 1}\ndemand: {rates: {calls: 9}}\n"
        "queues: {calls: {talk: 3min}}\ngroups: {team: {skills: {calls: 1}}}\n"
    )
    with pytest.raises(
        ScenarioError, match=r"no_target\.yaml:4: queues\.calls\.target: nothing to"
    ):
        require(load(file))


def test_given_rates_have_no_quantile_and_unknown_methods_are_refused():
    with pytest.raises(OptionError, match="given rates have no uncertainty"):
        require(centre(), quantile=0.8)
    with pytest.raises(OptionError, match="method='magic'; allowed: 'auto', 'erlang'"):
        require(centre(), method="magic")


def test_priorities_and_lines_are_named_as_left_to_the_simulation():
    queue = {"talk": 180, "target": TARGET}
    notes = require(
        centre(
            channels={"voice": {"lines": 30}},
            demand={"rates": {"a": 9, "b": 9}},
            queues={"a": queue, "b": queue | {"priority": 2}},
            groups={"team": {"skills": {"a": 1, "b": 1}}},
        ),
        method="erlang",
    ).notes
    assert any("Priorities" in note for note in notes)
    assert any("limit on lines" in note for note in notes)


@pytest.fixture(scope="module")
def forecasted(tmp_path_factory):
    file = tmp_path_factory.mktemp("history") / "calls.csv"
    history = counted(expected_rates(70), seed=1, day_sd=0.08)
    history.to_csv(file, index=False)
    scenario = centre(
        timezone="Europe/Paris",
        horizon={"start": dt.date(2026, 3, 16), "days": 1},
        hours={"weekdays": "08:00-18:00"},
        demand={"history": str(file)},
    )
    return scenario, forecast_scenario(scenario)


def test_planning_for_a_quantile_needs_more_than_planning_for_the_mean(forecasted):
    scenario, forecast = forecasted
    mean = require(scenario, forecast, "erlang").table
    cautious = require(scenario, forecast, quantile=0.9).table
    assert (cautious["contacts"] > mean["contacts"]).all()
    assert (cautious["net"] > mean["net"]).all()
    written = scenario.change({"demand.quantile": 0.9})
    assert require(written, forecast).table.equals(cautious)


def test_the_quantile_is_of_the_rate_and_not_of_poisson_counts(forecasted):
    scenario, forecast = forecasted
    mean = require(scenario, forecast, "erlang").table["contacts"].to_numpy()
    high = require(scenario, forecast, quantile=0.9).table["contacts"].to_numpy()
    # Days vary by 8 %, so nine days in ten stay below about 1 + 1.28 × 0.08 of the mean.
    assert (high / mean - 1).mean() == pytest.approx(1.28 * 0.08, abs=0.06)
    assert math.isfinite(high.sum())


@pytest.mark.parametrize("quantile", [0, 1, -0.1, 1.5, float("nan")])
def test_a_quantile_lies_between_nought_and_one(forecasted, quantile):
    scenario, forecast = forecasted
    with pytest.raises(OptionError, match=r"quantile=.*; allowed: above 0, below 1"):
        require(scenario, forecast, quantile=quantile)
