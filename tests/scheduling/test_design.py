"""The core model of shift design on instances whose best answer is known."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.instances import CYCLIC_DAY
from benchmarks.shift_design import BEST_KNOWN, FOLDER, read_shift_design
from ccsim.scheduling.design import ConflictError, design
from ccsim.scheduling.problem import Cut, Limit, Pause, Problem, Shift, Team

HOUR = 3600.0
SOLVERS = ("CBC", "HiGHS")


def shift(start, hours, *pauses, day=0, paid=None):
    """A shift of whole hours that starts at an hour of the horizon."""
    begin = start * HOUR
    spans = ((begin, begin + hours * HOUR),)
    return Shift(day, begin % 86400, spans, tuple(pauses), hours if paid is None else paid)


def one_team(shifts, required, **rules):
    cyclic = rules.pop("cyclic", False)
    cuts = rules.pop("cuts", ())
    team = Team("team", tuple(shifts), np.array(required, dtype=float), **rules)
    return Problem(HOUR, len(required), (team,), cyclic, cuts)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_textbook_round_the_clock_day_takes_55_shifts(solver):
    shifts = [shift(start, 8) for start in range(24)]
    found = design(one_team(shifts, CYCLIC_DAY, cyclic=True, under=1000, over=0), 60, solver)
    assert sum(found.teams["team"].counts.values()) == 55
    assert found.solution.gap == 0
    assert (found.teams["team"].present >= CYCLIC_DAY).all()


@pytest.mark.skipif(not Path(FOLDER).exists(), reason="the instances are not on this machine")
@pytest.mark.parametrize("name", ["RandomExample1", "RandomExample3"])
def test_minimum_shift_design_reaches_the_best_known_and_proves_it(name):
    found = design(read_shift_design(FOLDER / f"{name}.dzn"), 60, gap=1e-6)
    assert found.solution.objective == pytest.approx(BEST_KNOWN[name])
    assert found.solution.bound == pytest.approx(BEST_KNOWN[name])


def cost(problem, counts):
    """Objective of counts by shift, added up slot by slot."""
    (team,) = problem.teams
    present = np.zeros(problem.slots)
    for number, count in counts.items():
        for slot in range(problem.slots):
            (begin, end), *_ = team.shifts[number].spans
            starts = (slot * HOUR - begin) % (problem.slots * HOUR if problem.cyclic else 1e18)
            present[slot] += count * (starts < end - begin)
    under = np.maximum(team.required - present, 0).sum()
    over = np.maximum(present - team.required, 0).sum()
    paid = sum(team.shifts[n].paid_hours * count for n, count in counts.items())
    designs = {team.shifts[n].design for n, count in counts.items() if count}
    return team.paid * paid + team.under * under + team.over * over + team.design * len(designs)


@given(
    required=st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(any),
    prices=st.tuples(
        st.sampled_from([0.0, 1.0]), st.sampled_from([1.0, 2.0, 5.0]), st.sampled_from([0.5, 1.0])
    ),
    distinct=st.sampled_from([0.0, 1.5, 4.0]),
    cyclic=st.booleans(),
    solver=st.sampled_from(SOLVERS),
)
@settings(deadline=None, max_examples=40)
def test_no_other_counts_are_cheaper(required, prices, distinct, cyclic, solver):
    paid, under, over = prices
    shifts = [shift(0, 2), shift(1, 3), shift(2, 2), shift(3, 3), shift(5, 3 if cyclic else 1)]
    problem = one_team(
        shifts, required, paid=paid, under=under, over=over, design=distinct, cyclic=cyclic
    )
    found = design(problem, 30, solver, gap=1e-6)
    best = min(cost(problem, dict(enumerate(c))) for c in product(range(4), repeat=len(shifts)))
    assert found.solution.objective == pytest.approx(best)
    assert cost(problem, found.teams["team"].counts) == pytest.approx(best)


def test_breaks_go_where_they_hurt_least():
    # Three people for six hours; one may be away in hours 1, 3 and 4.
    lunch = Pause("meal", HOUR, (HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR))
    found = design(one_team([shift(0, 6, lunch)], [3, 2, 3, 2, 2, 3], over=1), 10, gap=1e-6)
    chosen = found.teams["team"]
    assert chosen.counts == {0: 3}
    assert chosen.pauses[0] == [[(HOUR, 1), (3 * HOUR, 1), (4 * HOUR, 1)]]
    assert found.solution.objective == 18


def test_a_break_of_half_an_interval_takes_half_an_agent():
    rest = Pause("break", HOUR / 2, (1.0 * HOUR, 1.5 * HOUR))
    found = design(one_team([shift(0, 3, rest)], [2, 1, 2]), 10)
    assert found.teams["team"].present.tolist() == [2, 1, 2]
    # Both places take from the same hour: the model has one.
    assert found.teams["team"].pauses[0] == [[(HOUR, 2)]]


def test_a_price_for_each_distinct_shift_makes_them_few():
    shifts = [shift(start, 4) for start in range(9)]
    humps = [1, 2, 3, 3, 3, 3, 3, 3, 2, 2, 1, 1]
    many, few = (
        design(one_team(shifts, humps, design=price, under=3, over=1), 20, gap=1e-6)
        for price in (0.0, 8.0)
    )
    assert len(few.teams["team"].counts) < len(many.teams["team"].counts)


@pytest.mark.parametrize("solver", SOLVERS)
def test_no_more_start_times_than_allowed_and_as_good_as_trying_them_all(solver):
    shifts = [
        shift(start, length) for start in range(9) for length in (3, 4) if start + length < 13
    ]
    required = [1, 3, 4, 6, 5, 4, 5, 6, 4, 3, 2, 1]

    def with_starts(allowed):
        own = [one for one in shifts if one.clock / HOUR in allowed]
        return design(one_team(own, required, under=3, over=1), 20, "CBC", gap=1e-6)

    found = design(one_team(shifts, required, under=3, over=1, max_starts=2), 20, solver, gap=1e-3)
    chosen = found.teams["team"]
    assert len({one.clock for one, _ in chosen.shifts}) <= 2
    pairs = [(a, b) for a in range(9) for b in range(a)]
    best = min(with_starts(pair).solution.objective for pair in pairs)
    assert best - 1e-6 <= found.solution.objective <= 1.01 * best
    assert found.solution.bound <= best + 1e-6


def test_headcounts_hold_at_every_start():
    shifts = [shift(start, 4) for start in range(9)]
    required = [1, 2, 4, 6, 7, 6, 6, 5, 4, 3, 2, 1]
    found = design(one_team(shifts, required, start_minimum=2, start_maximum=3), 20)
    counts = found.teams["team"].counts
    assert counts
    assert all(2 <= count <= 3 for count in counts.values())


def test_minimum_staff_is_there_whatever_it_costs_and_through_all_breaks():
    lunch = Pause("meal", HOUR, (HOUR, 2 * HOUR))
    minimum = np.full(4, 2.0)
    found = design(one_team([shift(0, 4, lunch)], [0] * 4, minimum=minimum, over=1), 20)
    assert found.teams["team"].present.min() >= 2
    assert found.teams["team"].counts == {0: 4}


def test_a_cut_asks_for_more_than_the_requirement_where_its_price_is_worth_it():
    shifts = [shift(start, 4) for start in range(9)]
    amounts = np.zeros(12)
    amounts[[4, 5]] = 0.5

    def presence(price):
        cut = Cut({"team": amounts}, least=5.0, price=price)
        found = design(one_team(shifts, [2] * 12, over=1, cuts=(cut,)), 20, gap=1e-6)
        return float(amounts @ found.teams["team"].present)

    assert presence(100.0) >= 5
    assert presence(0.1) == 2


def test_cuts_tie_groups_together():
    teams = tuple(
        Team(name, (shift(0, 2),), np.array([1.0, 1.0]), paid=wage, under=9, over=0)
        for name, wage in (("dear", 3.0), ("cheap", 1.0))
    )
    both = {name: np.array([0.5, 0.5]) for name in ("dear", "cheap")}
    problem = Problem(HOUR, 2, teams, cuts=(Cut(both, 5.0, 1000.0),))
    counts = {name: one.counts[0] for name, one in design(problem, 10).teams.items()}
    assert counts == {"dear": 1, "cheap": 4}


def test_beginning_from_a_schedule_is_never_worse_than_it():
    shifts = [
        shift(start, length) for start in range(9) for length in (3, 4) if start + length < 13
    ]
    required = [1, 3, 4, 6, 5, 4, 5, 6, 4, 3, 2, 1]
    problem = one_team(shifts, required, under=3, over=1)
    for solver in SOLVERS:
        first = design(problem, 20, solver, gap=0.2)
        again = design(problem, 20, solver, gap=0.2, start={"team": first.teams["team"].counts})
        assert again.solution.objective <= first.solution.objective + 1e-6


def rules_in_conflict(**rules):
    with pytest.raises(ConflictError) as conflict:
        design(one_team([shift(0, 4), shift(4, 4)], [3] * 8, **rules), 20)
    return set(conflict.value.rules)


def test_a_smallest_set_of_rules_in_conflict_is_named():
    few = Limit((("employed",),), {0: 1.0, 1: 1.0}, most=3)
    idle = Limit((("unrelated",),), {0: 1.0}, most=50)
    assert rules_in_conflict(minimum=np.full(8, 5.0), limits=(few, idle), start_maximum=40) == {
        ("minimum",),
        ("employed",),
    }
    assert rules_in_conflict(minimum=np.full(8, 5.0), start_maximum=4, limits=(idle,)) == {
        ("minimum",),
        ("start_maximum",),
    }
    assert rules_in_conflict(minimum=np.full(8, 1.0), max_starts=1, limits=(idle,)) == {
        ("minimum",),
        ("max_starts",),
    }


def test_of_a_conflict_every_rule_is_needed():
    # 2 × minimum 3 needs six starts; 5 employed; start by twos: without any one it can be done.
    few = Limit((("employed",),), {0: 1.0, 1: 1.0}, most=5)
    named = rules_in_conflict(minimum=np.full(8, 2.0), start_minimum=3, limits=(few,))
    assert named == {("minimum",), ("start_minimum",), ("employed",)}
