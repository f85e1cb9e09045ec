"""Results of a simulation: tables with intervals, and single replications to look into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.simulation.centre import SECOND
from ccsim.simulation.draw import Contacts
from ccsim.simulation.estimate import Estimate, ratio
from ccsim.simulation.kpis import (
    AGENT_KPIS,
    SERVICE_LEVELS,
    SHARE,
    Kpi,
    Sums,
    agent_sums,
    contact_kpis,
    contact_sums,
)
from ccsim.simulation.rates import Rates
from ccsim.simulation.records import Legs, Spans
from ccsim.simulation.study import Study
from ccsim.simulation.tally import Tally

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Floats = NDArray[np.float64]
ALL = "all"
LONGEST = Kpi(lambda sums: sums["wait"])
# What `print(results)` shows, and how.
SHOWN = {
    "offered": "{:,.0f}",
    "answer_rate": "{:.1%}",
    "service_level": "{:.1%}",
    "abandonment": "{:.1%}",
    "asa": "{:,.1f} s",
    "occupancy": "{:.1%}",
}


@dataclass(frozen=True, eq=False)
class Results:
    """What happened in all replications.

    Intervals are 95 % and show simulation noise only: how far the figure could move with
    other random days, not how far the inputs may be off.

    Attributes
    ----------
    study, rates
        What was simulated.
    tallies
        Sums of each replication, in order of number.
    """

    study: Study
    rates: Rates
    tallies: tuple[Tally, ...]

    @property
    def replications(self) -> int:
        """How many replications were run."""
        return len(self.tallies)

    def kpis(
        self, by: Literal["queue", "group"] = "queue", definition: str | None = None
    ) -> pd.DataFrame:
        """KPIs of the whole period with 95 % intervals.

        Parameters
        ----------
        by
            ``"queue"`` or ``"group"``.
        definition
            Named definition of the service level; the scenario's where None.

        Returns
        -------
        DataFrame
            Index (queue or group | ``"all"``, kpi); columns ``mean``, ``low``, ``high``. Times are
            seconds, shares 0..1, counts per replication. ``attrs`` holds the number of
            replications and the definition of the service level.

        Examples
        --------
        >>> results.kpis().loc[("all", "service_level")]   # doctest: +SKIP
        """
        if by not in ("queue", "group"):
            raise OptionError(f"kpis: by={by!r}; allowed: 'queue', 'group'")
        chosen = self._definition(definition)
        rows = self._by_queue(chosen) if by == "queue" else self._by_group()
        table = pd.DataFrame(
            [(scope, name, *map(float, estimate)) for scope, name, estimate in rows],
            columns=[by, "kpi", "mean", "low", "high"],
        ).set_index([by, "kpi"])
        table.attrs = {"replications": self.replications, "service_level": chosen}
        return table

    def intervals(
        self, by: Literal["queue", "group"] = "queue", definition: str | None = None
    ) -> pd.DataFrame:
        """KPIs interval by interval.

        Returns
        -------
        DataFrame
            By queue: index (start, queue); ``offered``, ``handled``, ``abandoned``, ``asa`` (s)
            and, with ``_low`` and ``_high``, ``service_level`` and ``abandonment``. By group:
            index (start, group); mean agents ``at_work``, ``busy``, ``idle``, ``on_break``,
            ``absent``, and ``occupancy``. Intervals in which nothing happened are left out.
        """
        if by == "queue":
            return self._queue_intervals(self._definition(definition))
        if by == "group":
            return self._group_intervals()
        raise OptionError(f"intervals: by={by!r}; allowed: 'queue', 'group'")

    def contacts(self, replication: int = 0) -> pd.DataFrame:
        """Every contact of one replication: its marks and what became of it.

        The replication is run again, which gives exactly the same.
        """
        contacts, legs, _ = self._again(replication)
        marks = contacts.table(self.study.centre).drop(columns=["queue"])
        return legs.table(self.study.centre, self.study.duty.agents).join(marks, on="contact")

    def spans(self, replication: int = 0) -> pd.DataFrame:
        """What every agent did in one replication: agent, group, state, start, end."""
        _, _, spans = self._again(replication)
        return spans.table(self.study.centre, self.study.duty.agents)

    def plot(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Service level and abandonment through the period, with 95 % bands."""
        from ccsim.figures import service
        from ccsim.text import labels as catalogue

        return service.by_interval(self.intervals(), labels or catalogue("en"))

    def __repr__(self) -> str:
        """Show the main figures with their intervals."""
        kpis = self.kpis().loc[ALL]
        lines = [f"Results of {self.replications} replications (95 % intervals: simulation noise)"]
        for name, form in SHOWN.items():
            mean, low, high = (form.format(value) for value in kpis.loc[name])
            lines.append(f"  {name:<14} {mean:>10}  [{low}, {high}]")
        return "\n".join(lines)

    @cached_property
    def _contact_tallies(self) -> Floats:
        """Sums of shape (replications, sums, queues, intervals)."""
        return np.stack([tally.contacts for tally in self.tallies])

    @cached_property
    def _agent_tallies(self) -> Floats:
        """Sums of shape (replications, sums, groups, intervals)."""
        return np.stack([tally.agents for tally in self.tallies])

    def _again(self, replication: int) -> tuple[Contacts, Legs, Spans]:
        if not 0 <= replication < self.replications:
            raise OptionError(
                f"replication {replication} was not run; allowed: 0 to {self.replications - 1}"
            )
        expected = self.rates.draw(self.study.seed, replication)
        return self.study.replicate(replication, expected)

    def _definition(self, definition: str | None) -> str:
        chosen = definition or self.study.centre.definition
        if chosen not in SERVICE_LEVELS:
            raise OptionError(f"definition={chosen!r}; allowed: {', '.join(SERVICE_LEVELS)}")
        return chosen

    def _by_queue(self, definition: str) -> Iterable[tuple[str, str, Estimate]]:
        table = contact_kpis(definition)
        sums = contact_sums(self._contact_tallies.sum(axis=3))
        longest = np.stack([tally.longest_wait for tally in self.tallies])
        for number, queue in enumerate(self.study.centre.queues):
            own = {name: values[:, number] for name, values in sums.items()}
            yield from _rows(queue.name, table, own)
            yield queue.name, "longest_wait", LONGEST.estimate({"wait": longest[:, number]})
            yield queue.name, "days_meeting_target", self._days_meeting_target(number, definition)
        yield from _rows(ALL, table, {name: values.sum(axis=1) for name, values in sums.items()})
        yield ALL, "longest_wait", LONGEST.estimate({"wait": longest.max(axis=1)})
        agents = agent_sums(self._agent_tallies.sum(axis=(2, 3)))
        yield from _rows(ALL, AGENT_KPIS, agents)

    def _by_group(self) -> Iterable[tuple[str, str, Estimate]]:
        sums = agent_sums(self._agent_tallies.sum(axis=3))
        for number, group in enumerate(self.study.centre.groups):
            own = {name: values[:, number] for name, values in sums.items()}
            yield from _rows(group.name, AGENT_KPIS, own)
        yield from _rows(ALL, AGENT_KPIS, {name: v.sum(axis=1) for name, v in sums.items()})

    def _days_meeting_target(self, queue: int, definition: str) -> Estimate:
        """Share of days with contacts whose service level reaches the queue's target."""
        kpi = SERVICE_LEVELS[definition]
        target = self.study.centre.queues[queue].target
        sums = contact_sums(self._contact_tallies[:, :, queue])
        starts = self.study.centre.moments(self.study.centre.edges[:-1])
        days = pd.factorize(starts.normalize())[0]
        daily = {
            name: np.stack([values[:, days == day].sum(axis=1) for day in range(days.max() + 1)], 1)
            for name, values in sums.items()
        }
        assert kpi.denominator is not None
        counted = kpi.denominator(daily)
        with np.errstate(divide="ignore", invalid="ignore"):
            met = (kpi.numerator(daily) / counted >= target) & (counted > 0)
        if np.isnan(target):
            nothing = np.array(np.nan)
            return Estimate(nothing, nothing, nothing)
        return ratio(met.sum(axis=1).astype(float), (counted > 0).sum(axis=1).astype(float), SHARE)

    def _starts(self) -> pd.DatetimeIndex:
        return self.study.centre.moments(self.study.centre.edges[:-1]).rename("start")

    def _queue_intervals(self, definition: str) -> pd.DataFrame:
        kpis = contact_kpis(definition)
        sums = contact_sums(self._contact_tallies)
        frames = []
        for number, queue in enumerate(self.study.centre.queues):
            own = {name: values[:, number] for name, values in sums.items()}
            columns: dict[str, Floats] = {
                name: kpis[name].estimate(own).mean
                for name in ("offered", "handled", "abandoned", "asa")
            }
            for name in ("service_level", "abandonment"):
                estimate = kpis[name].estimate(own)
                columns |= {
                    name: estimate.mean,
                    f"{name}_low": estimate.low,
                    f"{name}_high": estimate.high,
                }
            frame = pd.DataFrame(columns, index=self._starts())
            frames.append(frame[frame["offered"] > 0].assign(queue=queue.name))
        return pd.concat(frames).set_index("queue", append=True).sort_index()

    def _group_intervals(self) -> pd.DataFrame:
        sums = agent_sums(self._agent_tallies)
        seconds = np.diff(self.study.centre.edges) / SECOND
        frames = []
        for number, group in enumerate(self.study.centre.groups):
            mean = {name: values[:, number].mean(axis=0) / seconds for name, values in sums.items()}
            occupancy = AGENT_KPIS["occupancy"].estimate(
                {name: values[:, number] for name, values in sums.items()}
            )
            frame = pd.DataFrame(
                {
                    "at_work": mean["work"],
                    "busy": mean["busy"],
                    "idle": mean["work"] - mean["busy"],
                    "on_break": mean["break"] + mean["training"],
                    "absent": mean["absent"],
                    "occupancy": occupancy.mean,
                },
                index=self._starts(),
            )
            present = frame[["at_work", "on_break", "absent"]].sum(axis=1) > 0
            frames.append(frame[present].assign(group=group.name))
        return pd.concat(frames).set_index("group", append=True).sort_index()


def _rows(scope: str, kpis: Mapping[str, Kpi], sums: Sums) -> Iterable[tuple[str, str, Estimate]]:
    for name, kpi in kpis.items():
        yield scope, name, kpi.estimate(sums)
