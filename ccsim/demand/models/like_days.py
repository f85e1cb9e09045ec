"""The forecasts to beat: what the same weekday brought before."""

from __future__ import annotations

import numpy as np

from ccsim.demand.arrays import Floats
from ccsim.demand.models.past import Past


def last_week(past: Past) -> Floats:
    """Expect of each day what the same weekday brought last time."""
    return _of_last(past, 1)


def mean_of_4(past: Past) -> Floats:
    """Expect of each day the mean of its last four like weekdays."""
    return _of_last(past, 4)


def mean_of_8(past: Past) -> Floats:
    """Expect of each day the mean of its last eight like weekdays."""
    return _of_last(past, 8)


def median_of_6(past: Past) -> Floats:
    """Expect of each day the median of its last six like weekdays, slot by slot."""
    return _of_last(past, 6, median=True)


def _of_last(past: Past, number: int, *, median: bool = False) -> Floats:
    counts, weekday = past.counts, past.kinds.weekday
    observed = np.flatnonzero(np.isfinite(counts).any(axis=1))
    expected = np.full((len(past.targets), counts.shape[1]), np.nan)
    aims = weekday[past.targets]
    for day in np.unique(aims):
        rows = counts[observed[weekday[observed] == day][-number:]]
        seen = np.isfinite(rows)
        slots = seen.any(axis=0)
        if slots.any():
            middle = np.nanmedian if median else np.nanmean
            expected[np.ix_(aims == day, slots)] = middle(rows[:, slots], axis=0)
    return expected
