"""Read a history of counts from wherever the planner has it, and refuse what cannot be right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pandas as pd

from ccsim.demand.cells import clock_of
from ccsim.demand.checks import checked_table
from ccsim.demand.gaps import Missing, settle_gaps
from ccsim.demand.history import History, findings_table
from ccsim.demand.sources import read_source
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError


def read_history(
    source: str | Path | pd.DataFrame,
    columns: Mapping[str, str] | None = None,
    *,
    timezone: str | None = None,
    interval: str | pd.Timedelta | None = None,
    query: str | None = None,
    queue: str = "calls",
    sheet: str | None = None,
    separator: str = ",",
    time_format: str | None = None,
    missing: Missing = "error",
) -> History:
    """Read how many contacts each queue was offered in each past interval.

    Parameters
    ----------
    source
        A .csv, .tsv, .xlsx or .parquet file, a database URL (with `query`), a DataFrame, or
        `dataset:bank_calls`. Wanted columns: `start`, `offered`, and if there are any
        `queue` and `handle_time` (seconds).
    columns
        Our column name to the source's, such as `{"offered": "Calls"}`.
    timezone
        IANA name of the centre's clock. Times without UTC offset are read as this clock,
        others converted to it. Default: the data set's own, else UTC.
    interval
        Length of an interval; default: what most rows are apart.
    query
        The SELECT to run on a database.
    queue
        Name of the one queue of a source without queue column.
    sheet
        Worksheet of an Excel file; default the first.
    separator
        Between the columns of a text file.
    time_format
        How times are written, in `strptime` codes; default ISO 8601.
    missing
        What an interval missing inside an open day means: `error`, `zero` (no contacts) or
        `drop` (the day is left out). Days missing whole are findings, never an error.

    Returns
    -------
    History

    Raises
    ------
    HistoryError
        One message with source, row, column, what was found and what is allowed.
    OptionError
        When an argument is not allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"start": ["2026-01-05 08:00", "2026-01-05 08:30"], "Calls": [40, 52]})
    >>> read_history(rows, {"offered": "Calls"}, timezone="Asia/Shanghai").table["offered"].sum()
    np.float64(92.0)
    """
    if missing not in get_args(Missing):
        raise OptionError(
            f"missing='{missing}' is not allowed; allowed: {', '.join(get_args(Missing))}"
            f"{nearest(missing, get_args(Missing))}"
        )
    raw = read_source(source, query=query, sheet=sheet, separator=separator)
    clock = clock_of(raw, timezone)
    checked, length = checked_table(
        raw, columns, timezone=clock, interval=interval, queue=queue, time_format=time_format
    )
    table, findings = settle_gaps(checked, raw.name, clock, missing)
    return History(table, length, clock, raw.name, findings_table(findings))
