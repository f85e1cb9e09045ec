"""What contacts already counted say of those still to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.demand.arrays import Floats, Whole
from ccsim.demand.within_day import keep_total

ROUNDS = 12
SETTLED = 1e-8
FAINTEST = 1e-9


@dataclass(frozen=True, eq=False)
class Lesson:
    """The log rate of one queue given what was counted.

    Attributes
    ----------
    cells : numpy.ndarray of int64
        Which cells were counted, flat, shape (counted,).
    told : numpy.ndarray
        What each said of its log rate, shape (counted,).
    noise : numpy.ndarray
        Variance of that saying, from the chance of single calls, shape (counted,).
    gain : numpy.ndarray
        How far each saying moves each cell, shape (day * slot, counted).
    mean, variance : numpy.ndarray
        Of the log rate given all of it, shape (day, slot).
    """

    cells: Whole
    told: Floats
    noise: Floats
    gain: Floats
    mean: Floats
    variance: Floats

    def corrected(self, log_rate: Floats, random: np.random.Generator) -> Floats:
        """Turn a draw made without knowing the counts into one given them.

        Matheron's rule: add the gain times what the draw, seen with fresh noise, misses of what
        was told (Wilson et al., Journal of Machine Learning Research 22, 2021, eq. 8).
        """
        flat = log_rate.ravel()
        seen = flat[self.cells] + np.sqrt(self.noise) * random.standard_normal(len(self.cells))
        return np.asarray((flat + self.gain @ (self.told - seen)).reshape(log_rate.shape))


def lesson(
    mean: Floats,
    seen: Floats,
    day_sd: Floats,
    common: float,
    memory: float,
    within: Floats,
    variance: Floats,
) -> Lesson | None:
    """Learn from the counts of one queue; None where nothing was counted.

    Counts are Poisson given a lognormal rate; the normal nearest to the posterior of the log
    rate is found by Newton's method (Laplace; Rasmussen and Williams, Gaussian Processes for
    Machine Learning 2006, section 3.4). Thin evidence has large noise and moves little.

    Parameters
    ----------
    mean
        Contacts expected before, shape (day, slot).
    seen
        Contacts counted, NaN where not yet, shape (day, slot).
    day_sd
        Standard deviation of the day effect, shape (day,).
    common
        Share of the day effect's variance that all days have in common.
    memory
        Of the rest, correlation of one open day with the next.
    within
        Covariance of the effect within a day, shape (slot, slot).
    variance
        Of the log rate before, shape (day, slot).
    """
    counted = np.isfinite(seen) & (mean > FAINTEST)
    if not counted.any():
        return None
    days, slots = mean.shape
    day, slot = np.nonzero(counted)
    cells = day * slots + slot
    apart = np.abs(np.arange(days)[:, None] - day)
    alike = common + (1.0 - common) * memory**apart
    between = day_sd[:, None] * day_sd[day] * alike
    cover = np.repeat(between, slots, axis=0)
    for number in np.unique(day):
        turn = keep_total(mean[number] / mean[number].sum())
        own = turn @ within @ turn.T
        here = np.flatnonzero(day == number)
        cover[number * slots : (number + 1) * slots, here] += own[:, slot[here]]

    among = cover[cells]
    came, base = seen[counted], mean[counted] * np.exp(-variance[counted] / 2.0)
    log_rate = np.zeros(len(cells))
    for _ in range(ROUNDS):
        rate = np.maximum(base * np.exp(log_rate), FAINTEST)
        told = log_rate + (came - rate) / rate
        held = np.linalg.solve(among + np.diag(1.0 / rate), told)
        before, log_rate = log_rate, among @ held
        if np.max(np.abs(log_rate - before)) < SETTLED:
            break
    noise = 1.0 / rate
    gain = np.linalg.solve(among + np.diag(noise), cover.T).T
    left = variance.ravel() - np.einsum("tc,tc->t", gain, cover)
    return Lesson(
        cells=cells,
        told=told,
        noise=noise,
        gain=gain,
        mean=(gain @ told).reshape(mean.shape),
        variance=np.maximum(left, 0.0).reshape(mean.shape),
    )
