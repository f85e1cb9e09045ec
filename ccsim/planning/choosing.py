"""Which actions together reach the target at least cost: greedily, simulated at every step."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ccsim.planning.actions import TIME_OFF, Action, proposals
from ccsim.planning.effects import Effect, Outcome, effect
from ccsim.planning.moved_pauses import moved_pauses
from ccsim.planning.today import Today

# What an action without cost is taken to cost, so that those that do more go first.
FREE = 1e-6


def options(today: Today, duty: pd.DataFrame, now: Outcome) -> list[Action]:
    """All that can be done with a course of the day, or why not."""
    return [*moved_pauses(today, now.course, now.results), *proposals(today, duty, now.course)]


def choose(today: Today, duty: pd.DataFrame, alone: list[Effect], first: Outcome) -> list[Effect]:
    """Choose actions one by one.

    As long as a target is missed: the one that mends most for its money, by itself beyond chance.
    Then people are let go, who saves most first, as long as every target is still reached.

    Parameters
    ----------
    alone
        Every action by itself.
    first
        The day without any.

    Notes
    -----
    What an action mends seldom grows when others are taken, so that of those tried before only
    the best are simulated again (lazy greedy: Minoux 1978).
    """
    chosen = _mended(today, duty, alone, first)
    now = chosen[-1].after if chosen else first
    return chosen if now.shortfall > 0 else [*chosen, *_released(today, duty, now)]


def _mended(today: Today, duty: pd.DataFrame, alone: list[Effect], now: Outcome) -> list[Effect]:
    worth = {one.action.key: _worth(one) for one in alone}
    fresh = {one.action.key: one for one in alone}
    chosen: list[Effect] = []
    while now.shortfall > 0:
        possible = [a for a in options(today, duty, now) if a.change and a.kind != TIME_OFF]
        best = _best(today, possible, worth, now, fresh)
        if best is None and chosen and not fresh:
            # What helped too little to be told from chance may by now.
            worth = {}
            best = _best(today, possible, worth, now, fresh)
        if best is None:
            break
        chosen.append(best)
        now, fresh = best.after, {}
    return chosen


def _best(
    today: Today,
    possible: list[Action],
    worth: dict[tuple[object, ...], float],
    now: Outcome,
    fresh: dict[tuple[object, ...], Effect],
) -> Effect | None:
    """Find the action that mends most for its money; `worth` keeps what each was last worth."""
    best: Effect | None = None
    for action in sorted(possible, key=lambda a: -worth.get(a.key, float("inf"))):
        known = worth.get(action.key, float("inf"))
        if known <= (0.0 if best is None else worth[best.action.key]):
            break
        tried = fresh.get(action.key) or effect(today, action, now)
        worth[action.key] = _worth(tried)
        if worth[action.key] > (0.0 if best is None else worth[best.action.key]):
            best = tried
    return best


def _worth(one: Effect) -> float:
    return one.helps / max(one.action.cost, FREE)


def _released(today: Today, duty: pd.DataFrame, now: Outcome) -> Iterator[Effect]:
    """Let people go while every target is still reached."""
    too_much: set[tuple[object, ...]] = set()
    while True:
        possible = [
            a
            for a in proposals(today, duty, now.course)
            if a.kind == TIME_OFF and a.change and a.key not in too_much
        ]
        for action in sorted(possible, key=lambda a: a.cost):
            tried = effect(today, action, now)
            if tried.after.shortfall == 0:
                yield tried
                now = tried.after
                break
            too_much.add(action.key)
        else:
            return
