"""Read a history of counts from wherever the planner has it, and refuse what cannot be right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pandas as pd

from ccsim.demand.cells import clock_of
from ccsim.demand.checks import checked_table
from ccsim.demand.export_cells import in_our_columns
from ccsim.demand.exports import preset_named, preset_names
from ccsim.demand.findings import Ledger, checked_choice, findings_table
from ccsim.demand.gaps import Missing, settle_gaps
from ccsim.demand.history import History
from ccsim.demand.layouts import read_export
from ccsim.demand.opening import Hours
from ccsim.demand.sources import RawTable, read_source
from ccsim.demand.unusual import settle_unusual
from ccsim.demand.wording import nearest
from ccsim.errors import HistoryError, OptionError


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
    repair: str | Mapping[str, str] = "refuse",
    hours: Hours | Mapping[str, Hours] | None = None,
    columns_preset: str | None = None,
    profile: str | Path | pd.DataFrame | None = None,
) -> History:
    """Read how many contacts each queue was offered in each past interval.

    Parameters
    ----------
    source
        A .csv, .tsv, .xlsx or .parquet file, a database URL (with `query`), a DataFrame, or
        `dataset:bank_calls`. Wanted columns: `start`, `offered`, and if there are any
        `queue`, `handle_time` (seconds) and `channel` (one a queue).
    columns
        Our column name to the source's, such as `{"offered": "Calls"}`.
    timezone
        IANA name of the centre's clock. Times without UTC offset are read as this clock,
        others converted to it. Default: the data set's own, else UTC.
    interval
        Length of an interval: minutes that divide the hour, or `1D`; default: what most rows
        are apart.
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
        What an interval missing inside an open day means: `error`, `zero` (no contacts),
        `drop` (the day is left out) or `keep` (it was not observed; the rest of the day was).
        Days missing whole are findings, never an error.
    repair
        What to do about what is found: `refuse` (stop at what cannot be right), `proposed`
        (make the repairs `check_history` proposes), or an action by kind of finding, such as
        `{"duplicate": "first", "others": "proposed"}`. Kinds and actions are those of
        `ccsim.demand.findings.RULES`. Every repair is listed in `History.findings`.
    hours
        Weekly opening hours, as for `forecast`, of all queues or by queue: rows missing outside
        them are no gaps, rows missing inside are, contacts counted outside are a finding.
    columns_preset
        Name of a system whose export this is, such as `genesys_cloud`, or a .yaml file that
        describes another as those in `ccsim/demand/presets` do; `columns` overrides it.
    profile
        Shares of a day by interval, for a source of whole days; as `History.spread_over`.

    Returns
    -------
    History

    Raises
    ------
    HistoryError
        One message with source, row, column, what was found, what is allowed and the way out.
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
    choice = checked_choice(repair)
    if missing != "error":
        choice["gap"] = "missing" if missing == "keep" else missing
        if missing == "zero":
            choice["edge"] = "zero"
    if columns_preset is None:
        raw = read_source(source, query=query, sheet=sheet, separator=separator)
        clock = clock_of(raw, timezone)
        ledger = Ledger(raw.name, choice)
        if not columns and not raw.columns and "start" not in raw.frame:
            _refuse_known_export(raw)
    else:
        preset = preset_named(columns_preset).overridden(columns, time_format)
        export = read_export(source, preset, query=query, sheet=sheet, separator=separator)
        ledger = Ledger(export.name, choice)
        raw = in_our_columns(export, preset, ledger)
        clock = clock_of(raw, timezone)
        columns = time_format = None
    checked = checked_table(
        raw,
        columns,
        ledger,
        timezone=clock,
        interval=interval,
        queue=queue,
        time_format=time_format,
    )
    table = settle_gaps(checked.table, ledger, clock, checked.interval, hours)
    table = settle_unusual(table, ledger, checked.interval)
    table = table[table["offered"].notna()].reset_index(drop=True)
    if table.empty:
        raise HistoryError(f"{raw.name}: no count is left after the repairs")
    findings = findings_table(ledger.found, clock).sort_values(
        ["start", "row"], kind="stable", ignore_index=True
    )
    history = History(table, checked.interval, clock, raw.name, findings, checked.channels)
    return history if profile is None else history.spread_over(profile)


def _refuse_known_export(raw: RawTable) -> None:
    """Say which system's export a table without our columns looks like, if it does."""
    likely = [name for name in preset_names() if preset_named(name).fits(raw.frame.columns)]
    if likely:
        raise HistoryError(
            f"{raw.name}: column 'start' is missing; the headings are those of "
            f"{preset_named(likely[0]).system}: read it with columns_preset='{likely[0]}'"
        )


def check_history(
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
    hours: Hours | Mapping[str, Hours] | None = None,
    columns_preset: str | None = None,
) -> pd.DataFrame:
    """List what is wrong, missing or odd in a history, each with a proposed repair.

    Nothing is refused that has a repair, and nothing is changed.

    Parameters
    ----------
    source, columns, timezone, interval, query, queue, sheet, separator, time_format, hours
        As in `read_history`.
    columns_preset
        As in `read_history`.

    Returns
    -------
    pandas.DataFrame
        As `ccsim.demand.findings.findings_table` documents; `done` is False throughout, but for
        totals rows of an export, which are no counts.

    Raises
    ------
    HistoryError
        When the source cannot be read at all, lacks a column, gives a queue two channels, or
        has no count that could be kept.
    OptionError
        When an argument is not allowed.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"start": ["2026-01-05", "2026-01-06"], "offered": [40, -1]})
    >>> check_history(rows)[["row", "kind", "repair"]].to_string(index=False, header=False)
    '2 negative missing'
    """
    history = read_history(
        source,
        columns,
        timezone=timezone,
        interval=interval,
        query=query,
        queue=queue,
        sheet=sheet,
        separator=separator,
        time_format=time_format,
        repair="proposed",
        hours=hours,
        columns_preset=columns_preset,
    )
    done = history.findings["done"] & (history.findings["kind"] == "totals row")
    return history.findings.assign(done=done)
