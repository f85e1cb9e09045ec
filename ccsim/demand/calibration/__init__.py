"""Calibration: from a log of single calls to the inputs of a scenario, with how well they fit.

Public names: `calibrate` and `Calibration`; `read_technion`, an example of reading another
system's log; `fit`, `kaplan_meier` and `hazard` for samples of one's own.
"""

from __future__ import annotations

from ccsim.demand.calibration.calibration import Calibration, calibrate
from ccsim.demand.calibration.fitting import Fit, fit
from ccsim.demand.calibration.survival import hazard, kaplan_meier
from ccsim.demand.calibration.technion import read_technion

__all__ = ["Calibration", "Fit", "calibrate", "fit", "hazard", "kaplan_meier", "read_technion"]
