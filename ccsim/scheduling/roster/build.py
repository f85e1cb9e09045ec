"""From scenario, placed shifts and people to the roster problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.errors import InfeasibleSchedule
from ccsim.scenario import Scenario
from ccsim.scenario.opening import at_clock
from ccsim.scheduling.roster.people import Employee
from ccsim.scheduling.roster.placed import HOUR, Kind, Placed, may_follow
from ccsim.scheduling.roster.problem import (
    OFF,
    FloatArray,
    Line,
    Person,
    RosterProblem,
    breaches,
)
from ccsim.scheduling.roster.terms import WEEK, Past, Work, counters, units

UNKNOWN = -2


@dataclass(frozen=True, eq=False)
class Kept:
    """What a published roster asks for.

    Attributes
    ----------
    lines
        By name: what the person does on each day of the horizon; `UNKNOWN` where the schedule
        no longer has that shift.
    days
        So many first days stay as they are; later ones only cost something to change.
    """

    lines: Mapping[str, Line]
    days: int


def problem_of(
    scenario: Scenario, shifts: Placed, team: Sequence[Employee], kept: Kept | None = None
) -> RosterProblem:
    """Write down what a roster of these people must, may and should be.

    Raises
    ------
    InfeasibleSchedule
        When published shifts that must stay break a rule, naming it.
    """
    needed = shifts.needed
    work = _work(shifts, team)
    under = scenario.shifts.under_cover * np.array([kind.paid_hours for kind in shifts.kinds])
    people = tuple(_person(scenario, shifts, work, one, kept) for one in team)
    problem = RosterProblem(
        kinds=tuple(kind.name for kind in shifts.kinds),
        follows=may_follow(scenario, shifts),
        needed=needed,
        under=np.tile(under, (len(needed), 1)),
        # Nobody works a shift the schedule does not have.
        over=np.full(needed.shape, np.inf),
        people=people,
    )
    if kept is not None:
        _check_kept(problem, shifts, team, kept)
    return problem


def _work(shifts: Placed, team: Sequence[Employee]) -> Work:
    """Count the work, and what an even share of it is."""
    unit, paid = units(shifts)
    hours = shifts.needed @ (paid * unit / 60)
    contract = sum(one.terms.hours for one in team) / HOUR
    weeks = range(0, len(shifts.days), WEEK)
    share = np.array([hours[n : n + WEEK].sum() / contract for n in weeks])
    night = np.array([kind.night for kind in shifts.kinds], np.int64)
    by_day = shifts.needed.sum(axis=1)
    weekends: dict[tuple[int, int], int] = {}
    for day, count in zip(shifts.days, by_day, strict=True):
        if day.weekday() >= 5:
            week = day.isocalendar()[:2]
            weekends[week] = max(weekends.get(week, 0), int(count))
    by_night = [one for one in team if one.terms.nights]
    nights = (shifts.needed @ night).sum() + sum(one.nights for one in by_night)
    free = sum(weekends.values()) + sum(one.weekends for one in team)
    return Work(
        days=shifts.days,
        unit=unit,
        paid=paid,
        night=night,
        share=np.minimum(share, 1.0),
        even_nights=nights / max(len(by_night), 1),
        even_weekends=free / len(team),
    )


def _person(
    scenario: Scenario, shifts: Placed, work: Work, one: Employee, kept: Kept | None
) -> Person:
    return Person(
        name=one.name,
        costs=_costs(scenario, shifts, one, kept),
        counters=counters(scenario, one.terms, work, one.leave, Past(one.nights, one.weekends)),
        longest=one.terms.days_in_row,
        shortest=one.terms.least_days_in_row,
        days_off=one.terms.days_off_in_row,
        before=one.days_in_row or None,
        places=np.arange(len(shifts.days)),
    )


def _costs(scenario: Scenario, shifts: Placed, one: Employee, kept: Kept | None) -> FloatArray:
    """Cost of each day off and each shift: requests and changes; infinite where it may not be."""
    costs = np.zeros((len(shifts.days), len(shifts.kinds) + 1))
    hours = [(kind.start, kind.end) for kind in shifts.kinds]
    costs[:, 1:][shifts.needed == 0] = np.inf
    for day, number in np.argwhere(shifts.needed > 0):
        if refusal(one, shifts.days[day], shifts.kinds[number]) is not None:
            costs[day, number + 1] = np.inf
    place = {date: day for day, date in enumerate(shifts.days)}
    for request in one.requests:
        wanted = [request.granted(None), *(request.granted(span) for span in hours)]
        costs[place[request.date]] += np.where(
            wanted, 0.0, request.weight * scenario.rosters.request
        )
    if one.last_end is not None:
        _rest_before(scenario, shifts, one.last_end, costs)
    line = kept.lines.get(one.name) if kept is not None else None
    if kept is not None and line is not None:
        for day, kind in enumerate(line):
            changed = (np.arange(costs.shape[1]) != kind + 1) & (kind != UNKNOWN)
            costs[day, changed] += np.inf if day < kept.days else scenario.rosters.change
    return costs


def refusal(one: Employee, date: dt.date, kind: Kind) -> str | None:
    """Say which of a person's own terms forbids a shift; None where none does."""
    if kind.group not in one.groups:
        return f"no skill for group '{kind.group}'"
    if kind.night and not one.terms.nights:
        return f"contract '{one.contract}' has no nights"
    if one.on_leave(date, kind.end):
        return "on leave"
    if not one.is_available(date, (kind.start, kind.end)):
        return "not available then"
    return None


def _rest_before(
    scenario: Scenario, shifts: Placed, last_end: pd.Timestamp, costs: FloatArray
) -> None:
    """Keep the rest after a shift that ended before the first day, or on it."""
    rested = last_end + pd.Timedelta(seconds=scenario.shifts.weekly.rest)
    for day, date in enumerate(shifts.days[:2]):
        for number, kind in enumerate(shifts.kinds):
            if at_clock(date, kind.start, scenario.timezone) < rested:
                costs[day, number + 1] = np.inf


def _check_kept(
    problem: RosterProblem, shifts: Placed, team: Sequence[Employee], kept: Kept
) -> None:
    """Refuse published shifts that must stay and break a rule, or that are too many."""
    for one, person in zip(team, problem.people, strict=True):
        line = kept.lines.get(one.name)
        if line is None:
            continue
        told = _refused(shifts, one, line[: kept.days])
        told += [
            f"{shifts.days[breach.day]}: {breach.rule}"
            for breach in breaches(problem, person, line[: kept.days])
        ]
        if told:
            raise InfeasibleSchedule(
                f"roster: row {one.row}, '{one.name}': the published shifts break a rule: "
                f"{told[0]}; allowed: another `until`, or other rules, leave or skills for them"
            )
    present = np.zeros_like(problem.needed)
    for line in kept.lines.values():
        for day, kind in enumerate(line[: kept.days]):
            if kind != OFF:
                present[day, kind] += 1
    crowded = np.argwhere(present > problem.needed)
    if len(crowded):
        day, kind = crowded[0]
        raise InfeasibleSchedule(
            f"roster: {present[day, kind]} people are published for {problem.kinds[kind]} on "
            f"{shifts.days[day]}, the schedule has {problem.needed[day, kind]}; allowed: as many "
            "as the schedule has"
        )


def _refused(shifts: Placed, one: Employee, line: Line) -> list[str]:
    found = []
    for date, number in zip(shifts.days, line, strict=False):
        reason = None if number == OFF else refusal(one, date, shifts.kinds[number])
        if reason is not None:
            found.append(f"{shifts.kinds[number].name} on {date}: {reason}")
    return found
