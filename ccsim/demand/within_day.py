"""How the slots of one day move together once the day's total is known."""

from __future__ import annotations

import numpy as np

from ccsim.demand.arrays import Floats

FEWEST_SLOTS = 3
FADES_S = 900.0 * 2.0 ** np.arange(0.0, 7.5, 0.5)  # 15 minutes to 23 hours
# Slots seen on few days are thought to be as uncertain as all slots are.
SLOT_PRIOR_DAYS = 20.0


def within_day(actual: Floats, expected: Floats, step: int, days: int) -> Floats:
    """Measure the covariance of the effect within the day, beyond Poisson.

    What was seen is shrunk towards a simple picture: each slot has its size, the correlation
    of two slots fades exponentially with the time between them (AR(1)) on top of independent
    noise. The picture weighs as many days as there are slots, the days seen weigh by how much of
    their variance is more than Poisson; so it rules where days are few, slots many or counts
    small, and yields elsewhere.

    Parameters
    ----------
    actual, expected
        Contacts, shape (forecast day, slot), 0 where not known.
    step
        Seconds a slot lasts.
    days
        How many different days there are among the forecasts.

    Returns
    -------
    numpy.ndarray
        Covariance of the log rate, positive semidefinite, shape (slot, slot).
    """
    slots = actual.shape[1]
    useful = (expected.sum(axis=1) > 0) & (actual.sum(axis=1) > 0)
    if slots < FEWEST_SLOTS or not useful.any():
        return np.zeros((slots, slots))
    actual, expected = actual[useful], expected[useful]
    total = actual.sum(axis=1, keepdims=True)
    mean = expected * total / expected.sum(axis=1, keepdims=True)
    residual = actual - mean
    # Counts given their total are multinomial: m_i - m_i²/n on the diagonal, -m_i m_j/n off it.
    poisson = np.diag(mean.sum(axis=0)) - (mean / total).T @ mean
    size = mean.T @ mean
    excess = residual.T @ residual - poisson
    overall = float(np.trace(excess) / np.trace(size))
    if overall <= 0:
        return np.zeros((slots, slots))

    own = np.divide(
        np.diag(excess), overall * np.diag(size), out=np.ones(slots), where=np.diag(size) > 0
    )
    own = (days * np.maximum(own, 0.0) + SLOT_PRIOR_DAYS) / (days + SLOT_PRIOR_DAYS)
    slot_sd = np.sqrt(overall * own)
    share = mean.sum(axis=0) / mean.sum()
    scale = size * np.outer(slot_sd, slot_sd)
    seen = np.divide(excess, scale, out=np.zeros_like(scale), where=scale > 0)
    # A slot tells of correlation as far as its variance is more than Poisson.
    beyond = slot_sd**2 * np.diag(size)
    trust = beyond / (beyond + mean.sum(axis=0) + np.finfo(float).tiny)
    fading = _fading(seen, slot_sd, share, np.outer(trust, trust), step)
    weight = days * float(trust.mean())
    mixed = (weight * seen + slots * fading) / (weight + slots)
    return _semidefinite(mixed * np.outer(slot_sd, slot_sd))


def keep_total(share: Floats) -> Floats:
    """Return the matrix that takes the day's own effect out of effects by slot.

    Parameters
    ----------
    share
        Share of each slot in the day's total, shape (..., slot).

    Returns
    -------
    numpy.ndarray
        I - 1 share', shape (..., slot, slot).
    """
    return np.eye(share.shape[-1]) - share[..., None, :]


def _fading(seen: Floats, slot_sd: Floats, share: Floats, trust: Floats, step: int) -> Floats:
    """Least-squares fit, lag by lag, of fading plus independent noise to correlations seen.

    Fixing the day's total lowers every correlation by a little; the picture knows that.
    """
    from scipy.optimize import nnls

    slots = len(slot_sd)
    apart = np.abs(np.subtract.outer(np.arange(slots), np.arange(slots))) * float(step)
    turned = keep_total(share) * slot_sd
    pairs = np.array([np.trace(trust, lag) for lag in range(slots)])

    def by_lag(correlation: Floats) -> Floats:
        sums = np.array([np.trace(correlation * trust, lag) for lag in range(slots)])
        by_pair = np.divide(sums, np.sqrt(pairs), out=np.zeros(slots), where=pairs > 0)
        return np.asarray(by_pair)

    def total_kept(correlation: Floats) -> Floats:
        return np.asarray(turned @ correlation @ turned.T / np.outer(slot_sd, slot_sd))

    noise = total_kept(np.eye(slots))
    target, noise_by_lag = by_lag(seen), by_lag(noise)
    best, least = noise, np.inf
    for fade in FADES_S:
        slow = total_kept(np.exp(-apart / fade))
        weights, misfit = nnls(np.column_stack([by_lag(slow), noise_by_lag]), target)
        if misfit < least:
            best, least = weights[0] * slow + weights[1] * noise, float(misfit)
    return np.asarray(best)


def _semidefinite(matrix: Floats) -> Floats:
    """Make a covariance of it, with the same total variance.

    Where the Poisson part subtracted was a little too much, eigenvalues are below zero;
    lifting them alone would add variance that was not seen.
    """
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2.0)
    lifted = np.maximum(values, 0.0)
    if values.sum() <= 0:
        return np.zeros_like(matrix)
    return np.asarray((vectors * lifted * (values.sum() / lifted.sum())) @ vectors.T)
