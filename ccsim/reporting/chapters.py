"""The chapters of the report: which pictures, tables and words each holds."""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go

from ccsim.figures import cost, proof, service, staffing
from ccsim.reporting import staffing_tables, tables
from ccsim.reporting.facts import Facts
from ccsim.reporting.headline import definition_words
from ccsim.reporting.tables import Table
from ccsim.reporting.wording import Labels, money, share


@dataclass(frozen=True)
class Notes:
    """What another room wants its readers to know."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Chapter:
    """One chapter, in the order it is shown: words, pictures, tables, notes.

    Attributes
    ----------
    key
        Anchor in the page; the title is ``report.<key>.title`` of the catalogue.
    words
        Paragraphs.
    figures
        Pictures.
    tables
        Tables shown at once.
    long
        Tables that open on demand.
    notes
        Lists at the end.
    """

    key: str
    words: tuple[str, ...] = ()
    figures: tuple[go.Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    long: tuple[Table, ...] = ()
    notes: tuple[Notes, ...] = ()


def chapters(facts: Facts, labels: Labels) -> list[Chapter]:
    """Lay out the report.

    Parameters
    ----------
    facts
        Outcome of the chain.
    labels
        Words by key.

    Returns
    -------
    list of Chapter
        Demand, requirement, schedule, service, cost, assumptions, method.
    """
    return [
        _demand(facts, labels),
        _requirement(facts, labels),
        _schedule(facts, labels),
        _service(facts, labels),
        _cost(facts, labels),
        Chapter(
            "assumptions",
            words=(labels["report.assumptions.text"],),
            tables=(tables.assumptions_table(facts, labels),),
        ),
        _method(facts, labels),
    ]


def _demand(facts: Facts, labels: Labels) -> Chapter:
    if facts.forecast is None:
        return Chapter(
            "demand",
            words=(labels["report.demand.given"],),
            long=(tables.forecast_table(facts),),
        )
    words, league = [labels["report.demand.text"]], []
    if facts.league is not None:
        words.append(labels["report.demand.league"])
        league.append(tables.league_table(facts.league, labels))
    return Chapter(
        "demand",
        words=tuple(words),
        figures=(facts.forecast.plot(labels),),
        tables=tuple(league),
        long=(tables.forecast_table(facts),),
    )


def _requirement(facts: Facts, labels: Labels) -> Chapter:
    words, quantile = [labels["report.requirement.text"]], facts.scenario.demand.quantile
    if quantile is not None:
        words.append(labels["report.requirement.quantile"].format(quantile=f"{quantile:.0%}"))
    words.append(labels["report.requirement.steps"])
    requirement = facts.requirement
    figures = [
        staffing.requirement(requirement.table, labels),
        requirement.waterfall(facts.schedule.cover, labels=labels),
    ]
    shown = [tables.days_table(facts), staffing_tables.steps_table(facts, labels)]
    long = [staffing_tables.requirement_table(facts, labels)]
    if requirement.proof is not None:
        words.append(labels["report.requirement.proof"])
        figures += [
            proof.promises(requirement.proof.promises, labels),
            proof.event_days(requirement.proof.days, labels),
        ]
        shown.append(staffing_tables.event_days_table(requirement.proof))
        long.append(staffing_tables.promises_table(requirement.proof, labels))
    return Chapter("requirement", tuple(words), tuple(figures), tuple(shown), tuple(long))


def _schedule(facts: Facts, labels: Labels) -> Chapter:
    schedule, currency = facts.schedule, facts.scenario.currency
    solved = labels["report.schedule.solved"].format(
        objective=money(schedule.objective, currency, labels),
        bound=money(schedule.bound, currency, labels),
        gap=share(schedule.gap),
        solver=schedule.solver,
    )
    return Chapter(
        "schedule",
        words=(labels["report.schedule.text"], solved, labels["report.schedule.explained"]),
        figures=(
            staffing.cover(schedule.cover, labels),
            schedule.heat_map(labels),
            staffing.shifts(schedule.shifts, labels),
            schedule.gantt(labels=labels),
        ),
        long=(tables.shifts_table(facts), staffing_tables.explained_table(facts, labels)),
    )


def _service(facts: Facts, labels: Labels) -> Chapter:
    targets = {
        name: queue.target.service_level
        for name, queue in facts.scenario.queues.items()
        if queue.target.service_level is not None
    }
    text = labels["report.service.text"].format(replications=facts.results.replications)
    return Chapter(
        "service",
        words=(text,),
        figures=(
            service.by_interval(facts.results.intervals(), labels, targets or None),
            service.agent_states(facts.results.intervals(by="group"), labels),
        ),
        tables=(tables.kpi_table(facts, labels),),
        long=(tables.interval_table(facts),),
    )


def _cost(facts: Facts, labels: Labels) -> Chapter:
    return Chapter(
        "cost",
        words=(labels["report.cost.text"],),
        figures=(cost.cost(facts.labour, facts.seats, labels, facts.scenario.currency),),
        tables=(tables.cost_table(facts, labels), tables.seats_table(facts, labels)),
    )


def _method(facts: Facts, labels: Labels) -> Chapter:
    results = facts.results
    words = (
        labels["report.method.replications"].format(
            replications=results.replications, seed=results.study.seed
        ),
        *(
            labels["report.method.service_level"].format(
                queue=name, definition=definition_words(facts, labels, name)
            )
            for name in facts.scenario.queues
        ),
        labels["report.method.noise"],
        labels["report.method.requirement"].format(method=facts.requirement.method),
        labels["report.method.words"],
    )
    notes = (
        Notes(labels["report.notes.forecast"], facts.forecast.notes if facts.forecast else ()),
        Notes(labels["report.notes.requirement"], facts.requirement.notes),
        Notes(labels["report.notes.schedule"], facts.schedule.notes),
    )
    return Chapter("method", words=words, notes=tuple(note for note in notes if note.lines))
