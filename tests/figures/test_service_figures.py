from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.figures import service
from ccsim.text import labels


def test_service_has_a_band_and_a_line_a_queue_in_both_panels(intervals: pd.DataFrame) -> None:
    figure = service.by_interval(intervals, labels("en"))
    assert sum(trace.fill == "toself" for trace in figure.data) == 4
    assert sum(trace.line.shape == "hv" for trace in figure.data) == 4
    assert {trace.yaxis for trace in figure.data} == {"y", "y2"}


def test_the_title_counts_the_intervals_on_target_and_names_the_worst(
    intervals: pd.DataFrame,
) -> None:
    table = intervals.copy()
    table.loc[(table.index[40][0], "calls"), "service_level"] = 0.4
    title = service.by_interval(table, labels("en"), 0.8).layout.title.text
    assert "279 of 280" in title
    assert title.endswith("40%")


def test_queues_may_have_targets_of_their_own(intervals: pd.DataFrame) -> None:
    figure = service.by_interval(intervals, labels("en"), {"calls": 0.9, "care": 0.9})
    assert "140 of 280" in figure.layout.title.text
    figure = service.by_interval(intervals, labels("en"), {"calls": 0.8})
    assert "140 of 140" in figure.layout.title.text


def test_one_replication_has_lines_without_bands(intervals: pd.DataFrame) -> None:
    ends = [f"{kpi}{end}" for kpi in ("service_level", "abandonment") for end in ("_low", "_high")]
    figure = service.by_interval(intervals.assign(**dict.fromkeys(ends, np.nan)), labels("en"))
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert all(len(trace.x) == 0 for trace in bands)


def test_agent_states_pile_up_to_everybody_scheduled(group_intervals: pd.DataFrame) -> None:
    figure = service.agent_states(group_intervals, labels("en"))
    areas = [trace for trace in figure.data if trace.fill == "toself"]
    assert [np.nanmax(trace.y) for trace in areas] == [80, 100, 105, 113]
    assert "80%" in figure.layout.title.text


def test_those_who_finish_after_closing_do_not_make_the_busiest_interval(
    group_intervals: pd.DataFrame,
) -> None:
    table = group_intervals.copy()
    table.iloc[27, table.columns.get_indexer(["at_work", "busy", "idle"])] = (2.0, 2.0, 0.0)
    assert "at most 80%" in service.agent_states(table, labels("en")).layout.title.text


def test_sensitivity_has_an_error_bar_each_way(at_aht: pd.DataFrame) -> None:
    figure = service.sensitivity(at_aht, labels("en"))
    np.testing.assert_allclose(figure.data[0].error_y.array, [0.01, 0.02, 0.05])
    np.testing.assert_allclose(figure.data[0].error_y.arrayminus, [0.01, 0.02, 0.05])
    assert [point.split("<br>")[0] for point in figure.data[0].x] == ["−10%", "±0%", "+10%"]


@pytest.mark.parametrize(("change", "words"), [(-0.1, "−10%"), (1e-9, "±0%"), (0.25, "+25%")])
def test_changes_carry_their_sign(change: float, words: str) -> None:
    assert service.signed(change) == words
