"""Reader of the roster instances of schedulingbenchmarks.org (T. Curtois & R. Qu).

It fills the same problem a contact centre's roster is made of. Each person works at most one
shift a day; what precedes and follows the horizon makes the first and last stretch legal.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ccsim.scheduling.roster.problem import (
    Counter,
    Person,
    RosterProblem,
    sum_counter,
    weekend_counter,
)


def read(path: Path) -> RosterProblem:
    """Read an instance."""
    sections = _sections(path)
    days = int(sections["HORIZON"][0][0])
    kinds = tuple(row[0] for row in sections["SHIFTS"])
    minutes = np.array([int(row[1]) for row in sections["SHIFTS"]])
    number = {name: place for place, name in enumerate(kinds)}
    follows = np.ones((len(kinds), len(kinds)), dtype=bool)
    for row in sections["SHIFTS"]:
        for later in filter(None, row[2].split("|") if len(row) > 2 else []):
            follows[number[row[0]], number[later]] = False
    shape = (days, len(kinds))
    needed = np.zeros(shape, np.int64)
    under, over = np.zeros(shape), np.zeros(shape)
    for day, kind, wanted, missing, surplus in sections["COVER"]:
        cell = int(day), number[kind]
        needed[cell], under[cell], over[cell] = int(wanted), float(missing), float(surplus)
    costs = _costs(sections, number, days)
    people = tuple(_person(row, costs[row[0]], number, minutes, days) for row in sections["STAFF"])
    return RosterProblem(kinds, follows, needed, under, over, people)


def _sections(path: Path) -> dict[str, list[list[str]]]:
    """Rows of each section, split at commas; comments and blank lines are left out."""
    found: dict[str, list[list[str]]] = {}
    for line in path.read_text().splitlines():
        text = line.strip()
        if text.startswith("SECTION_"):
            rows = found.setdefault(text.removeprefix("SECTION_"), [])
        elif text and not text.startswith("#"):
            rows.append([cell.strip() for cell in text.split(",")])
    return found


def _costs(
    sections: dict[str, list[list[str]]], number: dict[str, int], days: int
) -> dict[str, np.ndarray]:
    """Costs by person, day and (off, then kind): requests not met, and days off that are fixed."""
    costs = {row[0]: np.zeros((days, len(number) + 1)) for row in sections["STAFF"]}
    for name, day, kind, weight in sections["SHIFT_ON_REQUESTS"]:
        row = costs[name][int(day)]
        row += float(weight)
        row[number[kind] + 1] -= float(weight)
    for name, day, kind, weight in sections["SHIFT_OFF_REQUESTS"]:
        costs[name][int(day), number[kind] + 1] += float(weight)
    for name, *off in sections["DAYS_OFF"]:
        costs[name][[int(day) for day in off if day], 1:] = np.inf
    return costs


def _person(
    row: list[str], costs: np.ndarray, number: dict[str, int], minutes: np.ndarray, days: int
) -> Person:
    name, shifts, most, least, longest, shortest, off, weekend = row
    return Person(
        name,
        costs,
        tuple(_counters(shifts, int(most), int(least), int(weekend), number, minutes, days)),
        longest=int(longest),
        shortest=int(shortest),
        days_off=int(off),
        before=None,
        places=np.arange(days),
    )


def _counters(
    shifts: str,
    most: int,
    least: int,
    weekend: int,
    number: dict[str, int],
    minutes: np.ndarray,
    days: int,
) -> Iterator[Counter]:
    unit = int(np.gcd.reduce(minutes))
    worked = np.where(np.arange(most // unit + 1) * unit < least, np.inf, 0.0)
    yield sum_counter("minutes worked", np.tile(minutes // unit, (days, 1)), worked)
    saturdays, sundays = list(range(5, days, 7)), list(range(6, days, 7))
    free = np.zeros(min(weekend, len(saturdays)) + 1)
    yield weekend_counter(days, len(number), saturdays, sundays, free)
    for limit in shifts.split("|"):
        kind, _, number_most = limit.partition("=")
        if int(number_most) < days:
            amounts = np.zeros((days, len(number)), np.int64)
            amounts[:, number[kind]] = 1
            yield sum_counter(f"shifts {kind}", amounts, np.zeros(int(number_most) + 1))
