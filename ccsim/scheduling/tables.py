"""The tables of a schedule, from shifts and people."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.scheduling.handing_out import Attended
from ccsim.scheduling.problem import Worked

Rest = tuple[str, float, float]


def shifts_table(group: str, worked: list[tuple[Worked, int]], begin: pd.Timestamp) -> pd.DataFrame:
    """A row a distinct shift; columns as `Schedule.shifts` has them."""
    rests = [_rests(one) for one, _ in worked]
    meals = [_first(rest, "meal") for rest in rests]
    gaps = [_first(rest, "gap") for rest in rests]
    hours = [
        (one.shift.end - one.shift.start - sum(b - a for _, a, b in rest)) / 3600
        for (one, _), rest in zip(worked, rests, strict=True)
    ]
    return pd.DataFrame(
        {
            "group": pd.Series([group] * len(worked), dtype="str"),
            "start": _moments(begin, [one.shift.start for one, _ in worked]),
            "end": _moments(begin, [one.shift.end for one, _ in worked]),
            "meal_start": _moments(begin, [start for start, _ in meals]),
            "meal_end": _moments(begin, [end for _, end in meals]),
            "gap_start": _moments(begin, [start for start, _ in gaps]),
            "gap_end": _moments(begin, [end for _, end in gaps]),
            "breaks": pd.Series([_clock_times(begin, rest) for rest in rests], dtype="str"),
            "work_hours": pd.Series(hours, dtype="float64"),
            "paid_hours": pd.Series([one.shift.paid_hours for one, _ in worked], dtype="float64"),
            "agents": pd.Series([count for _, count in worked], dtype="int64"),
        }
    )


def _rests(one: Worked) -> list[Rest]:
    """Pauses of a shift and the gap of a split one: activity, from, to, in order."""
    shift = one.shift
    rests = [
        (pause.activity, shift.start + place, shift.start + place + pause.length)
        for pause, place in zip(shift.pauses, one.places, strict=True)
    ]
    for (_, end), (start, _) in zip(shift.spans, shift.spans[1:], strict=False):
        rests.append(("gap", end, start))
    return sorted(rests, key=lambda rest: rest[1])


def _first(rests: list[Rest], activity: str) -> tuple[float, float]:
    return next(((a, b) for name, a, b in rests if name == activity), (np.nan, np.nan))


def _moments(begin: pd.Timestamp, seconds: Iterable[float]) -> pd.Series:
    zone = pd.DatetimeTZDtype("us", begin.tz)
    away = pd.to_timedelta(pd.Series(list(seconds), dtype="float64"), unit="s")
    return (begin + away).astype(zone)


def _clock_times(begin: pd.Timestamp, rests: list[Rest]) -> str:
    starts = [begin + pd.Timedelta(seconds=a) for name, a, _ in rests if name == "break"]
    return " ".join(f"{start:%H:%M}" for start in starts)


def duty_table(
    group: str,
    people: list[list[Worked]],
    attended: list[Attended],
    begin: pd.Timestamp,
    first_shift: int,
) -> pd.DataFrame:
    """The shifts person by person; columns as `Schedule.duty` has them."""
    width, rows, number = len(str(len(people))), [], first_shift
    for place, (worked, trainings) in enumerate(zip(people, attended, strict=True), start=1):
        agent = f"{group} {place:0{width}d}"
        for one in worked:
            own = [
                ("training", a, b)
                for _, a, b in trainings
                if one.shift.start <= a and b <= one.shift.end
            ]
            for activity, start, end in _activities(one, own):
                rows.append((agent, group, activity, start, end, number))
            number += 1
    columns = ["agent", "group", "activity", "start", "end", "shift"]
    table = pd.DataFrame(rows, columns=columns)
    words = dict.fromkeys(["agent", "group", "activity"], "str")
    table = table.astype({**words, "shift": "int64"})
    return table.assign(start=_moments(begin, table["start"]), end=_moments(begin, table["end"]))[
        columns
    ]


def _activities(one: Worked, trainings: list[Rest]) -> list[Rest]:
    """Work and what interrupts it, from the start of the shift to its end."""
    found, now = [], one.shift.start
    for activity, start, end in sorted([*_rests(one), *trainings], key=lambda rest: rest[1]):
        if start > now:
            found.append(("work", now, start))
        if activity != "gap":
            found.append((activity, start, end))
        now = end
    if one.shift.end > now:
        found.append(("work", now, one.shift.end))
    return found


def cover_table(
    group: str,
    agents: NDArray[np.float64],
    required: NDArray[np.float64],
    starts: pd.DatetimeIndex,
) -> pd.DataFrame:
    """Agents against need; columns as `Schedule.cover` has them."""
    table = pd.DataFrame(
        {
            "start": starts,
            "group": group,
            "required": required,
            "agents": agents,
            "under": np.maximum(required - agents, 0.0),
            "over": np.maximum(agents - required, 0.0),
        }
    )
    return table[(table["required"] > 0) | (table["agents"] > 0)]
