"""What contract types, weekly rules and fairness say of a line, as counters of the problem."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ccsim.scenario import Scenario
from ccsim.scenario.contracts import ContractType
from ccsim.scheduling.roster.placed import HOUR, Placed
from ccsim.scheduling.roster.problem import (
    Counter,
    FloatArray,
    IntArray,
    sum_counter,
    weekend_counter,
)

WEEK = 7


@dataclass(frozen=True, eq=False)
class Work:
    """The work there is to share out, and in which units.

    Attributes
    ----------
    days
        Dates of the lines.
    unit
        Paid hours are counted in these, min.
    paid, night
        Shape (kinds,): paid time in units; whether a night shift.
    share
        Shape (weeks,): paid hours of work for an hour of contract, at most 1.
    even_nights, even_weekends
        Nights and weekends for each person, those behind them included.
    """

    days: Sequence[dt.date]
    unit: int
    paid: IntArray
    night: IntArray
    share: FloatArray
    even_nights: float
    even_weekends: float


@dataclass(frozen=True)
class Past:
    """What a person comes with."""

    nights: int = 0
    weekends: int = 0


def units(shifts: Placed) -> tuple[int, IntArray]:
    """Unit of paid time, min, and each kind's paid time in it."""
    minutes = [round(kind.paid_hours * 60) for kind in shifts.kinds]
    unit = math.gcd(*minutes) or 1
    return unit, np.array(minutes, np.int64) // unit


def counters(
    scenario: Scenario,
    terms: ContractType,
    work: Work,
    away: frozenset[dt.date] = frozenset(),
    past: Past | None = None,
) -> tuple[Counter, ...]:
    """What is limited and priced along a line under one contract type.

    Parameters
    ----------
    away
        Days of leave: the week's hours that are asked for shrink in proportion.
    past
        Nights and weekends behind a person, for fairness; None where there is nobody yet.
    """
    made = [_hours(scenario, terms, work, away), _days(scenario, terms, work)]
    weekends = _weekends(scenario, terms, work, past)
    made += [weekends] if weekends is not None else []
    made += [_nights(scenario, terms, work, past)] if terms.nights and work.night.any() else []
    return tuple(made)


def _hours(
    scenario: Scenario, terms: ContractType, work: Work, away: frozenset[dt.date]
) -> Counter:
    """Paid hours a week: limits, overtime, and the distance from an even share of the work."""
    rules = scenario.rosters
    most = min(scenario.shifts.weekly.max_hours, (terms.hours + terms.overtime) / HOUR)
    hours = np.arange(math.floor(most * 60 / work.unit + 1e-9) + 1) * work.unit / 60
    costs = []
    for week, begin in enumerate(range(0, len(work.days), WEEK)):
        days = work.days[begin : begin + WEEK]
        there = sum(day not in away for day in days) / WEEK
        even = terms.hours / HOUR * there * work.share[week]
        overtime = np.maximum(hours - terms.hours / HOUR, 0.0)
        cost = rules.uneven_hours * np.abs(hours - even)
        cost += (terms.overtime_price - 1) * overtime if terms.overtime_price > 1 else 0.0
        cost[hours < math.floor(terms.least_hours / HOUR * there * 60) / 60 - 1e-9] = np.inf
        costs.append(cost)
    amounts = np.tile(work.paid, (len(work.days), 1))
    return sum_counter("paid hours a week", amounts, np.array(costs), WEEK, work.unit / 60)


def _days(scenario: Scenario, terms: ContractType, work: Work) -> Counter:
    most = min(WEEK - scenario.shifts.weekly.days_off, terms.days or WEEK)
    amounts = np.ones((len(work.days), len(work.paid)), np.int64)
    return sum_counter("days worked a week", amounts, np.zeros(most + 1), WEEK)


def _weekends(
    scenario: Scenario, terms: ContractType, work: Work, past: Past | None
) -> Counter | None:
    saturdays = [n for n, day in enumerate(work.days) if day.weekday() == 5]
    sundays = [n for n, day in enumerate(work.days) if day.weekday() == 6]
    there = len(saturdays) + (0 in sundays)
    if not there:
        return None
    most = there if terms.weekends is None else min(terms.weekends, there)
    costs = np.zeros(most + 1)
    if past is not None:
        costs = _beyond(scenario, past.weekends + np.arange(most + 1), work.even_weekends)
    return weekend_counter(len(work.days), len(work.paid), saturdays, sundays, costs)


def _nights(scenario: Scenario, terms: ContractType, work: Work, past: Past | None) -> Counter:
    most = len(work.days) if terms.most_nights is None else min(terms.most_nights, len(work.days))
    costs = np.zeros(most + 1)
    if past is not None:
        costs = _beyond(scenario, past.nights + np.arange(most + 1), work.even_nights)
    return sum_counter("night shifts", np.tile(work.night, (len(work.days), 1)), costs)


def _beyond(scenario: Scenario, count: IntArray, even: float) -> FloatArray:
    """Price of a count beyond the even share: its square, so that a second one costs more."""
    return np.asarray(scenario.rosters.fairness * np.maximum(count - even, 0.0) ** 2)
