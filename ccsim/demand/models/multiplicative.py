"""Day level by weekday by intraday profile, with a day level that remembers yesterday."""

from __future__ import annotations

import numpy as np

from ccsim.demand.days import Bools, DayKinds, Floats

# Before any is seen, a calendar effect is thought to lie within about ±10 % of what we
# would guess; a dozen such days outweigh the guess entirely.
EFFECT_SD = 0.10
# Profiles drift: a day eight weeks ago (40 open days) counts half of yesterday.
PROFILE_HALF_LIFE = 40.0
# The profile of one weekday leans on that of all days as if on this many days more.
PROFILE_SHRINKAGE = 2.0
STRONGEST_MEMORY = 0.95
ROUNDS = 25
SETTLED = 1e-4


def multiplicative(counts: Floats, kinds: DayKinds, targets: range) -> Floats:
    """Expect level(day) times profile(weekday, slot).

    The logarithm of a day's total is a regression on the weekday and three calendar effects
    (first day after a closure, open holiday, turn of the month) whose errors follow an AR(1)
    process. The profile is each weekday's mean share of the slots, recent days counting
    more, shrunk towards that of all days.

    See `ccsim.demand.models.base.Expect` for arguments and shapes.
    """
    observed = np.flatnonzero(np.isfinite(counts).any(axis=1))
    rows = counts[observed]
    weekday = kinds.weekday[observed]
    totals = np.nansum(rows, axis=1)
    level = day_level(totals, observed, kinds, targets)

    expected = np.full((len(targets), counts.shape[1]), np.nan)
    age = np.arange(len(observed))[::-1]
    weight = 0.5 ** (age / PROFILE_HALF_LIFE)
    for number in np.unique(kinds.weekday[list(targets)]):
        if not (weekday == number).any():
            continue
        shares = profile(rows, totals, weight, weekday == number)
        same = kinds.weekday[list(targets)] == number
        expected[same] = level[same, None] * shares
    return expected


def day_level(totals: Floats, observed: np.ndarray, kinds: DayKinds, targets: range) -> Floats:
    """Expect the total of each target day.

    Mixed estimation (Theil and Goldberger, International Economic Review 2, 1961): what is
    believed of the calendar effects beforehand joins the whitened regression as extra rows.
    The first day after a closure is believed to gain what days after the weekly closure
    gain (a Monday, mostly): the same customers who had to wait.

    Parameters
    ----------
    totals
        Contacts of each observed day, shape (observed,).
    observed
        Their positions among `kinds`, shape (observed,).
    kinds
        Kinds of all days.
    targets
        Positions of the days to expect.

    Returns
    -------
    numpy.ndarray
        Shape (target,); NaN for a weekday never observed.
    """
    from statsmodels.regression.linear_model import GLSAR, OLS

    # Half a contact keeps empty days finite; the smearing factor below takes it out again.
    log_total = np.log(totals + 0.5)
    weekdays = np.unique(kinds.weekday[observed])
    design = _design(observed, kinds, weekdays)
    effects = slice(len(weekdays), design.shape[1])
    plain = OLS(log_total, design[:, : effects.start]).fit()
    belief = np.zeros(design.shape[1])
    belief[effects.start] = _reopening_gain(plain.params, weekdays, kinds)

    memory = 0.0
    spread = float(np.sqrt(plain.mse_resid)) if len(totals) > len(weekdays) else EFFECT_SD
    believed = np.eye(design.shape[1])[effects]
    for _ in range(ROUNDS):
        whitened = GLSAR(log_total, design, rho=[memory])
        certainty = max(spread, 1e-6) / EFFECT_SD
        # GLSAR leaves the first day out; its weekday may have no other (Prais and Winsten 1954).
        first = np.sqrt(1.0 - memory**2)
        fit = OLS(
            np.concatenate(
                [first * log_total[:1], whitened.wendog, certainty * (believed @ belief)]
            ),
            np.vstack([first * design[:1], whitened.wexog, certainty * believed]),
        ).fit()
        error = log_total - design @ fit.params
        before = memory
        # Dividing by one error more than there are products shrinks the memory of short
        # histories towards none.
        memory = float(error[1:] @ error[:-1] / max(error @ error, 1e-12))
        memory = float(np.clip(memory, 0.0, STRONGEST_MEMORY))
        spread = float(np.std(error[1:] - memory * error[:-1])) if len(error) > 1 else spread
        if abs(memory - before) < SETTLED:
            break

    ahead = _open_days_ahead(kinds, int(observed[-1]), targets)
    remembered = memory**ahead * error[-1]
    level = np.exp(_design(np.array(targets), kinds, weekdays) @ fit.params + remembered)
    # The mean of what was over the mean of what was fitted turns a median into a mean
    # (Duan's smearing estimate, JASA 78, 1983).
    level *= totals.sum() / np.exp(design @ fit.params).sum()
    level[~np.isin(kinds.weekday[list(targets)], weekdays)] = np.nan
    return np.asarray(level)


def profile(rows: Floats, totals: Floats, weight: Floats, same: Bools) -> Floats:
    """Share of each slot in the total of a weekday.

    Parameters
    ----------
    rows
        Counts, shape (day, slot), NaN where closed.
    totals
        Their sums, shape (day,).
    weight
        How much each day counts, shape (day,).
    same
        Which days are of the weekday, shape (day,).

    Returns
    -------
    numpy.ndarray
        Shares that sum to 1, NaN at slots the weekday is never open, shape (slot,).
    """
    is_open = np.isfinite(rows[same]).any(axis=0)
    every = _shares(rows, totals, weight)[is_open]
    own = _shares(rows[same], totals[same], weight[same])[is_open]
    days = weight[same].sum()
    mixed = (days * _to_one(own) + PROFILE_SHRINKAGE * _to_one(every)) / (days + PROFILE_SHRINKAGE)
    shares = np.full(rows.shape[1], np.nan)
    shares[is_open] = mixed
    return shares


def _shares(rows: Floats, totals: Floats, weight: Floats) -> Floats:
    seen = np.isfinite(rows)
    slot = weight @ np.where(seen, rows, 0.0)
    day = (weight * totals) @ seen
    return np.divide(slot, day, out=np.zeros(rows.shape[1]), where=day > 0)


def _to_one(shares: Floats) -> Floats:
    total = shares.sum()
    return shares / total if total > 0 else np.full(len(shares), 1.0 / len(shares))


def _design(days: np.ndarray, kinds: DayKinds, weekdays: np.ndarray) -> Floats:
    return np.column_stack(
        [
            kinds.weekday[days][:, None] == weekdays,
            kinds.after_closure[days],
            kinds.open_holiday[days],
            kinds.turn_of_month[days],
        ]
    ).astype(float)


def _reopening_gain(levels: Floats, weekdays: np.ndarray, kinds: DayKinds) -> float:
    """Log gain of weekdays that follow a weekly closed day over those that do not."""
    reopening = ~np.isin((weekdays - 1) % 7, weekdays)
    if reopening.all() or not reopening.any():
        return 0.0
    return float(levels[reopening].mean() - levels[~reopening].mean())


def _open_days_ahead(kinds: DayKinds, last: int, targets: range) -> Floats:
    """How many open days each target lies ahead of the last observed one."""
    is_open = kinds.usually_open & ~kinds.closed
    passed = np.cumsum(is_open)
    return np.asarray(np.maximum(passed[list(targets)] - passed[last], 1), dtype=float)
