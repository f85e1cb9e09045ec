from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.figures.calendar import calendar
from ccsim.text import labels


def test_nights_days_and_days_off_are_told_apart(assignments_table: pd.DataFrame) -> None:
    figure = calendar(assignments_table, ["Ann", "Bo", "Cy"], labels("en"))
    np.testing.assert_array_equal(figure.data[0].z, [[1, 0], [2, 1], [0, 0]])
    assert figure.data[0].customdata[1][0] == "22:00–06:00"
    assert figure.layout.title.text == "2 people work 3 shifts, 1 of them at night"
