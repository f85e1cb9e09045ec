"""How common systems write their interval reports: presets, kept as data in `presets/*.yaml`.

A preset says under which headings an export has our columns, in which of several ways, and how it
writes times, numbers and durations. Each file says what was read in the vendor's documentation and
what is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from ccsim.demand.checks import OPTIONAL, REQUIRED
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

# In every system's files, whatever else it writes.
ALWAYS_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True)
class Recipe:
    """One way to have a column of ours from an export.

    Attributes
    ----------
    headings : tuple of str
        Columns of the export.
    way : str
        `as it is` (one column), `join` (date and time), `sum`, or `total` (durations added and
        divided by `per`).
    per : str or None
        Column of what a total is divided by.
    unit : str or None
        Of plain numbers, where it is not the preset's.
    """

    headings: tuple[str, ...]
    way: str = "as it is"
    per: str | None = None
    unit: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """Every column it takes."""
        return self.headings if self.per is None else (*self.headings, self.per)

    def __str__(self) -> str:
        """Name it for messages, such as `Date + Time`."""
        added = " + ".join(self.headings)
        return added if self.per is None else f"({added}) / {self.per}"


@dataclass(frozen=True)
class Preset:
    """How one system's export is read.

    Attributes
    ----------
    name, system : str
        Its name, and what it is the export of.
    recipes : mapping of str to tuple of Recipe
        Ways to have each of our columns; the first whose headings are there is taken.
    unit : str
        Unit of durations written as plain numbers: s, ms or min.
    time_formats : tuple of str
        How times may be written, in `strptime` codes; ISO 8601 always.
    ranges : bool
        Whether a time may be a range, such as 08:00-08:30, of which the first is the start.
    short_clock : bool
        Whether clock times may lack the colon, such as 830.
    thousands : str or None
        Separator inside numbers.
    blanks, totals : tuple of str
        How a cell says that there is no value; how a row says that it is a total.
    encodings, separators : tuple of str
        To try on text files, in this order.
    """

    name: str
    system: str
    recipes: Mapping[str, tuple[Recipe, ...]]
    unit: str = "s"
    time_formats: tuple[str, ...] = ()
    ranges: bool = False
    short_clock: bool = False
    thousands: str | None = None
    blanks: tuple[str, ...] = ("",)
    totals: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ("utf-8-sig",)
    separators: tuple[str, ...] = field(default=())

    def overridden(self, columns: Mapping[str, str] | None, time_format: str | None) -> Preset:
        """Return the preset with the planner's own columns and form of times.

        Raises
        ------
        OptionError
            When `columns` maps a name that is not one of ours.
        """
        known = (*REQUIRED, *OPTIONAL)
        for ours in columns or {}:
            if ours not in known:
                raise OptionError(
                    f"columns maps '{ours}'; allowed: {', '.join(known)}{nearest(ours, known)}"
                )
        own = {ours: (Recipe((theirs,)),) for ours, theirs in (columns or {}).items()}
        formats = self.time_formats if time_format is None else (time_format,)
        return replace(self, recipes={**self.recipes, **own}, time_formats=formats)

    def chosen(self, headings: Iterable[object]) -> dict[str, Recipe]:
        """Give the recipe of each of our columns that these headings allow."""
        there = {plain(heading) for heading in headings}
        found = {}
        for ours, recipes in self.recipes.items():
            fitting = [r for r in recipes if all(plain(name) in there for name in r.needs)]
            if fitting:
                found[ours] = fitting[0]
        return found

    def fits(self, headings: Iterable[object]) -> bool:
        """Say whether these headings give every column that is needed."""
        return set(REQUIRED) <= set(self.chosen(headings))


def plain(heading: object) -> str:
    """Reduce a heading to what has to agree: letters, whatever their case and blanks.

    Examples
    --------
    >>> plain("  Interval   START ")
    'interval start'
    """
    return " ".join(str(heading).replace("\ufeff", "").split()).casefold()


def preset_names() -> tuple[str, ...]:
    """Names of the presets, sorted."""
    entries = files("ccsim.demand").joinpath("presets").iterdir()
    return tuple(sorted(e.name.removesuffix(".yaml") for e in entries if e.name.endswith(".yaml")))


@cache
def preset_named(name: str) -> Preset:
    """Return a preset by its name.

    Raises
    ------
    OptionError
        When there is none, with the nearest name there is.

    Examples
    --------
    >>> preset_named("amazon_connect").system
    'Amazon Connect, historical metrics by queue and interval (CSV)'
    """
    names = preset_names()
    if name not in names:
        raise OptionError(
            f"columns_preset='{name}' is not known; allowed: {', '.join(names)}"
            f"{nearest(name, names)}"
        )
    text = files("ccsim.demand").joinpath("presets", f"{name}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    del data["checked"]  # For readers of the file.
    columns = data.pop("columns")
    recipes = {ours: tuple(_recipe(way) for way in ways) for ours, ways in columns.items()}
    settings: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in data.items()
    }
    return Preset(name=name, recipes=MappingProxyType(recipes), **settings)


def _recipe(way: str | dict[str, Any]) -> Recipe:
    if isinstance(way, str):
        return Recipe((way,))
    for kind in ("join", "sum", "total"):
        if kind in way:
            return Recipe(tuple(way[kind]), kind, way.get("per"), way.get("unit"))
    raise ValueError(f"a preset has the entry {way}; allowed: a heading, join, sum or total")
