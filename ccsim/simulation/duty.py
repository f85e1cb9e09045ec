"""Who is on duty: from a number, a table of counts, or people's shifts to realised duty.

Counts are *net*: at work, taken exactly. A scenario's ``on_duty`` and people's shifts are
*scheduled*: each replication draws, agent by agent and shift by shift, who is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.distributions import Constant
from ccsim.distributions.compiled import quantile
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.opening import at_clock, dates, opening
from ccsim.simulation.centre import Centre, unix_us
from ccsim.simulation.durations import rounded
from ccsim.simulation.marks import ABSENCE as ABSENCE_MARK
from ccsim.simulation.marks import LATE, LATENESS, mark, mix, name_key, stream
from ccsim.simulation.marks import OFF_PHONE as OFF_PHONE_MARK

ACTIVITIES = ("work", "meal", "break", "training", "absent", "off_phone")
WORK, MEAL, BREAK, TRAINING, ABSENT, OFF_PHONE = range(len(ACTIVITIES))
HOUR = 3_600_000_000
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
    lateness
        By group: probability of coming late, kind and parameters of the delay's distribution.
    off_phone
        ndarray of float64, shape (groups,): share of working time unplanned off the phone.
    standby
        ndarray of bool, shape (agents,): people who are called in; they have no rows.
    agent_group
        ndarray of int32, shape (agents,): group of an agent's first row; of who stands by, theirs.
    agent_key
        ndarray of uint64, shape (agents,): lasting name.
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
    lateness: tuple[tuple[float, int, NDArray[np.float64]], ...]
    off_phone: NDArray[np.float64]
    standby: NDArray[np.bool_]
    agent_group: NDArray[np.int32]
    agent_key: NDArray[np.uint64]

    def realise(self, seed: int, replication: int) -> Duty:
        """Draw who is absent, late or off the phone: the rows as they turn out.

        A shift missed is missed whole; breaks of an absent agent are not shown.
        """
        realised = self
        luck = np.uint64(stream(seed, replication))
        if self.absence.any():
            uniforms = np.array([mark(luck, key, 0, 0, ABSENCE_MARK) for key in self.shift_key])
            missed = uniforms[self.shift] < self.absence[self.group]
            activity = np.where(missed, np.int8(ABSENT), self.activity)
            realised = replace(realised, activity=activity)
        if any(chance > 0 for chance, _, _ in self.lateness) or self.off_phone.any():
            realised = _interrupted(realised, luck)
        return realised


def _interrupted(duty: Duty, luck: np.uint64) -> Duty:
    """Cut lateness and unplanned pauses out of the rows."""
    rows: list[tuple[int, int, int, int, int, int]] = []
    # First start of each shift and its delay; hours of a shift count on through its stretches.
    begun: dict[int, int] = {}
    hours: dict[int, int] = {}
    columns = (duty.agent, duty.group, duty.activity, duty.start, duty.end, duty.shift)
    for agent, group, what, start, end, shift in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        key = duty.shift_key[shift]
        if shift not in begun:
            begun[shift] = start + _delay(duty.lateness[group], luck, key)
        if what != ABSENT and start < begun[shift]:
            rows.append((agent, group, ABSENT, start, min(end, begun[shift]), shift))
            start = begun[shift]
        if start >= end:
            continue
        share = duty.off_phone[group]
        if what != WORK or share == 0:
            rows.append((agent, group, what, start, end, shift))
            continue
        while start < end:
            hour = hours[shift] = hours.get(shift, 0) + 1
            length = min(HOUR, end - start)
            pause = int(np.floor(length * share + 0.5))
            u = mark(luck, key, hour, 0, OFF_PHONE_MARK)
            begin = start + int(np.floor(u * (length - pause)))
            stop = start + length
            for activity, one, other in (
                (WORK, start, begin),
                (OFF_PHONE, begin, begin + pause),
                (WORK, begin + pause, stop),
            ):
                if one == other:
                    continue
                last = rows[-1] if rows else None
                if last and (*last[:3], last[4], last[5]) == (agent, group, activity, one, shift):
                    rows[-1] = (*last[:4], other, shift)
                else:
                    rows.append((agent, group, activity, one, other, shift))
            start = stop
    made = np.array(rows, dtype=np.int64).reshape(-1, 6).T
    return replace(
        duty,
        agent=made[0].astype(np.int32),
        group=made[1].astype(np.int32),
        activity=made[2].astype(np.int8),
        start=made[3],
        end=made[4],
        shift=made[5],
    )


def _delay(
    lateness: tuple[float, int, NDArray[np.float64]], luck: np.uint64, key: np.uint64
) -> int:
    chance, kind, params = lateness
    if chance == 0 or mark(luck, key, 0, 0, LATE) >= chance:
        return 0
    return int(rounded(quantile(kind, params, mark(luck, key, 0, 0, LATENESS))))


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
    return _from_counts(scenario, duty, centre)


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


def _from_counts(scenario: Scenario, table: pd.DataFrame, centre: Centre) -> Duty:
    """So many agents of each group in each interval: the first n agents are at work."""
    index = table.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None or len(index) < 2:
        raise OptionError(
            "duty: a table of counts has interval starts with a time zone as its index (two or "
            f"more), or has the columns {', '.join(COLUMNS)}"
        )
    if not index.is_monotonic_increasing or index.has_duplicates:
        raise OptionError("duty: interval starts are not ascending; allowed: each once, in order")
    length = pd.Series(index).diff().min() // pd.Timedelta(microseconds=1)
    start = np.array([centre.time(moment) for moment in index], dtype=np.int64)
    counts = {
        _known(centre, column): np.array(
            [
                _whole(number, f"in group '{column}' at {begin}")
                for begin, number in zip(index, table[column], strict=True)
            ],
            dtype=np.int64,
        )
        for column in table.columns
    }
    return net_duty(scenario, centre, counts, start, start + length)


def net_duty(
    scenario: Scenario,
    centre: Centre,
    counts: Mapping[str, NDArray[np.int64]],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> Duty:
    """So many agents of each group at work in each stretch of time, taken exactly.

    Parameters
    ----------
    counts
        Group → ndarray of int64, shape (n,): the first so many of its agents are at work.
    start, end
        ndarrays of int64, shape (n,): stretches in order of time, µs.
    """
    names: list[str] = []
    columns: list[NDArray[np.int64]] = []
    keys: list[np.uint64] = []
    opens = np.append(True, start[1:] != end[:-1])  # what does not touch is another shift
    for name, number in counts.items():
        present = number[None, :] > np.arange(number.max(initial=0))[:, None]
        before = np.pad(present[:, :-1], ((0, 0), (1, 0)))
        after = np.pad(present[:, 1:], ((0, 0), (0, 1)))
        agent, first = np.nonzero(present & (opens | ~before))
        _, last = np.nonzero(present & (np.append(opens[1:], True) | ~after))
        rows = len(agent)
        columns.append(
            np.array(
                [
                    agent + len(names),
                    np.full(rows, centre.group_names.index(name)),
                    np.full(rows, WORK),
                    start[first],
                    end[last],
                ]
            )
        )
        own = [f"{name} {person + 1}" for person in range(len(present))]
        person_key = [name_key("agent", name, one) for one in own]
        begins = start[first] + unix_us(centre.start)
        keys += [mix(person_key[a], np.uint64(b)) for a, b in zip(agent, begins, strict=True)]
        names += own
    table = np.concatenate(columns, axis=1) if columns else np.zeros((5, 0), np.int64)
    table = np.vstack([table, np.arange(table.shape[1])])
    return _assembled(scenario, centre, names, table, keys, scheduled=False)


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
    return _assembled(scenario, centre, agents, columns, shift_keys, scheduled=scheduled)


def _assembled(
    scenario: Scenario,
    centre: Centre,
    agents: list[str],
    columns: NDArray[np.int64],
    shift_keys: list[np.uint64],
    *,
    scheduled: bool,
) -> Duty:
    """Put rows (agent, group, activity, start, end, shift) and those on standby together."""
    shrinkage = [scenario.groups[name].shrinkage for name in centre.group_names]
    first_group = dict(zip(columns[0, ::-1].tolist(), columns[1, ::-1].tolist(), strict=True))
    standing_by = [
        (f"{group.name} standby {number + 1}", place)
        for place, group in enumerate(centre.groups)
        if group.standby
        for number in range(group.standby.people)
    ]
    names = [*agents, *(name for name, _ in standing_by)]
    places = [first_group[n] for n in range(len(agents))] + [place for _, place in standing_by]
    late = [share.lateness if scheduled else None for share in shrinkage]
    codes = [(one.delay if one else Constant(0.0)).code() for one in late]
    return Duty(
        agents=names,
        agent=columns[0].astype(np.int32),
        group=columns[1].astype(np.int32),
        activity=columns[2].astype(np.int8),
        start=columns[3],
        end=columns[4],
        shift=columns[5],
        shift_key=np.array(shift_keys, dtype=np.uint64),
        absence=np.array([share.absence * scheduled for share in shrinkage]),
        lateness=tuple(
            (one.probability if one else 0.0, *code) for one, code in zip(late, codes, strict=True)
        ),
        off_phone=np.array([share.off_phone * scheduled for share in shrinkage]),
        standby=np.arange(len(names)) >= len(agents),
        agent_group=np.array(places, dtype=np.int32),
        agent_key=np.array(
            [
                name_key("agent", centre.group_names[place], name)
                for name, place in zip(names, places, strict=True)
            ],
            dtype=np.uint64,
        ),
    )
