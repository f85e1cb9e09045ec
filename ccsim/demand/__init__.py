"""Demand: history in, calendar and events, forecast models, backtest, sampled days out.

`read_history` turns files, databases and named data sets into a checked `History`, whose faults
`check_history` lists with a proposed repair each; `read_calls` turns a log of single calls into a
checked `CallLog`; `forecast` turns a history into a `Forecast` (expected contacts by interval and
queue, quantiles of the counts, days drawn at random for the simulator), minding a `Calendar` of
public holidays and the planner's `Event`s; `backtest` scores models by the forecasts they would
have made; `calibrate` turns a log of calls into the inputs of a scenario.
"""

from __future__ import annotations

from ccsim.demand.adjusting import Adjustment
from ccsim.demand.backtesting import backtest
from ccsim.demand.calendar import Calendar
from ccsim.demand.calibration import Calibration, calibrate
from ccsim.demand.calls import CallLog, read_calls
from ccsim.demand.cold_start import ColdStart, cold_start
from ccsim.demand.events import Event
from ccsim.demand.forecasting import forecast
from ccsim.demand.history import History
from ccsim.demand.prediction import Forecast
from ccsim.demand.reading import check_history, read_history

__all__ = [
    "Adjustment",
    "Calendar",
    "Calibration",
    "CallLog",
    "ColdStart",
    "Event",
    "Forecast",
    "History",
    "backtest",
    "calibrate",
    "check_history",
    "cold_start",
    "forecast",
    "read_calls",
    "read_history",
]
