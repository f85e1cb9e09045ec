"""The centre in time: customers drawn first, then served by an engine, then summed up.

The room takes *who is on duty* as a table and does not know where it came from. An engine
returns legs and agent spans; every KPI is computed from these two. Public names: `simulate`,
`Results`, `draw`.
"""

from ccsim.simulation.draw import draw
from ccsim.simulation.results import Results
from ccsim.simulation.simulate import simulate

__all__ = ["Results", "draw", "simulate"]
