"""People who are alike taken together: a smaller roster that costs no more than the real one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from ccsim.scheduling.roster.problem import Counter, Person, RosterProblem


def together(problem: RosterProblem) -> tuple[RosterProblem, list[int]]:
    """Let everybody with the same kind of rules do what the freest of them may, at the least cost.

    Returns
    -------
    RosterProblem
        A person for each class, as often as there are people in it.
    list of int
        The class of each person.
    """
    classes: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, person in enumerate(problem.people):
        classes[_kind(person)].append(number)
    class_of = [0] * len(problem.people)
    people = []
    for place, members in enumerate(classes.values()):
        people.append(_freest([problem.people[number] for number in members]))
        for number in members:
            class_of[number] = place
    return replace(problem, people=tuple(people)), class_of


def _kind(person: Person) -> tuple[object, ...]:
    """What has to agree: stretches, what is counted, and which shifts are known at all."""
    counted = tuple((one.name, one.costs.shape) for one in person.counters)
    able = np.isfinite(person.costs[:, 1:]).any(axis=0).tobytes()
    stretches = (person.longest, person.shortest, person.days_off, person.before)
    return (*stretches, counted, able, person.places.tobytes())


def _freest(members: list[Person]) -> Person:
    first = members[0]
    counters = tuple(
        _cheapest([member.counters[place] for member in members])
        for place in range(len(first.counters))
    )
    return replace(
        first,
        name=f"{first.name} and {len(members) - 1} alike",
        costs=np.min([member.costs for member in members], axis=0),
        counters=counters,
        least=sum(member.least for member in members),
        most=sum(member.most for member in members),
        price=min(member.price for member in members),
    )


def _cheapest(counters: list[Counter]) -> Counter:
    return replace(counters[0], costs=np.min([counter.costs for counter in counters], axis=0))
