"""Lines and rosters against trying all, and the published benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.curtois import read
from ccsim.scheduling.roster.alike import together
from ccsim.scheduling.roster.bound import quick_bound
from ccsim.scheduling.roster.descent import NobodyFits, descend, stir, team_cost
from ccsim.scheduling.roster.lines import cheapest, every, rules_of
from ccsim.scheduling.roster.problem import (
    Person,
    RosterProblem,
    breaches,
    line_cost,
    sum_counter,
    weekend_counter,
)
from ccsim.scheduling.roster.search import search
from tests.scheduling.roster.made import all_lines, least_cost

INSTANCES = Path(__file__).parents[4] / "shared" / "instances" / "curtois_rosters"
DAYS = 5


@st.composite
def problems(draw, people=1, days=DAYS):
    """Small rosters with every rule: two kinds of shift, days of which two are a weekend."""
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = 2
    follows = luck.random((kinds, kinds)) < 0.8
    team = []
    for number in range(people):
        costs = luck.integers(0, 4, (days, kinds + 1)).astype(float)
        costs[luck.random(costs.shape) < 0.1] = np.inf
        hours = np.where(np.arange(9) < luck.integers(0, 3), np.inf, luck.integers(0, 3, 9))
        counters = (
            sum_counter("hours", np.tile([1, 2], (days, 1)), hours[: luck.integers(5, 10)]),
            sum_counter("in three days", np.ones((days, kinds), np.int64), np.zeros(3), 3),
            weekend_counter(days, kinds, [2], [3], np.array([0.0, 1.5])),
        )
        before = [None, -1, 1, 2][luck.integers(4)]
        limits = {"longest": int(luck.integers(2, 5)), "shortest": int(luck.integers(1, 3))}
        person = Person(
            f"p{number}", costs, counters, **limits, days_off=int(luck.integers(1, 3)),
            before=before, places=np.arange(days),
        )  # fmt: skip
        team.append(person)
    needed = luck.integers(0, 3, (days, kinds))
    under, over = luck.integers(2, 9, needed.shape), luck.integers(0, 3, needed.shape)
    return RosterProblem(
        ("a", "b"), follows, needed, under.astype(float), over.astype(float), tuple(team)
    )


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_cheapest_line_is_the_best_of_all_legal_lines(problem):
    person = problem.people[0]
    legal = all_lines(problem, person)
    found = cheapest(rules_of(person, problem.follows), person.costs, np.inf, 10_000)
    assert bool(found.lines) == bool(legal)
    if legal:
        cost, line = found.lines[0]
        assert line in legal
        assert cost == pytest.approx(line_cost(person, line))
        assert cost == pytest.approx(min(line_cost(person, one) for one in legal))
        assert found.bound == pytest.approx(cost)


@settings(max_examples=40, deadline=None)
@given(problems(), st.floats(0, 12))
def test_all_lines_below_a_ceiling_are_listed(problem, ceiling):
    person = problem.people[0]
    listed = every(rules_of(person, problem.follows), person.costs, ceiling, 5_000)
    legal = all_lines(problem, person)
    assert listed is not None
    assert sorted(listed) == sorted(x for x in legal if line_cost(person, x) < ceiling)


@settings(max_examples=25, deadline=None)
@given(problems())
def test_a_line_found_with_few_labels_is_legal_and_its_bound_holds(problem):
    person = problem.people[0]
    few = cheapest(rules_of(person, problem.follows), person.costs, np.inf, 2)
    best = min((line_cost(person, one) for one in all_lines(problem, person)), default=np.inf)
    assert few.bound <= best + 1e-9
    for cost, line in few.lines:
        assert not list(breaches(problem, person, line))
        assert cost == pytest.approx(line_cost(person, line))


@settings(max_examples=12, deadline=None)
@given(problems(people=2, days=4))
def test_a_small_roster_costs_what_trying_all_finds(problem):
    best = least_cost(problem)
    if best == np.inf:
        with pytest.raises(NobodyFits):
            search(problem, 30)
        return
    solved = search(problem, 30)
    assert solved.cost == pytest.approx(best)
    assert solved.bound == pytest.approx(best)


@settings(max_examples=15, deadline=None)
@given(problems(people=3))
def test_stirring_keeps_every_rule_and_never_costs_more(problem):
    rules = [rules_of(person, problem.follows) for person in problem.people]
    try:
        team = descend(problem, rules, [])
    except NobodyFits:
        return
    stirred = stir(problem, rules, team, float("inf"))
    assert team_cost(problem, stirred) <= team_cost(problem, team) + 1e-9
    for number, line, _ in stirred:
        assert not list(breaches(problem, problem.people[number], line))


@settings(max_examples=12, deadline=None)
@given(problems(people=2, days=4))
def test_bounds_of_people_taken_together_hold(problem):
    best = least_cost(problem)
    assert quick_bound(problem) <= best + 1e-9
    fewer, class_of = together(problem)
    assert sum(person.most for person in fewer.people) == 2
    assert len(class_of) == 2


@pytest.mark.parametrize(("number", "best"), [(1, 607), (2, 828), (3, 1001), (4, 1716)])
def test_the_published_instances_are_solved_to_their_best_known_cost(number, best):
    file = INSTANCES / f"Instance{number}.txt"
    if not file.exists():
        pytest.skip(f"{file} is not there")
    problem = read(file)
    solved = search(problem, 120)
    assert solved.cost == pytest.approx(best)
    assert solved.bound == pytest.approx(best)
    for person, line, _ in solved.team:
        assert not list(breaches(problem, problem.people[person], line))
