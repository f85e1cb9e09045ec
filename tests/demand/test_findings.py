from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.demand import check_history, read_history
from ccsim.demand.findings import RULES
from ccsim.errors import HistoryError, OptionError

from .made import counted, expected_rates

NEW_YORK = "America/New_York"
COLUMNS = ["row", "kind", "start", "queue", "what", "repair", "before", "after", "done"]


def day(**changed: object) -> pd.DataFrame:
    """A day of half-hours with ten contacts each; `changed` puts other cells at a place."""
    starts = pd.date_range("2026-01-05 08:00", periods=8, freq="30min").strftime("%Y-%m-%d %H:%M")
    rows = pd.DataFrame({"start": starts, "queue": "calls", "offered": 10}).astype(object)
    for column, cells in changed.items():
        for place, cell in cells.items():  # type: ignore[attr-defined]
            rows.loc[place, column] = cell
    return rows


# The same weekday, a week apart: whether a slot is usual is judged by weekday.
WITH_A_GAP = pd.concat(
    [day().drop(index=2), day().assign(start=lambda d: d["start"].str.replace("-05", "-12"))]
)


@pytest.mark.parametrize(
    ("rows", "kind", "row", "repair", "before", "after"),
    [
        (day(offered={2: -3}), "negative", 3, "missing", -3, None),
        (day(offered={2: "n/a"}), "not a number", 3, "missing", None, None),
        (day(offered={2: "1,234"}), "not a number", 3, "missing", None, None),
        (day(offered={2: None}), "not a number", 3, "missing", None, None),
        (day(offered={2: 10.5}), "fractional", 3, "keep", 10.5, 10.5),
        (day(start={2: "9 o'clock"}), "not a time", 3, "drop", None, None),
        (day(start={2: "2026-01-05 09:10"}), "off grid", 3, "drop", 10, None),
        (day(start={2: "2026-01-05 08:30"}), "duplicate", 3, "first", 10, 10),
        (day(queue={2: ""}), "no queue", 3, "drop", None, None),
        (WITH_A_GAP, "gap", None, "missing", None, None),
    ],
)
def test_each_fault_is_listed_with_its_row_its_repair_and_both_numbers(
    rows: pd.DataFrame, kind: str, row: int | None, repair: str, before: object, after: object
) -> None:
    findings = check_history(rows)
    assert findings.columns.tolist() == COLUMNS
    found = findings[findings["kind"] == kind].iloc[0]
    assert (None if pd.isna(found["row"]) else found["row"]) == row
    assert found["repair"] == repair
    assert repair in RULES[kind].allowed
    for column, number in (("before", before), ("after", after)):
        assert found[column] == number if number is not None else pd.isna(found[column])
    assert not findings["done"].any()


@pytest.mark.parametrize(
    "rows",
    [day(offered={2: -3}), day(offered={2: "x"}), WITH_A_GAP, day(start={2: "x"})],
)
def test_what_cannot_be_right_is_refused_and_the_message_names_the_way_out(
    rows: pd.DataFrame,
) -> None:
    with pytest.raises(HistoryError, match=r"check_history lists .* read_history\(repair="):
        read_history(rows)


def test_a_proposed_repair_is_made_and_stays_listed() -> None:
    history = read_history(day(offered={2: -3}), repair="proposed")
    assert len(history.table) == 7
    assert history.table["offered"].sum() == 70
    assert history.findings[["kind", "repair", "done"]].values.tolist() == [
        ["negative", "missing", True]
    ]


def test_a_finding_in_a_cell_says_of_which_interval_and_queue() -> None:
    findings = check_history(day(offered={2: -3, 4: "x"}))
    assert findings["start"].dt.strftime("%H:%M").tolist() == ["09:00", "10:00"]
    assert findings["queue"].tolist() == ["calls", "calls"]


def test_the_summary_says_what_was_found_and_what_was_done() -> None:
    rows = day(offered={2: -3})
    assert "(done: missing)" in read_history(rows, repair="proposed").summary()
    late = counted(expected_rates(28), seed=1).drop(index=[20, 21])
    assert "(proposed: missing)" in repr(read_history(late, timezone="Europe/Paris"))


def test_the_planner_chooses_by_kind_and_the_rest_is_refused_or_proposed() -> None:
    rows = day(offered={2: -3, 4: "x"})
    with pytest.raises(HistoryError, match="row 5, column 'offered': found 'x'"):
        read_history(rows, repair={"negative": "zero"})
    history = read_history(rows, repair={"negative": "zero", "others": "proposed"})
    assert history.table["offered"].tolist() == [10, 10, 0, 10, 10, 10, 10]


def test_an_unknown_kind_or_action_names_the_nearest() -> None:
    with pytest.raises(OptionError, match="did you mean 'negative'"):
        read_history(day(), repair={"negativ": "zero"})
    with pytest.raises(OptionError, match="did you mean 'proposed'"):
        read_history(day(), repair="propose")
    with pytest.raises(OptionError, match=r"for 'negative'; allowed: .*missing, zero"):
        read_history(day(), repair={"negative": "halve"})


@pytest.mark.parametrize(
    ("action", "total"), [("missing", 10), ("first", 14), ("last", 17), ("sum", 21)]
)
def test_conflicting_rows_count_as_the_planner_says(action: str, total: float) -> None:
    rows = pd.DataFrame(
        {
            "start": ["2026-01-05 08:00", "2026-01-05 08:30", "2026-01-05 08:30"],
            "offered": [10, 4, 7],
        }
    )
    history = read_history(rows, repair={"conflict": action})
    assert history.table["offered"].sum() == total
    assert history.findings["after"].tolist()[0] == total - 10 or action == "missing"


def test_rows_split_by_something_we_do_not_know_are_proposed_to_be_added_up() -> None:
    whole = counted(expected_rates(2), seed=1)
    parts = [whole.assign(offered=4, handle_time=100), whole.assign(offered=6, handle_time=200)]
    rows = pd.concat(parts, ignore_index=True)
    findings = check_history(rows)
    assert findings[["row", "kind", "repair", "before", "after"]].values.tolist() == [
        [41, "conflict", "sum", 160, 400]
    ]
    assert "100% of intervals have several rows" in findings["what"].iloc[0]
    table = read_history(rows, repair="proposed").table
    assert table["offered"].tolist() == [10.0] * 40
    assert table["handle_time"].tolist() == [160.0] * 40


def test_a_few_conflicts_are_proposed_to_be_left_out() -> None:
    rows = counted(expected_rates(14), seed=1)
    again = rows.iloc[[7]].assign(offered=999.0)
    findings = check_history(pd.concat([rows, again]), timezone="Europe/Paris")
    assert findings["kind"].tolist() == ["conflict"]
    assert findings["repair"].tolist() == ["missing"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 7), st.sampled_from(["-1", "x", "", "0.5", "12", "1,000", "inf", "7"])
        ),
        max_size=6,
    ),
    st.lists(st.integers(0, 7), max_size=2),
)
def test_proposed_repairs_give_a_history_with_nothing_left_to_refuse(
    cells: list[tuple[int, str]], again: list[int]
) -> None:
    rows = day(offered=dict(cells))
    rows = pd.concat([rows, rows.iloc[again]], ignore_index=True)
    findings = check_history(rows)
    history = read_history(rows, repair="proposed")
    assert len(history.findings) == len(findings)
    clean = history.table.assign(start=history.starts)
    assert (clean["offered"] >= 0).all()
    assert not clean.duplicated(["start", "queue"]).any()
    # What is left out is not observed, and reading what is left changes nothing more.
    left = read_history(clean, interval="30min", missing="keep")
    pd.testing.assert_frame_equal(left.table, history.table)


def test_nothing_is_changed_without_a_finding_that_says_so() -> None:
    rows = day(offered={1: -2, 5: 3.5})
    untouched = read_history(rows.drop(index=1), missing="keep")
    assert untouched.table["offered"].sum() == 6 * 10 + 3.5
    assert not untouched.findings[untouched.findings["kind"] == "fractional"]["done"].any()


def test_counts_that_are_rates_are_one_finding() -> None:
    rows = day().assign(offered=10.5)
    assert read_history(rows).findings["kind"].tolist() == ["fractional"]


def test_a_bad_handle_time_is_emptied_and_its_count_kept() -> None:
    rows = day().assign(handle_time=[200, 0, 210, -5, "x", 200, None, 100000])
    history = read_history(rows, repair="proposed")
    assert history.findings["row"].tolist() == [2, 4, 5, 8]
    assert history.table["offered"].sum() == 80
    assert history.table["handle_time"].notna().sum() == 3


def test_missing_keep_leaves_the_rest_of_the_day() -> None:
    rows = counted(expected_rates(28), seed=1).drop(index=[5, 6])
    history = read_history(rows, timezone="Europe/Paris", missing="keep")
    assert len(history.table) == len(rows)
    gap = history.findings.iloc[0]
    assert (gap["kind"], gap["repair"], gap["done"]) == ("gap", "missing", True)
    assert str(gap["start"]) == "2026-01-05 10:30:00+01:00"
    assert "2026-01-05 10:30 to 11:30 (2 intervals)" in gap["what"]


def clock_day(first: str, hours: list[str], counts: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"start": [f"{first} {hour}" for hour in hours], "offered": counts})


def test_a_count_in_the_hour_the_clock_skips_is_left_out_and_listed() -> None:
    rows = clock_day("2026-03-08", ["01:00", "02:00", "03:00", "04:00"], [5, 7, 6, 6])
    findings = check_history(rows, timezone=NEW_YORK)
    assert findings[["row", "kind", "repair", "before"]].values.tolist() == [
        [2, "skipped hour", "drop", 7]
    ]
    history = read_history(rows, timezone=NEW_YORK, repair="proposed")
    assert history.starts.strftime("%H:%M").tolist() == ["01:00", "03:00", "04:00"]


def test_an_hour_the_clock_repeats_with_two_rows_becomes_two_intervals_in_order() -> None:
    rows = clock_day("2026-11-01", ["00:00", "01:00", "01:00", "02:00"], [5, 7, 6, 4])
    assert check_history(rows, timezone=NEW_YORK)["kind"].tolist() == ["repeated hour"] * 2
    history = read_history(rows, timezone=NEW_YORK, repair="proposed", interval="60min")
    assert history.table["offered"].tolist() == [5, 7, 6, 4]
    assert (history.starts[1:] - history.starts[:-1] == pd.Timedelta("1h")).all()


@pytest.mark.parametrize(
    ("action", "counts"), [("missing", [5, 4]), ("halve", [5, 6, 6, 4]), ("first", [5, 12, 4])]
)
def test_an_hour_the_clock_repeats_with_one_row_is_for_the_planner_to_judge(
    action: str, counts: list[float]
) -> None:
    rows = clock_day("2026-11-01", ["00:00", "01:00", "02:00"], [5, 12, 4])
    assert check_history(rows, timezone=NEW_YORK, interval="60min")["repair"].tolist()[0] == (
        "missing"
    )
    history = read_history(
        rows, timezone=NEW_YORK, interval="60min", repair={"merged hour": action}, missing="keep"
    )
    assert history.table["offered"].tolist() == counts


def test_ranges_of_times_are_not_read_as_utc_offsets() -> None:
    starts = pd.date_range("2026-01-05 08:00", periods=8, freq="30min")
    ends = starts + pd.Timedelta("30min")
    rows = day().assign(start=starts.strftime("%Y-%m-%d %H:%M-") + ends.strftime("%H:%M"))
    with pytest.raises(HistoryError, match="8 different UTC offsets; allowed: times, not ranges"):
        read_history(rows)


HOURS = pd.DataFrame({"weekday": range(5), "opens": ["08:00"] * 5, "closes": ["18:00"] * 5})


def test_opening_hours_say_what_is_a_gap_and_what_is_not() -> None:
    rows = counted(expected_rates(14), seed=1)
    # Never seen in the past, and open: only the hours can know.
    rows = rows[rows["start"].dt.strftime("%H:%M") != "17:30"]
    assert read_history(rows, timezone="Europe/Paris").findings.empty
    gaps = check_history(rows, timezone="Europe/Paris", hours=HOURS)
    assert gaps["kind"].tolist() == ["gap"] * 10
    with pytest.raises(HistoryError, match="10 intervals are missing inside open days"):
        read_history(rows, timezone="Europe/Paris", hours=HOURS)
    zero = read_history(rows, timezone="Europe/Paris", hours=HOURS, missing="zero")
    assert len(zero.table) == 10 * 20


def test_contacts_outside_the_opening_hours_are_a_finding() -> None:
    rows = counted(expected_rates(14, opens=7), seed=1)
    findings = check_history(rows, timezone="Europe/Paris", hours=HOURS)
    assert set(findings["kind"]) == {"outside hours"}
    assert len(findings) == (rows["start"].dt.hour < 8).sum()
    kept = read_history(rows, timezone="Europe/Paris", hours=HOURS)
    assert len(kept.table) == len(rows)
    assert not kept.findings["done"].any()
    dropped = read_history(
        rows, timezone="Europe/Paris", hours=HOURS, repair={"outside hours": "drop"}
    )
    assert dropped.starts.hour.min() == 8


def test_a_function_of_hours_serves_as_well_as_a_table() -> None:
    rows = counted(expected_rates(14, opens=7), seed=1)
    table = check_history(rows, timezone="Europe/Paris", hours=HOURS)
    called = check_history(
        rows,
        timezone="Europe/Paris",
        hours=lambda wall: (wall.day_of_week < 5) & (wall.hour >= 8) & (wall.hour < 18),
    )
    pd.testing.assert_frame_equal(table, called)


def test_opening_hours_may_differ_by_queue() -> None:
    early = counted(expected_rates(14, opens=7), seed=1)
    late = counted(expected_rates(14, opens=8), seed=2, queue="late")
    rows = pd.concat([early, late])
    both = check_history(rows, timezone="Europe/Paris", hours=HOURS)
    assert set(both["queue"]) == {"calls"}
    wide = HOURS.assign(opens="07:00")
    own = {"calls": wide, "late": HOURS}
    assert check_history(rows, timezone="Europe/Paris", hours=own).empty


def test_a_day_that_starts_late_is_listed_and_not_refused() -> None:
    rows = counted(expected_rates(28), seed=1).drop(index=[20, 21])
    history = read_history(rows, timezone="Europe/Paris")
    assert history.findings[["kind", "repair", "done"]].values.tolist() == [
        ["edge", "missing", False]
    ]
    zero = read_history(rows, timezone="Europe/Paris", missing="zero")
    assert zero.table["offered"].iloc[20:22].tolist() == [0.0, 0.0]


def test_rows_filled_in_have_no_number_in_the_source() -> None:
    rows = counted(expected_rates(84), seed=1)
    rows = rows.drop(index=range(805, 811)).reset_index(drop=True)
    findings = read_history(rows, timezone="Europe/Paris", missing="zero").findings
    assert findings["kind"].tolist() == ["gap", "outage"]
    assert findings["row"].isna().all()


def test_a_queue_belongs_to_one_channel() -> None:
    rows = pd.concat([day().assign(channel="voice"), day().assign(queue="chat", channel="chat")])
    assert read_history(rows).channels == {"calls": "voice", "chat": "chat"}
    assert read_history(day()).channels is None
    with pytest.raises(HistoryError, match="queue 'calls' has the channels 'voice' and 'chat'"):
        read_history(day().assign(channel=["voice"] * 7 + ["chat"]))
