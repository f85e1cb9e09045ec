"""Stretches of time: how long they lie in each interval, their union, how many at once."""

from __future__ import annotations

import numba
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
    return _time_in(edges, start, end) / SECOND


@numba.njit(cache=True)
def _time_in(edges: Times, start: Times, end: Times) -> Times:
    """Add up in integers, exactly: first where each stretch begins, then on to where it ends."""
    total = np.zeros(len(edges) - 1, np.int64)
    place = 0
    for i in range(len(start)):
        # Stretches mostly come in order of time: look near the last one first.
        if not edges[place] <= start[i] < edges[place + 1]:
            place = max(np.searchsorted(edges, start[i], side="right") - 1, 0)
            place = min(place, len(total) - 1)
        interval = place
        while interval < len(total) and edges[interval] < end[i]:
            total[interval] += max(
                min(end[i], edges[interval + 1]) - max(start[i], edges[interval]), 0
            )
            interval += 1
    return total


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
