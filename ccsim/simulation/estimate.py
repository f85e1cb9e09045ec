"""Estimates from independent replications, with 95 % intervals.

Ratios such as the service level are weighted by contacts over all replications: the mean of
daily ratios would be biased. Their interval is that of a ratio estimator (Law 2015,
'Simulation Modeling and Analysis', section 9.4.1; linearisation as in Cochran 1977, section 6.4).
Every estimate keeps how each replication pulls at it, so that two of them on the same customers
can be compared pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
UNBOUNDED = (-np.inf, np.inf)


class Estimate(NamedTuple):
    """A mean with its interval; arrays of one shape. NaN where nothing can be said."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Linear:
    """An estimate and how far each replication pulls at it.

    Attributes
    ----------
    mean
        ndarray of float64, shape (...).
    influence
        ndarray of float64, shape (replications, ...): to first order the estimate is off by the
        mean of what these would be with endlessly many replications; they add up to nought.
    bounds
        Between which values it must lie, e.g. (0, 1) for a share; the interval is cut.
    interval
        Low and high where they are not symmetric, as of quantiles.
    """

    mean: Floats
    influence: Floats
    bounds: tuple[float, float] = UNBOUNDED
    interval: tuple[Floats, Floats] | None = None

    def estimate(self) -> Estimate:
        """Give the estimate with its interval; NaN with one replication."""
        if len(self.influence) < 2:
            nothing = np.full_like(self.mean, np.nan)
            return Estimate(self.mean, nothing, nothing)
        if self.interval is not None:
            return Estimate(self.mean, *self.interval)
        half = half_width(self.influence)
        low, high = self.mean - half, self.mean + half
        return Estimate(self.mean, np.clip(low, *self.bounds), np.clip(high, *self.bounds))


def half_width(influence: Floats) -> Floats:
    """Half the width of the 95 % interval of the mean of independent replications."""
    replications = len(influence)
    variance = (influence**2).sum(axis=0) / (replications - 1)
    half: Floats = student(replications) * np.sqrt(variance / replications)
    return half


@lru_cache(maxsize=64)
def student(replications: int) -> float:
    """Quantile of Student's t by which a standard error becomes half a 95 % interval."""
    from scipy.special import stdtrit  # scipy.stats takes long to import

    return float(stdtrit(replications - 1, (1 + CONFIDENCE) / 2))


def linear_ratio(
    numerator: Floats, denominator: Floats, bounds: tuple[float, float] | None = None
) -> Linear:
    """Linearise a ratio of two means over replications.

    Parameters
    ----------
    numerator, denominator
        ndarrays of float64, shape (replications, ...): sums of each replication.
    bounds
        Between which values the ratio must lie.

    Returns
    -------
    Linear
        NaN where nothing was counted.
    """
    total = denominator.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(total > 0, numerator.sum(axis=0) / total, np.nan)
        influence = (numerator - mean * denominator) / (total / len(numerator))
    return Linear(mean, influence, UNBOUNDED if bounds is None else bounds)


def jackknife(whole: Floats, without: Floats, bounds: tuple[float, float] | None = None) -> Linear:
    """Linearise any figure by leaving out one replication at a time (Efron 1982, chapter 3).

    Parameters
    ----------
    whole
        ndarray of float64, shape (...): the figure of all replications.
    without
        ndarray of float64, shape (replications, ...): the figure of all but one.
    """
    replications = len(without)
    influence = (replications - 1) * (without.mean(axis=0) - without)
    return Linear(whole, influence, UNBOUNDED if bounds is None else bounds)


def average(values: Floats) -> Estimate:
    """Estimate a mean over replications.

    Parameters
    ----------
    values
        ndarray of float64, shape (replications, ...).
    """
    return ratio(values, np.ones_like(values))


def ratio(
    numerator: Floats, denominator: Floats, bounds: tuple[float, float] | None = None
) -> Estimate:
    """Estimate a ratio of two means over replications, with its interval.

    Parameters
    ----------
    numerator, denominator
        ndarrays of float64, shape (replications, ...): sums of each replication.
    bounds
        Between which values the ratio must lie, e.g. (0, 1) for a share; the interval is cut.

    Returns
    -------
    Estimate
        Arrays of shape (...). The mean is NaN where nothing was counted, the interval also
        where there is only one replication.
    """
    return linear_ratio(numerator, denominator, bounds).estimate()
