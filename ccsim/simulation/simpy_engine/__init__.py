"""The reference engine: a contact centre in SimPy, written to be read.

`run` takes the drawn contacts, the centre and the realised duty, decides only what the centre
decides, and returns legs and agent spans. What happens in which order is in
`docs/simulation.md`. Public name: `run`.
"""

from ccsim.simulation.simpy_engine.run import run

__all__ = ["run"]
