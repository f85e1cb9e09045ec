"""Days as sums of a few shapes: singular value decomposition of the day by slot table."""

from __future__ import annotations

import numpy as np

from ccsim.demand.arrays import Floats
from ccsim.demand.models.past import Past
from ccsim.demand.models.regression import Regression, regress

SHAPES = 4


def low_rank(past: Past, fit: Regression) -> Floats:
    """Expect a sum of shapes whose weights follow weekday, calendar and memory.

    Counts are made alike in variance by the root; their first four right singular vectors are
    the shapes, and the weight of each shape on a day is regressed like a day's level (Shen and
    Huang, Manufacturing & Service Operations Management 10, 2008, section 3). Slots not counted
    stand at level times profile.
    """
    rows = past.counts[past.observed]
    level = np.exp(fit.fitted[past.observed])
    usual = level[:, None] * past.profiles[past.kinds.weekday[past.observed]]
    used = np.isfinite(usual).any(axis=0)
    filled = np.nan_to_num(np.where(np.isfinite(rows), rows, usual))[:, used]
    root = np.sqrt(filled + 0.25)
    number = min(SHAPES, *root.shape)
    _, _, shapes = np.linalg.svd(root, full_matrices=False)
    shapes = shapes[:number]
    weights = root @ shapes.T
    # A relative change of the level by x moves a root by x/2 of itself.
    size = 0.5 * float(np.abs(weights[:, 0]).mean())
    each = [regress(one, past.observed, past.kinds, fit.design, size) for one in weights.T]
    expected = np.column_stack(
        [one.fitted[past.targets] + one.remembered(past.ahead) for one in each]
    )
    square = np.maximum(expected @ shapes, 0.0) ** 2
    # What the root hides of the mean, slot by slot: counts over squares where both are known.
    fitted = np.maximum((weights - np.column_stack([one.error for one in each])) @ shapes, 0.0) ** 2
    square *= filled.sum() / max(fitted.sum(), 1e-12)
    result = np.full((len(past.targets), past.counts.shape[1]), np.nan)
    result[:, used] = square
    return np.where(np.isfinite(past.shares), result, np.nan)
