"""The HTML report: one file with everything in it, which works offline and prints."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
import plotly.graph_objects as go
from markupsafe import Markup

from ccsim.figures import service
from ccsim.figures.theme import CONFIG
from ccsim.files import replacing
from ccsim.reporting import tables
from ccsim.reporting.assumptions import first_lines
from ccsim.reporting.chapters import Chapter, chapters
from ccsim.reporting.facts import Facts
from ccsim.reporting.headline import headline
from ccsim.reporting.tables import DATES, Kind, Table
from ccsim.reporting.wording import Labels
from ccsim.text import labels as catalogue

TEMPLATES = files("ccsim.reporting") / "templates"
MISSING = "–"
WRITTEN: dict[Kind, str] = {
    "moment": "{:%Y-%m-%d %H:%M}",
    "date": "{:%Y-%m-%d}",
    "clock": "{:%H:%M}",
    "count": "{:,.0f}",
    "decimal": "{:,.1f}",
    "share": "{:.1%}",
    "money": "{:,.2f}",
    "text": "{}",
}
NUMBERS: tuple[Kind, ...] = ("count", "decimal", "share", "money")
HTML_LANGUAGE = {"en": "en", "zh": "zh-Hans"}
# Zooming stays possible with the mouse; these are the buttons worth their place.
BUTTONS = [["toImage", "resetScale2d"]]
LOCALE = "ccsim"
MARGIN_WITHOUT_TITLE = 44


@dataclass(frozen=True)
class _Grid:
    """A table as the template wants it: text cells, and the style class of each column."""

    title: str
    headings: list[str]
    classes: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class _Picture:
    """A figure with its title beside it, where it wraps and is read aloud."""

    caption: str
    html: Markup


def html_report(facts: Facts, path: str | Path, language: str) -> Path:
    """Write the report as one self-contained HTML file.

    Parameters
    ----------
    facts
        Outcome of the chain.
    path
        The .html file; replaced whole, its folder is made.
    language
        ``"en"`` or ``"zh"``.

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    OptionError
        When there is no catalogue in that language.

    Examples
    --------
    >>> html_report(facts, "out/finance/report.html", "en")   # doctest: +SKIP
    """
    text = _render(facts, catalogue(language), language)
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    return Path(path)


def _render(facts: Facts, labels: Labels, language: str) -> str:
    scenario = facts.scenario
    starts = facts.results.study.centre.moments(facts.results.study.centre.edges[[0, -2]])
    period = labels["report.period"].format(
        start=f"{starts[0]:%Y-%m-%d}", end=f"{starts[1]:%Y-%m-%d}", timezone=scenario.timezone
    )
    shown = [_shown(chapter, labels, scenario.currency) for chapter in chapters(facts, labels)]
    return _template().render(
        labels=labels,
        language=HTML_LANGUAGE[language],
        name=scenario.name,
        period=period,
        file=scenario.origin.file.name if scenario.origin.file else scenario.name,
        first=first_lines(scenario, facts.at_aht, labels),
        noise=labels["assumptions.noise"],
        at_aht=_grid(tables.at_aht_table(facts), labels, scenario.currency),
        sensitivity=_picture(service.sensitivity(facts.at_aht, labels)),
        headline=headline(facts, labels),
        chapters=shown,
        style=Markup((TEMPLATES / "report.css").read_text("utf-8")),
        plotly=Markup(_plotly()),
        locale=Markup(_locale(labels)),
    )


def _shown(chapter: Chapter, labels: Labels, currency: str) -> dict[str, Any]:
    """Turn a chapter into what the template shows."""
    return {
        "key": chapter.key,
        "title": labels[f"report.{chapter.key}.title"],
        "words": chapter.words,
        "figures": [_picture(figure) for figure in chapter.figures],
        "tables": [_grid(table, labels, currency) for table in chapter.tables],
        "long": [_grid(table, labels, currency) for table in chapter.long],
        "notes": chapter.notes,
    }


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((TEMPLATES / "report.html.j2").read_text("utf-8"))


def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    code: str = get_plotlyjs()
    return code


def _locale(labels: Labels) -> str:
    """Plotly's own few words, from the catalogue."""
    words = {
        "Download plot as a PNG": labels["report.plotly.download"],
        "Download plot": labels["report.plotly.download"],
        "Reset axes": labels["report.plotly.reset"],
        "Double-click to zoom back out": labels["report.plotly.zoom_hint"],
        "Double-click on legend to isolate one trace": labels["report.plotly.legend_hint"],
    }
    module = {"moduleType": "locale", "name": LOCALE, "dictionary": words, "format": {}}
    return f"Plotly.register({json.dumps(module, ensure_ascii=True)});"


def _picture(figure: go.Figure) -> _Picture:
    config = CONFIG | {"modeBarButtons": BUTTONS, "locale": LOCALE}
    untitled = go.Figure(figure).update_layout(title_text="", margin_t=MARGIN_WITHOUT_TITLE)
    text = untitled.to_html(full_html=False, include_plotlyjs=False, config=config)
    return _Picture(figure.layout.title.text, Markup(text))


def _grid(table: Table, labels: Labels, currency: str) -> _Grid:
    """Write every cell of a table as text."""
    return _Grid(
        title=labels[f"table.{table.key}"],
        headings=table.headings(labels, currency),
        classes=[_style(kind) for kind in table.kinds.values()],
        rows=[
            [_cell(value, table.kind(number, name)) for name, value in row.items()]
            for number, row in enumerate(table.frame.to_dict("records"))
        ],
    )


def _style(kind: Kind) -> str:
    if kind == "text":
        return "words"
    return "date" if kind in DATES else "number"


def _cell(value: Any, kind: Kind) -> str:
    if pd.isna(value):
        return MISSING
    written = WRITTEN[kind].format(value)
    return written.replace("-", "−") if kind in NUMBERS else written
