"""Which shifts cover the requirement at least cost, and who works them.

Public names: `schedule`, `Schedule`, `schedule_in_one_step`, `OneStep`, `roster`,
`Roster`, `tours_for`, `Tours`.
"""

from ccsim.scheduling.one_step import OneStep, schedule_in_one_step
from ccsim.scheduling.optimise import schedule
from ccsim.scheduling.roster import Roster, Tours, roster, tours_for
from ccsim.scheduling.schedule import Schedule

__all__ = [
    "OneStep",
    "Roster",
    "Schedule",
    "Tours",
    "roster",
    "schedule",
    "schedule_in_one_step",
    "tours_for",
]
