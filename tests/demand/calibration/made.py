"""Logs to calibrate: a simulated centre, whose truth is known, and the Technion's bank."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from ccsim.demand import Calibration, CallLog, calibrate, read_calls
from ccsim.demand.calibration.technion import read_technion
from ccsim.simulation import simulate
from tests.conftest import made_scenario

FILE = Path(__file__).parents[4] / "shared/data/technion_1999/calls_jan_apr.csv.gz"
needs_the_bank = pytest.mark.skipif(
    not FILE.exists(), reason=f"{FILE} is not here: the bank's log is not shipped with ccsim"
)

TALK = {"lognormal": {"mean": 150, "cv": 1.0}}
PATIENCE = {"weibull": {"shape": 0.8, "scale": 240}}
WRAP_S = 20.0
DAYS, AGENTS, PER_HOUR = 21, 9, 180


@cache
def bank() -> tuple[CallLog, Calibration]:
    """The Technion's bank, January to April 1999, and its calibration."""
    log = read_technion(FILE)
    return log, calibrate(log)


@cache
def simulated_log(retry: float = 0.0, seed: int = 5) -> CallLog:
    """Three weeks of a centre with 180 calls an hour, 9 agents, and work after calls not logged."""
    again = {"probability": retry, "after": {"exponential": {"mean": 300}}, "attempts": 1}
    queue = {"talk": TALK, "patience": PATIENCE, "wrap": {"exponential": {"mean": WRAP_S}}}
    scenario = made_scenario(
        horizon={"start": dt.date(2026, 1, 5), "days": DAYS},
        hours={"daily": "08:00-14:00"},
        demand={"rates": {"calls": PER_HOUR}},
        queues={"calls": queue | ({"retry": again} if retry else {})},
        groups={"team": {"skills": {"calls": 1}, "on_duty": AGENTS}},
    )
    legs = simulate(scenario, replications=1, seed=seed, progress=False).contacts(0)
    return log_of(legs)


def log_of(legs: pd.DataFrame) -> CallLog:
    """Write legs as a log; the customer is the simulated contact, each attempt a row."""
    handled = legs["state"] == "handled"
    ended = legs["talk_end"].where(handled, legs["ended"])
    rows = pd.DataFrame(
        {
            "contact": [f"{c}-{a}" for c, a in zip(legs["contact"], legs["attempt"], strict=True)],
            "queue": legs["queue"],
            "arrived": legs["entered"],
            "answered": legs["answered"].where(handled),
            "ended": ended,
            "outcome": legs["state"].astype(str),
            "agent": legs["agent"].where(handled),
            "customer": legs["contact"].astype(str),
        }
    )
    kept = rows[rows["outcome"].isin(["handled", "abandoned"])]
    return read_calls(kept, timezone="UTC")


def rows(*calls: tuple[str, str, float, float | None, float, str]) -> pd.DataFrame:
    """Build a small log: queue, agent, seconds arrived, answered, ended, outcome."""
    start = pd.Timestamp("2026-01-05 09:00")

    def clock(seconds: float | None) -> pd.Timestamp | None:
        return None if seconds is None else start + pd.Timedelta(seconds, "s")

    return pd.DataFrame(
        [
            (n, queue, agent or None, clock(arrived), clock(answered), clock(ended), outcome)
            for n, (queue, agent, arrived, answered, ended, outcome) in enumerate(calls)
        ],
        columns=["contact", "queue", "agent", "arrived", "answered", "ended", "outcome"],
    )
