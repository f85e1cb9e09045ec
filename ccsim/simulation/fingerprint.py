"""What decides the numbers: the version of ccsim, its very code, and of the libraries below it."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np

# Rooms whose code an outcome hangs on.
ROOMS = ("demand", "distributions", "scenario", "simulation")


class Fingerprint(NamedTuple):
    """Two machines with the same fingerprint compute the same numbers."""

    ccsim: str
    code: str
    python: str
    numpy: str
    numba: str


@lru_cache(maxsize=1)
def fingerprint() -> Fingerprint:
    """Fingerprint of this machine.

    Examples
    --------
    >>> fingerprint() == fingerprint()
    True
    """
    code = hashlib.blake2b(digest_size=6)
    home = Path(__file__).parents[1]
    for room in ROOMS:
        for file in sorted((home / room).rglob("*.py")):
            code.update(file.relative_to(home).as_posix().encode() + b"\0")
            code.update(file.read_bytes())
    python = ".".join(platform.python_version_tuple()[:2])
    return Fingerprint(
        version("ccsim"), code.hexdigest(), python, np.__version__, numba.__version__
    )
