"""The tables that explain staffing: each step of the requirement, its proof, why shifts differ."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ccsim.reporting.facts import Facts
from ccsim.reporting.tables import Kind, Table, table_of
from ccsim.reporting.wording import Labels
from ccsim.staffing.proof import Proof

STEPS: dict[str, Kind] = {
    "start": "moment",
    "group": "text",
    "contacts": "decimal",
    "aht": "count",
    "load": "decimal",
    "erlang_c": "decimal",
    "erlang_a": "decimal",
    "occupancy_cap": "decimal",
    "closed_form": "decimal",
    "simulated": "decimal",
    "net": "decimal",
    "net_whole": "count",
    "shrinkage": "share",
    "scheduled": "decimal",
    "driver": "text",
}


def requirement_table(facts: Facts, labels: Labels) -> Table:
    """Give the agents needed by interval and group, every step beside the next."""
    table = facts.requirement.table
    return table_of("requirement", table.assign(driver=_drivers(table["driver"], labels)), STEPS)


def steps_table(facts: Facts, labels: Labels) -> Table:
    """Give the agent-hours each step adds, by group and in all: the waterfall in numbers."""
    requirement, cover = facts.requirement, facts.schedule.cover
    groups = list(dict.fromkeys(requirement.table["group"]))
    parts = {group: requirement.steps(cover, group) for group in groups}
    if len(groups) > 1:
        parts[labels["scope.all"]] = requirement.steps(cover)
    frame = pd.concat([steps.assign(group=group) for group, steps in parts.items()])
    frame["step"] = [
        labels[f"figure.waterfall.{step}"].replace("<br>", " ") for step in frame["step"]
    ]
    kinds: dict[str, Kind] = {"group": "text", "step": "text", "hours": "decimal"}
    return table_of("steps", frame.reset_index(drop=True), kinds)


def promises_table(proof: Proof, labels: Labels) -> Table:
    """Give what was promised and what fresh days give; mean waits are in seconds."""
    rows = proof.promises
    states = np.where(rows["proven"], "proven", np.where(rows["met"], "met", "missed"))
    frame = rows.assign(
        target=[_targets(targets, labels) for targets in rows["target"]],
        unit_of=[labels.get(f"figure.proof.scope.{scope}", scope) for scope in rows["scope"]],
        kept=[labels[f"kept.{state}"] for state in states],
    )
    kinds: dict[str, Kind] = {
        "queue": "text",
        "target": "text",
        "unit_of": "text",
        "start": "moment",
        "asked": "decimal",
        "mean": "decimal",
        "low": "decimal",
        "high": "decimal",
        "kept": "text",
    }
    numbers: list[Kind] = ["decimal" if target == "asa" else "share" for target in rows["target"]]
    return Table("promises", frame[list(kinds)].reset_index(drop=True), kinds, tuple(numbers))


def event_days_table(proof: Proof) -> Table:
    """Give each day of the proof: what it gives on average, and on one day in ten."""
    kinds: dict[str, Kind] = {
        "date": "date",
        "event": "text",
        "offered": "count",
        "service_level": "share",
        "service_level_bad": "share",
        "all_met": "share",
        "lost": "decimal",
        "lost_bad": "decimal",
    }
    return table_of("event_days", proof.days, kinds)


def explained_table(facts: Facts, labels: Labels) -> Table:
    """Give for each interval what drives the need, what the shifts give, and why they differ."""
    table = facts.schedule.explain(facts.requirement, labels)
    kinds: dict[str, Kind] = {
        "start": "moment",
        "group": "text",
        "driver": "text",
        "load": "decimal",
        "required": "decimal",
        "agents": "decimal",
        "difference": "decimal",
        "why": "text",
    }
    return table_of("explained", table.assign(driver=_drivers(table["driver"], labels)), kinds)


def _drivers(drivers: pd.Series, labels: Labels) -> list[str]:
    """Write what drives a requirement in the reader's language."""
    words = {driver: _driver(driver, labels) for driver in drivers.unique()}
    return [words[driver] for driver in drivers]


def _driver(driver: str, labels: Labels) -> str:
    kind, of, queue = driver.partition(" of ")
    if of:
        return labels["driver.of"].format(target=_targets(kind, labels), queue=queue)
    return labels[f"driver.{driver}"] if driver else ""


def _targets(kinds: str, labels: Labels) -> str:
    return labels["figure.proof.and"].join(
        labels[f"figure.proof.target.{kind}"] for kind in kinds.split(", ")
    )
