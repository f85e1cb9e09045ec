"""Which inputs are measured, which are assumed, and which nobody vouches for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import yaml

from ccsim.figures.service import signed
from ccsim.reporting.wording import Labels, share
from ccsim.scenario import Scenario

# What a planner decides, as against what the world is like.
DECISIONS = {
    "queues": {
        "channel",
        "target",
        "priority",
        "priority_growth",
        "weight",
        "hours",
        "closing",
        "capacity",
    },
    "groups": {"skills", "site", "employed", "on_duty", "hours", "trainings", "concurrency"},
}
# Inputs that shape every result, also where the file leaves them to their defaults.
ALWAYS = {
    "queues": ("talk", "wrap", "patience"),
    "groups": ("shrinkage", "cost_per_hour"),
}
ASSUMPTION, UNSOURCED = "assumption", "none"


@dataclass(frozen=True)
class Input:
    """One input of a scenario and what stands behind it.

    Attributes
    ----------
    path
        Dotted path of the field.
    value
        As written in the scenario file; None where the file leaves it to its default.
    quality
        ``A``, ``B``, ``C``, ``assumption``, or ``none`` where no source is given.
    source
        Publication, log or person; empty without a source.
    range
        Lowest and highest plausible value as written; empty where none is given.
    """

    path: str
    value: str | None
    quality: str
    source: str = ""
    range: str = ""


def inputs(scenario: Scenario) -> list[Input]:
    """List the sourced inputs, then those of queues and groups without a source.

    Parameters
    ----------
    scenario
        Its `sources` say which field comes from where.

    Returns
    -------
    list of Input
        Sourced ones in the order of the file.
    """
    document = scenario.origin.document
    sourced = [
        Input(
            path,
            _written(document, path),
            source.quality,
            source.source,
            "" if source.range is None else " … ".join(map(_flow, _raw_range(document, path))),
        )
        for path, source in scenario.sources.items()
    ]
    unsourced = [
        Input(path, _written(document, path), UNSOURCED)
        for path in _inputs_in(document)
        if not any(_touches(path, known) for known in scenario.sources)
    ]
    return [*sourced, *unsourced]


def first_lines(scenario: Scenario, at_aht: pd.DataFrame, labels: Labels) -> list[tuple[str, str]]:
    """Say what a summary and a report begin with.

    Parameters
    ----------
    scenario
        What was planned.
    at_aht
        Index `aht_factor`; columns `service_level`, `replications`.
    labels
        Words by key.

    Returns
    -------
    list of (str, str)
        Label and text: assumptions, inputs without a source, service level at other AHTs.
    """
    known = inputs(scenario)
    table = at_aht.sort_index()
    runs = int(table["replications"].min())
    changes = " / ".join(signed(factor - 1) for factor in table.index)
    levels = " / ".join(share(level) for level in table["service_level"])
    return [
        (labels["assumptions.assumed"], _listed(known, ASSUMPTION, labels)),
        (labels["assumptions.unsourced"], _listed(known, UNSOURCED, labels)),
        (labels["assumptions.at_aht"].format(changes=changes, runs=runs), levels),
    ]


def _listed(known: list[Input], quality: str, labels: Labels) -> str:
    paths = [item.path for item in known if item.quality == quality]
    return ", ".join(paths) if paths else labels["assumptions.none"]


def _inputs_in(document: Mapping[str, Any]) -> Iterator[str]:
    for section in ("queues", "groups"):
        for name, fields in document[section].items():
            written = [field for field in fields if field not in DECISIONS[section]]
            for field in dict.fromkeys((*ALWAYS[section], *written)):
                yield f"{section}.{name}.{field}"


def _touches(path: str, other: str) -> bool:
    """Say whether two fields are the same or one lies inside the other."""
    return f"{path}.".startswith(f"{other}.") or f"{other}.".startswith(f"{path}.")


def _written(document: Mapping[str, Any], path: str) -> str | None:
    place: Any = document
    for part in path.split("."):
        if isinstance(place, list) and part.isdigit() and int(part) < len(place):
            place = place[int(part)]
        elif isinstance(place, dict) and part in place:
            place = place[part]
        else:
            return None
    return _flow(place)


def _raw_range(document: Mapping[str, Any], path: str) -> list[Any]:
    ends: list[Any] = document["sources"][path]["range"]
    return ends


def _flow(value: Any) -> str:
    """Write a value as it would stand in the file, on one line."""
    text = yaml.safe_dump(
        value, default_flow_style=True, width=float("inf"), allow_unicode=True, sort_keys=False
    )
    return text.removesuffix("\n").removesuffix("\n...")
