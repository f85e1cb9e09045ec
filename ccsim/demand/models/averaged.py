"""A rule averaged over beliefs of how far the level drifts."""

from __future__ import annotations

from collections.abc import Callable

from ccsim.demand.arrays import Floats
from ccsim.demand.models.past import Past
from ccsim.demand.models.regression import Regression


def over_beliefs(rule: Callable[[Past, Regression], Floats]) -> Callable[[Past], Floats]:
    """Return the rule that averages `rule` over the regressions of a past, by their weights."""

    def averaged(past: Past) -> Floats:
        (weight, fit), *others = past.fits
        expected = weight * rule(past, fit)
        for weight, fit in others:
            expected += weight * rule(past, fit)
        return expected

    averaged.__doc__ = rule.__doc__
    return averaged
