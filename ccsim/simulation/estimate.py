"""Estimates from independent replications, with 95 % intervals.

Ratios such as the service level are weighted by contacts over all replications: the mean of
daily ratios would be biased. Their interval is that of a ratio estimator (Law 2015,
'Simulation Modeling and Analysis', section 9.4.1; linearisation as in Cochran 1977, section 6.4).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """A mean with its interval; arrays of one shape. NaN where nothing can be said."""

    mean: Floats
    low: Floats
    high: Floats


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
    """Estimate a ratio of two means over replications.

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
    from scipy.stats import t

    replications = len(numerator)
    total = denominator.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(total > 0, numerator.sum(axis=0) / total, np.nan)
        if replications < 2:
            nothing = np.full_like(mean, np.nan)
            return Estimate(mean, nothing, nothing)
        residual = numerator - mean * denominator
        variance = (residual**2).sum(axis=0) / (replications - 1)
        error = np.sqrt(variance / replications) / (total / replications)
    half = t.ppf((1 + CONFIDENCE) / 2, replications - 1) * error
    low, high = mean - half, mean + half
    if bounds is not None:
        low, high = np.clip(low, *bounds), np.clip(high, *bounds)
    return Estimate(mean, low, high)
