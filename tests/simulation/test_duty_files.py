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
        return ccsim.read_duty(file, **options)

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
