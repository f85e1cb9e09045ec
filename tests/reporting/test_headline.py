from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ccsim.figures.service import worst_interval
from ccsim.reporting import Facts
from ccsim.reporting.headline import headline
from ccsim.simulation import simulate
from ccsim.text import labels

ORDER = [
    "contacts",
    "aht",
    "peak",
    "peak_on_duty",
    "fte",
    "people",
    "service_level",
    "answer_rate",
    "occupancy",
    "worst",
    "cost",
    "cost_contact",
    "seats",
]


def by_key(facts: Facts, language: str = "en") -> dict[str, str]:
    return {row.key: row.value for row in headline(facts, labels(language))}


def test_the_figures_come_in_the_order_they_are_asked(facts: Facts) -> None:
    assert [row.key for row in headline(facts)] == ORDER


def test_the_figures_are_those_of_the_tables(facts: Facts) -> None:
    values = by_key(facts)
    kpis = facts.results.kpis().loc["all"]
    assert values["contacts"] == f"{kpis.loc['offered', 'mean']:,.0f}"
    assert values["service_level"] == f"{kpis.loc['service_level', 'mean']:.1%}"
    assert values["aht"] == "180 s"
    assert values["peak_on_duty"] == "8"
    assert values["people"] == "8"
    assert values["cost"] == "CNY 1,970"
    assert values["cost_contact"] == f"CNY {1970 / kpis.loc['handled', 'mean']:.2f}"
    assert values["seats"] == "8"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_peak_planned_with_safety_is_not_taken_for_the_mean(facts: Facts, language: str) -> None:
    demand = facts.scenario.demand.model_copy(update={"quantile": 0.8})
    safe = replace(facts, scenario=facts.scenario.model_copy(update={"demand": demand}))
    notes = {row.key: row.note for row in headline(safe, labels(language))}
    assert "80%" in notes["peak"]
    assert "80%" not in notes["contacts"]
    assert "%" not in {row.key: row.note for row in headline(facts, labels(language))}["peak"]


def test_cost_is_a_week_s_only_where_the_horizon_is_a_week(facts: Facts) -> None:
    label = next(row.label for row in headline(facts, labels("en")) if row.key == "cost")
    assert label == "Cost of 2 days"
    week = replace(facts, scenario=facts.scenario.change({"horizon.days": 7}))
    label = next(row.label for row in headline(week, labels("en")) if row.key == "cost")
    assert label == "Cost a week"


def test_a_cost_nobody_knows_is_said_to_be_unknown(facts: Facts) -> None:
    unknown = replace(facts, labour=facts.labour.assign(cost=np.nan), seats=facts.seats.iloc[:0])
    values = by_key(unknown)
    assert {values[key] for key in ("cost", "cost_contact", "seats")} == {"not known"}


def test_the_worst_interval_is_not_one_in_which_hardly_anybody_called(facts: Facts) -> None:
    intervals = facts.results.intervals().copy()
    intervals["service_level"] = 0.9
    intervals.iloc[0, intervals.columns.get_indexer(["offered", "service_level"])] = (0.01, 0.0)
    intervals.iloc[3, intervals.columns.get_indexer(["service_level"])] = 0.5
    assert worst_interval(intervals) == intervals.index[3]


def test_queues_with_thresholds_of_their_own_are_not_given_one(facts: Facts) -> None:
    notes = {row.key: row.note for row in headline(facts, labels("en"))}
    assert notes["service_level"].endswith("answered within each queue’s threshold ÷ offered")
    same = facts.scenario.change({"queues.care.target.within": "20s"})
    results = simulate(same, facts.schedule.duty, replications=1, workers=1, progress=False)
    notes = {row.key: row.note for row in headline(replace(facts, results=results), labels("en"))}
    assert notes["service_level"].endswith("answered within 20 s ÷ offered")
