"""How common systems write their interval reports: presets, kept as data in `presets/*.yaml`.

A preset says under which headings an export has our columns, in which of several ways, and how it
writes times, numbers and durations. Each file says what was read in the vendor's documentation and
what is assumed. A centre with another system writes such a file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from ccsim.demand.checks import OPTIONAL, REQUIRED
from ccsim.demand.wording import nearest
from ccsim.errors import OptionError

UNITS = ("s", "ms", "min")
WORDS = ("system", "unit", "thousands")
FLAGS = ("ranges", "short_clock")
LISTS = ("time_formats", "blanks", "totals", "encodings", "separators")
# The entries of each way to have a column.
ENTRIES = {"join": {"join"}, "sum": {"sum"}, "total": {"total", "per"}}
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


def preset_named(name: str) -> Preset:
    """Return a shipped preset by its name, or one's own from a .yaml file.

    Raises
    ------
    OptionError
        When there is none of that name, with the nearest there is, or when the file is no preset.

    Examples
    --------
    >>> preset_named("amazon_connect").system
    'Amazon Connect, historical metrics by queue and interval (CSV)'
    """
    if Path(name).suffix in (".yaml", ".yml"):
        path = Path(name)
        if not path.is_file():
            raise OptionError(f"columns_preset={name}: no such file")
        return _preset(path.stem, path.read_text(encoding="utf-8"), name)
    names = preset_names()
    if name not in names:
        raise OptionError(
            f"columns_preset='{name}' is not known; allowed: {', '.join(names)}, or a .yaml file "
            f"of one's own{nearest(name, names)}"
        )
    return _shipped(name)


@cache
def _shipped(name: str) -> Preset:
    entry = files("ccsim.demand").joinpath("presets", f"{name}.yaml")
    return _preset(name, entry.read_text(encoding="utf-8"), entry.name)


def _preset(name: str, text: str, where: str) -> Preset:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise OptionError(f"{where}: is not YAML: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        raise OptionError(f"{where}: a preset is a mapping with an entry columns")
    for key, value in data.items():
        _check_setting(str(key), value, where)
    columns = data["columns"]
    lacking = [ours for ours in REQUIRED if ours not in columns]
    if lacking:
        raise OptionError(f"{where}: columns lacks {', '.join(lacking)}")
    recipes = {
        ours: tuple(_recipe(way, f"{where}: columns.{ours}") for way in _as_list(ways))
        for ours, ways in columns.items()
    }
    settings: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in data.items()
        if key not in ("columns", "checked")  # `checked` is for readers of the file.
    }
    return Preset(name=name, recipes=MappingProxyType(recipes), **{"system": name} | settings)


def _check_setting(key: str, value: object, where: str) -> None:
    known = ("columns", "checked", *WORDS, *FLAGS, *LISTS)
    if key not in known:
        raise OptionError(
            f"{where}: '{key}' is not an entry of a preset; allowed: {', '.join(known)}"
            f"{nearest(key, known)}"
        )
    if key in LISTS:
        right = isinstance(value, list) and all(isinstance(word, str) for word in value)
        wanted = "a list of texts"
    elif key in FLAGS:
        right, wanted = isinstance(value, bool), "true or false"
    elif key == "columns":
        _check_columns(value, where)
        return
    else:
        right, wanted = isinstance(value, str), "a text"
    if key == "unit":
        right, wanted = value in UNITS, ", ".join(UNITS)
    if not right:
        raise OptionError(f"{where}: {key} is {value!r}; allowed: {wanted}")


def _check_columns(columns: object, where: str) -> None:
    known = (*REQUIRED, *OPTIONAL)
    for ours in columns if isinstance(columns, dict) else ():
        if ours not in known:
            raise OptionError(
                f"{where}: columns has '{ours}'; allowed: {', '.join(known)}"
                f"{nearest(str(ours), known)}"
            )


def _as_list(ways: object) -> list[Any]:
    return ways if isinstance(ways, list) else [ways]


def _recipe(way: object, where: str) -> Recipe:
    if isinstance(way, str):
        return Recipe((way,))
    if isinstance(way, dict):
        for kind, entries in ENTRIES.items():
            if set(way) - {"unit"} == entries and _is_recipe(way, kind):
                return Recipe(tuple(_as_list(way[kind])), kind, way.get("per"), way.get("unit"))
    raise OptionError(
        f"{where} has {way!r}; allowed: a heading, {{join: [date, time]}}, {{sum: [headings]}} or "
        f"{{total: [headings], per: heading, unit: one of {', '.join(UNITS)}}}"
    )


def _is_recipe(way: dict[str, Any], kind: str) -> bool:
    headings = _as_list(way[kind])
    texts = all(isinstance(name, str) for name in headings)
    many = len(headings) == 2 if kind == "join" else len(headings) > 0
    return texts and many and way.get("unit", "s") in UNITS
