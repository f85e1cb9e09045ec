from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ccsim.figures.forecast import forecast_figure
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


MEAN = table(4, 9, 4, 5, 5, 5)
BANDS = {0.8: (MEAN - 2, MEAN + 2)}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_title_says_the_finding_in_the_reader_s_language(language: str) -> None:
    figure = forecast_figure(history(), MEAN, BANDS, labels(language))
    assert "32" in figure.layout.title.text
    assert moment(HOURS[1], labels(language)) in figure.layout.title.text
    assert figure.layout.yaxis.title.text == labels(language)["figure.forecast.contacts"]
    assert figure.layout.template.layout.font.family == FONT


def test_several_queues_have_a_panel_each_and_one_legend() -> None:
    mean = MEAN.assign(care=1.0, chat=2.0)
    figure = forecast_figure(history(), mean, {0.8: (mean - 1, mean + 1)}, labels("en"))
    assert [note.text for note in figure.layout.annotations] == ["calls", "care", "chat"]
    assert {trace.yaxis for trace in figure.data} == {"y", "y2", "y3"}
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert names == ["History", "80% of counts", "Forecast"]


def test_bands_lie_in_each_other_the_widest_first_and_palest() -> None:
    bands = {share: (MEAN - 4 * share, MEAN + 4 * share) for share in (0.5, 0.8, 0.95)}
    figure = forecast_figure(history(), MEAN, bands, labels("en"))
    drawn = [trace for trace in figure.data if trace.fill == "toself"]
    assert [trace.name for trace in drawn] == ["95% of counts", "80% of counts", "50% of counts"]
    assert len({trace.fillcolor for trace in drawn}) == 3


def test_lines_and_bands_break_where_the_centre_is_closed() -> None:
    figure = forecast_figure(history(), MEAN, BANDS, labels("en"))
    for group in ("band 0.8", "mean"):
        (trace,) = [trace for trace in figure.data if trace.legendgroup == group]
        assert np.isnan(np.asarray(trace.y, dtype=float)).sum() == 2


def test_times_are_shown_on_the_wall_clock() -> None:
    figure = forecast_figure(history(), MEAN, BANDS, labels("en"))
    assert pd.Timestamp(figure.data[-1].x[0]) == pd.Timestamp("2026-01-05 09:00")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_there_are_counts_they_stand_as_dots_instead_of_mean_and_band(language: str) -> None:
    counts = table(6, 12, *[np.nan] * 4)
    mean = MEAN.where(counts.isna(), counts)
    figure = forecast_figure(
        history().head(0), mean, BANDS, labels(language), counts=counts, earlier={"plan": MEAN}
    )
    by_group = {trace.legendgroup: trace for trace in figure.data}
    assert list(by_group["counts"].y) == [6, 12]
    for group in ("mean", "band 0.8"):
        assert pd.DatetimeIndex(by_group[group].x).min() == pd.Timestamp("2026-01-05 11:00")
    assert "+38.5%" in figure.layout.title.text
    assert "history" not in by_group


def test_the_original_is_dotted_and_only_where_it_was_adjusted() -> None:
    adjusted = MEAN.assign(calls=MEAN["calls"] * [1, 1, 1, 2, 2, 2])
    figure = forecast_figure(history(), adjusted, BANDS, labels("en"), earlier={"original": MEAN})
    (dotted,) = [trace for trace in figure.data if trace.line.dash == "dot"]
    assert dotted.name == labels("en")["figure.forecast.original"]
    assert set(pd.DatetimeIndex(dotted.x).day) == {6}


def test_events_are_marked_amid_their_day() -> None:
    marks = pd.DataFrame(
        {"date": [pd.Timestamp("2026-01-06")], "name": "Sale", "kind": "event", "queue": None}
    )
    figure = forecast_figure(history(), MEAN, BANDS, labels("en"), marks=marks)
    assert pd.Timestamp(figure.data[-1].x[0]) == pd.Timestamp("2026-01-06 10:30")
    assert list(figure.data[-1].text) == ["Sale"]


def test_a_forecast_of_whole_days_speaks_of_days() -> None:
    days = pd.DataFrame(
        {"calls": [90.0, 80.0]}, index=pd.date_range("2026-01-05", periods=2, tz="Asia/Shanghai")
    )
    figure = forecast_figure(history().head(0), days, {0.8: (days - 9, days + 9)}, labels("en"))
    assert figure.layout.title.text == "170 contacts expected, the busiest day 90 on Mon 01-05"
    assert figure.layout.yaxis.title.text == labels("en")["figure.history.per_day"]
    assert not figure.layout.xaxis.rangebreaks


def test_no_figure_offers_to_upload_itself() -> None:
    assert "sendChartToCloud" in CONFIG["modeBarButtonsToRemove"]
    figure = forecast_figure(history(), MEAN, BANDS, labels("en"))
    assert "sendChartToCloud" in figure.layout.template.layout.modebar.remove


def test_a_band_has_the_colour_of_its_line() -> None:
    assert translucent("#0072B2", 0.2) == "rgba(0, 114, 178, 0.2)"
