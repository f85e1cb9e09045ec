"""Every hand-worked case is played by both engines."""

from __future__ import annotations

import pytest

from tests.simulation.engine import made


@pytest.fixture(autouse=True, params=["simpy", "compiled"])
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name of the engine that `made.played` uses; marked `simpy_only` where there is one only."""
    if request.param == "compiled" and request.node.get_closest_marker("simpy_only"):
        pytest.skip("only the SimPy engine can")
    monkeypatch.setattr(made, "engine", request.param)
    return str(request.param)
