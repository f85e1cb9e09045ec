"""Intervals with more than one row, and which of the rows count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.findings import Finding, Ledger
from ccsim.demand.pooling import KEYS, pooled

# One interval in ten with several different rows is no slip of an export: rows are split by
# something that is no column of ours, and belong together.
SPLIT = 0.1


def settle_duplicates(frame: pd.DataFrame, column: str, ledger: Ledger) -> pd.DataFrame:
    """Note rows whose interval and queue had a row before, and keep what the planner chose.

    Rows that say the same are a `duplicate`; when any differs they are a `conflict`.

    Parameters
    ----------
    frame
        `start`, `queue`, `offered` and perhaps `handle_time`; the index is the row in the source.
    column
        What the source calls the start.
    """
    several = frame.duplicated(KEYS, keep=False)
    if not several.any():
        return frame
    group = frame[several].groupby(KEYS)
    measures = [name for name in ("offered", "handle_time") if name in frame]
    same = (group[measures].transform(lambda cell: cell.nunique(dropna=False)) == 1).all(axis=1)
    share = group.ngroups / len(frame.drop_duplicates(KEYS))
    split = bool((~same).any()) and share >= SPLIT
    # Two parts of an interval may be equal by chance and are still two parts.
    same = same & (not split)
    proposed = "sum" if split else None

    first = group["offered"].transform(lambda cell: cell.index[0])
    totals = group["offered"].transform("sum")
    lasts = group["offered"].transform("last")
    for row, cells in frame[several].iterrows():
        earlier = int(first[row])
        if earlier == row:
            continue
        before = float(frame.at[earlier, "offered"])
        said = "" if same[row] else f" with {before:g} contacts, here {cells['offered']:g}"
        why = f"; {share:.0%} of intervals have several rows" if split else ""
        what = (
            f"column '{column}': {cells['start']:%Y-%m-%d %H:%M} of queue '{cells['queue']}' is "
            f"duplicated, first seen in row {earlier}{said}{why}; allowed: once"
        )
        finding = Finding(
            "duplicate" if same[row] else "conflict",
            what,
            int(str(row)),
            cells["start"],
            cells["queue"],
            before=before,
        )
        after = {"first": before, "last": float(lasts[row]), "sum": float(totals[row])}
        ledger.note(finding, None if same[row] else proposed, after)
    kept = [frame[~several]]
    for kind, rows in (("duplicate", same), ("conflict", ~same)):
        kept.append(_kept(frame[several][rows], ledger.action(kind, proposed)))
    return pd.concat(kept)


def _kept(rows: pd.DataFrame, action: str) -> pd.DataFrame:
    """Make one row of each interval."""
    if action in ("first", "last"):
        return rows.drop_duplicates(KEYS, keep="first" if action == "first" else "last")
    once = rows.drop_duplicates(KEYS).sort_values(KEYS)
    if action == "sum":
        total = pooled(rows)[0].set_index(once.index)
        unknown = rows["offered"].isna().groupby([rows["start"], rows["queue"]]).any().to_numpy()
        return total.assign(offered=total["offered"].mask(unknown))
    return once.assign(offered=np.nan)
