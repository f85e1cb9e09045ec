from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.figures import staffing
from ccsim.text import labels


def test_the_requirement_has_a_panel_a_group_with_two_lines(
    requirement_table: pd.DataFrame,
) -> None:
    figure = staffing.requirement(requirement_table, labels("en"))
    assert [trace.name for trace in figure.data] == ["at work", "scheduled (shrinkage added)"] * 2
    assert [trace.yaxis for trace in figure.data] == ["y", "y", "y2", "y2"]
    assert [trace.showlegend for trace in figure.data] == [True, True, False, False]
    assert [note.text for note in figure.layout.annotations] == ["juniors", "seniors"]


def test_the_requirement_s_title_names_the_peak_of_all_groups(
    requirement_table: pd.DataFrame,
) -> None:
    total = requirement_table.groupby("start")["net_whole"].sum()
    title = staffing.requirement(requirement_table, labels("en")).layout.title.text
    assert f"{total.max()}" in title
    assert f"{total.idxmax():%H:%M}" in title


def test_cover_shades_what_is_missing_and_what_is_too_much(cover_table: pd.DataFrame) -> None:
    figure = staffing.cover(cover_table, labels("en"))
    shades = [trace for trace in figure.data if trace.fill == "toself"]
    assert len(shades) == 4
    assert shades[0].fillcolor != shades[1].fillcolor
    missing = cover_table["under"].sum() / 2
    assert f"{missing:,.0f} agent-hours missing" in figure.layout.title.text


def test_cover_is_met_only_where_no_group_lacks_an_agent(cover_table: pd.DataFrame) -> None:
    met = (cover_table.groupby("start")["under"].max() < 0.5).sum()
    assert f"cover {met} of 140" in staffing.cover(cover_table, labels("en")).layout.title.text


def test_a_block_of_shifts_is_as_high_as_people_work_it(shift_table: pd.DataFrame) -> None:
    figure = staffing.shifts(shift_table, labels("en"))
    blocks = [trace for trace in figure.data if trace.name == "seniors"]
    assert len(blocks) == 5
    assert list(blocks[0].width) == [20, 30, 25]
    np.testing.assert_allclose(np.asarray(blocks[0].base, dtype=float), [7, 9, 12])
    np.testing.assert_allclose(blocks[0].x, [9, 9, 9])
    assert list(blocks[0].y) == [75 + 10, 75 + 35, 75 + 62.5]


def test_shifts_without_a_meal_show_none(shift_table: pd.DataFrame) -> None:
    figure = staffing.shifts(shift_table, labels("en"))
    meals = [trace for trace in figure.data if trace.name == labels("en")["figure.shifts.meal"]]
    assert [len(trace.x) for trace in meals] == [5, 6, 6, 6, 6]


def test_a_shift_past_midnight_runs_past_24(shift_table: pd.DataFrame) -> None:
    late = shift_table.assign(
        start=shift_table["start"] + pd.Timedelta(hours=8),
        end=shift_table["end"] + pd.Timedelta(hours=8),
    )
    axis = staffing.shifts(late, labels("en")).layout.xaxis
    assert axis.range[1] == 29.5
    assert "00:00" in axis.ticktext
