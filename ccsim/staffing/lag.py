"""Offered load that lags demand: who is in service now arrived some time ago.

With infinitely many agents the mean number in service at t is

    m(t) = ∫ λ(t − u) P(S > u) du

(Eick, Massey & Whitt 1993, 'The physics of the M_t/G/∞ queue', equation 3). Staffing each interval
for its m(t) instead of its λ(t) E[S] is the modified-offered-load approximation (Jennings,
Mandelbaum, Massey & Whitt 1996).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ccsim.distributions import Constant, Distribution, Gamma

Floats = NDArray[np.float64]

# Points per interval over which m(t) is averaged (Gauss-Legendre).
POINTS = 5


def handle_time(
    talk: Distribution, wrap: Distribution, speed: float, wrap_speed: float
) -> Distribution:
    """Handle time as one distribution: gamma with the mean and variance of talk plus wrap, s."""
    mean = talk.mean / speed + wrap.mean / wrap_speed
    variance = talk.variance / speed**2 + wrap.variance / wrap_speed**2
    return Gamma(mean, np.sqrt(variance) / mean) if variance > 0 else Constant(mean)


def lagged_load(
    start: Floats, length: Floats, contacts: Floats, service: Distribution, edges: Floats
) -> Floats:
    """Number in service to staff each interval for.

    The mean over the interval; where the load rises, its value at the end, because agents who
    are enough on average are too few for the rest of a first half-hour that starts from empty.

    Parameters
    ----------
    start, length
        ndarrays of float64, shape (cells,): stretches with one arrival rate, s.
    contacts
        ndarray of float64, shape (cells,): expected arrivals in each.
    service
        Distribution of the handle time.
    edges
        ndarray of float64, shape (m + 1,): edges of the intervals, s.

    Returns
    -------
    ndarray of float64, shape (m,)
        Erlangs.
    """
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    width = np.diff(edges)
    # The points of the average, and the end of the interval as a last column.
    moments = edges[:-1, None] + width[:, None] * (np.append(nodes, 1.0) + 1) / 2
    load = np.zeros(moments.shape)
    # The integral of P(S > u) up to x is the mean of min(S, x).
    for begin, duration, expected in zip(start, length, contacts, strict=True):
        since_start = np.maximum(moments - begin, 0.0)
        since_end = np.maximum(moments - begin - duration, 0.0)
        arrived = service.limited_mean(since_start) - service.limited_mean(since_end)
        load += expected / duration * arrived
    return np.maximum(load[:, :-1] @ (weights / 2), load[:, -1])
