"""The tables of a roster, from the lines that were found."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from ccsim.scenario.opening import interval_starts
from ccsim.scheduling.roster.build import UNKNOWN, Kept
from ccsim.scheduling.roster.placed import HOUR
from ccsim.scheduling.roster.problem import OFF
from ccsim.scheduling.roster.result import Planned
from ccsim.scheduling.roster.terms import WEEK

Holders = dict[int, str]


def holders(planned: Planned, preferred: dict[tuple[str, int], int] | None = None) -> Holders:
    """Give each person a placed shift of the kind and day of their line.

    Shifts of a kind differ in their breaks only: who had one before (`preferred`: by person and
    day) keeps it, the others take what is left in the order of their names.

    Returns
    -------
    dict of int to str
        Number of the placed shift to person.
    """
    table = planned.shifts.table
    free: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, cell in zip(table.index, table[["day", "kind"]].to_numpy(), strict=True):
        free[int(cell[0]), int(cell[1])].append(int(number))
    wanting = [
        (day, kind, one.name)
        for one, line in zip(planned.employees, planned.lines, strict=True)
        for day, kind in enumerate(line)
        if kind != OFF
    ]
    held: Holders = {}
    left = []
    for day, kind, name in sorted(wanting):
        old = (preferred or {}).get((name, day))
        if old is not None and old in free[day, kind]:
            free[day, kind].remove(old)
            held[old] = name
        else:
            left.append((day, kind, name))
    for day, kind, name in left:
        held[free[day, kind].pop(0)] = name
    return held


def assignments(planned: Planned, held: Holders) -> pd.DataFrame:
    """Make the table of who works which shift."""
    table = planned.shifts.table.loc[sorted(held)]
    days = np.array(planned.shifts.days, dtype=object)
    night = np.array([kind.night for kind in planned.shifts.kinds], dtype=bool)
    made = pd.DataFrame(
        {
            "person": pd.Series([held[number] for number in table.index], dtype="str"),
            "date": pd.Series(list(days[table["day"].to_numpy()]), dtype=object),
            "group": table["group"].to_numpy(),
            "start": table["start"].array,
            "end": table["end"].array,
            "paid_hours": table["paid_hours"].to_numpy(),
            "night": night[table["kind"].to_numpy()],
            "shift": table["shift"].to_numpy(dtype="int64"),
            "locked": table["day"].to_numpy() < planned.locked,
        }
    )
    return made.astype({"group": "str"}).sort_values(["person", "start"], ignore_index=True)


def duty(planned: Planned, held: Holders) -> pd.DataFrame:
    """Make the table of activities that `simulate` takes."""
    table = planned.shifts.table
    groups, numbers = table["group"].to_numpy(), table["shift"].to_numpy()
    rows = [
        (name, groups[number], activity, start, end, numbers[number])
        for number, name in held.items()
        for activity, start, end in planned.shifts.parts[number]
    ]
    made = pd.DataFrame(rows, columns=["agent", "group", "activity", "start", "end", "shift"])
    moments = table["start"].dtype
    made = made.astype({**dict.fromkeys(["agent", "group", "activity"], "str"), "shift": "int64"})
    made = made.astype({"start": moments, "end": moments})
    return made.sort_values(["agent", "start"], ignore_index=True)


def unfilled(planned: Planned, held: Holders) -> pd.DataFrame:
    """Make the table of shifts nobody takes."""
    left = planned.shifts.table.drop(index=list(held))
    days = np.array(planned.shifts.days, dtype=object)
    left = left.assign(date=list(days[left["day"].to_numpy()]), agents=1)
    keys = ["date", "group", "start", "end", "paid_hours"]
    return (
        left.groupby(keys, as_index=False)["agents"].sum().sort_values("start")[[*keys, "agents"]]
    )


def missing(planned: Planned, held: Holders) -> pd.DataFrame:
    """Make the table of whom to hire for: planning intervals in which shifts are not worked."""
    scenario = planned.scenario
    starts = interval_starts(scenario)
    length = pd.Timedelta(seconds=scenario.horizon.interval)
    counts = {name: np.zeros(len(starts)) for name in scenario.groups}
    for number in planned.shifts.table.index.difference(list(held)):
        group = planned.shifts.table.at[number, "group"]
        for activity, start, end in planned.shifts.parts[number]:
            if activity == "work":
                begin = starts.searchsorted(start, side="right") - 1
                counts[group][begin : starts.searchsorted(end)] += 1
    rows = [
        (start, start + length, name, "; ".join(scenario.groups[name].skills), int(number))
        for name, numbers in counts.items()
        for start, number in zip(starts, numbers, strict=True)
        if number
    ]
    table = pd.DataFrame(rows, columns=["start", "end", "group", "skills", "agents"])
    hours = scenario.horizon.interval / HOUR
    table = table.astype({"agents": "int64", "group": "str", "skills": "str"})
    table = table.astype({"start": starts.dtype, "end": starts.dtype})
    return table.assign(hours=table["agents"] * hours).sort_values(
        ["start", "group"], ignore_index=True
    )


def fairness(planned: Planned) -> pd.DataFrame:
    """Make the table of what each person got."""
    rows = []
    for one, line in zip(planned.employees, planned.lines, strict=True):
        worked = [(day, planned.shifts.kinds[kind]) for day, kind in enumerate(line) if kind != OFF]
        nights = sum(kind.night for _, kind in worked)
        weekends = len(_weekends(planned, line))
        spans = {planned.shifts.days[day]: (kind.start, kind.end) for day, kind in worked}
        granted = sum(r.weight for r in one.requests if r.granted(spans.get(r.date)))
        rows.append(
            (
                one.name,
                one.contract,
                sum(kind.paid_hours for _, kind in worked),
                one.terms.hours / HOUR * len(line) / WEEK,
                nights,
                one.nights + nights,
                weekends,
                one.weekends + weekends,
                sum(r.weight for r in one.requests),
                granted,
            )
        )
    names = ["person", "contract", "hours", "contract_hours", "nights", "nights_so_far"]
    names += ["weekends", "weekends_so_far", "requests", "granted"]
    return pd.DataFrame(rows, columns=names).set_index("person")


def changes(planned: Planned, kept: Kept | None) -> pd.DataFrame:
    """Make the table of days that differ from what was published."""
    rows = []
    for one, line in zip(planned.employees, planned.lines, strict=True):
        old_line = kept.lines.get(one.name, ()) if kept is not None else ()
        for date, old, new in zip(planned.shifts.days, old_line, line, strict=False):
            if old != new:
                rows.append((one.name, date, _told(planned, old), _told(planned, new)))
    return pd.DataFrame(rows, columns=["person", "date", "before", "after"])


def _told(planned: Planned, kind: int) -> str:
    words = {OFF: "off", UNKNOWN: "a shift that is no longer placed"}
    return words[kind] if kind in words else planned.shifts.kinds[kind].name


def history(planned: Planned) -> pd.DataFrame:
    """Make the columns the next roster's table of people begins with."""
    gained = fairness(planned)
    table = planned.shifts.table
    rows = []
    for one, line in zip(planned.employees, planned.lines, strict=True):
        worked = [kind != OFF for kind in line]
        run = next((n for n, w in enumerate(reversed(worked)) if w != worked[-1]), len(line))
        if run == len(line) and one.days_in_row and (one.days_in_row > 0) == worked[-1]:
            run += abs(one.days_in_row)
        days = [day for day, kind in enumerate(line) if kind != OFF]
        end: pd.Timestamp | None = one.last_end
        if days:
            same = (table["day"] == days[-1]) & (table["kind"] == line[days[-1]])
            end = table.loc[same, "end"].iloc[0]
        rows.append((one.name, run if worked[-1] else -run, end))
    made = pd.DataFrame(rows, columns=["name", "days_in_row", "last_end"])
    for name in ("nights", "weekends"):
        made[name] = gained[f"{name}_so_far"].to_numpy()
    return made[["name", "nights", "weekends", "days_in_row", "last_end"]]


def _weekends(planned: Planned, line: tuple[int, ...]) -> set[tuple[int, int]]:
    days = [planned.shifts.days[day] for day, kind in enumerate(line) if kind != OFF]
    return {(day.isocalendar().year, day.isocalendar().week) for day in days if day.weekday() > 4}
