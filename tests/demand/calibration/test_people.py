"""Who was on duty, by rules one can count on one's fingers."""

from __future__ import annotations

import pandas as pd
import pytest

from ccsim.demand import read_calls
from ccsim.demand.calibration.measured import measured
from ccsim.demand.calibration.people import People, people_of
from ccsim.demand.calibration.skills import grouped_by_skills
from ccsim.errors import OptionError
from tests.demand.calibration.made import rows

INTERVAL = pd.Timedelta("30min")


def found(*calls, longest_gap: float = 1800, planned=None, groups=None) -> People:
    log = read_calls(rows(*calls), timezone="UTC")
    return people_of(measured(log, groups), INTERVAL, longest_gap, planned)


DAY = (
    ("calls", "ann", 0, 0, 600, "handled"),
    ("calls", "ann", 900, 900, 1500, "handled"),
    ("calls", "ann", 7200, 7200, 7800, "handled"),
)


def test_a_stretch_ends_where_the_next_call_is_too_far_away() -> None:
    stretches = found(*DAY).stretches
    seconds = (stretches["end"] - stretches["start"]).dt.total_seconds()
    assert seconds.tolist() == [1500, 600]
    assert stretches["calls"].tolist() == [2, 1]
    assert stretches["busy"].tolist() == [1200, 600]


def test_with_a_longer_gap_allowed_it_is_one_stretch() -> None:
    assert len(found(*DAY, longest_gap=6000).stretches) == 1


def test_agents_on_duty_are_the_mean_over_the_interval() -> None:
    on_duty = found(*DAY).on_duty.xs("team_1", level="group")
    nine = pd.Timestamp("2026-01-05 09:00", tz="UTC")
    assert on_duty.loc[nine, ["agents", "busy", "occupancy"]].tolist() == pytest.approx(
        [1500 / 1800, 1200 / 1800, 0.8]
    )
    assert on_duty["agents"].sum() * 1800 == pytest.approx(2100)


def test_a_turnaround_counts_only_while_somebody_waits_whom_the_agent_serves() -> None:
    people = found(
        ("calls", "ann", 0, 0, 100, "handled"),
        ("calls", "ann", 50, 130, 200, "handled"),  # waited as the first ended: 30 s, an end
        ("calls", "ann", 400, 400, 500, "handled"),  # nobody waited at 200
        ("calls", "", 480, None, 520, "abandoned"),  # waits as the third ends, leaves 20 s later
        ("calls", "ann", 600, 600, 700, "handled"),
        ("other", "", 650, None, 900, "abandoned"),  # not hers
        ("calls", "ann", 800, 800, 900, "handled"),
    )
    assert people.summary.loc["all", "turnarounds"] == 2
    curve = people.turnaround.loc["all"]
    # At 30 s one is at risk, for the other was censored after 20 s.
    assert curve.index.tolist() == [30]
    assert curve["at_risk"].tolist() == [1]
    assert people.by_waiting["turnarounds"].to_dict() == {"1": 2}


def test_agents_who_serve_the_same_queues_are_one_group() -> None:
    handled = pd.DataFrame(
        {
            "agent": ["a"] * 200 + ["b"] * 100 + ["c"] * 100 + ["d"] * 5,
            "queue": ["x"] * 200 + ["x"] * 50 + ["y"] * 50 + ["y"] * 60 + ["x"] * 40 + ["y"] * 5,
        }
    )
    groups = grouped_by_skills(handled)
    assert groups["b"] == groups["c"] != groups["a"]
    # Too few calls for a group of its own: with those most like it, who serve y too.
    assert groups["d"] == groups["b"]


def test_a_call_put_through_by_mistake_is_no_skill() -> None:
    handled = pd.DataFrame({"agent": "a", "queue": ["x"] * 500 + ["y"] * 4})
    handled = pd.concat([handled, pd.DataFrame({"agent": "b", "queue": ["x"] * 500})])
    assert grouped_by_skills(handled).nunique() == 1


def test_shrinkage_is_what_was_planned_and_was_not_there() -> None:
    index = pd.date_range("2026-01-05 09:00", periods=2, freq="30min", tz="UTC")
    planned = pd.DataFrame({"team_1": [1, 1]}, index=index)
    row = found(*DAY, planned=planned).shrinkage.loc[("team_1", "all")]
    assert (row["planned"], row["on_duty"]) == pytest.approx((1.0, 1500 / 3600))
    assert row["shrinkage"] == pytest.approx(1 - 1500 / 3600)


@pytest.mark.parametrize(
    ("planned", "words"),
    [
        (pd.DataFrame({"team_1": [1, 1]}), "no rising interval starts with a time zone"),
        (
            pd.DataFrame(
                {"night": [1, 1]},
                index=pd.date_range("2026-01-05", periods=2, freq="30min", tz="UTC"),
            ),
            "has a column 'night'; the log's groups are team_1",
        ),
    ],
)
def test_a_roster_that_does_not_fit_is_refused(planned: pd.DataFrame, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        found(*DAY, planned=planned)


def test_groups_may_be_named_by_the_source_s_agents() -> None:
    people = found(*DAY, groups={"ann": "night"})
    assert set(people.agents) == {"night"}
    with pytest.raises(OptionError, match="names agent 'bob', who is not in"):
        found(*DAY, groups={"bob": "night"})


def test_a_log_without_agents_has_nobody() -> None:
    log = read_calls(rows(*DAY).drop(columns="agent"), timezone="UTC")
    people = people_of(measured(log), INTERVAL, 1800, None)
    assert people.stretches.empty
    assert people.after_call == {}


def test_customers_who_find_agents_seemingly_free_and_wait_all_the_same_are_counted() -> None:
    people = found(
        ("calls", "ann", 0, 0, 100, "handled"),
        ("calls", "ann", 200, 200, 300, "handled"),  # one free, answered at once
        ("calls", "ann", 400, 440, 500, "handled"),  # one free, and yet 40 s
        ("calls", "ann", 450, 520, 600, "handled"),  # nobody free
    )
    assert people.free.loc[1].tolist() == [2, 0.5]
    assert people.free.loc[0, "customers"] == 2
