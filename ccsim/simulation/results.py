"""Results of a simulation: tables with intervals, and single replications to look into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.errors import OptionError
from ccsim.scenario.problem import nearest
from ccsim.simulation.breakdown import ALL, BREAKDOWNS, Breakdown, By, Stacks
from ccsim.simulation.centre import NEVER, SECOND
from ccsim.simulation.contact_sums import CONTACT_SUMS
from ccsim.simulation.draw import Contacts
from ccsim.simulation.estimate import Linear
from ccsim.simulation.kpis import AGENT_KPIS, SERVICE_LEVELS, Kpi, contact_kpis
from ccsim.simulation.luck import Luck
from ccsim.simulation.rates import Rates
from ccsim.simulation.records import CONTACT, Legs, Spans
from ccsim.simulation.state import State, state_of
from ccsim.simulation.study import Study
from ccsim.simulation.tally import AGENT_SUMS, Tally
from ccsim.simulation.timeline import story, trace_of

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Floats = NDArray[np.float64]
__all__ = ["ALL", "Results"]

# What `print(results)` shows, and how.
SHOWN = {
    "offered": "{:,.0f}",
    "answer_rate": "{:.1%}",
    "service_level": "{:.1%}",
    "abandonment": "{:.1%}",
    "asa": "{:,.1f} s",
    "occupancy": "{:.1%}",
}
# Below this Student's intervals hang on each single replication.
FEW = 10
FEW_NOTE = f"fewer than {FEW} replications: intervals are rough"
ONE_NOTE = "one replication: no intervals"
# What is printed in place of a figure that is of nothing.
NOBODY_CALLS, NOBODY_WORKS = "no contacts", "nobody at work"
PLAIN = ("offered", "handled", "abandoned", "asa")
WITH_INTERVAL = ("service_level", "abandonment")


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
    stopping
        How many replications it took to be as precise as asked; empty where their number was set.
    traced
        Whether a trace was asked for.
    """

    study: Study
    rates: Rates
    tallies: tuple[Tally, ...]
    stopping: str = ""
    traced: bool = False

    @property
    def replications(self) -> int:
        """How many replications were run."""
        return len(self.tallies)

    @property
    def note(self) -> str:
        """What to bear in mind about a small sample; empty where there is nothing."""
        if self.replications == 1:
            return ONE_NOTE
        return FEW_NOTE if self.replications < FEW else ""

    def kpis(self, by: By = "queue", definition: str | None = None) -> pd.DataFrame:
        """KPIs of the whole period with 95 % intervals.

        Parameters
        ----------
        by
            ``"queue"``, ``"segment"``, ``"channel"``, ``"group"`` or ``"stage"`` (back office).
        definition
            Named definition of the service level; the scenario's where None.

        Returns
        -------
        DataFrame
            Index (queue, segment … | ``"all"``, kpi); columns ``mean``, ``low``, ``high``. Times
            are seconds, shares 0..1, counts per replication. ``attrs`` holds the number of
            replications, the definition of the service level, and a ``note`` on small samples.

        Examples
        --------
        >>> results.kpis().loc[("all", "service_level")]   # doctest: +SKIP
        """
        rows = [
            (scope, name, *map(float, one.estimate()))
            for (scope, name), one in self.linear(by, definition).items()
        ]
        columns = [by, "kpi", "mean", "low", "high"]
        table = pd.DataFrame(rows, columns=columns).set_index([by, "kpi"])
        table.attrs = {
            "replications": self.replications,
            "service_level": self._definition(definition),
        } | ({"note": self.note} if self.note else {})
        return table

    def linear(
        self,
        by: By = "queue",
        definition: str | None = None,
        shown: frozenset[str] | None = None,
    ) -> dict[tuple[str, str], Linear]:
        """KPIs with how each replication pulls at them, by (queue … or ``"all"``, kpi).

        Parameters
        ----------
        shown
            Features whose KPIs are given, see `ccsim.simulation.kpis.features`.
        """
        if by not in BREAKDOWNS:
            raise OptionError(f"kpis: by={by!r}; allowed: {_listed(BREAKDOWNS)}")
        sums = self._breakdown(self._definition(definition), shown)
        return {(scope, name): one for scope, name, one in sums.rows(by)}

    def intervals(
        self,
        by: Literal["queue", "segment", "channel", "group"] = "queue",
        definition: str | None = None,
        kpis: Sequence[str] = (),
    ) -> pd.DataFrame:
        """KPIs interval by interval.

        Parameters
        ----------
        kpis
            Further KPIs over contacts, each a column, e.g. ``("answer_rate", "aht")``.

        Returns
        -------
        DataFrame
            By queue, segment, channel: index (start, queue …); ``offered``, ``handled``,
            ``abandoned``, ``asa`` (s), ``backlog`` (who waits at the end of the interval) and,
            with ``_low`` and ``_high``, ``service_level`` and ``abandonment``. By group: index
            (start, group); mean agents ``at_work``, ``busy``, ``idle``, ``on_break`` (breaks,
            meals, trainings), ``off_phone``, ``unseated``, ``absent``, and ``occupancy``.
            Intervals in which nothing happened are left out.
        """
        chosen = self._definition(definition)
        if by == "group":
            return self._group_intervals()
        if by not in ("queue", "segment", "channel"):
            allowed = _listed(("queue", "segment", "channel", "group"))
            raise OptionError(f"intervals: by={by!r}; allowed: {allowed}")
        return self._contact_intervals(by, chosen, kpis)

    def contacts(self, replication: int = 0) -> pd.DataFrame:
        """Every leg of every contact of one replication: its marks and what became of it.

        The replication is run again, which gives exactly the same.

        Returns
        -------
        DataFrame
            As `Legs.table`, kind *contact*, with ``key`` (uint64), ``menu`` (s, of first attempts)
            and the standard ``talk``, ``wrap``, ``patience`` (s) of the very leg.
        """
        contacts, legs, _ = self._again(replication)
        calls = legs.where(legs.kind == CONTACT)
        marks = contacts.table(self.study.centre)[["key", "menu", "talk", "wrap", "patience"]]
        table = calls.table(self.study.centre, self.study.duty.agents).join(marks, on="contact")
        later = np.flatnonzero((calls.attempt > 1) | (calls.leg > 1))
        luck = Luck(self.study.customers.book, self.study.seed, replication)
        own = [
            luck.leg(
                contacts.key[calls.contact[row]],
                int(calls.attempt[row]),
                int(calls.leg[row]),
                int(calls.queue[row]),
                int(calls.segment[row]),
                int(contacts.arrived[calls.contact[row]]),
            )[:3]
            for row in later
        ]
        for place, name in enumerate(("talk", "wrap", "patience")):
            values = np.array([one[place] for one in own], dtype=float)
            values[values >= NEVER] = np.inf
            table.loc[table.index[later], name] = values / SECOND
        return table

    def spans(self, replication: int = 0) -> pd.DataFrame:
        """What every agent did in one replication: agent, group, state, start, end."""
        _, _, spans = self._again(replication)
        return spans.table(self.study.centre, self.study.duty.agents)

    def state(self, at: pd.Timestamp | str, replication: int = 0) -> State:
        """Who waits and who talks at a moment of one replication; `simulate` can start from it.

        Parameters
        ----------
        at
            Moment of the horizon; without a time zone, on the scenario's clock.
        """
        centre = self.study.centre
        try:
            moment = pd.Timestamp(at)
        except (ValueError, TypeError):
            raise OptionError(f"state: at={at!r}; allowed: a moment of the horizon") from None
        moment = moment if moment.tzinfo else moment.tz_localize(centre.start.tz)
        if not 0 <= centre.time(moment) < centre.end:
            raise OptionError(f"state: at={at!r}; allowed: a moment of the horizon")
        _, legs, _ = self._again(replication)
        return state_of(centre, legs, moment)

    def timeline(self, contact: int, replication: int = 0) -> pd.DataFrame:
        """One contact's story in plain words.

        Parameters
        ----------
        contact
            Its number, as in `contacts`.

        Returns
        -------
        DataFrame
            Columns ``time``, ``event``, ``where`` (queue or back office), ``who`` (agent), in
            order of time.
        """
        _, legs, _ = self._again(replication)
        own = legs.where(legs.contact == contact)
        if not len(own):
            raise OptionError(
                f"timeline: no contact {contact} in replication {replication}; allowed: the "
                "numbers in the column 'contact' of results.contacts()"
            )
        told = story(self.study.centre, own, self.study.duty.agents)
        return told.drop(columns="contact")

    @property
    def trace(self) -> pd.DataFrame:
        """All that happened in replication 0 to contacts and agents, in order of time.

        Columns ``time``, ``contact`` (-1: an agent), ``event``, ``where``, ``who``.
        """
        if not self.traced:
            raise OptionError("trace: not asked for; pass trace=True to simulate")
        _, legs, spans = self._again(0)
        return trace_of(self.study.centre, legs, spans, self.study.duty.agents)

    def plot(self, labels: Mapping[str, str] | None = None) -> Figure:
        """Service level and abandonment of each queue through the period, with 95 % bands."""
        from ccsim.figures import service
        from ccsim.text import labels as catalogue

        table = self.intervals()
        targets = {
            queue.name: queue.target for queue in self.study.centre.queues if queue.target > 0
        }
        happened = table[table["offered"] > 0]
        if happened.empty:
            raise OptionError("plot: no contacts at all; allowed: results with contacts")
        return service.by_interval(happened, labels or catalogue("en"), targets or None)

    def __repr__(self) -> str:
        """Show the main figures with their intervals."""
        kpis = self.kpis().loc[ALL]
        number = f"{self.replications} replications (95 % intervals: simulation noise)"
        lines = [f"Results of {'one replication' if self.replications == 1 else number}"]
        for name, form in SHOWN.items():
            lines.append(f"  {name:<14} {_printed(form, name, *kpis.loc[name])}")
        lines += [f"  {text}" for text in (self.stopping, self.note) if text]
        return "\n".join(lines)

    def _breakdown(self, definition: str, shown: frozenset[str] | None = None) -> Breakdown:
        centre = self.study.centre
        window = self.study.window or (int(centre.edges[0]), centre.end)
        return Breakdown(centre, self._stacks, window, definition, shown)

    @cached_property
    def _stacks(self) -> Stacks:
        return Stacks(self.tallies)

    def _again(self, replication: int) -> tuple[Contacts, Legs, Spans]:
        if not 0 <= replication < self.replications:
            raise OptionError(
                f"replication {replication} was not run; allowed: 0 to {self.replications - 1}"
            )
        expected = self.rates.draw(self.study.seed, replication)
        return self.study.replicate(replication, expected)

    def _definition(self, definition: str | None) -> str:
        chosen = self.study.centre.definition if definition is None else definition
        if chosen not in SERVICE_LEVELS:
            raise OptionError(f"definition={chosen!r}; allowed: {', '.join(SERVICE_LEVELS)}")
        return chosen

    def _starts(self) -> pd.DatetimeIndex:
        return self.study.centre.moments(self.study.centre.edges[:-1]).rename("start")

    def _contact_intervals(self, by: By, definition: str, more: Sequence[str]) -> pd.DataFrame:
        defined = _by_interval(definition, more)
        sums = self._breakdown(definition)
        frames = []
        for scope, classes in sums.scopes(by).items():
            own = sums.contacts(classes)
            columns: dict[str, Floats] = {}
            for name, kpi in defined.items():
                estimate = kpi.estimate(own)
                columns[name] = estimate.mean
                if name in WITH_INTERVAL:
                    columns |= {f"{name}_low": estimate.low, f"{name}_high": estimate.high}
            frame = pd.DataFrame(columns, index=self._starts())
            happened = (frame["offered"] > 0) | (frame["backlog"] > 0)
            happened |= own["entered"].sum(axis=0) > 0
            frames.append(frame[happened].assign(**{by: scope}))
        return pd.concat(frames).set_index(by, append=True).sort_index()

    def _group_intervals(self) -> pd.DataFrame:
        hours = self._stacks.agents
        sums = {name: hours[:, number] for number, name in enumerate(AGENT_SUMS)}
        seconds = np.diff(self.study.centre.edges) / SECOND
        frames = []
        for number, group in enumerate(self.study.centre.groups):
            own = {name: values[:, number] for name, values in sums.items()}
            mean = {name: values.mean(axis=0) / seconds for name, values in own.items()}
            frame = pd.DataFrame(
                {
                    "at_work": mean["work"],
                    "busy": mean["busy"],
                    "idle": mean["work"] - mean["busy"],
                    "on_break": mean["break"] + mean["meal"] + mean["training"],
                    "off_phone": mean["off_phone"],
                    "unseated": mean["unseated"],
                    "absent": mean["absent"],
                    "occupancy": AGENT_KPIS["occupancy"].estimate(own).mean,
                },
                index=self._starts(),
            )
            present = frame.drop(columns=["busy", "idle", "occupancy"]).sum(axis=1) > 0
            frames.append(frame[present].assign(group=group.name))
        return pd.concat(frames).set_index("group", append=True).sort_index()


def _printed(form: str, name: str, mean: float, low: float, high: float) -> str:
    """Write a figure with its interval, where it has one, or say what it would be of."""
    if np.isnan(mean):
        return f"{NOBODY_WORKS if name == 'occupancy' else NOBODY_CALLS:>10}"
    if np.isnan(low) or np.isnan(high):
        return f"{form.format(mean):>10}"
    return f"{form.format(mean):>10}  [{form.format(low)}, {form.format(high)}]"


def _by_interval(definition: str, more: Sequence[str]) -> dict[str, Kpi]:
    """KPIs of the table of intervals: the usual ones, and those asked for besides."""
    kpis = contact_kpis(definition) | {"backlog": Kpi(lambda sums: sums["backlog"])}
    known = _Known()
    possible = []
    for name, kpi in kpis.items():
        try:
            kpi.estimate(known)
        except KeyError:
            continue
        possible.append(name)
    for name in more:
        if name not in possible:
            near = nearest(name, possible)
            raise OptionError(
                f"intervals: kpis has {name!r}"
                + (f"; did you mean '{near}'?" if near else "")
                + f"; allowed: {', '.join(possible)}"
            )
    return {name: kpis[name] for name in (*PLAIN, *WITH_INTERVAL, "backlog", *more)}


class _Known(dict[str, Floats]):
    """Sums kept by interval, without values: only to see which KPIs need no others."""

    def __init__(self) -> None:
        names = (*CONTACT_SUMS, *(f"legs_{name}" for name in CONTACT_SUMS))
        super().__init__((name, np.zeros((2, 1))) for name in names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
