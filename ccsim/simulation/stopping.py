"""As many replications as it takes to be as precise as asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from ccsim.errors import OptionError
from ccsim.scenario.problem import nearest
from ccsim.simulation.breakdown import ALL
from ccsim.simulation.tally import Tally

if TYPE_CHECKING:
    from ccsim.simulation.results import Results

HalfWidths: TypeAlias = Mapping[str | tuple[str, str], float]

# The variance is estimated too: a little more than it says, lest the last step be too short.
SPARE = 1.1


def until_precise(
    more: Callable[[range], list[Tally]],
    results_of: Callable[[tuple[Tally, ...]], Results],
    half_width: HalfWidths,
    first: int = 10,
    most: int = 10_000,
) -> Results:
    """Add replications until every 95 % interval is as narrow as asked.

    Replications are numbered on, so the results are those of a fixed run of the same size.

    Parameters
    ----------
    more
        Runs replications of these numbers.
    results_of
        Makes results of all tallies so far.
    half_width
        KPI of the whole centre, or (queue, KPI) → half the width its interval may have, in the
        KPI's unit: ``{"service_level": 0.005, ("orders", "asa"): 1.0}``.
    first, most
        Replications to begin with, and at most.

    Returns
    -------
    Results
        ``stopping`` says how many it took, or that `most` was not enough.
    """
    asked = _asked(half_width)
    tallies: list[Tally] = []
    number = min(first, most)
    while True:
        tallies += more(range(len(tallies), number))
        results = results_of(tuple(tallies))
        widths = _widths(results.kpis(), asked)
        factor = max(widths[key] / asked[key] for key in asked)
        if factor <= 1 or number >= most:
            return replace(results, stopping=_said(number, widths, asked))
        # Widths shrink with the root of the number; at most doubled, as the guess is rough.
        guess = math.ceil(min(number * factor**2 * SPARE, 2.0 * number))
        number = min(max(guess, number + 1), most)


def _asked(half_width: HalfWidths) -> dict[tuple[str, str], float]:
    if not isinstance(half_width, Mapping) or not half_width:
        raise OptionError(
            f"half_width={half_width!r}; allowed: a mapping such as {{'service_level': 0.005}}"
        )
    asked = {}
    for name, width in half_width.items():
        number = isinstance(width, (int, float)) and not isinstance(width, bool)
        if not number or not 0 < width < math.inf:
            raise OptionError(f"half_width: {name!r}: {width!r}; allowed: a number above nought")
        asked[(ALL, name) if isinstance(name, str) else name] = float(width)
    return asked


def _widths(
    kpis: pd.DataFrame, asked: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    widths = {}
    for key in asked:
        if key not in kpis.index:
            raise OptionError(_unknown(key, kpis))
        mean, low, high = kpis.loc[key]
        if math.isnan(mean):
            raise OptionError(f"half_width: {_name(key)}: nothing happened that it could be of")
        width = max(high - mean, mean - low)
        widths[key] = math.inf if math.isnan(width) else float(width)
    return widths


def _unknown(key: object, kpis: pd.DataFrame) -> str:
    known = [str(queue) for queue in kpis.index.unique(0)]
    if not isinstance(key, tuple) or len(key) != 2:
        return f"half_width: {key!r}; allowed: a KPI, or a pair of queue and KPI"
    what, names = ("queue", known)
    wrong = key[0]
    if key[0] in known:
        what, names, wrong = "KPI", list(kpis.loc[key[0]].index), key[1]
    near = nearest(wrong, names)
    hint = f"; did you mean '{near}'?" if near else ""
    return f"half_width: unknown {what} '{wrong}'{hint}; allowed: {', '.join(names)}"


def _said(
    number: int, widths: Mapping[tuple[str, str], float], asked: Mapping[tuple[str, str], float]
) -> str:
    wide = [key for key in asked if widths[key] > asked[key]]
    if not wide:
        reached = ", ".join(f"{_name(key)} ±{widths[key]:.3g}" for key in asked)
        return f"{number} replications were enough: {reached}"
    missed = ", ".join(f"{_name(key)} {_width(widths[key])}, not ±{asked[key]:g}" for key in wide)
    ran = "one replication" if number == 1 else f"{number} replications"
    return f"{ran}, the most allowed, {'was' if number == 1 else 'were'} not enough: {missed}"


def _width(half: float) -> str:
    return "without interval" if math.isinf(half) else f"±{half:.3g}"


def _name(key: tuple[str, str]) -> str:
    return key[1] if key[0] == ALL else f"{key[0]} {key[1]}"
