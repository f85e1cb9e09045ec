"""At eleven in the morning: the rest of the day forecast anew, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from ccsim.cli.shared import app
from ccsim.demand.scenarios import forecast_scenario
from ccsim.errors import OptionError
from ccsim.planning import Intraday, intraday
from ccsim.planning.actions import CALLBACKS, OVERTIME, PAUSES, SEATS, STANDBY, TIME_OFF
from ccsim.planning.shifts_today import checked, latest_ends, paid, prolonged, shortened
from ccsim.planning.today import Today, today
from ccsim.scenario import Scenario
from ccsim.simulation import read_duty, simulate
from tests.conftest import made_scenario

DAY = pd.Timestamp("2026-01-05", tz="UTC")
CALLS = {
    "talk": {"exponential": {"mean": 180}},
    "patience": {"exponential": {"mean": 300}},
    "target": {"service_level": 0.8, "within": "20s"},
}
TEAM = {"skills": {"calls": 1}, "cost_per_hour": 20}


def centre(**sections: Any) -> Scenario:
    """A day from six to six with a hundred calls an hour, and shifts of eight hours."""
    usual: dict[str, Any] = {
        "hours": {"daily": "06:00-18:00"},
        "demand": {"rates": {"calls": 100}},
        "queues": {"calls": CALLS},
        "groups": {"team": TEAM},
        "shifts": {"lengths": ["8h"], "meal": {"length": "30min", "between": ["2h", "5h"]}},
    }
    return made_scenario(**(usual | sections))


def hours(value: float) -> pd.Timedelta:
    return pd.Timedelta(hours=value)


def shifts(people: int, start: float, first: int = 0, day: pd.Timestamp = DAY) -> pd.DataFrame:
    """So many people from a clock time on, eight hours, with a meal after three."""
    begin = day + hours(start)
    parts = [("work", 0, 3), ("meal", 3, 3.5), ("work", 3.5, 8)]
    rows = [
        (f"person {n}", "team", what, begin + hours(a), begin + hours(b), n)
        for n in range(first, first + people)
        for what, a, b in parts
    ]
    return pd.DataFrame(rows, columns=["agent", "group", "activity", "start", "end", "shift"])


def counts(per_interval: float, until: float = 11) -> pd.DataFrame:
    starts = pd.date_range(DAY + hours(6), DAY + hours(until), freq="30min", inclusive="left")
    return pd.DataFrame({"start": starts, "queue": "calls", "offered": per_interval})


DUTY = pd.concat([shifts(6, 6), shifts(6, 10, first=6)], ignore_index=True)


def seen(scenario: Scenario, duty: pd.DataFrame = DUTY, calls: float = 60) -> Intraday:
    return intraday(scenario, duty, counts(calls), "2026-01-05 11:00", replications=8, workers=1)


@pytest.fixture(scope="module")
def busy() -> Intraday:
    """A fifth more than planned, and too few people at noon."""
    return seen(centre())


def looked_at(scenario: Scenario) -> Today:
    return today(scenario, counts(50), "2026-01-05 11:00", None, {})


# The reforecast


def test_given_rates_go_on_as_the_counts_have_gone_and_a_note_says_so(busy: Intraday) -> None:
    row = busy.expected.loc["calls"]
    assert row["so_far"] == 600
    assert row["planned_so_far"] == pytest.approx(500)
    assert row["planned_rest"] == pytest.approx(700)
    assert row["rest"] == pytest.approx(840)
    assert "1.20 times the rates" in busy.notes[0]


def test_counts_as_planned_change_nothing() -> None:
    expected = looked_at(centre()).expected.loc["calls"]
    assert expected["rest"] == pytest.approx(expected["planned_rest"])


def test_only_the_rest_of_the_day_is_counted(busy: Intraday) -> None:
    offered = busy.baseline.kpis().loc[("calls", "offered"), "mean"]
    assert offered == pytest.approx(840, rel=0.05)


@pytest.mark.parametrize(
    ("actuals", "at", "said"),
    [
        (counts(60, until=12), "2026-01-05 11:00", "11:30 is not over at 2026-01-05 11:00"),
        (counts(60), "2026-02-05 11:00", "allowed: a moment between"),
        (counts(60), "eleven", "allowed: a moment between"),
        (counts(60).drop(columns="offered"), "2026-01-05 11:00", "actuals lack offered"),
        (counts(60).assign(queue="mail"), "2026-01-05 11:00", "allowed: calls"),
        (counts(-1), "2026-01-05 11:00", "0 or more"),
    ],
)
def test_what_does_not_fit_is_refused(actuals: pd.DataFrame, at: str, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        intraday(centre(), DUTY, actuals, at, replications=2, workers=1)


def test_counts_of_other_days_alone_are_refused() -> None:
    scenario = centre(horizon={"start": DAY.date(), "days": 2})
    with pytest.raises(OptionError, match="no count of 2026-01-06"):
        intraday(scenario, DUTY, counts(60), "2026-01-06 11:00", replications=2, workers=1)


def test_people_are_needed_and_a_target() -> None:
    with pytest.raises(OptionError, match=r"allowed: Schedule\.duty, Roster\.duty"):
        seen(centre(), DUTY.drop(columns="activity"))
    with pytest.raises(OptionError, match=r"allowed: queues\.\*\.target\.service_level"):
        seen(centre(queues={"calls": CALLS | {"target": {}}}))


# The actions


def test_the_chosen_actions_reach_the_target(busy: Intraday) -> None:
    assert busy.baseline.kpis().loc[("calls", "service_level"), "mean"] < 0.75
    assert busy.missing == 0
    assert busy.results.kpis().loc[("calls", "service_level"), "mean"] >= 0.8
    steps = busy.chosen
    assert (steps["service_before"].iloc[1:].to_numpy() == steps["service_after"][:-1]).all()


def test_the_duty_returned_gives_what_is_told_when_simulated(busy: Intraday) -> None:
    made = seen(centre(), busy.duty).baseline
    assert made.kpis().equals(busy.results.kpis())


def test_overtime_costs_its_hours_at_its_price(busy: Intraday) -> None:
    own = busy.actions[(busy.actions["action"] == OVERTIME) & (busy.actions["reason"] == "")]
    length = (own["end"] - own["start"]) / hours(1)
    np.testing.assert_allclose(own["cost"], own["people"] * length * 20 * 1.5)
    assert sorted(length.unique()) == [0.5, 1, 1.5, 2]


def test_longer_overtime_of_the_same_people_loses_fewer_contacts(busy: Intraday) -> None:
    own = busy.actions[(busy.actions["action"] == OVERTIME) & (busy.actions["reason"] == "")]
    assert own.sort_values("end")["lost_after"].is_monotonic_decreasing


def test_what_cannot_be_done_is_listed_with_its_reason(busy: Intraday) -> None:
    reasons = busy.actions.set_index("action")["reason"]
    assert "nobody stands by" in reasons[STANDBY]
    assert "no offer is described" in reasons[CALLBACKS]
    assert "no site counts its seats" in reasons[SEATS]
    assert busy.actions.loc[busy.actions["reason"] != "", "service_after"].isna().all()


def test_the_summary_says_what_to_do(busy: Intraday) -> None:
    text = busy.summary()
    assert "840 contacts to come, 700 planned" in text
    assert "overtime, team" in text
    assert "still missing 0" in text


def test_people_are_let_go_where_there_are_too_many() -> None:
    quiet = seen(centre(), calls=10)
    assert set(quiet.chosen["action"]) == {TIME_OFF}
    assert quiet.cost < 0
    assert quiet.missing == 0
    worked = paid(centre(), checked(DUTY)).sum() - paid(centre(), quiet.duty).sum()
    assert quiet.cost == pytest.approx(-20 * worked)


def test_moved_meals_stay_in_their_windows_and_nobody_works_less(busy: Intraday) -> None:
    own = busy.duty.groupby(["agent", "shift"])
    meals = busy.duty[busy.duty["activity"] == "meal"].set_index(["agent", "shift"])
    into = meals["start"] - own["start"].min()
    assert into.between(hours(2), hours(5)).all()
    assert (meals["end"] - meals["start"] == hours(0.5)).all()
    assert PAUSES in set(busy.chosen["action"])
    before = DUTY[DUTY["activity"] == "meal"].set_index(["agent", "shift"])["start"]
    moved = meals["start"] != before.reindex(meals.index)
    assert (meals.loc[moved, "start"] >= DAY + hours(11)).all()
    assert moved.any()


def test_callbacks_can_be_switched_on_where_an_offer_is_described() -> None:
    offer = {"when_wait_over": "30s", "accept": 0.8, "reach": 0.9}
    made = seen(centre(intraday={"callback": offer}, shifts={"weekly": {"max_hours": 8}}))
    row = made.actions.set_index("action").loc[CALLBACKS]
    assert row["reason"] == ""
    assert row["lost_high"] < 0
    assert row["cost"] == 0


def test_people_who_stand_by_are_called_in_at_their_wage() -> None:
    standby = {
        "people": 2,
        "when": {"contacts_waiting": 90},
        "until": {"contacts_waiting": 1},
        "ready_in": "30min",
    }
    scenario = centre(groups={"team": TEAM | {"standby": standby}}, intraday={"people": 0.9})
    row = seen(scenario).actions.set_index("action").loc[STANDBY]
    assert row["people"] == 2
    assert row["start"] == DAY + hours(11.5)
    assert row["cost"] == pytest.approx(2 * 6.5 * 20)
    assert row["service_low"] > 0


def test_burst_seats_let_people_sit_down_who_have_none() -> None:
    scenario = centre(
        sites={"main": {"seats": 7}},
        intraday={"burst_seats": 4, "burst_seat_price": 2, "overtime": 0},
    )
    row = seen(scenario).actions.set_index("action").loc[SEATS]
    assert row["cost"] == pytest.approx(2 * 4 * 13)
    assert row["service_low"] > 0


# Who may stay longer


def test_nobody_stays_so_long_that_their_rest_is_too_short() -> None:
    scenario = centre(horizon={"start": DAY.date(), "days": 2}, shifts={"weekly": {"rest": "11h"}})
    early, free = shifts(1, 6), shifts(1, 6, first=1)
    tomorrow = shifts(1, 2, day=DAY + pd.Timedelta(days=1)).assign(shift=9)
    limits = latest_ends(looked_at(scenario), checked(pd.concat([early, free, tomorrow])))
    assert limits.loc[("person 0", 0), "latest"] == DAY + hours(15)
    assert limits.loc[("person 0", 0), "rule"] == "shifts.weekly.rest"
    assert limits.loc[("person 1", 1), "latest"] == DAY + hours(16)


@pytest.mark.parametrize(
    ("sections", "latest", "rule"),
    [
        ({"shifts": {"weekly": {"max_hours": 8}}}, 14, "shifts.weekly.max_hours"),
        ({"shifts": {"weekly": {"max_hours": 8}, "overtime": "1h"}}, 15, "shifts.weekly.max_hours"),
        ({"intraday": {"overtime": "6h"}}, 18, "the group's hours"),
        (
            {"intraday": {"overtime": "4h"}, "shifts": {"labour_law": "CN"}},
            17,
            "shifts.labour_law CN",
        ),
    ],
)
def test_the_tightest_rule_says_how_long(
    sections: dict[str, Any], latest: float, rule: str
) -> None:
    paid_meal = {"meal": {"length": "30min", "paid": True, "between": ["2h", "5h"]}}
    shifts_section = sections.get("shifts", {}) | paid_meal
    scenario = centre(**(sections | {"shifts": shifts_section}))
    limits = latest_ends(looked_at(scenario), checked(shifts(1, 6)))
    assert limits["latest"].tolist() == [DAY + hours(latest)]
    assert limits["rule"].tolist() == [rule]


def test_who_may_not_stay_is_told_with_the_rule() -> None:
    made = seen(centre(shifts={"weekly": {"max_hours": 8}}))
    reason = made.actions.set_index("action").loc[OVERTIME, "reason"]
    assert reason == "nobody may stay longer: 12 by shifts.weekly.max_hours"


def test_a_shift_prolonged_and_cut_again_is_what_it_was() -> None:
    duty, who = checked(DUTY), [("person 0", 0), ("person 7", 7)]
    longer = prolonged(duty, who[:1], DAY + hours(15))
    back = shortened(longer, who[:1], DAY + hours(14))
    pd.testing.assert_frame_equal(back, duty)
    assert shortened(duty, who[1:], DAY + hours(16))["end"].max() == DAY + hours(18)


def test_shifts_without_numbers_are_rows_that_touch() -> None:
    duty = checked(DUTY.drop(columns="shift"))
    assert duty.groupby("agent")["shift"].nunique().eq(1).all()
    assert duty["shift"].nunique() == 12


# Counts in place of the demand


def test_counts_equal_to_the_rates_give_the_same_customers() -> None:
    scenario = centre()
    starts = pd.date_range(DAY + hours(6), DAY + hours(18), freq="30min", inclusive="left")
    table = pd.DataFrame({"calls": 50.0}, index=starts)
    options: dict[str, Any] = {"replications": 2, "workers": 1}
    given = simulate(scenario, {"team": 6}, **options).kpis()
    assert simulate(scenario, {"team": 6}, counts=table, **options).kpis().equals(given)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.tz_localize(None), "with a time zone"),
        (lambda t: t.iloc[::-1], "in order"),
        (lambda t: t.rename(columns={"calls": "mail"}), "no queue 'calls'"),
    ],
)
def test_counts_that_are_no_table_of_counts_are_refused(
    change: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    starts = pd.date_range(DAY + hours(6), DAY + hours(18), freq="30min", inclusive="left")
    table = pd.DataFrame({"calls": 50.0}, index=starts)
    with pytest.raises(OptionError, match=said):
        simulate(centre(), {"team": 6}, counts=change(table), replications=1, workers=1)


# From a forecast, and from the shell


def test_a_forecast_is_updated_with_the_counts(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    starts = pd.date_range("2025-11-03", "2026-01-05", freq="30min", inclusive="left")
    starts = starts[(starts.hour >= 6) & (starts.hour < 18)]
    past = pd.DataFrame({"start": starts, "offered": random.poisson(50, len(starts))})
    past.to_csv(tmp_path / "past.csv", index=False)
    scenario = centre(demand={"history": str(tmp_path / "past.csv"), "model": "mean_of_8"})
    planned = forecast_scenario(scenario)
    now = today(scenario, counts(70), "2026-01-05 11:00", planned, {})
    updated = planned.update(counts(70)).mean["calls"]
    assert now.expected.loc["calls", "rest"] == pytest.approx(updated.iloc[10:].sum())
    assert now.expected.loc["calls", "so_far"] == 700
    assert now.notes == ()


def test_the_shell_proposes_and_writes_the_duty(tmp_path: Path) -> None:
    (tmp_path / "centre.yaml").write_text(
        "name: desk\n"
        "horizon: {start: 2026-01-05, days: 1}\n"
        "hours: {daily: '06:00-18:00'}\n"
        "demand: {rates: {calls: 100}}\n"
        "queues: {calls: {talk: 3min, patience: 5min, target: {service_level: 0.8, within: 20s}}}\n"
        "groups: {team: {skills: {calls: 1}, cost_per_hour: 20}}\n"
    )
    DUTY.to_csv(tmp_path / "duty.csv", index=False)
    counts(60).to_csv(tmp_path / "counts.csv", index=False)
    files = ["--duty", str(tmp_path / "duty.csv"), "--actuals", str(tmp_path / "counts.csv")]
    options = ["--at", "2026-01-05 11:00", "--replications", "2", "--workers", "1"]
    out = tmp_path / "new.csv"
    arguments = ["intraday", str(tmp_path / "centre.yaml"), *files, *options, "--out", str(out)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "840 contacts to come" in result.output
    assert len(read_duty(out)) > len(DUTY)
