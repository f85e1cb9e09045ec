"""Forecast: what to expect, how sure to be, and days that could happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ccsim.demand.actuals import laid_out
from ccsim.demand.adjusting import Adjustment, as_dates, check_queue
from ccsim.demand.arguments import share_inside, whole
from ccsim.demand.arrays import Floats, Whole
from ccsim.demand.clock import local_dates
from ccsim.demand.events import Event, range_variance, uplifts
from ccsim.demand.handle_time import expected_handle_time
from ccsim.demand.hierarchy import levels_of, summed
from ccsim.demand.history import History
from ccsim.demand.sampling import RateField, generator
from ccsim.demand.spread import Spread
from ccsim.errors import HistoryError, OptionError
from ccsim.text import labels as catalogue

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ccsim.demand.calendar import Calendar

LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True, eq=False, repr=False)
class Forecast:
    """Expected contacts of a coming period, with their uncertainty.

    Attributes
    ----------
    mean : pandas.DataFrame
        Index `start` (tz-aware, every open interval, ascending), a column per queue:
        expected contacts in the interval (0 where only other queues are open). Intervals that
        have been counted since (`update`) hold the count.
    interval : pandas.Timedelta
        Length of one interval.
    timezone : str
        IANA name of the centre's clock.
    source : str
        What it was learned from, for messages.
    known_until : pandas.Timestamp
        Last local date that was known, without time zone.
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
    day_variance : numpy.ndarray
        Variance of the logarithm of a day's level beyond `spread`, (open day, queue): holidays
        and events seen seldom, uplifts with a range.
    undrawn : numpy.ndarray or None
        As `day_variance`, of ranges that the simulator draws: in quantiles, not in draws.
    history : History or None
        What it was learned from; None for a cold start.
    events : tuple of Event
        Planner's uplifts that are in it.
    league : pandas.DataFrame or None
        Where rules were combined: columns `queue`, `model`, `WAPE` and `bias` in forecasts of the
        past, and `weight`, the heaviest first.
    effects : pandas.DataFrame or None
        Columns `queue`, `effect`, `factor`, `low`, `high` (80 %), `days` it was seen on.
    before : Forecast or None
        The version before the last adjustment.
    adjustment : Adjustment or None
        What was changed since then.
    plan : pandas.DataFrame or None
        What `mean` would be had nothing been counted since; None where nothing was.
    actuals : pandas.DataFrame or None
        What was counted since, as `mean`, NaN where nothing was.
    """

    mean: pd.DataFrame
    interval: pd.Timedelta
    timezone: str
    source: str
    known_until: pd.Timestamp
    notes: tuple[str, ...]
    model: str
    spread: Spread
    slots: Whole
    first_day: pd.Timestamp
    days: int
    day_variance: Floats
    undrawn: Floats | None = None
    history: History | None = None
    events: tuple[Event, ...] = ()
    league: pd.DataFrame | None = None
    effects: pd.DataFrame | None = None
    before: Forecast | None = None
    adjustment: Adjustment | None = None
    plan: pd.DataFrame | None = None
    actuals: pd.DataFrame | None = None

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
        q = share_inside("quantile", q)
        field = self._field
        values = field.count_quantile(q) if counts else field.rate_quantile(q)
        return self._table(self._counted_or(values[self._cells]))

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
        n = whole("sample of draws, n", n, least=0)
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
        return self._counted_or(random.poisson(rates).astype(float) if counts else rates)

    def with_events(self, events: tuple[Event, ...]) -> Forecast:
        """Return the forecast multiplied by the given uplifts of `events` on their dates.

        Raises
        ------
        OptionError
            When an event names a queue that does not exist.
        """
        raised = self._multiplied(uplifts(events, local_dates(self._starts), self.queues))
        open_days = np.unique(local_dates(self._starts))
        return replace(
            raised,
            events=(*self.events, *events),
            day_variance=self.day_variance + range_variance(events, open_days, self.queues),
        )

    def update(self, actuals: pd.DataFrame | History) -> Forecast:
        """Forecast the rest anew from what has been counted since.

        The rest of a day moves with how the counts so far stood to what was expected: a lot
        where that tells of the day's level, little where it may be the chance of single calls.
        Coming days move with it as far as one day's level tells of the next.

        Parameters
        ----------
        actuals
            Columns `start` (tz-aware), `queue`, `offered`, or a `History`: what was counted in
            intervals of this forecast, all of it so far; further updates replace earlier ones.

        Returns
        -------
        Forecast
            `mean` holds the counts where there are some.

        Raises
        ------
        OptionError
            When there is no count, or one of an interval or queue not in the forecast.

        Examples
        --------
        >>> forecast.update(ccsim.read_history("today.csv"))  # doctest: +SKIP
        """
        seen = laid_out(actuals, self.mean, self.interval)
        plan = self.mean if self.plan is None else self.plan
        updated = replace(self, mean=plan, plan=plan, actuals=seen)
        expected = updated._field.expected[updated._cells]
        return replace(updated, mean=updated._table(updated._counted_or(expected)))

    def adjust(
        self,
        dates: str | dt.date | Iterable[str | dt.date],
        queue: str,
        factor: float | None = None,
        reason: str = "",
        *,
        value: float | None = None,
        by: str = "planner",
    ) -> Forecast:
        """Overrule the forecast on some days; the version before stays at hand.

        The band moves with the mean: quantiles and draws are of the adjusted forecast.

        Parameters
        ----------
        dates
            One day or several.
        queue
            Which queue.
        factor
            What its contacts are multiplied by on each of them.
        reason
            Why, in a few words.
        value
            Contacts of each of the days, instead of a factor.
        by
            Who says so.

        Raises
        ------
        OptionError
            When a date or queue is not in the forecast, or there is no reason.

        Examples
        --------
        >>> forecast.adjust("2026-11-11", "orders", 1.2, "second mailing")  # doctest: +SKIP
        """
        return self.adjusted(Adjustment(as_dates(dates), queue, factor, reason, by, value))

    def adjusted(self, adjustment: Adjustment) -> Forecast:
        """Return the forecast with one adjustment more."""
        check_queue(adjustment.queue, self.queues)
        place = self.queues.index(adjustment.queue)
        factors = np.ones(self.mean.shape)
        contacts = self.mean.iloc[:, place].to_numpy()
        counted = np.zeros(len(contacts), dtype=bool)
        if self.actuals is not None:
            counted = self.actuals.iloc[:, place].notna().to_numpy()
        factors[:, place] = adjustment.factors(local_dates(self._starts), contacts, counted)
        return replace(self._multiplied(factors), before=self, adjustment=adjustment)

    @property
    def original(self) -> Forecast:
        """The forecast before anyone adjusted it."""
        return self if self.before is None else self.before.original

    @property
    def versions(self) -> tuple[Forecast, ...]:
        """The original and what each adjustment made of it, oldest first."""
        return (self,) if self.before is None else (*self.before.versions, self)

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """What was adjusted, oldest first."""
        return tuple(v.adjustment for v in self.versions if v.adjustment is not None)

    def compare(self, other: Forecast) -> pd.DataFrame:
        """Set two versions side by side by day.

        Returns
        -------
        pandas.DataFrame
            Columns `date`, `queue`, `this`, `other`, `difference` (contacts of the day).

        Raises
        ------
        OptionError
            When they are of other intervals or queues.
        """
        from ccsim.demand.versions import compared

        return compared(self, other)

    def value_added(self, actuals: pd.DataFrame | History) -> pd.DataFrame:
        """Say what each adjustment did to the error, once the contacts have been counted.

        Returns
        -------
        pandas.DataFrame
            A row per adjustment: `queue`, `dates`, `reason`, `by`, `before` and `after`
            (Σ|y - f| over the queue's counted intervals of those dates), `value_added` their
            difference: contacts of error saved (negative: added).
        """
        from ccsim.demand.versions import value_added

        return value_added(self, actuals)

    def to_excel(self, path: str | Path) -> Path:
        """Write the forecast by day and interval to a workbook that can be changed and read back.

        See `from_excel`.
        """
        from ccsim.demand.round_trip import write_workbook

        return write_workbook(self, Path(path))

    def from_excel(self, path: str | Path, *, by: str = "planner") -> Forecast:
        """Read a workbook written by `to_excel`; every day total changed is an adjustment.

        Parameters
        ----------
        path
            The workbook; in its sheet `days` totals may be changed and reasons written.
        by
            Who changed it.

        Raises
        ------
        HistoryError, OptionError
            When it is not such a workbook, a changed cell has no reason or is no number.
        """
        from ccsim.demand.round_trip import read_workbook

        changed = self
        for adjustment in read_workbook(self, Path(path), by):
            changed = changed.adjusted(adjustment)
        return changed

    @cached_property
    def handle_time(self) -> pd.DataFrame:
        """Expected mean handle time by interval, seconds; NaN for a queue that has none.

        Raises
        ------
        HistoryError
            When the history has no handle times.
        """
        if self.history is None:
            raise HistoryError(f"{self.source}: a cold start has no handle times to learn from")
        known = expected_handle_time(self.history, self._starts)
        return known.reindex(columns=self.mean.columns)

    @property
    def workload(self) -> pd.DataFrame:
        """Offered load by interval in Erlangs: contacts × handle time ÷ length of the interval."""
        return self.mean * self.handle_time / self.interval.total_seconds()

    def levels(
        self,
        *,
        channel: Mapping[str, str] | None = None,
        site: Mapping[str, str | Mapping[str, float]] | None = None,
        q: float = 0.8,
        draws: int = 1000,
        seed: int = 1,
    ) -> pd.DataFrame:
        """Forecast queues, channels, sites and the total so that they add up.

        Means are sums of the queues'; bands come from draws, in which queues move together.

        Parameters
        ----------
        channel
            Queue → channel.
        site
            Queue → site, or the shares of its contacts by site.
        q
            Share of counts between `low` and `high`.
        draws, seed
            Of the days drawn for the bands.

        Returns
        -------
        pandas.DataFrame
            Columns `level` (queue, channel, site, total), `name`, `start`, `mean`, `low`, `high`.

        Examples
        --------
        >>> forecast.levels(channel={"orders": "voice", "returns": "chat"})  # doctest: +SKIP
        """
        q, draws = share_inside("q", q), whole("draws", draws, least=1)
        shares = levels_of(self.queues, channel, site)
        return summed(self.mean, self.sample(draws, seed, counts=True), shares, q)

    def plot(
        self,
        labels: Mapping[str, str] | None = None,
        *,
        calendar: Calendar | str | None = None,
        weeks: int = 2,
        on: str | dt.date | None = None,
    ) -> go.Figure:
        """Draw the mean with bands of 50, 80 and 95 % after the last weeks of history.

        What was counted since stands as dots; what was expected before counts or adjustments
        as a dotted line; events of the forecast are marked.

        Parameters
        ----------
        labels
            Words by key; default English.
        calendar
            Whose holidays are marked.
        weeks
            Of history before it.
        on
            One day of the forecast alone, closer.

        Raises
        ------
        OptionError
            When `on` is not an open day of the forecast.

        Examples
        --------
        >>> forecast.update(today).plot(on="2026-11-11").show()  # doctest: +SKIP
        """
        from ccsim.demand.fan import fan

        return fan(self, labels if labels is not None else catalogue("en"), calendar, weeks, on)

    def summary(self) -> str:
        """Say in a few lines what is expected and on what footing."""
        from ccsim.demand.summary import summary

        return summary(self, self._field.day_sd[0])

    def __repr__(self) -> str:
        """Return the summary, which is worth reading in a notebook."""
        return f"Forecast\n{self.summary()}"

    @property
    def _starts(self) -> pd.DatetimeIndex:
        return pd.DatetimeIndex(self.mean.index)

    @cached_property
    def _cells(self) -> tuple[Whole, Whole]:
        """Open day and slot of each interval; a repeated hour has its cell twice."""
        _, day = np.unique(local_dates(self._starts), return_inverse=True)
        return day, self.slots

    @cached_property
    def _field(self) -> RateField:
        day, slot = self._cells
        shape = (day.max() + 1, self.spread.within.shape[1], len(self.queues))
        mean = np.zeros(shape)
        mean[day, slot] = (self.mean if self.plan is None else self.plan).to_numpy()
        seen = None
        if self.actuals is not None:
            seen = np.full(shape, np.nan)
            seen[day, slot] = self.actuals.to_numpy()
        end = np.datetime64(self.known_until, "D")
        lead = (np.unique(local_dates(self._starts)) - end).astype(np.int64)
        step = int(self.interval.total_seconds())
        undrawn = np.zeros_like(self.day_variance) if self.undrawn is None else self.undrawn
        return RateField(mean, lead, step, self.spread, self.day_variance, undrawn, seen)

    def _multiplied(self, factors: Floats) -> Forecast:
        plan = None if self.plan is None else self.plan * factors
        changed = replace(self, mean=self.mean * factors, plan=plan)
        if self.actuals is None:
            return changed
        return replace(changed, mean=self._table(self._counted_or(changed.mean.to_numpy())))

    def _counted_or(self, values: Floats) -> Floats:
        if self.actuals is None:
            return values
        counted = self.actuals.to_numpy()
        return np.where(np.isfinite(counted), counted, values)

    def _table(self, values: Floats) -> pd.DataFrame:
        return pd.DataFrame(values, index=self.mean.index, columns=self.mean.columns)
