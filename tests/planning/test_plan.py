"""The whole chain on a small centre: every table hangs together, and nothing is half-written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import NotYetSupported
from ccsim.planning import Plan, plan
from ccsim.planning.plan import with_aht
from ccsim.scenario import Scenario
from tests.conftest import made_scenario


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """A weekday centre with ten weeks of made history (Poisson, seeded)."""
    random = np.random.default_rng(11)
    starts = pd.date_range("2025-10-27", "2026-01-03", freq="30min", inclusive="left")
    open_ = (starts.day_of_week < 5) & (starts.hour >= 8) & (starts.hour < 18)
    shape = 60 + 40 * np.sin((starts.hour + starts.minute / 60 - 8) / 10 * np.pi)
    rows = pd.DataFrame({"start": starts, "offered": random.poisson(shape)})[open_]
    file = tmp_path_factory.mktemp("history") / "calls.csv"
    rows.to_csv(file, index=False)
    return made_scenario(
        horizon={"start": dt.date(2026, 1, 5), "days": 7, "interval": "30min"},
        hours={"weekdays": "08:00-18:00", "weekends": "closed"},
        demand={"history": str(file)},
        queues={
            "calls": {
                "talk": {"lognormal": {"mean": "3min", "cv": 1}},
                "wrap": {"exponential": {"mean": "20s"}},
                "patience": {"exponential": {"mean": "5min"}},
                "target": {"service_level": 0.8, "within": "20s"},
            }
        },
        groups={"team": {"skills": {"calls": 1}, "cost_per_hour": 20, "shrinkage": 0.05}},
        shifts={"lengths": ["4h", "8h"], "meal": {"length": "30min", "between": ["2h", "5h"]}},
    )


@pytest.fixture(scope="module")
def made(scenario: Scenario) -> Plan:
    return plan(scenario, replications=4, search_time=1, workers=1, progress=False)


def test_a_plan_meets_its_target_when_simulated(made: Plan) -> None:
    level = made.results.kpis().loc[("calls", "service_level")]
    assert level["high"] > 0.8


def test_the_schedule_covers_what_is_required(made: Plan) -> None:
    cover = made.schedule.cover
    needed = made.requirement.table.set_index("start")["scheduled"]
    pd.testing.assert_series_equal(
        cover.set_index("start")["required"].loc[needed.index], needed, check_names=False
    )
    assert cover["under"].sum() < 0.05 * cover["required"].sum()


def test_labour_and_seats_are_those_of_the_schedule(made: Plan) -> None:
    labour = made.facts.labour
    assert labour.loc["all", "cost"] == pytest.approx(made.schedule.cost)
    assert labour.loc["all", "people"] == made.schedule.duty["agent"].nunique()


def test_longer_handle_times_on_the_same_customers_serve_worse(made: Plan) -> None:
    at_aht = made.facts.at_aht
    assert list(at_aht.index) == [0.9, 1.0, 1.1]
    assert at_aht["service_level"].is_monotonic_decreasing
    assert at_aht["aht"].iloc[2] / at_aht["aht"].iloc[1] == pytest.approx(1.1, rel=0.02)


def test_changing_the_handle_time_multiplies_talk_and_wrap(scenario: Scenario) -> None:
    skill = with_aht(scenario, 1.25).groups["team"].skills["calls"]
    assert skill.speed == pytest.approx(0.8)
    assert skill.wrap_speed == pytest.approx(0.8)


def test_report_workbook_and_summary_come_out_in_both_languages(made: Plan, tmp_path: Path) -> None:
    for language in ("en", "zh"):
        assert made.report(tmp_path / language / "report.html", language).stat().st_size > 10**6
        assert made.to_excel(tmp_path / language / "plan.xlsx", language).exists()
    assert repr(made) == made.summary("en")
    assert made.summary("zh") != made.summary("en")


def test_the_same_seed_gives_the_same_plan(scenario: Scenario, made: Plan) -> None:
    again = plan(scenario, replications=4, search_time=1, workers=1, progress=False)
    assert again.summary() == made.summary()


def test_a_scenario_with_rates_is_planned_without_a_forecast() -> None:
    scenario = made_scenario(
        hours={"daily": "08:00-16:00"},
        queues={"calls": {"talk": 180, "target": {"service_level": 0.8, "within": 20}}},
    )
    made = plan(scenario, replications=2, search_time=1, workers=1, progress=False)
    assert made.forecast is None
    assert made.facts.league is None
    assert made.requirement.table["contacts"].sum() == pytest.approx(60 * 8)


def test_planned_features_are_refused_before_anything_is_computed(scenario: Scenario) -> None:
    with pytest.raises(NotYetSupported, match=r"contract\.certainty"):
        plan(scenario.change({"contract": {"certainty": 0.95}}))
