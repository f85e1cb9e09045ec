"""Simulated figures agree with closed forms, exact chains and published outputs."""

from __future__ import annotations

import pytest

from ccsim.simulation.engines import Engine
from tests.truth.case import Case, checks
from tests.truth.cases import CASES


@pytest.mark.truth
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_simulator_agrees_with_the_truth(case: Case, engine: Engine) -> None:
    made = checks(case, case.run(engine=engine))
    for check in made:
        assert check.precise, f"{check.what}: half-width {check.half_width:.5f} is too wide"
        assert check.agrees, (
            f"{check.what}: {check.simulated:.5f}, truth {check.expected:.5f}, z {check.z:.2f}"
        )
