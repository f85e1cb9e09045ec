"""Rosters: published instances beside their best known cost, and a large one of our own.

The large one: the week of shift design (`instances`), four times over; its placed shifts go to
people of three contract types (40, 30, 20 hours; 34 on average), with a week of leave for one in
eight and two requests each. 200 people share 5,500 hours a week, 240 (some 8,000 contract hours)
6,400.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pulp

from benchmarks.curtois import read
from benchmarks.instances import GROUP, MONDAY, required, week_demand, week_scenario
from benchmarks.measure import heading
from ccsim.scenario import Scenario
from ccsim.scheduling import Roster, Schedule, roster, schedule
from ccsim.scheduling.roster.search import search
from ccsim.scheduling.solver import SolverName

INSTANCES = Path(__file__).parents[2] / "shared" / "instances" / "curtois_rosters"
BEST_KNOWN = {1: 607, 2: 828, 3: 1001, 4: 1716}
CONTRACTS = {"full": {"hours": "40h"}, "thirty": {"hours": "30h"}, "twenty": {"hours": "20h"}}
SHARES = ["full", "full", "full", "thirty", "twenty"]
WEEKS, LEAVE_EVERY, REQUESTS = 4, 8, 2
# People, and height of the week: some 5,500 hours, and 6,400.
CASES = [(200, 0.43), (240, 0.5)]
PRESENT = 0.94  # share of people in a week: leave, and some room


def main() -> None:
    """Run all roster benchmarks."""
    _published()
    _large()


def _published() -> None:
    heading("Rosters of schedulingbenchmarks.org: cost beside the best known, seconds")
    solvers: list[SolverName] = ["CBC", "HiGHS"] if pulp.HiGHS().available() else ["CBC"]
    for number, best in BEST_KNOWN.items():
        file = INSTANCES / f"Instance{number}.txt"
        if not file.exists():
            print(f"{file} is not there")
            continue
        problem = read(file)
        for solver in solvers:
            begun = time.perf_counter()
            found = search(problem, 300, solver)
            print(
                f"Instance{number}, {solver:<6}{found.cost:8,.0f} (best known {best:,}; bound "
                f"{found.bound:,.0f}){time.perf_counter() - begun:8.2f}",
                flush=True,
            )


def _large() -> None:
    heading("Large, four weeks: cover gap (target under 2 %), seconds (target under 300)")
    for count, height in CASES:
        scenario, placed = four_weeks(count, height)
        begun = time.perf_counter()
        made = roster(scenario, placed, people(count), time_limit=100)
        seconds = time.perf_counter() - begun
        print(
            f"{count} people, {_contract_hours(made):,.0f} contract hours a week for "
            f"{_hours(placed):,.0f}: gap {made.cover_gap:.2%}, cost {made.cost:,.0f} (bound "
            f"{made.bound:,.0f}), requests granted "
            f"{made.fairness['granted'].sum() / made.fairness['requests'].sum():.1%}, "
            f"{seconds:.0f} s",
            flush=True,
        )


def four_weeks(count: int, height: float, seed: int = 1) -> tuple[Scenario, Schedule]:
    """The scenario of four weeks, and one week's schedule four times over.

    The week is designed for those who are not on leave.
    """
    agents = week_demand(seed, height=height)
    there = int(count * PRESENT)
    one = week_scenario(breaks=[]).change({f"groups.{GROUP}.employed": there})
    week = schedule(one, required(one, agents), 60)
    tables = {
        name: pd.concat([_later(getattr(week, name), week_number) for week_number in range(WEEKS)])
        for name in ("shifts", "duty", "cover")
    }
    made = {name: table.reset_index(drop=True) for name, table in tables.items()}
    scenario = week_scenario(WEEKS, breaks=[]).change({"contracts": CONTRACTS})
    return scenario, replace(week, **made)


def _later(table: pd.DataFrame, weeks: int) -> pd.DataFrame:
    moved = table.copy()
    for name in table.columns:
        if isinstance(table[name].dtype, pd.DatetimeTZDtype):
            moved[name] = table[name] + pd.Timedelta(weeks=weeks)
    if "agent" in table:
        moved["agent"] = table["agent"] + f" week {weeks + 1}"
    if "shift" in table:
        moved["shift"] = table["shift"] + weeks * (table["shift"].max() + 1)
    return moved


def people(count: int, seed: int = 1) -> pd.DataFrame:
    """So many people of three contract types, with leave and requests."""
    luck = np.random.default_rng(seed)

    def day() -> dt.date:
        return MONDAY + dt.timedelta(days=int(luck.integers(7 * WEEKS)))

    def leave() -> str:
        monday = MONDAY + dt.timedelta(weeks=int(luck.integers(WEEKS)))
        return f"{monday}..{monday + dt.timedelta(days=6)}"

    return pd.DataFrame(
        {
            "name": [f"person {number:03d}" for number in range(count)],
            "contract": [SHARES[number % len(SHARES)] for number in range(count)],
            "leave": ["" if number % LEAVE_EVERY else leave() for number in range(count)],
            "requests": [
                "; ".join(f"off {day()} x{luck.integers(1, 4)}" for _ in range(REQUESTS))
                for _ in range(count)
            ],
        }
    )


def _contract_hours(made: Roster) -> float:
    return float(made.fairness["contract_hours"].sum() / WEEKS)


def _hours(placed: Schedule) -> float:
    return float((placed.shifts["paid_hours"] * placed.shifts["agents"]).sum() / WEEKS)


if __name__ == "__main__":
    main()
