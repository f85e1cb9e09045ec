"""Which shifts cover the requirement at least cost, and who works them.

Public names: `schedule`, `Schedule`.
"""

from ccsim.scheduling.optimise import schedule
from ccsim.scheduling.schedule import Schedule

__all__ = ["Schedule", "schedule"]
