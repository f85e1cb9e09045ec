"""Bad input, end to end: `ccsim plan` says what and where in one message, and writes nothing."""

from __future__ import annotations

import sys

import pandas as pd
import pytest

from ccsim import cli
from tests.demand.made import counted, expected_rates

SCENARIO = """\
name: Small
timezone: Europe/Paris
horizon: {start: 2026-03-16, days: 2, interval: 30min}
hours: {weekdays: "08:00-18:00", weekends: closed}
demand:
  history: calls.csv
queues:
  calls:
    talk: {exponential: {mean: 4min}}
    target: {service_level: 0.8, within: 20s}
groups:
  desk:
    skills: {calls: 1}
    cost_per_hour: 30
shifts:
  lengths: [5h, 10h]
"""


@pytest.fixture(scope="module")
def history():
    """Ten weeks of half-hours, as a spreadsheet has them."""
    made = counted(expected_rates(70, level=300.0), seed=3)
    made["start"] = made["start"].dt.strftime("%Y-%m-%d %H:%M")
    return made.astype({"offered": int}).astype(str)


@pytest.fixture
def planned(tmp_path, monkeypatch, capsys):
    """Plan a history and a scenario: exit status, messages, what is in the output folder."""

    def call(history, *changes, out="out"):
        text = SCENARIO
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "small.yaml").write_text(text)
        if isinstance(history, pd.DataFrame):
            history.to_csv(tmp_path / "calls.csv", index=False)
        elif history is not None:
            (tmp_path / "calls.csv").write_bytes(history)
        arguments = ["plan", tmp_path / "small.yaml", "--out", tmp_path / out, "--replications", 2]
        monkeypatch.setattr(sys, "argv", ["ccsim", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        errors = [line for line in told.err.splitlines() if not line.endswith("…")]
        return end.value.code or 0, [line.replace(f"{tmp_path}/", "") for line in errors]

    return call


def at_row(history, row, column, value):
    """Change the cell of a row, numbered as a spreadsheet does."""
    changed = history.copy()
    changed.loc[row - 2, column] = value
    return changed


def without_rows(history, *rows):
    return history.drop(index=[row - 2 for row in rows])


def twice(history, row):
    return pd.concat([history, history.iloc[[row - 2]]])


BAD_HISTORIES = {
    "calls.csv: column 'offered' (offered) is missing; found: start, queue, ofered": (
        lambda good: good.rename(columns={"offered": "ofered"})
    ),
    "calls.csv: row 7, column 'offered': found 'many'; allowed: a number of contacts": (
        lambda good: at_row(good, 7, "offered", "many")
    ),
    "calls.csv: row 9, column 'offered': found '-3'; allowed: a number of contacts, 0 or more": (
        lambda good: at_row(good, 9, "offered", "-3")
    ),
    "row 11, column 'start': found 'noon'; allowed: a time such as": (
        lambda good: at_row(good, 11, "start", "noon")
    ),
    "of queue 'calls' is duplicated, first seen in row 5; allowed: once": (
        lambda good: twice(good, 5)
    ),
    "calls.csv: 2 intervals are missing inside open days: 2026-01-05 09:30 of queue 'calls', ": (
        lambda good: without_rows(good, 5, 6)
    ),
    "small.yaml:6: demand.history: no counts for queue 'calls'; calls.csv has sales": (
        lambda good: good.assign(queue="sales")
    ),
    "calls.csv: is empty; a header and at least one row are needed": lambda good: b"",
    "calls.csv: is empty; at least one row of counts is needed": (
        lambda good: b"start,queue,offered\n"
    ),
    "calls.csv: byte 3 is not UTF-8": lambda good: b"caf\xe9\n1\n",
    "calls.csv: no such file": lambda good: None,
}


@pytest.mark.parametrize("message", BAD_HISTORIES)
def test_a_bad_history_is_refused_with_its_row_and_nothing_is_written(
    planned, history, tmp_path, message
):
    status, errors = planned(BAD_HISTORIES[message](history))
    assert status == 2
    assert message in errors[0]
    assert len(errors) == 1
    assert not (tmp_path / "out").exists()


BAD_SCENARIOS = {
    "small.yaml:2: timezone: unknown time zone; found 'Europe/Pariss'; did you mean 'Eu": (
        "Europe/Paris",
        "Europe/Pariss",
    ),
    "small.yaml:13: groups.desk.skills.chats: unknown queue; found 'chats'": (
        "skills: {calls: 1}",
        "skills: {calls: 1, chats: 2}",
    ),
    "small.yaml:8: queues.calls: no group can serve this queue": (
        "skills: {calls: 1}",
        "skills: {returns: 1}",
    ),
    "small.yaml:16: shifts.lengths: group 'desk': no shift fits: the shortest lasts 11 h": (
        "lengths: [5h, 10h]",
        "lengths: [11h]",
    ),
    "small.yaml:15: shifts: group 'desk': no shift the rules allow is at work at Mon 2026-": (
        "lengths: [5h, 10h]",
        "lengths: [4h]\n  starts: 4h",
    ),
    "small.yaml:12: groups.desk.cost_per_hour: needed to weigh one schedule against": (
        "    cost_per_hour: 30\n",
        "    contract_hours: 40h\n",
    ),
    "seats.yaml: cannot be read (No such file or directory)": (
        "shifts:",
        "contract: {tariff: seats.yaml}\nshifts:",
    ),
    "small.yaml:3: horizon.interval: does not divide a day; found '420 s'": (
        "interval: 30min",
        "interval: 7min",
    ),
    "no such file; did you mean 'calls.csv'?": ("history: calls.csv", "history: call.csv"),
}


@pytest.mark.parametrize("message", BAD_SCENARIOS)
def test_a_bad_scenario_is_refused_with_its_line_and_nothing_is_written(
    planned, history, tmp_path, message
):
    status, errors = planned(history, BAD_SCENARIOS[message])
    assert status == 2
    assert any(message in line for line in errors)
    assert not any("Traceback" in line for line in errors)
    assert not (tmp_path / "out").exists()


def test_what_an_earlier_plan_wrote_stays_as_it_was(planned, history, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.html").write_text("last week's")
    status, _ = planned(at_row(history, 7, "offered", "many"))
    assert status == 2
    assert [file.name for file in out.iterdir()] == ["report.html"]
    assert (out / "report.html").read_text() == "last week's"


def test_the_same_history_without_a_fault_is_planned(planned, history, tmp_path):
    status, errors = planned(history)
    assert (status, errors) == (0, [])
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "plan.xlsx",
        "report.html",
    ]
