"""Points of a sweep: which changes to a scenario are tried, and what each is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias

import pandas as pd

from ccsim.errors import OptionError
from ccsim.scenario import Scenario

Points: TypeAlias = Mapping[str, Iterable[Any]] | Sequence[str | Mapping[str, Any]]

# More than this is a mistake in the grid rather than a plan.
MOST_POINTS = 100_000
# Names of overrides that are stacked, the later on top of the earlier.
STACKED = "+"
AS_IS = "as is"
ALLOWED = (
    "a grid {'groups.bank.on_duty': [80, 90], …}, or a list of names of overrides ('a', 'a+b', "
    "'as is') and of changes {'groups.bank.on_duty': 80}"
)


@dataclass(frozen=True)
class Point:
    """One scenario of a sweep.

    Attributes
    ----------
    name
        What people call it.
    changes
        Dotted path → value, of a grid or of changes given; empty for names of overrides.
    """

    name: str
    scenario: Scenario
    changes: Mapping[str, Any] = field(default_factory=dict)


def points_of(scenario: Scenario, given: Points) -> list[Point]:
    """Make every scenario of a sweep; all are validated before the first is simulated.

    Parameters
    ----------
    given
        A grid, path → values, of which every combination is tried, the last path fastest; or a
        list of names of overrides (``"a+b"`` stacks two, ``"as is"`` is no change) and of changes.

    Raises
    ------
    OptionError
        When it is neither, is empty, or two points are the same.
    ScenarioError
        When a path does not exist or a value is not allowed.
    """
    if isinstance(given, Mapping):
        points = [_changed(scenario, changes) for changes in _grid(given)]
    elif isinstance(given, Sequence) and not isinstance(given, str):
        points = [_one(scenario, item) for item in given]
    else:
        raise OptionError(f"sweep: {given!r}; allowed: {ALLOWED}")
    if not points:
        raise OptionError(f"sweep: no points; allowed: {ALLOWED}")
    seen: set[str] = set()
    for point in points:
        if point.name in seen:
            raise OptionError(f"sweep: '{point.name}' is given twice; allowed: every point once")
        seen.add(point.name)
    return points


def table_of(points: Sequence[Point]) -> pd.DataFrame:
    """List points: index ``point`` (number), ``name``, and a column for each path changed."""
    paths = list(dict.fromkeys(path for point in points for path in point.changes))
    table = pd.DataFrame(
        {
            "name": [point.name for point in points],
            **{path: [shown(point.changes.get(path)) for point in points] for path in paths},
        }
    )
    return table.rename_axis("point")


def shown(value: Any) -> Any:
    """Give a value as a table shows it: numbers and words as they are, the rest in words."""
    return value if value is None or isinstance(value, (int, float, str)) else str(value)


def _grid(given: Mapping[str, Iterable[Any]]) -> list[dict[str, Any]]:
    axes: list[list[Any]] = []
    for path, values in given.items():
        if isinstance(values, (str, Mapping)) or not isinstance(values, Iterable):
            raise OptionError(f"sweep: {path}: {values!r}; allowed: a list of values to try")
        axes.append([_plain(value) for value in values])
        if not axes[-1]:
            raise OptionError(f"sweep: {path}: no values; allowed: a list of values to try")
    number = 1
    for axis in axes:
        number *= len(axis)
    if number > MOST_POINTS:
        raise OptionError(f"sweep: {number:,} points; allowed: at most {MOST_POINTS:,}")
    return [dict(zip(given, values, strict=True)) for values in product(*axes)] if axes else []


def _plain(value: Any) -> Any:
    """A number of numpy's as Python's own, as a scenario file would have it."""
    return value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value


def _one(scenario: Scenario, item: str | Mapping[str, Any]) -> Point:
    if isinstance(item, str):
        names = [] if item == AS_IS else [name.strip() for name in item.split(STACKED)]
        return Point(item, scenario.override(*names))
    if isinstance(item, Mapping) and item:
        return _changed(scenario, {path: _plain(value) for path, value in item.items()})
    raise OptionError(f"sweep: {item!r}; allowed: {ALLOWED}")


def _changed(scenario: Scenario, changes: Mapping[str, Any]) -> Point:
    name = ", ".join(f"{path}={shown(value)}" for path, value in changes.items())
    return Point(name, scenario.change(changes), dict(changes))
