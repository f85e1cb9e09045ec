"""How long something lasts when much of it is cut short: survival, hazard, and its peaks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.distributions import PiecewiseHazard
from ccsim.errors import OptionError

FloatArray = NDArray[np.float64]

# Two-sided 95 % of a normal variable.
Z95 = 1.959963984540054
# A peak: at least this many times the hazard around it, and this improbable without one.
PEAK_RATIO, PEAK_LEVEL, FEWEST_EVENTS = 1.2, 0.001, 10
# Bins on either side that say what is usual there; the bin itself and its neighbours do not.
AROUND, SPARED = 6, 1
FEWEST_AT_RISK = 50
MOST_PIECES = 60


def kaplan_meier(
    times: FloatArray, ended: NDArray[np.bool_], weights: FloatArray | None = None
) -> pd.DataFrame:
    """Estimate survival from durations of which some were cut short (Kaplan & Meier 1958).

    Parameters
    ----------
    times
        ndarray of float64, shape (n,): s.
    ended
        ndarray of bool, shape (n,): False where cut short.
    weights
        ndarray of float64, shape (n,): how often each occurred; once where None.

    Returns
    -------
    pandas.DataFrame
        Index `time` (s) of every end; columns `at_risk`, `events`, `survival`, `low`, `high`: 95 %
        interval with Greenwood's variance on the log-log scale (Kalbfleisch & Prentice 2002).

    Examples
    --------
    >>> table = kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]))
    >>> table["survival"].round(3).tolist()
    [0.667, 0.0]
    """
    own = np.ones(len(times)) if weights is None else weights
    distinct, place = np.unique(times, return_inverse=True)
    events = np.bincount(place, weights=own * ended, minlength=len(distinct))
    leaving = np.bincount(place, weights=own, minlength=len(distinct))
    at_risk = leaving[::-1].cumsum()[::-1]
    kept = events > 0
    distinct, events, at_risk = distinct[kept], events[kept], at_risk[kept]
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        width = Z95 * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(width), survival ** np.exp(-width)
    inside = (survival > 0) & (survival < 1)
    columns = {
        "at_risk": at_risk,
        "events": events,
        "survival": survival,
        "low": np.where(inside, low, survival),
        "high": np.where(inside, high, survival),
    }
    return pd.DataFrame(columns, index=pd.Index(distinct, name="time"))


def survival_at(table: pd.DataFrame, times: FloatArray) -> FloatArray:
    """Read a Kaplan-Meier table at any times, s: the share that lasts longer."""
    known = np.append(1.0, table["survival"].to_numpy())
    return np.asarray(known[np.searchsorted(table.index.to_numpy(), times, side="right")])


def median_of(table: pd.DataFrame) -> float:
    """Time that half outlast, s; NaN where more than half outlast everything observed."""
    below = table.index[table["survival"] <= 0.5]
    return float(below[0]) if len(below) else np.nan


def hazard(
    times: FloatArray, ended: NDArray[np.bool_], width: float = 5.0, until: float = 600.0
) -> pd.DataFrame:
    """Estimate the rate of ending, bin by bin: ends over the time spent in the bin.

    Parameters
    ----------
    times, ended
        As in `kaplan_meier`.
    width
        Of a bin, s. A duration of exactly an edge belongs to the bin that it closes: who left
        after 15 s had lasted through (10, 15].
    until
        Last edge, s.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; columns `start`, `end` (s), `exposure` (s), `events`, `rate` (per s), `low`,
        `high`: exact 95 % Poisson interval (Garwood 1936), `usual` (per s) the rate of six bins on
        either side, neighbours and peaks left out, `ratio` the rate over that, `p_value` the
        probability of as many ends at the rate of the higher side, `peak` bool: at least 1.2
        times the rate of either side, ten ends or more, and p below 0.001 over all bins
        (Bonferroni). The first two bins have no side to the left, and are never peaks.
    """
    from scipy.special import gammaincinv

    edges = np.arange(0.0, until + width / 2, width)
    bins = len(edges) - 1
    # Time in each bin: differences of the total time spent below each edge.
    ordered = np.sort(times)
    below = np.concatenate([[0.0], np.cumsum(ordered)])
    place = np.searchsorted(ordered, edges)
    spent = below[place] + (len(ordered) - place) * edges
    exposure = np.diff(spent)
    own = np.ceil(times[ended] / width).astype(int) - 1
    inside = own[(own >= 0) & (own < bins)]
    events = np.bincount(inside, minlength=bins).astype(float)
    table = pd.DataFrame({"start": edges[:-1], "end": edges[1:], "exposure": exposure})
    table["events"] = events
    safe = np.where(exposure > 0, exposure, np.nan)
    table["rate"] = events / safe
    none = events == 0
    table["low"] = np.where(none, 0.0, gammaincinv(np.maximum(events, 1), 0.025)) / safe
    table["high"] = gammaincinv(events + 1, 0.975) / safe
    return _with_peaks(table)


def _with_peaks(table: pd.DataFrame) -> pd.DataFrame:
    """Find bins that stand above both sides; what is usual is then told without them."""
    from scipy.special import pdtrc

    events, exposure = table["events"].to_numpy(), table["exposure"].to_numpy()
    bins = len(table)
    none = np.zeros(bins, bool)
    # A hazard that only falls is high on the left of each bin: the higher side decides.
    sides = [_rate_beside(events, exposure, none, side) for side in ((-1,), (1,))]
    higher = np.maximum(*sides)
    with np.errstate(invalid="ignore"):
        stands_out = table["rate"].to_numpy() >= PEAK_RATIO * higher
        chance = pdtrc(np.maximum(events - 1, 0), higher * exposure)
    chance = np.where(events > 0, chance, 1.0)
    peak = stands_out & (events >= FEWEST_EVENTS) & (chance < PEAK_LEVEL / bins)
    usual = _rate_beside(events, exposure, peak, (-1, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = table["rate"].to_numpy() / usual
    return table.assign(usual=usual, ratio=ratio, p_value=chance, peak=peak)


def _rate_beside(
    events: FloatArray, exposure: FloatArray, left_out: NDArray[np.bool_], sides: tuple[int, ...]
) -> FloatArray:
    """Ends over time in the bins before (-1) or after (1) each; NaN where there are none."""
    steps = np.arange(SPARED + 1, AROUND + 1)
    offsets = np.concatenate([side * steps for side in sides])
    rates = np.full(len(events), np.nan)
    for this in range(len(events)):
        near = this + offsets
        near = near[(near >= 0) & (near < len(events))]
        near = near[~left_out[near]]
        if exposure[near].sum() > 0:
            rates[this] = events[near].sum() / exposure[near].sum()
    return rates


def peaks(table: pd.DataFrame) -> pd.DataFrame:
    """Join peak bins that touch.

    Parameters
    ----------
    table
        From `hazard`.

    Returns
    -------
    pandas.DataFrame
        RangeIndex; columns `start`, `end` (s), `at` (s, end of its highest bin), `events`,
        `excess` (ends beyond the usual rate), `ratio` (of the highest bin).
    """
    marked = table[table["peak"]]
    run = (marked.index.to_series().diff() != 1).cumsum()
    rows = []
    for _, own in marked.groupby(run):
        highest = own.loc[own["ratio"].idxmax()]
        excess = (own["events"] - own["usual"] * own["exposure"]).sum()
        rows.append(
            (own["start"].iloc[0], own["end"].iloc[-1], highest["end"], own["events"].sum(),
             excess, highest["ratio"])
        )  # fmt: skip
    columns = ["start", "end", "at", "events", "excess", "ratio"]
    return pd.DataFrame(rows, columns=columns, dtype=float)


def piecewise_hazard(
    times: FloatArray, ended: NDArray[np.bool_], within: float = 0.01
) -> PiecewiseHazard:
    """Fit a hazard in steps that keeps close to Kaplan-Meier everywhere.

    The cumulative hazard, −log of the Kaplan-Meier survival, is followed by straight lines
    between edges; edges are added where the two survivals differ most until they differ by at
    most `within` (Douglas & Peucker's way with lines, 1973), as long as 50 are at risk. The last
    rate goes on for ever: beyond what was observed that is an assumption.

    Parameters
    ----------
    times, ended
        As in `kaplan_meier`.
    within
        Largest difference in probability.

    Raises
    ------
    OptionError
        When fewer than ten durations ended.

    Examples
    --------
    >>> waits = np.linspace(1, 600, 600)
    >>> fitted = piecewise_hazard(waits, np.ones(600, bool))
    >>> bool(abs(fitted.sf(300.0) - 0.5) < 0.01)
    True
    """
    if ended.sum() < FEWEST_EVENTS:
        raise OptionError(
            f"piecewise_hazard: {ended.sum()} durations that ended; allowed: at least "
            f"{FEWEST_EVENTS}"
        )
    table = trusted(kaplan_meier(times, ended))
    moments = np.append(0.0, table.index.to_numpy())
    survival = np.append(1.0, table["survival"].to_numpy())
    cumulative = -np.log(survival)
    edges = [0, len(moments) - 1]
    for _ in range(MOST_PIECES):
        line = np.interp(moments, moments[edges], cumulative[edges])
        gap = np.abs(np.exp(-line) - survival)
        if gap.max() <= within:
            break
        edges = sorted({*edges, int(gap.argmax())})
    rates = np.diff(cumulative[edges]) / np.diff(moments[edges])
    return PiecewiseHazard(
        tuple(float(moments[edge]) for edge in edges[:-1]), tuple(float(rate) for rate in rates)
    )


def trusted(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the part of a Kaplan-Meier table in which 50 are at risk, or half of few."""
    least = min(FEWEST_AT_RISK, table["at_risk"].max() / 2)
    return table[(table["at_risk"] >= least) & (table["survival"] > 0)]
