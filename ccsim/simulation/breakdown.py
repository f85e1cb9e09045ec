"""From the sums of all replications to KPIs by queue, segment, channel, group or back office."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.simulation.centre import Centre
from ccsim.simulation.contact_sums import ATTEMPT_SUMS, CONTACT_SUMS, WHOLE_SUMS
from ccsim.simulation.estimate import Linear, jackknife, linear_ratio
from ccsim.simulation.kpis import (
    AGENT_KPIS,
    COST_KPIS,
    HOUR,
    LONGEST,
    SERVICE_LEVELS,
    SHARE,
    TICKET_KPIS,
    WAIT_QUANTILES,
    Kpi,
    Sums,
    contact_kpis,
    features,
)
from ccsim.simulation.quantiles import quantile
from ccsim.simulation.tally import AGENT_SUMS, TICKET_SUMS, Tally

Floats = NDArray[np.float64]
By: TypeAlias = Literal["queue", "segment", "channel", "group", "stage"]
Row: TypeAlias = tuple[str, str, Linear]

ALL = "all"
# Customers of no segment.
NO_SEGMENT = "none"
BREAKDOWNS = ("queue", "segment", "channel", "group", "stage")
# Sums that KPIs over legs use even where flows are of attempts.
OVER_LEGS = ("offered", "handled", "short_abandoned")


class Stacks:
    """Sums of all replications in one array each."""

    def __init__(self, tallies: tuple[Tally, ...]) -> None:
        self.tallies = tallies

    @cached_property
    def contacts(self) -> Floats:
        """Sums of shape (replications, sums, classes, intervals)."""
        return np.stack([tally.contacts for tally in self.tallies])

    @cached_property
    def whole(self) -> Floats:
        """Sums of shape (replications, sums, classes)."""
        return np.stack([tally.whole for tally in self.tallies])

    @cached_property
    def agents(self) -> Floats:
        """Sums of shape (replications, sums, groups, intervals)."""
        return np.stack([tally.agents for tally in self.tallies])


@dataclass(frozen=True)
class Breakdown:
    """KPIs of all replications, broken down in any way.

    Attributes
    ----------
    definition
        Named definition of the service level.
    shown
        Features whose KPIs are given; the centre's own where None.
    """

    centre: Centre
    stacks: Stacks
    window: tuple[int, int]
    definition: str
    shown: frozenset[str] | None = None

    def rows(self, by: By) -> Iterable[Row]:
        """Give every KPI as (scope, kpi, estimate); ``"all"`` last."""
        if by == "group":
            for number, name in enumerate(self.centre.group_names):
                yield from self._named(name, AGENT_KPIS, self.agents([number]))
            yield from self._named(ALL, AGENT_KPIS, self.agents())
        elif by == "stage":
            for number, name in enumerate(self.centre.stage_names):
                yield from self._named(name, TICKET_KPIS, self._tickets([number]))
            yield from self._named(ALL, TICKET_KPIS, self._tickets())
        else:
            for name, classes in self.scopes(by).items():
                yield from self._scope(name, classes, by)
            if by == "channel":
                yield from self._lines()
            yield from self._all()

    def scopes(self, by: By) -> dict[str, NDArray[np.int64]]:
        """Which classes of the tallies a queue, segment or channel has."""
        centre = self.centre
        segments = len(centre.segments) + 1
        place = np.arange(len(centre.queues) * segments)
        queue, segment = place // segments, place % segments
        if by == "queue":
            return {name: place[queue == n] for n, name in enumerate(centre.queue_names)}
        if by == "segment":
            names = [NO_SEGMENT, *centre.segment_names]
            return {name: place[segment == n] for n, name in enumerate(names)}
        channel = np.array([rules.channel for rules in centre.queues])[queue]
        return {rules.name: place[channel == n] for n, rules in enumerate(centre.channels)}

    def contacts(self, classes: NDArray[np.int64]) -> dict[str, Floats]:
        """Sums over legs by interval, shape (replications, intervals)."""
        return _over_legs(
            _named_sums(CONTACT_SUMS, self.stacks.contacts[:, :, classes].sum(axis=2))
        )

    def agents(self, groups: list[int] | None = None) -> dict[str, Floats]:
        """Sums over agents of the whole period, shape (replications,), paid time and cost."""
        chosen = list(range(len(self.centre.groups))) if groups is None else groups
        hours = self.stacks.agents.sum(axis=3)
        sums = _named_sums(AGENT_SUMS, hours[:, :, chosen].sum(axis=2))
        sums["present"] = self._present(sums)
        sums["cost"] = np.sum([self._labour(number, hours[:, :, number]) for number in chosen], 0)
        return sums

    @property
    def _tallies(self) -> tuple[Tally, ...]:
        return self.stacks.tallies

    @cached_property
    def _kpis(self) -> dict[str, Kpi]:
        return contact_kpis(self.definition)

    @cached_property
    def features(self) -> frozenset[str]:
        """Features whose KPIs are given."""
        return features(self.centre) if self.shown is None else self.shown

    def _named(self, scope: str, kpis: Mapping[str, Kpi], sums: Sums) -> Iterable[Row]:
        for name, kpi in kpis.items():
            if not kpi.feature or kpi.feature in self.features:
                yield scope, name, kpi.linear(sums)

    def _legs(self, classes: NDArray[np.int64]) -> dict[str, Floats]:
        sums = {name: values.sum(axis=1) for name, values in self.contacts(classes).items()}
        return sums | _named_sums(WHOLE_SUMS, self.stacks.whole[:, :, classes].sum(axis=2))

    def _scope(self, scope: str, classes: NDArray[np.int64], by: By) -> Iterable[Row]:
        kpis = dict(self._kpis)
        segments = len(self.centre.segments) + 1
        if self.shown is None and all(
            self.centre.queues[number // segments].worth is None for number in classes
        ):
            del kpis["worth"]
        yield from self._named(scope, kpis, self._legs(classes))
        yield from self._waits(scope, classes)
        yield from self._targets(scope, classes, split=by == "segment")

    def _all(self) -> Iterable[Row]:
        classes = np.arange(self.stacks.contacts.shape[2])
        attempts = np.stack([tally.attempts for tally in self._tallies])
        sums = self._legs(classes) | _named_sums(ATTEMPT_SUMS, attempts) | self.agents()
        sums["cost_total"] = sums["cost"] + sums["price"] + sums["emotion_cost"] + self._notices
        yield from self._named(ALL, self._kpis, sums)
        yield from self._waits(ALL, classes)
        yield from self._targets(ALL, classes, split=False)
        yield from self._fairness()
        yield from self._named(ALL, AGENT_KPIS | COST_KPIS, sums)
        if self.centre.stages:
            yield from self._named(ALL, TICKET_KPIS, self._tickets())

    def _waits(self, scope: str, classes: NDArray[np.int64]) -> Iterable[Row]:
        counts = np.stack([tally.waits[classes].sum(axis=0) for tally in self._tallies])
        for name, share in WAIT_QUANTILES.items():
            yield scope, name, quantile(share, counts)
        longest = np.array([tally.longest_wait[classes].max() for tally in self._tallies])
        yield scope, "longest_wait", LONGEST.linear({"wait": longest})

    def _targets(self, scope: str, classes: NDArray[np.int64], split: bool) -> Iterable[Row]:
        """Shares of intervals and days with contacts in which every target is met.

        A target is a queue's over all its contacts, or a segment's in a queue where `split`.
        """
        segments = len(self.centre.segments) + 1
        parts = []
        for queue in np.unique(classes // segments):
            own = classes[classes // segments == queue]
            rules = self.centre.queues[queue]
            target = rules.target
            if split and (segment := int(own[0]) % segments):
                target = self.centre.segments[segment - 1].target[queue]
            if not np.isnan(target):
                parts.append((self.contacts(own), target))
        starts = self.centre.moments(self.centre.edges[:-1])
        days = pd.factorize(starts.normalize())[0]
        firsts = np.flatnonzero(np.diff(days, prepend=-1))
        for name, group in (
            ("intervals_meeting_target", _as_is),
            ("days_meeting_target", lambda values: np.add.reduceat(values, firsts, axis=1)),
        ):
            yield scope, name, self._meeting(parts, group)

    def _meeting(
        self, parts: list[tuple[dict[str, Floats], float]], group: Callable[[Floats], Floats]
    ) -> Linear:
        kpi = SERVICE_LEVELS[self.definition]
        assert kpi.denominator is not None
        replications = len(self._tallies)
        if not parts:
            return linear_ratio(np.zeros(replications), np.zeros(replications), SHARE)
        met, seen = np.array(True), np.array(False)
        for sums, target in parts:
            upper, lower = group(kpi.numerator(sums)), group(kpi.denominator(sums))
            met = met & ((lower <= 0) | (upper >= target * lower * (1 - 1e-12)))
            seen = seen | (lower > 0)
        return linear_ratio(
            (met & seen).sum(axis=1).astype(float), seen.sum(axis=1).astype(float), SHARE
        )

    def _fairness(self) -> Iterable[Row]:
        """Jain's index of the service levels of queues, and of segments (Jain et al. 1984)."""
        by: tuple[By, ...] = ("queue", "segment")
        kpi = SERVICE_LEVELS[self.definition]
        assert kpi.denominator is not None
        for kind in by:
            scopes = self.scopes(kind)
            if len(scopes) < 2:
                continue
            sums = [self._legs(classes) for classes in scopes.values()]
            upper = np.stack([kpi.numerator(one) for one in sums])
            lower = np.stack([kpi.denominator(one) for one in sums])
            some = lower.sum(axis=1) > 0
            upper, lower = upper[some], lower[some]
            totals = upper.sum(axis=1), lower.sum(axis=1)
            whole = jain(totals[0] / totals[1])
            with np.errstate(divide="ignore", invalid="ignore"):
                left = (totals[0][:, None] - upper) / (totals[1][:, None] - lower)
            yield ALL, f"fairness_{FAIR_ACROSS[kind]}", jackknife(whole, jain(left), SHARE)

    def _lines(self) -> Iterable[Row]:
        lines = np.stack([tally.lines for tally in self._tallies])
        for number, channel in enumerate(self.centre.channels):
            if not channel.deferred:
                for place, name in enumerate(("lines_peak", "lines_p99")):
                    yield channel.name, name, LONGEST.linear({"wait": lines[:, place, number]})

    def _tickets(self, stages: list[int] | None = None) -> dict[str, Floats]:
        tickets = np.stack([tally.tickets for tally in self._tallies])
        chosen = list(range(len(self.centre.stages))) if stages is None else stages
        return _named_sums(TICKET_SUMS, tickets[:, :, chosen].sum(axis=2))

    def _present(self, sums: Sums) -> Floats:
        """Paid time of those who came, s."""
        states = ["work", "break", "training", "off_phone", "unseated"]
        states += ["meal"] * self.centre.meals_paid
        present: Floats = np.sum([sums[name] for name in states], axis=0)
        return present

    def _labour(self, group: int, hours: Floats) -> Floats:
        """Cost of a group: paid time, absence too, and standing by; NaN where no price is known."""
        rules, sums = self.centre.groups[group], _named_sums(AGENT_SUMS, hours)
        paid = (self._present(sums) + sums["absent"]) / HOUR
        # A group in which nobody is paid costs nothing, at whatever price.
        cost = np.where(paid > 0, rules.cost_per_hour * paid, 0.0)
        if rules.standby is not None:
            first, last = self.window
            inside = sum(max(min(b, last) - max(a, first), 0) for a, b in rules.windows)
            cost = cost + rules.standby.pay * rules.standby.people * inside / (1e6 * HOUR)
        labour: Floats = cost
        return labour

    @property
    def _notices(self) -> float:
        """Price of the notices in the counted part of the horizon."""
        return self.centre.notices_price * (self.window[1] - self.window[0]) / self.centre.end


FAIR_ACROSS = {"queue": "queues", "segment": "segments"}


def jain(levels: Floats) -> Floats:
    """Jain's index (Σx)² ÷ (n Σx²) of figures along the first axis; 1 is all the same."""
    with np.errstate(divide="ignore", invalid="ignore"):
        index: Floats = levels.sum(axis=0) ** 2 / (len(levels) * (levels**2).sum(axis=0))
    return index


def _named_sums(names: tuple[str, ...], sums: Floats) -> dict[str, Floats]:
    """Name the sums of an array of shape (replications, len(names), ...)."""
    return {name: sums[:, number] for number, name in enumerate(names)}


def _over_legs(sums: dict[str, Floats]) -> dict[str, Floats]:
    return sums | {f"legs_{name}": sums[name] for name in OVER_LEGS}


def _as_is(values: Floats) -> Floats:
    return values
