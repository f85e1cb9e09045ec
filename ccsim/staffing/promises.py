"""What is to hold, and how surely: goals over intervals, days, weeks, events and months.

A promise is a goal over a set of intervals (a *unit*). Without a certainty it is about the average
over all replications; with certainty p, the share of units (an ordinary day, a day of an event, a
calendar month) in which the goal holds must reach p.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand.scenarios import scenario_events
from ccsim.scenario import Scenario
from ccsim.simulation.centre import Centre
from ccsim.simulation.estimate import linear_ratio
from ccsim.staffing.goals import Goal
from ccsim.staffing.sample import Counted

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Replications around the quantile over which its slope is averaged, as a share of all.
NEAR = 0.15
FEWEST = 5


@dataclass(frozen=True)
class Promise:
    """Goals over some units.

    Attributes
    ----------
    goals
        Numbers of the goals; several where they are to hold together.
    scope
        What a unit is: ``interval``, ``day``, ``week``, ``ordinary days``, the name of an event,
        ``month``.
    units
        ndarray of bool, shape (units, intervals).
    certainty
        Share of the units in which it is to hold; None: each unit holds on average.
    """

    goals: tuple[int, ...]
    scope: str
    units: Bools
    certainty: float | None

    def __len__(self) -> int:
        """How many values it has: one a unit, or one in all."""
        return len(self.units) if self.certainty is None else 1


@dataclass(frozen=True)
class Margins:
    """Surplus and size of every goal, shape (goals, replications, intervals)."""

    surplus: Floats
    size: Floats

    @classmethod
    def of(cls, goals: list[Goal], counted: Counted) -> Margins:
        """Read the margins of all goals off what was counted."""
        pairs = [goal.margin(counted) for goal in goals]
        return cls(*(np.stack(side) for side in zip(*pairs, strict=True)))

    def averaged(self, promise: Promise) -> tuple[Floats, Floats]:
        """Surplus and size of each unit over all replications, shape (units,)."""
        (goal,), units = promise.goals, promise.units.T.astype(float)
        return self.surplus[goal].sum(axis=0) @ units, self.size[goal].sum(axis=0) @ units

    def by_unit(self, promise: Promise) -> tuple[Floats, Floats]:
        """Surplus and size of each unit, shape (goals, replications, units)."""
        own, units = list(promise.goals), promise.units.T.astype(float)
        return self.surplus[own] @ units, self.size[own] @ units

    def rise(self, after: Margins, felt: slice) -> Margins:
        """What another staffing adds to the surplus of some intervals; sizes stay."""
        change = np.zeros_like(self.surplus)
        change[..., felt] = after.surplus[..., felt] - self.surplus[..., felt]
        return Margins(change, self.size)


def promises_of(scenario: Scenario, centre: Centre, goals: list[Goal]) -> list[Promise]:
    """List what is to hold over which units."""
    made = list(_promises(scenario, centre, goals))
    if not scenario.staffing.jointly:
        return made
    together: dict[tuple[str, float, bytes], list[Promise]] = {}
    for promise in made:
        if promise.certainty is not None:
            key = promise.scope, promise.certainty, promise.units.tobytes()
            together.setdefault(key, []).append(promise)
    joint = [
        Promise(tuple(p.goals[0] for p in parts), scope, parts[0].units, certainty)
        for (scope, certainty, _), parts in together.items()
    ]
    return [*(p for p in made if p.certainty is None), *joint]


def _promises(scenario: Scenario, centre: Centre, goals: list[Goal]) -> Iterator[Promise]:
    starts = centre.moments(centre.edges[:-1])
    dates = np.array([moment.date() for moment in starts])
    days = _units(dates)
    event_of = events_of(scenario)
    for number, goal in enumerate(goals):
        target = scenario.queues[goal.queue].target
        units = {
            "interval": np.eye(len(starts), dtype=bool),
            "day": days,
            "week": _units([(date - scenario.horizon.start).days // 7 for date in dates]),
        }[target.scope]
        sure = target.certainty
        if sure is None:
            yield Promise((number,), target.scope, units, None)
            continue
        for event in (None, *dict.fromkeys(event_of.values())):
            share = sure.ordinary if event is None else sure.events
            if isinstance(share, dict):
                share = share.get(str(event))
            inside = np.array([event_of.get(date) == event for date in dates])
            own = units & inside
            own = own[own.any(axis=1)]
            if not len(own):
                continue
            scope = "ordinary days" if event is None else event
            # What no certainty is asked for holds on average all the same.
            yield Promise((number,), scope if share is not None else target.scope, own, share)
        if sure.month is not None:
            months = _units([(date.year, date.month) for date in dates])
            yield Promise((number,), "month", months, sure.month)


def events_of(scenario: Scenario) -> dict[dt.date, str]:
    """Name of the event, the first of several, that dates of the horizon belong to."""
    first, days = scenario.horizon.start, scenario.horizon.days
    horizon = {first + dt.timedelta(days=n) for n in range(days)}
    found: dict[dt.date, str] = {}
    for event in scenario_events(scenario):
        for date in event.dates:
            if date in horizon:
                found.setdefault(date, event.name)
    return found


def _units(labels: object) -> Bools:
    """One unit for every distinct label of the intervals, in order."""
    codes, names = pd.factorize(pd.Series(list(labels)))  # type: ignore[call-overload]
    return np.arange(len(names))[:, None] == codes


def values(promise: Promise, margins: Margins) -> Floats:
    """By how much a promise holds, one figure a value of it; infinite where nothing is asked."""
    if promise.certainty is None:
        return _quotient(*margins.averaged(promise))
    worst = _quotient(*margins.by_unit(promise)).min(axis=0).ravel()
    return np.array([_quantile(worst, promise.certainty)])


def noise(promise: Promise, margins: Margins) -> Floats:
    """Standard error of each value of a promise about averages, from replication to replication."""
    surplus, size = margins.by_unit(promise)
    influence = linear_ratio(surplus[0], size[0]).influence
    count = len(influence)
    return np.sqrt((np.nan_to_num(influence) ** 2).sum(axis=0) / (count * (count - 1)))


def share_held(promise: Promise, margins: Margins) -> float:
    """Share of the units, over all replications, in which all goals of a promise hold."""
    worst = _quotient(*margins.by_unit(promise)).min(axis=0)
    return float((worst >= 0).mean())


def slopes(promise: Promise, margins: Margins, rise: Margins) -> Floats:
    """How much each value gains from a rise of the surplus, to first order."""
    if promise.certainty is None:
        return _finite(_quotient(*rise.averaged(promise)))
    held = _quotient(*margins.by_unit(promise))
    hardest = held.argmin(axis=0)[None]
    worst = np.take_along_axis(held, hardest, axis=0).ravel()
    gain = np.take_along_axis(_quotient(*rise.by_unit(promise)), hardest, axis=0).ravel()
    distance = np.abs(worst - _quantile(worst, promise.certainty))
    near = np.argsort(distance, kind="stable")[: max(int(NEAR * len(worst)), FEWEST)]
    return np.array([_finite(gain[near]).mean()])


def _quotient(surplus: Floats, size: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(size > 0, surplus / size, np.inf)


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, 0.0)


def _quantile(worst: Floats, certainty: float) -> float:
    """The margin that this share of units has or passes."""
    place = int(np.floor((1 - certainty) * len(worst) + 1e-9))
    return float(np.sort(worst)[min(place, len(worst) - 1)])
