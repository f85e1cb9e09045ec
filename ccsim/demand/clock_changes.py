"""Rows at clock times that a change of the clock skips or repeats, and what becomes of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.cells import REPEATED_ALLOWED, SKIPPED_ALLOWED, Cells, Times
from ccsim.demand.findings import Finding, Ledger


def place_changed_hours(
    frame: pd.DataFrame, times: Times, cells: Cells, ledger: Ledger
) -> pd.DataFrame:
    """Give the rows in skipped and repeated hours their times, as the planner chose.

    A row in the hour the clock skips has no time and is left out. Two rows at one time of the
    hour it repeats are its two passes; one row alone holds either both passes or the first only,
    and nothing in the file says which.

    Parameters
    ----------
    frame
        `start` (NaT in those hours), `queue`, `offered` and perhaps `handle_time`; the index is
        the row in the source.
    """
    name = cells.names["start"]
    for row in times.skipped:
        what = f"column '{name}': '{cells['start'][row]}' {cells.skipped_hour}; {SKIPPED_ALLOWED}"
        count = frame.at[row, "offered"]
        ledger.note(Finding("skipped hour", what, int(row), queue=_queue(frame, row), before=count))
    if not len(times.repeated):
        return frame

    again = frame.loc[times.repeated].assign(wall=times.wall[times.repeated])
    turn = again.groupby(["wall", "queue"]).cumcount().to_numpy()
    alone = again.groupby(["wall", "queue"])["offered"].transform("size").to_numpy() == 1
    passes = {
        first: again["wall"].dt.tz_localize(
            times.starts.dt.tz, ambiguous=np.full(len(again), first)
        )
        for first in (True, False)
    }
    for place, row in enumerate(again.index):
        what = f"column '{name}': '{cells['start'][row]}' {cells.repeated_hour}"
        if alone[place]:
            kind, said = "merged hour", ", and has one row: both passes, or only the first"
        else:
            kind, said = "repeated hour", f", and this is its row {turn[place] + 1}"
        count = float(again["offered"].iloc[place])
        finding = Finding(
            kind,
            f"{what}{said}; {REPEATED_ALLOWED}",
            int(row),
            passes[bool(turn[place] == 0)].iloc[place],
            _queue(frame, row),
            before=count,
        )
        after = {"in order": count, "first": count, "halve": count / 2}
        ledger.note(finding, after=after)

    frame = frame.copy()
    frame.loc[again.index, "start"] = passes[True].where(turn == 0, passes[False])
    for kind, rows in (("merged hour", alone), ("repeated hour", ~alone)):
        if ledger.action(kind) == "missing":
            frame.loc[again.index[rows], "offered"] = np.nan
    if ledger.action("merged hour") == "halve":
        frame.loc[again.index[alone], "offered"] /= 2
        second = frame.loc[again.index[alone]].assign(start=passes[False][alone])
        frame = pd.concat([frame, second])
    return frame


def _queue(frame: pd.DataFrame, row: object) -> str | None:
    queue = frame.at[row, "queue"]
    return None if pd.isna(queue) else str(queue)
