"""Models that join the league where their packages are installed: pip install ccsim[heavy]."""

from __future__ import annotations

import logging
from importlib.util import find_spec

import numpy as np
import pandas as pd

from ccsim.demand.arrays import Floats
from ccsim.demand.models.base import Rule
from ccsim.demand.models.boosting import expect_by_trees
from ccsim.demand.models.day_totals import expect_sequel
from ccsim.demand.models.past import HALF, Past

FEWEST_DAYS = 20
FIRST_DATE = "2000-01-03"  # a Monday: only the distance between days and their weekday matter


def prophet(past: Past) -> Floats:
    """Expect Prophet's trend, week and calendar effects of day totals, times profile.

    Taylor and Letham, The American Statistician 72, 2018, with weekdays and the signals of the
    calendar, waves of the year among them, as regressors.
    """
    from prophet import Prophet

    if len(past.observed) < FEWEST_DAYS:
        return np.full((len(past.targets), past.counts.shape[1]), np.nan)
    for noisy in ("prophet", "cmdstanpy"):
        logging.getLogger(noisy).disabled = True
    fit = past.fit
    names = [f"signal {place}" for place in fit.design.signals]
    dates = pd.date_range(FIRST_DATE, periods=len(past.kinds.weekday), freq="D")
    frame = pd.DataFrame(fit.design.values[:, fit.design.calendar], columns=names)
    # The kind of weekday, not the date's own: a make-up Saturday is a Friday.
    week = pd.get_dummies(past.kinds.weekday, prefix="weekday", dtype=float).iloc[:, 1:]
    frame = pd.concat([frame, week], axis=1).assign(ds=dates)
    frame.loc[past.observed, "y"] = fit.cleaned(past.observed)
    model = Prophet(
        weekly_seasonality=False,
        yearly_seasonality=False,
        daily_seasonality=False,
        changepoint_prior_scale=0.05,
        uncertainty_samples=0,
    )
    for name in (*names, *week.columns):
        model.add_regressor(name, standardize=False, prior_scale=0.5)
    model.fit(frame.dropna(subset="y"))
    logs = model.predict(frame.iloc[past.targets])["yhat"].to_numpy()
    level = np.maximum(np.exp(logs + fit.spread**2 / 2.0) - HALF, 0.0)
    return level[:, None] * past.shares


def lightgbm(past: Past) -> Floats:
    """Expect what LightGBM's trees learn from the features of `boosting`."""
    from lightgbm import LGBMRegressor

    trees = LGBMRegressor(
        n_estimators=120,
        learning_rate=0.06,
        num_leaves=8,
        min_child_samples=10,
        reg_lambda=1.0,
        random_state=0,
        deterministic=True,
        n_jobs=1,
        verbose=-1,
    )
    return expect_by_trees(past, trees)


def theta(past: Past) -> Floats:
    """Expect the dynamic optimised theta model of day totals (statsforecast)."""
    return expect_sequel(past, _theta, filled=True)


def _theta(values: Floats, season: int, ahead: int) -> Floats:
    from statsforecast.models import DynamicOptimizedTheta

    # It wants numbers above nought; logarithms of totals are turned back for it.
    model = DynamicOptimizedTheta(season_length=season)
    expected = model.forecast(y=np.exp(values), h=ahead)["mean"]
    return np.log(np.maximum(np.asarray(expected, dtype=float), HALF))


HEAVY = {
    "prophet": Rule("prophet", prophet, 1.3),
    "lightgbm": Rule("lightgbm", lightgbm, 1.3),
    "statsforecast": Rule("theta", theta, 1.3),
}


def installed() -> tuple[Rule, ...]:
    """Return the rules whose packages are there."""
    return tuple(rule for package, rule in HEAVY.items() if find_spec(package) is not None)
