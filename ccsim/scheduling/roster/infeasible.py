"""Which rules leave somebody no line at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ccsim.scheduling.roster.lines import cheapest, rules_of
from ccsim.scheduling.roster.problem import Counter, Person, RosterProblem

LABELS = 60_000


def blocking_rules(problem: RosterProblem, number: int) -> list[str]:
    """Name the rules each of which, alone and left out, would give a person a line.

    Where no single one would, all that were tried are named together.
    """
    person = problem.people[number]
    tried = list(_without_one(problem, person))
    found = [name for name, lighter, follows in tried if _has_line(lighter, follows)]
    return found or ["several together: " + ", ".join(name for name, _, _ in tried)]


def _without_one(
    problem: RosterProblem, person: Person
) -> Iterator[tuple[str, Person, np.ndarray]]:
    """The person with each rule left out in turn."""
    for place, counter in enumerate(person.counters):
        others = (*person.counters[:place], *person.counters[place + 1 :])
        yield (
            f"{counter.name} ({_allowed(counter)})",
            replace(person, counters=others),
            problem.follows,
        )
    looser = [
        (f"days worked in a row, at most {person.longest}", replace(person, longest=person.days)),
        (f"days worked in a row, at least {person.shortest}", replace(person, shortest=1)),
        (f"days off in a row, at least {person.days_off}", replace(person, days_off=1)),
        (
            "leave, availability and published shifts",
            replace(person, costs=np.zeros_like(person.costs)),
        ),
    ]
    for name, lighter in looser:
        yield name, lighter, problem.follows
    yield "rest between shifts", person, np.ones_like(problem.follows)


def _allowed(counter: Counter) -> str:
    finite = np.flatnonzero(np.isfinite(counter.costs).any(axis=0)) * counter.unit
    return f"{finite[0]:g} to {finite[-1]:g}" if len(finite) else "none"


def _has_line(person: Person, follows: np.ndarray) -> bool:
    return bool(cheapest(rules_of(person, follows), person.costs, np.inf, LABELS).lines)
