"""KPIs: how each is defined by sums, in one place; tables of any breakdown use them.

Flows (``entered`` … ``open_at_end``) and their shares are of attempts for the whole centre and of
legs elsewhere; everything about waits, service and handle times is of legs (see
`ccsim.simulation.tally`). Times are seconds, shares 0..1, counts per replication, money in the
scenario's currency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import Centre
from ccsim.simulation.estimate import UNBOUNDED, Estimate, Linear, linear_ratio

Floats = NDArray[np.float64]
Sums = Mapping[str, Floats]
Formula = Callable[[Sums], Floats]

SHARE = (0.0, 1.0)
NOT_NEGATIVE = (0.0, np.inf)
HOUR = 3600


@dataclass(frozen=True)
class Kpi:
    """How a KPI is computed from sums of shape (replications, ...).

    Attributes
    ----------
    numerator
        From sums to the figure itself, or to the upper part of a ratio.
    denominator
        Lower part of the ratio; None for a plain mean over replications.
    bounds
        Where the value must lie; intervals are cut there.
    feature
        What a centre must have for the KPI to be shown, see `features`; empty is always.
    """

    numerator: Formula
    denominator: Formula | None = None
    bounds: tuple[float, float] = NOT_NEGATIVE
    feature: str = ""

    def linear(self, sums: Sums) -> Linear:
        """Estimate the KPI over replications, with how each replication pulls at it."""
        numerator = self.numerator(sums)
        lower = np.ones_like(numerator) if self.denominator is None else self.denominator(sums)
        return linear_ratio(numerator, lower, self.bounds)

    def estimate(self, sums: Sums) -> Estimate:
        """Estimate the KPI over replications."""
        return self.linear(sums).estimate()


def _of(name: str) -> Formula:
    return lambda sums: sums[name]


def _hours(*names: str) -> Formula:
    return lambda sums: np.sum([sums[name] for name in names], axis=0) / HOUR


def _count(name: str, feature: str = "") -> Kpi:
    return Kpi(_of(name), feature=feature)


def _share(upper: str, lower: str, feature: str = "") -> Kpi:
    return Kpi(_of(upper), _of(lower), SHARE, feature)


def _mean(upper: str, lower: str, feature: str = "") -> Kpi:
    return Kpi(_of(upper), _of(lower), feature=feature)


# Over legs in every scope, hence "legs_".
SERVICE_LEVELS: dict[str, Kpi] = {
    "served_over_offered": _share("within", "legs_offered"),
    "served_over_served": _share("within", "replied"),
    "excluding_short_abandons": Kpi(
        _of("within"), lambda s: s["legs_offered"] - s["legs_short_abandoned"], SHARE
    ),
    "short_abandons_good": Kpi(
        lambda s: s["within"] + s["legs_short_abandoned"], _of("legs_offered"), SHARE
    ),
}


def contact_kpis(definition: str) -> dict[str, Kpi]:
    """KPIs over contacts by name, the service level by its named definition.

    Waits are those of all offered legs (``asa``) and of handled ones (``asa_handled``), seconds;
    ``blocking`` is over entered, ``containment`` over entered less blocked, everything else over
    offered or handled.
    """
    return {
        "entered": _count("entered"),
        "blocked": _count("blocked"),
        "contained": _count("contained"),
        "ivr_lost": _count("ivr_lost"),
        "offered": _count("offered"),
        "handled": _count("handled"),
        "abandoned": _count("abandoned"),
        "short_abandoned": _count("short_abandoned"),
        "long_abandoned": Kpi(lambda s: s["abandoned"] - s["short_abandoned"]),
        "balked": _count("balked"),
        "callback_lost": _count("callback_lost"),
        "turned_away": _count("turned_away"),
        "open_at_end": _count("open_at_end"),
        "backlog_end": _count("backlog_end"),
        "blocking": _share("blocked", "entered"),
        "answer_rate": _share("handled", "offered"),
        "service_level": SERVICE_LEVELS[definition],
        "abandonment": _share("abandoned", "offered"),
        "asa": _mean("wait", "legs_offered"),
        "asa_handled": _mean("wait_handled", "legs_handled"),
        "aht": Kpi(lambda s: s["talk"] + s["wrap"], _of("legs_handled")),
        "talk": _mean("talk", "legs_handled"),
        "wrap": _mean("wrap", "legs_handled"),
        "containment": Kpi(_of("contained"), lambda s: s["entered"] - s["blocked"], SHARE, "menu"),
        "ivr_time": _mean("ivr_seconds", "ivr_asked", "menu"),
        "callbacks_offered": _count("callbacks_offered", "callback"),
        "callbacks_taken": _count("callbacks_taken", "callback"),
        "callbacks_reached": _count("callbacks_reached", "callback"),
        "callback_delay": _mean("callback_seconds", "callbacks_reached", "callback"),
        "retrials": _count("retrials", "retry"),
        "repeats": _count("repeats", "resolution"),
        "second_channel": _count("second_channel", "second_channel"),
        "ticket_calls": _count("ticket_calls", "ticket"),
        "rebookings": _count("rebookings", "booking"),
        "transferred": _count("transferred", "transfer"),
        "transfer_rate": _share("transferred", "legs_handled", "transfer"),
        "misdirected": _count("misdirected", "wrong_department"),
        "overflowed": _count("overflowed", "overflow"),
        "due_missed": _count("due_missed", "due"),
        "due_missed_rate": _share("due_missed", "due", "due"),
        "upset": _count("upset", "emotion"),
        "wrong_answers": _count("wrong_answers", "knowledge"),
        "booked": _count("booked", "booking"),
        "sold_out": _count("sold_out", "booking"),
        "monitored": _count("monitored", "quality"),
        "reviewed": _count("reviewed", "quality"),
        "supervisor_hours": Kpi(_hours("supervisor_seconds"), feature="quality"),
        "breaches": _count("breaches", "quality"),
        "breaches_caught": _count("breaches_caught", "quality"),
        "breaches_missed": Kpi(lambda s: s["breaches"] - s["breaches_caught"], feature="quality"),
        "surveyed": _count("surveyed", "survey"),
        "responses": _count("responses", "survey"),
        "satisfaction": _share("satisfied", "responses", "survey"),
        "worth": Kpi(_of("worth"), bounds=UNBOUNDED, feature="worth"),
        "dialled": _count("dialled", "campaign"),
        "connected": _count("connected", "campaign"),
        "right_party": _count("right_party", "campaign"),
        "wrong_party": _count("wrong_party", "campaign"),
        "no_answer": _count("no_answer", "campaign"),
        "nuisance": _count("nuisance", "campaign"),
        "nuisance_rate": _share("nuisance", "connected", "campaign"),
        "cost_of_bots": _count("price", "menu"),
    }


AGENT_KPIS: dict[str, Kpi] = {
    "hours_at_work": Kpi(_hours("work")),
    "hours_busy": Kpi(_hours("busy")),
    "hours_talk": Kpi(_hours("talking")),
    "hours_wrap": Kpi(lambda s: (s["busy"] - s["talking"]) / HOUR),
    "hours_idle": Kpi(lambda s: (s["work"] - s["busy"]) / HOUR),
    "hours_break": Kpi(_hours("break", "meal")),
    "hours_training": Kpi(_hours("training")),
    "hours_absent": Kpi(_hours("absent")),
    "hours_off_phone": Kpi(_hours("off_phone")),
    "hours_unseated": Kpi(_hours("unseated")),
    "hours_overtime": Kpi(_hours("overtime")),
    "burst_seat_hours": Kpi(_hours("burst"), feature="burst"),
    "standby_hours": Kpi(_hours("standby"), feature="standby"),
    "occupancy": _share("busy", "work"),
    "utilisation": _share("busy", "present"),
    "concurrency": _mean("in_hand", "busy"),
    "cost": _count("cost"),
}

# Of the whole centre only: labour, bots, emotion detection and notices together.
COST_KPIS: dict[str, Kpi] = {
    "cost_total": _count("cost_total"),
    "cost_per_contact": _mean("cost_total", "handled"),
}

TICKET_KPIS: dict[str, Kpi] = {
    "tickets_opened": _count("opened"),
    "tickets_done": _count("done"),
    "tickets_late": _count("late"),
    "ticket_time": _mean("seconds", "done"),
}

WAIT_QUANTILES = {"wait_p50": 0.5, "wait_p90": 0.9, "wait_p95": 0.95, "wait_p99": 0.99}

LONGEST = Kpi(_of("wait"))


def features(centre: Centre) -> frozenset[str]:
    """Which features of those that have KPIs of their own a centre has."""
    queues = centre.queues
    astray = any(queue.astray_to for queue in queues)
    has = {
        "menu": any(queue.menu for queue in queues),
        "callback": any(q.callback is not None or q.closing == "callback" for q in queues),
        "retry": any(queue.retries for queue in queues),
        "resolution": any(queue.resolves for queue in queues),
        "second_channel": any(queue.second >= 0 for queue in queues),
        "ticket": any(queue.ticket is not None for queue in queues),
        "booking": any(queue.booking is not None for queue in queues),
        "transfer": astray or any(queue.transfers for queue in queues),
        "wrong_department": astray,
        "overflow": bool(centre.overflow),
        "due": any(channel.deferred for channel in centre.channels),
        "emotion": any(queue.emotion is not None for queue in queues),
        "knowledge": centre.knowledge is not None,
        "quality": centre.quality is not None,
        "survey": centre.survey is not None,
        "worth": any(queue.worth is not None for queue in queues),
        "campaign": bool(centre.campaigns),
        "burst": any(rule.site >= 0 for rule in centre.elastic),
        "standby": any(group.standby is not None for group in centre.groups),
    }
    return frozenset(name for name, given in has.items() if given)
