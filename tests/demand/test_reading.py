from __future__ import annotations

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.demand import read_history
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

ROWS = """start,queue,offered,handle_time
2026-01-05 08:00,calls,12,200
2026-01-05 08:30,calls,15,210.5
2026-01-05 09:00,calls,11,
2026-01-05 09:30,calls,14,190
2026-01-05 10:00,calls,13,195
2026-01-05 10:30,calls,16,205
"""


def csv(folder: Path, text: str) -> Path:
    path = folder / "calls.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_csv_file_becomes_sorted_local_intervals(tmp_path: Path) -> None:
    history = read_history(csv(tmp_path, ROWS), timezone="Asia/Shanghai")
    assert history.interval == pd.Timedelta("30min")
    assert history.table["offered"].tolist() == [12, 15, 11, 14, 13, 16]
    assert str(history.table["start"].iloc[0]) == "2026-01-05 08:00:00+08:00"
    assert history.table["handle_time"].isna().tolist() == [False, False, True, False, False, False]
    assert "81 contacts on 1 days" in repr(history)


def test_every_source_reads_into_the_same_table(tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    rows = pd.read_csv(csv(tmp_path, ROWS))
    rows.to_excel(tmp_path / "calls.xlsx", index=False)
    url = f"sqlite:///{tmp_path / 'calls.db'}"
    engine = create_engine(url)
    rows.to_sql("calls", engine, index=False)
    engine.dispose()
    wanted = read_history(csv(tmp_path, ROWS)).table
    read = [
        read_history(rows),
        read_history(tmp_path / "calls.xlsx"),
        read_history(url, query="SELECT * FROM calls"),
    ]
    for history in read:
        pd.testing.assert_frame_equal(history.table, wanted)


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_parquet_reads_into_the_same_table(tmp_path: Path) -> None:
    rows = pd.read_csv(csv(tmp_path, ROWS))
    rows.to_parquet(tmp_path / "calls.parquet")
    wanted = read_history(csv(tmp_path, ROWS)).table
    pd.testing.assert_frame_equal(read_history(tmp_path / "calls.parquet").table, wanted)


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "calls.parquet").write_bytes(b"")
    monkeypatch.setattr("ccsim.demand.sources.find_spec", lambda name: None)
    with pytest.raises(HistoryError, match=r"pip install ccsim\[parquet\]"):
        read_history(tmp_path / "calls.parquet")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("offered", "Offred", r"column 'offered' .* is missing; found: start, queue, Offred"),
        ("15", "abc", r"row 3, column 'offered': found 'abc'; allowed: a number"),
        ("15", "", r"row 3, column 'offered': found nothing"),
        ("15", "-15", r"row 3, column 'offered': found '-15'; allowed: .* 0 or more"),
        ("15", "inf", r"row 3, column 'offered': found 'inf'"),
        ("08:30", "08:00", r"row 3, .* of queue 'calls' is duplicated, first seen in row 2"),
        ("2026-01-05 08:30", "5 Jan", r"row 3, column 'start': found '5 Jan'; .*time_format"),
        ("08:30", "08:40", r"row 3, column 'start': .* off the grid of 30 min"),
        ("210.5", "0", r"row 3, column 'handle_time': found '0'; allowed: seconds"),
        ("210.5", "90000", r"row 3, column 'handle_time': found '90000'"),
        ("2026-01-05 08:30,calls", "2026-01-05 08:30,", r"row 3, column 'queue': found nothing"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_and_column(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(HistoryError, match=message) as refused:
        read_history(csv(tmp_path, ROWS.replace(old, new, 1)))
    assert "calls.csv" in str(refused.value)


def test_many_bad_cells_make_one_message_with_their_number(tmp_path: Path) -> None:
    lines = [f"2026-01-05 {hour:02d}:00,x" for hour in range(24)]
    with pytest.raises(HistoryError, match=r"24 problems \(the first 10 shown\)\n  row 2,"):
        read_history(csv(tmp_path, "start,offered\n" + "\n".join(lines)))


@pytest.mark.parametrize("text", ["", "start,queue,offered\n"])
def test_an_empty_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(HistoryError, match="is empty"):
        read_history(csv(tmp_path, text))


def test_an_unknown_time_zone_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="did you mean 'America/New_York'"):
        read_history(csv(tmp_path, ROWS), timezone="America/NewYork")


@pytest.mark.parametrize(
    ("date", "why"), [("2026-03-08 02:30", "does not exist"), ("2026-11-01 01:30", "occurs twice")]
)
def test_a_clock_time_that_is_no_single_time_is_refused_with_its_row(
    tmp_path: Path, date: str, why: str
) -> None:
    with pytest.raises(HistoryError, match=f"row 2, column 'start': '{date}' {why}"):
        read_history(
            csv(tmp_path, f"start,offered\n{date},1"), timezone="America/New_York", interval="30min"
        )


def test_times_with_an_offset_are_converted(tmp_path: Path) -> None:
    rows = "start,offered\n2026-11-01T01:30-04:00,1\n2026-11-01T01:30-05:00,2\n"
    history = read_history(csv(tmp_path, rows), timezone="America/New_York", interval="30min")
    assert history.starts.strftime("%H:%M").tolist() == ["01:30", "01:30"]


def test_a_gap_inside_a_day_is_refused_filled_or_its_day_dropped_as_the_planner_says() -> None:
    rows = counted(expected_rates(28), seed=1).drop(index=[5, 6])
    with pytest.raises(HistoryError, match="2 intervals are missing inside open days: 2026-01-05"):
        read_history(rows, timezone="Europe/Paris")
    zero = read_history(rows, timezone="Europe/Paris", missing="zero")
    assert len(zero.table) == len(rows) + 2
    drop = read_history(rows, timezone="Europe/Paris", missing="drop")
    assert drop.first_day == pd.Timestamp("2026-01-06")
    assert set(zero.findings["kind"]) == {"gap"}


def test_a_day_missing_whole_is_a_finding() -> None:
    rows = counted(expected_rates(28), seed=1)
    rows = rows[rows["start"].dt.strftime("%m-%d") != "01-14"]
    findings = read_history(rows, timezone="Europe/Paris").findings
    assert findings["what"].tolist() == ["calls: no counts on Wednesday 2026-01-14"]


def test_a_day_on_which_the_clock_changes_has_no_gap() -> None:
    rates = expected_rates(14, first="2026-03-23", opens=0, closes=24, weekdays=7)
    assert read_history(counted(rates, seed=1), timezone="Europe/Paris").findings.empty


def test_unknown_options_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="did you mean 'offered'"):
        read_history(csv(tmp_path, ROWS), {"ofered": "Calls"})
    with pytest.raises(OptionError, match="query= is allowed only"):
        read_history(csv(tmp_path, ROWS), query="SELECT 1")
    with pytest.raises(HistoryError, match=r"did you mean 'calls\.csv'"):
        read_history(tmp_path / "cals.csv")


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(20)), st.sampled_from([1, 2, 6]))
def test_the_order_of_rows_and_aggregation_lose_no_contact(order: list[int], times: int) -> None:
    rows = counted(expected_rates(1, step=30), seed=3).iloc[order]
    history = read_history(rows, timezone="Europe/Paris", interval="10min")
    assert history.table["start"].is_monotonic_increasing
    assert history.table["offered"].sum() == rows["offered"].sum()
    fine = read_history(counted(expected_rates(1, step=10), seed=3), timezone="Europe/Paris")
    whole = fine.aggregated(f"{10 * times}min")
    assert whole.table["offered"].sum() == fine.table["offered"].sum()


def test_intervals_counted_in_part_are_left_out_and_said_so() -> None:
    rows = counted(expected_rates(14, step=10), seed=3)
    rows = rows[rows["start"].dt.strftime("%H:%M") != "17:50"]
    half_hours = read_history(rows, timezone="Europe/Paris").aggregated("30min")
    assert half_hours.table["start"].dt.strftime("%H:%M").max() == "17:00"
    assert "counted only in part" in half_hours.findings["what"].iloc[0]


def test_handle_time_is_averaged_over_contacts() -> None:
    rows = pd.DataFrame(
        {
            "start": ["2026-01-05 08:00", "2026-01-05 08:30"],
            "offered": [1.0, 3.0],
            "handle_time": [100.0, 200.0],
        }
    )
    assert read_history(rows).aggregated("60min").table["handle_time"].tolist() == [175.0]
