"""Shifts chosen against the simulated service of the schedule."""

from __future__ import annotations

import pytest

from ccsim.scheduling import schedule_in_one_step
from ccsim.simulation import simulate
from tests.conftest import made_scenario


@pytest.fixture(scope="module")
def found():
    """A day whose humps fit no shift: covered interval by interval it is covered too well."""
    scenario = made_scenario(
        hours={"daily": "08:00-20:00"},
        demand={
            "rates": {"calls": [["0h", 60], ["9h", 200], ["12h", 120], ["14h", 220], ["17h", 90]]}
        },
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 240}},
                "patience": {"exponential": {"mean": 180}},
                "target": {"service_level": 0.8, "within": 20, "scope": "day"},
            }
        },
        groups={"team": {"skills": {"calls": 1}, "cost_per_hour": 20, "shrinkage": 0.05}},
        shifts={
            "lengths": ["4h", "8h"],
            "starts": "1h",
            "meal": {"length": "30min", "between": ["3h", "5h"], "shifts_over": "6h"},
        },
    )
    return scenario, schedule_in_one_step(scenario, search_time=3, replications=60, time_limit=5)


def test_one_step_is_cheaper_than_staffing_first_and_covering_second(found):
    _, both = found
    assert both.schedule.cost < both.two_step.cost
    costs = both.comparison["cost"]
    assert costs["one step"] == both.schedule.cost
    assert costs["two steps"] == both.two_step.cost
    assert both.saving == pytest.approx(1 - costs["one step"] / costs["two steps"])


def test_what_one_step_promises_holds_on_fresh_days_with_people_absent(found):
    scenario, both = found
    fresh = simulate(scenario, both.schedule.duty, replications=200, seed=77, progress=False)
    assert fresh.kpis().loc[("all", "service_level"), "high"] >= 0.8
    assert both.proof.replications == 180
    assert both.proof.promises["high"].min() >= 0.8
