"""The schedule: which shifts are worked, by whom, and how well they cover the requirement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ccsim.scheduling.design import Chosen
from ccsim.scheduling.problem import Problem
from ccsim.staffing import Requirement

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Planned:
    """What a schedule was chosen from: kept to explain it.

    Attributes
    ----------
    begin
        Start of the horizon, from which the problem counts seconds.
    problem
        Shifts, needs, prices and rules of all groups.
    chosen
        What was chosen, by group.
    """

    begin: pd.Timestamp
    problem: Problem
    chosen: Mapping[str, Chosen]


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
    planned
        What it was chosen from; None where it was put together by hand.
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
    planned: Planned | None = None

    def plot(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Agents on duty against agents needed, interval by interval."""
        from ccsim.figures import staffing
        from ccsim.text import labels as catalogue

        return staffing.cover(self.cover, labels or catalogue("en"))

    def gantt(
        self, date: dt.date | str | None = None, labels: Mapping[str, str] | None = None
    ) -> Figure:
        """Draw a day's people as rows: work, meals, breaks, trainings.

        Parameters
        ----------
        date
            Local date, or as ``"2026-11-09"``; the day with most shifts where None.
        labels
            Words by key; English where None.

        Raises
        ------
        OptionError
            For a date on which no shift starts.
        """
        from ccsim.scheduling.pictures import gantt

        return gantt(self.duty, date, labels)

    def heat_map(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Draw planned minus required agents by day and time of day."""
        from ccsim.figures import heat
        from ccsim.text import labels as catalogue

        return heat.net_staffing(self.cover, labels or catalogue("en"))

    def explain(
        self, requirement: Requirement, labels: Mapping[str, str] | None = None
    ) -> pd.DataFrame:
        """Say for every interval what drives the need, what the shifts give, and why they differ.

        Parameters
        ----------
        requirement
            The one it was made for.
        labels
            Words by key, for `why`; English where None.

        Returns
        -------
        DataFrame
            A row per (start, group): ``driver``, ``load``, ``required``, ``agents``,
            ``difference``, ``cause``, ``why``: see `ccsim.scheduling.explain.explain`.

        Raises
        ------
        OptionError
            For another requirement, or a schedule that was put together by hand.

        Examples
        --------
        >>> import ccsim
        >>> scenario = ccsim.load("scenarios/finance.yaml")
        >>> needed = ccsim.require(scenario)                               # doctest: +SKIP
        >>> ccsim.schedule(scenario, needed).explain(needed)["why"].head() # doctest: +SKIP
        """
        from ccsim.scheduling.explain import explain
        from ccsim.text import labels as catalogue

        return explain(self, requirement, labels or catalogue("en"))
