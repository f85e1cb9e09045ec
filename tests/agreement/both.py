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

    def compiled(self, *, as_simpy: bool = True) -> Output:
        # Where the SimPy engine departs from the contract (each case is reported to those who
        # look after it), the compiled one follows it here, so that everything else is compared.
        return compiled_engine.run(
            self.centre, self.contacts, self.duty, self.luck, as_simpy=as_simpy
        )

    def difference(self, simpy: Output | None = None, *, as_simpy: bool = True) -> str | None:
        """Where the engines first differ, in words; None where they agree in everything."""
        expected = self.simpy() if simpy is None else simpy
        made = self.compiled(as_simpy=as_simpy)
        return first_difference(self.centre, self.contacts, self.duty, expected, made)


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
