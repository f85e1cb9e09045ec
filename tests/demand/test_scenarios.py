from __future__ import annotations

from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

import ccsim
from ccsim.demand.models import RULES
from ccsim.demand.models.heavy import HEAVY
from ccsim.demand.scenarios import backtest_scenario, forecast_scenario
from ccsim.errors import HistoryError, OptionError, ScenarioError
from ccsim.scenario.arrivals import ForecastModel

from .made import counted, expected_rates

TEXT = """\
name: Small
timezone: Europe/Paris
horizon: {{start: 2026-03-02, days: 7, interval: 30min}}
hours: {{weekdays: "08:00-18:00", weekends: closed}}
demand:
{demand}
channels: {{voice: {{within: 20s}}}}
queues:
  calls: {{talk: 4min}}
  loans: {{talk: 6min}}
groups:
  desk: {{skills: {{calls: 1, loans: 1}}, on_duty: 30}}
"""
PLAIN = "history: calls.csv, model: multiplicative"
COLD = "cold_start: {loans: {customers: 4000, contact_rate: 0.5, profile: 'queue:calls'}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    counted(expected_rates(56), 1, day_sd=0.03).to_csv(tmp_path / "calls.csv", index=False)
    return tmp_path


def scenario(folder: Path, *fields: str) -> ccsim.Scenario:
    file = folder / "small.yaml"
    lines = [f"  {field}" for text in fields for field in text.split(", model") if field]
    lines = [line.replace("  : multiplicative", "  model: multiplicative") for line in lines]
    file.write_text(TEXT.format(demand="\n".join(lines)))
    return ccsim.load(file)


def test_a_queue_without_history_stands_beside_those_that_have_one(folder: Path) -> None:
    made = forecast_scenario(scenario(folder, PLAIN, COLD))
    assert made.queues == ("calls", "loans")
    assert made.mean["loans"].sum() == pytest.approx(4000 * 0.5 * 7 / 30.4375)
    results = ccsim.simulate(scenario(folder, PLAIN, COLD), replications=2)
    assert results.kpis().loc[("loans", "offered"), "mean"] > 0


def test_a_queue_with_neither_history_nor_cold_start_is_refused(folder: Path) -> None:
    with pytest.raises(HistoryError, match="no counts for queue 'loans'"):
        forecast_scenario(scenario(folder, PLAIN))


def test_a_cold_start_of_a_queue_that_is_counted_is_refused(folder: Path) -> None:
    cold = (
        "cold_start: {calls: {customers: 4000, contact_rate: 0.5, profile: finance}, loans: "
        "{customers: 9, contact_rate: 1, profile: finance}}"
    )
    with pytest.raises(HistoryError, match="counts this queue already"):
        forecast_scenario(scenario(folder, PLAIN, cold))


def test_adjustments_of_the_file_are_in_the_forecast_with_their_reason(folder: Path) -> None:
    change = (
        "adjustments: [{dates: [2026-03-03], queue: calls, factor: 1.5, reason: mailing, by: Ada}]"
    )
    plain = forecast_scenario(scenario(folder, PLAIN, COLD))
    made = forecast_scenario(scenario(folder, PLAIN, COLD, change))
    day = made.mean.loc["2026-03-03", "calls"].sum() / plain.mean.loc["2026-03-03", "calls"].sum()
    assert day == pytest.approx(1.5)
    assert made.adjustments[0].by == "Ada"
    wrong = change.replace("03-03", "05-05")
    with pytest.raises(OptionError, match=r"small.yaml:\d+: demand.adjustments.0: adjust:"):
        forecast_scenario(scenario(folder, PLAIN, COLD, wrong))


def test_a_calendar_file_goes_before_the_country(folder: Path) -> None:
    (folder / "days.csv").write_text("date,name,kind\n2026-03-04,Founders' Day,holiday\n")
    calendar = "calendar: FR\n  calendar_file: days.csv"
    made = forecast_scenario(scenario(folder, PLAIN, COLD, calendar))
    assert pd.Timestamp("2026-03-04").date() not in set(made.mean.index.date)
    (folder / "days.csv").write_text("date,name,kind\n2026-03-04,x,holyday\n")
    with pytest.raises(HistoryError, match="row 2, column 'kind': found 'holyday'"):
        forecast_scenario(scenario(folder, PLAIN, COLD, calendar))


def test_repairs_of_the_file_are_made_and_listed(folder: Path) -> None:
    rows = pd.read_csv(folder / "calls.csv")
    pd.concat([rows, rows.iloc[:3]]).to_csv(folder / "calls.csv", index=False)
    with pytest.raises(HistoryError, match="duplicate"):
        forecast_scenario(scenario(folder, PLAIN, COLD))
    made = forecast_scenario(scenario(folder, PLAIN, COLD, "repair: proposed"))
    assert any("duplicate" in note for note in made.notes)


def test_several_models_may_be_named_and_an_unknown_one_is_refused_where_it_stands(
    folder: Path,
) -> None:
    both = scenario(folder, "history: calls.csv", "model: [glm, mean_of_8]", COLD)
    assert set(forecast_scenario(both).league["model"]) == {"glm", "mean_of_8"}
    with pytest.raises(ScenarioError, match=r"small.yaml:\d+: demand.model: .* mean 'glm'"):
        scenario(folder, "history: calls.csv", "model: glmm", COLD)


def test_the_schema_knows_every_model() -> None:
    named = {*RULES, *(rule.name for rule in HEAVY.values()), "auto"}
    assert set(get_args(ForecastModel)) == named


def test_a_change_of_staffing_finds_its_forecast_again(folder: Path) -> None:
    loaded = scenario(folder, PLAIN, COLD)
    made = forecast_scenario(loaded)
    assert forecast_scenario(loaded.change({"groups.desk.on_duty": 40})) is made
    assert forecast_scenario(loaded.change({"horizon.days": 5})) is not made


def test_the_backtest_of_a_scenario_reckons_the_staffing_error(folder: Path) -> None:
    table = backtest_scenario(
        scenario(folder, PLAIN, COLD), origins=2, models=["last_week", "mean_of_8"]
    )
    assert table[["over_hours", "under_hours"]].gt(0).all().all()
