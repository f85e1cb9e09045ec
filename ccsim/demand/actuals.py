"""Counts that have come since a forecast was made, laid out as the forecast is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.demand.clock import in_minutes
from ccsim.demand.history import History
from ccsim.errors import OptionError


def laid_out(
    actuals: pd.DataFrame | History, mean: pd.DataFrame, interval: pd.Timedelta
) -> pd.DataFrame:
    """Lay counts out as a forecast's mean, NaN where there is none.

    Parameters
    ----------
    actuals
        Columns `start`, `queue`, `offered`, or a `History`.
    mean
        Index `start`, a column per queue.
    interval
        Length of its intervals.

    Raises
    ------
    OptionError
        When there is no count, or one that has no place in the forecast.
    """
    table = actuals.table if isinstance(actuals, History) else actuals
    missing = [name for name in ("start", "queue", "offered") if name not in table]
    if missing:
        raise OptionError(f"actuals lack {', '.join(missing)}; allowed: start, queue, offered")
    if not isinstance(table["start"].dtype, pd.DatetimeTZDtype):
        raise OptionError("actuals: start is not a column of tz-aware times; allowed: such times")
    table = table.assign(offered=pd.to_numeric(table["offered"], errors="coerce"))
    given = actuals.table["offered"] if isinstance(actuals, History) else actuals["offered"]
    wrong = given.notna() & ~(table["offered"].ge(0) & np.isfinite(table["offered"]))
    if wrong.any():
        row = table[wrong].iloc[0]
        raise OptionError(
            f"actuals count '{given[wrong].iloc[0]}' at {row['start']} of queue "
            f"'{row['queue']}'; allowed: a number of contacts, 0 or more"
        )
    table = table[table["offered"].notna()]
    if table.empty:
        raise OptionError("actuals are empty; allowed: at least one count")
    again = table[table.duplicated(["start", "queue"])]
    if not again.empty:
        start, queue = again.iloc[0][["start", "queue"]]
        raise OptionError(f"actuals count {start} of queue '{queue}' twice; allowed: once")
    counts = table.pivot(index="start", columns="queue", values="offered")
    strange = [str(name) for name in counts.columns if name not in mean.columns]
    if strange:
        raise OptionError(f"actuals have queue '{strange[0]}'; allowed: {', '.join(mean.columns)}")
    outside = counts.index.difference(mean.index)
    if len(outside):
        raise OptionError(
            f"actuals have {outside[0]}, which is no interval of the forecast "
            f"({mean.index[0]} to {mean.index[-1]}, {in_minutes(interval)} each)"
        )
    return counts.reindex(index=mean.index, columns=mean.columns)
