"""Workforce planning and simulation for contact centres.

Forecast, staff, schedule, simulate and buy in one chain: `load` a scenario, `plan` it, or take
the steps one by one. The public names are imported when first used, so that the command line
answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from ccsim.demand import Adjustment as Adjustment
    from ccsim.demand import Calendar as Calendar
    from ccsim.demand import Calibration as Calibration
    from ccsim.demand import CallLog as CallLog
    from ccsim.demand import ColdStart as ColdStart
    from ccsim.demand import Event as Event
    from ccsim.demand import Forecast as Forecast
    from ccsim.demand import History as History
    from ccsim.demand import backtest as backtest
    from ccsim.demand import calibrate as calibrate
    from ccsim.demand import check_history as check_history
    from ccsim.demand import cold_start as cold_start
    from ccsim.demand import forecast as forecast
    from ccsim.demand import read_calls as read_calls
    from ccsim.demand import read_history as read_history
    from ccsim.errors import CcsimError as CcsimError
    from ccsim.planning import ClosedLoop as ClosedLoop
    from ccsim.planning import HiringPlan as HiringPlan
    from ccsim.planning import Intraday as Intraday
    from ccsim.planning import Plan as Plan
    from ccsim.planning import VarianceReport as VarianceReport
    from ccsim.planning import close_loop as close_loop
    from ccsim.planning import hiring_plan as hiring_plan
    from ccsim.planning import intraday as intraday
    from ccsim.planning import plan as plan
    from ccsim.planning import variance_report as variance_report
    from ccsim.purchasing import labour_cost as labour_cost
    from ccsim.purchasing import seats_billed as seats_billed
    from ccsim.queueing import ErlangResult as ErlangResult
    from ccsim.queueing import agents_for as agents_for
    from ccsim.queueing import erlang as erlang
    from ccsim.scenario import Scenario as Scenario
    from ccsim.scenario import load as load
    from ccsim.scheduling import OneStep as OneStep
    from ccsim.scheduling import Roster as Roster
    from ccsim.scheduling import Schedule as Schedule
    from ccsim.scheduling import Tours as Tours
    from ccsim.scheduling import roster as roster
    from ccsim.scheduling import schedule as schedule
    from ccsim.scheduling import schedule_in_one_step as schedule_in_one_step
    from ccsim.scheduling import tours_for as tours_for
    from ccsim.simulation import Results as Results
    from ccsim.simulation import State as State
    from ccsim.simulation import Sweep as Sweep
    from ccsim.simulation import compare as compare
    from ccsim.simulation import draw as draw
    from ccsim.simulation import read_duty as read_duty
    from ccsim.simulation import replay as replay
    from ccsim.simulation import simulate as simulate
    from ccsim.simulation import sweep as sweep
    from ccsim.simulation import verify as verify
    from ccsim.staffing import Proof as Proof
    from ccsim.staffing import Requirement as Requirement
    from ccsim.staffing import require as require

_ROOMS = {
    "demand": (
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
    ),
    "errors": ("CcsimError",),
    "planning": (
        "ClosedLoop",
        "HiringPlan",
        "Intraday",
        "Plan",
        "VarianceReport",
        "close_loop",
        "hiring_plan",
        "intraday",
        "plan",
        "variance_report",
    ),
    "purchasing": ("labour_cost", "seats_billed"),
    "queueing": ("ErlangResult", "agents_for", "erlang"),
    "scenario": ("Scenario", "load"),
    "scheduling": (
        "OneStep",
        "Roster",
        "Schedule",
        "Tours",
        "roster",
        "schedule",
        "schedule_in_one_step",
        "tours_for",
    ),
    "simulation": (
        "Results",
        "State",
        "Sweep",
        "compare",
        "draw",
        "read_duty",
        "replay",
        "simulate",
        "sweep",
        "verify",
    ),
    "staffing": ("Proof", "Requirement", "require"),
}
# Names of the design that later versions bring.
_PLANNED = (
    "cloud_fit", "cost_of_ownership",
    "size_seats", "workbench",
)  # fmt: skip
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Import a public name from its room when it is first asked for."""
    if name in _PLANNED:
        raise AttributeError(f"ccsim.{name} is not yet supported by version {__version__}")
    if name not in _HOME:
        raise AttributeError(f"module 'ccsim' has no attribute '{name}'")
    value = getattr(import_module(f"ccsim.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted({*globals(), *_HOME})
