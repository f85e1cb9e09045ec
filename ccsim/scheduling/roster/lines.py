"""The cheapest lines of one person under given prices of shifts: dynamic programming by days.

A label is all that the rest of a line depends on: days in a row, the last shift as far as rest
asks, and the counters. Labels of a day that agree are one, the cheaper. Those that cannot become
a line below a ceiling are dropped: what the remaining days cost at least is known from the same
programme with one counter at a time, run backwards (a relaxation of the state space, Christofides,
Mingozzi & Toth 1981).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ccsim.scheduling.roster.problem import BoolArray, FloatArray, IntArray, Line, Person
from ccsim.scheduling.roster.stretches import stretches

EPSILON = 1e-7
# Labels kept of a day at most, before the best are chosen; a table twice as long finds them.
MOST_LABELS = 1 << 17
SLOTS = 1 << 19
NO_END = -1  # of a day after which no period of a counter ends


class Rules(NamedTuple):
    """One person's rules as the compiled functions take them."""

    after_off: IntArray
    after_work: IntArray
    working: BoolArray
    start: int
    rest_class: IntArray
    allowed: BoolArray
    amounts: NDArray[np.int64]
    running: NDArray[np.int64]
    period: IntArray
    tops: IntArray
    tables: FloatArray


class Bounds(NamedTuple):
    """What the rest of a line costs at least: by day, stretch and one counter; or last shift."""

    counted: FloatArray
    rested: FloatArray


@dataclass(frozen=True)
class Found:
    """Lines below the ceiling, cheapest first, and what no line can be cheaper than."""

    lines: list[tuple[float, Line]]
    bound: float


def rules_of(person: Person, follows: BoolArray) -> Rules:
    """Lay out one person's rules for the compiled functions."""
    rows, classes = np.unique(follows, axis=0, return_inverse=True)
    days, kinds = person.days, len(follows)
    number = len(person.counters)
    periods = max((len(counter.costs) for counter in person.counters), default=1)
    top = max((counter.costs.shape[1] for counter in person.counters), default=1)
    tables = np.full((number, periods, top), np.inf)
    period = np.full((number, days), NO_END, dtype=np.int64)
    for place, counter in enumerate(person.counters):
        tables[place, : len(counter.costs), : counter.costs.shape[1]] = counter.costs
        period[place, counter.ends] = np.arange(counter.ends.sum())
    states = stretches(person)

    def stack(arrays: list[IntArray]) -> IntArray:
        return np.array(arrays, dtype=np.int64).reshape(number, days, kinds)

    return Rules(
        states.after_off,
        states.after_work,
        states.working,
        states.start,
        classes.reshape(-1).astype(np.int64),
        # The last class is of a day off before: everything may follow.
        np.vstack([rows, np.ones((1, kinds), dtype=bool)]),
        stack([counter.amounts for counter in person.counters]),
        stack([counter.running for counter in person.counters]),
        period,
        np.array([counter.costs.shape[1] for counter in person.counters], dtype=np.int64),
        tables,
    )


def cheapest(rules: Rules, costs: FloatArray, ceiling: float, labels: int, lines: int = 1) -> Found:
    """Find the cheapest lines that cost less than a ceiling.

    Parameters
    ----------
    rules
        From `rules_of`.
    costs
        Shape (days, 1 + kinds): of a day off and of each shift, prices included.
    ceiling
        Lines that cost as much or more are not looked for.
    labels
        Labels kept a day at most: the most promising. Then the bound is lower than the best.
    lines
        How many lines at most; they differ in how they end.
    """
    costs = np.ascontiguousarray(costs)
    bounds = _bounds(rules, costs)
    found, totals, cut = _search(rules, bounds, costs, ceiling - EPSILON, labels, lines)
    lowest = min(cut, float(totals.min()) if len(totals) else ceiling)
    order = np.argsort(totals, kind="stable")
    made = [(float(totals[n]), tuple(int(kind) for kind in found[n])) for n in order]
    return Found(made, lowest)


def every(rules: Rules, costs: FloatArray, ceiling: float, most: int) -> list[Line] | None:
    """List all lines that cost less than a ceiling; None where there are more than `most`."""
    costs = np.ascontiguousarray(costs)
    found, complete = _enumerate(rules, _bounds(rules, costs), costs, ceiling, most, 200 * most)
    return [tuple(int(kind) for kind in line) for line in found] if complete else None


@njit(cache=True)
def _bounds(rules: Rules, costs: np.ndarray) -> Bounds:
    days = costs.shape[0]
    states, counters, classes = len(rules.after_off), len(rules.tops), len(rules.allowed)
    width = rules.tables.shape[2] if counters else 1
    counted = np.zeros((counters, days + 1, states, width))
    rested = np.zeros((days + 1, states, classes))
    for day in range(days - 1, -1, -1):
        possible = np.flatnonzero(costs[day, 1:] < np.inf)
        for state in range(states):
            off, work = rules.after_off[state], rules.after_work[state]
            for group in range(classes):
                best = np.inf
                if off >= 0:
                    best = costs[day, 0] + rested[day + 1, off, classes - 1]
                if work >= 0:
                    for kind in possible:
                        if rules.allowed[group, kind]:
                            value = costs[day, kind + 1]
                            value += rested[day + 1, work, rules.rest_class[kind]]
                            best = min(best, value)
                rested[day, state, group] = best
            for counter in range(counters):
                added = rules.running if rules.working[state] else rules.amounts
                # The cheapest shift of each amount.
                steps = np.full(width, np.inf)
                for kind in possible:
                    amount = added[counter, day, kind]
                    if amount < width:
                        steps[amount] = min(steps[amount], costs[day, kind + 1])
                top, period = rules.tops[counter], rules.period[counter, day]
                later = counted[counter, day + 1]
                for total in range(top):
                    best = np.inf
                    if off >= 0:
                        best = costs[day, 0] + (
                            rules.tables[counter, period, total] + later[off, 0]
                            if period >= 0
                            else later[off, total]
                        )
                    if work >= 0:
                        for amount in range(top - total):
                            if steps[amount] < np.inf:
                                sum_ = total + amount
                                value = steps[amount] + (
                                    rules.tables[counter, period, sum_] + later[work, 0]
                                    if period >= 0
                                    else later[work, sum_]
                                )
                                best = min(best, value)
                    counted[counter, day, state, total] = best
    return Bounds(counted, rested)


@njit(cache=True)
def _least(bounds: Bounds, day: int, state: int, group: int, sums: np.ndarray) -> float:
    """What the days from `day` on cost at least."""
    least = bounds.rested[day, state, group]
    for counter in range(len(sums)):
        least = max(least, bounds.counted[counter, day, state, sums[counter]])
    return least


@njit(cache=True)
def _step(
    rules: Rules, day: int, kind: int, running: bool, sums: np.ndarray, after: np.ndarray
) -> float:
    """Add a day to the counters; returns what the periods that end cost."""
    cost = 0.0
    for counter in range(len(sums)):
        total = sums[counter]
        if kind >= 0:
            total += (rules.running if running else rules.amounts)[counter, day, kind]
            if total >= rules.tops[counter]:
                return np.inf
        period = rules.period[counter, day]
        if period >= 0:
            cost += rules.tables[counter, period, total]
            total = 0
        after[counter] = total
    return cost


@njit(cache=True)
def _search(
    rules: Rules, bounds: Bounds, costs: np.ndarray, ceiling: float, most: int, lines: int
) -> tuple[np.ndarray, np.ndarray, float]:
    days = costs.shape[0]
    counters, classes = len(rules.tops), len(rules.allowed)
    parents = np.empty((days, MOST_LABELS), np.int32)
    choices = np.empty((days, MOST_LABELS), np.int16)
    state, group = np.empty(MOST_LABELS, np.int64), np.empty(MOST_LABELS, np.int64)
    sums, so_far = np.empty((MOST_LABELS, counters), np.int64), np.empty(MOST_LABELS)
    promise, keys = np.empty(MOST_LABELS), np.empty(MOST_LABELS, np.int64)
    slots, stamps = np.empty(SLOTS, np.int32), np.full(SLOTS, -1, np.int32)
    state[0], group[0], so_far[0] = rules.start, classes - 1, 0.0
    sums[0] = 0
    count, cut = 1, np.inf
    root = _least(bounds, 0, rules.start, classes - 1, sums[0])
    after = np.zeros(counters, np.int64)
    for day in range(days):
        old_state, old_group = state[:count].copy(), group[:count].copy()
        old_sums, old_cost = sums[:count].copy(), so_far[:count].copy()
        old, count = count, 0
        possible = np.flatnonzero(costs[day] < np.inf) - 1
        for label in range(old):
            here = old_state[label]
            running = rules.working[here]
            for number in range(len(possible)):
                kind = possible[number]
                there = rules.after_off[here] if kind < 0 else rules.after_work[here]
                if there < 0 or (kind >= 0 and not rules.allowed[old_group[label], kind]):
                    continue
                cost = old_cost[label] + costs[day, kind + 1]
                cost += _step(rules, day, kind, running, old_sums[label], after)
                if not cost < np.inf:
                    continue
                rest = classes - 1 if kind < 0 else rules.rest_class[kind]
                hope = cost + _least(bounds, day + 1, there, rest, after)
                if hope >= ceiling:
                    continue
                key = there * classes + rest
                for counter in range(counters):
                    key = key * rules.tops[counter] + after[counter]
                place = (key * 0x9E3779B97F4A7C1) >> 17 & (SLOTS - 1)
                while stamps[place] == day and keys[slots[place]] != key:
                    place = (place + 1) & (SLOTS - 1)
                if stamps[place] == day:
                    at = slots[place]
                    if cost >= so_far[at]:
                        continue
                elif count == MOST_LABELS:
                    cut = min(cut, root)  # no room: what is lost is not known
                    continue
                else:
                    at = count
                    count += 1
                    stamps[place], slots[place], keys[at] = day, at, key
                    state[at], group[at], sums[at] = there, rest, after
                so_far[at], promise[at] = cost, hope
                parents[day, at], choices[day, at] = label, kind
        if count > most and day < days - 1:
            edge = np.partition(promise[:count], most)[most]
            kept = 0
            for label in range(count):
                if promise[label] < edge or (promise[label] == edge and kept < most):
                    state[kept], group[kept], sums[kept] = state[label], group[label], sums[label]
                    so_far[kept] = so_far[label]
                    parents[day, kept] = parents[day, label]
                    choices[day, kept] = choices[day, label]
                    kept += 1
            cut, count = min(cut, edge), kept
    order = np.argsort(so_far[:count])[:lines]
    found, totals = np.empty((len(order), days), np.int64), np.empty(len(order))
    for number, last in enumerate(order):
        totals[number] = so_far[last]
        label = last
        for day in range(days - 1, -1, -1):
            found[number, day] = choices[day, label]
            label = parents[day, label]
    return found, totals, cut


@njit(cache=True)
def _enumerate(
    rules: Rules, bounds: Bounds, costs: np.ndarray, ceiling: float, most: int, patience: int
) -> tuple[np.ndarray, bool]:
    """Depth first over all lines below the ceiling; gives up after `patience` steps."""
    days, kinds = costs.shape[0], costs.shape[1] - 1
    counters, classes = len(rules.tops), len(rules.allowed)
    found = np.empty((most, days), np.int64)
    state, group = np.empty(days + 1, np.int64), np.empty(days + 1, np.int64)
    sums, cost = np.zeros((days + 1, counters), np.int64), np.zeros(days + 1)
    choice = np.full(days, -2, np.int64)
    state[0], group[0] = rules.start, classes - 1
    after = np.zeros(counters, np.int64)
    day, number, steps = 0, 0, 0
    while day >= 0:
        choice[day] += 1
        kind = choice[day]
        if kind == kinds:
            choice[day] = -2
            day -= 1
            continue
        steps += 1
        if steps > patience:
            return found[:number], False
        here = state[day]
        there = rules.after_off[here] if kind < 0 else rules.after_work[here]
        if there < 0 or (kind >= 0 and not rules.allowed[group[day], kind]):
            continue
        total = cost[day] + costs[day, kind + 1]
        if not total < np.inf:
            continue
        total += _step(rules, day, kind, rules.working[here], sums[day], after)
        rest = classes - 1 if kind < 0 else rules.rest_class[kind]
        if not total < np.inf or total + _least(bounds, day + 1, there, rest, after) >= ceiling:
            continue
        if day == days - 1:
            if number == most:
                return found, False
            found[number] = choice
            number += 1
            continue
        day += 1
        state[day], group[day], sums[day], cost[day] = there, rest, after, total
    return found[:number], True
