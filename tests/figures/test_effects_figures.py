from __future__ import annotations

import pandas as pd
import pytest

from ccsim.figures.effects import effects_figure
from ccsim.text import labels


@pytest.mark.parametrize(
    ("language", "words"), [("en", "First day after a closure"), ("zh", "休息后首日")]
)
def test_the_title_names_the_largest_change_that_is_sure(
    language: str, words: str, effects_table: pd.DataFrame
) -> None:
    title = effects_figure(effects_table, labels(language)).layout.title.text
    assert title.startswith(words)
    assert "+50%" in title


def test_without_a_sure_effect_the_title_says_so(effects_table: pd.DataFrame) -> None:
    unsure = effects_table[effects_table["low"] < 1.0]
    title = effects_figure(unsure, labels("en")).layout.title.text
    assert title == labels("en")["figure.effects.title_none"]


def test_without_any_effect_there_is_a_title_and_no_axis(effects_table: pd.DataFrame) -> None:
    figure = effects_figure(effects_table.head(0), labels("en"))
    assert figure.layout.xaxis.visible is False
    assert not figure.data


def test_every_row_tells_on_how_many_days_it_rests(effects_table: pd.DataFrame) -> None:
    figure = effects_figure(effects_table, labels("en"))
    assert "Sale (days seen: 1)" in figure.layout.yaxis.categoryarray


def test_an_effect_that_may_be_none_is_grey(effects_table: pd.DataFrame) -> None:
    figure = effects_figure(effects_table, labels("en"))
    by_group = {trace.legendgroup: trace for trace in figure.data}
    assert list(by_group["unsure"].y) == ["Sale (days seen: 1)"]
    assert by_group["unsure"].marker.color != by_group["sure"].marker.color


def test_the_axis_is_of_factors_and_speaks_in_per_cent(effects_table: pd.DataFrame) -> None:
    axis = effects_figure(effects_table, labels("en")).layout.xaxis
    assert axis.type == "log"
    told = dict(zip(axis.tickvals, axis.ticktext, strict=True))
    assert told[1.0] == "0%"
    assert told[2.0] == "+100%"


def test_an_interval_reaches_from_low_to_high(effects_table: pd.DataFrame) -> None:
    figure = effects_figure(effects_table, labels("en"))
    (unsure,) = [trace for trace in figure.data if trace.legendgroup == "unsure"]
    assert unsure.x[0] - unsure.error_x.arrayminus[0] == pytest.approx(0.9)
    assert unsure.x[0] + unsure.error_x.array[0] == pytest.approx(2.5)


def test_queues_have_a_panel_each(effects_table: pd.DataFrame) -> None:
    both = pd.concat([effects_table, effects_table.assign(queue="care")])
    figure = effects_figure(both, labels("en"))
    assert [note.text for note in figure.layout.annotations] == ["calls", "care"]
    assert [trace.showlegend for trace in figure.data].count(True) == 2
