"""Several rows of counts made one: contacts add up, handle time is averaged over contacts."""

from __future__ import annotations

import pandas as pd

KEYS = ["start", "queue"]


def pooled(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Add up the rows of each start and queue.

    Parameters
    ----------
    rows
        Columns `start`, `queue`, `offered` and perhaps `handle_time` (s; NaN where nothing was
        handled).

    Returns
    -------
    table : pandas.DataFrame
        One row a (start, queue), sorted by them, RangeIndex; the same columns.
    rows : pandas.Series
        How many rows went into each, in the same order.

    Examples
    --------
    >>> twice = pd.DataFrame(
    ...     {"start": [0, 0], "queue": ["a", "a"], "offered": [1, 3], "handle_time": [100, 200]}
    ... )
    >>> pooled(twice)[0]["handle_time"].tolist()
    [175.0]
    """
    rows = rows[[name for name in (*KEYS, "offered", "handle_time") if name in rows]].copy()
    if "handle_time" in rows:
        rows["weight"] = rows["offered"].where(rows["handle_time"].notna(), 0.0)
        rows["seconds"] = (rows["handle_time"] * rows["weight"]).fillna(0.0)
    groups = rows.groupby(KEYS, sort=True)
    table = groups.sum(numeric_only=True).reset_index()
    if "handle_time" in table:
        table["handle_time"] = table["seconds"] / table["weight"].where(table["weight"] > 0)
        table = table.drop(columns=["seconds", "weight"])
    return table, groups.size().reset_index(drop=True)
