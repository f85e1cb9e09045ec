"""The planner overrules: by how much, when, why and who."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ccsim.demand.arguments import day_of
from ccsim.demand.arrays import Bools, Dates, Floats
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError


@dataclass(frozen=True)
class Adjustment:
    """One change a planner made to a forecast.

    Attributes
    ----------
    dates : tuple of datetime.date
        The days changed.
    queue : str
        The queue changed.
    factor : float or None
        What its contacts are multiplied by.
    value : float or None
        Contacts of each of the days instead.
    reason, by : str
        Why, and who says so.

    Raises
    ------
    OptionError
        When there is not exactly one of factor and value, or no date or reason.
    """

    dates: tuple[dt.date, ...]
    queue: str
    factor: float | None = None
    reason: str = ""
    by: str = "planner"
    value: float | None = None

    def __post_init__(self) -> None:
        """Refuse what says nothing, or nothing possible."""
        if not self.dates:
            raise OptionError("adjust: no dates; allowed: at least one day of the forecast")
        if (self.factor is None) == (self.value is None):
            raise OptionError("adjust: allowed: either factor= or value=, contacts of each day")
        amount = self.factor if self.factor is not None else self.value
        if amount is None or not np.isfinite(amount) or amount < 0:
            raise OptionError(f"adjust: {amount} is not allowed; allowed: a number, 0 or more")
        if not self.reason.strip():
            raise OptionError(
                "adjust: no reason; allowed: a few words, for whoever asks in half a year"
            )

    def factors(self, dates: Dates, contacts: Floats, counted: Bools) -> Floats:
        """Factor on every interval, shape (interval,); what has been counted stays as it is.

        Parameters
        ----------
        dates
            Date of each interval.
        contacts
            Expected contacts of its queue in it, or those counted.
        counted
            Whether it has been counted already.

        Raises
        ------
        OptionError
            When a date is not in the forecast, or contacts are to come on a day without any.
        """
        factors = np.ones(len(dates))
        for date in self.dates:
            on = dates == np.datetime64(date, "D")
            if not on.any():
                raise OptionError(
                    f"adjust: {date} is not an open day of the forecast, which has "
                    f"{dates[0]} to {dates[-1]}"
                )
            if self.factor is not None:
                factors[on] = self.factor
                continue
            came, total = contacts[on & counted].sum(), contacts[on & ~counted].sum()
            value = self.value or 0.0
            if value < came:
                raise OptionError(
                    f"adjust: queue '{self.queue}' has had {came:,.0f} contacts on {date} already; "
                    f"allowed: at least as many, not {value:g}"
                )
            if total <= 0 and value > came:
                raise OptionError(
                    f"adjust: queue '{self.queue}' expects nothing on {date}, so {self.value:g} "
                    "contacts have no hours to come in; allowed: days on which it expects some"
                )
            factors[on] = (value - came) / total if total > 0 else 1.0
        return factors


def as_dates(dates: str | dt.date | Iterable[str | dt.date]) -> tuple[dt.date, ...]:
    """Read one date or several.

    Raises
    ------
    OptionError
        When one is none.
    """
    given = [dates] if isinstance(dates, str | dt.date) else list(dates)
    return tuple(day_of("adjust: date", date).date() for date in given)


def check_queue(queue: str, queues: Sequence[str]) -> None:
    """Refuse a queue the forecast does not have, naming the nearest."""
    if queue not in queues:
        raise OptionError(
            f"adjust: queue '{queue}' is not in the forecast; allowed: {', '.join(queues)}"
            f"{nearest(queue, queues)}"
        )
