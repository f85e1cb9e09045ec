"""Who works which of the shifts: named people, and tours of a contract without names.

A roster is written as plain data (`problem`), whose lines are priced by dynamic programming
(`lines`) and put together by a covering model (`master`, `search`). Public names: `roster`,
`Roster`, `tours_for`, `Tours`.
"""

from ccsim.scheduling.roster.result import Roster
from ccsim.scheduling.roster.roster import roster
from ccsim.scheduling.roster.tours import Tours, tours_for

__all__ = ["Roster", "Tours", "roster", "tours_for"]
