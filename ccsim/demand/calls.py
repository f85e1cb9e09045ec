"""Read a log of single calls: who came when, was answered when, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.demand.checks import Problems, column_names, moments, numbers
from ccsim.demand.clock import checked_timezone
from ccsim.demand.sources import RawTable, read_source
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

REQUIRED = ("contact", "arrived", "answered", "ended", "outcome")
OPTIONAL = ("queue", "agent", "wrap", "ivr", "segment")
OUTCOMES = ("handled", "abandoned", "blocked")
LONGEST_S = 24 * 3600.0


@dataclass(frozen=True, eq=False)
class CallLog:
    """A checked log of contacts; nothing in it names a customer.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a contact, in order of arrival, RangeIndex. Columns: `contact` str, a hash of
        the source's; `queue` str; `arrived` tz-aware, when a person was asked for; `answered`
        tz-aware, NaT where nobody did; `ended` tz-aware, end of the talk or when the customer
        left; `outcome` str, one of handled, abandoned, blocked. Where the source has them:
        `agent` str, a hash; `wrap` float64 s after `ended`; `ivr` float64 s in the menu before
        `arrived`; `segment` str.
    source : str
        Where it was read from.
    timezone : str
        IANA name of the clock its times are in.
    """

    table: pd.DataFrame
    source: str
    timezone: str

    @property
    def queues(self) -> list[str]:
        """Names of the queues, sorted."""
        return sorted(self.table["queue"].unique())

    def __repr__(self) -> str:
        """Say how many contacts came when, and what became of them."""
        first, last = self.table["arrived"].iloc[[0, -1]]
        counts = self.table["outcome"].value_counts()
        ends = ", ".join(f"{counts.get(name, 0):,} {name}" for name in OUTCOMES)
        return (
            f"CallLog from {self.source}: {len(self.table):,} contacts ({ends}), "
            f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}, queues {', '.join(self.queues)}"
        )


def read_calls(
    source: str | Path | pd.DataFrame,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    *,
    queue: str = "calls",
    outcomes: Mapping[str, str] | None = None,
    query: str | None = None,
    sheet: str | None = None,
    separator: str = ",",
    time_format: str | None = None,
    salt: str = "",
) -> CallLog:
    """Read a log with one row for every contact.

    Columns of the source that are not named here, such as a caller's number or name, are left
    out; contacts and agents are kept as hashes only.

    Parameters
    ----------
    source
        A .csv, .tsv, .xlsx or .parquet file, a database URL (with `query`) or a DataFrame.
        Wanted columns: `contact`, `arrived`, `answered`, `ended`, `outcome`, and if there are
        any `queue`, `agent`, `wrap` (s), `ivr` (s) and `segment`.
    columns
        Our column name to the source's, such as `{"arrived": "Queue start"}`.
    timezone
        IANA name of the centre's clock; default UTC. Times with UTC offset are converted to it.
    queue
        Name of the one queue of a source without queue column.
    outcomes
        The source's word for an outcome to ours, such as `{"ANSWERED": "handled"}`.
    query, sheet, separator, time_format
        As in `read_history`.
    salt
        Mixed into the hashes: where numbers are few, such as phone numbers, a hash without a
        secret can be undone by trying them all. The same salt gives the same hashes.

    Returns
    -------
    CallLog

    Raises
    ------
    HistoryError
        One message with source, row, column, what was found and what is allowed.
    OptionError
        When an argument is not allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame(
    ...     {
    ...         "contact": ["a", "b"],
    ...         "arrived": ["2026-01-05 08:00:00", "2026-01-05 08:00:07"],
    ...         "answered": ["2026-01-05 08:00:12", ""],
    ...         "ended": ["2026-01-05 08:03:40", "2026-01-05 08:01:30"],
    ...         "outcome": ["handled", "abandoned"],
    ...     }
    ... )
    >>> read_calls(rows)
    CallLog from table: 2 contacts (1 handled, 1 abandoned, 0 blocked), 2026-01-05 08:00 to \
2026-01-05 08:00, queues calls
    """
    words = _words(outcomes)
    zone = "UTC" if timezone is None else checked_timezone(timezone)
    raw = read_source(source, query=query, sheet=sheet, separator=separator)
    names = column_names(raw, columns, REQUIRED, OPTIONAL)
    problems = Problems(raw.name)
    frame = _cells(raw, names, words, queue, zone, time_format, problems)
    # The order of times can be judged only on times and outcomes that could be read.
    problems.raise_any()
    _check_duplicates(frame, names, problems)
    _check_answers(frame, names, problems)
    _check_order(frame, names, problems)
    problems.raise_any()
    for name in ("contact", "agent"):
        if name in frame:
            frame[name] = [_hashed(cell, salt) for cell in frame[name]]
    table = frame.sort_values(["arrived", "contact"], ignore_index=True)
    return CallLog(table, raw.name, zone)


def _words(outcomes: Mapping[str, str] | None) -> dict[str, str]:
    for ours in (outcomes or {}).values():
        if ours not in OUTCOMES:
            raise OptionError(
                f"outcomes maps to '{ours}'; allowed: {', '.join(OUTCOMES)}"
                f"{nearest(ours, OUTCOMES)}"
            )
    own = {name: name for name in OUTCOMES}
    return own | {theirs.strip().lower(): ours for theirs, ours in (outcomes or {}).items()}


def _cells(
    raw: RawTable,
    names: dict[str, str],
    words: dict[str, str],
    queue: str,
    zone: str,
    time_format: str | None,
    problems: Problems,
) -> pd.DataFrame:
    """Read every cell; the index is the row number in the source."""
    cells = {ours: raw.frame[theirs] for ours, theirs in names.items()}
    frame = pd.DataFrame(index=raw.frame.index)
    frame["contact"] = _texts(cells["contact"], names["contact"], "an identifier", problems)
    frame["queue"] = (
        _texts(cells["queue"], names["queue"], "the name of a queue", problems)
        if "queue" in cells
        else queue
    )
    for name in ("arrived", "answered", "ended"):
        column = cells[name]
        # Who was never answered, or never got in, leaves a cell empty; `_check_answers` judges.
        given = column if name == "arrived" else column[~_is_blank(column)]
        times = moments(given, names[name], zone, time_format, problems)
        frame[name] = times.reindex(column.index).astype(times.dtype)
    said = cells["outcome"].astype("str").str.strip()
    frame["outcome"] = said.str.lower().map(words)
    unknown = frame["outcome"].isna()
    problems.add(
        cells["outcome"][unknown],
        names["outcome"],
        "found {}",
        f"allowed: {', '.join(words)}; map other words with outcomes=",
    )
    if "agent" in cells:
        frame["agent"] = cells["agent"].astype("str").where(~_is_blank(cells["agent"]), None)
    for name in ("wrap", "ivr"):
        if name in cells:
            frame[name] = _durations(cells[name], names[name], problems)
    if "segment" in cells:
        segment = cells["segment"].astype("str").str.strip()
        frame["segment"] = segment.where(~_is_blank(cells["segment"]), None)
    return frame


def _is_blank(cells: pd.Series) -> pd.Series:
    return cells.isna() | (cells.astype("str").str.strip() == "")


def _texts(cells: pd.Series, column: str, allowed: str, problems: Problems) -> pd.Series:
    problems.add(cells[_is_blank(cells)], column, "found {}", f"allowed: {allowed}")
    return cells.astype("str").str.strip()


def _durations(cells: pd.Series, column: str, problems: Problems) -> pd.Series:
    given = cells[~_is_blank(cells)]
    allowed = "allowed: seconds, from 0 to 86400 (24 h), or an empty cell"
    values = numbers(given, column, allowed, problems)
    impossible = values.notna() & ~values.between(0, LONGEST_S)
    problems.add(given[impossible], column, "found {}", allowed)
    return values.reindex(cells.index)


def _check_duplicates(frame: pd.DataFrame, names: dict[str, str], problems: Problems) -> None:
    first = frame.reset_index(names="row").groupby("contact")["row"].transform("first")
    for row, earlier in zip(frame.index, first, strict=True):
        if row != earlier:
            problems.found.append(
                (
                    int(row),
                    f"row {row}, column '{names['contact']}': the contact of row {earlier} again; "
                    "allowed: each contact once",
                )
            )


def _check_answers(frame: pd.DataFrame, names: dict[str, str], problems: Problems) -> None:
    """Check which times an outcome needs, and fill in the end of a blocked contact."""
    handled, blocked = frame["outcome"] == "handled", frame["outcome"] == "blocked"
    column = names["answered"]
    unanswered = handled & frame["answered"].isna()
    problems.add(
        frame["answered"][unanswered], column, "found {}", "allowed: a time, for it was handled"
    )
    answered = ~handled & frame["answered"].notna()
    problems.add(
        frame["answered"][answered].dt.strftime("%Y-%m-%d %H:%M:%S"),
        column,
        "found {}",
        "allowed: an empty cell, for it was abandoned or blocked",
    )
    unended = ~blocked & frame["ended"].isna()
    problems.add(frame["ended"][unended], names["ended"], "found {}", "allowed: a time")
    frame["ended"] = frame["ended"].where(~(blocked & frame["ended"].isna()), frame["arrived"])


def _check_order(frame: pd.DataFrame, names: dict[str, str], problems: Problems) -> None:
    for later, earlier in (("answered", "arrived"), ("ended", "answered"), ("ended", "arrived")):
        both = frame[later].notna() & frame[earlier].notna()
        if (later, earlier) == ("ended", "arrived"):
            both &= frame["answered"].isna()
        wrong = both & (frame[later] < frame[earlier])
        problems.add(
            frame[later][wrong].dt.strftime("%Y-%m-%d %H:%M:%S"),
            names[later],
            f"{{}} is before {names[earlier]}",
            "allowed: arrived, then answered, then ended",
        )


def _hashed(cell: object, salt: str) -> str | None:
    """Replace an identifier by a lasting one that does not say whose it is (BLAKE2b)."""
    if cell is None or cell is np.nan or cell != cell:
        return None
    key = hashlib.blake2b(salt.encode(), digest_size=32).digest() if salt else b""
    return hashlib.blake2b(str(cell).encode(), digest_size=8, key=key).hexdigest()
