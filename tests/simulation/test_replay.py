"""Logs replayed, and counts turned into first attempts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.simulation import replay, simulate
from ccsim.simulation.prepare import first_attempts
from ccsim.simulation.rates import rates_of
from tests.conftest import made_scenario

COLUMNS = ["contact", "queue", "arrived", "answered", "ended", "outcome", "wrap"]


def log(*rows: tuple[str, float, float | None, float, str, float]) -> pd.DataFrame:
    def clock(seconds: float | None) -> str | None:
        return (
            None
            if seconds is None
            else str(pd.Timestamp("2026-01-05") + pd.Timedelta(seconds, "s"))
        )

    return pd.DataFrame(
        [
            (name, "calls", clock(arrived), clock(answered), clock(ended), outcome, wrap)
            for name, arrived, answered, ended, outcome, wrap in rows
        ],
        columns=COLUMNS,
    )


CALLS = log(
    ("a", 10, 10, 70, "handled", 30),
    ("b", 20, None, 50, "abandoned", 0),
    ("c", 30, 100, 160, "handled", 0),
)


def test_a_log_in_its_own_centre_happens_as_it_did() -> None:
    scenario = made_scenario(
        queues={"calls": {"talk": 60, "patience": {"exponential": {"mean": 300}}}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 1}},
    )
    legs = replay(CALLS, scenario, replications=3, progress=False).contacts(2)
    assert legs["state"].tolist() == ["handled", "abandoned", "handled"]
    assert legs["wait"].tolist() == [0, 30, 70]


def test_with_one_more_agent_the_same_people_wait_less() -> None:
    scenario = made_scenario(groups={"team": {"skills": {"calls": 1}, "on_duty": 2}})
    legs = replay(CALLS, scenario, replications=1, progress=False).contacts(0)
    assert legs["state"].tolist() == ["handled"] * 3
    assert legs.loc[[0, 2], "talk"].tolist() == [60, 60]
    assert legs["wait"].tolist()[:2] == [0, 0]


def test_a_log_without_calls_in_the_horizon_is_refused() -> None:
    late = CALLS.assign(**{c: CALLS[c].str.replace("2026-01-05", "2027-01-05") for c in
                           ("arrived", "answered", "ended")})  # fmt: skip
    with pytest.raises(OptionError, match="no call within the horizon"):
        replay(late, made_scenario(), replications=1, progress=False)


def counted(**queue: Any) -> Scenario:
    return made_scenario(
        demand={"rates": {"calls": 300}, "includes_repeats": True},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 180}},
                "patience": {"exponential": {"mean": 120}},
                **queue,
            }
        },
        groups={"team": {"skills": {"calls": 1}, "on_duty": 13}},
    )


RETRY = {"probability": 0.7, "after": {"exponential": {"mean": 300}}, "attempts": 5}


def test_simulating_the_own_staffing_returns_what_was_counted() -> None:
    scenario = counted(
        retry=RETRY, resolution={"first_contact": 0.8, "returns": 0.5, "returns_after": "30min"}
    )
    results = simulate(scenario, replications=40, seed=11, progress=False)
    _, low, high = results.kpis().loc[("all", "offered")]
    assert high - low < 0.03 * 3600
    assert low - 0.01 * 3600 < 3600 < high + 0.01 * 3600


def test_a_what_if_does_not_change_who_turns_up() -> None:
    scenario = counted(retry=RETRY)
    eager = scenario.change({"queues.calls.retry.probability": 0.9, "groups.team.on_duty": 10})
    one, other = (first_attempts(s, rates_of(s)).scale for s in (scenario, eager))
    np.testing.assert_array_equal(one, other)
    assert 0.7 < one[0] < 0.95


def test_counts_behind_a_menu_are_more_at_the_door() -> None:
    menu = {
        "start": "hello",
        "nodes": {
            "hello": {"prompt": 5, "hang_up": 0.1, "then": "bot"},
            "bot": {"self_service": {"duration": 30, "contains": 0.4}, "then": "calls"},
        },
    }
    scenario = made_scenario(ivr=menu, demand={"rates": {"calls": 300}})
    better = scenario.change({"ivr.nodes.bot.self_service.contains": 0.6})
    assert first_attempts(scenario, rates_of(scenario)).scale == pytest.approx([1 / (0.9 * 0.6)])
    assert first_attempts(better, rates_of(better)).scale == pytest.approx([1 / (0.9 * 0.6)])
    results = simulate(scenario, replications=40, progress=False).kpis()
    low, high = results.loc[("all", "offered"), ["low", "high"]]
    assert low - 20 < 3600 < high + 20


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_time_in_the_menu_is_gone_through_again_even_where_the_centre_has_no_menu(
    engine: str,
) -> None:
    scenario = made_scenario(queues={"calls": {"talk": 60}})
    calls = CALLS.assign(ivr=[5.0, 6.0, 7.0])
    legs = replay(calls, scenario, replications=1, engine=engine, progress=False).contacts(0)
    assert (legs["entered"] - legs["arrived"]).dt.total_seconds().tolist() == [5, 6, 7]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_who_ended_in_the_menu_ends_there_again_and_asks_for_nobody(engine: str) -> None:
    scenario = made_scenario()
    calls = log(
        ("a", 30, None, 30, "contained", 0),
        ("b", 40, None, 40, "ivr_lost", 0),
        ("c", 50, 50, 80, "handled", 0),
    ).assign(ivr=[20.0, None, 10.0])
    results = replay(calls, scenario, replications=1, engine=engine, progress=False)
    assert results.contacts(0)["state"].tolist() == ["contained", "ivr_lost", "handled"]
    kpis = results.kpis()["mean"].loc["all"]
    assert kpis["offered"] == 1


def test_a_segment_the_log_names_is_kept_where_the_scenario_has_it() -> None:
    scenario = made_scenario(segments={"vip": {"share": 0.0, "priority": 1}})
    calls = CALLS.assign(segment=["vip", None, "other"])
    legs = replay(calls, scenario, replications=1, progress=False).contacts(0)
    assert (legs["segment"] == "vip").tolist() == [True, False, False]
