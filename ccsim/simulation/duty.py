"""Who is on duty: from a number, a table of counts, or people's shifts to realised duty.

Counts are *net*: at work, taken exactly. A scenario's ``on_duty`` and people's shifts are
*scheduled*: each replication draws, agent by agent and shift by shift, who is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.opening import at_clock, dates, opening
from ccsim.simulation.centre import Centre, unix_us
from ccsim.simulation.marks import ABSENCE as ABSENCE_MARK
from ccsim.simulation.marks import mark, mix, name_key, stream

ACTIVITIES = ("work", "meal", "break", "training", "absent")
WORK, MEAL, BREAK, TRAINING, ABSENT = range(len(ACTIVITIES))
COLUMNS = ("agent", "group", "activity", "start", "end")

DutyInput: TypeAlias = pd.DataFrame | Mapping[str, int] | None


@dataclass(frozen=True)
class Duty:
    """What each agent does when, in engine time; rows sorted by (agent, start).

    Attributes
    ----------
    agents
        Names; an agent's number is its position.
    agent, group
        ndarrays of int32, shape (n,): numbers.
    activity
        ndarray of int8, shape (n,): see `ACTIVITIES`.
    start, end
        ndarrays of int64, shape (n,): µs.
    shift
        ndarray of int64, shape (n,): number of the shift. Rows of an agent and group that touch
        are one; of a scenario's ``on_duty`` those of one date.
    shift_key
        ndarray of uint64, shape (shifts,): lasting name of the shift, for its marks.
    absence
        ndarray of float64, shape (groups,): share of shifts missed; zeros where duty is net.
    """

    agents: list[str]
    agent: NDArray[np.int32]
    group: NDArray[np.int32]
    activity: NDArray[np.int8]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    shift: NDArray[np.int64]
    shift_key: NDArray[np.uint64]
    absence: NDArray[np.float64]

    def realise(self, seed: int, replication: int) -> NDArray[np.int8]:
        """Draw who is absent: the activity of every row as it turns out.

        A shift missed is missed whole; breaks of an absent agent are not shown.
        """
        if not self.absence.any():
            return self.activity
        luck = np.uint64(stream(seed, replication))
        uniforms = np.array([mark(luck, key, 0, 0, ABSENCE_MARK) for key in self.shift_key])
        missed = uniforms[self.shift] < self.absence[self.group]
        return np.where(missed, np.int8(ABSENT), self.activity)


def duty_of(scenario: Scenario, centre: Centre, duty: DutyInput = None) -> Duty:
    """Read any of the forms in which duty may be given.

    Parameters
    ----------
    duty
        None for the scenario's ``on_duty`` (scheduled); ``{"group": n}`` or a table of counts,
        index interval starts and a column a group (net); or people's activities, columns
        ``agent``, ``group``, ``activity``, ``start``, ``end`` (scheduled).

    Raises
    ------
    OptionError
        When it is none of these, names an unknown group, or counts are not whole.
    """
    if duty is None:
        return _duty(scenario, centre, _from_on_duty(scenario), scheduled=True)
    if isinstance(duty, Mapping):
        counts = {_known(centre, name): number for name, number in duty.items()}
        return _duty(scenario, centre, _from_numbers(scenario, counts), scheduled=False)
    if not isinstance(duty, pd.DataFrame):
        raise OptionError(
            f"duty: found {type(duty).__name__}; allowed: a mapping, a table, or None"
        )
    if set(COLUMNS) <= set(duty.columns):
        return _duty(scenario, centre, _checked(duty, centre), scheduled=True)
    return _duty(scenario, centre, _from_counts(duty, centre), scheduled=False)


def _known(centre: Centre, group: Any) -> str:
    if group not in centre.group_names:
        raise OptionError(
            f"duty: unknown group '{group}'; allowed: {', '.join(centre.group_names)}"
        )
    return str(group)


def _whole(number: Any, where: str) -> int:
    sound = isinstance(number, (Real, np.integer)) and not isinstance(number, bool)
    if not sound or not np.isfinite(number) or number < 0 or int(number) != number:
        raise OptionError(f"duty: {number} agents {where}; allowed: a whole number, nought or more")
    return int(number)


def _rows(rows: list[tuple[str, str, str, pd.Timestamp, pd.Timestamp]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(COLUMNS)).assign(day=0)


def _from_numbers(scenario: Scenario, counts: Mapping[str, int]) -> pd.DataFrame:
    """So many agents of each group through the group's hours."""
    return _rows(
        [
            (f"{name} {person + 1}", name, "work", opens, closes)
            for name, number in counts.items()
            for opens, closes in opening(scenario, scenario.groups[name].hours)
            for person in range(_whole(number, f"in group '{name}'"))
        ]
    )


def _from_on_duty(scenario: Scenario) -> pd.DataFrame:
    """Read the scenario's own numbers, constant or by time of day."""
    for name, group in scenario.groups.items():
        if group.on_duty is None:
            where = scenario.origin.where(("groups", name))
            raise OptionError(
                f"{where}: groups.{name}: nobody says who is on duty; allowed: its on_duty in the "
                "scenario, or in Python duty= with a schedule, counts or numbers by group "
                "(`ccsim plan` finds a schedule)"
            )
    rows = []
    for name in scenario.groups:
        for start, end, number in _steps(scenario, name):
            rows += [(f"{name} {n + 1}", name, "work", start, end) for n in range(number)]
    # Round the clock, each day is still a shift of its own: nobody is absent for a whole week.
    made = _rows(rows)
    return made.assign(day=[start.toordinal() for start in made["start"]])


def _steps(scenario: Scenario, name: str) -> list[tuple[pd.Timestamp, pd.Timestamp, int]]:
    """Cut a group's hours where its number on duty changes, and at midnight."""
    group = scenario.groups[name]
    steps = ((0.0, group.on_duty),) if isinstance(group.on_duty, int) else group.on_duty or ()
    changes = [
        (at_clock(date, clock, scenario.timezone), number)
        for date in dates(scenario)
        for clock, number in steps
    ]
    pieces = []
    for opens, closes in opening(scenario, group.hours):
        cuts = [opens, *(moment for moment, _ in changes if opens < moment < closes), closes]
        for start, end in pairwise(cuts):
            number = [number for moment, number in changes if moment <= start][-1]
            pieces.append((start, end, number))
    return pieces


def _from_counts(table: pd.DataFrame, centre: Centre) -> pd.DataFrame:
    """So many agents of each group in each interval: the first n agents are at work."""
    index = table.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None or len(index) < 2:
        raise OptionError(
            "duty: a table of counts has interval starts with a time zone as its index (two or "
            f"more), or has the columns {', '.join(COLUMNS)}"
        )
    if not index.is_monotonic_increasing or index.has_duplicates:
        raise OptionError("duty: interval starts are not ascending; allowed: each once, in order")
    length = pd.Series(index).diff().min()
    rows = []
    for column in table.columns:
        name = _known(centre, column)
        for start, number in zip(index, table[column], strict=True):
            count = _whole(number, f"in group '{name}' at {start}")
            rows += [(f"{name} {n + 1}", name, "work", start, start + length) for n in range(count)]
    return _rows(rows)


def _checked(table: pd.DataFrame, centre: Centre) -> pd.DataFrame:
    for name in ("start", "end"):
        moments = table[name]
        if not isinstance(moments.dtype, pd.DatetimeTZDtype) or moments.isna().any():
            raise OptionError(
                f"duty: column '{name}' is {moments.dtype}; allowed: times with a time zone in "
                "every row, e.g. pd.to_datetime(...).dt.tz_localize('Asia/Shanghai')"
            )
    for name in table["group"].unique():
        _known(centre, name)
    unknown = set(table["activity"]) - set(ACTIVITIES[:ABSENT])
    if unknown:
        raise OptionError(
            f"duty: unknown activity '{min(unknown)}'; allowed: {', '.join(ACTIVITIES[:ABSENT])}"
        )
    backwards = table.index[table["end"] <= table["start"]]
    if len(backwards):
        raise OptionError(f"duty: row {backwards[0]} ends before it starts")
    return table.loc[:, list(COLUMNS)].assign(day=0)


def _duty(scenario: Scenario, centre: Centre, rows: pd.DataFrame, *, scheduled: bool) -> Duty:
    """Number the rows, join work that touches, and find the shifts."""
    agents = list(dict.fromkeys(rows["agent"]))
    numbers = {name: number for number, name in enumerate(agents)}
    groups = {name: number for number, name in enumerate(centre.group_names)}
    merged: list[list[int]] = []
    shift_keys: list[np.uint64] = []
    records = sorted(
        (
            numbers[row.agent],
            row.start,
            row.end,
            groups[row.group],
            ACTIVITIES.index(row.activity),
            row.day,
        )
        for row in rows.itertuples()
    )
    day_before = -1
    for agent, begin, stop, group, activity, day in records:
        start, end = centre.time(begin), centre.time(stop)
        last = merged[-1] if merged and merged[-1][0] == agent else None
        if last is not None and start < last[4]:
            raise OptionError(f"duty: agent '{agents[agent]}' does two things at {begin}")
        if last is not None and start == last[4] and last[1] == group and day == day_before:
            if last[2] == activity:
                last[4] = end
                continue
        else:
            key = name_key("agent", centre.group_names[group], agents[agent])
            shift_keys.append(mix(key, np.uint64(unix_us(begin))))
        merged.append([agent, group, activity, start, end, len(shift_keys) - 1])
        day_before = day
    columns = np.array(merged, dtype=np.int64).reshape(-1, 6).T
    shares = [scenario.groups[name].shrinkage.absence for name in centre.group_names]
    return Duty(
        agents=agents,
        agent=columns[0].astype(np.int32),
        group=columns[1].astype(np.int32),
        activity=columns[2].astype(np.int8),
        start=columns[3],
        end=columns[4],
        shift=columns[5],
        shift_key=np.array(shift_keys, dtype=np.uint64),
        absence=np.array(shares) if scheduled else np.zeros(len(shares)),
    )
