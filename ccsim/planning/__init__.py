"""The rooms joined: a staffed, simulated and costed plan, the day as it runs, and back to the log.

Public names: `plan`, `Plan`; `intraday`, `Intraday`; `variance_report`, `VarianceReport`;
`close_loop`, `ClosedLoop`, `fit_off_phone`, `days_of`.
"""

from ccsim.planning.closed_loop import ClosedLoop
from ccsim.planning.closing import close_loop, days_of, fit_off_phone
from ccsim.planning.intraday import Intraday, intraday
from ccsim.planning.plan import Plan, plan
from ccsim.planning.variance import VarianceReport, variance_report

__all__ = [
    "ClosedLoop",
    "Intraday",
    "Plan",
    "VarianceReport",
    "close_loop",
    "days_of",
    "fit_off_phone",
    "intraday",
    "plan",
    "variance_report",
]
