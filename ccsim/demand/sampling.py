"""Drawing whole days of rates, and the distribution of counts they imply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri, pdtr

from ccsim.demand.days import Floats
from ccsim.demand.spread import WEEK, Spread
from ccsim.demand.within_day import keep_total

# Enough points of the rate's distribution for a count's quantile to be exact to well within
# what the simulator could notice (the trapezoid rule is spectrally accurate here).
NODES = np.linspace(-5.0, 5.0, 41)


@dataclass(frozen=True, eq=False)
class RateField:
    """Random rates of the open days of a horizon.

    Attributes
    ----------
    mean
        Expected contacts, shape (day, slot, queue), 0 where closed.
    lead
        Calendar days from the end of the history to each day (1 = the next), shape (day,).
    step
        Seconds a slot lasts.
    spread
        Sizes of the random effects.
    """

    mean: Floats
    lead: np.ndarray
    step: int
    spread: Spread

    @cached_property
    def day_sd(self) -> Floats:
        """Standard deviation of the day effect, shape (day, queue)."""
        week = np.minimum((self.lead - 1) // WEEK, len(self.spread.day_sd) - 1)
        return np.asarray(self.spread.day_sd[week])

    @cached_property
    def share(self) -> Floats:
        """Share of each slot in its day, shape (day, slot, queue)."""
        total = self.mean.sum(axis=1, keepdims=True)
        return np.asarray(
            np.divide(self.mean, total, out=np.zeros_like(self.mean), where=total > 0)
        )

    @cached_property
    def within_sd(self) -> Floats:
        """Standard deviation of the effect within the day, shape (day, slot, queue)."""
        turn = keep_total(np.moveaxis(self.share, 1, 2))
        variance = np.einsum("dqst,qtu,dqsu->dsq", turn, self.spread.within, turn, optimize=True)
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))

    @cached_property
    def log_sd(self) -> Floats:
        """Standard deviation of the log rate, shape (day, slot, queue)."""
        return np.asarray(np.hypot(self.day_sd[:, None, :], self.within_sd))

    @cached_property
    def _roots(self) -> tuple[Floats, Floats, Floats]:
        # A covariance with a fixed total is singular: its root comes from eigenvectors.
        values, vectors = np.linalg.eigh(self.spread.within)
        return (
            np.asarray(np.linalg.cholesky(self.spread.day_correlation), dtype=float),
            np.asarray(np.linalg.cholesky(self.spread.slot_correlation), dtype=float),
            vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :],
        )

    def draw(self, random: np.random.Generator) -> Floats:
        """Draw rates once, shape (day, slot, queue); their mean over many draws is `mean`."""
        days, slots, queues = self.mean.shape
        between_days, between_queues, between_slots = self._roots
        memory = self.spread.day_memory
        fresh = random.standard_normal((days, queues)) @ between_days.T
        effect = np.empty((days, queues))
        for day in range(days):
            effect[day] = (
                memory * effect[day - 1] + np.sqrt(1.0 - memory**2) * fresh[day]
                if day
                else fresh[day]
            )
        within = random.standard_normal((days, slots, queues)) @ between_queues.T
        within = np.einsum("qst,dtq->dsq", between_slots, within)
        within -= (self.share * within).sum(axis=1, keepdims=True)
        log_rate = (effect * self.day_sd)[:, None, :] + within
        # A lognormal with this shift has mean 1.
        return np.asarray(self.mean * np.exp(log_rate - self.log_sd**2 / 2.0))

    def rate_quantile(self, q: float) -> Floats:
        """Quantile of the rate of each interval, shape (day, slot, queue)."""
        sd = self.log_sd * self.spread.band
        return np.asarray(self.mean * np.exp(ndtri(q) * sd - sd**2 / 2.0))

    def count_quantile(self, q: float) -> Floats:
        """Quantile of the count: the least k with P(count ≤ k) ≥ q, shape (day, slot, queue).

        The count is Poisson given a lognormal rate; k is found by bisection.
        """
        weight = np.exp(-(NODES**2) / 2.0)
        weight /= weight.sum()
        sd = (self.log_sd * self.spread.band)[..., None]
        rates = self.mean[..., None] * np.exp(NODES * sd - sd**2 / 2.0)
        low = np.full(self.mean.shape, -1.0)
        top = rates[..., -1]
        high = np.ceil(top + 10.0 * np.sqrt(top) + 10.0)
        while (high - low > 1.0).any():
            middle = np.floor((low + high) / 2.0)
            enough = pdtr(middle[..., None], rates) @ weight >= q
            # Where the two have met, the middle is the lower end and changes neither.
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return high


def generator(seed: int, draw: int) -> np.random.Generator:
    """Random numbers that depend on (seed, draw) alone."""
    return np.random.Generator(np.random.Philox(key=[seed, draw]))
