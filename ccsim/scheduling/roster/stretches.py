"""How many days in a row are worked and off: the rules as states and steps between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.scheduling.roster.problem import BoolArray, IntArray, Person

NEVER = -1


@dataclass(frozen=True, eq=False)
class Stretches:
    """States of a line's present stretch.

    Attributes
    ----------
    after_off, after_work
        Shape (states,): the state a day off, or a day worked, leads to; `NEVER` where a rule
        forbids it.
    working
        Shape (states,): whether the last day was worked.
    start
        State before the first day.
    """

    after_off: IntArray
    after_work: IntArray
    working: BoolArray
    start: int


def stretches(person: Person) -> Stretches:
    """Make the states of one person's rules.

    The first is of a line whose past is unknown and made legal; then come days off in a row (the
    last: enough of them), days worked in a row, and days worked in a row since before the first
    day, which may be as few as they like.
    """
    off, longest, shortest = max(person.days_off, 1), person.longest, person.shortest
    rested, worked = off, off  # states of the last day off that is asked for; of no day worked
    begun = worked + longest
    after_off, after_work, working = [rested], [_first(shortest, longest, worked, begun)], [False]
    for day in range(1, off + 1):
        after_off.append(min(day + 1, off))
        after_work.append(worked + 1 if day == off and longest > 0 else NEVER)
        working.append(False)
    for day in range(1, longest + 1):
        after_off.append(1 if day >= shortest else NEVER)
        after_work.append(worked + day + 1 if day < longest else NEVER)
        working.append(True)
    for day in range(1, min(shortest, longest + 1)):
        after_off.append(1)
        further = begun + day + 1 if day + 1 < shortest else worked + day + 1
        after_work.append(further if day < longest else NEVER)
        working.append(True)
    before = person.before
    start = 0 if before is None else _known(before, off, longest, worked)
    return Stretches(
        np.array(after_off, np.int64), np.array(after_work, np.int64), np.array(working), start
    )


def _first(shortest: int, longest: int, worked: int, begun: int) -> int:
    if longest == 0:
        return NEVER
    return begun + 1 if shortest > 1 else worked + 1


def _known(before: int, off: int, longest: int, worked: int) -> int:
    """State of somebody who has worked or been off so many days; past faults do not forbid more."""
    if before > 0:
        return worked + min(before, longest)
    return min(max(-before, 1), off)
