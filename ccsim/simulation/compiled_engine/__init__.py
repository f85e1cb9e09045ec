"""The second engine: the same centre as one compiled event loop, written from the contract alone.

`docs/simulation.md` says what happens in which order; this engine and the SimPy engine agree call
by call. `run` plays one replication; it does everything but a routing policy written in Python.
"""

from ccsim.simulation.compiled_engine.engine import run

__all__ = ["run"]
