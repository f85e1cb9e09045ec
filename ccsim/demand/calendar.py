"""Public holidays and make-up workdays of a country, and which of them the centre keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

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
        found = _holidays(self.code, first.year, last.year)
        return {day: name for day, name in found if first <= day <= last}

    def is_seldom_kept(self, name: str) -> bool:
        """Whether most private employers of the country are open on a public holiday."""
        return name in SELDOM_KEPT.get(self.code.partition("-")[0], ())

    def makeup_workdays(self, first: dt.date, last: dt.date) -> frozenset[dt.date]:
        """Weekend days from `first` to `last` that are worked in exchange for a holiday."""
        found = _makeup_workdays(self.code, first.year, last.year)
        return frozenset(day for day in found if first <= day <= last)


def holiday_names(by_date: dict[dt.date, str]) -> frozenset[str]:
    """Names of holidays, an observed day under the name of the holiday it stands for."""
    return frozenset(plain_name(name) for name in by_date.values())


def plain_name(name: str) -> str:
    """Return the name of a holiday without the note that it is observed on another day."""
    return name.removesuffix(" (observed)")


def as_calendar(calendar: Calendar | str | None) -> Calendar | None:
    """Accept a calendar, a country code, or nothing."""
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
