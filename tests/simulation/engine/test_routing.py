"""Who serves whom: overflow, reserves, and every rule for agents and for contacts."""

from __future__ import annotations

from typing import Any

from tests.simulation.engine.made import CHATS, Contact, a_centre, played

TWO = {"a": {}, "b": {}}
HELP = [{"queue": "a", "after": 60, "to": "helpers"}]


def helped(**sections: Any) -> Any:
    return a_centre(
        TWO,
        {"own": {"skills": {"a": 1}}, "helpers": {"skills": {"a": 2, "b": 1}}},
        routing={"overflow": HELP} | sections,
    )


def test_a_group_helps_out_after_the_wait_and_not_before() -> None:
    day = played(helped(), Contact(0, 500), Contact(10, 5))
    assert day.told("group", "answered", "overflowed") == [("own", 0, False), ("helpers", 70, True)]


def test_the_own_group_is_not_kept_from_its_queue() -> None:
    day = played(helped(), Contact(0, 30), Contact(10, 5))
    assert day.told("group", "answered", "overflowed")[1] == ("own", 30, False)


def test_an_idle_helper_serves_its_own_queue_at_once() -> None:
    day = played(helped(), Contact(0, 500, queue="b"), Contact(1, 5, queue="b"))
    assert day.told("answered", "overflowed") == [(0, False), (500, False)]


def test_who_gave_up_before_help_came_is_not_served() -> None:
    day = played(helped(), Contact(0, 500), Contact(10, 5, patience=59))
    assert day.told("state")[1] == "abandoned"


def test_overflow_may_go_to_another_site() -> None:
    scenario = a_centre(
        {"a": {}},
        {
            "own": {"skills": {"a": 1}, "site": "here"},
            "helpers": {"skills": {"a": 1}, "site": "there"},
        },
        sites={"here": {}, "there": {}},
        routing={"overflow": HELP},
    )
    assert played(scenario, Contact(0, 500), Contact(1)).told("group", "answered")[1] == (
        "helpers", 61,
    )  # fmt: skip


def test_several_waits_bring_several_groups() -> None:
    scenario = a_centre(
        {"a": {}},
        {"own": {"skills": {"a": 1}}, "one": {"skills": {"a": 1}}, "two": {"skills": {"a": 1}}},
        routing={
            "overflow": [
                {"queue": "a", "after": 60, "to": "one"},
                {"queue": "a", "after": 20, "to": "two"},
            ]
        },
    )
    day = played(scenario, Contact(0, 500), Contact(1, 500), Contact(2, 500))
    assert day.told("group", "answered") == [("own", 0), ("two", 21), ("one", 62)]


def reserved() -> Any:
    return a_centre(
        {"a": {}},
        {"team": {"skills": {"a": 1}, "on_duty": 2}},
        segments={"vip": {"share": 0}},
        routing={"reserve": [{"group": "team", "idle": 1, "segments": ["vip"]}]},
    )


def test_the_last_idle_agent_is_kept_for_vips() -> None:
    day = played(reserved(), Contact(0, 60), Contact(1, 60), Contact(2, 10, segment="vip"))
    assert day.told("answered", "agent") == [(0, "team 1"), (60, "team 2"), (2, "team 2")]


def test_all_reserved_agents_may_serve_vips() -> None:
    vips = [Contact(n, 60, segment="vip") for n in range(3)]
    assert played(reserved(), *vips).told("answered") == [0, 1, 60]


def test_the_agent_with_the_lowest_occupancy_is_picked() -> None:
    scenario = a_centre(
        {"a": {}}, {"team": {"skills": {"a": 1}, "on_duty": 2}},
        routing={"agent": "lowest_occupancy"},
    )  # fmt: skip
    # Agent 1 has talked 100 of 200 s, agent 2 150; agent 2 has been idle for longer at 250 s.
    day = played(scenario, Contact(0, 150), Contact(10, 30), Contact(155, 80), Contact(250, 5))
    # 150/250 against (30 + 80)/250.
    assert day.told("agent") == ["team 1", "team 2", "team 2", "team 2"]


def test_occupancy_counts_only_time_at_work() -> None:
    scenario = a_centre(
        {"a": {}},
        {
            "early": {"skills": {"a": 1}, "hours": {"daily": "00:00-12:00"}},
            "late": {"skills": {"a": 1}, "hours": {"daily": "01:00-12:00"}},
        },
        routing={"agent": "lowest_occupancy"},
    )
    # 600 of 4200 s against 120 of 600 s.
    day = played(scenario, Contact(0, 600), Contact(3600, 120), Contact(4200, 5))
    assert day.told("group") == ["early", "late", "early"]


def test_ranked_picks_the_best_rank_and_then_who_is_idle_longest() -> None:
    scenario = a_centre(
        {"a": {}},
        {
            "second": {"skills": {"a": 2}},
            "first": {"skills": {"a": 1}},
            "also_first": {"skills": {"a": 1}},
        },
        routing={"agent": "ranked"},
    )
    day = played(scenario, *(Contact(n, 100) for n in range(3)), Contact(150, 5))
    assert day.told("group") == ["first", "also_first", "second", "first"]


def waiting(contact: str = "priority_then_longest_wait", **queues: Any) -> Any:
    return a_centre(queues, {"team": {"skills": dict.fromkeys(queues, 1)}},
                    routing={"contact": contact})  # fmt: skip


def test_weighted_wait_serves_the_greatest_product_of_weight_and_wait() -> None:
    scenario = waiting("weighted_wait", a={"priority": 9}, b={"weight": 2})
    # At 60 s: 60 · 1 against 25 · 2, at 70 s then 35 · 2.
    day = played(scenario, Contact(0, 60), Contact(0, 10), Contact(35, 5, queue="b"),
                 Contact(36, 5))  # fmt: skip
    assert day.told("answered") == [0, 60, 70, 75]


def test_service_level_risk_serves_who_is_nearest_to_the_threshold() -> None:
    scenario = waiting(
        "service_level_risk", a={"target": {"within": 100}}, b={"target": {"within": 20}}
    )
    day = played(scenario, Contact(0, 60), Contact(1, 10), Contact(50, 10, queue="b"))
    assert day.told("answered") == [0, 70, 60]


def test_a_segment_may_have_been_promised_less_waiting() -> None:
    scenario = a_centre(
        {"a": {"target": {"within": 100}}},
        {"team": {"skills": {"a": 1}}},
        segments={"vip": {"share": 0, "target": {"within": 10}}},
        routing={"contact": "service_level_risk"},
    )
    day = played(scenario, Contact(0, 60), Contact(1, 10), Contact(50, 10, segment="vip"))
    assert day.told("answered") == [0, 70, 60]


def test_priority_grows_with_the_wait_and_overtakes() -> None:
    scenario = waiting(low={"priority_growth": 1}, high={"priority": 2})
    # At 150 s the low one has gained 149/60 = 2.48.
    day = played(scenario, Contact(0, 150), Contact(1, 10), Contact(140, 10, queue="high"))
    assert day.told("answered") == [0, 150, 160]


def test_priority_that_has_not_grown_enough_stays_behind() -> None:
    scenario = waiting(low={"priority_growth": 1}, high={"priority": 3})
    day = played(scenario, Contact(0, 150), Contact(1, 10), Contact(140, 10, queue="high"))
    assert day.told("answered") == [0, 160, 150]


def silos(unified: str) -> Any:
    return a_centre(
        {"calls": {}, "chats": {"channel": "chat"}},
        {"team": {"skills": {"calls": 1, "chats": 1}, "on_duty": 2}},
        channels=CHATS,
        routing={"unified": unified},
    )


def test_in_silos_each_agent_serves_one_channel() -> None:
    day = played(silos("siloed"), *(Contact(n, 60) for n in range(3)))
    assert day.told("agent", "answered") == [("team 1", 0), ("team 1", 60), ("team 1", 120)]
    day = played(silos("siloed"), *(Contact(n, 60, queue="chats") for n in range(2)))
    assert set(day.told("agent")) == {"team 2"}


def test_unified_all_agents_serve_all_channels() -> None:
    day = played(silos("unified"), *(Contact(n, 60) for n in range(3)))
    assert day.told("agent", "answered") == [("team 1", 0), ("team 2", 1), ("team 1", 60)]


def test_a_group_works_in_its_own_hours_only() -> None:
    scenario = a_centre(
        {"a": {}}, {"team": {"skills": {"a": 1}, "hours": {"daily": "02:00-12:00"}}}
    )
    assert played(scenario, Contact(3600)).told("answered") == [7200]
