"""The people of a roster, read from a table: skills, contract, availability, leave, requests."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ccsim.demand.cells import Cells, cells_of, is_blank
from ccsim.demand.sources import read_source
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.contracts import ContractType
from ccsim.scenario.opening import DAY, WEEKDAYS, dates
from ccsim.scenario.problem import nearest

REQUIRED = ("name",)
OPTIONAL = (
    "groups",
    "skills",
    "contract",
    "availability",
    "leave",
    "requests",
    "nights",
    "weekends",
    "days_in_row",
    "last_end",
)
CLOCKS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
WEIGHT = re.compile(r"\s*[x*]\s*(\d+(?:\.\d+)?)$")
AVAILABILITY = "days with hours, such as 'mon-fri 08:00-18:00; sat'"
LEAVE = "dates and spans, such as '2026-03-09..2026-03-15; 2026-03-20'"
REQUESTS = (
    "'off' or 'on', a date, hours where not all of it is meant and a weight, such as "
    "'off 2026-03-14 x2; on 2026-03-16 08:00-16:00; off 2026-03-17 22:00-06:00 x3'"
)

Hours = tuple[float, float]
WHOLE_DAY: Hours = (0.0, 2 * DAY)


@dataclass(frozen=True)
class Request:
    """A wish: to be off, or at work, on a date within hours (s after its midnight)."""

    wants_work: bool
    date: dt.date
    hours: Hours
    weight: float

    def granted(self, shift: Hours | None) -> bool:
        """Say whether a day worked like this (None: off) is what was asked for.

        Asking for work means a shift that lies within the hours; asking to be off, one that
        does not touch them.
        """
        if shift is None:
            return not self.wants_work
        if self.wants_work:
            return self.hours[0] <= shift[0] and shift[1] <= self.hours[1]
        return shift[1] <= self.hours[0] or self.hours[1] <= shift[0]


@dataclass(frozen=True)
class Employee:
    """One row of the table of people.

    Attributes
    ----------
    row
        Where it stands in the table, for messages.
    name
        Who it is.
    groups
        Groups whose shifts they can take.
    contract, terms
        Name of the contract type, and what it says.
    available
        By weekday (Monday 0): hours within which shifts may lie; None where always.
    leave
        Dates away.
    requests
        Wishes.
    nights, weekends
        Nights, and weekends with work, before the horizon.
    days_in_row
        Days worked (above nought) or off (below) in a row just before it; None: not known.
    last_end
        When the last shift before it ended.
    """

    row: int
    name: str
    groups: tuple[str, ...]
    contract: str
    terms: ContractType
    available: Mapping[int, tuple[Hours, ...]] | None
    leave: frozenset[dt.date]
    requests: tuple[Request, ...]
    nights: int = 0
    weekends: int = 0
    days_in_row: int | None = None
    last_end: pd.Timestamp | None = None

    def on_leave(self, date: dt.date, end: float) -> bool:
        """Say whether a shift that starts on a date and ends so late touches leave."""
        tomorrow = date + dt.timedelta(days=1)
        return date in self.leave or (end > DAY and tomorrow in self.leave)

    def is_available(self, date: dt.date, shift: Hours) -> bool:
        """Say whether a shift lies within the hours in which they work."""
        if self.available is None:
            return True
        windows = self.available.get(date.weekday(), ())
        return any(opens <= shift[0] and shift[1] <= closes for opens, closes in windows)


def read_people(
    scenario: Scenario,
    source: str | Path | pd.DataFrame,
    columns: Mapping[str, str] | None = None,
    *,
    sheet: str | None = None,
) -> list[Employee]:
    """Read the table of people.

    Parameters
    ----------
    scenario
        Its groups, queues and contracts.
    source
        A .csv, .tsv, .xlsx or .parquet file, or a DataFrame, a row a person: ``name``; and where
        they differ ``groups`` (or ``skills``: queues, which give every group that needs no
        other), ``contract``, ``availability``, ``leave``, ``requests``; ``nights`` and
        ``weekends`` worked so far, ``days_in_row`` worked (or, below nought, off) until the first
        day, ``last_end`` of the last shift before it. Several entries of a cell are separated
        by ``;``. Empty cells: all groups where the scenario has one, its one contract type (full
        time where it has none), always available, nothing asked, nothing behind them.
    columns
        Our column name to the source's.
    sheet
        Of a workbook.

    Raises
    ------
    HistoryError
        With every cell that cannot be read, names what is not known, or stands twice.
    OptionError
        When there is nobody.
    """
    if isinstance(source, pd.DataFrame) and source.empty:
        raise OptionError("roster: there are no people; allowed: a row for each person")
    raw = read_source(source, sheet=sheet)
    cells = cells_of(raw, columns, REQUIRED, OPTIONAL, timezone=scenario.timezone)
    names = cells.texts("name", "the name of a person")
    for row in names[names.duplicated() & (names != "")].index:
        cells.note(row, "name", f"'{names[row]}' stands twice; allowed: each person once")
    found = list(_rows(scenario, cells, names))
    cells.problems.raise_any()
    return found


def _rows(scenario: Scenario, cells: Cells, names: pd.Series) -> Iterator[Employee]:
    counts = {
        name: cells.given_numbers(name, "a whole number, nought or more", 0)
        for name in ("nights", "weekends")
        if name in cells
    }
    if "days_in_row" in cells:
        counts["days_in_row"] = cells.given_numbers("days_in_row", "whole days", -366, 366)
    ends = cells.given_times("last_end") if "last_end" in cells else None

    for row in names.index:

        def entries(name: str, at: Any = row) -> list[str]:
            if name not in cells or bool(is_blank(cells[name].loc[[at]]).iloc[0]):
                return []
            return [part.strip() for part in str(cells[name][at]).split(";") if part.strip()]

        def read(name: str, parse: Callable[[str], Any], allowed: str, at: Any = row) -> list[Any]:
            made = []
            for entry in entries(name, at):
                try:
                    made.append(parse(entry))
                except ValueError as error:
                    cells.note(at, name, f"'{entry}': {error}; allowed: {allowed}")
            return made

        def count(name: str, at: Any = row) -> int | None:
            number = counts[name][at] if name in counts else float("nan")
            return None if pd.isna(number) else int(number)

        contract, terms = _contract(scenario, cells, row, entries("contract"))
        windows = read("availability", _availability, AVAILABILITY)
        end = None if ends is None or pd.isna(ends[row]) else ends[row]
        yield Employee(
            row=int(row),
            name=str(names[row]),
            groups=_groups(scenario, cells, row, entries),
            contract=contract,
            terms=terms,
            available=_by_weekday(windows) if windows else None,
            leave=frozenset(day for days in read("leave", _leave(scenario), LEAVE) for day in days),
            requests=tuple(read("requests", _request(scenario), REQUESTS)),
            nights=count("nights") or 0,
            weekends=count("weekends") or 0,
            days_in_row=count("days_in_row"),
            last_end=end,
        )


def _contract(
    scenario: Scenario, cells: Cells, row: Any, given: list[str]
) -> tuple[str, ContractType]:
    known = scenario.contracts
    if not given:
        if len(known) > 1:
            where = "contract" if "contract" in cells else "name"
            cells.note(row, where, f"no contract; allowed: {', '.join(known)}")
        return next(iter(known.items())) if known else ("full_time", ContractType())
    if given[0] not in known:
        hint = nearest(given[0], known)
        cells.note(
            row,
            "contract",
            f"unknown contract '{given[0]}'{f', did you mean {hint!r}?' if hint else ''}; allowed: "
            f"{', '.join(known) or 'none are defined (scenario field contracts)'}",
        )
        return given[0], ContractType()
    return given[0], known[given[0]]


def _groups(
    scenario: Scenario, cells: Cells, row: Any, entries: Callable[[str], list[str]]
) -> tuple[str, ...]:
    def known(column: str, names: Mapping[str, Any]) -> list[str]:
        for entry in entries(column):
            if entry not in names:
                hint = nearest(entry, names)
                cells.note(
                    row,
                    column,
                    f"unknown {column.removesuffix('s')} '{entry}'"
                    f"{f', did you mean {hint!r}?' if hint else ''}; allowed: {', '.join(names)}",
                )
        return entries(column)

    groups, skills = known("groups", scenario.groups), known("skills", scenario.queues)
    able = [name for name, group in scenario.groups.items() if set(group.skills) <= set(skills)]
    if skills and not able:
        cells.note(
            row,
            "skills",
            f"'{'; '.join(skills)}' is not enough for any group; allowed: all skills of a group: "
            + "; ".join(f"{name}: {', '.join(g.skills)}" for name, g in scenario.groups.items()),
        )
    if not groups and not skills:
        if len(scenario.groups) > 1:
            where = "groups" if "groups" in cells else "name"
            cells.note(
                row, where, f"no groups and no skills; allowed: {', '.join(scenario.groups)}"
            )
        return tuple(scenario.groups)[:1]
    return tuple(dict.fromkeys([*groups, *able]))


def _hours(text: str) -> Hours:
    """Read 08:00-18:00; an end at or before the start is on the next day."""
    match = CLOCKS.fullmatch(text.strip())
    if match is None:
        raise ValueError("not hours")
    hour, minute, to_hour, to_minute = map(int, match.groups())
    start, end = hour * 3600.0 + minute * 60, to_hour * 3600.0 + to_minute * 60
    if max(start, end) > DAY or max(minute, to_minute) > 59:
        raise ValueError("not hours")
    return (start, end if end > start else end + DAY)


def _availability(text: str) -> tuple[list[int], Hours]:
    days, _, hours = text.lower().partition(" ")
    first, dash, last = days.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise ValueError("not weekdays")
    begin = WEEKDAYS.index(first)
    length = (WEEKDAYS.index(last) - begin) % 7 + 1 if dash else 1
    # Without hours, a shift that starts on the day may end on the next.
    return [(begin + n) % 7 for n in range(length)], _hours(hours) if hours else WHOLE_DAY


def _by_weekday(windows: list[tuple[list[int], Hours]]) -> dict[int, tuple[Hours, ...]]:
    table: dict[int, tuple[Hours, ...]] = {}
    for days, hours in windows:
        for day in days:
            table[day] = (*table.get(day, ()), hours)
    return table


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip().split(" ")[0])
    except ValueError:
        raise ValueError("not a date") from None


def _day(scenario: Scenario, text: str) -> dt.date:
    """Read a date of the horizon."""
    date = _date(text)
    days = dates(scenario)
    if not days[0] <= date <= days[-1]:
        raise ValueError(f"outside the horizon, {days[0]} to {days[-1]}")
    return date


def _leave(scenario: Scenario) -> Callable[[str], list[dt.date]]:
    def parse(text: str) -> list[dt.date]:
        first, _, last = text.partition("..")
        begin, end = _date(first), _date(last or first)
        if end < begin:
            raise ValueError("ends before it begins")
        # Leave may have begun before and last beyond: what lies in the horizon counts.
        inside = [day for day in dates(scenario) if begin <= day <= end]
        return inside or [_day(scenario, first)]

    return parse


def _request(scenario: Scenario) -> Callable[[str], Request]:
    def parse(text: str) -> Request:
        match = WEIGHT.search(text)
        weight = float(match[1]) if match else 1.0
        words = (text[: match.start()] if match else text).split(None, 2)
        if len(words) < 2 or words[0] not in ("on", "off"):
            raise ValueError("not a request")
        hours = _hours(words[2]) if len(words) == 3 else WHOLE_DAY
        return Request(words[0] == "on", _day(scenario, words[1]), hours, weight)

    return parse
