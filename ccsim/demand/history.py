"""History: what was offered to each queue in each past interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from ccsim.demand.clock import (
    DAY,
    checked_interval,
    first_moments,
    in_minutes,
    local_dates,
    slot_seconds,
)
from ccsim.demand.findings import Finding, findings_table, worded
from ccsim.demand.gaps import find_gaps, slots_of
from ccsim.demand.pooling import pooled
from ccsim.demand.wording import listed
from ccsim.errors import HistoryError, OptionError
from ccsim.text import labels as catalogue

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ccsim.demand.calendar import Calendar
    from ccsim.demand.events import Event


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """Checked counts of past contacts, as `read_history` returns them.

    Attributes
    ----------
    table : pandas.DataFrame
        A row per (start, queue), sorted: `start` tz-aware interval start; `queue` str;
        `offered` float64 contacts; `handle_time` float64 seconds (only when the source
        has it; missing where nothing was handled).
    interval : pandas.Timedelta
        Length of one interval.
    timezone : str
        IANA name of the clock the centre lives by.
    source : str
        Where the counts came from, for messages and reports.
    findings : pandas.DataFrame
        What was found and what was done about it, as `findings_table` documents: columns
        `row`, `kind`, `start`, `queue`, `what`, `repair`, `before`, `after`, `done`.
    channels : mapping of str to str, or None
        Channel of each queue, where the source says.
    """

    table: pd.DataFrame
    interval: pd.Timedelta
    timezone: str
    source: str
    findings: pd.DataFrame
    channels: Mapping[str, str] | None = None

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues, sorted."""
        return tuple(sorted(self.table["queue"].unique()))

    @property
    def starts(self) -> pd.DatetimeIndex:
        """Interval start of every row of the table."""
        return pd.DatetimeIndex(self.table["start"])

    @property
    def slots(self) -> npt.NDArray[np.int64]:
        """Seconds since local midnight of every row's start; of whole days always nought."""
        return slots_of(self.starts, self.interval)

    @property
    def first_day(self) -> pd.Timestamp:
        """Local date of the first interval, without time zone."""
        return self.starts.min().tz_localize(None).normalize()

    @property
    def last_day(self) -> pd.Timestamp:
        """Local date of the last interval, without time zone."""
        return self.starts.max().tz_localize(None).normalize()

    def until(self, day: pd.Timestamp) -> History:
        """Return the history as it was known at the end of `day` (a local date).

        Raises
        ------
        HistoryError
            When nothing was known yet.
        """
        known = self.table[local_dates(self.starts) <= np.datetime64(day, "D")]
        if known.empty:
            raise HistoryError(
                f"{self.source}: no counts up to {day:%Y-%m-%d}; "
                f"the history starts on {self.first_day:%Y-%m-%d}"
            )
        said = self.findings["start"]
        told = said.isna() | (said < pd.Timestamp(day, tz=self.timezone) + pd.Timedelta(days=1))
        findings = self.findings[told].reset_index(drop=True)
        return replace(self, table=known.reset_index(drop=True), findings=findings)

    def aggregated(self, interval: str | pd.Timedelta) -> History:
        """Return the same history in longer intervals.

        An interval the source covers only in part (one five-minute count of a half-hour,
        say) would pass for a quiet one, so it is left out and becomes a finding.

        Parameters
        ----------
        interval
            New length; a multiple of the present one that divides the hour, or `1D`. A day
            that lacks intervals usual on its weekday counts as covered in part.

        Raises
        ------
        OptionError
            When the new length is not such a multiple.
        """
        length = checked_interval(interval)
        if length == self.interval:
            return self
        if length < self.interval or length % self.interval:
            raise OptionError(
                f"interval {in_minutes(length)} is not allowed: {self.source} has intervals of "
                f"{in_minutes(self.interval)}; allowed: a multiple of it"
                + ("; spread_over(profile) makes intervals of days" if self.interval == DAY else "")
            )
        if length == DAY:
            return self._by_day()
        # Intervals divide the hour, so stepping back by wall-clock seconds never crosses a
        # clock change, and the two passes through a repeated hour stay apart.
        into = slot_seconds(self.starts) % int(length.total_seconds())
        rows = self.table.assign(start=self.starts - pd.to_timedelta(into, unit="s"))
        table, parts = pooled(rows)
        return self._whole(table, length, parts.to_numpy() == length // self.interval)

    def _by_day(self) -> History:
        """Add up each day; one that lacks intervals usual on its weekday is a part."""
        dates = local_dates(self.starts)
        rows = self.table.assign(start=first_moments(dates, self.timezone))
        table, _ = pooled(rows)
        whole = np.ones(len(table), dtype=bool)
        for queue in self.queues:
            own = self.starts[(self.table["queue"] == queue).to_numpy()]
            gaps = find_gaps(own, self.timezone, self.interval)
            lacking = local_dates(gaps.starts.union(gaps.edges))
            part = np.isin(local_dates(pd.DatetimeIndex(table["start"])), lacking)
            whole &= ~(part & (table["queue"] == queue).to_numpy())
        return self._whole(table, DAY, whole)

    def _whole(
        self, table: pd.DataFrame, length: pd.Timedelta, whole: npt.NDArray[np.bool_]
    ) -> History:
        """Keep the longer intervals counted whole; the others become a finding."""
        findings = [self.findings]
        if not whole.all():
            parts = table[~whole]
            style = "%Y-%m-%d" if length == DAY else "%H:%M"
            at = listed(sorted(parts["start"].dt.strftime(style).unique()))
            contacts = float(parts["offered"].sum())
            what = (
                f"{len(parts)} intervals of {in_minutes(length)} were counted only in part and "
                f"left out with their {contacts:g} contacts (at {at})"
            )
            part = Finding("part interval", what, repair="drop", before=contacts, done=True)
            findings.append(findings_table([part], self.timezone))
        return replace(
            self,
            table=table[whole].reset_index(drop=True),
            interval=length,
            findings=pd.concat(findings, ignore_index=True),
        )

    def spread_over(self, profile: str | Path | pd.DataFrame) -> History:
        """Return a whole-day history spread over the intervals of a profile.

        As `ccsim.demand.profiles.spread_over`.
        """
        from ccsim.demand.profiles import spread_over

        return spread_over(self, profile)

    def plot(
        self,
        events: Sequence[Event] = (),
        calendar: Calendar | str | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> go.Figure:
        """Draw the counts with events, holidays and what was found marked on their days.

        By day, or by interval when there are three weeks at most.

        Examples
        --------
        >>> history.plot(calendar="US").show()  # doctest: +SKIP
        """
        from ccsim.demand.marks import history_marks
        from ccsim.figures.history import history_figure

        marks = history_marks(self, events, calendar)
        words = labels if labels is not None else catalogue("en")
        return history_figure(self.table, marks, words)

    def summary(self) -> str:
        """Say in a few lines what was read and what was found.

        Examples
        --------
        >>> print(read_history("calls.csv", timezone="Europe/Paris").summary())  # doctest: +SKIP
        calls.csv: 1,344 intervals of 30 min, 2026-01-05 to 2026-02-01 (Europe/Paris)
          calls: 96,120 contacts on 28 days, busiest interval 214
        """
        lines = [
            f"{self.source}: {self.starts.nunique():,} intervals of {in_minutes(self.interval)}, "
            f"{self.first_day:%Y-%m-%d} to {self.last_day:%Y-%m-%d} ({self.timezone})"
        ]
        for queue, rows in self.table.groupby("queue"):
            days = len(np.unique(local_dates(pd.DatetimeIndex(rows["start"]))))
            lines.append(
                f"  {queue}: {rows['offered'].sum():,.0f} contacts on {days} days, "
                f"busiest interval {rows['offered'].max():,.0f}"
            )
        lines += [f"  {line}" for line in worded(self.findings)]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return the summary, which is worth reading in a notebook."""
        return f"History\n{self.summary()}"
