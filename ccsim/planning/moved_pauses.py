"""Meals and breaks not yet begun, moved within their windows to where they hurt least."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.planning.actions import PAUSES, Action, Course
from ccsim.planning.shifts_today import KEY
from ccsim.planning.today import Today
from ccsim.scenario import Scenario
from ccsim.scenario.opening import interval_starts
from ccsim.scheduling.pauses import pauses
from ccsim.simulation import Results

SECOND = pd.Timedelta(seconds=1)
Floats = NDArray[np.float64]


def moved_pauses(today: Today, course: Course, simulated: Results) -> list[Action]:
    """Move each group's pauses of the rest of the day to where more agents are idle.

    The mean wait grows about as 1 ÷ (idle agents), so that one agent fewer hurts as
    busy ÷ idle²: every pause in turn goes where that is least, by the idle agents of the
    simulated day, and takes its agent from them there.

    Parameters
    ----------
    simulated
        The course's rest of the day.
    """
    return [_moved(today, course, group, simulated) for group in course.scenario.groups]


def _moved(today: Today, course: Course, group: str, simulated: Results) -> Action:
    idle, busy = _agents(course.scenario, simulated, group)
    soonest = today.at + pd.Timedelta(seconds=course.scenario.intraday.notice)
    duty = course.duty
    open_ = (duty["group"] == group) & duty["activity"].isin(["meal", "break"])
    open_ &= (duty["start"] >= soonest) & (duty["end"] <= today.end)
    if not open_.any():
        return Action(PAUSES, group, reason="no pause is still to begin")
    starts, moves = interval_starts(course.scenario), list[tuple[int, pd.Timestamp]]()
    concerned = duty[duty["agent"].isin(duty.loc[open_, "agent"])]
    shifts = dict(list(concerned.groupby(KEY)))
    for row in duty[open_].sort_values("start").itertuples():
        places = _places(course.scenario, shifts[row.agent, row.shift], row, soonest)
        here = _share(starts, row.start, row.end)
        idle += here
        hurts = [_hurt(idle, busy, _share(starts, t, t + (row.end - row.start))) for t in places]
        best = places[int(np.argmin(hurts))] if places else row.start
        better = bool(places) and min(hurts) < _hurt(idle, busy, here)
        start = best if better else row.start
        idle -= _share(starts, start, start + (row.end - row.start))
        if better:
            moves.append((row.Index, start))
    if not moves:
        return Action(PAUSES, group, reason="no place within their windows hurts less")
    rows = duty.loc[[number for number, _ in moves]]
    first = min(rows["start"].min(), min(start for _, start in moves))
    last = max(rows["end"].max(), max(start for _, start in moves))
    moved = _apply(duty, moves)
    who = tuple(dict.fromkeys(rows["agent"]))
    return Action(PAUSES, group, who, first, last, 0.0, lambda now: Course(now.scenario, moved))


def _agents(scenario: Scenario, simulated: Results, group: str) -> tuple[Floats, Floats]:
    """Mean idle and busy agents of a group by interval of the horizon."""
    table = simulated.intervals("group")
    own = table.xs(group, level="group") if group in table.index.get_level_values(1) else None
    starts = interval_starts(scenario)
    if own is None:
        return np.zeros(len(starts)), np.zeros(len(starts))
    known = own[["idle", "busy"]].reindex(starts, fill_value=0.0)
    return known["idle"].to_numpy(copy=True), known["busy"].to_numpy(copy=True)


def _share(starts: pd.DatetimeIndex, begin: pd.Timestamp, end: pd.Timestamp) -> Floats:
    """Share of each interval that lies between two moments."""
    length = (starts[1] - starts[0]) / SECOND
    left = np.asarray((starts - begin) / SECOND)
    inside = np.minimum(left + length, (end - begin) / SECOND) - np.maximum(left, 0.0)
    share: Floats = np.maximum(inside, 0.0) / length
    return share


def _hurt(idle: Floats, busy: Floats, away: Floats) -> float:
    """What it does to take an agent away: the change of Σ busy ÷ idle."""
    least = 0.5  # of an agent: a queue that grows without bound still has a worse neighbour
    before, after = np.maximum(idle, least), np.maximum(idle - away, least / 2)
    return float((busy * (1 / after - 1 / before)).sum())


def _places(
    scenario: Scenario, shift: pd.DataFrame, pause: object, soonest: pd.Timestamp
) -> list[pd.Timestamp]:
    """Where a pause of a shift may begin, its other pauses and trainings staying."""
    begin, end = shift["start"].min(), shift["end"].max()
    gaps = shift["start"].to_numpy()[1:] > shift["end"].to_numpy()[:-1]
    if gaps.any():  # a split shift has its pauses where its parts leave room
        return []
    span = ((0.0, (end - begin) / SECOND),)
    allowed = pauses(scenario.shifts, span, scenario.horizon.interval) or ()
    rests = shift[shift["activity"].isin(["meal", "break"])].sort_values("start")
    kinds = [one.activity for one in allowed]
    if kinds != list(rests["activity"]):  # not a shift of these rules: nothing says where
        return []
    own = allowed[list(rests.index).index(pause.Index)]  # type: ignore[attr-defined]
    others = shift[(shift["activity"] != "work") & (shift.index != pause.Index)]  # type: ignore[attr-defined]
    length = pd.Timedelta(seconds=own.length)
    moments = [begin + pd.Timedelta(seconds=place) for place in own.places]
    return [
        t
        for t in moments
        if t >= soonest and not ((others["start"] < t + length) & (others["end"] > t)).any()
    ]


def _apply(duty: pd.DataFrame, moves: list[tuple[int, pd.Timestamp]]) -> pd.DataFrame:
    """Rewrite the shifts concerned: pauses at their new places, work all around them."""
    pauses_ = duty.copy()
    for number, start in moves:
        length = duty.at[number, "end"] - duty.at[number, "start"]
        pauses_.loc[number, ["start", "end"]] = [start, start + length]
    touched = pd.MultiIndex.from_frame(duty[KEY]).isin(
        [(duty.at[n, "agent"], duty.at[n, "shift"]) for n, _ in moves]
    )
    rows = [duty[~touched]]
    for (agent, shift), own in duty[touched].groupby(KEY, sort=False):
        rests = pauses_.loc[own.index[own["activity"] != "work"]].sort_values("start")
        edges = [own["start"].min(), *rests["end"]], [*rests["start"], own["end"].max()]
        work = pd.DataFrame({"start": edges[0], "end": edges[1]})
        work = work[work["end"] > work["start"]].assign(
            agent=agent, group=own["group"].iloc[0], activity="work", shift=shift
        )
        rows.append(pd.concat([rests, work[list(duty.columns)]]))
    return pd.concat(rows).sort_values(["agent", "start"], ignore_index=True)
