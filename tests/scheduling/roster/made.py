"""Small teams and schedules for the tests of rosters."""

from __future__ import annotations

import itertools

import pandas as pd

from ccsim.scheduling import Schedule
from ccsim.scheduling.roster.descent import team_cost
from ccsim.scheduling.roster.problem import OFF, Line, Person, RosterProblem, breaches
from tests.conftest import made_scenario

MONDAY = "2026-03-02"
ZONE = "Europe/Paris"


def centre(days=7, **sections):
    """Two queues, two groups: `desk` knows calls, `mail` knows both."""
    return made_scenario(
        **{
            "timezone": ZONE,
            "horizon": {"start": MONDAY, "days": days, "interval": "1h"},
            "hours": {"always": True},
            "demand": {"rates": {"calls": 60, "mail": 6}},
            "queues": {
                name: {"talk": 180, "target": {"service_level": 0.8, "within": 20}}
                for name in ("calls", "mail")
            },
            "groups": {
                "desk": {"skills": {"calls": 1}, "cost_per_hour": 1},
                "mail": {"skills": {"calls": 2, "mail": 1}, "cost_per_hour": 1},
            },
            **sections,
        }
    )


def placed(*shifts):
    """A schedule of placed shifts: (group, date, from, to), with a meal in the middle."""
    rows, duty = [], []
    for number, (group, date, opens, closes) in enumerate(shifts):
        start = pd.Timestamp(f"{date} {opens}", tz=ZONE)
        end = pd.Timestamp(f"{date} {closes}", tz=ZONE)
        end += pd.Timedelta(days=1) if end <= start else pd.Timedelta(0)
        meal = (start + pd.Timedelta(hours=4), start + pd.Timedelta(hours=5))
        edges = [start, *meal, end] if end - start > pd.Timedelta(hours=6) else [start, end]
        names = ["work", "meal", "work"] if len(edges) == 4 else ["work"]
        paid = (end - start) / pd.Timedelta(hours=1) - (len(edges) == 4)
        rows.append((group, start, end, paid, 1))
        for name, begin, stop in zip(names, edges, edges[1:], strict=False):
            duty.append((f"{group} {number}", group, name, begin, stop, number))
    table = pd.DataFrame(rows, columns=["group", "start", "end", "paid_hours", "agents"])
    activities = pd.DataFrame(duty, columns=["agent", "group", "activity", "start", "end", "shift"])
    return Schedule(
        shifts=table.assign(meal_start=pd.NaT, meal_end=pd.NaT),
        duty=activities,
        cover=pd.DataFrame(),
        cost=0.0,
        bound=0.0,
        objective=0.0,
        gap=0.0,
        people=pd.Series(dtype="int64"),
        overtime=pd.Series(dtype="float64"),
        solver="none",
    )


def every_day(days, group="desk", opens="08:00", closes="16:00", start=MONDAY):
    """One shift a day."""
    dates = pd.date_range(start, periods=days)
    return [(group, f"{date:%Y-%m-%d}", opens, closes) for date in dates]


def all_lines(problem: RosterProblem, person: Person) -> list[Line]:
    """Every line that keeps a person's rules, by trying all."""
    choices = [OFF, *range(len(problem.kinds))]
    return [
        line
        for line in itertools.product(choices, repeat=person.days)
        if not any(breaches(problem, person, line))
    ]


def least_cost(problem: RosterProblem) -> float:
    """Cost of the best roster, by trying all."""
    lines = [all_lines(problem, person) for person in problem.people]
    return min(
        (
            team_cost(problem, [(n, line, 1) for n, line in enumerate(chosen)])
            for chosen in itertools.product(*lines)
        ),
        default=float("inf"),
    )
