"""Stretches of time: how long they lie in each interval, their union, how many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import SECOND

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


def time_in(edges: Times, start: Times, end: Times) -> Floats:
    """Add up how long stretches of time lie in each interval.

    Parameters
    ----------
    edges
        ndarray of int64, shape (m + 1,): edges of the intervals, ascending.
    start, end
        ndarrays of int64, shape (n,): from, to of each stretch.

    Returns
    -------
    ndarray of float64, shape (m,)
        Seconds.
    """
    # Time elapsed in all stretches up to each edge is a difference of sums of positive parts.
    elapsed = _past(edges, start) - _past(edges, end)
    total: Floats = np.diff(elapsed) / SECOND
    return total


def _past(edges: Times, moments: Times) -> Times:
    """Sum of (edge − moment) over the moments before each edge, exactly, in integers."""
    ordered = np.sort(moments)
    sums = np.concatenate(([0], np.cumsum(ordered)))
    before = np.searchsorted(ordered, edges, side="right")
    past: Times = before * edges - sums[before]
    return past


def union(owner: NDArray[np.int64], start: Times, end: Times) -> tuple[Times, Times, Times]:
    """Join the stretches of each owner that touch or overlap.

    Parameters
    ----------
    owner
        ndarray of int64, shape (n,): numbers from 0.
    start, end
        ndarrays of int64, shape (n,): from, to; nought or later.

    Returns
    -------
    tuple of ndarrays of int64
        Owner, from and to of what is left, sorted by (owner, from).
    """
    if not len(start):
        return owner, start, end
    # One line of time for all owners, each in its own part.
    step = int(end.max()) + 1
    low, high = owner * step + start, owner * step + end
    order = np.argsort(low)
    low, high = low[order], high[order]
    reach = np.maximum.accumulate(high)
    opens = np.append(True, low[1:] > reach[:-1])
    first = np.flatnonzero(opens)
    last = np.append(first[1:], len(low)) - 1
    whose = low[first] // step
    return whose, low[first] - whose * step, reach[last] - whose * step


def at_once(start: Times, end: Times, window: tuple[int, int], share: float) -> tuple[int, int]:
    """Find the peak of how many stretches run at once, and a quantile over time.

    Parameters
    ----------
    start, end
        ndarrays of int64, shape (n,): from, to.
    window
        From, to of the time looked at.
    share
        Share of the time, e.g. 0.99.

    Returns
    -------
    tuple of int
        The peak, and the smallest number not exceeded in this share of the time.
    """
    first, last = window
    start, end = np.clip(start, first, last), np.clip(end, first, last)
    real = end > start
    # Twice the moment, and one more of who comes: at an instant, who leaves makes room first.
    changes = np.sort(np.concatenate((2 * end[real], 2 * start[real] + 1)))
    moments = changes >> 1
    level = np.append(0, np.cumsum(2 * (changes & 1) - 1))
    length = np.diff(np.concatenate(([first], moments, [last])))
    time = np.cumsum(np.bincount(level, length))
    return int(level.max()), int(np.searchsorted(time, share * (last - first), side="left"))
