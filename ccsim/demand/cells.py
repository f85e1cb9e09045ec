"""The cells of a source by our column names, read one column at a time, and what is wrong there.

Histories, call logs and duty are read through here alike: a cell that cannot be read is noted
with its row and column, and all of them are told together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ccsim.demand.clock import checked_timezone
from ccsim.demand.sources import RawTable
from ccsim.demand.wording import nearest
from ccsim.errors import HistoryError, OptionError

SHOWN = 10
MOST_OFFSETS = 4  # of one clock in one file: summer and winter, and a change of the law
SKIPPED_ALLOWED = "allowed: a clock time that occurs, or times with their UTC offset"
REPEATED_ALLOWED = "allowed: times with their UTC offset, such as 2026-11-01T01:30-04:00"


@dataclass
class Problems:
    """What is wrong with a source, collected so that one message can say it all."""

    source: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, rows: pd.Series, column: str, what: str, allowed: str) -> None:
        """Note one problem for each cell in `rows` (indexed by row number)."""
        self.found += [
            (int(str(row)), f"row {row}, column '{column}': {what.format(shown(cell))}; {allowed}")
            for row, cell in rows.items()
        ]

    def raise_any(self, way_out: str = "") -> None:
        """Raise one HistoryError with the first problems by row, when there are any.

        Parameters
        ----------
        way_out
            What the planner can do about them besides mending the source.
        """
        if not self.found:
            return
        lines = [text for _, text in sorted(self.found)]
        if len(lines) == 1:
            raise HistoryError(f"{self.source}: {lines[0]}{f'. {way_out}' if way_out else ''}")
        more = f" (the first {SHOWN} shown)" if len(lines) > SHOWN else ""
        first = "\n  ".join(lines[:SHOWN])
        out = f"\n{way_out}" if way_out else ""
        raise HistoryError(f"{self.source}: {len(lines)} problems{more}\n  {first}{out}")


def shown(cell: object) -> str:
    """Word a cell for a message."""
    return (
        "nothing" if cell is None or cell is pd.NaT or cell != cell or cell == "" else f"'{cell}'"
    )


@dataclass(frozen=True, eq=False)
class Times:
    """Times as a column gives them; every series is indexed by row number.

    Attributes
    ----------
    starts : pandas.Series
        Tz-aware; NaT where the cell is not exactly one time.
    wall : pandas.Series
        What the clock on the wall shows, for cells without UTC offset; tz-naive.
    unread, skipped, repeated : pandas.Index
        Rows that are no time, a time the clock skips, one it shows twice.
    """

    starts: pd.Series
    wall: pd.Series
    unread: pd.Index
    skipped: pd.Index
    repeated: pd.Index


@dataclass(frozen=True, eq=False)
class Cells:
    """Columns of a source, found by our names.

    Attributes
    ----------
    raw : RawTable
        The source.
    names : dict of str to str
        Our column name to the source's, of those that are there.
    timezone : str or None
        Clock of times without UTC offset; where None they are refused.
    time_format : str or None
        How times are written, in `strptime` codes; ISO 8601 where None.
    problems : Problems
        What was found wrong so far.
    """

    raw: RawTable
    names: dict[str, str]
    timezone: str | None
    time_format: str | None
    problems: Problems

    def __contains__(self, name: str) -> bool:
        """Whether the source has a column of ours."""
        return name in self.names

    def __getitem__(self, name: str) -> pd.Series:
        """Return a column as the source has it; the index is the row number there."""
        return self.raw.frame[self.names[name]]

    def table(self) -> pd.DataFrame:
        """Return a table with the rows of the source and no columns yet."""
        return pd.DataFrame(index=self.raw.frame.index)

    def refuse(self, rows: pd.Series, name: str, what: str, allowed: str) -> None:
        """Note one problem for each cell in `rows` of a column of ours."""
        self.problems.add(rows, self.names[name], what, allowed)

    def note(self, row: object, name: str, what: str) -> None:
        """Note one problem of one row in a column of ours."""
        number = int(str(row))
        text = f"row {number}, column '{self.names[name]}': {what}"
        self.problems.found.append((number, text))

    def texts(self, name: str, allowed: str) -> pd.Series:
        """Read words without blanks around them; an empty cell is a problem."""
        cells = self[name]
        self.refuse(cells[is_blank(cells)], name, "found {}", f"allowed: {allowed}")
        return cells.astype("str").str.strip()

    def numbers(self, name: str, allowed: str, least: float, most: float = np.inf) -> pd.Series:
        """Read finite numbers from `least` to `most`, float64; what is none is a problem."""
        return self._numbers(self[name], name, allowed, least, most)

    def given_numbers(
        self, name: str, allowed: str, least: float, most: float = np.inf
    ) -> pd.Series:
        """Read numbers as `numbers` does; an empty cell is NaN and no problem."""
        cells = self[name]
        given = cells[~is_blank(cells)]
        return self._numbers(given, name, allowed, least, most).reindex(cells.index)

    def _numbers(
        self, cells: pd.Series, name: str, allowed: str, least: float, most: float
    ) -> pd.Series:
        values = pd.to_numeric(cells, errors="coerce").astype(float)
        possible = values.between(least, most) & np.isfinite(values)
        self.refuse(cells[~possible], name, "found {}", f"allowed: {allowed}")
        return values

    def times(self, name: str) -> pd.Series:
        """Read times; an empty cell, what is no time and what is not one time are problems."""
        return self._times(self[name], name)

    def given_times(self, name: str) -> pd.Series:
        """Read times as `times` does; an empty cell is NaT and no problem."""
        cells = self[name]
        times = self._times(cells[~is_blank(cells)], name)
        return times.reindex(cells.index).astype(times.dtype)

    def _times(self, cells: pd.Series, name: str) -> pd.Series:
        times = self.clock_times(cells, name)
        self.refuse(cells[times.unread], name, "found {}", f"allowed: {self.allowed_time}")
        self.refuse(cells[times.skipped], name, f"{{}} {self.skipped_hour}", SKIPPED_ALLOWED)
        self.refuse(cells[times.repeated], name, f"{{}} {self.repeated_hour}", REPEATED_ALLOWED)
        return times.starts

    @property
    def allowed_time(self) -> str:
        """Say how a time is written."""
        example = self.time_format or "2026-11-09 08:30"
        hint = "" if self.time_format else ", or say how with time_format, such as '%d/%m/%Y %H:%M'"
        return f"a time such as {example}{hint}"

    @property
    def skipped_hour(self) -> str:
        """Say what is wrong with a time the clock skips."""
        return f"does not exist in {self.timezone or 'UTC'}, the clock goes forward"

    @property
    def repeated_hour(self) -> str:
        """Say what is wrong with a time the clock shows twice."""
        return f"occurs twice in {self.timezone or 'UTC'}, the clock goes back"

    def clock_times(self, cells: pd.Series, name: str) -> Times:
        """Read times without judging those that are none or more than one.

        Raises
        ------
        HistoryError
            When a time has no UTC offset and no clock is known.
        """
        clock = self.timezone or "UTC"
        if isinstance(cells.dtype, pd.DatetimeTZDtype):
            starts: pd.Series = cells.dt.tz_convert(clock)
            none = starts.index[:0]
            wall = starts.dt.tz_localize(None)
            return Times(starts, wall[:0], starts.index[starts.isna()], none, none)
        text = cells.astype(str)
        zoned = text.str.contains(r"\d[ T]?\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$", regex=True)
        self._refuse_ranges(text[zoned], name)
        style = self.time_format or "ISO8601"
        utc = pd.to_datetime(text, format=style, errors="coerce", utc=True)
        starts = utc.dt.tz_convert(clock)
        wall = utc[~zoned].dropna().dt.tz_localize(None)
        if self.timezone is None and not wall.empty:
            self._refuse_naive(cells, name, int(str(wall.index[0])))
        # A time read as the first pass through a repeated hour exists unless the clock skipped it.
        exists = wall.dt.tz_localize(
            clock, ambiguous=np.ones(len(wall), dtype=bool), nonexistent="NaT"
        )
        single = wall.dt.tz_localize(clock, ambiguous="NaT", nonexistent="NaT")
        starts.loc[single.index] = single
        return Times(
            starts,
            wall,
            unread=utc.index[utc.isna()],
            skipped=wall.index[exists.isna()],
            repeated=wall.index[single.isna() & exists.notna()],
        )

    def _refuse_ranges(self, zoned: pd.Series, name: str) -> None:
        """Tell 08:00-08:30, a range, from a time with its UTC offset: offsets do not go on."""
        offsets = zoned.str.extract(r"([+-]\d\d:?\d\d)$")[0].dropna()
        if offsets.nunique() > MOST_OFFSETS:
            row = offsets.index[0]
            raise HistoryError(
                f"{self.raw.name}: row {row}, column '{self.names[name]}': '{zoned[row]}' and "
                f"others end in {offsets.nunique()} different UTC offsets; allowed: times, not "
                "ranges such as 08:00-08:30 (a columns_preset may read those)"
            )

    def _refuse_naive(self, cells: pd.Series, name: str, row: int) -> None:
        """Say it once: of all times in a source it is the same."""
        raise HistoryError(
            f"{self.raw.name}: row {row}, column '{self.names[name]}': '{cells[row]}' does not say "
            "in which time zone; allowed: timezone=, the IANA name of the clock it is read by "
            "(timezone=scenario.timezone), or times with their UTC offset, such as "
            "2026-11-09T08:30+08:00"
        )


def cells_of(
    raw: RawTable,
    columns: Mapping[str, str] | None,
    required: Sequence[str],
    optional: Sequence[str] = (),
    *,
    timezone: str | None,
    time_format: str | None = None,
) -> Cells:
    """Find our columns in a source; optional ones may be missing.

    Raises
    ------
    HistoryError
        When a required or a mapped column is missing.
    OptionError
        When `columns` maps a name that is not one of ours.
    """
    given = {**raw.columns, **(columns or {})}
    known = (*required, *optional)
    for ours in given:
        if ours not in known:
            raise OptionError(
                f"columns maps '{ours}'; allowed: {', '.join(known)}{nearest(ours, known)}"
            )
    found = [str(name) for name in raw.frame.columns]
    names = {ours: given.get(ours, ours) for ours in known}
    for ours, theirs in names.items():
        if theirs not in found and (ours in required or ours in given):
            raise HistoryError(
                f"{raw.name}: column '{theirs}' ({ours}) is missing; found: {', '.join(found)}"
                f"{nearest(theirs, found)}"
            )
    there = {ours: theirs for ours, theirs in names.items() if theirs in found}
    return Cells(raw, there, timezone, time_format, Problems(raw.name))


def clock_of(raw: RawTable, timezone: str | None) -> str:
    """Give the clock of times without UTC offset: the one asked for, the source's own, else UTC."""
    return (raw.timezone or "UTC") if timezone is None else checked_timezone(timezone)


def is_blank(cells: pd.Series) -> pd.Series:
    """Tell the empty cells."""
    return cells.isna() | (cells.astype("str").str.strip() == "")
