"""Targets as margins: how far each queue's service is from what was asked, by interval.

A target is kept as two sums by replication and interval, *surplus* and *size*, such that it holds
over any set of intervals if the surplus there adds up to nought or more. Surplus ÷ size is by how
much: in points of service level, abandonment, work in time or occupancy, in shares of the mean
wait asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.errors import ScenarioError
from ccsim.scenario import Scenario
from ccsim.simulation.kpis import SERVICE_LEVELS
from ccsim.staffing.sample import Counted

Floats = NDArray[np.float64]
Margin = tuple[Floats, Floats]


@dataclass(frozen=True)
class Goal:
    """One target of one queue.

    Attributes
    ----------
    queue, kind
        Names; kinds are ``service_level``, ``abandonment``, ``asa``, ``in_time``, ``occupancy``.
    asked
        The figure to reach, or not to pass: share, or s for ``asa``.
    at_least
        Whether more is better.
    measure
        From what was counted to the upper and lower part of the figure, each of shape
        (replications, intervals).
    """

    queue: str
    kind: str
    asked: float
    at_least: bool
    measure: Callable[[Counted], Margin]

    def margin(self, counted: Counted) -> Margin:
        """Surplus and size, each of shape (replications, intervals)."""
        upper, lower = self.measure(counted)
        surplus = upper - self.asked * lower
        size = lower * self.asked if self.kind == "asa" else lower
        return (surplus if self.at_least else -surplus), size

    def figure(self, margin: Floats) -> Floats:
        """The figure itself from surplus ÷ size."""
        if self.kind == "asa":
            return self.asked * (1 - margin)
        return self.asked + margin if self.at_least else self.asked - margin


def goals_of(scenario: Scenario) -> list[Goal]:
    """List every queue's targets.

    Raises
    ------
    ScenarioError
        When no queue has any.
    """
    goals = [
        goal
        for number, queue in enumerate(scenario.queues)
        for goal in _of(scenario, number, queue)
    ]
    if not goals:
        path = ("queues", next(iter(scenario.queues)), "target")
        raise ScenarioError(
            f"{scenario.origin.where(path)}: {'.'.join(path)}: nothing to staff for: no queue has "
            "a target; allowed: service_level, abandonment, asa, in_time or occupancy"
        )
    return goals


def _of(scenario: Scenario, number: int, queue: str) -> list[Goal]:
    target = scenario.queues[queue].target
    level = SERVICE_LEVELS[scenario.service_level.definition]
    groups = [n for n, group in enumerate(scenario.groups.values()) if queue in group.skills]

    def of_contacts(upper: Callable[[dict[str, Floats]], Floats], lower: str) -> Measure:
        def measure(counted: Counted) -> Margin:
            sums = counted.named(number)
            return upper(sums), sums[lower]

        return measure

    def service(counted: Counted) -> Margin:
        sums = counted.named(number)
        assert level.denominator is not None
        return level.numerator(sums), level.denominator(sums)

    def occupancy(counted: Counted) -> Margin:
        return counted.busy[:, groups].sum(axis=1), counted.work[:, groups].sum(axis=1)

    every = (
        ("service_level", target.service_level, True, service),
        ("abandonment", target.abandonment, False, of_contacts(_abandoned, "offered")),
        ("asa", target.asa, False, of_contacts(_wait, "offered")),
        ("in_time", target.in_time, True, of_contacts(_in_time, "due")),
        ("occupancy", target.occupancy, False, occupancy),
    )
    return [
        Goal(queue, kind, asked, at_least, measure)
        for kind, asked, at_least, measure in every
        if asked is not None
    ]


Measure = Callable[[Counted], Margin]


def _abandoned(sums: dict[str, Floats]) -> Floats:
    return sums["abandoned"]


def _wait(sums: dict[str, Floats]) -> Floats:
    return sums["wait"]


def _in_time(sums: dict[str, Floats]) -> Floats:
    return sums["due"] - sums["due_missed"]
