"""Which shifts cover the requirement at least cost, and who works them.

Public names: `schedule`, `Schedule`, `roster`, `Roster`, `tours_for`, `Tours`.
"""

from ccsim.scheduling.optimise import schedule
from ccsim.scheduling.roster import Roster, Tours, roster, tours_for
from ccsim.scheduling.schedule import Schedule

__all__ = ["Roster", "Schedule", "Tours", "roster", "schedule", "tours_for"]
