"""Every shift the rules allow: when it starts and ends, its parts, and where its pauses may lie."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from ccsim.errors import InfeasibleSchedule
from ccsim.scenario import Scenario
from ccsim.scenario.opening import (
    DAY,
    at_clock,
    clock_windows,
    dates,
    horizon_end,
    horizon_start,
    joined,
)
from ccsim.scenario.people import Kind
from ccsim.scheduling.pauses import Part, pauses
from ccsim.scheduling.problem import Shift

HALF_AN_HOUR = 1800
SECOND = pd.Timedelta(seconds=1)


def patterns(scenario: Scenario, group: str) -> list[Shift]:
    """List the shifts a group may work within the horizon.

    Raises
    ------
    InfeasibleSchedule
        When no shift fits into the hours, or a shift has no room for its pauses.
    """
    begin, windows = horizon_start(scenario), _windows(scenario, group)
    found = [
        made
        for number, day in enumerate(dates(scenario))
        for clock, start in _grid(scenario, day, begin)
        for length in _lengths(scenario, clock)
        for made in _of_length(scenario, number, clock, start, length, windows)
    ]
    if not found:
        shortest = min(length for _, length in scenario.shifts.every_length()) / 3600
        longest = max((end - start) / 3600 for start, end in windows)
        raise InfeasibleSchedule(
            f"{scenario.origin.where(('shifts', 'lengths'))}: shifts.lengths: group '{group}': no "
            f"shift fits: the shortest lasts {shortest:g} h, the longest opening is {longest:g} h; "
            "allowed: shorter shifts, a finer grid of shifts.starts, or a wider shifts.window"
        )
    return found


def seconds_into(begin: pd.Timestamp, moment: pd.Timestamp) -> float:
    """Seconds from the start of the horizon to a moment."""
    return (moment - begin) / SECOND


def _windows(scenario: Scenario, group: str) -> list[Part]:
    """When shifts may be worked: the shift window on open days, else the group's hours.

    Hours are widened to whole planning intervals, and the last night's is not cut at the
    horizon's end: people work it through. Where the horizon repeats, it is followed by itself.
    """
    hours, step = scenario.groups[group].hours or scenario.hours, scenario.horizon.interval
    windows = []
    for date in dates(scenario):
        own = clock_windows(hours, date)
        if own and scenario.shifts.window is not None:
            windows.append((date, scenario.shifts.window))
        else:
            windows += [(date, (a // step * step, -(-b // step) * step)) for a, b in own]
    if scenario.shifts.cyclic:
        again = dt.timedelta(days=scenario.horizon.days)
        windows += [(date + again, window) for date, window in windows]
    begin = horizon_start(scenario)
    return [(seconds_into(begin, a), seconds_into(begin, b)) for a, b in joined(scenario, windows)]


def _grid(scenario: Scenario, day: dt.date, begin: pd.Timestamp) -> Iterator[tuple[float, float]]:
    """Clock time and s from the horizon's start of every start of a day."""
    usual = math.lcm(HALF_AN_HOUR, int(scenario.horizon.interval))
    seen = set()
    for clock in np.arange(0, DAY, scenario.shifts.starts or usual):
        start = seconds_into(begin, at_clock(day, float(clock), scenario.timezone))
        if start not in seen:  # a skipped hour would give the same moment twice
            seen.add(start)
            yield float(clock), start


def _lengths(scenario: Scenario, clock: float) -> list[float]:
    """Lengths a shift may have that starts at a clock time."""
    kinds = scenario.shifts.kinds.values()
    if not kinds:
        return sorted(set(scenario.shifts.lengths))
    return sorted({one for kind in kinds if _starts_in(kind, clock) for one in kind.lengths})


def _starts_in(kind: Kind, clock: float) -> bool:
    earliest, latest = kind.start
    if earliest <= latest:
        return earliest <= clock <= latest
    return clock >= earliest or clock <= latest


def _of_length(
    scenario: Scenario, day: int, clock: float, start: float, length: float, windows: list[Part]
) -> Iterator[Shift]:
    """Make the shift in one part, and those in two."""
    for parts in [((0.0, length),), *_splits(scenario, length)]:
        spans = tuple((start + a, start + b) for a, b in parts)
        # The parts of a split shift may lie on both sides of a closed lunch.
        if not all(any(a <= first and last <= b for a, b in windows) for first, last in spans):
            continue
        own = pauses(scenario.shifts, parts, scenario.horizon.interval)
        split = len(parts) > 1
        if own is not None:
            paid = scenario.shifts.paid(length, split=split) / 3600
            yield Shift(day, clock, spans, own, paid)
        elif not split:
            _refuse(scenario, length)


def _splits(scenario: Scenario, length: float) -> list[tuple[Part, ...]]:
    """Ways to work a length in two parts."""
    split = scenario.shifts.split
    if split is None:
        return []
    first_gap, last_gap = split.gap
    step = split.grid
    return [
        ((0.0, float(first)), (float(first + gap), float(length + gap)))
        for first in np.arange(-(-split.part // step) * step, length - split.part + 1, step)
        for gap in np.arange(-(-first_gap // step) * step, last_gap + 1, step)
    ]


def _refuse(scenario: Scenario, length: float) -> None:
    meal = scenario.shifts.meal
    if meal is None or not scenario.shifts.has_meal(length):
        raise InfeasibleSchedule(
            f"{scenario.origin.where(('shifts', 'breaks'))}: shifts.breaks: a shift of "
            f"{length / 3600:g} h has no room for its breaks; allowed: shorter or fewer breaks, "
            "wider between, or a smaller shifts.pause_distance"
        )
    raise InfeasibleSchedule(
        f"{scenario.origin.where(('shifts', 'meal'))}: shifts.meal: a shift of "
        f"{length / 3600:g} h has no room for a meal of {meal.length / 3600:g} h that starts "
        f"{meal.between[0] / 3600:g} to {meal.between[1] / 3600:g} h into it"
        + (" beside its breaks" if scenario.shifts.breaks else "")
    )


def days_of(scenario: Scenario) -> float:
    """Length of the horizon, s."""
    return seconds_into(horizon_start(scenario), horizon_end(scenario))
