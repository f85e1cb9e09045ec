"""Legs, spans and centres made by hand, for tests of what is counted."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from ccsim.simulation.centre import NEVER, Centre
from ccsim.simulation.records import CAUSES, KINDS, SPAN_STATES, STATES, Legs, Spans
from ccsim.simulation.results import Results
from ccsim.simulation.rules import ChannelRules, GroupRules, QueueRules
from ccsim.simulation.tally import Tally, tally

US = 1_000_000
TIMES = ("arrived", "entered", "answered", "talk_end", "wrap_end", "ended", "callback")
WORDS = {"kind": KINDS, "cause": CAUSES, "state": STATES}
PLAIN: dict[str, Any] = {
    "contact": 0,
    "attempt": 1,
    "leg": 1,
    "kind": "contact",
    "cause": "first",
    "queue": 0,
    "segment": -1,
    "group": -1,
    "agent": -1,
    "state": "handled",
    "calls": 0,
    "price": 0,
    "intent": 0,
    "flags": 0,
    **dict.fromkeys(TIMES, -1),
}


def leg(**given: Any) -> dict[str, Any]:
    """Make a leg; times in seconds, words for kinds, causes and states."""
    row = PLAIN | given
    if "arrived" not in given:
        row["arrived"] = row["entered"]
    return row


def call(
    entered: float, wait: float, talk: float, wrap: float = 0.0, **given: Any
) -> dict[str, Any]:
    """Make a handled call from its durations, s."""
    answered = entered + wait
    return leg(
        **{
            "entered": entered,
            "answered": answered,
            "talk_end": answered + talk,
            "wrap_end": answered + talk + wrap,
            "ended": answered + talk,
            "agent": 0,
            "group": 0,
        }
        | given
    )


def gone(entered: float, wait: float, state: str = "abandoned", **given: Any) -> dict[str, Any]:
    """Make a call that ended without an answer."""
    return leg(**{"entered": entered, "ended": entered + wait, "state": state} | given)


def legs_of(*rows: dict[str, Any]) -> Legs:
    """Put legs into columns, each contact one of its own where none is named."""
    columns = {}
    for column in fields(Legs):
        name = column.name
        values = [row[name] for row in rows]
        if name == "contact" and not any(values):
            values = list(range(len(rows)))
        if name in TIMES:
            values = [round(value * US) if value >= 0 else -1 for value in values]
        if name in WORDS:
            values = [WORDS[name].index(value) for value in values]
        columns[name] = np.array(values, dtype=DTYPES[name])
    return Legs(**columns)


DTYPES = {
    "contact": np.int64,
    "attempt": np.int16,
    "leg": np.int16,
    "kind": np.int8,
    "cause": np.int8,
    "queue": np.int16,
    "segment": np.int16,
    "group": np.int32,
    "agent": np.int32,
    "state": np.int8,
    "calls": np.int16,
    "price": np.int64,
    "intent": np.int64,
    "flags": np.int32,
    **dict.fromkeys(TIMES, np.int64),
}


def spans_of(*rows: tuple[int, int, str, float, float]) -> Spans:
    """Make spans of (agent, group, state, from, to), s."""
    agent, group, state, start, end = zip(*rows, strict=True) if rows else ((),) * 5
    return Spans(
        agent=np.array(agent, dtype=np.int32),
        group=np.array(group, dtype=np.int32),
        state=np.array([SPAN_STATES.index(one) for one in state], dtype=np.int8),
        start=np.array([round(one * US) for one in start], dtype=np.int64),
        end=np.array([round(one * US) for one in end], dtype=np.int64),
    )


def queue(name: str = "calls", **given: Any) -> QueueRules:
    """Make a queue: 20 s, target 80 %, short abandons up to 5 s."""
    plain: dict[str, Any] = {
        "channel": 0,
        "priority": 0,
        "line": False,
        "windows": (),
        "within": 20 * US,
        "short_abandon": 5 * US,
        "target": 0.8,
        "due": NEVER,
    }
    return QueueRules(name=name, **plain | given)


def channel(name: str = "voice", **given: Any) -> ChannelRules:
    """Make a channel without limits."""
    plain: dict[str, Any] = {
        "lines": None,
        "concurrency": 1,
        "slowdown": 0,
        "deferred": False,
        "interruptible": False,
    }
    return ChannelRules(name=name, **plain | given)


def centre_with(**given: Any) -> Centre:
    """Make a centre of one queue and group, four intervals of 900 s."""
    plain: dict[str, Any] = {
        "queues": (queue(),),
        "groups": (GroupRules("team", {}),),
        "agent_rule": "longest_idle",
        "start": pd.Timestamp("2026-01-05", tz="UTC"),
        "edges": np.arange(5, dtype=np.int64) * 900 * US,
        "definition": "served_over_offered",
        "channels": (channel(),),
    }
    return Centre(**plain | given)


def results_with(
    centre: Centre, tallies: tuple[Tally, ...], seed: int = 1, window: Any = None, **given: Any
) -> Results:
    """Wrap tallies as results of a study that cannot be run."""
    agents = [f"agent {number}" for number in range(9)]
    study: Any = SimpleNamespace(
        centre=centre, seed=seed, window=window, duty=SimpleNamespace(agents=agents)
    )
    rates: Any = None
    return Results(study, rates, tallies, **given)


def means(
    centre: Centre, legs: Legs, spans: Spans | None = None, by: Any = "queue", **given: Any
) -> pd.Series:
    """KPIs of one replication, by (scope, kpi)."""
    one = tally(centre, legs, spans_of() if spans is None else spans, **given)
    return results_with(centre, (one,), window=given.get("window")).kpis(by)["mean"]
