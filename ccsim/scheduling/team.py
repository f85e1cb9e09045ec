"""A group's part of the problem, from the scenario: shifts, prices, limits and trainings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.scenario.opening import DAY, horizon_start, opening
from ccsim.scenario.people import Activity
from ccsim.scheduling.patterns import days_of, patterns, seconds_into
from ccsim.scheduling.problem import Limit, Overtime, Problem, Shift, Team, Training
from ccsim.scheduling.tours import HOUR, WEEK, months

SEVEN_DAYS = 7 * DAY


def team_of(
    scenario: Scenario, group: str, required: NDArray[np.float64], wage: float = 1.0
) -> Team:
    """Make a group's part of the problem.

    Parameters
    ----------
    required
        ndarray of float64, shape (intervals,): scheduled agents asked for.
    wage
        Money a paid hour; prices come in its multiples.
    """
    rules = scenario.shifts
    shifts = tuple(patterns(scenario, group))
    headcounts, staff = rules.headcounts, (rules.minimum_staff or {}).get(group, 0)
    here = ("shifts",)
    return Team(
        name=group,
        shifts=shifts,
        required=required,
        paid=wage,
        under=rules.under_cover * wage,
        over=rules.over_cover * wage,
        design=rules.distinct_price * wage,
        minimum=_open(scenario, group, len(required)) * float(staff) if staff else None,
        start_minimum=headcounts.minimum if headcounts else 0,
        start_maximum=headcounts.maximum if headcounts else None,
        max_starts=rules.max_starts_per_day,
        limits=_limits(scenario, group, shifts),
        overtime=_overtime(scenario, group),
        trainings=tuple(_trainings(scenario, group)),
        rules={
            "minimum": ((*here, "minimum_staff", group),),
            "start_minimum": ((*here, "headcounts", "minimum"),),
            "start_maximum": ((*here, "headcounts", "maximum"),),
            "max_starts": ((*here, "max_starts_per_day"),),
        },
    )


def _open(scenario: Scenario, group: str, slots: int) -> NDArray[np.float64]:
    """Say by interval whether the group works, as 1 and 0."""
    problem = Problem(scenario.horizon.interval, slots, ())
    begin, shares = horizon_start(scenario), np.zeros(slots)
    for opens, closes in opening(scenario, scenario.groups[group].hours or scenario.hours):
        for slot in problem.presence(seconds_into(begin, opens), seconds_into(begin, closes)):
            shares[slot] = 1.0
    return shares


def _limits(scenario: Scenario, group: str, shifts: tuple[Shift, ...]) -> tuple[Limit, ...]:
    """Ask for no more people than are employed: by day, and by week in shifts and paid hours."""
    employed = scenario.groups[group].employed
    if employed is None:
        return ()
    weekly, people = scenario.shifts.weekly, ("groups", group, "employed")
    by_day: dict[int, dict[int, float]] = {}
    by_week: dict[int, dict[int, float]] = {}
    paid: dict[int, dict[int, float]] = {}
    for number, shift in enumerate(shifts):
        by_day.setdefault(shift.day, {})[number] = 1.0
        by_week.setdefault(shift.day // WEEK, {})[number] = 1.0
        paid.setdefault(shift.day // WEEK, {})[number] = shift.paid_hours
    days, hours = ("shifts", "weekly", "days_off"), ("shifts", "weekly", "max_hours")
    return (
        *(Limit((people,), amounts, most=employed) for amounts in by_day.values()),
        *(
            Limit((people, days), amounts, most=employed * (WEEK - weekly.days_off))
            for amounts in by_week.values()
        ),
        *(
            Limit((people, hours), amounts, most=employed * weekly.max_hours, overtime_week=week)
            for week, amounts in paid.items()
        ),
    )


def _overtime(scenario: Scenario, group: str) -> Overtime | None:
    rules = scenario.groups[group]
    if rules.employed is None or scenario.shifts.overtime == 0:
        return None
    return Overtime(
        rules=(("shifts", "overtime"), ("groups", group, "employed")),
        price=rules.overtime_price,
        most=rules.employed * scenario.shifts.overtime / HOUR,
        months=months(scenario),
    )


def _trainings(scenario: Scenario, group: str) -> list[Training]:
    """Trainings with their places: in the group's hours, and everybody once in each period."""
    begin = horizon_start(scenario)
    windows = opening(scenario, scenario.groups[group].hours or scenario.hours)
    spans = [(seconds_into(begin, a), seconds_into(begin, b)) for a, b in windows]
    made = []
    for index, activity in enumerate(scenario.groups[group].trainings):
        step = min(activity.length, scenario.horizon.interval)
        places = tuple(
            float(place)
            for opens, closes in spans
            for place in np.arange(-(-opens // step) * step, closes - activity.length + 1, step)
        )
        periods = training_periods(scenario, activity)
        weekly, weeks = scenario.shifts.weekly, max(activity.every / SEVEN_DAYS, 1.0)
        most_shifts = min((WEEK - weekly.days_off) * weeks, max(activity.every / DAY, 1.0))
        most_hours = weekly.max_hours * weeks + scenario.shifts.overtime / HOUR
        path = ("groups", group, "trainings", index)
        if periods and places:
            made.append(
                Training(
                    activity.name,
                    activity.length,
                    places,
                    activity.people,
                    periods,
                    most_shifts,
                    most_hours,
                    (path,),
                )
            )
    return made


def training_periods(scenario: Scenario, activity: Activity) -> tuple[tuple[float, float], ...]:
    """Whole periods of the horizon in each of which everybody attends once, s."""
    number = int((days_of(scenario) + HOUR) // activity.every)
    return tuple((n * activity.every, (n + 1) * activity.every) for n in range(number))
