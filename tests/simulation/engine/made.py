"""Cases small enough to work by hand: contacts as a test writes them, tables as it reads them.

Times are seconds after midnight of the horizon's first day; the engine's are microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ccsim.scenario import Scenario
from ccsim.simulation import compiled_engine, simpy_engine
from ccsim.simulation.centre import NEVER, SECOND, Centre, centre_of
from ccsim.simulation.draw import Contacts, given_contacts
from ccsim.simulation.duty import Duty, duty_of
from ccsim.simulation.luck import Luck, book_of
from ccsim.simulation.records import Legs, Spans
from tests.conftest import made_scenario

HOUR = 3600
DAY = 86400
CHATS = {"voice": {}, "chat": {"concurrency": 2, "slowdown": 0.5}}
# Which engine plays: "simpy" or "compiled"; set by the fixture in conftest.py.
engine = "simpy"
MAIL = {"voice": {}, "email": {"deferred": True, "interruptible": True}}


@dataclass(frozen=True)
class Contact:
    """A contact as a test writes it; intents are set, nothing is left to chance."""

    arrived: float
    talk: float = 60
    wrap: float = 0
    patience: float = np.inf
    queue: str = ""
    segment: str = ""
    intent: int = 0
    menu: float = -1
    outcome: int = 0
    price: float = 0
    key: int | None = None


@dataclass(frozen=True)
class Day:
    """What the engine made of it."""

    centre: Centre
    duty: Duty
    contacts: Contacts
    raw: Legs
    raw_spans: Spans
    legs: pd.DataFrame
    spans: pd.DataFrame

    def told(self, *columns: str) -> list[Any]:
        """Columns of the legs row by row; what did not happen is None."""
        return rows(self.legs, *columns)

    def states(self, agent: str) -> list[Any]:
        """What an agent did: (state, start, end)."""
        return rows(self.spans[self.spans["agent"] == agent], "state", "start", "end")


def rows(table: pd.DataFrame, *columns: str) -> list[Any]:
    """Rows of a table as tuples, of one column as values."""
    made = [
        tuple(None if pd.isna(value) else value for value in row)
        for row in table[list(columns)].itertuples(index=False, name=None)
    ]
    return [row[0] for row in made] if len(columns) == 1 else made


def a_centre(
    queues: Mapping[str, Any], groups: Mapping[str, Any], days: int = 1, **sections: Any
) -> Scenario:
    """A centre open from midnight to noon whose queues and groups are given by hand."""
    start = made_scenario().horizon.start
    return made_scenario(
        horizon={"start": start, "days": days},
        demand={"rates": dict.fromkeys(queues, 1)},
        queues={name: {"talk": 60} | rules for name, rules in queues.items()},
        groups={name: {"on_duty": 1} | rules for name, rules in groups.items()},
        **sections,
    )


def one_queue(
    agents: int = 1, *, sections: Mapping[str, Any] | None = None, **queue: Any
) -> Scenario:
    """A centre with one queue and one team; sections may say how many days."""
    return a_centre(
        {"calls": queue}, {"team": {"skills": {"calls": 1}, "on_duty": agents}}, **sections or {}
    )


def played(
    scenario: Scenario,
    *contacts: Contact,
    duty: Any = None,
    policy: Any = None,
    realise: int | None = None,
) -> Day:
    """Let the engine run on contacts given by hand, in order of arrival.

    `realise` is the seed by which absence and lateness are drawn; none are by default.
    """
    centre = centre_of(scenario)
    staffed = duty_of(scenario, centre, duty)
    if realise is not None:
        staffed = staffed.realise(realise, 0)

    def times(name: str) -> np.ndarray:
        values = [getattr(contact, name) for contact in contacts]
        return np.array(
            [NEVER if v == np.inf else -1 if v < 0 else round(v * SECOND) for v in values], np.int64
        )

    queues, segments = centre.queue_names, centre.segment_names
    keys = [n if one.key is None else one.key for n, one in enumerate(contacts)]
    given = given_contacts(
        key=np.array(keys, np.uint64),
        queue=np.array([queues.index(c.queue or queues[0]) for c in contacts], np.int16),
        segment=np.array([segments.index(c.segment) if c.segment else -1 for c in contacts], "i2"),
        arrived=times("arrived"),
        talk=times("talk"),
        wrap=times("wrap"),
        patience=times("patience"),
        menu=times("menu"),
        price=times("price"),
        outcome=np.array([contact.outcome for contact in contacts], np.int8),
        intent=np.array([contact.intent for contact in contacts], np.int64),
        records=np.arange(1000, 1000 + sum(c.records for c in centre.campaigns), dtype=np.uint64),
    )
    luck = Luck(book_of(scenario), 1, 0)
    if engine == "compiled":
        legs, spans = compiled_engine.run(centre, given, staffed, luck)
    else:
        legs, spans = simpy_engine.run(centre, given, staffed, luck, policy)
    tables = legs.table(centre, staffed.agents), spans.table(centre, staffed.agents)
    for table in tables:
        for name, values in table.items():
            if isinstance(values.dtype, pd.DatetimeTZDtype):
                table[name] = (values - centre.start).dt.total_seconds()
    return Day(centre, staffed, given, legs, spans, *tables)


def shifts(*activities: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """People's activities: (agent, group, activity, start, end), seconds."""
    midnight = pd.Timestamp(made_scenario().horizon.start, tz="UTC")
    table = pd.DataFrame(activities, columns=["agent", "group", "activity", "start", "end"])
    for name in ("start", "end"):
        table[name] = midnight + pd.to_timedelta(table[name], unit="s")
    return table
