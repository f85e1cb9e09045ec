"""The customers are drawn first, and nothing about the centre changes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, poisson

from ccsim.errors import HistoryError, NotYetSupported, OptionError
from ccsim.scenario import Scenario, load
from ccsim.simulation import draw
from ccsim.simulation.draw import customers_of, draw_contacts
from ccsim.simulation.luck import Luck
from ccsim.simulation.marks import mix, name_key
from ccsim.simulation.rates import rates_of
from tests.conftest import made_scenario

MARKS = ["queue", "arrived", "talk", "wrap", "patience"]
CALLS = {
    "talk": {"lognormal": {"mean": 180, "cv": 1}},
    "wrap": {"exponential": {"mean": 30}},
    "patience": {"weibull": {"shape": 0.8, "scale": 200}},
}
TEAM = {"skills": {"calls": 1}, "on_duty": 5}


def centre(rate: float = 60, **sections: Any) -> Scenario:
    document = {"demand": {"rates": {"calls": rate}}, "queues": {"calls": CALLS}}
    return made_scenario(**(document | sections))


def by_key(scenario: Scenario, **arguments: Any) -> pd.DataFrame:
    return draw(scenario, **arguments).set_index("key")[MARKS]


def assert_same_luck(some: pd.DataFrame, all_: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(some, all_.loc[some.index])


def test_adding_agents_changes_no_customer() -> None:
    few = draw(centre(groups={"team": TEAM}))
    many = draw(centre(groups={"team": TEAM | {"on_duty": 50}}))
    pd.testing.assert_frame_equal(few, many)


@settings(max_examples=15, deadline=None)
@given(low=st.floats(1, 200), more=st.floats(1, 3), seed=st.integers(0, 10**6))
def test_a_higher_rate_adds_contacts_and_changes_none(low: float, more: float, seed: int) -> None:
    before, after = by_key(centre(low), seed=seed), by_key(centre(low * more), seed=seed)
    assert len(after) >= len(before)
    assert_same_luck(before, after)


def test_a_new_queue_shifts_nobody_elses_luck() -> None:
    wider = centre(
        demand={"rates": {"other": 90, "calls": 60}},
        queues={"other": CALLS, "calls": CALLS},
        groups={"team": {"skills": {"other": 1, "calls": 2}, "on_duty": 5}},
    )
    drawn = by_key(wider)
    pd.testing.assert_frame_equal(
        by_key(centre()).sort_index(), drawn[drawn["queue"] == "calls"].sort_index()
    )


def test_a_longer_horizon_adds_days_and_changes_none() -> None:
    week = by_key(centre(horizon={"start": dt.date(2026, 1, 4), "days": 3}))
    assert_same_luck(by_key(centre()), week)


def test_another_replication_or_seed_is_another_crowd() -> None:
    drawn = [draw(centre(), seed=s, replication=r) for s, r in ((1, 0), (1, 1), (2, 0))]
    keys = [set(zip(one["key"], one["talk"], strict=True)) for one in drawn]
    assert not keys[0] & keys[1]
    assert not keys[0] & keys[2]


def test_changing_one_distribution_leaves_all_other_marks() -> None:
    before = draw(centre())
    slower = draw(centre(queues={"calls": CALLS | {"talk": {"constant": {"value": 600}}}}))
    pd.testing.assert_frame_equal(before.drop(columns="talk"), slower.drop(columns="talk"))
    assert (slower["talk"] == 600).all()


def test_contacts_come_in_order_of_arrival_within_opening_hours() -> None:
    drawn = draw(centre(hours={"daily": ["08:10-12:05", "13:00-17:00"]}))
    assert drawn["arrived"].is_monotonic_increasing
    clock = drawn["arrived"].dt.strftime("%H:%M:%S")
    assert (clock.between("08:10", "12:05") | clock.between("13:00", "17:00")).all()


def test_steps_of_a_rate_are_met_to_the_second() -> None:
    rates = {"calls": [["0h", 0], ["1h10min", 6000], ["2h", 0]]}
    drawn = draw(centre(demand={"rates": rates}))
    clock = drawn["arrived"].dt.strftime("%H:%M:%S")
    assert clock.min() >= "01:10"
    assert clock.max() < "02:00"
    assert abs(len(drawn) - 5000) < 3.5 * np.sqrt(5000)


def test_counts_are_poisson_and_arrivals_uniform() -> None:
    drawn = [draw(centre(40), seed=7, replication=r) for r in range(300)]
    counts = np.array([len(one) for one in drawn])
    mean = 40 * 12
    assert abs(counts.mean() - mean) < 3.5 * np.sqrt(mean / len(counts))
    assert 0.75 < counts.var() / mean < 1.3
    # Counts of an interval at a share of the distribution: the inverse cdf of a uniform.
    shares = poisson.cdf(counts, mean) - poisson.pmf(counts, mean) / 2
    assert kstest(shares, "uniform").pvalue > 1e-4
    moments = pd.concat([one["arrived"] for one in drawn[:40]])
    seconds = (moments - moments.dt.normalize()).dt.total_seconds() / (12 * 3600)
    assert kstest(seconds, "uniform").pvalue > 1e-4


def test_marks_follow_the_distributions_they_are_drawn_from() -> None:
    scenario = centre(6000)
    drawn, rules = draw(scenario), scenario.queues["calls"]
    for name in ("talk", "wrap", "patience"):
        # Rounding to a microsecond is far below what this test can see.
        assert kstest(drawn[name], getattr(rules, name).cdf).pvalue > 1e-4, name


def test_without_patience_customers_wait_for_ever() -> None:
    drawn = draw(centre(queues={"calls": {"talk": 60}}))
    assert np.isinf(drawn["patience"]).all()
    assert (drawn["wrap"] == 0).all()


def test_planned_features_are_refused_not_ignored() -> None:
    with pytest.raises(NotYetSupported, match=r"groups\.team\.licence: not yet supported"):
        draw(centre(groups={"team": TEAM | {"licence": "voice"}}))


def test_expected_counts_from_a_file_are_rates_by_interval(tmp_path: Any) -> None:
    file = tmp_path / "counts.csv"
    rows = [
        f"2026-01-05 {h:02d}:{m:02d},{400 if h == 9 else 0}" for h in range(12) for m in (0, 30)
    ]
    file.write_text("start,offered\n" + "\n".join(rows))
    drawn = draw(made_scenario(demand={"counts": str(file)}, queues={"calls": CALLS}))
    assert set(drawn["arrived"].dt.hour) == {9}
    assert abs(len(drawn) - 800) < 3.5 * np.sqrt(800)


def test_counts_that_name_another_queue_are_refused(tmp_path: Any) -> None:
    file = tmp_path / "counts.csv"
    file.write_text("start,queue,offered\n2026-01-05 00:00,chat,4\n2026-01-05 00:30,chat,4\n")
    with pytest.raises(HistoryError, match="chat"):
        draw(made_scenario(demand={"counts": str(file)}))


def test_the_key_of_a_contact_is_made_as_the_page_says() -> None:
    # docs/simulation.md: mix(mix(name("contact", queue), start in Unix µs), k).
    drawn = draw(centre(600, horizon={"start": dt.date(2026, 1, 5), "days": 1}))
    start = int(dt.datetime(2026, 1, 5, tzinfo=dt.UTC).timestamp()) * 10**6
    cell = mix(np.uint64(name_key("contact", "calls")), np.uint64(start))
    first = drawn[drawn["arrived"] < "2026-01-05 00:30+00:00"]
    expected = {mix(np.uint64(cell), np.uint64(k)) for k in range(len(first))}
    assert set(first["key"]) == expected


def test_counts_that_leave_an_open_interval_out_are_refused(tmp_path: Any) -> None:
    file = tmp_path / "counts.csv"
    rows = [f"2026-01-05 {h:02d}:{m:02d},4" for h in range(8) for m in (0, 30)]
    file.write_text("start,offered\n" + "\n".join(rows))
    with pytest.raises(HistoryError, match=r"no count for queue 'calls' at 2026-01-05 08:00"):
        draw(made_scenario(demand={"counts": str(file)}))


def test_an_interval_the_centre_is_open_in_twice_is_not_counted_twice(tmp_path: Any) -> None:
    file = tmp_path / "counts.csv"
    rows = [f"2026-01-05 {h:02d}:00,3000" for h in range(12)]
    file.write_text("start,offered\n" + "\n".join(rows))
    hours = {"daily": ["08:00-08:10", "08:40-09:00"]}
    drawn = draw(made_scenario(demand={"counts": str(file)}, hours=hours))
    assert abs(len(drawn) - 3000) < 3.5 * np.sqrt(3000)


@pytest.mark.parametrize("seed", [-1, 1.5, 2**63, True])
def test_a_seed_that_is_none_is_refused(seed: Any) -> None:
    with pytest.raises(OptionError, match=r"allowed: a whole number from 0 to 2\^63 - 1"):
        draw(centre(), seed=seed)


@pytest.mark.parametrize("name", ["ecommerce", "two-queues"])
def test_marks_drawn_all_at_once_are_those_drawn_leg_by_leg(name: str) -> None:
    scenario = load(f"scenarios/{name}.yaml")
    rates = rates_of(scenario)
    customers = customers_of(scenario, rates.cells)
    contacts = draw_contacts(customers, rates.draw(3, 1), 3, 1)
    luck = Luck(customers.book, 3, 1)
    for n in range(0, len(contacts), 211):
        alone = luck.leg(
            contacts.key[n],
            1,
            1,
            int(contacts.queue[n]),
            int(contacts.segment[n]),
            int(contacts.arrived[n]),
        )
        together = (contacts.talk[n], contacts.wrap[n], contacts.patience[n], contacts.intent[n])
        assert alone == together
