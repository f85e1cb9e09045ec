"""What hours, intervals and shift rules say of each other: grids that fit, days that open."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.scenario.arrivals import Hours
from ccsim.scenario.model import Scenario
from ccsim.scenario.opening import at_clock, dates, horizon_end, opening
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem

DAY = 86400.0
HOUR = 3600.0


def horizon_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check that intervals fill every day of the horizon."""
    interval = scenario.horizon.interval
    if DAY % interval or interval % 60:
        yield scenario.origin.problem(
            ("horizon", "interval"),
            "does not divide a day",
            found=f"{interval:g} s",
            allowed="whole minutes that divide 24 h, such as 5min, 15min, 30min, 1h",
        )
    elif HOUR % interval and (reason := _needs_short_intervals(scenario)) is not None:
        yield scenario.origin.problem(
            ("horizon", "interval"),
            f"does not divide an hour, and {reason}",
            found=f"{interval:g} s",
            allowed="5min, 10min, 15min, 20min, 30min or 1h",
        )


def _needs_short_intervals(scenario: Scenario) -> str | None:
    if scenario.demand.is_forecast:
        return "a history is forecast in intervals of at most an hour"
    return "the clock changes within the horizon" if _clock_changes(scenario) else None


def _clock_changes(scenario: Scenario) -> bool:
    nights = [at_clock(date, 0, scenario.timezone) for date in dates(scenario)]
    nights.append(horizon_end(scenario))
    return len({night.utcoffset() for night in nights}) > 1


def opening_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check that the centre, every queue, group and back office is open on some day."""
    places: list[tuple[Key, Hours | None]] = [(("hours",), scenario.hours)]
    places += [(("queues", name, "hours"), queue.hours) for name, queue in scenario.queues.items()]
    places += [(("groups", name, "hours"), group.hours) for name, group in scenario.groups.items()]
    places += [
        (("back_office", name, "hours"), stage.hours)
        for name, stage in scenario.back_office.items()
    ]
    for path, hours in places:
        if hours is not None and not opening(scenario, hours):
            yield scenario.origin.problem(
                path,
                "never open within the horizon",
                allowed='hours that open on one of its days, e.g. {daily: "08:00-20:00"}',
            )


def shift_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check that shifts and meals fit the intervals, and the week of one person."""
    shifts, origin, interval = scenario.shifts, scenario.origin, scenario.horizon.interval
    for path, length in shifts.every_length():
        if length > DAY:
            yield origin.problem(
                ("shifts", *path),
                "a shift longer than a day",
                found=f"{length / 3600:g} h",
                allowed="at most 24 h",
            )
        if shifts.paid(length) > shifts.weekly.max_hours * HOUR:
            yield origin.problem(
                ("shifts", *path),
                "longer than a person may work in a week",
                found=f"{shifts.paid(length) / HOUR:g} h paid",
                allowed=f"at most {shifts.weekly.max_hours:g} h, or more weekly.max_hours",
            )
        if length % interval:
            yield origin.problem(
                ("shifts", *path),
                "not a multiple of horizon.interval",
                found=f"{length:g} s",
                allowed=f"multiples of {interval:g} s",
            )
    if shifts.starts is not None and (shifts.starts % interval or DAY % shifts.starts):
        yield origin.problem(
            ("shifts", "starts"),
            "not a grid of intervals",
            found=f"{shifts.starts:g} s",
            allowed=f"a multiple of {interval:g} s that divides a day",
        )
    if shifts.meal is not None:
        earliest, latest = shifts.meal.between
        if latest < earliest:
            yield origin.problem(
                ("shifts", "meal", "between"),
                "ends before it starts",
                found=[earliest, latest],
                allowed="earliest, then latest start of the meal",
            )
        if shifts.meal.length % interval:
            yield origin.problem(
                ("shifts", "meal", "length"),
                "not a multiple of horizon.interval",
                found=f"{shifts.meal.length:g} s",
                allowed=f"multiples of {interval:g} s",
            )
    yield from _break_problems(scenario)
    if shifts.split is not None and shifts.split.gap[1] < shifts.split.gap[0]:
        yield origin.problem(
            ("shifts", "split", "gap"),
            "ends before it starts",
            found=list(shifts.split.gap),
            allowed="shortest, then longest gap",
        )
    counts = shifts.headcounts
    if counts is not None and counts.maximum is not None and counts.maximum < counts.minimum:
        yield origin.problem(
            ("shifts", "headcounts", "maximum"),
            "below headcounts.minimum",
            found=counts.maximum,
            allowed=f"at least {counts.minimum}",
        )
    if shifts.cyclic and _clock_changes(scenario):
        yield origin.problem(
            ("shifts", "cyclic"),
            "the clock changes within the horizon: it cannot repeat",
            found=True,
            allowed="another horizon.start, or cyclic: false",
        )


def _break_problems(scenario: Scenario) -> Iterator[Problem]:
    interval = scenario.horizon.interval
    for index, pause in enumerate(scenario.shifts.breaks):
        if pause.between is not None and pause.between[1] < pause.between[0]:
            yield scenario.origin.problem(
                ("shifts", "breaks", index, "between"),
                "ends before it starts",
                found=list(pause.between),
                allowed="earliest, then latest start of the break",
            )
        if pause.length > interval and pause.length % interval:
            yield scenario.origin.problem(
                ("shifts", "breaks", index, "length"),
                "longer than an interval and not a multiple of it",
                found=f"{pause.length:g} s",
                allowed=f"below {interval:g} s, or its multiples",
            )
