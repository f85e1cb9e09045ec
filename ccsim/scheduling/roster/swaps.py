"""Who could take a shift of somebody else: whose line and whose own both stay legal."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from ccsim.errors import OptionError
from ccsim.scenario.problem import nearest
from ccsim.scheduling.roster.build import refusal
from ccsim.scheduling.roster.problem import OFF, Line, breaches, line_cost
from ccsim.scheduling.roster.result import Planned


def swaps(planned: Planned, person: str, date: dt.date | str) -> pd.DataFrame:
    """Rank the colleagues of a person for one of their shifts; see `Roster.swaps`."""
    number, day = _place(planned, person, date)
    kind = planned.lines[number][day]
    if kind == OFF:
        raise OptionError(
            f"swaps: '{person}' has no shift on {planned.shifts.days[day]}; allowed: "
            + (", ".join(_worked(planned, number)) or "nobody gave them any")
        )
    rows = []
    for other, one in enumerate(planned.employees):
        if other == number:
            continue
        own = planned.lines[other][day]
        how = "takes it" if own == OFF else "swaps"
        reasons = _reasons(planned, other, day, kind)
        reasons += [f"{person}: {text}" for text in _reasons(planned, number, day, own)]
        if own == kind:
            reasons = ["works the same shift"]
        cost = float("nan")
        if not reasons:
            cost = _dearer(planned, other, day, kind) + _dearer(planned, number, day, own)
        rows.append((one.name, not reasons, how, cost, "; ".join(reasons)))
    table = pd.DataFrame(rows, columns=["person", "possible", "how", "cost", "why_not"])
    order = ["possible", "cost", "person"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _place(planned: Planned, person: str, date: dt.date | str) -> tuple[int, int]:
    names = [one.name for one in planned.employees]
    if person not in names:
        hint = nearest(person, names)
        raise OptionError(
            f"swaps: '{person}' is not in the roster"
            + (f"; did you mean '{hint}'?" if hint else "; allowed: a name of its people")
        )
    days = planned.shifts.days
    wanted = dt.date.fromisoformat(date) if isinstance(date, str) else date
    if wanted not in days:
        raise OptionError(f"swaps: {wanted}; allowed: {days[0]} to {days[-1]}")
    return names.index(person), days.index(wanted)


def _worked(planned: Planned, number: int) -> list[str]:
    line = planned.lines[number]
    return [str(planned.shifts.days[day]) for day, kind in enumerate(line) if kind != OFF]


def _with(line: Line, day: int, kind: int) -> Line:
    return (*line[:day], kind, *line[day + 1 :])


def _reasons(planned: Planned, number: int, day: int, kind: int) -> list[str]:
    """Rules that would be broken if somebody worked a kind of shift, or were off, on a day."""
    one, shifts = planned.employees[number], planned.shifts
    own = None if kind == OFF else refusal(one, shifts.days[day], shifts.kinds[kind])
    if own is not None:
        return [own]
    line = _with(planned.lines[number], day, kind)
    broken = breaches(planned.problem, planned.problem.people[number], line)
    return [f"{shifts.days[breach.day]}: {breach.rule}" for breach in broken]


def _dearer(planned: Planned, number: int, day: int, kind: int) -> float:
    person, line = planned.problem.people[number], planned.lines[number]
    return line_cost(person, _with(line, day, kind)) - line_cost(person, line)
