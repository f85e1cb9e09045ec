"""The steps of a requirement add up, in total and by group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.errors import OptionError
from ccsim.staffing import require
from ccsim.staffing.waterfall import waterfall_steps
from tests.conftest import made_scenario
from tests.staffing.made import two_skills

LEVELS = ["load", "erlang_c", "erlang_a", "net", "net_whole", "scheduled"]


@pytest.fixture(scope="module")
def by_erlang():
    return require(made_scenario(
        hours={"daily": "08:00-12:00"},
        demand={"rates": {"calls": 90}},
        queues={"calls": {
            "talk": {"exponential": {"mean": 180}},
            "patience": {"exponential": {"mean": 120}},
            "target": {"service_level": 0.8, "within": 20, "occupancy": 0.7},
        }},
        groups={"team": {"skills": {"calls": 1}, "shrinkage": 0.2, "cost_per_hour": 20}},
    ))  # fmt: skip


def test_each_step_is_the_difference_of_two_columns(by_erlang):
    table, steps = by_erlang.table, by_erlang.steps().set_index("step")["hours"]
    hours = by_erlang.interval_hours
    cap = table[["load", "occupancy_cap"]].max(axis=1)
    assert list(steps.index) == [
        "load", "occupancy_cap", "erlang_c", "patience", "blocks", "rounding", "shrinkage",
    ]  # fmt: skip
    assert steps["load"] == pytest.approx(table["load"].sum() * hours)
    assert steps["occupancy_cap"] == pytest.approx((cap - table["load"]).sum() * hours)
    assert steps["occupancy_cap"] > 0
    assert steps["patience"] == pytest.approx((table["erlang_a"] - table["erlang_c"]).sum() * hours)
    assert steps["shrinkage"] == pytest.approx(0.25 * table["net_whole"].sum() * hours)
    assert steps.sum() == pytest.approx(table["scheduled"].sum() * hours, rel=1e-12)


def test_headcount_held_for_blocks_is_a_step_of_its_own(by_erlang):
    held = require(made_scenario(
        hours={"daily": "08:00-12:00"},
        demand={"rates": {"calls": 90}},
        queues={"calls": {
            "talk": {"exponential": {"mean": 180}},
            "target": {"service_level": 0.8, "within": 20},
        }},
        staffing={"block": "4h"},
    ))  # fmt: skip
    assert by_erlang.steps().set_index("step")["hours"]["blocks"] == pytest.approx(0, abs=1e-9)
    assert held.steps().set_index("step")["hours"]["blocks"] > 0


def test_with_a_schedule_the_last_step_ends_at_its_agents(by_erlang):
    table = by_erlang.table
    cover = table[["start", "group"]].assign(required=table["scheduled"], agents=12.0)
    steps = by_erlang.steps(cover)
    assert steps["step"].iloc[-1] == "shifts"
    assert steps["hours"].sum() == pytest.approx(12 * len(table) * by_erlang.interval_hours)
    bars = by_erlang.waterfall(cover).data[0]
    assert sum(bars.y[:-1]) == pytest.approx(bars.y[-1], rel=1e-12, abs=1)


def test_simulation_takes_the_place_of_blocks_and_groups_add_up_to_all():
    found = require(two_skills(hours=2), method="simulation", time_limit=1, replications=10)
    groups = [found.steps(group=group) for group in found.table["group"].unique()]
    total = found.steps()
    assert "simulation" in set(total["step"])
    np.testing.assert_allclose(sum(one["hours"] for one in groups), total["hours"])
    for kind in ("proof", "events", "waterfall", "need"):
        assert found.plot(kind=kind).layout.title.text


@given(
    rows=st.lists(
        st.tuples(*[st.floats(0, 500) for _ in LEVELS], st.floats(0, 500) | st.just(np.nan)),
        min_size=1,
        max_size=8,
    ),
    hours=st.sampled_from([0.25, 0.5, 1.0]),
)
@settings(max_examples=50, deadline=None)
def test_whatever_the_levels_the_steps_add_up_to_the_last(rows, hours):
    table = pd.DataFrame(rows, columns=[*LEVELS, "occupancy_cap"]).assign(group="team")
    steps = waterfall_steps(table, hours)
    assert steps["hours"].sum() == pytest.approx(table["scheduled"].sum() * hours, abs=1e-6)


def test_what_has_no_steps_and_no_proof_is_refused_with_what_is_allowed(by_erlang):
    with pytest.raises(OptionError, match="group='night'; allowed: team"):
        by_erlang.steps(group="night")
    with pytest.raises(OptionError, match="no column 'load'"):
        waterfall_steps(by_erlang.table.drop(columns="load"), 0.5)
    with pytest.raises(OptionError, match="nobody is needed"):
        waterfall_steps(by_erlang.table.head(0), 0.5)
    with pytest.raises(OptionError, match="nothing was simulated"):
        by_erlang.plot(kind="proof")
    with pytest.raises(OptionError, match="kind='pie'; allowed: 'need'"):
        by_erlang.plot(kind="pie")
