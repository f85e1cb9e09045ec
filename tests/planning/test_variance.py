"""A missed service level split into volume, handle time, staffing and what no model knows."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import HistoryError, OptionError
from ccsim.planning import VarianceReport, variance_report
from ccsim.planning.plan import with_aht
from ccsim.planning.variance import CAUSES
from ccsim.scenario import Scenario
from ccsim.simulation import simulate
from tests.conftest import made_scenario

STARTS = pd.date_range("2026-01-05", "2026-01-05 12:00", freq="30min", inclusive="left", tz="UTC")
PLANNED, PRESENT = {"team": 6}, {"team": 5}
OPTIONS: dict[str, Any] = {"replications": 6, "workers": 1}
PARTS = [*CAUSES, "model"]


def centre(**sections: Any) -> Scenario:
    queue = {"talk": {"exponential": {"mean": 180}}, "patience": {"exponential": {"mean": 300}}}
    return made_scenario(queues={"calls": queue}, **sections)


def counted(calls: float = 40, **columns: Any) -> pd.DataFrame:
    table = pd.DataFrame({"start": STARTS, "queue": "calls", "offered": calls, "within": 20.0})
    return table.assign(**columns)


@pytest.fixture(scope="module")
def report() -> VarianceReport:
    actuals = counted(handle_time=200.0)
    return variance_report(centre(), actuals, PLANNED, actual_duty=PRESENT, **OPTIONS)


def whole(report: VarianceReport) -> pd.Series:
    return report.table.set_index(["queue", "day"]).loc[("all", "all")]


def test_the_parts_add_up_exactly(report: VarianceReport) -> None:
    table = report.table
    assert len(table) == 4  # the queue and all, the day and all
    total = table["planned"] + table[PARTS].sum(axis=1)
    np.testing.assert_allclose(total, table["actual"], atol=1e-12)
    assert (table["actual"] == 0.5).all()


def test_what_was_worse_than_planned_lowers_the_service_level(report: VarianceReport) -> None:
    row = whole(report)
    for cause in CAUSES:
        assert row[cause] < -row[f"{cause}_noise"]


def test_each_part_is_the_mean_over_all_orders(report: VarianceReport) -> None:
    base, handle = centre(), 200.0
    aht = simulate(base, PLANNED, **OPTIONS).kpis().loc[("calls", "aht"), "mean"]
    volume = pd.DataFrame({"calls": 40.0}, index=STARTS)

    def level(changed: frozenset[str]) -> float:
        scenario = with_aht(base, handle / aht) if "handle_time" in changed else base
        duty = PRESENT if "staffing" in changed else PLANNED
        counts = volume if "volume" in changed else None
        made = simulate(scenario, duty, counts=counts, **OPTIONS)
        return float(made.kpis().loc[("calls", "service_level"), "mean"])

    moved = dict.fromkeys(CAUSES, 0.0)
    orders = list(permutations(CAUSES))
    for order in orders:
        for place, cause in enumerate(order):
            before = frozenset(order[:place])
            moved[cause] += (level(before | {cause}) - level(before)) / len(orders)
    assert whole(report)[list(CAUSES)].to_dict() == pytest.approx(moved)


def test_a_day_that_went_as_planned_has_nothing_but_the_model() -> None:
    as_planned = simulate(centre(), PLANNED, **OPTIONS).kpis().loc["calls"]
    level, aht = (as_planned.loc[name, "mean"] for name in ("service_level", "aht"))
    actuals = counted(30, handle_time=aht).drop(columns="within").assign(service_level=level)
    row = whole(variance_report(centre(), actuals, PLANNED, actual_duty=PLANNED, **OPTIONS))
    assert row[PARTS].abs().max() < 1e-9


def test_single_days_of_the_model_lie_within_its_chance(report: VarianceReport) -> None:
    """95 % do; a day's service level may not be told from the model's by less than that."""
    row = whole(report)
    many = simulate(
        with_aht(centre(), 200 / 180),
        PRESENT,
        counts=pd.DataFrame({"calls": 40.0}, index=STARTS),
        replications=60,
        workers=1,
    )
    level = many.linear()[("calls", "service_level")]
    inside = np.abs(level.influence) < row["chance"]
    assert inside.mean() > 0.85


def test_what_is_not_told_moves_nothing_and_is_named() -> None:
    made = variance_report(centre(), counted(), PLANNED, **OPTIONS)
    row = whole(made)
    assert row["handle_time"] == row["staffing"] == row["staffing_noise"] == 0
    assert row["volume"] < 0
    assert len(made.notes) == 2


def test_who_was_at_work_is_taken_exactly() -> None:
    """Absence is drawn for a planned duty, not for the people who were there."""
    group = {"skills": {"calls": 1}, "on_duty": 6, "cost_per_hour": 20, "shrinkage": 0.4}
    scenario = centre(groups={"team": group})
    start, end = STARTS[0], STARTS[-1] + pd.Timedelta(minutes=30)
    people = pd.DataFrame(
        [(f"person {n}", "team", "work", start, end) for n in range(6)],
        columns=["agent", "group", "activity", "start", "end"],
    )
    row = whole(variance_report(scenario, counted(30), people, actual_duty=people, **OPTIONS))
    assert row["staffing"] > row["staffing_noise"]
    full = simulate(scenario, PLANNED, **OPTIONS).kpis().loc[("calls", "service_level"), "mean"]
    assert row["actual"] - row["model"] == pytest.approx(full)


def test_queues_and_days_are_told_apart() -> None:
    queue = {"talk": {"exponential": {"mean": 180}}}
    scenario = made_scenario(
        horizon={"start": STARTS[0].date(), "days": 2},
        queues={"calls": queue, "mail": queue},
        demand={"rates": {"calls": 30, "mail": 30}},
        groups={"team": {"skills": {"calls": 1, "mail": 1}, "cost_per_hour": 20}},
    )
    days = [STARTS, STARTS + pd.Timedelta(days=1)]
    actuals = pd.concat(
        [
            pd.DataFrame({"start": day, "queue": name, "offered": calls, "service_level": 0.9})
            for day, calls in zip(days, (15, 30), strict=True)
            for name in ("calls", "mail")
        ]
    )
    table = variance_report(scenario, actuals, {"team": 6}, **OPTIONS).table
    assert len(table) == 9
    levels = table.set_index(["queue", "day"])["volume"]
    assert abs(levels["all", "2026-01-05"]) < 1e-9
    assert levels["all", "2026-01-06"] < -0.02
    total = table["planned"] + table[PARTS].sum(axis=1)
    np.testing.assert_allclose(total, table["actual"], atol=1e-12)


@pytest.mark.parametrize(
    ("actuals", "said"),
    [
        (counted().drop(columns="within"), "actuals lack within or service_level"),
        (counted().drop(columns="offered"), "actuals lack offered"),
        (counted(queue="mail"), "allowed: calls"),
        (counted(within=50), "allowed: a number, 0 to offered"),
        (counted(handle_time=-1), "handle_time is -1"),
        (counted(start=STARTS.tz_localize(None)), "tz-aware"),
        (pd.concat([counted(), counted()]), "twice"),
        (counted().drop(columns="within").assign(service_level=80), "allowed: a number, 0 to 1"),
    ],
)
def test_what_is_no_account_of_the_day_is_refused(actuals: pd.DataFrame, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        variance_report(centre(), actuals, PLANNED, **OPTIONS)


def test_an_interval_left_out_is_refused() -> None:
    with pytest.raises(HistoryError, match="no count for queue 'calls' at 2026-01-05 00:30"):
        variance_report(centre(), counted().drop(index=1), PLANNED, **OPTIONS)


def test_the_summary_names_every_part(report: VarianceReport) -> None:
    text = report.summary()
    assert text.startswith("Service level 50.0%, planned ")
    assert all(cause.replace("_", " ") in text for cause in PARTS)
