"""`roster`: the placed shifts of a schedule given to named people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ccsim.errors import InfeasibleSchedule, OptionError
from ccsim.scenario import Scenario, require_support
from ccsim.scheduling.roster import tables
from ccsim.scheduling.roster.build import Kept, problem_of
from ccsim.scheduling.roster.descent import NobodyFits
from ccsim.scheduling.roster.infeasible import blocking_rules
from ccsim.scheduling.roster.people import Employee, read_people
from ccsim.scheduling.roster.placed import placed
from ccsim.scheduling.roster.problem import OFF, Line, RosterProblem, breaches
from ccsim.scheduling.roster.published import Published, kept_of
from ccsim.scheduling.roster.result import Planned, Roster
from ccsim.scheduling.roster.search import Solved, search
from ccsim.scheduling.schedule import Schedule
from ccsim.scheduling.solver import SolverName

SHOWN = 3


def roster(
    scenario: Scenario,
    schedule: Schedule,
    people: pd.DataFrame | str | Path,
    *,
    keep: Published | None = None,
    until: dt.date | str | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    time_limit: float = 120,
    solver: SolverName = "CBC",
) -> Roster:
    """Give the shifts of a schedule to people.

    Everybody's week keeps `shifts.weekly` and their contract type; leave, availability and
    skills hold. A shift nobody can take stays unfilled, at `shifts.under_cover` wages an hour,
    and is told as people to hire for. What is left is weighed by `rosters`: requests, nights and
    weekends shared evenly with those before, even hours, overtime, changes to what was published.

    Parameters
    ----------
    scenario
        Rules, contract types and prices.
    schedule
        Its placed shifts, breaks included.
    people
        A table or file, a row a person: ``name``, and where they differ ``groups`` or ``skills``,
        ``contract``, ``availability``, ``leave``, ``requests``, ``nights``, ``weekends``,
        ``days_in_row``, ``last_end`` (docs/rosters.md).
    keep
        A roster, or its table, that was published: changes to it cost `rosters.change` each.
    until
        With `keep`: shifts and days off before this date stay exactly as published.
    columns
        Our column name to that of `people`.
    sheet
        Of a workbook.
    time_limit
        Seconds; the best roster found by then is returned with its gap.
    solver
        ``"CBC"`` or ``"HiGHS"``.

    Returns
    -------
    Roster

    Raises
    ------
    HistoryError
        When a table cannot be read, naming row and column.
    OptionError
        When there is nobody, or an argument is not allowed.
    InfeasibleSchedule
        When somebody cannot keep their rules whatever they work, or published shifts break one,
        naming the person and the rule.

    Examples
    --------
    >>> import ccsim
    >>> bank = ccsim.load("scenarios/finance.yaml")   # doctest: +SKIP
    >>> ccsim.roster(bank, ccsim.schedule(bank), "people.csv").missing   # doctest: +SKIP
    """
    require_support(scenario)
    if not 0 < time_limit < np.inf:
        raise OptionError(f"roster: time_limit={time_limit!r}; allowed: seconds above 0")
    if until is not None and keep is None:
        raise OptionError("roster: until= without keep=; allowed: keep=, the published roster")
    shifts = placed(scenario, schedule)
    employees = read_people(scenario, people, columns, sheet=sheet)
    kept = None if keep is None else kept_of(scenario, shifts, keep, until)
    free = problem_of(scenario, shifts, employees)
    problem = free if kept is None else problem_of(scenario, shifts, employees, kept)
    try:
        solved = search(problem, time_limit, solver, start=_start(problem, employees, kept))
    except NobodyFits as nobody:
        one, rules = employees[nobody.person], blocking_rules(problem, nobody.person)
        raise InfeasibleSchedule(
            f"roster: row {one.row}, '{one.name}': nothing they could work keeps all their rules; "
            f"in the way: {'; '.join(rules)}; allowed: rules that leave at least one way"
        ) from None
    lines = _lines(solved, len(employees))
    planned = Planned(
        scenario, shifts, employees, free, lines, locked=kept.days if kept is not None else 0
    )
    return _result(planned, solved, kept, keep, time_limit)


def _start(
    problem: RosterProblem, employees: Sequence[Employee], kept: Kept | None
) -> list[tuple[int, Line, int]]:
    """Begin with what was published, for those whose published line is still legal."""
    if kept is None:
        return []
    start = []
    for number, one in enumerate(employees):
        line = kept.lines.get(one.name)
        if line is None or min(line) < OFF:
            continue
        if not any(breaches(problem, problem.people[number], line)):
            start.append((number, line, 1))
    return start


def _lines(solved: Solved, number: int) -> tuple[Line, ...]:
    by_person = {person: line for person, line, _ in solved.team}
    return tuple(by_person[person] for person in range(number))


def _result(
    planned: Planned,
    solved: Solved,
    kept: Kept | None,
    published: Published | None,
    time_limit: float,
) -> Roster:
    held = tables.holders(planned, _published_shifts(planned, published))
    unfilled = tables.unfilled(planned, held)
    missing = tables.missing(planned, held)
    placed_hours = float(planned.shifts.table["paid_hours"].sum())
    hours = float((unfilled["paid_hours"] * unfilled["agents"]).sum())
    return Roster(
        assignments=tables.assignments(planned, held),
        duty=tables.duty(planned, held),
        missing=missing,
        unfilled=unfilled,
        fairness=tables.fairness(planned),
        changes=tables.changes(planned, kept),
        cost=solved.cost,
        bound=solved.bound,
        gap=solved.gap,
        cover_gap=hours / placed_hours,
        notes=tuple(_notes(planned, solved, missing, unfilled, time_limit)),
        planned=planned,
    )


def _published_shifts(planned: Planned, published: Published | None) -> dict[tuple[str, int], int]:
    """Placed shift that a person had on a day, by the numbers of the schedule."""
    if not isinstance(published, Roster):
        return {}
    table = planned.shifts.table
    place = {int(shift): int(number) for number, shift in table["shift"].items()}
    days = {date: day for day, date in enumerate(planned.shifts.days)}
    return {
        (row.person, days[row.date]): place[row.shift]
        for row in published.assignments.itertuples()
        if row.date in days and row.shift in place
    }


def _notes(
    planned: Planned,
    solved: Solved,
    missing: pd.DataFrame,
    unfilled: pd.DataFrame,
    time_limit: float,
) -> list[str]:
    notes = []
    if solved.timed_out:
        notes.append(
            f"the search used its {time_limit:g} s; the roster is at most {solved.gap:.2%} dearer "
            "than the best"
        )
    for group, rows in missing.groupby("group", sort=False):
        own = unfilled[unfilled["group"] == group]
        most = rows.nlargest(SHOWN, "agents").sort_values("start")
        when = ", ".join(
            f"{row.start:%a %Y-%m-%d %H:%M} ({row.agents})" for row in most.itertuples()
        )
        notes.append(
            f"{group}: nobody for {own['agents'].sum()} shifts, {rows['hours'].sum():,.0f} hours "
            f"at work; hire people who know {rows['skills'].iloc[0]}, most missing at {when}"
        )
    return notes
