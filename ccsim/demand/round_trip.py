"""A forecast as a workbook the planner changes, and the changes read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ccsim.demand.adjusting import Adjustment
from ccsim.errors import HistoryError, OptionError
from ccsim.files import replacing

if TYPE_CHECKING:
    from ccsim.demand.prediction import Forecast

DAYS, INTERVALS = "days", "intervals"
REASON = "reason"
# A total is written with two decimals; less than that is no change.
ROUNDING = 0.006


def day_totals(forecast: Forecast) -> pd.DataFrame:
    """Contacts by local date and queue; index `date`."""
    days = pd.DatetimeIndex(forecast.mean.index).tz_localize(None).normalize()
    return forecast.mean.groupby(pd.Index(days, name="date")).sum()


def write_workbook(forecast: Forecast, path: Path) -> Path:
    """Write sheets `days` (to be changed) and `intervals` (to be read)."""
    days = day_totals(forecast).round(2).reset_index()
    days.insert(1, "weekday", days["date"].dt.day_name())
    days[REASON] = ""
    intervals = forecast.mean.round(2).reset_index()
    intervals["start"] = pd.DatetimeIndex(intervals["start"]).tz_localize(None)
    with (
        replacing(path) as part,
        pd.ExcelWriter(
            part, engine="xlsxwriter", datetime_format="yyyy-mm-dd hh:mm", date_format="yyyy-mm-dd"
        ) as book,
    ):
        days.assign(date=days["date"].dt.date).to_excel(book, sheet_name=DAYS, index=False)
        intervals.to_excel(book, sheet_name=INTERVALS, index=False)
        for sheet in (DAYS, INTERVALS):
            book.sheets[sheet].set_column(0, len(days.columns), 16)
            book.sheets[sheet].freeze_panes(1, 1)
    return path


def read_workbook(forecast: Forecast, path: Path, by: str) -> list[Adjustment]:
    """List what was changed in the sheet `days`, an adjustment per day and queue.

    Raises
    ------
    HistoryError
        When it is not a workbook of this forecast.
    OptionError
        When a changed total has no reason, or is no number of contacts.
    """
    from ccsim.demand.sources import read_source

    raw = read_source(path, sheet=DAYS)
    frame = raw.frame
    lacking = [name for name in ("date", *forecast.queues, REASON) if name not in frame]
    if lacking:
        raise HistoryError(
            f"{path}: sheet '{DAYS}' lacks {', '.join(lacking)}; allowed: a workbook written by "
            "to_excel of this forecast"
        )
    totals = day_totals(forecast)
    found = []
    for row in frame.index:
        date = pd.to_datetime(str(frame.at[row, "date"]), errors="coerce")
        if pd.isna(date) or date.normalize() not in totals.index:
            raise HistoryError(
                f"{path}: sheet '{DAYS}', row {row}: '{frame.at[row, 'date']}' is not a day of the "
                f"forecast, {totals.index[0]:%Y-%m-%d} to {totals.index[-1]:%Y-%m-%d}"
            )
        for queue in forecast.queues:
            value = pd.to_numeric(frame.at[row, queue], errors="coerce")
            if not (np.isfinite(value) and value >= 0):
                raise OptionError(
                    f"{path}: sheet '{DAYS}', row {row}, column '{queue}': "
                    f"'{frame.at[row, queue]}' is not a number of contacts; allowed: 0 or more"
                )
            if abs(value - totals.at[date.normalize(), queue]) <= ROUNDING:
                continue
            reason = frame.at[row, REASON]
            if not isinstance(reason, str) or not reason.strip():
                raise OptionError(
                    f"{path}: sheet '{DAYS}', row {row}: the total of '{queue}' was changed to "
                    f"{value:g} without a reason; allowed: a few words in column '{REASON}'"
                )
            made = Adjustment(
                (date.date(),), queue, reason=reason.strip(), by=by, value=float(value)
            )
            found.append(made)
    return found
