from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.demand import forecast, read_history
from ccsim.demand.learning import lesson
from ccsim.errors import OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"


def one_slot(mean: float, came: float, sd: float):
    return lesson(
        np.array([[mean, mean]]),
        np.array([[came, np.nan]]),
        np.array([sd]),
        0.0,
        0.0,
        np.zeros((2, 2)),
        np.full((1, 2), sd**2),
    )


def test_much_evidence_moves_the_rest_of_the_day_all_the_way() -> None:
    learned = one_slot(1e6, 1.2e6, 0.1)
    assert np.exp(learned.mean - learned.variance * 0 - 0.1**2 / 2)[0, 1] == pytest.approx(
        1.2, rel=1e-3
    )
    assert learned.variance[0, 1] == pytest.approx(0.0, abs=1e-5)


def test_thin_evidence_moves_it_by_the_share_of_its_variance() -> None:
    """Normal prior and noise: the pull is sd² ÷ (sd² + 1/mean) of what was seen."""
    learned = one_slot(25.0, 27.0, 0.05)
    pull = 0.05**2 / (0.05**2 + 1.0 / 25.0)
    assert learned.mean[0, 1] == pytest.approx(pull * 0.08, abs=2e-4)
    assert learned.variance[0, 1] == pytest.approx(0.05**2 * (1.0 - pull), rel=1e-2)


def test_what_all_days_have_in_common_moves_them_all_alike() -> None:
    learned = lesson(
        np.full((3, 1), 1e6),
        np.array([[1.1e6], [np.nan], [np.nan]]),
        np.full(3, 0.1),
        0.4,
        0.0,
        np.zeros((1, 1)),
        np.full((3, 1), 0.01),
    )
    alike = learned.mean[0, 0] * np.array([1, 0.4, 0.4])
    assert learned.mean[:, 0] == pytest.approx(alike, rel=1e-3)


def test_another_day_is_moved_as_far_as_one_tells_of_the_next() -> None:
    learned = lesson(
        np.full((3, 1), 1e6),
        np.array([[1.1e6], [np.nan], [np.nan]]),
        np.full(3, 0.1),
        0.0,
        0.5,
        np.zeros((1, 1)),
        np.full((3, 1), 0.01),
    )
    assert learned.mean[:, 0] == pytest.approx(
        learned.mean[0, 0] * np.array([1, 0.5, 0.25]), rel=1e-3
    )


@pytest.fixture(scope="module")
def made():
    rows = pd.concat(
        [
            counted(expected_rates(84), 1, day_sd=0.10),
            counted(expected_rates(84, level=300.0), 2, "quiet", day_sd=0.02),
        ]
    )
    return forecast(read_history(rows, timezone=PARIS), days=3, model="multiplicative")


def morning(made, factor: float, queue: str = "calls") -> pd.DataFrame:
    first = made.mean[queue].iloc[:6]
    return pd.DataFrame({"start": first.index, "queue": queue, "offered": first * factor})


def test_counts_stand_as_they_are_and_the_rest_moves_towards_them(made) -> None:
    updated = made.update(morning(made, 1.2))
    assert updated.mean["calls"].iloc[:6].to_numpy() == pytest.approx(
        1.2 * made.mean["calls"].iloc[:6].to_numpy()
    )
    rest = updated.mean["calls"].iloc[6:20] / made.mean["calls"].iloc[6:20]
    assert (rest > 1.05).all()
    assert (rest < 1.25).all()
    assert updated.mean["quiet"].equals(made.mean["quiet"])


def test_the_band_of_the_rest_narrows_and_that_of_what_is_counted_is_gone(made) -> None:
    updated = made.update(morning(made, 1.0))
    width = [one.quantile(0.9) - one.quantile(0.1) for one in (updated, made)]
    assert (width[0]["calls"].iloc[:6] == 0).all()
    assert width[0]["calls"].iloc[6:20].sum() < 0.9 * width[1]["calls"].iloc[6:20].sum()


def test_draws_after_an_update_keep_the_counts_and_have_its_mean(made) -> None:
    updated = made.update(morning(made, 1.15))
    drawn = updated.sample(4000, seed=3)
    mean, sd = drawn.mean(axis=0), drawn.std(axis=0)
    assert sd[:6, 0] == pytest.approx(0.0, abs=1e-9)
    z = (mean[6:] - updated.mean.to_numpy()[6:]) / (sd[6:] / np.sqrt(4000))
    assert np.abs(z).max() < 4.5  # of 150 intervals
    assert np.array_equal(drawn[:10], updated.sample(10, seed=3))


def test_a_later_update_replaces_an_earlier_one(made) -> None:
    twice = made.update(morning(made, 1.3)).update(morning(made, 1.1))
    assert twice.mean.equals(made.update(morning(made, 1.1)).mean)


def test_counts_that_have_no_place_are_refused(made) -> None:
    rows = morning(made, 1.0)
    with pytest.raises(OptionError, match="queue 'cals'; allowed: calls, quiet"):
        made.update(rows.assign(queue="cals"))
    with pytest.raises(OptionError, match="no interval of the forecast"):
        made.update(rows.assign(start=rows["start"] + pd.Timedelta("5min")))
    with pytest.raises(OptionError, match="at least one count"):
        made.update(rows[:0])
