from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ccsim.reporting import Facts, html_report
from ccsim.text import labels

LOADING = {"src", "href", "srcset", "data", "poster", "action"}
ENGLISH = re.compile(r"[A-Za-z]{2,}")


class Page(HTMLParser):
    """What a page loads, where its links lead, and the words it shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.shown: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag
        given = dict(attrs)
        self.loads += [value or "" for name, value in attrs if name in LOADING]
        if given.get("id"):
            self.anchors.add(str(given["id"]))

    def handle_data(self, data: str) -> None:
        if data.strip() and self._inside not in ("script", "style"):
            self.shown.append((self._inside, data.strip()))


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def text(facts: Facts, language: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("report") / "out" / "report.html"
    assert html_report(facts, path, language) == path
    return path.read_text("utf-8")


def test_the_report_loads_nothing_from_anywhere(text: str) -> None:
    page = Page(text)
    assert page.loads
    assert all(place.startswith("#") and place[1:] in page.anchors for place in page.loads)
    assert not {"link", "iframe", "img", "object"} & set(page.tags)
    styles = "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))
    assert "@import" not in styles
    assert "url(" not in styles
    assert "default-src 'none'" in text


def test_plotly_is_in_the_report_once(text: str) -> None:
    assert text.count("plotly.js v") == 1
    assert text.count("Plotly.newPlot(") >= 7
    body = text[text.index("<body>") :]
    assert body.count('"modeBarButtons": [["toImage"') == body.count("Plotly.newPlot(")


def test_text_of_the_scenario_is_escaped(text: str) -> None:
    assert "<script>alert(" not in text
    assert "&lt;script&gt;alert(" in text
    assert "<b>call log</b>" not in text
    assert "<i>note</i>" not in text


def test_the_report_begins_with_its_assumptions(text: str, language: str) -> None:
    words = labels(language)
    body = text[text.index("<main") :]
    places = [
        body.index(words[key])
        for key in (
            "report.first.title",
            "assumptions.assumed",
            "report.headline.title",
            "report.demand.title",
        )
    ]
    assert places == sorted(places)
    assert "90.0% / 80.0% / 60.0%" in body[: places[2]]


def test_every_chapter_can_be_reached_from_the_contents(text: str) -> None:
    page = Page(text)
    chapters = ("demand", "requirement", "schedule", "service", "cost", "assumptions", "method")
    assert set(page.loads) == {"#main", *(f"#{chapter}" for chapter in chapters)}


def test_a_chinese_report_has_chinese_labels_only(
    facts: Facts, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("report") / "zh.html"
    html_report(facts, path, "zh")
    page = Page(path.read_text("utf-8"))
    labels_in = {"h2", "h3", "th", "dt", "summary", "a", "figcaption"}
    labelled = [shown for tag, shown in page.shown if tag in labels_in]
    assert labelled
    names = {"FTE", "WAPE", "wQL", "CNY", "USD", "cloud", "sales", "care"}
    leaks = [shown for shown in labelled if set(ENGLISH.findall(shown)) - names]
    assert leaks == []


def test_a_forecast_is_shown_with_its_league(forecast_facts: Facts, tmp_path: Path) -> None:
    html_report(forecast_facts, tmp_path / "r.html", "en")
    text = (tmp_path / "r.html").read_text("utf-8")
    assert labels("en")["report.demand.given"] not in text
    assert labels("en")["table.league"] in text
    assert labels("en")["model.multiplicative"] in text


def test_every_step_of_the_requirement_and_why_shifts_differ_are_shown(
    facts: Facts, tmp_path: Path
) -> None:
    html_report(facts, tmp_path / "r.html", "en")
    page = Page((tmp_path / "r.html").read_text("utf-8"))
    headings = [shown for tag, shown in page.shown if tag == "th"]
    for column in ("erlang_c", "erlang_a", "occupancy_cap", "simulated", "shrinkage", "driver"):
        assert labels("en")[f"column.{column}"] in headings
    captions = " ".join(shown for tag, shown in page.shown if tag == "figcaption")
    for part in ("are load; most is added by", "Most agents are missing on", "people work on"):
        assert part in captions
    assert labels("en")["why.no_shift"] in [shown for tag, shown in page.shown if tag == "td"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_simulated_requirement_is_shown_with_its_proof(
    proven_facts: Facts, tmp_path: Path, language: str
) -> None:
    html_report(proven_facts, tmp_path / "r.html", language)
    text = (tmp_path / "r.html").read_text("utf-8")
    words = labels(language)
    assert words["report.requirement.proof"] in text
    assert words["table.promises"] in text
    assert words["kept.proven"] in text
    assert "Sale" in text
