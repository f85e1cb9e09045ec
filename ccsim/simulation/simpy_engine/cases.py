"""Cases: every leg of an attempt, every ticket and dial, and what has happened to each so far."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.draw import Contacts
from ccsim.simulation.records import CONTACT, FIRST, OPEN_AT_END, Legs

# Columns of legs and their types.
TYPES = {
    name: str(kind).split("np.")[-1].rstrip("]") for name, kind in Legs.__annotations__.items()
}


class Cases:
    """What has happened to every case; numbers grow as cases come up.

    The first legs of first attempts have their contact's number; later legs and attempts, tickets
    and dials get the next number when they are decided on. Each attribute is a list by case:
    reading one number from an array costs several times as much as from a plain list.
    """

    def __init__(self, contacts: Contacts) -> None:
        number = len(contacts)
        self.contact = list(range(number))
        self.attempt = [1] * number
        self.leg = [1] * number
        self.kind = [CONTACT] * number
        self.cause = [FIRST] * number
        self.queue = contacts.queue.tolist()
        self.segment = contacts.segment.tolist()
        self.arrived = contacts.arrived.tolist()
        # Who does not pass through the menu asks for a person on arrival.
        self.entered = np.where(contacts.menu < 0, contacts.arrived, -1).tolist()
        self.answered = [-1] * number
        self.talk_end = [-1] * number
        self.wrap_end = [-1] * number
        self.ended = [-1] * number
        self.group = [-1] * number
        self.agent = [-1] * number
        self.state = [OPEN_AT_END] * number
        self.callback = [-1] * number
        self.calls = [0] * number
        self.price = contacts.price.tolist()
        self.intent = contacts.intent.tolist()
        self.flags = [0] * number
        self.talk = contacts.talk.tolist()
        self.wrap = contacts.wrap.tolist()
        self.patience = contacts.patience.tolist()
        self.retries = [0] * number
        self._attempts: dict[int, int] = {}
        # Whether anybody asked for a person later than on arrival, or never.
        self.asked_later = bool((contacts.menu >= 0).any())
        self._contacts = contacts
        self._keys = contacts.key
        self._records = contacts.records
        self._first_arrival = contacts.arrived

    def __len__(self) -> int:
        """Count the cases."""
        return len(self.contact)

    def key(self, case: int) -> np.uint64:
        """Lasting name of a case's contact."""
        contact, callers = self.contact[case], len(self._keys)
        found: np.uint64 = (
            self._keys[contact] if contact < callers else self._records[contact - callers]
        )
        return found

    def first_arrival(self, case: int) -> int:
        """When the case's contact first arrived, by which its distributions are chosen."""
        contact = self.contact[case]
        return int(self._first_arrival[contact]) if contact < len(self._keys) else 0

    def next_attempt(self, contact: int) -> int:
        """Number of a contact's next attempt."""
        self._attempts[contact] = self._attempts.get(contact, 1) + 1
        return self._attempts[contact]

    def new(
        self,
        *,
        contact: int,
        attempt: int,
        kind: int,
        cause: int,
        queue: int,
        segment: int,
        arrived: int,
        leg: int = 1,
        intent: int = 0,
        work: tuple[int, int, int] = (0, 0, 0),
        retries: int = 0,
        price: int = 0,
    ) -> int:
        """Take up a case; ``work`` is its talk, wrap and patience."""
        self.contact.append(contact)
        self.attempt.append(attempt)
        self.leg.append(leg)
        self.kind.append(kind)
        self.cause.append(cause)
        self.queue.append(queue)
        self.segment.append(segment)
        self.arrived.append(arrived)
        for column in (self.entered, self.answered, self.talk_end, self.wrap_end, self.ended):
            column.append(-1)
        for column in (self.group, self.agent, self.callback):
            column.append(-1)
        self.state.append(OPEN_AT_END)
        self.calls.append(0)
        self.price.append(price)
        self.intent.append(intent)
        self.flags.append(0)
        self.talk.append(work[0])
        self.wrap.append(work[1])
        self.patience.append(work[2])
        self.retries.append(retries)
        return len(self.contact) - 1

    def legs(self) -> Legs:
        """All legs, in order of (contact, attempt, kind, leg)."""
        drawn: dict[str, NDArray[Any]] = {
            "queue": self._contacts.queue,
            "arrived": self._contacts.arrived,
            "intent": self._contacts.intent,
        }
        if self._contacts.begun is None:  # who talks already may lose its segment
            drawn["segment"] = self._contacts.segment
        if not self.asked_later:
            drawn["entered"] = self._contacts.arrived
        legs = Legs(
            **{
                name: _column(getattr(self, name), drawn.get(name), kind)
                for name, kind in TYPES.items()
            }
        )
        if len(self) == len(self._keys):
            return legs
        return legs.where(np.lexsort((legs.leg, legs.kind, legs.attempt, legs.contact)))


def _column(values: list[int], drawn: NDArray[Any] | None, kind: str) -> NDArray[Any]:
    """Make a column of legs; of first cases what was drawn and never changes is at hand."""
    if drawn is not None:
        known = drawn.astype(kind)
        more = values[len(drawn) :]
        return np.concatenate([known, np.array(more, dtype=kind)]) if more else known
    if values and values.count(values[0]) == len(values):
        return np.full(len(values), values[0], dtype=kind)
    return np.frombuffer(array("q", values), dtype=np.int64).astype(kind)
