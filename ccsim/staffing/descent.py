"""The local search: agents taken away or exchanged as long as everything holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.staffing.search import ENOUGH, Point, Problem

Floats = NDArray[np.float64]

# A move is tried although its slopes say that it fails by so much: they are rough.
HOPE = 0.02
# Attempts at a batch, each without those to blame for the last failure.
ATTEMPTS = 8


@dataclass(frozen=True)
class Move:
    """Agents added to and taken from cells of the same stretch of time."""

    cells: tuple[int, ...]
    change: tuple[int, ...]

    def gain(self, slopes: Floats) -> Floats:
        """What it does to every value, to first order."""
        return np.array(self.change) @ slopes[list(self.cells)]


def descended(problem: Problem, point: Point) -> Point:
    """Wear a staffing that holds down until nothing more can be taken away, or time is over."""
    improved = True
    while improved and problem.in_time:
        improved = False
        slopes = problem.slopes(point)
        for batch in _batches(problem, point, slopes):
            if not problem.in_time:
                break
            better = _tried(problem, point, batch, slopes)
            improved |= better is not point
            point = better
    return point


def _batches(problem: Problem, point: Point, slopes: Floats) -> Iterator[list[Move]]:
    """Moves that save, the largest saving first; those of a batch lie apart."""
    cells = problem.cells
    stretches: dict[tuple[int, int], list[int]] = {}
    for cell, key in enumerate(zip(cells.first.tolist(), cells.last.tolist(), strict=True)):
        stretches.setdefault(key, []).append(cell)
    kinds: dict[tuple[tuple[int, int], ...], list[Move]] = {}
    for members in stretches.values():
        for move in _moves(members):
            saved = -float(np.array(move.change) @ cells.price[list(move.cells)])
            if saved > ENOUGH:
                groups = tuple(cells.group[list(move.cells)].tolist())
                kinds.setdefault(tuple(zip(groups, move.change, strict=True)), []).append(move)

    def saving(kind: tuple[tuple[int, int], ...]) -> float:
        move = kinds[kind][0]
        return -float(np.array(move.change) @ cells.price[list(move.cells)])

    hopeful = point.values - problem.spare + HOPE
    for kind in sorted(kinds, key=saving, reverse=True):
        chosen = [
            move
            for move in kinds[kind]
            if all(
                point.agents[c] + change >= 0
                for c, change in zip(move.cells, move.change, strict=True)
            )
            and (move.gain(slopes) >= -hopeful).all()
        ]
        yield from _apart(problem, chosen)


def _moves(members: list[int]) -> Iterator[Move]:
    """One agent away; one for another; two for one."""
    for a in members:
        yield Move((a,), (-1,))
        for b in members:
            if b != a:
                yield Move((a, b), (-1, 1))
                yield Move((a, b), (-2, 1))
                for c in members:
                    if c > a and c != b:
                        yield Move((a, c, b), (-1, -1, 1))


def _apart(problem: Problem, moves: list[Move]) -> Iterator[list[Move]]:
    """Sort moves of one kind, in order of time, into batches that do not touch each other."""
    cells, batches = problem.cells, list[list[Move]]()
    for move in moves:
        first = cells.first[move.cells[0]]
        free = (one for one in batches if first > cells.last[one[-1].cells[0]] + problem.reach)
        found = next(free, None)
        if found is None:
            batches.append([move])
        else:
            found.append(move)
    yield from batches


def _tried(problem: Problem, point: Point, batch: list[Move], slopes: Floats) -> Point:
    """Make all moves of a batch that may be made together; those to blame for a failure not."""
    left = [
        move
        for move in batch
        if all(point.agents[c] + d >= 0 for c, d in zip(move.cells, move.change, strict=True))
    ]
    for _ in range(ATTEMPTS):
        if not left:
            return point
        agents = point.agents.copy()
        for move in left:
            agents[list(move.cells)] += np.array(move.change)
        found = problem.look(agents)
        if problem.holds(found):
            return found
        left = _without_blame(left, problem.missing(found), slopes)
    return point


def _without_blame(left: list[Move], missing: Floats, slopes: Floats) -> list[Move]:
    """Leave out the moves that did most of the harm, until what failed is made up for."""
    harm = np.maximum([-move.gain(slopes) for move in left], 0.0)
    kept = np.ones(len(left), bool)
    while (missing > ENOUGH).any() and kept.any():
        share = np.minimum(harm[kept], missing).sum(axis=1)
        worst = int(np.flatnonzero(kept)[share.argmax()])
        if share.max() <= 0:
            kept[kept.argmax()] = False  # nobody in particular: one after the other
            break
        kept[worst] = False
        missing = missing - harm[worst]
    return [move for move, keep in zip(left, kept, strict=True) if keep]
