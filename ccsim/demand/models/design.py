"""The columns every day regression has: weekday, signals seen so far, a slowly moving level."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ccsim.demand.arrays import Floats, Whole
from ccsim.demand.days import DayKinds
from ccsim.demand.models.shifts import level_shifts

# The level may drift by about one of these in four weeks, on the log scale; the days decide.
DRIFT_SDS = (0.015, 0.03, 0.06)
DRIFT_DAYS, MOST_RAMPS = 28, 26
JUMP_SD = 1.0


@dataclass(frozen=True, eq=False)
class Design:
    """Columns of a regression of days.

    Attributes
    ----------
    values : numpy.ndarray
        Shape (day, column): a column per weekday observed, then signals, then ramps, then jumps.
    sd : numpy.ndarray
        Standard deviation of each effect before any was seen, infinite for weekdays, (column,).
    weekdays : numpy.ndarray of int64
        Weekdays observed.
    signals : numpy.ndarray of int64
        Positions of the signals that were ever at work on an observed day.
    jumps : int
        How many jumps of the level there are.
    """

    values: Floats
    sd: Floats
    weekdays: Whole
    signals: Whole
    jumps: int

    def with_drift(self, sd: float) -> Design:
        """Return the same columns with another belief of how far the level drifts."""
        place = np.arange(len(self.sd))
        ramps = (place >= self.calendar.stop) & (place < len(self.sd) - self.jumps)
        return replace(self, sd=np.where(ramps, sd, self.sd))

    @property
    def calendar(self) -> slice:
        """Where the signals stand among the columns."""
        return slice(len(self.weekdays), len(self.weekdays) + len(self.signals))


def design_of(logs: Floats, observed: Whole, kinds: DayKinds) -> Design:
    """Make the columns for all days from what was observed.

    Parameters
    ----------
    logs
        Logarithm of each observed day's total, for jumps of the level, shape (observed,).
    observed
        Positions of the days with a known total, ascending, shape (observed,).
    kinds
        Kinds of all days.
    """
    signals = kinds.signals
    weekdays = np.unique(kinds.weekday[observed])
    seen = np.flatnonzero(np.any(signals.values[observed] != 0.0, axis=0))
    ramps = _ramps(observed, len(kinds.weekday))
    shifts = observed[level_shifts(logs, kinds.weekday[observed])]
    jumps = (np.arange(len(kinds.weekday))[:, None] >= shifts).astype(float)
    week = (kinds.weekday[:, None] == weekdays).astype(float)
    sd = np.concatenate(
        [
            np.full(len(weekdays), np.inf),
            signals.sd[seen],
            np.full(ramps.shape[1], DRIFT_SDS[0]),
            np.full(len(shifts), JUMP_SD),
        ]
    )
    values = np.hstack([week, signals.values[:, seen], ramps, jumps])
    return Design(values, sd, weekdays, seen, len(shifts))


def _ramps(observed: Whole, days: int) -> Floats:
    """Ramps of four weeks each, back from the last observed day; held after it."""
    last, first = int(observed[-1]), int(observed[0])
    tops = np.arange(last, first + DRIFT_DAYS, -DRIFT_DAYS)[:MOST_RAMPS]
    place = np.arange(days)[:, None]
    return np.clip((place - (tops - DRIFT_DAYS)) / DRIFT_DAYS, 0.0, 1.0)
