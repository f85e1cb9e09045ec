"""How much each rule counts in a combination, by its forecasts of the past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.demand.arrays import Floats
from ccsim.demand.models.record import Record

# Weight falls with this power of the error: a rule 10 % worse than the best counts a fifth.
POWER = 16.0
# What is believed of the rules beforehand counts like this many forecasts of the past.
BELIEF = 8.0
# Intervals with fewer contacts on average are judged by the day.
FEW = 5.0


@dataclass(frozen=True, eq=False)
class Losses:
    """Sums over the slots in which a rule said something and something was counted.

    Attributes
    ----------
    error, excess, came : numpy.ndarray
        Σ|y - f|, Σ(f - y) and Σy, shape (rule, queue, origin, lead).
    judged : numpy.ndarray
        What weights go by: `error`, or |excess| of the day where an interval has few contacts:
        of counts near nought a forecast of nothing misses least.
    """

    error: Floats
    excess: Floats
    came: Floats
    judged: Floats

    def wape(self) -> Floats:
        """Σ|y - f| over contacts of each rule and queue, NaN where it said nothing."""
        return _ratio(self.error, self.came)

    def bias(self) -> Floats:
        """Mean error over contacts of each rule and queue."""
        return _ratio(self.excess, self.came)


def losses(record: Record) -> Losses:
    """Sum the errors of a record by rule, queue, origin and lead."""
    known = np.isfinite(record.actual) & np.isfinite(record.expected)
    error = np.where(known, record.expected - record.actual, 0.0)
    came = np.where(known, record.actual, 0.0)
    contacts, intervals = came.sum(axis=(2, 3, 4)), known.sum(axis=(2, 3, 4))
    few = (contacts < FEW * intervals).any(axis=0)[None, :, None, None]
    missed, excess = np.abs(error).sum(axis=4), error.sum(axis=4)
    return Losses(missed, excess, came.sum(axis=4), np.where(few, np.abs(excess), missed))


def weights(record: Record, sums: Losses, now: int) -> Floats:
    """Weight of each rule for each queue, shape (rule, queue), summing to 1 over rules.

    Weights fall with a power of the mean absolute error over the forecasts whose days had come
    when `now` days were known, shrunk towards what is believed of the rules (inverse-error
    weights; Bates and Granger, Operational Research Quarterly 20, 1969).
    """
    handicap = np.array([rule.handicap for rule in record.rules])[:, None]
    came = record.origins[:, None] + np.arange(sums.came.shape[3]) < now
    forecasts = (np.where(came, sums.came, 0.0) > 0).any(axis=3).sum(axis=2).max(axis=0)
    wape = _ratio(np.where(came, sums.judged, 0.0), np.where(came, sums.came, 0.0))
    best = np.min(np.where(np.isfinite(wape), wape, np.inf), axis=0)
    usable = np.isfinite(best) & (best > 0)
    relative = np.where(np.isfinite(wape) & usable, wape / np.where(usable, best, 1.0), handicap)
    mixed = (forecasts * relative + BELIEF * handicap) / (forecasts + BELIEF)
    weight = mixed**-POWER
    # A rule that never says anything of a queue has no say.
    spoke = np.isfinite(record.expected).any(axis=(2, 3, 4))
    weight = np.where(spoke | ~spoke.any(axis=0), weight, 0.0)
    return np.asarray(weight / weight.sum(axis=0))


def combined(expected: Floats, weight: Floats) -> Floats:
    """Weighted mean of what the rules expect, leaving out those that say nothing.

    Parameters
    ----------
    expected
        Shape (rule, ...); NaN where a rule says nothing.
    weight
        Broadcasts against it.
    """
    known = np.isfinite(expected)
    counted = np.where(known, weight, 0.0)
    total = counted.sum(axis=0)
    mean = (np.where(known, expected, 0.0) * counted).sum(axis=0)
    return np.divide(mean, total, out=np.full(total.shape, np.nan), where=total > 0)


def _ratio(over: Floats, under: Floats) -> Floats:
    """Sums over origins and leads, one over the other; NaN where the lower is nought."""
    top, bottom = over.sum(axis=(2, 3)), under.sum(axis=(2, 3))
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
