"""Stretches of time as arrays: how much of each interval they fill, what they cover together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def seconds_inside(start: FloatArray, end: FloatArray, edges: FloatArray) -> FloatArray:
    """Add up how long stretches last within each interval.

    Parameters
    ----------
    start, end
        ndarrays of float64, shape (n,): s, start not after end.
    edges
        ndarray of float64, shape (k + 1,): s, rising.

    Returns
    -------
    ndarray of float64, shape (k,)
        Seconds; over the interval's length it is the mean number there.

    Examples
    --------
    >>> seconds_inside(np.array([5.0]), np.array([25.0]), np.array([0.0, 10.0, 20.0, 30.0]))
    array([ 5., 10.,  5.])
    """
    return np.diff(_since(start, edges) - _since(end, edges))


def _since(moments: FloatArray, edges: FloatArray) -> FloatArray:
    """Sum over moments of the time since each, at every edge; moments to come count nothing."""
    ordered = np.sort(moments)
    number = np.searchsorted(ordered, edges)
    return np.asarray(number * edges - np.append(0.0, np.cumsum(ordered))[number])


def union(start: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Join stretches that overlap or touch.

    Returns
    -------
    start, end
        ndarrays of float64, shape (m,): s, rising, apart from each other.

    Examples
    --------
    >>> union(np.array([0.0, 1.0, 5.0]), np.array([2.0, 3.0, 6.0]))
    (array([0., 5.]), array([3., 6.]))
    """
    order = np.argsort(start, kind="stable")
    first, last = start[order], np.maximum.accumulate(end[order]) if len(end) else end
    new = np.append(True, first[1:] > last[:-1]) if len(first) else np.zeros(0, bool)
    return first[new], last[np.append(new[1:], True)] if len(first) else last


def covered_until(moments: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Say until when each moment is covered by stretches from `union`; NaN where it is not."""
    place = np.searchsorted(start, moments, side="right") - 1
    inside = (place >= 0) & (moments < end[np.maximum(place, 0)]) if len(end) else place >= 0
    return np.where(inside, end[np.maximum(place, 0)] if len(end) else np.nan, np.nan)


def going_on(start: FloatArray, end: FloatArray, at: FloatArray) -> NDArray[np.int64]:
    """Count the stretches going on at each moment: begun, and not ended.

    Examples
    --------
    >>> going_on(np.array([0.0, 5.0]), np.array([10.0, 10.0]), np.array([2.0, 7.0, 10.0]))
    array([1, 2, 0])
    """
    begun = np.searchsorted(np.sort(start), at, side="right")
    return np.asarray(begun - np.searchsorted(np.sort(end), at, side="right"), np.int64)


def unix_seconds(moments: pd.Series) -> pd.Series:
    """Seconds since 1970, float64."""
    return (moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
