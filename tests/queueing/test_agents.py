from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.distributions import Constant
from ccsim.errors import OptionError
from ccsim.queueing import agents_for, erlang

DEFINITIONS = [
    "served_over_offered",
    "served_over_served",
    "excluding_short_abandons",
    "short_abandons_good",
]


def test_the_textbook_centre_needs_fourteen_agents_for_eighty_five_percent():
    # Erlang C at 14 agents answers 88.8 % (CRAN package ErlangC) and at 13 fewer than 85 %.
    assert agents_for(200, 180, service_level=0.85) == 14


@given(
    calls=st.floats(0.1, 20_000),
    target=st.floats(0.01, 0.99),
    within=st.floats(0, 120),
    patience=st.one_of(
        st.just(math.inf), st.floats(5, 1e4), st.builds(Constant, st.floats(5, 1e4))
    ),
    definition=st.sampled_from(DEFINITIONS),
)
@settings(deadline=None)
def test_the_answer_meets_the_target_and_one_fewer_does_not(
    calls, target, within, patience, definition
):
    agents = agents_for(calls, 180, target, within, patience, definition=definition)

    def level(number: int) -> float:
        return erlang(calls, 180, number, patience, math.inf, within).service_levels[definition]

    assert level(agents) >= target
    assert agents == 1 or level(agents - 1) < target


@given(
    calls=st.floats(0.1, 20_000),
    patience=st.one_of(st.just(math.inf), st.floats(5, 1e4)),
    asa=st.one_of(st.none(), st.floats(0.01, 300)),
    occupancy=st.one_of(st.none(), st.floats(0.3, 0.99)),
    service_level=st.one_of(st.none(), st.floats(0.01, 0.99)),
)
@settings(deadline=None)
def test_the_fractional_answer_rounds_up_to_the_whole_one(
    calls, patience, asa, occupancy, service_level
):
    targets = {"asa": asa, "occupancy": occupancy, "service_level": service_level}
    if not any(targets.values()):
        targets["occupancy"] = 0.8
    whole = agents_for(calls, 180, patience=patience, **targets)
    assert math.ceil(agents_for(calls, 180, patience=patience, fractional=True, **targets)) == whole


def test_several_targets_need_what_the_hardest_needs():
    each = [
        agents_for(2000, 180, 0.8, patience=120),
        agents_for(2000, 180, None, patience=120, asa=2),
        agents_for(2000, 180, None, patience=120, abandonment=0.01),
        agents_for(2000, 180, None, patience=120, occupancy=0.85),
    ]
    together = agents_for(2000, 180, 0.8, patience=120, asa=2, abandonment=0.01, occupancy=0.85)
    assert together == max(each)


def test_the_fractional_answer_rises_smoothly_with_the_calls():
    needs = [agents_for(calls, 180, fractional=True) for calls in range(500, 600, 2)]
    steps = [later - earlier for earlier, later in pairwise(needs)]
    assert all(0.05 < step < 0.15 for step in steps)


def test_occupancy_alone_is_the_load_over_the_target():
    assert agents_for(200, 180, None, occupancy=0.799) == math.ceil(10 / 0.799)


def test_no_calls_need_no_agents_and_few_calls_need_one():
    assert agents_for(0, 180) == 0
    assert agents_for(0, 180, fractional=True) == 0
    assert agents_for(1, 180) == 1
    # Callers this impatient wait less than asked for, even with nobody there.
    assert agents_for(1, 180, None, patience=5, asa=20) == 1


def test_ten_thousand_agents_are_found():
    agents = agents_for(198_000, 180, 0.8, 20, patience=300)
    assert erlang(198_000, 180, agents, 300).service_level >= 0.8
    assert erlang(198_000, 180, agents - 1, 300).service_level < 0.8


def test_limited_lines_block_calls_that_count_in_no_target():
    agents = agents_for(2000, 180, lines=60)
    assert agents <= 60
    assert erlang(2000, 180, agents, lines=60).p_blocked > 0.3


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ({"service_level": 1.0}, "service_level is 1.0; allowed: a number above 0 and below 1"),
        ({"service_level": 80}, "service_level is 80"),
        ({"service_level": None}, "no target is given"),
        ({"abandonment": 0, "patience": 60}, "abandonment is 0; allowed: a number above 0"),
        ({"asa": 0}, "asa is 0; allowed: a number above 0"),
        ({"occupancy": 1}, "occupancy is 1"),
        ({"definition": "served"}, "definition is 'served'; allowed: served_over_offered, "),
        ({"service_level": None, "occupancy": 1e-9}, "whole number from 0 to 1,000,000"),
        ({"patience": -1}, "erlang: patience is -1"),
        ({"lines": 20, "patience": Constant(60)}, "use simulate"),
    ],
)
def test_a_target_that_no_number_of_agents_meets_is_refused(targets, message):
    with pytest.raises(OptionError, match=message):
        agents_for(200, 180, **targets)
