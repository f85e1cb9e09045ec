"""What small systems do on average, solved here without ccsim: Markov chains and formulas.

Every chain is cut off where its states have no weight; times are in the unit of its rates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import exp, factorial
from typing import TypeAlias, TypeVar

import numpy as np
from scipy.sparse import csc_matrix
from scipy.sparse.linalg import spsolve

State = TypeVar("State", bound=tuple[int, ...])
Moves: TypeAlias = Callable[[State], Iterable[tuple[State, float]]]


def stationary(start: State, moves: Moves[State]) -> dict[State, float]:
    """Solve the balance equations of the chain that reaches its states from one of them.

    Parameters
    ----------
    start
        Any state.
    moves
        From a state to the states it may change into, with rates.
    """
    number, states = {start: 0}, [start]
    rows, columns, rates = [], [], []
    for state in states:  # grows while it is gone through
        for following, rate in moves(state):
            if following not in number:
                number[following] = len(states)
                states.append(following)
            rows += [number[following], number[state]]
            columns += [number[state]] * 2
            rates += [rate, -rate]
    size = len(states)
    balance = csc_matrix((rates, (rows, columns)), shape=(size, size)).tolil()
    balance[size - 1] = np.ones(size)  # one equation follows from the others
    right = np.zeros(size)
    right[-1] = 1
    return dict(zip(states, spsolve(balance.tocsc(), right).tolist(), strict=True))


def mean(weights: dict[State, float], figure: Callable[[State], float]) -> float:
    """Mean of a figure over the states of a chain."""
    return sum(weight * figure(state) for state, weight in weights.items())


def constant_patience(
    rate: float, service: float, agents: int, patience: float
) -> dict[str, float]:
    """M/M/n with everybody leaving after exactly the same wait.

    The wait that is offered has density λ·P(n − 1 busy)·exp((λ·1{w < patience} − nμ)·w + …)
    (Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005).
    """
    load, fastest = rate * service, agents / service
    below = [load**k / factorial(k) for k in range(agents)]
    slope = fastest - rate
    # Of the offered wait, relative to P(n − 1 busy): shorter than patience, and longer.
    if slope:
        shorter = rate * (1 - exp(-slope * patience)) / slope
        total = (1 - exp(-slope * patience) * (1 + slope * patience)) / slope**2
    else:
        shorter, total = rate * patience, patience**2 / 2
    longer = rate * exp(-slope * patience) / fastest
    idle = 1 / (sum(below) + below[-1] * (shorter + longer))
    wait = below[-1] * idle * (rate * total + patience * longer)
    abandonment = below[-1] * idle * longer
    return {
        "p_wait": below[-1] * idle * (shorter + longer),
        "abandonment": abandonment,
        "asa": wait,
        "occupancy": rate * (1 - abandonment) * service / agents,
    }


def retrials(
    rate: float, service_rate: float, servers: int, retrial_rate: float
) -> dict[str, float]:
    """M/M/c/c with an orbit from which everybody tries again until served."""
    most = 400

    def moves(state: tuple[int, int]) -> Iterable[tuple[tuple[int, int], float]]:
        busy, orbit = state
        if busy < servers:
            yield (busy + 1, orbit), rate
            if orbit:
                yield (busy + 1, orbit - 1), retrial_rate * orbit
        elif orbit < most:
            yield (busy, orbit + 1), rate
        if busy:
            yield (busy - 1, orbit), service_rate * busy

    weights = stationary((0, 0), moves)
    orbit = mean(weights, lambda state: state[1])
    return {
        "p_all_busy": mean(weights, lambda state: state[0] == servers),
        "mean_orbit": orbit,
        # Attempts are the arrivals and E[orbit] · retrial rate; as many as arrive get through.
        "blocking": 1 - rate / (rate + retrial_rate * orbit),
    }


def shared_attention(
    rate: float, service_rate: float, most: int, slowdown: float, leaving: float
) -> dict[str, float]:
    """Two agents with up to `most` chats each, n of which proceed at 1/(1 + slowdown·(n − 1)).

    A chat goes to the agent with fewer in hand, or waits, or leaves at a rate.
    """

    def pace(held: int) -> float:
        return service_rate * held / (1 + slowdown * (held - 1)) if held else 0.0

    def moves(state: tuple[int, int, int]) -> Iterable[tuple[tuple[int, int, int], float]]:
        more, fewer, waiting = state
        if waiting or fewer == most:
            if waiting < 60:
                yield (more, fewer, waiting + 1), rate
        else:
            yield (*_sorted(more, fewer + 1), 0), rate
        if waiting:
            yield (more, fewer, waiting - 1), 2 * pace(most) + leaving * waiting
            return
        if more:
            yield (*_sorted(more - 1, fewer), 0), pace(more)
        if fewer:
            yield (*_sorted(more, fewer - 1), 0), pace(fewer)

    weights = stationary((0, 0, 0), moves)
    waiting = mean(weights, lambda state: state[2])
    held = mean(weights, lambda state: state[0] + state[1])
    busy = mean(weights, lambda state: (state[0] > 0) + (state[1] > 0))
    abandonment = leaving * waiting / rate
    return {
        "abandonment": abandonment,
        "asa": waiting / rate,
        "talk": held / (rate * (1 - abandonment)),
        "occupancy": busy / 2,
        "concurrency": held / busy,
    }


def _sorted(one: int, other: int) -> tuple[int, int]:
    return max(one, other), min(one, other)


Both = tuple[float, float]


def two_skills(
    rates: Both, service_rates: Both, leaving: Both, specialists: int, generalists: int
) -> dict[tuple[str, str], float]:
    """Specialists serve `one` only, generalists both; `one` goes first and prefers specialists."""
    most = 40

    def moves(state: tuple[int, ...]) -> Iterable[tuple[tuple[int, ...], float]]:
        special, ones, twos, first, second = state
        full = ones + twos == generalists
        if special < specialists:
            yield (special + 1, ones, twos, first, second), rates[0]
        elif not full:
            yield (special, ones + 1, twos, first, second), rates[0]
        elif first < most:
            yield (special, ones, twos, first + 1, second), rates[0]
        if not full:
            yield (special, ones, twos + 1, first, second), rates[1]
        elif second < most:
            yield (special, ones, twos, first, second + 1), rates[1]
        if first:
            yield (special, ones, twos, first - 1, second), leaving[0] * first
        if second:
            yield (special, ones, twos, first, second - 1), leaving[1] * second
        if special:
            gone = (special, ones, twos, first - 1, second) if first else None
            yield gone or (special - 1, ones, twos, first, second), service_rates[0] * special
        for of_one, held in ((1, ones), (0, twos)):
            if held:
                left = ones - of_one, twos - 1 + of_one
                rate = held * service_rates[1 - of_one]
                if first:
                    yield (special, left[0] + 1, left[1], first - 1, second), rate
                elif second:
                    yield (special, left[0], left[1] + 1, first, second - 1), rate
                else:
                    yield (special, *left, first, second), rate

    empty: tuple[int, ...] = (0, 0, 0, 0, 0)
    weights = stationary(empty, moves)
    first, second = mean(weights, lambda s: s[3]), mean(weights, lambda s: s[4])
    return {
        ("one", "asa"): first / rates[0],
        ("two", "asa"): second / rates[1],
        ("one", "abandonment"): leaving[0] * first / rates[0],
        ("two", "abandonment"): leaving[1] * second / rates[1],
        ("specialists", "occupancy"): mean(weights, lambda s: s[0]) / specialists,
        ("generalists", "occupancy"): mean(weights, lambda s: s[1] + s[2]) / generalists,
    }


def two_phases(loads: Both, phase: float) -> Both:
    """Mean number in M_t/M/∞ at the end of each of two phases that take turns for ever.

    Parameters
    ----------
    loads
        Arrival rate × service time in each phase.
    phase
        Length of a phase in service times.
    """
    kept = exp(-phase)
    first = (loads[0] * (1 - kept) + kept * loads[1] * (1 - kept)) / (1 - kept**2)
    return first, loads[1] + (first - loads[1]) * kept
