"""Targets as margins, and what is to hold over which days."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.simulation import simulate
from ccsim.staffing.cells import Cells, cells_of
from ccsim.staffing.goals import goals_of
from ccsim.staffing.promises import Margins, Promise, promises_of, share_held, slopes, values
from ccsim.staffing.sample import World
from tests.conftest import made_scenario
from tests.staffing.made import two_skills

UNITS = np.eye(2, dtype=bool)


def margins(surplus, size):
    """One goal; rows are replications, columns intervals."""
    return Margins(np.array([surplus], float), np.array([size], float))


def test_an_average_is_of_all_contacts_and_not_of_days():
    # Half of 10 contacts too few on one day, all of 90 on the other: 85 − 80 of 100 over.
    seen = margins([[-3.0, 0.0], [8.0, 0.0]], [[10.0, 0.0], [90.0, 0.0]])
    promise = Promise((0,), "interval", UNITS, None)
    assert values(promise, seen) == pytest.approx([0.05, np.inf])


def test_a_certainty_is_kept_when_that_share_of_days_keeps_the_target():
    surplus = np.array([[5.0, 5.0], [4.0, -1.0], [3.0, 2.0], [1.0, 1.0], [-2.0, 6.0]])
    seen = margins(surplus, np.full((5, 2), 10.0))
    day = np.ones((1, 2), dtype=bool)
    # Day margins: 10, 3, 5, 2, 4 of 20: all hold. By interval two of ten fail.
    assert values(Promise((0,), "ordinary days", day, 0.9), seen)[0] > 0
    assert values(Promise((0,), "ordinary days", UNITS, 0.8), seen)[0] >= 0
    assert values(Promise((0,), "ordinary days", UNITS, 0.9), seen)[0] < 0
    assert share_held(Promise((0,), "ordinary days", UNITS, 0.9), seen) == 0.8


@given(
    surplus=st.lists(st.floats(-5, 5), min_size=10, max_size=40),
    certainty=st.floats(0.05, 0.95),
)
@settings(deadline=None, max_examples=50)
def test_a_certain_promise_holds_exactly_when_enough_units_do(surplus, certainty):
    seen = margins(np.array(surplus)[:, None], np.ones((len(surplus), 1)))
    promise = Promise((0,), "ordinary days", np.ones((1, 1), dtype=bool), certainty)
    share = np.mean(np.array(surplus) >= 0)
    if abs(share - certainty) > 1e-6:
        assert (values(promise, seen)[0] >= 0) == (share >= certainty)


def test_slopes_of_an_average_are_what_the_surplus_gains():
    seen = margins([[1.0, 2.0], [3.0, 4.0]], [[10.0, 10.0], [10.0, 10.0]])
    more = margins([[2.0, 2.0], [5.0, 9.0]], [[10.0, 10.0], [10.0, 10.0]])
    rise = seen.rise(more, slice(0, 1))
    assert slopes(Promise((0,), "interval", UNITS, None), seen, rise) == pytest.approx([0.15, 0])


def test_the_figures_of_a_margin_are_those_simulate_gives():
    scenario = two_skills(hours=2).change({
        "queues.a.patience": {"exponential": {"mean": 90}},
        "queues.a.target": {
            "service_level": 0.8, "abandonment": 0.1, "asa": 15, "occupancy": 0.9, "scope": "day",
        },
    })  # fmt: skip
    world, goals = World.of(scenario, None, 3), goals_of(scenario)
    net = np.zeros((3, 48), np.int64)
    net[:, :4] = [[9], [11], [3]]
    seen = Margins.of(goals, world.counted(world.duty(net), range(20)))
    starts = world.centre.moments(world.centre.edges[:-1])
    duty = pd.DataFrame(net.T, index=starts, columns=list(scenario.groups))
    results = simulate(scenario, duty, replications=20, seed=3, progress=False)
    kpis = results.kpis()["mean"]
    for number, goal in enumerate(goals):
        if goal.kind == "occupancy":
            continue
        figure = goal.figure(seen.surplus[number].sum() / seen.size[number].sum())
        assert figure == pytest.approx(kpis[(goal.queue, goal.kind)], rel=1e-9)


def test_scopes_are_days_weeks_events_and_months():
    first = dt.date(2026, 1, 26)
    scenario = made_scenario(
        horizon={"start": first, "days": 10},
        hours={"daily": "08:00-10:00"},
        demand={
            "rates": {"calls": 30},
            "events": [{"name": "sale", "dates": [dt.date(2026, 1, 28)], "uplift": 2}],
        },
        queues={
            "calls": {
                "talk": 60,
                "target": {
                    "service_level": 0.8,
                    "scope": "week",
                    "certainty": {"ordinary": 0.9, "month": 0.5},
                },
            }
        },
        groups={"team": {"skills": {"calls": 1}}},
    )
    world = World.of(scenario, None, 1)
    made = promises_of(scenario, world.centre, goals_of(scenario))
    told = {(one.scope, one.certainty): len(one.units) for one in made}
    # What no certainty is asked for, the event, holds on average all the same.
    assert told == {("ordinary days", 0.9): 2, ("week", None): 1, ("month", 0.5): 2}


def test_cells_are_a_groups_hours_cut_at_blocks():
    scenario = two_skills(hours=4).change({"groups.both.hours": {"daily": "01:00-03:00"}})
    world = World.of(scenario, None, 1)
    cells = cells_of(scenario, world.centre, 7200)
    both = cells.group == 2
    assert list(zip(cells.first[both], cells.last[both], strict=True)) == [(2, 4), (4, 6)]
    assert list(cells.price[both]) == [1.0, 1.0]
    assert cells.net(np.arange(1, len(cells) + 1))[2, 2:6].tolist() == [5, 5, 6, 6]


def test_cells_tried_together_lie_apart():
    cells = Cells(
        group=np.zeros(10, np.int64),
        first=np.arange(10),
        last=np.arange(1, 11),
        price=np.ones(10),
        profile=np.zeros((1, 10), np.int64),
    )
    sets = cells.apart(reach=2)
    assert sorted(np.concatenate(sets)) == list(range(10))
    assert all((np.diff(one) >= 4).all() for one in sets)
    felt = dict(cells.felt(sets[0]))
    assert felt[0] == slice(0, 3)
    assert felt[4] == slice(3, 7)


def test_the_smallest_saving_is_an_agent_or_an_exchange():
    world = World.of(two_skills(1.3, hours=2), None, 1)
    cells = cells_of(world.scenario, world.centre, 86400)
    assert cells.smallest_saving == pytest.approx(0.6)
