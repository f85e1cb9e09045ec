from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ccsim.reporting import Facts, workbook
from ccsim.text import labels

SHEETS = [
    "summary", "forecast", "requirement", "steps", "explained", "shifts", "roster", "kpis",
    "intervals", "cost", "seats", "assumptions",
]  # fmt: skip


def written(facts: Facts, folder: Path, language: str = "en") -> Workbook:
    path = folder / "out" / "plan.xlsx"
    assert workbook(facts, path, language) == path
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return written(facts, tmp_path_factory.mktemp("workbook"))


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    heading, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in body]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_there_is_a_sheet_for_each_table_in_the_reader_s_language(
    facts: Facts, tmp_path: Path, language: str
) -> None:
    book = written(facts, tmp_path, language)
    assert book.sheetnames == [labels(language)[f"table.{key}"] for key in SHEETS]
    assert book.sheetnames[0] in ("Summary", "概览")


def test_dates_are_real_dates_on_the_local_clock(book: Workbook) -> None:
    first = rows(book["Requirement"])[0]
    assert first["Start"] == dt.datetime(2026, 11, 9, 9, 0)
    cell = book["Requirement"]["A2"]
    assert cell.is_date
    assert cell.number_format == "yyyy-mm-dd hh:mm"


def test_the_numbers_are_those_of_the_tables(book: Workbook, facts: Facts) -> None:
    found = rows(book["Requirement"])
    table = facts.requirement.table
    assert [row["Net agents, whole"] for row in found] == table["net_whole"].tolist()
    assert [row["Scheduled agents"] for row in found] == pytest.approx(table["scheduled"].tolist())
    level = next(
        row["Mean"]
        for row in rows(book["KPIs"])
        if row["KPI"] == "Service level" and row["Queue"] == "all"
    )
    assert level == pytest.approx(facts.results.kpis().loc[("all", "service_level"), "mean"])
    assert rows(book["Cost"])[-1]["Cost (CNY)"] == 1970


def test_the_roster_has_a_row_for_each_person_and_shift(book: Workbook) -> None:
    found = rows(book["Roster"])
    assert len(found) == 16
    senior = next(row for row in found if row["Person"] == "seniors 1")
    assert senior["Date"] == dt.datetime(2026, 11, 9)
    assert senior["Shift start"] == dt.datetime(2026, 11, 9, 9, 0)
    assert senior["Shift end"] == dt.datetime(2026, 11, 9, 12, 0)
    assert senior["Meal from"] == dt.datetime(2026, 11, 9, 10, 30)
    assert senior["Meal until"] == dt.datetime(2026, 11, 9, 11, 0)
    assert senior["Paid hours"] == 2.5
    junior = next(row for row in found if row["Person"] == "juniors 1")
    assert junior["Meal from"] is None
    assert junior["Paid hours"] == 3.0


def test_text_that_looks_like_a_formula_stays_text(book: Workbook) -> None:
    patience = next(
        row for row in rows(book["Assumptions"]) if row["Field"] == "queues.sales.patience"
    )
    assert patience["Source"] == "=1+1"
    for sheet in book:
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_tables_can_be_filtered_and_keep_their_heading_in_sight(book: Workbook) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref is not None


def test_the_first_sheet_begins_with_the_assumptions(book: Workbook, facts: Facts) -> None:
    first = [row[0] for row in book["Summary"].iter_rows(max_row=4, values_only=True)]
    assert first[0] == facts.scenario.name
    assert first[1] == labels("en")["assumptions.assumed"]
    assert book["Summary"]["B4"].value == "90.0% / 80.0% / 60.0%"


def test_the_forecast_has_its_band(forecast_facts: Facts, tmp_path: Path) -> None:
    found = rows(written(forecast_facts, tmp_path)["Forecast"])
    assert len(found) == 2 * 2 * 6
    assert all(
        row["80% band, low"] <= row["Expected contacts"] <= row["80% band, high"] for row in found
    )


def test_the_steps_of_each_group_add_up_to_what_is_planned(book: Workbook, facts: Facts) -> None:
    found = rows(book["From load to plan"])
    cover = facts.schedule.cover
    planned = cover.groupby("group")["agents"].sum() / 2
    for group, hours in [*planned.items(), (labels("en")["scope.all"], planned.sum())]:
        own = [float(row["Agent-hours"]) for row in found if row["Group"] == group]
        assert sum(own) == pytest.approx(hours)


def test_every_interval_is_explained(book: Workbook, facts: Facts) -> None:
    found = rows(book["Need and schedule explained"])
    assert len(found) == len(facts.schedule.cover)
    assert {row["Driven by"] for row in found} == {"service level of calls"}
    assert all(row["Why"] for row in found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_simulated_requirement_has_sheets_of_its_proof(
    proven_facts: Facts, tmp_path: Path, language: str
) -> None:
    words = labels(language)
    book = written(proven_facts, tmp_path, language)
    promises = rows(book[words["table.promises"]])
    assert [row[words["column.mean"]] for row in promises] == [0.85, 12.0]
    assert book[words["table.promises"]]["F2"].number_format == "0.0%"
    assert book[words["table.promises"]]["F3"].number_format == "#,##0.00"
    days = rows(book[words["table.event_days"]])
    assert [row[words["column.event"]] for row in days] == ["Sale"]
