"""A problem of shift design in plain numbers: shifts, what is needed, what may not be.

Times are seconds from the start of the horizon, hours are hours paid. Nothing here knows of
scenarios, so that instances from elsewhere can be solved by the same model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ccsim.scenario.origin import Key

Rules = tuple[Key, ...]


@dataclass(frozen=True)
class Pause:
    """A meal or break of a shift, with the places it may take.

    Attributes
    ----------
    activity
        ``"meal"`` or ``"break"``.
    length
        How long it lasts, s.
    places
        Starts allowed, s from the start of the shift, in order.
    """

    activity: str
    length: float
    places: tuple[float, ...]


@dataclass(frozen=True)
class Shift:
    """A shift somebody may work.

    Attributes
    ----------
    day
        Number of the day on which it starts, from 0.
    clock
        Clock time at which it starts, s after midnight.
    spans
        From and to, s from the start of the horizon; two where the shift is split.
    pauses
        Meal and breaks in order. Their places never overlap, so that any places make a shift.
    paid_hours
        Hours paid.
    """

    day: int
    clock: float
    spans: tuple[tuple[float, float], ...]
    pauses: tuple[Pause, ...]
    paid_hours: float

    @property
    def start(self) -> float:
        """First moment, s."""
        return self.spans[0][0]

    @property
    def end(self) -> float:
        """Last moment, s."""
        return self.spans[-1][1]

    @property
    def design(self) -> tuple[float, ...]:
        """What makes it distinct: clock time of its start, and its edges from there."""
        return (self.clock, *(edge - self.start for span in self.spans for edge in span))


@dataclass(frozen=True)
class Worked:
    """A shift as it is worked: with a place for each pause, s from its start."""

    shift: Shift
    places: tuple[float, ...] = ()


@dataclass(frozen=True)
class Limit:
    """At most, or at least, so much of the shifts chosen: Σ amount · count.

    Attributes
    ----------
    rules
        Paths of the scenario's fields it comes from.
    amounts
        By number of the shift.
    least, most
        Bounds; None where there is none.
    overtime_week
        Number of the week whose overtime hours may go beyond `most`; None: none may.
    """

    rules: Rules
    amounts: dict[int, float]
    least: float | None = None
    most: float | None = None
    overtime_week: int | None = None


@dataclass(frozen=True)
class Overtime:
    """Hours beyond the weekly ones: `months` lists the weeks that share `most` hours."""

    rules: Rules
    price: float
    most: float
    months: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Training:
    """A training that takes people from their work.

    Attributes
    ----------
    name
        What it is.
    length
        How long it lasts, s.
    places
        Starts allowed, s from the start of the horizon.
    people
        How many at once; None: any number.
    periods
        In each of these, from and to in s, everybody attends once.
    most_shifts, most_hours
        What one person works in a period at most: so the shifts say how many people attend at
        least.
    rules
        Path of the scenario's field.
    """

    name: str
    length: float
    places: tuple[float, ...]
    people: int | None
    periods: tuple[tuple[float, float], ...]
    most_shifts: float
    most_hours: float
    rules: Rules = ()


@dataclass(frozen=True, eq=False)
class Team:
    """A group's part of the problem.

    Attributes
    ----------
    required
        ndarray of float64, shape (slots,): agents needed.
    paid, under, over
        Prices of an hour: paid, missing, too many.
    design
        Price of each distinct shift used.
    minimum
        ndarray of float64, shape (slots,): agents at work at least, whatever it costs.
    start_minimum, start_maximum
        How many start together: at least, where anybody does, and at most.
    max_starts
        Distinct start times a day at most.
    rules
        Paths of the fields that `minimum`, `start_minimum`, `start_maximum` and `max_starts` come
        from, by these names.
    """

    name: str
    shifts: tuple[Shift, ...]
    required: NDArray[np.float64]
    paid: float = 1.0
    under: float = 5.0
    over: float = 0.1
    design: float = 0.0
    minimum: NDArray[np.float64] | None = None
    start_minimum: int = 0
    start_maximum: int | None = None
    max_starts: int | None = None
    limits: tuple[Limit, ...] = ()
    overtime: Overtime | None = None
    trainings: tuple[Training, ...] = ()
    rules: Mapping[str, Rules] = field(default_factory=dict)

    def rule(self, name: str) -> Rules:
        """Paths of the fields a restriction comes from; its own name where none is given."""
        return self.rules.get(name, ((name,),))


@dataclass(frozen=True, eq=False)
class Cut:
    """A wish about agents at work: Σ amounts · presence ≥ least, at a price for each unit short.

    Attributes
    ----------
    amounts
        ndarray of float64 by team, shape (slots,).
    """

    amounts: dict[str, NDArray[np.float64]]
    least: float
    price: float


@dataclass(frozen=True, eq=False)
class Problem:
    """Teams to be scheduled together.

    Attributes
    ----------
    slot
        Length of a planning interval, s.
    slots
        How many there are.
    cyclic
        Whether the horizon repeats: a shift past its end is at work at its beginning.
    """

    slot: float
    slots: int
    teams: tuple[Team, ...]
    cyclic: bool = False
    cuts: tuple[Cut, ...] = field(default=())

    def presence(self, start: float, end: float) -> dict[int, float]:
        """Share of each slot that lies between two moments, wrapped where the horizon repeats."""
        first, last = int(start // self.slot), int(-(-end // self.slot))
        shares: dict[int, float] = {}
        for slot in range(first, last):
            if not self.cyclic and not 0 <= slot < self.slots:
                continue
            inside = min(end, (slot + 1) * self.slot) - max(start, slot * self.slot)
            place = slot % self.slots
            shares[place] = shares.get(place, 0.0) + inside / self.slot
        return shares
