"""Customers keep their luck whatever the centre does: later attempts and legs included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.scenario import Scenario
from ccsim.simulation import simulate
from tests.conftest import made_scenario

MARKS = ["talk", "wrap", "patience", "segment"]
WHO = ["key", "attempt", "leg", "queue"]
BUSY = {
    "talk": {"lognormal": {"mean": 240, "cv": 1}},
    "wrap": {"exponential": {"mean": 30}},
    "patience": {"exponential": {"mean": 60}},
    "retry": {"probability": 0.8, "after": {"exponential": {"mean": 120}}, "attempts": 4},
    "resolution": {
        "first_contact": 0.6, "returns": 0.8, "returns_after": {"exponential": {"mean": 1200}},
    },
    "transfers": [{"to": "other", "probability": 0.2}],
}  # fmt: skip
OTHER = {"talk": {"exponential": {"mean": 200}}, "patience": {"exponential": {"mean": 90}}}


def centre(agents: int = 6, rate: float = 90, more: Any = None, **sections: Any) -> Scenario:
    document = {
        "demand": {"rates": {"calls": rate, "other": 20, **(more or {})}},
        "queues": {"calls": BUSY, "other": OTHER, **dict.fromkeys(more or {}, OTHER)},
        "segments": {"vip": {"share": 0.2, "priority": 1, "patience_factor": 1.5}},
        "groups": {
            "team": {"skills": {"calls": 1, "other": 1}, "on_duty": agents},
            **({"extra": {"skills": dict.fromkeys(more, 1), "on_duty": 2}} if more else {}),
        },
    }
    return made_scenario(**(document | sections))


def legs(scenario: Scenario, seed: int) -> pd.DataFrame:
    results = simulate(scenario, replications=1, seed=seed, workers=1, progress=False)
    table = results.contacts(0).sort_values(["contact", "attempt", "leg"])
    last = table.groupby(["contact", "attempt"])["ended"].last()
    before = pd.MultiIndex.from_arrays([table["contact"], table["attempt"] - 1])
    delay = table["arrived"].to_numpy() - last.reindex(before).to_numpy()
    return table.assign(delay=np.where(table["leg"] == 1, delay, np.timedelta64("NaT")))


def assert_same_luck(one: pd.DataFrame, other: pd.DataFrame) -> None:
    shared = one.merge(other, on=WHO, suffixes=("", "_"))
    assert len(shared) > 50
    for mark in MARKS:
        pd.testing.assert_series_equal(shared[mark], shared[f"{mark}_"], check_names=False)
    # A later attempt comes after the same delay, wherever the one before ended for the same reason.
    again = shared[(shared["attempt"] == 2) & (shared["cause"] == shared["cause_"])]
    pd.testing.assert_series_equal(again["delay"], again["delay_"], check_names=False)


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), agents=st.integers(2, 14))
def test_more_agents_change_no_mark_of_any_attempt_or_leg(seed: int, agents: int) -> None:
    few, many = legs(centre(agents), seed), legs(centre(agents + 3), seed)
    assert_same_luck(few, many)
    assert (few["attempt"] > 1).any()
    assert (few["leg"] > 1).any()


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_higher_rate_adds_contacts_and_changes_no_mark(seed: int) -> None:
    low, high = legs(centre(rate=60), seed), legs(centre(rate=90), seed)
    assert set(low["key"]) < set(high["key"])
    assert_same_luck(low, high)


def test_a_new_queue_changes_nobody_elses_marks() -> None:
    assert_same_luck(legs(centre(), 1), legs(centre(more={"third": 40}), 1))


def test_features_switched_on_elsewhere_change_no_mark() -> None:
    plain = legs(centre(more={"third": 40}), 2)
    third = OTHER | {
        "balk": 0.3,
        "callback": {"when_wait_over": 5, "accept": 0.5, "reach": 0.5},
        "emotion": {"probability": 0.2},
        "wrong_department": {"probability": 0.1, "to": {"other": 1.0}, "after": 20},
    }
    queues = {"calls": BUSY, "other": OTHER, "third": third}
    knowing = {"accuracy": 0.8}
    changed = centre(
        more={"third": 40}, queues=queues, knowledge=knowing,
        survey={"sampled": 0.5, "responds": 0.5}, quality={"reviewed": 0.2},
    )  # fmt: skip
    assert_same_luck(plain, legs(changed, 2))
