"""The requirement: agents each interval and group needs, with every step beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Requirement:
    """Agents needed by interval and group.

    Attributes
    ----------
    table
        A row per (start, group), sorted: ``start`` (tz-aware), ``group`` (str), ``contacts``
        (expected in the interval), ``aht`` (s), ``load`` (Erlangs, lag-corrected), ``net``
        (agents at work, unrounded), ``net_whole`` (int64), ``scheduled`` (float64: net_whole
        ÷ (1 − shrinkage)).
    method
        How it was found, e.g. ``"erlang"``.
    notes
        What a planner should know about it.
    """

    table: pd.DataFrame
    method: str
    notes: tuple[str, ...] = ()

    def plot(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Agents needed through the period, net and scheduled."""
        from ccsim.figures import staffing
        from ccsim.text import labels as catalogue

        return staffing.requirement(self.table, labels or catalogue("en"))
