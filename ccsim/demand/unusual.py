"""Counts that are hard to believe beside those of like days: outages, outliers, empty days.

What is usual for an interval is the mean of the middle half of the counts at the same time on the
same weekday in the nine weeks around it, so that neither a trend nor one odd week moves it. How
far ordinary days scatter around that is measured on the history itself, and a finding has to be
both far outside that scatter and far from the usual in proportion. The square root makes the
scatter of counts alike at all levels (Anscombe, Biometrika 35, 1948). The thresholds are rules of
ours, set so that Poisson and overdispersed counts without anything wrong give hardly any finding
(`tests/demand/test_unusual.py` measures how many).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from ccsim.demand.clock import DAY, every_date, local_dates
from ccsim.demand.findings import Finding, Ledger
from ccsim.demand.gaps import from_to, slots_of, stretches, weekday_of

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WEEKS_EACH_WAY = 4
FEWEST_LIKE_DAYS = 4  # besides the day itself
NORMAL_MAD = 0.6745  # median absolute deviation of a standard normal

DAY_Z, DAY_FACTOR = 4.0, 1.5
INTERVAL_Z, INTERVAL_FACTOR = 6.0, 2.0
# An outage: next to nothing where contacts were due, and never so by chance alone.
OUTAGE_LEFT = 0.2
OUTAGE_LOG_CHANCE = float(np.log(1e-8))
QUIETEST_DAY = 0.5  # a day is not taken to be quieter than this to explain its empty intervals


@dataclass(frozen=True, eq=False)
class Usual:
    """One queue's counts beside what is usual.

    Attributes
    ----------
    counts, usual : numpy.ndarray, shape (day, slot)
        Contacts; NaN where there is no count, or too few like days to tell.
    level : numpy.ndarray, shape (day,)
        Contacts of the day as a multiple of the usual at the same intervals; NaN where unknown.
    day, slot : numpy.ndarray of int, shape (row,)
        Place of each row of the table.
    """

    counts: Floats
    usual: Floats
    level: Floats
    day: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int64]


def settle_unusual(table: pd.DataFrame, ledger: Ledger, length: pd.Timedelta) -> pd.DataFrame:
    """Note empty days, outages and outliers, and do about them what was chosen.

    Parameters
    ----------
    table
        `start`, `queue`, `offered`, perhaps `handle_time`; sorted; the index is the row in the
        source.

    Returns
    -------
    pandas.DataFrame
        The same rows; `offered` is NaN where the count is to be taken for not observed.
    """
    settled = []
    for _, rows in table.groupby("queue", sort=True):
        rows = rows.copy()
        usual = usual_counts(rows, length)
        if np.isfinite(usual.usual).any():
            _empty_days(rows, usual, ledger)
            if length != DAY:
                _outages(rows, usual, ledger, length)
                _outlying_intervals(rows, usual, ledger)
            _outlying_days(rows, usual, ledger)
        settled.append(rows)
    return pd.concat(settled).sort_values(["start", "queue"])


def usual_counts(rows: pd.DataFrame, length: pd.Timedelta) -> Usual:
    """Lay one queue's counts out by day and slot and find what is usual for each."""
    starts = pd.DatetimeIndex(rows["start"])
    dates = local_dates(starts)
    first = dates.min()
    days = every_date(first, int((dates.max() - first).astype(int)) + 1)
    of_day = slots_of(starts, length)
    seconds, slot = np.unique(of_day, return_inverse=True)
    day = (dates - first).astype(np.int64)

    sums, seen = np.zeros((len(days), len(seconds))), np.zeros((len(days), len(seconds)))
    offered = rows["offered"].to_numpy(dtype=float)
    known = np.isfinite(offered)
    np.add.at(sums, (day[known], slot[known]), offered[known])
    np.add.at(seen, (day[known], slot[known]), 1.0)
    counts = np.divide(sums, seen, out=np.full(sums.shape, np.nan), where=seen > 0)

    usual = np.full(counts.shape, np.nan)
    weekday = weekday_of(days)
    for number in np.unique(weekday):
        usual[weekday == number] = _middle(counts[weekday == number])
    both = np.isfinite(counts) & np.isfinite(usual)
    due = np.where(both, usual, 0.0).sum(axis=1)
    came = np.where(both, counts, 0.0).sum(axis=1)
    level = np.divide(came, due, out=np.full(len(days), np.nan), where=due > 0)
    return Usual(counts, usual, level, day, slot)


def _middle(counts: Floats) -> Floats:
    """Mean of the middle half of each count's neighbours in the weeks around it, and itself."""
    margin = np.full((WEEKS_EACH_WAY, counts.shape[1]), np.nan)
    weeks = 2 * WEEKS_EACH_WAY + 1
    # Shape (day, slot, week), NaN last.
    near = np.sort(sliding_window_view(np.concatenate([margin, counts, margin]), weeks, axis=0))
    known = np.isfinite(near).sum(axis=2)
    trimmed = (known // 4)[..., None]
    rank = np.arange(weeks)
    middle = (rank >= trimmed) & (rank < known[..., None] - trimmed)
    total = np.where(middle, near, 0.0).sum(axis=2)
    enough = known > FEWEST_LIKE_DAYS
    return np.divide(total, middle.sum(axis=2), out=np.full(counts.shape, np.nan), where=enough)


def _distance(counts: Floats, expected: Floats) -> Floats:
    """How far counts are from expected, in standard deviations of Poisson counts."""
    return 2.0 * (np.sqrt(counts + 3 / 8) - np.sqrt(expected + 3 / 8))


def _log_distance(came: Floats, due: Floats, judged: Bools) -> Floats:
    """How far days are from expected in proportion, in standard deviations of like days.

    What moves whole days moves them in proportion; a half and a double are equally far.
    """
    ratio = np.log((came + 0.5) / (due + 0.5))
    ordinary = float(np.median(np.abs(ratio[judged]))) / NORMAL_MAD if judged.any() else 0.0
    return ratio / np.maximum(ordinary, 1.0 / np.sqrt(np.maximum(due, 1.0)))


def _scatter(distance: Floats) -> float:
    """Robust standard deviation of what is ordinary, not below that of Poisson counts."""
    known = distance[np.isfinite(distance)]
    return max(1.0, float(np.median(np.abs(known))) / NORMAL_MAD) if len(known) else 1.0


def _strike(rows: pd.DataFrame, at: Bools, action: str, values: Floats) -> None:
    if action == "missing":
        rows.loc[at, "offered"] = np.nan
    elif action == "usual":
        rows.loc[at, "offered"] = values[at]


def _row(rows: pd.DataFrame, place: int) -> int | None:
    row = rows.index[place]
    return None if pd.isna(row) else int(row)


def _empty_days(rows: pd.DataFrame, usual: Usual, ledger: Ledger) -> None:
    """Days with rows and not one contact: closed, or not counted."""
    both = np.isfinite(usual.counts) & np.isfinite(usual.usual)
    due = np.where(both, usual.usual, 0.0).sum(axis=1)
    empty = (np.nan_to_num(usual.counts).sum(axis=1) == 0) & (-due < OUTAGE_LOG_CHANCE)
    for number in np.flatnonzero(empty):
        places = np.flatnonzero(usual.day == number)
        start, queue = rows["start"].iloc[places[0]], rows["queue"].iloc[0]
        what = (
            f"{queue}: not one contact on {start:%A %Y-%m-%d}, usual are {due[number]:,.0f}; "
            "closed, or not counted"
        )
        finding = Finding("empty day", what, _row(rows, places[0]), start, queue, before=0.0)
        ledger.note(finding)
    if ledger.action("empty day") == "missing":
        rows.loc[empty[usual.day], "offered"] = np.nan
    # Judged; the rules below look at days that had contacts.
    usual.counts[empty] = np.nan


def _outages(rows: pd.DataFrame, usual: Usual, ledger: Ledger, length: pd.Timedelta) -> None:
    level = np.maximum(np.nan_to_num(usual.level, nan=1.0), QUIETEST_DAY)[:, None]
    due = usual.usual * level
    distance = _distance(usual.counts, due)
    scatter = _scatter(distance[due >= 1])
    with np.errstate(invalid="ignore"):
        low = usual.counts <= OUTAGE_LEFT * due
    at = low[usual.day, usual.slot]
    starts = pd.DatetimeIndex(rows["start"])
    place_of = pd.Series(np.arange(len(rows)), index=starts)
    struck = np.zeros(len(rows), dtype=bool)
    expected = due[usual.day, usual.slot]
    for stretch in stretches(starts[at], length):
        places = place_of[stretch].to_numpy()
        came = float(rows["offered"].iloc[places].sum())
        lost = float(expected[places].sum())
        if _log_chance(came / scatter**2, lost / scatter**2) > OUTAGE_LOG_CHANCE:
            continue
        queue = rows["queue"].iloc[0]
        what = (
            f"{queue}: {came:g} contacts {from_to(stretch, length)}, where {lost:,.0f} were due; "
            "an outage?"
        )
        start = pd.Timestamp(stretch[0])
        finding = Finding("outage", what, _row(rows, places[0]), start, queue, before=came)
        ledger.note(finding, after={"usual": lost})
        struck[places] = True
    _strike(rows, struck, ledger.action("outage"), expected)
    usual.counts[usual.day[struck], usual.slot[struck]] = np.nan


def _log_chance(came: float, due: float) -> float:
    """Log of a bound on the probability of `came` or fewer where `due` are expected (Chernoff)."""
    if came >= due:
        return 0.0
    return came - due - (came * float(np.log(came / due)) if came > 0 else 0.0)


def _outlying_intervals(rows: pd.DataFrame, usual: Usual, ledger: Ledger) -> None:
    """Intervals far from the usual, the level of their day allowed for."""
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # days without any count
        typical = np.nanmedian(
            np.where(usual.usual >= 1, usual.counts / usual.usual, np.nan), axis=1
        )
        due = usual.usual * np.where(np.isfinite(typical), typical, usual.level)[:, None]
        distance = _distance(usual.counts, due)
        far = np.abs(distance) > INTERVAL_Z * _scatter(distance[due >= 1])
        off = (usual.counts > INTERVAL_FACTOR * due) | (usual.counts < due / INTERVAL_FACTOR)
    at = (far & off)[usual.day, usual.slot]
    expected = due[usual.day, usual.slot]
    for place in np.flatnonzero(at).tolist():
        start, queue = rows["start"].iloc[place], rows["queue"].iloc[0]
        count = float(usual.counts[usual.day[place], usual.slot[place]])
        what = (
            f"{queue}: {count:g} contacts at {start:%Y-%m-%d %H:%M}, where {expected[place]:,.0f} "
            "would be usual on such a day"
        )
        finding = Finding("outlier", what, _row(rows, place), start, queue, before=count)
        ledger.note(finding, after={"usual": float(expected[place])})
    _strike(rows, at, ledger.action("outlier"), expected)


def _outlying_days(rows: pd.DataFrame, usual: Usual, ledger: Ledger) -> None:
    both = np.isfinite(usual.counts) & np.isfinite(usual.usual)
    due = np.where(both, usual.usual, 0.0).sum(axis=1)
    came = np.where(both, usual.counts, 0.0).sum(axis=1)
    judged = both.any(axis=1) & (due > 0)
    far = judged & (np.abs(_log_distance(came, due, judged)) > DAY_Z)
    far &= (np.abs(_distance(came, due)) > DAY_Z) & (
        (came > DAY_FACTOR * due) | (came < due / DAY_FACTOR)
    )
    for number in np.flatnonzero(far):
        place = np.flatnonzero(usual.day == number)[0]
        start, queue = rows["start"].iloc[place], rows["queue"].iloc[0]
        times = came[number] / due[number]
        what = (
            f"{queue}: {came[number]:,.0f} contacts on {start:%A %Y-%m-%d}, {times:.2g} times the "
            f"usual {due[number]:,.0f}; name an event or a holiday if it was one"
        )
        finding = Finding(
            "outlier day", what, _row(rows, place), start, queue, before=float(came[number])
        )
        ledger.note(finding)
    if ledger.action("outlier day") == "missing":
        rows.loc[far[usual.day], "offered"] = np.nan
