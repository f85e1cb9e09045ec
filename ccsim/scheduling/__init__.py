"""Which shifts cover the requirement at least cost, and who works them.

Public names: `schedule`, `Schedule`, `roster`, `Roster`.
"""

from ccsim.scheduling.optimise import schedule
from ccsim.scheduling.roster import Roster, roster
from ccsim.scheduling.schedule import Schedule

__all__ = ["Roster", "Schedule", "roster", "schedule"]
