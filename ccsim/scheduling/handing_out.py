"""From counts to people: which places the pauses of each shift take, and who attends trainings."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from ccsim.scheduling.design import Chosen
from ccsim.scheduling.problem import Problem, Shift, Training, Worked

Tours = list[list[Worked]]
# A person's trainings: (name, from, to), s from the start of the horizon.
Attended = list[tuple[str, float, float]]


def worked(problem: Problem, chosen: Chosen) -> list[tuple[Worked, int]]:
    """Give the pauses of every shift their places, people by people.

    Whoever has the first pause early has the others early too. Places that take people from the
    same interval are used in turn.
    """
    found: Counter[Worked] = Counter()
    turn: Counter[tuple[float, float]] = Counter()
    for number, count in chosen.counts.items():
        shift = chosen.team.shifts[number]
        columns = [
            _places(problem, shift, n, chosen, number, turn) for n in range(len(shift.pauses))
        ]
        rows = zip(*columns, strict=True) if columns else [()] * count
        found.update(Worked(shift, tuple(places)) for places in rows)
    return sorted(found.items(), key=lambda item: (item[0].shift.spans, item[0].places))


def _places(
    problem: Problem,
    shift: Shift,
    order: int,
    chosen: Chosen,
    number: int,
    turn: Counter[tuple[float, float]],
) -> list[float]:
    """Places of a shift's pause, one a person, in order."""
    pause = shift.pauses[order]

    def away(place: float) -> tuple[tuple[int, float], ...]:
        begin = shift.start + place
        return tuple(sorted(problem.presence(begin, begin + pause.length).items()))

    alike: dict[tuple[tuple[int, float], ...], list[float]] = {}
    for place in pause.places:
        alike.setdefault(away(place), []).append(place)
    given = []
    for place, people in chosen.pauses[number][order]:
        same = alike[away(place)]
        key = (shift.start + place, pause.length)
        given += [same[(turn[key] + n) % len(same)] for n in range(people)]
        turn[key] += people
    return sorted(given)


def attend(problem: Problem, chosen: Chosen, tours: Tours) -> tuple[list[Attended], dict[str, int]]:
    """Send everybody to their trainings, where it hurts least.

    Whoever can go at the fewest times is placed first; each takes the time at which the price of
    the agents missing and too many rises least.

    Returns
    -------
    list of list of tuple
        By person: (name, from, to), s.
    dict
        By training: attendances nobody could be found a place for.
    """
    attended: list[Attended] = [[] for _ in tours]
    failed: dict[str, int] = {}
    present = chosen.present.copy()
    for training, places in zip(chosen.team.trainings, chosen.trainings, strict=True):
        for place, people in places:
            for slot, share in problem.presence(place, place + training.length).items():
                present[slot] += people * share
    for training in chosen.team.trainings:
        taken = np.zeros(len(training.places))
        for period in training.periods:
            missing = _place(problem, chosen, tours, training, period, attended, present, taken)
            if missing:
                failed[training.name] = failed.get(training.name, 0) + missing
    return attended, failed


def _place(
    problem: Problem,
    chosen: Chosen,
    tours: Tours,
    training: Training,
    period: tuple[float, float],
    attended: list[Attended],
    present: NDArray[np.float64],
    taken: NDArray[np.float64],
) -> int:
    """Place one training in one period; return how many people had no place."""
    places = np.array(training.places)
    within = (places >= period[0]) & (places < period[1])
    may = np.array(
        [
            within & _free(one, places, training.length, busy)
            for one, busy in zip(tours, attended, strict=True)
        ]
    ).reshape(len(tours), len(places))
    away = np.zeros((len(places), problem.slots))
    for number, place in enumerate(places):
        for slot, share in problem.presence(place, place + training.length).items():
            away[number, slot] = share
    due = [n for n, one in enumerate(tours) if any(_starts(w, period) for w in one)]
    missing = 0
    for person in sorted(due, key=lambda n: (may[n].sum(), n)):
        options = np.flatnonzero(may[person] & ~_full(training, places, taken))
        if not len(options):
            missing += 1
            continue
        best = options[np.argmin(_hurt(problem, chosen, present, away[options]))]
        taken[best] += 1
        present -= away[best]
        begin = float(places[best])
        attended[person].append((training.name, begin, begin + training.length))
    return missing


def _starts(one: Worked, period: tuple[float, float]) -> bool:
    return period[0] <= one.shift.start < period[1]


def _free(
    person: list[Worked], places: NDArray[np.float64], length: float, busy: Attended
) -> NDArray[np.bool_]:
    """Say at which places a person is at work, with no pause or other training in between."""
    free = np.zeros(len(places), dtype=bool)
    for one in person:
        for start, end in one.shift.spans:
            free |= (places >= start) & (places + length <= end)
    taken = [(begin, end) for _, begin, end in busy]
    for one in person:
        for pause, place in zip(one.shift.pauses, one.places, strict=True):
            begin = one.shift.start + place
            taken.append((begin, begin + pause.length))
    for begin, end in taken:
        free &= (places >= end) | (places + length <= begin)
    return free


def _full(
    training: Training, places: NDArray[np.float64], taken: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say at which places one more would be too many at once."""
    if training.people is None:
        return np.zeros(len(places), dtype=bool)
    before = np.concatenate([[0.0], np.cumsum(taken)])
    since = np.searchsorted(places, places - training.length, side="right")
    at_once = before[1:] - before[since]
    until = np.searchsorted(places, places + training.length, side="left")
    return np.array(
        [at_once[n : until[n]].max() >= training.people for n in range(len(places))], dtype=bool
    )


def _hurt(
    problem: Problem, chosen: Chosen, present: NDArray[np.float64], away: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Price of taking one person away, by place."""
    team = chosen.team

    def price(at_work: NDArray[np.float64]) -> NDArray[np.float64]:
        short = team.required - at_work
        return np.where(short > 0, team.under * short, -team.over * short)

    return (price(present - away) - price(present)).sum(axis=1) * problem.slot / 3600
