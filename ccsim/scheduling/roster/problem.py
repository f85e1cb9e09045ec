"""A roster as plain data: people, days, kinds of shift, what each must, may and would rather do.

Everything is minimised: a line (what one person does on each day) costs what its days, its
counters and its absence from no rule cost; cover costs what is missing and what is too much.
A rule that must hold is a cost without end. The same data describe a published benchmark, a
contact centre's named people and nameless tours of a contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import OptionError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# What a line says of a day nobody works on; a kind of shift is its number.
OFF = -1


@dataclass(frozen=True, eq=False)
class Counter:
    """Something that adds up along a line and is priced by what it came to.

    Attributes
    ----------
    name
        What is counted, for messages.
    amounts
        Shape (days, kinds): what a shift adds when the day before was off.
    running
        Shape (days, kinds): what it adds when the day before was worked. A weekend counts
        once: Sunday adds nothing to a Saturday that was worked.
    ends
        Shape (days,): after these days the sum is priced and counting starts anew.
    costs
        Shape (periods, sums): cost of each sum from nought on, for each period that ends; none
        negative, infinite where a rule forbids it. Larger sums are forbidden.
    unit
        What one stands for, in messages.
    """

    name: str
    amounts: IntArray
    running: IntArray
    ends: BoolArray
    costs: FloatArray
    unit: float = 1.0

    def told(self, period: int, total: int) -> str:
        """Say what a sum came to and what is allowed."""
        allowed = np.flatnonzero(np.isfinite(self.costs[period])) * self.unit
        return f"{total * self.unit:g}, allowed: {allowed[0]:g} to {allowed[-1]:g}"


@dataclass(frozen=True, eq=False)
class Person:
    """One person, or a number of people who are alike.

    Attributes
    ----------
    name
        For messages.
    costs
        Shape (days, 1 + kinds): of a day off, then of each kind of shift; infinite where it must
        not be (leave, skills, locks).
    counters
        Sums along the line that are limited or priced.
    longest, shortest
        Days worked in a row, at most and at least.
    days_off
        Days off in a row, at least.
    before
        Days in a row worked (above nought) or off (below) just before the first day. None: what
        went before makes the first stretch legal, however short it is.
    places
        Shape (days,): the day of the cover that each day of the line counts for.
    least, most
        How many such people there are.
    price
        Cost of each of them, whatever the line.
    """

    name: str
    costs: FloatArray
    counters: tuple[Counter, ...]
    longest: int
    shortest: int
    days_off: int
    before: int | None
    places: IntArray
    least: int = 1
    most: int = 1
    price: float = 0.0

    @property
    def days(self) -> int:
        """Days of the line."""
        return len(self.costs)


@dataclass(frozen=True, eq=False)
class RosterProblem:
    """Who could work what, and what is wanted.

    Attributes
    ----------
    kinds
        Names of the kinds of shift.
    follows
        Shape (kinds, kinds): whether the second may be worked on the day after the first.
    needed
        Shape (cover days, kinds): people wanted.
    under, over
        Shape (cover days, kinds): cost of each person missing, and of each too many; infinite
        where that must not be.
    people
        Who there is.
    """

    kinds: tuple[str, ...]
    follows: BoolArray
    needed: IntArray
    under: FloatArray
    over: FloatArray
    people: tuple[Person, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse data that do not fit together."""
        shape = self.needed.shape
        if not self.people:
            raise OptionError("roster: there are no people; allowed: at least one")
        if self.follows.shape != (shape[1], shape[1]) or len(self.kinds) != shape[1]:
            raise OptionError("roster: kinds, follows and needed differ in the number of kinds")
        for person in self.people:
            if person.costs.shape != (len(person.places), shape[1] + 1):
                raise OptionError(f"roster: {person.name}: costs need a column for off, then kinds")
            for counter in person.counters:
                if not (counter.costs >= 0).all():
                    raise OptionError(f"roster: {person.name}: {counter.name}: a negative cost")


# A line: for each day OFF or the number of a kind.
Line = tuple[int, ...]


class Breach(NamedTuple):
    """A rule that is broken, and the day on which it shows."""

    day: int
    rule: str


def breaches(problem: RosterProblem, person: Person, line: Line) -> Iterator[Breach]:
    """Name every rule a line breaks, in plain steps: what all searches are checked by."""
    for day, kind in enumerate(line):
        if np.isinf(person.costs[day, kind + 1]):
            what = "a day off" if kind == OFF else f"shift {problem.kinds[kind]}"
            yield Breach(day, f"{what} is not allowed")
    for day, (one, later) in enumerate(pairwise(line)):
        if OFF not in (one, later) and not problem.follows[one, later]:
            after = f"{problem.kinds[later]} after {problem.kinds[one]}"
            yield Breach(day + 1, f"too little rest: {after}")
    yield from _stretches(person, line)
    for counter in person.counters:
        for period, (day, total) in enumerate(_totals(counter, line)):
            costs = counter.costs[period]
            if total >= len(costs) or np.isinf(costs[total]):
                yield Breach(day, f"{counter.name}: {counter.told(period, total)}")


def line_cost(person: Person, line: Line) -> float:
    """Cost of a line that breaks no rule."""
    days = sum(float(person.costs[day, kind + 1]) for day, kind in enumerate(line))
    sums = sum(
        float(counter.costs[period, total])
        for counter in person.counters
        for period, (_, total) in enumerate(_totals(counter, line))
    )
    return person.price + days + sums


def _stretches(person: Person, line: Line) -> Iterator[Breach]:
    before = person.before or 0
    worked = [before > 0] * abs(before) + [kind != OFF for kind in line]
    begun = 0
    for day in range(1, len(worked) + 1):
        if day < len(worked) and worked[day] == worked[begun]:
            continue
        length, at_edge = day - begun, (begun == 0 and person.before is None) or day == len(worked)
        place = max(day - 1 - abs(before), 0)
        if worked[begun] and length > person.longest:
            yield Breach(place, f"days worked in a row: {length}, at most {person.longest}")
        if worked[begun] and length < person.shortest and not at_edge:
            yield Breach(place, f"days worked in a row: {length}, at least {person.shortest}")
        if not worked[begun] and length < person.days_off and not at_edge:
            yield Breach(place, f"days off in a row: {length}, at least {person.days_off}")
        begun = day


def _totals(counter: Counter, line: Line) -> Iterator[tuple[int, int]]:
    total, worked = 0, False
    for day, kind in enumerate(line):
        if kind != OFF:
            total += int((counter.running if worked else counter.amounts)[day, kind])
        worked = kind != OFF
        if counter.ends[day]:
            yield day, total
            total = 0


def cover_cost(problem: RosterProblem, present: IntArray) -> float:
    """Cost of the people missing and too many; `present` has the shape of `needed`."""
    missing = np.maximum(problem.needed - present, 0)
    surplus = np.maximum(present - problem.needed, 0)
    with np.errstate(invalid="ignore"):
        costs = np.where(missing > 0, missing * problem.under, 0.0)
        costs += np.where(surplus > 0, surplus * problem.over, 0.0)
    return float(costs.sum())


def presence(problem: RosterProblem, team: list[tuple[int, Line, int]]) -> IntArray:
    """Count who is there, shape of `needed`, from (person, line, how many)."""
    present = np.zeros_like(problem.needed)
    for number, line, many in team:
        for place, kind in zip(problem.people[number].places, line, strict=True):
            if kind != OFF:
                present[place, kind] += many
    return present


def weekend_counter(
    days: int, kinds: int, saturdays: list[int], sundays: list[int], costs: FloatArray
) -> Counter:
    """Count the weekends with work; a Sunday adds nothing to a Saturday that was worked."""
    amounts, running = np.zeros((days, kinds), np.int64), np.zeros((days, kinds), np.int64)
    amounts[[*saturdays, *sundays]] = 1
    running[saturdays] = 1
    return Counter("weekends with work", amounts, running, _ends(days, None), costs[None])


def sum_counter(
    name: str,
    amounts: IntArray,
    costs: FloatArray,
    every: int | None = None,
    unit: float = 1.0,
) -> Counter:
    """Sum `amounts` (days, kinds) over all days, or over every so many and those left over.

    `costs` by sum, or by period and sum.
    """
    ends = _ends(len(amounts), every)
    by_period = np.broadcast_to(costs, (int(ends.sum()), costs.shape[-1]))
    return Counter(name, amounts, amounts, ends, by_period, unit)


def _ends(days: int, every: int | None) -> BoolArray:
    ends = np.zeros(days, dtype=bool)
    ends[-1] = True
    if every is not None:
        ends[every - 1 :: every] = True
    return ends
