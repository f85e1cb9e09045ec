"""One person after another takes the line that is best while all others keep theirs."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from ccsim.scheduling.roster.lines import EPSILON, Rules, cheapest
from ccsim.scheduling.roster.problem import (
    OFF,
    FloatArray,
    IntArray,
    Line,
    RosterProblem,
    cover_cost,
    line_cost,
    presence,
)

# Labels kept a day: enough for a good line, and so many that only a hard rule leaves none.
FEW_LABELS, MANY_LABELS = 2_000, 60_000
# A shift of which nobody has any yet is worth so much more than one nearly filled, as a share:
# what is scarce is so filled first.
SCARCITY = 0.5
# Rounds of giving a few people new lines, and the noise at first beside what a shift saves.
ROUNDS, FEW, NOISE = 60, 2, 0.025


Team = list[tuple[int, Line, int]]


class NobodyFits(Exception):
    """No line keeps all rules of a person; caught where people have names.

    Attributes
    ----------
    person
        Their number.
    """

    def __init__(self, person: int) -> None:
        super().__init__(person)
        self.person = person


def team_cost(problem: RosterProblem, team: Team) -> float:
    """Cost of a roster: its lines and its cover."""
    lines = sum(many * line_cost(problem.people[number], line) for number, line, many in team)
    return lines + cover_cost(problem, presence(problem, team))


def priced(problem: RosterProblem, number: int, values: FloatArray) -> FloatArray:
    """Costs of a person's days less what their shifts save, by cell of the cover."""
    person = problem.people[number]
    costs = person.costs.copy()
    costs[:, 1:] -= values[person.places]
    return costs


def descend(problem: RosterProblem, rules: Sequence[Rules], start: Team, seed: int = 1) -> Team:
    """Find a roster that no single person's change betters.

    Parameters
    ----------
    start
        Lines of some people; the others choose in random order.

    Raises
    ------
    NobodyFits
        When no line keeps all rules of somebody.
    """
    lines = {number: line for number, line, _ in start}
    present = presence(problem, start)
    order = _order(problem, np.random.default_rng(seed))
    for number in order:
        if number not in lines:
            lines[number] = _first(problem, rules[number], number, present)
            _move(problem, present, number, lines[number], 1)
    while _pass(problem, rules, lines, present, order):
        pass
    return [(number, lines[number], 1) for number in sorted(lines)]


def stir(
    problem: RosterProblem, rules: Sequence[Rules], team: Team, until: float, seed: int = 1
) -> Team:
    """Better a roster by taking the lines of a few people away and giving them new ones.

    New lines are chosen one after another, where shifts are worth a little more or less than
    they are; they stay where they cost no more than the old ones (ruin and recreate, Schrimpf et
    al. 2000). It ends after so many rounds through all people, or when `time.monotonic()` reaches
    `until`.
    """
    luck = np.random.default_rng(seed)
    lines = {number: line for number, line, _ in team}
    present, scale = presence(problem, team), float(np.median(problem.under[problem.needed > 0]))
    for size in np.linspace(NOISE, 0, ROUNDS):
        order = _order(problem, luck)
        for begin in range(0, len(order), FEW):
            if time.monotonic() >= until:
                break
            noise = size * scale * luck.random(problem.needed.shape)
            _renew(problem, rules, lines, present, order[begin : begin + FEW], noise)
    return [(number, lines[number], 1) for number in sorted(lines)]


def _renew(
    problem: RosterProblem,
    rules: Sequence[Rules],
    lines: dict[int, Line],
    present: IntArray,
    few: Sequence[int],
    noise: FloatArray,
) -> None:
    """Give a few people new lines where these cost no more than their old ones."""
    old = {number: lines[number] for number in few}
    before = cover_cost(problem, present) + _lines_cost(problem, old)
    for number in few:
        _move(problem, present, number, old[number], -1)
    new: dict[int, Line] = {}
    for number in few:
        saved = np.where(present < problem.needed, problem.under + noise, -problem.over)
        found = cheapest(rules[number], priced(problem, number, saved), np.inf, FEW_LABELS).lines
        if not found:
            break
        new[number] = found[0][1]
        _move(problem, present, number, new[number], 1)
    cost = cover_cost(problem, present) + _lines_cost(problem, new)
    if len(new) < len(old) or cost > before + EPSILON:
        for number, line in new.items():
            _move(problem, present, number, line, -1)
        new = old
        for number, line in old.items():
            _move(problem, present, number, line, 1)
    lines.update(new)


def _lines_cost(problem: RosterProblem, lines: dict[int, Line]) -> float:
    return sum(line_cost(problem.people[number], line) for number, line in lines.items())


def _order(problem: RosterProblem, luck: np.random.Generator) -> list[int]:
    return [int(number) for number in luck.permutation(len(problem.people))]


def _pass(
    problem: RosterProblem,
    rules: Sequence[Rules],
    lines: dict[int, Line],
    present: IntArray,
    order: Sequence[int],
) -> bool:
    """Let everybody take their best line once; True where somebody took another."""
    moved = False
    for number in order:
        old = lines[number]
        _move(problem, present, number, old, -1)
        saved = np.where(present < problem.needed, problem.under, -problem.over)
        better = _better(problem, rules[number], number, old, saved)
        lines[number] = old if better is None else better
        moved |= better is not None
        _move(problem, present, number, lines[number], 1)
    return moved


def _first(problem: RosterProblem, rules: Rules, number: int, present: IntArray) -> Line:
    left = (problem.needed - present) / np.maximum(problem.needed, 1)
    worth = problem.under * (1 - SCARCITY * (1 - left))
    costs = priced(problem, number, np.where(left > 0, worth, -problem.over))
    for labels in (FEW_LABELS, MANY_LABELS):
        found = cheapest(rules, costs, np.inf, labels).lines
        if found:
            return found[0][1]
    raise NobodyFits(number)


def _better(
    problem: RosterProblem, rules: Rules, number: int, old: Line, saved: FloatArray
) -> Line | None:
    """The best line at what shifts save, where it is better than the old one."""
    costs = priced(problem, number, saved)
    person = problem.people[number]
    worth = sum(saved[place, k] for place, k in zip(person.places, old, strict=True) if k != OFF)
    ceiling = line_cost(person, old) - person.price - worth
    found = cheapest(rules, costs, ceiling, FEW_LABELS).lines
    return found[0][1] if found else None


def _move(problem: RosterProblem, present: IntArray, number: int, line: Line, by: int) -> None:
    for place, kind in zip(problem.people[number].places, line, strict=True):
        if kind != OFF:
            present[place, kind] += by
