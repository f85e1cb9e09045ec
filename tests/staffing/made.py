"""Small centres whose requirement is known or can be tried out."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from ccsim.scenario import Scenario
from ccsim.staffing.goals import goals_of
from ccsim.staffing.promises import Margins
from ccsim.staffing.sample import World
from tests.conftest import made_scenario


def two_skills(
    dear: float = 1.0, *, scope: str = "day", rate: float = 200, hours: int = 8
) -> Scenario:
    """Two skills of 10 Erlangs each, infinitely patient; two teams and a flexible one."""
    queue = {
        "talk": {"exponential": {"mean": 180}},
        "target": {"service_level": 0.8, "within": 20, "scope": scope},
    }
    return made_scenario(
        hours={"daily": f"00:00-{hours:02d}:00"},
        demand={"rates": {"a": 200, "b": 200}},
        queues={"a": queue, "b": queue},
        groups={
            "only_a": {"skills": {"a": 1}, "cost_per_hour": 1},
            "only_b": {"skills": {"b": 1}, "cost_per_hour": 1},
            "both": {"skills": {"a": 1, "b": 1}, "cost_per_hour": dear},
        },
        staffing={"block": "24h"},
    )


def worst_margin(scenario: Scenario, agents: tuple[int, ...], replications: range) -> float:
    """By how much the worst target holds over the period with so many agents of each group."""
    world, goals = World.of(scenario, None, 1), goals_of(scenario)
    shape = len(agents), len(world.centre.edges) - 1
    net = np.broadcast_to(np.array(agents)[:, None], shape)
    margins = Margins.of(goals, world.counted(world.duty(net), replications))
    return float((margins.surplus.sum(axis=(1, 2)) / margins.size.sum(axis=(1, 2))).min())


def cheapest_mix(
    scenario: Scenario, ranges: tuple[range, ...], prices: tuple[float, ...], replications: range
) -> float:
    """The least price at which any mix of agents keeps all targets, by trying them in order."""
    mixes: list[Any] = sorted(
        product(*ranges), key=lambda mix: sum(p * n for p, n in zip(prices, mix, strict=True))
    )
    for mix in mixes:
        if worst_margin(scenario, mix, replications) >= 0:
            return sum(p * n for p, n in zip(prices, mix, strict=True))
    raise AssertionError("none of the mixes keeps the targets")
