from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.demand import check_history, read_history
from ccsim.demand.clock import checked_interval
from ccsim.demand.gaps import find_gaps
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

DAY = pd.Timedelta("1D")
PROFILE = pd.DataFrame({"start": ["09:00", "09:30", "10:00"], "share": [0.5, 0.3, 0.2]})


def daily(days: int = 28, first: str = "2026-01-05", seed: int = 1) -> pd.DataFrame:
    dates = pd.date_range(first, periods=days).strftime("%Y-%m-%d")
    counts = np.random.default_rng(seed).poisson(500, days)
    return pd.DataFrame({"start": dates, "offered": counts})


@pytest.mark.parametrize("interval", ["5min", "10min", "15min", "30min", "60min", "1D"])
def test_every_usual_length_of_an_interval_is_read(interval: str) -> None:
    starts = pd.date_range("2026-01-05", periods=4, freq=interval)
    rows = pd.DataFrame({"start": starts, "offered": 1})
    assert read_history(rows).interval == pd.Timedelta(interval) == checked_interval(interval)


@pytest.mark.parametrize("interval", ["7min", "90min", "2h", "2D", "12h"])
def test_other_lengths_are_refused_with_those_allowed(interval: str) -> None:
    with pytest.raises(OptionError, match=r"60\), or a day \('1D'\)"):
        checked_interval(interval)


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Paris", "Africa/Cairo", "America/Havana"])
def test_a_year_of_days_has_one_interval_a_day_whatever_the_clock_does(timezone: str) -> None:
    # Cairo's clock skips midnight once a year, Havana's shows it twice.
    history = read_history(daily(365), timezone=timezone)
    assert history.interval == DAY
    assert history.slots.tolist() == [0] * 365
    assert history.findings.empty
    assert str(history.first_day.date()) == "2026-01-05"
    assert "365 intervals of 1 day" in history.summary()
    gaps = find_gaps(history.starts, timezone, DAY)
    assert not len(gaps.starts)
    assert not len(gaps.days)


def test_a_missing_day_is_listed_and_a_day_at_another_hour_is_off_the_grid() -> None:
    rows = daily().drop(index=9)
    assert read_history(rows).findings["what"].tolist() == [
        "calls: no counts on Wednesday 2026-01-14"
    ]
    rows.loc[3, "start"] = "2026-01-08 08:00"
    with pytest.raises(HistoryError, match=r"row 4, .*off the grid of 1 day .*local midnight"):
        read_history(rows, interval="1D")


def test_days_counted_by_another_clock_are_refused() -> None:
    rows = daily().assign(start=lambda d: pd.to_datetime(d["start"]).dt.tz_localize("UTC"))
    with pytest.raises(HistoryError, match="by another clock"):
        read_history(rows, timezone="Asia/Shanghai")


def test_every_source_reads_days_alike(tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    rows = daily()
    stamped = rows.assign(start=pd.to_datetime(rows["start"]))
    rows.to_csv(tmp_path / "d.csv", index=False)
    stamped.to_excel(tmp_path / "d.xlsx", index=False)  # date cells
    url = f"sqlite:///{tmp_path / 'd.db'}"
    engine = create_engine(url)
    stamped.to_sql("d", engine, index=False)
    engine.dispose()
    wanted = read_history(rows, timezone="Europe/Paris").table
    sources = [
        (tmp_path / "d.csv", None),
        (tmp_path / "d.xlsx", None),
        (url, "SELECT * FROM d"),
        (url, "SELECT date(start) AS start, offered FROM d"),
        (stamped, None),
    ]
    if importlib.util.find_spec("pyarrow"):
        zoned = stamped.assign(start=stamped["start"].dt.tz_localize("Europe/Paris"))
        zoned.to_parquet(tmp_path / "d.parquet")
        sources.append((tmp_path / "d.parquet", None))
    for source, query in sources:
        table = read_history(source, timezone="Europe/Paris", query=query).table
        pd.testing.assert_frame_equal(table, wanted, check_dtype=False)


def test_intervals_add_up_to_days_and_days_with_a_gap_are_left_out() -> None:
    rows = counted(expected_rates(28), seed=1)
    history = read_history(rows.drop(index=[5]), timezone="Europe/Paris", missing="keep")
    days = history.aggregated("1D")
    assert days.interval == DAY
    assert len(days.table) == 19
    assert days.table["offered"].sum() == rows["offered"].iloc[20:].sum()
    assert "1 intervals of 1 day" in days.findings["what"].iloc[-1]
    assert "2026-01-05" in days.findings["what"].iloc[-1]
    with pytest.raises(OptionError, match="spread_over"):
        days.aggregated("30min")


@pytest.mark.parametrize("timezone", ["Europe/Paris", "Africa/Cairo"])
def test_days_made_of_intervals_and_days_read_are_the_same(timezone: str) -> None:
    rates = expected_rates(200, opens=0, closes=24, weekdays=7, timezone=timezone)
    rows = pd.DataFrame({"start": rates.index, "offered": np.arange(len(rates)) % 7})
    made = read_history(rows, timezone=timezone).aggregated("1D")
    sums = rows.groupby(rows["start"].dt.strftime("%Y-%m-%d"))["offered"].sum()
    read = read_history(sums.rename_axis("start").reset_index(), timezone=timezone)
    pd.testing.assert_frame_equal(made.table, read.table, check_dtype=False)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.01, 1), min_size=48, max_size=48),
    st.sampled_from(["UTC", "Europe/Paris", "Africa/Cairo", "America/New_York"]),
)
def test_spreading_days_loses_no_contact_on_any_day(shares: list[float], timezone: str) -> None:
    clock = [f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48)]
    profile = pd.DataFrame({"start": clock, "share": shares})
    days = read_history(daily(365), timezone=timezone)
    spread = days.spread_over(profile)
    assert spread.interval == pd.Timedelta("30min")
    np.testing.assert_allclose(spread.aggregated("1D").table["offered"], days.table["offered"])


def test_a_profile_is_read_along_with_the_days_and_the_findings_say_what_was_not_measured(
    tmp_path: Path,
) -> None:
    PROFILE.to_csv(tmp_path / "profile.csv", index=False)
    history = read_history(daily(), profile=tmp_path / "profile.csv")
    assert history.table["offered"].iloc[0] == 0.5 * daily()["offered"].iloc[0]
    assert history.findings["kind"].tolist() == ["profile"]
    assert "only the days were measured" in history.findings["what"].iloc[0]


def test_profiles_may_differ_by_weekday_and_queue() -> None:
    rows = pd.concat([daily(7).assign(queue="calls"), daily(7, seed=2).assign(queue="chat")])
    wide = pd.concat(
        [
            PROFILE.assign(queue=queue, weekday=weekday, share=shares)
            for queue, weekday, shares in [
                *(("calls", day, [0.2, 0.3, 0.5]) for day in ("Mon", "tuesday", 2, 3, 4)),
                *(("calls", day, [0.0, 1.0, 0.0]) for day in (5, 6)),
                *(("chat", day, [1.0, 0.0, 0.0]) for day in range(7)),
            ]
        ]
    )
    history = read_history(rows).spread_over(wide)
    monday = history.table[history.starts.day == 5]
    chat = monday[monday["queue"] == "chat"]["offered"].tolist()
    assert chat[1:] == [0.0, 0.0]
    calls = monday[monday["queue"] == "calls"]["offered"]
    np.testing.assert_allclose(calls / calls.sum(), [0.2, 0.3, 0.5])


def test_shares_in_percent_are_scaled_and_listed() -> None:
    history = read_history(daily(), profile=PROFILE.assign(share=[50, 30, 20]))
    scaled = history.findings.iloc[0]
    assert (scaled["kind"], scaled["before"], scaled["after"], scaled["done"]) == (
        "profile",
        100,
        1,
        True,
    )
    assert "shares of every day, queue calls, add up to 100" in scaled["what"]
    exact = read_history(daily(), profile=PROFILE)
    np.testing.assert_allclose(history.table["offered"], exact.table["offered"])


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (PROFILE.assign(share=[0.5, -0.1, 0.6]), "row 2, column 'share': found '-0.1'"),
        (PROFILE.assign(start=["9", "09:30", "10:00"]), "row 1, column 'start': '9' is not a"),
        (PROFILE.assign(weekday="Someday"), "row 1, column 'weekday': found 'Someday'"),
        (PROFILE.assign(queue="cals"), "did you mean 'calls'"),
        (PROFILE.assign(weekday=0), "no shares for Tuesday, Wednesday"),
        (PROFILE.assign(share=0.0), "no shares for Monday"),
        (PROFILE.assign(start=["09:00", "09:30", "09:30"]), "09:30 of monday.* more than once"),
        (PROFILE.assign(start=["09:00", "09:10", "09:25"]), "09:25 is off the grid of 10 min"),
        (PROFILE.iloc[:1], "one interval only"),
        (PROFILE.drop(columns="share"), "column 'share' .*is missing"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(profile: pd.DataFrame, message: str) -> None:
    with pytest.raises(HistoryError, match=message):
        read_history(daily()).spread_over(profile)


def test_a_closed_day_needs_no_profile() -> None:
    rows = daily(7)
    rows.loc[6, "offered"] = 0
    for profile in (
        PROFILE.merge(pd.DataFrame({"weekday": range(6)}), how="cross"),
        PROFILE.merge(pd.DataFrame({"weekday": range(7)}), how="cross").assign(
            share=lambda p: p["share"].where(p["weekday"] < 6, 0.0)
        ),
    ):
        spread = read_history(rows).spread_over(profile)
        assert spread.table["offered"].notna().all()
        assert len(spread.table) == 6 * 3


def test_only_whole_days_are_spread() -> None:
    history = read_history(counted(expected_rates(14), seed=1), timezone="Europe/Paris")
    with pytest.raises(OptionError, match="a profile spreads whole days"):
        history.spread_over(PROFILE)


def test_an_odd_day_of_a_daily_history_is_found() -> None:
    rows = daily(120)
    rows.loc[60, "offered"] *= 3
    rows.loc[80, "offered"] = 0
    assert sorted(check_history(rows)["kind"]) == ["empty day", "outlier day"]


def test_opening_hours_say_which_days_of_a_daily_history_are_missing() -> None:
    rows = daily(28)
    rows = rows[pd.to_datetime(rows["start"]).dt.day_of_week < 6]
    assert check_history(rows).empty
    hours = pd.DataFrame({"weekday": range(7), "opens": "08:00", "closes": "18:00"})
    assert check_history(rows, hours=hours)["kind"].tolist() == ["missing day"] * 3
