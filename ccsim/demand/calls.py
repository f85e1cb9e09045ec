"""Read a log of single calls: who came when, was answered when, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.demand.cells import Cells, cells_of, clock_of, is_blank
from ccsim.demand.checks import QUEUE
from ccsim.demand.sources import read_source
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

REQUIRED = ("contact", "arrived", "answered", "ended", "outcome")
OPTIONAL = ("queue", "agent", "wrap", "ivr", "segment", "customer")
# The last two end in the menu: nobody was asked for.
OUTCOMES = ("handled", "abandoned", "blocked", "contained", "ivr_lost")
ALWAYS_TOLD = OUTCOMES[:3]
UNASKED = ("blocked", "contained", "ivr_lost")
LONGEST_S = 24 * 3600.0
SECONDS = "seconds, from 0 to 86400 (24 h), or an empty cell"


@dataclass(frozen=True, eq=False)
class CallLog:
    """A checked log of contacts; nothing in it names a customer.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a contact, in order of arrival, RangeIndex. Columns: `contact` str, a hash of
        the source's; `queue` str; `arrived` tz-aware, when a person was asked for (of who ended in
        the menu: when that was); `answered` tz-aware, NaT where nobody did; `ended` tz-aware, end
        of the talk or when the customer left; `outcome` str, one of handled, abandoned, blocked,
        contained (the menu was enough), ivr_lost (hung up in the menu). Where the source has
        them: `agent` str, a hash; `wrap` float64 s after `ended`; `ivr` float64 s in the menu
        before `arrived`; `segment` str; `customer` str, a hash, the same in all contacts of one.
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
        told = [name for name in OUTCOMES if name in ALWAYS_TOLD or name in counts]
        ends = ", ".join(f"{counts.get(name, 0):,} {name}" for name in told)
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
    out; contacts, agents and customers are kept as hashes only.

    Parameters
    ----------
    source
        A .csv, .tsv, .xlsx or .parquet file, a database URL (with `query`) or a DataFrame.
        Wanted columns: `contact`, `arrived`, `answered`, `ended`, `outcome`, and if there are
        any `queue`, `agent`, `wrap` (s), `ivr` (s), `segment` and `customer`.
    columns, timezone, queue, query, sheet, separator, time_format
        As in `read_history`.
    outcomes
        The source's word for an outcome to ours, such as `{"ANSWERED": "handled"}`.
    salt
        Mixed into the hashes: where numbers are few, such as phone numbers, a hash without a
        secret can be undone by trying them all. The same salt gives the same hashes.

    Returns
    -------
    CallLog

    Raises
    ------
    HistoryError, OptionError
        As `read_history`.

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
    raw = read_source(source, query=query, sheet=sheet, separator=separator)
    zone = clock_of(raw, timezone)
    cells = cells_of(raw, columns, REQUIRED, OPTIONAL, timezone=zone, time_format=time_format)
    frame = _read(cells, words, queue)
    # The order of times can be judged only on times and outcomes that could be read.
    cells.problems.raise_any()
    _check_duplicates(frame, cells)
    _check_answers(frame, cells)
    _check_order(frame, cells)
    cells.problems.raise_any()
    for name in ("contact", "agent", "customer"):
        if name in frame:
            frame[name] = [hashed(cell, salt) for cell in frame[name]]
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


def _read(cells: Cells, words: dict[str, str], queue: str) -> pd.DataFrame:
    """Read every cell; the index is the row number in the source."""
    frame = cells.table()
    frame["contact"] = cells.texts("contact", "an identifier")
    frame["queue"] = cells.texts("queue", QUEUE) if "queue" in cells else queue
    frame["arrived"] = cells.times("arrived")
    # Who was never answered, or never got in, leaves a cell empty; `_check_answers` judges.
    for name in ("answered", "ended"):
        frame[name] = cells.given_times(name)
    said = cells["outcome"].astype("str").str.strip()
    frame["outcome"] = said.str.lower().map(words)
    allowed = f"allowed: {', '.join(words)}; map other words with outcomes="
    cells.refuse(cells["outcome"][frame["outcome"].isna()], "outcome", "found {}", allowed)
    for name in ("agent", "customer"):
        if name in cells:
            frame[name] = cells[name].astype("str").where(~is_blank(cells[name]), None)
    for name in ("wrap", "ivr"):
        if name in cells:
            frame[name] = cells.given_numbers(name, SECONDS, 0, LONGEST_S)
    if "segment" in cells:
        segment = cells["segment"].astype("str").str.strip()
        frame["segment"] = segment.where(~is_blank(cells["segment"]), None)
    return frame


def _check_duplicates(frame: pd.DataFrame, cells: Cells) -> None:
    first = frame.reset_index(names="row").groupby("contact")["row"].transform("first")
    for row, earlier in zip(frame.index, first, strict=True):
        if row != earlier:
            cells.note(
                row, "contact", f"the contact of row {earlier} again; allowed: each contact once"
            )


def _check_answers(frame: pd.DataFrame, cells: Cells) -> None:
    """Check which times an outcome needs, and fill in the end of who never asked for a person."""
    handled, unasked = frame["outcome"] == "handled", frame["outcome"].isin(UNASKED)
    unanswered = handled & frame["answered"].isna()
    cells.refuse(
        frame["answered"][unanswered], "answered", "found {}", "allowed: a time, for it was handled"
    )
    answered = ~handled & frame["answered"].notna()
    cells.refuse(
        frame["answered"][answered].dt.strftime("%Y-%m-%d %H:%M:%S"),
        "answered",
        "found {}",
        "allowed: an empty cell, for nobody answered it",
    )
    unended = ~unasked & frame["ended"].isna()
    cells.refuse(frame["ended"][unended], "ended", "found {}", "allowed: a time")
    frame["ended"] = frame["ended"].where(~(unasked & frame["ended"].isna()), frame["arrived"])


def _check_order(frame: pd.DataFrame, cells: Cells) -> None:
    for later, earlier in (("answered", "arrived"), ("ended", "answered"), ("ended", "arrived")):
        both = frame[later].notna() & frame[earlier].notna()
        if (later, earlier) == ("ended", "arrived"):
            both &= frame["answered"].isna()
        wrong = both & (frame[later] < frame[earlier])
        cells.refuse(
            frame[later][wrong].dt.strftime("%Y-%m-%d %H:%M:%S"),
            later,
            f"{{}} is before {cells.names[earlier]}",
            "allowed: arrived, then answered, then ended",
        )


def hashed(cell: object, salt: str) -> str | None:
    """Replace an identifier by a lasting one that does not say whose it is (BLAKE2b)."""
    if cell is None or cell is np.nan or cell != cell:
        return None
    key = hashlib.blake2b(salt.encode(), digest_size=32).digest() if salt else b""
    return hashlib.blake2b(str(cell).encode(), digest_size=8, key=key).hexdigest()
