"""Day level by weekday by intraday profile, with a day level that remembers yesterday."""

from __future__ import annotations

from ccsim.demand.arrays import Floats
from ccsim.demand.models.past import Past
from ccsim.demand.models.regression import Regression


def multiplicative(past: Past, fit: Regression) -> Floats:
    """Expect level(day) times profile(weekday, slot).

    The logarithm of a day's total is a regression on weekday, calendar and a slowly moving level
    whose errors follow an AR(1) process (`regression`). The profile is each weekday's mean share
    of the slots, recent days counting more, shrunk towards that of all days.
    """
    level = past.contacts(fit, fit.fitted[past.targets] + fit.remembered(past.ahead))
    return level[:, None] * past.shares
