"""The gamma duration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.distributions import kinds
from ccsim.distributions.base import Distribution, FloatArray
from ccsim.distributions.checks import real


@dataclass(frozen=True)
class Gamma(Distribution):
    """A sum of exponential phases, with any shape: cv 1 is exponential, cv 0.5 four phases.

    Parameters
    ----------
    mean : float
        Seconds, above 0.
    cv : float
        Coefficient of variation, above 0 (for none use `Constant`).

    Examples
    --------
    >>> Gamma(mean=180, cv=0.5).shape
    4.0
    """

    mean: float
    cv: float

    def _check(self) -> None:
        self._keep(
            mean=real("Gamma", "mean", self.mean, above=0),
            cv=real("Gamma", "cv", self.cv, above=0),
        )

    @property
    def variance(self) -> float:
        """Variance, seconds squared."""
        return (self.mean * self.cv) ** 2

    @property
    def shape(self) -> float:
        """Number of phases."""
        return self.cv**-2

    @property
    def scale(self) -> float:
        """Mean of a phase, seconds."""
        return self.mean * self.cv**2

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        return kinds.GAMMA, np.array([self.shape, self.scale])

    def _cdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import gammainc

        return np.asarray(gammainc(self.shape, x / self.scale))

    def _sf(self, x: FloatArray) -> FloatArray:
        from scipy.special import gammaincc

        return np.asarray(gammaincc(self.shape, x / self.scale))

    def _hazard(self, x: FloatArray) -> FloatArray:
        from ccsim.distributions import special

        return special.gamma_hazards(self.shape, x / self.scale) / self.scale

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        from scipy.special import gammainc, gammaincc

        phases = x / self.scale
        beyond = gammaincc(self.shape, phases)
        tail = np.where(beyond > 0, x, 0.0) * beyond  # inf times 0 is 0 here
        return np.asarray(self.mean * gammainc(self.shape + 1, phases) + tail)
