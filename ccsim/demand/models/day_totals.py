"""Classical time-series models of day totals, cleared of the calendar, times profile.

The open days stand one after the other; a lost day is a gap where the model can bear one and the
regression's own expectation where not. The calendar's effects are taken out before and put back
after, so that none of these models has to know about holidays (two-step regression with
time-series errors; Hyndman and Athanasopoulos, Forecasting: Principles and Practice 2021, ch. 10).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from ccsim.demand.arrays import Floats
from ccsim.demand.models.past import HALF, Past

# Of a longer past these models learn nothing more of the coming weeks, only slower.
MOST_DAYS = 200
FEWEST_WEEKS, FEWEST_DAYS = 3, 14
# A trend may carry them beyond what was ever seen by at most half as much again.
FARTHEST = 0.4

Series = Callable[[Floats, int, int], Floats]
"""Logarithms of open days (NaN where lost), season and days ahead → their expected sequel."""


def ets(past: Past) -> Floats:
    """Expect exponential smoothing with additive week and damped trend (ETS A,Ad,A)."""
    return expect_sequel(past, _ets, filled=True)


def arima(past: Past) -> Floats:
    """Expect a seasonal ARIMA(1,0,1)(0,1,1), the airline model's stationary cousin."""
    return expect_sequel(past, _arima)


def mstl(past: Past) -> Floats:
    """Expect the last week's pattern of an STL decomposition on a smoothed level."""
    return expect_sequel(past, _mstl, filled=True)


def unobserved_components(past: Past) -> Floats:
    """Expect a local level with a weekly pattern (structural model; Harvey 1989)."""
    return expect_sequel(past, _components)


def expect_sequel(past: Past, series: Series, *, filled: bool = False) -> Floats:
    """Let a time-series model carry on the open days cleared of the calendar.

    Parameters
    ----------
    series
        The model.
    filled
        Whether lost days are to be filled with what the regression expects.
    """
    kinds, fit = past.kinds, past.fit
    silent = np.full((len(past.targets), past.counts.shape[1]), np.nan)
    season = len(np.unique(kinds.weekday[past.observed]))
    if len(past.observed) < max(FEWEST_WEEKS * season, FEWEST_DAYS):
        return silent
    is_open = kinds.usually_open & ~kinds.closed
    is_open[past.observed] = True
    last = int(past.observed[-1])
    sequence = np.flatnonzero(is_open[: last + 1])[-MOST_DAYS:]
    cleared = np.full(len(kinds.weekday), np.nan)
    cleared[past.observed] = fit.cleaned(past.observed) - fit.calendar[past.observed]
    values = cleared[sequence]
    if filled:
        plain = (fit.fitted - fit.calendar)[sequence]
        values = np.where(np.isfinite(values), values, plain)
    if not np.nanstd(values) > 0:
        return silent
    wanted = int(past.ahead.max())
    with warnings.catch_warnings():
        # Optimisers say when they stopped early; the league's table says how well they do.
        warnings.simplefilter("ignore")
        try:
            sequel = series(values, season, wanted)
        except np.linalg.LinAlgError:
            # A filter without a solution has no forecast: the others speak for this origin.
            return silent
    low, high = np.nanmin(values) - FARTHEST, np.nanmax(values) + FARTHEST
    ahead = np.clip(sequel[past.ahead.astype(int) - 1], low, high)
    # Half the variance turns the median of a lognormal into its mean.
    level = np.exp(ahead + fit.calendar[past.targets] + fit.spread**2 / 2.0) - HALF
    level = np.maximum(level, 0.0)
    level[~np.isfinite(fit.fitted[past.targets])] = np.nan
    return level[:, None] * past.shares


def _ets(values: Floats, season: int, ahead: int) -> Floats:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    weekly = season > 1 and len(values) >= 2 * season
    model = ExponentialSmoothing(
        values,
        trend="add",
        damped_trend=True,
        seasonal="add" if weekly else None,
        seasonal_periods=season if weekly else None,
        initialization_method="estimated",
    )
    return np.asarray(model.fit().forecast(ahead))


def _arima(values: Floats, season: int, ahead: int) -> Floats:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    weekly = (0, 1, 1, season) if season > 1 and len(values) >= 3 * season else (0, 0, 0, 0)
    model = SARIMAX(
        values,
        order=(1, 0, 1),
        seasonal_order=weekly,
        trend=None if weekly[1] else "c",
        enforce_stationarity=True,
        concentrate_scale=True,
    )
    return np.asarray(model.fit(disp=0, maxiter=30, method="lbfgs").forecast(ahead))


def _mstl(values: Floats, season: int, ahead: int) -> Floats:
    from statsmodels.tsa.holtwinters import SimpleExpSmoothing
    from statsmodels.tsa.seasonal import MSTL

    if season < 2 or len(values) < 2 * season + 1:
        level, week = values, np.zeros(season)
    else:
        parts = MSTL(values, periods=(season,), stl_kwargs={"robust": True}).fit()
        level, week = values - parts.seasonal, parts.seasonal[-season:]
    base = SimpleExpSmoothing(level, initialization_method="estimated").fit().forecast(ahead)
    return np.asarray(base) + week[np.arange(ahead) % season]


def _components(values: Floats, season: int, ahead: int) -> Floats:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model = UnobservedComponents(
        values,
        level="llevel",
        seasonal=season if season > 1 else None,
        autoregressive=1,
        stochastic_seasonal=True,
    )
    return np.asarray(model.fit(disp=0, maxiter=50, method="lbfgs").forecast(ahead))
