"""From shifts to people: who works which, under the weekly rules, with few people."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.scheduling.patterns import Pattern, week_of

# Cost of giving a shift to somebody who may not work it: larger than all others together.
FORBIDDEN = 1e9
# How much a start at another time of day counts beside an even share of the work.
MOVED = 1e-3

ByDay = Mapping[dt.date, list[Pattern]]


def tours(scenario: Scenario, chosen: list[tuple[Pattern, int]]) -> list[list[Pattern]]:
    """Give every shift to a person.

    A team shares out the shifts day by day, evenly, so that nobody's week is full before
    its last days come; it is made as small as it can be without a shift being left over. Its
    size is therefore enough, and seldom more than the least.

    Returns
    -------
    list of list of Pattern
        A person's shifts in order of time.
    """
    by_day: dict[dt.date, list[Pattern]] = {}
    for pattern, count in sorted(chosen, key=lambda item: (item[0].start, item[0].end)):
        by_day.setdefault(pattern.day, []).extend([pattern] * count)
    too_few = fewest(scenario, by_day)
    best = _share_out(scenario, by_day, too_few)
    enough = len(best)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        people = _share_out(scenario, by_day, middle)
        best = min(best, people, key=len)
        too_few, enough = (too_few, middle) if len(people) <= middle else (middle, enough)
    return best


def fewest(scenario: Scenario, by_day: ByDay) -> int:
    """Count the people without whom it cannot be done: by day, by days worked, by hours paid."""
    weekly = scenario.shifts.weekly
    weeks: dict[int, list[Pattern]] = {}
    for day, shifts in by_day.items():
        weeks.setdefault(week_of(scenario, day), []).extend(shifts)
    days_worked = 7 - weekly.days_off
    return max(
        [
            *(len(shifts) for shifts in by_day.values()),
            *(math.ceil(len(shifts) / days_worked) for shifts in weeks.values()),
            *(math.ceil(_paid(shifts) / weekly.max_hours - 1e-9) for shifts in weeks.values()),
        ],
        default=0,
    )


def _paid(shifts: list[Pattern]) -> float:
    return math.fsum(shift.paid_hours for shift in shifts)


def _share_out(scenario: Scenario, by_day: ByDay, team: int) -> list[list[Pattern]]:
    """Give every shift to one of a team, adding people where nobody may work what is left."""
    from scipy.optimize import linear_sum_assignment

    people: list[list[Pattern]] = [[] for _ in range(team)]
    for day in sorted(by_day):
        shifts = by_day[day]
        costs = _costs(scenario, people, shifts, day)
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
    scenario: Scenario, people: list[list[Pattern]], shifts: list[Pattern], day: dt.date
) -> NDArray[np.float64]:
    """Cost of giving each person each shift of a day, shape (people, shifts).

    Whoever has worked less this week goes first, and the longer shift to whoever has worked
    fewer hours; between equals, the start closest to the last one.
    """
    weekly, week = scenario.shifts.weekly, week_of(scenario, day)
    own = [[worked for worked in one if week_of(scenario, worked.day) == week] for one in people]
    days = np.array([len(worked) for worked in own], dtype=float)[:, None]
    hours = np.array([_paid(worked) for worked in own])[:, None]
    paid = np.array([shift.paid_hours for shift in shifts])
    free_from = (
        _hours([one[-1].end if one else None for one in people])[:, None] + weekly.rest / 3600
    )
    starts = _hours([shift.start for shift in shifts])
    moved = np.abs(_clock([one[-1] if one else None for one in people])[:, None] - _clock(shifts))
    may = (
        (days < 7 - weekly.days_off)
        & (hours + paid <= weekly.max_hours + 1e-9)
        & (starts >= free_from - 1e-9)
    )
    costs = (
        days / (7 - weekly.days_off) ** 2
        + hours * paid / weekly.max_hours**2
        + MOVED * np.nan_to_num(np.minimum(moved, 24 - moved)) / 24
    )
    return np.where(may, costs, FORBIDDEN)


def _hours(moments: list[pd.Timestamp | None]) -> NDArray[np.float64]:
    """Hours since 1970; long ago where there is no moment."""
    return np.array([-1e9 if moment is None else moment.timestamp() / 3600 for moment in moments])


def _clock(shifts: list[Pattern | None] | list[Pattern]) -> NDArray[np.float64]:
    """Clock time at which shifts start, h; NaN where there is none."""
    return np.array(
        [np.nan if one is None else one.start.hour + one.start.minute / 60 for one in shifts]
    )
