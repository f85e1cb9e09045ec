"""Forecasts of channels, sites and the whole, which add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Floats
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

ALMOST = 1e-6


def shares_by_name(
    level: str, groups: Mapping[str, str | Mapping[str, float]], queues: Sequence[str]
) -> tuple[list[str], Floats]:
    """Turn a mapping of queues to names, or to shares of names, into a matrix.

    Parameters
    ----------
    level
        For messages: `channel`, `site`.
    groups
        Queue → name, or queue → {name: share}, the shares of a queue summing to 1.
    queues
        All queues.

    Returns
    -------
    names : list of str
    shares : numpy.ndarray
        Share of each queue in each name, shape (queue, name); rows sum to 1.

    Raises
    ------
    OptionError
        When a queue is missing or unknown, or its shares do not sum to 1.
    """
    for queue in groups:
        if queue not in queues:
            raise OptionError(
                f"{level}: queue '{queue}' is not in the forecast; allowed: {', '.join(queues)}"
                f"{nearest(queue, queues)}"
            )
    split: dict[str, dict[str, float]] = {}
    for queue in queues:
        if queue not in groups:
            raise OptionError(f"{level}: queue '{queue}' has none; allowed: one for every queue")
        given = groups[queue]
        split[queue] = {given: 1.0} if isinstance(given, str) else dict(given)
        total = sum(split[queue].values())
        if abs(total - 1.0) > ALMOST or min(split[queue].values()) < 0:
            raise OptionError(
                f"{level}: shares of queue '{queue}' sum to {total:g}; allowed: 0 or more each, 1 "
                "together"
            )
    names = sorted({name for one in split.values() for name in one})
    shares = np.array([[split[queue].get(name, 0.0) for name in names] for queue in queues])
    return names, shares


def levels_of(
    queues: Sequence[str],
    channel: Mapping[str, str] | None,
    site: Mapping[str, str | Mapping[str, float]] | None,
) -> dict[str, tuple[list[str], Floats]]:
    """Names and shares of queues, channels, sites (where given) and the total."""
    groups: dict[str, Mapping[str, str | Mapping[str, float]]] = {
        "queue": {queue: queue for queue in queues}
    }
    if channel is not None:
        groups["channel"] = dict(channel)
    if site is not None:
        groups["site"] = site
    groups["total"] = dict.fromkeys(queues, "total")
    return {level: shares_by_name(level, members, queues) for level, members in groups.items()}


def summed(
    mean: pd.DataFrame, draws: Floats, levels: Mapping[str, tuple[list[str], Floats]], q: float
) -> pd.DataFrame:
    """Sum queues to every level, with the middle share `q` of draws.

    Parameters
    ----------
    mean
        Index `start`, a column per queue.
    draws
        Contacts, shape (draw, interval, queue).
    levels
        Level → names and shares, as `shares_by_name` gives them.
    q
        Share of draws between `low` and `high`.

    Returns
    -------
    pandas.DataFrame
        Columns `level`, `name`, `start`, `mean`, `low`, `high`.
    """
    tails = [0.5 - q / 2.0, 0.5 + q / 2.0]
    parts = []
    for level, (names, shares) in levels.items():
        centre = mean.to_numpy() @ shares
        low, high = np.quantile(draws @ shares, tails, axis=0)
        parts += [
            pd.DataFrame(
                {
                    "level": level,
                    "name": name,
                    "start": mean.index,
                    "mean": centre[:, place],
                    "low": low[:, place],
                    "high": high[:, place],
                }
            )
            for place, name in enumerate(names)
        ]
    return pd.concat(parts, ignore_index=True)
