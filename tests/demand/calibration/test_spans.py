"""Stretches of time against counting second by second."""

from __future__ import annotations

import numpy as np
import pytest

from ccsim.demand.calibration.spans import covered_until, seconds_inside, union


@pytest.mark.parametrize("seed", range(5))
def test_sums_and_unions_agree_with_counting_second_by_second(seed: int) -> None:
    generator = np.random.default_rng(seed)
    start = generator.integers(0, 200, 30).astype(float)
    end = start + generator.integers(0, 25, 30)
    there = np.zeros((30, 240))
    for row, (a, b) in enumerate(zip(start.astype(int), end.astype(int), strict=True)):
        there[row, a:b] = 1
    edges = np.arange(0.0, 241, 20)
    assert (
        seconds_inside(start, end, edges).tolist() == there.sum(0).reshape(-1, 20).sum(1).tolist()
    )
    first, last = union(start, end)
    assert (last - first).sum() == (there.sum(0) > 0).sum()
    until = covered_until(np.arange(240.0), first, last)
    assert (~np.isnan(until)).tolist() == (there.sum(0) > 0).tolist()
    assert np.all(np.diff(first) > 0)


def test_no_stretches_cover_nothing() -> None:
    first, last = union(np.zeros(0), np.zeros(0))
    assert np.isnan(covered_until(np.array([1.0]), first, last)).all()
    assert seconds_inside(first, last, np.array([0.0, 10])).tolist() == [0]
