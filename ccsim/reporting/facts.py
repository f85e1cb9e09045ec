"""Everything a report, a workbook or a summary is made from: the tables of the rooms below."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ccsim.demand import Forecast, History
from ccsim.scenario import Scenario
from ccsim.scheduling import Schedule
from ccsim.simulation import Results
from ccsim.staffing import Requirement


@dataclass(frozen=True, eq=False)
class Facts:
    """The outcome of the whole chain, as tables.

    Attributes
    ----------
    scenario
        What was planned.
    history, forecast
        Past counts and the forecast from them; None where the scenario gives rates or counts.
    league
        Backtest of the forecast models, as `backtest` returns it; None without history.
    requirement, schedule
        Agents needed, and the shifts that cover it.
    results
        The schedule simulated.
    at_aht
        Service level if handle times were off: index ``aht_factor`` (float64, e.g. 0.9, 1.0, 1.1);
        columns ``aht`` (s), ``service_level``, ``low``, ``high``, ``answer_rate`` and
        ``replications`` (int64).
    labour
        Cost of the schedule: index ``group`` and ``"all"``; columns ``shifts`` (int64),
        ``paid_hours``, ``at_work_hours``, ``fte``, ``people`` (int64, to employ), ``cost`` (money
        of the horizon; NaN where a wage is not known).
    seats
        Seats each tariff would bill: index ``tariff`` (name); columns ``unit``, ``seats`` (int64),
        ``price`` (money a seat and month), ``cost_per_month``, ``currency``, ``source``,
        ``quality``. Without rows where the scenario names no tariff.
    """

    scenario: Scenario
    history: History | None
    forecast: Forecast | None
    league: pd.DataFrame | None
    requirement: Requirement
    schedule: Schedule
    results: Results
    at_aht: pd.DataFrame
    labour: pd.DataFrame
    seats: pd.DataFrame
