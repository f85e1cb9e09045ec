"""A simulated centre's log gives back what it was simulated from."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import ccsim
from ccsim.distributions import from_spec
from tests.demand.calibration.made import (
    AGENTS,
    DAYS,
    PATIENCE,
    PER_HOUR,
    TALK,
    WRAP_S,
    simulated_log,
)


@pytest.fixture(scope="module")
def found() -> ccsim.Calibration:
    return ccsim.calibrate(simulated_log())


def test_talk_is_found(found: ccsim.Calibration) -> None:
    truth = from_spec(TALK)
    row = found.talk.summary.loc["calls"]
    error = truth.variance**0.5 / math.sqrt(row["handled"])
    assert error < 0.01 * truth.mean
    assert abs(row["mean_handled"] - truth.mean) < 3.5 * error
    assert row["chosen"] == "lognormal"
    assert found.talk.chosen["calls"].mean == pytest.approx(row["mean_handled"])
    assert row["sigma"] == pytest.approx(truth.sigma, abs=0.02)


def test_patience_is_found_though_most_waits_end_with_an_answer(found: ccsim.Calibration) -> None:
    truth, survival = from_spec(PATIENCE), found.patience.survival.loc["calls"]
    summary = found.patience.summary.loc["calls"]
    assert summary["abandoned"] < 0.3 * summary["waited"]
    for at in (20.0, 60.0, 120.0):
        row = survival[survival.index <= at].iloc[-1]
        error = (row["high"] - row["low"]) / 2 / 1.96
        # Few wait for two minutes; until one the half-width is below a hundredth.
        assert error < (0.015 if at > 60 else 0.01)
        assert abs(row["survival"] - truth.sf(at)) < 3.5 * error
    weibull = found.patience.fits.loc[("calls", "weibull"), "distribution"]
    assert weibull.shape == pytest.approx(0.8, abs=3.5 * 0.8 * 0.8 / summary["abandoned"] ** 0.5)
    aic = found.patience.fits.loc["calls", "aic"]
    assert aic["weibull"] <= aic.min() + 4
    assert found.patience.peaks.empty


def test_steps_of_the_hazard_stay_as_close_to_the_truth_as_they_promise(
    found: ccsim.Calibration,
) -> None:
    steps, at = found.patience.chosen["calls"], np.linspace(0, 120, 61)
    assert np.abs(steps.sf(at) - from_spec(PATIENCE).sf(at)).max() < 0.01 + 3.5 * 0.012


def test_work_after_calls_is_found_though_it_is_not_logged(found: ccsim.Calibration) -> None:
    row, curve = found.people.summary.loc["all"], found.people.turnaround.loc["all"]
    error = error_of_mean(curve)
    assert error < 0.03 * WRAP_S
    assert abs(row["turnaround_mean"] - WRAP_S) < 3.5 * error
    for at in (5.0, 20.0, 40.0):
        known = curve[curve.index <= at].iloc[-1]
        half = (known["high"] - known["low"]) / 2 / 1.96
        assert half < 0.01
        assert abs(known["survival"] - math.exp(-at / WRAP_S)) < 3.5 * half
    assert found.wrap["calls"].mean == pytest.approx(row["turnaround_mean"], rel=0.01)
    assert not found.wrap_logged


def error_of_mean(curve: pd.DataFrame) -> float:
    """Standard error of the mean of a Kaplan-Meier curve (Klein & Moeschberger 2003, eq. 4.5.2)."""
    times, survival = curve.index.to_numpy(), curve["survival"].to_numpy()
    beyond = np.append(np.cumsum((np.diff(times) * survival[:-1])[::-1])[::-1], 0.0)
    d, n = curve["events"].to_numpy(), curve["at_risk"].to_numpy()
    left = n > d
    return float(np.sqrt((beyond[left] ** 2 * d[left] / (n * (n - d))[left]).sum()))


def test_agents_on_duty_are_counted(found: ccsim.Calibration) -> None:
    on_duty = found.people.on_duty["agents"].xs("team_1", level="group")
    hour = on_duty.index.hour + on_duty.index.minute / 60
    # First and last half-hour are cut by the first and last call.
    inside = on_duty[(hour >= 8.5) & (hour < 13.5)]
    assert inside.mean() == pytest.approx(AGENTS, abs=0.1)
    assert on_duty[(hour >= 15) | (hour < 8)].max() == 0
    assert found.people.skills == {"team_1": frozenset({"calls"})}
    assert len(found.people.agents) == AGENTS


def test_poisson_arrivals_are_called_poisson(found: ccsim.Calibration) -> None:
    row = found.arrivals.variation.loc["calls"]
    # Twelve half-hours a day, a third of them spent on the means: (N − m)²/m has variance 2.
    free = DAYS * 12 * 2 / 3
    assert row["dispersion"] == pytest.approx(1, abs=3.5 * (2 / free) ** 0.5)
    assert row["cv"] < 0.06
    hourly = found.arrivals.profile["calls"].max()
    assert hourly == pytest.approx(PER_HOUR / 2, rel=0.2)


def test_a_log_without_retrials_shows_none_beyond_chance(found: ccsim.Calibration) -> None:
    assert found.retrials.loc["calls", "retries"] == 0


def test_retrials_are_found() -> None:
    row = ccsim.calibrate(simulated_log(retry=0.4, seed=6)).retrials.loc["calls"]
    # One retry each: second attempts that abandon do not come again, so the share is below 0.4;
    # within the hour nearly all of the exponential with mean 300 s.
    unserved, tried = row["unserved"], row["retries"]
    first = unserved - second_losses(tried)
    share, error = tried / first, (0.4 * 0.6 / first) ** 0.5
    assert error < 0.02
    assert abs(share - 0.4) < 3.5 * error
    assert row["after_handled"] == 0
    assert row["mean_after"] == pytest.approx(300, abs=3.5 * 300 / tried**0.5)


def second_losses(tried: float) -> float:
    """Attempts after a first one that were lost too."""
    table = simulated_log(retry=0.4, seed=6).table
    order = table.sort_values("arrived").groupby("customer").cumcount()
    return float(((order > 0) & (table["outcome"] == "abandoned")).sum())
