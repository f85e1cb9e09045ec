"""Drawing whole days of rates, and the distribution of counts they imply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri, pdtr

from ccsim.demand.arrays import Floats, Whole
from ccsim.demand.learning import Lesson, lesson
from ccsim.demand.spread import Spread, span_of
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
        Contacts expected before any were seen, shape (day, slot, queue), 0 where closed.
    lead
        Calendar days from the end of the history to each day (1 = the next), shape (day,).
    step
        Seconds a slot lasts.
    spread
        Sizes of the random effects.
    day_variance
        Of the day effect beyond that of `spread`, shape (day, queue).
    undrawn
        Further variance of the day effect that whoever draws adds, shape (day, queue): quantiles
        count it, draws do not.
    seen
        Contacts counted so far, shape (day, slot, queue), NaN where none yet; None: none at all.
    """

    mean: Floats
    lead: Whole
    step: int
    spread: Spread
    day_variance: Floats
    undrawn: Floats
    seen: Floats | None = None

    @cached_property
    def day_sd(self) -> Floats:
        """Standard deviation of the day effect, shape (day, queue)."""
        span = np.minimum(span_of(self.lead), len(self.spread.day_sd) - 1)
        return np.sqrt(self.spread.day_sd[span] ** 2 + self.day_variance)

    @cached_property
    def share(self) -> Floats:
        """Share of each slot in its day, shape (day, slot, queue)."""
        total = self.mean.sum(axis=1, keepdims=True)
        return np.asarray(
            np.divide(self.mean, total, out=np.zeros_like(self.mean), where=total > 0)
        )

    @cached_property
    def prior_variance(self) -> Floats:
        """Variance of the log rate before any contact was seen, shape (day, slot, queue)."""
        turn = keep_total(np.moveaxis(self.share, 1, 2))
        within = np.einsum("dqst,qtu,dqsu->dsq", turn, self.spread.within, turn, optimize=True)
        return np.asarray(self.day_sd[:, None, :] ** 2 + np.maximum(within, 0.0))

    @cached_property
    def lessons(self) -> tuple[Lesson | None, ...]:
        """What the contacts seen so far say of each queue; None where none were."""
        queues = range(self.mean.shape[2])
        if self.seen is None:
            return tuple(None for _ in queues)
        return tuple(
            lesson(
                self.mean[..., queue],
                self.seen[..., queue],
                self.day_sd[:, queue],
                float(self.spread.day_common[queue]),
                float(self.spread.day_memory[queue]),
                self.spread.within[queue],
                self.prior_variance[..., queue],
            )
            for queue in queues
        )

    @cached_property
    def log_sd(self) -> Floats:
        """Standard deviation of the log rate, shape (day, slot, queue)."""
        variance = self.prior_variance.copy()
        for queue, learned in enumerate(self.lessons):
            if learned is not None:
                variance[..., queue] = learned.variance
        return np.sqrt(variance)

    @cached_property
    def band_sd(self) -> Floats:
        """Deviation of the log rate that quantiles go by, shape (day, slot, queue).

        The part measured on past forecasts is scaled by the band, what rare days add is not.
        """
        prior = self.prior_variance
        added = np.broadcast_to(self.day_variance[:, None, :], prior.shape)
        share = np.divide(added, prior, out=np.zeros_like(prior), where=prior > 0)
        scaled = self.log_sd**2 * (self.spread.band**2 * (1.0 - share) + share)
        return np.sqrt(scaled + self.undrawn[:, None, :])

    @cached_property
    def expected(self) -> Floats:
        """Expected contacts given those seen, shape (day, slot, queue)."""
        expected = self.mean.copy()
        for queue, learned in enumerate(self.lessons):
            if learned is not None:
                gain = learned.mean + (learned.variance - self.prior_variance[..., queue]) / 2.0
                expected[..., queue] *= np.exp(gain)
        return expected

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
        """Draw rates once, shape (day, slot, queue); their mean over many draws is `expected`."""
        days, slots, queues = self.mean.shape
        between_days, between_queues, between_slots = self._roots
        common, memory = self.spread.day_common, self.spread.day_memory
        level = random.standard_normal(queues) @ between_days.T
        fresh = random.standard_normal((days, queues)) @ between_days.T
        effect = np.empty((days, queues))
        for day in range(days):
            effect[day] = (
                memory * effect[day - 1] + np.sqrt(1.0 - memory**2) * fresh[day]
                if day
                else fresh[day]
            )
        effect = np.sqrt(common) * level + np.sqrt(1.0 - common) * effect
        within = random.standard_normal((days, slots, queues)) @ between_queues.T
        within = np.einsum("qst,dtq->dsq", between_slots, within)
        within -= (self.share * within).sum(axis=1, keepdims=True)
        log_rate = (effect * self.day_sd)[:, None, :] + within
        for queue, learned in enumerate(self.lessons):
            if learned is not None:
                log_rate[..., queue] = learned.corrected(log_rate[..., queue], random)
        # A lognormal with this shift has mean 1.
        return np.asarray(self.mean * np.exp(log_rate - self.prior_variance / 2.0))

    def rate_quantile(self, q: float) -> Floats:
        """Quantile of the rate of each interval, shape (day, slot, queue)."""
        sd = self.band_sd
        return np.asarray(self.expected * np.exp(ndtri(q) * sd - sd**2 / 2.0))

    def count_quantile(self, q: float) -> Floats:
        """Quantile of the count: the least k with P(count ≤ k) ≥ q, shape (day, slot, queue).

        The count is Poisson given a lognormal rate; k is found by bisection.
        """
        weight = np.exp(-(NODES**2) / 2.0)
        weight /= weight.sum()
        sd = self.band_sd[..., None]
        rates = self.expected[..., None] * np.exp(NODES * sd - sd**2 / 2.0)
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
