"""Days on which the level jumped and stayed there: a product launched, a competitor gone."""

from __future__ import annotations

import numpy as np

from ccsim.demand.arrays import Floats, Whole

# A jump has held for so many open days and is told apart from the weeks before it; a shorter one
# may be an event.
HELD, BEFORE, AFTER = 5, 20, 20
# It is so many standard errors large, and at least a quarter: less is drift.
SURE, LEAST = 8.0, 0.22
MOST = 3
# Older jumps are drift by now: ramps of four weeks follow them.
RECENT = 90
NORMAL_MAD = 0.6745  # median absolute deviation of a standard normal


def level_shifts(logs: Floats, weekday: Whole) -> list[int]:
    """Find the first days of new levels among the last open days.

    Medians of the days before and after a day are compared, in standard errors of ordinary
    day-to-day changes; the largest difference is taken, and what is left looked at again (binary
    segmentation; Scott and Knott, Biometrics 30, 1974).

    Parameters
    ----------
    logs
        Logarithm of each observed day's total, shape (observed,).
    weekday
        Weekday of each, shape (observed,).

    Returns
    -------
    list of int
        Places among the observed days, ascending.
    """
    first = max(len(logs) - RECENT, 0)
    level, kind = logs[first:].copy(), weekday[first:]
    if len(level) < BEFORE // 2 + HELD:
        return []
    found: list[int] = []
    for _ in range(MOST):
        plain = level - _of_weekdays(level, kind)
        changes = np.diff(plain)
        # Two days' scatter is in a change; a jump is in one change only.
        scatter = float(np.median(np.abs(changes))) / NORMAL_MAD / np.sqrt(2.0)
        best, gain, at = 0.0, 0.0, -1
        for place in range(BEFORE // 2, len(plain) - HELD + 1):
            before, after = plain[max(place - BEFORE, 0) : place], plain[place : place + AFTER]
            gap = float(np.median(after) - np.median(before))
            error = max(scatter, 1e-9) * np.sqrt(1.0 / len(before) + 1.0 / len(after))
            if abs(gap) >= LEAST and abs(gap) / error > best:
                best, gain, at = abs(gap) / error, gap, place
        if best < SURE:
            break
        at = _dated(plain, at)
        found.append(first + at)
        level[at:] -= gain
    return sorted(found)


def _dated(plain: Floats, about: int) -> int:
    """Find the day from which on two levels fit best; medians alone are the same for many days."""
    low, high = max(about - BEFORE, 0), min(about + AFTER, len(plain))
    places = range(max(low + 1, about - AFTER), min(high - HELD, about + BEFORE) + 1)
    misfit = [
        sum(float(np.abs(side - np.median(side)).sum()) for side in (plain[low:at], plain[at:high]))
        for at in places
    ]
    return places[int(np.argmin(misfit))]


def _of_weekdays(level: Floats, weekday: Whole) -> Floats:
    """Median of each weekday, of each day beside those of its week so that jumps do not count."""
    width = len(np.unique(weekday))
    around = np.array(
        [
            np.median(level[max(place - width // 2, 0) : place + (width + 1) // 2])
            for place in range(len(level))
        ]
    )
    usual = np.zeros(len(level))
    for number in np.unique(weekday):
        same = weekday == number
        usual[same] = np.median((level - around)[same])
    return usual
