"""`roster`: rules hold, people missing are named, published shifts stay, bad input is told."""

from __future__ import annotations

import datetime as dt
import re

import pandas as pd
import pytest

import ccsim
from ccsim.errors import HistoryError, InfeasibleSchedule, OptionError, ScenarioError
from tests.scheduling.roster.made import MONDAY, centre, every_day, placed

DAY = {f"day{n}": f"2026-03-{2 + n:02d}" for n in range(14)}


def people(*rows, **columns):
    """A table of people: names, with further columns by name."""
    return pd.DataFrame({"name": list(rows), **columns})


def held(roster, person):
    own = roster.assignments[roster.assignments["person"] == person]
    return [str(date) for date in own["date"]]


def test_everybody_has_the_days_off_the_week_asks_for():
    roster = ccsim.roster(centre(), placed(*every_day(7)), people("Ann", "Bob", groups="desk"))
    assert roster.cover_gap == 0
    assert roster.assignments.groupby("person").size().max() <= 5
    assert len(roster.assignments) == 7
    assert roster.missing.empty


def test_meals_come_with_the_shift_and_the_simulator_takes_the_duty():
    scenario = centre()
    roster = ccsim.roster(scenario, placed(*every_day(5)), people("Ann", groups="desk"))
    assert list(roster.duty["activity"][:3]) == ["work", "meal", "work"]
    results = ccsim.simulate(scenario, roster.duty, replications=2, progress=False)
    spans = results.spans(replication=0)
    assert set(spans["agent"]) == {"Ann"}
    assert "meal" in set(spans["state"])


def test_a_roster_draws_its_calendar_and_a_day():
    roster = ccsim.roster(centre(), placed(*every_day(5)), people("Ann", "Bob", groups="desk"))
    calendar = roster.plot()
    assert list(calendar.data[0].y) == ["Ann", "Bob"]
    assert (calendar.data[0].z > 0).sum() == len(roster.assignments) == 5
    assert "1 people work on Tue 03-03" in roster.gantt("2026-03-03").layout.title.text


def test_missing_people_are_named_by_day_hour_and_skill():
    shifts = placed(*every_day(5), ("mail", "2026-03-04", "13:00", "17:00"))
    roster = ccsim.roster(centre(), shifts, people("Ann", groups="desk"))
    assert roster.missing["group"].unique().tolist() == ["mail"]
    assert roster.missing["skills"].iloc[0] == "calls; mail"
    assert [f"{start:%a %H:%M}" for start in roster.missing["start"]] == [
        "Wed 13:00", "Wed 14:00", "Wed 15:00", "Wed 16:00",
    ]  # fmt: skip
    assert roster.missing["hours"].sum() == 4
    assert roster.unfilled["agents"].tolist() == [1]
    assert "mail: nobody for 1 shifts" in roster.notes[-1]
    assert "calls; mail" in roster.notes[-1]


def test_nobody_works_on_leave_outside_availability_or_without_the_skill():
    shifts = placed(*every_day(5), *every_day(5, "mail", "12:00", "20:00"))
    table = people(
        "Ann", "Bob", "Cho",
        skills=["calls; mail", "calls", "calls; mail"],
        availability=["mon-fri 12:00-20:00", "", ""],
        leave=["", "2026-03-03", "2026-03-04..2026-04-30"],
    )  # fmt: skip
    roster = ccsim.roster(centre(), shifts, table)
    ann = roster.assignments[roster.assignments["person"] == "Ann"]
    assert (ann["start"].dt.hour == 12).all()
    bob = roster.assignments[roster.assignments["person"] == "Bob"]
    assert set(bob["group"]) == {"desk"}
    assert "2026-03-03" not in held(roster, "Bob")
    assert set(held(roster, "Cho")) <= {"2026-03-02", "2026-03-03"}


def test_rest_between_shifts_is_kept_and_after_the_last_one_before():
    shifts = placed(
        ("desk", MONDAY, "14:00", "22:00"),
        ("desk", "2026-03-03", "06:00", "14:00"),
        ("desk", "2026-03-03", "14:00", "22:00"),
    )
    roster = ccsim.roster(centre(), shifts, people("Ann", groups="desk"))
    gaps = roster.assignments["start"].shift(-1) - roster.assignments["end"]
    assert len(roster.assignments) == 2
    assert gaps.min() >= pd.Timedelta(hours=11)
    late = people("Ann", groups="desk", last_end=f"{MONDAY} 06:00")
    assert held(ccsim.roster(centre(), shifts, late), "Ann") == ["2026-03-03"]


def test_a_granted_request_costs_nothing_and_the_heavier_one_wins():
    shifts = placed(("desk", "2026-03-04", "08:00", "16:00"))
    table = people("Ann", "Bob", groups="desk", requests=["off 2026-03-04 x3", "off 2026-03-04"])
    roster = ccsim.roster(centre(), shifts, table)
    assert held(roster, "Bob") == ["2026-03-04"]
    assert roster.fairness.loc["Ann", "granted"] == 3
    assert roster.fairness.loc["Bob", "granted"] == 0


def test_asking_to_work_is_granted_by_a_shift_within_the_hours():
    shifts = placed(
        ("desk", "2026-03-04", "06:00", "14:00"), ("desk", "2026-03-04", "14:00", "22:00")
    )
    table = people("Ann", "Bob", groups="desk", requests=["on 2026-03-04 12:00-23:00 x2", ""])
    roster = ccsim.roster(centre(), shifts, table)
    own = roster.assignments.set_index("person")
    assert own.loc["Ann", "start"].hour == 14


def test_whoever_had_more_nights_gets_fewer():
    nights = placed(*every_day(4, opens="22:00", closes="06:00"))
    table = people("Ann", "Bob", groups="desk", nights=[9, 1])
    roster = ccsim.roster(centre(), nights, table)
    assert roster.fairness.loc["Ann", "nights"] == 0
    assert roster.fairness.loc["Bob", "nights_so_far"] == 5


def test_a_contract_limits_hours_days_in_a_row_weekends_and_nights():
    terms = {"hours": "16h", "days_in_row": 2, "weekends": 1, "nights": False}
    scenario = centre(14, contracts={"part": terms})
    shifts = placed(*every_day(14), *every_day(14, opens="22:00", closes="06:00"))
    roster = ccsim.roster(scenario, shifts, people("Ann", groups="desk"))
    dates = pd.to_datetime(held(roster, "Ann"))
    assert not roster.assignments["night"].any()
    assert roster.fairness.loc["Ann", "weekends"] <= 1
    weeks = roster.assignments.groupby(dates.isocalendar().week.to_numpy())["paid_hours"].sum()
    assert weeks.max() <= 16
    runs = (dates.to_series().diff() != pd.Timedelta(days=1)).cumsum().value_counts()
    assert runs.max() <= 2


def test_published_shifts_before_a_date_stay_and_later_ones_change_little():
    shifts = placed(*every_day(7), *every_day(7, opens="12:00", closes="20:00"))
    table = people("Ann", "Bob", "Cho", "Dee", groups="desk")
    first = ccsim.roster(centre(), shifts, table)
    victim = first.assignments[first.assignments["date"] == dt.date(2026, 3, 5)]["person"].iloc[0]
    sick = table.assign(leave=["2026-03-05" if name == victim else "" for name in table["name"]])
    again = ccsim.roster(centre(), shifts, sick, keep=first, until="2026-03-05")
    columns = ["person", "date", "start"]
    early = [
        one.assignments[one.assignments["date"] < dt.date(2026, 3, 5)] for one in (first, again)
    ]
    before, after = (one[columns].reset_index(drop=True) for one in early)
    pd.testing.assert_frame_equal(before, after)
    assert early[1]["locked"].all()
    assert again.cover_gap == 0
    assert 2 <= len(again.changes) <= 4
    assert (again.changes["date"] >= dt.date(2026, 3, 5)).all()
    same = ccsim.roster(centre(), shifts, table, keep=first)
    assert same.changes.empty


def test_a_published_table_is_kept_like_a_roster(tmp_path):
    shifts = placed(*every_day(4))
    table = people("Ann", "Bob", groups="desk")
    first = ccsim.roster(centre(), shifts, table)
    file = first.to_csv(tmp_path / "published.csv")
    again = ccsim.roster(centre(), shifts, table, keep=file, until="2026-03-09")
    columns = ["person", "start"]
    pd.testing.assert_frame_equal(first.assignments[columns], again.assignments[columns])


def test_swaps_are_ranked_and_say_why_others_cannot():
    shifts = placed(("desk", "2026-03-04", "08:00", "16:00"))
    table = people(
        "Ann", "Bob", "Cho", "Dee",
        groups=["desk", "desk", "desk", "mail"],
        leave=["", "", "2026-03-04", ""],
        requests=["", "off 2026-03-04", "", ""],
    )  # fmt: skip
    roster = ccsim.roster(centre(), shifts, table)
    assert held(roster, "Ann") == ["2026-03-04"]
    found = roster.swaps("Ann", "2026-03-04").set_index("person")
    assert found["possible"].to_dict() == {"Bob": True, "Cho": False, "Dee": False}
    assert found.loc["Bob", "how"] == "takes it"
    assert found.loc["Bob", "cost"] > 0.9
    assert found.loc["Cho", "why_not"] == "on leave"
    assert found.loc["Dee", "why_not"] == "no skill for group 'desk'"
    with pytest.raises(OptionError, match="'Bob' has no shift on 2026-03-04"):
        roster.swaps("Bob", "2026-03-04")


def test_history_is_what_the_next_roster_begins_with():
    shifts = placed(*every_day(3, opens="22:00", closes="06:00", start="2026-03-06"))
    roster = ccsim.roster(centre(), shifts, people("Ann", groups="desk", nights=2, weekends=1))
    row = roster.history().set_index("name").loc["Ann"]
    assert (row["nights"], row["weekends"], row["days_in_row"]) == (5, 2, 3)
    assert row["last_end"] == pd.Timestamp("2026-03-09 06:00", tz="Europe/Paris")


BAD = [
    ({"groups": "dek"}, HistoryError, "row 1, column 'groups': unknown group 'dek'.*did you mean"),
    ({"skills": "chat"}, HistoryError, "unknown skill 'chat'.*allowed: calls, mail"),
    ({"skills": "mail"}, HistoryError, "not enough for any group"),
    ({}, HistoryError, "no groups and no skills; allowed: desk, mail"),
    ({"groups": "desk", "contract": "half"}, HistoryError, "unknown contract 'half'"),
    ({"groups": "desk", "leave": "2026-04-01"}, HistoryError, "'2026-04-01': outside the horizon"),
    ({"groups": "desk", "leave": "2026-03-05..2026-03-03"}, HistoryError, "ends before it begins"),
    ({"groups": "desk", "availability": "someday"}, HistoryError, "not weekdays; allowed: days"),
    ({"groups": "desk", "requests": "please"}, HistoryError, "not a request; allowed: 'off' or"),
    ({"groups": "desk", "nights": -1}, HistoryError, "column 'nights': found '-1'"),
]


@pytest.mark.parametrize(("columns", "error", "message"), BAD)
def test_bad_people_are_told_with_row_and_what_is_allowed(columns, error, message):
    with pytest.raises(error, match=message):
        ccsim.roster(centre(), placed(*every_day(2)), people("Ann", **columns))


def test_nobody_and_somebody_twice_are_refused():
    with pytest.raises(OptionError, match="there are no people"):
        ccsim.roster(centre(), placed(*every_day(2)), pd.DataFrame({"name": []}))
    with pytest.raises(HistoryError, match="row 2, column 'name': 'Ann' stands twice"):
        ccsim.roster(centre(), placed(*every_day(2)), people("Ann", "Ann", groups="desk"))


def test_rules_that_leave_somebody_no_way_are_named():
    scenario = centre(contracts={"full": {"least_hours": "35h"}})
    with pytest.raises(InfeasibleSchedule, match=r"row 1, 'Ann'.*in the way: .*paid hours a week"):
        ccsim.roster(scenario, placed(*every_day(2)), people("Ann", groups="desk"))


def test_published_shifts_that_break_a_rule_are_refused():
    shifts = placed(*every_day(7))
    published = pd.DataFrame(
        {
            "person": "Ann",
            "group": "desk",
            "start": [f"2026-03-{2 + n:02d} 08:00" for n in range(7)],
            "end": [f"2026-03-{2 + n:02d} 16:00" for n in range(7)],
        }
    )
    table = people("Ann", groups="desk")
    broken = r"'Ann': the published shifts break a rule: .*in a row"
    with pytest.raises(InfeasibleSchedule, match=broken):
        ccsim.roster(centre(), shifts, table, keep=published, until="2026-03-09")
    away = people("Ann", groups="desk", leave="2026-03-02")
    with pytest.raises(InfeasibleSchedule, match="on leave"):
        ccsim.roster(centre(), shifts, away, keep=published, until="2026-03-03")
    twice = pd.concat([published.iloc[:1]] * 2)
    with pytest.raises(HistoryError, match="'Ann' has two published shifts on 2026-03-02"):
        ccsim.roster(centre(), shifts, table, keep=twice, until="2026-03-03")
    other = published.assign(end="2026-03-02 15:00").iloc[:1]
    with pytest.raises(HistoryError, match="the schedule has no shift desk 08:00-15:00"):
        ccsim.roster(centre(), shifts, table, keep=other, until="2026-03-03")


def test_arguments_are_checked():
    shifts, table = placed(*every_day(2)), people("Ann", groups="desk")
    with pytest.raises(OptionError, match="time_limit=0"):
        ccsim.roster(centre(), shifts, table, time_limit=0)
    with pytest.raises(OptionError, match="until= without keep="):
        ccsim.roster(centre(), shifts, table, until="2026-03-03")
    long = centre(shifts={"weekly": {"rest": "60h"}})
    with pytest.raises(ScenarioError, match=r"shifts\.weekly\.rest"):
        ccsim.roster(long, shifts, table)


def test_every_person_gets_a_calendar_that_holds_to_the_format(tmp_path):
    scenario = centre(28, horizon={"start": "2026-03-23", "days": 14, "interval": "1h"})
    shifts = placed(*every_day(14, start="2026-03-23"))
    name = 'Zoë, "Z"; ' + "王" * 40
    roster = ccsim.roster(scenario, shifts, people(name, "Bob/..", groups="desk"))
    files = roster.to_ical(tmp_path / "out")
    assert len(files) == 2
    assert {file.parent for file in files} == {tmp_path / "out"}
    events = {}
    for file in files:
        raw = file.read_bytes()
        assert raw.endswith(b"END:VCALENDAR\r\n")
        assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
        assert b"\n" not in raw.replace(b"\r\n", b"")
        text = raw.decode().replace("\r\n ", "")
        starts = re.findall(r"^DTSTART:(\d{8}T\d{6}Z)\r$", text, re.MULTILINE)
        assert len(starts) == text.count("BEGIN:VEVENT") == text.count("END:VEVENT")
        assert len(set(re.findall(r"^UID:(.*)\r$", text, re.MULTILINE))) == len(starts)
        assert "12:00-13:00 meal" in text
        events[file] = [
            pd.to_datetime(start, format="%Y%m%dT%H%M%SZ", utc=True) for start in starts
        ]
    told = sorted(start for starts in events.values() for start in starts)
    assert told == sorted(roster.assignments["start"].dt.tz_convert("UTC"))
    # Paris goes forward on 29 March: eight o'clock is seven in UTC before, six after.
    assert {start.hour for start in told} == {6, 7}
    first = next(file for file in files if "Z" in file.name).read_bytes().decode()
    assert 'Zoë\\, "Z"\\; 王' in first.replace("\r\n ", "")


def test_the_workbook_has_a_row_for_everybody(tmp_path):
    roster = ccsim.roster(centre(), placed(*every_day(5)), people("Ann", "Bob", groups="desk"))
    file = roster.to_excel(tmp_path / "deep" / "roster.xlsx")
    calendar = pd.read_excel(file, sheet_name="calendar")
    assert calendar["person"].tolist() == ["Ann", "Bob"]
    shifts = pd.read_excel(file, sheet_name="shifts")
    assert len(shifts) == 5
    assert shifts["start"].iloc[0].hour == 8
    assert {"missing", "fairness", "unfilled"} <= set(pd.ExcelFile(file).sheet_names)


CONTRADICTIONS = [
    ({"least_hours": "41h"}, "least_hours: more than may be worked in a week"),
    ({"days_in_row": 2, "least_days_in_row": 3}, "least_days_in_row: more than may be worked"),
    ({"days": 8}, "days: more than a week has"),
    ({"nights": False, "most_nights": 3}, "most_nights: a number of nights where nights are not"),
]


@pytest.mark.parametrize(("terms", "message"), CONTRADICTIONS)
def test_terms_nobody_could_keep_are_refused_when_loaded(terms, message):
    with pytest.raises(ScenarioError, match=f"contracts.full.{message}"):
        centre(contracts={"full": terms})
