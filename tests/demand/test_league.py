from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.demand import backtest, forecast, read_history
from ccsim.demand.models import RULES, Rule
from ccsim.demand.models.heavy import HEAVY
from ccsim.demand.models.record import Record, past_origins
from ccsim.demand.models.weights import combined, losses, weights
from ccsim.errors import OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"


def record_of(errors: dict[str, float], origins: int, seed: int = 1) -> Record:
    """Rules whose forecasts miss by a normal error of these sizes; a queue, two weeks, 4 slots."""
    random = np.random.default_rng(seed)
    actual = np.full((1, origins, 14, 4), 100.0)
    expected = np.stack(
        [actual * (1.0 + size * random.standard_normal(actual.shape)) for size in errors.values()]
    )
    rules = tuple(Rule(name, RULES["last_week"].expect, 1.0) for name in errors)
    places = 20 + 5 * np.arange(origins)
    return Record(rules, places, expected, actual, np.zeros((len(rules), origins)))


@settings(deadline=None, max_examples=25)
@given(sizes=st.lists(st.floats(0.01, 0.5), min_size=2, max_size=6), origins=st.integers(0, 12))
def test_weights_are_shares_and_follow_the_errors(sizes: list[float], origins: int) -> None:
    record = record_of({f"m{n}": size for n, size in enumerate(sizes)}, max(origins, 1))
    sums = losses(record)
    weight = weights(record, sums, 20 + 5 * origins)[:, 0]
    assert weight.sum() == pytest.approx(1.0)
    assert (weight >= 0).all()
    if origins:
        known = record.origins[:, None] + np.arange(14) < 20 + 5 * origins
        error = np.where(known, sums.error, 0.0).sum(axis=(2, 3))[:, 0]
        assert np.argmax(weight) == np.argmin(error)
    else:
        assert weight == pytest.approx(1.0 / len(sizes))


def test_a_rule_that_says_nothing_leaves_its_weight_to_the_others() -> None:
    expected = np.array([[10.0, np.nan], [20.0, 30.0], [np.nan, np.nan]])
    mean = combined(expected, np.array([[0.25], [0.75], [0.5]]))
    assert mean.tolist() == [17.5, 30.0]
    assert np.isnan(combined(expected[2:], np.ones((1, 1)))).all()


def test_only_forecasts_whose_days_have_come_count() -> None:
    record = record_of({"good": 0.02, "bad": 0.3}, 1)
    before = weights(record, losses(record), 20)
    after = weights(record, losses(record), 34)
    assert before[0, 0] == pytest.approx(0.5)
    assert after[0, 0] > 0.75


def test_origins_of_the_past_are_the_same_dates_whenever_one_looks() -> None:
    dates = np.datetime64("2026-01-01", "D") + np.arange(300)
    late, early = past_origins(dates, 290, 1), past_origins(dates, 250, 1)
    assert set(late[late < 250]) <= set(early)
    assert len(late) == 24
    assert late.min() >= 145
    assert len(np.unique((dates[late].astype(int) + 3) % 7)) == 7  # every weekday among them


def test_a_backtest_scores_what_forecast_would_have_said() -> None:
    rows = counted(expected_rates(84), seed=3, day_sd=0.05)
    history = read_history(rows, timezone=PARIS)
    models = ("multiplicative", "mean_of_8")
    scored = backtest(history, origins=1, models=[models])
    origin = history.last_day - pd.Timedelta(days=14)
    made = forecast(history.until(origin), days=14, model=models)
    came = history.table.set_index("start")["offered"].reindex(made.mean.index)
    error = (came - made.mean["calls"]).abs().sum() / came.sum()
    assert scored["WAPE"].item() == pytest.approx(error, rel=1e-12)


def test_auto_leans_on_what_forecast_best_and_says_why() -> None:
    rows = counted(expected_rates(112), seed=7, day_sd=0.03)
    made = forecast(read_history(rows, timezone=PARIS), days=7)
    table = made.league
    assert set(table["model"]) == set(RULES)
    assert table["weight"].sum() == pytest.approx(1.0)
    assert table["weight"].is_monotonic_decreasing
    said = made.summary()
    assert f"{table['model'].iloc[0]} {table['weight'].iloc[0]:.0%}" in said
    assert "like weekday last week" in said


def test_an_unknown_model_names_the_nearest() -> None:
    history = read_history(counted(expected_rates(28), 1), timezone=PARIS)
    with pytest.raises(OptionError, match="did you mean 'low_rank'"):
        forecast(history, model="low_rnak")
    with pytest.raises(OptionError, match="at least one in a list"):
        forecast(history, model=())
    for package, rule in HEAVY.items():
        if find_spec(package) is None:
            with pytest.raises(OptionError, match=f"needs the package {package}"):
                forecast(history, model=rule.name)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_recovers_a_plain_weekly_pattern(name: str) -> None:
    rates = expected_rates(84)
    made = forecast(read_history(counted(rates, seed=2), timezone=PARIS), days=7, model=name)
    truth = expected_rates(91).reindex(made.mean.index)
    error = (made.mean["calls"] - truth).abs().sum() / truth.sum()
    # Poisson counts of 2,000 a day; the naive rule repeats one week's.
    assert error < (0.10 if name == "last_week" else 0.05)


def test_days_of_whole_days_are_forecast_too() -> None:
    rows = counted(expected_rates(98), seed=5)
    days = rows.groupby(rows["start"].dt.date)["offered"].sum().rename_axis("start").reset_index()
    history = read_history(days.astype({"start": "str"}), timezone=PARIS, interval="1D")
    made = forecast(history, days=7)
    assert len(made.mean) == 5
    weekly = made.mean["calls"].to_numpy()
    assert weekly / weekly.sum() == pytest.approx(
        np.array([1.15, 1, 0.95, 0.95, 1.05]) / 5.1, abs=0.01
    )
    assert "low_rank" not in set(made.league.dropna(subset="WAPE")["model"])
