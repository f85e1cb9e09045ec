"""What holidays and events did, and how much of it rests on few days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Floats
from ccsim.demand.days import DayGrid
from ccsim.demand.models.past import Past
from ccsim.demand.spread import BAND_REACH

# An effect seen on fewer days than this is uncertain beyond what past forecasts tell.
RARE_DAYS = 4
# Beliefs are wide so that days can overrule them; a coming day is thought to be half as strange.
UNSEEN = 0.5
SEASON = "season, "


def calendar_effects(pasts: Sequence[Past], grid: DayGrid) -> pd.DataFrame:
    """List what each signal of the calendar does to a day of each queue.

    Returns
    -------
    pandas.DataFrame
        Columns `queue`, `effect` (str), `factor` on the day's contacts, `low` and `high` of its
        80 % interval, `days` (int64) it was seen on. The waves of the year are left out.
    """
    signals = grid.kinds.signals
    rows = []
    for queue, past in zip(grid.queues, pasts, strict=True):
        if len(past.observed) < 2:
            continue
        seen = (signals.values[past.observed] != 0.0).sum(axis=0)
        for place, name in enumerate(signals.names):
            if name.startswith(SEASON) or not seen[place]:
                continue
            effect, sd = past.fit.effects[place], past.fit.effects_sd[place]
            low, high = effect - BAND_REACH * sd, effect + BAND_REACH * sd
            rows.append((queue, name, *np.exp([effect, low, high]).tolist(), int(seen[place])))
    return pd.DataFrame(rows, columns=["queue", "effect", "factor", "low", "high", "days"])


def rare_variance(pasts: Sequence[Past], grid: DayGrid, days: Sequence[int]) -> Floats:
    """Variance of the logarithm of a day's level from effects seen on few days or none.

    Parameters
    ----------
    days
        Which days of the horizon.

    Returns
    -------
    numpy.ndarray
        Shape (day, queue).
    """
    signals = grid.kinds.signals
    ahead = signals.values[grid.known :][list(days)]
    variance = np.zeros((len(days), len(pasts)))
    for queue, past in enumerate(pasts):
        if len(past.observed) < 2:
            continue
        seen = (signals.values[past.observed] != 0.0).sum(axis=0)
        sd = np.where(seen < RARE_DAYS, past.fit.effects_sd, 0.0)
        sd = np.where(seen == 0, UNSEEN * sd, sd)
        variance[:, queue] = (ahead**2) @ sd**2
    return variance
