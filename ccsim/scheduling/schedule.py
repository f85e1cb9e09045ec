"""The schedule: which shifts are worked, by whom, and how well they cover the requirement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Schedule:
    """Shifts for the horizon.

    Attributes
    ----------
    shifts
        A row a distinct shift, places of its pauses included: ``group`` (str), ``start``, ``end``
        (tz-aware), ``meal_start``, ``meal_end``, ``gap_start``, ``gap_end`` (of a split shift;
        NaT where there is none), ``breaks`` (str, starts of the breaks such as
        ``"10:15 15:30"``), ``work_hours`` (float64, at work: without meal, breaks and gap),
        ``paid_hours`` (float64), ``agents`` (int64, how many work exactly this shift).
    duty
        The shifts person by person, scheduled: ``agent`` (str), ``group``, ``activity``
        (``work``, ``meal``, ``break`` or ``training``), ``start``, ``end``, ``shift`` (int64: the
        rows of one shift of one person, both parts of a split one, share a number).
    cover
        A row per (start, group) in which anybody is needed or present: ``required`` (float64,
        scheduled agents asked for), ``agents`` (float64, planned at work; a break of half an
        interval takes half an agent), ``under``, ``over`` (float64, agents missing and too many).
    cost
        Paid hours times the wage, overtime at its price, money of the horizon.
    bound
        No schedule's objective (cost plus prices of covering badly and of distinct shifts) can
        be lower than this.
    objective
        Objective reached by this schedule.
    gap
        (objective − bound) ÷ objective.
    people
        Index group: people the shifts need under the weekly rules (int64).
    overtime
        Index group: paid hours beyond those of the week (float64).
    solver
        Which solver found it.
    notes
        What a planner should know, e.g. that the time limit was reached.
    """

    shifts: pd.DataFrame
    duty: pd.DataFrame
    cover: pd.DataFrame
    cost: float
    bound: float
    objective: float
    gap: float
    people: pd.Series
    overtime: pd.Series
    solver: str
    notes: tuple[str, ...] = ()

    def plot(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Agents on duty against agents needed, interval by interval."""
        from ccsim.figures import staffing
        from ccsim.text import labels as catalogue

        return staffing.cover(self.cover, labels or catalogue("en"))
