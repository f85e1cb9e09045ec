"""What can be done during the day: overtime, time off, callbacks, stand-by people, burst seats."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from ccsim.planning.shifts_today import (
    COLUMNS,
    HOUR,
    KEY,
    latest_ends,
    paid,
    prolonged,
    shifts_of,
    shortened,
)
from ccsim.planning.today import Today
from ccsim.scenario import Scenario
from ccsim.scenario.opening import opening
from ccsim.scheduling.optimise import hourly_cost

OVERTIME, TIME_OFF, PAUSES = "overtime", "time off", "pauses moved"
CALLBACKS, STANDBY, SEATS = "callbacks", "stand-by", "burst seats"


@dataclass(frozen=True, eq=False)
class Course:
    """A way to run the rest of the day: the centre and who is on duty."""

    scenario: Scenario
    duty: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Action:
    """Something that can be done, or the reason why it cannot.

    Attributes
    ----------
    kind
        What it is.
    where
        Group, queue or site.
    who
        People concerned.
    start, end
        From when to when somebody's day changes.
    cost
        Money; negative where it saves.
    change
        From one course of the day to the course with it; None where it cannot be done.
    reason
        Why it cannot be done.
    """

    kind: str
    where: str
    who: tuple[str, ...] = ()
    start: pd.Timestamp | None = None
    end: pd.Timestamp | None = None
    cost: float = 0.0
    change: Callable[[Course], Course] | None = None
    reason: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes it the same kind of action, whoever does it."""
        return self.kind, self.where, self.start, self.end


def proposals(today: Today, original: pd.DataFrame, course: Course) -> Iterator[Action]:
    """List what can be done with a course of the day, a few people at a time; pauses apart.

    Parameters
    ----------
    original
        The duty before anything was done: limits count from its shifts.
    """
    limits = latest_ends(today, original)
    now = shifts_of(course.duty)["end"].reindex(limits.index)
    limits = limits.assign(now=now)
    for group in course.scenario.groups:
        own = limits[limits["group"] == group]
        yield from _overtime(today, group, own, len(own))
        yield from _time_off(today, group, own, course.duty)
        yield _standby(today, group, course)
    for queue in course.scenario.queues:
        yield _callbacks(today, queue, course.scenario)
    yield from _seats(today, course.scenario)


def _some(today: Today, people: int) -> int:
    """How many people are asked at once."""
    return max(1, math.ceil(today.scenario.intraday.people * people))


def _overtime(today: Today, group: str, own: pd.DataFrame, people: int) -> Iterator[Action]:
    rules = today.scenario.intraday
    step, soonest = pd.Timedelta(seconds=rules.step), _soonest(today)
    able = own[(own["now"] >= own["end"]) & (own["now"] >= soonest)]
    price = hourly_cost(today.scenario, group) * today.scenario.groups[group].overtime_price
    found = False
    for start, ending in able.groupby("now"):
        for steps in range(1, int(rules.overtime // rules.step) + 1):
            end = start + steps * step
            asked = list(ending.index[ending["latest"] >= end][: _some(today, people)])
            if not asked:
                break
            found = True
            yield Action(
                OVERTIME,
                group,
                tuple(agent for agent, _ in asked),
                start,
                end,
                price * (end - start) / HOUR * len(asked),
                _with_duty(partial(prolonged, shifts=asked, end=end)),
            )
    if not found:
        yield Action(OVERTIME, group, reason=_no_overtime(able))


def _no_overtime(able: pd.DataFrame) -> str:
    if able.empty:
        return "no shift ends within the rest of the day"
    rules = able["rule"].value_counts()
    return "nobody may stay longer: " + ", ".join(f"{n} by {rule}" for rule, n in rules.items())


def _time_off(today: Today, group: str, own: pd.DataFrame, duty: pd.DataFrame) -> Iterator[Action]:
    rules, soonest = today.scenario.intraday, _soonest(today)
    wage = hourly_cost(today.scenario, group)
    whole = own[own["now"] == own["end"]]
    begun = shifts_of(duty)["start"]
    busy = duty[duty["activity"] == "training"].groupby(KEY)["end"].max()
    found = False
    for end, ending in whole.groupby("now"):
        length = rules.step
        while length <= rules.time_off:
            start = end - pd.Timedelta(seconds=length)
            length *= 2
            at_training = busy.reindex(ending.index) > start
            may = ending.index[(begun.reindex(ending.index) < start) & ~at_training]
            asked = list(may[: _some(today, len(own))])
            if start < soonest or not asked:
                continue
            found = True
            mine = duty[pd.MultiIndex.from_frame(duty[KEY]).isin(asked) & (duty["end"] > start)]
            saved = paid(today.scenario, mine.assign(start=mine["start"].clip(lower=start))).sum()
            yield Action(
                TIME_OFF,
                group,
                tuple(agent for agent, _ in asked),
                start,
                end,
                -wage * saved,
                _with_duty(partial(shortened, shifts=asked, end=start)),
            )
    if not found:
        yield Action(TIME_OFF, group, reason="nobody's shift could end earlier")


def _standby(today: Today, group: str, course: Course) -> Action:
    rules = course.scenario.groups[group].standby
    if rules is None:
        known = today.scenario.groups[group].standby is not None
        why = "all have been called in" if known else f"groups.{group}.standby: nobody stands by"
        return Action(STANDBY, group, reason=why)
    start = _soonest(today) + pd.Timedelta(seconds=rules.ready_in)
    hours = opening(today.scenario, today.scenario.groups[group].hours)
    end = max((min(b, today.end) for a, b in hours if a <= start < b), default=start)
    if end <= start:
        return Action(STANDBY, group, reason="the group's hours end before anybody is there")
    left = rules.people
    asked = _some(today, left)
    first = _called(course.duty, group)
    who = tuple(f"{group} called in {first + n + 1}" for n in range(asked))
    shift = int(course.duty["shift"].max()) + 1
    rows = pd.DataFrame(
        [(name, group, "work", start, end, shift + n) for n, name in enumerate(who)],
        columns=list(COLUMNS),
    )
    path = f"groups.{group}.standby"
    fewer = {f"{path}.people": left - asked} if asked < left else {path: None}

    def change(before: Course) -> Course:
        duty = pd.concat([before.duty, rows], ignore_index=True)
        return Course(before.scenario.change(fewer), duty)

    cost = hourly_cost(today.scenario, group) * (end - start) / HOUR * asked
    return Action(STANDBY, group, who, start, end, cost, change)


def _called(duty: pd.DataFrame, group: str) -> int:
    names = duty.loc[duty["group"] == group, "agent"].unique()
    return int(np.sum([name.startswith(f"{group} called in ") for name in names]))


def _callbacks(today: Today, queue: str, scenario: Scenario) -> Action:
    rules = scenario.queues[queue]
    offer = today.scenario.intraday.callback
    if rules.channel != "voice":
        return Action(CALLBACKS, queue, reason=f"its channel is {rules.channel}")
    if rules.callback is not None:
        return Action(CALLBACKS, queue, reason="callbacks are on")
    if offer is None:
        return Action(CALLBACKS, queue, reason="intraday.callback: no offer is described")
    changes = {f"queues.{queue}.callback": offer.model_dump(exclude_none=True)}
    return Action(CALLBACKS, queue, (), today.at, today.end, 0.0, _with_scenario(changes))


def _seats(today: Today, scenario: Scenario) -> Iterator[Action]:
    rules = today.scenario.intraday
    counted = {name: site.seats for name, site in scenario.sites.items() if site.seats is not None}
    if not counted:
        yield Action(SEATS, "all", reason="sites.*.seats: no site counts its seats")
    for name, seats in counted.items():
        extra = rules.burst_seats - (seats - (today.scenario.sites[name].seats or 0))
        if extra <= 0:
            why = "intraday.burst_seats: there are none" + (" left" if rules.burst_seats else "")
            yield Action(SEATS, name, reason=why)
            continue
        cost = rules.burst_seat_price * extra * ((today.end - today.at) / HOUR)
        change = _with_scenario({f"sites.{name}.seats": seats + extra})
        yield Action(SEATS, name, (), today.at, today.end, cost, change)


def _soonest(today: Today) -> pd.Timestamp:
    """When somebody's day can change: the next step of the day, after the notice."""
    step = pd.Timedelta(seconds=today.scenario.intraday.step)
    away = today.at + pd.Timedelta(seconds=today.scenario.intraday.notice) - today.midnight
    return today.midnight + -(-away // step) * step


def _with_duty(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Course], Course]:
    return lambda course: Course(course.scenario, change(course.duty))


def _with_scenario(changes: Mapping[str, object]) -> Callable[[Course], Course]:
    return lambda course: Course(course.scenario.change(changes), course.duty)
