"""Forecast: what to expect, how sure to be, and days that could happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ccsim.demand.clock import in_minutes, local_dates
from ccsim.demand.days import Floats
from ccsim.demand.events import Event, uplifts
from ccsim.demand.history import History
from ccsim.demand.sampling import RateField, generator
from ccsim.demand.spread import Spread
from ccsim.errors import OptionError
from ccsim.text import labels as catalogue

if TYPE_CHECKING:
    import plotly.graph_objects as go

LARGEST_SEED = 2**63 - 1
WEEKS_SHOWN = 2


@dataclass(frozen=True, eq=False, repr=False)
class Forecast:
    """Expected contacts of a coming period, with their uncertainty.

    Attributes
    ----------
    mean : pandas.DataFrame
        Index `start` (tz-aware, every open interval, ascending), a column per queue:
        expected contacts in the interval (0 where only other queues are open).
    history : History
        What it was learned from, in the same intervals.
    events : tuple of Event
        Planner's uplifts that are in it.
    notes : tuple of str
        What a reader of the numbers should know: closures assumed, data left out.
    model : str
        Name of the model.
    spread : Spread
        Sizes of the random effects.
    slots : numpy.ndarray of int64
        Slot of each interval among those of `spread`, shape (interval,).
    first_day : pandas.Timestamp
        First local date of the horizon, without time zone; it may be a closed one.
    days : int
        Calendar days of the horizon.
    """

    mean: pd.DataFrame
    history: History
    events: tuple[Event, ...]
    notes: tuple[str, ...]
    model: str
    spread: Spread
    slots: np.ndarray
    first_day: pd.Timestamp
    days: int

    @property
    def interval(self) -> pd.Timedelta:
        """Length of one interval."""
        return self.history.interval

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues, in the order of the columns."""
        return tuple(self.mean.columns)

    def quantile(self, q: float, *, counts: bool = True) -> pd.DataFrame:
        """Return the number that is not exceeded with probability `q`, by interval.

        Parameters
        ----------
        q
            Between 0 and 1.
        counts
            True: of the contacts that will be counted, chance of the single calls included.
            False: of the expected contacts alone.

        Returns
        -------
        pandas.DataFrame
            Index and columns as `mean`.

        Raises
        ------
        OptionError
            When `q` is not between 0 and 1.

        Examples
        --------
        >>> forecast.quantile(0.9).sum()  # doctest: +SKIP
        """
        if not 0.0 < q < 1.0:
            raise OptionError(f"quantile {q} is not allowed; allowed: between 0 and 1")
        field = self._field
        values = field.count_quantile(q) if counts else field.rate_quantile(q)
        return self._table(values[self._cells])

    def sample(self, n: int, seed: int = 1, counts: bool = False) -> Floats:
        """Draw days that could happen.

        Draw i depends on (seed, i) alone: `sample(n)[:k]` is `sample(k)`.

        Parameters
        ----------
        n
            How many draws.
        seed
            Non-negative whole number.
        counts
            False: expected contacts, the chance of single calls being left to the simulator.
            True: contacts counted.

        Returns
        -------
        numpy.ndarray
            Shape (n, interval, queue), as rows and columns of `mean`.

        Raises
        ------
        OptionError
            When `n` or `seed` is negative or too large.

        Examples
        --------
        >>> forecast.sample(1000, seed=7).sum(axis=1).std(axis=0)  # doctest: +SKIP
        """
        if n < 0:
            raise OptionError(f"sample of {n} draws is not allowed; allowed: 0 or more")
        drawn = np.empty((n, *self.mean.shape))
        for i in range(n):
            drawn[i] = self.draw(seed, i, counts=counts)
        return drawn

    def draw(self, seed: int, i: int, *, counts: bool = False) -> Floats:
        """Return draw `i` of `sample`, shape (interval, queue)."""
        if not (0 <= seed <= LARGEST_SEED and i >= 0):
            raise OptionError(
                f"seed {seed}, draw {i} is not allowed; allowed: whole numbers, 0 or more"
            )
        random = generator(seed, i)
        rates: Floats = np.asarray(self._field.draw(random)[self._cells])
        return random.poisson(rates).astype(float) if counts else rates

    def with_events(self, events: tuple[Event, ...]) -> Forecast:
        """Return the forecast multiplied by the uplift of `events` on their dates.

        Raises
        ------
        OptionError
            When an event names a queue that does not exist.
        """
        factors = uplifts(events, local_dates(self._starts), self.queues)
        return replace(self, mean=self.mean * factors, events=(*self.events, *events))

    def plot(self, labels: Mapping[str, str] | None = None) -> go.Figure:
        """Draw the mean with its 80 % band after the last two weeks of history."""
        from ccsim.figures.forecast import forecast_figure

        recent = self.history.table
        since = self.mean.index[0] - pd.Timedelta(weeks=WEEKS_SHOWN)
        return forecast_figure(
            recent[recent["start"] >= since],
            self.mean,
            self.quantile(0.1),
            self.quantile(0.9),
            labels if labels is not None else catalogue("en"),
        )

    def summary(self) -> str:
        """Say in a few lines what is expected and on what footing."""
        starts = self._starts
        lines = [
            f"{self.model} from {self.history.source}: {len(starts):,} intervals of "
            f"{in_minutes(self.interval)}, {starts[0]:%Y-%m-%d} to {starts[-1]:%Y-%m-%d}"
        ]
        for place, queue in enumerate(self.queues):
            mean, sd = self.mean[queue], self.spread.day_sd[0, place]
            lines.append(
                f"  {queue}: {mean.sum():,.0f} contacts, peak interval {mean.max():,.0f} "
                f"({mean.idxmax():%a %m-%d %H:%M}), a day's level uncertain by ±{sd:.1%}"
            )
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        """Return the summary, which is worth reading in a notebook."""
        return f"Forecast\n{self.summary()}"

    @property
    def _starts(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.mean.index)

    @cached_property
    def _cells(self) -> tuple[np.ndarray, np.ndarray]:
        """Open day and slot of each interval; a repeated hour has its cell twice."""
        _, day = np.unique(local_dates(self._starts), return_inverse=True)
        return day, self.slots

    @cached_property
    def _field(self) -> RateField:
        day, slot = self._cells
        mean = np.zeros((day.max() + 1, self.spread.within.shape[1], len(self.queues)))
        mean[day, slot] = self.mean.to_numpy()
        end = np.datetime64(self.history.last_day, "D")
        lead = (np.unique(local_dates(self._starts)) - end).astype(np.int64)
        step = int(self.interval.total_seconds())
        return RateField(mean, lead, step, self.spread)

    def _table(self, values: Floats) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.mean.index, columns=self.mean.columns)
