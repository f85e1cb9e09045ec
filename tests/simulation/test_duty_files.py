"""Rosters and staffing tables of other systems."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import ccsim
from ccsim.errors import HistoryError

ROSTER = "agent,group,start,end\nAnn,team,2026-01-05 08:00,2026-01-05 12:00\n"


@pytest.fixture
def read(tmp_path):
    def read(text: str, **options) -> pd.DataFrame:
        file = tmp_path / "duty.csv"
        file.write_text(text, encoding="utf-8")
        return ccsim.read_duty(file, **{"timezone": "UTC"} | options)

    return read


def refusal(read, text: str, **options) -> str:
    with pytest.raises(HistoryError) as error:
        read(text, **options)
    return str(error.value)


def test_a_roster_is_read_with_work_where_no_activity_is_given(read):
    duty = read(ROSTER, timezone="Europe/Paris")
    assert duty.columns.tolist() == ["agent", "group", "activity", "start", "end"]
    assert duty["activity"].tolist() == ["work"]
    assert duty["start"][0] == pd.Timestamp("2026-01-05 08:00", tz="Europe/Paris")


def test_columns_of_other_systems_are_mapped(read):
    duty = read(
        "Who;Team;What;From;To\n"
        "Bo;team;Meal;05.01.2026 10:00;05.01.2026 10:30\n"
        "Bo;team;WORK;05.01.2026 08:00;05.01.2026 10:00\n",
        columns={"agent": "Who", "group": "Team", "activity": "What", "start": "From", "end": "To"},
        separator=";",
        time_format="%d.%m.%Y %H:%M",
    )
    assert duty["activity"].tolist() == ["work", "meal"]


def test_a_column_a_group_is_a_staffing_table(read):
    text = "start,day,night\n2026-01-05 08:30,5,0\n2026-01-05 08:00,4,1\n"
    duty = read(text)
    assert duty.to_dict("list") == {"day": [4, 5], "night": [1, 0]}
    assert duty.index[0] == pd.Timestamp("2026-01-05 08:00", tz="UTC")
    only = read(text.replace("start", "Time"), columns={"start": "Time", "team": "day"})
    assert only.to_dict("list") == {"team": [4, 5]}


def test_a_row_an_interval_and_group_is_the_same_table(read):
    duty = read(
        "start,group,agents\n"
        "2026-01-05 08:00,day,4\n2026-01-05 08:00,night,1\n2026-01-05 08:30,day,5\n"
    )
    assert duty.to_dict("list") == {"day": [4, 5], "night": [1, 0]}


def test_a_workbook_is_read_like_a_text_file(tmp_path):
    starts = pd.date_range("2026-01-05 08:00", periods=2, freq="30min")
    pd.DataFrame({"start": starts, "team": [4, 5]}).to_excel(tmp_path / "duty.xlsx", index=False)
    duty = ccsim.read_duty(tmp_path / "duty.xlsx", timezone="Asia/Shanghai")
    assert duty["team"].tolist() == [4, 5]
    assert duty.index[0] == pd.Timestamp("2026-01-05 08:00", tz="Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (ROSTER, "row 2, column 'start': '2026-01-05 08:00'"),
        ("start,team\n2026-01-05 08:00Z,4\n2026-01-05 08:30,5", "row 3, column 'start'"),
        ("start,group,agents\n2026-01-05 08:00,team,4", "row 2, column 'start'"),
    ],
    ids=["roster", "mixed", "staff"],
)
def test_times_that_say_no_time_zone_are_refused_where_none_is_given(read, text, cell):
    message = refusal(read, text, timezone=None)
    assert f"{cell}" in message
    assert "does not say in which time zone; allowed: timezone=" in message
    assert "timezone=scenario.timezone" in message
    assert "problems" not in message


def test_times_with_their_offset_need_no_time_zone(read):
    text = ROSTER.replace(":00,", ":00+08:00,").replace("12:00", "12:00+08:00")
    duty = read(text, timezone=None)
    assert duty["start"][0] == pd.Timestamp("2026-01-05 08:00", tz="Asia/Shanghai")
    both = read(text, timezone="Asia/Shanghai")
    pd.testing.assert_frame_equal(both, read(ROSTER, timezone="Asia/Shanghai"))


def test_a_table_with_times_of_a_zone_is_converted(tmp_path):
    starts = pd.date_range("2026-01-05 08:00", periods=2, freq="30min", tz="Asia/Shanghai")
    table = pd.DataFrame({"start": starts, "team": [4, 5]})
    assert ccsim.read_duty(table).index[0] == starts[0]
    with pytest.raises(HistoryError, match="does not say in which time zone"):
        ccsim.read_duty(table.assign(start=starts.tz_localize(None)))


def test_an_hour_the_clock_skips_or_shows_twice_needs_its_offset(read):
    spring = ROSTER.replace("2026-01-05 08:00", "2026-03-29 02:30").replace("01-05", "03-29")
    assert (
        "'2026-03-29 02:30' does not exist in Europe/Paris, the clock goes forward; allowed: a "
        "clock time that occurs, or times with their UTC offset"
    ) in refusal(read, spring, timezone="Europe/Paris")
    autumn = ROSTER.replace("2026-01-05 08:00", "2026-10-25 02:30").replace("01-05", "10-25")
    assert "occurs twice in Europe/Paris, the clock goes back" in refusal(
        read, autumn, timezone="Europe/Paris"
    )
    told = read(autumn.replace("02:30", "02:30+01:00"), timezone="Europe/Paris")
    assert told["start"][0] == pd.Timestamp("2026-10-25 01:30", tz="UTC")


def test_a_time_zone_nobody_knows_is_refused(read):
    assert "did you mean 'Asia/Shanghai'" in refusal(read, ROSTER, timezone="Asia/Shangai")


def test_a_staffing_table_may_leave_out_columns_that_are_no_group(read):
    text = "note,start,day\nfoo,2026-01-05 08:00,4\nbar,2026-01-05 08:30,5"
    assert read(text, columns={"day": "day"}).to_dict("list") == {"day": [4, 5]}
    assert "row 2, column 'note': found 'foo'" in refusal(read, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("agent,group,start,end\n,team,2026-01-05 08:00,2026-01-05 12:00", "row 2, column 'agent'"),
        (
            "agent,group,start,end\nAnn,team,2026-01-05 08:00,2026-01-05 08:00",
            "row 2, column 'end': '2026-01-05 08:00' is not after start; allowed: an end after",
        ),
        (
            ROSTER + "Ann,team,2026-01-05 11:00,2026-01-05 13:00",
            "row 3, column 'start': agent 'Ann' is busy until 2026-01-05 12:00 by row 2; allowed: "
            "one thing at a time",
        ),
        (
            "agent,group,activity,start,end\nAnn,team,nap,2026-01-05 08:00,2026-01-05 09:00",
            "row 2, column 'activity': found 'nap'; allowed: work, meal, break, training",
        ),
        ("agent,group,start,end\nAnn,team,dawn,noon", "row 2, column 'end': found 'noon'; allowed"),
        ("agent,start,end\nAnn,1,2", "column 'group' (group) is missing; found: agent, start, end"),
        (
            "start,team\n2026-01-05 08:00,4.5\n2026-01-05 08:30,-1",
            "row 3, column 'team': found '-1'; allowed: a whole number of agents, 0 or more",
        ),
        ("start,team\n2026-01-05 08:00,\n2026-01-05 08:30,1", "row 2, column 'team': found nothi"),
        (
            "start,team\n2026-01-05 08:00,4\n2026-01-05 08:00,5",
            "row 3, column 'start': '2026-01-05 08:00' is there again; allowed: once",
        ),
        (
            "start,group,agents\n2026-01-05 08:00,team,4\n2026-01-05 08:00,team,5",
            "is there again, for the same group; allowed: once",
        ),
        ("start,team\n2026-01-05 08:00,4", "has one interval only; allowed: two or more"),
        ("when,who\n1,2", "nothing says who is on duty; found: when, who; allowed: a roster with"),
    ],
)
def test_a_row_nobody_can_work_by_is_refused_by_its_number(read, text, message):
    assert message in refusal(read, text)


@pytest.mark.parametrize(
    "text",
    [ROSTER, "start,team\n2026-01-05 00:00,4\n2026-01-05 00:30,5\n"],
    ids=["roster", "staff"],
)
def test_what_is_read_can_be_simulated(scenario_of, read, text):
    from ccsim.simulation.centre import centre_of
    from ccsim.simulation.duty import duty_of

    scenario = scenario_of(horizon={"start": dt.date(2026, 1, 5), "days": 1})
    duty = duty_of(scenario, centre_of(scenario), read(text))
    assert len(duty.agents) in (1, 5)
