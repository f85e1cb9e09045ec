"""Survival, hazard, peaks and steps from durations that were cut short."""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.demand.calibration.survival import (
    hazard,
    kaplan_meier,
    median_of,
    peaks,
    piecewise_hazard,
    survival_at,
    trusted,
)
from ccsim.distributions import (
    Distribution,
    Exponential,
    Lognormal,
    PiecewiseHazard,
    Weibull,
)
from ccsim.errors import OptionError


def cut_short(truth, seed: int, size: int = 20_000, mean: float = 200):
    generator = np.random.default_rng(seed)
    lasts, watched = (
        truth.ppf(generator.random(size)),
        Exponential(mean).ppf(generator.random(size)),
    )
    return np.minimum(lasts, watched), lasts <= watched


# Freireich et al. 1963: weeks of remission under 6-MP, the textbook's example; + is censored.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_kaplan_meier_of_the_textbook() -> None:
    table = kaplan_meier(np.array(WEEKS, float), np.array(ENDED, bool))
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert table["survival"].round(3).tolist() == published
    assert table["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert median_of(table) == 23


def test_kaplan_meier_and_its_band_are_those_of_statsmodels() -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    times, ended = cut_short(Lognormal(300, 2), 3, 500)
    theirs = SurvfuncRight(times, ended.astype(int))
    ours = kaplan_meier(times, ended)
    assert ours["survival"].to_numpy() == pytest.approx(theirs.surv_prob, abs=1e-12)
    # Their standard error is of the survival itself, ours of its log-log: the delta method.
    error = theirs.surv_prob_se / (theirs.surv_prob * np.abs(np.log(theirs.surv_prob)))
    low = theirs.surv_prob ** np.exp(1.959964 * error)
    assert ours["low"].to_numpy()[:-1] == pytest.approx(low[:-1], abs=1e-6)


def test_counts_weigh_like_repeated_durations() -> None:
    times, ended = np.array([1.0, 2, 3]), np.array([True, False, True])
    weights = np.array([3.0, 2, 4])
    repeated = kaplan_meier(np.repeat(times, [3, 2, 4]), np.repeat(ended, [3, 2, 4]))
    weighted = kaplan_meier(times, ended, weights)
    assert weighted["survival"].tolist() == repeated["survival"].tolist()


def test_survival_of_a_known_patience_is_found_within_its_band() -> None:
    truth = Lognormal(400, 3)
    times, ended = cut_short(truth, 4)
    table = kaplan_meier(times, ended)
    for at in (30.0, 60.0, 120.0, 300.0):
        row = table[table.index <= at].iloc[-1]
        error = (row["high"] - row["low"]) / 2 / 1.96
        assert abs(row["survival"] - truth.sf(at)) < 3.5 * error
        assert error < 0.005


def test_without_anybody_cut_short_survival_is_the_share_left() -> None:
    table = kaplan_meier(np.array([5.0, 10, 20, 40]), np.ones(4, bool))
    assert survival_at(table, np.array([0.0, 5, 19, 40])).tolist() == [1.0, 0.75, 0.5, 0.0]


def test_a_bin_of_the_hazard_is_ends_over_time_spent() -> None:
    table = hazard(np.array([2.0, 5.0, 7.0, 20.0]), np.array([True, True, False, True]), 5, 20)
    assert table["events"].tolist() == [2, 0, 0, 1]
    assert table["exposure"].tolist() == [17, 7, 5, 5]
    assert table["rate"][0] == pytest.approx(2 / 17)


def test_intervals_of_a_hazard_cover_a_constant_rate() -> None:
    times, ended = cut_short(Exponential(200), 6)
    table = hazard(times, ended, 5, 300)
    covered = ((table["low"] <= 1 / 200) & (table["high"] >= 1 / 200)).mean()
    # 60 bins at 95 %: 3.5 standard errors below.
    assert covered > 0.95 - 3.5 * np.sqrt(0.95 * 0.05 / 60)


@pytest.mark.parametrize("truth", [Exponential(200), Weibull(0.7, 200), Lognormal(300, 2)])
@pytest.mark.parametrize("seed", range(5))
def test_a_smooth_hazard_has_no_peaks_falling_or_not(truth: Distribution, seed: int) -> None:
    times, ended = cut_short(truth, 20 + seed)
    assert peaks(hazard(times, ended)).empty


def test_peaks_are_found_where_they_were_made() -> None:
    truth = PiecewiseHazard((0, 55, 60, 170, 175), (0.003, 0.006, 0.003, 0.02, 0.003))
    times, ended = cut_short(truth, 30, 40_000, 400)
    found = peaks(hazard(times, ended))
    assert found[["start", "end"]].values.tolist() == [[55, 60], [170, 175]]
    assert found["ratio"].tolist() == pytest.approx([2, 20 / 3], rel=0.15)


def test_a_hazard_in_steps_keeps_within_the_distance_asked_for() -> None:
    times, ended = cut_short(Lognormal(400, 3), 31)
    table = trusted(kaplan_meier(times, ended))
    for within in (0.03, 0.01, 0.005):
        steps = piecewise_hazard(times, ended, within)
        gap = np.abs(steps.sf(table.index.to_numpy()) - table["survival"].to_numpy())
        assert gap.max() <= within
    assert len(piecewise_hazard(times, ended, 0.03).edges) < len(steps.edges)


def test_one_step_is_enough_for_a_constant_hazard() -> None:
    times, ended = cut_short(Exponential(200), 32)
    steps = piecewise_hazard(times, ended, 0.03)
    assert len(steps.edges) == 1
    assert steps.rates[0] == pytest.approx(1 / 200, rel=0.1)


def test_too_few_ends_make_no_hazard() -> None:
    with pytest.raises(OptionError, match="3 durations that ended; allowed: at least 10"):
        piecewise_hazard(np.arange(1.0, 30), np.arange(29) < 3)
