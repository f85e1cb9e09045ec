"""People who stand by, seats and lines that come when something waits and go when it clears.

Rules are looked at every ten seconds.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from tests.simulation.engine.made import DAY, HOUR, Contact, a_centre, played, shifts

TEAM = {"skills": {"a": 1}}


def standby(group: Any = None, days: int = 1, queue: Any = None, **rules: Any) -> Any:
    given = {"people": 2, "when": {"contacts_waiting": 2}, "until": {"contacts_waiting": 0},
             "ready_in": 60} | rules  # fmt: skip
    partner = {"skills": {"a": 1}, "on_duty": 0, "standby": given} | (group or {})
    return a_centre({"a": queue or {}}, {"team": TEAM, "partner": partner}, days=days)


def test_who_stands_by_comes_when_something_waits_and_after_the_time_it_takes() -> None:
    day = played(standby(), Contact(1, 1000), Contact(2, 50), Contact(3, 50))
    assert day.told("answered", "group") == [(1, "team"), (70, "partner"), (70, "partner")]


def test_they_are_let_go_at_the_first_look_after_it_has_cleared() -> None:
    day = played(standby(), Contact(1, 1000), Contact(2, 5), Contact(3, 5))
    assert day.states("partner standby 1") == [("logged_in", 70, 80)]


def test_they_stay_at_least_so_long() -> None:
    day = played(standby(at_least=100), Contact(1, 1000), Contact(2, 5), Contact(3, 5))
    assert day.states("partner standby 1") == [("logged_in", 70, 170)]


def test_they_finish_the_contact_in_hand() -> None:
    day = played(standby(people=1), Contact(1, 1000), Contact(2, 30), Contact(3, 50))
    assert day.told("answered", "wrap_end")[1:] == [(70, 100), (100, 150)]
    assert [(start, end) for _, start, end in day.states("partner standby 1")][-1][1] == 150


def test_who_is_called_again_before_going_home_serves_one_at_a_time() -> None:
    scenario = standby(people=1, ready_in=0, when={"contacts_waiting": 1})
    day = played(scenario, Contact(1, 1000), Contact(2, 100), Contact(25, 50), Contact(26, 5))
    # Called at 10, let go at 20 with a contact in hand, called again at 30.
    assert day.told("answered")[1:] == [10, 110, 160]
    spans = day.states("partner standby 1")
    assert all(one[2] <= other[1] for one, other in pairwise(spans))


def test_a_long_wait_calls_them_too_and_all_conditions_must_hold() -> None:
    when = {"wait_over": 30, "contacts_waiting": 1}
    day = played(standby(when=when, ready_in=0), Contact(1, 1000), Contact(2, 50))
    assert day.told("answered")[1] == 40


def test_occupancy_calls_them() -> None:
    group = {"skills": {"a": 2}, "on_duty": 1}
    scenario = standby(group=group, when={"occupancy": 1}, until={"occupancy": 0}, ready_in=0)
    day = played(scenario, Contact(1, 25), Contact(2, 45))
    # Both the team's and the partner's own agent talk; only the partner's count.
    assert day.states("partner standby 1") == [("logged_in", 10, 50)]


def test_nobody_comes_when_it_would_be_closed() -> None:
    scenario = standby(ready_in=HOUR)
    day = played(scenario, *(Contact(11.5 * HOUR + n, 100) for n in range(3)))
    assert day.states("partner standby 1") == []


def test_called_for_a_backlog_they_come_again_when_they_open_next() -> None:
    scenario = a_centre(
        {"mail": {"channel": "email"}},
        {
            "team": {"skills": {"mail": 1}, "on_duty": 0},
            "partner": {
                "skills": {"mail": 1},
                "on_duty": 0,
                "hours": {"daily": "00:00-01:00"},
                "standby": {"people": 1, "when": {"contacts_waiting": 1},
                            "until": {"contacts_waiting": 0}},
            },
        },
        days=2,
        channels={"email": {"deferred": True}},
    )  # fmt: skip
    day = played(scenario, *(Contact(5, 2000) for _ in range(3)))
    # At 10 the first is taken, two wait; let go when the last of them is in hand.
    assert [start for _, start, _ in day.states("partner standby 1")] == [10, 3600, DAY, DAY + 10]
    assert day.told("state") == ["handled"] * 3


def test_pay_for_standing_by_is_not_duty() -> None:
    day = played(standby(), Contact(1, 60))
    assert day.states("partner standby 1") == []
    assert day.duty.standby.tolist() == [False, True, True]


def seats(own: int = 1, agents: int = 2, rule: Any = None, **team: Any) -> Any:
    return a_centre(
        {"a": {}},
        {"team": {"skills": {"a": 1}, "on_duty": agents, "site": "here"} | team},
        sites={"here": {"seats": own}},
        elasticity=[rule] if rule else [],
    )


RULE = {"what": "seats", "by": 1, "when": {"contacts_waiting": 2}, "until": {"contacts_waiting": 0},
        "ready_in": 30, "site": "here"}  # fmt: skip


def test_on_duty_is_the_smaller_of_people_and_seats() -> None:
    day = played(seats(), Contact(0, 60), Contact(1, 60))
    assert day.told("answered", "agent") == [(0, "team 1"), (60, "team 1")]
    assert day.states("team 2") == [("unseated", 0, 43200)]


def test_who_waits_for_a_seat_gets_the_first_that_is_free() -> None:
    duty = shifts(("Ann", "team", "work", 0, 1000), ("Bob", "team", "work", 0, 3000),
                  ("Cy", "team", "work", 500, 3000))  # fmt: skip
    day = played(seats(), Contact(990, 60), duty=duty)
    # Ann keeps the seat until she has finished.
    assert day.states("Ann") == [("logged_in", 0, 1000), ("overtime", 1000, 1050)]
    assert day.states("Bob") == [("unseated", 0, 1050), ("logged_in", 1050, 3000)]
    assert day.states("Cy") == [("unseated", 500, 3000)]


def test_a_seat_is_kept_during_breaks() -> None:
    duty = shifts(
        ("Ann", "team", "work", 0, 1000), ("Ann", "team", "break", 1000, 1600),
        ("Ann", "team", "work", 1600, 3000), ("Bob", "team", "work", 0, 3000),
    )  # fmt: skip
    day = played(seats(), duty=duty)
    assert day.states("Bob") == [("unseated", 0, 3000)]


def test_more_seats_come_as_a_burst_and_go_when_it_clears() -> None:
    day = played(seats(rule=RULE), Contact(1, 500), Contact(2, 100), Contact(3, 30))
    # Two wait at 10; at 40 there is another seat, until at 150 nobody waits.
    assert day.told("answered", "agent") == [(1, "team 1"), (40, "team 2"), (140, "team 2")]
    assert day.states("team 2") == [
        ("unseated", 0, 40), ("burst", 40, 170), ("unseated", 170, 43200),
    ]  # fmt: skip


def test_who_sits_on_a_burst_seat_moves_up_when_one_of_the_sites_own_gets_free() -> None:
    duty = shifts(("Ann", "team", "work", 0, 250), ("Bob", "team", "work", 0, 3000))
    day = played(seats(rule=RULE), *(Contact(n, 290) for n in (1, 2, 3, 4)), duty=duty)
    # Ann's seat is free at 291; when the burst ends, Bob sits on one of the site's own.
    assert day.states("Bob") == [("unseated", 0, 40), ("burst", 40, 291), ("logged_in", 291, 3000)]
    assert day.told("answered") == [1, 40, 330, 620]


def test_lines_come_when_something_waits_and_go_when_it_clears() -> None:
    rule = {"what": "lines", "by": 1, "when": {"contacts_waiting": 1},
            "until": {"contacts_waiting": 0}, "ready_in": 20}  # fmt: skip
    scenario = a_centre(
        {"a": {}}, {"team": TEAM}, channels={"voice": {"lines": 2}}, elasticity=[rule]
    )
    day = played(scenario, Contact(1, 100), Contact(2, 10), Contact(29, 5), Contact(30, 5),
                 Contact(31, 5), Contact(200, 30), Contact(201, 5), Contact(202, 5))  # fmt: skip
    assert day.told("state") == ["handled", "handled", "blocked", "blocked", "handled", "handled",
                                 "handled", "blocked"]  # fmt: skip
