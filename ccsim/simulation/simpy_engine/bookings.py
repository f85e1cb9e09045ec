"""Bookings: slots are released, taken by contacts that want one, and lapse."""

from __future__ import annotations

from ccsim.simulation.simpy_engine.clock import RELEASE, Moment
from ccsim.simulation.simpy_engine.house import House


class Bookings:
    """Slots left of each inventory; those that lapse go before new ones are released."""

    def __init__(self, house: House) -> None:
        self._env = house.env
        self._inventories = house.centre.inventories
        self._left = [0 for _ in self._inventories]
        for number, one in enumerate(self._inventories):
            for time in sorted({*one.lapses, *(time for time, _ in one.releases)}):
                Moment(self._env, time, RELEASE, number, self._turn)

    def take(self, inventory: int) -> bool:
        """Take a slot; say whether there was one."""
        if not self._left[inventory]:
            return False
        self._left[inventory] -= 1
        return True

    def _turn(self, moment: Moment) -> None:
        """Let slots lapse and release new ones."""
        number, now = moment.who, self._env.now
        if now in self._inventories[number].lapses:
            self._left[number] = 0
        self._left[number] += sum(
            slots for time, slots in self._inventories[number].releases if time == now
        )
