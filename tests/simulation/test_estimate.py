"""Means, ratios and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccsim.simulation.estimate import average, ratio


def test_a_mean_has_students_interval() -> None:
    # Four values 1, 2, 3, 4: mean 2.5, sd 1.290994, t(0.975, 3) = 3.182446.
    estimate = average(np.array([1.0, 2.0, 3.0, 4.0]))
    half = 3.182446305284263 * 1.2909944487358056 / 2
    assert float(estimate.mean) == 2.5
    assert float(estimate.high) - 2.5 == pytest.approx(half, rel=1e-9)


def test_a_ratio_is_weighted_by_contacts_not_a_mean_of_ratios() -> None:
    estimate = ratio(np.array([1.0, 90.0]), np.array([10.0, 100.0]))
    assert float(estimate.mean) == pytest.approx(91 / 110)


@given(factor=st.floats(0.1, 10), share=st.floats(0, 1))
def test_a_ratio_that_never_varies_has_no_width(factor: float, share: float) -> None:
    counted = factor * np.array([10.0, 20.0, 40.0])
    estimate = ratio(share * counted, counted)
    assert float(estimate.high - estimate.low) == pytest.approx(0, abs=1e-9)


def test_one_replication_says_nothing_about_noise_and_nothing_counted_gives_no_mean() -> None:
    alone = ratio(np.array([8.0]), np.array([10.0]))
    assert float(alone.mean) == 0.8
    assert np.isnan(alone.low)
    assert np.isnan(alone.high)
    assert np.isnan(ratio(np.zeros(3), np.zeros(3)).mean)


def test_ninety_five_percent_intervals_cover_the_truth_about_that_often() -> None:
    random = np.random.default_rng(5)
    covered = 0
    for _ in range(2000):
        counted = random.poisson(200, 20).astype(float)
        good = random.binomial(counted.astype(int), 0.7).astype(float)
        estimate = ratio(good, counted, (0, 1))
        covered += float(estimate.low) <= 0.7 <= float(estimate.high)
    assert abs(covered / 2000 - 0.95) < 3.5 * np.sqrt(0.95 * 0.05 / 2000)
