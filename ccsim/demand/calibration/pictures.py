"""The tables behind a calibration's pictures, handed to `ccsim.figures.calibration`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ccsim.demand.calibration.measured import ALL
from ccsim.demand.calibration.survival import trusted
from ccsim.demand.wording import nearest
from ccsim.distributions import Distribution
from ccsim.errors import OptionError
from ccsim.figures import calibration as figures
from ccsim.figures import patience

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from ccsim.demand.calibration.calibration import Calibration

# Bins of a tenth of a decade: narrow enough to show the short calls, wide enough to be smooth.
BINS_PER_DECADE = 10
SHOWN_FAMILIES = 3
SHOWN_AT_RISK = 250
UNTIL_S = 600.0


def picture(found: Calibration, what: str, queue: str, labels: Mapping[str, str]) -> Figure:
    """Draw one of the pictures by name."""
    if what not in PICTURES:
        raise OptionError(
            f"plot: '{what}'; allowed: {', '.join(PICTURES)}{nearest(what, PICTURES)}"
        )
    allowed = (ALL, *found.queues)
    if queue not in allowed:
        raise OptionError(
            f"plot: queue '{queue}'; allowed: {', '.join(allowed)}{nearest(queue, allowed)}"
        )
    return PICTURES[what](found, queue, labels)


def _talks(found: Calibration, queue: str) -> pd.Series:
    own = found.contacts if queue == ALL else found.contacts[found.contacts["queue"] == queue]
    talks = own["talk"]
    return talks[talks > 0]


def _talk(found: Calibration, queue: str, labels: Mapping[str, str]) -> Figure:
    talks = _talks(found, queue)
    if talks.empty:
        raise OptionError(f"plot: no call of queue '{queue}' was handled; allowed: another queue")
    decades = np.ceil(np.log10(talks.max()) * BINS_PER_DECADE) + 1
    edges = 10 ** (np.arange(decades + 1) / BINS_PER_DECADE)
    # A second is a second: below ten there are fewer whole seconds than bins.
    whole = np.concatenate([np.arange(0.5, 10), edges[edges > 10]])
    counts = np.histogram(talks, whole)[0]
    bins = pd.DataFrame({"start": whole[:-1], "end": whole[1:]})
    width = np.log10(bins["end"] / bins["start"]) * BINS_PER_DECADE
    bins["share"] = counts / len(talks) / width
    half = 10 ** (0.5 / BINS_PER_DECADE)
    at = np.geomspace(1, whole[-1], 200)
    longer = float((talks >= found.short).mean())
    curves = {
        family: longer * (row.sf(at / half) - row.sf(at * half))
        for family, row in _distributions(found.talk.fits, queue).items()
    }
    row = found.talk.summary.loc[queue]
    return figures.talk(
        bins, pd.DataFrame(curves, index=pd.Index(at, name="seconds")), row, found.short, labels
    )


def _talk_quantiles(found: Calibration, queue: str, labels: Mapping[str, str]) -> Figure:
    talks = _talks(found, queue)
    longer = talks[talks >= found.short].to_numpy()
    shares = np.concatenate([np.linspace(0.01, 0.99, 99), [0.995, 0.999]])
    columns = {"observed": np.quantile(longer, shares)}
    fitted = _distributions(found.talk.fits, queue)
    columns |= {family: one.ppf(shares) for family, one in fitted.items()}
    return figures.quantiles(
        pd.DataFrame(columns, index=pd.Index(shares, name="share")),
        found.talk.fits.loc[queue]["distance"],
        labels,
    )


def _patience(found: Calibration, queue: str, labels: Mapping[str, str]) -> Figure:
    survival = trusted(found.patience.survival.loc[queue])
    at = np.linspace(0, min(UNTIL_S, survival.index.max()), 301)
    fitted = _distributions(found.patience.fits, queue)
    curves = {family: one.sf(at) for family, one in fitted.items()}
    if queue in found.patience.chosen:
        curves["piecewise_hazard"] = found.patience.chosen[queue].sf(at)
    return patience.patience(
        survival[survival.index <= UNTIL_S],
        pd.DataFrame(curves, index=pd.Index(at, name="seconds")),
        found.patience.summary.loc[queue],
        labels,
    )


def _hazard(found: Calibration, queue: str, labels: Mapping[str, str]) -> Figure:
    hazard, peaks = found.patience.hazard, found.patience.peaks
    own = hazard[hazard["queue"] == queue]
    # With few still waiting a bar is noise, and its error bar hides the others.
    enough = own[own["exposure"] >= SHOWN_AT_RISK * (own["end"] - own["start"])]
    if enough.empty:
        raise OptionError(
            f"plot: too few waited in queue '{queue}'; allowed: one with {SHOWN_AT_RISK} or more"
        )
    return patience.hazard(enough, peaks[peaks["queue"] == queue], labels)


def _hours(found: Calibration, queue: str, labels: Mapping[str, str]) -> Figure:
    table = found.talk.by_hour
    if queue not in table.index.get_level_values("queue"):
        raise OptionError(f"plot: no call of queue '{queue}' was handled; allowed: another queue")
    return figures.by_hour(table.loc[queue], found.talk.summary.loc[queue, "mean"], labels)


def _on_duty(found: Calibration, queue: str, labels: Mapping[str, str]) -> Figure:
    if found.people.on_duty.empty:
        raise OptionError("plot: the log names no agents; allowed: a log with a column agent")
    table = found.people.on_duty[["agents", "busy"]].reset_index()
    starts = table["start"]
    slot = (starts.dt.hour + starts.dt.minute / 60).rename("hour")
    daily = table.groupby([starts.dt.normalize().rename("date"), "group", slot]).sum(
        numeric_only=True
    )
    there = daily.groupby("date")["agents"].transform("sum") > 0
    mean = daily[there].groupby(["hour", "group"]).mean()
    return figures.on_duty(mean, found.people.summary.loc[ALL, "occupancy"], labels)


def _distributions(fits: pd.DataFrame, queue: str) -> dict[str, Distribution]:
    """Fitted distributions of a queue, the best few by AIC."""
    if fits.empty or queue not in fits.index.get_level_values("queue"):
        return {}
    return fits.loc[queue]["distribution"].head(SHOWN_FAMILIES).to_dict()


PICTURES: dict[str, Callable[[Calibration, str, Mapping[str, str]], Figure]] = {
    "talk": _talk,
    "talk_quantiles": _talk_quantiles,
    "patience": _patience,
    "hazard": _hazard,
    "hours": _hours,
    "on_duty": _on_duty,
}
