"""Horizons longer than a week, designed week by week."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccsim.scheduling import schedule
from ccsim.scheduling.design import design
from ccsim.scheduling.problem import Problem
from ccsim.scheduling.rolling import design_long
from ccsim.scheduling.team import team_of

from .made import centre, needs

RULES = {
    "lengths": ["8h"],
    "starts": "4h",
    "meal": {"between": ["3h", "5h"]},
    "under_cover": 4,
    "over_cover": 1,
}


@given(
    level=st.lists(st.integers(1, 6), min_size=6, max_size=6),
    cyclic=st.booleans(),
    employed=st.sampled_from([None, 12]),
)
@settings(deadline=None, max_examples=3)
def test_week_by_week_is_nearly_as_good_as_all_at_once_and_its_bound_is_below_both(
    level, cyclic, employed
):
    fortnight = centre(
        {**RULES, "cyclic": cyclic},
        days=14,
        hours={"always": True},
        group={"employed": employed},
    )
    required = np.tile(np.repeat(np.array(level, dtype=float), 4), 14)
    problem = Problem(3600.0, 336, (team_of(fortnight, "team", required),), cyclic)
    long, whole = (solve(problem, 20, gap=1e-3) for solve in (design_long, design))
    assert whole.solution.bound <= long.solution.objective + 1e-6
    assert long.solution.bound <= whole.solution.objective + 1e-6
    assert long.solution.objective <= 1.05 * whole.solution.objective


def test_overtime_of_a_month_is_not_spent_twice():
    rules = {"lengths": ["8h", "9h"], "starts": "30min", "overtime": "6h", "over_cover": 0}
    weeks = centre(rules, days=14, hours="08:00-17:00", interval="30min", group={"employed": 2})
    made = schedule(weeks, needs(weeks, {"08:00": 2}), 30)
    assert made.overtime["team"] <= 2 * 6
    hours = made.shifts["paid_hours"] * made.shifts["agents"]
    by_week = hours.groupby(
        (made.shifts["start"].dt.tz_localize(None) - pd.Timestamp("2026-03-02")).dt.days // 7
    ).sum()
    assert np.maximum(by_week - 80, 0).sum() == pytest.approx(made.overtime["team"])
