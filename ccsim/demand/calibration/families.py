"""Families of distributions as a search for the highest likelihood sees them.

Each is searched over unbounded numbers (logarithms of its parameters), so that no step leaves the
family; logarithms of density and survival are written to stay finite far out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.distributions import (
    Distribution,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Weibull,
)

FloatArray = NDArray[np.float64]

# Below this a probability is nought to a double, and its logarithm no number.
TINY = 1e-300


@dataclass(frozen=True)
class Sample:
    """Distinct durations with how many ended there and how many were cut short.

    Attributes
    ----------
    times
        ndarray of float64, shape (k,): s, rising, above 0.
    ended, censored
        ndarrays of float64, shape (k,): counts.
    """

    times: FloatArray
    ended: FloatArray
    censored: FloatArray

    @property
    def size(self) -> float:
        """How many durations."""
        return float(self.ended.sum() + self.censored.sum())

    @property
    def total(self) -> float:
        """Seconds of all of them together."""
        return float(self.times @ (self.ended + self.censored))


@dataclass(frozen=True)
class Family:
    """How a family is searched: from unbounded numbers to a distribution and its logarithms."""

    start: Callable[[Sample], list[float]]
    made: Callable[[FloatArray], Distribution]
    log_density: Callable[[FloatArray, FloatArray], FloatArray]
    log_survival: Callable[[FloatArray, FloatArray], FloatArray]


def _log_normal_density(theta: FloatArray, t: FloatArray) -> FloatArray:
    z = (np.log(t) - theta[0]) / np.exp(theta[1])
    return np.asarray(-(z**2) / 2 - np.log(t) - theta[1] - math.log(2 * math.pi) / 2)


def _log_normal_survival(theta: FloatArray, t: FloatArray) -> FloatArray:
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(-(np.log(t) - theta[0]) / np.exp(theta[1])))


def _gamma_density(theta: FloatArray, t: FloatArray) -> FloatArray:
    from scipy.special import gammaln

    shape, scale = np.exp(theta)
    return np.asarray((shape - 1) * np.log(t) - t / scale - gammaln(shape) - shape * theta[1])


def _gamma_survival(theta: FloatArray, t: FloatArray) -> FloatArray:
    from scipy.special import gammaincc

    shape, scale = np.exp(theta)
    return np.asarray(np.log(np.maximum(gammaincc(shape, t / scale), TINY)))


def _weibull_density(theta: FloatArray, t: FloatArray) -> FloatArray:
    shape, log_ratio = np.exp(theta[0]), np.log(t) - theta[1]
    with np.errstate(over="ignore"):
        return np.asarray(theta[0] - np.log(t) + shape * log_ratio - np.exp(shape * log_ratio))


def _weibull_survival(theta: FloatArray, t: FloatArray) -> FloatArray:
    with np.errstate(over="ignore"):
        return np.asarray(-np.exp(np.exp(theta[0]) * (np.log(t) - theta[1])))


def _mixture(theta: FloatArray, t: FloatArray, power: int) -> FloatArray:
    """Logarithm of the sum of weight · rate^power · exp(−rate t), over two kinds."""
    first, second = np.exp(-theta[0]), np.exp(-theta[1])
    log_weight, log_rest = -np.logaddexp(0, -theta[2]), -np.logaddexp(0, theta[2])
    return np.logaddexp(
        log_weight - power * theta[0] - first * t, log_rest - power * theta[1] - second * t
    )


def _two_kinds(theta: FloatArray) -> Distribution:
    weight = float(1 / (1 + np.exp(-theta[2])))
    # A weight of nought is no kind of contact; a search that ends there is of one kind only.
    weight = min(max(weight, 1e-9), 1 - 1e-9)
    means = (float(np.exp(theta[0])), float(np.exp(theta[1])))
    return Hyperexponential(means, (weight, 1 - weight))


def _log_moments(sample: Sample) -> tuple[float, float]:
    counts = sample.ended + sample.censored
    logs = np.log(sample.times)
    mu = float(logs @ counts) / sample.size
    return mu, max(math.sqrt(float((logs - mu) ** 2 @ counts) / sample.size), 0.05)


def _mean_of(sample: Sample) -> float:
    """Mean of the exponential of highest likelihood: all time over all ends, s."""
    return sample.total / float(sample.ended.sum())


def _lognormal_made(theta: FloatArray) -> Distribution:
    sigma = math.exp(theta[1])
    return Lognormal(math.exp(theta[0] + sigma**2 / 2), math.sqrt(math.expm1(sigma**2)))


def _lognormal_start(sample: Sample) -> list[float]:
    mu, sigma = _log_moments(sample)
    return [mu + math.log(sample.size / sample.ended.sum()), math.log(sigma)]


SEARCHED = {
    "exponential": Family(
        lambda sample: [math.log(_mean_of(sample))],
        lambda theta: Exponential(math.exp(theta[0])),
        lambda theta, t: -theta[0] - t * np.exp(-theta[0]),
        lambda theta, t: -t * np.exp(-theta[0]),
    ),
    "lognormal": Family(
        _lognormal_start, _lognormal_made, _log_normal_density, _log_normal_survival
    ),
    "gamma": Family(
        lambda sample: [0.0, math.log(_mean_of(sample))],
        lambda theta: Gamma(math.exp(theta[0] + theta[1]), math.exp(-theta[0] / 2)),
        _gamma_density,
        _gamma_survival,
    ),
    "weibull": Family(
        lambda sample: [0.0, math.log(_mean_of(sample))],
        lambda theta: Weibull(max(math.exp(theta[0]), 0.05), math.exp(theta[1])),
        _weibull_density,
        _weibull_survival,
    ),
    "hyperexponential": Family(
        lambda sample: [math.log(_mean_of(sample) / 3), math.log(_mean_of(sample) * 2), 0.0],
        _two_kinds,
        lambda theta, t: _mixture(theta, t, 1),
        lambda theta, t: _mixture(theta, t, 0),
    ),
}
