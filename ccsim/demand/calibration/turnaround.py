"""Turnaround: from the end of a call to the agent's next one, while customers wait throughout.

It is censored where the queue empties first: from then on nobody knows whether the agent is ready.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand.calibration.spans import covered_until, going_on, union, unix_seconds
from ccsim.demand.calibration.survival import kaplan_meier, median_of, survival_at
from ccsim.distributions import Empirical

FloatArray = NDArray[np.float64]

PIECES = 100
# The last one waiting is answered as the queue empties: seconds since 1970, added up in two ways,
# differ in the seventh decimal.
CLOCK_S = 1e-3
# Classes by the number waiting: from, and how they are called.
WAITING = {1: "1", 2: "2", 3: "3 to 4", 5: "5 and more"}


def under_a_queue(
    handled: pd.DataFrame, frame: pd.DataFrame, skills: dict[str, frozenset[str]]
) -> pd.DataFrame:
    """Find ends of calls while somebody waits whom the agent could serve, up to the next answer.

    Parameters
    ----------
    handled
        One row a handled call: `group`, `free` (end, s), `gap` to the agent's next (s, NaN: none).
    frame
        From `measured`.
    skills
        By group: the queues it serves.

    Returns
    -------
    pandas.DataFrame
        `time` s, `ended` bool (False: the queue emptied first), `waiting` (how many as the call
        ended), `group`.
    """
    waits = frame[frame["wait"] > 0]
    since = unix_seconds(waits["arrived"])
    until = since + waits["wait"]
    found = []
    for group, own in handled[handled["gap"].notna()].groupby("group"):
        served = waits["queue"].isin(skills[str(group)]).to_numpy()
        begun, over = since.to_numpy()[served], until.to_numpy()[served]
        ends, gap = own["free"].to_numpy(), own["gap"].to_numpy()
        left = covered_until(ends, *union(begun, over)) - ends
        waiting = going_on(begun, over, ends)
        seen = ~np.isnan(left)
        table = pd.DataFrame(
            {
                "time": np.minimum(gap, left)[seen],
                "ended": (gap <= left + CLOCK_S)[seen],
                "waiting": waiting[seen],
                "group": group,
            }
        )
        found.append(table)
    none = pd.DataFrame({"time": [], "ended": np.zeros(0, bool), "waiting": [], "group": []})
    return pd.concat(found, ignore_index=True) if found else none


def by_waiting(turns: pd.DataFrame) -> pd.DataFrame:
    """Compare turnarounds by how many waited as the call ended, to see whether agents hurry.

    Returns
    -------
    pandas.DataFrame
        Index `waiting` (class); `turnarounds`, `median`, `mean` s (Kaplan-Meier).
    """
    least = np.array(list(WAITING))
    place = np.searchsorted(least, turns["waiting"].to_numpy(), side="right") - 1
    rows = {}
    for number, name in enumerate(WAITING.values()):
        own = turns[place == number]
        if not own["ended"].any():
            continue
        curve = kaplan_meier(own["time"].to_numpy(), own["ended"].to_numpy())
        rows[name] = (len(own), median_of(curve), restricted_mean(curve))
    columns = ["turnarounds", "median", "mean"]
    made = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return made.rename_axis("waiting")


def after_call_of(curve: pd.DataFrame) -> Empirical:
    """Give the quantiles of a Kaplan-Meier curve; what it does not reach lies at its last time."""
    gone = np.append(0.0, 1 - curve["survival"].to_numpy())
    times = np.append(curve.index[0], curve.index.to_numpy())
    shares = np.linspace(0, 1, PIECES + 1)
    place = np.minimum(np.searchsorted(gone, shares - 1e-12), len(times) - 1)
    quantiles = times[place]
    mean = restricted_mean(curve)
    # As in `fitting.empirical`: the highest piece alone carries the tail, so it carries its mean.
    top = 2 * (mean * PIECES - (quantiles[0] / 2 + quantiles[1:-1].sum()))
    quantiles[-1] = max(top, quantiles[-2])
    return Empirical(tuple(float(one) for one in quantiles))


def restricted_mean(curve: pd.DataFrame, beyond: float = 0.0) -> float:
    """Take the mean of a duration that counts, in full, only where it lasts over `beyond`, s."""
    times = np.append(beyond, curve.index[curve.index > beyond].to_numpy())
    level = survival_at(curve, times)
    return float(np.sum(np.diff(times) * level[:-1]) + beyond * level[0])
