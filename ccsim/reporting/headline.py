"""The figures a manager asks for first, in the order they are asked."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ccsim.figures.service import worst_interval
from ccsim.figures.timeline import moment
from ccsim.reporting.facts import Facts
from ccsim.reporting.wording import Labels, count, decimal, known, money, seconds, share
from ccsim.simulation.centre import SECOND
from ccsim.simulation.results import ALL
from ccsim.text import labels as catalogue

WEEK_DAYS = 7


@dataclass(frozen=True)
class Headline:
    """One figure in words.

    Attributes
    ----------
    key
        Name that does not depend on the language, e.g. ``service_level``.
    label, value, note
        What it is, what it comes to, and what to know about it.
    """

    key: str
    label: str
    value: str
    note: str


def headline(facts: Facts, labels: Labels | None = None) -> list[Headline]:
    """Name the main figures of a plan.

    Parameters
    ----------
    facts
        Outcome of the chain; every number comes from its tables.
    labels
        Words by key; the scenario's language where None.

    Returns
    -------
    list of Headline
        Contacts offered, AHT, peak, peak on duty, FTE, people, service level, answer rate,
        occupancy, worst interval, cost, cost a contact, seats.

    Examples
    --------
    >>> [row.value for row in headline(facts)]   # doctest: +SKIP
    """
    words = catalogue(facts.scenario.language) if labels is None else labels
    return [
        *_load(facts, words),
        *_people(facts, words),
        *_service(facts, words),
        *_cost(facts, words),
    ]


def definition_words(facts: Facts, labels: Labels, queue: str | None = None) -> str:
    """Say in words which service level is meant, with the threshold of one queue or of all."""
    centre = facts.results.study.centre
    thresholds = {rules.within for rules in centre.queues if queue in (None, rules.name)}
    within = (
        seconds(thresholds.pop() / SECOND, labels)
        if len(thresholds) == 1
        else labels["definition.own_threshold"]
    )
    return labels[f"definition.{centre.definition}"].format(within=within)


def _load(facts: Facts, labels: Labels) -> list[Headline]:
    table = facts.requirement.table
    offered = facts.results.kpis().loc[(ALL, "offered")]
    aht = (table["contacts"] * table["aht"]).sum() / table["contacts"].sum()
    by_start = table.groupby("start")[["load", "contacts"]].sum()
    peak = by_start["load"].idxmax()
    quantile = facts.scenario.demand.quantile
    load_note = "headline.note.load" if quantile is None else "headline.note.load_quantile"
    return [
        Headline(
            "contacts",
            labels["headline.contacts"],
            count(offered["mean"]),
            labels["headline.note.per_run"].format(
                low=known(offered["low"], count, labels),
                high=known(offered["high"], count, labels),
                replications=facts.results.replications,
            ),
        ),
        Headline("aht", labels["headline.aht"], seconds(aht, labels), labels["headline.note.aht"]),
        Headline(
            "peak",
            labels["headline.peak"],
            moment(peak, labels),
            labels[load_note].format(
                load=decimal(by_start.loc[peak, "load"]),
                contacts=count(by_start.loc[peak, "contacts"]),
                quantile=None if quantile is None else f"{quantile:.0%}",
            ),
        ),
    ]


def _people(facts: Facts, labels: Labels) -> list[Headline]:
    on_duty = facts.schedule.cover.groupby("start")["agents"].sum()
    total = facts.labour.loc[ALL]
    return [
        Headline(
            "peak_on_duty",
            labels["headline.peak_on_duty"],
            count(on_duty.max()),
            labels["headline.note.peak_on_duty"].format(when=moment(on_duty.idxmax(), labels)),
        ),
        Headline(
            "fte",
            labels["headline.fte"],
            decimal(total["fte"]),
            labels["headline.note.fte"].format(hours=count(total["paid_hours"])),
        ),
        Headline(
            "people",
            labels["headline.people"],
            count(total["people"]),
            labels["headline.note.people"],
        ),
    ]


def _service(facts: Facts, labels: Labels) -> list[Headline]:
    kpis = facts.results.kpis().loc[ALL]
    intervals = facts.results.intervals()
    start, queue = worst_interval(intervals)
    worst = intervals.loc[(start, queue)]
    rows = [
        _with_interval(kpis, "service_level", labels, definition=definition_words(facts, labels)),
        _with_interval(kpis, "answer_rate", labels),
        _with_interval(kpis, "occupancy", labels),
    ]
    worst_row = Headline(
        "worst",
        labels["headline.worst"],
        moment(start, labels),
        labels["headline.note.worst"].format(
            queue=queue,
            service_level=share(worst["service_level"]),
            contacts=count(worst["offered"]),
        ),
    )
    return [*rows, worst_row]


def _with_interval(kpis: pd.DataFrame, kpi: str, labels: Labels, **words: str) -> Headline:
    row = kpis.loc[kpi]
    note = labels[f"headline.note.{kpi}"].format(
        low=known(row["low"], share, labels), high=known(row["high"], share, labels), **words
    )
    return Headline(kpi, labels[f"headline.{kpi}"], known(row["mean"], share, labels), note)


def _cost(facts: Facts, labels: Labels) -> list[Headline]:
    currency, days = facts.scenario.currency, facts.scenario.horizon.days
    total = facts.labour.loc[ALL]
    handled = facts.results.kpis().loc[(ALL, "handled"), "mean"]
    period = "headline.cost_week" if days == WEEK_DAYS else "headline.cost_horizon"
    paid = pd.notna(total["cost"])
    no_wage = labels["headline.note.no_wage"]
    return [
        Headline(
            "cost",
            labels[period].format(days=days),
            money(total["cost"], currency, labels),
            labels["headline.note.cost"].format(hours=count(total["paid_hours"]))
            if paid
            else no_wage,
        ),
        Headline(
            "cost_contact",
            labels["headline.cost_contact"],
            money(
                total["cost"] / handled if handled else float("nan"), currency, labels, decimals=2
            ),
            labels["headline.note.cost_contact"] if paid else no_wage,
        ),
        _seats(facts, labels),
    ]


def _seats(facts: Facts, labels: Labels) -> Headline:
    label = labels["headline.seats"]
    if facts.seats.empty:
        return Headline("seats", label, labels["value.unknown"], labels["headline.note.no_tariff"])
    first = facts.seats.iloc[0]
    more = len(facts.seats) - 1
    note = labels["headline.note.seats_more" if more else "headline.note.seats"].format(
        tariff=facts.seats.index[0],
        money=money(first["cost_per_month"], first["currency"], labels),
        more=more,
    )
    return Headline("seats", label, count(first["seats"]), note)
