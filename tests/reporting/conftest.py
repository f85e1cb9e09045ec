from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccsim.demand import forecast, read_history
from ccsim.reporting import Facts
from ccsim.scenario import Scenario, load
from ccsim.scheduling import Schedule
from ccsim.scheduling.design import Chosen
from ccsim.scheduling.problem import Problem, Team
from ccsim.scheduling.schedule import Planned
from ccsim.simulation import simulate
from ccsim.staffing import Requirement
from ccsim.staffing.proof import Proof

AGENTS = {"seniors": 5, "juniors": 3}
WAGE = {"seniors": 50.0, "juniors": 40.0}
QUEUE_OF = {"seniors": "sales", "juniors": "care"}
NAME = "<script>alert('name')</script> & 测试"

SCENARIO = """
name: "{name}"
currency: CNY
timezone: Asia/Shanghai
horizon: {{start: 2026-11-09, days: 2, interval: 30min}}
hours: {{daily: "09:00-12:00"}}
demand: {{rates: {{sales: 60, care: 30}}}}
queues:
  sales:
    talk: {{exponential: {{mean: 150s}}}}
    wrap: 30s
    patience: {{exponential: {{mean: 2min}}}}
    target: {{service_level: 0.80, within: 20s}}
  care: {{talk: {{exponential: {{mean: 180s}}}}, target: {{service_level: 0.90, within: 30s}}}}
groups:
  seniors: {{skills: {{sales: 1}}, shrinkage: 0.1, cost_per_hour: 50}}
  juniors: {{skills: {{care: 1}}, cost_per_hour: 40}}
sources:
  queues.sales.talk: {{source: "<b>call log</b> of 2025", quality: A}}
  queues.sales.patience: {{source: "=1+1", quality: assumption, range: [1min, 4min]}}
"""


def at(day: int, clock: str) -> pd.Timestamp:
    return pd.Timestamp(f"2026-11-{day:02d} {clock}", tz="Asia/Shanghai")


@pytest.fixture(scope="session")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("scenario") / "small.yaml"
    path.write_text(SCENARIO.format(name=NAME), encoding="utf-8")
    return load(path)


@pytest.fixture(scope="session")
def requirement() -> Requirement:
    rows = [
        (
            start,
            group,
            30.0 if group == "seniors" else 15.0,
            180.0,
            3.0,
            4.0,
            3.2,
            np.nan,
            3.2,
            np.nan,
            3.2,
            4,
            0.1,
            4 / 0.9,
            "service_level of calls",
        )
        for day in (9, 10)
        for start in pd.date_range(at(day, "09:00"), at(day, "11:30"), freq="30min")
        for group in sorted(AGENTS)
    ]
    columns = [
        "start", "group", "contacts", "aht", "load", "erlang_c", "erlang_a", "occupancy_cap",
        "closed_form", "simulated", "net", "net_whole", "shrinkage", "scheduled", "driver",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return Requirement(table, "erlang", notes=("a <i>note</i>",))


@pytest.fixture(scope="session")
def schedule(requirement: Requirement) -> Schedule:
    shifts, duty, worked = [], [], 0
    for day in (9, 10):
        for group, number in AGENTS.items():
            start, end = at(day, "09:00"), at(day, "12:00")
            meal = (at(day, "10:30"), at(day, "11:00")) if group == "seniors" else (pd.NaT, pd.NaT)
            paid = 2.5 if group == "seniors" else 3.0
            gap = (pd.NaT, pd.NaT)
            shifts.append((group, start, end, *meal, *gap, "", paid, paid, number))
            for person in (f"{group} {n + 1}" for n in range(number)):
                worked += 1
                if group == "seniors":
                    duty += [
                        (person, group, "work", start, meal[0], worked),
                        (person, group, "meal", *meal, worked),
                        (person, group, "work", meal[1], end, worked),
                    ]
                else:
                    duty.append((person, group, "work", start, end, worked))
    cover = requirement.table[["start", "group", "scheduled"]].rename(
        columns={"scheduled": "required"}
    )
    eats = (cover["group"] == "seniors") & (cover["start"].dt.strftime("%H:%M") == "10:30")
    cover["agents"] = np.where(eats, 0, cover["group"].map(AGENTS))
    missing = cover["required"] - cover["agents"]
    cover = cover.assign(under=missing.clip(lower=0), over=(-missing).clip(lower=0))
    shift_columns = [
        "group", "start", "end", "meal_start", "meal_end", "gap_start", "gap_end", "breaks",
        "work_hours", "paid_hours", "agents",
    ]  # fmt: skip
    return Schedule(
        shifts=pd.DataFrame(shifts, columns=shift_columns),
        duty=pd.DataFrame(duty, columns=["agent", "group", "activity", "start", "end", "shift"]),
        cover=cover,
        cost=1970.0,
        bound=1950.0,
        objective=2000.0,
        gap=0.025,
        people=pd.Series(AGENTS),
        overtime=pd.Series(dict.fromkeys(AGENTS, 0.0)),
        solver="cbc",
        planned=_planned(cover),
    )


def _planned(cover: pd.DataFrame) -> Planned:
    """A problem in which no shift is allowed, so that nothing more could be done."""
    begin, slots = at(9, "00:00"), 96
    slot = ((cover["start"] - begin) / pd.Timedelta("30min")).astype(int)
    chosen = {}
    for group in AGENTS:
        own = cover["group"] == group
        required, present = np.zeros(slots), np.zeros(slots)
        required[slot[own]], present[slot[own]] = cover["required"][own], cover["agents"][own]
        chosen[group] = Chosen(Team(group, (), required), {}, {}, [], present, 0.0)
    problem = Problem(1800, slots, tuple(one.team for one in chosen.values()))
    return Planned(begin, problem, chosen)


@pytest.fixture(scope="session")
def facts(scenario: Scenario, requirement: Requirement, schedule: Schedule) -> Facts:
    """A scenario that gives its rates: nothing was forecast."""
    hours = {"seniors": 25.0, "juniors": 18.0}
    labour = pd.DataFrame(
        {
            "shifts": {group: 2 * number for group, number in AGENTS.items()},
            "paid_hours": hours,
            "at_work_hours": hours,
            "fte": {group: paid / 40 for group, paid in hours.items()},
            "people": AGENTS,
            "cost": {group: paid * WAGE[group] for group, paid in hours.items()},
        }
    )
    labour.loc["all"] = labour.sum()
    labour = labour.astype({"shifts": "int64", "people": "int64"}).rename_axis("group")
    seats = pd.DataFrame(
        {
            "unit": ["peak_concurrent", "named"],
            "seats": [8, 9],
            "price": [700.0, 90.0],
            "cost_per_month": [5600.0, 810.0],
            "currency": ["CNY", "USD"],
            "source": ["list price", "vendor"],
            "quality": ["A", "C"],
        },
        index=pd.Index(["cloud A", "cloud B"], name="tariff"),
    )
    at_aht = pd.DataFrame(
        {
            "aht": [162.0, 180.0, 198.0],
            "service_level": [0.9, 0.8, 0.6],
            "low": [0.88, 0.77, 0.55],
            "high": [0.92, 0.83, 0.65],
            "answer_rate": [0.97, 0.93, 0.85],
            "replications": [3, 3, 3],
        },
        index=pd.Index([0.9, 1.0, 1.1], name="aht_factor"),
    )
    results = simulate(scenario, schedule.duty, replications=3, workers=1, progress=False)
    return Facts(scenario, None, None, None, requirement, schedule, results, at_aht, labour, seats)


@pytest.fixture(scope="session")
def forecast_facts(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """The same with a history and a forecast from it."""
    days = pd.date_range("2026-09-14", "2026-11-08", freq="D")
    starts = [
        day + pd.Timedelta(hours=9) + slot * pd.Timedelta("30min")
        for day in days
        for slot in range(6)
    ]
    random = np.random.default_rng(1)
    counts = pd.concat(
        pd.DataFrame(
            {"start": starts, "queue": queue, "offered": random.poisson(mean, len(starts))}
        )
        for queue, mean in (("sales", 30), ("care", 15))
    )
    path: Path = tmp_path_factory.mktemp("history") / "history.csv"
    counts.to_csv(path, index=False)
    history = read_history(str(path), timezone="Asia/Shanghai")
    made = forecast(history, start="2026-11-09", days=2)
    league = pd.DataFrame(
        {
            "model": ["multiplicative"],
            "WAPE": [0.1],
            "bias": [0.01],
            "wQL": [0.07],
            "coverage_80": [0.81],
            "seconds": [0.1],
        }
    )
    return replace(facts, history=history, forecast=made, league=league)


@pytest.fixture(scope="session")
def proven_facts(facts: Facts) -> Facts:
    """The same with a requirement that was simulated."""
    rows = [
        ("sales", "service_level", "day", at(9, "09:00"), 0.8, 0.85, 0.82, 0.88, True, True),
        ("care", "asa", "week", pd.NaT, 20.0, 12.0, 9.0, 21.0, True, False),
    ]
    columns = [
        "queue", "target", "scope", "start", "asked", "mean", "low", "high", "met", "proven",
    ]  # fmt: skip
    days = pd.DataFrame(
        {
            "date": [at(9, "00:00").date()],
            "event": ["Sale"],
            "offered": [300.0],
            "service_level": [0.84],
            "service_level_bad": [0.7],
            "all_met": [0.8],
            "lost": [5.0],
            "lost_bad": [11.0],
        }
    )
    proof = Proof(pd.DataFrame(rows, columns=columns), days, 40)
    requirement = replace(
        facts.requirement,
        method="simulation",
        table=facts.requirement.table.assign(simulated=3.2),
        proof=proof,
    )
    return replace(facts, requirement=requirement)
