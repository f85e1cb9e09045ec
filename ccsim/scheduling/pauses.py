"""Where the meal and the breaks of a shift may lie, so that any places together make a shift.

Pauses keep their order and a distance from each other, from the start and from the end. Windows
that would let two of them meet are cut in the middle of what they share; breaks without a window
are spread over the stretches the others leave, an equal part each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ccsim.scenario.people import Shifts
from ccsim.scheduling.problem import Pause

Part = tuple[float, float]


@dataclass(frozen=True)
class _Window:
    """A pause and when it may begin, s from the start of the shift."""

    activity: str
    length: float
    earliest: float
    latest: float

    @property
    def middle(self) -> float:
        return (self.earliest + self.latest) / 2


def pauses(shifts: Shifts, parts: tuple[Part, ...], slot: float) -> tuple[Pause, ...] | None:
    """Lay out the pauses of a shift; None where there is no room for them.

    Parameters
    ----------
    parts
        From and to of each part of the shift, s from its start; a split shift has two, and no
        meal: its gap is one.
    slot
        Planning interval, s: longer pauses begin on its grid, shorter ones on that of their
        own length.
    """
    working = sum(end - start for start, end in parts)
    own = [b for b in shifts.breaks if working > b.shifts_over]
    fixed = [_Window("break", one.length, *one.between) for one in own if one.between is not None]
    if shifts.meal is not None and shifts.has_meal(working) and len(parts) == 1:
        fixed.append(_Window("meal", shifts.meal.length, *shifts.meal.between))
    distance = shifts.pause_distance
    placed: list[_Window] = []
    for window in sorted(fixed, key=lambda one: one.middle):
        window = _inside(window, parts, distance)
        if placed:
            placed[-1], window = _apart(placed[-1], window, distance)
        placed.append(window)
    free = [one.length for one in own if one.between is None]
    placed += _spread(free, _stretches(parts, placed), distance)
    made = [_on_grid(window, slot) for window in sorted(placed, key=lambda one: one.middle)]
    return None if any(not pause.places for pause in made) else tuple(made)


def _inside(window: _Window, parts: tuple[Part, ...], distance: float) -> _Window:
    """Keep a window within the part it shares most with, away from both ends."""
    cut = [
        replace(
            window,
            earliest=max(window.earliest, start + distance),
            latest=min(window.latest, end - distance - window.length),
        )
        for start, end in parts
    ]
    return max(cut, key=lambda one: one.latest - one.earliest)


def _apart(first: _Window, second: _Window, distance: float) -> tuple[_Window, _Window]:
    """Cut two windows so that the pauses never meet: each gives half, or what it has."""
    shared = first.latest + first.length + distance - second.earliest
    if shared <= 0:
        return first, second
    most = second.latest - second.earliest
    given = min(max(shared / 2, shared - most), first.latest - first.earliest)
    return (
        replace(first, latest=first.latest - given),
        replace(second, earliest=second.earliest + shared - given),
    )


def _stretches(parts: tuple[Part, ...], placed: list[_Window]) -> list[Part]:
    """What the windows leave of the parts."""
    stretches = []
    for start, end in parts:
        edge = start
        for window in placed:
            if start <= window.earliest < end:
                stretches.append((edge, window.earliest))
                edge = window.latest + window.length
        stretches.append((edge, end))
    return stretches


def _spread(lengths: list[float], stretches: list[Part], distance: float) -> list[_Window]:
    """Give each break an equal part of the stretch that has most room for one more."""
    numbers = [0] * len(stretches)
    for _ in lengths:
        room = [(end - start) / (n + 1) for (start, end), n in zip(stretches, numbers, strict=True)]
        numbers[room.index(max(room))] += 1
    windows, rest = [], iter(lengths)
    for (start, end), number in zip(stretches, numbers, strict=True):
        for order in range(number):
            length, part = next(rest), (end - start) / number
            last = order == number - 1
            windows.append(
                _Window(
                    "break",
                    length,
                    start + order * part + distance,
                    start + (order + 1) * part - length - (distance if last else 0.0),
                )
            )
    return windows


def _on_grid(window: _Window, slot: float) -> Pause:
    step = min(window.length, slot)
    first, last = -(-window.earliest // step), window.latest // step
    places = tuple(step * n for n in range(int(first), int(last) + 1))
    return Pause(window.activity, window.length, places)
