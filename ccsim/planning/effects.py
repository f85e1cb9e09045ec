"""What an action does to the rest of the day: simulated with and without it, same customers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ccsim.errors import OptionError
from ccsim.planning.actions import Action, Course
from ccsim.planning.today import Today
from ccsim.scenario import Scenario
from ccsim.simulation import Results
from ccsim.simulation.compare import paired
from ccsim.simulation.estimate import Linear

# Flows that end without the customer having been served.
LOST = ("abandoned", "blocked", "balked", "turned_away", "callback_lost")


@dataclass(frozen=True, eq=False)
class Outcome:
    """A course of the day, simulated.

    Attributes
    ----------
    course
        What was done.
    results
        The rest of the day.
    targets
        Queue → share to be served in time.
    """

    course: Course
    results: Results
    targets: dict[str, float]

    @cached_property
    def level(self) -> Linear:
        """Service level of all queues together."""
        return self._linear[("all", "service_level")]

    @cached_property
    def lost(self) -> Linear:
        """Contacts lost: abandoned, blocked, balked, turned away, or called back in vain."""
        own = [self._linear[("all", name)] for name in LOST]
        mean = np.sum([one.mean for one in own], axis=0)
        return Linear(mean, np.sum([one.influence for one in own], axis=0))

    @cached_property
    def shortfall(self) -> float:
        """Contacts that would have had to be served in time besides, for every queue's target."""
        missing = 0.0
        for queue, target in self.targets.items():
            offered = float(self._linear[(queue, "offered")].mean)
            level = float(self._linear[(queue, "service_level")].mean)
            missing += offered * max(target - level, 0.0) if offered > 0 else 0.0
        return missing

    @cached_property
    def _linear(self) -> dict[tuple[str, str], Linear]:
        return self.results.linear()


@dataclass(frozen=True, eq=False)
class Effect:
    """An action beside the course without it."""

    action: Action
    before: Outcome
    after: Outcome

    @property
    def gain(self) -> tuple[float, ...]:
        """Service level before and after, the difference with its paired interval."""
        return paired(self.before.level, self.after.level)[:5]

    @property
    def lost(self) -> tuple[float, ...]:
        """Contacts lost before and after, the difference with its paired interval."""
        return paired(self.before.lost, self.after.lost)[:5]

    @property
    def helps(self) -> float:
        """Contacts by which less is missing; nought where the gain may be chance."""
        sure = self.gain[3] > 0
        return max(self.before.shortfall - self.after.shortfall, 0.0) if sure else 0.0


def targets_of(scenario: Scenario) -> dict[str, float]:
    """Service level each queue is promised.

    Raises
    ------
    OptionError
        When none is promised any: nothing would say what is enough.
    """
    found = {
        name: queue.target.service_level
        for name, queue in scenario.queues.items()
        if queue.target.service_level is not None
    }
    if not found:
        raise OptionError(
            f"{scenario.origin.where(('queues',))}: intraday: no queue has a target for its "
            "service level; allowed: queues.*.target.service_level"
        )
    return found


def outcome(today: Today, course: Course) -> Outcome:
    """Simulate the rest of the day."""
    results = today.simulated(course.scenario, course.duty)
    return Outcome(course, results, targets_of(today.scenario))


def effect(today: Today, action: Action, before: Outcome) -> Effect:
    """Simulate the rest of the day with an action beside a course without it."""
    if action.change is None:
        raise ValueError(f"{action.kind} of {action.where} cannot be done: {action.reason}")
    return Effect(action, before, outcome(today, action.change(before.course)))
