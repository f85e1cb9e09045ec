"""`replay`: the customers of a real call log in a changed centre.

Who came when, for how long, and with what patience where that is known, comes from the log; what
it cannot know is drawn: the patience of who was answered, given that it was longer than the wait,
and the talk of who was not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.demand import CallLog
from ccsim.distributions import Distribution
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.simulation.centre import SECOND, Centre
from ccsim.simulation.draw import OUTCOMES, Contacts, given_contacts, marks_of, segments_of
from ccsim.simulation.luck import Book
from ccsim.simulation.marks import PATIENCE, mark, name_key, stream
from ccsim.simulation.state import beyond

ENDED = ("handled", "abandoned", "blocked", "contained", "ivr_lost")
HANDLED, ABANDONED, BLOCKED, CONTAINED, IVR_LOST = range(len(ENDED))
# What the menu came to, by how the contact ended: numbers of `draw.OUTCOMES`.
MENU_CAME_TO = np.array([OUTCOMES.index("asks")] * 3 + [OUTCOMES.index(n) for n in ENDED[3:]])


@dataclass(frozen=True)
class LogContacts:
    """What a log knows of its contacts; -1 where it does not.

    Attributes
    ----------
    key
        ndarray of uint64, shape (n,).
    queue, outcome
        ndarrays of int16 and int8, shape (n,): queue number, and how it ended (`ENDED`). Who ended
        in the menu (contained, ivr_lost) does so again, after as long.
    segment
        ndarray of int16, shape (n,): number of the log's segment, where the scenario has one of
        that name.
    arrived, menu, talk, wrap, wait
        ndarrays of int64, shape (n,): µs.
    patience
        By queue: the distribution for who was answered; None: for ever.
    """

    key: NDArray[np.uint64]
    queue: NDArray[np.int16]
    outcome: NDArray[np.int8]
    segment: NDArray[np.int16]
    arrived: NDArray[np.int64]
    menu: NDArray[np.int64]
    talk: NDArray[np.int64]
    wrap: NDArray[np.int64]
    wait: NDArray[np.int64]
    patience: tuple[Distribution | None, ...]


def log_contacts(log: CallLog, scenario: Scenario, centre: Centre) -> LogContacts:
    """Read a log's calls within the horizon as contacts.

    Raises
    ------
    OptionError
        When no call lies in the horizon, or a queue is not the scenario's.
    """
    table = log.table
    arrived = _times(centre, table["arrived"])
    menu = _durations(table, "ivr")
    door = arrived - np.maximum(menu, 0)
    inside = (door >= 0) & (door < centre.end)
    if not inside.any():
        last = scenario.horizon.days - 1
        raise OptionError(
            f"replay: {log.source} has no call within the horizon, {scenario.horizon.start} and "
            f"{last} days more; allowed: a scenario whose horizon covers calls of the log"
        )
    unknown = sorted(set(table["queue"]) - set(scenario.queues))
    if unknown:
        raise OptionError(
            f"replay: {log.source} has calls of queue '{unknown[0]}'; the scenario has "
            f"{', '.join(scenario.queues)}"
        )
    table, menu, arrived = table[inside], menu[inside], arrived[inside]
    order = np.argsort(door[inside], kind="stable")
    table, menu, arrived = table.iloc[order], menu[order], arrived[order]
    ended = _times(centre, table["ended"])
    answered = _times(centre, table["answered"].fillna(table["ended"]))
    outcome = table["outcome"].map({name: n for n, name in enumerate(ENDED)}).to_numpy(np.int8)
    numbers = {name: n for n, name in enumerate(scenario.queues)}
    segments = {name: n for n, name in enumerate(scenario.segments)}
    named = table["segment"] if "segment" in table else pd.Series(None, table.index, dtype="object")
    handled = outcome == HANDLED
    in_menu = outcome >= CONTAINED
    # Who ended in the menu was in it, be it for no time at all.
    menu = np.where(in_menu, np.maximum(menu, 0), menu)
    given = [queue.patience for queue in scenario.queues.values()]
    return LogContacts(
        key=np.array([name_key("log", str(contact)) for contact in table["contact"]], np.uint64),
        queue=table["queue"].map(numbers).to_numpy(np.int16),
        outcome=outcome,
        segment=named.map(segments).fillna(-1).to_numpy(np.int16),
        arrived=arrived - np.maximum(menu, 0),
        menu=menu,
        talk=np.where(handled, ended - answered, -1),
        wrap=np.where(handled, _durations(table, "wrap"), -1),
        wait=np.where(
            in_menu | (outcome == BLOCKED), -1, np.where(handled, answered, ended) - arrived
        ),
        patience=tuple(one[0][1] if isinstance(one, tuple) else one for one in given),
    )


def contacts_of_log(log: LogContacts, book: Book, seed: int, replication: int) -> Contacts:
    """Complete the contacts of a log with drawn marks for one replication."""
    luck = np.uint64(stream(seed, replication))
    drawn = segments_of(luck, log.key, log.queue, book)
    segment = np.where(log.segment >= 0, log.segment, drawn)
    talk, wrap, patience, intent = marks_of(luck, log.key, log.queue, segment, log.arrived, book)
    contacts = given_contacts(
        key=log.key,
        queue=log.queue,
        segment=segment,
        arrived=log.arrived,
        menu=log.menu,
        outcome=MENU_CAME_TO[log.outcome].astype(np.int8),
        talk=np.where(log.talk >= 0, log.talk, talk),
        wrap=np.where(log.wrap >= 0, log.wrap, wrap),
        patience=np.where(log.outcome == ABANDONED, log.wait, patience),
        intent=intent,
    )
    return replace(contacts, patience=_longer_than_the_wait(log, contacts.patience, luck))


def _longer_than_the_wait(
    log: LogContacts, patience: NDArray[np.int64], luck: np.uint64
) -> NDArray[np.int64]:
    """Draw the patience of who was answered from its distribution beyond the wait."""
    drawn = patience.copy()
    for queue, distribution in enumerate(log.patience):
        rows = np.flatnonzero((log.queue == queue) & (log.outcome == HANDLED))
        if distribution is None or not len(rows):
            continue
        for row in rows:
            u = mark(luck, log.key[row], 1, 1, PATIENCE)
            drawn[row] = beyond(distribution, log.wait[row] / SECOND, u)
    return drawn


def _times(centre: Centre, moments: pd.Series) -> NDArray[np.int64]:
    known = moments.fillna(centre.start)
    times = (known - centre.start) // pd.Timedelta(microseconds=1)
    return times.to_numpy(np.int64)


def _durations(table: pd.DataFrame, name: str) -> NDArray[np.int64]:
    """Seconds of a column as µs; -1 where the log does not say."""
    if name not in table.columns:
        return np.full(len(table), -1, np.int64)
    seconds = table[name].to_numpy(float)
    known = np.nan_to_num(seconds, nan=-1e-6)
    rounded: NDArray[np.int64] = np.floor(known * SECOND + 0.5).astype(np.int64)
    return rounded
