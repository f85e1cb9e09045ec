"""The waiting room: who waits, stream by stream, in the order in which they came."""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from dataclasses import dataclass

from ccsim.simulation.centre import Centre

# Lines of a queue and segment: as they came; given up on the agent of their own; called in vain.
COMMON, FALLEN_BACK, RETURNED = range(3)


@dataclass(frozen=True)
class Stream:
    """Contacts alike in everything routing asks: queue, segment and line."""

    queue: int
    segment: int
    line: int
    skill: int
    priority: int


def streams_of(centre: Centre) -> list[Stream]:
    """List the streams, by queue, segment (none first) and line."""
    streams = []
    for number, queue in enumerate(centre.queues):
        lines = [COMMON]
        if queue.personal_wait >= 0:
            lines.append(FALLEN_BACK)
        if queue.callback is not None:
            lines.append(RETURNED)
        for segment in range(-1, len(centre.segments)):
            rules = centre.segments[segment] if segment >= 0 else None
            skill = rules.skill if rules and rules.skill >= 0 else number
            priority = queue.priority + (rules.priority if rules else 0)
            streams += [Stream(number, segment, line, skill, priority) for line in lines]
    return streams


class WaitingRoom:
    """First come, first served within a stream; those who gave up are skipped when met.

    Attributes
    ----------
    streams
        All streams; a stream's number is its position.
    number, by_queue
        Contacts waiting, by stream and by queue.
    total
        Contacts waiting in all queues.
    where
        By case: number of the stream it waits in; -1 none.
    common
        By queue: stream of those without a segment.
    fresh
        Streams that somebody joined, or may be served by more groups, since routing last came
        to its end.
    own
        Contacts that wait for one agent only, by agent, as they came.
    """

    def __init__(self, centre: Centre, cases: int) -> None:
        self.streams = streams_of(centre)
        self.number = [0] * len(self.streams)
        self.by_queue = [0] * len(centre.queues)
        self.total = 0
        self.where = [-1] * cases
        self.fresh: set[int] = set()
        self.own: dict[int, deque[int]] = {}
        self._favourite: dict[int, int] = {}
        self._lines: list[deque[int]] = [deque() for _ in self.streams]
        self._stream = {
            (stream.queue, stream.segment, stream.line): number
            for number, stream in enumerate(self.streams)
        }
        self.common = [self._stream[queue, -1, COMMON] for queue in range(len(centre.queues))]

    def stream(self, queue: int, segment: int, line: int = COMMON) -> int:
        """Number of a stream."""
        return self._stream[queue, segment, line]

    def join(self, stream: int, case: int) -> None:
        """Let a contact wait at the end of a stream."""
        self._lines[stream].append(case)
        self.fresh.add(stream)
        self.where[case] = stream
        self.number[stream] += 1
        self.by_queue[self.streams[stream].queue] += 1
        self.total += 1

    def join_own(self, stream: int, case: int, agent: int) -> None:
        """Let a contact wait for an agent of its own; it counts in its stream."""
        self.own.setdefault(agent, deque()).append(case)
        self.fresh.add(stream)
        self._favourite[case] = agent
        self.where[case] = stream
        self.by_queue[self.streams[stream].queue] += 1
        self.total += 1

    def leave(self, case: int) -> None:
        """Take a contact out, wherever it stands."""
        stream = self.where[case]
        self.where[case] = -1
        self.by_queue[self.streams[stream].queue] -= 1
        self.total -= 1
        agent = self._favourite.pop(case, -1) if self._favourite else -1
        if agent >= 0:
            self.own[agent].remove(case)
            if not self.own[agent]:
                del self.own[agent]
            return
        self.number[stream] -= 1
        line = self._lines[stream]
        if line[0] == case:
            line.popleft()
        elif self.streams[stream].line == RETURNED:
            # It may join this line again, at the end: the old place must not become its own.
            line.remove(case)

    def waits_for_own(self, case: int) -> bool:
        """Say whether a contact waits for an agent of its own."""
        return case in self._favourite

    def first(self, stream: int) -> int:
        """The contact that has waited longest in a stream where somebody waits."""
        line = self._lines[stream]
        while self.where[line[0]] != stream:
            line.popleft()
        return line[0]

    def waits_for(self, queue: int, skills: Container[int]) -> bool:
        """Say whether somebody waits in a queue whom these skills could serve."""
        if not self.by_queue[queue]:
            return False
        waiting = {number for number, count in enumerate(self.number) if count}
        waiting |= {self.where[case] for case in self._favourite}
        return any(
            self.streams[number].queue == queue and self.streams[number].skill in skills
            for number in waiting
        )

    def all_of(self, queue: int) -> list[int]:
        """Everybody who waits in a queue, by case number."""
        streams = {number for number, one in enumerate(self.streams) if one.queue == queue}
        waiting = [
            case
            for number in streams
            for case in self._lines[number]
            if self.where[case] == number and case not in self._favourite
        ]
        waiting += [case for case in self._favourite if self.where[case] in streams]
        return sorted(set(waiting))

    def earliest(self, queue: int, entered: list[int]) -> int:
        """When who waits longest in a queue came; -1 where nobody waits."""
        heads = [
            entered[self.first(number)]
            for number, one in enumerate(self.streams)
            if one.queue == queue and self.number[number]
        ]
        heads += [entered[c] for c, _ in self._favourite.items()
                  if self.streams[self.where[c]].queue == queue]  # fmt: skip
        return min(heads, default=-1)
