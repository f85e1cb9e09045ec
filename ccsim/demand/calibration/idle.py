"""Whether agents who seem free are: how often a customer is answered at once with n of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand.calibration.spans import going_on

FloatArray = NDArray[np.float64]

# Beyond so many free agents somebody practically always answers.
MOST_FREE = 6


def seemed_free(
    asked: FloatArray,
    wait: FloatArray,
    duty: tuple[FloatArray, FloatArray],
    busy: tuple[FloatArray, FloatArray],
) -> pd.DataFrame:
    """Count customers who came while nobody waited by how many agents seemed free.

    An agent seems free who is on duty and not in a call. Where many such customers wait all the
    same, agents take their pauses when nobody waits: a time that the turnaround under a queue
    does not hold.

    Parameters
    ----------
    asked, wait
        ndarrays of float64, shape (n,): when customers asked, and how long they waited.
    duty, busy
        Starts and ends of stretches on duty and of calls. All in s.

    Returns
    -------
    pandas.DataFrame
        Index `free` (the last is six or more); `customers`, `answered_at_once` (share).
    """
    waited = wait > 0
    before = asked - 0.5  # logs hold whole seconds, and a customer is not before himself
    alone = going_on(asked[waited], (asked + wait)[waited], before) == 0
    free = going_on(*duty, before) - going_on(*busy, before)
    rows = pd.DataFrame({"free": np.clip(free, 0, MOST_FREE), "answered_at_once": ~waited})[alone]
    table = rows.groupby("free")["answered_at_once"].agg(["size", "mean"])
    return table.set_axis(["customers", "answered_at_once"], axis=1)
