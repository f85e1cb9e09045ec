"""The rooms joined: from history to a staffed, simulated and costed plan, and back to the log.

Public names: `plan`, `Plan`; `close_loop`, `ClosedLoop`, `fit_off_phone`, `days_of`.
"""

from ccsim.planning.closed_loop import ClosedLoop
from ccsim.planning.closing import close_loop, days_of, fit_off_phone
from ccsim.planning.plan import Plan, plan

__all__ = ["ClosedLoop", "Plan", "close_loop", "days_of", "fit_off_phone", "plan"]
