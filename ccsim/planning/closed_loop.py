"""Real days beside simulated ones: sums, comparisons, and the result that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import OptionError

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

FloatArray = NDArray[np.float64]

SUMS = ("contacts", "wait", "abandoned", "within")
KPIS = {"wait": "wait", "abandonment": "abandoned", "service_level": "within"}
EXACT = {"wait": "{:.1f} s", "abandonment": "{:.1%}", "service_level": "{:.1%}"}


@dataclass(frozen=True, eq=False)
class ClosedLoop:
    """Days as they were and as they were simulated.

    All tables have `contacts` and, of `wait` (mean of all who asked for a person, s), `abandonment`
    and `service_level` (answered within `answer_within` ÷ offered), the real value and the same
    with `_simulated` (over all runs), `_low`, `_high`: where 95 % of single runs lie, a prediction
    interval (Student's t).

    Attributes
    ----------
    days : pandas.DataFrame
        Index `date`; also `agent_hours`.
    hours : pandas.DataFrame
        Index `hour` of the day, all days together.
    queues : pandas.DataFrame
        Index `queue`, and `all`.
    unstaffed : float
        Share of handled calls whose agent the log does not name: whoever took them is not on duty
        in the simulation.
    off_phone : float
        Share of the time on duty off the phone, beyond the time after calls.
    replications : int
        Runs.
    answer_within : float
        Seconds.
    """

    days: pd.DataFrame
    hours: pd.DataFrame
    queues: pd.DataFrame
    unstaffed: float
    off_phone: float
    replications: int
    answer_within: float

    @property
    def overall(self) -> pd.Series:
        """All days and queues together."""
        return self.queues.loc["all"]

    @property
    def inside(self) -> float:
        """Share of days whose real mean wait lies within the prediction interval."""
        days = self.days
        return float(days["wait"].between(days["wait_low"], days["wait_high"]).mean())

    @property
    def correlation(self) -> float:
        """Correlation over days of the real with the simulated mean wait."""
        return float(self.days["wait"].corr(self.days["wait_simulated"]))

    def summary(self) -> str:
        """Tell how close the simulation comes, in plain words."""
        lines = [
            f"{len(self.days)} days, {self.overall['contacts']:,.0f} contacts, "
            f"{self.replications} runs; {self.unstaffed:.1%} of handled calls had no known agent"
            + (f"; {self.off_phone:.1%} of duty off the phone" if self.off_phone else "")
        ]
        for kpi, form in EXACT.items():
            truth, model = self.overall[kpi], self.overall[f"{kpi}_simulated"]
            low, high = self.overall[f"{kpi}_low"], self.overall[f"{kpi}_high"]
            lines.append(
                f"  {kpi:<14} {form.format(truth):>9} happened, {form.format(model):>9} simulated "
                f"[{form.format(low)}, {form.format(high)}]"
            )
        lines.append(
            f"  day by day     {self.inside:.0%} of days within the 95 % of runs; correlation of "
            f"mean waits {self.correlation:.2f}"
        )
        return "\n".join(lines)

    def plot(
        self, what: Literal["hours", "days"] = "hours", labels: Mapping[str, str] | None = None
    ) -> Figure:
        """Draw wait and abandonment through the day, or day against day."""
        from ccsim.figures import closing as figures
        from ccsim.text import labels as catalogue

        words = labels or catalogue("en")
        found = {**self.overall, "days": len(self.days)}
        if what == "hours":
            return figures.through_the_day(self.hours, found, words)
        if what == "days":
            return figures.day_by_day(self.days, found, words)
        raise OptionError(f"plot: '{what}'; allowed: hours, days")

    def __repr__(self) -> str:
        """Show the summary."""
        return self.summary()


def sums_of(
    queue: NDArray[np.object_],
    arrived: pd.DatetimeIndex,
    wait: FloatArray,
    handled: NDArray[np.bool_],
    answer_within: float,
) -> pd.DataFrame:
    """Sums of `SUMS` by date, hour and queue."""
    rows = pd.DataFrame(
        {
            "date": arrived.normalize(),
            "hour": arrived.hour,
            "queue": queue,
            "contacts": 1.0,
            "wait": wait,
            "abandoned": 1.0 - handled,
            "within": 1.0 * (handled & (wait <= answer_within)),
        }
    )
    return rows.groupby(["date", "hour", "queue"], as_index=False)[list(SUMS)].sum()


def compared(truth: pd.DataFrame, runs: Iterable[pd.DataFrame], by: str) -> pd.DataFrame:
    """Put real figures beside those of all runs, with the interval in which 95 % of runs lie."""
    from scipy.special import stdtrit

    real_sums = truth.groupby(by)[list(SUMS)].sum()
    sums = [run.groupby(by)[list(SUMS)].sum().reindex(real_sums.index) for run in runs]
    number = len(sums)
    reach = float(stdtrit(number - 1, 0.975)) * (1 + 1 / number) ** 0.5
    table = pd.DataFrame({"contacts": real_sums["contacts"]})
    together = sum(one.fillna(0.0) for one in sums)
    for kpi, total in KPIS.items():
        table[kpi] = real_sums[total] / real_sums["contacts"]
        mean = together[total] / together["contacts"]
        each = pd.concat([one[total] / one["contacts"] for one in sums], axis=1)
        half = reach * each.std(axis=1, ddof=1)
        highest = np.inf if kpi == "wait" else 1.0
        table[f"{kpi}_simulated"] = mean
        table[f"{kpi}_low"] = (mean - half).clip(0.0, highest)
        table[f"{kpi}_high"] = (mean + half).clip(0.0, highest)
    return table
