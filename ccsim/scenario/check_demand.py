"""Where contacts come from: one source, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator

from ccsim.scenario.arrivals import Event
from ccsim.scenario.model import Scenario
from ccsim.scenario.names import known, reached_otherwise
from ccsim.scenario.origin import Key
from ccsim.scenario.problem import Problem

DAY = 86400.0
SOURCES = ("history", "rates", "counts", "log", "cold_start")
# How far the mean of a distribution may be off 1, as rounding.
NEAR_ONE = 1e-6


def demand_problems(scenario: Scenario) -> Iterator[Problem]:
    """Check the source of contacts, and events, surges and uncertainty on top of it."""
    yield from _source(scenario)
    yield from _cold_start(scenario)
    yield from _events(scenario)
    yield from _adjustments(scenario)
    yield from _surges(scenario)
    yield from _variation(scenario)


def _source(scenario: Scenario) -> Iterator[Problem]:
    demand, origin = scenario.demand, scenario.origin
    given = _given(scenario)
    if len(given) != 1 and given != ["history", "cold_start"]:
        yield origin.problem(
            ("demand",),
            "exactly one source of contacts is needed",
            found=", ".join(given) or "none",
            allowed="one of " + ", ".join(SOURCES) + "; cold_start beside history too",
        )
    if demand.query is not None and "://" not in (demand.history or demand.log or ""):
        yield origin.problem(
            ("demand", "query"),
            "goes with a database",
            allowed="history as an SQLAlchemy URL such as sqlite:///calls.db",
        )
    if demand.calendar is None and (demand.open_on or demand.closed_on or demand.calendar_file):
        yield origin.problem(
            ("demand", "calendar"),
            "needed by open_on, closed_on and calendar_file",
            allowed="US, CN, …",
        )
    if demand.quantile is not None and not demand.is_forecast:
        yield origin.problem(
            ("demand", "quantile"),
            "only a forecast has quantiles",
            found=", ".join(given) or "no source",
            allowed="history or cold_start",
        )
    for field in ("profile", "columns_preset"):
        if getattr(demand, field) is not None and not (demand.history or demand.counts):
            yield origin.problem(
                ("demand", field),
                "goes with a file of counts",
                found=", ".join(given) or "no source",
                allowed="history or counts",
            )
    for name in demand.rates or {}:
        yield from known(scenario, ("demand", "rates", name), name, scenario.queues, "queue")
    if demand.rates is not None:
        for name in scenario.queues:
            if name not in demand.rates and not reached_otherwise(scenario, name):
                yield origin.problem(
                    ("demand", "rates"),
                    f"no rate for queue '{name}'",
                    allowed="a rate for every queue (0 is one)",
                )
    if demand.measured_at == "door" and scenario.ivr is None:
        yield origin.problem(
            ("demand", "measured_at"),
            "there is no door: no menu decides the queue",
            found="door",
            allowed="queue, or a section ivr",
        )


def _cold_start(scenario: Scenario) -> Iterator[Problem]:
    demand, origin = scenario.demand, scenario.origin
    for name, thought in (demand.cold_start or {}).items():
        path: Key = ("demand", "cold_start", name)
        yield from known(scenario, path, name, scenario.queues, "queue")
        for field in ("customers", "contact_rate"):
            if getattr(thought, field) <= 0:
                yield origin.problem(
                    (*path, field), "nobody would call", found=0, allowed="above 0"
                )
        low, high = thought.range
        if not low <= 1 <= high:
            yield origin.problem(
                (*path, "range"),
                "does not hold 1, the volume itself",
                found=[low, high],
                allowed="a multiple up to 1, then one from 1 on, such as [0.5, 2]",
            )
        lender = thought.profile.removeprefix("queue:")
        if lender != thought.profile:
            yield from known(scenario, (*path, "profile"), lender, scenario.queues, "queue")


def _adjustments(scenario: Scenario) -> Iterator[Problem]:
    demand, origin = scenario.demand, scenario.origin
    for index, made in enumerate(demand.adjustments):
        path: Key = ("demand", "adjustments", index)
        yield from known(scenario, (*path, "queue"), made.queue, scenario.queues, "queue")
        if (made.factor is None) == (made.value is None):
            yield origin.problem(
                (*path, "factor"),
                "says nothing, or two things",
                found="both" if made.factor is not None else "none",
                allowed="either factor or value",
            )
    if demand.adjustments and not demand.is_forecast:
        yield origin.problem(
            ("demand", "adjustments"),
            "only a forecast can be adjusted",
            found=", ".join(_given(scenario)) or "no source",
            allowed="history or cold_start with it",
        )


def _given(scenario: Scenario) -> list[str]:
    return [name for name in SOURCES if getattr(scenario.demand, name) is not None]


def _events(scenario: Scenario) -> Iterator[Problem]:
    for index, event in enumerate(scenario.demand.events):
        path: Key = ("demand", "events", index)
        if isinstance(event.uplift, dict):
            for name in event.uplift:
                yield from known(scenario, (*path, "uplift", name), name, scenario.queues, "queue")
        if event.uplift_range is not None and event.uplift_range[0] > event.uplift_range[1]:
            yield scenario.origin.problem(
                (*path, "uplift_range"),
                "ends below its start",
                found=list(event.uplift_range),
                allowed="lowest, then highest uplift",
            )
        yield from _outside(scenario, event, path)
        yield from _learned(scenario, event, path)


def _outside(scenario: Scenario, event: Event, path: Key) -> Iterator[Problem]:
    """Check that the range of an uplift holds its largest, which is drawn within it."""
    if event.uplift_range is None or event.uplift is None:
        return
    largest = max(event.uplift.values()) if isinstance(event.uplift, dict) else event.uplift
    low, high = event.uplift_range
    if low <= high and not low <= largest <= high:
        yield scenario.origin.problem(
            (*path, "uplift_range"),
            "does not hold the largest uplift",
            found=[low, high],
            allowed=f"a range around {largest:g}",
        )


def _learned(scenario: Scenario, event: Event, path: Key) -> Iterator[Problem]:
    """Check what goes with an uplift that is given, and what with one that is learned."""
    origin = scenario.origin
    learned = event.uplift is None
    if learned and scenario.demand.history is None:
        yield origin.problem(
            (*path, "uplift"),
            "there is no history to learn it from",
            found="none",
            allowed="an uplift, or demand from a history",
        )
    others = ("uplift_range", "ramp", "echo") if learned else ("before", "after", "sizes", "fades")
    for field in others:
        if getattr(event, field):
            yield origin.problem(
                (*path, field),
                "goes with a given uplift" if learned else "goes with an uplift that is learned",
                allowed="an uplift beside it" if learned else "no uplift beside it",
            )
    if event.sizes and len(event.sizes) != len(event.dates):
        yield origin.problem(
            (*path, "sizes"),
            "not as many as dates",
            found=len(event.sizes),
            allowed=f"{len(event.dates)}",
        )


def _surges(scenario: Scenario) -> Iterator[Problem]:
    end = scenario.horizon.days * DAY
    for index, surge in enumerate(scenario.demand.surges):
        path: Key = ("demand", "surges", index)
        for place, name in enumerate(surge.queues):
            yield from known(scenario, (*path, "queues", place), name, scenario.queues, "queue")
        if surge.start + surge.duration > end:
            yield scenario.origin.problem(
                (*path, "start"),
                "the surge does not lie within the horizon",
                found=f"{surge.start / 3600:g} h to {(surge.start + surge.duration) / 3600:g} h",
                allowed=f"an end at most {end / 3600:g} h after the start of the horizon",
            )
    if scenario.demand.surges and scenario.demand.log is not None:
        yield _not_of_a_log(scenario, "surges")


def _not_of_a_log(scenario: Scenario, field: str) -> Problem:
    return scenario.origin.problem(
        ("demand", field),
        "a log holds the contacts that came; nothing is added to them",
        found=", ".join(_given(scenario)),
        allowed="history, rates or counts",
    )


def _variation(scenario: Scenario) -> Iterator[Problem]:
    demand, origin = scenario.demand, scenario.origin
    given = _given(scenario)
    sure = demand.rates is not None or demand.counts is not None
    if demand.uncertainty is not None:
        if given and not sure:
            yield origin.problem(
                ("demand", "uncertainty"),
                "only given rates lack uncertainty; a forecast carries its own",
                found=", ".join(given),
                allowed="rates or counts with it",
            )
        factor = demand.uncertainty.day_factor
        if factor is not None and abs(factor.mean - 1) > NEAR_ONE:
            yield origin.problem(
                ("demand", "uncertainty", "day_factor"),
                "its mean is not 1: it would move demand, not only spread it",
                found=round(factor.mean, 6),
                allowed="a distribution with mean 1, such as {gamma: {mean: 1, cv: 0.2}}",
            )
    if demand.arrivals == "fixed" and given and not sure:
        yield origin.problem(
            ("demand", "arrivals"),
            "evenly spaced contacts need given rates",
            found=", ".join(given),
            allowed="rates or counts with it, or poisson",
        )
