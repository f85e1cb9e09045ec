"""What one more person on a shift would bring, and which rules forbid it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.scheduling.design import Chosen
from ccsim.scheduling.problem import Limit, Problem, Rules, Shift, Team

Floats = NDArray[np.float64]
EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Addition:
    """One more person on a shift.

    Attributes
    ----------
    presence
        By interval: share of it they are at work.
    gain
        What the agents they add are worth less what they are paid, money; below nought where the
        shift does not pay.
    forbidden
        Paths of the rules that do not allow it; empty where none does.
    """

    shift: Shift
    presence: Mapping[int, float]
    gain: float
    forbidden: Rules


@dataclass(frozen=True)
class _Used:
    """What the shifts chosen take: of each limit, distinct shifts, and people by day and start."""

    limits: list[float]
    designs: set[tuple[float, ...]]
    starts: Counter[tuple[int, float]]

    @classmethod
    def by(cls, chosen: Chosen) -> _Used:
        starts: Counter[tuple[int, float]] = Counter()
        for shift, count in chosen.shifts:
            starts[shift.day, shift.start] += count
        limits = [
            sum(limit.amounts.get(n, 0.0) * count for n, count in chosen.counts.items())
            for limit in chosen.team.limits
        ]
        return cls(limits, {shift.design for shift, _ in chosen.shifts}, starts)


def additions(problem: Problem, chosen: Chosen, agents: Floats) -> list[Addition]:
    """Try one more person on every shift of a team.

    Each pause takes the place at which an agent is worth least.

    Parameters
    ----------
    agents
        ndarray of float64, shape (slots,): agents at work.
    """
    team, hours = chosen.team, problem.slot / 3600
    now = _price(team, agents, hours)
    worth = now - _price(team, agents + 1, hours)
    used = _Used.by(chosen)
    made = []
    for number, shift in enumerate(team.shifts):
        presence = _presence(problem, shift, worth)
        slots, shares = np.array(list(presence), dtype=int), np.array(list(presence.values()))
        saved = now[slots] - _price(team, agents[slots] + shares, hours, slots)
        forbidden, overtime = _rules_against(chosen, number, used)
        premium = 0.0 if team.overtime is None else (team.overtime.price - 1) * overtime
        new = 0.0 if shift.design in used.designs else team.design
        paid = team.paid * (shift.paid_hours + premium) + new
        made.append(Addition(shift, presence, float(saved.sum()) - paid, forbidden))
    return made


def _price(
    team: Team, agents: Floats, hours: float, slots: NDArray[np.int64] | slice = slice(None)
) -> Floats:
    """Price of agents missing and too many in each interval."""
    short = team.required[slots] - agents
    price: Floats = hours * (
        team.under * np.maximum(short, 0.0) + team.over * np.maximum(-short, 0.0)
    )
    return price


def _presence(problem: Problem, shift: Shift, worth: Floats) -> dict[int, float]:
    """Share of each interval at work, pauses where an agent is worth least."""
    shares: dict[int, float] = {}
    for begin, end in shift.spans:
        for slot, share in problem.presence(begin, end).items():
            shares[slot] = shares.get(slot, 0.0) + share
    for pause in shift.pauses:
        places = [
            problem.presence(shift.start + place, shift.start + place + pause.length)
            for place in pause.places
        ]
        best = min(places, key=lambda away: sum(worth[slot] * part for slot, part in away.items()))
        for slot, share in best.items():
            shares[slot] -= share
    return shares


def _rules_against(chosen: Chosen, number: int, used: _Used) -> tuple[Rules, float]:
    """Rules that forbid one more person on a shift, and the overtime hours it would take."""
    team, overtime = chosen.team, 0.0
    rules: list[Rules] = []
    for limit, taken in zip(team.limits, used.limits, strict=True):
        beyond = _beyond(limit, taken, number)
        if beyond <= EXACT:
            continue
        if limit.overtime_week is not None and beyond <= _overtime_left(chosen) + EXACT:
            overtime = max(overtime, beyond)
        else:
            rules.append(limit.rules)
    start = team.shifts[number].day, team.shifts[number].start
    if team.start_maximum is not None and used.starts[start] >= team.start_maximum:
        rules.append(team.rule("start_maximum"))
    today = {own for own in used.starts if own[0] == start[0]}
    if team.max_starts is not None and len(today | {start}) > team.max_starts:
        rules.append(team.rule("max_starts"))
    return tuple(dict.fromkeys(path for one in rules for path in one)), overtime


def _beyond(limit: Limit, taken: float, number: int) -> float:
    """By how much one more person on a shift would break a limit, beyond what is broken."""
    if limit.most is None or number not in limit.amounts:
        return 0.0
    return min(taken + limit.amounts[number] - limit.most, limit.amounts[number])


def _overtime_left(chosen: Chosen) -> float:
    overtime = chosen.team.overtime
    if overtime is None:
        return 0.0
    return len(overtime.months) * overtime.most - chosen.overtime_hours
