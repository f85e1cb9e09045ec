"""The requirement: agents each interval and group needs, with every step beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ccsim.staffing.proof import Proof

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Requirement:
    """Agents needed by interval and group.

    Attributes
    ----------
    table
        A row per (start, group), sorted, with every step a planner reconciles with a spreadsheet:
        ``start`` (tz-aware), ``group`` (str), ``contacts`` (expected in the interval; by
        simulation those the group answers), ``aht`` (s), ``load`` (Erlangs, lag-corrected),
        ``erlang_c``, ``erlang_a`` (agents in closed form, without and with patience),
        ``occupancy_cap`` (agents for the cap on occupancy alone; NaN without one),
        ``closed_form`` (the requirement in closed form), ``simulated`` (found by simulation;
        NaN where none was needed), ``net`` (agents at work, unrounded), ``net_whole`` (int64),
        ``shrinkage`` (share), ``scheduled`` (float64: net_whole ÷ (1 − shrinkage)) and
        ``driver`` (str: the target that asks for most, e.g. ``service_level of calls``).
    method
        How it was found: ``"erlang"`` or ``"simulation"``.
    queues
        A row per (start, queue), each by itself: ``contacts``, ``aht``, ``offered`` (Erlangs:
        contacts × AHT ÷ interval), ``load`` (lag-corrected), ``erlang_c``, ``erlang_a``,
        ``occupancy_cap``. None where a requirement was given by hand.
    proof
        What days give that the search has not seen; None where it was not simulated.
    notes
        What a planner should know about it.
    """

    table: pd.DataFrame
    method: str
    queues: pd.DataFrame | None = None
    proof: Proof | None = None
    notes: tuple[str, ...] = ()

    @property
    def agent_hours(self) -> float:
        """Net agent-hours of the whole table."""
        starts = pd.DatetimeIndex(self.table["start"].unique())
        step = starts.to_series().diff().min() if len(starts) > 1 else pd.Timedelta(minutes=30)
        return float(self.table["net_whole"].sum() * (step / pd.Timedelta(hours=1)))

    def plot(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Agents needed through the period, net and scheduled."""
        from ccsim.figures import staffing
        from ccsim.text import labels as catalogue

        return staffing.requirement(self.table, labels or catalogue("en"))
