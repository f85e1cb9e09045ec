"""Quantiles of waits, from histograms pooled over replications.

Bins are 2 % wide, so a quantile is at most 2 % off, and the histogram of a day is as small as
that of an hour. The interval is Woodruff's (1952, 'Confidence intervals for medians and other
position measures', JASA 47): the interval of the share below, carried back through the
distribution.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.estimate import Linear, half_width, linear_ratio

Floats = NDArray[np.float64]

# Bin 0 is a wait of exactly nought, bin 1 what is under 0.1 s, then 2 % each, up to 30 days.
EDGES: Floats = 0.1 * 1.02 ** np.arange(865.0)
UPPER: Floats = np.concatenate(([0.0], EDGES))
LOWER: Floats = np.concatenate(([0.0, 0.0], EDGES[:-1]))
BINS = len(UPPER)


def histogram(owner: NDArray[np.int64], owners: int, seconds: Floats) -> NDArray[np.int32]:
    """Count waits in bins.

    Parameters
    ----------
    owner
        ndarray of int64, shape (n,): to whom each wait belongs, below `owners`.
    seconds
        ndarray of float64, shape (n,).

    Returns
    -------
    ndarray of int32, shape (owners, BINS)
    """
    waited = np.searchsorted(EDGES, seconds, side="left") + 1
    place = np.where(seconds > 0, np.minimum(waited, BINS - 1), 0)
    counts = np.bincount(owner * BINS + place, minlength=owners * BINS)
    return counts.reshape(owners, BINS).astype(np.int32)


def quantile(share: float, counts: NDArray[np.int32]) -> Linear:
    """Estimate a quantile of all waits of all replications.

    Parameters
    ----------
    share
        E.g. 0.95.
    counts
        ndarray of int32, shape (replications, BINS).
    """
    each = counts.sum(axis=1).astype(float)
    total = each.sum()
    if total == 0:
        return Linear(np.array(np.nan), np.full(len(counts), np.nan))
    below = np.cumsum(counts.sum(axis=0)) / total
    at = _inverse(below, share)
    # Of the waits in the bin of the quantile, those up to it, as if spread evenly.
    place = int(np.searchsorted(UPPER, at, side="left"))
    width = UPPER[place] - LOWER[place]
    part = (at - LOWER[place]) / width if width > 0 else 1.0
    under = counts[:, :place].sum(axis=1) + part * counts[:, place]
    spread = linear_ratio(under, each).influence
    if len(counts) < 2:
        return Linear(np.array(at), np.zeros(len(counts)))
    half = float(half_width(spread))
    low, high = _inverse(below, share - half), _inverse(below, share + half)
    # Seconds by unit of share there (Bahadur 1966), for differences of quantiles.
    slope = (high - low) / (2 * half) if half > 0 else 0.0
    return Linear(np.array(at), -slope * spread, interval=(np.array(low), np.array(high)))


def _inverse(below: Floats, share: float) -> float:
    """Wait up to which a share of all lies."""
    # Rounding must not lead past the last bin in which anybody is.
    wanted = min(max(share, 0.0), float(below[-1]) - 1e-12)
    place = int(np.searchsorted(below, wanted, side="left"))
    if place == 0:
        return 0.0
    before = float(below[place - 1])
    part = (wanted - before) / (float(below[place]) - before)
    return float(LOWER[place] + part * (UPPER[place] - LOWER[place]))
