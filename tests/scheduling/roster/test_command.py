"""`ccsim roster`: what it prints and writes, and that bad input writes nothing."""

from __future__ import annotations

import sys

import pandas as pd
import pytest

from ccsim import cli

SCENARIO = """\
name: Small
timezone: Europe/Paris
horizon: {start: 2026-03-02, days: 2, interval: 30min}
hours: {daily: "08:00-12:00"}
demand: {rates: {calls: 60}}
queues:
  calls: {talk: {exponential: {mean: 4min}}, target: {service_level: 0.8, within: 20s}}
groups:
  desk: {skills: {calls: 1}, cost_per_hour: 30}
shifts: {lengths: [4h]}
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command for some people; exit status, standard output, standard error."""
    (tmp_path / "small.yaml").write_text(SCENARIO)

    def call(people, *options):
        (tmp_path / "people.csv").write_text(people)
        arguments = ["roster", tmp_path / "small.yaml", "--people", tmp_path / "people.csv"]
        arguments += ["--out", tmp_path / "out", *options]
        monkeypatch.setattr(sys, "argv", ["ccsim", *map(str, arguments)])
        status = 0
        try:
            cli.main()
        except SystemExit as end:
            status = end.code or 0
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


def test_the_command_writes_csv_workbook_and_calendars(run, tmp_path):
    status, told, _ = run("name\nAnn\nBob\n")
    assert status == 0
    assert "of the placed hours have nobody" in told
    assert "hire people who know calls" in told
    written = pd.read_csv(tmp_path / "out" / "roster.csv")
    assert set(written["person"]) == {"Ann", "Bob"}
    assert (tmp_path / "out" / "roster.xlsx").exists()
    assert {file.name for file in (tmp_path / "out" / "calendars").iterdir()} == {
        "Ann.ics",
        "Bob.ics",
    }


def test_bad_people_end_with_one_message_and_nothing_written(run, tmp_path):
    status, _, told = run("name,groups\nAnn,dek\n")
    assert status == 2
    assert "row 2, column 'groups': unknown group 'dek'" in told
    assert not (tmp_path / "out").exists()
