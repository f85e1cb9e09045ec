"""Queues with unlimited lines whose callers hang up, after any distribution of patience."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ccsim.distributions import Distribution
from ccsim.distributions.base import FloatArray
from ccsim.queueing.birth_death import erlang_b
from ccsim.queueing.outcome import Outcome, Queue

# A density this many powers of e below its peak is left out.
_NEGLIGIBLE = 60.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_TOLERANCE = 1e-12

# Where most, all but a little and all but next to nothing of the patience has ended: pieces cut
# at these quantiles cannot overlook a patience much shorter than the waits offered.
_ENDED = np.array([*10.0 ** np.arange(-13, 0, 2), 0.5, *(1 - 10.0 ** np.arange(-1, -14, -2))])


def impatient(queue: Queue, patience: Distribution) -> Outcome:
    """Return the outcome when callers hang up after a random patience.

    Parameters
    ----------
    queue : Queue
        With unlimited lines and at least one server.
    patience : Distribution
        Time after which a waiting contact hangs up, seconds.

    Notes
    -----
    The offered wait, what a caller of endless patience would wait, is 0 or has the density
    rate p(n-1) exp(g(x)) with g(x) = rate H(x) - capacity x, where H is the limited mean of the
    patience and p(n-1) the share of time with all agents but one busy (Palm 1957; Baccelli &
    Hebuterne 1981; Zeltyn & Mandelbaum 2005). As g is concave the density has one peak. It is
    integrated by Gauss-Legendre on pieces that are halved until every integral is steady to
    1e-12 of itself, apart below and above the threshold, each relative to its own peak. What
    remains is rounding, some 1e-16 of the contacts served within the longest likely wait.

    Examples
    --------
    >>> from ccsim.distributions import Exponential
    >>> from ccsim.queueing.outcome import Queue
    >>> queue = Queue(10, 180, 14, Exponential(300), math.inf, 20)
    >>> round(impatient(queue, queue.patience).waits, 12)
    0.145260114296
    """
    peak = 0.0
    if queue.load > queue.servers:
        share = 1 - queue.servers / queue.load
        peak = patience.ppf(min(share, math.nextafter(1.0, 0.0)))
    offered = _OfferedWait(queue, patience, peak)
    soon, soon_scale = offered.integrals(0.0, queue.within)
    late, late_scale = offered.integrals(queue.within, math.inf)

    # The share of time with idle agents has weight 1, at exponent 0; bring all to one scale.
    scale = max(soon_scale, late_scale, 0.0)
    density = queue.rate * erlang_b(queue.servers - 1, queue.load)
    idle = math.exp(-scale)
    soon *= density * math.exp(soon_scale - scale)
    late *= density * math.exp(late_scale - scale)
    total = idle + float(soon[0] + late[0])
    waits, abandoned, served, wait, served_wait = (soon + late).tolist()
    return Outcome(
        blocked=0.0,
        waits=waits / total,
        served=(idle + served) / total,
        abandoned=abandoned / total,
        wait=wait / total,
        served_wait=served_wait / (idle + served),
        served_within=(idle + float(soon[2])) / total,
        abandoned_within=float(soon[1] + patience.cdf(queue.within) * late[0]) / total,
    )


@dataclass(frozen=True)
class _OfferedWait:
    """The density of the offered wait above 0, up to a factor, and where it peaks (seconds)."""

    queue: Queue
    patience: Distribution
    peak: float

    def exponent(self, x: FloatArray) -> FloatArray:
        """Logarithm of the density: g in the notes above."""
        return self.queue.rate * self.patience.limited_mean(x) - self.queue.capacity * x

    def integrals(self, start: float, end: float) -> tuple[FloatArray, float]:
        """Integrate the density between two times, times what it means for the caller.

        Returns
        -------
        integrals : ndarray of float64, shape (5,)
            Of the density times 1, P(patience <= x), P(patience > x), E[min(patience, x)] and
            x P(patience > x), each divided by exp(scale).
        scale : float
            The largest exponent between the two times.
        """
        if end <= start:
            return np.zeros(5), -math.inf
        top = min(max(self.peak, start), end)
        scale = float(self.exponent(np.array(top)))
        low, high = self._window(top, scale, start, end)

        def integrand(x: FloatArray) -> FloatArray:
            density = np.exp(self.exponent(x) - scale)
            going = density * self.patience.sf(x)
            gone = density * self.patience.cdf(x)
            return np.stack(
                [density, gone, going, density * self.patience.limited_mean(x), x * going]
            )

        cuts = np.array([top, *self.patience.breakpoints, *self.patience.ppf(_ENDED)])
        edges = np.unique([low, *cuts[(low < cuts) & (cuts < high)], high])
        # Rounding of the exponent, where its two large terms cancel, cannot be integrated away.
        rounding = 8 * np.finfo(float).eps * (self.queue.rate + self.queue.capacity) * high
        return _integrate(integrand, edges, max(_TOLERANCE, rounding)), scale

    def _window(self, top: float, scale: float, start: float, end: float) -> tuple[float, float]:
        """Return the times between `start` and `end` beyond which the density is negligible."""
        # The exponent cannot fall faster than this first reach allows.
        first = _NEGLIGIBLE / (self.queue.rate + self.queue.capacity)
        reach = first * 2.0 ** np.arange(100)
        left, right = np.maximum(top - reach, start), np.minimum(top + reach, end)
        low, high = (
            side[np.argmax((scale - self.exponent(side) > _NEGLIGIBLE) | (side == limit))]
            for side, limit in ((left, start), (right, end))
        )
        return float(low), float(high)


def _integrate(
    integrand: Callable[[FloatArray], FloatArray], edges: FloatArray, tolerance: float
) -> FloatArray:
    """Integrate several functions at once, halving pieces until each integral is steady.

    Parameters
    ----------
    integrand : callable
        Times of shape (pieces, nodes) to values of shape (functions, pieces, nodes), none
        negative, smooth between two edges.
    edges : ndarray of float64, shape (pieces + 1,)
        Rising.
    tolerance : float
        Relative to each integral.

    Returns
    -------
    ndarray of float64, shape (functions,)
    """

    def gauss(left: FloatArray, right: FloatArray) -> FloatArray:
        half = (right - left) / 2
        x = ((left + right) / 2)[:, None] + half[:, None] * _NODES
        return np.asarray(integrand(x) @ _WEIGHTS * half)

    left, right = edges[:-1], edges[1:]
    rough = gauss(left, right)
    done = np.zeros(len(rough))
    while True:
        middle = (left + right) / 2
        first, second = gauss(left, middle), gauss(middle, right)
        total = done + first.sum(axis=1) + second.sum(axis=1)
        unsteady = np.abs(first + second - rough) > tolerance * total[:, None]
        # A piece that cannot be halved any more is as good as it gets.
        again = unsteady.any(axis=0) & (left < middle) & (middle < right)
        done += (first + second)[:, ~again].sum(axis=1)
        if not again.any():
            return done
        left, middle, right = left[again], middle[again], right[again]
        rough = np.concatenate([first[:, again], second[:, again]], axis=1)
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
