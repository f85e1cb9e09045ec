"""One replication played by both engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ccsim.scenario import Scenario
from ccsim.simulation import compiled_engine, simpy_engine
from ccsim.simulation.centre import Centre, centre_of
from ccsim.simulation.draw import Contacts, customers_of, draw_contacts
from ccsim.simulation.duty import Duty, duty_of
from ccsim.simulation.luck import Luck
from ccsim.simulation.rates import rates_of
from ccsim.simulation.state import State, from_now, given_state, picked_up
from ccsim.simulation.verify import Output, first_difference


@dataclass(frozen=True)
class Replication:
    """What both engines are given."""

    centre: Centre
    contacts: Contacts
    duty: Duty
    luck: Luck

    def simpy(self) -> Output:
        return simpy_engine.run(self.centre, self.contacts, self.duty, self.luck)

    def compiled(self) -> Output:
        return compiled_engine.run(self.centre, self.contacts, self.duty, self.luck)

    def difference(self) -> str | None:
        """Where the engines first differ, in words; None where they agree in everything."""
        return first_difference(
            self.centre, self.contacts, self.duty, self.simpy(), self.compiled()
        )


def replication(
    scenario: Scenario, seed: int, state: State | None = None, duty: Any = None
) -> Replication:
    """Draw what one replication needs, from a state where one is given."""
    centre, rates = centre_of(scenario), rates_of(scenario)
    customers = customers_of(scenario, rates.cells)
    contacts = draw_contacts(customers, rates.draw(seed, 0), seed, 0)
    realised = duty_of(scenario, centre, duty).realise(seed, 0)
    if state is not None:
        given = given_state(state, scenario, centre)
        contacts = picked_up(given, contacts, customers.book, seed, 0)
        realised = from_now(realised, given)
    return Replication(centre, contacts, realised, Luck(customers.book, seed, 0))
