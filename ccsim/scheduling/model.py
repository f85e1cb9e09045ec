"""The model of shift design: shifts by how many, pauses and trainings by place (Aykin 1996).

A shift is a whole number of people; each of its pauses has a number of people at every place it
may take, and these add up to the shift's. So a week with thousands of shift-and-break variations
stays small. Agents on shift are carried from slot to slot (`on shift now = before + coming −
going`), the network form of the cover rows, which solvers find easier than sums over whole shifts.

Pauses and trainings may be split between places by fractions at first: with the shifts then held,
`Model.settle` makes them whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pulp
from numpy.typing import NDArray

from ccsim.scheduling.problem import Problem, Rules, Shift, Team

Terms = list[tuple[pulp.LpVariable, float]]
Start = tuple[int, float]


@dataclass(eq=False)
class Block:
    """A team's variables.

    Attributes
    ----------
    counts
        People by shift.
    pauses
        By shift and pause: (place, people) pairs.
    trainings
        By training: (place, people) pairs.
    starts
        Whether anybody starts, by day and clock time; empty where no rule asks.
    present
        By slot: the terms of agents at work.
    overtime
        Hours beyond the weekly ones, by week.
    """

    team: Team
    counts: list[pulp.LpVariable]
    pauses: list[list[list[tuple[float, pulp.LpVariable]]]]
    trainings: list[list[tuple[float, pulp.LpVariable]]]
    starts: dict[Start, pulp.LpVariable]
    present: list[Terms]
    overtime: dict[int, pulp.LpVariable] = field(default_factory=dict)


@dataclass(eq=False)
class Model:
    """A problem as PuLP has it.

    Attributes
    ----------
    averaged
        Whether pauses are spread evenly over their places instead of being placed.
    dropped
        Rules that are left out.
    slack
        By rule, what its constraints lack, where they may be broken at a price; None: none may.
    hard
        The rules that were met with, in order.
    """

    problem: Problem
    lp: pulp.LpProblem
    averaged: bool = False
    dropped: frozenset[Rules] = frozenset()
    slack: dict[Rules, list[pulp.LpVariable]] | None = None
    enforced: frozenset[Rules] = frozenset()
    blocks: list[Block] = field(default_factory=list)
    hard: dict[Rules, None] = field(default_factory=dict)

    def later(self) -> list[pulp.LpVariable]:
        """People by place of pauses and trainings: whole only when the shifts are settled."""
        return [
            people
            for block in self.blocks
            for choices in [*(c for shift in block.pauses for c in shift), *block.trainings]
            for _, people in choices
        ]


def build(problem: Problem, *, averaged: bool = False) -> Model:
    """Make the model of a problem; averaged: with pauses spread evenly, far smaller."""
    return _filled(Model(problem, pulp.LpProblem("shifts", pulp.LpMinimize), averaged))


def breakable(problem: Problem, enforced: frozenset[Rules], dropped: frozenset[Rules]) -> Model:
    """Make the model whose only cost is to break rules: the enforced may not be broken at all."""
    lp = pulp.LpProblem("rules", pulp.LpMinimize)
    model = _filled(Model(problem, lp, dropped=dropped, slack={}, enforced=enforced))
    lacking = [one for several in (model.slack or {}).values() for one in several]
    lp.setObjective(pulp.LpAffineExpression([(one, 1.0) for one in lacking]))
    return model


def _filled(model: Model) -> Model:
    costs: Terms = []
    for number, team in enumerate(model.problem.teams):
        _add_team(model, team, f"g{number}", costs)
    _add_cuts(model, costs)
    model.lp.setObjective(pulp.LpAffineExpression(costs))
    return model


def _add_team(model: Model, team: Team, name: str, costs: Terms) -> None:
    problem, lp = model.problem, model.lp
    hours = problem.slot / 3600
    counts = [
        lp.add_variable(f"{name}x{n}", 0, None, pulp.LpInteger) for n in range(len(team.shifts))
    ]
    costs += [(x, team.paid * s.paid_hours) for x, s in zip(counts, team.shifts, strict=True)]
    present = _on_shift(model, team, name, counts)
    pauses = _add_pauses(model, team, name, counts, present)
    trainings = _add_trainings(model, team, name, counts, present)
    block = Block(team, counts, pauses, trainings, {}, present)
    model.blocks.append(block)
    for slot, terms in enumerate(present):
        under, over = lp.add_variable(f"{name}u{slot}", 0), lp.add_variable(f"{name}o{slot}", 0)
        costs += [(under, team.under * hours), (over, team.over * hours)]
        balance = [*terms, (under, 1.0), (over, -1.0)]
        lp += pulp.LpAffineExpression(balance) == float(team.required[slot]), f"{name}cover{slot}"
    if team.minimum is not None:
        for slot in map(int, np.flatnonzero(team.minimum > 0)):
            _rule(model, present[slot], team.rule("minimum"), least=float(team.minimum[slot]))
    _add_limits(model, block, name, costs)
    _add_starts(model, block, name)
    _add_designs(model, block, name, costs)


def _on_shift(model: Model, team: Team, name: str, counts: list[pulp.LpVariable]) -> list[Terms]:
    """Carry agents on shift from slot to slot; return them as the first term of each slot."""
    problem, lp = model.problem, model.lp
    changes: list[Terms] = [[] for _ in range(problem.slots)]
    for count, shift in zip(counts, team.shifts, strict=True):
        for slot, change in _changes(problem, shift, averaged=model.averaged).items():
            changes[slot].append((count, -change))
    states = [lp.add_variable(f"{name}n{slot}", 0) for slot in range(problem.slots)]
    for slot, terms in enumerate(changes):
        balance = [(states[slot], 1.0), *terms]
        if slot or problem.cyclic:
            balance.append((states[slot - 1], -1.0))
        lp += pulp.LpAffineExpression(balance) == 0, f"{name}flow{slot}"
    if problem.cyclic:
        # Changes alone leave the level open: once round, it is everybody in the first slot.
        first: Terms = [(states[0], 1.0)]
        for count, shift in zip(counts, team.shifts, strict=True):
            share = presence_of(problem, shift, averaged=model.averaged).get(0, 0.0)
            if share:
                first.append((count, -share))
        lp += pulp.LpAffineExpression(first) == 0, f"{name}level"
    return [[(state, 1.0)] for state in states]


def _changes(problem: Problem, shift: Shift, *, averaged: bool) -> dict[int, float]:
    """By slot, how much more of a shift's person is there than in the slot before."""
    shares = presence_of(problem, shift, averaged=averaged)
    edges = {*shares, *((slot + 1) % problem.slots for slot in shares)}
    changes = {}
    for slot in sorted(edges):
        before = (
            0.0 if slot == 0 and not problem.cyclic else shares.get((slot - 1) % problem.slots, 0.0)
        )
        change = shares.get(slot, 0.0) - before
        if change:
            changes[slot] = change
    return changes


def presence_of(problem: Problem, shift: Shift, *, averaged: bool) -> dict[int, float]:
    """Share of a shift's person by slot, before pauses or with these spread over their places."""
    shares: dict[int, float] = {}
    for start, end in shift.spans:
        for slot, share in problem.presence(start, end).items():
            shares[slot] = shares.get(slot, 0.0) + share
    for pause in shift.pauses if averaged else ():
        for place in pause.places:
            begin = shift.start + place
            for slot, share in problem.presence(begin, begin + pause.length).items():
                shares[slot] -= share / len(pause.places)
    return shares


def _add_pauses(
    model: Model, team: Team, name: str, counts: list[pulp.LpVariable], present: list[Terms]
) -> list[list[list[tuple[float, pulp.LpVariable]]]]:
    problem, lp = model.problem, model.lp
    made = []
    for number, (count, shift) in enumerate(zip(counts, team.shifts, strict=True)):
        choices_of_shift = []
        for order, pause in enumerate(() if model.averaged else shift.pauses):
            choices: list[tuple[float, pulp.LpVariable]] = []
            for place, away in _distinct(problem, shift, pause.places, pause.length):
                people = lp.add_variable(f"{name}b{number}_{order}_{len(choices)}", 0)
                choices.append((place, people))
                for slot, share in away.items():
                    present[slot].append((people, -share))
            total = [(count, -1.0), *((people, 1.0) for _, people in choices)]
            lp += pulp.LpAffineExpression(total) == 0, f"{name}pause{number}_{order}"
            choices_of_shift.append(choices)
        made.append(choices_of_shift)
    return made


def _distinct(
    problem: Problem, shift: Shift, places: Iterable[float], length: float
) -> list[tuple[float, dict[int, float]]]:
    """Places that differ in the slots they take people from; of equal ones the first."""
    found: dict[tuple[tuple[int, float], ...], float] = {}
    for place in places:
        begin = shift.start + place
        away = problem.presence(begin, begin + length)
        found.setdefault(tuple(sorted(away.items())), place)
    return [(place, dict(away)) for away, place in found.items()]


def _add_trainings(
    model: Model, team: Team, name: str, counts: list[pulp.LpVariable], present: list[Terms]
) -> list[list[tuple[float, pulp.LpVariable]]]:
    """Attendances by place: everybody once in each period, at most so many at once."""
    problem, lp = model.problem, model.lp
    made = []
    for order, training in enumerate(team.trainings):
        choices = [
            (place, lp.add_variable(f"{name}t{order}_{n}", 0))
            for n, place in enumerate(training.places)
        ]
        for place, people in choices:
            for slot, share in problem.presence(place, place + training.length).items():
                present[slot].append((people, -share))
        if training.people is not None:
            for place, _ in choices:
                together = [
                    (people, 1.0)
                    for other, people in choices
                    if place - training.length < other <= place
                ]
                lp += pulp.LpAffineExpression(together) <= training.people
        for begin, end in training.periods:
            attend = [(people, 1.0) for place, people in choices if begin <= place < end]
            own = [
                (count, shift)
                for count, shift in zip(counts, team.shifts, strict=True)
                if begin <= shift.start < end
            ]
            by_shifts = [(count, -1 / training.most_shifts) for count, _ in own]
            by_hours = [(count, -one.paid_hours / training.most_hours) for count, one in own]
            for people in (by_shifts, by_hours):
                _rule(model, [*attend, *people], training.rules, least=0.0)
        made.append(choices)
    return made


def _add_limits(model: Model, block: Block, name: str, costs: Terms) -> None:
    team, lp, extra = block.team, model.lp, block.overtime
    if team.overtime is not None:
        for weeks in team.overtime.months:
            for week in weeks:
                extra[week] = lp.add_variable(f"{name}overtime{week}", 0)
                costs.append((extra[week], team.paid * (team.overtime.price - 1)))
            total = [(extra[week], 1.0) for week in weeks]
            _rule(model, total, team.overtime.rules, most=team.overtime.most)
    for limit in team.limits:
        terms = [(block.counts[n], amount) for n, amount in limit.amounts.items()]
        if limit.overtime_week in extra:
            terms.append((extra[limit.overtime_week], -1.0))
        _rule(model, terms, limit.rules, least=limit.least, most=limit.most)


def _add_starts(model: Model, block: Block, name: str) -> None:
    """Limits on how many start together, and on distinct start times a day."""
    team, lp = block.team, model.lp
    together = starts_of(team)
    if team.start_maximum is not None:
        for numbers in together.values():
            terms = [(block.counts[n], 1.0) for n in numbers]
            _rule(model, terms, team.rule("start_maximum"), most=team.start_maximum)
    if team.start_minimum <= 1 and team.max_starts is None:
        return
    for index, (start, numbers) in enumerate(together.items()):
        used = lp.add_variable(f"{name}z{index}", 0, 1, pulp.LpInteger)
        block.starts[start] = used
        for number in numbers:
            link = [(block.counts[number], 1.0), (used, -useful(model.problem, team, number))]
            lp += pulp.LpAffineExpression(link) <= 0
        if team.start_minimum > 1:
            terms = [*((block.counts[n], 1.0) for n in numbers), (used, -float(team.start_minimum))]
            _rule(model, terms, team.rule("start_minimum"), least=0.0)
    if team.max_starts is not None:
        for day in sorted({day for day, _ in together}):
            used_today = [(used, 1.0) for (own, _), used in block.starts.items() if own == day]
            _rule(model, used_today, team.rule("max_starts"), most=team.max_starts)


def _add_designs(model: Model, block: Block, name: str, costs: Terms) -> None:
    """A price for each distinct shift used on any day."""
    team, lp = block.team, model.lp
    if team.design == 0:
        return
    used: dict[tuple[float, ...], pulp.LpVariable] = {}
    for number, shift in enumerate(team.shifts):
        if shift.design not in used:
            used[shift.design] = lp.add_variable(f"{name}y{len(used)}", 0, 1, pulp.LpInteger)
            costs.append((used[shift.design], team.design))
        most = useful(model.problem, team, number)
        block.counts[number].upBound = most
        link = [(block.counts[number], 1.0), (used[shift.design], -most)]
        lp += pulp.LpAffineExpression(link) <= 0


def _add_cuts(model: Model, costs: Terms) -> None:
    for number, cut in enumerate(model.problem.cuts):
        short = model.lp.add_variable(f"short{number}", 0)
        costs.append((short, cut.price))
        terms: Terms = [(short, 1.0)]
        for block in model.blocks:
            amounts = cut.amounts.get(block.team.name)
            if amounts is not None:
                for slot in map(int, np.flatnonzero(amounts)):
                    terms += [(v, float(amounts[slot]) * c) for v, c in block.present[slot]]
        model.lp += pulp.LpAffineExpression(_summed(terms)) >= cut.least, f"cut{number}"


def _summed(terms: Terms) -> Terms:
    """Add up the terms of a variable: PuLP would keep the last alone."""
    total: dict[pulp.LpVariable, float] = {}
    for variable, amount in terms:
        total[variable] = total.get(variable, 0.0) + amount
    return list(total.items())


def _rule(
    model: Model,
    terms: Terms,
    rules: Rules,
    *,
    least: float | None = None,
    most: float | None = None,
) -> None:
    """Add a constraint nothing can buy off, unless its rule is dropped or may be broken."""
    model.hard[rules] = None
    if rules in model.dropped:
        return
    for bound, sign in ((least, 1.0), (most, -1.0)):
        if bound is None:
            continue
        row = [(variable, sign * amount) for variable, amount in terms]
        if model.slack is not None and rules not in model.enforced:
            lacking = model.lp.add_variable(f"lacking{model.lp.numConstraints()}", 0)
            model.slack.setdefault(rules, []).append(lacking)
            row.append((lacking, 1.0))
        model.lp += pulp.LpAffineExpression(row) >= sign * bound


def starts_of(team: Team) -> dict[Start, list[int]]:
    """Numbers of the shifts by day and clock time of their start."""
    together: dict[Start, list[int]] = {}
    for number, shift in enumerate(team.shifts):
        together.setdefault((shift.day, shift.clock), []).append(number)
    return together


def useful(problem: Problem, team: Team, number: int) -> float:
    """Most people a shift is ever worth, a bound that keeps its link to a yes or no tight.

    Where no pause or rule interferes, one person more than U costs more than it brings as soon
    as the slots needing at most U outweigh those needing more. Else: as many as would cover the
    highest need alone, their pauses spread over all places.
    """
    shift = team.shifts[number]
    slots = np.array(
        [slot for a, b in shift.spans for slot in problem.presence(a, b)], dtype=np.int64
    )
    needed = team.required[slots]
    free = not (problem.cuts or team.trainings or team.start_minimum > 1 or shift.pauses)
    if free and team.minimum is None and all(limit.least is None for limit in team.limits):
        return _worth(needed, shift.paid_hours * team.paid, team, problem.slot / 3600)
    if team.minimum is not None:
        needed = np.maximum(needed, team.minimum[slots])
    away = sum(p.length / ((p.places[-1] - p.places[0]) + p.length) for p in shift.pauses)
    highest = float(needed.max(initial=0.0)) / max(1 - away, 0.25)
    ample = math.ceil(highest) + team.start_minimum + 1
    return float(ample if team.start_maximum is None else min(ample, team.start_maximum))


def _worth(needed: NDArray[np.float64], paid: float, team: Team, hours: float) -> float:
    """Largest number at which one person more may still pay."""
    for most in sorted({math.ceil(one) for one in needed}, reverse=True):
        missing = np.count_nonzero(needed > most - 1)
        surplus = len(needed) - missing
        if missing * team.under * hours > surplus * team.over * hours + paid:
            return float(most)
    return 0.0
