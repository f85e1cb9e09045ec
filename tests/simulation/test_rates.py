"""Rates: events, surges, day factors and notices, by hand and by their moments."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import ccsim
from ccsim.demand.scenarios import scenario_events
from ccsim.simulation.rates import Rates, rates_of

REPLICATIONS = 4000
# A moment may be off by this many standard errors of its estimate.
Z = 3.5
HOUR = 3600 * 1_000_000
NOON = {"daily": "00:00-12:00"}


def two_queues(scenario_of, **demand):
    return scenario_of(
        demand={"rates": {"calls": 60, "chats": 30}} | demand,
        horizon={"start": dt.date(2026, 1, 5), "days": 3},
        queues={"calls": {"talk": 180}, "chats": {"talk": 180}},
        groups={"team": {"skills": {"calls": 1, "chats": 1}, "on_duty": 5}},
    )


def by_day(rates: Rates, values: np.ndarray) -> np.ndarray:
    """Sum cells to shape (days, queues)."""
    day = rates.cells.start // (24 * HOUR)
    table = np.zeros((day.max() + 1, len(rates.scale)))
    np.add.at(table, (day, rates.cells.queue), values)
    return table


def by_hour(rates: Rates, values: np.ndarray, queue: int = 0) -> np.ndarray:
    own = rates.cells.queue == queue
    return np.bincount(rates.cells.start[own] // HOUR, values[own])


def factors(rates: Rates) -> np.ndarray:
    """Draw the factors of the first day, shape (replications, queues)."""
    mean = by_day(rates, rates.mean)[0]
    draws = (by_day(rates, rates.draw(1, n))[0] for n in range(REPLICATIONS))
    return np.array([draw / mean for draw in draws])


def day_factor(cv: float, correlation: float = 1.0) -> dict[str, object]:
    return {
        "uncertainty": {
            "day_factor": {"gamma": {"mean": 1, "cv": cv}},
            "queue_correlation": correlation,
        }
    }


def test_day_factors_have_mean_one_and_the_spread_asked_for(scenario_of):
    drawn = factors(rates_of(two_queues(scenario_of, **day_factor(0.2))))[:, 0]
    assert abs(drawn.mean() - 1) < Z * 0.2 / np.sqrt(REPLICATIONS)
    # Standard error of a gamma's sd: sqrt((kurtosis − 1) / 4n) sd, excess kurtosis 6 cv².
    error = 0.2 * np.sqrt((2 + 6 * 0.2**2) / (4 * REPLICATIONS))
    assert abs(drawn.std(ddof=1) - 0.2) < Z * error


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.9])
def test_scores_behind_day_factors_correlate_as_asked(scenario_of, correlation):
    scenario = two_queues(scenario_of, **day_factor(0.2, correlation))
    distribution = scenario.demand.uncertainty.day_factor
    scores = norm.ppf(distribution.cdf(factors(rates_of(scenario))))
    found = np.arctanh(np.corrcoef(scores.T)[0, 1])  # Fisher: its error is 1 / sqrt(n − 3)
    assert abs(found - np.arctanh(correlation)) < Z / np.sqrt(REPLICATIONS - 3)


def test_full_correlation_is_one_factor_for_all_queues_of_a_date(scenario_of):
    rates = rates_of(two_queues(scenario_of, **day_factor(0.3)))
    drawn = by_day(rates, rates.draw(1, 7)) / by_day(rates, rates.mean)
    assert np.allclose(drawn[:, 0], drawn[:, 1], rtol=1e-12)
    assert len(set(np.round(drawn[:, 0], 9))) == 3


def test_contacts_of_a_day_vary_as_a_gamma_poisson_mixture_does(scenario_of):
    # Var N = m + m² / a for a gamma day factor of shape a = 1 / cv² (negative binomial).
    rates = rates_of(two_queues(scenario_of, **day_factor(0.25)))
    expected = np.array([by_day(rates, rates.draw(2, n))[0, 0] for n in range(REPLICATIONS)])
    mean, shape = 720.0, 1 / 0.25**2
    counts = np.random.default_rng(3).poisson(expected)
    variance = mean + mean**2 / shape
    error = variance * np.sqrt((2 + 6 / shape) / REPLICATIONS)
    assert abs(counts.mean() - mean) < Z * np.sqrt(variance / REPLICATIONS)
    assert abs(counts.var(ddof=1) - variance) < Z * error


def test_a_day_keeps_its_luck_whatever_else_the_horizon_holds(scenario_of):
    scenario = two_queues(scenario_of, **day_factor(0.3, 0.5))
    rates = rates_of(scenario)
    later = rates_of(scenario.change({"horizon.start": dt.date(2026, 1, 6), "horizon.days": 2}))
    assert np.array_equal(by_day(rates, rates.draw(1, 4))[1:], by_day(later, later.draw(1, 4)))


SURGE = {
    "name": "outage",
    "start": "1h20min",
    "duration": "1h",
    "uplift": 3,
    "queues": ["calls"],
    "probability": 0.3,
}


def test_a_surge_multiplies_its_queue_meanwhile_in_its_share_of_replications(scenario_of):
    rates = rates_of(two_queues(scenario_of, surges=[SURGE]))
    happened = 0
    for n in range(REPLICATIONS):
        hours = by_hour(rates, rates.draw(1, n))
        assert hours[0] == 60
        if hours[1] > 60:
            happened += 1
            assert hours[1:4] == pytest.approx([60 + 2 * 40, 60 + 2 * 20, 60])
    assert abs(happened / REPLICATIONS - 0.3) < Z * np.sqrt(0.3 * 0.7 / REPLICATIONS)
    assert by_hour(rates, rates.mean)[1:4] == pytest.approx([60 + 24, 60 + 12, 60])
    assert by_hour(rates, rates.mean, queue=1)[1:4] == pytest.approx([30, 30, 30])


def test_a_surge_cuts_its_own_queue_only(scenario_of):
    plain = rates_of(two_queues(scenario_of))
    surged = rates_of(two_queues(scenario_of, surges=[SURGE]))
    for queue, more in ((0, 2), (1, 0)):
        before = plain.cells.key[plain.cells.queue == queue]
        after = surged.cells.key[surged.cells.queue == queue]
        assert set(before) <= set(after)
        assert len(after) == len(before) + more


EVENT = {
    "name": "sale",
    "dates": [dt.date(2026, 1, 7), dt.date(2026, 1, 8)],
    "uplift": {"calls": 4},
    "ramp": [1.2, 1.6],
    "echo": [1.8],
}


def test_events_ramp_up_to_their_days_and_echo_after_them(scenario_of):
    scenario = two_queues(scenario_of, events=[EVENT]).change({"horizon.days": 6})
    days = by_day(rates := rates_of(scenario), rates.mean)
    assert days[:, 0] / 720 == pytest.approx([1.2, 1.6, 4, 4, 1.8, 1])
    assert days[:, 1] / 360 == pytest.approx(np.ones(6))


def test_an_uplift_for_all_queues_raises_all(scenario_of):
    event = EVENT | {"uplift": 2, "dates": [dt.date(2026, 1, 6)], "ramp": [1.5], "echo": []}
    days = by_day(rates := rates_of(two_queues(scenario_of, events=[event])), rates.mean)
    assert days / [720, 360] == pytest.approx(np.array([[1.5, 1.5], [2, 2], [1, 1]]))


def test_an_uplift_in_a_range_is_uniform_on_it_and_the_same_for_every_queue(scenario_of):
    event = EVENT | {
        "dates": [dt.date(2026, 1, 5)],
        "uplift": {"calls": 4, "chats": 2},
        "uplift_range": [3, 6],
        "ramp": [],
    }
    rates = rates_of(two_queues(scenario_of, events=[event]))
    drawn = np.array([by_day(rates, rates.draw(1, n))[0] for n in range(REPLICATIONS)])
    calls, chats = (drawn / [720, 360]).T
    assert calls == pytest.approx(2 * chats)
    assert calls.min() >= 3
    assert calls.max() <= 6
    spread = 3 / np.sqrt(12)
    assert abs(calls.mean() - 4.5) < Z * spread / np.sqrt(REPLICATIONS)
    # Excess kurtosis of a uniform is −1.2.
    assert abs(calls.std(ddof=1) - spread) < Z * spread * np.sqrt(0.8 / (4 * REPLICATIONS))
    assert by_day(rates, rates.mean)[0] == pytest.approx([4.5 * 720, 2.25 * 360])


def with_notice(scenario, **fields):
    notice = {"at": "10:00", "messages": 100, "queue": "calls", "within": "4h"} | fields
    return rates_of(scenario.change({"notices.n": notice}))


def test_a_notice_changes_demand_evenly_over_open_time(scenario_of):
    # Two hours of the four are open: 100 × 0.3 contacts less, 15 an hour, each day.
    rates = with_notice(two_queues(scenario_of), prevents=0.4, causes=0.1)
    hours = by_hour(rates, rates.mean)
    assert hours[[9, 10, 11]] == pytest.approx([60, 45, 45])
    assert hours[[33, 34, 35]] == pytest.approx([60, 45, 45])
    assert by_day(rates, rates.mean)[:, 1] == pytest.approx([360, 360, 360])
    assert np.array_equal(rates.draw(1, 0), rates.mean)


def test_a_notice_works_on_into_the_next_day_and_out_of_the_horizon(scenario_of):
    # From 11:00: one hour today, five tomorrow, 10 contacts an hour; the last day's five are lost.
    rates = with_notice(two_queues(scenario_of), at="11:00", within="18h", causes=0.6)
    hours = by_hour(rates, rates.mean)
    assert hours[[10, 11, 24, 28, 29]] == pytest.approx([60, 70, 70, 70, 60])
    assert by_day(rates, rates.mean)[:, 0] - 720 == pytest.approx([10, 60, 60])


def test_a_notice_prevents_no_more_contacts_than_there_are(scenario_of):
    hours = by_hour(rates := with_notice(two_queues(scenario_of), prevents=5), rates.mean)
    assert hours[[9, 10, 11, 12]] == pytest.approx([60, 0, 0, 0])


def test_a_notice_cuts_cells_where_it_starts(scenario_of):
    rates = with_notice(two_queues(scenario_of), at="10:10", within="20min", causes=0.2)
    own = (rates.cells.queue == 0) & (rates.cells.start // HOUR == 10)
    assert list(rates.cells.start[own] / HOUR * 60 % 60) == pytest.approx([0, 10, 30])
    assert list(rates.mean[own]) == pytest.approx([10, 40, 30])


def test_draws_depend_on_seed_and_replication_alone(scenario_of):
    scenario = two_queues(scenario_of, surges=[SURGE], **day_factor(0.2, 0.5))
    first, second = rates_of(scenario), rates_of(scenario)
    assert np.array_equal(first.draw(3, 5), second.draw(3, 5))
    assert not np.array_equal(first.draw(3, 5), first.draw(3, 6))
    assert not np.array_equal(first.draw(3, 5), first.draw(4, 5))


def test_a_scale_by_queue_multiplies_draws_and_mean(scenario_of):
    rates = rates_of(two_queues(scenario_of, **day_factor(0.2)))
    scaled = dataclasses.replace(rates, scale=np.array([2.0, 1.0]))
    assert by_day(scaled, scaled.mean)[0] == pytest.approx([1440, 360])
    ratio = by_day(scaled, scaled.draw(1, 0)) / by_day(rates, rates.draw(1, 0))
    assert ratio == pytest.approx(np.array([[2.0, 1.0]] * 3))


def test_a_queue_that_only_a_campaign_reaches_needs_no_history(scenario_of, tmp_path):
    table = pd.DataFrame(
        {"start": pd.date_range("2026-01-05", periods=24, freq="30min"), "offered": 30}
    )
    table.assign(queue="calls").to_csv(tmp_path / "counts.csv", index=False)
    scenario = scenario_of(
        demand={"counts": str(tmp_path / "counts.csv")},
        queues={"calls": {"talk": 180}, "sales": {"talk": 180}},
        groups={"team": {"skills": {"calls": 1, "sales": 1}, "on_duty": 5}},
        campaigns={
            "win_back": {"records": 9, "window": "09:00-11:00", "queue": "sales", "pick_up": 0.5}
        },
    )
    rates = rates_of(scenario)
    assert by_day(rates, rates.mean)[0] == pytest.approx([720, 0])


def test_a_forecast_minds_ramp_echo_surge_and_range(scenario_of):
    starts = pd.date_range("2025-10-06", periods=90 * 48, freq="30min", tz="UTC")
    history = pd.DataFrame({"start": starts, "offered": 30.0, "queue": "calls"})
    base = scenario_of(horizon={"start": dt.date(2026, 1, 5), "days": 5})
    events = [EVENT | {"uplift_range": [2, 4]}]
    scenario = base.change({"demand": {"history": "dataset:none", "events": events}})
    plain = ccsim.forecast(
        ccsim.read_history(history, timezone="UTC"), start=dt.date(2026, 1, 5), days=5
    )
    forecast = ccsim.forecast(
        ccsim.read_history(history, timezone="UTC"),
        start=dt.date(2026, 1, 5),
        days=5,
        events=scenario_events(scenario),
    )
    uplift = (
        by_day(rates := rates_of(scenario, forecast), rates.mean)[:, 0]
        / (by_day(rates := rates_of(base, plain), rates.mean)[:, 0])
    )
    assert uplift == pytest.approx([1.2, 1.6, 4 * 0.75, 4 * 0.75, 1.8])
