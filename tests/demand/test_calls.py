"""Call logs read: what is kept, what is refused, and by which row."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import ccsim
from ccsim.demand.scenarios import read_scenario_calls
from ccsim.errors import HistoryError, OptionError
from ccsim.scenario.load import build

HEADER = "contact,queue,arrived,answered,ended,outcome,agent,wrap,phone"
ROWS = (
    "c3,sales,2026-01-05 08:02:00,,2026-01-05 08:02:00,blocked,,,0170-3",
    "c1,sales,2026-01-05 08:00:00,2026-01-05 08:00:12,2026-01-05 08:03:40,handled,Ann,30,0170-1",
    "c2,care,2026-01-05 08:01:00,,2026-01-05 08:02:30,Abandoned,,,0170-2",
)


@pytest.fixture
def read(tmp_path):
    def read(*rows: str, header: str = HEADER, **options):
        file = tmp_path / "log.csv"
        file.write_text("\n".join((header, *rows)), encoding="utf-8")
        return ccsim.read_calls(file, **options)

    return read


def refusal(read, *rows: str, **options) -> str:
    with pytest.raises(HistoryError) as error:
        read(*rows, **options)
    return str(error.value)


def test_a_log_is_kept_in_order_of_arrival_on_the_clock_asked_for(read):
    log = read(*ROWS, timezone="Asia/Shanghai")
    assert log.table["outcome"].tolist() == ["handled", "abandoned", "blocked"]
    assert log.table["queue"].tolist() == ["sales", "care", "sales"]
    assert log.table["arrived"][0] == pd.Timestamp("2026-01-05 08:00", tz="Asia/Shanghai")
    assert log.table["answered"].isna().tolist() == [False, True, True]
    assert log.table["wrap"][0] == 30
    assert np.isnan(log.table["wrap"][1])
    assert log.queues == ["care", "sales"]
    assert "3 contacts (1 handled, 1 abandoned, 1 blocked)" in repr(log)


def test_nothing_in_a_log_names_anybody(read):
    log = read(*ROWS)
    text = log.table.to_csv()
    assert not any(word in text for word in ("c1", "Ann", "0170", "phone"))
    assert log.table["contact"].is_unique
    assert log.table["contact"].tolist() == read(*ROWS).table["contact"].tolist()
    assert log.table["contact"].tolist() != read(*ROWS, salt="pepper").table["contact"].tolist()


def test_columns_and_outcomes_of_other_systems_are_mapped(read):
    log = read(
        "7;05/01/2026 08:00:00;05/01/2026 08:00:05;05/01/2026 08:01:00;ANSWERED;12",
        header="Id;In;Up;Out;Result;Menu",
        columns={
            "contact": "Id",
            "arrived": "In",
            "answered": "Up",
            "ended": "Out",
            "outcome": "Result",
            "ivr": "Menu",
        },
        outcomes={"Answered": "handled"},
        separator=";",
        time_format="%d/%m/%Y %H:%M:%S",
        queue="desk",
    )
    assert log.table.loc[0, ["queue", "outcome", "ivr"]].tolist() == ["desk", "handled", 12]


def test_a_table_with_times_is_read_as_it_is():
    arrived = pd.date_range("2026-01-05 08:00", periods=2, freq="1min", tz="UTC")
    answered = pd.DatetimeIndex([arrived[0] + pd.Timedelta("5s"), pd.NaT])
    table = pd.DataFrame(
        {
            "contact": [1, 2],
            "arrived": arrived,
            "answered": answered,
            "ended": arrived + pd.Timedelta("60s"),
            "outcome": ["handled", "abandoned"],
        }
    )
    log = ccsim.read_calls(table, timezone="Europe/Paris")
    assert log.table["arrived"][0] == arrived[0]
    assert str(log.table["answered"].dt.tz) == "Europe/Paris"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "c,q,2026-01-05 08:00,,2026-01-05 08:01,lost,,,",
            "row 2, column 'outcome': found 'lost'; allowed: handled, abandoned, blocked",
        ),
        (
            "c,q,2026-01-05 08:00,,2026-01-05 08:01,handled,,,",
            "row 2, column 'answered': found nothing; allowed: a time, for it was handled",
        ),
        (
            "c,q,2026-01-05 08:00,2026-01-05 08:00,2026-01-05 08:01,abandoned,,,",
            "row 2, column 'answered': found '2026-01-05 08:00:00'; allowed: an empty cell",
        ),
        (
            "c,q,2026-01-05 08:00,2026-01-05 07:59,2026-01-05 08:01,handled,,,",
            "row 2, column 'answered': '2026-01-05 07:59:00' is before arrived; allowed: arrived, "
            "then answered, then ended",
        ),
        (
            "c,q,2026-01-05 08:00,2026-01-05 08:03,2026-01-05 08:01,handled,,,",
            "row 2, column 'ended': '2026-01-05 08:01:00' is before answered",
        ),
        (
            "c,q,2026-01-05 08:00,,2026-01-05 07:01,abandoned,,,",
            "row 2, column 'ended': '2026-01-05 07:01:00' is before arrived",
        ),
        (
            "c,q,2026-01-05 08:00,,,abandoned,,,",
            "row 2, column 'ended': found nothing; allowed: a time",
        ),
        ("c,q,soon,,,blocked,,,", "row 2, column 'arrived': found 'soon'; allowed: a time such"),
        (",q,2026-01-05 08:00,,,blocked,,,", "row 2, column 'contact': found nothing; allowed: an"),
        ("c,,2026-01-05 08:00,,,blocked,,,", "row 2, column 'queue': found nothing; allowed: the"),
        (
            "c,q,2026-01-05 08:00,2026-01-05 08:00,2026-01-05 08:01,handled,,-5,",
            "row 2, column 'wrap': found '-5'; allowed: seconds, from 0 to 86400 (24 h), or an",
        ),
    ],
)
def test_a_row_that_cannot_be_is_refused_by_its_number(read, row, message):
    assert message in refusal(read, row)


def test_a_contact_that_is_there_twice_is_refused_with_both_rows(read):
    told = refusal(read, *ROWS, ROWS[1])
    assert "row 5, column 'contact': the contact of row 3 again; allowed: each contact once" in told
    assert "c1" not in told


def test_every_problem_of_a_log_is_told_at_once(read):
    told = refusal(read, "a,q,soon,,,blocked,,,", "b,q,later,,,gone,,,")
    assert "3 problems" in told


def test_a_missing_column_is_named(read):
    told = refusal(read, "a,b", header="contact,outcom")
    assert "column 'arrived' (arrived) is missing; found: contact, outcom" in told


def test_an_unknown_word_for_our_outcomes_is_refused(read):
    with pytest.raises(OptionError, match="outcomes maps to 'handeld'; allowed: handled"):
        read(*ROWS, outcomes={"OK": "handeld"})


def test_a_scenario_names_its_log_by_a_path_relative_to_it(scenario_of, tmp_path):
    (tmp_path / "log.csv").write_text(
        "contact,In,answered,ended,outcome\na,2026-01-05 08:00,,2026-01-05 08:01,abandoned\n",
        encoding="utf-8",
    )
    demand = {"log": "log.csv", "columns": {"arrived": "In"}}
    scenario = scenario_of(demand=demand, timezone="Asia/Shanghai")
    here = dataclasses.replace(scenario.origin, file=tmp_path / "made.yaml")
    log = read_scenario_calls(build(here))
    assert log.queues == ["calls"]
    assert log.timezone == "Asia/Shanghai"
    other = build(here).change({"demand.columns": {"arrived": "Im"}})
    with pytest.raises(HistoryError, match=r"demand\.log: .*column 'Im' \(arrived\) is missing"):
        read_scenario_calls(other)


def test_a_log_of_other_queues_than_the_scenarios_is_refused(scenario_of, tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("\n".join((HEADER, *ROWS)), encoding="utf-8")
    with pytest.raises(HistoryError, match="has calls of queue 'care'; the scenario has calls"):
        read_scenario_calls(scenario_of(demand={"log": str(file)}))
