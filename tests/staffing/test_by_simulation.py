"""The requirement found with the simulator in the loop."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from ccsim.errors import OptionError, ScenarioError
from ccsim.queueing import agents_for
from ccsim.simulation import simulate
from ccsim.staffing import require
from tests.conftest import made_scenario
from tests.staffing.made import cheapest_mix, two_skills
from tests.truth.cases import day_b

QUICK = {"time_limit": 2.0, "replications": 30}


def by_interval(requirement, group=None):
    table = requirement.table if group is None else requirement.table.query("group == @group")
    return table.groupby("start")["net_whole"].sum()


def test_two_skills_of_ten_erlangs_with_flexible_agents_need_the_pooled_erlang_c_minimum():
    assert agents_for(400, 180, 0.8, 20) == 24
    found = require(two_skills(), method="simulation", time_limit=15)
    assert set(by_interval(found)) == {24}
    assert found.proof.promises["proven"].all()


def test_without_flexible_agents_two_skills_need_two_teams():
    scenario = two_skills().change({"groups": {
        "only_a": {"skills": {"a": 1}, "cost_per_hour": 1},
        "only_b": {"skills": {"b": 1}, "cost_per_hour": 1},
    }})  # fmt: skip
    found = require(scenario, method="simulation", time_limit=5)
    each = agents_for(200, 180, 0.8, 20)
    # The day begins empty, which may save an agent that steady state would need.
    assert set(by_interval(found, "only_a")) <= {each - 1, each}
    assert by_interval(found).iloc[0] > 24


def test_when_flexible_agents_are_dearer_the_mix_is_the_cheapest_of_all_mixes():
    scenario = two_skills(1.3)
    found = require(scenario, method="simulation", time_limit=6)
    wage = found.table["group"].map({"only_a": 1, "only_b": 1, "both": 1.3})
    price = (found.table["net_whole"] * wage).groupby(found.table["start"]).sum().iloc[0]
    mixes = (range(10, 14), range(10, 14), range(1, 5))
    best = cheapest_mix(scenario, mixes, (1, 1, 1.3), range(500, 560))
    assert price <= best * 1.02


def test_a_flexible_agent_is_never_counted_whole_towards_two_skills():
    # Every group serves both: whatever the mix, they are one team.
    scenario = two_skills().change({"groups.only_a.skills.b": 2, "groups.only_b.skills.a": 2})
    found = require(scenario, method="erlang")
    assert by_interval(found).iloc[-1] == 24


def test_what_holds_in_the_search_holds_on_days_it_has_not_seen():
    scenario = day_b().change({f"queues.{q}.target.scope": "day" for q in ("one", "two", "three")})
    found = require(scenario, method="simulation", **QUICK)
    duty = found.table.pivot(index="start", columns="group", values="net_whole").fillna(0)
    duty = duty.reindex(columns=list(scenario.groups), fill_value=0).astype(int)
    fresh = simulate(scenario, duty, replications=200, seed=99, progress=False).kpis()
    for queue in scenario.queues:
        assert fresh.loc[(queue, "service_level"), "high"] >= 0.8


def test_the_pooled_day_needs_fewer_agents_than_closed_forms_added_up():
    found = require(day_b().change({"staffing.block": "24h"}), method="simulation", time_limit=8)
    added = found.queues.groupby("start")["erlang_a"].sum().max()
    assert by_interval(found).max() < added


def test_a_certainty_costs_agents_and_is_kept_on_fresh_days():
    uncertain = two_skills(hours=4).change(
        {"demand.uncertainty": {"day_factor": {"gamma": {"mean": 1, "cv": 0.15}}}}
    )
    sure = uncertain.change({f"queues.{q}.target.certainty": 0.9 for q in ("a", "b")})
    average, safe = (require(one, method="simulation", **QUICK) for one in (uncertain, sure))
    assert safe.agent_hours > average.agent_hours
    assert set(safe.proof.promises["scope"]) == {"ordinary days"}
    assert safe.proof.promises["high"].min() >= 0.9


def test_holding_together_is_of_all_queues_on_the_same_day():
    sure = two_skills(hours=4).change(
        {
            "demand.uncertainty": {"day_factor": {"gamma": {"mean": 1, "cv": 0.15}}},
            **{f"queues.{q}.target.certainty": 0.8 for q in ("a", "b")},
        }
    )
    together = require(sure.change({"staffing.jointly": True}), method="simulation", **QUICK)
    (promise,) = together.proof.promises.to_dict("records")
    assert promise["queue"] == "a, b"
    # The only day is an ordinary one: the promise is that both hold on it.
    assert promise["mean"] == pytest.approx(together.proof.days["all_met"].iloc[0])
    assert promise["high"] >= 0.8


def test_events_and_ordinary_days_have_certainties_of_their_own_and_the_worst_day_is_told():
    first = dt.date(2026, 1, 5)
    scenario = made_scenario(
        horizon={"start": first, "days": 2},
        hours={"daily": "08:00-12:00"},
        demand={
            "rates": {"calls": 120},
            "events": [{"name": "sale", "dates": [first + dt.timedelta(1)], "uplift": 1.6}],
            "uncertainty": {"day_factor": {"gamma": {"mean": 1, "cv": 0.1}}},
        },
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 180}},
                "patience": {"exponential": {"mean": 180}},
                "target": {
                    "service_level": 0.8,
                    "scope": "day",
                    "certainty": {"ordinary": 0.7, "events": {"sale": 0.9}},
                },
            }
        },
        groups={"team": {"skills": {"calls": 1}}},
    )
    found = require(scenario, **QUICK)
    asked = found.proof.promises.set_index("scope")["asked"]
    assert dict(asked) == {"ordinary days": 0.7, "sale": 0.9}
    assert found.proof.worst_event_day["event"] == "sale"
    assert found.proof.worst_event_day["lost"] > 0
    assert any("the worst day of sale" in note for note in found.notes)


def test_overload_is_carried_into_the_next_interval():
    # All come in the first quarter of an hour and wait: whoever comes later is served by then.
    scenario = made_scenario(
        horizon={"start": dt.date(2026, 1, 5), "days": 1, "interval": "15min"},
        hours={"daily": "08:00-10:00"},
        demand={"rates": {"calls": [["0h", 400], ["8h15min", 20]]}},
        queues={"calls": {"talk": 600, "target": {"service_level": 0.8, "within": 20}}},
        groups={"team": {"skills": {"calls": 1}}},
    )
    found = require(scenario, method="simulation", **QUICK)
    offered = found.queues.set_index("start")["offered"]
    net = by_interval(found)
    # The contacts of the first interval last into the second: there it takes more than its own.
    assert net.iloc[1] > 3 * offered.iloc[1]


def test_a_cap_on_occupancy_and_wait_and_abandonment_are_searched_for_too():
    scenario = made_scenario(
        hours={"daily": "08:00-16:00"},
        demand={"rates": {"calls": 200}},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 180}},
                "patience": {"exponential": {"mean": 120}},
                "target": {"occupancy": 0.7, "asa": 30, "abandonment": 0.05, "scope": "day"},
            }
        },
        groups={"team": {"skills": {"calls": 1}}},
        staffing={"block": "24h"},
    )
    found = require(scenario, method="simulation", **QUICK)
    # The cap rules: 10 Erlangs at 70 %.
    assert set(by_interval(found)) <= {14, 15}
    assert set(found.proof.promises["target"]) == {"occupancy", "asa", "abandonment"}


def test_deferred_work_is_staffed_to_be_done_in_time():
    scenario = made_scenario(
        hours={"daily": "08:00-18:00"},
        demand={"rates": {"mails": 30}},
        channels={"email": {"deferred": True, "within": "4h", "due": "4h"}},
        queues={
            "mails": {
                "channel": "email",
                "talk": {"exponential": {"mean": 600}},
                "target": {"in_time": 0.9, "due": "3h", "scope": "day"},
            }
        },
        groups={"team": {"skills": {"mails": 1}}},
        staffing={"block": "24h"},
    )
    found = require(scenario, **QUICK)
    assert found.method == "simulation"
    assert 4 <= by_interval(found).iloc[0] <= 6  # 5 Erlangs, which may wait for hours
    assert found.proof.promises["target"].iloc[0] == "in_time"
    assert found.proof.holds


def test_the_same_seed_finds_the_same_requirement():
    one, other = (require(two_skills(hours=2), method="simulation", **QUICK) for _ in range(2))
    assert one.table.equals(other.table)


def test_blocks_hold_headcount_still():
    scenario = two_skills(hours=4, scope="interval").change({"staffing.block": "2h"})
    found = require(scenario, method="simulation", **QUICK)
    for _, rows in found.table.groupby("group"):
        net = rows.set_index("start")["net_whole"]
        assert net.groupby(net.index.floor("2h")).nunique().max() == 1


def test_every_step_of_the_table_can_be_reconciled():
    scenario = two_skills(hours=4).change(
        {"groups.both.shrinkage": {"absence": 0.1, "off_phone": 0.05}}
    )
    table = require(scenario, method="simulation", **QUICK).table
    assert (table["net_whole"] == table["simulated"]).all()
    assert np.allclose(table["scheduled"], table["net_whole"] / (1 - table["shrinkage"]))
    flexible = table[table["group"] == "both"]
    assert np.allclose(flexible["shrinkage"], 1 - 0.9 * 0.95)
    assert table["driver"].str.startswith("service_level of").any()


def test_what_only_the_simulator_knows_is_required_by_simulation():
    scenario = two_skills(hours=2).change({
        "queues.a.retry": {"probability": 0.5, "after": 60},
        "queues.a.patience": {"exponential": {"mean": 60}},
    })  # fmt: skip
    assert require(scenario, **QUICK).method == "simulation"


def test_a_target_no_number_of_agents_keeps_is_refused_by_name():
    scenario = two_skills(hours=2, scope="interval").change({
        "groups": {
            "only_a": {"skills": {"a": 1}, "hours": {"daily": "00:00-01:00"}},
            "only_b": {"skills": {"b": 1}},
        },
    })  # fmt: skip
    with pytest.raises(OptionError, match=r"queue 'a': service_level 0.8 \(interval\), of"):
        require(scenario, method="simulation", **QUICK)


def test_bad_options_are_refused_with_what_is_allowed():
    scenario = two_skills(hours=2)
    with pytest.raises(OptionError, match="a quantile is for closed forms"):
        require(scenario, method="simulation", quantile=0.9)
    with pytest.raises(OptionError, match="time_limit=-1; allowed: seconds"):
        require(scenario, method="simulation", time_limit=-1)
    with pytest.raises(OptionError, match="replications=1"):
        require(scenario, method="simulation", replications=1)
    with pytest.raises(ScenarioError, match=r"staffing\.block: 45 min; allowed: a multiple"):
        require(scenario.change({"staffing.block": "45min"}))


@pytest.mark.parametrize(("scope", "most"), [("day", 2), ("interval", 1)])
def test_a_target_met_with_ease_needs_no_more_than_the_closed_form(scope, most):
    scenario = made_scenario(
        hours={"daily": "08:00-12:00"},
        demand={"rates": {"calls": 4}},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 120}},
                "target": {"service_level": 0.5, "within": 20, "scope": scope},
            }
        },
    )
    assert by_interval(require(scenario, method="simulation", **QUICK)).max() <= most


def test_a_quantile_is_never_dropped_in_silence_and_no_contacts_are_refused():
    scenario = two_skills(hours=2)
    with pytest.raises(OptionError, match="a quantile is for closed forms"):
        require(scenario, quantile=0.9)
    with pytest.raises(OptionError, match="no contacts are expected"):
        require(scenario.change({"demand.rates": {"a": 0, "b": 0}}), method="simulation")
