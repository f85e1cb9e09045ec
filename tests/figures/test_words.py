"""Whatever a figure says comes from the catalogue."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import pytest
from plotly.graph_objects import Figure

from ccsim.figures import (
    calendar,
    cost,
    effects,
    forecast,
    gantt,
    heat,
    history,
    league,
    proof,
    service,
    staffing,
    waterfall,
)
from ccsim.text import labels

Get = Callable[[str], Any]
Words = Mapping[str, str]
FIGURES: dict[str, Callable[[Get, Words], Figure]] = {
    "requirement": lambda get, words: staffing.requirement(get("requirement_table"), words),
    "cover": lambda get, words: staffing.cover(get("cover_table"), words),
    "shifts": lambda get, words: staffing.shifts(get("shift_table"), words),
    "gantt": lambda get, words: gantt.gantt(get("duty_table"), dt.date(2026, 11, 9), words),
    "heat": lambda get, words: heat.net_staffing(get("cover_table"), words),
    "waterfall": lambda get, words: waterfall.waterfall(get("steps_table"), words),
    "promises": lambda get, words: proof.promises(get("promises_table"), words),
    "event_days": lambda get, words: proof.event_days(get("days_table").head(1), words),
    "calendar": lambda get, words: calendar.calendar(
        get("assignments_table"), ["Ann", "Bo"], words
    ),
    "by_interval": lambda get, words: service.by_interval(
        get("intervals"), words, {"calls": 0.8, "care": 0.9}
    ),
    "agent_states": lambda get, words: service.agent_states(get("group_intervals"), words),
    "sensitivity": lambda get, words: service.sensitivity(get("at_aht"), words),
    "cost": lambda get, words: cost.cost(get("labour"), get("seats"), words, "USD"),
    "history": lambda get, words: history.history_figure(
        get("history_table"), get("marks_table"), words
    ),
    "forecast": lambda get, words: forecast.forecast_figure(
        get("history_table").head(0), labels=words, marks=get("marks_table"), **get("fan")
    ),
    "forecast_league": lambda get, words: league.league_figure(get("league_table"), words),
    "backtest_league": lambda get, words: league.league_figure(get("backtest_table"), words),
    "errors": lambda get, words: league.error_figure(get("errors_table"), words),
    "effects": lambda get, words: effects.effects_figure(get("effects_table").head(2), words),
}
NAMES = {"juniors", "seniors", "calls", "care", "bank", "peak", "named", "USD", "br"}
NAMES |= {"Early", "Late", "Night", "Ann", "Bo"}
NAMES |= {"auto", "ets", "glm", "last_week", "mean_of_8", "WAPE"}


def said(figure: Figure) -> list[str]:
    """Titles, names, notes, ticks and hover words of a figure."""
    found: list[str] = []

    def walk(value: object, key: str) -> None:
        if isinstance(value, dict):
            for name, item in value.items():
                if name != "template":
                    walk(item, str(name))
        elif isinstance(value, list):
            for item in value:
                walk(item, key)
        elif isinstance(value, str) and key in ("text", "name", "ticktext", "hovertext"):
            found.append(value)

    walk(json.loads(figure.to_json()), "")
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_a_chinese_figure_has_no_english_words(name: str, request: pytest.FixtureRequest) -> None:
    figure = FIGURES[name](request.getfixturevalue, labels("zh"))
    words = {word for text in said(figure) for word in re.findall(r"[A-Za-z]{2,}", text)}
    assert words <= NAMES


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_title_and_axes_with_words(
    name: str, request: pytest.FixtureRequest
) -> None:
    figure = FIGURES[name](request.getfixturevalue, labels("en"))
    assert figure.layout.title.text
    assert "{" not in figure.layout.title.text
    assert figure.layout.template.layout.colorway


@pytest.mark.parametrize("room", ["figures", "reporting"])
def test_every_label_named_in_the_code_is_in_the_catalogue(room: str) -> None:
    sources = [source for source in files(f"ccsim.{room}").iterdir() if source.name.endswith(".py")]
    named = {
        key
        for source in sources
        for key in re.findall(r"""labels\[['"]([\w.]+)['"]\]""", source.read_text("utf-8"))
    }
    assert named
    assert named <= set(labels("en"))
