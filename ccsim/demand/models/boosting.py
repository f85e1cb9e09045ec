"""Gradient boosting of day totals on calendar features, times profile."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ccsim.demand.arrays import Floats, Whole
from ccsim.demand.models.past import Past

LIKE = 4
RECENT = (5, 20)
# Forecasts of the past to learn from: origins this many days apart, as far back.
EVERY, MOST_ORIGINS = 2, 150
FEWEST_ROWS = 60


class Trees(Protocol):
    """A regression by trees, as scikit-learn has them."""

    def fit(self, features: Floats, aims: Floats) -> object:
        """Learn."""
        ...

    def predict(self, features: Floats) -> Floats:
        """Expect."""
        ...


def boosting(past: Past) -> Floats:
    """Expect what days of this kind brought beyond the mean of their last four like weekdays.

    Trees (histogram gradient boosting, Friedman, Annals of Statistics 29, 2001) learn the
    difference of log totals from weekday, lead, signals of the calendar and how recent days
    stood to their own means, over origins of the past with the leads wanted now.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    trees = HistGradientBoostingRegressor(
        max_iter=80,
        learning_rate=0.08,
        max_leaf_nodes=8,
        min_samples_leaf=10,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )
    return expect_by_trees(past, trees)


def expect_by_trees(past: Past, trees: Trees) -> Floats:
    """Teach trees on forecasts of the past and let them expect the coming days."""
    kinds, known = past.kinds, past.counts.shape[0]
    logs = np.full(len(kinds.weekday), np.nan)
    logs[past.observed] = past.fit.cleaned(past.observed)
    leads = past.targets - known
    origins = np.arange(known - 1, 3 * 7, -EVERY)[:MOST_ORIGINS]
    rows, aims = [], []
    for origin in origins:
        days = origin + leads
        days = days[days < known]
        base = _like_means(logs[:origin], kinds.weekday, days)
        gain = logs[days] - base
        good = np.isfinite(gain)
        if good.any():
            rows.append(_features(past, logs, origin, days[good]))
            aims.append(gain[good])
    base = _like_means(logs[:known], kinds.weekday, past.targets)
    if sum(map(len, aims)) < FEWEST_ROWS:
        gain = np.zeros(len(past.targets))
    else:
        trees.fit(np.vstack(rows), np.concatenate(aims))
        gain = trees.predict(_features(past, logs, known, past.targets))
    return past.contacts(past.fit, base + gain)[:, None] * past.shares


def _like_means(logs: Floats, weekday: Whole, days: Whole) -> Floats:
    seen = np.flatnonzero(np.isfinite(logs))
    means = np.full(7, np.nan)
    for number in np.unique(weekday[days]):
        like = seen[weekday[seen] == number][-LIKE:]
        if len(like):
            means[number] = logs[like].mean()
    return means[weekday[days]]


def _features(past: Past, logs: Floats, origin: int, days: Whole) -> Floats:
    seen = np.flatnonzero(np.isfinite(logs[:origin]))[-max(RECENT) :]
    stood = logs[seen] - _like_means(logs[:origin], past.kinds.weekday, seen)
    recent = [stood[-number:].mean() if len(stood) else 0.0 for number in RECENT]
    return np.column_stack(
        [
            past.kinds.weekday[days],
            days - origin,
            past.kinds.signals.values[days],
            np.tile(recent, (len(days), 1)),
        ]
    )
