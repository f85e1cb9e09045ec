"""Who works which of the shifts: named people, and tours of a contract without names.

A roster is written as plain data (`problem`), whose lines are priced by dynamic programming
(`lines`) and put together by a covering model (`master`, `search`). Public names: `roster`,
`Roster`.
"""

from ccsim.scheduling.roster.result import Roster
from ccsim.scheduling.roster.roster import roster

__all__ = ["Roster", "roster"]
