"""Everything drawn from a distribution, as compiled code reads it: row by row and period."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from ccsim.distributions import Distribution
from ccsim.distributions.compiled import fill_quantiles, quantile
from ccsim.distributions.kinds import CONSTANT
from ccsim.scenario.kinds import ByPeriod
from ccsim.simulation.centre import NEVER, microseconds
from ccsim.simulation.marks import mark


class Durations(NamedTuple):
    """Distributions one after the other; a row is one duration of a scenario.

    Attributes
    ----------
    first
        ndarray of int64, shape (rows + 1,): where the periods of each row lie.
    since
        ndarray of int64, shape (periods,): start of each period of arrival, µs.
    kind
        ndarray of int64, shape (periods,): code of the distribution.
    offset
        ndarray of int64, shape (periods + 1,): where its parameters lie in ``params``.
    params
        ndarray of float64: all parameters one after the other.
    """

    first: NDArray[np.int64]
    since: NDArray[np.int64]
    kind: NDArray[np.int64]
    offset: NDArray[np.int64]
    params: NDArray[np.float64]


def durations_of(rows: Sequence[Distribution | ByPeriod]) -> Durations:
    """Put distributions, constant or by period of arrival, into arrays."""
    periods = [((0.0, row),) if isinstance(row, Distribution) else row for row in rows]
    flat = [period for row in periods for period in row]
    codes = [distribution.code() for _, distribution in flat]
    return Durations(
        first=np.cumsum([0, *map(len, periods)]).astype(np.int64),
        since=np.array([microseconds(offset) for offset, _ in flat], dtype=np.int64),
        kind=np.array([kind for kind, _ in codes], dtype=np.int64),
        offset=np.cumsum([0, *(len(params) for _, params in codes)]).astype(np.int64),
        params=np.concatenate([params for _, params in codes]),
    )


@numba.njit(cache=True)
def seconds(
    of: Durations,
    row: int,
    arrived: int,
    luck: np.uint64,
    key: np.uint64,
    attempt: int,
    leg: int,
    purpose: int,
) -> float:
    """One drawn duration, s: the quantile of a row's distribution for who arrived then."""
    period = of.first[row + 1] - 1
    while period > of.first[row] and of.since[period] > arrived:
        period -= 1
    own = of.params[of.offset[period] : of.offset[period + 1]]
    if of.kind[period] == CONSTANT:
        return own[0]  # whatever the mark
    return quantile(of.kind[period], own, mark(luck, key, attempt, leg, purpose))


@numba.njit(cache=True)
def seconds_of_all(
    of: Durations,
    row: int,
    arrived: NDArray[np.int64],
    luck: np.uint64,
    key: NDArray[np.uint64],
    attempt: int,
    leg: int,
    purpose: int,
) -> NDArray[np.float64]:
    """`seconds` of several at once; arrays of shape (n,)."""
    out = np.empty(len(key))
    period = of.first[row]
    if of.first[row + 1] - period > 1:
        for i in range(len(key)):
            out[i] = seconds(of, row, arrived[i], luck, key[i], attempt, leg, purpose)
        return out
    own = of.params[of.offset[period] : of.offset[period + 1]]
    if of.kind[period] == CONSTANT:
        out[:] = own[0]
        return out
    for i in range(len(key)):
        out[i] = mark(luck, key[i], attempt, leg, purpose)
    fill_quantiles(of.kind[period], own, out, out)
    return out


@numba.njit(cache=True)
def rounded(time: float) -> int:
    """Seconds as whole µs, halves up, rounded here only; too long to matter is `NEVER`."""
    if time * 1e6 >= NEVER:
        return NEVER
    return int(np.floor(time * 1e6 + 0.5))


@numba.njit(cache=True)
def duration(
    of: Durations,
    row: int,
    arrived: int,
    luck: np.uint64,
    key: np.uint64,
    attempt: int,
    leg: int,
    purpose: int,
) -> int:
    """One drawn duration, µs."""
    return rounded(seconds(of, row, arrived, luck, key, attempt, leg, purpose))
