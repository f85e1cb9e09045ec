from __future__ import annotations

import pandas as pd
import pytest

from ccsim.figures.league import error_figure, league_figure
from ccsim.text import labels


def headings(figure: object) -> list[str]:
    return [note.text for note in figure.layout.annotations]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_league_names_the_best_and_what_last_week_would_have_missed(
    language: str, backtest_table: pd.DataFrame
) -> None:
    title = league_figure(backtest_table, labels(language)).layout.title.text
    assert "auto" in title
    assert "5.0%" in title
    assert "9.0%" in title


def test_the_best_model_stands_at_the_top(league_table: pd.DataFrame) -> None:
    figure = league_figure(league_table, labels("en"))
    assert figure.layout.yaxis.categoryarray[-1] == "glm"


def test_a_forecast_s_league_shows_weights_and_a_backtest_coverage_and_agent_hours(
    league_table: pd.DataFrame, backtest_table: pd.DataFrame
) -> None:
    assert headings(league_figure(league_table, labels("en"))) == ["Error", "Bias", "Weight"]
    assert headings(league_figure(backtest_table, labels("en"))) == [
        "Error",
        "Bias",
        "In the 80% band",
        "Staffing",
    ]


def test_without_handle_times_there_is_no_staffing(backtest_table: pd.DataFrame) -> None:
    unknown = backtest_table.assign(over_hours=float("nan"), under_hours=float("nan"))
    assert "Staffing" not in headings(league_figure(unknown, labels("en")))


def test_the_naive_model_has_its_own_colour_and_a_line_at_its_error(
    backtest_table: pd.DataFrame,
) -> None:
    figure = league_figure(backtest_table, labels("en"))
    models, colours = figure.data[0].y, figure.data[0].marker.color
    naive = dict(zip(models, colours, strict=True))["last_week"]
    assert list(colours).count(naive) == 1
    assert figure.layout.shapes[0].x0 == 0.09


def test_every_queue_has_a_row_and_models_without_a_score_are_left_out(
    league_table: pd.DataFrame,
) -> None:
    new = league_table.assign(queue="care")
    new.loc[0, "WAPE"] = float("nan")
    figure = league_figure(pd.concat([league_table, new]), labels("en"))
    assert figure.layout.yaxis.title.text == "calls"
    assert len(figure.data[0].y) == len(figure.data[3].y) + 1
    assert "2 queues" in figure.layout.title.text


def test_agent_hours_too_few_stand_left_of_nought(backtest_table: pd.DataFrame) -> None:
    figure = league_figure(backtest_table, labels("en"))
    under = next(trace for trace in figure.data if trace.legendgroup == "under_hours")
    assert max(under.x) < 0


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("by", ["lead", "hour", "weekday"])
def test_errors_have_a_line_a_model_above_and_their_bias_below(by: str, language: str) -> None:
    rows = pd.DataFrame({"model": ["a", "a", "b", "b"], by: [1, 2, 1, 2]})
    rows = rows.assign(WAPE=[0.1, 0.2, 0.05, 0.06], bias=[0.0, 0.1, -0.1, 0.0])
    figure = error_figure(rows, labels(language))
    assert [trace.name for trace in figure.data if trace.showlegend] == ["b", "a"]
    assert {trace.yaxis for trace in figure.data} == {"y", "y2"}
    assert figure.layout.xaxis2.title.text == labels(language)[f"figure.error.{by}"]
    assert figure.layout.title.text.startswith("b ")
    assert "6.0%" in figure.layout.title.text


def test_weekdays_and_hours_are_told_in_words() -> None:
    rows = pd.DataFrame({"model": "a", "weekday": [0, 6], "WAPE": 0.1, "bias": 0.0})
    figure = error_figure(rows, labels("zh"))
    assert list(figure.layout.xaxis.ticktext) == ["周一", "周日"]
    hours = rows.rename(columns={"weekday": "hour"})
    assert list(error_figure(hours, labels("en")).layout.xaxis.ticktext) == ["00:00", "06:00"]
