"""Names of the array types the demand room hands around."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]
Bools = npt.NDArray[np.bool_]
