from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.figures.history import history_figure
from ccsim.figures.marks import MARKERS
from ccsim.text import labels

MARKS = pd.DataFrame(
    {
        "date": pd.to_datetime(["2026-01-20", "2026-01-21", "2026-02-03", "2026-02-04"]),
        "name": ["Mailing", "Mailing", "calls: no counts", "Lantern Festival"],
        "kind": ["event", "event", "missing", "holiday"],
        "queue": [None, None, "calls", None],
    }
)


def history(days: int, queues: tuple[str, ...] = ("calls",)) -> pd.DataFrame:
    """Weekdays with three hours each; 2026-02-03 was lost."""
    dates = pd.bdate_range("2026-01-05", periods=days, tz="Asia/Shanghai")
    starts = [
        date + pd.Timedelta(hours=hour)
        for date in dates
        if f"{date:%m-%d}" != "02-03"
        for hour in (9, 10, 11)
    ]
    return pd.concat(
        [pd.DataFrame({"start": starts, "queue": queue, "offered": 40.0}) for queue in queues]
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_history_is_drawn_by_day_with_its_level(language: str) -> None:
    words = labels(language)
    figure = history_figure(history(40), MARKS, words)
    bars, level = figure.data[:2]
    assert (bars.type, bars.name) == ("bar", words["figure.history.day"])
    assert set(np.asarray(bars.y, dtype=float)) == {120.0}
    assert level.name == words["figure.history.level"]
    assert figure.layout.yaxis.title.text == words["figure.history.per_day"]
    assert "39" in figure.layout.title.text


def test_a_short_history_is_drawn_by_interval() -> None:
    figure = history_figure(history(10), MARKS, labels("en"))
    assert figure.data[0].name == labels("en")["figure.history.interval"]
    assert figure.layout.yaxis.title.text == labels("en")["figure.forecast.contacts"]


def test_whole_days_are_drawn_by_day_however_few() -> None:
    days = pd.DataFrame(
        {"start": pd.date_range("2026-01-05", periods=5, tz="UTC"), "queue": "a", "offered": 9.0}
    )
    assert history_figure(days, MARKS, labels("en")).data[0].type == "bar"


def test_every_kind_of_mark_is_told_once_in_the_legend() -> None:
    figure = history_figure(history(40, ("calls", "care")), MARKS, labels("en"))
    told = [trace.name for trace in figure.data if trace.showlegend]
    assert told.count(labels("en")["figure.mark.event"]) == 1
    assert told.count(labels("en")["figure.mark.missing"]) == 1
    assert all(f"figure.mark.{kind}" in labels("zh") for kind in MARKERS)


def test_what_was_found_in_one_queue_is_not_marked_in_another() -> None:
    figure = history_figure(history(40, ("calls", "care")), MARKS, labels("en"))
    rows = {trace.yaxis for trace in figure.data if trace.legendgroup == "missing"}
    assert rows == {"y"}
    assert {trace.yaxis for trace in figure.data if trace.legendgroup == "event"} == {"y", "y2"}


def test_a_lost_day_is_marked_at_the_bottom_of_its_gap() -> None:
    figure = history_figure(history(40), MARKS, labels("en"))
    (lost,) = [trace for trace in figure.data if trace.legendgroup == "missing"]
    assert [pd.Timestamp(x) for x in lost.x] == [pd.Timestamp("2026-02-03")]
    assert lost.y[0] < 0.2 * 120.0
    assert list(lost.customdata) == ["calls: no counts"]


def test_between_hours_a_lost_day_is_marked_where_the_next_begins() -> None:
    table = history(24)
    figure = history_figure(table[table["start"] >= "2026-01-26"], MARKS.tail(2), labels("en"))
    (lost,) = [trace for trace in figure.data if trace.legendgroup == "missing"]
    assert [pd.Timestamp(x) for x in lost.x] == [pd.Timestamp("2026-02-04 09:00")]


def test_days_in_a_row_have_their_name_once_and_findings_none() -> None:
    figure = history_figure(history(40), MARKS, labels("en"))
    written = [text for trace in figure.data for text in np.atleast_1d(trace.text) if text]
    assert written == ["Mailing", "Lantern Festival"]


def test_weekdays_without_counts_are_cut_out_of_the_axis() -> None:
    figure = history_figure(history(40), MARKS, labels("en"))
    (cut,) = figure.layout.xaxis.rangebreaks
    assert {pd.Timestamp(day).weekday() for day in cut["values"]} == {5, 6}


def test_a_history_without_marks_has_none() -> None:
    figure = history_figure(history(40), MARKS.head(0), labels("en"))
    assert len(figure.data) == 2
