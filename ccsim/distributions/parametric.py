"""Durations with a formula: constant, exponential, lognormal, Weibull, hyperexponential."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ccsim.distributions import kinds
from ccsim.distributions.base import Distribution, FloatArray
from ccsim.distributions.checks import real, reals, refuse


@dataclass(frozen=True)
class Constant(Distribution):
    """Always the same duration.

    Parameters
    ----------
    value : float
        Seconds, at least 0.

    Examples
    --------
    >>> Constant(30).mean
    30.0
    """

    value: float

    def _check(self) -> None:
        self._keep(value=real("Constant", "value", self.value, at_least=0))

    @property
    def mean(self) -> float:
        """Mean, seconds."""
        return self.value

    @property
    def variance(self) -> float:
        """Variance, seconds squared: none."""
        return 0.0

    @property
    def breakpoints(self) -> tuple[float, ...]:
        """The value, at which everyone ends."""
        return (self.value,)

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        return kinds.CONSTANT, np.array([self.value])

    def _cdf(self, x: FloatArray) -> FloatArray:
        return np.where(x >= self.value, 1.0, 0.0)

    def _sf(self, x: FloatArray) -> FloatArray:
        return np.where(x < self.value, 1.0, 0.0)

    def _hazard(self, x: FloatArray) -> FloatArray:
        return np.where(x < self.value, 0.0, np.inf)

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        return np.minimum(x, self.value)


@dataclass(frozen=True)
class Exponential(Distribution):
    """Memoryless: however long it lasted, what remains looks the same.

    Parameters
    ----------
    mean : float
        Seconds, above 0.

    Examples
    --------
    >>> Exponential(180).variance
    32400.0
    """

    mean: float

    def _check(self) -> None:
        self._keep(mean=real("Exponential", "mean", self.mean, above=0))

    @property
    def variance(self) -> float:
        """Variance, seconds squared."""
        return self.mean**2

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        return kinds.EXPONENTIAL, np.array([self.mean])

    def _cdf(self, x: FloatArray) -> FloatArray:
        return -np.expm1(-x / self.mean)

    def _sf(self, x: FloatArray) -> FloatArray:
        return np.exp(-x / self.mean)

    def _hazard(self, x: FloatArray) -> FloatArray:
        return np.full_like(x, 1 / self.mean)

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        return -self.mean * np.expm1(-x / self.mean)


@dataclass(frozen=True)
class Lognormal(Distribution):
    """The logarithm is normal: the usual shape of talk times (Brown et al. 2005).

    Parameters
    ----------
    mean : float
        Seconds, above 0.
    cv : float
        Coefficient of variation, above 0 (for none use `Constant`).

    Examples
    --------
    >>> round(Lognormal(mean=190, cv=0.9).ppf(0.5), 3)
    141.226
    """

    mean: float
    cv: float

    def _check(self) -> None:
        self._keep(
            mean=real("Lognormal", "mean", self.mean, above=0),
            cv=real("Lognormal", "cv", self.cv, above=0),
        )

    @property
    def variance(self) -> float:
        """Variance, seconds squared."""
        return (self.mean * self.cv) ** 2

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return math.sqrt(math.log1p(self.cv**2))

    @property
    def mu(self) -> float:
        """Mean of the logarithm of the seconds."""
        return math.log(self.mean) - self.sigma**2 / 2

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        return kinds.LOGNORMAL, np.array([self.mu, self.sigma])

    def _cdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        return np.asarray(ndtr(self._standard(x)))

    def _sf(self, x: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        return np.asarray(ndtr(-self._standard(x)))

    def _hazard(self, x: FloatArray) -> FloatArray:
        from scipy.special import erfcx

        # The scaled complement keeps the ratio finite where density and sf both underflow.
        # The hazard is 0 at both ends, where numerator and denominator vanish together.
        inside = (x > 0) & np.isfinite(x)
        seconds = np.where(inside, x, 1.0)
        mills = erfcx(self._standard(seconds) / math.sqrt(2))
        return np.where(inside, math.sqrt(2 / math.pi) / (mills * self.sigma * seconds), 0.0)

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        z = self._standard(x)
        beyond = ndtr(-z)
        tail = np.where(beyond > 0, x, 0.0) * beyond  # inf times 0 is 0 here
        return np.asarray(self.mean * ndtr(z - self.sigma) + tail)

    def _standard(self, x: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(x) - self.mu) / self.sigma)


@dataclass(frozen=True)
class Weibull(Distribution):
    """A hazard that falls (shape below 1) or grows (above 1) as a power of time.

    Parameters
    ----------
    shape : float
        At least 0.05, below which moments leave the range of floating-point numbers.
    scale : float
        Seconds, above 0: the time that a share 1/e outlasts.

    Examples
    --------
    >>> round(Weibull(shape=0.5, scale=60).mean, 9)
    120.0
    """

    shape: float
    scale: float

    def _check(self) -> None:
        self._keep(
            shape=real("Weibull", "shape", self.shape, at_least=0.05),
            scale=real("Weibull", "scale", self.scale, above=0),
        )

    @property
    def mean(self) -> float:
        """Mean, seconds."""
        return self.scale * math.gamma(1 + 1 / self.shape)

    @property
    def variance(self) -> float:
        """Variance, seconds squared."""
        return self.scale**2 * math.gamma(1 + 2 / self.shape) - self.mean**2

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        return kinds.WEIBULL, np.array([self.shape, self.scale])

    def _cdf(self, x: FloatArray) -> FloatArray:
        return -np.expm1(-self._cumulative_hazard(x))

    def _sf(self, x: FloatArray) -> FloatArray:
        return np.exp(-self._cumulative_hazard(x))

    def _hazard(self, x: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", over="ignore"):
            return np.asarray(self.shape / self.scale * (x / self.scale) ** (self.shape - 1))

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        from scipy.special import gammainc

        return np.asarray(self.mean * gammainc(1 / self.shape, self._cumulative_hazard(x)))

    def _cumulative_hazard(self, x: FloatArray) -> FloatArray:
        with np.errstate(over="ignore"):
            return np.asarray((x / self.scale) ** self.shape)


@dataclass(frozen=True)
class Hyperexponential(Distribution):
    """A mixture of exponentials: a few kinds of contact, each memoryless.

    Parameters
    ----------
    means : tuple of float
        Mean of each kind, seconds, above 0.
    weights : tuple of float
        Share of each kind, above 0, summing to 1.

    Examples
    --------
    >>> Hyperexponential(means=(60, 300), weights=(0.75, 0.25)).mean
    120.0
    """

    means: tuple[float, ...]
    weights: tuple[float, ...]

    def _check(self) -> None:
        means = reals("Hyperexponential", "means", self.means, above=0)
        weights = reals("Hyperexponential", "weights", self.weights, above=0)
        if len(weights) != len(means):
            raise refuse("Hyperexponential", "weights", weights, f"{len(means)}, one for each mean")
        total = math.fsum(weights)
        if abs(total - 1) > 1e-9:
            raise refuse("Hyperexponential", "weights", weights, "shares that sum to 1")
        self._keep(means=means, weights=tuple(weight / total for weight in weights))

    @property
    def mean(self) -> float:
        """Mean, seconds."""
        return math.fsum(w * m for w, m in zip(self.weights, self.means, strict=True))

    @property
    def variance(self) -> float:
        """Variance, seconds squared."""
        second = math.fsum(2 * w * m * m for w, m in zip(self.weights, self.means, strict=True))
        return second - self.mean**2

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        return kinds.HYPEREXPONENTIAL, np.array(self.means + self.weights)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return self._mix(-np.expm1(-x[..., None] / self.means), np.array(self.weights))

    def _sf(self, x: FloatArray) -> FloatArray:
        return self._mix(np.exp(-x[..., None] / self.means), np.array(self.weights))

    def _hazard(self, x: FloatArray) -> FloatArray:
        # Relative to the slowest kind, so that the ratio survives where every sf underflows.
        rates = 1 / np.array(self.means)
        weights = np.array(self.weights)
        left = np.exp(-np.minimum(x, 1e250)[..., None] * (rates - rates.min()))
        return self._mix(left, weights * rates) / self._mix(left, weights)

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        means = np.array(self.means)
        return self._mix(-np.expm1(-x[..., None] / means), np.array(self.weights) * means)

    @staticmethod
    def _mix(parts: FloatArray, weights: FloatArray) -> FloatArray:
        return np.asarray(parts @ weights)
