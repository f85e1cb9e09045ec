"""Patience from waits that mostly ended with an answer: survival, hazard, peaks and fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ccsim.demand.calibration.fitting import FEWEST, can_be_fitted, fit
from ccsim.demand.calibration.measured import by_queue
from ccsim.demand.calibration.survival import (
    hazard,
    kaplan_meier,
    median_of,
    peaks,
    piecewise_hazard,
    survival_at,
    trusted,
)
from ccsim.demand.calibration.talk import fit_row, fit_table
from ccsim.distributions import PiecewiseHazard

AT = (30.0, 60.0, 120.0, 300.0, 600.0)
BIN_S = 5.0
# People answer an announcement with a hazard up to some 2.6 times the usual (Technion's log); more
# at one moment is a timer of the system that ends the call.
TIMER_RATIO = 3.0


@dataclass(frozen=True, eq=False)
class Patience:
    """What a log says of patience.

    Only who waited tells of it: who was answered was patient at least so long (censored); who was
    answered, or hung up, within the first second says nothing and is counted apart.

    Attributes
    ----------
    summary : pandas.DataFrame
        Index `queue` (or `all`); `contacts` (all in the log), `asked` (for a person), `waited`,
        `waited_of_contacts`, `waited_of_asked` (shares), `left_at_once` (abandoned after 0 s, of
        those who asked and were not answered at once: a share, balking), `abandoned` (of who
        waited: number), `s30`, `s60`, `s120`, `s300`, `s600` (Kaplan-Meier), `median` s,
        `exponential_mean` s (time waited over abandonments, the maximum likelihood), `pieces`,
        `distance` (of the piecewise hazard from Kaplan-Meier).
    fits : pandas.DataFrame
        As `Talk.fits`, of censored waits; no p-values.
    survival : pandas.DataFrame
        Index (`queue`, `time`): as `kaplan_meier`.
    hazard : pandas.DataFrame
        `queue` and the columns of `survival.hazard`, bins of 5 s up to 10 min.
    peaks : pandas.DataFrame
        `queue`, the columns of `survival.peaks`, `kind`: *timer* (hazard at least three times the
        usual: an artefact of the system) or *announcement* (less: people react to something).
    chosen : dict of str to PiecewiseHazard
        By queue (and `all`) with at least ten who abandoned.
    """

    summary: pd.DataFrame
    fits: pd.DataFrame
    survival: pd.DataFrame
    hazard: pd.DataFrame
    peaks: pd.DataFrame
    chosen: dict[str, PiecewiseHazard]


def patience_of(frame: pd.DataFrame, within: float) -> Patience:
    """Estimate patience; `frame` from `measured`, `within` as in `piecewise_hazard`."""
    summary: dict[str, dict[str, float]] = {}
    fits: dict[tuple[str, str], dict[str, object]] = {}
    chosen: dict[str, PiecewiseHazard] = {}
    survival, hazards, found = {}, {}, {}
    for queue, own in by_queue(frame):
        waited = own[own["wait"] > 0]
        times = waited["wait"].to_numpy()
        ended = (waited["outcome"] == "abandoned").to_numpy()
        table = kaplan_meier(times, ended)
        summary[queue] = _counts(own) | {
            **dict(zip((f"s{at:g}" for at in AT), survival_at(table, np.array(AT)), strict=True)),
            "median": median_of(table),
            "exponential_mean": times.sum() / ended.sum() if ended.any() else np.nan,
            "pieces": 0,
            "distance": np.nan,
        }
        survival[queue], hazards[queue] = table, hazard(times, ended, BIN_S)
        found[queue] = peaks(hazards[queue])
        if ended.sum() < FEWEST:
            continue
        steps = piecewise_hazard(times, ended, within)
        known = trusted(table)
        gap = np.abs(steps.sf(known.index.to_numpy()) - known["survival"].to_numpy())
        summary[queue] |= {"pieces": len(steps.edges), "distance": float(gap.max())}
        if can_be_fitted(times, ended):
            fits |= {(queue, one.family): fit_row(one) for one in fit(times, ended)}
        chosen[queue] = steps
    return Patience(
        pd.DataFrame.from_dict(summary, orient="index").rename_axis("queue"),
        fit_table(fits),
        pd.concat(survival, names=["queue", "time"]),
        _with_queue(hazards),
        _with_queue(found).pipe(_kinds),
        chosen,
    )


def _counts(own: pd.DataFrame) -> dict[str, float]:
    asked, waited = own["asked"], own["wait"] > 0
    abandoned = own["outcome"] == "abandoned"
    at_once = int((abandoned & (own["wait"] == 0)).sum())
    return {
        "contacts": len(own),
        "asked": int(asked.sum()),
        "waited": int(waited.sum()),
        "waited_of_contacts": float(waited.mean()),
        "waited_of_asked": float(waited.sum() / asked.sum()) if asked.any() else np.nan,
        "left_at_once": at_once / (at_once + waited.sum()) if at_once + waited.sum() else np.nan,
        "abandoned": int((abandoned & waited).sum()),
    }


def _with_queue(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    joined = pd.concat(tables, names=["queue", None]).reset_index(level=0)
    return joined.reset_index(drop=True)


def _kinds(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(kind=np.where(table["ratio"] >= TIMER_RATIO, "timer", "announcement"))
