"""The quantile of every distribution, compiled: one implementation for `ppf` and for draws.

No fast-math anywhere, so that a draw is the same number wherever it is made.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ccsim.distributions.base import FloatArray
from ccsim.distributions.kinds import (
    CONSTANT,
    EMPIRICAL,
    EXPONENTIAL,
    GAMMA,
    HYPEREXPONENTIAL,
    LOGNORMAL,
    WEIBULL,
)
from ccsim.distributions.special import gamma_quantile, normal_quantile


@njit(cache=True)
def _exponential_quantile(params: FloatArray, u: float) -> float:
    return -params[0] * math.log1p(-u)


@njit(cache=True)
def _lognormal_quantile(params: FloatArray, u: float) -> float:
    return 0.0 if u <= 0 else math.exp(params[0] + params[1] * normal_quantile(u))


@njit(cache=True)
def quantile(kind: int, params: FloatArray, u: float) -> float:
    """Return the duration that a share `u` does not outlast.

    Parameters
    ----------
    kind : int
        One of `ccsim.distributions.kinds`.
    params : ndarray of float64, shape (p,)
        As `Distribution.code` gives them.
    u : float
        In [0, 1); not checked here, `Distribution.ppf` does.

    Returns
    -------
    float
        Seconds.

    Examples
    --------
    >>> from ccsim.distributions import Constant
    >>> quantile(*Constant(30).code(), 0.5)
    30.0
    """
    if kind == CONSTANT:
        return params[0]
    if kind == EXPONENTIAL:
        return _exponential_quantile(params, u)
    if kind == LOGNORMAL:
        return _lognormal_quantile(params, u)
    if kind == GAMMA:
        return params[1] * gamma_quantile(params[0], u)
    if kind == WEIBULL:
        return params[1] * (-math.log1p(-u)) ** (1 / params[0])
    if kind == HYPEREXPONENTIAL:
        return _hyperexponential_quantile(params, u)
    if kind == EMPIRICAL:
        return _empirical_quantile(params, u)
    return _piecewise_hazard_quantile(params, u)


@njit(cache=True)
def fill_quantiles(kind: int, params: FloatArray, u: FloatArray, out: FloatArray) -> None:
    """Write `quantile` of every share of a flat array into `out`, which may be `u` itself."""
    # A loop of its own for each of the two most drawn from, without asking for the kind each time.
    if kind == EXPONENTIAL:
        for i in range(u.size):
            out[i] = _exponential_quantile(params, u[i])
    elif kind == LOGNORMAL:
        for i in range(u.size):
            out[i] = _lognormal_quantile(params, u[i])
    else:
        for i in range(u.size):
            out[i] = quantile(kind, params, u[i])


def quantiles(kind: int, params: FloatArray, u: FloatArray) -> FloatArray:
    """Return `quantile` of every share of an array of any shape, in that shape.

    Examples
    --------
    >>> from ccsim.distributions import Constant
    >>> quantiles(*Constant(30).code(), np.array([0.1, 0.9]))
    array([30., 30.])
    """
    out = np.empty(u.size)
    fill_quantiles(kind, params, np.ascontiguousarray(u).ravel(), out)
    return out.reshape(u.shape)


@njit(cache=True)
def _hyperexponential_quantile(params: FloatArray, u: float) -> float:
    """Newton's method from the left on log sf, which is convex: it cannot overshoot."""
    kinds = params.size // 2
    target = math.log1p(-u)
    rate = 0.0
    for i in range(kinds):
        rate += params[kinds + i] / params[i]
    x = -target / rate
    for i in range(kinds):
        x = max(x, params[i] * (math.log(params[kinds + i]) - target))
    for _ in range(200):
        left, ended, density = 0.0, 0.0, 0.0
        for i in range(kinds):
            part = params[kinds + i] * math.exp(-x / params[i])
            left += part
            density += part / params[i]
            ended -= params[kinds + i] * math.expm1(-x / params[i])
        log_left = math.log1p(-ended) if ended < 0.5 else math.log(left)
        step = (log_left - target) * left / density
        x += step
        if abs(step) <= 1e-9 * x:
            break
    return x


@njit(cache=True)
def _empirical_quantile(params: FloatArray, u: float) -> float:
    pieces = params.size - 1
    place = u * pieces
    i = min(int(place), pieces - 1)
    return params[i] + (place - i) * (params[i + 1] - params[i])


@njit(cache=True)
def _piecewise_hazard_quantile(params: FloatArray, u: float) -> float:
    steps = params.size // 3
    hazard = -math.log1p(-u)
    i = steps - 1
    while params[2 * steps + i] > hazard:
        i -= 1
    return params[i] + (hazard - params[2 * steps + i]) / params[steps + i]
