"""The order of things in `docs/simulation.md`, on cases small enough to work by hand.

Times in these tests are seconds; the engine's are microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ccsim.scenario import Scenario
from ccsim.simulation.centre import NEVER, SECOND, centre_of
from ccsim.simulation.draw import given_contacts
from ccsim.simulation.duty import duty_of
from ccsim.simulation.luck import Luck, book_of
from ccsim.simulation.simpy_engine import run
from tests.conftest import made_scenario


@dataclass(frozen=True)
class Call:
    """A contact as a test writes it; seconds."""

    arrived: float
    talk: float
    wrap: float = 0
    patience: float = np.inf
    queue: int = 0


def served(scenario: Scenario, *calls: Call, duty: Any = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run the engine on given calls; times come back as seconds after midnight."""
    centre = centre_of(scenario)
    staffed = duty_of(scenario, centre, duty)

    def column(values: list[float]) -> np.ndarray:
        return np.array([NEVER if v == np.inf else round(v * SECOND) for v in values], np.int64)

    contacts = given_contacts(
        queue=np.array([call.queue for call in calls], np.int16),
        arrived=column([call.arrived for call in calls]),
        talk=column([call.talk for call in calls]),
        wrap=column([call.wrap for call in calls]),
        patience=column([call.patience for call in calls]),
    )
    luck = Luck(book_of(scenario), seed=1, replication=0)
    legs, spans = run(centre, contacts, staffed, luck)
    tables = legs.table(centre, staffed.agents), spans.table(centre, staffed.agents)
    for table in tables:
        for name, values in table.items():
            if isinstance(values.dtype, pd.DatetimeTZDtype):
                table[name] = (values - centre.start).dt.total_seconds()
    return tables


def one_team(agents: int = 1, **queue: Any) -> Scenario:
    return made_scenario(
        queues={"calls": {"talk": 1} | queue},
        groups={"team": {"skills": {"calls": 1}, "on_duty": agents}},
    )


def test_calls_wait_their_turn_and_wrap_up_keeps_the_agent() -> None:
    legs, spans = served(
        one_team(), Call(10, 60, wrap=20), Call(15, 30), Call(20, 5, patience=30), Call(500, 1)
    )
    assert legs["answered"].tolist()[:2] == [10, 90]
    assert legs["talk_end"].tolist()[:2] == [70, 120]
    assert legs["wrap_end"].tolist()[:2] == [90, 120]
    assert legs["state"].tolist() == ["handled", "handled", "abandoned", "handled"]
    assert legs["wait"].tolist() == [0, 75, 30, 0]
    assert legs.loc[2, "ended"] == 50
    assert np.isnan(legs.loc[2, "answered"])
    assert pd.isna(legs.loc[2, "agent"])
    assert spans.to_dict("records") == [
        {"agent": "team 1", "group": "team", "state": "logged_in", "start": 0, "end": 43200}
    ]


def test_who_gives_up_at_the_instant_an_agent_gets_free_has_abandoned() -> None:
    legs, _ = served(one_team(), Call(0, 60), Call(10, 5, patience=50))
    assert legs["state"].tolist() == ["handled", "abandoned"]


def test_who_arrives_at_the_instant_an_agent_gets_free_is_served_at_once() -> None:
    legs, _ = served(one_team(), Call(0, 60), Call(60, 5, patience=0))
    assert legs["wait"].tolist() == [0, 0]
    assert legs["state"].tolist() == ["handled", "handled"]


def test_no_patience_at_all_abandons_after_routing_had_its_chance() -> None:
    legs, _ = served(one_team(), Call(0, 60), Call(10, 5, patience=0))
    assert legs.loc[1, ["state", "wait"]].tolist() == ["abandoned", 0]


def test_simultaneous_arrivals_are_served_in_order_of_number() -> None:
    legs, _ = served(one_team(), *(Call(5, 10) for _ in range(4)))
    assert legs["answered"].tolist() == [5, 15, 25, 35]


def test_a_talk_of_nought_frees_the_agent_for_the_next_within_the_instant() -> None:
    legs, _ = served(one_team(), Call(5, 0), Call(5, 0), Call(5, 7))
    assert legs["answered"].tolist() == [5, 5, 5]


def test_higher_priority_goes_first_and_does_not_interrupt() -> None:
    scenario = made_scenario(
        demand={"rates": {"low": 1, "high": 1}},
        queues={"low": {"talk": 1}, "high": {"talk": 1, "priority": 5}},
        groups={"team": {"skills": {"low": 1, "high": 1}, "on_duty": 1}},
    )
    legs, _ = served(scenario, Call(0, 60), Call(1, 10), Call(2, 10, queue=1))
    assert legs["answered"].tolist() == [0, 70, 60]


def test_across_queues_of_equal_priority_the_longest_wait_goes_first() -> None:
    scenario = made_scenario(
        demand={"rates": {"a": 1, "b": 1}},
        queues={"a": {"talk": 1}, "b": {"talk": 1}},
        groups={"team": {"skills": {"a": 2, "b": 1}, "on_duty": 1}},
    )
    legs, _ = served(scenario, Call(0, 60, queue=1), Call(1, 10), Call(2, 10, queue=1), Call(3, 10))
    assert legs["answered"].tolist() == [0, 60, 70, 80]


def test_the_longest_idle_agent_is_picked() -> None:
    legs, _ = served(one_team(2), Call(0, 10), Call(1, 20), Call(30, 5), Call(31, 5))
    assert legs["agent"].tolist() == ["team 1", "team 2", "team 1", "team 2"]


SPECIALISTS = {
    "flexible": {"skills": {"a": 1, "b": 2}, "on_duty": 1},
    "special": {"skills": {"a": 3}, "on_duty": 1},
}


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("fewest_skills_then_longest_idle", "special"),
        ("longest_idle", "flexible"),
        ("ranked", "flexible"),
    ],
)
def test_the_agent_rule_decides_between_groups(rule: str, first: str) -> None:
    scenario = made_scenario(
        demand={"rates": {"a": 1, "b": 1}},
        queues={"a": {"talk": 1}, "b": {"talk": 1}},
        groups=SPECIALISTS,
        routing={"agent": rule},
    )
    legs, _ = served(scenario, Call(1, 50), Call(2, 5, queue=1))
    assert legs.loc[0, "group"] == first
    assert legs.loc[1, "answered"] == (2 if first == "special" else 51)


def test_nobody_is_served_by_a_group_without_the_skill() -> None:
    scenario = made_scenario(
        demand={"rates": {"a": 1, "b": 1}},
        queues={"a": {"talk": 1}, "b": {"talk": 1}},
        groups={
            "for_a": {"skills": {"a": 1}, "on_duty": 3},
            "for_b": {"skills": {"b": 1}, "on_duty": 1},
        },
    )
    legs, _ = served(scenario, Call(0, 30, queue=1), Call(1, 30, queue=1))
    assert legs["answered"].tolist() == [0, 30]
    assert set(legs["group"]) == {"for_b"}


def test_speed_divides_talk_and_only_wrap_speed_divides_wrap() -> None:
    quick = {"rank": 1, "speed": 1.5}
    scenario = made_scenario(groups={"team": {"skills": {"calls": quick}, "on_duty": 1}})
    legs, _ = served(scenario, Call(0, 60, wrap=10))
    assert legs.loc[0, ["talk_end", "wrap_end"]].tolist() == [40, 50]
    both = made_scenario(
        groups={"team": {"skills": {"calls": quick | {"wrap_speed": 2}}, "on_duty": 1}}
    )
    legs, _ = served(both, Call(0, 60, wrap=10))
    assert legs.loc[0, ["talk_end", "wrap_end"]].tolist() == [40, 45]


def test_a_call_holds_its_line_while_it_waits_and_talks_but_not_in_wrap_up() -> None:
    scenario = made_scenario(
        channels={"voice": {"lines": 2}},
        groups={"team": {"skills": {"calls": 1}, "on_duty": 1}},
    )
    legs, _ = served(
        scenario,
        Call(0, 60, wrap=100),
        Call(1, 10, patience=20),
        Call(2, 10),  # both lines in use
        Call(21, 10),  # the line of the one who gave up, at that very instant
        Call(30, 10),
        Call(60, 10),  # the talk has just ended; the agent wraps up
    )
    assert legs["state"].tolist() == [
        "handled", "abandoned", "blocked", "handled", "blocked", "handled",
    ]  # fmt: skip
    assert legs["answered"].tolist()[-1] == 170


def shift(*activities: tuple[str, int, int], agent: str = "Ann") -> pd.DataFrame:
    midnight = pd.Timestamp("2026-01-05", tz="UTC")
    rows = [
        (
            agent,
            "team",
            what,
            midnight + pd.Timedelta(start, "s"),
            midnight + pd.Timedelta(end, "s"),
        )
        for what, start, end in activities
    ]
    return pd.DataFrame(rows, columns=["agent", "group", "activity", "start", "end"])


def states(spans: pd.DataFrame) -> list[tuple[str, float, float]]:
    return list(spans[["state", "start", "end"]].itertuples(index=False, name=None))


def test_a_meal_waits_for_the_call_in_hand_and_keeps_its_length() -> None:
    duty = shift(("work", 0, 1000), ("meal", 1000, 1600), ("work", 1600, 4000))
    legs, spans = served(one_team(), Call(990, 60), Call(1200, 5), duty=duty)
    assert states(spans) == [
        ("logged_in", 0, 1050),
        ("meal", 1050, 1650),
        ("logged_in", 1650, 4000),
    ]
    assert legs["answered"].tolist() == [990, 1650]


def test_a_late_break_is_cut_at_the_end_of_the_shift() -> None:
    duty = shift(("work", 0, 1000), ("break", 1000, 1600), ("work", 1600, 1700))
    _, spans = served(one_team(), Call(990, 200), duty=duty)
    assert states(spans) == [("logged_in", 0, 1190), ("break", 1190, 1700)]


def test_an_agent_finishes_the_call_in_hand_at_shift_end_and_takes_no_other() -> None:
    duty = shift(("work", 0, 1000))
    legs, spans = served(one_team(), Call(990, 60, wrap=30), Call(995, 10), duty=duty)
    assert states(spans) == [("logged_in", 0, 1000), ("overtime", 1000, 1080)]
    assert legs["state"].tolist() == ["handled", "open_at_end"]


def test_after_closing_those_who_wait_are_served_out_by_agents_who_then_leave() -> None:
    duty = pd.concat([shift(("work", 0, 43200), agent=name) for name in ("Ann", "Bob")])
    calls = [Call(43100, 200), Call(43110, 300), Call(43150, 50), Call(43160, 10)]
    legs, spans = served(one_team(), *calls, duty=duty)
    assert legs["state"].unique().tolist() == ["handled"]
    assert legs["answered"].tolist() == [43100, 43110, 43300, 43350]
    assert states(spans) == [
        ("logged_in", 0, 43200), ("overtime", 43200, 43360),
        ("logged_in", 0, 43200), ("overtime", 43200, 43410),
    ]  # fmt: skip


def test_an_idle_agent_leaves_on_time() -> None:
    _, spans = served(one_team(), Call(100, 10))
    assert states(spans) == [("logged_in", 0, 43200)]


def test_a_call_that_runs_into_the_next_shift_does_not_delay_it() -> None:
    duty = shift(("work", 0, 1000), ("work", 1100, 2000))
    legs, spans = served(one_team(), Call(990, 200), Call(1000, 5), duty=duty)
    assert states(spans) == [
        ("logged_in", 0, 1000), ("overtime", 1000, 1190), ("logged_in", 1190, 2000),
    ]  # fmt: skip
    assert legs["answered"].tolist() == [990, 1190]


def test_net_counts_are_taken_exactly_and_the_last_agents_leave_first() -> None:
    starts = pd.date_range("2026-01-05 00:00", periods=4, freq="1h", tz="UTC")
    counts = pd.DataFrame({"team": [1, 3, 2, 0]}, index=starts)
    _, spans = served(one_team(), Call(50, 1), duty=counts)
    assert spans[["agent", "start", "end"]].to_numpy().tolist() == [
        ["team 1", 0, 10800], ["team 2", 3600, 10800], ["team 3", 3600, 7200],
    ]  # fmt: skip


def test_with_nobody_on_duty_everybody_is_open_at_the_end() -> None:
    legs, spans = served(one_team(), Call(50, 1), duty={"team": 0})
    assert legs["state"].tolist() == ["open_at_end"]
    assert spans.empty
