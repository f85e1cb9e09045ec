"""What a forecast error means in agent-hours."""

from __future__ import annotations

import numpy as np

from ccsim.demand.arrays import Floats
from ccsim.demand.history import History
from ccsim.errors import OptionError
from ccsim.queueing import agents_for

HOUR_S = 3600.0
KNOTS = 100


def mean_handle_times(history: History, handle_time: float | None) -> dict[str, float]:
    """Return seconds by queue: as given, else the history's own means; empty where it has none.

    Raises
    ------
    OptionError
        When the given one is not above 0.
    """
    if handle_time is not None:
        if not handle_time > 0:
            raise OptionError(f"handle_time={handle_time} is not allowed; allowed: above 0 s")
        return dict.fromkeys(history.queues, float(handle_time))
    if "handle_time" not in history.table:
        return {}
    rows = history.table.dropna(subset="handle_time")
    seconds = (rows["handle_time"] * rows["offered"]).groupby(rows["queue"]).sum()
    contacts = rows["offered"].groupby(rows["queue"]).sum()
    return {str(q): float(seconds[q] / n) for q, n in contacts.items() if n > 0}


def staffing_curve(
    most: float, handle_time: float, interval_s: float, target: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Agents an interval needs by Erlang C as a curve over its contacts.

    Parameters
    ----------
    most
        Contacts the curve reaches to.
    handle_time, interval_s
        Seconds.
    target
        Service level and the seconds within which.

    Returns
    -------
    contacts, agents : numpy.ndarray
        Points of the curve, before rounding up to whole agents; between them it is nearly
        straight.
    """
    contacts = np.concatenate([[0.0], np.geomspace(0.1, max(most, 1.0), KNOTS)])
    agents = [
        agents_for(count * HOUR_S / interval_s, handle_time, target[0], target[1], fractional=True)
        for count in contacts
    ]
    return contacts, np.array(agents)
