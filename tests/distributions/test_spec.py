from __future__ import annotations

import math
import subprocess
import sys

import pytest

from ccsim.distributions import (
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    PiecewiseHazard,
    Weibull,
    from_spec,
)
from ccsim.errors import OptionError


@pytest.mark.parametrize(
    ("spec", "duration"),
    [
        (30, Constant(30)),
        ({"constant": {"value": 30}}, Constant(30)),
        ({"exponential": {"mean": 25}}, Exponential(25)),
        ({"lognormal": {"mean": 190, "cv": 0.9}}, Lognormal(190, 0.9)),
        ({"gamma": {"mean": 190, "cv": 0.9}}, Gamma(190, 0.9)),
        ({"weibull": {"shape": 0.7, "scale": 60}}, Weibull(0.7, 60)),
        (
            {"hyperexponential": {"means": [60, 300], "weights": [0.5, 0.5]}},
            Hyperexponential((60, 300), (0.5, 0.5)),
        ),
        ({"empirical": {"quantiles": [0, 10, 40]}}, Empirical((0, 10, 40))),
        (
            {"piecewise_hazard": {"edges": [0, 10], "rates": [0.01, 0.02]}},
            PiecewiseHazard((0, 10), (0.01, 0.02)),
        ),
        (Exponential(25), Exponential(25)),
    ],
)
def test_a_duration_is_read_as_the_scenario_writes_it(spec, duration):
    assert from_spec(spec) == duration


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"lognorml": {"mean": 1, "cv": 1}}, "did you mean lognormal?"),
        ({"lognormal": {"mean": 190}}, "allowed: exactly mean, cv"),
        ({"exponential": {"mean": 190, "cv": 1}}, "allowed: exactly mean"),
        ({"exponential": 190}, "allowed: exactly mean"),
        ({"exponential": {"mean": -5}}, "Exponential: mean is -5"),
        ({}, "duration is {}"),
        ("20s", "duration is '20s'"),
        (True, "duration is True"),
        (-1, "Constant: value is -1"),
        (math.nan, "Constant: value is nan"),
    ],
)
def test_a_duration_that_cannot_be_read_is_explained(spec, message):
    with pytest.raises(OptionError, match=message):
        from_spec(spec)


def test_numba_is_imported_only_when_a_quantile_is_asked_for():
    code = (
        "import sys; from ccsim.distributions import Exponential; Exponential(60).cdf(1.0);"
        "assert not {'numba', 'scipy.stats'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
