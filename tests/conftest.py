"""What all tests share: scenarios made in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from ccsim.scenario import Scenario
from ccsim.scenario.load import build
from ccsim.scenario.origin import Origin
from ccsim.simulation.prepare import prepared


def made_scenario(**sections: Any) -> Scenario:
    """Make a scenario from plain sections; where none is given, a quiet day with one queue."""
    document: dict[str, Any] = {
        "name": "made",
        "horizon": {"start": dt.date(2026, 1, 5), "days": 1},
        "hours": {"daily": "00:00-12:00"},
        "demand": {"rates": {"calls": 60}},
        "queues": {"calls": {"talk": {"exponential": {"mean": 180}}}},
        "groups": {"team": {"skills": {"calls": 1}, "on_duty": 5, "cost_per_hour": 20}},
    }
    return build(Origin(document | sections))


@pytest.fixture
def scenario_of() -> Callable[..., Scenario]:
    return made_scenario


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile both programs of the compiled engine, once, before any process or test needs them.

    Otherwise every worker would compile them, and a test that looks at what is printed would see
    that the engine is being compiled.
    """
    if hasattr(session.config, "workerinput"):
        return
    for routing in ({}, {"contact": "weighted_wait"}):  # the straight path, and the general one
        study, _ = prepared(made_scenario(routing=routing))
        study.warm_up()
