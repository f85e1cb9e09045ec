"""Demand: history in, calendar and events, forecast models, backtest, sampled days out.

`read_history` turns files, databases and named data sets into a checked `History`, `read_calls` a
log of single calls into a checked `CallLog`; `forecast`
turns a history into a `Forecast` (expected contacts by interval and queue, quantiles of the
counts, days drawn at random for the simulator), minding a `Calendar` of public holidays and the
planner's `Event`s; `backtest` scores models by the forecasts they would have made; `calibrate`
turns a log of calls into the inputs of a scenario.
"""

from __future__ import annotations

from ccsim.demand.backtesting import backtest
from ccsim.demand.calendar import Calendar
from ccsim.demand.calibration import Calibration, calibrate
from ccsim.demand.calls import CallLog, read_calls
from ccsim.demand.events import Event
from ccsim.demand.forecasting import forecast
from ccsim.demand.history import History
from ccsim.demand.prediction import Forecast
from ccsim.demand.reading import read_history

__all__ = [
    "Calendar",
    "Calibration",
    "CallLog",
    "Event",
    "Forecast",
    "History",
    "backtest",
    "calibrate",
    "forecast",
    "read_calls",
    "read_history",
]
