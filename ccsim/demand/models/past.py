"""What one queue knows at an origin, and what all models that go by day totals share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ccsim.demand.arrays import Bools, Floats, Whole
from ccsim.demand.days import DayKinds
from ccsim.demand.gaps import USUAL
from ccsim.demand.models.design import design_of
from ccsim.demand.models.regression import Regression, regressions

# Profiles drift: a day eight weeks ago (40 open days) counts half of yesterday.
PROFILE_HALF_LIFE = 40.0
# The profile of one weekday leans on that of all days as if on this many days more.
PROFILE_SHRINKAGE = 2.0
# A day of which less than this share was counted says nothing of the day's level.
LEAST_COUNTED = 0.5
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Past:
    """Counts of one queue up to an origin, and the days to expect after it.

    Attributes
    ----------
    counts : numpy.ndarray
        Known counts, shape (day, slot), NaN where nothing was observed.
    kinds : DayKinds
        Kinds of all days, the known ones first.
    targets : numpy.ndarray of int64
        Positions of the days to expect, among those of `kinds`.
    """

    counts: Floats
    kinds: DayKinds
    targets: Whole

    @cached_property
    def observed(self) -> Whole:
        """Positions of the days whose total is known, shape (observed,)."""
        return np.flatnonzero(np.isfinite(self._every_total))

    @cached_property
    def totals(self) -> Floats:
        """Contacts of each observed day, shape (observed,)."""
        return self._every_total[self.observed]

    @cached_property
    def fits(self) -> tuple[tuple[float, Regression], ...]:
        """Logarithms of the totals on weekday, calendar and level, by belief, with weights."""
        logs = log_total(self.totals)
        design = design_of(logs, self.observed, self.kinds)
        return regressions(logs, self.observed, self.kinds, design)

    @cached_property
    def fit(self) -> Regression:
        """The regression with the greatest weight."""
        return max(self.fits, key=lambda weighted: weighted[0])[1]

    def contacts(self, fit: Regression, logs: Floats) -> Floats:
        """Turn expected logarithms of totals into expected totals.

        The mean of what was over the mean of what was fitted turns a median into a mean (Duan's
        smearing estimate, JASA 78, 1983) and takes out the half contact of `log_total`.
        """
        came = np.exp(fit.cleaned(self.observed)) - HALF
        return np.asarray(np.exp(logs) * came.sum() / np.exp(fit.fitted[self.observed]).sum())

    @cached_property
    def ahead(self) -> Floats:
        """How many open days each target lies ahead of the last observed one."""
        passed = np.cumsum(self.kinds.usually_open & ~self.kinds.closed)
        gone = passed[self.targets] - passed[self.observed[-1]]
        return np.maximum(gone, 1).astype(float)

    @cached_property
    def shares(self) -> Floats:
        """Share of each slot in each target day, shape (target, slot), NaN where never open."""
        return self.profiles[self.kinds.weekday[self.targets]]

    @cached_property
    def profiles(self) -> Floats:
        """Share of each slot in a day of each weekday, shape (7, slot), NaN where never open."""
        rows, weekday = self.counts[self.observed], self.kinds.weekday[self.observed]
        age = np.arange(len(self.observed))[::-1]
        weight = 0.5 ** (age / PROFILE_HALF_LIFE)
        shares = np.full((7, self.counts.shape[1]), np.nan)
        for number in np.unique(weekday):
            shares[number] = profile(rows, self.totals, weight, weekday == number)
        return shares

    @cached_property
    def _every_total(self) -> Floats:
        """Contacts of each day; a day counted in part is scaled up, hardly counted is unknown."""
        seen = np.isfinite(self.counts)
        known = len(seen)
        sums = np.where(seen, self.counts, 0.0).sum(axis=1)
        totals = np.where(seen.any(axis=1), sums, np.nan)
        if self.counts.shape[1] == 1:
            return totals
        for number in np.unique(self.kinds.weekday[:known]):
            days = np.flatnonzero((self.kinds.weekday[:known] == number) & seen.any(axis=1))
            if not len(days):
                continue
            usual = seen[days].mean(axis=0) >= USUAL
            whole = seen[days][:, usual].all(axis=1)
            if whole.all() or not whole.any():
                continue
            shape = self.counts[days[whole]][:, usual].sum(axis=0)
            counted = seen[days][:, usual] @ (shape / max(shape.sum(), 1e-12))
            inside = np.where(seen[days], self.counts[days], 0.0)[:, usual].sum(axis=1)
            full = np.divide(inside, counted, out=np.full(len(days), np.nan), where=counted > 0)
            part = counted < 1.0 - 1e-9
            totals[days[part]] = np.where(counted >= LEAST_COUNTED, full, np.nan)[part]
        return totals


def log_total(totals: Floats) -> Floats:
    """Logarithm with half a contact more, so that empty days stay finite."""
    return np.log(totals + HALF)


def profile(rows: Floats, totals: Floats, weight: Floats, same: Bools) -> Floats:
    """Share of each slot in the total of a weekday.

    Parameters
    ----------
    rows
        Counts, shape (day, slot), NaN where closed.
    totals
        Contacts of the days, shape (day,).
    weight
        How much each day counts, shape (day,).
    same
        Which days are of the weekday, shape (day,).

    Returns
    -------
    numpy.ndarray
        Shares that sum to 1, NaN at slots the weekday is never open, shape (slot,).
    """
    is_open = np.isfinite(rows[same]).any(axis=0)
    every = _shares(rows, totals, weight)[is_open]
    own = _shares(rows[same], totals[same], weight[same])[is_open]
    days = weight[same].sum()
    mixed = (days * _to_one(own) + PROFILE_SHRINKAGE * _to_one(every)) / (days + PROFILE_SHRINKAGE)
    shares = np.full(rows.shape[1], np.nan)
    shares[is_open] = mixed
    return shares


def _shares(rows: Floats, totals: Floats, weight: Floats) -> Floats:
    seen = np.isfinite(rows)
    slot = weight @ np.where(seen, rows, 0.0)
    day = (weight * totals) @ seen
    return np.divide(slot, day, out=np.zeros(rows.shape[1]), where=day > 0)


def _to_one(shares: Floats) -> Floats:
    total = shares.sum()
    return shares / total if total > 0 else np.full(len(shares), 1.0 / len(shares))
