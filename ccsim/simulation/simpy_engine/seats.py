"""Seats: at a site with fewer seats than people, who comes first sits, the others wait for one."""

from __future__ import annotations

from collections import deque

from ccsim.simulation.centre import Centre


class Seats:
    """Who sits where, and who is ``leaving`` a seat that has gone.

    A seat is held from logging in to the end of the shift, breaks included.

    A seat beyond the site's own is a *burst* seat. When a seat gets free while somebody sits on
    a burst seat, the one who has sat there longest moves up.
    """

    def __init__(self, centre: Centre) -> None:
        self._site_of = [group.site for group in centre.groups]
        self._own = [site.seats for site in centre.sites]
        self._limited = any(seats is not None for seats in self._own)
        sites = range(len(centre.sites))
        self._extra = [0 for _ in sites]
        self._used = [0 for _ in sites]
        self._burst: list[deque[int]] = [deque() for _ in sites]
        self._waiting: list[deque[int]] = [deque() for _ in sites]
        self._seated: dict[int, int] = {}
        self.leaving: set[int] = set()

    def take(self, agent: int, group: int) -> bool:
        """Give an agent a seat, or a place among those who wait for one."""
        if not self._limited:
            return True
        site = self._site_of[group]
        own = self._own[site]
        if own is None or agent in self._seated:
            return True
        if self._used[site] < own + self._extra[site]:
            self._sit(agent, site, own)
            return True
        if agent not in self._waiting[site]:
            self._waiting[site].append(agent)
        return False

    def is_burst(self, agent: int) -> bool:
        """Say whether an agent sits on a burst seat."""
        return self._limited and agent in self._seated and agent in self._burst[self._seated[agent]]

    def is_surplus(self, agent: int) -> bool:
        """Say whether an agent's seat has gone."""
        return agent in self.leaving

    def stop_waiting(self, agent: int) -> None:
        """Take an agent out of those who wait for a seat."""
        if self._limited:
            for waiting in self._waiting:
                if agent in waiting:
                    waiting.remove(agent)

    def give_up(self, agent: int) -> tuple[int, int]:
        """Free an agent's seat: its site and who moves up from a burst seat; -1 is none."""
        self.stop_waiting(agent)
        site = self._seated.pop(agent, -1)
        self.leaving.discard(agent)
        if site < 0:
            return -1, -1
        self._used[site] -= 1
        burst = self._burst[site]
        if agent in burst:
            burst.remove(agent)
            return site, -1
        moved = burst.popleft() if burst else -1
        self.leaving.discard(moved)
        return site, moved

    def hand_out(self, site: int) -> list[int]:
        """Give free seats of a site to those who wait, longest first; returns who sat down."""
        own, waiting, seated = self._own[site], self._waiting[site], []
        assert own is not None
        while waiting and self._used[site] < own + self._extra[site]:
            agent = waiting.popleft()
            self._sit(agent, site, own)
            seated.append(agent)
        return seated

    def change(self, site: int, by: int) -> None:
        """Add burst seats, or take some away."""
        self._extra[site] += by

    def surplus(self, site: int) -> list[int]:
        """Who sits on one seat too many, the latest first; they leave when free."""
        own = self._own[site]
        assert own is not None
        number = max(self._used[site] - own - self._extra[site], 0)
        found = list(reversed(self._burst[site]))[:number]
        self.leaving.update(found)
        return found

    def send_to_wait(self, agent: int) -> int:
        """Let an agent whose seat has gone wait for another one at its site, which it returns."""
        site, _ = self.give_up(agent)
        self._waiting[site].append(agent)
        return site

    def _sit(self, agent: int, site: int, own: int) -> None:
        self._seated[agent] = site
        if self._used[site] >= own:
            self._burst[site].append(agent)
        self._used[site] += 1
