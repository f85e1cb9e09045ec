"""The rooms joined: a staffed and costed plan, the day as it runs, and what came of it.

Public names: `plan`, `Plan`; `intraday`, `Intraday`; `variance_report`, `VarianceReport`;
`hiring_plan`, `HiringPlan`; `close_loop`, `ClosedLoop`, `fit_off_phone`, `days_of`.
"""

from ccsim.planning.closed_loop import ClosedLoop
from ccsim.planning.closing import close_loop, days_of, fit_off_phone
from ccsim.planning.hiring import HiringPlan, hiring_plan
from ccsim.planning.intraday import Intraday, intraday
from ccsim.planning.plan import Plan, plan
from ccsim.planning.variance import VarianceReport, variance_report

__all__ = [
    "ClosedLoop",
    "HiringPlan",
    "Intraday",
    "Plan",
    "VarianceReport",
    "close_loop",
    "days_of",
    "fit_off_phone",
    "hiring_plan",
    "intraday",
    "plan",
    "variance_report",
]
