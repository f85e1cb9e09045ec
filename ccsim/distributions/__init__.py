"""The random durations everyone shares: talk, wrap, patience, prompts, delays.

A duration is a frozen dataclass in seconds that knows its mean, variance, cdf, survival,
hazard, limited mean and quantile; `from_spec` reads one from the mapping a scenario holds.
"""

from __future__ import annotations

from ccsim.distributions.base import Distribution
from ccsim.distributions.gamma import Gamma
from ccsim.distributions.parametric import (
    Constant,
    Exponential,
    Hyperexponential,
    Lognormal,
    Weibull,
)
from ccsim.distributions.piecewise import Empirical, PiecewiseHazard
from ccsim.distributions.spec import from_spec

__all__ = [
    "Constant",
    "Distribution",
    "Empirical",
    "Exponential",
    "Gamma",
    "Hyperexponential",
    "Lognormal",
    "PiecewiseHazard",
    "Weibull",
    "from_spec",
]
