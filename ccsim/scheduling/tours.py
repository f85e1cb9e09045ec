"""From shifts to people: who works which, under the weekly rules, with few people."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.scenario.opening import dates
from ccsim.scheduling.problem import Worked

# Cost of giving a shift to somebody who may not work it: larger than all others together.
FORBIDDEN = 1e9
# How much a start at another time of day counts beside an even share of the work.
MOVED = 1e-3

ByDay = Mapping[int, list[Worked]]
HOUR = 3600.0
WEEK = 7


def tours(
    scenario: Scenario, chosen: list[tuple[Worked, int]], overtime: float = 0.0
) -> list[list[Worked]]:
    """Give every shift to a person.

    A team shares out the shifts day by day, evenly, so that nobody's week is full before
    its last days come; it is made as small as it can be without a shift being left over. Its
    size is therefore enough, and seldom more than the least.

    Parameters
    ----------
    overtime
        Paid hours a person may work in a month beyond those of the week.

    Returns
    -------
    list of list of Worked
        A person's shifts in order of time.
    """
    by_day: dict[int, list[Worked]] = {}
    for one, count in sorted(chosen, key=lambda item: (item[0].shift.start, item[0].shift.end)):
        by_day.setdefault(one.shift.day, []).extend([one] * count)
    too_few = fewest(scenario, by_day, overtime)
    best = _share_out(scenario, by_day, too_few, overtime)
    enough = len(best)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        people = _share_out(scenario, by_day, middle, overtime)
        best = min(best, people, key=len)
        too_few, enough = (too_few, middle) if len(people) <= middle else (middle, enough)
    return best


def overtime_hours(scenario: Scenario, people: list[list[Worked]]) -> float:
    """Paid hours beyond those of the week, of all people."""
    paid: dict[tuple[int, int], float] = {}
    for number, person in enumerate(people):
        for one in person:
            key = number, one.shift.day // WEEK
            paid[key] = paid.get(key, 0.0) + one.shift.paid_hours
    most = scenario.shifts.weekly.max_hours
    return math.fsum(max(hours - most, 0.0) for hours in paid.values())


def months(scenario: Scenario) -> tuple[tuple[int, ...], ...]:
    """Weeks of the horizon by the month their first day lies in."""
    weeks: dict[tuple[int, int], list[int]] = {}
    for number, first in enumerate(dates(scenario)[::WEEK]):
        weeks.setdefault((first.year, first.month), []).append(number)
    return tuple(map(tuple, weeks.values()))


def fewest(scenario: Scenario, by_day: ByDay, overtime: float = 0.0) -> int:
    """Count the people without whom it cannot be done: by day, by days worked, by hours paid."""
    weekly = scenario.shifts.weekly
    weeks: dict[int, list[Worked]] = {}
    for day, shifts in by_day.items():
        weeks.setdefault(day // WEEK, []).extend(shifts)
    days_worked, most = WEEK - weekly.days_off, weekly.max_hours + overtime
    return max(
        [
            *(len(shifts) for shifts in by_day.values()),
            *(math.ceil(len(shifts) / days_worked) for shifts in weeks.values()),
            *(math.ceil(_paid(shifts) / most - 1e-9) for shifts in weeks.values()),
        ],
        default=0,
    )


def _paid(shifts: list[Worked]) -> float:
    return math.fsum(one.shift.paid_hours for one in shifts)


def _share_out(scenario: Scenario, by_day: ByDay, team: int, overtime: float) -> list[list[Worked]]:
    """Give every shift to one of a team, adding people where nobody may work what is left."""
    from scipy.optimize import linear_sum_assignment

    people: list[list[Worked]] = [[] for _ in range(team)]
    for day in sorted(by_day):
        shifts = by_day[day]
        costs = _costs(scenario, people, shifts, day, overtime)
        given = [
            pair
            for pair in zip(*linear_sum_assignment(costs), strict=True)
            if costs[pair] < FORBIDDEN
        ]
        for person, shift in given:
            people[person].append(shifts[shift])
        left = set(range(len(shifts))) - {int(shift) for _, shift in given}
        people += [[shifts[number]] for number in sorted(left)]
    return [worked for worked in people if worked]


def _costs(
    scenario: Scenario, people: list[list[Worked]], shifts: list[Worked], day: int, overtime: float
) -> NDArray[np.float64]:
    """Cost of giving each person each shift of a day, shape (people, shifts).

    Whoever has worked less this week goes first, and the longer shift to whoever has worked
    fewer hours; between equals, the start closest to the last one.
    """
    weekly, week = scenario.shifts.weekly, day // WEEK
    own = [[one for one in worked if one.shift.day // WEEK == week] for worked in people]
    days = np.array([len(worked) for worked in own], dtype=float)[:, None]
    hours = np.array([_paid(worked) for worked in own])[:, None]
    beyond = _overtime_left(scenario, people, week, overtime)[:, None]
    paid = np.array([one.shift.paid_hours for one in shifts])
    ends = np.array([worked[-1].shift.end if worked else -np.inf for worked in people])[:, None]
    last = np.array([worked[-1].shift.clock if worked else np.nan for worked in people])[:, None]
    starts = np.array([one.shift.start for one in shifts])
    moved = np.abs(last - np.array([one.shift.clock for one in shifts])) / HOUR
    may = (
        (days < WEEK - weekly.days_off)
        & (hours + paid <= weekly.max_hours + beyond + 1e-9)
        & (starts >= ends + weekly.rest - 1e-6)
    )
    costs = (
        days / (WEEK - weekly.days_off) ** 2
        + hours * paid / weekly.max_hours**2
        + MOVED * np.nan_to_num(np.minimum(moved, 24 - moved)) / 24
    )
    return np.where(may, costs, FORBIDDEN)


def _overtime_left(
    scenario: Scenario, people: list[list[Worked]], week: int, overtime: float
) -> NDArray[np.float64]:
    """Overtime hours each person has left in the month of a week, shape (people,)."""
    if overtime == 0:
        return np.zeros(len(people))
    earlier = next(weeks for weeks in months(scenario) if week in weeks)
    left = []
    for worked in people:
        hours = {number: 0.0 for number in earlier if number < week}
        for one in worked:
            if one.shift.day // WEEK in hours:
                hours[one.shift.day // WEEK] += one.shift.paid_hours
        most = scenario.shifts.weekly.max_hours
        left.append(overtime - sum(max(one - most, 0.0) for one in hours.values()))
    return np.array(left)
