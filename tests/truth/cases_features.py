"""Truth checks of single features, against chains solved in `exact` and published outputs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import poisson

from ccsim.scenario import Scenario
from ccsim.simulation import Results
from ccsim.simulation.contact_sums import CONTACT_SUMS
from tests.conftest import made_scenario
from tests.truth.case import Case, Floats, one_queue
from tests.truth.exact import (
    constant_patience,
    retrials,
    shared_attention,
    two_phases,
    two_skills,
)

HOUR_US = 3_600_000_000

# Half an hour with 6 Erlangs and half an hour with 2, of 10 minutes each, in turns.
LOADS, LAST_HOURS = (6.0, 2.0), 30 * 24
ENDS = two_phases(LOADS, 3)
MANY = (11, 6)

# Contacts a day, the shape of the factor that multiplies them, days of a replication.
DAY_MEAN, DAY_SHAPE, DAYS = 10.0, 10.0, 365


def turns() -> Scenario:
    """Rates and agents that change every half hour; as many leave the queue as would be served."""
    starts = np.arange(2 * LAST_HOURS) * 1800
    rates = [[float(start), LOADS[n % 2] * 6] for n, start in enumerate(starts)]
    agents = [[f"{n // 2:02d}:{n % 2 * 30:02d}", (3, 5)[n % 2]] for n in range(48)]
    return made_scenario(
        horizon={"start": made_scenario().horizon.start, "days": LAST_HOURS // 24},
        hours={"always": True},
        demand={"rates": {"calls": rates}},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 600}},
                "patience": {"exponential": {"mean": 600}},
            }
        },
        groups={"team": {"skills": {"calls": 1}, "on_duty": agents}},
    )


def number_in_system(results: Results) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """Who is there when each half hour ends, by kind of it; the first hour is left out."""
    moments = np.arange(2, 2 * LAST_HOURS) * (HOUR_US // 2)
    found: dict[tuple[str, str], list[Floats]] = {}
    for replication in range(results.replications):
        expected = results.rates.draw(results.study.seed, replication)
        _, legs, _ = results.study.replicate(replication, expected)
        gone = np.sort(np.where(legs.answered >= 0, legs.talk_end, legs.ended))
        there = np.searchsorted(np.sort(legs.entered), moments) - np.searchsorted(gone, moments)
        for phase, many in enumerate(MANY):
            own = there[1 - phase :: 2]
            found.setdefault((f"phase {phase}", "number"), []).append(own.sum())
            found.setdefault((f"phase {phase}", "tail"), []).append((own >= many).sum())
    seen = np.full(results.replications, len(moments) / 2)
    return {what: (np.array(sums, dtype=float), seen) for what, sums in found.items()}


def day_factor() -> Scenario:
    """A year of short days whose rates are multiplied by a gamma factor."""
    return made_scenario(
        horizon={"start": made_scenario().horizon.start, "days": DAYS},
        hours={"daily": "00:00-01:00"},
        demand={
            "rates": {"calls": DAY_MEAN},
            "uncertainty": {"day_factor": {"gamma": {"mean": 1, "cv": DAY_SHAPE**-0.5}}},
        },
        groups={"team": {"skills": {"calls": 1}, "on_duty": 5}},
    )


def counts_of_days(results: Results) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """Squared distance of each day's contacts from their mean."""
    place = CONTACT_SUMS.index("entered")
    counts = np.stack([tally.contacts[place].sum(axis=0) for tally in results.tallies])
    by_day = counts.reshape(len(counts), DAYS, -1).sum(axis=2)
    squares = ((by_day - DAY_MEAN) ** 2).sum(axis=1)
    return {("all", "variance"): (squares, np.full(len(counts), float(DAYS)))}


def chats(
    agents: int, rate: float, concurrency: int, slowdown: float, days: int, **queue: object
) -> Scenario:
    """One queue of chats."""
    return made_scenario(
        horizon={"start": made_scenario().horizon.start, "days": days},
        hours={"always": True},
        demand={"rates": {"chats": rate}},
        channels={"chat": {"concurrency": concurrency, "slowdown": slowdown}},
        queues={"chats": {"channel": "chat", **queue}},
        groups={"team": {"skills": {"chats": 1}, "on_duty": agents}},
    )


def retrying() -> Scenario:
    """Two lines for two agents; whoever finds them taken tries again until served."""
    return made_scenario(
        horizon={"start": made_scenario().horizon.start, "days": 10},
        hours={"always": True},
        demand={"rates": {"calls": 60}},
        channels={"voice": {"lines": 2}},
        queues={
            "calls": {
                "talk": {"exponential": {"mean": 60}},
                "retry": {
                    "probability": 1,
                    "after": {"exponential": {"mean": 120}},
                    "attempts": 10000,
                },
            }
        },
        groups={"team": {"skills": {"calls": 1}, "on_duty": 2}},
    )


def calling_back() -> Scenario:
    """Everybody who has to wait takes a callback and is reached."""
    scenario = one_queue(200, {"exponential": {"mean": 180}}, 14, hours=24, days=2)
    return scenario.change(
        {"queues.calls.callback": {"when_wait_over": 0, "accept": 1, "reach": 1}}
    )


def specialists_and_generalists() -> Scenario:
    """Two specialists and three generalists; the first queue goes first."""
    queue = {"patience": {"exponential": {"mean": 60}}}
    return made_scenario(
        horizon={"start": made_scenario().horizon.start, "days": 10},
        hours={"always": True},
        demand={"rates": {"one": 180, "two": 60}},
        queues={
            "one": queue | {"talk": {"exponential": {"mean": 60}}, "priority": 1},
            "two": queue
            | {"talk": {"exponential": {"mean": 90}}, "patience": {"exponential": {"mean": 90}}},
        },
        groups={
            "specialists": {"skills": {"one": 1}, "on_duty": 2},
            "generalists": {"skills": {"one": 1, "two": 1}, "on_duty": 3},
        },
        routing={"agent": "fewest_skills_then_longest_idle"},
    )


SKILLS = two_skills((3, 1), (1, 1 / 1.5), (1, 1 / 1.5), 2, 3)


def multiskill() -> Scenario:
    """The ContactCenters example: three types, two groups, three periods of two hours."""
    periods = ("0h", "2h", "4h")
    rates = {
        "one": (4.2, 5.3, 3.2),
        "two": (5.1, 4.3, 4.8),
        "three": (6.3, 5.2, 4.8),
    }

    def by_period(means: tuple[float, ...]) -> list[list[object]]:
        spread = zip(periods, means, strict=True)
        return [[start, {"exponential": {"mean": mean}}] for start, mean in spread]

    def by_hour(agents: tuple[int, ...]) -> list[list[object]]:
        return [[f"{2 * n:02d}:00", number] for n, number in enumerate(agents)]

    queue = {
        "talk": by_period((120, 100, 150)),
        "patience": by_period((200, 150, 300)),
        "target": {"within": 20},
    }
    return made_scenario(
        hours={"daily": "00:00-06:00"},
        service_level={"definition": "excluding_short_abandons"},
        demand={
            "rates": {
                name: [[start, rate * 60] for start, rate in zip(periods, own, strict=True)]
                for name, own in rates.items()
            },
            "uncertainty": {"day_factor": {"gamma": {"mean": 1, "cv": 28.7**-0.5}}},
        },
        queues=dict.fromkeys(rates, queue),
        groups={
            "first": {"skills": {"one": 1, "two": 1}, "on_duty": by_hour((12, 18, 9))},
            "second": {"skills": {"two": 2, "three": 1}, "on_duty": by_hour((15, 20, 11))},
        },
        routing={"agent": "ranked"},
    )


# The re-simulation's own noise: its 5172.6 offered are 11.4 from the exact 5184, taken as one
# standard error. What one more offered contact changes is in proportion (regression over days).
RESIMULATED_ERROR = {
    ("steadied", "handled"): 0.43 * 11.4,
    ("steadied", "abandoned"): 0.57 * 11.4,
    ("steadied", "service_level"): 0.00014 * 11.4,
}


def steadied(results: Results) -> dict[tuple[str, str], tuple[Floats, Floats]]:
    """Means with the known mean of offered contacts as a control variate (slopes by regression)."""
    sums = np.stack([tally.contacts.sum(axis=(1, 2)) for tally in results.tallies], axis=1)
    named = dict(zip(CONTACT_SUMS, sums, strict=True))
    surprise = named["offered"] - results.rates.mean.sum()
    one = np.ones(len(surprise))

    def steady(values: Floats) -> Floats:
        return values - np.polyfit(surprise, values, 1)[0] * surprise

    counted = steady(named["offered"] - named["short_abandoned"])
    return {
        ("steadied", "handled"): (steady(named["handled"]), one),
        ("steadied", "abandoned"): (steady(named["abandoned"]), one),
        ("steadied", "service_level"): (steady(named["within"]), counted),
    }


def _all(figures: Mapping[str, float], *names: str, seconds: float) -> dict[tuple[str, str], float]:
    """Figures of the whole centre; times are given in the unit of so many seconds."""
    times = {"asa", "talk"}
    return {("all", name): figures[name] * (seconds if name in times else 1) for name in names}


FEATURE_CASES = (
    Case(
        12,
        "constant patience: M/M/n+D",
        "Baccelli & Hebuterne (1981), solved in tests/truth/exact.py: 5 agents, 6 Erlangs",
        lambda: one_queue(
            360,
            {"exponential": {"mean": 60}},
            5,
            hours=24,
            days=5,
            patience={"constant": {"value": 60}},
        ),
        _all(constant_patience(6, 1, 5, 1), "abandonment", "asa", "occupancy", seconds=60),
        replications=40,
        count=("1h", "120h"),
    ),
    Case(
        13,
        "rates and agents that change by the half hour, patience like handle time",
        "M_t/M/s_t+M with equal rates is M_t/M/infinity: the number in system is Poisson",
        turns,
        {
            (f"phase {n}", name): value
            for n in range(2)
            for name, value in (
                ("number", ENDS[n]),
                ("tail", float(poisson.sf(MANY[n] - 1, ENDS[n]))),
            )
        },
        replications=50,
        measure=number_in_system,
    ),
    Case(
        14,
        "retrials: M/M/c/c with an orbit",
        "exact chain (tests/truth/exact.py): 2 servers, rate 1, service 1, retrials 0.5",
        retrying,
        {("all", "blocking"): retrials(1, 1, 2, 0.5)["blocking"]},
        replications=50,
        count=("2h", "238h"),
    ),
    Case(
        15,
        "callbacks that keep their place leave Erlang C unchanged",
        "Erlang C, documentation of the CRAN package ErlangC: SL 0.88835",
        calling_back,
        {("all", "service_level"): 0.888350019179467},
        replications=170,
        count=("2h", "48h"),
    ),
    Case(
        16,
        "chats that share one agent: M/G/1 processor sharing",
        "mean time in system is service time ÷ (1 − load), whatever the distribution",
        lambda: chats(1, 30, 1000, 1, 10, talk={"lognormal": {"mean": 60, "cv": 1}}),
        {("all", "talk"): 60 / 0.5, ("all", "occupancy"): 0.5, ("all", "concurrency"): 2.0},
        replications=75,
        count=("1h", "239h"),
    ),
    Case(
        17,
        "two agents with three chats each, slowed down by half",
        "exact chain (tests/truth/exact.py): rate 2.5, service 1, slowdown 0.5, abandonment 0.5",
        lambda: chats(
            2,
            150,
            3,
            0.5,
            3,
            talk={"exponential": {"mean": 60}},
            patience={"exponential": {"mean": 120}},
        ),
        _all(
            shared_attention(2.5, 1, 3, 0.5, 0.5),
            "abandonment",
            "talk",
            "occupancy",
            "concurrency",
            seconds=60,
        ),
        replications=40,
        count=("1h", "71h"),
    ),
    Case(
        18,
        "specialists and generalists",
        "exact chain (tests/truth/exact.py): rates 3 and 1, service 1 and 2/3, as much patience",
        specialists_and_generalists,
        {(who, kpi): value * (60 if kpi == "asa" else 1) for (who, kpi), value in SKILLS.items()},
        replications=30,
        count=("1h", "239h"),
    ),
    Case(
        19,
        "three types, two groups, a random day",
        "ContactCenters example 'simple_multiskill', re-simulated independently",
        multiskill,
        {
            ("steadied", "handled"): 4283.2,
            ("steadied", "abandoned"): 889.4,
            ("steadied", "service_level"): 0.5076,
        },
        replications=500,
        error=RESIMULATED_ERROR,
        measure=steadied,
    ),
    Case(
        20,
        "contacts a day with a gamma day factor",
        "Var N = m + m²/a: m = 10, a = 10",
        day_factor,
        {("all", "variance"): DAY_MEAN + DAY_MEAN**2 / DAY_SHAPE},
        replications=270,
        measure=counts_of_days,
    ),
)
