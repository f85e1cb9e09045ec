from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from ccsim.demand import Event, forecast, read_history
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

PARIS = "Europe/Paris"
CORE = "multiplicative"


def with_factor(rates: pd.Series, factors: dict[str, float]) -> pd.Series:
    days = pd.DatetimeIndex(rates.index).strftime("%Y-%m-%d")
    return rates * pd.Series(days).map(factors).fillna(1.0).to_numpy()


def day_total(made, day: str) -> float:
    return float(made.mean.loc[day, "calls"].sum())


def test_an_event_without_an_uplift_is_learned_from_its_earlier_dates() -> None:
    rates = with_factor(expected_rates(112), {"2026-02-04": 3.0, "2026-03-11": 3.0})
    history = read_history(counted(rates, 1, day_sd=0.03), timezone=PARIS)
    coming = dt.date(2026, 4, 29)
    event = Event("mailing", (dt.date(2026, 2, 4), dt.date(2026, 3, 11), coming))
    made = forecast(history, days=7, events=[event], model=CORE)
    plain = forecast(history, days=7, model=CORE)
    gain = day_total(made, "2026-04-29") / day_total(plain, "2026-04-29")
    assert gain == pytest.approx(3.0, rel=0.08)
    row = made.effects.set_index("effect").loc["mailing"]
    assert row["low"] < 3.0 < row["high"]
    assert row["days"] == 2


def test_an_event_never_seen_leans_on_its_kind_and_is_less_certain() -> None:
    rates = with_factor(expected_rates(112), {"2026-02-04": 2.5, "2026-03-11": 2.5})
    history = read_history(counted(rates, 2, day_sd=0.03), timezone=PARIS)
    events = [
        Event("spring sale", (dt.date(2026, 2, 4), dt.date(2026, 3, 11)), kind="sale"),
        Event("summer sale", (dt.date(2026, 4, 29),), kind="sale"),
    ]
    made = forecast(history, days=7, events=events, model=CORE)
    calm, sale = day_total(made, "2026-04-28"), day_total(made, "2026-04-29")
    assert sale / calm == pytest.approx(2.5, rel=0.15)
    wide = made.quantile(0.9).groupby(lambda start: start.date()).sum()["calls"]
    assert wide[dt.date(2026, 4, 29)] / sale > 1.05 * wide[dt.date(2026, 4, 28)] / calm


def test_days_after_an_event_are_learned_when_asked_for() -> None:
    factors = {"2026-02-04": 2.0, "2026-02-05": 1.4, "2026-03-11": 2.0, "2026-03-12": 1.4}
    history = read_history(
        counted(with_factor(expected_rates(112), factors), 3, day_sd=0.02), timezone=PARIS
    )
    dates = (dt.date(2026, 2, 4), dt.date(2026, 3, 11), dt.date(2026, 4, 29))
    made = forecast(history, days=7, events=[Event("bill run", dates, after=1)], model=CORE)
    plain = forecast(history, days=7, model=CORE)
    echo = day_total(made, "2026-04-30") / day_total(plain, "2026-04-30")
    assert echo == pytest.approx(1.4, rel=0.1)


def test_a_campaign_fades_and_counts_by_its_size() -> None:
    event = Event(
        "letters", (dt.date(2026, 3, 2), dt.date(2026, 3, 9)), sizes=(1.0, 3.0), fades=2.0
    )
    strength = event.strength(np.arange("2026-03-01", "2026-03-14", dtype="datetime64[D]"))
    assert strength[1] == pytest.approx(0.5)
    assert strength[3] == pytest.approx(0.25)
    assert strength[8] == pytest.approx(1.5 + 0.5 * 0.5**3.5)
    assert strength[0] == 0.0


def test_an_uplift_with_a_range_widens_the_band_on_its_days_only() -> None:
    history = read_history(counted(expected_rates(84), 4), timezone=PARIS)
    day = dt.date(2026, 3, 31)
    sure = forecast(history, days=7, events=[Event("sale", (day,), 2.0)], model=CORE)
    unsure = forecast(
        history, days=7, events=[Event("sale", (day,), 2.0, uplift_range=(1.0, 4.0))], model=CORE
    )
    assert unsure.mean.equals(sure.mean)
    width = unsure.quantile(0.9) / sure.quantile(0.9)
    by_day = width["calls"].groupby(width.index.date).mean()
    assert by_day[day] > 1.3
    assert by_day.drop(day).to_numpy() == pytest.approx(1.0)


def test_what_cannot_be_learned_is_refused() -> None:
    history = read_history(counted(expected_rates(56), 5), timezone=PARIS)
    with pytest.raises(HistoryError, match="no date of it or of its kind to learn from"):
        forecast(history, events=[Event("never", (dt.date(2026, 3, 4),))], model=CORE)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"uplift": 2.0, "after": 1}, "an uplift, or what is to be learned"),
        ({"uplift": 0.0}, "a factor above 0"),
        ({"uplift_range": (1.0, 2.0)}, "beside an uplift"),
        ({"sizes": (1.0, 2.0)}, "one above 0 for each date"),
        ({"fades": 0.0}, "above 0"),
        ({"before": -1}, "0 or more"),
    ],
)
def test_an_impossible_event_is_refused(settings: dict, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        Event("x", (dt.date(2026, 3, 4),), **settings)


def test_a_day_after_lost_hours_is_marked_and_learned() -> None:
    """Blocked customers call again: the day after an outage is higher, and forecast so."""
    rates = expected_rates(112)
    after = {"2026-02-05": 1.3, "2026-03-12": 1.3, "2026-04-09": 1.3}
    rows = counted(with_factor(rates, after), 6, day_sd=0.01)
    lost = rows["start"].dt.strftime("%Y-%m-%d").isin(["2026-02-04", "2026-03-11", "2026-04-08"])
    lost &= rows["start"].dt.hour.between(10, 13)
    last = (rows["start"].dt.strftime("%Y-%m-%d") == "2026-04-24") & (rows["start"].dt.hour > 14)
    history = read_history(rows[~(lost | last)], timezone=PARIS, missing="keep")
    made = forecast(history, days=7, model=CORE)
    table = made.effects.set_index("effect")
    assert table.loc["day after an outage", "factor"] == pytest.approx(1.3, rel=0.1)
    monday, week = day_total(made, "2026-04-27"), expected_rates(119).loc["2026-04-27"].sum()
    assert monday / week == pytest.approx(1.3, rel=0.1)
