"""A regression of days on weekday, calendar and a slowly moving level, with remembered errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ccsim.demand.arrays import Floats, Whole
from ccsim.demand.days import DayKinds
from ccsim.demand.models.design import DRIFT_SDS, Design
from ccsim.demand.signals import AFTER_CLOSURE

STRONGEST_MEMORY = 0.95
ROUNDS = 25
SETTLED = 1e-4
# Errors beyond this many standard deviations from those around them are days of their own kind;
# they count as being so far out and no further (Huber, Annals of Mathematical Statistics 35, 1964).
FARTHEST, NEIGHBOURS = 3.0, 11
LEAST_SPREAD = 1e-6
# A weekday's level is hardly believed beforehand.
FREE_SD = 100.0
EVIDENCE_COUNTS = 5.0
JUMPS = 8.0  # degrees of freedom of a step of the level
NORMAL_SHARE = 0.6827  # of a normal, within one standard deviation


@dataclass(frozen=True, eq=False)
class Regression:
    """A fitted regression of one number a day.

    Attributes
    ----------
    fitted : numpy.ndarray
        What it expects of every day from weekday, calendar and level, shape (day,); NaN on
        weekdays never observed.
    calendar : numpy.ndarray
        The part of the calendar in it, shape (day,).
    error : numpy.ndarray
        Of the observed days, those far out brought near, shape (observed,).
    memory : float
        Correlation of one observed day's error with the next one's.
    spread : float
        Standard deviation of what memory does not explain.
    effects, effects_sd : numpy.ndarray
        Of the signals, shape (signal,), and how uncertain they are.
    evidence : float
        Log marginal likelihood of what was observed.
    design : Design
        Columns, and what was believed of them.
    """

    fitted: Floats
    calendar: Floats
    error: Floats
    memory: float
    spread: float
    effects: Floats
    effects_sd: Floats
    evidence: float
    design: Design

    def cleaned(self, observed: Whole) -> Floats:
        """Return what was observed with far-out days brought near, shape (observed,)."""
        return np.asarray(self.fitted[observed] + self.error)

    def remembered(self, ahead: Floats) -> Floats:
        """Return what is left of the last error so many open days later."""
        return self.memory**ahead * self.error[-1]


def regressions(
    values: Floats, observed: Whole, kinds: DayKinds, design: Design
) -> tuple[tuple[float, Regression], ...]:
    """Fit with several beliefs of how far the level drifts, each with the weight it deserves.

    Weights are those of Bayesian model averaging (Hoeting et al., Statistical Science 14, 1999),
    of evidence that counts a fifth: days are less independent than the model has them, and a
    belief that fits the past little better is not to rule the coming weeks alone.
    """
    fits = [regress(values, observed, kinds, design.with_drift(sd)) for sd in DRIFT_SDS]
    evidence = np.array([fit.evidence for fit in fits]) / EVIDENCE_COUNTS
    weight = np.exp(evidence - evidence.max())
    return tuple(zip((weight / weight.sum()).tolist(), fits, strict=True))


def regress(
    values: Floats, observed: Whole, kinds: DayKinds, design: Design, scale: float = 1.0
) -> Regression:
    """Fit by mixed estimation, in rounds that also learn memory and spread.

    Mixed estimation (Theil and Goldberger, International Economic Review 2, 1961): what is
    believed of effects beforehand joins the regression as extra rows. The first day after a
    closure is believed to gain what days after the weekly closure gain (a Monday, mostly): the
    same customers who had to wait. Errors follow an AR(1) process (Prais and Winsten 1954).

    Parameters
    ----------
    values
        One number of each observed day, shape (observed,).
    observed
        Their positions among `kinds`, ascending, shape (observed,).
    kinds
        Kinds of all days.
    design
        Columns, and what is believed of them.
    scale
        How much of `values` a relative change of 1 is: 1 for logarithms.
    """
    from scipy.ndimage import median_filter

    weekdays, calendar = design.weekdays, design.calendar
    rows, weekday = design.values[observed], kinds.weekday[observed]
    plain = np.array([values[weekday == day].mean() for day in weekdays])
    gain = _reopening_gain(plain, weekdays)
    belief = np.concatenate([plain, np.zeros(rows.shape[1] - len(weekdays))])
    reopening = kinds.signals.column(AFTER_CLOSURE)
    if reopening in design.signals:
        belief[calendar.start + int(np.flatnonzero(design.signals == reopening)[0])] = gain
    sd = np.where(np.isfinite(design.sd), design.sd, FREE_SD) * scale
    precision = 1.0 / sd**2

    error = values - plain[np.searchsorted(weekdays, weekday)]
    spread, memory, cleaned = max(_typical(error), LEAST_SPREAD * scale), 0.0, values
    for _ in range(ROUNDS):
        whole = _whitened(np.column_stack([rows, cleaned]), memory)
        x, y = whole[:, :-1] / spread, whole[:, -1] / spread
        normal = x.T @ x + np.diag(precision)
        target = x.T @ y + precision * belief
        solved = np.linalg.solve(normal, target)
        # Student-t beliefs of the ramps, as normals whose precision follows what was found
        # (West, Biometrika 74, 1987): small steps are held back, the rare large one is not.
        steps = solved[calendar.stop :]
        precision[calendar.stop :] = (JUMPS + 1.0) / (JUMPS * sd[calendar.stop :] ** 2 + steps**2)
        fitted = rows @ solved
        error = values - fitted
        spread = max(_typical(_whitened(error[:, None], memory)[:, 0]), LEAST_SPREAD * scale)
        reach = FARTHEST * spread / np.sqrt(1.0 - memory**2)
        # Far out is a day that stands alone; days in a row are a level that has moved.
        around = median_filter(error, size=min(NEIGHBOURS, len(error)), mode="reflect")
        error = around + np.clip(error - around, -reach, reach)
        cleaned = fitted + error
        before = memory
        # Dividing by one error more than there are products shrinks the memory of short
        # histories towards none.
        memory = float(error[1:] @ error[:-1] / max(error @ error, 1e-12 * scale**2))
        memory = float(np.clip(memory, 0.0, STRONGEST_MEMORY))
        if abs(memory - before) < SETTLED:
            break

    effects, effects_sd = np.zeros(len(kinds.signals.names)), kinds.signals.sd * scale
    if reopening is not None:
        effects[reopening] = gain
    effects[design.signals] = solved[calendar]
    effects_sd[design.signals] = np.sqrt(np.diag(np.linalg.inv(normal))[calendar])
    part = kinds.signals.values @ effects
    level = design.values @ solved - design.values[:, calendar] @ solved[calendar]
    level[~np.isin(kinds.weekday, weekdays)] = np.nan
    # Normal prior and normal errors: the marginal likelihood is in closed form (Bishop, Pattern
    # Recognition and Machine Learning 2006, eq. 3.86); terms common to all beliefs left out.
    evidence = 0.5 * (
        np.log(precision).sum()
        - np.linalg.slogdet(normal)[1]
        + solved @ target
        - y @ y
        - belief @ (precision * belief)
        + np.log1p(-(before**2))
    ) - len(values) * np.log(spread)
    return Regression(
        level + part, part, error, memory, spread, effects, effects_sd, float(evidence), design
    )


def _whitened(rows: Floats, memory: float) -> Floats:
    whole = rows.copy()
    whole[1:] -= memory * rows[:-1]
    whole[0] *= np.sqrt(1.0 - memory**2)
    return whole


def _typical(error: Floats) -> float:
    """Standard deviation, from the middle of the errors and so deaf to the farthest."""
    if len(error) < 2:
        return 0.1
    whole, middle = float(np.std(error)), float(np.quantile(np.abs(error), NORMAL_SHARE))
    return min(whole, 1.2 * middle) if middle > 0 else whole


def _reopening_gain(levels: Floats, weekdays: Whole) -> float:
    """Gain of weekdays that follow a weekly closed day over those that do not."""
    reopening = ~np.isin((weekdays - 1) % 7, weekdays)
    if reopening.all() or not reopening.any():
        return 0.0
    return float(levels[reopening].mean() - levels[~reopening].mean())
