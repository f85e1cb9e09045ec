"""What must hold in every centre: nobody lost, nobody in two places, no time unaccounted for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.scenario import Scenario
from ccsim.simulation import Results, simulate
from ccsim.simulation.records import FINAL_STATES
from tests.conftest import made_scenario

SECONDS = st.integers(1, 900)
DISTRIBUTIONS = st.one_of(
    SECONDS.map(lambda mean: {"exponential": {"mean": mean}}),
    SECONDS.map(lambda mean: {"lognormal": {"mean": mean, "cv": 1.3}}),
    SECONDS.map(lambda mean: {"gamma": {"mean": mean, "cv": 0.5}}),
    SECONDS,
)


@st.composite
def scenarios(draw: Any) -> Scenario:
    """Draw small centres: up to three queues and groups, lines, priorities, stepped duty."""
    queues = ["a", "b", "c"][: draw(st.integers(1, 3))]
    groups = draw(st.integers(1, 3))
    skills = [
        draw(st.sets(st.sampled_from(queues), min_size=1, max_size=len(queues)))
        for _ in range(groups)
    ]
    skills[0] |= set(queues) - set().union(*skills)
    lines = draw(st.one_of(st.none(), st.integers(1, 12)))
    return made_scenario(
        hours={"daily": draw(st.sampled_from(["08:00-12:00", "08:15-10:45", "22:00-24:00"]))},
        channels={"voice": {"lines": lines} if lines else {}},
        demand={"rates": {name: draw(st.integers(0, 120)) for name in queues}},
        queues={
            name: {
                "talk": draw(DISTRIBUTIONS),
                "wrap": draw(st.one_of(st.just(0), DISTRIBUTIONS)),
                "patience": draw(DISTRIBUTIONS),
                "priority": draw(st.integers(-1, 1)),
                "target": {"service_level": 0.8},
            }
            for name in queues
        },
        groups={
            f"group{number}": {
                "skills": {
                    name: {
                        "rank": draw(st.integers(1, 3)),
                        "speed": draw(st.sampled_from([1, 0.7, 1.3])),
                    }
                    for name in sorted(own)
                },
                "on_duty": [["00:00", draw(st.integers(0, 6))], ["09:20", draw(st.integers(0, 6))]],
                "shrinkage": draw(st.sampled_from([0, 0.3])),
            }
            for number, own in enumerate(skills)
        },
        routing={
            "agent": draw(
                st.sampled_from(["fewest_skills_then_longest_idle", "longest_idle", "ranked"])
            )
        },
    )


def run(scenario: Scenario, seed: int, **arguments: Any) -> Results:
    return simulate(scenario, replications=2, seed=seed, workers=1, progress=False, **arguments)


centres = settings(max_examples=60, deadline=None)


@centres
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_every_contact_ends_in_one_state_and_the_flows_balance(
    scenario: Scenario, seed: int
) -> None:
    results = run(scenario, seed)
    legs = results.contacts(1)
    assert legs["state"].isin(FINAL_STATES).all()
    assert legs["contact"].is_unique
    mean = results.kpis()["mean"]
    for queue in [*scenario.queues, "all"]:
        own = mean[queue]
        assert np.isclose(own["entered"], own["blocked"] + own["offered"])
        assert np.isclose(own["offered"], own["handled"] + own["abandoned"] + own["open_at_end"])


@centres
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_waits_are_never_negative_nor_longer_than_patience(scenario: Scenario, seed: int) -> None:
    legs = run(scenario, seed).contacts(0)
    waited = legs[~legs["state"].isin(["open_at_end", "blocked"])]
    assert (waited["wait"] >= 0).all()
    assert (waited["wait"] <= waited["patience"] + 1e-6).all()
    abandoned = legs[legs["state"] == "abandoned"]
    assert np.allclose(abandoned["wait"], abandoned["patience"])


@centres
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_agents_have_the_skill_one_contact_at_a_time_and_one_state(
    scenario: Scenario, seed: int
) -> None:
    results = run(scenario, seed)
    legs, spans = results.contacts(0), results.spans(0)
    handled = legs[legs["state"] == "handled"]
    for row in handled.itertuples():
        assert row.queue in scenario.groups[row.group].skills
    for _, own in handled.sort_values(["agent", "answered"]).groupby("agent"):
        assert (own["answered"].iloc[1:].to_numpy() >= own["wrap_end"].iloc[:-1].to_numpy()).all()
    for _, own in spans.sort_values(["agent", "start"]).groupby("agent"):
        assert (own["start"].iloc[1:].to_numpy() >= own["end"].iloc[:-1].to_numpy()).all()
        assert (own["end"] > own["start"]).all()
    assert _inside(handled, spans)


def _inside(handled: pd.DataFrame, spans: pd.DataFrame) -> bool:
    """Say whether every contact was served by an agent at work from answer to wrap-up."""
    at_work = spans[spans["state"].isin(["logged_in", "overtime"])].sort_values(["agent", "start"])
    for row in handled.itertuples():
        own = at_work[at_work["agent"] == row.agent]
        covered = own[(own["start"] <= row.wrap_end) & (own["end"] >= row.answered)]
        length = (
            covered["end"].clip(upper=row.wrap_end) - covered["start"].clip(lower=row.answered)
        ).sum()
        if length != row.wrap_end - row.answered:
            return False
    return True


@centres
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_busy_time_adds_up_to_handle_times(scenario: Scenario, seed: int) -> None:
    results = run(scenario, seed)
    legs = pd.concat([results.contacts(0), results.contacts(1)])
    handled = legs[legs["state"] == "handled"]
    seconds = (handled["wrap_end"] - handled["answered"]).dt.total_seconds()
    end = results.study.centre.moments(results.study.centre.edges)[-1]
    after = (handled["wrap_end"] - handled["answered"].clip(lower=end)).dt.total_seconds()
    within = (seconds - after.clip(lower=0)).sum() / 2 / 3600
    assert np.isclose(results.kpis().loc[("all", "hours_busy"), "mean"], within)


@centres
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_nobody_waits_while_somebody_who_could_serve_is_idle(scenario: Scenario, seed: int) -> None:
    results = run(scenario, seed)
    legs, spans = results.contacts(0), results.spans(0)
    waiting = legs[legs["wait"] > 0]
    busy = legs[legs["state"] == "handled"]
    for row in waiting.head(20).itertuples():
        ended = row.answered if row.state == "handled" else row.ended
        if pd.isna(ended):
            continue
        middle = row.entered + (ended - row.entered) / 2
        able = [name for name, group in scenario.groups.items() if row.queue in group.skills]
        present = spans[
            (spans["start"] <= middle)
            & (spans["end"] > middle)
            & (spans["state"] == "logged_in")
            & spans["group"].isin(able)
        ]
        occupied = busy[(busy["answered"] <= middle) & (busy["wrap_end"] > middle)]
        assert set(present["agent"]) <= set(occupied["agent"])


@settings(max_examples=15, deadline=None)
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_the_same_seed_gives_the_same_tables_and_more_replications_change_none(
    scenario: Scenario, seed: int
) -> None:
    few, more = (
        run(scenario, seed),
        simulate(scenario, replications=4, seed=seed, workers=1, progress=False),
    )
    for one, other in zip(few.tallies, more.tallies, strict=False):
        np.testing.assert_array_equal(one.contacts, other.contacts)
        np.testing.assert_array_equal(one.agents, other.agents)
    pd.testing.assert_frame_equal(few.contacts(1), more.contacts(1))
    pd.testing.assert_frame_equal(few.spans(1), more.spans(1))
