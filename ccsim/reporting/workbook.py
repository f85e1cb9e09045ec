"""The Excel workbook: one sheet a table, with real dates and numbers a planner can paste from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ccsim.files import replacing
from ccsim.reporting import staffing_tables, tables
from ccsim.reporting.assumptions import first_lines
from ccsim.reporting.facts import Facts
from ccsim.reporting.tables import DATES, Kind, Table
from ccsim.reporting.wording import Labels, width
from ccsim.text import labels as catalogue

FORMATS: dict[Kind, str] = {
    "text": "@",
    "moment": "yyyy-mm-dd hh:mm",
    "date": "yyyy-mm-dd",
    "clock": "hh:mm",
    "count": "#,##0",
    "decimal": "#,##0.00",
    "share": "0.0%",
    "money": "#,##0.00",
}
WIDEST = 60
NARROWEST = 10
DATE_WIDTH = 17


def workbook(facts: Facts, path: str | Path, language: str) -> Path:
    """Write the plan as an Excel workbook.

    Parameters
    ----------
    facts
        Outcome of the chain.
    path
        The .xlsx file; replaced whole, its folder is made.
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
    >>> workbook(facts, "out/finance/plan.xlsx", "en")   # doctest: +SKIP
    """
    labels = catalogue(language)
    sheets = [
        tables.forecast_table(facts),
        staffing_tables.requirement_table(facts, labels),
        staffing_tables.steps_table(facts, labels),
        *_proof(facts, labels),
        staffing_tables.explained_table(facts, labels),
        tables.shifts_table(facts),
        tables.roster_table(facts),
        tables.kpi_table(facts, labels),
        tables.interval_table(facts),
        tables.cost_table(facts, labels),
        tables.seats_table(facts, labels),
        tables.assumptions_table(facts, labels),
    ]
    with replacing(path) as unfinished, xlsxwriter.Workbook(unfinished) as book:
        styles = _Styles(book)
        _write_summary(book, styles, facts, labels)
        for table in sheets:
            _write(book, styles, table, labels, facts.scenario.currency)
    return Path(path)


def _proof(facts: Facts, labels: Labels) -> list[Table]:
    """What fresh days give, where the requirement was simulated."""
    proof = facts.requirement.proof
    if proof is None:
        return []
    return [
        staffing_tables.promises_table(proof, labels),
        staffing_tables.event_days_table(proof),
    ]


class _Styles:
    """The cell formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        frame = {
            "bottom": 1,
            "bold": True,
            "text_wrap": True,
            "valign": "top",
            "bg_color": "#E8EEF3",
        }
        self.heading: Format = book.add_format(frame)
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.bold: Format = book.add_format({"bold": True})
        self.of: dict[Kind, Format] = {
            kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()
        }


def _write_summary(
    book: xlsxwriter.Workbook, styles: _Styles, facts: Facts, labels: Labels
) -> None:
    """Begin with the scenario, the inputs that are assumptions, and SL at other handle times."""
    sheet = book.add_worksheet(labels["table.summary"])
    sheet.write_string(0, 0, facts.scenario.name, styles.title)
    lines = first_lines(facts.scenario, facts.at_aht, labels)
    for row, (label, text) in enumerate(lines, start=1):
        sheet.write_string(row, 0, label, styles.bold)
        sheet.write_string(row, 1, text)
    table = tables.summary_table(facts, labels)
    _fill(sheet, styles, table, labels, facts.scenario.currency, top=len(lines) + 2)
    sheet.set_column(0, 0, max(width(label) for label, _ in lines) + 2)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, WIDEST)


def _write(
    book: xlsxwriter.Workbook, styles: _Styles, table: Table, labels: Labels, currency: str
) -> None:
    sheet = book.add_worksheet(labels[f"table.{table.key}"])
    _fill(sheet, styles, table, labels, currency, top=0)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table.frame), len(table.kinds) - 1)
    for column, (heading, name) in enumerate(
        zip(table.headings(labels, currency), table.kinds, strict=True)
    ):
        sheet.set_column(column, column, _column_width(table, name, heading))


def _fill(
    sheet: Worksheet, styles: _Styles, table: Table, labels: Labels, currency: str, top: int
) -> None:
    for column, heading in enumerate(table.headings(labels, currency)):
        sheet.write_string(top, column, heading, styles.heading)
    for column, name in enumerate(table.kinds):
        for row, value in enumerate(table.frame[name]):
            _write_cell(sheet, styles, top + 1 + row, column, value, table.kind(row, name))


def _write_cell(
    sheet: Worksheet, styles: _Styles, row: int, column: int, value: Any, kind: Kind
) -> None:
    """Write text as text, whatever it begins with; what is missing stays empty."""
    style = styles.of[kind]
    if pd.isna(value):
        sheet.write_blank(row, column, None, style)
    elif kind == "text":
        sheet.write_string(row, column, str(value), style)
    elif kind in DATES:
        local = pd.Timestamp(value).tz_localize(None)
        at = local.normalize() if kind == "date" else local
        sheet.write_datetime(row, column, at.to_pydatetime(), style)
    else:
        sheet.write_number(row, column, float(value), style)


def _column_width(table: Table, name: str, heading: str) -> float:
    """Wide enough for the heading on two lines and for what stands below it."""
    if table.kinds[name] in DATES:
        return DATE_WIDTH
    longest = max((width(str(value)) for value in table.frame[name]), default=0)
    wanted = longest + 2 if table.kinds[name] == "text" else NARROWEST
    return min(max(wanted, width(heading) / 2 + 4, NARROWEST), WIDEST)
