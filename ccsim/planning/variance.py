"""`variance_report`: why a service level was missed: volume, handle time, staffing, the model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ccsim.demand import Forecast, History
from ccsim.errors import OptionError
from ccsim.planning.outturn import Outturn, outturn
from ccsim.planning.plan import with_aht
from ccsim.scenario import Scenario, require_support
from ccsim.simulation import simulate
from ccsim.simulation.breakdown import ALL
from ccsim.simulation.by_day import service_by_day
from ccsim.simulation.duty import DutyInput
from ccsim.simulation.estimate import Linear, half_width

CAUSES = ("volume", "handle_time", "staffing")
Levels = dict[tuple[str, str], Linear]
Cases = dict[frozenset[str], Levels]


@dataclass(frozen=True, eq=False)
class VarianceReport:
    """A missed service level, split into what missed it.

    Attributes
    ----------
    table
        A row a queue and day, ``"all"`` among both: ``queue``, ``day`` (str); ``planned`` (share,
        as simulated), ``volume``, ``handle_time``, ``staffing`` (what each moved it by),
        ``model`` (what is left), ``actual`` (share, as counted): planned + volume + handle_time +
        staffing + model = actual. ``planned_noise`` … ``model_noise``: half the 95 % interval that
        the simulation leaves each. ``chance``: how far 95 % of single such days lie from their
        mean, so how much of the model's part may be chance. ``offered`` (contacts counted). NaN
        where there were none.
    notes
        What was not told, and so is part of the model's share.
    """

    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """The whole horizon in a few lines."""
        row = self.table[(self.table["queue"] == ALL) & (self.table["day"] == ALL)].iloc[0]
        lines = [f"Service level {row['actual']:.1%}, planned {row['planned']:.1%}"]
        for cause in (*CAUSES, "model"):
            name, noise = cause.replace("_", " "), row[f"{cause}_noise"]
            lines.append(f"  {name:<12} {100 * row[cause]:+6.1f} points ± {100 * noise:.1f}")
        lines.append(f"  a single such day may be {100 * row['chance']:.1f} points off by chance")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])

    def __repr__(self) -> str:
        """Show the summary."""
        return self.summary()


def variance_report(
    scenario: Scenario,
    actuals: pd.DataFrame | History,
    duty: DutyInput = None,
    *,
    actual_duty: DutyInput = None,
    forecast: Forecast | None = None,
    replications: int = 30,
    seed: int = 1,
    workers: int | None = None,
    progress: bool | None = None,
) -> VarianceReport:
    """Split the distance between planned and actual service level into its causes.

    Parameters
    ----------
    scenario
        The centre as it was planned; its horizon is the time reported on.
    actuals
        A row an interval and queue: ``start`` (tz-aware), ``queue``, ``offered``; ``within``
        (answered within the threshold) or ``service_level``; and, where known, ``handle_time``
        (mean, s). Every open interval of the horizon.
    duty
        Who was planned to be on duty, as in `simulate`.
    actual_duty
        Who was at work, counts or activities, taken exactly: no absence is drawn. None: as
        planned, absence drawn.
    forecast
        What was expected, as in `simulate`.
    replications, seed, workers, progress
        As in `simulate`.

    Returns
    -------
    VarianceReport

    Raises
    ------
    OptionError
        When the actuals are not as above.
    HistoryError
        When an open interval is left out.

    Notes
    -----
    Each of volume, handle time and staffing is set to what it was, in every combination with the
    others (eight simulations of the same customers). What one of them moves is the mean over all
    orders in which they could be set (Shapley 1953, 'A value for n-person games'), so that no
    order is favoured and the parts add up. The handle time is set by one factor a queue. What is
    left between the simulation with all of them and the actual level is the model's: what it
    does not know, and the chance of that very day.

    Examples
    --------
    >>> import ccsim
    >>> ccsim.variance_report(bank, counted, schedule.duty).table   # doctest: +SKIP
    """
    require_support(scenario)
    happened = outturn(scenario, actuals)
    options: dict[str, Any] = {
        "replications": replications,
        "seed": seed,
        "workers": workers,
        "progress": progress,
    }
    planned = simulate(scenario, duty, forecast=forecast, **options)
    factors = _factors(scenario, happened, planned.kpis())
    cases: Cases = {frozenset(): service_by_day(planned)}
    differ = ["volume"]
    differ += ["handle_time"] if factors else []
    differ += ["staffing"] if actual_duty is not None else []
    for some in _subsets(differ)[1:]:
        centre = with_aht(scenario, factors) if "handle_time" in some else scenario
        there = duty
        if "staffing" in some:
            there = actual_duty
            centre = centre.change({f"groups.{name}.shrinkage": 0.0 for name in centre.groups})
        volume = {"counts": happened.offered} if "volume" in some else {"forecast": forecast}
        cases[some] = service_by_day(simulate(centre, there, **volume, **options))
    table = pd.DataFrame(
        [_row(key, cases, differ, happened) for key in cases[frozenset()] if key in happened.levels]
    )
    return VarianceReport(table, _notes(differ))


def _factors(scenario: Scenario, happened: Outturn, kpis: pd.DataFrame) -> dict[str, float]:
    """By how much handle times were longer than planned, by queue; empty where not told."""
    if not happened.handle_time:
        return {}
    asked = {one.skill for one in scenario.segments.values() if one.skill is not None}
    if asked:
        raise OptionError(
            f"actuals: handle_time is by queue, and segments ask for the skill '{min(asked)}' "
            "instead; allowed: actuals without handle_time, or segments without skill"
        )
    planned = {name: float(kpis.loc[(name, "aht"), "mean"]) for name in scenario.queues}
    return {
        name: happened.handle_time[name] / aht if name in happened.handle_time and aht > 0 else 1.0
        for name, aht in planned.items()
    }


def _subsets(names: list[str]) -> list[frozenset[str]]:
    return [frozenset(c) for size in range(len(names) + 1) for c in combinations(names, size)]


def _row(
    key: tuple[str, str], cases: Cases, differ: list[str], happened: Outturn
) -> dict[str, object]:
    offered, actual = happened.levels[key]
    first, last = cases[frozenset()][key], cases[frozenset(differ)][key]
    parts = {"planned": first}
    parts |= {cause: _shapley(cause, differ, cases, key) for cause in CAUSES}
    parts["model"] = Linear(actual - last.mean, -last.influence)
    return {
        "queue": key[0],
        "day": key[1],
        **{name: float(part.mean) for name, part in parts.items()},
        "actual": actual,
        **{f"{name}_noise": _noise(part) for name, part in parts.items()},
        "chance": _noise(last) * math.sqrt(len(last.influence)),
        "offered": offered,
    }


def _shapley(cause: str, differ: list[str], cases: Cases, key: tuple[str, str]) -> Linear:
    """Mean over all orders of what a cause moves when it is set after those before it."""
    mean, influence = np.array(0.0), np.zeros_like(cases[frozenset()][key].influence)
    if cause not in differ:
        return Linear(mean, influence)
    others, n = [name for name in differ if name != cause], len(differ)
    for before in _subsets(others):
        size = len(before)
        weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
        without, with_it = cases[before][key], cases[before | {cause}][key]
        mean = mean + weight * (with_it.mean - without.mean)
        influence = influence + weight * (with_it.influence - without.influence)
    return Linear(mean, influence)


def _noise(part: Linear) -> float:
    return float(half_width(part.influence)) if len(part.influence) > 1 else math.nan


def _notes(differ: list[str]) -> tuple[str, ...]:
    untold: Mapping[str, str] = {
        "handle_time": "actuals have no handle_time: what it moved is in the model's part",
        "staffing": "no actual_duty: what staffing moved is in the model's part",
    }
    return tuple(text for cause, text in untold.items() if cause not in differ)
