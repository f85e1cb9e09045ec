from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.figures.heat import net_staffing
from ccsim.text import labels

EN = labels("en")


def test_a_panel_a_group_has_planned_minus_required_by_date_and_time(
    cover_table: pd.DataFrame,
) -> None:
    figure = net_staffing(cover_table, EN)
    assert len(figure.data) == 2
    own = cover_table[cover_table["group"] == "juniors"]
    net = (own["agents"] - own["required"]).to_numpy().reshape(5, 28)
    np.testing.assert_allclose(np.asarray(figure.data[0].z, dtype=float), net)
    assert figure.data[0].y[0] == "Mon 11-09"
    assert figure.data[0].x[:2] == ("07:00", "07:30")


def test_colours_are_centred_on_zero_and_shared_by_the_groups(cover_table: pd.DataFrame) -> None:
    figure = net_staffing(cover_table, EN)
    axis = figure.layout.coloraxis
    most = (cover_table["agents"] - cover_table["required"]).abs().max()
    assert (axis.cmin, axis.cmid, axis.cmax) == (-most, 0, most)
    assert {trace.coloraxis for trace in figure.data} == {"coloraxis"}


def test_closed_intervals_are_empty_and_a_need_met_has_no_number(
    cover_table: pd.DataFrame,
) -> None:
    late = cover_table.drop(index=cover_table.index[:2])
    late = late.assign(agents=late["required"] - 0.4)
    figure = net_staffing(late, EN)
    assert np.isnan(np.asarray(figure.data[0].z, dtype=float)[0, 0])
    assert {text for row in figure.data[0].text for text in row} == {""}
    assert figure.layout.title.text.startswith("To the nearest agent nobody is missing")


def test_more_than_two_weeks_are_averaged_by_weekday(cover_table: pd.DataFrame) -> None:
    weeks = []
    for week in range(4):
        moved = cover_table.assign(start=cover_table["start"] + pd.Timedelta(days=7 * week))
        weeks.append(moved.assign(agents=moved["agents"] + week))
    figure = net_staffing(pd.concat(weeks, ignore_index=True), EN)
    assert figure.data[0].y == ("Mon", "Tue", "Wed", "Thu", "Fri")
    single = np.asarray(net_staffing(cover_table, EN).data[0].z, dtype=float)
    np.testing.assert_allclose(np.asarray(figure.data[0].z, dtype=float), single + 1.5)


def test_the_title_names_the_worst_intervals(cover_table: pd.DataFrame) -> None:
    net = cover_table["agents"] - cover_table["required"]
    title = net_staffing(cover_table, EN).layout.title.text
    assert f"({-net.min():,.1f})" in title
    assert f"({net.max():,.1f})" in title
    assert f"{cover_table['start'][net.idxmin()]:%H:%M}" in title
