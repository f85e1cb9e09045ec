"""What a sweep has finished, on disk: one file a point, written whole, found by what it is of."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np

from ccsim.errors import OptionError
from ccsim.files import replacing
from ccsim.simulation.estimate import Linear
from ccsim.simulation.fingerprint import fingerprint
from ccsim.simulation.rates import Rates
from ccsim.simulation.study import Study

Kpis = dict[tuple[str, str], Linear]


def key_of(study: Study, rates: Rates, replications: int, by: str, shown: frozenset[str]) -> str:
    """Name everything that decides a point's figures: scenario, seed, size, version of ccsim.

    The engine is no part of it: all give the same numbers.
    """
    what = replace(study, engine="auto")
    return str(joblib.hash((what, rates, replications, by, sorted(shown), tuple(fingerprint()))))


class Store:
    """Finished points in a folder; different sweeps may share one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, key: str) -> Path:
        """Where a point is kept."""
        return self.folder / f"{key}.npz"

    def load(self, key: str) -> Kpis | None:
        """Read a finished point; None where it is not finished.

        Raises
        ------
        OptionError
            When its file was changed by somebody else.
        """
        file = self.file(key)
        if not file.exists():
            return None
        try:
            with np.load(file, allow_pickle=False) as kept:
                names, mean, influence = kept["names"], kept["mean"], kept["influence"]
                bounds, interval = kept["bounds"], kept["interval"]
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise OptionError(
                f"{file}: not a finished point ({error}); delete it, and it is simulated again"
            ) from None
        return {
            (str(scope), str(name)): Linear(
                mean[row],
                influence[:, row],
                (float(bounds[row, 0]), float(bounds[row, 1])),
                None if np.isnan(interval[row, 0]) else (interval[row, 0], interval[row, 1]),
            )
            for row, (scope, name) in enumerate(names)
        }

    def save(self, key: str, kpis: Mapping[tuple[str, str], Linear]) -> None:
        """Write a finished point, whole or not at all."""
        values = list(kpis.values())
        nothing = (np.nan, np.nan)
        with replacing(self.file(key)) as unfinished, unfinished.open("wb") as stream:
            np.savez(
                stream,
                names=np.array(list(kpis), dtype=np.str_).reshape(-1, 2),
                mean=np.array([one.mean for one in values], dtype=float),
                influence=np.array([one.influence for one in values], dtype=float).T,
                bounds=np.array([one.bounds for one in values], dtype=float),
                interval=np.array([one.interval or nothing for one in values], dtype=float),
            )
