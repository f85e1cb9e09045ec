from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from ccsim.figures.timeline import interval_length, lay_time_axis, moment, step_band, step_line
from ccsim.text import labels

HALF_HOUR = pd.Timedelta("30min")


def test_a_working_week_shows_no_nights(starts: pd.DatetimeIndex) -> None:
    figure = go.Figure()
    figure.add_scatter(x=[], y=[])
    lay_time_axis(figure, starts, labels("en"))
    breaks = [tuple(map(pd.Timestamp, each.bounds)) for each in figure.layout.xaxis.rangebreaks]
    assert len(breaks) == 4
    assert all(begin.hour == 21 and end.hour == 7 for begin, end in breaks)
    shown = pd.Timestamp(figure.layout.xaxis.range[1]) - pd.Timestamp(figure.layout.xaxis.range[0])
    cut = sum((end - begin for begin, end in breaks), pd.Timedelta(0))
    assert (shown - cut) / pd.Timedelta(hours=1) == pytest.approx(70, abs=0.01)


def test_ticks_are_round_open_hours_and_few(starts: pd.DatetimeIndex) -> None:
    figure = go.Figure()
    figure.add_scatter(x=[], y=[])
    lay_time_axis(figure, starts, labels("zh"))
    ticks = [pd.Timestamp(tick) for tick in figure.layout.xaxis.tickvals]
    assert len(ticks) <= 14
    assert all(7 <= tick.hour < 21 and tick.minute == 0 for tick in ticks)
    assert figure.layout.xaxis.ticktext[0] == "12:00<br>11-09 周一"


@pytest.mark.parametrize("days", [1, 7, 35])
def test_a_centre_open_round_the_clock_has_no_breaks_and_few_ticks(days: int) -> None:
    figure = go.Figure()
    figure.add_scatter(x=[], y=[])
    hours = pd.date_range("2026-11-09", periods=24 * days, freq="h", tz="UTC")
    lay_time_axis(figure, hours, labels("en"))
    assert figure.layout.xaxis.rangebreaks == ()
    assert 4 <= len(figure.layout.xaxis.tickvals) <= 14


def test_an_interval_without_contacts_is_not_a_night(starts: pd.DatetimeIndex) -> None:
    figure = go.Figure()
    figure.add_scatter(x=[], y=[])
    lay_time_axis(figure, starts.delete(5), labels("en"))
    assert len(figure.layout.xaxis.rangebreaks) == 4


def test_a_step_line_ends_with_its_last_interval(starts: pd.DatetimeIndex) -> None:
    line = step_line(pd.Series(1.0, index=starts), HALF_HOUR)
    assert line["x"][28] == pd.Timestamp("2026-11-09 21:00")
    assert np.isnan(line["y"][29])
    assert np.isnan(line["y"]).sum() == 5


def test_a_step_band_is_one_closed_shape_a_day(starts: pd.DatetimeIndex) -> None:
    band = step_band(pd.Series(1.0, index=starts), pd.Series(2.0, index=starts), HALF_HOUR)
    assert len(band["x"]) == len(band["y"])
    assert np.isnan(band["y"]).sum() == 5
    assert band["y"][:56] == [2.0] * 56
    assert band["y"][56:112] == [1.0] * 56


def test_the_length_of_an_interval_is_found_across_nights(starts: pd.DatetimeIndex) -> None:
    assert interval_length(starts) == HALF_HOUR
    assert interval_length(starts[:1]) == pd.Timedelta(hours=1)


def test_a_moment_is_named_in_the_reader_s_language(starts: pd.DatetimeIndex) -> None:
    assert moment(starts[0], labels("en")) == "Mon 11-09 07:00"
    assert moment(starts[0], labels("zh")) == "11-09 周一 07:00"
