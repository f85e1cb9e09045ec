"""A state to start from: who waits now and who talks now, so that a day can be picked up at 11:00.

How long somebody will still wait or talk is drawn given how long it has been already.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccsim.distributions import Distribution
from ccsim.errors import OptionError
from ccsim.scenario import Scenario
from ccsim.scenario.kinds import ByPeriod
from ccsim.simulation.centre import NEVER, SECOND, Centre
from ccsim.simulation.draw import Begun, Contacts, given_contacts, marks_of, segments_of
from ccsim.simulation.duty import WORK, Duty
from ccsim.simulation.luck import LONGEST_WORK, Book
from ccsim.simulation.marks import PATIENCE, TALK, mark, name_key, stream
from ccsim.simulation.records import CONTACT, Legs

# A segment that is not given, and so is drawn.
UNKNOWN = -2


@dataclass(frozen=True)
class State:
    """Who is in the centre at a moment.

    Attributes
    ----------
    at
        The moment, tz-aware.
    waiting
        Columns ``queue`` (str), ``since`` (tz-aware: asked for a person).
    talking
        Columns ``queue``, ``group`` (str), ``since`` (tz-aware: answered).

    Both may say the ``segment`` (str; missing: none); without the column it is drawn. Wrap-ups,
    callbacks, open tickets and who is yet to come back are not part of a state: who wraps up is
    free at once.
    """

    at: pd.Timestamp
    waiting: pd.DataFrame
    talking: pd.DataFrame


@dataclass(frozen=True)
class Given:
    """A state in numbers: one row a contact, in order of ``since``; times in µs.

    ``group`` is -1 for who waits; ``segment`` is -1 for none, `UNKNOWN` to draw it; patience and
    talk are the queues' distributions.
    """

    at: int
    key: NDArray[np.uint64]
    queue: NDArray[np.int16]
    segment: NDArray[np.int16]
    since: NDArray[np.int64]
    group: NDArray[np.int32]
    talk: tuple[Distribution, ...]
    patience: tuple[Distribution | None, ...]


def given_state(state: State, scenario: Scenario, centre: Centre) -> Given:
    """Check a state and put it into numbers.

    Raises
    ------
    OptionError
        For an unknown queue or group, a missing column, or somebody who came later than that.
    """
    if not isinstance(state, State):
        raise OptionError(f"state: {state!r}; allowed: a State, such as results.state() gives")
    at = centre.time(_moment(state.at, "at"))
    if not 0 <= at < centre.end:
        raise OptionError(f"state: at {state.at}; allowed: a moment within the horizon")
    rows: list[tuple[int, int, int, str, int]] = []
    for name, table, columns in (
        ("waiting", state.waiting, ("queue", "since")),
        ("talking", state.talking, ("queue", "group", "since")),
    ):
        missing = [column for column in columns if column not in table.columns]
        if missing:
            raise OptionError(f"state: {name} has no column '{missing[0]}'; allowed: {columns}")
        for row in table.itertuples():
            since = centre.time(_moment(row.since, f"{name}, row {row.Index}, since"))
            if since > at:
                raise OptionError(f"state: {name}, row {row.Index}: since {row.since} is after at")
            queue = _number(row.queue, centre.queue_names, f"{name}, row {row.Index}: queue")
            group = -1
            if name == "talking":
                group = _number(row.group, centre.group_names, f"{name}, row {row.Index}: group")
            segment = UNKNOWN
            if "segment" in table.columns:
                segment = _segment(row.segment, centre.segment_names, f"{name}, row {row.Index}")
            rows.append((since, queue, group, f"{name} {row.Index}", segment))
    # Work that may be put down comes first, so that who has it can take a live contact besides.
    work = [centre.channels[queue.channel].interruptible for queue in centre.queues]
    rows.sort(key=lambda row: (row[2] < 0 or not work[row[1]], row))
    queues = scenario.queues.values()
    return Given(
        at=at,
        key=np.array([name_key("state", row[3]) for row in rows], dtype=np.uint64),
        queue=np.array([row[1] for row in rows], dtype=np.int16),
        segment=np.array([row[4] for row in rows], dtype=np.int16),
        since=np.array([row[0] for row in rows], dtype=np.int64),
        group=np.array([row[2] for row in rows], dtype=np.int32),
        talk=tuple(_at(queue.talk, at / SECOND) for queue in queues),
        patience=tuple(
            None if queue.patience is None else _at(queue.patience, at / SECOND) for queue in queues
        ),
    )


def picked_up(
    given: Given, contacts: Contacts, book: Book, seed: int, replication: int
) -> Contacts:
    """Put who is there before those who come later; who came earlier has come and gone."""
    luck = np.uint64(stream(seed, replication))
    drawn = segments_of(luck, given.key, given.queue, book)
    segment = np.where(given.segment == UNKNOWN, drawn, given.segment).astype(np.int16)
    talk, wrap, patience, intent = marks_of(
        luck, given.key, given.queue, segment, given.since, book
    )
    spent = (given.at - given.since) / SECOND
    in_talk = given.group >= 0
    for row in range(len(given.key)):
        queue = given.queue[row]
        if in_talk[row]:
            u = mark(luck, given.key[row], 1, 1, TALK)
            factor = book.talk_factor[segment[row] + 1]
            talk[row] = min(beyond(given.talk[queue], spent[row], u, factor), LONGEST_WORK)
            continue
        distribution = given.patience[queue]
        if distribution is not None:
            u = mark(luck, given.key[row], 1, 1, PATIENCE)
            factor = book.patience_factor[segment[row] + 1]
            patience[row] = beyond(distribution, spent[row], u, factor)
    there = given_contacts(
        key=given.key,
        queue=given.queue,
        segment=segment,
        arrived=given.since,
        talk=talk,
        wrap=wrap,
        patience=patience,
        intent=intent & ((1 << 32) - 1),
        records=contacts.records,
    )
    later = contacts.arrived >= given.at
    joined = {
        field.name: np.concatenate(
            [getattr(there, field.name), getattr(contacts, field.name)[later]]
        )
        for field in fields(Contacts)
        if field.name not in ("records", "begun")
    }
    return Contacts(**joined, records=contacts.records, begun=Begun(given.at, given.group))


def beyond(distribution: Distribution, spent: float, u: float, factor: float = 1.0) -> int:
    """Draw a multiple of a duration, µs, given that it is longer than what is spent, s."""
    reached = distribution.cdf(spent / factor)
    share = min(reached + u * (1 - reached), float(np.nextafter(1.0, 0.0)))
    seconds = max(distribution.ppf(share) * factor, spent)
    return NEVER if seconds * SECOND >= NEVER else int(np.floor(seconds * SECOND + 0.5))


def from_now(duty: Duty, given: Given) -> Duty:
    """Cut off what lies before; who still talks after its shift stays until that talk is over."""
    at = given.at
    rows = duty.end > at
    now = (duty.activity == WORK) & (duty.start <= at) & rows
    talking = np.bincount(given.group[given.group >= 0], minlength=len(duty.absence))
    short = talking - np.bincount(duty.group[now], minlength=len(duty.absence))
    busy = set(duty.agent[rows & (duty.start <= at)].tolist())
    staying = [
        (agent, group)
        for group in np.flatnonzero(short > 0).tolist()
        for agent in [
            agent
            for agent in np.flatnonzero(duty.agent_group == group).tolist()
            if agent not in busy
        ][: short[group]]
    ]
    agent, group = np.array(staying, dtype=np.int32).reshape(-1, 2).T
    extra = np.full(len(agent), at, dtype=np.int64)
    order = np.lexsort(
        (
            np.concatenate([np.maximum(duty.start[rows], at), extra]),
            np.concatenate([duty.agent[rows], agent]),
        )
    )

    def joined(column: NDArray[Any], more: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([column, more.astype(column.dtype)])[order]

    return replace(
        duty,
        agent=joined(duty.agent[rows], agent),
        group=joined(duty.group[rows], group),
        activity=joined(duty.activity[rows], np.full(len(agent), WORK)),
        start=joined(np.maximum(duty.start[rows], at), extra),
        # A shift of a microsecond: the talk in hand makes it overtime.
        end=joined(duty.end[rows], extra + 1),
        shift=joined(duty.shift[rows], len(duty.shift_key) + np.arange(len(agent))),
    )


def state_of(centre: Centre, legs: Legs, at: pd.Timestamp) -> State:
    """Who waits and who talks at a moment of a simulated day."""
    now = centre.time(at)
    calls = legs.where((legs.kind == CONTACT) & (legs.entered >= 0) & (legs.entered < now))
    until = np.where(calls.answered >= 0, calls.answered, calls.ended)
    waits = calls.where((until < 0) | (until >= now))
    talks = calls.where(
        (calls.answered >= 0) & (calls.answered < now)
        & ((calls.talk_end < 0) | (calls.talk_end >= now))
    )  # fmt: skip
    names = np.array(centre.queue_names)
    # The last name is of who has segment -1.
    segments = np.array([*centre.segment_names, None], dtype=object)
    return State(
        at=at,
        waiting=pd.DataFrame(
            {
                "queue": names[waits.queue],
                "segment": segments[waits.segment],
                "since": centre.moments(waits.entered),
            }
        ),
        talking=pd.DataFrame(
            {
                "queue": names[talks.queue],
                "segment": segments[talks.segment],
                "group": np.array(centre.group_names)[talks.group],
                "since": centre.moments(talks.answered),
            }
        ),
    )


def _moment(moment: object, what: str) -> pd.Timestamp:
    if not isinstance(moment, pd.Timestamp) or moment.tzinfo is None:
        raise OptionError(f"state: {what} is {moment!r}; allowed: a moment with a time zone")
    return moment


def _number(name: str, names: list[str], what: str) -> int:
    if name not in names:
        raise OptionError(
            f"state: {what} '{name}' is not known; allowed: {', '.join(names) or 'none'}"
        )
    return names.index(name)


def _segment(name: object, names: list[str], what: str) -> int:
    """Number of a segment; a missing name is none."""
    return -1 if pd.isna(name) else _number(str(name), names, f"{what}: segment")


def _at(given: Distribution | ByPeriod, seconds: float) -> Distribution:
    if isinstance(given, Distribution):
        return given
    return [distribution for since, distribution in given if since <= seconds][-1]
