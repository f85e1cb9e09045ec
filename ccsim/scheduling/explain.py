"""Why a schedule differs from its requirement: every interval looked at with the model's own data.

Causes are tried in order, the first that holds is given. They are facts of the schedule, not
guesses: a shift is said to be needed elsewhere only if somebody would be missing there without it,
and a shift is said to be too dear only after its price was set against all it would cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.scheduling.marginal import Addition, additions
from ccsim.scheduling.schedule import Planned, Schedule
from ccsim.staffing import Requirement

Floats = NDArray[np.float64]
Labels = Mapping[str, str]
# Agents: below it, nothing differs; it covers the last digits of sums of parts of intervals.
EXACT = 1e-6
WHOLE = 1.0 - EXACT
AWAY = ("meal", "break")


@dataclass(frozen=True)
class _Cause:
    """A key of the catalogue, ``why.<key>``, and what stands in its sentence."""

    key: str
    words: Mapping[str, str]


def explain(schedule: Schedule, requirement: Requirement, labels: Labels) -> pd.DataFrame:
    """Say for every interval what drives the need, what the shifts give, and why they differ.

    Parameters
    ----------
    schedule, requirement
        A schedule, and what it was made for.
    labels
        Words by key, ``why.*``.

    Returns
    -------
    DataFrame
        A row per (start, group), as in `Schedule.cover`: ``start``, ``group``, ``driver`` (the
        target that asks for most; empty where nothing is asked or the requirement was given by
        hand), ``load`` (Erlangs; NaN likewise), ``required`` (scheduled agents), ``agents``
        (planned), ``difference`` (agents − required), ``cause`` and ``why`` (a sentence).
        Causes: ``met``; of too many, ``fraction`` (less than one agent: people are whole),
        ``minimum`` (minimum staff), ``grid`` (without the people here somebody would be missing
        at another time of their shifts, which no allowed shift covers without spanning this
        interval too), ``held`` (the same, but other shifts could: together they were not
        cheaper), ``headcount`` (so many must start together), ``wishes``
        (cuts beyond the requirement); of too few, ``pauses`` and ``training`` (an agent or more
        is missing and those away at that moment would suffice), ``price`` (any further shift
        costs more than what it covers is worth), ``limit`` (a further shift would pay, and rules
        forbid it), ``no_shift`` (none the rules allow is at work then); of both, ``solver``
        (one shift more or fewer would pay: the search stopped within its gap).

    Raises
    ------
    OptionError
        For another requirement, or a schedule that was put together by hand.
    """
    planned = schedule.planned
    if planned is None:
        raise OptionError(
            "explain: the schedule was put together by hand; allowed: one that `schedule` made"
        )
    table = _with_drivers(schedule.cover, requirement)
    table["difference"] = table["agents"] - table["required"]
    teams = {name: _Team(schedule, planned, name, labels) for name in planned.chosen}
    causes = [
        teams[row.group].cause(row.start, row.required, row.agents) for row in table.itertuples()
    ]
    table["cause"] = [cause.key for cause in causes]
    table["why"] = [labels[f"why.{cause.key}"].format(**cause.words) for cause in causes]
    return table


def _with_drivers(cover: pd.DataFrame, requirement: Requirement) -> pd.DataFrame:
    own = requirement.table.reindex(columns=["start", "group", "driver", "load", "scheduled"])
    table = cover[["start", "group", "required", "agents"]].merge(
        own, how="outer", on=["start", "group"], validate="one_to_one"
    )
    asked = table["scheduled"].fillna(0.0)
    other = ~np.isclose(asked, table["required"], rtol=0, atol=EXACT)
    if other.any():
        first = table[other].iloc[0]
        raise OptionError(
            f"explain: group '{first['group']}' at {first['start']}: the requirement asks for "
            f"{asked[other].iloc[0]:.1f} agents, the schedule was made for "
            f"{first['required']:.1f}; allowed: the requirement the schedule was made for"
        )
    drivers = table["driver"].astype(object)
    table["driver"] = drivers.where(drivers.notna(), "").astype("str")
    return table[["start", "group", "driver", "load", "required", "agents"]]


class _Team:
    """A group's schedule, by interval of the horizon."""

    def __init__(self, schedule: Schedule, planned: Planned, name: str, labels: Labels) -> None:
        self.planned, self.labels = planned, labels
        self.chosen, self.gap = planned.chosen[name], schedule.gap
        self.team, self.problem = self.chosen.team, planned.problem
        self.duty = schedule.duty[schedule.duty["group"] == name]
        own = schedule.cover[schedule.cover["group"] == name]
        self.agents = np.zeros(self.problem.slots)
        self.agents[[self._slot(start) for start in own["start"]]] = own["agents"]
        least = self.team.minimum
        self.floor = np.maximum(self.team.required, 0.0 if least is None else least)

    def cause(self, start: pd.Timestamp, required: float, agents: float) -> _Cause:
        """Say why so many are planned where so many were asked for."""
        slot = self._slot(start)
        if abs(agents - required) <= EXACT:
            return _Cause("met", {})
        if agents > required:
            return self._too_many(slot, agents - required)
        return self._too_few(slot, required - agents)

    def _too_many(self, slot: int, spare: float) -> _Cause:
        team = self.team
        if spare < WHOLE:
            return _Cause("fraction", {})
        if team.minimum is not None and self.agents[slot] - 1 < team.minimum[slot] - EXACT:
            return _Cause("minimum", {"agents": f"{team.minimum[slot]:,.0f}"})
        held = self._held(slot)
        if held is not None:
            return held
        if team.start_minimum > 1:
            return _Cause("headcount", {"agents": f"{team.start_minimum:,}"})
        if self.problem.cuts:
            return _Cause("wishes", {})
        return _Cause("solver", {"gap": f"{self.gap:.2%}"})

    def _held(self, slot: int) -> _Cause | None:
        """Say where the people of an interval are needed else; None if some are nowhere."""
        needed = []
        for words, share in self.worked:
            if share[slot] > 0:
                places = (share > 0) & (self.agents - share < self.floor - EXACT)
                if not places.any():
                    return None
                needed.append((words, places))
        if not needed:
            return None
        # Times no allowed shift covers without spanning this interval too.
        sparing = self.spans[:, ~self.spans[slot]].any(axis=1)
        key = "grid" if all((places & ~sparing).any() for _, places in needed) else "held"
        words, places = needed[0]
        places = places & ~sparing if key == "grid" else places
        at = int(np.where(places, self.agents - self.floor, np.inf).argmin())
        return _Cause(key, {"shift": words, "time": self._clock(at)})

    def _too_few(self, slot: int, missing: float) -> _Cause:
        for key, activities in (("pauses", AWAY), ("training", ("training",))):
            away = self._away(activities)[slot]
            if missing >= WHOLE and away >= missing - EXACT:
                return _Cause(key, {"away": f"{away:,.1f}", "agents": f"{self.agents[slot]:,.1f}"})
        able = [one for one in self.further if one.presence.get(slot, 0.0) > 0]
        if not able:
            return _Cause("no_shift", {})
        best = max(able, key=lambda one: one.gain)
        if best.gain <= EXACT * self.team.paid:
            words = {"shift": self._shift_words(best), "money": f"{-best.gain:,.2f}"}
            return _Cause("price", words)
        paying = [one for one in able if one.gain > EXACT * self.team.paid]
        if all(one.forbidden for one in paying):
            rules = ", ".join(".".join(map(str, path)) for path in best.forbidden)
            return _Cause("limit", {"shift": self._shift_words(best), "rules": rules})
        return _Cause("solver", {"gap": f"{self.gap:.2%}"})

    @cached_property
    def worked(self) -> list[tuple[str, Floats]]:
        """Distinct shifts as they are worked: words, and the share of each interval at work."""
        work: dict[int, list[tuple[pd.Timestamp, pd.Timestamp]]] = {}
        for row in self.duty[self.duty["activity"] == "work"].itertuples():
            work.setdefault(row.shift, []).append((row.start, row.end))
        ends = self.duty.groupby("shift").agg(start=("start", "min"), end=("end", "max"))
        kinds = {
            tuple(work.get(row.Index, ())): f"{row.start:%H:%M}–{row.end:%H:%M}"
            for row in ends.itertuples()
        }
        return [(words, self._presence(spans)) for spans, words in kinds.items()]

    @cached_property
    def spans(self) -> NDArray[np.bool_]:
        """Which intervals each allowed shift spans, shape (slots, shifts)."""
        made = np.zeros((self.problem.slots, len(self.team.shifts)), dtype=bool)
        for number, shift in enumerate(self.team.shifts):
            for begin, end in shift.spans:
                made[list(self.problem.presence(begin, end)), number] = True
        return made

    @cached_property
    def further(self) -> list[Addition]:
        """What each shift would bring if one more person worked it."""
        return additions(self.problem, self.chosen, self.agents)

    def _away(self, activities: tuple[str, ...]) -> Floats:
        rows = self.duty[self.duty["activity"].isin(activities)]
        return self._presence(zip(rows["start"], rows["end"], strict=True))

    def _presence(self, spans: Iterable[tuple[pd.Timestamp, pd.Timestamp]]) -> Floats:
        shares = np.zeros(self.problem.slots)
        for begin, end in spans:
            inside = self.problem.presence(self._seconds(begin), self._seconds(end))
            for slot, share in inside.items():
                shares[slot] += share
        return shares

    def _seconds(self, moment: pd.Timestamp) -> float:
        return (moment - self.planned.begin) / pd.Timedelta(seconds=1)

    def _slot(self, start: pd.Timestamp) -> int:
        return int(self._seconds(start) // self.problem.slot) % self.problem.slots

    def _clock(self, slot: int) -> str:
        return f"{self._moment(slot * self.problem.slot):%H:%M}"

    def _shift_words(self, one: Addition) -> str:
        return f"{self._moment(one.shift.start):%H:%M}–{self._moment(one.shift.end):%H:%M}"

    def _moment(self, seconds: float) -> pd.Timestamp:
        return self.planned.begin + pd.Timedelta(seconds=seconds)
