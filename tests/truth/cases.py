"""Truth checks: simulated figures against closed forms, exact chains and published outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ccsim.queueing import erlang
from ccsim.scenario import Scenario
from tests.conftest import made_scenario
from tests.truth.case import Case, one_queue
from tests.truth.cases_features import FEATURE_CASES


def day_a() -> Scenario:
    """Reference day A of the project."""
    return one_queue(
        600, {"exponential": {"mean": 300}}, 50, patience={"exponential": {"mean": 180}}
    )


def day_b() -> Scenario:
    """Reference day B of the project: three types, three groups with overlapping skills."""
    talk, patience, rates = (300, 420, 240), (120, 240, 180), (200, 150, 100)
    names = ("one", "two", "three")
    return made_scenario(
        demand={"rates": dict(zip(names, rates, strict=True))},
        queues={
            name: {
                "talk": {"lognormal": {"mean": talk[n], "cv": 1}},
                "patience": {"exponential": {"mean": patience[n]}},
                "target": {"service_level": 0.8, "within": 20},
            }
            for n, name in enumerate(names)
        },
        groups={
            "first": {"skills": {"one": 1}, "on_duty": 15},
            "second": {"skills": {"two": 1, "one": 2}, "on_duty": 14},
            "third": {"skills": {"three": 1, "two": 2, "one": 3}, "on_duty": 12},
        },
    )


def _minutes(rate: float) -> float:
    """Rate per minute as a rate per hour."""
    return rate * 60


def _mmc(**rules: Any) -> Scenario:
    """The ContactCenters examples: 4.2 calls a minute for 8 h, 2 min each, 12 agents."""
    return one_queue(_minutes(4.2), {"exponential": {"mean": 120}}, 12, hours=8, **rules)


def _priorities(rates: tuple[float, float], patience: float | None, within: float = 20) -> Scenario:
    """Two classes of one group of 10; the unit of time is a minute, the mean service."""
    queue: dict[str, Any] = {"talk": {"exponential": {"mean": 60}}, "target": {"within": within}}
    if patience is not None:
        queue["patience"] = {"exponential": {"mean": patience}}
    return made_scenario(
        hours={"daily": "00:00-24:00"},
        demand={"rates": {"high": _minutes(rates[0]), "low": _minutes(rates[1])}},
        queues={"high": queue | {"priority": 1}, "low": queue},
        groups={"team": {"skills": {"high": 1, "low": 1}, "on_duty": 10}},
    )


def _steady(names: Mapping[str, str], **arguments: Any) -> dict[tuple[str, str], float]:
    """Closed forms of one queue: KPI → attribute of `erlang`'s answer."""
    answer = erlang(**arguments)
    return {("all", kpi): float(getattr(answer, name)) for kpi, name in names.items()}


EQUAL_NAMES = ("service_level", "abandonment", "asa", "occupancy")

BASIC_CASES = (
    Case(
        1,
        "reference day A: Erlang A",
        "Erlang A in steady state, figures of the project's reference",
        day_a,
        {
            ("all", "service_level"): 0.73111,
            ("all", "abandonment"): 0.06345,
            ("all", "asa"): 11.420,
            ("all", "occupancy"): 0.93655,
        },
        replications=1100,
        count=("2h", "12h"),
    ),
    Case(
        2,
        "reference day B: three types, overlapping skills",
        "60,000 days of an independent program, project reference",
        day_b,
        {
            ("one", "service_level"): 0.8559,
            ("two", "service_level"): 0.6162,
            ("three", "service_level"): 0.4348,
            ("one", "abandonment"): 0.0475,
            ("two", "abandonment"): 0.0823,
            ("three", "abandonment"): 0.1824,
        },
        replications=1250,
        count=("2h", "12h"),
    ),
    Case(
        3,
        "Erlang C with 14 agents",
        "documentation of the CRAN package ErlangC: SL 0.88835",
        lambda: one_queue(200, {"exponential": {"mean": 180}}, 14, hours=24, days=2),
        {("all", "service_level"): 0.888350019179467},
        replications=150,
        count=("2h", "48h"),
    ),
    Case(
        4,
        "Erlang B: as many lines as agents",
        "Erlang's loss formula, 10 servers, 5 Erlangs",
        lambda: one_queue(100, {"exponential": {"mean": 180}}, 10, hours=24, lines=10),
        {("all", "blocking"): 0.0183845703366481},
        replications=200,
        count=("2h", "24h"),
    ),
    Case(
        5,
        "eight hours from empty, nobody impatient",
        "ContactCenters example 'mmc', exact transient values",
        _mmc,
        {("all", "service_level"): 0.900432, ("all", "occupancy"): 0.696934},
        replications=1200,
        count=("0h", "8h"),
    ),
    Case(
        6,
        "eight hours from empty with abandonment",
        "ContactCenters example 'mmc_abandon', exact transient values",
        lambda: _mmc(patience={"exponential": {"mean": 60}}),
        {("all", "abandoned"): 59.2632, ("all", "occupancy"): 0.676558},
        replications=3000,
        count=("0h", "8h"),
    ),
    Case(
        7,
        "eight hours from empty with room for five to wait",
        "ContactCenters example 'mmc_blocked', exact transient values",
        lambda: _mmc(lines=17),
        {("all", "blocking"): 18.8633 / 2016},
        replications=500,
    ),
    Case(
        8,
        "priority with abandonment",
        "exact chain: 10 agents, rates 4 and 6, service 1, abandonment 0.5 each",
        lambda: _priorities((4, 6), 120),
        {
            ("high", "abandonment"): 0.0441448262553,
            ("low", "abandonment"): 0.143758803040,
            ("high", "asa"): 60 * 0.0882896525106,
            ("low", "asa"): 60 * 0.287517606081,
        },
        replications=250,
        count=("1h", "24h"),
    ),
    Case(
        9,
        "priority without abandonment",
        "Kella & Yechiali (1985): 10 agents, rates 3 and 5",
        lambda: _priorities((3, 5), None, within=0.001),
        # The mean wait of the low class would take three times as long to pin down to 1 %.
        {
            ("high", "asa"): 60 * 0.0584543072566,
            ("all", "service_level"): 1 - erlang(480, 60, 10).p_wait,
        },
        replications=420,
        count=("1h", "24h"),
    ),
    Case(
        10,
        "constant handle times: M/D/c",
        "exact chain: 10 servers, load 8, mean wait 0.10983 service times",
        lambda: one_queue(_minutes(8), 60, 10, hours=24),
        {("all", "asa"): 60 * 0.109827789719},
        replications=660,
        count=("1h", "24h"),
    ),
    Case(
        11,
        "patience far from exponential: M/M/n+G",
        "ccsim.queueing (Zeltyn & Mandelbaum 2005), itself checked against published values",
        lambda: one_queue(
            600, {"exponential": {"mean": 300}}, 50, patience={"lognormal": {"mean": 240, "cv": 2}}
        ),
        _steady(
            {name: name for name in EQUAL_NAMES},
            calls_per_hour=600,
            aht=300,
            agents=50,
            patience={"lognormal": {"mean": 240, "cv": 2}},
        ),
        replications=1000,
        count=("2h", "12h"),
    ),
)

CASES = (*BASIC_CASES, *FEATURE_CASES)
