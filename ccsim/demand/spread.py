"""How far days fall from what was expected of them, measured on a model's own past forecasts.

Contacts of an interval are Poisson given a rate; the rate is the expected count times

    exp(day effect + effect within the day).

Day effects are normal and correlated between queues. A share of them is common to all days of a
forecast (its level is off), the rest remembers the day before (AR(1)).
Effects within the day are normal and correlated from slot to slot, and leave the day's total
alone: what moves whole days is the day effect (`ccsim.demand.within_day`). Every size
is a moment of past errors from which the Poisson part has been subtracted, so a queue of
five contacts an hour is not thought wild merely because its counts are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.demand.arrays import Floats, Whole
from ccsim.demand.within_day import within_day

WEEK = 7
# Leads whose day effects are as large as each other: next day, two or three days, the rest of the
# week, then by week.
FIRST_LEADS = (1, 2, 4, 8)
# With few past forecasts the day level is thought uncertain by 10 %, as if seen on three days.
PRIOR_SD, PRIOR_DAYS = 0.10, 3.0
STRONGEST = 0.95
APART = 4  # open days; by then memory of the day before has worn off
BAND, BAND_REACH, BAND_PRIOR_DAYS = 0.80, 1.2815515655446004, 5.0  # reach: normal 0.90
# How far out the errors of the last two months lay says more of the coming weeks than older ones.
BAND_ORIGINS = 12


@dataclass(frozen=True, eq=False)
class Spread:
    """Sizes of the random effects, on the log scale.

    Attributes
    ----------
    day_sd
        Standard deviation of the day effect by span of leads, shape (span, queue); see `span_of`.
    day_common
        Share of the day effect's variance that all days have in common, shape (queue,).
    day_memory
        Of the rest, correlation of one open day with the next, shape (queue,).
    day_correlation, slot_correlation
        Of either effect between queues, shape (queue, queue).
    within
        Covariance of the effect within the day between slots, shape (queue, slot, slot).
    band
        Factor on the standard deviation with which the middle 80 % of past counts lie within
        the band, shape (queue,). Errors have heavier tails than the normal: now and then a
        day is far out, and the others are nearer than the standard deviation suggests.
    """

    day_sd: Floats
    day_common: Floats
    day_memory: Floats
    day_correlation: Floats
    within: Floats
    band: Floats
    slot_correlation: Floats


def measure(actual: Floats, expected: Floats, step: int, days: int) -> Spread:
    """Measure the spread from forecasts that were made in the past.

    Parameters
    ----------
    actual, expected
        Contacts, shape (queue, origin, lead, slot), lead in calendar days; NaN where either
        is not known.
    step
        Seconds a slot lasts.
    days
        How many different days were forecast; each may have been from several origins.

    Returns
    -------
    Spread
    """
    known = np.isfinite(actual) & np.isfinite(expected)
    actual, expected = np.where(known, actual, 0.0), np.where(known, expected, 0.0)
    total, mean = actual.sum(axis=3), expected.sum(axis=3)
    error = total - mean

    slots = actual.shape[3]
    within = np.stack(
        [
            within_day(came.reshape(-1, slots), thought.reshape(-1, slots), step, days)
            for came, thought in zip(actual, expected, strict=True)
        ]
    )
    day_sd = _day_sd(error, mean)
    common, memory = _memory(error, mean)
    level = np.divide(total, mean, out=np.zeros_like(total), where=mean > 0)
    residual = actual - expected * level[..., None]
    return Spread(
        day_sd=day_sd,
        day_common=np.full(len(actual), common),
        day_memory=np.full(len(actual), memory),
        day_correlation=_correlation(error, mean, _overdispersion(error, mean)),
        within=within,
        band=_band(actual[:, -BAND_ORIGINS:], expected[:, -BAND_ORIGINS:], day_sd, within, days),
        slot_correlation=_correlation(residual, expected, _overdispersion(residual, expected)),
    )


def _overdispersion(error: Floats, mean: Floats) -> Floats:
    """Relative variance beyond Poisson of each queue: Σ((y-m)² - m) ÷ Σm²."""
    axes = tuple(range(1, error.ndim))
    excess, size = (error**2 - mean).sum(axis=axes), (mean**2).sum(axis=axes)
    relative = np.divide(excess, size, out=np.zeros(len(error)), where=size > 0)
    return np.asarray(np.maximum(relative, 0.0))


def span_of(lead: np.ndarray) -> Whole:
    """Return which span of leads each lead in days (1 = the next day) belongs to."""
    spans = np.searchsorted(FIRST_LEADS, lead, side="right") - 1
    later = (lead - FIRST_LEADS[-1]) // WEEK
    return np.asarray(spans + np.maximum(later, 0), dtype=np.int64)


def _day_sd(error: Floats, mean: Floats) -> Floats:
    """Day effect by span of leads; later days are not thought more certain than earlier ones.

    Each span leans on all leads as if it had seen them on three days more, and all on the
    belief about days of which nothing is known.
    """
    from sklearn.isotonic import isotonic_regression

    span = span_of(np.arange(1, error.shape[2] + 1))
    seen = (mean > 0).sum(axis=(1, 2))
    every = _shrunk(_overdispersion(error, mean), seen, PRIOR_SD**2)
    variance, weight = [], []
    for number in range(span.max() + 1):
        leads = span == number
        days = (mean[:, :, leads] > 0).sum(axis=(1, 2))
        variance.append(
            _shrunk(_overdispersion(error[:, :, leads], mean[:, :, leads]), days, every)
        )
        weight.append(days + PRIOR_DAYS)
    rising = [
        isotonic_regression(of_queue, sample_weight=days)
        for of_queue, days in zip(np.array(variance).T, np.array(weight).T, strict=True)
    ]
    return np.sqrt(np.log1p(np.array(rising).T))


def _shrunk(variance: Floats, days: Whole, belief: Floats | float) -> Floats:
    return np.asarray((days * variance + PRIOR_DAYS * belief) / (days + PRIOR_DAYS))


def _band(actual: Floats, expected: Floats, day_sd: Floats, within: Floats, days: int) -> Floats:
    """Factor on the log-rate's deviation that holds 80 % of past errors, the chance of calls aside.

    Few days count for little: the factor leans on 1.
    """
    span = span_of(np.arange(1, actual.shape[2] + 1))
    variance = day_sd[span].T[:, None, :, None] ** 2 + np.einsum("qss->qs", within)[:, None, None]
    factors = []
    for came, thought, size in zip(actual, expected, variance, strict=True):
        known = thought > 0
        if not known.any():
            factors.append(1.0)
            continue
        error, mean = (came - thought)[known], thought[known]
        beyond = np.maximum((error / BAND_REACH) ** 2 - mean, 0.0)
        own = np.sqrt(beyond / (np.broadcast_to(size, known.shape)[known] * mean**2))
        reach = float(np.quantile(own, BAND))
        factors.append((days * reach + BAND_PRIOR_DAYS) / (days + BAND_PRIOR_DAYS))
    return np.array(factors)


def _memory(error: Floats, mean: Floats) -> tuple[float, float]:
    """Share of variance that days of one forecast have in common, and memory of the rest.

    What open days at least `APART` from each other share is common; what neighbours share
    beyond it is memory.
    """
    near, far, own = np.zeros(2), np.zeros(2), np.zeros(2)
    for errors, means in zip(
        error.reshape(-1, error.shape[2]), mean.reshape(-1, error.shape[2]), strict=True
    ):
        size = means[means > 0]
        relative = errors[means > 0] / size
        products, weights = np.outer(relative, relative), np.outer(size, size)
        apart = np.abs(np.subtract.outer(np.arange(len(size)), np.arange(len(size))))
        for sums, pairs in ((near, apart == 1), (far, apart >= APART)):
            sums += (weights * products)[pairs].sum(), weights[pairs].sum()
        own += (size**2 * (relative**2 - 1.0 / size)).sum(), (size**2).sum()
    if own[0] <= 0:
        return 0.0, 0.0
    variance = own[0] / own[1]
    shared = far[0] / far[1] if far[1] > 0 else 0.0
    common = float(np.clip(shared / variance, 0.0, STRONGEST))
    beside = near[0] / near[1] / variance if near[1] > 0 else 0.0
    return common, float(np.clip((beside - common) / (1.0 - common), 0.0, STRONGEST))


def _correlation(error: Floats, mean: Floats, variance: Floats) -> Floats:
    """Correlation of relative errors between queues, made positive definite."""
    flat, size = error.reshape(len(error), -1), mean.reshape(len(mean), -1)
    scale = size @ size.T * np.sqrt(np.outer(variance, variance))
    matrix = np.divide(flat @ flat.T, scale, out=np.zeros_like(scale), where=scale > 0)
    matrix = np.clip(matrix, -STRONGEST, STRONGEST)
    np.fill_diagonal(matrix, 1.0)
    values, vectors = np.linalg.eigh(matrix)
    matrix = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(matrix))
    return np.asarray(matrix / np.outer(scale, scale))
