"""The proof: a staffing simulated on days that the search has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.scenario import Scenario
from ccsim.simulation.centre import Centre
from ccsim.simulation.contact_sums import TARGET_SUMS
from ccsim.simulation.estimate import linear_ratio
from ccsim.simulation.kpis import SERVICE_LEVELS
from ccsim.staffing.goals import Goal
from ccsim.staffing.promises import Margins, Promise, events_of
from ccsim.staffing.sample import Counted

Floats = NDArray[np.float64]

LOST = ("blocked", "abandoned", "balked", "callback_lost", "turned_away")
COLUMNS = (
    "queue",
    "target",
    "scope",
    "start",
    "asked",
    "mean",
    "low",
    "high",
    "met",
    "proven",
)
# A day as bad as one in ten.
BAD = 0.9


@dataclass(frozen=True, eq=False)
class Proof:
    """What fresh days give under a staffing.

    Attributes
    ----------
    promises
        A row a promise and unit: ``queue``, ``target`` (both several where they are to hold
        together), ``scope``, ``start`` (first interval of the unit; NaT where units are pooled),
        ``asked`` (share, s for asa; the certainty where one is asked for), ``mean``, ``low``,
        ``high`` (95 %, simulation noise), ``met`` (bool: the mean keeps it), ``proven`` (bool:
        the whole interval does).
    days
        A row a date: ``date``, ``event`` (str, empty on ordinary days), ``offered``,
        ``service_level`` of all queues, ``all_met`` (share of days on which every target holds
        over the day), ``lost`` (contacts blocked, abandoned, balked or turned away), and
        ``service_level_bad``, ``lost_bad`` as they are on one day in ten.
    replications
        How many horizons were simulated.
    """

    promises: pd.DataFrame
    days: pd.DataFrame
    replications: int

    @property
    def holds(self) -> bool:
        """Whether every promise is met on average."""
        return bool(self.promises["met"].all())

    @property
    def worst_event_day(self) -> pd.Series:
        """The day of an event with the lowest service level; of all days where there is none."""
        events = self.days[self.days["event"] != ""]
        rows = events if len(events) else self.days
        return rows.loc[rows["service_level"].idxmin()]


def proof_of(
    scenario: Scenario,
    centre: Centre,
    goals: list[Goal],
    promises: list[Promise],
    counted: Counted,
) -> Proof:
    """Set what was asked beside what fresh days give."""
    margins = Margins.of(goals, counted)
    rows = [row for promise in promises for row in _rows(centre, goals, promise, margins)]
    days = _days(scenario, centre, goals, margins, counted)
    return Proof(pd.DataFrame(rows, columns=list(COLUMNS)), days, len(counted.contacts))


def _rows(
    centre: Centre, goals: list[Goal], promise: Promise, margins: Margins
) -> Iterator[dict[str, Any]]:
    own = [goals[n] for n in promise.goals]
    common = {
        "queue": ", ".join(dict.fromkeys(goal.queue for goal in own)),
        "target": ", ".join(dict.fromkeys(goal.kind for goal in own)),
        "scope": promise.scope,
    }
    surplus, size = margins.by_unit(promise)
    if promise.certainty is not None:
        yield common | _certain(promise.certainty, surplus, size)
        return
    (goal,), starts = own, centre.moments(centre.edges[:-1])
    mean, low, high = linear_ratio(surplus[0], size[0]).estimate()
    for unit, first in enumerate(promise.units.argmax(axis=1)):
        if size[0, :, unit].sum() > 0:
            figures = goal.figure(np.array([mean[unit], low[unit], high[unit]]))
            yield (
                common
                | {"start": starts[first], "asked": goal.asked, "mean": float(figures[0])}
                | {"low": float(figures[1:].min()), "high": float(figures[1:].max())}
                | {"met": bool(mean[unit] >= 0), "proven": bool(low[unit] >= 0)}
            )


def _certain(certainty: float, surplus: Floats, size: Floats) -> dict[str, Any]:
    """How often all goals hold at once, over all units."""
    met = ((surplus >= 0) | (size <= 0)).all(axis=0)
    some = (size > 0).any(axis=0)
    share = linear_ratio((met & some).sum(axis=1) * 1.0, some.sum(axis=1) * 1.0, (0.0, 1.0))
    mean, low, high = (float(one) for one in share.estimate())
    return {
        "start": pd.NaT,
        "asked": certainty,
        "mean": mean,
        "low": low,
        "high": high,
        "met": mean >= certainty,
        "proven": low >= certainty,
    }


def _days(
    scenario: Scenario, centre: Centre, goals: list[Goal], margins: Margins, counted: Counted
) -> pd.DataFrame:
    dates = np.array([moment.date() for moment in centre.moments(centre.edges[:-1])])
    event_of, level = events_of(scenario), SERVICE_LEVELS[centre.definition]
    assert level.denominator is not None
    sums = [counted.named(queue) for queue in range(len(centre.queues))]
    lost_rows = [TARGET_SUMS.index(name) for name in LOST]
    lost = counted.contacts[:, lost_rows].sum(axis=(1, 2))
    rows = []
    for date in dict.fromkeys(dates):
        today = dates == date
        served = sum(level.numerator(one)[:, today].sum(axis=1) for one in sums)
        asked = sum(level.denominator(one)[:, today].sum(axis=1) for one in sums)
        offered = sum(one["offered"][:, today].sum(axis=1) for one in sums)
        gone = lost[:, today].sum(axis=1)
        if not np.sum(asked):
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            by_day = np.where(asked > 0, served / asked, 1.0)
        surplus = margins.surplus[..., today].sum(axis=-1)
        rows.append(
            {
                "date": date,
                "event": event_of.get(date, ""),
                "offered": float(np.mean(offered)),
                "service_level": float(np.sum(served) / np.sum(asked)),
                "service_level_bad": float(np.quantile(by_day, 1 - BAD)),
                "all_met": float((surplus >= 0).all(axis=0).mean()),
                "lost": float(gone.mean()),
                "lost_bad": float(np.quantile(gone, BAD)),
            }
        )
    return pd.DataFrame(rows)
