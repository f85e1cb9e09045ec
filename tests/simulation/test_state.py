"""A day picked up where it stands: who waits and who talks already."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from ccsim.errors import OptionError
from ccsim.simulation import State, simulate
from tests.conftest import made_scenario

MIDNIGHT = pd.Timestamp("2026-01-05", tz="UTC")


def at(hours: float) -> pd.Timestamp:
    return MIDNIGHT + pd.Timedelta(hours=hours)


def state(waiting: list[tuple[str, float]], talking: list[tuple[str, str, float]]) -> State:
    return State(
        at(6),
        pd.DataFrame([(q, at(h)) for q, h in waiting], columns=["queue", "since"]),
        pd.DataFrame([(q, g, at(h)) for q, g, h in talking], columns=["queue", "group", "since"]),
    )


def test_who_talks_keeps_an_agent_and_who_waits_keeps_the_place() -> None:
    scenario = made_scenario(
        demand={"rates": {"calls": 0}},
        queues={"calls": {"talk": "10min"}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 1}},
    )
    given = state([("calls", 5.99), ("calls", 5.95)], [("calls", "team", 5.9)])
    legs = simulate(scenario, replications=1, state=given, progress=False).contacts(0)
    ends = (legs["talk_end"] - MIDNIGHT).dt.total_seconds() / 3600
    assert legs["entered"].is_monotonic_increasing
    # Talks since 5.9 h for ten minutes; then the one who came at 5.95 h, then the other.
    assert ends.tolist() == pytest.approx([5.9 + 1 / 6, 5.9 + 2 / 6, 5.9 + 3 / 6])
    assert (legs["answered"].iloc[1:].to_numpy() == legs["talk_end"].iloc[:-1].to_numpy()).all()


def test_nobody_who_came_before_the_state_is_simulated_and_nothing_before_it_is_counted() -> None:
    scenario = made_scenario()
    results = simulate(scenario, replications=2, state=state([], []), progress=False)
    assert (results.contacts(0)["arrived"] >= at(6)).all()
    whole = simulate(scenario, replications=2, count=("6h", "12h"), progress=False)
    kpis = results.kpis()["mean"]
    assert kpis["all", "entered"] == whole.kpis()["mean"]["all", "entered"]
    planned = kpis["all", "hours_at_work"] - kpis["all", "hours_overtime"]
    assert planned == pytest.approx(5 * 6)


def test_a_day_picked_up_at_six_goes_on_as_it_would_have() -> None:
    scenario = made_scenario(
        demand={"rates": {"calls": 100}},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 180}},
                "patience": {"exponential": {"mean": 300}},
            }
        },
    )
    days = simulate(scenario, replications=400, count=("6h", "7h"), seed=3, progress=False)
    # One day's state each, picked up with other luck: the hour after has the same waits.
    picked = []
    for day in range(60):
        given = days.state(at(6), day)
        one = simulate(
            scenario, replications=5, seed=1000 + day, state=given, count=("6h", "7h"),
            workers=1, progress=False,
        )  # fmt: skip
        sums = one.kpis()["mean"]["all"]
        picked.append(sums["asa"] * sums["offered"])
    expected = days.kpis().loc["all"]
    truth = float(expected["mean"]["asa"] * expected["mean"]["offered"])
    z = (np.mean(picked) - truth) / (np.std(picked) / np.sqrt(len(picked)))
    assert abs(z) < norm.ppf(1 - 2.5e-4)


def test_who_still_talks_after_the_shift_stays_in_overtime_until_it_is_over() -> None:
    scenario = made_scenario(
        demand={"rates": {"calls": 0}},
        queues={"calls": {"talk": "20min"}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": [["00:00", 3], ["06:00", 1]]}},
    )
    given = state([("calls", 5.99)], [("calls", "team", 5.9)] * 3)
    results = simulate(scenario, replications=1, state=given, progress=False)
    legs, spans = results.contacts(0), results.spans(0)
    assert (legs["talk_end"].iloc[:3] == at(5.9 + 1 / 3)).all()
    assert legs["answered"].iloc[3] == at(5.9 + 1 / 3)
    overtime = spans[spans["state"] == "overtime"]
    assert (overtime["end"] == at(5.9 + 1 / 3)).all()
    assert len(overtime) == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (state([("cals", 5)], []), "queue 'cals' is not known; allowed: calls"),
        (state([], [("calls", "tema", 5)]), "group 'tema' is not known; allowed: team"),
        (state([("calls", 7)], []), "is after at"),
        (state([], [("calls", "team", 5)] * 9), "more of group 'team' talk than are at work"),
    ],
)
def test_a_state_that_cannot_be_is_refused(given: State, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        simulate(made_scenario(), replications=1, state=given, progress=False)


def test_a_segment_that_is_known_stays_and_its_factors_count() -> None:
    scenario = made_scenario(
        demand={"rates": {"calls": 0}},
        queues={"calls": {"talk": "10min"}},
        segments={"gold": {"share": 0, "talk_factor": 3}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 1}},
    )
    given = state([("calls", 5.99), ("calls", 5.98)], [("calls", "team", 5.9)])
    given.talking["segment"] = "gold"
    given.waiting["segment"] = [None, "gold"]
    results = simulate(scenario, replications=1, state=given, progress=False)
    legs = results.contacts(0)
    assert legs["segment"].fillna("none").tolist() == ["gold", "gold", "none"]
    ends = (legs["talk_end"] - MIDNIGHT).dt.total_seconds() / 3600
    # Gold customers talk for half an hour, of which six minutes are over.
    assert ends.tolist() == pytest.approx([6.4, 6.9, 7.0667], abs=1e-4)
    again = results.state(at(6.2))
    assert again.talking["segment"].tolist() == ["gold"]
    assert again.waiting["segment"].fillna("none").tolist() == ["gold", "none"]
