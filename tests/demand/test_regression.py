from __future__ import annotations

import numpy as np
import pytest

from ccsim.demand import Calendar
from ccsim.demand.days import day_kinds
from ccsim.demand.models import RULES
from ccsim.demand.models.past import Past
from ccsim.demand.signals import AFTER_CLOSURE

WEEK = np.array([1.15, 1.0, 0.95, 0.95, 1.05])


def dates_of(first: str, days: int) -> np.ndarray:
    return np.datetime64(first, "D") + np.arange(days)


def open_days(first: str, days: int, closed: list[str]) -> tuple[np.ndarray, np.ndarray]:
    dates = dates_of(first, days)
    shut = np.isin(dates, np.array(closed, dtype="datetime64[D]"))
    return dates, np.is_busday(dates) & ~shut


def totals(dates: np.ndarray, noise: float, seed: int) -> np.ndarray:
    weekday = (dates.astype(int) + 3) % 7
    level = 5000.0 * np.where(weekday < 5, WEEK[np.minimum(weekday, 4)], np.nan)
    return level * np.exp(noise * np.random.default_rng(seed).standard_normal(len(dates)))


def past_of(dates: np.ndarray, counts: np.ndarray, calendar: Calendar | None, ahead: int) -> Past:
    every = dates_of(str(dates[0]), len(dates) + ahead)
    kinds = day_kinds(every, counts[None], calendar)
    return Past(counts, kinds, np.arange(len(dates), len(every)))


def test_weekdays_and_the_day_after_a_closure_are_found() -> None:
    closed = ["2003-05-26", "2003-07-04", "2003-09-01"]
    dates, is_open = open_days("2003-03-03", 230, closed)
    counts = np.where(is_open, totals(dates, 0.02, 1), np.nan)[:, None]
    after = np.isin(dates, np.array(["2003-05-27", "2003-07-07", "2003-09-02"], "datetime64[D]"))
    counts[after] *= 1.25
    past = past_of(dates, counts, Calendar("US"), 7)
    fit = past.fit
    column = past.kinds.signals.column(AFTER_CLOSURE)
    assert np.exp(fit.effects[column]) == pytest.approx(1.25, abs=0.04)
    assert fit.effects_sd[column] < 0.02
    monday = np.exp(fit.fitted[(past.kinds.weekday == 0) & ~after_any(past)])
    tuesday = np.exp(fit.fitted[(past.kinds.weekday == 1) & ~after_any(past)])
    assert monday.mean() / tuesday.mean() == pytest.approx(1.15, abs=0.02)


def after_any(past: Past) -> np.ndarray:
    return np.any(past.kinds.signals.values != 0.0, axis=1)


def test_one_wild_day_moves_the_level_by_little() -> None:
    dates, is_open = open_days("2026-01-05", 120, [])
    counts = np.where(is_open, totals(dates, 0.02, 2), np.nan)[:, None]
    calm = past_of(dates, counts, None, 7)
    wild = counts.copy()
    wild[int(np.flatnonzero(is_open)[40])] *= 8.0
    moved = np.exp(past_of(dates, wild, None, 7).fit.fitted[-7:] - calm.fit.fitted[-7:])
    assert np.nanmax(np.abs(moved - 1.0)) < 0.02


@pytest.mark.parametrize("since", [10, 20, 40, 80])
def test_a_level_that_has_doubled_is_followed(since: int) -> None:
    dates, is_open = open_days("2025-01-06", 300, [])
    level = 2.0 ** np.clip((np.arange(300) - (272 - since)) / 28, 0.0, 1.0)
    counts = np.where(is_open, totals(dates, 0.03, 4) * level, np.nan)[:, None]
    past = past_of(dates, counts, None, 7)
    truth = 2.0 * 5000.0 * WEEK.sum()
    # Smoothing is there within days; what has a long memory is nearly there, and the league knows.
    assert np.nansum(RULES["ets"].expect(past)) / truth == pytest.approx(1.0, abs=0.05)
    assert np.nansum(RULES["multiplicative"].expect(past)) / truth == pytest.approx(1.0, abs=0.12)


def test_without_drift_the_steadiest_belief_has_most_weight() -> None:
    dates, is_open = open_days("2025-01-06", 300, [])
    counts = np.where(is_open, totals(dates, 0.02, 4), np.nan)[:, None]
    by_belief = [weight for weight, _ in past_of(dates, counts, None, 7).fits]
    assert sum(by_belief) == pytest.approx(1.0)
    assert by_belief == sorted(by_belief, reverse=True)


def test_memory_is_that_of_the_errors() -> None:
    dates, is_open = open_days("2023-01-02", 900, [])
    random, error = np.random.default_rng(5), np.zeros(900)
    for day in range(1, 900):
        error[day] = (
            0.6 * error[day - 1] + 0.03 * random.standard_normal()
            if is_open[day]
            else (error[day - 1])
        )
    counts = np.where(is_open, totals(dates, 0.0, 6) * np.exp(error), np.nan)[:, None]
    assert past_of(dates, counts, None, 7).fit.memory == pytest.approx(0.6, abs=0.1)


def test_a_day_counted_in_part_says_what_the_whole_would_have_been() -> None:
    dates, is_open = open_days("2026-01-05", 56, [])
    shape = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
    counts = np.where(is_open[:, None], 1000.0 * shape, np.nan)
    whole, part = past_of(dates, counts, None, 7), counts.copy()
    day = int(np.flatnonzero(is_open)[20])
    part[day, 3:] = np.nan
    known = past_of(dates, part, None, 7)
    assert known.totals == pytest.approx(whole.totals)
    part[day, 1:] = np.nan  # a tenth of the day is too little to go by
    assert len(past_of(dates, part, None, 7).observed) == len(whole.observed) - 1
