"""The roster: who works what, when, with which breaks, who is missing, and how fair it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ccsim.scenario import Scenario
from ccsim.scheduling.roster.people import Employee
from ccsim.scheduling.roster.placed import Placed
from ccsim.scheduling.roster.problem import Line, RosterProblem

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Planned:
    """What a roster was made of: kept for swaps.

    Attributes
    ----------
    scenario, shifts, employees, problem
        The rules, the shifts to work, who there is, and the model of all three, without what
        was published: a swap may change that.
    lines
        What each person does on each day, in the order of `employees`.
    locked
        So many first days stay as they were published.
    """

    scenario: Scenario
    shifts: Placed
    employees: Sequence[Employee]
    problem: RosterProblem
    lines: tuple[Line, ...]
    locked: int = 0


@dataclass(frozen=True, eq=False)
class Roster:
    """Who works what.

    Attributes
    ----------
    assignments
        A row per person and shift: ``person``, ``date`` (local date it starts on), ``group``,
        ``start``, ``end`` (tz-aware), ``paid_hours``, ``night`` (bool), ``shift`` (as in the
        schedule), ``locked`` (bool: published, stayed).
    duty
        Their activities with meals and breaks, as `simulate` takes them: ``agent``, ``group``,
        ``activity``, ``start``, ``end``, ``shift``.
    missing
        Whom to hire for, a row per stretch of equal numbers within a clock hour: ``start``,
        ``end``, ``group``, ``skills``, ``agents`` (int64), ``hours`` (agents × length).
    unfilled
        The shifts nobody can take: ``date``, ``group``, ``start``, ``end``, ``paid_hours``,
        ``agents``.
    fairness
        Index person: ``contract``, ``hours``, ``contract_hours`` (both over the horizon),
        ``nights``, ``nights_so_far``, ``weekends``, ``weekends_so_far`` (history included),
        ``requests``, ``granted`` (weights).
    changes
        Against the roster kept: ``person``, ``date``, ``before``, ``after``; empty where none was.
    cost, bound
        Reached, and what no roster can be below, in wages of an hour: shifts missing, requests,
        fairness, overtime, changes.
    gap
        (cost − bound) ÷ cost.
    cover_gap
        Share of the placed paid hours that nobody takes.
    notes
        What a planner should know.
    planned
        What it was made of.
    """

    assignments: pd.DataFrame
    duty: pd.DataFrame
    missing: pd.DataFrame
    unfilled: pd.DataFrame
    fairness: pd.DataFrame
    changes: pd.DataFrame
    cost: float
    bound: float
    gap: float
    cover_gap: float
    notes: tuple[str, ...]
    planned: Planned

    def swaps(self, person: str, date: dt.date | str) -> pd.DataFrame:
        """Say who could take a person's shift on a date, and why others cannot.

        Returns
        -------
        pandas.DataFrame
            A row per colleague, the cheapest first: ``person``, ``possible`` (bool), ``how``
            (``takes it`` on a day off, or ``swaps`` with a shift of their own that day), ``cost``
            (wages of an hour more than now), ``why_not``.

        Raises
        ------
        OptionError
            For somebody who is not in the roster, or has no shift on that date.
        """
        from ccsim.scheduling.roster.swaps import swaps

        return swaps(self.planned, person, date)

    def plot(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Draw the roster as a calendar: people by days, day and night shifts told apart."""
        from ccsim.figures import calendar
        from ccsim.text import labels as catalogue

        people = [str(person) for person in self.fairness.index]
        return calendar.calendar(self.assignments, people, labels or catalogue("en"))

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

    def history(self) -> pd.DataFrame:
        """What the next roster has to know: put these columns into its table of people.

        Returns
        -------
        pandas.DataFrame
            ``name``, ``nights``, ``weekends`` (so far), ``days_in_row``, ``last_end``.
        """
        from ccsim.scheduling.roster.tables import history

        return history(self.planned)

    def to_csv(self, path: str | Path) -> Path:
        """Write `assignments` to a CSV file, times with their UTC offset; whole or not at all."""
        from ccsim.scheduling.roster.exports import to_csv

        return to_csv(self, path)

    def to_excel(self, path: str | Path) -> Path:
        """Write a workbook: a calendar of people by days, shifts, missing people, fairness."""
        from ccsim.scheduling.roster.exports import to_excel

        return to_excel(self, path)

    def to_ical(self, folder: str | Path) -> list[Path]:
        """Write an iCalendar file (RFC 5545) for each person into a folder.

        A shift is an event whose description lists its meals and breaks; its identity is lasting,
        so that importing a changed roster moves events instead of doubling them.
        """
        from ccsim.scheduling.roster.calendars import to_ical

        return to_ical(self, folder)
