"""The forecasts to beat: what the same weekday brought before."""

from __future__ import annotations

import numpy as np

from ccsim.demand.days import DayKinds, Floats


def last_week(counts: Floats, kinds: DayKinds, targets: range) -> Floats:
    """Expect of each day what the same weekday brought last time.

    See `ccsim.demand.models.base.Expect` for arguments and shapes.
    """
    return _mean_of_last(1, counts, kinds, targets)


def mean_of_4(counts: Floats, kinds: DayKinds, targets: range) -> Floats:
    """Expect of each day the mean of its last four like weekdays.

    See `ccsim.demand.models.base.Expect` for arguments and shapes.
    """
    return _mean_of_last(4, counts, kinds, targets)


def _mean_of_last(number: int, counts: Floats, kinds: DayKinds, targets: range) -> Floats:
    observed = np.flatnonzero(np.isfinite(counts).any(axis=1))
    expected = np.full((len(targets), counts.shape[1]), np.nan)
    for place, target in enumerate(targets):
        like = observed[kinds.weekday[observed] == kinds.weekday[target]][-number:]
        rows = counts[like]
        seen = np.isfinite(rows)
        times = seen.sum(axis=0)
        np.divide(
            np.where(seen, rows, 0.0).sum(axis=0), times, out=expected[place], where=times > 0
        )
    return expected
