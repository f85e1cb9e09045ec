"""Intervals with more than one row, and which of the rows count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.findings import Finding, Ledger
from ccsim.demand.pooling import KEYS, pooled

# One interval in ten with several rows, and ten of them, is no slip of an export: rows are split
# by something that is no column of ours, and belong together.
SPLIT_SHARE, SPLIT_INTERVALS = 0.1, 10


def settle_duplicates(frame: pd.DataFrame, column: str, ledger: Ledger) -> pd.DataFrame:
    """Note rows whose interval and queue had a row before, and keep what the planner chose.

    Rows that say the same are a `duplicate`; when any differs they are a `conflict`. A source
    whose rows are split throughout is one conflict, with the repair `sum`.

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
    rows = frame[several]
    group = rows.groupby(KEYS)
    measures = [name for name in ("offered", "handle_time") if name in frame]
    same = (group[measures].transform(lambda cell: cell.nunique(dropna=False)) == 1).all(axis=1)
    share = group.ngroups / (len(frame) - len(rows) + group.ngroups)
    if not same.all() and share >= SPLIT_SHARE and group.ngroups >= SPLIT_INTERVALS:
        # Two parts of an interval may be equal by chance and are still two parts.
        same = same & False
        proposed: str | None = "sum"
        _note_split(rows, column, share, ledger)
    else:
        proposed = None
        _note_each(rows, same, column, ledger)
    kept = [frame[~several]]
    for kind, alike in (("duplicate", same), ("conflict", ~same)):
        kept.append(_kept(rows[alike], ledger.action(kind, proposed)))
    return pd.concat(kept)


def _note_split(rows: pd.DataFrame, column: str, share: float, ledger: Ledger) -> None:
    start, queue = rows["start"].iloc[0], rows["queue"].iloc[0]
    again = rows.duplicated(KEYS)
    second = int(str(rows.index[again & (rows["start"] == start) & (rows["queue"] == queue)][0]))
    what = (
        f"column '{column}': {start:%Y-%m-%d %H:%M} of queue '{queue}' is duplicated, first seen "
        f"in row {int(str(rows.index[0]))}; {share:.0%} of intervals have several rows, split by "
        "something that is no column of ours; allowed: once"
    )
    after = {
        "first": float(rows["offered"][~again].sum()),
        "last": float(rows["offered"][~rows.duplicated(KEYS, keep="last")].sum()),
        "sum": float(rows["offered"].sum()),
    }
    finding = Finding("conflict", what, second, start, queue, before=after["first"])
    ledger.note(finding, "sum", after)


def _note_each(rows: pd.DataFrame, same: pd.Series, column: str, ledger: Ledger) -> None:
    for _, alike in rows.groupby(KEYS):
        first, counts = int(str(alike.index[0])), alike["offered"]
        after = {
            "first": float(counts.iloc[0]),
            "last": float(counts.iloc[-1]),
            "sum": float(counts.sum()),
        }
        start, queue = alike["start"].iloc[0], alike["queue"].iloc[0]
        for row, count in counts.iloc[1:].items():
            twin = bool(same[row])
            said = "" if twin else f" with {after['first']:g} contacts, here {count:g}"
            what = (
                f"column '{column}': {start:%Y-%m-%d %H:%M} of queue '{queue}' is duplicated, "
                f"first seen in row {first}{said}; allowed: once"
            )
            kind = "duplicate" if twin else "conflict"
            finding = Finding(kind, what, int(str(row)), start, queue, before=after["first"])
            ledger.note(finding, after=after)


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
