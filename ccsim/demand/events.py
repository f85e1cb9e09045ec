"""Events: days the planner knows to be different, and by how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.clock import local_dates
from ccsim.demand.history import History
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError


@dataclass(frozen=True)
class Event:
    """Dates on which contacts are a known multiple of what the weekday would bring.

    Attributes
    ----------
    name : str
        For the report.
    dates : tuple of datetime.date
        Every date it lasts, past ones too: the history is divided by the uplift there.
    uplift : float or mapping of str to float
        Factor on expected contacts, for all queues or by queue (others unchanged).

    Raises
    ------
    OptionError
        When there are no dates or a factor is not a positive number.

    Examples
    --------
    >>> import datetime as dt
    >>> Event("Double 11", (dt.date(2026, 11, 11),), {"orders": 4.2}).factor("orders")
    4.2
    """

    name: str
    dates: tuple[dt.date, ...]
    uplift: float | Mapping[str, float]

    def __post_init__(self) -> None:
        """Refuse an event that never happens or whose factor is impossible."""
        if not self.dates:
            raise OptionError(f"event '{self.name}' has no dates; at least one is needed")
        factors = self.uplift.values() if isinstance(self.uplift, Mapping) else [self.uplift]
        for factor in factors:
            if not (np.isfinite(factor) and factor > 0):
                raise OptionError(
                    f"event '{self.name}' has uplift {factor}; allowed: a factor above 0, "
                    "such as 1.5 for half as much again"
                )

    def factor(self, queue: str) -> float:
        """Return the factor on the expected contacts of `queue`."""
        if isinstance(self.uplift, Mapping):
            return float(self.uplift.get(queue, 1.0))
        return float(self.uplift)


def uplifts(
    events: Iterable[Event], dates: npt.NDArray[np.datetime64], queues: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Product of the events' factors on each date, shape (date, queue).

    Raises
    ------
    OptionError
        When an event names a queue that does not exist.
    """
    factors = np.ones((len(dates), len(queues)))
    for event in events:
        named = event.uplift if isinstance(event.uplift, Mapping) else {}
        for queue in named:
            if queue not in queues:
                raise OptionError(
                    f"event '{event.name}' names queue '{queue}'; allowed: {', '.join(queues)}"
                    f"{nearest(queue, queues)}"
                )
        on = np.isin(dates, np.array(event.dates, dtype="datetime64[D]"))
        factors[on] *= [event.factor(queue) for queue in queues]
    return factors


def without_events(history: History, events: Sequence[Event]) -> History:
    """Return the history as it would have been without the events."""
    queues = history.queues
    by_queue = uplifts(events, local_dates(history.starts), queues)
    column = pd.Index(queues).get_indexer(pd.Index(history.table["queue"]))
    factor = by_queue[np.arange(len(by_queue)), column]
    plain = pd.Series(factor, index=history.table.index)
    return replace(history, table=history.table.assign(offered=history.table["offered"] / plain))
