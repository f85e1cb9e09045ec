"""Versions of a forecast side by side, and what each change was worth."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from ccsim.demand.actuals import laid_out
from ccsim.demand.clock import local_dates
from ccsim.demand.history import History
from ccsim.demand.prediction import Forecast
from ccsim.errors import OptionError

COLUMNS = ["queue", "dates", "reason", "by", "before", "after", "value_added"]


def compared(this: Forecast, other: Forecast) -> pd.DataFrame:
    """Set two versions side by side by day; see `Forecast.compare`."""
    if not (this.mean.index.equals(other.mean.index) and this.queues == other.queues):
        raise OptionError("compare: allowed: forecasts of the same intervals and queues")
    starts = pd.DatetimeIndex(this.mean.index)
    days = pd.Index(starts.tz_localize(None).normalize(), name="date")
    both = [one.mean.groupby(days).sum().stack() for one in (this, other)]
    table = pd.concat(both, axis=1, keys=["this", "other"]).reset_index()
    return table.assign(difference=table["this"] - table["other"])


def value_added(forecast: Forecast, actuals: pd.DataFrame | History) -> pd.DataFrame:
    """Say what each adjustment did to the error; see `Forecast.value_added`."""
    seen = laid_out(actuals, forecast.mean, forecast.interval)
    dates = local_dates(pd.DatetimeIndex(forecast.mean.index))
    versions, rows = forecast.versions, []
    for earlier, later in pairwise(versions):
        made = later.adjustment
        assert made is not None
        on = np.isin(dates, np.array(made.dates, dtype="datetime64[D]"))
        came = seen[made.queue][on]
        errors = [float((came - v.mean[made.queue][on]).abs().sum()) for v in (earlier, later)]
        days = ", ".join(map(str, made.dates))
        rows.append((made.queue, days, made.reason, made.by, *errors, errors[0] - errors[1]))
    return pd.DataFrame(rows, columns=COLUMNS)
