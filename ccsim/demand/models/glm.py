"""Day totals as a negative-binomial regression on weekday, calendar and level."""

from __future__ import annotations

import numpy as np

from ccsim.demand.arrays import Floats
from ccsim.demand.models.past import HALF, Past
from ccsim.demand.models.regression import STRONGEST_MEMORY, Regression

ROUNDS = 2
# Weekdays are hardly believed beforehand: their own counts decide.
FREE_SD = 10.0


def glm(past: Past, fit: Regression) -> Floats:
    """Expect exp(weekday + calendar + level) times profile, fitted to the counts themselves.

    The score equations of the negative binomial (Cameron and Trivedi, Regression Analysis of
    Count Data 2013, section 3.3), what is believed of calendar and drift being a ridge on
    columns scaled by their standard deviations. Far-out days are brought near first. How the
    last day stood to its expectation is remembered as a ratio.
    """
    from sklearn.linear_model import PoissonRegressor

    design = fit.design
    columns = design.values * np.where(np.isfinite(design.sd), design.sd, FREE_SD)
    rows = columns[past.observed]
    counts: Floats = np.maximum(np.exp(fit.cleaned(past.observed)) - HALF, 0.0)
    size = float(counts.mean())
    if size == 0.0:
        return 0.0 * past.shares
    over = fit.spread**2 / (1.0 - fit.memory**2)
    mean: Floats = np.exp(fit.fitted[past.observed])
    for _ in range(ROUNDS):
        weight = 1.0 / (1.0 + over * mean)
        model = PoissonRegressor(
            alpha=1.0 / (size * weight.sum()),
            fit_intercept=False,
            solver="newton-cholesky",
            max_iter=100,
        )
        model.fit(rows, counts / size, sample_weight=weight)
        mean = np.asarray(size * np.exp(rows @ model.coef_))
    ratio = counts / mean - 1.0
    memory = float(ratio[1:] @ ratio[:-1] / max(float(ratio @ ratio), 1e-12))
    memory = float(np.clip(memory, 0.0, STRONGEST_MEMORY))
    level = size * np.exp(columns[past.targets] @ model.coef_)
    level *= 1.0 + memory**past.ahead * ratio[-1]
    level[~np.isfinite(fit.fitted[past.targets])] = np.nan
    return level[:, None] * past.shares
