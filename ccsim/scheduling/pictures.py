"""The picture that schedules and rosters share: one day's people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ccsim.errors import OptionError
from ccsim.text import labels as catalogue

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def gantt(
    duty: pd.DataFrame, date: dt.date | str | None, labels: Mapping[str, str] | None
) -> Figure:
    """Draw the shifts that start on a date, on the busiest where None.

    Raises
    ------
    OptionError
        For a date on which no shift starts.
    """
    from ccsim.figures import gantt as figure

    begins = duty.groupby("shift")["start"].min().dt.date
    if begins.empty:
        raise OptionError("gantt: nobody works; allowed: a schedule with shifts")
    if date is None:
        chosen = figure.busiest_date(duty)
    else:
        try:
            chosen = dt.date.fromisoformat(date) if isinstance(date, str) else date
        except ValueError as wrong:
            raise OptionError(f"gantt: date={date!r}; allowed: as '2026-11-09'") from wrong
    if chosen not in set(begins):
        raise OptionError(
            f"gantt: no shift starts on {chosen}; allowed: dates from {begins.min()} to "
            f"{begins.max()} on which people work"
        )
    return figure.gantt(duty, chosen, labels or catalogue("en"))
