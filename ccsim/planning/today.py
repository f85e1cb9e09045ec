"""The rest of a day seen from one of its moments: what came so far, and what is to be expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ccsim.demand import Forecast, History
from ccsim.demand.actuals import laid_out
from ccsim.demand.scenarios import forecast_scenario, read_scenario_counts
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.opening import at_clock, horizon_end, horizon_start
from ccsim.simulation import Results, simulate
from ccsim.simulation.rates import rates_of

SECOND = pd.Timedelta(seconds=1)


@dataclass(frozen=True, eq=False)
class Today:
    """A moment of the horizon and what is expected of the rest of its day.

    Attributes
    ----------
    scenario
        The whole horizon's.
    at, midnight, end
        The moment, and the midnights between which its day lies.
    demand
        What `simulate` is told of the demand: ``forecast`` or ``counts``.
    expected
        A row a queue: ``so_far`` (counted today), ``planned_so_far`` (expected for the same
        intervals), ``planned_rest``, ``rest`` (expected of the rest of the day before and now).
    options
        Further options of `simulate`.
    notes
        How the rest was forecast.
    """

    scenario: Scenario
    at: pd.Timestamp
    midnight: pd.Timestamp
    end: pd.Timestamp
    demand: dict[str, Any]
    expected: pd.DataFrame
    options: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def simulated(self, scenario: Scenario, duty: pd.DataFrame) -> Results:
        """Simulate up to the end of the day, counting who comes from the moment on.

        Later days are left out; the horizon still begins where it did, so that customers, and
        work that has been waiting since days ago, are the same.
        """
        begin = horizon_start(self.scenario)
        days = (self.at.date() - begin.date()).days + 1
        return simulate(
            scenario.change({"horizon.days": days}),
            duty[duty["start"] < self.end],
            count=((self.at - begin) / SECOND, (self.end - begin) / SECOND),
            **self.demand,
            **self.options,
        )


def today(
    scenario: Scenario,
    actuals: pd.DataFrame | History,
    at: pd.Timestamp | str,
    forecast: Forecast | None,
    options: dict[str, Any],
) -> Today:
    """Look at a day from one of its moments, with what was counted by then.

    Raises
    ------
    OptionError
        When `at` is no moment of the horizon, or the counts do not fit it.
    """
    moment = _moment(scenario, at)
    midnight = at_clock(moment.date(), 0, scenario.timezone)
    end = at_clock((moment + pd.Timedelta(days=1)).date(), 0, scenario.timezone)
    if forecast is None and scenario.demand.is_forecast:
        forecast = forecast_scenario(scenario)
    if forecast is not None:
        plan, interval = (
            forecast.mean if forecast.plan is None else forecast.plan,
            forecast.interval,
        )
    else:
        plan, interval = _given(scenario)
    seen = laid_out(actuals, plan, interval)
    last = seen.index[seen.notna().any(axis=1)][-1]
    if last + interval > moment:
        raise OptionError(
            f"actuals: the interval of {last:%Y-%m-%d %H:%M} is not over at "
            f"{moment:%Y-%m-%d %H:%M}; allowed: intervals that are"
        )
    day = (plan.index >= midnight) & (plan.index < end)
    if not seen[day].notna().to_numpy().any():
        raise OptionError(
            f"actuals: no count of {moment:%Y-%m-%d}; allowed: counts of the day, up to "
            f"{moment:%H:%M}"
        )
    if forecast is not None:
        updated = forecast.update(actuals)
        demand: dict[str, Any] = {"forecast": updated}
        now, notes = updated.mean, list[str]()
    else:
        now, notes = _scaled(plan, seen, day)
        demand = {"counts": now}
    expected = _expected(plan, now, seen, day)
    return Today(scenario, moment, midnight, end, demand, expected, options, tuple(notes))


def _moment(scenario: Scenario, at: pd.Timestamp | str) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(at)
        moment = moment if moment.tzinfo else moment.tz_localize(scenario.timezone)
    except (ValueError, TypeError):
        moment = pd.NaT
    begin, end = horizon_start(scenario), horizon_end(scenario)
    if moment is pd.NaT or not begin < moment < end:
        raise OptionError(
            f"intraday: at={at!r}; allowed: a moment between {begin:%Y-%m-%d %H:%M} and "
            f"{end:%Y-%m-%d %H:%M}"
        )
    return moment.tz_convert(scenario.timezone)


def _given(scenario: Scenario) -> tuple[pd.DataFrame, pd.Timedelta]:
    """Lay given rates or counts out as a forecast's mean is."""
    if scenario.demand.log is not None:
        raise OptionError(
            f"{scenario.origin.where(('demand', 'log'))}: demand.log: a log has no rest to "
            "forecast; allowed: a history, counts or rates"
        )
    if scenario.demand.counts is not None:
        history = read_scenario_counts(scenario)
        table = history.table.pivot(index="start", columns="queue", values="offered")
        return table.tz_convert(scenario.timezone), history.interval
    interval = pd.Timedelta(seconds=scenario.horizon.interval)
    rates, begin = rates_of(scenario), horizon_start(scenario)
    # Cells are cut at opening hours too, counts are of whole intervals.
    place = rates.cells.start // (interval // pd.Timedelta(microseconds=1))
    cells = pd.DataFrame({"place": place, "queue": rates.cells.queue, "contacts": rates.mean})
    table = cells.groupby(["place", "queue"])["contacts"].sum().unstack(fill_value=0.0)
    table = table.reindex(columns=range(len(scenario.queues)), fill_value=0.0)
    table.index = pd.DatetimeIndex(begin + table.index * interval, name="start")
    return table.set_axis(list(scenario.queues), axis=1), interval


def _scaled(
    plan: pd.DataFrame, seen: pd.DataFrame, day: np.ndarray[Any, Any]
) -> tuple[pd.DataFrame, list[str]]:
    """Put the counts in place, and let the rest of the day go as the counts have gone so far."""
    now = plan.where(seen.isna(), seen)
    notes = []
    for queue in plan.columns:
        counted = seen[queue].notna() & day
        if not counted.any():
            continue
        expected = plan.loc[counted, queue].sum()
        factor = seen.loc[counted, queue].sum() / expected if expected > 0 else 1.0
        rest = day & (plan.index > plan.index[counted][-1])
        now.loc[rest, queue] = plan.loc[rest, queue] * factor
        notes.append(
            f"{queue}: given rates say nothing of how days differ; the rest of the day is taken "
            f"to go as the counts have: {factor:.2f} times the rates"
        )
    return now, notes


def _expected(
    plan: pd.DataFrame, now: pd.DataFrame, seen: pd.DataFrame, day: np.ndarray[Any, Any]
) -> pd.DataFrame:
    counted = seen[day].notna()
    return pd.DataFrame(
        {
            "so_far": seen[day].sum(),
            "planned_so_far": plan[day].where(counted).sum(),
            "planned_rest": plan[day].mask(counted).sum(),
            "rest": now[day].mask(counted).sum(),
        }
    ).rename_axis("queue")
