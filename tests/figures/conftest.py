from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def starts() -> pd.DatetimeIndex:
    """Half-hours of a working week from 7:00 to 21:00."""
    days = pd.date_range("2026-11-09", periods=5, freq="D", tz="Asia/Shanghai")
    hours = [
        day + pd.Timedelta(hours=7) + slot * pd.Timedelta("30min")
        for day in days
        for slot in range(28)
    ]
    return pd.DatetimeIndex(hours, name="start")


@pytest.fixture
def requirement_table(starts: pd.DatetimeIndex) -> pd.DataFrame:
    frames = []
    for group, most in (("juniors", 60), ("seniors", 120)):
        shape = np.tile(np.sin(np.linspace(0.2, 3.0, 28)), 5) * most
        frames.append(
            pd.DataFrame({"start": starts, "group": group, "net_whole": np.ceil(shape).astype(int)})
        )
    table = pd.concat(frames).sort_values(["start", "group"], ignore_index=True)
    return table.assign(scheduled=table["net_whole"] / 0.92)


@pytest.fixture
def cover_table(requirement_table: pd.DataFrame) -> pd.DataFrame:
    table = requirement_table[["start", "group"]].assign(required=requirement_table["scheduled"])
    table["agents"] = 70
    missing = table["required"] - table["agents"]
    return table.assign(under=missing.clip(lower=0), over=(-missing).clip(lower=0))


@pytest.fixture
def shift_table() -> pd.DataFrame:
    rows = []
    for day in pd.date_range("2026-11-09", periods=5, freq="D", tz="Asia/Shanghai"):
        for group in ("juniors", "seniors"):
            for hour, agents in ((7, 20), (9, 30), (12, 25)):
                start = day + pd.Timedelta(hours=hour)
                meal = start + pd.Timedelta(hours=4)
                rows.append(
                    (
                        group,
                        start,
                        start + pd.Timedelta(hours=9),
                        meal,
                        meal + pd.Timedelta("1h"),
                        agents,
                    )
                )
    columns = ["group", "start", "end", "meal_start", "meal_end", "agents"]
    table = pd.DataFrame(rows, columns=columns)
    table.loc[0, ["meal_start", "meal_end"]] = pd.NaT
    table["breaks"] = np.where(table.index == 0, "", "10:15 15:30")
    return table


@pytest.fixture
def duty_table() -> pd.DataFrame:
    """Four shifts of 8 h on two days: early with all there is, late, night, and the next day."""
    zone = "Asia/Shanghai"

    def at(day: int, hour: float) -> pd.Timestamp:
        return pd.Timestamp(f"2026-11-{day:02d}", tz=zone) + pd.Timedelta(hours=hour)

    rows = [
        ("Early", 0, 9, [("work", 7, 10), ("break", 10, 10.25), ("work", 10.25, 12),
                         ("meal", 12, 13), ("training", 13, 14), ("work", 14, 15)]),
        ("Late", 1, 9, [("work", 12, 12.5), ("meal", 12.5, 13.5), ("work", 13.5, 20)]),
        ("Night", 2, 9, [("work", 22, 30)]),
        ("Early", 3, 10, [("work", 8, 16)]),
    ]  # fmt: skip
    made = [
        (agent, "seniors", activity, at(day, start), at(day, end), shift)
        for agent, shift, day, parts in rows
        for activity, start, end in parts
    ]
    return pd.DataFrame(made, columns=["agent", "group", "activity", "start", "end", "shift"])


@pytest.fixture
def steps_table() -> pd.DataFrame:
    steps = ["load", "occupancy_cap", "erlang_c", "patience", "rounding", "shrinkage", "shifts"]
    return pd.DataFrame({"step": steps, "hours": [1000.0, 0.0, 60.5, -30.25, 4.0, 90.0, 7.75]})


@pytest.fixture
def promises_table() -> pd.DataFrame:
    day = pd.Timestamp("2026-11-10", tz="Asia/Shanghai")
    rows = [
        ("calls", "service_level", "day", day, 0.8, 0.85, 0.83, 0.87, True, True),
        ("care", "service_level", "day", day, 0.8, 0.75, 0.72, 0.77, False, False),
        ("calls", "abandonment", "interval", day, 0.05, 0.04, 0.03, 0.06, True, False),
        ("care", "asa", "week", pd.NaT, 20.0, 9.0, 8.0, 10.0, True, True),
    ]
    columns = [
        "queue", "target", "scope", "start", "asked", "mean", "low", "high", "met", "proven",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def days_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": [dt.date(2026, 11, 10), dt.date(2026, 11, 11)],
            "event": ["", "Double 11"],
            "offered": [900.0, 2000.0],
            "service_level": [0.85, 0.72],
            "service_level_bad": [0.8, 0.61],
            "all_met": [0.9, 0.3],
            "lost": [10.0, 90.0],
            "lost_bad": [15.0, 140.0],
        }
    )


@pytest.fixture
def assignments_table() -> pd.DataFrame:
    start = pd.Timestamp("2026-11-09 07:00", tz="Asia/Shanghai")
    late, day = pd.Timedelta("15h"), pd.Timedelta("1D")
    begins = [start, start + late, start + day]
    return pd.DataFrame(
        {
            "person": ["Ann", "Bo", "Bo"],
            "date": [dt.date(2026, 11, 9), dt.date(2026, 11, 9), dt.date(2026, 11, 10)],
            "start": begins,
            "end": [begin + pd.Timedelta("8h") for begin in begins],
            "night": [False, True, False],
        }
    )


@pytest.fixture
def intervals(starts: pd.DatetimeIndex) -> pd.DataFrame:
    frames = []
    for queue, level in (("calls", 0.85), ("care", 0.95)):
        frame = pd.DataFrame(
            {"offered": 200.0, "service_level": level, "abandonment": 0.03}, index=starts
        )
        for kpi in ("service_level", "abandonment"):
            frame[f"{kpi}_low"], frame[f"{kpi}_high"] = frame[kpi] - 0.02, frame[kpi] + 0.02
        frames.append(frame.assign(queue=queue))
    return pd.concat(frames).set_index("queue", append=True).sort_index()


@pytest.fixture
def group_intervals(starts: pd.DatetimeIndex) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"at_work": 100.0, "busy": 80.0, "idle": 20.0, "on_break": 5.0, "absent": 8.0}, index=starts
    )
    return frame.assign(group="bank").set_index("group", append=True)


@pytest.fixture
def at_aht() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "aht": [198.0, 220.0, 242.0],
            "service_level": [0.95, 0.81, 0.6],
            "low": [0.94, 0.79, 0.55],
            "high": [0.96, 0.83, 0.65],
        },
        index=pd.Index([0.9, 1.0, 1.1], name="aht_factor"),
    )


@pytest.fixture
def labour() -> pd.DataFrame:
    index = pd.Index(["juniors", "seniors", "all"], name="group")
    return pd.DataFrame(
        {"cost": [1000.0, 2500.0, 3500.0], "paid_hours": [40.0, 80.0, 120.0]}, index
    )


@pytest.fixture
def seats() -> pd.DataFrame:
    return pd.DataFrame(
        {"seats": [80, 95], "cost_per_month": [9600.0, 8075.0], "currency": "USD"},
        index=pd.Index(["peak", "named"], name="tariff"),
    )


@pytest.fixture
def league_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "queue": "calls",
            "model": ["ets", "glm", "last_week"],
            "WAPE": [0.06, 0.05, 0.09],
            "bias": [0.0, -0.01, 0.02],
            "weight": [0.3, 0.7, 0.0],
        }
    )


@pytest.fixture
def backtest_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "model": ["auto", "mean_of_8", "last_week"],
            "WAPE": [0.05, 0.07, 0.09],
            "bias": [0.01, 0.02, -0.03],
            "wQL": [0.04, 0.05, 0.06],
            "coverage_80": [0.79, 0.82, 0.9],
            "over_hours": [20.0, 30.0, 40.0],
            "under_hours": [10.0, 20.0, 30.0],
            "days": 50,
            "seconds": 1.0,
        }
    )


@pytest.fixture
def errors_table() -> pd.DataFrame:
    return pd.DataFrame(
        {"model": "glm", "lead": [1, 2, 3], "WAPE": [0.04, 0.05, 0.06], "bias": [0.0, 0.01, -0.01]}
    )


@pytest.fixture
def effects_table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "queue": "calls",
            "effect": ["first day after a closure", "turn of the month", "Sale"],
            "factor": [1.5, 1.1, 1.5],
            "low": [1.4, 1.05, 0.9],
            "high": [1.6, 1.15, 2.5],
            "days": [3, 30, 1],
        }
    )


@pytest.fixture
def history_table(starts: pd.DatetimeIndex) -> pd.DataFrame:
    return pd.DataFrame({"start": starts, "queue": "calls", "offered": 100.0})


@pytest.fixture
def marks_table() -> pd.DataFrame:
    kinds = ["event", "holiday", "closed", "missing", "outage"]
    dates = pd.date_range("2026-11-09", periods=5)
    return pd.DataFrame({"date": dates, "name": "bank", "kind": kinds, "queue": None})


@pytest.fixture
def fan(starts: pd.DatetimeIndex) -> dict[str, Any]:
    mean = pd.DataFrame({"calls": 100.0, "care": 50.0}, index=starts)
    counts = mean.copy()
    counts.iloc[9:] = np.nan
    bands = {share: (mean - 20 * share, mean + 20 * share) for share in (0.5, 0.8, 0.95)}
    earlier = {"plan": mean * 1.1, "original": mean * 0.9}
    return {"mean": mean, "bands": bands, "counts": counts, "earlier": earlier}
