"""Agents as their calls show them: on duty, busy, and how long after a call they take the next.

A log of calls has no log-ins. An agent is taken to be on duty from the first answer of a stretch
to the end of its last call, and a stretch to end where the next call is more than half an hour
away. How much of the rest is work after the call, a pause or simply no call is not told, with one
exception: while customers wait throughout, an agent who is ready takes one. That time, from the end
of one call to the next under a queue, is the *turnaround*: censored where the queue empties first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand.calibration.idle import seemed_free
from ccsim.demand.calibration.measured import ALL
from ccsim.demand.calibration.skills import grouped_by_skills, skills_of
from ccsim.demand.calibration.spans import seconds_inside, unix_seconds
from ccsim.demand.calibration.survival import kaplan_meier, median_of
from ccsim.demand.calibration.turnaround import (
    after_call_of,
    by_waiting,
    restricted_mean,
    under_a_queue,
)
from ccsim.distributions import Empirical
from ccsim.errors import OptionError

FloatArray = NDArray[np.float64]

# A pause after a call longer than this is not work on that call.
PAUSE_S = 120.0
FEWEST_TURNAROUNDS = 50


@dataclass(frozen=True, eq=False)
class People:
    """Who was there and what they did; empty tables where the log names no agents.

    Attributes
    ----------
    summary : pandas.DataFrame
        Index `group` (or `all`); `agents`, `calls`, `stretches`, `hours` on duty, `busy_hours`,
        `occupancy` (busy ÷ on duty), `turnarounds` (under a queue), `turnaround_median`,
        `turnaround_mean` s (Kaplan-Meier, within a stretch), `off_phone`: share of the time on
        duty in pauses over 2 min, **inferred** from those under a queue.
    skills : dict of str to frozenset of str
        Queues that each group is seen to serve.
    agents : pandas.Series
        Index agent: group.
    stretches : pandas.DataFrame
        `agent`, `group`, `start`, `end`, `calls`, `busy` s; one row a stretch.
    on_duty : pandas.DataFrame
        Index (`start`, `group`): mean `agents`, `busy` (mean number), `occupancy`.
    turnaround : pandas.DataFrame
        Index (`group`, `time` s), as `kaplan_meier`.
    by_waiting : pandas.DataFrame
        Turnaround by how many waited as the call ended, see `turnaround.by_waiting`.
    after_call : dict of str to Empirical
        Turnaround, by group (and `all`) with at least fifty under a queue.
    free : pandas.DataFrame
        How often agents who seemed free answered at once, see `seemed_free`.
    shrinkage : pandas.DataFrame
        Where a roster was given: index (`group`, `hour` or `all`); `planned`, `on_duty` (agent
        hours), `shrinkage` (1 − on duty ÷ planned). Else empty.
    """

    summary: pd.DataFrame
    skills: dict[str, frozenset[str]]
    agents: pd.Series
    stretches: pd.DataFrame
    on_duty: pd.DataFrame
    turnaround: pd.DataFrame
    by_waiting: pd.DataFrame
    after_call: dict[str, Empirical]
    free: pd.DataFrame
    shrinkage: pd.DataFrame


def people_of(
    frame: pd.DataFrame,
    interval: pd.Timedelta,
    longest_gap: float,
    planned: pd.DataFrame | None,
) -> People:
    """Find who was on duty; `frame` from `measured`, `longest_gap` in s ends a stretch.

    Raises
    ------
    OptionError
        When `planned` is no table of counts of the log's groups.
    """
    if "agent" not in frame or frame["agent"].notna().sum() == 0:
        if planned is not None:
            raise OptionError("calibrate: planned= needs a log with agents; it names none")
        return _nobody()
    handled = _turns(frame, longest_gap)
    agents = handled.groupby("agent")["group"].first()
    skills = skills_of(handled)
    stretches = _stretches(handled)
    turns = under_a_queue(handled, frame, skills)
    curves = {
        group: kaplan_meier(own["time"].to_numpy(), own["ended"].to_numpy())
        for group, own in _scopes(turns)
    }
    known = {group: len(own) for group, own in _scopes(turns)}
    return People(
        _summary(handled, stretches, curves, known),
        skills,
        agents,
        stretches,
        _on_duty(handled, stretches, frame, interval),
        pd.concat(curves, names=["group", "time"]) if curves else pd.DataFrame(),
        by_waiting(turns),
        {
            group: after_call_of(curve)
            for group, curve in curves.items()
            if known[group] >= FEWEST_TURNAROUNDS
        },
        _free(handled, stretches, frame),
        pd.DataFrame() if planned is None else _shrinkage(stretches, planned),
    )


def _nobody() -> People:
    none = pd.DataFrame()
    return People(
        summary=none,
        skills={},
        agents=pd.Series(dtype="object"),
        stretches=none,
        on_duty=none,
        turnaround=none,
        by_waiting=none,
        after_call={},
        free=none,
        shrinkage=none,
    )


def _turns(frame: pd.DataFrame, longest_gap: float) -> pd.DataFrame:
    """Handled calls of known agents in their order, with the gap to the next and the stretch."""
    handled = frame[frame["talk"].notna() & frame["agent"].notna()]
    if "group" not in handled:
        handled = handled.assign(group=handled["agent"].map(grouped_by_skills(handled)))
    wrap = handled["wrap"].fillna(0.0) if "wrap" in handled else 0.0
    start = unix_seconds(handled["answered"])
    free = unix_seconds(handled["ended"]) + wrap
    handled = handled.assign(begin=start, free=free)
    handled = handled.sort_values(["agent", "begin"], kind="stable")
    # With several contacts at once an agent is free when the last of them ends.
    handled["free"] = handled.groupby("agent")["free"].cummax()
    following = handled.groupby("agent")["begin"].shift(-1)
    gap = (following - handled["free"]).clip(lower=0)
    new = ~(gap.groupby(handled["agent"]).shift(1) <= longest_gap)
    return handled.assign(gap=gap.where(gap <= longest_gap), stretch=new.cumsum())


def _stretches(handled: pd.DataFrame) -> pd.DataFrame:
    grouped = handled.groupby("stretch")
    begin, end = grouped["begin"].min(), grouped["free"].max()
    zone = handled["arrived"].dt.tz
    table = pd.DataFrame(
        {
            "agent": grouped["agent"].first(),
            "group": grouped["group"].first(),
            "start": _moments(begin, zone),
            "end": _moments(end, zone),
            "calls": grouped.size(),
            "busy": (end - begin) - grouped["gap"].sum(),
        }
    )
    return table.reset_index(drop=True)


def _scopes(turns: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    every = [(ALL, turns), *((str(group), own) for group, own in turns.groupby("group"))]
    return [(group, own) for group, own in every if own["ended"].any()]


def _summary(
    handled: pd.DataFrame,
    stretches: pd.DataFrame,
    curves: dict[str, pd.DataFrame],
    known: dict[str, int],
) -> pd.DataFrame:
    rows = {}
    for group in (ALL, *sorted(stretches["group"].unique())):
        own = stretches if group == ALL else stretches[stretches["group"] == group]
        seconds = (own["end"] - own["start"]).dt.total_seconds().sum()
        curve = curves.get(group)
        calls = int(own["calls"].sum())
        away = np.nan if curve is None else restricted_mean(curve, PAUSE_S) * calls / seconds
        rows[group] = {
            "agents": own["agent"].nunique(),
            "calls": calls,
            "stretches": len(own),
            "hours": seconds / 3600,
            "busy_hours": own["busy"].sum() / 3600,
            "occupancy": own["busy"].sum() / seconds if seconds else np.nan,
            "turnarounds": known.get(group, 0),
            "turnaround_median": np.nan if curve is None else median_of(curve),
            "turnaround_mean": np.nan if curve is None else restricted_mean(curve),
            "off_phone": away,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("group")


def _free(handled: pd.DataFrame, stretches: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    asked = frame[frame["asked"]]
    duty = tuple(unix_seconds(stretches[name]).to_numpy() for name in ("start", "end"))
    return seemed_free(
        unix_seconds(asked["arrived"]).to_numpy(),
        asked["wait"].to_numpy(),
        (duty[0], duty[1]),
        (handled["begin"].to_numpy(), handled["free"].to_numpy()),
    )


def _on_duty(
    handled: pd.DataFrame, stretches: pd.DataFrame, frame: pd.DataFrame, interval: pd.Timedelta
) -> pd.DataFrame:
    first, last = frame["arrived"].min().normalize(), stretches["end"].max()
    starts = pd.date_range(first, last.normalize() + pd.DateOffset(days=1), freq=interval)
    edges = unix_seconds(starts.to_series()).to_numpy()
    lengths = np.diff(edges)
    tables = {}
    for group, own in stretches.groupby("group"):
        calls = handled[handled["group"] == group]
        there = seconds_inside(
            unix_seconds(own["start"]).to_numpy(), unix_seconds(own["end"]).to_numpy(), edges
        )
        busy = seconds_inside(calls["begin"].to_numpy(), calls["free"].to_numpy(), edges)
        with np.errstate(invalid="ignore", divide="ignore"):
            columns = {
                "agents": there / lengths,
                "busy": np.minimum(busy, there) / lengths,
                "occupancy": np.minimum(busy / there, 1.0),
            }
        tables[str(group)] = pd.DataFrame(columns, index=starts[:-1])
    joined = pd.concat(tables, names=["group", "start"]).swaplevel()
    return joined.sort_index()


def _shrinkage(stretches: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    groups = sorted(stretches["group"].unique())
    index = planned.index
    sound = isinstance(index, pd.DatetimeIndex) and index.tz is not None and len(index) > 1
    if not sound or not index.is_monotonic_increasing or index.has_duplicates:
        raise OptionError(
            "calibrate: planned= has no rising interval starts with a time zone as index; allowed: "
            "a table of counts, a column of planned agents for each group"
        )
    for name in planned.columns:
        if name not in groups:
            raise OptionError(
                f"calibrate: planned= has a column '{name}'; the log's groups are "
                f"{', '.join(groups)}"
            )
    length = pd.Series(index).diff().min()
    zone = stretches["start"].dt.tz
    rows: dict[tuple[str, object], pd.Series] = {}
    for group in map(str, planned.columns):
        own = stretches[stretches["group"] == group]
        start, end = (unix_seconds(own[name]).to_numpy() for name in ("start", "end"))
        edges = unix_seconds(index.to_series()).to_numpy()
        pairs = np.column_stack([edges, edges + length.total_seconds()]).ravel()
        there = seconds_inside(start, end, pairs)[::2] / 3600
        asked = planned[group].to_numpy(float) * length.total_seconds() / 3600
        table = pd.DataFrame({"planned": asked, "on_duty": there})
        hourly = table.groupby(index.tz_convert(zone).hour).sum()
        rows |= {(group, hour): hourly.loc[hour] for hour in hourly.index}
        rows[group, ALL] = table.sum()
    made = pd.DataFrame(rows).T.rename_axis(["group", "hour"])
    return made.assign(shrinkage=1 - made["on_duty"] / made["planned"])


def _moments(seconds: pd.Series, zone: object) -> pd.Series:
    return pd.to_datetime(seconds * 1e6, unit="us", utc=True).dt.tz_convert(zone).dt.as_unit("us")
