"""The waiting room: who waits, queue by queue, in the order in which they came."""

from __future__ import annotations

from collections import deque

from ccsim.simulation.centre import Centre


class WaitingRoom:
    """First come, first served within a queue; those who gave up are skipped when met.

    Attributes
    ----------
    number
        Contacts waiting, by queue number.
    total
        Contacts waiting in all queues.
    waits
        By contact number: 1 while it waits.
    """

    def __init__(self, centre: Centre, contacts: int) -> None:
        self.number = [0] * len(centre.queues)
        self.total = 0
        self._lines: list[deque[int]] = [deque() for _ in centre.queues]
        self.waits = bytearray(contacts)

    def join(self, queue: int, contact: int) -> None:
        """Let a contact wait at the end of its queue."""
        self._lines[queue].append(contact)
        self.waits[contact] = True
        self.number[queue] += 1
        self.total += 1

    def leave(self, queue: int, contact: int) -> None:
        """Take a contact out, wherever it stands."""
        self.waits[contact] = False
        self.number[queue] -= 1
        self.total -= 1

    def first(self, queue: int) -> int:
        """The contact that has waited longest in a queue where somebody waits."""
        line = self._lines[queue]
        while not self.waits[line[0]]:
            line.popleft()
        return line[0]
