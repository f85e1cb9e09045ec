"""The command line: what it prints, where, and with what exit status."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ccsim import __version__, cli
from tests.demand.made import counted, expected_rates

SMALL = """\
name: Small
industry: education
timezone: Europe/Paris
horizon: {start: 2026-03-02, days: 1, interval: 30min}
hours: {daily: "08:00-12:00"}
demand: {rates: {calls: 60}}
queues:
  calls: {talk: {exponential: {mean: 4min}}, target: {service_level: 0.8, within: 20s}}
groups:
  desk: {skills: {calls: 1}, on_duty: 8, cost_per_hour: 30, shrinkage: 0.1}
shifts: {lengths: [4h]}
contract: {tariff: seats.yaml}
overrides:
  busy: {demand.rates.calls: 120}
"""
TARIFF = """\
name: Seats
unit: peak_concurrent
price: 75
currency: USD
source: made up
seen: 2026-03-01
quality: assumption
check_before_use: true
"""


@pytest.fixture
def small(tmp_path):
    (tmp_path / "seats.yaml").write_text(TARIFF)
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    return file


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a command in this process: exit status, standard output, standard error."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["ccsim", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        monkeypatch.setenv("TERM", "dumb")
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        return end.value.code or 0, told.out, told.err

    return call


def shell(*arguments, **options):
    """Run a command as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "ccsim.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        **options,
    )


def test_help_lists_the_commands_and_loads_no_heavy_library():
    heavy = ["pandas", "numpy", "numba", "scipy", "statsmodels", "plotly", "pulp", "pydantic"]
    script = (
        "import sys; sys.argv = ['ccsim', '--help']\n"
        "import ccsim.cli\n"
        "try:\n    ccsim.cli.main()\n"
        f"finally:\n    print('LOADED', [name for name in {heavy} if name in sys.modules])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "LOADED []" in told.stdout
    for command in ("validate", "schema", "forecast", "backtest", "staff", "schedule", "simulate"):
        assert command in told.stdout
    for command in cli.PLANNED:
        assert f" {command} " not in told.stdout


def test_version(run):
    assert run("--version") == (0, f"ccsim {__version__}\n", "")


def test_no_command_shows_the_help(run):
    status, out, err = run()
    assert status == 2
    assert "validate" in out + err


def test_an_unknown_command_or_option_is_refused_on_standard_error(run, small):
    for arguments in (["validat"], ["validate"], ["validate", small, "--sett", "a=1"]):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "")
        assert "Error" in err


@pytest.mark.parametrize("command", cli.PLANNED)
def test_commands_of_the_design_that_are_not_there_yet_say_so(run, command):
    status, out, err = run(command, "a.yaml", "--years", "5")
    assert (status, out) == (2, "")
    assert err == f"ccsim {command}: not yet supported by version {__version__}\n"


def test_a_valid_scenario_is_said_to_be_valid(run, small):
    assert run("validate", small) == (0, f"{small}: valid (1 queues, 1 groups)\n", "")


def test_validate_prints_every_problem_on_standard_error_and_nothing_else(small):
    small.write_text(SMALL.replace("on_duty", "onduty").replace("Europe/Paris", "Europe/Pari"))
    told = shell("validate", small)
    assert (told.returncode, told.stdout) == (2, "")
    first, second = told.stderr.splitlines()
    assert first.startswith(f"{small}:3: timezone: unknown time zone; found 'Europe/Pari'; did you")
    assert second.startswith(
        f"{small}:10: groups.desk.onduty: unknown field; did you mean 'on_duty'"
    )


@pytest.mark.parametrize(
    "command",
    ["validate", "forecast", "backtest", "staff", "schedule", "simulate", "seats", "plan"],
)
def test_every_command_refuses_what_is_not_yet_supported(run, command):
    status, out, err = run(command, "docs/complete.yaml")
    assert (status, out) == (2, "")
    line = "docs/complete.yaml:97: groups.generalists.licence: not yet supported by this version"
    assert line in err.splitlines()


def test_simulate_by_group_with_a_roster_of_another_system(run, small, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "agent,group,start,end\n"
        "Ann,desk,2026-01-05 08:00,2026-01-05 12:00\nBob,desk,2026-01-05 09:00,2026-01-05 12:00\n"
    )
    arguments = ("simulate", small, "--by", "group", "--duty", roster, "--replications", "2")
    status, out, err = run(*arguments)
    assert (status, err) == (0, "")
    assert "hours_at_work" in out


def test_simulate_until_it_is_precise_enough(run, small):
    status, out, err = run("simulate", small, "--precision", "answer_rate=0.05")
    assert (status, err) == (0, "")
    assert "replications" in out
    status, out, err = run("simulate", small, "--precision", "answer_rate")
    assert (status, out) == (2, "")
    assert "allowed: KPI=HALF-WIDTH" in err


def test_compare_with_an_override_of_the_file(run, small):
    small.write_text(small.read_text() + "  more: {groups.desk.on_duty: 9}\n")
    status, out, err = run("compare", small, "--against", "more", "--replications", "2")
    assert (status, err) == (0, "")
    assert "difference" in out
    assert "correlation" in out


def test_a_missing_file_and_a_folder_in_its_place_are_refused(run, tmp_path):
    status, _, err = run("validate", tmp_path / "none.yaml")
    assert (status, err) == (
        2,
        f"{tmp_path}/none.yaml: cannot be read (No such file or directory)\n",
    )
    status, _, err = run("validate", tmp_path)
    assert (status, err) == (2, f"{tmp_path}: cannot be read (Is a directory)\n")


def test_set_changes_fields_as_a_scenario_file_would_have_them(run, small):
    changes = ["--set", "hours.daily=12:30-13:30", "--set", "groups.desk.skills.calls={rank: 2}"]
    assert run("validate", small, *changes)[0] == 0
    status, out, _ = run("staff", small, "--set", "hours={daily: '09:00-10:00'}")
    assert status == 0
    assert sum("desk" in line for line in out.splitlines()) == 2


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("groups.desk.on_duty", "--set groups.desk.on_duty; allowed: PATH=VALUE"),
        ("=5", "--set =5; allowed: PATH=VALUE"),
        ("groups.desk.on_duty={", "--set groups.desk.on_duty={: '{' is not a YAML value"),
        ("groups.dsk.on_duty=5", "no such name; did you mean 'desk'?"),
        ("groups.desk.on_duty=many", "(changed): groups.desk.on_duty: not a whole number"),
        ("groups.desk.on_duty=12:30", "not a whole number; found '12:30'"),
        ("shifts.cyclic=on", "neither true nor false; found 'on'"),
        ("horizon.start=2026-02-30", "horizon.start: not a date; found '2026-02-30'"),
        ("name=!!python/name:os.system", "is not a YAML value"),
    ],
)
def test_a_change_that_cannot_be_is_refused(run, small, entry, message):
    status, out, err = run("validate", small, "--set", entry)
    assert (status, out) == (2, "")
    assert message in err


def test_overrides_are_applied_by_name(run, small):
    quiet, busy = (run("staff", small, *more)[1] for more in ([], ["--override", "busy"]))
    assert " 30  240" in quiet
    assert " 60  240" in busy
    status, _, err = run("staff", small, "--override", "bussy")
    assert status == 2
    assert "no such override; did you mean 'busy'?" in err


def test_tables_are_printed_and_written_whole(run, small, tmp_path):
    target = tmp_path / "new" / "requirement.csv"
    status, out, err = run("staff", small, "--csv", target)
    assert (status, err) == (0, "")
    rows = list(csv.DictReader(target.open()))
    assert len(rows) == 8
    assert rows[0]["group"] == "desk"
    assert float(rows[0]["scheduled"]) == pytest.approx(int(rows[0]["net_whole"]) / 0.9)
    assert "Erlang family for the mean of demand" in out
    assert os.listdir(target.parent) == ["requirement.csv"]


def test_an_error_while_writing_leaves_the_old_file(run, small, tmp_path, monkeypatch):
    import pandas as pd

    target = tmp_path / "requirement.csv"
    target.write_text("as it was")

    def broken(self, path, **options):
        Path(path).write_text("half a ta")
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(pd.DataFrame, "to_csv", broken)
    status, _, err = run("staff", small, "--csv", target)
    assert status == 2
    assert "No space left on device" in err
    assert target.read_text() == "as it was"
    assert sorted(os.listdir(tmp_path)) == ["requirement.csv", "seats.yaml", "small.yaml"]


def test_a_folder_given_as_a_file_is_refused(run, small, tmp_path):
    for arguments in (
        ["staff", small, "--csv", tmp_path],
        ["schema", "--markdown", tmp_path],
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "")
        assert "is a directory" in err


def test_a_file_in_the_way_of_a_folder_is_one_clear_error(run, small, tmp_path):
    status, _, err = run("staff", small, "--csv", small / "requirement.csv")
    assert status == 2
    assert err.count("\n") == 1
    assert err.startswith(str(small))
    for out in (small, small / "deeper" / "out"):
        status, _, err = run("plan", small, "--out", out)
        assert status == 2
        assert "Traceback" not in err
        assert "is a file" in err or "is not a folder that can be written to" in err
    assert small.read_text() == SMALL


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["simulate", "--replications", "0"], "replications=0; allowed: a whole number, 1 or more"),
        (["simulate", "--seed", "-1"], "seed=-1; allowed: a whole number from 0 to"),
        (["schedule", "--time-limit", "0"], "time_limit=0.0; allowed: seconds above 0"),
        (["plan", "--language", "fr"], "language 'fr' is not known; allowed: en, zh"),
        (["forecast"], "demand has nothing to forecast from"),
        (["backtest"], "demand has no history to forecast from"),
        (["staff", "--set", "queues.calls.target={}"], "queues.calls.target: nothing to staff for"),
        (["schedule", "--set", "shifts.lengths=[5h]"], "no shift fits: the shortest lasts 5 h"),
        (
            ["seats", "--set", "currency=EUR"],
            "contract.tariff: seats.yaml bills in USD; allowed: E",
        ),
    ],
)
def test_options_out_of_range_are_one_clear_error(run, small, arguments, message):
    command, *options = arguments
    status, out, err = run(command, small, *options)
    assert (status, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_the_schedule_tells_cost_gap_and_people(run, small):
    status, out, _ = run("schedule", small)
    assert status == 0
    assert "gap 0.00% (CBC), people " in out
    assert " USD, " in out


def test_seats_are_counted_under_the_scenario_s_tariff(run, small):
    status, out, _ = run("seats", small)
    assert status == 0
    assert "peak_concurrent" in out


def test_large_numbers_are_written_out(run, small):
    assert "9,000" in run("staff", small, "--set", "demand.rates.calls=18000")[1]


def test_the_schema_is_json_and_its_page_is_written_whole(run, tmp_path):
    status, out, _ = run("schema")
    assert status == 0
    assert json.loads(out)["title"] == "Scenario"
    page = tmp_path / "schema.md"
    assert run("schema", "--markdown", page)[0] == 0
    assert page.read_text(encoding="utf-8") == Path("docs/schema.md").read_text(encoding="utf-8")
    status, out, err = run("schema", "--markdown", page, "--example", tmp_path / "none.yaml")
    assert (status, out) == (2, "")
    assert err == f"{tmp_path}/none.yaml: No such file or directory\n"


def test_a_closed_pipe_is_no_error_worth_a_traceback(small):
    command = f"'{sys.executable}' -m ccsim.cli schema | head -1"
    told = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert told.stdout == "{\n"
    assert "Traceback" not in told.stderr


def test_control_c_stops_with_one_line(small, tmp_path):
    script = (
        "import sys, time, ccsim.cli, ccsim.staffing\n"
        "def slow(scenario, **options):\n"
        "    print('busy', file=sys.stderr, flush=True)\n    time.sleep(60)\n"
        "ccsim.staffing.require = slow\n"
        "ccsim.cli.main()\n"
    )
    target = tmp_path / "requirement.csv"
    running = subprocess.Popen(
        [sys.executable, "-c", script, "staff", str(small), "--csv", str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr.readline() == "busy\n"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (130, "")
    assert err.strip() == "Stopped; no file is half-written."
    assert not target.exists()


def test_a_sweep_prints_a_row_a_point_and_writes_table_and_pictures(run, small, tmp_path):
    arguments = [
        "sweep", small, "--vary", "groups.desk.on_duty=2..4:2", "--replications", "2",
        "--folder", tmp_path / "points", "--cost", "hours_at_work",
        "--csv", tmp_path / "all.csv", "--html", tmp_path / "all.html",
    ]  # fmt: skip
    status, out, err = run(*arguments)
    assert (status, err) == (0, "")
    *rows, page = out.splitlines()[2:]
    assert [line.split()[1] for line in rows] == ["2", "4"]
    assert page == str(tmp_path / "all.html")
    assert "service_level" in out
    assert "efficient" in out
    rows = list(csv.DictReader((tmp_path / "all.csv").open()))
    assert {row["groups.desk.on_duty"] for row in rows} == {"2", "4"}
    page = (tmp_path / "all.html").read_text()
    # Service level, wait, occupancy and the frontier; what is offered is the same everywhere.
    assert page.count('class="plotly-graph-div"') == 4
    assert "<script src" not in page
    files = sorted(os.listdir(tmp_path / "points"))
    assert len(files) == 2
    assert run(*arguments)[1] == out
    assert sorted(os.listdir(tmp_path / "points")) == files
    status, out, _ = run("sweep", small, "--point", "as is", "--point", "busy", "--replications",
                         "2", "--folder", tmp_path / "points")  # fmt: skip
    assert status == 0
    assert "busy" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "allowed: --vary PATH=VALUES, or --point OVERRIDES"),
        (["--vary", "groups.desk.on_duty=[2]", "--point", "busy"], "not both"),
        (["--vary", "groups.desk.on_duty=2..x"], "allowed: PATH=[80, 90] or PATH=80..120:5"),
        (["--vary", "groups.desk.on_duty=4..2"], "allowed: PATH=[80, 90] or PATH=80..120:5"),
        (["--vary", "groups.desk.on_duty=3"], "allowed: PATH=[80, 90] or PATH=80..120:5"),
        (["--vary", "groups.dask.on_duty=[3]"], "did you mean 'desk'?"),
        (["--point", "bussy"], "did you mean 'busy'?"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(run, small, tmp_path, arguments, message):
    status, out, err = run("sweep", small, "--folder", tmp_path / "points", *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert not (tmp_path / "points").exists()


def test_verify_says_that_both_engines_agree(run, small):
    status, out, err = run("verify", small, "--replications", "2")
    assert (status, err) == (0, "")
    assert out.count("both engines agree") == 2


def test_verify_tells_the_first_difference_and_fails(run, small, monkeypatch):
    module = sys.modules["ccsim.simulation.verify"]
    really = module.run

    def other(engine, *given):
        legs, spans = really(engine, *given)
        if engine == "compiled":
            legs.talk_end[5] += 1
        return legs, spans

    monkeypatch.setattr(module, "run", other)
    status, out, _ = run("verify", small, "--replications", "3")
    assert status == 1
    (line,) = out.splitlines()
    assert "replication 0:" in line
    assert "contact 5" in line
    assert "simpy: ends its talk" in line
    assert "compiled: ends its talk" in line


PAST = SMALL.replace(
    "demand: {rates: {calls: 60}}",
    "demand: {history: calls.csv, model: [multiplicative, last_week]}",
).replace('{daily: "08:00-12:00"}', '{weekdays: "08:00-18:00", weekends: closed}')


@pytest.fixture
def past(tmp_path):
    counted(expected_rates(56), 1, day_sd=0.03).to_csv(tmp_path / "calls.csv", index=False)
    (tmp_path / "seats.yaml").write_text(TARIFF)
    file = tmp_path / "past.yaml"
    file.write_text(PAST.replace("overrides:\n  busy: {demand.rates.calls: 120}\n", ""))
    return file


def test_a_history_is_checked_and_what_would_be_refused_ends_with_status_one(run, past, tmp_path):
    status, out, _ = run("history", tmp_path / "calls.csv", "--timezone", "Europe/Paris")
    assert status == 0
    rows = (tmp_path / "calls.csv").read_text().replace("offered", "Calls").splitlines()
    (tmp_path / "twice.csv").write_text("\n".join([*rows, rows[-1]]))
    column = ("--column", "offered=Calls")
    status, out, _ = run("history", tmp_path / "twice.csv", *column, "--timezone", "Europe/Paris")
    assert status == 1
    assert "duplicate" in out
    status, _, err = run("history", tmp_path / "twice.csv", "--column", "offered")
    assert status == 2
    assert "--column offered: not a pair" in err


def test_a_forecast_goes_through_excel_and_onto_a_page(run, past, tmp_path):
    book, page = tmp_path / "f.xlsx", tmp_path / "f.html"
    status, out, _ = run("forecast", past, "--league", "--excel", book, "--html", page)
    assert status == 0
    assert "multiplicative" in out
    assert "plotly" in page.read_text()
    status, out, _ = run("forecast", past, "--adjusted", book)
    assert status == 0
    assert "adjusted by" not in out


def test_a_backtest_has_pictures_of_the_league_and_of_errors_by_lead(run, past, tmp_path):
    for extra in ((), ("--by", "lead")):
        page = tmp_path / "b.html"
        status, out, _ = run("backtest", past, "--origins", 2, *extra, "--days", 7, "--html", page)
        assert status == 0
        assert str(page) in out
    status, _, err = run("backtest", past, "--by", "date", "--html", page)
    assert status == 2
    assert "no picture by date" in err
    status, _, err = run("backtest", past, "--workers", 0)
    assert (status, "workers=0 is not allowed" in err) == (2, True)


def test_a_log_is_calibrated_into_a_scenario_that_loads(run, tmp_path):
    lines = ["contact,arrived,answered,ended,outcome"]
    for n in range(300):
        day, minute, talk = 5 + n // 60, 8 * 60 + 3 * (n % 60), 60 + (n * 37) % 240
        at = [
            f"2026-01-{day:02d} {t // 3600:02d}:{t // 60 % 60:02d}:{t % 60:02d}"
            for t in (minute * 60, minute * 60 + 10, minute * 60 + 10 + talk)
        ]
        lines.append(f"c{n},{at[0]},{at[1]},{at[2]},handled")
    (tmp_path / "log.csv").write_text("\n".join(lines))
    out = tmp_path / "learned.yaml"
    status, told, _ = run(
        "calibrate", tmp_path / "log.csv", "--timezone", "Europe/Paris", "--out", out
    )
    assert status == 0
    assert "300 contacts" in told
    assert run("validate", out)[0] == 0
