"""Public holidays and make-up workdays of a country, and which of them the centre keeps."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ccsim.demand.cells import cells_of
from ccsim.demand.sources import read_source
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

# Public holidays on which most private employers of the country stay open (U.S. Bureau of Labor
# Statistics, National Compensation Survey: paid holidays by occasion). Until a history shows a
# centre's habit it is taken to be open on these.
SELDOM_KEPT = {
    "US": (
        "Martin Luther King Jr. Day",
        "Washington's Birthday",
        "Juneteenth National Independence Day",
        "Columbus Day",
        "Columbus Day / Indigenous Peoples' Day",
        "Veterans Day",
    )
}


MOVED = re.compile(r"\s*\((observed|estimated|substituted)[^)]*\)$")
HOLIDAY, WORKDAY, ORDINARY = "holiday", "workday", "ordinary"
KINDS = ", ".join((HOLIDAY, WORKDAY, ORDINARY))


@dataclass(frozen=True)
class GivenDay:
    """What a planner's file says of one date.

    Attributes
    ----------
    date : datetime.date
    name : str
        Of the holiday; for a workday, what it makes up for.
    kind : str
        `holiday`; `workday`, a weekend day that is worked; `ordinary`, no holiday after all.
    """

    date: dt.date
    name: str
    kind: str


@dataclass(frozen=True)
class Calendar:
    """The dates on which customers or staff do not behave as the weekday says.

    Whether the *centre* closes on a public holiday is learned from its history. What the
    planner knows better goes into `closed` and `open`.

    Attributes
    ----------
    code : str
        Country, optionally with subdivision: `US`, `CN`, `US-NY`.
    closed, open : tuple of date or str
        Dates, or names of holidays, on which the centre is closed or open whatever the
        history suggests.
    given : tuple of GivenDay
        What a planner's file says of single dates; it goes before what is known of the country.

    Raises
    ------
    OptionError
        When country, subdivision or a holiday's name is not known; names the nearest.

    Examples
    --------
    >>> import datetime as dt
    >>> calendar = Calendar("US", open=("Columbus Day",))
    >>> calendar.holidays(dt.date(2027, 1, 1), dt.date(2027, 1, 10))
    {datetime.date(2027, 1, 1): "New Year's Day"}
    """

    code: str
    closed: tuple[dt.date | str, ...] = ()
    open: tuple[dt.date | str, ...] = ()
    given: tuple[GivenDay, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a country, subdivision or holiday that does not exist."""
        import holidays

        country, _, subdivision = self.code.partition("-")
        countries = holidays.list_supported_countries(include_aliases=True)
        if country not in countries:
            names = [name for name in countries if len(name) == 2]
            raise OptionError(
                f"calendar country '{country}' is not known; allowed: an ISO 3166 code such as "
                f"US or CN{nearest(country, names)}"
            )
        if subdivision and subdivision not in countries[country]:
            known = countries[country]
            raise OptionError(
                f"calendar subdivision '{subdivision}' of {country} is not known; allowed: "
                f"{', '.join(known) or 'none'}{nearest(subdivision, known)}"
            )
        named = [entry for entry in (*self.closed, *self.open) if isinstance(entry, str)]
        if named:
            # Four years hold every holiday that is not a single occasion.
            year = dt.date.today().year
            every = holiday_names(self.holidays(dt.date(year - 3, 1, 1), dt.date(year, 12, 31)))
            for name in named:
                if name not in every:
                    raise OptionError(
                        f"calendar {self.code} has no holiday '{name}'; allowed: a date or one "
                        f"of {', '.join(sorted(every))}{nearest(name, every)}"
                    )

    def holidays(self, first: dt.date, last: dt.date) -> dict[dt.date, str]:
        """Public holidays from `first` to `last`, observed days included, by date."""
        found = dict(_holidays(self.code, first.year, last.year))
        for day in self.given:
            if day.kind == HOLIDAY:
                found[day.date] = day.name
            else:
                found.pop(day.date, None)
        return {day: found[day] for day in sorted(found) if first <= day <= last}

    def is_seldom_kept(self, name: str) -> bool:
        """Whether most private employers of the country are open on a public holiday."""
        return name in SELDOM_KEPT.get(self.code.partition("-")[0], ())

    def makeup_workdays(self, first: dt.date, last: dt.date) -> frozenset[dt.date]:
        """Weekend days from `first` to `last` that are worked in exchange for a holiday."""
        told = {day.date for day in self.given}
        found = set(_makeup_workdays(self.code, first.year, last.year)) - told
        found |= {day.date for day in self.given if day.kind == WORKDAY}
        return frozenset(day for day in found if first <= day <= last)

    def unannounced(self, first: dt.date, last: dt.date) -> tuple[int, ...]:
        """Years of a span whose make-up workdays the country has not announced, ascending.

        A country that had some in one of the three years before, and a year of which neither
        it nor the planner's file says any.
        """
        years = range(first.year, last.year + 1)
        told = {day.date.year for day in self.given if day.kind == WORKDAY}
        known = {day.year for day in _makeup_workdays(self.code, first.year - 3, last.year)}
        return tuple(
            year
            for year in years
            if year not in known | told and any(year - back in known for back in (1, 2, 3))
        )


def holiday_names(by_date: dict[dt.date, str]) -> frozenset[str]:
    """Names of holidays, an observed day under the name of the holiday it stands for."""
    return frozenset(plain_name(name) for name in by_date.values())


def plain_name(name: str) -> str:
    """Return the name of a holiday without the note that it is observed or made up another day.

    Examples
    --------
    >>> plain_name("Day off (substituted from 02/14/2026)")
    'Day off'
    """
    return MOVED.sub("", name)


def as_calendar(calendar: Calendar | str | None) -> Calendar | None:
    """Accept a calendar, a country code, or nothing.

    Raises
    ------
    OptionError
        When it is something else.
    """
    if calendar is not None and not isinstance(calendar, str | Calendar):
        raise OptionError(f"calendar {calendar!r} is not allowed; allowed: a code such as CN")
    return Calendar(calendar) if isinstance(calendar, str) else calendar


def is_listed(entries: Iterable[dt.date | str], day: dt.date, name: str | None) -> bool:
    """Whether a planner's list of dates and holiday names holds this day."""
    return any(entry in (day, name) for entry in entries)


@lru_cache(maxsize=64)
def _holidays(code: str, first_year: int, last_year: int) -> tuple[tuple[dt.date, str], ...]:
    return tuple(sorted(_country(code, first_year, last_year).items()))


@lru_cache(maxsize=64)
def _makeup_workdays(code: str, first_year: int, last_year: int) -> frozenset[dt.date]:
    return frozenset(getattr(_country(code, first_year, last_year), "weekend_workdays", ()))


def _country(code: str, first_year: int, last_year: int):  # type: ignore[no-untyped-def]
    import holidays

    country, _, subdivision = code.partition("-")
    years = range(first_year, last_year + 1)
    local = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    if "en_US" not in type(local).supported_languages:
        return local
    return holidays.country_holidays(
        country, subdiv=subdivision or None, years=years, language="en_US"
    )


def read_calendar_file(path: str | Path) -> tuple[GivenDay, ...]:
    """Read holidays and make-up workdays from a file with columns `date`, `name` and `kind`.

    Parameters
    ----------
    path
        A .csv, .xlsx or other file as for `read_history`. `kind` is holiday, workday or ordinary.

    Raises
    ------
    HistoryError
        One message with every row that cannot be read.
    """
    raw = read_source(path)
    cells = cells_of(raw, None, ("date", "name", "kind"), (), timezone="UTC")
    dates = cells.times("date")
    kinds = cells.texts("kind", KINDS).str.lower()
    strange = ~kinds.isin((HOLIDAY, WORKDAY, ORDINARY))
    cells.refuse(cells["kind"][strange], "kind", "found {}", f"allowed: {KINDS}")
    names = cells["name"].astype("str").str.strip()
    again = dates.duplicated() & dates.notna()
    cells.refuse(cells["date"][again], "date", "{} is there twice", "allowed: once")
    cells.problems.raise_any()
    rows = zip(dates.dt.date, names, kinds, strict=True)
    return tuple(GivenDay(date, name, kind) for date, name, kind in rows)
