"""A roster as CSV and as an Excel workbook, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from ccsim.files import replacing
from ccsim.scheduling.roster.result import Roster

NARROW, WIDE = 11, 18


def to_csv(roster: Roster, path: str | Path) -> Path:
    """Write who works which shift; see `Roster.to_csv`."""
    with replacing(path) as unfinished:
        roster.assignments.to_csv(unfinished, index=False)
    return Path(path)


def to_excel(roster: Roster, path: str | Path) -> Path:
    """Write the workbook; see `Roster.to_excel`."""
    sheets = {
        "calendar": _calendar(roster),
        "shifts": roster.assignments,
        "activities": roster.duty,
        "missing": roster.missing,
        "unfilled": roster.unfilled,
        "fairness": roster.fairness.reset_index(),
        "changes": roster.changes,
        "notes": pd.DataFrame({"note": list(roster.notes)}),
    }
    with replacing(path) as unfinished, xlsxwriter.Workbook(unfinished) as book:
        heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF3"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for column, title in enumerate(table.columns):
                sheet.write_string(0, column, str(title), heading)
                for row, value in enumerate(table[title], start=1):
                    _write(sheet, row, column, value, moment)
            sheet.freeze_panes(1, 1)
            sheet.set_column(
                0, max(len(table.columns) - 1, 0), WIDE if name != "calendar" else NARROW
            )
    return Path(path)


def _calendar(roster: Roster) -> pd.DataFrame:
    """People by days: from when to when, empty on a day off."""
    days = roster.planned.shifts.days
    table = {"person": [one.name for one in roster.planned.employees]}
    spans: dict[tuple[str, Any], str] = {
        (row.person, row.date): f"{row.start:%H:%M}-{row.end:%H:%M}"
        for row in roster.assignments.itertuples()
    }
    for day in days:
        table[f"{day:%a %Y-%m-%d}"] = [spans.get((name, day), "") for name in table["person"]]
    return pd.DataFrame(table)


def _write(sheet: Any, row: int, column: int, value: Any, moment: Any) -> None:
    """Write text as text, whatever it begins with; moments by the clock on the wall."""
    if isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, column, value.tz_localize(None).to_pydatetime(), moment)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)) and not pd.isna(value):
        sheet.write_number(row, column, float(value))
    elif value is not None and not pd.isna(value):
        sheet.write_string(row, column, str(value))
