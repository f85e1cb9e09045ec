"""The centre in time: customers drawn first, then served by an engine, then summed up.

The room takes *who is on duty* as a table and does not know where it came from. An engine
returns legs and agent spans; every KPI is computed from these two. Public names: `simulate`,
`replay`, `compare`, `sweep`, `verify`, `Results`, `State`, `draw`, `read_duty`.
"""

from ccsim.simulation.compare import compare
from ccsim.simulation.draw import draw
from ccsim.simulation.duty_files import read_duty
from ccsim.simulation.results import Results
from ccsim.simulation.simulate import replay, simulate
from ccsim.simulation.state import State
from ccsim.simulation.sweep import Sweep, sweep
from ccsim.simulation.verify import verify

__all__ = [
    "Results",
    "State",
    "Sweep",
    "compare",
    "draw",
    "read_duty",
    "replay",
    "simulate",
    "sweep",
    "verify",
]
