"""A study: everything it takes to run any replication of a scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ccsim.simulation.centre import Centre
from ccsim.simulation.draw import Contacts, Customers, draw_contacts
from ccsim.simulation.duty import Duty
from ccsim.simulation.engines import run
from ccsim.simulation.luck import Luck
from ccsim.simulation.policy import Policy
from ccsim.simulation.records import Legs, Spans
from ccsim.simulation.replay import LogContacts, contacts_of_log
from ccsim.simulation.state import Given, from_now, picked_up
from ccsim.simulation.survey import surveyed
from ccsim.simulation.tally import Tally, tally


@dataclass(frozen=True)
class Study:
    """What is simulated; a replication is a pure function of this, the seed and its number.

    Attributes
    ----------
    window
        Engine times between which contacts are counted; None is the whole horizon.
    engine
        Name of the engine that runs it, see `ccsim.simulation.engines`.
    policy
        A routing policy of the user's own; None: the scenario's rules.
    log
        Contacts of a call log; None: they are drawn.
    given
        Who is there when the simulation begins; None: it begins before anybody comes.
    """

    centre: Centre
    customers: Customers
    duty: Duty
    seed: int
    window: tuple[int, int] | None
    engine: str = "simpy"
    policy: Policy | None = None
    log: LogContacts | None = None
    given: Given | None = None

    def inputs(
        self, replication: int, expected: NDArray[np.float64]
    ) -> tuple[Contacts, Duty, Luck]:
        """Draw one replication: its customers, who is on duty, and luck on demand."""
        if self.log is not None:
            contacts = contacts_of_log(self.log, self.customers.book, self.seed, replication)
        else:
            contacts = draw_contacts(self.customers, expected, self.seed, replication)
        duty = self.duty.realise(self.seed, replication)
        if self.given is not None:
            book = self.customers.book
            contacts = picked_up(self.given, contacts, book, self.seed, replication)
            duty = from_now(duty, self.given)
        return contacts, duty, Luck(self.customers.book, self.seed, replication)

    def replicate(
        self, replication: int, expected: NDArray[np.float64]
    ) -> tuple[Contacts, Legs, Spans]:
        """Draw one replication's customers and let the centre serve them."""
        contacts, duty, luck = self.inputs(replication, expected)
        legs, spans = run(self.engine, self.centre, contacts, duty, luck, self.policy)
        legs = surveyed(self.centre, legs, contacts.key, self.seed, replication)
        return contacts, legs, spans

    def warm_up(self) -> None:
        """Compile what a replication calls, or load it from the cache: a day nobody comes on."""
        replace(self, log=None, given=None).replicate(0, np.zeros(len(self.customers.cells.key)))

    def tally(self, replication: int, expected: NDArray[np.float64]) -> Tally:
        """Run one replication and keep only its sums."""
        _, legs, spans = self.replicate(replication, expected)
        return tally(self.centre, legs, spans, self.window, self.duty.standby)
