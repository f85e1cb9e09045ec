"""What a forecast model is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from ccsim.demand.arrays import Floats
from ccsim.demand.calendar import Calendar
from ccsim.demand.events import Event
from ccsim.demand.history import History
from ccsim.demand.models.past import Past
from ccsim.demand.opening import Hours
from ccsim.demand.prediction import Forecast

SHORTEST_DAYS = 12  # Monday of one week to Friday of the next


@dataclass(frozen=True, eq=False)
class Horizon:
    """The days to forecast.

    Attributes
    ----------
    start : pandas.Timestamp
        First local date, without time zone, after the end of the history.
    days : int
        Calendar days.
    hours : Hours or None
        Weekly opening hours; None learns them from the history.
    """

    start: pd.Timestamp
    days: int
    hours: Hours | None = None


class Fitted(Protocol):
    """A model that has seen a history."""

    def predict(self, horizon: Horizon) -> Forecast:
        """Forecast the horizon."""
        ...


class Model(Protocol):
    """A way to learn from history."""

    @property
    def name(self) -> str:
        """Name in the league table."""
        ...

    def fit(
        self, history: History, calendar: Calendar | None, events: Sequence[Event] = ()
    ) -> Fitted:
        """Learn from a history in which given uplifts have been divided out."""
        ...


@dataclass(frozen=True)
class Rule:
    """A way to say what one queue can expect of coming days.

    Attributes
    ----------
    name : str
        Name in the league table.
    expect : callable
        From a `Past` to expected contacts, shape (target, slot); NaN where nothing can be said.
    handicap : float
        Error relative to the best that it is believed to have before any was seen.
    by_slot : bool
        Whether it is of use only where a day has several slots.
    """

    name: str
    expect: Callable[[Past], Floats]
    handicap: float
    by_slot: bool = False
