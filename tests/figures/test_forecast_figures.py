from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.figures.forecast import backtest_figure, forecast_figure
from ccsim.figures.theme import CONFIG, FONT, translucent
from ccsim.figures.timeline import moment
from ccsim.text import labels

HOURS = pd.DatetimeIndex(
    [f"2026-01-0{day} {hour:02d}:00" for day in (5, 6) for hour in (9, 10, 11)]
).tz_localize("Asia/Shanghai")


def table(*values: float) -> pd.DataFrame:
    return pd.DataFrame({"calls": values}, index=HOURS)


def history() -> pd.DataFrame:
    return pd.DataFrame({"start": HOURS - pd.Timedelta(days=7), "queue": "calls", "offered": 5.0})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_title_says_the_finding_in_the_reader_s_language(language: str) -> None:
    mean = table(4, 9, 4, 5, 5, 5)
    figure = forecast_figure(history(), mean, mean - 2, mean + 2, labels(language))
    assert "32" in figure.layout.title.text
    assert moment(HOURS[1], labels(language)) in figure.layout.title.text
    assert figure.layout.yaxis.title.text == labels(language)["figure.forecast.contacts"]
    assert figure.layout.template.layout.font.family == FONT


def test_several_queues_have_a_panel_each_and_one_legend() -> None:
    mean = table(4, 9, 4, 5, 5, 5).assign(care=1.0, chat=2.0)
    figure = forecast_figure(history(), mean, mean - 1, mean + 1, labels("en"))
    assert [note.text for note in figure.layout.annotations] == ["calls", "care", "chat"]
    assert {trace.yaxis for trace in figure.data} == {"y", "y2", "y3"}
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert names == ["History", "80% band of counts", "Forecast"]


def test_lines_and_bands_break_where_the_centre_is_closed() -> None:
    mean = table(4, 9, 4, 5, 5, 5)
    figure = forecast_figure(history(), mean, mean - 2, mean + 2, labels("en"))
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    ahead = figure.data[-1]
    assert len(bands) == 2
    assert np.isnan(np.asarray(ahead.y, dtype=float)).sum() == 1


def test_times_are_shown_on_the_wall_clock() -> None:
    mean = table(4, 9, 4, 5, 5, 5)
    figure = forecast_figure(history(), mean, mean, mean, labels("en"))
    assert pd.Timestamp(figure.data[-1].x[0]) == pd.Timestamp("2026-01-05 09:00")


def test_backtest_errors_have_a_line_a_model_and_name_the_best() -> None:
    league = pd.DataFrame(
        {"model": ["a", "a", "b", "b"], "lead": [1, 2, 1, 2], "WAPE": [0.1, 0.2, 0.05, 0.06]}
    )
    figure = backtest_figure(league, labels("en"))
    assert [trace.name for trace in figure.data] == ["a", "b"]
    assert figure.layout.title.text.startswith("b misses least")


def test_no_figure_offers_to_upload_itself() -> None:
    assert "sendChartToCloud" in CONFIG["modeBarButtonsToRemove"]
    mean = table(4, 9, 4, 5, 5, 5)
    figure = forecast_figure(history(), mean, mean - 2, mean + 2, labels("en"))
    assert "sendChartToCloud" in figure.layout.template.layout.modebar.remove


def test_a_band_has_the_colour_of_its_line() -> None:
    assert translucent("#0072B2", 0.2) == "rgba(0, 114, 178, 0.2)"
