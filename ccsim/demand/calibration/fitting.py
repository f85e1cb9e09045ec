"""Distributions fitted to durations by maximum likelihood, some of which were cut short.

A duration that was cut short (a caller answered before losing patience) is *censored*: it enters
by the probability of lasting at least so long. Families are ranked by AIC; the distance beside it
says how good the best one is, which AIC does not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.demand.calibration.families import SEARCHED, Sample
from ccsim.demand.calibration.survival import kaplan_meier, trusted
from ccsim.demand.wording import nearest
from ccsim.distributions import (
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Weibull,
)
from ccsim.errors import OptionError

FloatArray = NDArray[np.float64]

FAMILIES = tuple(SEARCHED)
# Kolmogorov 1933: 1.358 / sqrt(n) is the distance that 5 % of samples of size n exceed.
KOLMOGOROV_5_PERCENT = 1.358
FEWEST = 10
# Beyond a few hundred pieces a table of quantiles is noise.
PIECES = 200


@dataclass(frozen=True)
class Fit:
    """One family fitted to one sample.

    Attributes
    ----------
    family : str
        One of `FAMILIES`.
    distribution : Distribution
        With the parameters of highest likelihood.
    parameters : int
        How many were chosen.
    log_likelihood, aic, bic : float
        Lower AIC and BIC are better; differences above 10 are decisive (Burnham & Anderson 2002).
    distance : float
        Kolmogorov-Smirnov: the largest difference, in probability, from what was observed
        (where durations are censored: from Kaplan-Meier, as long as 50 are at risk).
    rejects_from : float
        Sample size from which a 5 % test would tell the fit from the truth at this distance. A
        fit is good enough long before it is true: with 100,000 calls every test rejects.
    """

    family: str
    distribution: Distribution
    parameters: int
    log_likelihood: float
    aic: float
    bic: float
    distance: float

    @property
    def rejects_from(self) -> float:
        """Sample size from which a 5 % test rejects a fit that is this far off."""
        return (KOLMOGOROV_5_PERCENT / self.distance) ** 2 if self.distance > 0 else math.inf


def sample_of(durations: FloatArray, ended: NDArray[np.bool_] | None = None) -> Sample:
    """Count equal durations together: logs hold whole seconds, so few are distinct.

    Raises
    ------
    OptionError
        When fewer than ten durations ended, all of them alike, or one is not above nought.
    """
    values = np.asarray(durations, dtype=float)
    over = np.ones(len(values), bool) if ended is None else np.asarray(ended, bool)
    if len(values) and not (np.isfinite(values).all() and values.min() > 0):
        raise OptionError(f"fit: a duration is {values.min():g} s; allowed: finite, above 0")
    if over.sum() < FEWEST:
        raise OptionError(f"fit: {over.sum()} durations that ended; allowed: at least {FEWEST}")
    if np.ptp(values[over]) == 0:
        raise OptionError(
            f"fit: every duration that ended is {values[over][0]:g} s; allowed: different ones"
        )
    times, place = np.unique(values, return_inverse=True)
    done, cut = (
        np.bincount(place, weights=kind.astype(float), minlength=len(times)).astype(float)
        for kind in (over, ~over)
    )
    return Sample(times, done, cut)


def can_be_fitted(durations: FloatArray, ended: NDArray[np.bool_] | None = None) -> bool:
    """Say whether there are enough different durations, all above nought, for `fit`."""
    over = durations if ended is None else durations[ended]
    return len(over) >= FEWEST and bool(np.ptp(over) > 0) and bool(durations.min() > 0)


def fit(
    durations: FloatArray,
    ended: NDArray[np.bool_] | None = None,
    families: Sequence[str] = FAMILIES,
) -> tuple[Fit, ...]:
    """Fit families of distributions by maximum likelihood, the best by AIC first.

    Parameters
    ----------
    durations
        ndarray of float64, shape (n,): s, above 0.
    ended
        ndarray of bool, shape (n,): False where the duration was cut short; None: none was.
    families
        Names from `FAMILIES`. Hyperexponential, a mixture of two exponentials, is the phase-type
        distribution that scenarios know.

    Returns
    -------
    tuple of Fit

    Raises
    ------
    OptionError
        As `sample_of`; or for an unknown family.

    Examples
    --------
    >>> talks = Lognormal(180, 1.2).ppf((np.arange(2000) + 0.5) / 2000)
    >>> best = fit(talks)[0]
    >>> best.family, round(best.distribution.mean)
    ('lognormal', 180)
    """
    for name in families:
        if name not in FAMILIES:
            raise OptionError(
                f"fit: family '{name}'; allowed: {', '.join(FAMILIES)}{nearest(name, FAMILIES)}"
            )
    sample = sample_of(durations, ended)
    observed = _observed(sample)
    fits = [_fitted(name, sample, observed) for name in families]
    return tuple(sorted(fits, key=lambda one: one.aic))


def bootstrap_p_value(fitted: Fit, durations: FloatArray, draws: int = 99, seed: int = 1) -> float:
    """Test a fit to complete durations by the parametric bootstrap (Stute et al. 1993).

    As the parameters were chosen to suit the sample, the usual Kolmogorov-Smirnov tables are too
    kind. Samples are drawn from the fit and fitted again; the p-value is the share with a larger
    distance.

    Parameters
    ----------
    fitted
        Of the same durations, none of them censored.
    durations
        ndarray of float64, shape (n,): s.
    draws
        Samples drawn; the smallest p-value is 1 / (draws + 1).
    seed
        Of the draws.
    """
    generator = np.random.default_rng(seed)
    worse = 0
    whole = bool(np.all(durations == np.round(durations)))
    least = 1.0 if whole else np.nextafter(0.0, 1.0)
    for _ in range(draws):
        drawn = fitted.distribution.ppf(generator.random(len(durations)))
        # What is compared was measured in whole seconds too.
        again = np.maximum(np.round(drawn) if whole else drawn, least)
        worse += fit(again, families=(fitted.family,))[0].distance >= fitted.distance
    return (worse + 1) / (draws + 1)


def empirical(durations: FloatArray, mean: float | None = None) -> Empirical:
    """Give a sample's own quantiles, with straight lines between them.

    The highest quantile is moved so that the mean is that of the sample, because a single
    longest call would otherwise weigh as much as the whole highest piece.

    Parameters
    ----------
    durations
        ndarray of float64, shape (n,): s, not below 0.
    mean
        Mean it is to have, s; the sample's where None.

    Examples
    --------
    >>> empirical(np.array([10.0, 20.0, 60.0])).mean
    30.0
    """
    values = np.asarray(durations, dtype=float)
    pieces = int(min(PIECES, max(2, len(values) - 1)))
    quantiles = np.quantile(values, np.linspace(0, 1, pieces + 1))
    wanted = values.mean() if mean is None else mean
    inner = quantiles[:-1]
    top = 2 * (wanted * pieces - (inner[0] / 2 + inner[1:].sum()))
    quantiles[-1] = max(top, inner[-1])
    return Empirical(tuple(float(one) for one in quantiles))


def scaled(distribution: Distribution, mean: float) -> Distribution:
    """Stretch a fitted distribution, shape kept, to another mean, s."""
    factor = mean / distribution.mean
    match distribution:
        case Exponential():
            return Exponential(mean)
        case Lognormal(cv=cv):
            return Lognormal(mean, cv)
        case Gamma(cv=cv):
            return Gamma(mean, cv)
        case Weibull(shape=shape, scale=scale):
            return Weibull(shape, scale * factor)
        case Hyperexponential(means=means, weights=weights):
            return Hyperexponential(tuple(one * factor for one in means), weights)
    raise OptionError(f"scaled: {type(distribution).__name__}; allowed: {', '.join(FAMILIES)}")


def _fitted(name: str, sample: Sample, observed: tuple[FloatArray, FloatArray, FloatArray]) -> Fit:
    from scipy.optimize import minimize

    family = SEARCHED[name]

    def cost(theta: FloatArray) -> float:
        # Sums, no dot products: the threads of a BLAS cost more than they save here.
        total = np.sum(sample.ended * family.log_density(theta, sample.times))
        if sample.censored.any():
            total += np.sum(sample.censored * family.log_survival(theta, sample.times))
        return -float(total) / sample.size

    start = np.array(family.start(sample))
    # Cost is per duration, so that the tolerances mean the same for ten and for a million.
    options = {"ftol": 1e-14, "gtol": 1e-8, "maxiter": 1000}
    found = minimize(cost, start, method="L-BFGS-B", jac="3-point", options=options)
    distribution = family.made(found.x)
    likelihood, parameters = -float(found.fun) * sample.size, len(start)
    return Fit(
        name,
        distribution,
        parameters,
        likelihood,
        aic=2 * parameters - 2 * likelihood,
        bic=parameters * math.log(sample.size) - 2 * likelihood,
        distance=_distance(distribution, observed),
    )


def _observed(sample: Sample) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Times, and the share that lasted longer than each, and longer than just before it."""
    counts = sample.ended + sample.censored
    if not sample.censored.any():
        after = 1 - np.cumsum(counts) / sample.size
        return sample.times, after, np.append(1.0, after[:-1])
    times = np.repeat(sample.times, 2)
    ended = np.tile([True, False], len(sample.times))
    weights = np.column_stack([sample.ended, sample.censored]).ravel()
    table = trusted(kaplan_meier(times, ended, weights))
    after = table["survival"].to_numpy()
    return table.index.to_numpy(), after, np.append(1.0, after[:-1])


def _distance(
    distribution: Distribution, observed: tuple[FloatArray, FloatArray, FloatArray]
) -> float:
    times, after, before = observed
    model = distribution.sf(times)
    # Whole seconds hide where within the second a call ended: half a step is nobody's fault.
    middle = (after + before) / 2
    step = (before - after) / 2
    whole = bool(np.all(times == np.round(times)))
    gap = np.abs(model - middle) - (step if whole else -step)
    return float(max(gap.max(), 0.0))
