from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.figures.proof import MOST_ROWS, event_days, promises
from ccsim.text import labels

EN = labels("en")


def test_each_promise_has_its_dot_its_interval_and_what_was_asked(
    promises_table: pd.DataFrame,
) -> None:
    figure = promises(promises_table, EN)
    by_name = {trace.name: trace for trace in figure.data if trace.showlegend}
    missed = by_name[EN["figure.proof.missed"]]
    assert missed.x[0] == 0.75
    assert missed.error_x.array[0] == pytest.approx(0.02)
    assert missed.error_x.arrayminus[0] == pytest.approx(0.03)
    asked = by_name[EN["figure.proof.asked"]]
    assert set(asked.x) == {0.8, 0.05}


def test_the_promise_kept_by_least_stands_on_top_and_in_the_title(
    promises_table: pd.DataFrame,
) -> None:
    figure = promises(promises_table, EN)
    hardest = "care: service level, Tue 11-10"
    assert figure.layout.yaxis.categoryarray[0] == hardest
    assert figure.layout.title.text == (
        f"Fresh days keep 3 of 4 promises, 2 of them beyond doubt; hardest: {hardest}"
    )


def test_mean_waits_have_an_axis_in_seconds(promises_table: pd.DataFrame) -> None:
    figure = promises(promises_table, EN)
    assert "s (95%" in figure.layout.xaxis2.title.text
    assert {tuple(t.x) for t in figure.data if t.xaxis == "x2"} == {(9.0,), (20.0,)}


def test_of_many_promises_the_tightest_are_drawn(promises_table: pd.DataFrame) -> None:
    shares = promises_table[promises_table["target"] != "asa"]
    many = pd.concat([shares] * 20, ignore_index=True)
    figure = promises(many, EN)
    dots = [trace for trace in figure.data if trace.name != EN["figure.proof.asked"]]
    assert sum(len(trace.x) for trace in dots) == MOST_ROWS
    assert f"of {len(many)} promises" in figure.layout.title.text


def test_days_of_events_are_marked_and_the_worst_named(days_table: pd.DataFrame) -> None:
    figure = event_days(days_table, EN)
    assert [trace.name for trace in figure.data] == ["ordinary days", "days of events"]
    assert "Double 11" in figure.layout.title.text
    assert "61%" in figure.layout.title.text
    np.testing.assert_allclose(figure.data[1].error_y.arrayminus, [0.11])
