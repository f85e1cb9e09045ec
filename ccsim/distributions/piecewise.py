"""Durations given by a table: equally spaced quantiles, or a hazard in steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ccsim.distributions import kinds
from ccsim.distributions.base import Distribution, FloatArray
from ccsim.distributions.checks import reals, refuse


@dataclass(frozen=True)
class Empirical(Distribution):
    """Whatever was measured, as quantiles with straight lines between them.

    Parameters
    ----------
    quantiles : tuple of float
        At least two, seconds, never falling: the quantiles of p = 0, 1/k, 2/k, ..., 1. Equal
        neighbours put a share on one value.

    Notes
    -----
    The density is constant between two quantiles; `hazard` leaves out shares on one value.

    Examples
    --------
    >>> Empirical((0, 10, 40)).mean
    15.0
    """

    quantiles: tuple[float, ...]

    def _check(self) -> None:
        quantiles = reals("Empirical", "quantiles", self.quantiles, at_least=0, length=2)
        if any(later < earlier for earlier, later in pairwise(quantiles)):
            raise refuse("Empirical", "quantiles", quantiles, "numbers that never fall")
        self._keep(quantiles=quantiles)

    @property
    def mean(self) -> float:
        """Mean, seconds."""
        return float(self._limited_at_knots[-1])

    @property
    def variance(self) -> float:
        """Variance, seconds squared."""
        # Deviations from the mean first: the square of a uniform piece, averaged.
        left, right = self._knots[:-1] - self.mean, self._knots[1:] - self.mean
        return float(np.mean(left**2 + left * right + right**2)) / 3

    @property
    def breakpoints(self) -> tuple[float, ...]:
        """The quantiles, at each of which the density jumps."""
        return self.quantiles

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        return kinds.EMPIRICAL, self._knots

    @cached_property
    def _knots(self) -> FloatArray:
        return np.array(self.quantiles)

    @cached_property
    def _limited_at_knots(self) -> FloatArray:
        """Integral of sf up to each quantile: sf falls in a straight line between two."""
        pieces = len(self._knots) - 1
        middle_sf = 1 - (np.arange(pieces) + 0.5) / pieces
        return np.cumsum(np.append(self._knots[0], np.diff(self._knots) * middle_sf))

    def _piece(self, x: FloatArray) -> NDArray[np.intp]:
        """Index of the piece that holds `x`; never an empty piece, unless `x` is at the end."""
        return np.searchsorted(self._knots[1:-1], x, side="right")

    def _cdf(self, x: FloatArray) -> FloatArray:
        i = self._piece(x)
        width = self._knots[i + 1] - self._knots[i]
        inside = np.clip(x, self._knots[0], self._knots[-1]) - self._knots[i]
        share = (i + inside / np.where(width > 0, width, 1.0)) / (len(self._knots) - 1)
        return np.where(x >= self._knots[-1], 1.0, share)

    def _sf(self, x: FloatArray) -> FloatArray:
        return 1 - self._cdf(x)

    def _hazard(self, x: FloatArray) -> FloatArray:
        i = self._piece(x)
        width = self._knots[i + 1] - self._knots[i]
        inside = (x >= self._knots[0]) & (x < self._knots[-1])
        pieces_left = np.where(inside, self._sf(x) * (len(self._knots) - 1), 1.0)
        rate = 1 / (np.where(inside, width, 1.0) * pieces_left)
        return np.where(inside, rate, np.where(x < self._knots[0], 0.0, np.inf))

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        i = self._piece(x)
        inside = np.clip(x, self._knots[0], self._knots[-1]) - self._knots[i]
        sf_left = 1 - i / (len(self._knots) - 1)
        within = self._limited_at_knots[i] + inside * (sf_left + self._sf(x)) / 2
        ended = np.where(x >= self._knots[-1], self.mean, within)
        return np.where(x < self._knots[0], x, ended)


@dataclass(frozen=True)
class PiecewiseHazard(Distribution):
    """A rate of ending that steps at given times: what a censored log tells about patience.

    Parameters
    ----------
    edges : tuple of float
        Seconds, rising, the first 0.
    rates : tuple of float
        Per second, one for each edge: `rates[i]` holds from `edges[i]` to the next edge, the
        last for ever. At least 0, the last above 0, so that every duration ends.

    Examples
    --------
    >>> PiecewiseHazard(edges=(0, 10), rates=(0, 0.05)).mean
    30.0
    """

    edges: tuple[float, ...]
    rates: tuple[float, ...]

    def _check(self) -> None:
        edges = reals("PiecewiseHazard", "edges", self.edges, at_least=0)
        rates = reals("PiecewiseHazard", "rates", self.rates, at_least=0)
        rising = all(earlier < later for earlier, later in pairwise(edges))
        if edges[0] != 0 or not rising:
            raise refuse("PiecewiseHazard", "edges", edges, "rising numbers, the first 0")
        if len(rates) != len(edges):
            raise refuse("PiecewiseHazard", "rates", rates, f"{len(edges)}, one for each edge")
        if rates[-1] == 0:
            raise refuse("PiecewiseHazard", "rates", rates, "a last rate above 0")
        self._keep(edges=edges, rates=rates)

    @property
    def mean(self) -> float:
        """Mean, seconds."""
        return float(self._limited_at_edges[-1] + self._sf_at_edges[-1] / self.rates[-1])

    @property
    def variance(self) -> float:
        """Variance, seconds squared: from E[X^2] = 2 times the integral of x sf(x)."""
        from scipy.special import gammainc

        start, rate, lasts = self._starts[:-1], self._steps[:-1], np.diff(self._starts)
        hazard = rate * lasts
        # The integral of t exp(-rate t) over a step, written to stay exact as the rate falls to 0.
        safe = np.where(hazard > 1e-8, hazard, 1.0)
        bend = np.where(hazard > 1e-8, gammainc(2, safe) / safe**2, 0.5)
        first = start * _decayed(rate, lasts) + lasts**2 * bend
        last = self._starts[-1] / self._steps[-1] + self._steps[-1] ** -2
        second = 2 * (self._sf_at_edges[:-1] @ first + self._sf_at_edges[-1] * last)
        return float(second) - self.mean**2

    @property
    def breakpoints(self) -> tuple[float, ...]:
        """The edges, at each of which the hazard jumps."""
        return self.edges

    def code(self) -> tuple[int, FloatArray]:
        """Kind and parameters for compiled code."""
        table = (self._starts, self._steps, self._cumulative_at_edges)
        return kinds.PIECEWISE_HAZARD, np.concatenate(table)

    @cached_property
    def _starts(self) -> FloatArray:
        return np.array(self.edges)

    @cached_property
    def _steps(self) -> FloatArray:
        return np.array(self.rates)

    @cached_property
    def _cumulative_at_edges(self) -> FloatArray:
        return np.append(0.0, np.cumsum(self._steps[:-1] * np.diff(self._starts)))

    @cached_property
    def _sf_at_edges(self) -> FloatArray:
        return np.exp(-self._cumulative_at_edges)

    @cached_property
    def _limited_at_edges(self) -> FloatArray:
        pieces = self._sf_at_edges[:-1] * _decayed(self._steps[:-1], np.diff(self._starts))
        return np.append(0.0, np.cumsum(pieces))

    def _step(self, x: FloatArray) -> NDArray[np.intp]:
        return np.searchsorted(self._starts, x, side="right") - 1

    def _cumulative_hazard(self, x: FloatArray) -> FloatArray:
        i = self._step(x)
        # A rate of 0 never meets an infinite time, because the last rate is above 0.
        return np.asarray(self._cumulative_at_edges[i] + self._steps[i] * (x - self._starts[i]))

    def _cdf(self, x: FloatArray) -> FloatArray:
        return -np.expm1(-self._cumulative_hazard(x))

    def _sf(self, x: FloatArray) -> FloatArray:
        return np.exp(-self._cumulative_hazard(x))

    def _hazard(self, x: FloatArray) -> FloatArray:
        return np.asarray(self._steps[self._step(x)])

    def _limited_mean(self, x: FloatArray) -> FloatArray:
        i = self._step(x)
        decayed = _decayed(self._steps[i], x - self._starts[i])
        return np.asarray(self._limited_at_edges[i] + self._sf_at_edges[i] * decayed)


def _decayed(rate: FloatArray, lasts: FloatArray) -> FloatArray:
    """Integral of exp(-rate t) for t from 0 to `lasts`."""
    safe = np.where(rate > 0, rate, 1.0)
    return np.where(rate > 0, -np.expm1(-safe * lasts) / safe, lasts)
