from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from ccsim.figures import service
from ccsim.text import labels

WORDS = labels("en")


def test_every_queue_has_a_row_of_two_panels_with_a_band_and_a_line(
    intervals: pd.DataFrame,
) -> None:
    figure = service.by_interval(intervals, labels("en"))
    assert sum(trace.fill == "toself" for trace in figure.data) == 4
    assert sum(trace.line.shape == "hv" for trace in figure.data) == 4
    assert {trace.yaxis for trace in figure.data} == {"y", "y2", "y3", "y4"}
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert names == ["95% band", "Service level", "Abandonment"]


def test_one_queue_has_its_two_panels_one_above_the_other(intervals: pd.DataFrame) -> None:
    figure = service.by_interval(intervals.xs("care", level="queue", drop_level=False), WORDS)
    assert {trace.xaxis for trace in figure.data} == {"x", "x2"}
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert figure.layout.xaxis.domain == figure.layout.xaxis2.domain == (0, 1)


def many(intervals: pd.DataFrame, queues: int) -> pd.DataFrame:
    """As many queues as asked, each busier than the one before."""
    one = intervals.xs("calls", level="queue")
    frames = [one.assign(queue=f"queue {n}", offered=10.0 * n) for n in range(1, queues + 1)]
    return pd.concat(frames).set_index("queue", append=True)


def test_nine_queues_stand_below_each_other_the_busiest_first(intervals: pd.DataFrame) -> None:
    figure = service.by_interval(many(intervals, 9), WORDS, 0.9)
    heads = [note.text for note in figure.layout.annotations if "queue" in note.text]
    assert heads[0] == "<b>queue 9</b>  Service level (target 90%)"
    assert heads == sorted(heads, reverse=True)
    pixels = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    domains = sorted(figure.layout[f"yaxis{n or ''}"].domain for n in ("", *range(2, 19)))
    left = sorted(set(domains))
    assert len(left) == 9
    assert all(pixels * (high - low) >= 95 for low, high in left)
    assert all(pixels * (b[0] - a[1]) >= 39 for a, b in pairwise(left))


def test_a_picture_grows_with_its_queues(intervals: pd.DataFrame) -> None:
    heights = [service.by_interval(many(intervals, n), WORDS).layout.height for n in (2, 5, 9)]
    assert heights == sorted(set(heights))


def test_panels_side_by_side_have_half_the_ticks(intervals: pd.DataFrame) -> None:
    assert len(service.by_interval(many(intervals, 3), WORDS).layout.xaxis.tickvals) <= 7


def test_what_is_missing_to_the_target_is_shaded_and_named_once(intervals: pd.DataFrame) -> None:
    table = many(intervals, 3)
    low = [(table.index[place][0], "queue 1") for place in (3, 4)]
    table.loc[low, "service_level"] = 0.5
    figure = service.by_interval(table, WORDS, 0.8)
    shaded = [trace for trace in figure.data if trace.name == "below target"]
    assert [len(trace.x) > 0 for trace in shaded] == [False, False, True]
    assert [trace.showlegend for trace in shaded] == [False, False, True]
    assert np.nanmax(shaded[2].y) == 0.8
    assert np.nanmin(shaded[2].y) == 0.5


def test_hovering_tells_the_interval_and_of_how_many(intervals: pd.DataFrame) -> None:
    figure = service.by_interval(intervals, WORDS)
    line = next(trace for trace in figure.data if trace.line.shape == "hv")
    assert line.customdata[0] == " (83.0%–87.0%) of 200 contacts"
    assert len(line.customdata) == len(line.x)
    assert figure.layout.xaxis.hoverformat == "%Y-%m-%d %H:%M"
    assert pd.Timestamp(line.x[0]) == pd.Timestamp("2026-11-09 07:00")


def test_the_worst_of_several_queues_is_named(intervals: pd.DataFrame) -> None:
    table = intervals.copy()
    table.loc[(table.index[40][0], "care"), "service_level"] = 0.4
    assert "care: 40%" in service.by_interval(table, WORDS).layout.title.text


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
    assert not any(trace.showlegend for trace in bands)
    assert figure.data[1].customdata[0] == " of 200 contacts"


def test_agent_states_pile_up_to_everybody_scheduled(group_intervals: pd.DataFrame) -> None:
    figure = service.agent_states(group_intervals, labels("en"))
    areas = [trace for trace in figure.data if trace.fill == "toself"]
    assert [np.nanmax(trace.y) for trace in areas] == [80, 100, 105, 113]
    assert "80%" in figure.layout.title.text


def test_every_state_that_occurs_is_drawn_and_no_other(group_intervals: pd.DataFrame) -> None:
    table = group_intervals.assign(on_break=0.0, off_phone=0.5, unseated=0.0)
    names = [trace.name for trace in service.agent_states(table, WORDS).data if trace.showlegend]
    assert names == ["Busy", "Idle", "Off the phone", "Absent"]


def test_groups_have_headings_that_touch_neither_title_nor_panel(
    group_intervals: pd.DataFrame,
) -> None:
    one = group_intervals.xs("bank", level="group")
    table = pd.concat([one.assign(group=f"group {n}") for n in range(8)])
    figure = service.agent_states(table.set_index("group", append=True), WORDS)
    heads = [note for note in figure.layout.annotations if note.text.startswith("group")]
    assert len(heads) == 8
    assert all((head.y, head.yanchor, head.x) == (1, "bottom", 0) for head in heads)
    assert figure.layout.margin.t >= 80


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
