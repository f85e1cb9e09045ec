"""An export's table, found below whatever its system puts above it."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pandas as pd

from ccsim.demand.exports import Preset
from ccsim.demand.sources import RawTable, excel_rows, read_source, without_blank_rows
from ccsim.demand.wording import listed, nearest
from ccsim.errors import HistoryError

SEARCHED_ROWS = 50
TEXT = (".csv", ".txt", ".tsv")


def read_export(
    source: str | Path | pd.DataFrame,
    preset: Preset,
    *,
    query: str | None = None,
    sheet: str | None = None,
    separator: str = ",",
) -> RawTable:
    """Read the cells of an export, its headings being where the preset's are found.

    Text files are tried in the preset's encodings and with `separator` before the preset's own.

    Raises
    ------
    HistoryError
        When the source cannot be read, or no row has the headings.
    OptionError
        As `read_source`.
    """
    path = Path(source) if isinstance(source, str | Path) and "://" not in str(source) else None
    if path is not None and path.is_file() and path.suffix.lower() in TEXT:
        raw = RawTable(str(path), _from_text(path, preset, separator), {})
    elif path is not None and path.is_file() and path.suffix.lower() == ".xlsx":
        raw = RawTable(str(path), _from_sheet(path, preset, sheet), {})
    else:
        raw = read_source(source, query=query, sheet=sheet, separator=separator)
    if not preset.fits(raw.frame.columns):
        raise HistoryError(_unlike(raw.name, preset, [str(name) for name in raw.frame.columns]))
    if raw.frame.empty:
        raise HistoryError(f"{raw.name}: has headings and no row of counts below them")
    return raw


def _from_text(path: Path, preset: Preset, separator: str) -> pd.DataFrame:
    text = _decoded(path, preset)
    lines = text.splitlines()[:SEARCHED_ROWS]
    separators = dict.fromkeys(("\t" if path.suffix.lower() == ".tsv" else separator, ","))
    for mark in (*separators, *preset.separators):
        above: dict[str, str] = {}
        for place, line in enumerate(lines):
            cells = next(csv.reader([line], delimiter=mark), [])
            if not preset.fits([*cells, *above]):
                above |= _said(cells)
                continue
            try:
                rows = pd.read_csv(
                    StringIO(text),
                    sep=mark,
                    skiprows=place,
                    dtype=str,
                    keep_default_na=False,
                    skip_blank_lines=False,
                    index_col=False,
                )
            except pd.errors.ParserError as error:
                raise HistoryError(f"{path}: is not a regular table: {error}") from None
            return _with_said(without_blank_rows(rows, first=place + 2), above)
    raise HistoryError(_unlike(str(path), preset, next(csv.reader(lines[:1]), [])))


def _decoded(path: Path, preset: Preset) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    for encoding in preset.encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise HistoryError(
        f"{path}: is not text in {' or '.join(preset.encodings)}; save the file as CSV UTF-8"
    )


def _from_sheet(path: Path, preset: Preset, sheet: str | None) -> pd.DataFrame:
    rows = excel_rows(path, sheet, header=None)
    above: dict[str, str] = {}
    for place in range(min(SEARCHED_ROWS, len(rows))):
        headings = [str(cell).strip() for cell in rows.iloc[place]]
        if preset.fits([*headings, *above]):
            below = rows.iloc[place + 1 :].set_axis(headings, axis=1)
            return _with_said(without_blank_rows(below, first=place + 2), above)
        above |= _said([str(cell) for cell in rows.iloc[place].dropna()])
    first = [str(cell) for cell in rows.iloc[0]] if len(rows) else []
    raise HistoryError(_unlike(str(path), preset, first))


def _said(cells: list[str]) -> dict[str, str]:
    """Read a line above the table such as `Date: 3/2/2026`, which holds for every row below."""
    told = [cell.strip() for cell in cells if cell.strip()]
    if len(told) == 2 and told[0].endswith(":"):
        return {told[0].removesuffix(":").strip(): told[1]}
    return {}


def _with_said(rows: pd.DataFrame, above: dict[str, str]) -> pd.DataFrame:
    """Add what was said above the table as columns, but for those it has itself."""
    return rows.assign(**{name: said for name, said in above.items() if name not in rows})


def _unlike(name: str, preset: Preset, found: list[str]) -> str:
    """Say which of our columns an export does not have, and under which headings we looked."""
    have = preset.chosen(found)
    lacking = [ours for ours in ("start", "offered") if ours not in have]
    wanted = [
        f"{ours} as {' or '.join(str(recipe) for recipe in preset.recipes.get(ours, ()))}"
        for ours in lacking
    ]
    every = [name for ours in lacking for r in preset.recipes.get(ours, ()) for name in r.needs]
    hint = next((near for name in found if (near := nearest(name, every))), "")
    return (
        f"{name}: has no headings of '{preset.name}' ({preset.system}); looked for "
        f"{'; '.join(wanted)}; found: {listed(found)}{hint}; other headings can be named with "
        "columns="
    )
