"""The door: contacts come in, find a line, and pass through the menu."""

from __future__ import annotations

import numpy as np

from ccsim.simulation.draw import Contacts
from ccsim.simulation.menu import ASKS, IS_CONTAINED
from ccsim.simulation.records import BLOCKED, CONTAINED, IVR_LOST, TURNED_AWAY
from ccsim.simulation.simpy_engine.clock import ARRIVAL, MENU_END, Moment
from ccsim.simulation.simpy_engine.house import House


class Door:
    """First attempts come one after the other; later ones are announced by `expect`."""

    def __init__(self, house: House, contacts: Contacts) -> None:
        self._house = house
        self._env = house.env
        self._cases = house.cases
        self._queues = house.centre.queues
        self._limits = [channel.lines for channel in house.centre.channels]
        self._ports = house.centre.ports
        self._in_menu = 0
        self._menu = contacts.menu.tolist()
        self._outcome = contacts.outcome.tolist()
        self._gaps = np.diff(contacts.arrived).tolist()
        self._last = len(contacts) - 1
        self._plain = [not rules.line and not rules.menu for rules in self._queues]
        # Drawn contacts come while their queue is open; those of a log may not.
        self._late = _when_closed(house, contacts)
        # Menu time and outcome of later attempts that are on their way.
        self._journeys: dict[int, tuple[int, int]] = {}
        self._straight_in = all(self._plain) and not (contacts.menu >= 0).any() and not self._late
        first = len(contacts.begun.group) if contacts.begun else 0
        if first < len(contacts):
            Moment(self._env, self._cases.arrived[first], ARRIVAL, first, self._arrive_first)

    def expect(self, case: int, delay: int, menu: int, outcome: int) -> None:
        """Let a later attempt arrive after a delay."""
        self._journeys[case] = (menu, outcome)
        Moment(self._env, delay, ARRIVAL, case, self._arrive_again)

    def ask(self, case: int) -> None:
        """A contact asks for a person."""
        house, cases = self._house, self._cases
        if cases.entered[case] != self._env.now:
            cases.entered[case] = self._env.now
            cases.asked_later = True
        queue = cases.queue[case]
        if house.live[queue] and not house.is_open(queue):
            self._ask_when_closed(case, queue)
        else:
            house.newcomers.append(case)

    def _arrive_first(self, moment: Moment) -> None:
        """A first attempt comes in; the next one is on its way."""
        case = moment.who
        if case < self._last:
            Moment(self._env, self._gaps[case], ARRIVAL, case + 1, self._arrive_first)
        if self._straight_in or (
            self._plain[self._cases.queue[case]] and self._menu[case] < 0 and case not in self._late
        ):
            self._house.newcomers.append(case)
        else:
            self._come_in(case, self._menu[case], self._outcome[case])

    def _arrive_again(self, moment: Moment) -> None:
        self._come_in(moment.who, *self._journeys.pop(moment.who))

    def _come_in(self, case: int, menu: int, outcome: int) -> None:
        house, rules = self._house, self._queues[self._cases.queue[case]]
        channel = rules.channel
        limit = self._limits[channel]
        if rules.line:
            extra = house.extra_lines if house.centre.channels[channel].name == "voice" else 0
            if limit is not None and house.lines[channel] >= limit + extra:
                self._block(case)
                return
            house.lines[channel] += 1
        if menu < 0:
            self.ask(case)
        elif self._ports is not None and self._in_menu >= self._ports:
            if rules.line:
                house.lines[channel] -= 1
            self._block(case)
        else:
            self._in_menu += 1
            self._journeys[case] = (menu, outcome)
            Moment(self._env, menu, MENU_END, case, self._leave_menu)

    def _leave_menu(self, moment: Moment) -> None:
        case, cases, house = moment.who, self._cases, self._house
        _, outcome = self._journeys.pop(case)
        self._in_menu -= 1
        if outcome == ASKS:
            self.ask(case)
            return
        cases.state[case] = CONTAINED if outcome == IS_CONTAINED else IVR_LOST
        cases.ended[case] = self._env.now
        rules = self._queues[cases.queue[case]]
        if rules.line:
            house.lines[rules.channel] -= 1

    def _block(self, case: int) -> None:
        cases = self._cases
        cases.entered[case] = -1
        cases.asked_later = True
        cases.price[case] = 0
        cases.state[case] = BLOCKED
        cases.ended[case] = self._env.now
        self._house.comebacks.after_loss(case)

    def _ask_when_closed(self, case: int, queue: int) -> None:
        """Who gets to a queue after it has closed is treated as those who wait at closing time."""
        house, rules = self._house, self._queues[queue]
        stream = house.waiting.streams[house.waiting.stream(queue, self._cases.segment[case])]
        if rules.closing == "callback":
            house.callbacks.put_aside(case)
        elif rules.closing == "serve" and house.on_duty(stream.skill):
            house.newcomers.append(case)
        else:
            house.lose(case, TURNED_AWAY)


def _when_closed(house: House, contacts: Contacts) -> set[int]:
    """Contacts that arrive when their live queue is closed."""
    late: set[int] = set()
    for queue, rules in enumerate(house.centre.queues):
        if not house.live[queue]:
            continue
        own = np.flatnonzero(contacts.queue == queue)
        opens, closes = np.array(rules.windows, dtype=np.int64).reshape(-1, 2).T
        place = np.searchsorted(opens, contacts.arrived[own], side="right") - 1
        inside = (place >= 0) & (contacts.arrived[own] < np.append(closes, 0)[place])
        late.update(own[~inside].tolist())
    return late
