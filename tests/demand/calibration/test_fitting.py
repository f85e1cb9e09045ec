"""Fits by maximum likelihood: known parameters found again, closed forms, and honest distances."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ccsim.demand.calibration.fitting import (
    FAMILIES,
    bootstrap_p_value,
    empirical,
    fit,
    scaled,
)
from ccsim.distributions import (
    Distribution,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    Weibull,
)
from ccsim.errors import OptionError

TRUTH = {
    "exponential": Exponential(180),
    "lognormal": Lognormal(180, 1.2),
    "gamma": Gamma(180, 0.7),
    "weibull": Weibull(0.83, 200),
    "hyperexponential": Hyperexponential((60, 600), (0.7, 0.3)),
}
SIZE = 10_000


def sample(truth: Distribution, seed: int, size: int = SIZE) -> np.ndarray:
    return np.maximum(truth.ppf(np.random.default_rng(seed).random(size)), 1e-6)


def cut_short(truth: Distribution, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Durations and independent exponential ends of watching: about half are censored."""
    lasts, watched = sample(truth, seed), sample(Exponential(truth.mean), seed + 1)
    return np.minimum(lasts, watched), lasts <= watched


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("censored", [False, True])
def test_the_family_that_made_a_sample_is_found_with_its_survival(
    family: str, censored: bool
) -> None:
    truth, case = TRUTH[family], FAMILIES.index(family)
    durations, ended = (
        cut_short(truth, 100 + case) if censored else (sample(truth, 200 + case), None)
    )
    fits = fit(durations, ended)
    found = next(one for one in fits if one.family == family)
    # Of nested families (an exponential is a Weibull) the right one is at most a parameter worse.
    assert found.aic <= fits[0].aic + 4
    at = np.array([30.0, 60, 120, 300])
    # Half-width 0.0175: 3.5 standard errors of the sample's own share at most.
    assert np.abs(found.distribution.sf(at) - truth.sf(at)).max() < 3.5 * 0.5 / math.sqrt(SIZE)
    assert found.distance < 3.5 * 0.5 / math.sqrt(SIZE)


def test_a_censored_exponential_is_all_time_over_all_ends() -> None:
    durations, ended = cut_short(Exponential(300), 7)
    (found,) = fit(durations, ended, families=("exponential",))
    assert found.distribution.mean == pytest.approx(durations.sum() / ended.sum(), rel=1e-6)


def test_a_lognormal_has_the_mean_and_spread_of_the_logarithms() -> None:
    durations = sample(Lognormal(180, 1.2), 8)
    (found,) = fit(durations, families=("lognormal",))
    logs = np.log(durations)
    assert found.distribution.mu == pytest.approx(logs.mean(), abs=1e-5)
    assert found.distribution.sigma == pytest.approx(logs.std(), abs=1e-5)


def test_complete_fits_are_those_of_scipy() -> None:
    from scipy import stats

    durations = sample(Gamma(180, 0.7), 9, 2000)
    by_name = {one.family: one for one in fit(durations)}
    shape, _, scale = stats.gamma.fit(durations, floc=0)
    assert by_name["gamma"].distribution.shape == pytest.approx(shape, rel=1e-4)
    assert by_name["gamma"].distribution.scale == pytest.approx(scale, rel=1e-4)
    shape, _, scale = stats.weibull_min.fit(durations, floc=0)
    assert by_name["weibull"].distribution.shape == pytest.approx(shape, rel=1e-4)
    likelihood = stats.weibull_min.logpdf(durations, shape, 0, scale).sum()
    assert by_name["weibull"].log_likelihood == pytest.approx(likelihood, rel=1e-8)


def test_the_distance_is_that_of_kolmogorov_and_smirnov() -> None:
    from scipy import stats

    durations = sample(Lognormal(180, 1.2), 10, 500)
    (found,) = fit(durations, families=("exponential",))
    expected = stats.kstest(durations, found.distribution.cdf).statistic
    assert found.distance == pytest.approx(expected, abs=1e-9)


def test_whole_seconds_are_no_misfit() -> None:
    durations = np.maximum(np.round(sample(Exponential(5), 11)), 1)
    (found,) = fit(durations, families=("exponential",))
    whole = Exponential(5)
    assert found.distance < abs(whole.cdf(0.5) - 0) + 0.02


def test_the_bootstrap_rejects_the_wrong_family_and_not_the_right_one() -> None:
    durations = sample(Lognormal(180, 1.2), 12, 400)
    right, wrong = fit(durations, families=("lognormal",)) + fit(durations, families=("gamma",))
    assert bootstrap_p_value(right, durations, draws=39, seed=1) > 0.05
    assert bootstrap_p_value(wrong, durations, draws=39, seed=1) == pytest.approx(1 / 40)


def test_a_table_of_quantiles_has_the_mean_of_its_sample() -> None:
    durations = sample(Lognormal(180, 1.2), 13, 3000)
    assert empirical(durations).mean == pytest.approx(durations.mean(), rel=1e-9)
    assert empirical(durations, mean=200).mean == pytest.approx(200, rel=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_stretched_distribution_has_the_mean_asked_for_and_the_same_shape(family: str) -> None:
    truth = TRUTH[family]
    stretched = scaled(truth, 90.0)
    assert stretched.mean == pytest.approx(90)
    assert stretched.variance / 90**2 == pytest.approx(truth.variance / truth.mean**2)


@pytest.mark.parametrize(
    ("durations", "families", "words"),
    [
        (np.ones(5), FAMILIES, "5 durations that ended; allowed: at least 10"),
        (np.zeros(20), FAMILIES, "a duration is 0 s; allowed: finite, above 0"),
        (np.arange(1.0, 30), ("lognormel",), "did you mean 'lognormal'"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    durations: np.ndarray, families: tuple[str, ...], words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        fit(durations, families=families)
