"""What must hold whatever features a centre has, in random combinations of all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ccsim.scenario import Scenario
from ccsim.simulation.centre import centre_of
from ccsim.simulation.draw import customers_of, draw_contacts
from ccsim.simulation.duty import duty_of
from ccsim.simulation.luck import Luck
from ccsim.simulation.rates import rates_of
from ccsim.simulation.records import (
    CONTACT,
    DIAL,
    FINAL_STATES,
    HANDED_OVER,
    HANDLED,
    NO_ANSWER,
    NOT_OFFERED,
    NUISANCE,
    OPEN_AT_END,
    SERVED,
    TICKET,
    WRONG_PARTY,
    Legs,
)
from ccsim.simulation.simpy_engine import run
from ccsim.simulation.simpy_engine.house import House
from tests.simulation.engine.features import scenarios

# Looks inside the house of the SimPy engine.
pytestmark = pytest.mark.simpy_only


class Seen:
    """Everything one replication made."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario = scenario
        self.centre = centre_of(scenario)
        rates = rates_of(scenario)
        customers = customers_of(scenario, rates.cells)
        self.contacts = draw_contacts(customers, rates.draw(seed, 0), seed, 0)
        self.duty = duty_of(scenario, self.centre).realise(seed, 0)
        self.luck = Luck(customers.book, seed, 0)
        self.house, self.legs, self.spans = self._run()

    def _run(self) -> tuple[House, Any, Any]:
        houses: list[House] = []

        class Kept(House):
            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments)
                houses.append(self)

        with patch.dict(run.__globals__, House=Kept):
            legs, spans = run(self.centre, self.contacts, self.duty, self.luck)
        return houses[0], legs, spans


def attempts_end_once(legs: Legs) -> None:
    final = range(len(FINAL_STATES))
    of: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for row in np.flatnonzero(legs.kind == CONTACT):
        of[int(legs.contact[row]), int(legs.attempt[row])].append(
            (int(legs.leg[row]), int(legs.state[row]))
        )
    for made in of.values():
        assert [leg for leg, _ in made] == list(range(1, len(made) + 1))
        assert all(state in HANDED_OVER for _, state in made[:-1])
        assert made[-1][1] in final
    attempts = Counter(contact for contact, _ in of)
    assert all((contact, n + 1) in of for contact, total in attempts.items() for n in range(total))


def flows_add_up(seen: Seen) -> None:
    legs = seen.legs
    contact = legs.kind == CONTACT
    first = contact & (legs.leg == 1)
    last = contact & ~np.isin(legs.state, HANDED_OVER)
    assert first.sum() == last.sum()
    states = np.bincount(legs.state[last], minlength=len(FINAL_STATES))
    offered = first.sum() - states[list(NOT_OFFERED)].sum()
    assert offered == states.sum() - states[list(NOT_OFFERED)].sum()
    assert set(legs.contact[first & (legs.attempt == 1)].tolist()) == set(range(len(seen.contacts)))
    assert set(legs.state[legs.kind == TICKET].tolist()) <= {HANDLED, OPEN_AT_END}
    assert set(legs.state[legs.kind == DIAL].tolist()) <= {
        HANDLED, NO_ANSWER, WRONG_PARTY, NUISANCE,
    }  # fmt: skip
    rows = list(zip(legs.contact, legs.attempt, legs.kind, legs.leg, strict=True))
    assert len(set(rows)) == len(rows)


def times_are_in_order(legs: Legs) -> None:
    for one, other in (
        (legs.arrived, legs.entered),
        (legs.entered, legs.answered),
        (legs.answered, legs.talk_end),
        (legs.talk_end, legs.wrap_end),
        (legs.entered, legs.ended),
        (legs.arrived, legs.ended),
    ):
        both = (one >= 0) & (other >= 0)
        assert (one[both] <= other[both]).all()
    assert ((legs.answered >= 0) == ((legs.agent >= 0) | (legs.kind == TICKET) & (
        legs.answered >= 0))).all()  # fmt: skip


def skills_are_kept(seen: Seen) -> None:
    legs, centre = seen.legs, seen.centre
    for row in np.flatnonzero(legs.agent >= 0):
        segment, group = legs.segment[row], centre.groups[legs.group[row]]
        own = centre.segments[segment].skill if segment >= 0 else -1
        assert (own if own >= 0 else legs.queue[row]) in group.skills


def nobody_is_in_two_states(seen: Seen) -> None:
    spans = seen.spans
    same = spans.agent[1:] == spans.agent[:-1]
    assert (spans.end > spans.start).all()
    absent = spans.state == 3  # planned rows of a shift that was missed
    both = same & ~(absent[1:] ^ absent[:-1])
    assert (spans.end[:-1][both] <= spans.start[1:][both]).all()


def hands_are_never_too_full(seen: Seen) -> None:
    """Never more in hand than the concurrency of one channel, plus one piece put down."""
    legs, centre = seen.legs, seen.centre
    channels = [queue.channel for queue in centre.queues]
    events: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    for row in np.flatnonzero((legs.agent >= 0) & (legs.kind != TICKET)):
        agent, channel = int(legs.agent[row]), channels[legs.queue[row]]
        end = int(legs.wrap_end[row])
        events[agent].append((int(legs.answered[row]), 1, 1, channel))
        if end >= 0:
            begun_at_once = end == legs.answered[row]
            events[agent].append((end, 2 if begun_at_once else 0, -1, channel))
    group_of = dict(zip(legs.agent.tolist(), legs.group.tolist(), strict=True))
    for agent, changes in events.items():
        held = [0] * len(centre.channels)
        limits = centre.groups[group_of[agent]].concurrency
        for _, _, step, channel in sorted(changes):
            held[channel] += step
            live = [c for c, n in enumerate(held) if n and not centre.channels[c].interruptible]
            assert len(live) <= 1
            assert all(n <= limits[c] for c, n in enumerate(held))


def lines_are_kept(seen: Seen) -> None:
    house = seen.house
    waiting = [case for case, stream in enumerate(house.waiting.where) if stream >= 0]
    assert house.waiting.total == len(waiting) == sum(house.waiting.by_queue)
    assert min(house.lines) >= 0
    if not waiting:
        assert house.lines == [0] * len(house.lines)
    assert set(house.site_calls) == {0}


def everybody_goes_home(seen: Seen) -> None:
    house, legs = seen.house, seen.legs
    assert not house.talks._held
    assert not any(house.floor.in_hand)
    assert house.floor.pools.total == 0
    assert not any(house.floor.at_work)
    assert np.isin(legs.state[legs.agent >= 0], SERVED).all()
    assert (legs.wrap_end[legs.agent >= 0] >= 0).all()


# Failures are not shrunk: a centre that fails is small enough, and shrinking it takes minutes.
centres = settings(
    max_examples=60, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate]
)


@centres
@given(scenarios(), st.integers(0, 10**6))
def test_what_must_hold_in_every_centre_holds(scenario: Scenario, seed: int) -> None:
    seen = Seen(scenario, seed)
    attempts_end_once(seen.legs)
    flows_add_up(seen)
    times_are_in_order(seen.legs)
    skills_are_kept(seen)
    nobody_is_in_two_states(seen)
    hands_are_never_too_full(seen)
    lines_are_kept(seen)
    everybody_goes_home(seen)


@settings(centres, max_examples=10)
@given(scenarios(), st.integers(0, 10**6))
def test_the_same_seed_makes_the_same_tables(scenario: Scenario, seed: int) -> None:
    one, other = Seen(scenario, seed), Seen(scenario, seed)
    for made, again in ((one.legs, other.legs), (one.spans, other.spans)):
        assert all(np.array_equal(column, vars(again)[name]) for name, column in vars(made).items())
