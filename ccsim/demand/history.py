"""History: what was offered to each queue in each past interval."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ccsim.demand.clock import checked_interval, in_minutes, local_dates, slot_seconds
from ccsim.errors import HistoryError, OptionError

FINDINGS = {"row": "Int64", "kind": "str", "what": "str"}


def findings_table(rows: list[tuple[int | None, str, str]]) -> pd.DataFrame:
    """Make the table of findings from (row, kind, what).

    Returns
    -------
    pandas.DataFrame
        Columns `row` (Int64, of the source; missing where no single row is meant), `kind`
        (str: `missing day`, `gap`, `part interval`) and `what` (str).
    """
    return pd.DataFrame(rows, columns=list(FINDINGS)).astype(FINDINGS)


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
        What a planner should know though it is no error: columns `row`, `kind`, `what`.
    """

    table: pd.DataFrame
    interval: pd.Timedelta
    timezone: str
    source: str
    findings: pd.DataFrame

    @property
    def queues(self) -> tuple[str, ...]:
        """Names of the queues, sorted."""
        return tuple(sorted(self.table["queue"].unique()))

    @property
    def starts(self) -> pd.DatetimeIndex:
        """Interval start of every row of the table."""
        return pd.DatetimeIndex(self.table["start"])

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
        return replace(self, table=known.reset_index(drop=True))

    def aggregated(self, interval: str | pd.Timedelta) -> History:
        """Return the same history in longer intervals.

        An interval the source covers only in part (one five-minute count of a half-hour,
        say) would pass for a quiet one, so it is left out and becomes a finding.

        Parameters
        ----------
        interval
            New length; a multiple of the present one that divides the hour.

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
            )
        # Intervals divide the hour, so stepping back by wall-clock seconds never crosses a
        # clock change, and the two passes through a repeated hour stay apart.
        into = slot_seconds(self.starts) % int(length.total_seconds())
        rows = self.table.assign(start=self.starts - pd.to_timedelta(into, unit="s"))
        if "handle_time" in rows:
            handled = rows["handle_time"].notna()
            rows["weight"] = rows["offered"].where(handled, 0.0)
            rows["seconds"] = (rows["handle_time"] * rows["weight"]).fillna(0.0)
        groups = rows.groupby(["start", "queue"], sort=True)
        table = groups.sum(numeric_only=True).reset_index()
        if "handle_time" in table:
            table["handle_time"] = table["seconds"] / table["weight"].where(table["weight"] > 0)
            table = table.drop(columns=["seconds", "weight"])
        whole = groups.size().to_numpy() == length // self.interval
        findings = [self.findings]
        if not whole.all():
            parts = table[~whole]
            clock = sorted(parts["start"].dt.strftime("%H:%M").unique())
            what = (
                f"{len(parts)} intervals of {in_minutes(length)} were counted only in part and "
                f"left out with their {parts['offered'].sum():g} contacts (at {', '.join(clock)})"
            )
            findings.append(findings_table([(None, "part interval", what)]))
        return replace(
            self,
            table=table[whole].reset_index(drop=True),
            interval=length,
            findings=pd.concat(findings, ignore_index=True),
        )

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
        for kind, found in self.findings.groupby("kind"):
            lines.append(f"  {kind}: {'; '.join(found['what'])}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        """Return the summary, which is worth reading in a notebook."""
        return f"History\n{self.summary()}"
