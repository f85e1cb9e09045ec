"""From shifts to people: who works which, under the weekly rules, with as few people as it takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ccsim.scenario import Scenario
from ccsim.scheduling.patterns import Pattern

# Cost of giving a shift to somebody who may not work it: larger than all others together.
FORBIDDEN = 1e9


@dataclass
class Person:
    """What somebody has worked so far."""

    shifts: list[Pattern] = field(default_factory=list)

    def may_work(self, shift: Pattern, scenario: Scenario) -> bool:
        """Check rest, days off and weekly hours."""
        weekly = scenario.shifts.weekly
        week = shift.day.isocalendar()[:2]
        this_week = [worked for worked in self.shifts if worked.day.isocalendar()[:2] == week]
        rested = not self.shifts or (
            shift.start - self.shifts[-1].end >= pd.Timedelta(seconds=weekly.rest)
        )
        hours = sum(worked.paid_hours for worked in this_week) + shift.paid_hours
        return rested and len(this_week) < 7 - weekly.days_off and hours <= weekly.max_hours + 1e-9


def tours(scenario: Scenario, chosen: list[tuple[Pattern, int]]) -> list[list[Pattern]]:
    """Give every shift to a person, day by day.

    Each day's shifts go to people by an assignment that prefers whoever has worked least this
    week, then the start closest to the last one; people are added only when nobody may work
    what is left. The number of people is therefore enough, and seldom more than the least.

    Returns
    -------
    list of list of Pattern
        A person's shifts in order of time.
    """
    from scipy.optimize import linear_sum_assignment

    by_day: dict[dt.date, list[Pattern]] = {}
    for pattern, count in chosen:
        by_day.setdefault(pattern.day, []).extend([pattern] * count)
    people: list[Person] = []
    for day in sorted(by_day):
        shifts = sorted(by_day[day], key=lambda shift: (shift.start, shift.end))
        given: set[int] = set()
        if people:
            costs = np.array([[_cost(scenario, one, shift) for shift in shifts] for one in people])
            for person, shift in zip(*linear_sum_assignment(costs), strict=True):
                if costs[person, shift] < FORBIDDEN:
                    people[person].shifts.append(shifts[shift])
                    given.add(int(shift))
        people += [Person([shift]) for n, shift in enumerate(shifts) if n not in given]
    return [person.shifts for person in people]


def _cost(scenario: Scenario, person: Person, shift: Pattern) -> float:
    if not person.may_work(shift, scenario):
        return FORBIDDEN
    week = shift.day.isocalendar()[:2]
    worked = sum(one.paid_hours for one in person.shifts if one.day.isocalendar()[:2] == week)
    last = person.shifts[-1].start
    moved = abs((shift.start.hour - last.hour) * 60 + shift.start.minute - last.minute)
    return worked * 1440.0 + moved
