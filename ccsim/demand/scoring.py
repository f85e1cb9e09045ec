"""Errors of one forecast, interval by interval, and league tables of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Floats
from ccsim.demand.clock import local_dates
from ccsim.demand.history import History
from ccsim.demand.prediction import Forecast
from ccsim.demand.staffing_error import HOUR_S, mean_handle_times, staffing_curve

QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.95, 0.975)
LOW, HIGH = 0.1, 0.9  # ends of the 80 % band
LEAGUE = ["WAPE", "bias", "wQL", "coverage_80", "over_hours", "under_hours", "days", "seconds"]
LARGEST = 3.0  # forecasts above so many times the busiest interval need no finer curve


@dataclass(frozen=True, eq=False)
class Judge:
    """What came, and what agents it and forecasts of it need.

    Attributes
    ----------
    came
        Contacts counted, index `start`, a column per queue.
    curves
        Contacts and agents by queue (`staffing_curve`).
    interval_s
        Seconds of an interval.
    """

    came: pd.DataFrame
    curves: dict[str, tuple[Floats, Floats]]
    interval_s: int

    def rows(self, made: Forecast, first: np.datetime64) -> pd.DataFrame:
        """Score a forecast: a row for every interval and queue counted in its days."""
        dates = local_dates(pd.DatetimeIndex(self.came.index))
        inside = (dates >= first) & (dates < first + made.days)
        came = self.came[inside]
        shape = {"index": came.index, "columns": came.columns, "fill_value": 0.0}
        actual, mean = came.to_numpy(), made.mean.reindex(**shape).to_numpy()
        pinball, bands = np.zeros(actual.shape), {}
        for q in QUANTILES:
            at = made.quantile(q).reindex(**shape).to_numpy()
            pinball += np.maximum(q * (actual - at), (q - 1.0) * (actual - at)) / len(QUANTILES)
            bands[q] = at
        needed = np.full((2, *actual.shape), np.nan)
        for place, queue in enumerate(came.columns):
            if queue in self.curves:
                contacts, agents = self.curves[queue]
                for row, values in enumerate((mean, actual)):
                    needed[row, :, place] = np.interp(values[:, place], contacts, agents)
        surplus = (needed[0] - needed[1]) * self.interval_s / HOUR_S
        clock = pd.DatetimeIndex(came.index)
        each = {
            "contacts": actual,
            "missed": np.abs(actual - mean),
            "excess": mean - actual,
            "pinball": pinball,
            "within": (actual >= bands[LOW]) & (actual <= bands[HIGH]),
            "over_hours": np.maximum(surplus, 0.0),
            "under_hours": np.maximum(-surplus, 0.0),
        }
        columns = {name: values.astype(float).ravel() for name, values in each.items()}
        queues = len(came.columns)
        rows = pd.DataFrame(
            {
                "date": np.repeat(dates[inside], queues),
                "lead": np.repeat((dates[inside] - first).astype(np.int64) + 1, queues),
                "hour": np.repeat(clock.hour, queues),
                "weekday": np.repeat(clock.day_of_week, queues),
                "queue": np.tile(came.columns.to_numpy(), len(came)),
                **columns,
            }
        )
        return rows[np.isfinite(rows["contacts"])]


def judge_of(
    counts: History, step: int, handle_time: float | None, target: tuple[float, float]
) -> Judge:
    """Make the judge of a history's counts, for the staffing target given."""
    came = counts.table.pivot(index="start", columns="queue", values="offered")
    curves = {
        queue: staffing_curve(LARGEST * float(came[queue].max()), seconds, step, target)
        for queue, seconds in mean_handle_times(counts, handle_time).items()
    }
    return Judge(came, curves, step)


def league_table(scores: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum rows of `Judge.rows` by model and what else; see `backtest` for the columns."""
    sums = scores.groupby(keys).sum(numeric_only=True)
    groups = scores.groupby(keys)
    size = groups.size()
    days = groups[["origin", "date"]].apply(lambda rows: len(rows.drop_duplicates()))
    unknown = groups["over_hours"].apply(lambda hours: hours.isna().all())
    table = pd.DataFrame(
        {
            "WAPE": sums["missed"] / sums["contacts"],
            "bias": sums["excess"] / sums["contacts"],
            "wQL": 2.0 * sums["pinball"] / sums["contacts"],
            "coverage_80": sums["within"] / size,
            "over_hours": (sums["over_hours"] / days).mask(unknown),
            "under_hours": (sums["under_hours"] / days).mask(unknown),
            "days": days,
            "seconds": sums["seconds"],
        }
    )
    return table.reset_index()
