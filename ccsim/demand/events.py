"""Events: days the planner knows to be different; by how much they say, or the past does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccsim.demand.arguments import is_number
from ccsim.demand.arrays import Dates, Floats
from ccsim.demand.clock import local_dates
from ccsim.demand.history import History
from ccsim.demand.wording import nearest
from ccsim.errors import HistoryError, OptionError

# A range is read as the middle 90 % of what the uplift may be; half of it in standard deviations.
RANGE_REACH = 1.6449
FAINTEST = 0.05  # of a campaign, as a share of its first day; less is left out


@dataclass(frozen=True)
class Event:
    """Dates on which contacts are a multiple of what the weekday would bring.

    With an `uplift` the planner says by how much. Without one it is learned from those of the
    dates that lie in the history, pooled with other events of the same `kind`.

    Attributes
    ----------
    name : str
        For the report.
    dates : tuple of datetime.date
        Every date it lasts, past ones too: there the uplift is divided out of the history, or
        learned from it.
    uplift : float or mapping of str to float or None
        Factor on expected contacts, for all queues or by queue (others unchanged); None: learned.
    uplift_range : tuple of two floats or None
        Within which the factor lies with 90 %; the forecast is so much less certain then.
    kind : str or None
        Events of one kind lean on each other when learned, e.g. `sale` for 618 and Double 11.
    before, after : int
        Days before and after it whose effect is learned too.
    sizes : tuple of float or None
        How large it was on each date (letters sent, budget), for campaigns.
    fades : float or None
        Days after which half of a campaign's effect is left; None: it ends with its date.

    Raises
    ------
    OptionError
        When there are no dates, a factor is not a positive number, or what belongs to learned
        events stands beside an uplift.

    Examples
    --------
    >>> import datetime as dt
    >>> Event("Double 11", (dt.date(2026, 11, 11),), {"orders": 4.2}).factor("orders")
    4.2
    """

    name: str
    dates: tuple[dt.date, ...]
    uplift: float | Mapping[str, float] | None = None
    uplift_range: tuple[float, float] | None = None
    kind: str | None = None
    before: int = 0
    after: int = 0
    sizes: tuple[float, ...] | None = None
    fades: float | None = None

    def __post_init__(self) -> None:
        """Refuse an event that never happens or whose numbers are impossible."""
        if not self.dates:
            raise OptionError(f"event '{self.name}' has no dates; at least one is needed")
        for date in self.dates:
            if not isinstance(date, dt.date):
                raise OptionError(
                    f"event '{self.name}' has date {date!r}; allowed: dates, such as "
                    "datetime.date(2026, 11, 11)"
                )
        for factor in (*self._factors(), *(self.uplift_range or ())):
            if not (is_number(factor) and factor > 0):
                raise OptionError(
                    f"event '{self.name}' has uplift {factor}; allowed: a factor above 0, "
                    "such as 1.5 for half as much again"
                )
        if self.uplift_range is not None and (
            self.uplift is None or self.uplift_range[0] > self.uplift_range[1]
        ):
            raise OptionError(
                f"event '{self.name}' has uplift_range {self.uplift_range}; allowed: beside an "
                "uplift, the lower factor first"
            )
        if self.uplift_range is not None:
            low, high = self.uplift_range
            outside = [f for f in self._factors() if not low <= f <= high]
            if len(outside) == len(list(self._factors())):
                raise OptionError(
                    f"event '{self.name}' has uplift {outside[0]:g} outside its range "
                    f"{low:g} to {high:g}; allowed: a range that holds the uplift"
                )
        if self.before < 0 or self.after < 0:
            raise OptionError(f"event '{self.name}': before and after are days, 0 or more")
        if self.sizes is not None and (
            len(self.sizes) != len(self.dates) or not all(size > 0 for size in self.sizes)
        ):
            raise OptionError(
                f"event '{self.name}' has {len(self.sizes)} sizes for {len(self.dates)} dates; "
                "allowed: one above 0 for each date"
            )
        if self.fades is not None and not self.fades > 0:
            raise OptionError(f"event '{self.name}' fades in {self.fades} days; allowed: above 0")
        if self.uplift is not None and (
            self.before or self.after or self.sizes is not None or self.fades is not None
        ):
            raise OptionError(
                f"event '{self.name}' has an uplift beside before, after, sizes or fades; "
                "allowed: an uplift, or what is to be learned"
            )

    @property
    def is_learned(self) -> bool:
        """Whether the past is to say how large it is."""
        return self.uplift is None

    @property
    def group(self) -> str:
        """Its kind, or itself."""
        return self.kind or self.name

    def factor(self, queue: str) -> float:
        """Return the factor on the expected contacts of `queue`; 1 where it is learned."""
        if isinstance(self.uplift, Mapping):
            return float(self.uplift.get(queue, 1.0))
        return 1.0 if self.uplift is None else float(self.uplift)

    def log_sd(self) -> float:
        """Return the standard deviation of the logarithm of its factor."""
        if self.uplift_range is None:
            return 0.0
        low, high = self.uplift_range
        return float(np.log(high / low) / (2.0 * RANGE_REACH))

    def strength(self, dates: Dates) -> Floats:
        """How much of it there is on each date: 1 or its relative size, and what fades after."""
        sizes = np.ones(len(self.dates)) if self.sizes is None else np.array(self.sizes)
        strength = np.zeros(len(dates))
        for date, size in zip(self.dates, sizes / sizes.mean(), strict=True):
            age = (dates - np.datetime64(date, "D")).astype(float)
            if self.fades is None:
                strength[age == 0] += size
            else:
                left = np.where(age >= 0, 0.5 ** (np.maximum(age, 0.0) / self.fades), 0.0)
                strength += size * np.where(left >= FAINTEST, left, 0.0)
        return strength

    def _factors(self) -> Iterator[float]:
        if isinstance(self.uplift, Mapping):
            yield from self.uplift.values()
        elif self.uplift is not None:
            yield self.uplift


def checked_events(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events as a tuple.

    Raises
    ------
    OptionError
        When one is no `Event`.
    """
    given = [events] if isinstance(events, Event) else list(events)
    for event in given:
        if not isinstance(event, Event):
            raise OptionError(f"event {event!r} is no Event; allowed: ccsim.Event(name, dates, …)")
    return tuple(given)


def uplifts(events: Iterable[Event], dates: Dates, queues: Sequence[str]) -> Floats:
    """Product of the events' given factors on each date, shape (date, queue).

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
        factors[_on(event, dates)] *= [event.factor(queue) for queue in queues]
    return factors


def range_variance(events: Iterable[Event], dates: Dates, queues: Sequence[str]) -> Floats:
    """Variance of the logarithm of given uplifts on each date, shape (date, queue)."""
    variance = np.zeros((len(dates), len(queues)))
    for event in events:
        raised = np.array([event.factor(queue) != 1.0 for queue in queues])
        variance[np.ix_(_on(event, dates), raised)] += event.log_sd() ** 2
    return variance


def without_events(history: History, events: Sequence[Event]) -> History:
    """Return the history as it would have been without the events whose uplift is given."""
    queues = history.queues
    by_queue = uplifts(events, local_dates(history.starts), queues)
    column = pd.Index(queues).get_indexer(pd.Index(history.table["queue"]))
    factor = by_queue[np.arange(len(by_queue)), column]
    plain = pd.Series(factor, index=history.table.index)
    return replace(history, table=history.table.assign(offered=history.table["offered"] / plain))


def check_learnable(history: History, events: Sequence[Event]) -> None:
    """Refuse an event to be learned of which the history has nothing, nor of its kind.

    Raises
    ------
    HistoryError
    """
    known = np.unique(local_dates(history.starts))
    taught = {e.group for e in events if e.is_learned and e.strength(known).any()}
    for event in events:
        if event.is_learned and event.group not in taught:
            raise HistoryError(
                f"event '{event.name}' has no uplift, and {history.source} "
                f"({known[0]} to {known[-1]}) has no date of it or of its kind to learn from; "
                "allowed: an uplift, or earlier dates of it"
            )


def _on(event: Event, dates: Dates) -> np.ndarray:
    return np.isin(dates, np.array(event.dates, dtype="datetime64[D]"))
