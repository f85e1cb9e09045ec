"""Normal and gamma quantiles, compiled, to nearly every digit a float has.

Written out here, rather than taken from scipy, so that the compiled simulator can call them.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ccsim.distributions.base import FloatArray

# Wichura (1988), algorithm AS 241, PPND16: numerators and denominators, highest power first.
_CENTRE = np.array(
    [
        [2.5090809287301226727e3, 5.2264952788528545610e3],
        [3.3430575583588128105e4, 2.8729085735721942674e4],
        [6.7265770927008700853e4, 3.9307895800092710610e4],
        [4.5921953931549871457e4, 2.1213794301586595867e4],
        [1.3731693765509461125e4, 5.3941960214247511077e3],
        [1.9715909503065514427e3, 6.8718700749205790830e2],
        [1.3314166789178437745e2, 4.2313330701600911252e1],
        [3.3871328727963666080e0, 1.0],
    ]
)
_SHOULDER = np.array(
    [
        [7.74545014278341407640e-4, 1.05075007164441684324e-9],
        [2.27238449892691845833e-2, 5.47593808499534494600e-4],
        [2.41780725177450611770e-1, 1.51986665636164571966e-2],
        [1.27045825245236838258e0, 1.48103976427480074590e-1],
        [3.64784832476320460504e0, 6.89767334985100004550e-1],
        [5.76949722146069140550e0, 1.67638483018380384940e0],
        [4.63033784615654529590e0, 2.05319162663775882187e0],
        [1.42343711074968357734e0, 1.0],
    ]
)
_TAIL = np.array(
    [
        [2.01033439929228813265e-7, 2.04426310338993978564e-15],
        [2.71155556874348757815e-5, 1.42151175831644588870e-7],
        [1.24266094738807843860e-3, 1.84631831751005468180e-5],
        [2.65321895265761230930e-2, 7.86869131145613259100e-4],
        [2.96560571828504891230e-1, 1.48753612908506148525e-2],
        [1.78482653991729133580e0, 1.36929880922735805310e-1],
        [5.46378491116411436990e0, 5.99832206555887937690e-1],
        [6.65790464350110377720e0, 1.0],
    ]
)


@njit(cache=True)
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile of `u` in (0, 1), to about 16 digits.

    Source: Wichura, M. J. (1988), Algorithm AS 241, Applied Statistics 37, 477-484, PPND16.

    Examples
    --------
    >>> round(normal_quantile(0.975), 12)
    1.95996398454
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(_CENTRE, 0.180625 - q * q)
    r = math.sqrt(-math.log(min(u, 1 - u)))
    size = _ratio(_SHOULDER, r - 1.6) if r <= 5 else _ratio(_TAIL, r - 5)
    return math.copysign(size, q)


@njit(cache=True)
def _ratio(coefficients: FloatArray, r: float) -> float:
    numerator = 0.0
    denominator = 0.0
    for i in range(8):
        numerator = numerator * r + coefficients[i, 0]
        denominator = denominator * r + coefficients[i, 1]
    return numerator / denominator


@njit(cache=True)
def gamma_quantile(shape: float, u: float) -> float:
    """Return the quantile of the gamma distribution with scale 1, to about 13 digits.

    Halley's method for the logarithm of the smaller tail as a function of log x, in which that
    tail is nearly straight, kept inside a shrinking bracket.

    Sources: starts from Wilson & Hilferty (1931) or the first term of the series; tails by the
    series and the continued fraction, Abramowitz & Stegun (1964), 6.5.29 and 6.5.31.

    Examples
    --------
    >>> round(gamma_quantile(1.0, 0.5), 12)  # the median of the exponential
    0.69314718056
    """
    if u <= 0:
        return 0.0
    lower_side = u <= 0.5
    target = math.log(u) if lower_side else math.log1p(-u)
    log_factorial = math.lgamma(shape + 1)
    log_x = _gamma_start(shape, u, log_factorial)
    low, high = -math.inf, math.inf
    for _ in range(200):
        x = math.exp(log_x)
        if x == 0:
            return 0.0
        lower, upper, bulk = _gamma_tails(shape, x, log_factorial)
        tail = lower if lower_side else upper
        if tail > 0:
            miss = math.log(tail) - target
            slope = shape * bulk / tail
        else:
            miss, slope = -math.inf, 0.0
        if (miss > 0) == lower_side:
            high = log_x
        else:
            low = log_x
        step = math.inf
        if slope > 0:
            # Newton's step, bent by the second derivative of the log tail.
            sign = -1.0 if lower_side else 1.0
            step = sign * miss / slope
            bend = 1 + step * (shape - x + sign * slope) / 2
            if bend > 0.5:
                step /= bend
        proposed = log_x + step
        if not low < proposed < high:
            if abs(step) <= 1e-5:
                return x
            proposed = _between(low, high)
            step = proposed - log_x
        log_x = proposed
        # Halley trebles the digits: after a step of 1e-5 what is left is below rounding.
        if abs(step) <= 1e-5:
            break
    return math.exp(log_x)


@njit(cache=True)
def _between(low: float, high: float) -> float:
    if low == -math.inf:
        return high - 1
    if high == math.inf:
        return low + 1
    return (low + high) / 2


@njit(cache=True)
def _gamma_start(shape: float, u: float, log_factorial: float) -> float:
    """Logarithm of a first guess."""
    first_term = (math.log(u) + log_factorial) / shape
    if shape < 1 and first_term < -1:
        return first_term
    spread = 1 / (9 * shape)
    root = 1 - spread + normal_quantile(u) * math.sqrt(spread)
    if root <= 0.1:
        return first_term
    return math.log(shape) + 3 * math.log(root)


@njit(cache=True)
def _gamma_tails(shape: float, x: float, log_factorial: float) -> tuple[float, float, float]:
    """P(X <= x), P(X > x) and x^shape e^-x / Gamma(shape + 1)."""
    bulk = math.exp(_log_gamma_bulk(shape, x, log_factorial))
    if x < shape + 1:
        lower = bulk * _gamma_series(shape, x)
        return lower, 1 - lower, bulk
    upper = bulk * shape * _gamma_fraction(shape, x)
    return 1 - upper, upper, bulk


@njit(cache=True)
def _log_gamma_bulk(shape: float, x: float, log_factorial: float) -> float:
    if shape < 16:
        return shape * math.log(x) - x - log_factorial
    # Large terms cancel: take them relative to x = shape and use Stirling's series.
    away = (x - shape) / shape
    log_ratio = math.log1p(away) if away > -0.5 else math.log(x / shape)
    s = 1 / (shape * shape)
    stirling = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / shape
    return -shape * (away - log_ratio) - stirling - math.log(2 * math.pi * shape) / 2


@njit(cache=True)
def _gamma_series(shape: float, x: float) -> float:
    """Sum of x^k / ((shape + 1) ... (shape + k)), for x < shape + 1."""
    term = 1.0
    total = 1.0
    k = shape
    while term > 1e-17 * total:
        k += 1
        term *= x / k
        total += term
    return total


@njit(cache=True)
def _gamma_fraction(shape: float, x: float) -> float:
    """Upper incomplete gamma over x^shape e^-x, for x >= shape + 1 (modified Lentz)."""
    b = x + 1 - shape
    c = 1e300
    d = 1 / b
    fraction = d
    i = 0.0
    change = 0.0
    while abs(change - 1) > 1e-15:
        i += 1
        a = -i * (i - shape)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        change = c * d
        fraction *= change
    return fraction


@njit(cache=True)
def _gamma_hazard(shape: float, x: float) -> float:
    if x == 0:
        return math.inf if shape < 1 else (1.0 if shape == 1 else 0.0)
    if math.isinf(x):
        return 1.0
    if x >= shape + 1:
        return 1 / (x * _gamma_fraction(shape, x))
    _, upper, bulk = _gamma_tails(shape, x, math.lgamma(shape + 1))
    return shape / x * bulk / upper


@njit(cache=True)
def _fill_gamma_hazards(shape: float, x: FloatArray, out: FloatArray) -> None:
    for i in range(x.size):
        out[i] = _gamma_hazard(shape, x[i])


def gamma_hazards(shape: float, x: FloatArray) -> FloatArray:
    """Return the hazard of the gamma distribution with scale 1 at every x, in the shape of x.

    Unlike density over sf it does not lose its meaning where both underflow.

    Examples
    --------
    >>> gamma_hazards(1.0, np.array([0.5, 5000.0]))
    array([1., 1.])
    """
    out = np.empty(x.size)
    _fill_gamma_hazards(shape, np.ascontiguousarray(x).ravel(), out)
    return out.reshape(x.shape)
