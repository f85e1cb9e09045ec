from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.figures.waterfall import waterfall
from ccsim.text import labels

EN = labels("en")


def test_the_bars_add_up_to_the_last_one(steps_table: pd.DataFrame) -> None:
    (bars,) = waterfall(steps_table, EN).data
    assert bars.measure == ("absolute", *["relative"] * 5, "total")
    assert sum(bars.y[:-1]) == pytest.approx(bars.y[-1], rel=1e-12)
    assert bars.y[-1] == pytest.approx(steps_table["hours"].sum(), rel=1e-12)


def test_a_step_that_adds_nothing_is_left_out(steps_table: pd.DataFrame) -> None:
    (bars,) = waterfall(steps_table, EN).data
    assert EN["figure.waterfall.occupancy_cap"] not in bars.x


def test_the_axis_says_where_it_begins_when_that_is_not_nought(steps_table: pd.DataFrame) -> None:
    figure = waterfall(steps_table, EN)
    low, high = figure.layout.yaxis.range
    levels = np.cumsum(steps_table["hours"])
    assert 0 < low < levels.min()
    assert high > levels.max()
    assert f"begins at {low:,.0f}" in figure.layout.yaxis.title.text


def test_the_axis_begins_at_nought_where_steps_are_large() -> None:
    steps = pd.DataFrame({"step": ["load", "erlang_c"], "hours": [100.0, 80.0]})
    figure = waterfall(steps, EN)
    assert figure.layout.yaxis.range[0] == 0
    assert "begins" not in figure.layout.yaxis.title.text
    assert figure.layout.title.text.startswith("56% of 180 agent-hours to schedule are load")


def test_the_title_names_the_step_that_adds_most(steps_table: pd.DataFrame) -> None:
    title = waterfall(steps_table, EN).layout.title.text
    assert "Shrinkage (+90)" in title
    assert "planned" in title
